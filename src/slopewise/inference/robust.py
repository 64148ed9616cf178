"""`Scatter`: the covariance of the scores when each row's error may have a variance of its own, by a second pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from slopewise.inference.covariance import Assumption, Covariance, HeteroscedasticityKind
from slopewise.inference.geometry import Observed
from slopewise.typing import Array

POWER = {"HC0": 0, "HC1": 0, "HC2": 1, "HC3": 2}
"""Of 1/(1 − h) in the terms of each kind."""

FIRST = 5
"""As many rows of leverage 1 are named."""


@dataclass(frozen=True, eq=False)
class Scatter:
    """Σ f v²e²/(1 − h)ᵖ u uᵀ (r, r) over rows of the fit, f their frequency: an accumulator.

    `full` rows have leverage 1, the first of them the numbers `first_full`; with p > 0 they add nothing.

    >>> Scatter.empty("HC3", 2).total.shape
    (2, 2)
    """

    kind: HeteroscedasticityKind
    total: Array
    full: int = 0
    first_full: tuple[int, ...] = ()

    @classmethod
    def empty(cls, kind: HeteroscedasticityKind, rank: int) -> Scatter:
        """No rows."""
        return cls(kind, np.zeros((rank, rank)))

    def add(self, rows: Observed) -> Scatter:
        """These rows and those of one more block."""
        power, full = POWER[self.kind], rows.full
        squares = (rows.scaled_residual if power < 2 else rows.left_out) ** 2
        if power == 1:
            squares = squares / rows.left
        factor = rows.times(squares if rows.weights is None else squares * rows.weights)
        first = tuple(rows.number[full][:FIRST].tolist())
        count = int(rows.total(full))
        return self.merge(replace(self, total=rows.points.products(factor), full=count, first_full=first))

    def merge(self, other: Scatter) -> Scatter:
        """The rows of both."""
        first = tuple(sorted((*self.first_full, *other.first_full))[:FIRST])
        return replace(self, total=self.total + other.total, full=self.full + other.full, first_full=first)

    def covariance(self, rows: int) -> Covariance:
        """The covariance of a fit to so many rows; NaN where no degrees of freedom are left."""
        rank = len(self.total)
        df = max(rows - rank, 0)
        S = self.total * (rows / df if self.kind == "HC1" and df else 1.0 if df else np.nan)
        left_out = (self.full, self.first_full) if POWER[self.kind] else (0, ())
        return Covariance(Assumption(self.kind), (S + S.T) / 2, df, (), *left_out)
