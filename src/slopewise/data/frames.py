"""Data frames as sources, whatever library they come from: narwhals tells which, and blocks are cut as they are read.

A frame in memory is cut first and converted block by block, so that no second copy of it is ever whole, and numbers
that pandas keeps in arrays are read where they lie; a lazy frame is streamed by its own engine. An index, as pandas
has it, is not a column.

Declared levels (pandas' Categorical, Polars' Enum, Arrow's dictionaries) arrive as a dictionary, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.data.buffers import from_numbers
from slopewise.data.columns import declared_levels, kind_of
from slopewise.data.objects import from_objects, object_type, refusals
from slopewise.data.plain_frames import plain_columns
from slopewise.data.tables import TableSource
from slopewise.errors import ColumnTypeError, SourceError

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa


class Frame(TableSource):
    """A data frame in memory."""

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        import pyarrow as pa

        self._frame = frame
        self.name = "the table" if frame.implementation.is_pyarrow() else "the DataFrame"
        self.rows = len(frame)
        dtypes = _dtypes(frame)
        self._numbers = {name: dtype for name, dtype in dtypes.items() if _lies_in_numpy(frame, dtype)}
        # Columns of Python objects are converted one by one, each to the type that its first value asks for.
        self._objects = {
            name: None if dtype.kind == "c" else object_type(frame.get_column(name))
            for name, dtype in dtypes.items()
            if dtype.kind in "Oc"
        }
        head = self._head([name for name in frame.columns if name not in self._objects and name not in self._numbers])
        types = {field.name: field.type for field in head.schema} | self._objects
        types |= {name: pa.from_numpy_dtype(dtype.newbyteorder("=")) for name, dtype in self._numbers.items()}
        self.levels = declared_levels(head)
        self.columns = {name: "other" if types[name] is None else kind_of(types[name]) for name in frame.columns}

    def _head(self, columns: list[str]) -> pa.Table:
        """The first row of these columns; those that Arrow has no type for become objects of no known one."""
        import pyarrow as pa

        if not columns:
            return pa.table({})
        plain = plain_columns(self._frame.head(1).select(columns))
        try:
            return plain.to_arrow()
        except refusals():
            found: dict[str, pa.ChunkedArray] = {}
            for name in columns:
                try:
                    found[name] = plain.select(name).to_arrow().column(name)
                except refusals():
                    self._objects[name] = None
            return pa.table(found)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        native = self._frame.to_native()
        lying = {name: native[name].to_numpy() for name in columns if name in self._numbers}
        others = [name for name in columns if name not in self._numbers]
        for start in range(0, self.rows or 0, rows):
            arrays = {name: from_numbers(values[start : start + rows]) for name, values in lying.items()}
            arrays |= self._converted(others, start, rows) if others else {}
            yield pa.table({name: arrays[name] for name in columns})

    def _converted(self, names: Sequence[str], start: int, rows: int) -> dict[str, pa.Array | pa.ChunkedArray]:
        """Columns that do not lie in NumPy, `rows` rows from `start` on."""
        part = self._frame[start : start + rows]
        plain = [name for name in names if name not in self._objects]
        table = plain_columns(part.select(plain)).to_arrow() if plain else {}
        return {
            name: self._from_objects(part, name, start + 1) if name in self._objects else table[name] for name in names
        }

    def _from_objects(self, part: nw.DataFrame[Any], name: str, first_row: int) -> pa.Array:
        arrow_type = self._objects[name]
        if arrow_type is None:
            raise ColumnTypeError(
                f"{self.name} has a column {name!r} of {_what(part.get_column(name))} that are no numbers, texts, "
                "booleans or dates to Arrow; convert it, or leave it out"
            )
        return from_objects(part.get_column(name).to_numpy(), arrow_type, name, self.name, first_row)

    def describe(self) -> dict[str, Any]:
        kind = str(self._frame.implementation.value)
        return {"name": self.name, "kind": kind, "rows": self.rows, "columns": len(self.columns)}


class Query(TableSource):
    """A lazy frame or a relation: a query that its own engine runs, streaming where it can, each time it is read."""

    def __init__(self, frame: nw.LazyFrame[Any]) -> None:
        self._frame = frame
        self.name = "the relation" if frame.implementation.is_duckdb() else "the LazyFrame"
        self.rows = None
        empty = self._engine(lambda: frame.head(0).collect(backend="pyarrow").to_native())
        self.columns = {field.name: kind_of(field.type) for field in empty.schema}
        encoded = [field.name for field in empty.schema if str(field.type).startswith("dictionary")]
        if encoded:
            chosen = plain_columns(frame.select(*encoded).head(1))
            self.levels = declared_levels(self._engine(lambda: chosen.collect(backend="pyarrow").to_native()))

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        tables = self._engine(lambda: _stream(plain_columns(self._frame.select(*columns)), rows))
        while (table := self._engine(lambda: next(tables, None))) is not None:
            yield table

    def _engine(self, run: Callable[[], Any]) -> Any:
        """`run()`, where whatever the frame's own engine raises becomes a SourceError."""
        try:
            return run()
        except Exception as error:  # each library has an exception tree of its own
            reason = str(error).strip().partition("\n")[0] or type(error).__name__
            raise SourceError(f"{self.name} cannot be read: {reason}; try to collect it yourself") from error

    def describe(self) -> dict[str, Any]:
        kind = str(self._frame.implementation.value)
        return {"name": self.name, "kind": kind, "rows": None, "columns": len(self.columns)}


