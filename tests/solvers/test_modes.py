"""The closed form of descent: exact recurrences as the referee, and what algebra says of the whole run."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError, Diverged
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers.descent import Descent, descend
from slopewise.solvers.factors import Law

HOUSES = Moments.of([1.0, 2.0], [300.0, 500.0])


def small_table(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = int(rng.integers(1, 4))
    X = rng.normal(size=(p + 6, p)) + rng.normal(size=p)
    return X, rng.normal(size=p + 6) * 10, rng.gamma(2.0, size=p + 6)


def regions(beta: float) -> list[float]:
    """Values of a in, between and on the borders of the regions of the heavy ball."""
    near, far, edge = (1 - beta**0.5) ** 2, (1 + beta**0.5) ** 2, 2 * (1 + beta)
    borders = [near, near * (1 - 1e-9), near * (1 + 1e-9), far, far * (1 - 1e-12), far * (1 + 1e-9)]
    return [a for a in [1e-12, 1e-6, 0.3, 1, 1.5, 1 + beta, (far + edge) / 2, edge, edge * 1.01, *borders] if a > 0]


@pytest.mark.parametrize("beta", [0.0, 1e-9, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_factor_is_its_recurrence_in_exact_arithmetic(beta: float) -> None:
    k = np.arange(41)
    values = regions(beta)
    f, change = Law.of(Pair.of(np.array(values)), beta).after(k)
    for column, a in enumerate(values):
        before = now = Fraction(1)
        for step in k:
            size = max(abs(float(now)), beta ** (step / 2))
            assert abs(float(f[step, column]) - float(now)) <= 1e-11 * size, (beta, a, step)
            assert abs(float(change[step, column]) - float(now - 1)) <= 1e-8 * abs(float(now - 1)) + 1e-18, (
                beta,
                a,
                step,
            )
            before, now = now, (1 + Fraction(beta) - Fraction(a)) * now - Fraction(beta) * before


@pytest.mark.parametrize("beta", [0.0, 0.1, 0.9, 0.99])
def test_the_radius_is_that_of_the_matrix_of_a_step(beta: float) -> None:
    values = [1e-3, 0.5, 1.3, 1.9, (1 + beta**0.5) ** 2 + 0.01]
    matrices = np.array([[[1 + beta - a, -beta], [1.0, 0.0]] for a in values])
    radius = np.abs(np.linalg.eigvals(matrices)).max(axis=1)
    assert_allclose(np.exp(Law.of(Pair.of(np.array(values)), beta).log_radius), radius, rtol=1e-12)


@given(st.integers(0, 9999), st.booleans(), st.booleans())
def test_the_modes_are_those_of_the_hessian(seed: int, intercept: bool, scale: bool) -> None:
    X, y, v = small_table(seed)
    run = descend(Moments.of(X, y, weights=v), intercept=intercept, scale=scale, iterations=0)
    if scale:
        mean = np.average(X, axis=0, weights=v)
        X = (X - mean * intercept) / np.sqrt(np.average((X - mean) ** 2, axis=0, weights=v))
    Z = np.column_stack([np.ones(len(X)), X]) if intercept else X
    H = Z.T @ (v[:, None] * Z) / v.sum()
    expected = np.linalg.eigvalsh(H)
    assert_allclose(run.eigenvalues, expected, atol=1e-13 * expected[-1])
    assert run.rank == len(expected)
    assert_allclose(run.stable_below, 2 / expected[-1])
    assert_allclose(run.best_rate, 2 / (expected[0] + expected[-1]))
    assert_allclose(run.condition, expected[-1] / expected[0], rtol=1e-9)
    vectors = run.form.modes.vectors.hi
    assert_allclose(vectors.T @ vectors, np.eye(run.rank), atol=1e-14)
    assert_allclose(H @ vectors, vectors * run.eigenvalues, atol=1e-13 * expected[-1])


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
def test_below_the_bound_it_converges_and_above_it_does_not(momentum: float) -> None:
    for seed in range(10):
        X, y, _ = small_table(seed)
        moments = Moments.of(X, y)
        bound = descend(moments, momentum=momentum, iterations=0).stable_below
        below = descend(moments, momentum=momentum, iterations=0, learning_rate=bound * (1 - 1e-6))
        above = descend(moments, momentum=momentum, iterations=0, learning_rate=bound * (1 + 1e-6))
        assert_allclose(below.at(10**9), below.limit, atol=1e-12 * np.abs(below.limit).max())
        assert below.slowest_mode_iterations(1e-6) < np.inf == above.slowest_mode_iterations(1e-6)
        assert above.cost_at(2 * 10**6) > 2 * above.cost_at(10**6)
        with pytest.raises(Diverged, match="largest stable rate"):
            above.at(10**12)
        with pytest.raises(Diverged, match="no longer fit"):
            above.cost_at(2**62 - 1)


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("factor", [0.9, 0.99, 1.01, 1.02])
def test_no_rate_is_faster_than_the_best(momentum: float, factor: float) -> None:
    for seed in range(10):
        X, y, _ = small_table(seed)
        moments = Moments.of(X, y)
        best = descend(moments, momentum=momentum, iterations=0)
        other = descend(moments, momentum=momentum, iterations=0, learning_rate=best.best_rate * factor)
        assert best.slowest_mode_iterations(1e-6) <= other.slowest_mode_iterations(1e-6) * (1 + 1e-12)


def first_below(run: Descent, t: float) -> int | None:
    found = np.flatnonzero(run.costs - run.minimum <= t * (run.costs[0] - run.minimum))
    return int(found[0]) if len(found) else None


@settings(max_examples=40)
@given(
    st.integers(0, 9999),
    st.floats(0.05, 1.3),
    st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.98]),
    st.sampled_from([0.9, 0.3, 1e-2, 1e-5]),
)
def test_iterations_to_is_the_first_such_step_of_the_loop(seed: int, share: float, momentum: float, t: float) -> None:
    X, y, _ = small_table(seed)
    moments = Moments.of(X, y)
    bound = descend(moments, momentum=momentum, iterations=0).stable_below
    run = descend(moments, learning_rate=share * bound, momentum=momentum, iterations=600, tolerance=0)
    predicted, seen = run.iterations_to(t), first_below(run, t)
    if predicted is None or predicted > run.iterations:
        assert seen is None
    else:
        assert seen == predicted


def test_iterations_to_far_away_never_and_at_once() -> None:
    slow = descend(HOUSES, learning_rate=1e-9, iterations=0)
    k = slow.iterations_to(1e-12)
    assert k is not None
    assert k > 10**11
    goal = slow.minimum + 1e-12 * (slow.costs[0] - slow.minimum)
    assert slow.cost_at(k) <= goal * (1 + 1e-9)
    assert slow.cost_at(k - 10**4) > goal
    assert descend(HOUSES, learning_rate=0.8, iterations=0).iterations_to(1e-6) is None
    assert descend(HOUSES, learning_rate=1e-30, iterations=0).iterations_to(0.5) is None  # beyond 2⁶² steps
    assert slow.iterations_to(1.0) == 0
    optimal = descend(HOUSES, start=[100.0, 200.0])
    assert optimal.iterations_to(1e-6) == 0


def test_a_cost_that_falls_before_it_rises_is_found_while_it_falls() -> None:
    """A rate just above the bound, from a start almost without the mode that grows."""
    bound = descend(HOUSES, iterations=0)
    modes = bound.form.modes
    start = bound.limit + 100 * modes.vectors.hi[:, 0] + 1e-3 * modes.vectors.hi[:, 1]
    for momentum in (0.0, 0.5):
        rate = 1.001 * 2 * (1 + momentum) / bound.eigenvalues[-1]
        run = descend(HOUSES, learning_rate=rate, start=start, momentum=momentum, iterations=3000, tolerance=0)
        assert run.iterations_to(1e-2) == first_below(run, 1e-2) is not None
        assert run.iterations_to(1e-9) is None is first_below(run, 1e-9)
        assert run.status == "diverged"


@given(st.integers(0, 9999), st.booleans())
def test_fewer_rows_than_parameters_ends_at_the_fit_nearest_to_the_start(seed: int, scale: bool) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(3, 5)) + 1, rng.normal(size=3)
    start = rng.normal(size=6)
    run = descend(Moments.of(X, y), start=start, scale=scale, iterations=0)
    mean, spread = (X.mean(axis=0), X.std(axis=0)) if scale else (0.0, 1.0)
    Z = np.column_stack([np.ones(3), (X - mean) / spread])
    from_here = np.append(start[0] + np.sum(start[1:] * mean), start[1:] * spread)
    nearest = from_here + np.linalg.pinv(Z) @ (y - Z @ from_here)
    expected = np.append(nearest[0] - np.sum(nearest[1:] / spread * mean), nearest[1:] / spread)
    assert run.rank == 3
    assert run.eigenvalues[:3].tolist() == [0.0, 0.0, 0.0]
    assert_allclose(run.limit, expected, atol=1e-8 * np.abs(expected).max() * run.condition**0.5)
    assert_allclose(run.at(10**15), run.limit, atol=1e-12 * np.abs(expected).max())


def test_units_alone_do_not_make_a_hessian_singular() -> None:
    """A feature in 10⁻⁹ of its unit: condition 10¹⁸, and still every digit of the weakest mode."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50))
    coarse, fine = (descend(Moments.of(np.column_stack([x, y * u]), y), iterations=0) for u in (1.0, 1e-9))
    assert fine.rank == 3
    residual = np.linalg.lstsq(np.column_stack([np.ones(50), x]), y, rcond=None)[1][0] / 50
    assert fine.eigenvalues[0] == pytest.approx(residual * 1e-18, rel=1e-12)
    assert fine.condition == pytest.approx(coarse.eigenvalues[-1] / fine.eigenvalues[0], rel=10)


