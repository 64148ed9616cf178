"""The little of DuckDB that the sources share: a connection, a query with a condition, a stream of tables.

Inside queries a column goes by its position, c0, c1, …, prefixed so that no user's column can bear that name. DuckDB's
identifiers ignore case and ours do not, so the user's names appear in one place: beside the user's own condition.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from slopewise.errors import ArgumentError, suggest
from slopewise.threads import thread_count

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Connect: TypeAlias = "Callable[[], duckdb.DuckDBPyConnection]"

_NO_COLUMN = re.compile(r'Referenced column "(.+)" not found')


def connect(
    threads: int | None = None, files: Sequence[Path] = (), *, optimize: bool = True
) -> duckdb.DuckDBPyConnection:
    """A DuckDB of one's own, in memory. It reads `files` and nothing else, whatever a condition asks for.

    It writes no file, installs and loads no extension, and sees no variable of this program. Without `optimize` a
    query is run as it is written: the time that its optimizer takes grows with the square of the expressions.
    """
    import duckdb

    connection = duckdb.connect(
        config={
            "threads": thread_count(threads),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "temp_directory": "",
            "enable_optimizer": optimize,
            # It trusts the bounds in a Parquet file, which do not tell of NaN: isnan(x) would be false throughout.
            "disabled_optimizers": "statistics_propagation",
        }
    )
    # Under both its names: DuckDB checks the pattern, and then the file that the pattern finds.
    names = dict.fromkeys(name for file in files for name in (literal(os.path.abspath(file)), file_literal(file)))
    connection.execute(f"SET allowed_paths = [{', '.join(names)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C while DuckDB runs: it stops, and says so by a RuntimeError, which becomes KeyboardInterrupt again."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from None
        raise


def internal_names(count: int) -> list[str]:
    """The names that the columns of a relation bear inside queries."""
    return [f"slopewise column {position}" for position in range(count)]


def identifier(name: str) -> str:
    """`name` as an identifier in SQL.

    >>> identifier('a "b"')
    '"a ""b\"""'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as a string in SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """The file in SQL: DuckDB would take an address, a ~ or a glob in its name for what they look like."""
    return literal(glob.escape(os.path.abspath(path)))


@dataclass(frozen=True)
class Relation:
    """Something that stands after FROM, whose columns bear the internal names, and the user's names for them."""

    sql: str
    names: tuple[str, ...]

    def query(self, columns: Sequence[str], where: str | None = None) -> str:
        """The SQL that selects `columns`, in that order, from the rows for which `where` holds."""
        internal = dict(zip(self.names, internal_names(len(self.names)), strict=True))
        picked = ", ".join(identifier(internal[column]) for column in columns)
        if where is None:
            return f"SELECT {picked} FROM {self.sql}"
        # To DuckDB 'a' and 'A' are one name: a condition on either is refused as unknown, rather than read wrongly.
        folded = Counter(name.casefold() for name in self.names)
        renamed = "".join(
            f", {identifier(inside)} AS {identifier(name)}"
            for name, inside in internal.items()
            if folded[name.casefold()] == 1 and name and "\0" not in name  # what SQL can name at all
        )
        # The line breaks keep a comment at the end of the condition from swallowing the bracket.
        return f"SELECT {picked} FROM (SELECT *{renamed} FROM {self.sql}) WHERE (\n{where}\n)"


def check_condition(connection: duckdb.DuckDBPyConnection, relation: Relation, where: str | None) -> None:
    """Raise ArgumentError if `where` is no condition on the columns of `relation`; none of its rows are read."""
    if where is None:
        return
    import duckdb

    if where.encode(errors="replace").decode() != where:
        raise ArgumentError(f"where={where!r} is not UTF-8 text; write it anew")
    # One row of nulls of the right types: enough for DuckDB to evaluate the constants in the condition.
    nulls = f"(SELECT file.* FROM (SELECT 1) LEFT JOIN (SELECT * FROM {relation.sql} LIMIT 0) AS file ON true)"
    query = Relation(nulls, relation.names).query(relation.names[:1], where)
    try:
        # What is whole both within brackets and without is one expression: no semicolon, no LIMIT, no bracket closed
        # early, with a query of its own behind it.
        for whole in (f"SELECT 1 WHERE (\n{where}\n)", f"SELECT 1 WHERE\n{where}\n"):
            connection.extract_statements(whole)
        fetch_row(connection, query)
    except duckdb.Error as error:
        reason = _explained(error, relation.names)
        raise ArgumentError(f"where={where!r} is not a condition on the columns: {reason}") from None


def _explained(error: Exception, names: Sequence[str]) -> str:
    """What DuckDB says of a condition; of a column that is not there, what may have been meant."""
    reason = first_line(error)
    found = _NO_COLUMN.match(reason)
    if found is None or found[1] in names:
        return reason
    return f"there is no column {found[1]!r}; {suggest(found[1], names)} (a text stands in single quotes)"


def is_about_values(error: Exception) -> bool:
    """Whether DuckDB's error comes from a value met in a row, not from the file or from parsing it."""
    return str(error).startswith(("Conversion Error", "Out of Range Error", "Invalid Input Error: Failed to cast"))


def failing_condition(where: str, rows: str, error: Exception) -> ArgumentError:
    """The error for a condition that cannot be evaluated on some row."""
    return ArgumentError(f"where={where!r} fails on {rows}: {first_line(error)}; write it so that it holds for any row")


def first_line(error: Exception) -> str:
    """What DuckDB says, without its advice about its own settings.

    >>> first_line(ValueError('Parser Error: syntax error at or near ">"\\n\\nLINE 1: …'))
    'syntax error at or near ">"'
    """
    line = str(error).strip().splitlines()[0]
    return line.partition("Error: ")[2] or line


def fetch_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """All rows of the answer to `query`; raises duckdb.Error."""
    with connection.cursor() as cursor, interruptible():
        rows: list[tuple[Any, ...]] = cursor.execute(query).fetchall()
    return rows


def fetch_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...] | None:
    """The first row of the answer to `query`, or None; raises duckdb.Error."""
    with connection.cursor() as cursor, interruptible():
        row: tuple[Any, ...] | None = cursor.execute(query).fetchone()
    return row


def stream(connection: duckdb.DuckDBPyConnection, query: str, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
    """Run `query` and yield its rows in order as tables with the given column names; raises duckdb.Error or OSError."""
    import pyarrow as pa

    with connection.cursor() as cursor:  # a cursor for each stream, so that two may be read side by side
        with interruptible():
            reader = iter(cursor.sql(query).to_arrow_reader(rows))
        while True:
            with interruptible():
                batch = next(reader, None)
            if batch is None:
                return
            yield pa.Table.from_batches([batch]).rename_columns(list(columns))
