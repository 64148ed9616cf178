"""The lesson: linear regression by gradient descent, from scratch, in the course's own words w and b.

    f(x) = w·x + b        J(w, b) = 1/(2m) Σ (f(xᵢ) − yᵢ)²        w ← w − α ∂J/∂w        b ← b − α ∂J/∂b

Each function is spelled as a loop and vectorized, and takes one feature, x (m,) with a scalar w, or many, x (m, n)
with w (n,). The order is always x, y, w, b and w before b in what comes back. This is a door: the numbers happen in
`objective/` and `solvers/`, whose formulas `slopewise.solvers.descent` has.

>>> predict([1.2], w=200.0, b=100.0).tolist()
[340.0]
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Literal, TypeAlias

import numpy as np

from slopewise.errors import ShapeError
from slopewise.moments import Moments
from slopewise.objective.rows import Spelling, spelled
from slopewise.objective.scaled import Scaling
from slopewise.objective.shapes import fit_rows, fit_targets, numbers
from slopewise.solvers.descent import Descent, Watch, descend, walk
from slopewise.solvers.descent_options import check_iterations, check_learning_rate
from slopewise.typing import Array, ArrayLike

__all__ = [
    "analyse",
    "compute_cost",
    "compute_gradient",
    "compute_model",
    "gradient_descent",
    "predict",
    "predict_single_loop",
    "standardise",
]

Weights: TypeAlias = float | Array
Cost: TypeAlias = Callable[[Array, Array, Weights, float], float]
Gradient: TypeAlias = Callable[[Array, Array, Weights, float], tuple[Weights, float]]

_LINES = 10


def compute_model(x: ArrayLike, w: ArrayLike, b: float, spelling: Spelling = "vectorized") -> Array:
    """f(xᵢ) = w·xᵢ + b for each row, (m,), in the target's unit. Raises `ShapeError` that names the shapes.

    >>> compute_model([1.0, 2.0], 200.0, 100.0, spelling="loop").tolist()
    [300.0, 500.0]
    """
    predictions: Array = spelled(spelling).compute_model(x, w, b)
    return predictions


def predict(x: ArrayLike, w: ArrayLike, b: float, spelling: Spelling = "vectorized") -> Array:
    """The predictions (m,) of a model with the given parameters: `compute_model` under its everyday name.

    >>> predict([1.0, 1.2, 2.0], 200.0, 100.0).tolist()
    [300.0, 340.0, 500.0]
    """
    return compute_model(x, w, b, spelling)


def predict_single_loop(x: ArrayLike, w: ArrayLike, b: float, spelling: Spelling = "loop") -> float:
    """f(x) = w·x + b of one row: scalars `x` and `w`, or `x` (n,) with `w` (n,). Raises `ShapeError`.

    >>> predict_single_loop([2.0, 3.0], [10.0, 1.0], 5.0)
    28.0
    """
    prediction: float = spelled(spelling).compute_row(x, w, b)
    return prediction


def compute_cost(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, spelling: Spelling = "vectorized") -> float:
    """J(w, b) = 1/(2m) Σ (w·xᵢ + b − yᵢ)², in squared units of `y` (m,). Raises `ShapeError`.

    >>> compute_cost([1.0, 2.0], [300.0, 500.0], 100.0, 100.0)
    12500.0
    """
    cost: float = spelled(spelling).compute_cost(x, y, w, b)
    return cost


def compute_gradient(
    x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float, spelling: Spelling = "vectorized"
) -> tuple[Weights, float]:
    """(dj_dw, dj_db): ∂J/∂wⱼ = 1/m Σ (f(xᵢ) − yᵢ) xᵢⱼ, shaped as `w`, and ∂J/∂b = 1/m Σ (f(xᵢ) − yᵢ).

    `x` is (m,) or (m, n), `y` (m,). Raises `ShapeError`.

    >>> compute_gradient([1.0, 2.0], [300.0, 500.0], 0.0, 0.0)
    (-650.0, -400.0)
    """
    gradient: tuple[Weights, float] = spelled(spelling).compute_gradient(x, y, w, b)
    return gradient


def gradient_descent(
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike,
    b: float,
    learning_rate: float,
    iterations: int,
    cost: Cost = compute_cost,
    gradient: Gradient = compute_gradient,
) -> tuple[Weights, float, Array, list[tuple[Weights, float]]]:
    """`iterations` steps of constant `learning_rate` from (`w`, `b`), both gradients taken at the old (w, b).

    Returns the last w and b, the costs (k + 1,) with J at the start first, and the parameters after each step as a
    list of k + 1 pairs (w, b), the start first. Prints ten evenly spaced lines: the state after the update of that
    iteration (counted from 0) and the gradient that the update used. `cost` and `gradient` are called as
    f(x, y, w, b); give `functools.partial(compute_cost, spelling="loop")`, or your own. A run whose numbers outgrow
    the floats stops at the last finite step. Raises `ShapeError` or `ArgumentError` before the first step.

    >>> x, y = [1.0, 2.0], [300.0, 500.0]
    >>> w, b, costs, parameters = gradient_descent(x, y, 0.0, 0.0, learning_rate=0.5, iterations=2)
    iteration    0   cost 4.33e+04   dj_dw -6.500e+02   dj_db -4.000e+02   w  3.250e+02   b  2.00000e+02
    iteration    1   cost 2.20e+04   dj_dw  4.625e+02   dj_db  2.875e+02   w  9.375e+01   b  5.62500e+01
    >>> w, b, costs.tolist(), parameters[1]
    (93.75, 56.25, [85000.0, 43281.25, 22041.015625], (325.0, 200.0))
    """
    fitted, targets = fit_rows(x, w, b), fit_targets(x, y)
    one_feature = np.ndim(w) == 0
    steps = check_iterations(iterations)
    walked = walk(
        _Lesson(fitted.x[:, 0] if one_feature else fitted.x, targets, cost, gradient),
        np.concatenate([[fitted.b], fitted.w]),
        learning_rate=check_learning_rate(learning_rate),
        iterations=steps,
        kept_points=steps + 1,
        watch=_lines(steps, one_feature),
    )
    if not walked.finite:
        print(f"stopped after {len(walked.costs) - 1} iterations: the numbers outgrow the floats; take a smaller rate")
    parameters = [_pair(theta, one_feature) for theta in walked.path]
    return *parameters[-1], walked.costs, parameters


def standardise(x: ArrayLike) -> tuple[Array, Array, Array]:
    """(z, mean, deviation) with z = (x − mean) / deviation: features (m, n) that all vary as much as each other.

    The deviation is the population's; a constant feature keeps its unit. A line fitted to z has its weights in target
    units per standard deviation. Raises `ShapeError` for other shapes, and without rows.

    >>> z, mean, deviation = standardise([[1.0, 100.0], [3.0, 500.0]])
    >>> z.tolist(), mean.tolist(), deviation.tolist()
    ([[-1.0, -1.0], [1.0, 1.0]], [2.0, 300.0], [1.0, 200.0])
    """
    rows = numbers("x", x)
    if rows.ndim not in (1, 2) or not rows.size:
        raise ShapeError(f"x has shape {rows.shape}; give features (m,) or (m, n) of at least one row")
    features = rows.reshape(len(rows), -1)
    scaling = Scaling.of(Moments.of(features, np.zeros(len(rows))))
    return scaling.standardise(features).reshape(rows.shape), scaling.centre, scaling.spread


def analyse(
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: float | Literal["auto"] = "auto",
    momentum: float = 0.0,
    scale: bool = False,
) -> Descent:
    """What the curvature of J says about descent from zero, before a step is taken.

    The result has `stable_below`, `best_rate`, `condition`, `eigenvalues` and `rank`; `iterations_to(1e-6)`, `at(k)`
    and `limit`, of all best fits the one nearest to zero, at `learning_rate`, by default the best one.

    >>> houses = analyse([1.0, 2.0], [300.0, 500.0])
    >>> round(houses.stable_below, 4), round(houses.best_rate, 4), houses.iterations_to(1e-6)
    (0.5836, 0.5714, 163)
    """
    return descend(Moments.of(x, y), learning_rate=learning_rate, iterations=0, momentum=momentum, scale=scale)


class _Lesson:
    """The learner's own cost and gradient as an objective of θ = [b, w₁ … w_n]."""

    def __init__(self, x: Array, y: Array, cost: Cost, gradient: Gradient) -> None:
        self._x, self._y = x, y
        self._cost, self._gradient = cost, gradient

    def evaluate(self, theta: Array) -> tuple[float, Array]:
        """J and ∇J; an overflow, which Python's own floats report by an exception, counts as an infinite cost."""
        w, b = _pair(theta, self._x.ndim == 1)
        try:
            cost: object = self._cost(self._x, self._y, w, b)
            gradient: object = self._gradient(self._x, self._y, w, b)
        except OverflowError:
            return np.inf, np.full_like(theta, np.inf)
        if not isinstance(cost, Real):
            raise ShapeError(f"the cost function returned a {type(cost).__name__}; it must return one number, J(w, b)")
        if not isinstance(gradient, tuple) or [np.shape(part) for part in gradient] != [np.shape(w), ()]:
            raise ShapeError(
                f"the gradient function returned {_described(gradient)}; "
                f"it must return (dj_dw, dj_db) of shapes {np.shape(w)} and ()"
            )
        return float(cost), np.append(float(gradient[1]), gradient[0])


