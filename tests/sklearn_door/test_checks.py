"""scikit-learn's own checks of what an estimator must do, over all of ours, with no failure expected."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from slopewise import sklearn as door

ESTIMATORS = [
    door.LinearRegression(),
    door.LinearRegression(positive=True),
    door.Ridge(),
    door.RidgeCV(),
    door.RidgeCV(cv=3),
    door.Lasso(),
    door.LassoCV(cv=3, alphas=10),
    door.ElasticNet(positive=True),
    door.ElasticNetCV(cv=3, alphas=10),
    door.GradientDescentRegressor(),
]


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=lambda estimator: {})
def test_scikit_learn_finds_nothing_amiss(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else the checks of the array interface would not run
    check(estimator)