def test_without_any_slope_every_rate_stands_still() -> None:
    run = descend(Moments.of([[0.0], [0.0]], [1.0, 2.0]), intercept=False)
    assert (run.rank, run.condition, run.status, run.iterations) == (0, 1.0, "converged", 0)
    assert run.stable_below == run.best_rate == np.inf
    assert run.at(10**9).tolist() == run.limit.tolist() == [0.0]
    assert run.iterations_to(1e-6) == 0


def test_many_parameters_are_analysed_in_float64() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(300, 258))
    run = descend(Moments.of(X, X[:, 0]), learning_rate=0.1, iterations=50, tolerance=0)
    Z = np.column_stack([np.ones(300), X])
    assert_allclose(run.eigenvalues, np.linalg.eigvalsh(Z.T @ Z / 300), atol=1e-12)
    assert_allclose(run.at(50), run.path[-1], atol=1e-12)


@pytest.mark.parametrize("k", [-1, 1.5, True, 2**62, "ten"])
def test_a_number_of_steps_is_a_whole_number(k: object) -> None:
    with pytest.raises(ArgumentError, match="not a number of steps"):
        descend(HOUSES, iterations=0).at(k)


@pytest.mark.parametrize("t", [0, -1e-6, np.nan, np.inf, "1e-6"])
def test_a_fraction_is_a_positive_number(t: object) -> None:
    run = descend(HOUSES, iterations=0)
    for question in (run.iterations_to, run.slowest_mode_iterations):
        with pytest.raises(ArgumentError, match="not a fraction"):
            question(t)


def test_a_momentum_all_but_one_is_not_looked_through_for_ever() -> None:
    run = descend(Moments.of([1.0, 2.0, 4.0], [3.0, 5.0, 4.0]), learning_rate=0.1, momentum=1 - 2**-53)
    assert run.iterations_to(1e-20) is None
