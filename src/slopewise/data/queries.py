"""The rows that an SQL query gives, as a source: whichever engine runs it, it runs as a part of one SELECT.

What is asked of an engine is always `SELECT … FROM (the query) AS query WHERE (the condition)`. So only the columns
that are read leave the database, and nothing but a query can stand there at all: what writes is not SQL in that place.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from slopewise.data.block import Kind
from slopewise.data.columns import declared_levels, kind_of
from slopewise.data.duck import identifier
from slopewise.data.statements import check_whole
from slopewise.data.tables import TableSource, named
from slopewise.errors import ArgumentError, SlopewiseError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 20_480
"""Rows that an engine without types of its own is asked for to learn what its columns hold."""


@dataclass(frozen=True)
class Query:
    """One query and, perhaps, a condition on its rows; `name` is what messages call it."""

    sql: str
    where: str | None
    name: str

    def select(self, items: str = "*", condition: str | None = None) -> str:
        """The SQL that selects `items` from the rows for which both conditions hold.

        >>> print(Query("FROM houses", "area > 50", "the query").select('query."price"'))
        SELECT query."price" FROM (
        FROM houses
        ) AS query WHERE (
        area > 50
        )
        """
        conditions = [given for given in (self.where, condition) if given is not None]
        # The line breaks keep a comment at the end of the query or condition from swallowing the bracket.
        rows = " AND ".join(f"(\n{given}\n)" for given in conditions)
        return f"SELECT {items} FROM (\n{self.sql}\n) AS query" + (f" WHERE {rows}" if rows else "")


@dataclass(frozen=True)
class QueryColumn:
    """A column that a query gives: the type in which it arrives (None if it cannot), and the SQL that selects it."""

    name: str
    type: pa.DataType | None
    sql: str

    @classmethod
    def of(cls, name: str, arrow_type: pa.DataType | None, cast: str | None = None) -> QueryColumn:
        """The column as it is, or as the SQL type `cast`.

        >>> QueryColumn.of("price", None, cast="TEXT").sql
        'CAST(query."price" AS TEXT)'
        """
        column = f"query.{identifier(name)}"
        return cls(name, arrow_type, column if cast is None else f"CAST({column} AS {cast})")

    @property
    def kind(self) -> Kind:
        return "other" if self.type is None else kind_of(self.type)


class Engine(Protocol):
    """What runs queries. What it raises itself is one of `errors`; `says` is the sentence in it, without any secret."""

    kind: str
    errors: tuple[type[Exception], ...]

    def says(self, error: Exception) -> str: ...

    def columns(self, query: Query) -> list[QueryColumn]:
        """The columns that `query` gives, under their own names, even those that two of them share."""
        ...

    def stream(self, query: Query, columns: Sequence[QueryColumn], rows: int) -> Generator[pa.Table, None, None]:
        """Run the query and yield these columns in tables of about `rows` rows, never all of them at once.

        Closing the generator ends the query.
        """
        ...


class QuerySource(TableSource):
    """The rows that the query `sql` gives, asked for anew at each reading."""

    def __init__(self, sql: str, engine: Engine, *, database: str | None = None, where: str | None = None) -> None:
        self._engine = engine
        self._database = database
        self._query = Query(sql, None, "the query" if database is None else f"the query of {database}")
        what_next = "correct the query, or see to its database"
        with self._refused(lambda said: SourceError(f"{self._query.name} cannot be run: {said}; {what_next}")):
            columns = engine.columns(self._query)
        _check_names(self._query.name, [column.name for column in columns])
        if where is not None:
            self._query = Query(self._query.sql, where, named(self._query.name, where))
            columns = self._conditioned(where)
        self._columns = {column.name: column for column in columns}
        self.name = self._query.name
        self.columns = {column.name: column.kind for column in columns}
        self.rows = None
        if encoded := [column.name for column in columns if str(column.type).startswith("dictionary")]:
            with contextlib.closing(self.tables(encoded, 1)) as tables:
                self.levels = next(map(declared_levels, tables), {})

    def _conditioned(self, where: str) -> list[QueryColumn]:
        check_whole(where)
        refusal = f"where={where!r} is not a condition on the columns: "
        with self._refused(lambda said: ArgumentError(f"{refusal}{said}; correct it")):
            return self._engine.columns(self._query)

    @contextlib.contextmanager
    def _refused(self, refusal: Callable[[str], SlopewiseError]) -> Iterator[None]:
        """What the engine raises becomes the `refusal` that tells what it says."""
        try:
            yield
        except SlopewiseError:
            raise
        except self._engine.errors as error:
            raise refusal(self._engine.says(error)) from None

    def tables(self, columns: Sequence[str], rows: int) -> Generator[pa.Table, None, None]:
        chosen = [self._columns[name] for name in columns]
        with contextlib.closing(self._engine.stream(self._query, chosen, rows)) as tables:
            what_next = "correct the query, or try again"
            while True:
                with self._refused(lambda said: SourceError(f"{self.name} stopped: {said}; {what_next}")):
                    table = next(tables, None)
                if table is None:
                    return
                yield table

    def describe(self) -> dict[str, Any]:
        described = {"name": self.name, "kind": "query", "engine": self._engine.kind, "sql": self._query.sql}
        if self._database is not None:
            described["database"] = self._database
        return described if self._query.where is None else {**described, "where": self._query.where}

    def fingerprint(self) -> dict[str, Any]:
        """The query and its database; an engine gives rows in an order that lasts only where the query asks for one."""
        if not re.search(r"\border\s+by\b", self._query.sql, re.IGNORECASE):
            raise ArgumentError(
                f"{self._query.name} gives its rows in no certain order, and a checkpoint goes by their order; end it "
                "with ORDER BY and columns that tell the rows apart, or do without a checkpoint"
            )
        return self.describe()


def _check_names(query: str, names: Sequence[str]) -> None:
    """SQL's names ignore case; a name that two columns share could be read as either."""
    if not names:
        raise SourceError(f"{query} gives no columns; select some")
    folded = Counter(name.casefold() for name in names)
    same = [name for name in names if folded[name.casefold()] > 1]
    if same:
        both = " and ".join(repr(name) for name in same if name.casefold() == same[0].casefold())
        raise SourceError(f"{query} gives columns named {both}, which SQL takes for one; rename one of them (AS)")
