"""A table as the lines of a CSV file: text in quotes, everything else without, an empty cell where there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from slopewise.errors import ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa


def header_line(names: Sequence[str]) -> bytes:
    """The names in quotes.

    >>> header_line(["a", 'b "c" d'])
    b'"a","b ""c"" d"\\n'
    """
    return (",".join('"' + name.replace('"', '""') + '"' for name in names) + "\n").encode()


def lines(table: pa.Table, bare: Collection[str] = ()) -> bytes:
    """The rows of `table`; the columns of text in `bare` get quotes only around the cells that need them.

    Raises `ColumnTypeError` for a column that no cell can hold, such as one of lists.

    >>> import pyarrow as pa
    >>> lines(pa.table({"id": ["007", None], "city": ['the "Hague" city', "Oslo"], "x": [1.5, 2.0]}), bare=["id"])
    b'007,"the ""Hague"" city",1.5\\n,"Oslo",2\\n'
    """
    import pyarrow as pa
    from pyarrow import compute

    if not table.num_rows:
        return b""
    cells = [_cells(name, table.column(name), bare=name in bare) for name in table.column_names]
    joined = compute.binary_join_element_wise(*cells, _large(","), null_handling="replace", null_replacement="")
    whole = pa.LargeListArray.from_arrays([0, table.num_rows], joined.combine_chunks())
    return bytes(compute.binary_join(whole, _large("\n"))[0].as_buffer()) + b"\n"


def _cells(name: str, values: pa.ChunkedArray, *, bare: bool) -> pa.ChunkedArray:
    """The column as text, large so that a block of it may exceed 2 GB."""
    import pyarrow as pa
    from pyarrow import compute

    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    try:
        texts = compute.cast(values, pa.large_string())
    except pa.ArrowException:
        raise ColumnTypeError(
            f"column {name!r} is of type {kind}, which no CSV file can hold; name the columns to keep without it"
        ) from None
    if not (pa.types.is_string(kind) or pa.types.is_binary(kind)):
        return texts
    needed = compute.match_substring_regex(texts, r'[",\r\n]') if bare else None
    if needed is not None and not compute.any(needed).as_py():
        return texts
    quote = _large('"')
    quoted = compute.binary_join_element_wise(quote, compute.replace_substring(texts, '"', '""'), quote, _large(""))
    return quoted if needed is None else compute.if_else(needed, quoted, texts)


def _large(text: str) -> pa.Scalar:
    import pyarrow as pa

    return pa.scalar(text, pa.large_string())
