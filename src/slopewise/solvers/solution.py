"""`Solution`: the least-squares answer by position, whichever solver found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopewise.typing import Array


@dataclass(frozen=True)
class Solution:
    """The least-squares answer, by position.

    `intercept` in the target's unit (0.0 in a model without one, which `has_intercept` tells); `coefficients` (p,) in
    target units per feature unit, NaN for a dropped column; `rank`: the parameters estimated, the intercept included;
    `dropped`: positions of columns that earlier ones determine, and `combinations`, for each of them, by position, (p
    + 1,), intercept first: what it equals of the others; `condition`: the 2-norm condition number of the kept columns,
    each centred (if there is an intercept) and scaled to unit length; `residual_sum_of_squares` Σ v (y − ŷ)², and
    `explained_sum_of_squares`, what that lacks of Σ v (y − ȳ)² (Σ v y² without an intercept); `unscaled_covariance` (p
    + 1, p + 1), intercept first: (ZᵀVZ)⁻¹ of Z = [1 X], NaN for what was not estimated; times σ² it is the covariance
    of the estimates.

    >>> import slopewise as sw
    >>> found = sw.solve(sw.Moments.of([1.0, 2.0, 4.0], [300.0, 500.0, 880.0]))
    >>> round(found.intercept, 3), found.coefficients.round(3).tolist(), found.rank, found.dropped
    (110.0, [192.857], 2, ())
    >>> round(found.residual_sum_of_squares, 3), round(found.condition, 9)
    (28.571, 1.0)
    """

    intercept: float
    coefficients: Array
    has_intercept: bool
    rank: int
    dropped: tuple[int, ...]
    combinations: Mapping[int, Array]
    condition: float
    residual_sum_of_squares: float
    explained_sum_of_squares: float
    unscaled_covariance: Array

    def __repr__(self) -> str:
        """
        >>> import slopewise as sw
        >>> sw.solve(sw.Moments.of([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]], [300.0, 500.0, 880.0]))
        <Solution: rank 2 of 3 parameters, condition 1, residual sum of squares 28.57>
        """
        parameters = len(self.theta)
        return (
            f"<{type(self).__name__}: rank {self.rank} of {parameters:,} parameter{'s' * (parameters != 1)}, condition "
            f"{self.condition:.4g}, residual sum of squares {self.residual_sum_of_squares:.4g}>"
        )

    @property
    def theta(self) -> Array:
        """The parameters as descent has them: intercept first if there is one, 0.0 for a dropped column."""
        w = np.nan_to_num(self.coefficients)
        return np.concatenate([[self.intercept], w]) if self.has_intercept else w

    def instead(self, intercept: float, coefficients: Array, residual_sum_of_squares: float) -> Solution:
        """Other parameters than the best ones, for the same rows: every column has one, and none a covariance."""
        total = self.explained_sum_of_squares + self.residual_sum_of_squares
        return replace(
            self,
            intercept=intercept,
            coefficients=np.asarray(coefficients),
            dropped=(),
            combinations={},
            residual_sum_of_squares=residual_sum_of_squares,
            explained_sum_of_squares=total - residual_sum_of_squares,
            unscaled_covariance=np.full_like(self.unscaled_covariance, np.nan),
        )

    def fits(self, p: int) -> bool:
        """Whether this can be the answer for p columns: the shapes, and what cannot be negative."""
        shapes = (self.coefficients.shape, self.unscaled_covariance.shape) == ((p,), (p + 1, p + 1))
        combinations = all(c.shape == (p + 1,) and 0 <= j < p for j, c in self.combinations.items())
        return shapes and combinations and min(self.residual_sum_of_squares, self.rank, self.condition) >= 0

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
            "explained_sum_of_squares": self.explained_sum_of_squares,
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
            explained_sum_of_squares=float(record["explained_sum_of_squares"]),
            unscaled_covariance=np.asarray(record["unscaled_covariance"], dtype=np.float64),
        )


def _nulls(values: Array) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]
