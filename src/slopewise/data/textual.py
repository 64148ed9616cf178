"""`TextualFile`: a file whose cells are text until its first rows have said what they hold; DuckDB streams it.

What the two such formats, delimited and JSON, have in common: a `Tally` for each column, the options that overrule it,
the condition, and the search for the cell at fault when a later one is not of its column's kind.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slopewise.data.block import Kind
from slopewise.data.duck import (
    Relation,
    check_condition,
    connect,
    failing_condition,
    fetch_row,
    fetch_rows,
    is_about_values,
    literal,
    stream,
)
from slopewise.data.options import DEFAULT, ReadOptions
from slopewise.data.readable import Readable
from slopewise.data.tables import TableSource, named, without_first
from slopewise.data.tally import KINDS, Cells, Tally, counts, undressed
from slopewise.errors import ColumnTypeError, SlopewiseError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SAMPLE = 20_480  # rows looked at to decide what the columns hold
WIDE = 500  # columns from which on DuckDB's optimizer is too slow to be of use
_SHOWN = 40  # characters of a cell in a message
_EXPECTED: dict[Kind, str] = {"number": "numbers", "boolean": "true or false", "date": "dates"}


class TextualFile(TableSource):
    """The rows of one file of text for which `where` holds. `tallies` says by column what the first rows hold."""

    cells: Cells

    def __init__(
        self,
        file: Readable,
        connection: duckdb.DuckDBPyConnection,
        where: str | None = None,
        options: ReadOptions = DEFAULT,
        threads: int | None = None,
    ) -> None:
        self.file = file
        self.name = named(file.name, where)
        self.options = options
        self._connection = connection
        self._where = where
        self._threads = threads
        self._wary = False  # whether every cell is looked at before it is converted
        self._types: dict[str, str] = {}
        self._unclear: dict[str, str] = {}
        self.columns: dict[str, Kind] = {}

    def _decide(self, names: Sequence[str]) -> None:
        """Look at the first rows, and decide what each column holds."""
        self.tallies, seen = self._look(names, SAMPLE)
        empty = [name for name, tally in self.tallies.items() if tally.undecided]
        if empty and seen == SAMPLE:
            self.tallies |= self._look(empty, None)[0]
        for name, tally in self.tallies.items():
            self.settle(name, tally)
        self.rows = seen if seen < SAMPLE and (self._where is None or seen == 0) else None
        if self._where is not None:
            check_condition(self._connection, self._relation(()), self._where)

    def settle(self, name: str, tally: Tally, only: Collection[Kind] = ()) -> None:
        """Decide what the column holds: as told, else by `tally`, else, with no values, as the one kind in `only`."""
        sql_type = tally.sql_type()
        if tally.undecided and len(only) == 1:
            (kind,) = only
            sql_type = next((sql for sql, its_kind in KINDS.items() if its_kind == kind), "VARCHAR")
        told = "VARCHAR" if name in self.options.text else "DOUBLE" if name in self.options.numbers else ""
        self._types[name] = told or sql_type
        self._unclear[name] = "" if told else tally.unclear(name)
        self.columns[name] = KINDS[self._types[name]]

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import duckdb

        for name in columns:
            if self._unclear.get(name):
                raise ColumnTypeError(f"{self.file.name} {self._unclear[name]}")
        done = 0
        while True:
            try:
                for table in self._stream(columns, rows, done):
                    done += table.num_rows
                    yield table
                return
            except (duckdb.Error, OSError) as error:
                if self._wary or "Conversion Error" not in str(error):
                    raise self._explained(error, columns) from None
                self._wary = True  # the cell at fault may be one that stands for a missing value: go on from there

    def _stream(self, columns: Sequence[str], rows: int, done: int) -> Iterator[pa.Table]:
        """The rows after the first `done`."""
        wide = len(self.columns if self._where else columns) > WIDE
        connection = connect(self._threads, [self.file.place], optimize=False) if wide else self._connection
        query = self._relation(columns).query(columns, self._where)
        return without_first(stream(connection, query, columns, rows), done)

    def describe(self) -> dict[str, Any]:
        return self.file.describe(self._where)

    def fingerprint(self) -> dict[str, Any]:
        return {**self.file.fingerprint(self._where), "options": repr(self.options)}

    @abstractmethod
    def _relation(self, columns: Collection[str]) -> Relation:
        """The file in SQL with its columns as they were settled; only `columns`, and those of a condition, need be."""

    @abstractmethod
    def _raw(self, names: Sequence[str]) -> Relation:
        """The file in SQL with the cells of these columns as text, null where one is missing whatever they hold."""

    @abstractmethod
    def _fault(self, text: str) -> SlopewiseError:
        """What DuckDB says of the file, as an error that names the place."""

    @abstractmethod
    def _place(self, row: int) -> str:
        """Where the row stands in the file, such as 'row 2 (line 3)'."""

    def _typed(self, name: str, cell: str) -> str:
        """A cell in SQL as its column's type; fails for one that is not of it."""
        sql_type = self._types[name]
        text = self.cells.word(cell)
        if sql_type in ("VARCHAR", "JSON"):
            texts = [value for value in self.options.missing_values if sql_type == "VARCHAR"]
            return f"CASE WHEN {text} {_among(texts)} THEN NULL ELSE {text} END" if texts else text
        if sql_type == "DOUBLE":
            dressed = name in self.options.numbers
            text = undressed(text, self.options.decimal) if dressed else self.cells.digits(text)
        return f"CASE WHEN NOT {self.cells.marker(cell)} THEN CAST({text} AS {sql_type}) END"

    def _without_told(self, name: str, value: str) -> str:
        """A number in SQL, null where it equals one of the values that were told to be missing."""
        told = [f"CAST({literal(given)} AS DOUBLE)" for given in self.options.missing_values if _is_number(given)]
        if self._types[name] != "DOUBLE" or not told:
            return value
        return f"CASE WHEN {value} NOT IN ({', '.join(told)}) THEN {value} END"

    def _look(self, names: Sequence[str], limit: int | None) -> tuple[dict[str, Tally], int]:
        """Tally the columns over the first `limit` rows, or all; and the number of rows looked at."""
        import duckdb

        counted = f"""SELECT place, count(*), {counts(self.cells, "cell")}
            FROM ({self._beneath(names, limit)}) GROUP BY place"""
        try:
            found = {place: counts for place, *counts in fetch_rows(self._connection, counted)}
        except (duckdb.Error, OSError) as error:
            raise self._explained(error, ()) from None
        seen = found[0][0] if found else 0
        return {name: Tally(*found[i][1:]) if found else Tally() for i, name in enumerate(names)}, seen

    def _explained(self, error: Exception, columns: Sequence[str]) -> SlopewiseError:
        """DuckDB's error as a sentence about this file."""
        if gone := self.file.gone():
            return gone
        text = str(error)
        stray = self._stray_cell(columns) if "Conversion Error" in text else None
        if stray is not None:
            return stray
        if self._where is not None and is_about_values(error):
            return failing_condition(self._where, self.file.name, error)
        return self._fault(text)

    def _stray_cell(self, columns: Sequence[str]) -> ColumnTypeError | None:
        """The error for the first cell that is not of its column's kind: found by reading the file again, as text.

        Which columns a condition reads is for DuckDB to know, so with one all columns are looked at.
        """
        asked = self.columns if self._where else [name for name in self.columns if name in columns]
        typed = [name for name in asked if self.columns[name] in _EXPECTED]
        groups: dict[str, list[str]] = {}
        for name in typed:
            groups.setdefault(self._typed(name, "cell"), []).append(name)
        found = [stray for conversion, names in groups.items() if (stray := self._first_stray(names, conversion))]
        if not found:
            return None
        row, name, cell = min(found, key=lambda stray: (stray[0], typed.index(stray[1])))
        cell = cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…"
        return ColumnTypeError(
            f"{self.file.name} has {cell!r} in column {name!r} at {self._place(row)}, where "
            f"{_EXPECTED[self.columns[name]]} are expected; correct the cell, empty it if the value is missing "
            f"(or say missing_values={cell!r}), or say text={name!r} if the column holds categories"
        )

    def _first_stray(self, names: Sequence[str], conversion: str) -> tuple[int, str, str] | None:
        """The first cell of these columns for which the conversion of `cell` fails: its row, its column, its text."""
        found = fetch_row(
            self._connection,
            f"SELECT row, place, {self.cells.word('cell')} "
            f"FROM ({self._beneath(names)}) "
            f"WHERE cell IS NOT NULL AND NOT {self.cells.marker('cell')} AND TRY({conversion}) IS NULL LIMIT 1",
        )
        return (found[0], names[found[1]], found[2]) if found else None

    def _beneath(self, names: Sequence[str], limit: int | None = None) -> str:
        """The cells of these columns beneath each other, as text: many expressions are slow, and many rows are not."""
        aliases = ", ".join(f"c{i}" for i in range(len(names)))
        rows = self._raw(names).query(names) + (f" LIMIT {limit}" if limit else "")
        return (
            f"SELECT row, unnest(range({len(names)})) AS place, unnest([{aliases}]) AS cell "
            f"FROM (SELECT row_number() OVER () AS row, * FROM ({rows}) AS file({aliases}))"
        )


def _among(values: Collection[str]) -> str:
    return f"IN ({', '.join(map(literal, values))})"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
