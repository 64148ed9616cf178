"""Groups of rows: what combinations of values some key columns have, and which one each row has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slopewise.typing import IntArray

if TYPE_CHECKING:
    import pyarrow as pa


def coded(keys: pa.Table) -> tuple[IntArray, int]:
    """For each row of a table its combination of values, by the order in which these are first met, (m,); how many.

    >>> import pyarrow as pa
    >>> codes, count = coded(pa.table({"a": ["q", "p", "q"], "b": [1, 1, 2]}))
    >>> codes.tolist(), count
    ([0, 1, 2], 3)
    """
    import pyarrow as pa

    codes, count = np.zeros(keys.num_rows, dtype=np.int64), 1
    for column in keys.columns:
        encoded = column.combine_chunks().dictionary_encode()
        new, size = encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
        if count == 1:
            codes, count = new, size
        elif size > 1:
            both = pa.array(codes * size + new).dictionary_encode()
            codes, count = both.indices.to_numpy().astype(np.int64), len(both.dictionary)
    return codes, count


def firsts(codes: IntArray, count: int) -> IntArray:
    """The first row of each of `count` groups, (count,), by the `codes` (m,) of the rows."""
    first = np.zeros(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
