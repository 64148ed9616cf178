"""`Association`: how a column of numbers goes with the target, over the rows that have both.

The products about the means merge as squares do (see `spread.py`), with δ_x δ_y in the place of δ².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from slopewise.survey.spread import dot
from slopewise.typing import Array


@dataclass(frozen=True)
class Association:
    """Over `count` rows: the means of x and y, and Σ(x − x̄)², Σ(y − ȳ)², Σ(x − x̄)(y − ȳ)."""

    count: int = 0
    mean_x: float = 0.0
    mean_y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    @classmethod
    def of(cls, x: Array, y: Array) -> Association:
        """The rows of one block, x and y (m,); those in which either is missing or infinite are left out.

        >>> Association.of(np.array([1.0, 2.0, np.nan]), np.array([3.0, 5.0, 7.0])).correlation
        1.0
        """
        both = np.isfinite(x) & np.isfinite(y)
        if not both.all():
            x, y = x[both], y[both]
        if not len(x):
            return cls()
        with np.errstate(over="ignore", invalid="ignore"):
            mean_x, mean_y = float(x.mean()), float(y.mean())
            dx, dy = x - mean_x, y - mean_y
            return cls(len(x), mean_x, mean_y, dot(dx, dx), dot(dy, dy), dot(dx, dy))

    def merge(self, other: Association) -> Association:
        """The rows of both; associative and commutative up to rounding."""
        if not (self.count and other.count):
            return self if self.count else other
        count = self.count + other.count
        share = other.count / count
        dx, dy = other.mean_x - self.mean_x, other.mean_y - self.mean_y
        between = self.count * share
        return Association(
            count,
            self.mean_x + dx * share,
            self.mean_y + dy * share,
            self.xx + other.xx + dx * dx * between,
            self.yy + other.yy + dy * dy * between,
            self.xy + other.xy + dx * dy * between,
        )

    @property
    def correlation(self) -> float | None:
        """Pearson's r; None where either does not vary, or varies beyond float64."""
        if self.count < 2 or not (0 < self.xx < math.inf and 0 < self.yy < math.inf and math.isfinite(self.xy)):
            return None
        product = self.xx * self.yy
        inside = 0 < product < math.inf
        scale = math.sqrt(product) if inside else math.sqrt(self.xx) * math.sqrt(self.yy)
        return max(-1.0, min(1.0, self.xy / scale))
