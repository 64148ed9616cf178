"""The row spellings as an objective: `loop` and `vectorized` as functions of one parameter vector."""

from __future__ import annotations

from types import ModuleType
from typing import Literal, TypeAlias

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.objective import loop, vectorized
from slopewise.objective.scaled import Scaling
from slopewise.objective.shapes import fit_targets, numbers
from slopewise.typing import Array, ArrayLike

Spelling: TypeAlias = Literal["loop", "vectorized"]

_SPELLINGS: dict[str, ModuleType] = {"loop": loop, "vectorized": vectorized}


def spelled(spelling: str) -> ModuleType:
    """The module of that name; `ArgumentError` for any other.

    >>> spelled("loop").compute_cost([1.0], [2.0], 0.0, 0.0)
    2.0
    """
    if spelling not in _SPELLINGS:
        raise ArgumentError(f"spelling={spelling!r} is not one of {' and '.join(map(repr, _SPELLINGS))}")
    return _SPELLINGS[spelling]


class RowsObjective:
    """J over the rows `x` (m,) or (m, p) and `y` (m,), each evaluation a walk over all of them.

    θ is [b, w₁ … w_p]; a θ of length p is a model without an intercept, b = 0. The arrays are read, never changed.

    >>> rows = RowsObjective([1.0, 2.0], [300.0, 500.0], "loop")
    >>> rows.cost(np.zeros(2)), rows.gradient(np.zeros(2)).tolist()
    (85000.0, [-400.0, -650.0])
    """

    def __init__(self, x: ArrayLike, y: ArrayLike, spelling: Spelling = "vectorized") -> None:
        self._spelling: Spelling = spelling
        self._functions = spelled(spelling)
        rows = numbers("x", x)
        self._y = fit_targets(rows, y)
        self._x = rows[:, None] if rows.ndim == 1 else rows

    def evaluate(self, theta: Array) -> tuple[float, Array]:
        """J(θ) and ∇J(θ)."""
        return self.cost(theta), self.gradient(theta)

    def cost(self, theta: Array) -> float:
        """J(θ) = 1/(2m) Σ (w·xᵢ + b − yᵢ)²."""
        cost: float = self._functions.compute_cost(self._x, self._y, *self._split(theta))
        return cost

    def gradient(self, theta: Array) -> Array:
        """∇J(θ), shaped as θ."""
        dj_dw, dj_db = self._functions.compute_gradient(self._x, self._y, *self._split(theta))
        slopes: Array = dj_dw
        return slopes if len(theta) == self._x.shape[1] else np.concatenate([[dj_db], slopes])

    def moments(self) -> Moments:
        """The state of the rows, from which the exact analysis of the descent comes."""
        return Moments.of(self._x, self._y)

    def standardised(self, scaling: Scaling) -> RowsObjective:
        """The same rows with standardised features."""
        return RowsObjective(scaling.standardise(self._x), self._y, self._spelling)

    def _split(self, theta: Array) -> tuple[Array, float]:
        features = self._x.shape[1]
        return (theta, 0.0) if len(theta) == features else (theta[1:], float(theta[0]))
