"""`Cells`: rows that belong to cells, such as the levels of a category, and the columns that are spread over them.

A column of a category is m·1[cell = c]: zeros but in the rows of one cell, m of numbers, or of ones for a plain
category. It is never written out: see `cell_sums`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.typing import AnyArray, Array, BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Columns:
    """k columns in m rows: `high` + `low`, (k, m) each, a column's rows together; `low` None is zero throughout."""

    high: AnyArray
    low: Array | None = None

    @property
    def k(self) -> int:
        """How many columns."""
        return len(self.high)

    @property
    def pair(self) -> Pair:
        """The columns as a pair."""
        return Pair(self.high, np.zeros_like(self.high) if self.low is None else self.low)

    def scaled(self, exponents: Array) -> Columns:
        """Times two to these exponents (k,), which rounds nothing."""
        if not exponents.any():
            return self
        powers = np.ldexp(1.0, exponents.astype(np.int64))[:, None]
        return Columns(self.high * powers, None if self.low is None else self.low * powers)

    def at(self, rows: AnyArray) -> Columns:
        """Some of the rows, in the order given."""
        return Columns(self.high[:, rows], None if self.low is None else self.low[:, rows])


@dataclass(frozen=True, eq=False)
class Cells:
    """A grouping of m rows: `codes` (m,) say which of `count` cells a row belongs to, from 0.

    `factors` are the k columns that are spread over the cells, `rounding` (k,) the relative rounding of their values.
    `factors` None is a single one, of ones: plain indicators.
    """

    codes: IntArray
    count: int
    factors: Columns | None
    rounding: Array

    @property
    def k(self) -> int:
        """How many columns are spread over the cells."""
        return len(self.rounding)

    def at(self, rows: BoolArray) -> Cells:
        """Some of the rows."""
        return Cells(self.codes[rows], self.count, self.factors and self.factors.at(rows), self.rounding)
