"""`Drawn`: a few rows of the fit with their residuals, for pictures, the same ones however the rows were cut.

Those with the smallest hashes of their numbers are kept (`slopewise.data.hashing`), so that samples merge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from slopewise.data.hashing import SPACE, of_rows, smallest
from slopewise.inference.geometry import Observed
from slopewise.inference.influence import Scale, influence
from slopewise.typing import Array, IntArray, Renumbering


@dataclass(frozen=True, eq=False)
class Drawn:
    """At most `limit` rows of a fit to `rows` rows, in order: an accumulator.

    `number` (n,), the rows' numbers in the source, and `figures` (n, 4), their `fitted`, `residual`, `leverage` and
    `std_residual`; `scale` is that of the fit.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> drawn = sw.fit("price ~ size", houses).diagnose(houses).drawn
    >>> drawn.number.tolist(), drawn.leverage.round(2).tolist()
    ([1, 2, 3, 4, 5, 6], [0.61, 0.25, 0.18, 0.19, 0.34, 0.44])
    """

    limit: int
    rows: int
    scale: Scale
    number: IntArray
    figures: Array

    @classmethod
    def empty(cls, limit: int, rows: int, scale: Scale) -> Drawn:
        """No rows yet, of so many."""
        return cls(limit, rows, scale, np.empty(0, np.int64), np.empty((0, 4)))

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
        few = rows.at(np.flatnonzero(of_rows(rows.number) <= self._bound))
        standardised = influence(few, self.scale).std_residual
        figures = np.column_stack([few.fitted, few.residual, few.leverage, standardised])
        return self.merge(replace(self, number=few.number, figures=figures))

    @property
    def _bound(self) -> np.uint64:
        """A hash that nearly surely is no smaller than the `limit` smallest of so many rows."""
        share = self.limit / max(self.rows, 1)
        return np.uint64(min(share * (1 + 6 / np.sqrt(self.limit)), 1.0) * (SPACE - 2**11))

    def merge(self, other: Drawn) -> Drawn:
        """The rows of both."""
        number = np.concatenate([self.number, other.number])
        return replace(self, number=number, figures=np.concatenate([self.figures, other.figures]))._chosen()

    def renumbered(self, numbers: Renumbering) -> Drawn:
        """The same rows by other numbers, in the same order."""
        return replace(self, number=numbers(self.number))

    def _chosen(self) -> Drawn:
        if len(self.number) <= self.limit and (np.diff(self.number) > 0).all():
            return self
        rows = smallest(of_rows(self.number), self.limit)
        rows = rows[np.argsort(self.number[rows], kind="stable")]
        return replace(self, number=self.number[rows], figures=self.figures[rows])
