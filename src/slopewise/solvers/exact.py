"""The exact least-squares answer from moments: centred, scaled, swept.

    w = S_xx⁺ s_xy        b = ȳ − w·x̄

with S_xx and s_xy the cross-products about the mean. Centring takes the intercept out of the system, scaling takes
the units out; what is left is as well conditioned as the question itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopewise.errors import FitError
from slopewise.moments import Moments
from slopewise.solvers.sweep import Swept, sweep
from slopewise.typing import Array


@dataclass(frozen=True)
class Solution:
    """The least-squares answer, by position.

    `intercept` in the target's unit (0.0 in a model without one); `coefficients` (p,) in target units per feature
    unit, NaN for a dropped column; `rank`: the parameters estimated, the intercept included; `dropped`: positions of
    columns that earlier ones determine, and `combinations[j]` (p + 1,), intercept first, what column j equals;
    `condition`: the 2-norm condition number of the kept columns, each centred (if there is an intercept) and scaled
    to unit length; `residual_sum_of_squares` Σ v (y − ŷ)²; `unscaled_covariance` (p + 1, p + 1), intercept first:
    (ZᵀVZ)⁻¹ of Z = [1 X], NaN for what was not estimated; times σ² it is the covariance of the estimates.
    """

    intercept: float
    coefficients: Array
    has_intercept: bool
    rank: int
    dropped: tuple[int, ...]
    combinations: Mapping[int, Array]
    condition: float
    residual_sum_of_squares: float
    unscaled_covariance: Array

    @property
    def theta(self) -> Array:
        """The parameters as descent has them: intercept first if there is one, 0.0 for a dropped column."""
        w = np.nan_to_num(self.coefficients)
        return np.concatenate([[self.intercept], w]) if self.has_intercept else w

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain numbers and lists, for JSON, null for NaN; `from_dict` gives the same bits back."""
        return {
            "intercept": self.intercept,
            "coefficients": _nulls(self.coefficients),
            "has_intercept": self.has_intercept,
            "rank": self.rank,
            "combinations": {str(j): values.tolist() for j, values in self.combinations.items()},
            "condition": self.condition,
            "residual_sum_of_squares": self.residual_sum_of_squares,
            "unscaled_covariance": [_nulls(row) for row in self.unscaled_covariance],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Solution:
        """The answer that `to_dict` wrote."""
        return cls(
            intercept=float(record["intercept"]),
            coefficients=np.asarray(record["coefficients"], dtype=np.float64),
            has_intercept=bool(record["has_intercept"]),
            rank=int(record["rank"]),
            dropped=tuple(int(j) for j in record["combinations"]),
            combinations={int(j): np.asarray(c, dtype=np.float64) for j, c in record["combinations"].items()},
            condition=float(record["condition"]),
            residual_sum_of_squares=float(record["residual_sum_of_squares"]),
            unscaled_covariance=np.asarray(record["unscaled_covariance"], dtype=np.float64),
        )


def solve(moments: Moments, *, intercept: bool = True) -> Solution:
    """Minimise Σ v (w·x + b − y)² from the state alone.

    Works with fewer rows than parameters too: columns that earlier ones determine are dropped, and `rank` says what
    was estimated. Raises `FitError` for a state without rows.

    >>> answer = solve(Moments.of([1.0, 2.0], [300.0, 500.0]))
    >>> answer.intercept, answer.coefficients.tolist(), answer.rank
    (100.0, [200.0], 2)
    """
    if not moments.rows:
        raise FitError("there are no rows to fit; add rows with nonzero weight first")
    products = moments.centred if intercept else moments.raw
    mean = moments.mean
    spread = np.sqrt(np.maximum(np.diagonal(moments.centred), 0.0))
    swept = sweep(products, np.hypot(spread, np.sqrt(moments.weight) * mean))
    x_mean, y_mean = mean[:-1], float(mean[-1])
    coefficients = swept.coefficients.copy()
    coefficients[list(swept.dropped)] = np.nan
    b = y_mean - float(swept.coefficients @ x_mean) if intercept else 0.0
    return Solution(
        intercept=b,
        coefficients=coefficients,
        has_intercept=intercept,
        rank=len(swept.kept) + intercept,
        dropped=swept.dropped,
        combinations={j: _with_intercept(c, j, x_mean, intercept) for j, c in swept.combinations.items()},
        condition=_condition(products[np.ix_(swept.kept, swept.kept)]),
        residual_sum_of_squares=swept.rss,
        unscaled_covariance=_covariance(swept, x_mean, float(moments.weight), intercept),
    )


def _nulls(values: Array) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _with_intercept(combination: Array, j: int, x_mean: Array, intercept: bool) -> Array:
    constant = float(x_mean[j] - combination @ x_mean) if intercept else 0.0
    return np.concatenate([[constant], combination])


def _condition(products: Array) -> float:
    """√(λmax/λmin) of the products scaled to a unit diagonal."""
    if not len(products):
        return 1.0
    scale = 1 / np.sqrt(np.diagonal(products))
    eigenvalues = np.linalg.eigvalsh(products * scale[:, None] * scale)
    smallest = max(float(eigenvalues[0]), np.finfo(np.float64).tiny)
    return float(np.sqrt(eigenvalues[-1] / smallest))


def _covariance(swept: Swept, x_mean: Array, weight: float, intercept: bool) -> Array:
    """(ZᵀVZ)⁻¹ from the centred inverse G: var(b) = 1/W + x̄ᵀG x̄, cov(b, w) = −G x̄."""
    G = swept.inverse
    p = len(G)
    full = np.full((p + 1, p + 1), np.nan)
    kept = 1 + swept.kept
    full[np.ix_(kept, kept)] = G[np.ix_(swept.kept, swept.kept)]
    if intercept:
        cross = -G @ x_mean
        full[0, 0] = 1 / weight - float(cross @ x_mean)
        full[0, kept] = full[kept, 0] = cross[swept.kept]
    return full
