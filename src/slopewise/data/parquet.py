"""One Parquet file: streamed by Arrow, or by DuckDB where there is a condition to push into the read.

Arrow decodes several columns at a time and hands them over as they are; a query of DuckDB's takes twice as long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slopewise.data.columns import in_block_types, kind_of
from slopewise.data.duck import (
    Connect,
    Relation,
    check_condition,
    failing_condition,
    file_literal,
    first_line,
    identifier,
    internal_names,
    is_about_values,
    stream,
)
from slopewise.data.readable import Readable
from slopewise.data.tables import TableSource, named, without_first
from slopewise.errors import SlopewiseError, SourceError
from slopewise.threads import thread_count

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BUFFER = 2**18  # bytes of a column read at a time, so that a row group need not fit into memory


class ParquetFile(TableSource):
    """The rows of one Parquet file for which `where` holds; names and types are those of its schema."""

    def __init__(
        self,
        file: Readable,
        connect: Connect,
        where: str | None = None,
        threads: int | None = None,
    ) -> None:
        schema, rows = _read_footer(file)
        self.file = file
        self._connect = connect
        self._where = where
        self._threads = thread_count(threads)
        self.name = named(file.name, where)
        self.columns = {field.name: kind_of(field.type) for field in schema}
        self.rows = rows if where is None or rows == 0 else None
        self.coded = frozenset() if where else _in_dictionaries(file, schema)
        # An alias with a list of columns: names that DuckDB would take for one another stay apart.
        aliases = ", ".join(map(identifier, internal_names(len(schema))))
        function = f"read_parquet({file_literal(file.place)}, hive_partitioning=false) AS file({aliases})"
        self._relation = Relation(_nan_as_null(function, schema), tuple(schema.names))
        if where is not None:
            check_condition(connect(), self._relation, where)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        return self.tables_after(columns, rows, 0)

    def tables_after(self, columns: Sequence[str], rows: int, skip: int) -> Iterator[pa.Table]:
        """As `tables`, without the first `skip` rows; whole row groups of them are not read."""
        if self._where is None:
            tables = self._all_rows(columns, rows, skip)
        else:
            tables = without_first(self._some_rows(columns, rows), skip)
        while True:
            try:
                table = next(tables, None)
            except self._errors() as error:
                raise self._unreadable(error) from None
            if table is None:
                return
            yield table

    def _errors(self) -> tuple[type[Exception], ...]:
        import pyarrow as pa

        if self._where is None:
            return (OSError, pa.ArrowException)
        import duckdb

        return (OSError, pa.ArrowException, duckdb.Error)

    def _all_rows(self, columns: Sequence[str], rows: int, skip: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        coded = [name for name in columns if name in self.coded]
        with _opened(self.file, coded) as file:
            groups = list(range(file.num_row_groups))
            while groups and (passed := file.metadata.row_group(groups[0]).num_rows) <= skip:
                skip -= passed
                groups.pop(0)
            several = self._threads > 1
            batches = file.iter_batches(rows, row_groups=groups, columns=list(columns), use_threads=several)
            # By name once more: to this reader 'a' also means 'a.b'. And what DuckDB reads has no categories.
            tables = (pa.Table.from_batches([batch]).select(list(columns)) for batch in batches)
            yield from without_first((without_categories(_valid(table, coded), coded) for table in tables), skip)

    def _some_rows(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        return stream(self._connect(), self._relation.query(columns, self._where), columns, rows)

    def _unreadable(self, error: Exception) -> SlopewiseError:
        if gone := self.file.gone():
            return gone
        if self._where is not None and is_about_values(error):
            return failing_condition(self._where, self.file.name, error)
        reason = self.file.plainly(first_line(error))
        return SourceError(f"{self.file.shown} cannot be read: {reason}; write or copy it anew")

    def describe(self) -> dict[str, Any]:
        return self.file.describe(self._where)

    def fingerprint(self) -> dict[str, Any]:
        return self.file.fingerprint(self._where)


def _nan_as_null(rows: str, schema: pa.Schema) -> str:
    """`rows` in SQL with NaN as null: to DuckDB it is the largest number, and to a condition it is to be missing."""
    from pyarrow import types

    inside = zip(map(identifier, internal_names(len(schema))), schema.types, strict=True)
    cells = [
        f"CASE WHEN NOT isnan({cell}) THEN {cell} END AS {cell}" for cell, kind in inside if types.is_floating(kind)
    ]
    return f"(SELECT * REPLACE ({', '.join(cells)}) FROM {rows})" if cells else rows


def check_names(schema: pa.Schema, file: Readable) -> None:
    """Raise SourceError if the schema names no columns, or one twice."""
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        raise SourceError(f"{file.shown} has two columns named {twice[0]!r}; rename one of them")
    if not schema.names:
        raise SourceError(f"{file.shown} has no columns; check how it was written")


def _opened(file: Readable, coded: Sequence[str] = ()) -> pq.ParquetFile:
    """The file, its columns `coded` to be read as dictionaries."""
    import pyarrow.parquet as pq

    how: dict[str, Any] = {"buffer_size": _BUFFER, "pre_buffer": False, "page_checksum_verification": True}
    return pq.ParquetFile(file.place, read_dictionary=list(coded), **how)


def _valid(table: pa.Table, coded: Sequence[str]) -> pa.Table:
    """The table; raises ArrowInvalid where a code in a damaged file points to no text."""
    for name in coded:
        table.column(name).validate(full=True)
    return table


def without_categories(table: pa.Table, besides: Collection[str] = ()) -> pa.Table:
    """The table with its categories as plain text, besides those columns."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and field.name not in besides:
            coded = in_block_types(table.select([place])).column(0)
            texts = pa.chunked_array([chunk.dictionary_decode() for chunk in coded.chunks], pa.string())
            table = table.set_column(place, field.name, texts)
    return table


def _read_footer(file: Readable) -> tuple[pa.Schema, int]:
    """The schema and the number of rows. Raises SourceError if they cannot be read or name no columns, or one twice."""
    import pyarrow as pa

    try:
        with _opened(file) as opened:
            schema, rows = opened.schema_arrow, opened.metadata.num_rows
            check_names(schema, file)
    except SourceError:  # an OSError too, and already a sentence
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = file.plainly(str(error).splitlines()[0].rstrip("."))
        raise SourceError(f"{file.shown} is not a whole Parquet file ({reason}); write or copy it anew") from None
    return schema, rows


def _in_dictionaries(file: Readable, schema: pa.Schema) -> frozenset[str]:
    """The columns of texts that the file itself keeps in dictionaries, as its first row group tells: read as they are,
    they need neither be written out nor looked up again."""
    from pyarrow import types

    texts = {field.name for field in schema if kind_of(field.type) == "text" and not types.is_dictionary(field.type)}
    with _opened(file) as opened:
        if not texts or not opened.metadata.num_row_groups:
            return frozenset()
        chunks = [opened.metadata.row_group(0).column(place) for place in range(opened.metadata.num_columns)]
    return frozenset(chunk.path_in_schema for chunk in chunks if chunk.has_dictionary_page) & texts
