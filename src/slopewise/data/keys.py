"""Groups of rows: what combinations of values some key columns have, and which one each row has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slopewise.data.buffers import as_numpy, positions
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
    codes, count = np.zeros(keys.num_rows, dtype=np.int64), 1
    for column in plain(keys).columns:
        encoded = column.combine_chunks().dictionary_encode()
        new, size = as_numpy(encoded.indices).astype(np.int64), len(encoded.dictionary)
        if count == 1:
            codes, count = new, size
        elif size > 1:
            both = positions(codes * size + new).dictionary_encode()
            codes, count = as_numpy(both.indices).astype(np.int64), len(both.dictionary)
    return codes, count


def plain(keys: pa.Table) -> pa.Table:
    """The same values, those of categories written out: two tables may number the same categories differently.

    >>> import pyarrow as pa
    >>> plain(pa.table({"a": pa.array(["q", "p"]).dictionary_encode()})).schema.field("a").type
    DataType(string)
    """
    import pyarrow as pa

    for i, field in enumerate(keys.schema):
        if pa.types.is_dictionary(field.type):
            keys = keys.set_column(i, field.name, keys.column(i).cast(field.type.value_type))
    return keys


def joined(tables: list[pa.Table]) -> pa.Table:
    """The rows of several tables of keys; of two types of numbers the wider one."""
    import pyarrow as pa

    return pa.concat_tables([plain(table) for table in tables], promote_options="permissive")


def firsts(codes: IntArray, count: int) -> IntArray:
    """The first row of each of `count` groups, (count,), by the `codes` (m,) of the rows."""
    first = np.zeros(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def taken(keys: pa.Table, rows: IntArray) -> pa.Table:
    """Some of the rows of a table, in the order given."""
    return keys.take(positions(rows))
