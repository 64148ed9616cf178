"""Gradient descent: one loop for every objective, and beside it the formula for where the loop will be.

    v ← β v − α ∇J(θ)        θ ← θ + v

with the learning rate α and the momentum β (heavy ball; β = 0 is plain descent). `walk` is the loop and knows only an
`Objective`; `descend` runs it on moments or rows and adds what the moments know: the largest stable and the best
learning rate, and the state after any number of steps.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal, TypeAlias

import numpy as np

from slopewise.errors import ArgumentError, Diverged, ShapeError
from slopewise.moments import Moments
from slopewise.objective.protocol import Objective
from slopewise.objective.quadratic import Quadratic, check_state
from slopewise.objective.rows import RowsObjective
from slopewise.objective.scaled import Scaling
from slopewise.objective.shapes import numbers
from slopewise.solvers.descent_options import check_iterations, check_learning_rate, check_momentum, check_tolerance
from slopewise.solvers.exact import solve
from slopewise.solvers.modes import ClosedForm, Modes
from slopewise.typing import Array, ArrayLike, IntArray

Status: TypeAlias = Literal["converged", "diverged", "descending"]
Watch: TypeAlias = Callable[[int, Array, float, Array], None]
Progress: TypeAlias = Callable[[int, float], None]

KEPT_POINTS = 100_001  # a path of 100 000 steps is kept whole
_KEPT_NUMBERS = 2**24  # 128 MiB: with many features fewer points are kept
_PROGRESS_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class Walk:
    """What the loop leaves: `costs` (k + 1,) from the start on, the kept points `path` (n, q) and their step numbers
    `steps` (n,), the first and the last always among them; `settled`: the gradient met the tolerance; `finite`: False
    if the next step would not have been finite. Whatever is kept is finite."""

    costs: Array
    path: Array
    steps: IntArray
    settled: bool
    finite: bool


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """A finished run of gradient descent, in the user's units; k is the number of steps done.

    `costs` (k + 1,): J from the start on, in squared target units; `path` (k + 1, p + 1): the parameters, intercept
    first (absent in a model without one), thinned beyond 10⁵ points with `steps` naming the kept ones; `status`:
    "converged" (the tolerance was met), "diverged" (the rate is too large and the cost was rising or left the floats)
    or "descending". `learning_rate`, `momentum`, `stable_below`, `best_rate` and `eigenvalues` belong to the
    coordinates in which the steps were taken, as `scaling` has them: with `scale=True`, the standardised features.
    `form` is the same run as a formula.

    >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.5, iterations=3)
    >>> run.costs.round(1).tolist(), run.path.shape, run.status
    ([85000.0, 43281.2, 22041.0, 11226.8], (4, 2), 'descending')
    """

    learning_rate: float
    momentum: float
    costs: Array
    path: Array
    steps: IntArray
    status: Status
    form: ClosedForm
    scaling: Scaling

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: {self.status} after {self.iterations:,} iterations "
            f"at learning rate {self.learning_rate:.4g}, cost {self.costs[-1]:.4g}>"
        )

    @property
    def iterations(self) -> int:
        """The steps done."""
        return len(self.costs) - 1

    @property
    def intercept(self) -> float:
        """The intercept after the last step; 0.0 in a model without one."""
        return float(self.path[-1, 0]) if self.scaling.intercept else 0.0

    @property
    def coefficients(self) -> Array:
        """The coefficients (p,) after the last step, in target units per feature unit."""
        return self.path[-1, int(self.scaling.intercept) :]

    @property
    def scaled(self) -> bool:
        """Whether the steps were taken in standardised features."""
        return bool(np.any(self.scaling.spread != 1) or np.any(self.scaling.centre != 0))

    @property
    def eigenvalues(self) -> Array:
        """Of the Hessian, (q,), ascending, zeros included."""
        return self.form.modes.eigenvalues

    @property
    def rank(self) -> int:
        """Of the Hessian: fewer than there are parameters means that infinitely many share the minimum."""
        return self.form.modes.rank

    @property
    def condition(self) -> float:
        """λmax/λmin of the Hessian over its nonzero eigenvalues."""
        return self.form.modes.condition

    @property
    def stable_below(self) -> float:
        """2(1 + β)/λmax: every smaller learning rate converges."""
        return self.form.modes.stable_below(self.momentum)

    @property
    def best_rate(self) -> float:
        """2(1 + β)/(λmin + λmax): the fastest constant learning rate at this momentum."""
        return self.form.modes.best_rate(self.momentum)

    @property
    def limit(self) -> Array:
        """Where a stable run ends, (q,): of all minimisers the nearest to the start, as the steps measure it."""
        return self.scaling.to_user(self.form.limit)

    @property
    def minimum(self) -> float:
        """J*, the least cost there is."""
        return self.form.quadratic.minimum

    def at(self, k: int) -> Array:
        """The parameters (q,) after k steps, in closed form: k may be 10⁹. Raises `Diverged` beyond the floats.

        >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01)
        >>> run.at(10_000).round(4).tolist(), run.at(10**9).round(9).tolist()
        ([100.0116, 199.9929], [100.0, 200.0])
        """
        return self.scaling.to_user(self.form.at(k))

    def cost_at(self, k: int) -> float:
        """J after k steps, in closed form."""
        return self.form.cost_at(k)

    def iterations_to(self, t: float) -> int | None:
        """The first k with J_k − J* ≤ t·(J_0 − J*), done or not; None if it never comes (or momentum is all but 1).

        >>> descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01).iterations_to(1e-6)
        3531
        """
        return self.form.iterations_to(t)

    def slowest_mode_iterations(self, t: float) -> float:
        """About how many steps shrink the error of the slowest mode to t times its size; infinite if none do."""
        return self.form.slowest_mode_iterations(t)

    def check_converging(self) -> None:
        """Raise `Diverged`, naming the largest stable rate, if there is nothing here to build a model on."""
        if self.status == "diverged":
            raise Diverged(
                f"descent diverged at learning_rate={self.learning_rate:.6g}: stay below {self.stable_below:.6g}, the "
                f"largest stable rate; the fastest constant rate is {self.best_rate:.6g}"
            )


def descend(
    objective: Moments | RowsObjective,
    *,
    intercept: bool = True,
    learning_rate: float | Literal["auto"] = "auto",
    iterations: int = 10_000,
    start: ArrayLike | None = None,
    scale: bool = False,
    momentum: float = 0.0,
    tolerance: float = 1e-10,
    progress: Progress | None = None,
) -> Descent:
    """Minimise J by steps of constant learning rate, from `start` (p + 1,), intercept first, or from zero.

    `learning_rate` "auto" is the best constant rate. At most `iterations` steps are done; the run stops when
    ‖∇J‖ ≤ `tolerance`·‖∇J at the start‖, never with 0. `scale=True` descends in standardised features. `progress` is
    called with (steps done, cost) at most 20 times a second, and at the end. A run that diverges is kept, finite.
    Raises `ArgumentError` for an argument that makes no sense, `TooFewRows` for a state without rows.

    >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.8, iterations=10)
    >>> run.status, round(run.stable_below, 4)
    ('diverged', 0.5836)
    """
    iterations, momentum, tolerance = check_iterations(iterations), check_momentum(momentum), check_tolerance(tolerance)
    moments = objective if isinstance(objective, Moments) else objective.moments()
    check_state(moments)
    scaling = Scaling.of(moments, intercept=intercept) if scale else Scaling.none(moments.p, intercept=intercept)
    quadratic = _quadratic(moments, scaling)
    modes = Modes.of(quadratic)
    rate = _auto(modes, momentum) if learning_rate == "auto" else check_learning_rate(learning_rate, ", or 'auto'")
    form = ClosedForm(quadratic, modes, scaling.to_scaled(_start(start, moments.p + intercept)), rate, momentum)
    walked = walk(
        _stepped(objective, quadratic, scaling if scale else None),
        form.start,
        learning_rate=rate,
        iterations=iterations,
        momentum=momentum,
        tolerance=tolerance,
        negligible=quadratic.gradient_noise,
        watch=_seldom(progress) if progress else None,
    )
    if progress:
        progress(len(walked.costs) - 1, float(walked.costs[-1]))
    return Descent(
        learning_rate=rate,
        momentum=momentum,
        costs=walked.costs,
        path=scaling.to_user(walked.path),
        steps=walked.steps,
        status=_status(walked, unstable=rate > modes.stable_below(momentum)),
        form=form,
        scaling=scaling,
    )


def walk(
    objective: Objective,
    start: Array,
    *,
    learning_rate: float,
    iterations: int,
    momentum: float = 0.0,
    tolerance: float = 0.0,
    negligible: float = 0.0,
    kept_points: int = KEPT_POINTS,
    watch: Watch | None = None,
) -> Walk:
    """The loop: v ← β v − α ∇J(θ), θ ← θ + v, until the tolerance is met, the steps are done, or the floats end.

    A start whose gradient is no longer than `negligible` is an optimum already. `watch` sees every step: its number,
    θ and J after it, and the gradient that it used.
    """
    theta = np.array(start, dtype=np.float64)
    costs, path = array("d"), _Path(min(kept_points, iterations + 1), len(theta))
    rates, momenta = np.full_like(theta, learning_rate), np.full_like(theta, momentum)  # NumPy is slow with scalars
    velocity = np.zeros_like(theta)
    finite = True
    with np.errstate(over="ignore", invalid="ignore"):
        cost, gradient = objective.evaluate(theta)
        length = math.hypot(*gradient.tolist())
        if not math.isfinite(cost + length):
            raise ArgumentError(
                f"at the start the cost ({cost:.6g}) or its gradient is not finite; start nearer zero, and give rows "
                "without missing or infinite values"
            )
        target = negligible if tolerance > 0 and length <= negligible else tolerance * length
        costs.append(cost)
        path.add(0, theta)
        for step in range(1, iterations + 1):
            if tolerance > 0 and length <= target:
                break
            velocity = momenta * velocity - rates * gradient
            theta = theta + velocity
            used = gradient
            cost, gradient = objective.evaluate(theta)
            length = math.hypot(*gradient.tolist())
            finite = math.isfinite(cost) and math.isfinite(length)
            if not finite:
                break
            costs.append(cost)
            path.add(step, theta)
            if watch:
                watch(step, theta, cost, used)
    return Walk(np.array(costs), *path.kept(), settled=length <= target, finite=finite)


class _Path:
    """Every stride-th point of a path; when there is no room left, every other one goes and the stride doubles."""

    def __init__(self, points: int, width: int) -> None:
        self._points = np.empty((max(min(points, _KEPT_NUMBERS // max(width, 1)), 2), width))
        self._count, self._stride = 0, 1
        self._last = 0, np.empty(width)

    def add(self, step: int, theta: Array) -> None:
        self._last = step, theta
        if step % self._stride:
            return
        if self._count == len(self._points):
            self._count = (self._count + 1) // 2
            self._points[: self._count] = self._points[::2]
            self._stride *= 2
            if step % self._stride:
                return
        self._points[self._count] = theta
        self._count += 1

    def kept(self) -> tuple[Array, IntArray]:
        """The points and their step numbers, the last point among them."""
        steps = np.arange(self._count, dtype=np.int64) * self._stride
        points = self._points[: self._count]
        step, theta = self._last
        if steps[-1] == step:
            return points.copy(), steps
        return np.vstack([points, theta]), np.append(steps, step)


def _start(start: ArrayLike | None, parameters: int) -> Array:
    if not parameters:
        raise ArgumentError("without an intercept and without a feature there is nothing to fit; add one of them")
    if start is None:
        return np.zeros(parameters)
    theta = numbers("start", start)
    if theta.shape != (parameters,):
        raise ShapeError(f"start has shape {theta.shape}; it must be ({parameters},), the intercept first if any")
    if not np.isfinite(theta).all():
        raise ArgumentError(f"start={theta.tolist()} is not finite; give one finite number for each parameter")
    return theta


def _auto(modes: Modes, momentum: float) -> float:
    return modes.best_rate(momentum) if modes.rank else 1.0  # without a slope every rate stands still


def _quadratic(moments: Moments, scaling: Scaling) -> Quadratic:
    solution = solve(moments, intercept=scaling.intercept)
    minimum = solution.residual_sum_of_squares / (2 * float(moments.weight))
    return Quadratic.of(moments, optimum=solution.theta, minimum=minimum, rank=solution.rank, scaling=scaling)


def _stepped(objective: Moments | RowsObjective, quadratic: Quadratic, scaling: Scaling | None) -> Objective:
    """What answers in the loop: the quadratic for moments, the rows themselves for rows."""
    if isinstance(objective, Moments):
        return quadratic
    return objective.standardised(scaling) if scaling else objective


def _status(walked: Walk, *, unstable: bool) -> Status:
    if walked.settled:
        return "converged"
    rising = len(walked.costs) > 1 and walked.costs[-1] > walked.costs[-2]
    return "diverged" if not walked.finite or (unstable and rising) else "descending"


def _seldom(progress: Progress) -> Watch:
    """`progress` as something that may be called at every step."""
    due = monotonic() + _PROGRESS_SECONDS

    def watch(step: int, theta: Array, cost: float, gradient: Array) -> None:
        nonlocal due
        if monotonic() >= due:
            progress(step, cost)
            due = monotonic() + _PROGRESS_SECONDS

    return watch
