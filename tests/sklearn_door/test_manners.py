"""What a guest in scikit-learn's house must do: go on with more rows, say what it found, keep to its interfaces."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn import linear_model as theirs
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import slopewise as sw
from slopewise import sklearn as ours
from slopewise.errors import ArgumentError

GOING_ON = [
    ours.LinearRegression(),
    ours.LinearRegression(positive=True),
    ours.Ridge(2.0),
    ours.Lasso(0.1),
    ours.ElasticNet(0.1),
]
CHOSEN = [ours.RidgeCV(), ours.LassoCV(cv=3), ours.ElasticNetCV(cv=3)]
ALL = [*GOING_ON, *CHOSEN, ours.GradientDescentRegressor()]


def by_name(estimator):
    return type(estimator).__name__


def houses(m=40, k=0):
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"area": rng.normal(100, 20, m), "rooms": rng.integers(1, 6, m), "age": rng.normal(30, 9, m)})
    y = 3 * frame["area"] + 9 * frame["rooms"] - frame["age"] + 5 * rng.normal(size=m)
    return frame, np.column_stack([y * (1 + t) - t * frame["age"] for t in range(k)]) if k else y


@settings(max_examples=10)
@given(cuts=st.lists(st.integers(1, 39), min_size=1, max_size=5, unique=True), k=st.sampled_from([0, 2]))
@pytest.mark.parametrize("estimator", GOING_ON, ids=by_name)
def test_rows_in_parts_are_the_rows_at_once(estimator, cuts, k):
    X, y = houses(k=k)
    y, weights = np.asarray(y), np.linspace(0.5, 2.0, 40)
    whole, parts = clone(estimator).fit(X, y, weights), clone(estimator)
    for rows in np.split(np.arange(40), sorted(cuts)):
        parts.partial_fit(X.iloc[rows], y[rows], weights[rows])
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-9)
    np.testing.assert_allclose(parts.intercept_, whole.intercept_, rtol=1e-9)
    assert parts.moments_.rows == 40
    assert parts.n_features_in_ == 3
    assert list(parts.feature_names_in_) == ["area", "rooms", "age"]


def test_partial_fit_goes_on_from_fit_and_from_rows_fewer_than_columns():
    X, y = houses()
    model = ours.LinearRegression().fit(X[:20], y[:20]).partial_fit(X[20:], y[20:])
    np.testing.assert_allclose(model.coef_, theirs.LinearRegression().fit(X, y).coef_, rtol=1e-9)
    few = ours.LinearRegression().partial_fit(X[:2], y[:2])
    np.testing.assert_allclose(few.coef_, theirs.LinearRegression().fit(X[:2], y[:2]).coef_, rtol=1e-8)
    np.testing.assert_allclose(few.partial_fit(X[2:], y[2:]).coef_, model.coef_, rtol=1e-9)
    wide = ours.LinearRegression().fit(X[:2], y[:2])
    with pytest.raises(ArgumentError, match="from the start"):
        wide.partial_fit(X[2:], y[2:])
    with pytest.raises(ArgumentError, match="2 targets; the rows before had 1"):
        model.partial_fit(X, np.column_stack([y, y]))


def test_the_state_is_that_of_the_rows():
    X, y = houses()
    model = ours.LinearRegression().partial_fit(X, y)
    assert model.moments_ == sw.Moments.of(X.to_numpy(), y.to_numpy(), precision="double-double")
    assert sw.solve(model.moments_).coefficients.tolist() == pytest.approx(model.coef_.tolist(), rel=1e-12)


@pytest.mark.parametrize("estimator", ALL, ids=by_name)
def test_summaries_name_the_features(estimator):
    X, y = houses()
    with pytest.raises(NotFittedError):
        estimator.summary()
    text = clone(estimator).fit(X, y).summary()
    descent = isinstance(estimator, ours.GradientDescentRegressor)
    assert descent or all(name in text for name in ("area", "rooms", "age"))


def test_a_summary_needs_one_target_and_a_state():
    X, y = houses(k=2)
    with pytest.raises(ArgumentError, match="of one target, and y had 2"):
        ours.LinearRegression().fit(X, y).summary()
    with pytest.raises(ArgumentError, match="no state was kept"):
        ours.Ridge().fit(X[:3], y[:3, 0]).summary()
    assert "x1" in ours.LinearRegression().fit(X.rename(columns={"age": "y"}), y[:, 0]).summary()


@pytest.mark.parametrize("estimator", ALL, ids=by_name)
def test_estimators_are_displayed_cloned_and_pickled_like_any(estimator):
    X, y = houses()
    model = clone(estimator).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert again.get_params() == model.get_params()
    assert (again.predict(X) == model.predict(X)).all()
    assert by_name(estimator) in model._repr_html_()
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X[["rooms", "area", "age"]])
    original = getattr(theirs, by_name(estimator), None)
    assert original is None or model.get_params() == original(**estimator.get_params()).get_params()


def test_pipelines_and_searches():
    X, y = houses()
    pipe = make_pipeline(StandardScaler().set_output(transform="pandas"), ours.Ridge())
    grid = {"ridge__alpha": [0.1, 10.0]}
    search = GridSearchCV(pipe, grid, cv=4).fit(X, y)
    reference = GridSearchCV(make_pipeline(StandardScaler(), theirs.Ridge()), grid, cv=4).fit(X, y)
    scores = (each.cv_results_["mean_test_score"] for each in (search, reference))
    np.testing.assert_allclose(*scores)
    assert list(search.best_estimator_[-1].feature_names_in_) == ["area", "rooms", "age"]
    assert cross_val_score(ours.LinearRegression(), X, y).mean() > 0.9


def test_float32_comes_back_as_float32():
    X, y = (np.asarray(part, dtype=np.float32) for part in houses())
    for estimator in (ours.LinearRegression(), ours.Ridge(), ours.Lasso(), ours.RidgeCV()):
        assert clone(estimator).fit(X, y).coef_.dtype == np.float32


def test_nothing_that_is_given_is_written_to():
    X, y = (np.asarray(part, dtype=np.float64) for part in houses())
    kept = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    for estimator in ALL:
        model = clone(estimator)
        model.set_params(**({"copy_X": False} if "copy_X" in model.get_params() else {})).fit(X, y)
    assert (kept[0] == X).all()
    assert (y == kept[1]).all()


def test_solvers_are_refused_as_scikit_learn_refuses_them():
    X, y = houses()
    spread = sparse.csr_array(X.to_numpy())
    refused = [({"solver": "lbfgs"}, X), ({"solver": "svd", "positive": True}, X), ({"solver": "cholesky"}, spread)]
    for options, table in refused:
        messages = []
        for kind in (ours, theirs):
            with pytest.raises(ValueError) as refusal:  # noqa: PT011 - whatever scikit-learn says
                kind.Ridge(**options).fit(table, y)
            messages.append(" ".join(str(refusal.value).split()))
        assert messages[0] == messages[1]
    with pytest.raises(ValueError, match="targets and number of penalties do not correspond: 2 != 1"):
        ours.Ridge([1.0, 2.0]).fit(X, y)


def test_a_gram_matrix_must_be_that_of_the_rows():
    X = houses()[0].to_numpy()
    X, y = X - X.mean(axis=0), np.asarray(houses()[1])
    assert ours.Lasso(precompute=X.T @ X).fit(X, y).coef_ == pytest.approx(ours.Lasso().fit(X, y).coef_)
    with pytest.raises(ValueError, match="Gram matrix passed in via 'precompute'"):
        ours.Lasso(precompute=2 * X.T @ X).fit(X, y)
    with pytest.warns(UserWarning, match="recomputing Gram matrix"):
        ours.Lasso(precompute=X.T @ X).fit(X + 1, y)
    with pytest.raises(ValueError, match="is \\(3, 3\\)"):
        ours.Lasso(precompute=np.eye(2)).fit(X, y)


def test_descent_tells_its_story():
    X, y = houses()
    model = ours.GradientDescentRegressor().fit(X, y)
    np.testing.assert_allclose(model.coef_, theirs.LinearRegression().fit(X, y).coef_, rtol=1e-6)
    assert len(model.costs_) == model.n_iter_ + 1
    assert (np.diff(model.costs_) <= 0).all()
    with pytest.warns(ConvergenceWarning, match="fastest constant rate"):
        ours.GradientDescentRegressor(learning_rate=10.0, max_iter=20).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="max_iter=2 "):
        stopped = ours.GradientDescentRegressor(max_iter=2, warm_start=True).fit(X, y)
    with pytest.warns(ConvergenceWarning):
        further = clone(stopped).fit(X, y)
    with pytest.warns(ConvergenceWarning):
        assert stopped.fit(X, y).costs_[0] == pytest.approx(further.costs_[-1])


def test_a_sparse_table_of_very_many_columns_is_left_to_scikit_learn():
    rng = np.random.default_rng(0)
    X = sparse.random_array((30, 5000), density=0.01, random_state=rng, format="csr")
    y = rng.normal(size=30)
    for kind, options in (("Ridge", {"tol": 1e-10}), ("LinearRegression", {"tol": 1e-10}), ("Lasso", {"alpha": 0.01})):
        one, other = (getattr(where, kind)(**options).fit(X, y) for where in (ours, theirs))
        np.testing.assert_allclose(one.predict(X), other.predict(X), atol=1e-6)
        assert not hasattr(one, "moments_")


def test_a_missing_scikit_learn_is_one_sentence():
    code = "import sys; sys.modules['sklearn'] = None\nimport slopewise.sklearn"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("slopewise.errors.MissingExtra: slopewise.sklearn needs scikit-learn")
    assert last.endswith("pip install 'slopewise[sklearn]'")


def test_zero_weights_everywhere_are_refused():
    X, y = houses()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in (ours.LinearRegression, ours.Ridge, ours.Lasso):
            with pytest.raises((ValueError, ZeroDivisionError)):
                kind().fit(X, y, np.zeros(len(y)))


def test_routing_is_inherited():
    with sklearn.config_context(enable_metadata_routing=True):
        one, other = (kind.LassoCV().get_metadata_routing()._serialize() for kind in (ours, theirs))
        assert one == other
