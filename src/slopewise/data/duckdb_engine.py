"""DuckDB as the engine of queries: over files, over a .duckdb file, or on a connection of the caller's.

A DuckDB of our own reads files on this machine and writes none, reaches no network, and loads no extension.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from slopewise.data.duck import first_line, identifier, interruptible, literal
from slopewise.data.queries import Query, QueryColumn
from slopewise.errors import ArgumentError
from slopewise.threads import thread_count

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def connect_to_read(path: Path | None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB of one's own that may read any file on this machine; the .duckdb file `path` is attached to it.

    Raises duckdb.Error for a file that it cannot open.
    """
    import duckdb

    connection = duckdb.connect(
        config={
            "threads": thread_count(threads),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            # Where a sort or a join larger than memory goes; made when needed, and removed again.
            "temp_directory": str(Path(tempfile.gettempdir()) / f"slopewise-{uuid.uuid4().hex}"),
        },
    )
    if path is not None:  # attached, and not opened, so that it may be read by several at once
        connection.execute(f"ATTACH {literal(os.path.abspath(path))} AS {identifier(attached_name(path))} (READ_ONLY)")
    connection.execute("SET allowed_directories = [?]", [Path.cwd().anchor])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def attached_name(path: Path) -> str:
    """What the database in a file is called in SQL: as DuckDB would, unless it has one of that name.

    >>> attached_name(Path("data/houses.duckdb")), attached_name(Path("Memory.duckdb"))
    ('houses', 'Memory file')
    """
    return f"{path.stem} file" if path.stem.casefold() in ("memory", "system", "temp") else path.stem


class DuckDB:
    """Queries on one DuckDB connection.

    It is the caller's, or our own, of which every reading has a cursor; `use` names the database attached to it. A
    cursor of the caller's would not see what is registered on the connection.
    """

    kind = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, own: bool = False, use: str | None = None) -> None:
        import duckdb

        self._connection = connection
        self._own = own
        self._use = use
        self.errors: tuple[type[Exception], ...] = (duckdb.Error, OSError)

    def says(self, error: Exception) -> str:
        return first_line(error)

    def columns(self, query: Query) -> list[QueryColumn]:
        import duckdb

        with self._session() as session, interruptible():
            statements = session.extract_statements(query.sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise ArgumentError(f"{query.name} is not one SELECT; only one statement that gives rows is run")
            types = session.sql(query.select() + " LIMIT 0").to_arrow_table().schema.types
            names = session.sql(query.sql).columns  # in the brackets of `select`, names would be told apart
        return [QueryColumn.of(name, arrow_type) for name, arrow_type in zip(names, types, strict=True)]

    def stream(self, query: Query, columns: Sequence[QueryColumn], rows: int) -> Generator[pa.Table, None, None]:
        import pyarrow as pa

        with self._session() as session:
            with interruptible():
                items = ", ".join(column.sql for column in columns)
                reader = iter(session.sql(query.select(items)).to_arrow_reader(rows))
            while True:
                with interruptible():
                    batch = next(reader, None)
                if batch is None:
                    return
                yield pa.Table.from_batches([batch]).rename_columns([column.name for column in columns])

    @contextmanager
    def _session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self._own:
            yield self._connection
            return
        with self._connection.cursor() as cursor:
            if self._use is not None:
                cursor.execute(f"USE {identifier(self._use)}")
            yield cursor
