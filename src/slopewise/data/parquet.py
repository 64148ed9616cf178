"""One Parquet file, streamed by DuckDB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopewise.data.columns import kind_of
from slopewise.data.duck import (
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
from slopewise.data.tables import TableSource, described_file, named
from slopewise.errors import SlopewiseError, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class ParquetFile(TableSource):
    """The rows of one Parquet file for which `where` holds; names and types are those of its schema."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, where: str | None = None) -> None:
        schema, rows = _read_footer(path)
        self.path = path
        self._connection = connection
        self._where = where
        self.name = named(path.name, where)
        self.columns = {field.name: kind_of(field.type) for field in schema}
        self.rows = rows if where is None or rows == 0 else None
        # An alias with a list of columns: names that DuckDB would take for one another stay apart.
        aliases = ", ".join(map(identifier, internal_names(len(schema))))
        file = f"read_parquet({file_literal(path)}, hive_partitioning=false)"
        self._relation = Relation(f"{file} AS file({aliases})", tuple(schema.names))
        check_condition(connection, self._relation, where)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import duckdb

        tables = stream(self._connection, self._relation.query(columns, self._where), columns, rows)
        while True:
            try:
                table = next(tables, None)
            except (duckdb.Error, OSError) as error:
                raise self._unreadable(error) from None
            if table is None:
                return
            yield table

    def _unreadable(self, error: Exception) -> SlopewiseError:
        if self._where is not None and is_about_values(error):
            return failing_condition(self._where, self.name, error)
        return SourceError(f"{self.path} cannot be read: {first_line(error)}; write or copy it anew")

    def describe(self) -> dict[str, Any]:
        return described_file(self.path, "parquet", self._where)


def _read_footer(path: Path) -> tuple[pa.Schema, int]:
    """The schema and the number of rows. Raises SourceError if they cannot be read or name no columns, or one twice."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SourceError(f"{path} is not a whole Parquet file ({reason}); write or copy it anew") from None
    twice = [name for name, count in Counter(schema.names).items() if count > 1]
    if twice:
        raise SourceError(f"{path} has two columns named {twice[0]!r}; rename one of them")
    if not schema.names:
        raise SourceError(f"{path} has no columns; check how it was written")
    return schema, rows
