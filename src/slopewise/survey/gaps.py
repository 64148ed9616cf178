"""`Gaps`: how many values a column lacks, and in which rows first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.typing import BoolArray

FIRST = 3
"""As many places as are remembered of anything that stands in the way."""


@dataclass(frozen=True)
class Gaps:
    """Of `rows` rows, `missing` have no value (null or NaN), the earliest of them the rows `first`, from 1.

    >>> Gaps.of(np.array([False, True]), first_row=1).merge(Gaps.of(np.array([True]), first_row=3))
    Gaps(rows=3, missing=2, first=(2, 3))
    """

    rows: int = 0
    missing: int = 0
    first: tuple[int, ...] = ()

    @classmethod
    def of(cls, missing: BoolArray, first_row: int) -> Gaps:
        """The gaps of one column of a block: where a value is `missing` (m,), from row `first_row` on."""
        count = int(np.count_nonzero(missing))
        return cls(len(missing), count, first_rows(missing, first_row) if count else ())

    def merge(self, other: Gaps) -> Gaps:
        """The gaps of the rows of both; associative and commutative."""
        return Gaps(self.rows + other.rows, self.missing + other.missing, earliest(self.first, other.first))


def first_rows(where: BoolArray, first_row: int) -> tuple[int, ...]:
    """The numbers of the first few rows in which `where` (m,) holds."""
    return tuple((np.flatnonzero(where)[:FIRST] + first_row).tolist())


def earliest(some: tuple[int, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    """The first few of all these rows."""
    return tuple(sorted(some + others)[:FIRST])
