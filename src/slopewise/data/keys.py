"""Groups of rows: what combinations of values some key columns have, and which one each row has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.data.buffers import as_numpy, positions
from slopewise.errors import ArgumentError
from slopewise.typing import IntArray

if TYPE_CHECKING:
    import pyarrow as pa

DENSE = 2
"""Whole numbers that reach over at most so many times as many values as there are rows are looked up in a table."""


def coded(keys: pa.Table) -> tuple[IntArray, int]:
    """For each row of a table its combination of values, by the order in which these are first met, (m,); how many.

    >>> import pyarrow as pa
    >>> codes, count = coded(pa.table({"a": ["q", "p", "q"], "b": [1, 1, 2]}))
    >>> codes.tolist(), count
    ([0, 1, 2], 3)
    """
    codes, count = np.zeros(keys.num_rows, dtype=np.int64), 1
    for column in plain(keys).columns:
        new, size = _numbered(column.combine_chunks())
        if count == 1:
            codes, count = new, size
        elif size > 1:
            codes, count = _numbered(positions(codes * size + new))
    return codes, count


def _numbered(values: pa.Array) -> tuple[IntArray, int]:
    """For each value which one it is, by the order in which they are first met, and how many there are."""
    import pyarrow as pa

    if pa.types.is_integer(values.type) and len(values) and not values.null_count:
        numbers = as_numpy(values)
        least, most = int(numbers.min()), int(numbers.max())
        if most - least < DENSE * len(numbers) and most < 2**63:
            return _looked_up(numbers.astype(np.int64) - least, most - least + 1)
    encoded = values.dictionary_encode()
    return as_numpy(encoded.indices).astype(np.int64), len(encoded.dictionary)


def _looked_up(numbers: IntArray, span: int) -> tuple[IntArray, int]:
    """The same of whole numbers from 0 to span − 1, by a table of them: several times as fast as hashing."""
    m = len(numbers)
    first = np.full(span, m)
    np.minimum.at(first, numbers, np.arange(m))
    met = np.sort(first[first < m])
    code = np.empty(span, dtype=np.int64)
    code[numbers[met]] = np.arange(len(met))
    return code.take(numbers), len(met)


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
    """The rows of several tables of keys; of two types of numbers the wider one.

    Raises `ArgumentError` where no type holds the values of all.
    """
    import pyarrow as pa

    try:
        return pa.concat_tables([plain(table) for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        names = " and ".join(tables[0].column_names)
        raise ArgumentError(
            f"groups by {names} are of types that do not go together ({error}); give one type"
        ) from None


def firsts(codes: IntArray, count: int) -> IntArray:
    """The first row of each of `count` groups, (count,), by the `codes` (m,) of the rows."""
    first = np.zeros(count, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def taken(keys: pa.Table, rows: IntArray) -> pa.Table:
    """Some of the rows of a table, in the order given."""
    return keys.take(positions(rows))


def told(keys: pa.Table) -> list[dict[str, Any]]:
    """The columns of a table as a name, a type and the values: texts in a list, all else in an array of numbers.

    Dates are the days since 1970-01-01, times the units since then. `untold` gives the table back. Raises
    `ArgumentError` for a type that has no such form.

    >>> import pyarrow as pa
    >>> told(pa.table({"zone": ["a", "b"]}))
    [{'name': 'zone', 'type': 'string', 'values': ['a', 'b']}]
    """
    import pyarrow as pa

    found: list[dict[str, Any]] = []
    for name, column in zip(keys.column_names, plain(keys).columns, strict=True):
        kind, values = column.type, column.combine_chunks()
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            found.append({"name": name, "type": "string", "values": values.cast(pa.string()).to_pylist()})
            continue
        if str(kind) not in _types() and not pa.types.is_timestamp(kind):
            raise ArgumentError(f"groups by {name!r}, which holds {kind}, cannot be saved; make text or numbers of it")
        if pa.types.is_floating(kind):
            numbers = as_numpy(values.cast(pa.float64()))
        else:
            numbers = as_numpy(values.cast(pa.int32() if kind == pa.date32() else pa.int64()).cast(pa.int64()))
        found.append({"name": name, "type": str(kind), "values": numbers})
    return found


def untold(columns: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The table of which `told` has told; `ValueError`, or what Arrow or Python raises, for what it has not."""
    import pyarrow as pa

    arrays, names = [], []
    for column in columns:
        kind, values = _types().get(column["type"]), column["values"]
        if column["type"] == "string":
            if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
                raise ValueError("the values of its groups are no texts")
            arrays.append(pa.array(values, pa.string()))
        else:
            if kind is None:
                unit, _, zone = column["type"].removeprefix("timestamp[").removesuffix("]").partition(", tz=")
                kind = pa.timestamp(unit, zone or None)
            numbers = pa.array(np.asarray(values))
            arrays.append((numbers.cast(pa.int32()) if kind == pa.date32() else numbers).cast(kind))
        names.append(str(column["name"]))
    return pa.table(arrays, names)


def _types() -> dict[str, pa.DataType]:
    """The types of numbers, by name."""
    import pyarrow as pa

    whole = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()]
    return {str(kind): kind for kind in (*whole, pa.float32(), pa.float64(), pa.bool_(), pa.date32(), pa.date64())}
