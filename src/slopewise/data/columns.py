"""The few Arrow types that blocks are made of, so that what follows meets each kind in one or two shapes.

| kind | Arrow types in a block |
|---|---|
| number | the integers, float32, float64; decimals, float16 and columns without any value arrive as float64 |
| boolean | bool |
| text | string, or dictionary<int32, string> where the source holds categories |
| date | date32, date64, timestamp |
| other | whatever it is |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slopewise.data.block import Kind

if TYPE_CHECKING:
    import pyarrow as pa


def kind_of(arrow_type: pa.DataType) -> Kind:
    """The kind of a column of this Arrow type; a column of nulls counts as numbers without any value.

    >>> import pyarrow as pa
    >>> kind_of(pa.int8()), kind_of(pa.dictionary(pa.int8(), pa.int64())), kind_of(pa.time32("s"))
    ('number', 'text', 'other')
    """
    from pyarrow import types

    tests: tuple[tuple[Kind, tuple[Callable[[pa.DataType], bool], ...]], ...] = (
        ("number", (types.is_integer, types.is_floating, types.is_decimal, types.is_null)),
        ("boolean", (types.is_boolean,)),
        ("text", (types.is_string, types.is_large_string, types.is_string_view, types.is_dictionary)),
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
        return pa.dictionary(pa.int32(), pa.string())
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
    return table if table.schema.equals(wanted) else table.cast(wanted)
