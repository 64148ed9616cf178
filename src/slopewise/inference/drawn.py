"""`Drawn`: a few rows of the fit with their residuals, for pictures, the same ones however the rows were cut.

Those with the smallest hashes of their numbers are kept (`slopewise.data.hashing`), so that samples merge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from slopewise.data.hashing import Hashes, of_rows, smallest
from slopewise.inference.geometry import Observed
from slopewise.inference.influence import Scale, influence
from slopewise.typing import Array, IntArray


@dataclass(frozen=True, eq=False)
class Drawn:
    """At most `limit` rows of a fit, in order: an accumulator.

    `number` (n,), the rows' numbers in the source, and `figures` (n, 4), their `fitted`, `residual`, `leverage` and
    `std_residual`; `scale` is that of the fit.
    """

    limit: int
    scale: Scale
    number: IntArray
    figures: Array

    @classmethod
    def empty(cls, limit: int, scale: Scale) -> Drawn:
        """No rows."""
        return cls(limit, scale, np.empty(0, np.int64), np.empty((0, 4)))

    @property
    def fitted(self) -> Array:
        """ŷ (n,), in target units."""
        return self.figures[:, 0]

    @property
    def residual(self) -> Array:
        """y − ŷ (n,), in target units."""
        return self.figures[:, 1]

    @property
    def leverage(self) -> Array:
        """h (n,)."""
        return self.figures[:, 2]

    @property
    def std_residual(self) -> Array:
        """The standardised residuals (n,), NaN for a row of leverage 1."""
        return self.figures[:, 3]

    def add(self, rows: Observed) -> Drawn:
        """These rows and those of one more block."""
        at = self._candidates(of_rows(rows.number))
        standardised = influence(rows, self.scale).std_residual[at]
        figures = np.column_stack([rows.fitted[at], rows.residual[at], rows.leverage[at], standardised])
        return self.merge(replace(self, number=rows.number[at], figures=figures))

    def merge(self, other: Drawn) -> Drawn:
        """The rows of both."""
        number = np.concatenate([self.number, other.number])
        return replace(self, number=number, figures=np.concatenate([self.figures, other.figures]))._chosen()

    def _candidates(self, hashes: Hashes) -> IntArray:
        """Which rows with these hashes (m,) may be among the smallest."""
        if len(self.number) < self.limit:
            return np.arange(len(hashes))
        return np.flatnonzero(hashes < of_rows(self.number).max())

    def _chosen(self) -> Drawn:
        rows = smallest(of_rows(self.number), self.limit)
        rows = rows[np.argsort(self.number[rows], kind="stable")]
        return replace(self, number=self.number[rows], figures=self.figures[rows])
