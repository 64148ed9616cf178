"""Partial residuals without a second fit are those of two more fits, and the band of a Q–Q plot holds what it says."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.inference.geometry import Geometry
from slopewise.inference.influence import Scale, influence
from slopewise.inference.partial import added_variable, component
from slopewise.inference.quantiles import LEAST, cooks_contour, normal_quantiles, running_quantiles
from slopewise.moments import Moments
from slopewise.solvers.exact import solve
from slopewise.typing import Array


def drawn(seed: int, p: int, offset: float = 0.0) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(p + 30, p)) @ rng.normal(size=(p, p)) + offset
    return X, X.sum(axis=1) + rng.normal(size=p + 30), rng.uniform(0.2, 3.0, size=p + 30)


def refitted(Z: Array, y: Array, weights: Array) -> Array:
    """The residuals of a weighted fit of y to the columns of Z, with numpy's own least squares."""
    if not Z.shape[1]:
        return y
    root = np.sqrt(weights)
    return y - Z @ np.linalg.lstsq(Z * root[:, None], y * root, rcond=None)[0]


@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_partial_residuals_are_those_of_two_more_fits(seed: int, p: int, intercept: bool, weighted: bool) -> None:
    X, y, weights = drawn(seed, p, offset=3.0)
    weights = weights if weighted else np.ones(len(y))
    state = Moments.of(X, y, weights=weights)
    solution = solve(state, intercept=intercept)
    geometry = Geometry.of(state, solution)
    Z = np.column_stack([np.ones(len(y)), X]) if intercept else X
    for j in range(Z.shape[1]):
        place = j - intercept if j >= intercept else None
        found, others = added_variable(geometry, X, y, place), np.delete(Z, j, axis=1)
        assert_allclose(found.x, refitted(others, Z[:, j], weights), rtol=0, atol=1e-9 * np.abs(Z).max())
        assert_allclose(found.y, refitted(others, y, weights), rtol=0, atol=1e-9 * np.abs(y).max())
        slope = (weights * found.x) @ found.y / ((weights * found.x) @ found.x)
        assert_allclose(slope, solution.theta[j], rtol=1e-7, atol=1e-9)


def test_statsmodels_agrees() -> None:
    X, y, _ = drawn(3, 3)
    state = Moments.of(X, y)
    geometry = Geometry.of(state, solve(state))
    theirs = sm.OLS(y, sm.add_constant(X)).fit()
    fitted = theirs.params[2] * X[:, 1]
    ours = component(geometry, X, y, [1])
    assert_allclose(ours.fitted, fitted - fitted.mean(), atol=1e-12)
    assert_allclose(ours.y, fitted - fitted.mean() + theirs.resid, atol=1e-12)
    x_rest = sm.OLS(X[:, 1], sm.add_constant(X[:, [0, 2]])).fit().resid
    y_rest = sm.OLS(y, sm.add_constant(X[:, [0, 2]])).fit().resid
    added = added_variable(geometry, X, y, 1)
    assert_allclose(added.x, x_rest, atol=1e-12)
    assert_allclose(added.y, y_rest, atol=1e-12)


def test_offsets_cost_no_digits() -> None:
    X, y, _ = drawn(5, 3)
    X = np.round(X * 2**20) / 2**20  # so that the offset changes no value
    near, far = (Moments.of(values, y, precision="double-double") for values in (X, X + 2.0**30))
    here = added_variable(Geometry.of(near, solve(near)), X, y, 1)
    there = added_variable(Geometry.of(far, solve(far)), X + 2.0**30, y, 1)
    assert_allclose(there.x, here.x, rtol=0, atol=1e-12)
    assert_allclose(there.y, here.y, rtol=0, atol=1e-12)


def test_a_dropped_column_changes_nothing() -> None:
    X, y, _ = drawn(7, 3)
    doubled = np.column_stack([X[:, 0], 2 * X[:, 0], X[:, 1:]])
    one, other = Moments.of(X, y), Moments.of(doubled, y)
    ours = added_variable(Geometry.of(other, solve(other)), doubled, y, 3)
    assert_allclose(ours.x, added_variable(Geometry.of(one, solve(one)), X, y, 2).x, atol=1e-12)


def test_running_quantiles_are_those_of_each_part() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.permutation(600.0 + np.arange(600)), rng.normal(size=600)
    found = running_quantiles(x, y, (0.25, 0.5))
    order = np.argsort(x)
    parts = np.array_split(order, len(found.at))
    assert_allclose(found.at, [np.median(x[part]) for part in parts])
    assert_allclose(found.quantiles, np.transpose([np.quantile(y[part], (0.25, 0.5)) for part in parts]))


def test_rows_of_equal_x_stay_together() -> None:
    x = np.repeat([1.0, 2.0, 5.0, 9.0, 11.0], [50, 3, 60, 200, 40])
    found = running_quantiles(x, np.arange(len(x), dtype=float))
    assert set(found.at) <= {1.0, 2.0, 5.0, 9.0, 11.0}
    assert len({*found.at}) == len(found.at) >= 3


@pytest.mark.parametrize("x", [np.zeros(500), np.arange(3.0 * LEAST - 1), np.empty(0)])
def test_too_few_rows_or_values_have_no_course(x: Array) -> None:
    assert not len(running_quantiles(x, x).at)


@pytest.mark.parametrize("n", [10, 60, 400])
def test_the_band_holds_all_of_a_normal_sample_in_95_of_100(n: int) -> None:
    rng = np.random.default_rng(n)
    band = normal_quantiles(np.zeros(n))
    samples = np.sort(rng.normal(size=(4000, n)), axis=1)
    inside = ((samples >= band.low) & (samples <= band.high)).all(axis=1).mean()
    assert 0.935 < inside < 0.965


def test_a_contour_has_one_cooks_distance() -> None:
    X, y, _ = drawn(2, 2)
    state = Moments.of(X, y)
    solution = solve(state)
    rows = Geometry.of(state, solution).observed(np.arange(len(y)), X, y)
    found = influence(rows, Scale(1.3, len(y) - 3, 3))
    for h, s, distance in zip(rows.leverage, found.std_residual, found.cooks_d, strict=True):
        assert_allclose(cooks_contour(np.array([h]), distance, 3), abs(s), rtol=1e-9)