def from_frame(data: Any) -> TableSource | None:
    """A source over any data frame, eager or lazy, that narwhals knows; None if `data` is none.

    Names that are not text become text. Raises SourceError for names that are repeated, also after that.
    """
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    try:
        frame = nw.from_native(_arrow_table(data))
        names = list(frame.columns if isinstance(frame, nw.DataFrame) else frame.collect_schema().names())
    except TypeError:
        return None
    except DuplicateError as error:
        raise SourceError(f"the DataFrame has two columns of one name ({_flat(error)}); rename one of them") from None
    if any(isinstance(name, tuple) for name in names):
        raise SourceError(
            f"the DataFrame names its columns on several levels, such as {names[0]!r}; give each one name, for example "
            "by frame.columns = ['_'.join(map(str, name)) for name in frame.columns]"
        )
    if len(set(map(str, names))) < len(names):
        raise SourceError("the DataFrame has two columns whose names are the same text; rename one of them")
    if any(not isinstance(name, str) for name in names):
        frame = frame.rename({name: str(name) for name in names if not isinstance(name, str)})
    if not names:
        raise SourceError("the DataFrame has no columns; check how it was made")
    return Frame(frame) if isinstance(frame, nw.DataFrame) else Query(frame)


def _arrow_table(data: Any) -> Any:
    """An Arrow batch as a table; a table's categories with one dictionary each; anything else as it is."""
    import pyarrow as pa

    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if not isinstance(data, pa.Table):
        return data
    for position, column in enumerate(data.columns):
        # Where each chunk has levels of its own, they are only those that occur there.
        if pa.types.is_dictionary(column.type) and any(
            not chunk.dictionary.equals(column.chunk(0).dictionary) for chunk in column.chunks[1:]
        ):
            data = data.set_column(position, data.column_names[position], column.cast(column.type.value_type))
    return data


def _flat(error: Exception) -> str:
    return " ".join(str(error).split())


def _dtypes(frame: nw.DataFrame[Any]) -> dict[str, np.dtype[Any]]:
    """The columns that are arrays of NumPy, in a frame of pandas or its like."""
    if not frame.implementation.is_pandas_like():
        return {}
    dtypes = zip(frame.columns, frame.to_native().dtypes, strict=True)
    return {name: dtype for name, dtype in dtypes if isinstance(dtype, np.dtype)}


def _lies_in_numpy(frame: nw.DataFrame[Any], dtype: np.dtype[Any]) -> bool:
    """Whether a column is numbers that Arrow takes where pandas has them, or, of the other byte order, nearly so."""
    return frame.implementation.is_pandas() and dtype.kind in "fiu" and dtype.itemsize in (4, 8)


def _what(column: nw.Series[Any]) -> str:
    """What stands in a column that Arrow does not take; complex numbers count as objects."""
    kept = column.to_native().dtype if column.implementation.is_pandas_like() else None
    return "Python objects" if isinstance(kept, np.dtype) and kept.kind in "Oc" else f"{column.dtype} values"


def _stream(frame: nw.LazyFrame[Any], rows: int) -> Iterator[pa.Table]:
    """The tables of a lazy frame in order; the engines that can stream do, the others answer in one table."""
    import pyarrow as pa

    native = frame.to_native()
    if frame.implementation.is_polars() and hasattr(native, "collect_batches"):
        return (batch.to_arrow() for batch in native.collect_batches(chunk_size=rows, maintain_order=True))
    if frame.implementation.is_duckdb():
        return (pa.Table.from_batches([batch]) for batch in native.to_arrow_reader(rows))
    return iter([frame.collect(backend="pyarrow").to_native()])
