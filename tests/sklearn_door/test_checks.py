"""scikit-learn's own checks of what an estimator must do, over all of ours, with no failure expected."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from slopewise.sklearn import ElasticNet, Lasso, LinearRegression, Ridge

ESTIMATORS = [LinearRegression(), LinearRegression(positive=True), Ridge(), ElasticNet(), Lasso(positive=True)]


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=lambda estimator: {})
def test_scikit_learn_finds_nothing_amiss(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else the checks of the array interface would not run
    check(estimator)
