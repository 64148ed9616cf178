"""`Sample`: a few rows kept for pictures, the same ones however the rows were cut into blocks.

Every row number has a hash; the rows with the smallest hashes are kept. That is a uniform choice without a seed, and
the smallest of a whole are the smallest of the smallest of its parts, so samples merge.

Reference: G. L. Steele, D. Lea & C. H. Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA,
figure 17, for the hash (SplitMix64's finalizer, a bijection: two rows never tie).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from slopewise.data.buffers import positions
from slopewise.design.rows import Rows
from slopewise.typing import IntArray

MAX_ROWS = 2_000
"""As many rows as a sample keeps."""


@dataclass(frozen=True)
class Sample:
    """At most `MAX_ROWS` rows: `table`, their raw variables, and `number`, their row numbers in the source."""

    table: pa.Table
    number: IntArray

    @classmethod
    def empty(cls, names: Sequence[str]) -> Sample:
        """The sample of no rows of the variables `names`."""
        return cls(pa.table({name: pa.nulls(0) for name in names}), np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, rows: Rows) -> Sample:
        """The sample of these rows."""
        return _smallest(rows.table, rows.number)

    def merge(self, other: Sample) -> Sample:
        """The sample of the rows of both."""
        if not len(other.number):
            return self
        table = pa.concat_tables([self.table, other.table], promote_options="permissive")
        return _smallest(table, np.concatenate([self.number, other.number]))


def _smallest(table: pa.Table, number: IntArray) -> Sample:
    chosen = np.arange(len(number))
    if len(number) > MAX_ROWS:
        hashes = _hash(number)
        chosen = _below(hashes, 1.25 * MAX_ROWS / len(number))  # nearly always enough of them, and few to look through
        chosen = chosen if len(chosen) > MAX_ROWS else np.arange(len(number))
        chosen = np.sort(chosen[np.argpartition(hashes[chosen], MAX_ROWS)[:MAX_ROWS]])
    chosen = chosen[np.argsort(number[chosen], kind="stable")]
    return Sample(table.take(positions(chosen)).combine_chunks(), number[chosen])


def _below(hashes: npt.NDArray[np.uint64], share: float) -> IntArray:
    """Where a hash is among the smallest of this share of all that there could be."""
    return np.flatnonzero(hashes <= np.uint64(min(share, 1.0) * (2**64 - 2**11)))


def _hash(number: IntArray) -> npt.NDArray[np.uint64]:
    """SplitMix64 of each row number."""
    z = number.astype(np.uint64)
    z += np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z ^= z >> np.uint64(shift)
        z *= np.uint64(factor)
    z ^= z >> np.uint64(31)
    return z
