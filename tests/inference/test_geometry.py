"""The geometry of a fit: its columns are orthonormal there, whatever their units and offsets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.inference.geometry import Geometry
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers.exact import solve
from slopewise.solvers.triangular import MANY, orthonormaliser
from slopewise.typing import Array


def geometry_of(X: Array, y: Array, v: Array | None = None, *, intercept: bool = True) -> Geometry:
    state = Moments.of(X, y, weights=v)
    return Geometry.of(state, solve(state, intercept=intercept))


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans(), st.integers(-6, 6), st.sampled_from([0.0, 1.0, 1e6]))
@settings(max_examples=60, deadline=None)
def test_the_columns_are_orthonormal(seed: int, intercept: bool, weighted: bool, scale: int, offset: float) -> None:
    rng = np.random.default_rng(seed)
    m, p = int(rng.integers(8, 60)), int(rng.integers(1, 6))
    X = rng.normal(size=(m, p)) * 10.0 ** (scale * np.arange(p)) + offset * 10.0 ** (scale * np.arange(p)) * intercept
    y = rng.normal(size=m) + offset
    v = rng.gamma(2.0, size=m) if weighted else None
    state = Moments.of(X, y, weights=v)
    answer = solve(state, intercept=intercept)
    geometry = Geometry.of(state, answer)
    rows = geometry.observed(np.arange(m), X, y, v)
    weights = np.ones(m) if v is None else v
    assert_allclose((rows.coordinates * weights[:, None]).T @ rows.coordinates, np.eye(geometry.rank), atol=1e-9)
    assert_allclose(rows.leverage.sum(), geometry.rank, rtol=1e-9)
    assert_allclose((rows.scores).sum(axis=0), 0, atol=1e-8 * np.sqrt((weights * y**2).sum()))
    first = 0 if intercept else 1
    assert_allclose(
        geometry.covariance(np.eye(geometry.rank)), answer.unscaled_covariance[first:, first:], rtol=1e-6, atol=1e-300
    )


def test_an_offset_costs_no_digits() -> None:
    rng = np.random.default_rng(1)
    x, e = rng.normal(size=(40, 1)).round(3), rng.normal(size=40)
    shifted = x + 2.0**30  # as the machine has it: rounded
    far, near = (geometry_of(column, 2 * x[:, 0] + e) for column in (shifted, shifted - 2.0**30))
    assert_allclose(far.coordinates(shifted), near.coordinates(shifted - 2.0**30), rtol=1e-11, atol=1e-11)
    assert_allclose(far.fitted(shifted), near.fitted(shifted - 2.0**30), rtol=1e-11)


def test_dropped_columns_have_no_coordinate() -> None:
    x = np.arange(6.0)
    geometry = geometry_of(np.column_stack([x, 2 * x + 1, x**2]), x**3)
    assert geometry.rank == 3
    assert geometry.columns.tolist() == [0, 2]
    matrix = geometry.covariance(np.eye(3))
    assert np.isnan(matrix[2]).all()
    assert np.isfinite(np.delete(np.delete(matrix, 2, 0), 2, 1)).all()


def test_what_descent_reached_keeps_its_own_residuals() -> None:
    from dataclasses import replace

    x, y = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 4.0])
    state = Moments.of(x, y)
    here = replace(solve(state), intercept=0.5, coefficients=np.array([1.0]))
    assert_allclose(Geometry.of(state, here).fitted(x), 0.5 + x[:, 0], rtol=1e-15)


@pytest.mark.parametrize("n", [1, 5, MANY + 1])
def test_the_inverse_factor(n: int) -> None:
    rng = np.random.default_rng(n)
    X = rng.normal(size=(2 * n + 3, n)) * 10.0 ** rng.integers(-3, 4, n)
    inverse = orthonormaliser(Pair.of(X.T @ X))
    assert_allclose(np.triu(inverse), inverse)
    assert_allclose(inverse.T @ (X.T @ X) @ inverse, np.eye(n), atol=1e-7)


def test_many_columns_too_near_for_float64_are_still_told_apart() -> None:
    n = MANY + 1
    S = np.eye(n)
    S[0, 1] = S[1, 0] = 1.0
    low = np.zeros((n, n))
    low[0, 0] = 2.0**-60
    inverse = orthonormaliser(Pair(S, low))
    assert_allclose(inverse[:2, :2], [[1.0, -(2.0**30)], [0.0, 2.0**30]], rtol=1e-6)
