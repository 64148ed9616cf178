"""The quadratic about its minimum: the same cost, with the digits that a far offset or a near optimum would take."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.moments import Moments
from slopewise.objective import quadratic
from slopewise.objective.quadratic import Quadratic
from slopewise.objective.scaled import Scaling
from slopewise.solvers.exact import solve


def about_minimum(moments: Moments, *, intercept: bool = True, scaling: Scaling | None = None) -> Quadratic:
    answer = solve(moments, intercept=intercept)
    minimum = answer.residual_sum_of_squares / (2 * float(moments.weight))
    return Quadratic.of(moments, optimum=answer.theta, minimum=minimum, rank=answer.rank, scaling=scaling)


def drawn(seed: int, m: int, p: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, p)) * 10.0 ** rng.integers(-2, 3, p) + rng.integers(-5, 6, p)
    return X, rng.normal(size=m), rng.gamma(2.0, size=m), rng


@given(st.integers(0, 9999), st.integers(1, 20), st.integers(1, 4), st.booleans())
def test_it_is_the_weighted_cost_over_the_rows(seed: int, m: int, p: int, intercept: bool) -> None:
    X, y, v, rng = drawn(seed, m, p)
    J = about_minimum(Moments.of(X, y, weights=v), intercept=intercept)
    theta = rng.normal(size=p + intercept)
    w, b = (theta[1:], theta[0]) if intercept else (theta, 0.0)
    errors = X @ w + b - y
    size = (np.abs(X) @ np.abs(w) + abs(b) + np.abs(y) + np.abs(X).max(axis=0) @ np.abs(J.optimum[-p:])).max() + 1
    assert_allclose(J.cost(theta), 0.5 * v @ errors**2 / v.sum(), atol=1e-10 * size**2)
    exact = np.append([v @ errors / v.sum()] * intercept, (v * errors) @ X / v.sum())
    columns = np.append([1.0] * intercept, np.abs(X).max(axis=0))
    assert np.all(np.abs(J.gradient(theta) - exact) <= 1e-10 * size * columns)
    assert J.cost(theta) >= J.cost(J.optimum) == J.minimum


@given(st.integers(0, 9999), st.booleans())
def test_standardised_it_is_the_same_function_in_other_coordinates(seed: int, intercept: bool) -> None:
    X, y, v, rng = drawn(seed, 12, 3)
    moments = Moments.of(X, y, weights=v)
    scaling = Scaling.of(moments, intercept=intercept)
    plain = about_minimum(moments, intercept=intercept)
    scaled = about_minimum(moments, intercept=intercept, scaling=scaling)
    theta = plain.optimum + rng.normal(size=3 + intercept)
    assert_allclose(scaled.cost(scaling.to_scaled(theta)), plain.cost(theta), rtol=1e-11)
    assert_allclose(scaling.to_user(scaling.to_scaled(theta)), theta, atol=1e-12 * (1 + np.abs(theta).max()))
    assert_allclose(np.diagonal(scaled.centred)[int(intercept) :], 1.0, rtol=1e-14)
    if intercept:
        assert scaled.level.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_digits_survive_a_far_offset_and_a_near_optimum() -> None:
    """Years about 10⁸ and θ a billionth from the optimum: J − J* to 12 digits, where the rows have none left."""
    x, y = np.array([1e8 - 1, 1e8, 1e8 + 2, 1e8 + 3]), np.array([1.0, 3.0, 2.0, 6.0])
    moments = Moments.of(x, y)
    J = about_minimum(moments)
    theta = J.optimum + np.array([0.0, 1e-9])
    d = [Fraction(float(t)) - Fraction(float(o)) for t, o in zip(theta, J.optimum, strict=True)]
    exact = sum((d[0] + d[1] * Fraction(float(value))) ** 2 for value in x) / (2 * len(x))
    assert J.cost(theta) - J.minimum == pytest.approx(float(exact), rel=1e-9)
    far = sum(d[0] + d[1] * Fraction(float(value)) for value in x) / len(x)
    assert J.gradient(theta)[0] == pytest.approx(float(far), rel=1e-12)


@given(st.integers(0, 9999))
def test_it_is_never_below_its_minimum_even_along_a_flat_valley(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=20)
    moments = Moments.of(np.column_stack([x, 2 * x, -x]), 3 * x + rng.normal(size=20))
    J = about_minimum(moments)
    along = np.array([0.0, 2.0, -1.0, 0.0]) * 10.0 ** rng.integers(-8, 9)
    assert J.rank == 2
    assert J.cost(J.optimum + along) >= J.minimum
    assert quadratic.compute_cost(moments, J.optimum[1:] + along[1:], J.optimum[0]) >= 0


def test_a_constant_column_has_spread_one_and_a_model_without_intercept_is_not_centred() -> None:
    moments = Moments.of([[1.0, 0.1], [3.0, 0.1], [8.0, 0.1]], [1.0, 2.0, 3.0])
    scaling = Scaling.of(moments)
    assert scaling.spread[1] == 1.0
    assert_allclose(scaling.spread[0], np.std([1.0, 3.0, 8.0]))
    assert_allclose(scaling.standardise(np.array([[4.0, 0.1]])), [[0.0, 0.0]], atol=1e-16)
    assert Scaling.of(moments, intercept=False).centre.tolist() == [0.0, 0.0]
    theta = np.array([3.0, -2.0])
    assert Scaling.none(2, intercept=False).to_user(theta).tolist() == theta.tolist()


def test_the_gradient_noise_bounds_the_gradient_at_the_rounded_optimum() -> None:
    for seed in range(20):
        X, y, _, _ = drawn(seed, 30, 3)
        moments = Moments.of(X, y)
        J = about_minimum(moments)
        beside = np.nextafter(J.optimum, np.inf)
        assert 0 < np.linalg.norm(J.gradient(beside)) <= J.gradient_noise
