"""The exact answer: problems built backwards from it, collinear columns by name, statsmodels as the referee."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import FitError
from slopewise.moments import Moments
from slopewise.solvers.exact import solve


def design(m: int, p: int, seed: int) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, p)) * 10.0 ** rng.integers(-3, 4, p) + rng.normal(size=p) * 5, rng


@given(st.integers(1, 6), st.integers(0, 999), st.booleans())
def test_a_plane_built_backwards_is_found(p: int, seed: int, intercept: bool) -> None:
    X, rng = design(40, p, seed)
    w, b = rng.integers(-9, 10, p), 7.0 if intercept else 0.0
    answer = solve(Moments.of(X, X @ w + b), intercept=intercept)
    size = np.abs(X).max(axis=0)
    assert_allclose(answer.coefficients * size, w * size, atol=1e-9 * (1 + np.abs(w * size).max()))
    assert_allclose(answer.intercept, b, atol=1e-7 * (1 + np.abs(w * size).max()))
    assert answer.rank == p + intercept


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_statsmodels_agrees(intercept: bool, weighted: bool) -> None:
    X, rng = design(200, 4, 11)
    y = X @ [1.0, -2.0, 0.5, 3.0] + 4 + rng.normal(size=200)
    v = rng.gamma(2.0, size=200) if weighted else np.ones(200)
    referee = sm.WLS(y, sm.add_constant(X) if intercept else X, weights=v).fit()
    answer = solve(Moments.of(X, y, weights=v), intercept=intercept)
    assert_allclose(answer.theta, referee.params, rtol=1e-10)
    first = 0 if intercept else 1
    assert_allclose(answer.unscaled_covariance[first:, first:], referee.normalized_cov_params, rtol=1e-9)
    assert_allclose(answer.residual_sum_of_squares, referee.ssr, rtol=1e-10)
    assert np.isnan(answer.unscaled_covariance[0]).all() == (not intercept)


@pytest.mark.parametrize("m", [300, 200_000])
def test_dependent_columns_are_dropped_with_what_they_equal(m: int) -> None:
    rng = np.random.default_rng(3)
    celsius, b = rng.normal(size=m) * 8 + 15, rng.random(m) * 1e3
    flag = (rng.random(m) > 0.4).astype(float)
    X = np.column_stack([celsius, b, celsius * 1.8 + 32, celsius + b, np.full(m, 0.1), flag, 1 - flag])
    answer = solve(Moments.of(X, rng.normal(size=m)))
    assert answer.dropped == (2, 3, 4, 6)
    assert answer.rank == 4
    assert np.isnan(answer.coefficients[[2, 3, 4, 6]]).all()
    expected = {2: [32, 1.8, 0, 0], 3: [0, 1, 1, 0], 4: [0.1, 0, 0, 0], 6: [1, 0, 0, -1]}
    for j, (constant, *on) in expected.items():
        assert_allclose(answer.combinations[j][[0, 1, 2, 6]], [constant, *on], atol=1e-8)
    assert_allclose(answer.theta[1:][[0, 1, 5]], answer.coefficients[[0, 1, 5]])


@given(st.integers(0, 99))
def test_a_column_that_is_nearly_dependent_is_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=300) * 3
    X = np.column_stack([a, a + rng.normal(size=300) * 1e-4])
    answer = solve(Moments.of(X, X @ [1.0, 2.0]))
    assert answer.dropped == ()
    assert_allclose(answer.coefficients, [1.0, 2.0], atol=1e-4)
    assert answer.condition > 1e4


def test_fewer_rows_than_parameters_still_answer_and_state_the_rank() -> None:
    X = np.array([[2104.0, 5, 1, 45], [1416, 3, 2, 40], [852, 2, 1, 35]])
    y = np.array([460.0, 232, 178])
    answer = solve(Moments.of(X, y))
    assert (answer.rank, answer.dropped) == (3, (2, 3))
    assert_allclose(X @ answer.theta[1:] + answer.intercept, y)


def test_units_do_not_change_what_is_found() -> None:
    X, rng = design(100, 3, 5)
    y = rng.normal(size=100)
    units = np.array([1e-60, 1.0, 1e60])
    plain, scaled = solve(Moments.of(X, y)), solve(Moments.of(X * units, y))
    assert_allclose(scaled.coefficients * units, plain.coefficients, rtol=1e-10)
    assert_allclose(scaled.condition, plain.condition)


def test_only_a_target_and_no_rows() -> None:
    constant = solve(Moments.of(np.empty((3, 0)), [1.0, 2.0, 6.0]))
    assert (constant.intercept, constant.rank, constant.condition) == (3.0, 1, 1.0)
    with pytest.raises(FitError, match="no rows to fit"):
        solve(Moments.empty(3))
    with pytest.raises(FitError, match="no rows to fit"):
        solve(Moments.of([[1.0], [2.0]], [1.0, 2.0], weights=[0.0, 0.0]))
