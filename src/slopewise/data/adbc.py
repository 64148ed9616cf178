"""Databases through their Arrow drivers (ADBC): any open connection, and PostgreSQL, whose types need some help."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from slopewise.data.queries import Query, QueryColumn

if TYPE_CHECKING:
    import pyarrow as pa

Connect = Callable[[], AbstractContextManager[Any]]
"""Opens a connection for one reading; leaving the context closes it, or leaves it open where it is the caller's."""

LONGEST = 300  # characters of a database's own message

_PREFIX = re.compile(r"^[A-Z_]+: |^\[\w+\] |^Failed to [^:]*: |^Execution error \[\w+\]: ")


class Adbc:
    """Queries through any ADBC driver that has types for its columns."""

    def __init__(self, kind: str, connect: Connect, secrets: Sequence[str] = ()) -> None:
        import pyarrow as pa
        from adbc_driver_manager import Error

        self.kind = kind
        self.connect = connect
        self._secrets = sorted(secrets, key=len, reverse=True)
        self.errors: tuple[type[Exception], ...] = (Error, pa.ArrowException, OSError)

    def says(self, error: Exception) -> str:
        return plain(str(error), self._secrets)

    def columns(self, query: Query) -> list[QueryColumn]:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query.select(condition="1 = 0"))
            with cursor.fetch_record_batch() as reader:
                return [QueryColumn.of(field.name, field.type) for field in reader.schema]

    def stream(self, query: Query, columns: Sequence[QueryColumn], rows: int) -> Generator[pa.Table, None, None]:
        import pyarrow as pa

        names = [column.name for column in columns]
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query.select(", ".join(column.sql for column in columns)))
            with cursor.fetch_record_batch() as reader:
                for batch in reader:
                    yield pa.Table.from_batches([batch]).rename_columns(names)


class PostgreSQL(Adbc):
    """Queries on PostgreSQL. The server makes float64 of numeric and money, rounded once, and text of its own types."""

    def columns(self, query: Query) -> list[QueryColumn]:
        with self.connect() as connection, connection.cursor() as cursor:
            schema = cursor.adbc_execute_schema(query.select())
        return [_postgresql_column(field) for field in schema]


def _postgresql_column(field: pa.Field) -> QueryColumn:
    import pyarrow as pa

    declared = (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()
    column = QueryColumn.of(field.name, field.type)
    if declared == "numeric":
        return QueryColumn(field.name, pa.float64(), f"CAST({column.sql} AS double precision)")
    if declared == "money":  # which the driver would give in cents
        return QueryColumn(field.name, pa.float64(), f"CAST(CAST({column.sql} AS numeric) AS double precision)")
    if declared == "oid":  # which the driver takes for a number with a sign
        return QueryColumn.of(field.name, pa.int64(), cast="bigint")
    if isinstance(field.type, pa.BaseExtensionType):
        return QueryColumn.of(field.name, pa.string(), cast="text")
    return column


def plain(message: str, secrets: Sequence[str] = ()) -> str:
    """What the database itself says, in one line, without what its driver adds around it.

    >>> plain("NOT_FOUND: Failed to prepare query: ERROR:  no column 'x'\\nLINE 1: select x")
    "no column 'x'"
    >>> plain("IO: [libpq] Failed to connect: FATAL:  no such user as 'me:secret'", ["secret"])
    "no such user as 'me:…'"
    """
    said = re.search(r"(?:ERROR|FATAL):\s+(.*)", message)
    line = said[1] if said else (message.strip().splitlines() or [""])[0]
    while (shorter := _PREFIX.sub("", line)) != line:
        line = shorter
    for secret in secrets:
        line = line.replace(secret, "…")
    line = line.strip().rstrip(".")
    if len(line) > LONGEST:
        line = f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
    return line or "it gives no reason"
