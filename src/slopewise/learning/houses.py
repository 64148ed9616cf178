"""The lesson's three tables, and all that its text says of them, computed by the engine when the page is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from slopewise.moments import Moments
from slopewise.objective import loop
from slopewise.objective.quadratic import compute_cost, compute_gradient
from slopewise.solvers import exact
from slopewise.solvers.descent import Descent, descend
from slopewise.typing import Array

FRACTION = 1e-6  # of the excess cost at the start, where the lesson calls a descent done


@dataclass(frozen=True, eq=False)
class Houses:
    """A table: `x` (m, n) with its `names`, and `y` (m,), prices in $1000."""

    x: Array
    y: Array
    names: tuple[str, ...]
    source: str

    @cached_property
    def moments(self) -> Moments:
        """Its state."""
        return Moments.of(self.x, self.y)

    def run(self, rate: float, iterations: int, *, scale: bool = False) -> Descent:
        """Descent from zero."""
        return descend(self.moments, learning_rate=rate, iterations=iterations, scale=scale, tolerance=0.0)


TWO = Houses(np.array([[1.0], [2.0]]), np.array([300.0, 500.0]), ("size",), "two houses")
SIX = Houses(
    np.array([[1.0], [1.7], [2.0], [2.5], [3.0], [3.2]]),
    np.array([250.0, 300.0, 480.0, 430.0, 630.0, 730.0]),
    ("size",),
    "six houses",
)
THREE = Houses(
    np.array([[2104.0, 5, 1, 45], [1416, 3, 2, 40], [852, 2, 1, 35]]),
    np.array([460.0, 232, 178]),
    ("size_sqft", "bedrooms", "floors", "age"),
    "three houses",
)
SWEEP = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
ALMOST = 0.5835  # a rate just below the largest stable one of the two houses
GIVEN = np.array([0.39133535, 18.75376741, -53.36032453, -26.42131618]), 785.1811367994083
"""Weights and bias under which the three houses are predicted nearly exactly."""


def figures() -> dict[str, Any]:
    """Every figure that the text names, by name."""
    return {**_two(), **_six(), **_three(), **_scaled()}


def _two() -> dict[str, Any]:
    state, run = TWO.moments, TWO.run(0.01, 10_000)
    fast, almost = descend(state, iterations=0), TWO.run(ALMOST, 0)
    wild = TWO.run(0.8, 10)
    slope_w, slope_b = compute_gradient(state, 0.0, 0.0)
    b, w = run.path[-1]
    return {
        "cost_low": compute_cost(state, 100.0, 100.0),
        "cost_best": compute_cost(state, 200.0, 100.0),
        "cost_zero": compute_cost(state, 0.0, 0.0),
        "price": loop.compute_row(1.2, 200.0, 100.0),
        "dj_dw": slope_w,
        "dj_db": slope_b,
        "cost_first": run.costs[1],
        "pivot": -float(run.form.modes.vectors.hi[0, 0] / run.form.modes.vectors.hi[1, 0]),
        "steps_quick": TWO.run(0.3, 0).iterations_to(FRACTION),
        "after_w": run.path[1, 1],
        "after_b": run.path[1, 0],
        "end_w": w,
        "end_b": b,
        **{f"end_{name}": b + w * size for name, size in (("small", 1.0), ("middle", 1.2), ("large", 2.0))},
        "slope_100": compute_gradient(state, 100.0, 100.0)[0],
        "slope_300": compute_gradient(state, 300.0, 100.0)[0],
        "lambda_min": run.eigenvalues[0],
        "lambda_max": run.eigenvalues[1],
        "two_condition": run.condition,
        "limit": run.stable_below,
        "best_rate": run.best_rate,
        "steps_low": run.iterations_to(FRACTION),
        "steps_best": fast.iterations_to(FRACTION),
        "steps_almost": almost.iterations_to(FRACTION),
        "slow_low": _slowest(run),
        "slow_best": _slowest(fast),
        "slow_almost": _slowest(almost),
        "growth": (1 - 0.8 * run.eigenvalues[1]) ** 2,
        "wild_first": wild.costs[1],
        "wild_w": wild.path[-1, 1],
        "wild_b": wild.path[-1, 0],
    }


def _six() -> dict[str, Any]:
    solution = exact.solve(SIX.moments)
    b, w = solution.intercept, float(solution.coefficients[0])
    first, last = np.arange(4), np.arange(4, 6)
    held = exact.solve(Moments.of(SIX.x[first], SIX.y[first]))
    guess = held.intercept + SIX.x[last, 0] * held.coefficients[0]
    total = float(((SIX.y - SIX.y.mean()) ** 2).sum())
    return {
        "six_cost": compute_cost(SIX.moments, 200.0, -100.0),
        "six_w": w,
        "six_b": b,
        "six_best": solution.residual_sum_of_squares / 12,
        "six_r2": 1 - solution.residual_sum_of_squares / total,
        "six_rmse": np.sqrt(solution.residual_sum_of_squares / 6),
        "held_rmse": np.sqrt(((guess - SIX.y[last]) ** 2).mean()),
        "fitted_rmse": np.sqrt(held.residual_sum_of_squares / 4),
        "held_w": float(held.coefficients[0]),
        "held_b": held.intercept,
    }


def _three() -> dict[str, Any]:
    w, b = GIVEN
    run = THREE.run(5e-7, 1000)
    slopes, slope_b = loop.compute_gradient(THREE.x, THREE.y, w, b)
    nearest = descend(THREE.moments, iterations=0).limit
    return {
        "given_price": loop.compute_row(THREE.x[0], w, b),
        "given_cost": loop.compute_cost(THREE.x, THREE.y, w, b),
        "given_db": slope_b,
        **{f"given_dw{j + 1}": slope for j, slope in enumerate(np.atleast_1d(slopes).tolist())},
        "three_b": run.path[-1, 0],
        **{f"three_w{j}": run.path[-1, j] for j in range(1, 5)},
        "three_start": run.costs[0],
        "three_cost": run.costs[-1],
        **{
            f"three_price{i + 1}": price
            for i, price in enumerate((run.path[-1, 0] + THREE.x @ run.path[-1, 1:]).tolist())
        },
        "three_limit": run.stable_below,
        "three_condition": run.condition,
        "three_narrow": np.sqrt(run.condition),
        "three_length": float(np.linalg.norm(run.form.quadratic.gradient(run.path[-1]))),
        "three_slow": _slowest(descend(THREE.moments, learning_rate=5e-7, iterations=0)),
        "three_rank": run.rank,
        **{f"near_{name}": value for name, value in zip(("b", "w1", "w2", "w3", "w4"), nearest.tolist(), strict=True)},
    }


def _scaled() -> dict[str, Any]:
    run = THREE.run(0.5, 10, scale=True)
    return {
        "scaled_condition": run.condition,
        "scaled_limit": run.stable_below,
        "scaled_cost": run.costs[-1],
        "scaled_steps": run.iterations_to(FRACTION),
    }


def _slowest(run: Descent) -> float:
    return run.form.slowest_mode_iterations(FRACTION)
