"""Any other open connection of Python's database interface (PEP 249): rows of objects, made columns block by block.

Such connections know no types that one could rely on: what a column holds is learnt from a sample of its first rows.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from slopewise.data.adbc import plain
from slopewise.data.objects import from_objects, object_type
from slopewise.data.queries import SAMPLE, Query, QueryColumn
from slopewise.data.statements import check_quoted_names
from slopewise.errors import ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa


class RowsOfObjects:
    """Queries on a connection with `cursor`, `execute` and `fetchmany`; it is the caller's and stays open."""

    errors: tuple[type[Exception], ...] = (Exception,)  # each driver has a tree of its own

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.kind = type(connection).__module__.partition(".")[0]

    def says(self, error: Exception) -> str:
        return plain(str(error))

    def columns(self, query: Query) -> list[QueryColumn]:
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query.select())
            names = [description[0] for description in cursor.description]
            rows = cursor.fetchmany(SAMPLE)
        if query.where is not None and self.kind == "sqlite3":
            check_quoted_names(query.where, names, query.name)
        values = zip(*rows, strict=True) if rows else [()] * len(names)
        return [QueryColumn.of(name, object_type(cells)) for name, cells in zip(names, values, strict=True)]

    def stream(self, query: Query, columns: Sequence[QueryColumn], rows: int) -> Generator[pa.Table, None, None]:
        import pyarrow as pa

        first_row = 1
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query.select(", ".join(column.sql for column in columns)))
            while fetched := cursor.fetchmany(min(rows, SAMPLE)):
                cells = zip(columns, zip(*fetched, strict=True), strict=True)
                yield pa.table({column.name: _array(query, column, values, first_row) for column, values in cells})
                first_row += len(fetched)


def _array(query: Query, column: QueryColumn, values: Sequence[Any], first_row: int) -> pa.Array:
    if column.type is None:
        raise ColumnTypeError(
            f"{query.name} gives a column {column.name!r} of Python objects that are no numbers, texts, booleans or "
            "dates; leave it out, or CAST it in the query"
        )
    return from_objects(values, column.type, column.name, query.name, first_row)
