"""Rows to a file, block by block, as CSV, JSON lines or Parquet; the file is there whole or not at all.

Blocks are rendered in any thread and in any order, and written one after the other.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, get_args

from slopewise.data.block import Kind
from slopewise.data.rendering import csv_header, csv_lines, json_lines
from slopewise.data.writing import write_whole
from slopewise.errors import ArgumentError, ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa

Format: TypeAlias = Literal["csv", "jsonl", "parquet"]

SUFFIXES: dict[str, Format] = {
    "": "csv",  # a device or a pipe
    ".csv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def format_of(path: str | os.PathLike[str] | None, format: str | None = None) -> tuple[Format, bool]:
    """What to write to `path` (None: standard output, as CSV unless told), and whether to compress it by gzip.

    Raises `ArgumentError` for a `format` that is none, and for a name that does not tell.

    >>> format_of("out.CSV.gz"), format_of("out.parquet"), format_of("out.dat", "jsonl")
    (('csv', True), ('parquet', False), ('jsonl', False))
    """
    if format not in (None, *get_args(Format)):
        raise ArgumentError(f"format={format!r} is not one of {', '.join(map(repr, get_args(Format)))}")
    name = Path(path or "")
    packed = name.suffix.lower() == ".gz"
    suffix = (Path(name.stem) if packed else name).suffix.lower()
    chosen = format or SUFFIXES.get(suffix)
    if chosen is None or (packed and chosen == "parquet"):
        why = "compresses its own pages" if chosen else f"is no kind of file that can be written ({suffix})"
        raise ArgumentError(f"{path} {why}; name it .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet, or give the format")
    return next(kind for kind in get_args(Format) if kind == chosen), packed


class Output(Protocol):
    """A file being written. `render` may be called in any thread; `write` takes what it gave, in the rows' order."""

    def render(self, table: pa.Table) -> Any: ...

    def write(self, rendered: Any) -> None: ...


@contextlib.contextmanager
def open_output(
    path: str | os.PathLike[str] | None,
    columns: Mapping[str, Kind],
    format: str | None = None,
    *,
    bare: Collection[str] = (),
) -> Iterator[Output]:
    """Open `path` (None: standard output) for tables of `columns`; `format` decides, or else its suffix.

    In CSV the columns of text in `bare` have quotes only where they are needed. When the block ends the file takes its
    place, and it leaves no trace if it fails. Raises `ArgumentError` as `format_of` does, and `OutputError`.

    >>> import pyarrow as pa
    >>> with open_output("/dev/null", {"x": "number"}, "jsonl") as output:
    ...     rendered = output.render(pa.table({"x": [1.0, None]}))
    ...     output.write(rendered)
    >>> bytes(rendered)
    b'{"x":1}\\n{"x":null}\\n'
    """
    chosen, packed = format_of(path, format)
    with _sink(path) as file:
        if chosen == "parquet":
            with contextlib.closing(ParquetRows(file, columns)) as rows:
                yield rows
                rows.finish()
        else:
            lines = TextLines(file, (lambda table: csv_lines(table, bare)) if chosen == "csv" else json_lines, packed)
            lines.write(lines.packed(csv_header(list(columns)) if chosen == "csv" else b""))
            yield lines


class TextLines:
    """Lines of text. Compressed, each block is a gzip member of its own; a gzip file is any number of those."""

    def __init__(self, file: IO[bytes], lines: Callable[[pa.Table], memoryview], pack: bool) -> None:
        self._file = file
        self._lines = lines
        self._pack = pack

    def render(self, table: pa.Table) -> bytes | memoryview:
        return self.packed(self._lines(table))

    def packed(self, text: bytes | memoryview) -> bytes | memoryview:
        """The text as it stands in the file; without a date, so that equal rows give equal files."""
        return gzip.compress(text, mtime=0) if self._pack else text

    def write(self, rendered: bytes | memoryview) -> None:
        self._file.write(rendered)


class ParquetRows:
    """A Parquet file with a row group for each block; the types are those of the first."""

    def __init__(self, file: IO[bytes], columns: Mapping[str, Kind]) -> None:
        self._file = file
        self._columns = columns
        self._writer: Any = None

    def render(self, table: pa.Table) -> pa.Table:
        return table

    def write(self, rendered: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._writer is None:
            try:
                self._writer = pq.ParquetWriter(self._file, rendered.schema)
            except pa.ArrowNotImplementedError as error:
                raise ColumnTypeError(f"{error}, so no Parquet file can hold it; keep other columns") from None
        self._writer.write_table(self._fitted(rendered))

    def finish(self) -> None:
        """The end of the file; without any block, that of one whose types are those of the kinds."""
        if self._writer is None:
            self.write(_no_rows(self._columns))
        self._writer.close()

    def close(self) -> None:
        """Let go of a file that is not finished."""
        if self._writer is not None and self._writer.is_open:
            with contextlib.suppress(OSError):
                self._writer.close()

    def _fitted(self, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        schema = self._writer.schema
        try:
            return table if table.schema.equals(schema) else table.cast(schema)
        except pa.ArrowException as error:
            raise ColumnTypeError(
                f"later rows do not fit the types of the first ones ({error}); write a .csv file, or convert them"
            ) from None


def _no_rows(columns: Mapping[str, Kind]) -> pa.Table:
    import pyarrow as pa

    types = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.timestamp("us")}
    return pa.schema([(name, types.get(kind, pa.string())) for name, kind in columns.items()]).empty_table()


@contextlib.contextmanager
def _sink(path: str | os.PathLike[str] | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with write_whole(path, "wb") as file:
            yield file
