"""`Sample`: a few rows kept for pictures, the same ones however the rows were cut into blocks.

Those with the smallest hashes of their numbers are kept (`slopewise.data.hashing`), so samples merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from slopewise.data.buffers import positions
from slopewise.data.hashing import of_rows, smallest
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
    chosen = smallest(of_rows(number), MAX_ROWS) if len(number) > MAX_ROWS else np.arange(len(number))
    chosen = chosen[np.argsort(number[chosen], kind="stable")]
    return Sample(table.take(positions(chosen)).combine_chunks(), number[chosen])
