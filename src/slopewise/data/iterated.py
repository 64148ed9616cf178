"""Blocks that Python gives one after the other: tables from an iterator, batches from an Arrow stream, or a function.

Nothing but the block being read is held. The first block says which columns there are and what they hold; the others
must agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from slopewise.data.arrays import NamedArrays, from_mapping
from slopewise.data.block import Kind
from slopewise.data.columns import in_block_types
from slopewise.data.fitted import Layout, is_declared
from slopewise.data.frames import from_frame
from slopewise.data.tables import TableSource
from slopewise.errors import ArgumentError, ColumnTypeError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa


def table_source(data: Any) -> TableSource | None:
    """A source over one table: a mapping of names to arrays or any data frame; None if `data` is neither."""
    return from_mapping(data) if isinstance(data, Mapping) else from_frame(data)


def is_stream(data: Any) -> bool:
    """Whether `data` is a stream of Arrow tables, such as a RecordBatchReader; a stream that is one column is none."""
    return hasattr(data, "__arrow_c_stream__") and not hasattr(data, "__array__") and not isinstance(data, type)


class Blocks(TableSource):
    """The rows of tables that come one after the other.

    `data` is an iterable of tables (mappings of arrays, data frames, Arrow tables or batches), a stream of Arrow
    batches, or a function of no arguments that returns any of these, or one table. An iterator and a stream can be read
    once; a list, or a function that returns an iterator anew each time, can be read again.

    A text column whose first block declares levels in another order than that of their code points keeps them, and
    every block must declare the same. A block in which a column has no values fits whatever that column holds.

    Raises SourceError where there is no block, and at a second reading of what can be read once.

    >>> blocks = Blocks({"x": [i, i + 1]} for i in (0, 2))
    >>> [block.table["x"].to_pylist() for block in blocks.blocks(["x"])], blocks.rereadable
    ([[0.0, 1.0, 2.0, 3.0]], False)
    """

    def __init__(self, data: Any) -> None:
        self._data = data
        self.name = "the stream" if is_stream(data) else "the blocks"
        self.rows = None
        self.rereadable = not _is_spent_by_reading(data)
        self._spent: Any = None
        parts = self._begun()
        first = next(parts, None)
        if first is None:
            raise SourceError(f"{self.name} end before they begin; give at least one table, with no rows if need be")
        opened = _opened(*first)
        self.columns = dict(opened.columns)
        self.levels = {name: levels for name, levels in opened.levels.items() if is_declared(levels)}
        if self.rereadable:
            getattr(self._spent, "close", lambda: None)()  # it was only looked at
        self._held = None if self.rereadable else chain([first], parts)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        if self.rereadable:
            return self._read(self._begun(), columns, rows)
        if self._held is None:
            raise SourceError(
                f"{self.name} can be read only once, and that is done; give a list of tables, or a function that "
                "returns them anew each time"
            )
        held, self._held = self._held, None
        return self._read(held, columns, rows)

    def _read(self, parts: Iterator[tuple[int, Any]], columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        layout = Layout()
        for number, part in parts:
            source = _opened(number, part)
            where = f"block {number}"
            _check_names(where, source.columns, self.columns)
            tables = source.tables(columns, rows)
            while True:
                with _within(where):
                    table = next(tables, None)
                if table is None:
                    break
                if table.num_rows:
                    yield layout.fitted(in_block_types(table), where)

    def _begun(self) -> Iterator[tuple[int, Any]]:
        """The parts from the first on, with their numbers."""
        given = self._data() if callable(self._data) else self._data
        if _is_spent_by_reading(given):
            if given is self._spent:
                raise SourceError("the function returned the same iterator twice; have it make one anew each time")
            self._spent = given
        if table_source(given) is not None:
            return enumerate([given], start=1)
        if is_stream(given):
            return enumerate(_batches(given, self.name))
        if hasattr(given, "__iter__") and not hasattr(given, "__array__"):
            return enumerate(given, start=1)
        raise ArgumentError(
            f"the function returned a {type(given).__name__}; have it return a table or an iterator of tables"
        )

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "blocks", "rows": None, "columns": len(self.columns)}


def _opened(number: int, part: Any) -> TableSource:
    import pyarrow as pa

    if isinstance(part, pa.RecordBatch) and len(set(part.schema.names)) == part.num_columns:
        return NamedArrays(pa.Table.from_batches([part]))  # a stream may have many, and small ones
    with _within(f"block {number}"):
        source = table_source(part)
    if source is None:
        raise ArgumentError(
            f"block {number} is a {type(part).__name__}, not a table with named columns; make it a data frame or a "
            "mapping of names to arrays"
        )
    return source


def _is_spent_by_reading(data: Any) -> bool:
    return is_stream(data) or hasattr(data, "__next__")


def _batches(stream: Any, name: str) -> Iterator[Any]:
    """An empty table with the columns of an Arrow stream, and then its batches."""
    import pyarrow as pa

    try:
        with pa.RecordBatchReader.from_stream(stream) as reader:
            yield reader.schema.empty_table()
            yield from reader
    except (pa.ArrowException, OSError) as error:
        reason = str(error).strip().partition("\n")[0].partition(". Detail:")[0].rstrip(".")
        raise SourceError(f"{name} cannot be read: {reason}; see to what gives it") from None


def _check_names(where: str, columns: Mapping[str, Kind], first: Mapping[str, Kind]) -> None:
    if columns.keys() == first.keys():
        return
    lacks = [name for name in first if name not in columns]
    extra = [name for name in columns if name not in first]
    difference = f"lacks the column {lacks[0]!r}" if lacks else f"has a column {extra[0]!r}"
    raise SourceError(f"{where} {difference}, unlike the first; give every block the same columns")


@contextmanager
def _within(where: str) -> Iterator[None]:
    """Put the place before the messages of errors in one block."""
    try:
        yield
    except (ArgumentError, ColumnTypeError, SourceError) as error:
        raise type(error)(f"{where}: {error}") from None
