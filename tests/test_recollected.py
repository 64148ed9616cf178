"""`fit` at a penalty, and `fit` of what was collected: the same figures as by the other ways to them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.preprocessing import StandardScaler

import slopewise as sw
from slopewise.errors import ArgumentError, FitError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 3)) * [1.0, 10.0, 0.1] + [0.0, 5.0, 1.0]
TABLE = {
    **{f"x{j + 1}": X[:, j] for j in range(3)},
    "f": RNG.choice(list("ab"), size=60),
    "y": X @ [1.0, 0.2, -3.0] + RNG.normal(size=60),
}
FORMULA = "y ~ x1 + x2 + x3"


@pytest.mark.parametrize(("ridge", "lasso"), [(0.5, 0.0), (0.0, 0.2), (0.3, 0.1)])
def test_a_penalised_fit_is_that_of_scikit_learn(ridge, lasso):
    model = sw.fit(FORMULA, TABLE, ridge=ridge, lasso=lasso)
    scaler = StandardScaler().fit(X)
    if not lasso:
        theirs = Ridge(alpha=60 * ridge, tol=1e-14)
    elif not ridge:
        theirs = Lasso(alpha=lasso, tol=1e-14, max_iter=100_000)
    else:
        theirs = ElasticNet(alpha=ridge + lasso, l1_ratio=lasso / (ridge + lasso), tol=1e-14, max_iter=100_000)
    theirs.fit(scaler.transform(X), TABLE["y"])
    assert_allclose(list(model.coefficients.values())[1:], theirs.coef_ / scaler.scale_, rtol=1e-7, atol=1e-9)
    assert_allclose(model.predict(TABLE), theirs.predict(scaler.transform(X)), rtol=1e-7)
    assert_allclose(model.rss, ((TABLE["y"] - model.predict(TABLE)) ** 2).sum(), rtol=1e-9)


def test_it_has_no_standard_errors_and_says_why(tmp_path):
    model = sw.fit(FORMULA, TABLE, ridge=0.5)
    assert model.tidy()["std_error"].null_count == 4
    assert model.method == "ridge 0.5"
    assert any("a penalty pulls towards zero on purpose" in note for note in model.record().notes)
    with pytest.raises(FitError, match=r"ridge 0\.5 has no standard errors"):
        model.test("x1")
    model.save(tmp_path / "m.json")
    assert sw.load(tmp_path / "m.json") == model


def test_solve_takes_a_ridge():
    state = sw.Moments.of(X, TABLE["y"])
    assert_allclose(sw.solve(state, ridge=0.5).coefficients, sw.ridge_path(state, [0.5]).coefficients[0], rtol=1e-13)
    assert_allclose(sw.solve(state, ridge=0.0).coefficients, sw.solve(state).coefficients, rtol=0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ridge": -1.0}, "ridge=-1.0 is no penalty"),
        ({"lasso": float("nan")}, "lasso=nan is no penalty"),
        ({"ridge": True}, "ridge=True is no penalty"),
        ({"ridge": 1.0, "cov": "HC3"}, "a penalised fit has none"),
        ({"ridge": 1.0, "by": "f"}, "have no penalty"),
    ],
)
def test_what_makes_no_sense_is_refused(asked, said):
    with pytest.raises(ArgumentError, match=said):
        sw.fit(FORMULA, TABLE, **asked)


def test_what_was_collected_is_fitted_as_the_rows_are(tmp_path):
    kept = sw.collect("y ~ x1 + x2 + f", TABLE)
    kept.save(tmp_path / "a.moments")
    for data in (kept, tmp_path / "a.moments", str(tmp_path / "a.moments")):
        for formula in ("y ~ x1 + x2 + f", "y ~ x1 + f", "x2 ~ 0 + x1"):
            ours, theirs = sw.fit(formula, data), sw.fit(formula, TABLE)
            assert_allclose(list(ours.coefficients.values()), list(theirs.coefficients.values()), rtol=1e-12)
            assert_allclose(ours.vcov(), theirs.vcov(), rtol=1e-10)
    assert sw.fit("y ~ x1", kept, lasso=0.1).coefficients == sw.fit("y ~ x1", TABLE, lasso=0.1).coefficients


def test_its_groups_and_clusters_are_those_that_were_collected():
    kept = sw.collect("y ~ x1 + x2", TABLE, by="f")
    ours, theirs = sw.fit("y ~ x1 + x2", kept, by="f"), sw.fit("y ~ x1 + x2", TABLE, by="f")
    assert ours["a"].coefficients == theirs["a"].coefficients
    clustered = sw.fit("y ~ x1 + x2", kept, cov=("cluster", "f")), sw.fit("y ~ x1 + x2", TABLE, cov=("cluster", "f"))
    assert_allclose(clustered[0].vcov(), clustered[1].vcov(), rtol=1e-9, atol=1e-12)
    for asked, said in (
        ({"by": "x1"}, "these sums have no states by x1"),
        ({"cov": "HC3"}, "needs more of the rows than these sums hold"),
        ({"by": "f", "cov": "HC3"}, "of groups needs the rows"),
        ({"where": "x1 > 0"}, "where= says how rows are read"),
        ({"weights": "x2"}, "weights= says how rows are read"),
    ):
        with pytest.raises(ArgumentError, match=said):
            sw.fit("y ~ x1 + x2", kept, **asked)
