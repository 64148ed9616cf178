"""The few Arrow types that blocks are made of, so that what follows meets each kind in one or two shapes.

| kind | Arrow types in a block |
|---|---|
| number | the integers, float32, float64; decimals, float16 and columns without any value arrive as float64 |
| boolean | bool |
| text | string; or dictionary<int32, string>, the levels declared, in their order, whether they occur or not |
| date | date32, date64, timestamp |
| other | whatever it is |

A reader that finds texts in a dictionary which declares no levels may store them as they are: see `Block.coded`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from slopewise.data.block import Kind
from slopewise.data.buffers import present

if TYPE_CHECKING:
    import pyarrow as pa

EXACT = 2**53  # every whole number up to here is a float64, and so is every power of ten up to 10²²
LARGEST_POWER = 22


def kind_of(arrow_type: pa.DataType) -> Kind:
    """The kind of a column of this Arrow type; a column of nulls counts as numbers without any value.

    >>> import pyarrow as pa
    >>> kind_of(pa.int8()), kind_of(pa.dictionary(pa.int8(), pa.int64())), kind_of(pa.time32("s"))
    ('number', 'text', 'other')
    """
    from pyarrow import types

    if types.is_dictionary(arrow_type):
        return "other" if kind_of(arrow_type.value_type) == "other" else "text"
    tests: tuple[tuple[Kind, tuple[Callable[[pa.DataType], bool], ...]], ...] = (
        ("number", (types.is_integer, types.is_floating, types.is_decimal, types.is_null)),
        ("boolean", (types.is_boolean,)),
        ("text", (types.is_string, types.is_large_string, types.is_string_view)),
        ("date", (types.is_date, types.is_timestamp)),
    )
    for kind, predicates in tests:
        if any(holds(arrow_type) for holds in predicates):
            return kind
    return "other"


def block_type(arrow_type: pa.DataType) -> pa.DataType:
    """The type in which a column of `arrow_type` stands in a block (the table at the top of this file)."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_dictionary(arrow_type):
        return pa.dictionary(pa.int32(), pa.string()) if kind_of(arrow_type) == "text" else arrow_type
    if types.is_large_string(arrow_type) or types.is_string_view(arrow_type):
        return pa.string()
    if types.is_decimal(arrow_type) or types.is_float16(arrow_type) or types.is_null(arrow_type):
        return pa.float64()
    return arrow_type


def in_block_types(table: pa.Table) -> pa.Table:
    """`table` with every column in its block type; a column that is so already is not copied.

    >>> import pyarrow as pa
    >>> in_block_types(pa.table({"x": pa.array([None, None]), "s": pa.array(["a", "b"], pa.large_string())})).schema
    x: double
    s: string
    """
    import pyarrow as pa

    wanted = pa.schema([(field.name, block_type(field.type)) for field in table.schema])
    if table.schema.equals(wanted):
        return table
    columns = [_in_type(column, field.type) for column, field in zip(table.columns, wanted, strict=True)]
    return pa.Table.from_arrays(columns, schema=wanted)


def declared_levels(table: pa.Table) -> dict[str, tuple[str, ...]]:
    """The levels that the categories of a table declare, in their order, by column.

    >>> import pyarrow as pa
    >>> sizes = pa.DictionaryArray.from_arrays([1, 1], ["small", "large", "huge"])
    >>> declared_levels(pa.table({"size": sizes, "area": [120.0, 150.0]}))
    {'size': ('small', 'large', 'huge')}
    """
    from pyarrow import types

    encoded = [field.name for field in table.schema if types.is_dictionary(field.type)]
    categories = in_block_types(table.select(encoded))
    return {
        name: tuple(categories[name].chunk(0).dictionary.drop_null().to_pylist())
        for name in encoded
        if kind_of(table.schema.field(name).type) == "text" and categories[name].num_chunks
    }


def _in_type(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    import pyarrow as pa
    from pyarrow import types

    if column.type.equals(wanted):
        return column
    if types.is_decimal(column.type):
        return pa.chunked_array([decimals_as_floats(chunk) for chunk in column.chunks], wanted)
    if types.is_dictionary(column.type) and types.is_boolean(column.type.value_type):
        return pa.chunked_array([_named_as_python_does(chunk) for chunk in column.chunks], wanted)
    if types.is_dictionary(column.type) and types.is_temporal(column.type.value_type):
        return pa.chunked_array([_with_levels(chunk, spelled_out(chunk.dictionary)) for chunk in column.chunks], wanted)
    return column.cast(wanted)


def _named_as_python_does(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
    """A category of booleans with the levels True and False, as a plain column of booleans has them."""
    import pyarrow as pa

    named = [None if level is None else str(level) for level in chunk.dictionary.to_pylist()]
    return _with_levels(chunk, pa.array(named, pa.string()))


def _with_levels(chunk: pa.DictionaryArray, levels: pa.Array) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), levels)


def spelled_out(values: pa.Array) -> pa.Array:
    """Dates and times as text, the same in whatever unit they are stored: a date where it is midnight without a zone.

    Anything else as it is.

    >>> import pyarrow as pa
    >>> spelled_out(pa.array([0, 86_400_500], pa.timestamp("ms"))).to_pylist()
    ['1970-01-01', '1970-01-02 00:00:00.5']
    """
    import pyarrow as pa
    from pyarrow import compute

    if not pa.types.is_temporal(values.type):
        return values
    texts = compute.cast(values, pa.string())
    for pattern, kept in ((r"(\.[0-9]*[1-9])0+", r"\1"), (r"\.0+($|[^0-9])", r"\1"), (r" 00:00:00$", "")):
        texts = compute.replace_substring_regex(texts, pattern, kept)
    return texts


def decimals_as_floats(values: pa.Array) -> pa.Array:
    """Decimals as the float64 nearest to each, rounded once (to even in the middle between two).

    A decimal n·10⁻ᵏ with |n| ≤ 2⁵³ and k ≤ 22 is one division of two numbers that float64 holds exactly; any other one
    goes by its digits. Source: Clinger (1990), How to read floating point numbers accurately, PLDI.

    >>> import pyarrow as pa
    >>> decimals_as_floats(pa.array([1, None], pa.decimal128(12, 2))).to_pylist()
    [1.0, None]
    """
    import pyarrow as pa
    from pyarrow import compute

    fast = pa.types.is_decimal128(values.type) and 0 <= values.type.scale <= LARGEST_POWER and len(values) > 0
    if fast:
        words = np.frombuffer(values.buffers()[1], "<i8", 2 * len(values), 16 * values.offset).reshape(-1, 2)
        there = present(values)
        low, high = np.where(there, words.T, 0)
        if ((high == low >> 63) & (low >= -EXACT) & (low <= EXACT)).all():
            return pa.array(low / 10.0**values.type.scale, mask=~there)
    return compute.cast(compute.cast(values, pa.string()), pa.float64())
