"""`Sample`: some whole rows, the same ones however the rows were cut into blocks; all of them where they are few.

Every row number has a hash, and the rows with the smallest are kept: each row with the same chance. The q-quantile of n
such rows has the rank wanted with a standard error of √(q(1 − q)/n), at most 1/(2√n), whatever the values are.

Reference: P. B. Gibbons, Y. Matias & V. Poosala (1997), "Fast incremental maintenance of approximate histograms", VLDB,
section 2 (a sample that is kept as rows pass by).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopewise.data.hashing import Hashes, of_rows, smallest
from slopewise.survey.cells import Cells
from slopewise.typing import AnyArray, IntArray


@dataclass(frozen=True, eq=False)
class Sample:
    """At most `limit` rows: their numbers in the source `number` (k,), in order, and each column's values (k,).

    The values are numbers, NaN where missing, or short texts as objects, None where missing.
    """

    limit: int
    number: IntArray
    columns: tuple[AnyArray, ...]

    @classmethod
    def empty(cls, limit: int, columns: int) -> Sample:
        """No rows: the identity of `merge`."""
        return cls(limit, np.zeros(0, dtype=np.int64), (np.zeros(0),) * columns)

    @classmethod
    def of(cls, block: Sequence[Cells], hashes: Hashes, limit: int) -> Sample:
        """Rows of one block, whose columns are `block` and whose row numbers have these `hashes` (m,)."""
        rows = smallest(hashes, limit)
        return cls(limit, rows + block[0].first_row, tuple(cells.at(rows) for cells in block))

    def merge(self, other: Sample) -> Sample:
        """The sample of the rows of both; associative and commutative."""
        if not len(self.number) or not len(other.number):
            return self if len(self.number) else other
        number = np.concatenate([self.number, other.number])
        rows = np.argsort(number, kind="stable")
        if len(rows) > self.limit:
            rows = rows[smallest(of_rows(number[rows]), self.limit)]
        both = zip(self.columns, other.columns, strict=True)
        return Sample(self.limit, number[rows], tuple(np.concatenate(parts)[rows] for parts in both))
