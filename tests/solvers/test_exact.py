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
from slopewise.moments.shifted import Shifted
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


def state_of(products: np.ndarray) -> Moments:
    """A state whose columns have these cross-products, and a target that has none with them."""
    q = len(products) + 1
    body = np.zeros((q, q))
    body[:-1, :-1], body[-1, -1] = products, 1.0
    sums = Shifted(np.asarray(1e6), np.zeros(q), np.zeros(q), body)
    return Moments(np.asarray(10**6), np.asarray(0.0), np.zeros(q), sums)


SPECTRA = {
    "orthogonal": np.eye,
    "all equally correlated": lambda p: 0.7 * np.eye(p) + 0.3,
    "neighbours correlated": lambda p: np.eye(p) + 0.499 * (np.eye(p, k=1) + np.eye(p, k=-1)),
    "random": lambda p: np.corrcoef(np.random.default_rng(9).normal(size=(p, p + 9))),
    "levels of a category": lambda p: np.diag(r := np.arange(1.0, p + 1)) - np.outer(r, r) / (p**2 + 1),
}


@pytest.mark.parametrize("p", [1, 20, 150, 240])
@pytest.mark.parametrize("spectrum", SPECTRA)
def test_the_condition_is_that_of_the_scaled_columns(spectrum: str, p: int) -> None:
    products = SPECTRA[spectrum](p).reshape(p, p)
    size = np.sqrt(np.diagonal(products))
    scaled = products / size[:, None] / size
    answer = solve(state_of(products))
    assert_allclose(answer.condition, np.sqrt(np.linalg.cond(scaled)), rtol=1e-7)
    assert_allclose(answer.unscaled_covariance[1:, 1:] @ products, np.eye(p), atol=1e-8)


def test_a_constant_target_and_a_target_without_noise_leave_exact_zeros() -> None:
    X, _ = design(50, 3, 2)
    constant = solve(Moments.of(X, np.full(50, 0.1)))
    assert (constant.intercept, constant.coefficients.tolist()) == (0.1, [0.0, 0.0, 0.0])
    assert (constant.residual_sum_of_squares, constant.explained_sum_of_squares) == (0.0, 0.0)
    doubled = solve(Moments.of(X[:, 0], 2 * X[:, 0]))
    assert (doubled.intercept, doubled.coefficients.tolist(), doubled.residual_sum_of_squares) == (0.0, [2.0], 0.0)


@pytest.mark.parametrize("precision", ["double", "double-double"])
def test_many_columns_on_any_number_of_threads(precision: str) -> None:
    draw = np.random.default_rng(6)
    X = draw.normal(size=(800, 360)) + 3
    X[:, 200] = X[:, 10] + X[:, 20]
    X[:, 305] = 0.3
    y = X @ draw.normal(size=360) + 5 + draw.normal(size=800)
    moments = Moments.of(X, y, precision=precision)
    answer = solve(moments, threads=1)
    others = np.delete(np.arange(360), [200, 305])
    referee = np.linalg.lstsq(np.column_stack([np.ones(800), X[:, others]]), y)
    assert_allclose(answer.theta[np.append(0, 1 + others)], referee[0], atol=1e-10)
    assert_allclose(answer.residual_sum_of_squares, referee[1][0], rtol=1e-11)
    assert answer.dropped == (200, 305)
    assert_allclose(answer.combinations[200][[0, 11, 21, 1]], [0, 1, 1, 0], atol=1e-12)
    assert solve(moments, threads=3).to_dict() == answer.to_dict()
