"""`Sample`: a few rows kept for pictures, the same ones however the rows were cut into blocks.

Those with the smallest hashes of their numbers are kept (`slopewise.data.hashing`), so samples merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from slopewise.data.block import decoded
from slopewise.data.buffers import positions
from slopewise.data.hashing import drawn
from slopewise.design.rows import Rows
from slopewise.moments.kernels import LONG
from slopewise.typing import IntArray, Renumbering

MAX_ROWS = 2_000
"""As many rows as a sample keeps."""


@dataclass(frozen=True)
class Sample:
    """At most `MAX_ROWS` rows: those of `stored` and `coded`, as in a `Block`, at the places `chosen`, (n,); `number`
    (n,) are their row numbers in the source.

    The sample of one block is not copied out of it: of the rows that it chooses, few are left after a merge.
    """

    stored: pa.Table
    coded: frozenset[str]
    chosen: IntArray
    number: IntArray

    @classmethod
    def empty(cls, names: Sequence[str]) -> Sample:
        """The sample of no rows of the variables `names`."""
        none = np.zeros(0, dtype=np.int64)
        return cls(pa.table({name: pa.nulls(0) for name in names}), frozenset(), none, none)

    @classmethod
    def of(cls, rows: Rows) -> Sample:
        """The sample of these rows."""
        chosen = _smallest(rows.number)
        return cls(rows.stored, rows.coded, chosen, rows.number[chosen])

    def renumbered(self, numbers: Renumbering) -> Sample:
        """The same rows by other numbers."""
        return replace(self, number=numbers(self.number))

    def __reduce__(self) -> tuple[Any, ...]:
        """To travel: the rows alone, without the block they stand in."""
        return Sample, (self.table, frozenset(), np.arange(len(self.number)), self.number)

    @property
    def table(self) -> pa.Table:
        """The rows' raw variables."""
        return self._taken(self.chosen)

    def merge(self, other: Sample) -> Sample:
        """The sample of the rows of both, copied out of the blocks they came from."""
        if not len(other.number):
            return self
        ours = len(self.number)
        number = np.concatenate([self.number, other.number])
        kept = _smallest(number)
        mine, theirs = self.chosen[kept[kept < ours]], other.chosen[kept[kept >= ours] - ours]
        parts = [self._taken(mine), other._taken(theirs)]
        table = pa.concat_tables(parts, promote_options="permissive").combine_chunks()
        order = np.argsort(kept >= ours, kind="stable")  # where each of the rows kept stands in the table
        return Sample(table, frozenset(), np.argsort(order, kind="stable"), number[kept])

    def _taken(self, places: IntArray) -> pa.Table:
        return decoded(self.stored.take(positions(places)), self.coded).combine_chunks()


def _smallest(number: IntArray) -> IntArray:
    """The places of the rows to keep, by their numbers."""
    if len(number) <= MAX_ROWS:
        chosen = np.arange(len(number))
    elif len(number) < LONG:
        chosen = drawn(number, MAX_ROWS)
    else:
        from slopewise.design import sample_large

        chosen = sample_large.drawn(number, MAX_ROWS)
    return chosen[np.argsort(number[chosen], kind="stable")]
