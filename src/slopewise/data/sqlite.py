"""SQLite through its Arrow driver. SQLite types cells and not columns, so what a column holds is learnt from rows.

The driver takes a column's type from its first rows. Here a sample decides it once, and every reading begins with a row
of our own that has those types; what does not fit them later is an error that names the row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slopewise.data.adbc import Adbc
from slopewise.data.queries import SAMPLE, Query, QueryColumn
from slopewise.data.statements import check_quoted_names
from slopewise.errors import ColumnTypeError, SlopewiseError

if TYPE_CHECKING:
    import pyarrow as pa

_WHOLE = 2**53  # up to here float64 holds every integer
_SEEDS = {"double": "0.0", "int64": "0", "string": "''", "binary": "x''"}
_FITS = {"double": ("integer", "real"), "int64": ("integer",), "string": ("text",), "binary": ("blob",)}
_RENAMED = re.compile(r"(.+):\d+")
_BATCH = "adbc.sqlite.query.batch_rows"


class SQLite(Adbc):
    """Queries on SQLite.

    A column is numbers if a sample of its first rows has only numbers: float64, or int64 where all are whole and some
    are beyond 2⁵³. It is text if any cell there is text. SQLite has no booleans, dates or decimals: they are what they
    are stored as.
    """

    def columns(self, query: Query) -> list[QueryColumn]:
        with self.connect() as connection:
            sample = self._sample(connection, query)
            columns = [
                self._column(connection, query, name, values)
                for name, values in zip(_original(sample.schema.names), sample.columns, strict=True)
            ]
        if query.where is not None:
            check_quoted_names(query.where, [column.name for column in columns], query.name)
        return columns

    def stream(self, query: Query, columns: Sequence[QueryColumn], rows: int) -> Generator[pa.Table, None, None]:
        import pyarrow as pa

        seeds = ", ".join(_SEEDS[str(column.type)] for column in columns)
        cells = query.select(", ".join(column.sql for column in columns))
        schema = pa.schema([(column.name, column.type) for column in columns])
        with self.connect() as connection:
            try:
                for table in self._tables(connection, f"SELECT {seeds} UNION ALL {cells}", rows):
                    if table.schema.types != schema.types:  # the driver makes text of a batch that has both
                        raise pa.ArrowInvalid("the rows differ in type")
                    yield table.rename_columns(schema.names)
            except (OSError, pa.ArrowException):
                if stray := self._stray(connection, query, columns):
                    raise stray from None
                raise

    def _tables(self, connection: Any, sql: str, rows: int) -> Iterator[pa.Table]:
        """The rows of `sql` without the first."""
        import pyarrow as pa

        with connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{_BATCH: str(rows)})
            cursor.execute(sql)
            with cursor.fetch_record_batch() as reader:
                for position, batch in enumerate(reader):
                    yield pa.Table.from_batches([batch.slice(1) if position == 0 else batch])

    def _sample(self, connection: Any, query: Query) -> pa.Table:
        import pyarrow as pa

        with connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{_BATCH: str(SAMPLE)})
            cursor.execute(query.select())
            with cursor.fetch_record_batch() as reader:
                return pa.Table.from_batches(itertools.islice(reader, 1), reader.schema)

    def _column(self, connection: Any, query: Query, name: str, values: pa.ChunkedArray) -> QueryColumn:
        import pyarrow as pa
        from pyarrow import compute

        arrow_type = values.type
        if len(values) and values.null_count == len(values):  # the driver knows nothing, and says int64
            cell = QueryColumn.of(name, None).sql
            sql = query.select(f"typeof({cell}) AS type", f"{cell} IS NOT NULL") + " LIMIT 1"
            found = (_first_row(connection, sql) or {}).get("type", "null")
            arrow_type = {"text": pa.string(), "blob": pa.binary()}.get(found, pa.float64())
        if pa.types.is_string(arrow_type):
            return QueryColumn.of(name, arrow_type, cast="TEXT")  # or the driver would round the numbers among it
        if pa.types.is_integer(arrow_type) and not compute.any(compute.greater(compute.abs(values), _WHOLE)).as_py():
            arrow_type = pa.float64()
        return QueryColumn.of(name, arrow_type)

    def _stray(self, connection: Any, query: Query, columns: Sequence[QueryColumn]) -> SlopewiseError | None:
        """The error for the first cell that is not of its column's type, found by a query of its own."""
        first: tuple[int, str, dict[str, Any]] | None = None
        for column in columns:
            if str(column.type) == "string":
                continue  # cast, so that every cell fits
            fitting = ", ".join(f"'{name}'" for name in ("null", *_FITS[str(column.type)]))
            rows = query.select(f"row_number() OVER () AS number, {column.sql} AS cell")
            sql = (
                f"SELECT number, CAST(cell AS TEXT) AS cell FROM ({rows}) WHERE typeof(cell) NOT IN ({fitting}) LIMIT 1"
            )
            found = _first_row(connection, sql)
            if found and (first is None or found["number"] < first[0]):
                first = found["number"], column.name, found
        if first is None:
            return None
        number, name, found = first
        return ColumnTypeError(
            f"{query.name} gives {found['cell']!r} in column {name!r} at row {number}, where the rows before have "
            f"other values; correct it, or make one type of the column in the query (CAST)"
        )


def _first_row(connection: Any, sql: str) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
    return rows[0] if rows else None


def _original(names: Sequence[str]) -> list[str]:
    """The names before SQLite told those apart that were the same.

    >>> _original(["a", "b", "a:1", "b:x"])
    ['a', 'b', 'a', 'b:x']
    """
    renamed = [_RENAMED.fullmatch(name) for name in names]
    return [match[1] if match and match[1] in names else name for name, match in zip(names, renamed, strict=True)]