def _described(found: object) -> str:
    if not isinstance(found, tuple):
        return f"a {type(found).__name__}"
    return "shapes " + " and ".join(str(np.shape(part)) for part in found)


def _pair(theta: Array, one_feature: bool) -> tuple[Weights, float]:
    return (float(theta[1]) if one_feature else theta[1:].copy()), float(theta[0])


def _lines(iterations: int, one_feature: bool) -> Watch:
    """Prints the progress at ten iterations, spread evenly."""
    width = max(len(str(iterations - 1)), 4)
    shown = {line * iterations // _LINES for line in range(_LINES)}

    def watch(step: int, theta: Array, cost: float, gradient: Array) -> None:
        if step - 1 in shown:
            state = _one(theta, cost, gradient) if one_feature else _many(cost, gradient)
            print(f"iteration {step - 1:{width}}   {state}")

    return watch


def _one(theta: Array, cost: float, gradient: Array) -> str:
    (b, w), (dj_db, dj_dw) = theta, gradient
    return f"cost {cost:.2e}   dj_dw {dj_dw:10.3e}   dj_db {dj_db:10.3e}   w {w:10.3e}   b {b:12.5e}"


def _many(cost: float, gradient: Array) -> str:
    return f"cost {cost:{'.2f' if cost >= 1 else '.2e'}}   length of the gradient {np.linalg.norm(gradient):.3e}"
