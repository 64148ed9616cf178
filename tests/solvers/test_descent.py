"""Descent: the loop against the formula, laws of the path, and every way a run can end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError, Diverged, ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.objective.rows import RowsObjective
from slopewise.solvers import descent
from slopewise.solvers.descent import Descent, descend, walk
from slopewise.solvers.exact import solve

X2, Y2 = np.array([1.0, 2.0]), np.array([300.0, 500.0])
HOUSES = Moments.of(X2, Y2)


def table(seed: int, m: int = 12, p: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, p)) * [3.0, *[0.5] * (p - 1)] + 1, rng.normal(size=m) * 10 + 5


def ill_conditioned(condition: float) -> Moments:
    """Two features so nearly alike that the Hessian has about this condition number; the noise keeps J* above 0."""
    rng = np.random.default_rng(1)
    common, apart, noise = rng.normal(size=(3, 50))
    X = np.column_stack([common, common + 2 * apart / np.sqrt(condition)])
    return Moments.of(X, X @ [1.0, 2000.0] + 3 * apart + noise)


def worst_distance(run: Descent, every: int = 1) -> float:
    """The largest ‖at(k) − θ_k‖ / ‖θ_k‖ along the kept path, zero vectors aside."""
    pairs = list(zip(run.steps.tolist(), run.path, strict=True))
    checked = [*pairs[::every], pairs[-1]]
    return max(np.linalg.norm(run.at(k) - t) / np.linalg.norm(t) for k, t in checked if t.any())


# The loop and the closed form.


@settings(max_examples=40)
@given(
    st.integers(0, 9999),
    st.floats(0.02, 1.02),
    st.sampled_from([0.0, 0.2, 0.9]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_the_closed_form_is_where_the_loop_is(
    seed: int, share: float, momentum: float, scale: bool, intercept: bool, started: bool
) -> None:
    X, y = table(seed)
    moments = Moments.of(X, y)
    options = {"momentum": momentum, "scale": scale, "intercept": intercept}
    start = np.random.default_rng(seed).normal(size=2 + intercept) * 20 if started else None
    bound = descend(moments, iterations=0, **options).stable_below
    run = descend(moments, learning_rate=share * bound, iterations=80, tolerance=0, start=start, **options)
    assert worst_distance(run) < 1e-11
    assert_allclose([run.cost_at(k) for k in range(81)], run.costs, rtol=1e-11)
    assert_allclose(run.at(0), run.path[0], atol=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("scale", [False, True])
def test_they_agree_to_1e9_where_the_condition_is_1e7(momentum: float, scale: bool) -> None:
    run = descend(ill_conditioned(1e7), momentum=momentum, scale=scale, iterations=50_000, tolerance=0)
    assert 5e6 < run.condition < 2e7
    assert worst_distance(run, every=1000) < 1e-9


def test_they_agree_to_1e9_after_a_million_steps() -> None:
    run = descend(ill_conditioned(1e7), momentum=0.5, iterations=10**6, tolerance=0)
    assert run.iterations == run.steps[-1] == 10**6
    assert worst_distance(run, every=10_000) < 1e-9
    assert_allclose(run.cost_at(10**6), run.costs[-1], rtol=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 9999), st.sampled_from(["loop", "vectorized"]), st.booleans(), st.booleans())
def test_rows_and_moments_take_the_same_path(seed: int, spelling: str, scale: bool, intercept: bool) -> None:
    X, y = table(seed)
    options = {"scale": scale, "intercept": intercept, "momentum": 0.3, "iterations": 60, "tolerance": 0}
    rows = descend(RowsObjective(X, y, spelling), **options)
    moments = descend(Moments.of(X, y), **options)
    assert_allclose(rows.path, moments.path, atol=1e-11 * np.abs(moments.path).max())
    assert_allclose(rows.costs, moments.costs, rtol=1e-11)
    assert_allclose(rows.at(60), rows.path[-1], rtol=1e-9)


# Laws of the path.


@given(st.integers(0, 9999), st.lists(st.sampled_from([1e-6, 0.01, 1.0, 30.0, 1e5]), min_size=2, max_size=2))
def test_scaled_descent_does_not_see_units_or_offsets(seed: int, units: list[float]) -> None:
    X, y = table(seed)
    offset = np.array([5.0, -3.0]) * units
    plain = descend(Moments.of(X, y), scale=True, iterations=30, tolerance=0)
    other = descend(
        Moments.of(X * units + offset, y), scale=True, iterations=30, tolerance=0, learning_rate=plain.learning_rate
    )
    # From zero: the start is the same function of the rows only up to the intercept, which is zero in both.
    assert_allclose(other.costs, plain.costs, rtol=1e-9)
    assert_allclose(other.path[:, 1:] * units, plain.path[:, 1:], atol=1e-9 * np.abs(plain.path).max())
    assert_allclose(
        other.path[:, 0] + other.path[:, 1:] @ offset, plain.path[:, 0], atol=1e-9 * np.abs(plain.path).max()
    )


@given(st.integers(0, 9999))
def test_a_start_is_a_shift_of_the_target(seed: int) -> None:
    X, y = table(seed)
    theta = np.random.default_rng(seed).normal(size=3)
    there = descend(Moments.of(X, y), start=theta, iterations=40, tolerance=0)
    zero = descend(Moments.of(X, y - X @ theta[1:] - theta[0]), iterations=40, tolerance=0)
    assert_allclose(there.path, zero.path + theta, atol=1e-11 * (1 + np.abs(there.path).max()))
    assert_allclose(there.costs, zero.costs, rtol=1e-10)


@given(st.integers(0, 9999), st.integers(2, 5))
def test_copies_weights_and_frequencies_take_one_path(seed: int, copies: int) -> None:
    X, y = table(seed)
    count = np.where(np.arange(len(y)) % 3 == 0, copies, 1)
    states = [
        Moments.of(np.repeat(X, count, axis=0), np.repeat(y, count)),
        Moments.of(X, y, weights=count),
        Moments.of(X, y, frequency=count),
    ]
    paths = [descend(state, iterations=30, tolerance=0).path for state in states]
    for path in paths[1:]:
        assert_allclose(path, paths[0], atol=1e-11 * np.abs(paths[0]).max())


@settings(max_examples=30)
@given(st.integers(0, 9999), st.booleans(), st.floats(0.1, 0.99))
def test_below_the_bound_the_cost_falls_at_every_step_to_the_exact_answer(seed: int, scale: bool, share: float) -> None:
    X, y = table(seed)
    moments = Moments.of(X, y)
    analysis = descend(moments, scale=scale, iterations=0)
    assume(analysis.condition < 300)
    rate = share * analysis.stable_below
    enough = descend(moments, scale=scale, learning_rate=rate, iterations=0).slowest_mode_iterations(1e-10) + 1
    run = descend(moments, scale=scale, learning_rate=rate, iterations=int(enough) + 1)
    assert run.status == "converged"
    assert np.all(np.diff(run.costs) <= 0)
    assert run.costs.min() >= run.minimum
    answer = solve(moments)
    assert_allclose(run.limit, answer.theta, rtol=1e-9)
    assert_allclose(run.at(10**12), run.limit, rtol=1e-12)
    # ‖θ − θ*‖ ≤ ‖∇J‖/λmin and ‖∇J at the start‖ ≤ λmax ‖θ*‖, from zero.
    found, goal = (run.scaling.to_scaled(theta) for theta in (run.path[-1], answer.theta))
    assert np.linalg.norm(found - goal) <= 1.001e-10 * run.condition * np.linalg.norm(goal)


# How a run ends.


@pytest.mark.parametrize("objective", [HOUSES, RowsObjective(X2, Y2, "loop"), RowsObjective(X2, Y2)])
@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_divergence_leaves_only_finite_numbers(objective: object, scale: bool, momentum: float) -> None:
    run = descend(objective, learning_rate=50.0, scale=scale, momentum=momentum)
    assert run.status == "diverged"
    assert 10 < run.iterations < 10_000
    assert run.costs[-1] > 1e290
    assert np.isfinite(run.costs).all()
    assert np.isfinite(run.path).all()
    assert run.path.shape == (run.iterations + 1, 2)
    with pytest.raises(Diverged, match=f"learning_rate=50: stay below {run.stable_below:.6g}"):
        run.check_converging()


def test_a_rate_above_the_bound_is_divergence_as_soon_as_the_cost_rises() -> None:
    assert descend(HOUSES, learning_rate=0.8, iterations=10).status == "diverged"
    assert descend(HOUSES, learning_rate=0.5835, iterations=10).status == "descending"
    # Almost only the slow mode is there at the start, so the cost still falls.
    run = descend(HOUSES, iterations=0)
    start = run.limit + 100 * run.form.modes.vectors.hi[:, 0]
    early = descend(HOUSES, learning_rate=0.6, iterations=5, start=start)
    assert early.status == "descending"
    early.check_converging()


@pytest.mark.parametrize("objective", [HOUSES, RowsObjective(X2, Y2, "loop")])
@pytest.mark.parametrize("scale", [False, True])
def test_a_start_at_the_optimum_is_converged_in_no_step(objective: object, scale: bool) -> None:
    run = descend(objective, start=[100.0, 200.0], scale=scale)
    assert (run.status, run.iterations, run.costs.shape, run.path.shape) == ("converged", 0, (1,), (1, 2))
    moments = Moments.of(*table(5))
    again = descend(moments, start=solve(moments).theta, scale=scale)
    assert (again.status, again.iterations) == ("converged", 0)


@given(st.integers(0, 9999), st.sampled_from([1e-3, 1e-6, 1e-10]))
def test_it_stops_at_the_first_gradient_within_the_tolerance(seed: int, tolerance: float) -> None:
    X, y = table(seed)
    run = descend(Moments.of(X, y), tolerance=tolerance)
    rows = RowsObjective(X, y)
    lengths = [np.linalg.norm(rows.gradient(theta)) for theta in run.path[[0, -2, -1]]]
    assert run.status == "converged"
    assert lengths[1] > tolerance * lengths[0] * (1 - 1e-3)
    assert lengths[2] <= tolerance * lengths[0] * (1 + 1e-3)


def test_tolerance_zero_never_stops_and_no_iterations_do_nothing() -> None:
    endless = descend(HOUSES, iterations=3000, tolerance=0)
    assert (endless.iterations, len(endless.costs)) == (3000, 3001)
    nothing = descend(HOUSES, iterations=0, start=[1.0, 2.0])
    assert (nothing.iterations, nothing.status, nothing.path.tolist()) == (0, "descending", [[1.0, 2.0]])


def test_without_an_intercept_the_path_holds_the_coefficients_alone() -> None:
    run = descend(HOUSES, intercept=False)
    assert run.intercept == 0.0
    assert run.path.shape == (run.iterations + 1, 1)
    assert_allclose(run.coefficients, [(300 + 2 * 500) / 5])


def test_a_model_of_the_intercept_alone_is_the_mean() -> None:
    run = descend(Moments.of(np.empty((3, 0)), [1.0, 2.0, 6.0]))
    assert (run.status, run.intercept, run.coefficients.tolist()) == ("converged", 3.0, [])
    assert (run.stable_below, run.best_rate, run.condition) == (2.0, 1.0, 1.0)


# Arguments.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(({"learning_rate": rate}, "learning_rate=") for rate in (0, -0.1, np.nan, np.inf, "fast", None, True, 1j)),
        *(({"iterations": count}, "iterations=") for count in (-1, 1.5, np.nan, np.inf, "10", None, True, 10**12)),
        *(({"momentum": share}, "momentum=") for share in (-0.1, 1.0, np.nan, "0.9")),
        *(({"tolerance": small}, "tolerance=") for small in (-1e-9, np.nan, np.inf, None)),
        ({"start": [1.0]}, r"start has shape \(1,\); it must be \(2,\)"),
        ({"start": 1.0}, r"start has shape \(\)"),
        ({"start": [1.0, np.nan]}, "not finite"),
        ({"start": ["a", "b"]}, "start must be a number"),
        ({"start": [1e200, 0.0]}, "at the start the cost .* is not finite"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_in_a_sentence(options: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        descend(HOUSES, **options)


def test_states_that_cannot_be_descended_on_are_refused() -> None:
    with pytest.raises(TooFewRows, match="no rows"):
        descend(Moments.empty(2))
    with pytest.raises(ShapeError, match="stack of 2"):
        descend(Moments.stack([HOUSES, HOUSES]))
    with pytest.raises(ArgumentError, match="nothing to fit"):
        descend(Moments.of(np.empty((3, 0)), [1.0, 2.0, 6.0]), intercept=False)


def test_whole_numbers_of_any_kind_are_taken() -> None:
    run = descend(HOUSES, learning_rate=np.float32(0.5), iterations=1e2, tolerance=np.int64(0))
    assert (run.iterations, run.learning_rate) == (100, 0.5)


# The loop itself: what it keeps, what it tells.


class Bowl:
    """J = ½‖θ‖², so that plain steps multiply θ by 1 − α."""

    def evaluate(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        return float(theta @ theta) / 2, theta.copy()


@given(st.integers(0, 300), st.integers(2, 40))
def test_a_long_path_is_thinned_evenly_and_keeps_both_ends(iterations: int, points: int) -> None:
    start = np.array([1.0, -2.0])
    walked = walk(Bowl(), start, learning_rate=0.01, iterations=iterations, kept_points=points)
    strides = np.diff(walked.steps)
    assert walked.steps[0] == 0
    assert walked.steps[-1] == iterations
    assert len(walked.steps) <= points + 1
    assert len(walked.steps) > min(points, iterations) // 2
    assert len(set(strides[:-1])) <= 1
    assert len(walked.costs) == iterations + 1
    assert_allclose(walked.path, 0.99 ** walked.steps[:, None] * start, rtol=1e-12)
    assert start.tolist() == [1.0, -2.0]


def test_wide_paths_are_thinned_to_a_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "_KEPT_NUMBERS", 1000)
    walked = walk(Bowl(), np.ones(100), learning_rate=0.01, iterations=500)
    assert walked.path.size <= 1100
    assert walked.steps[[0, -1]].tolist() == [0, 500]


def test_runs_up_to_100_000_steps_keep_the_whole_path() -> None:
    walked = walk(Bowl(), np.ones(1), learning_rate=1e-6, iterations=100_000)
    assert np.array_equal(walked.steps, np.arange(100_001))


def test_heavy_ball_adds_a_share_of_the_last_step() -> None:
    walked = walk(Bowl(), np.array([1.0]), learning_rate=0.5, momentum=0.25, iterations=3)
    assert walked.path[:, 0].tolist() == [1.0, 0.5, 0.125, -0.03125]


def test_progress_is_told_now_and_then_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(np.arange(0.0, 100.0, 0.01))  # every look at the clock is a hundredth of a second later
    monkeypatch.setattr(descent, "monotonic", lambda: next(clock))
    told: list[tuple[int, float]] = []
    run = descend(HOUSES, iterations=100, tolerance=0, progress=lambda step, cost: told.append((step, cost)))
    steps = [step for step, _ in told]
    assert 10 <= len(told) <= 21
    assert steps == sorted(steps)
    assert told[-1] == (100, run.costs[-1])
    assert all(cost == run.costs[step] for step, cost in told)


def test_an_interruption_passes_through() -> None:
    def interrupt(step: int, theta: np.ndarray, cost: float, gradient: np.ndarray) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walk(Bowl(), np.ones(1), learning_rate=0.1, iterations=10, watch=interrupt)
