"""The cost and its gradient on the moments alone: O(p²) a step, however many rows there were.

With r̄ = b + w·x̄ − ȳ and S the cross-products about the mean over Σv,

    J = ½ (r̄² + wᵀS_xx w − 2 wᵀs_xy + s_yy)        ∂J/∂b = r̄        ∂J/∂w = S_xx w − s_xy + x̄ r̄

J is a quadratic, so it is known entirely by where its minimum lies and how it curves: that is `Quadratic`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.errors import ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.objective.scaled import Scaling
from slopewise.objective.shapes import numbers
from slopewise.typing import Array, ArrayLike


def compute_cost(moments: Moments, w: ArrayLike, b: float) -> float:
    """J(w, b) = 1/(2Σv) Σ v (w·x + b − y)² from the state, for `w` (p,); a scalar `w` where p = 1.

    Raises `ShapeError` when `w` does not fit the state, `TooFewRows` when the state is empty.

    >>> compute_cost(Moments.of([1.0, 2.0], [300.0, 500.0]), 100.0, 100.0)
    12500.0
    """
    S, x_mean, y_mean = _per_row(moments)
    slopes = _slopes(moments, w)
    residual_mean = b + float(slopes @ x_mean) - y_mean
    along = np.append(slopes, -1.0)  # the residuals about their mean are (z − z̄)·[w, −1]
    return 0.5 * (residual_mean * residual_mean + max(float(along @ S @ along), 0.0))


def compute_gradient(moments: Moments, w: ArrayLike, b: float) -> tuple[float | Array, float]:
    """(∂J/∂w, ∂J/∂b) at `w` (p,), or scalar where p = 1, and `b`; the first is shaped as `w`.

    >>> compute_gradient(Moments.of([1.0, 2.0], [300.0, 500.0]), 0.0, 0.0)
    (-650.0, -400.0)
    """
    S, x_mean, y_mean = _per_row(moments)
    slopes = _slopes(moments, w)
    dj_db = b + float(slopes @ x_mean) - y_mean
    dj_dw = S[:-1, :-1] @ slopes - S[:-1, -1] + x_mean * dj_db
    return (dj_dw if np.ndim(w) else float(dj_dw[0])), dj_db


@dataclass(frozen=True, eq=False)
class Quadratic:
    """J about its minimum: with d = θ − θ*,

        J(θ) = J* + ½ dᵀH d        ∇J(θ) = H d        H = C + ℓℓᵀ

    `optimum` θ* (q,), a minimiser, and `minimum` J*; `centred` C (q, q), the features' covariance with zeros for the
    intercept; `level` ℓ (q,), the mean row [1, x̄]; `rank` of H; `intercept`: whether θ begins with one. Keeping C and
    ℓℓᵀ apart keeps the digits that a large mean would take; starting from θ* keeps those that cancel near the optimum,
    so J is never below J*.

    >>> J = Quadratic.of(Moments.of([1.0, 2.0], [300.0, 500.0]), optimum=np.array([100.0, 200.0]), minimum=0.0, rank=2)
    >>> J.cost(np.zeros(2)), J.gradient(np.zeros(2)).tolist()
    (85000.0, [-400.0, -650.0])
    """

    optimum: Array
    minimum: float
    centred: Array
    level: Array
    rank: int
    intercept: bool

    @classmethod
    def of(
        cls, moments: Moments, *, optimum: Array, minimum: float, rank: int, scaling: Scaling | None = None
    ) -> Quadratic:
        """The quadratic of a state, given its minimum in the user's units; in the coordinates of `scaling` if given.

        An `optimum` of length p is that of a model without an intercept.
        """
        S, x_mean, _ = _per_row(moments)
        intercept = len(optimum) > moments.p
        chosen = scaling or Scaling.none(moments.p, intercept=intercept)
        first = int(intercept)
        centred = np.zeros((len(optimum), len(optimum)))
        covariance = S[:-1, :-1] / (chosen.spread[:, None] * chosen.spread)
        centred[first:, first:] = (covariance + covariance.T) / 2  # the eigenvalues are those of a symmetric matrix
        level = np.append(np.ones(first), chosen.standardise(x_mean))
        return cls(chosen.to_scaled(optimum), minimum, centred, level, rank, intercept)

    def evaluate(self, theta: Array) -> tuple[float, Array]:
        """J(θ) = J* + ½ (dᵀC d + (ℓ·d)²) and ∇J(θ) = C d + ℓ (ℓ·d)."""
        d = theta - self.optimum
        gradient: Array = self.centred.dot(d)
        c = float(self.level.dot(d))
        excess = float(d.dot(gradient)) + c * c
        gradient += self.level * c
        return self.minimum + 0.5 * (0.0 if excess < 0 else excess), gradient  # rounding may go below; NaN passes on

    def cost(self, theta: Array) -> float:
        """J(θ), never below J*."""
        return self.evaluate(theta)[0]

    def gradient(self, theta: Array) -> Array:
        """∇J(θ), shaped as θ."""
        return self.evaluate(theta)[1]

    @property
    def gradient_noise(self) -> float:
        """The length of gradient that rounding θ* alone can make: 2⁻⁵² ‖ |C||θ*| + |ℓ|(|ℓ|·|θ*|) ‖."""
        size, level = np.abs(self.optimum), np.abs(self.level)
        magnitude = np.abs(self.centred) @ size + level * (level @ size)
        return float(np.finfo(np.float64).eps * np.linalg.norm(magnitude))


def check_state(moments: Moments) -> None:
    """Refuse a stack of states (`ShapeError`) and one without rows (`TooFewRows`)."""
    if moments.weight.ndim:
        raise ShapeError(f"this is a stack of {len(moments.weight)} states; take one of them, or pool() them")
    if not moments.weight > 0:
        raise TooFewRows("the state holds no rows, and without rows there is no cost; add rows first")


def _per_row(moments: Moments) -> tuple[Array, Array, float]:
    """The covariance S (p + 1, p + 1) and the means x̄ (p,) and ȳ."""
    check_state(moments)
    mean = moments.mean
    return moments.centred / moments.weight, mean[:-1], float(mean[-1])


def _slopes(moments: Moments, w: ArrayLike) -> Array:
    slopes = numbers("w", w)
    if slopes.shape != (moments.p,) and not (moments.p == 1 and slopes.ndim == 0):
        raise ShapeError(f"w has shape {slopes.shape}; for a state of {moments.p} features it must be ({moments.p},)")
    return slopes.reshape(-1)
