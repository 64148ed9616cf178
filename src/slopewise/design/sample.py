"""`Sample`: a few rows kept for pictures, the same ones however the rows were cut into blocks.

Those with the smallest hashes of their numbers are kept (`slopewise.data.hashing`), so samples merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from slopewise.data.block import decoded
from slopewise.data.buffers import positions
from slopewise.data.hashing import Hashes, drawn, of_rows, smallest
from slopewise.design.rows import Rows
from slopewise.moments.kernels import LONG
from slopewise.typing import IntArray, Renumbering

MAX_ROWS = 2_000
"""As many rows as a sample keeps."""

LARGEST = 2**64 - 1
"""The largest hash there is."""


@dataclass(frozen=True)
class Sample:
    """At least `MAX_ROWS` rows, if there are so many, with the smallest hashes; `table` and `number` are just those.

    They are the rows of `stored` and `coded`, as in a `Block`, at the places `chosen`, (n,), or all of them (None);
    `ids` (n,) are their row numbers in the source, `hashes` (n,) those of the numbers. No row whose hash is above
    the `bound` is among the smallest.

    Little is done to merge: the sample of one block is not copied out of it, of its rows only those below the bound
    are looked at, and the surplus is thrown out once there are more than twice as many rows as the sample keeps.
    """

    stored: pa.Table
    coded: frozenset[str]
    chosen: IntArray | None
    ids: IntArray
    hashes: Hashes
    bound: int

    @classmethod
    def empty(cls, names: Sequence[str]) -> Sample:
        """The sample of no rows of the variables `names`."""
        none = np.zeros(0, dtype=np.int64)
        return cls(pa.table({name: pa.nulls(0) for name in names}), frozenset(), None, none, of_rows(none), LARGEST)

    @classmethod
    def of(cls, rows: Rows) -> Sample:
        """The sample of these rows."""
        chosen = _smallest(rows.number)
        return cls._of(rows.stored, rows.coded, chosen, rows.number[chosen])

    @classmethod
    def _of(cls, stored: pa.Table, coded: frozenset[str], chosen: IntArray | None, numbers: IntArray) -> Sample:
        hashes = of_rows(numbers)
        return cls(stored, coded, chosen, numbers, hashes, int(hashes.max()) if len(hashes) >= MAX_ROWS else LARGEST)

    def renumbered(self, numbers: Renumbering) -> Sample:
        """The same rows by other numbers."""
        least = self._trimmed()
        return self._of(least.stored, least.coded, least.chosen, numbers(least.ids))

    def __reduce__(self) -> tuple[Any, ...]:
        """To travel: the rows alone, without the block they stand in."""
        return Sample._of, (self.table, frozenset(), None, self.number)

    @property
    def table(self) -> pa.Table:
        """The raw variables of the rows, in the order of their numbers."""
        least = self._trimmed()
        return least._taken(np.argsort(least.ids, kind="stable"))

    @property
    def number(self) -> IntArray:
        """The numbers of the rows, in order."""
        return np.sort(self._trimmed().ids)

    def merge(self, other: Sample) -> Sample:
        """The sample of the rows of both."""
        near = np.flatnonzero(other.hashes <= np.uint64(self.bound))
        if not len(near):
            return self
        table = pa.concat_tables([self._rows(), other._taken(near)], promote_options="permissive")
        numbers, hashes = np.append(self.ids, other.ids[near]), np.append(self.hashes, other.hashes[near])
        both = Sample(table, frozenset(), None, numbers, hashes, min(self.bound, other.bound))
        return both._trimmed() if len(numbers) > 2 * MAX_ROWS else both

    def _trimmed(self) -> Sample:
        """The rows with the smallest hashes alone."""
        if len(self.ids) <= MAX_ROWS:
            return self
        kept = smallest(self.hashes, MAX_ROWS)
        return self._of(self._taken(kept), frozenset(), None, self.ids[kept])

    def _rows(self) -> pa.Table:
        return self.stored if self.chosen is None else self._taken(np.arange(len(self.ids)))

    def _taken(self, rows: IntArray) -> pa.Table:
        places = rows if self.chosen is None else self.chosen[rows]
        return decoded(self.stored.take(positions(places)), self.coded).combine_chunks()


def _smallest(number: IntArray) -> IntArray:
    """The places of the rows to keep, by their numbers."""
    if len(number) <= MAX_ROWS:
        return np.arange(len(number))
    if len(number) < LONG:
        return drawn(number, MAX_ROWS)
    from slopewise.design import sample_large

    return sample_large.drawn(number, MAX_ROWS)
