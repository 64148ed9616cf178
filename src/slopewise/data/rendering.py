"""Tables as text, a block at a time: the lines of a CSV file, or one JSON object a line.

The whole block is one join of its columns' cells with what stands between them, so that no row is met in Python.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from slopewise.errors import ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa

    Cells: TypeAlias = "pa.Array | pa.ChunkedArray | pa.Scalar"

SPECIAL = (b'"', b",", b"\r", b"\n")
"""What a cell of a CSV file has to stand in quotes for."""


def csv_header(names: Sequence[str]) -> bytes:
    """The names in quotes.

    >>> csv_header(["a", 'b "c" d'])
    b'"a","b ""c"" d"\\n'
    """
    return (",".join('"' + name.replace('"', '""') + '"' for name in names) + "\n").encode()


def csv_lines(table: pa.Table, bare: Collection[str] = ()) -> memoryview:
    """The rows of `table`: text in quotes, everything else without, an empty cell where there is nothing.

    Nothing in the only column is `""`, for an empty line would be no row.
    The columns of text in `bare` get quotes only around the cells that need them. Raises `ColumnTypeError` for a
    column that no cell can hold, such as one of lists.

    >>> import pyarrow as pa
    >>> table = pa.table({"id": ["007", None], "city": ['the "Hague" city', "Oslo"], "x": [1.5, 2.0]})
    >>> bytes(csv_lines(table, bare=["id"]))
    b'007,"the ""Hague"" city",1.5\\n,"Oslo",2\\n'
    """
    from pyarrow import compute

    cells = [_csv_cells(name, table.column(name), bare=name in bare) for name in table.column_names]
    options = {"null_handling": "replace", "null_replacement": "" if len(cells) > 1 else '""'}
    last = compute.binary_join_element_wise(cells[-1], _large(""), _large("\n"), **options)
    lines = compute.binary_join_element_wise(*cells[:-1], last, _large(","), **options)
    return _memory(lines.combine_chunks())


def json_lines(table: pa.Table) -> memoryview:
    """The rows of `table` as JSON objects, one a line, null where there is nothing or a number is not finite.

    Dates are text as ISO 8601 has it. Raises `ColumnTypeError` for a column that is no number, boolean, text or date.

    >>> import pyarrow as pa
    >>> bytes(json_lines(pa.table({"city": ['"Hague"', None], "x": [1.5, 2.0]})))
    b'{"city":"\\\\"Hague\\\\"","x":1.5}\\n{"city":null,"x":2}\\n'
    """
    from pyarrow import compute

    options = {"null_handling": "replace", "null_replacement": "null"}
    lines = compute.binary_join_element_wise(*_json_parts(table), _large(""), **options)
    return _memory(lines.combine_chunks())


def _json_parts(table: pa.Table) -> Iterator[Cells]:
    before = "{"
    for name in table.column_names:
        yield _large(f"{before}{json.dumps(name, ensure_ascii=False)}:")
        yield _json_cells(name, table.column(name))
        before = ","
    yield _large("}\n")


def _csv_cells(name: str, values: pa.ChunkedArray, *, bare: bool) -> pa.ChunkedArray:
    from pyarrow import compute

    texts = _texts(name, values, "CSV file")
    if not _is_text(values.type):
        return texts
    found = _contains(texts, SPECIAL)
    if bare and not found:
        return texts
    doubled = compute.replace_substring(texts, '"', '""') if b'"' in found else texts
    quoted = compute.binary_join_element_wise(_large('"'), doubled, _large('"'), _large(""))
    return compute.if_else(compute.match_substring_regex(texts, r'[",\r\n]'), quoted, texts) if bare else quoted


def _json_cells(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    from pyarrow import compute

    texts = _texts(name, values, "JSON line")
    if pa.types.is_floating(values.type):
        return compute.if_else(compute.is_finite(values), texts, pa.scalar(None, pa.large_string()))
    if pa.types.is_integer(values.type) or pa.types.is_boolean(values.type):
        return texts
    quote = _large('"')
    if not _contains(texts, (b'"', b"\\")) and not _has_controls(texts):
        return compute.binary_join_element_wise(quote, texts, quote, _large(""))
    distinct = compute.dictionary_encode(texts).combine_chunks()
    escaped = [json.dumps(text, ensure_ascii=False) for text in distinct.dictionary.to_pylist()]
    return compute.take(pa.array(escaped, pa.large_string()), distinct.indices)


def _texts(name: str, values: pa.ChunkedArray, place: str) -> pa.ChunkedArray:
    """The column as text, large so that a block of it may exceed 2 GB."""
    import pyarrow as pa
    from pyarrow import compute

    try:
        return compute.cast(values, pa.large_string())
    except (pa.ArrowException, UnicodeDecodeError):
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        raise ColumnTypeError(
            f"column {name!r} is of type {kind}, which no {place} can hold; name the columns to keep without it"
        ) from None


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind))


def _contains(texts: pa.ChunkedArray, marks: Sequence[bytes]) -> tuple[bytes, ...]:
    """Which of `marks` occur in the cells."""
    memory = [bytes(_memory(chunk)) for chunk in texts.chunks]
    return tuple(mark for mark in marks if any(mark in cells for cells in memory))


def _has_controls(texts: pa.ChunkedArray) -> bool:
    return any((np.frombuffer(_memory(chunk), np.uint8) < ord(" ")).any() for chunk in texts.chunks)


def _memory(texts: pa.LargeStringArray) -> memoryview:
    """The bytes of the cells, which stand one after the other."""
    if not len(texts):
        return memoryview(b"")
    _, ends, data = texts.buffers()
    first, last = np.frombuffer(ends, np.int64)[[texts.offset, texts.offset + len(texts)]].tolist()
    return memoryview(data or b"")[first:last]


def _large(text: str) -> pa.Scalar:
    import pyarrow as pa

    return pa.scalar(text, pa.large_string())
