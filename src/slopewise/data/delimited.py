"""One delimited text file (comma, semicolon, tab or bar), streamed by DuckDB.

What a column holds is decided from its first rows by plain rules, not by guesses about formats:

- boolean if every value is true or false, in any case (yes/no, t/f and 1/0 are not);
- number if more than half of the values are numbers (so one misspelt cell is an error that names it, not a thousand
  categories); every number is read as float64;
- date if every value is a date, or date and time, as ISO 8601 writes it;
- text otherwise.

Empty cells and NA are missing, quoted or not. A column without any value in the first rows is looked at to its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopewise.data.block import Kind
from slopewise.data.duck import (
    Relation,
    check_condition,
    failing_condition,
    fetch_row,
    fetch_rows,
    file_literal,
    first_line,
    identifier,
    internal_names,
    is_about_values,
    literal,
    stream,
)
from slopewise.data.header import Header, line_of, locate, read_header
from slopewise.data.tables import TableSource, described_file, named
from slopewise.errors import ColumnTypeError, SlopewiseError, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SAMPLE = 20_480  # rows looked at to decide what the columns hold
KINDS: dict[str, Kind] = {
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "date",
    "VARCHAR": "text",
}
_COUNTS = """
    count(cell),
    count(TRY_CAST(cell AS DOUBLE)) FILTER (NOT contains(cell, '_')),
    count(*) FILTER (lower(trim(cell)) IN ('true', 'false')),
    count(TRY_CAST(cell AS DATE)) FILTER (length(trim(cell)) <= 10),
    count(TRY_CAST(cell AS TIMESTAMP))
"""  # the five counts of a Tally; to DuckDB 2020_01 is a number, to people it is not
_EXPECTED: dict[Kind, str] = {"number": "numbers", "boolean": "true or false", "date": "dates"}


@dataclass(frozen=True)
class Tally:
    """How many of a column's values are anything, numbers, true or false, dates, and dates with or without a time."""

    values: int = 0
    numbers: int = 0
    booleans: int = 0
    dates: int = 0
    times: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def sql_type(self) -> str:
        """The type by the rules at the top of this file; DOUBLE for a column without any value.

        >>> Tally(values=10, numbers=9).sql_type(), Tally(values=10, booleans=9).sql_type()
        ('DOUBLE', 'VARCHAR')
        """
        if not self.values or 2 * self.numbers > self.values:
            return "DOUBLE"
        for count, sql_type in ((self.booleans, "BOOLEAN"), (self.dates, "DATE"), (self.times, "TIMESTAMP")):
            if count == self.values:
                return sql_type
        return "VARCHAR"


class DelimitedFile(TableSource):
    """The rows of one delimited file for which `where` holds. `tallies` says by column what the first rows hold."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, where: str | None = None) -> None:
        self.path = path
        self._connection = connection
        self._where = where
        self._header: Header = read_header(path)
        self.written = {name: f"{name}\0as written" for name in self._header.names}  # no header holds such a name
        self._types = dict.fromkeys(self._header.names, "VARCHAR")
        self.name = named(path.name, where)
        self.tallies, seen = self._look(self._header.names, SAMPLE)
        empty = [name for name, tally in self.tallies.items() if not tally.values]
        if empty and seen == SAMPLE:
            self.tallies |= self._look(empty, None)[0]
        self.columns: dict[str, Kind] = {}
        for name, tally in self.tallies.items():
            self.settle(name, tally)
        self.rows = seen if seen < SAMPLE and (where is None or seen == 0) else None
        check_condition(connection, self._relation(), where)

    def settle(self, name: str, tally: Tally, only: Collection[Kind] = ()) -> None:
        """Decide what the column holds: by `tally`, or, with no values to judge by, as the one kind in `only`."""
        self._types[name] = tally.sql_type()
        if not tally.values and len(only) == 1:
            (kind,) = only
            self._types[name] = next((sql for sql, its_kind in KINDS.items() if its_kind == kind), "VARCHAR")
        self.columns[name] = KINDS[self._types[name]]

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import duckdb

        tables = stream(self._connection, self._relation(columns).query(columns, self._where), columns, rows)
        while True:
            try:
                table = next(tables, None)
            except (duckdb.Error, OSError) as error:
                raise self._explained(error, columns) from None
            if table is None:
                return
            yield table

    def describe(self) -> dict[str, Any]:
        return described_file(self.path, "csv", self._where)

    def _relation(self, columns: Collection[str] = (), *, as_text: bool = False) -> Relation:
        """The file in SQL, with those of `columns` that are texts as written besides the header's."""
        names = self._header.names
        inside = internal_names(len(names))
        copied = [name for name in names if self.written[name] in columns]
        sql_types = {name: "VARCHAR" if as_text or name in copied else self._types[name] for name in names}
        file = self._file(dict(zip(inside, sql_types.values(), strict=True)))
        if not copied:
            return Relation(file, names)
        place = dict(zip(names, map(identifier, inside), strict=True))
        typed = ", ".join(f"CAST({place[name]} AS {self._types[name]}) AS {place[name]}" for name in copied)
        every = internal_names(len(names) + len(copied))[len(names) :]
        texts = ", ".join(f"{place[name]} AS {identifier(text)}" for name, text in zip(copied, every, strict=True))
        written = (self.written[name] for name in copied)
        return Relation(f"(SELECT * REPLACE ({typed}), {texts} FROM {file})", (*names, *written))

    def _file(self, sql_types: Mapping[str, str]) -> str:
        """The file as DuckDB's function. Nothing is left for it to detect: its guess at line ends can lose all rows."""
        columns = ", ".join(f"{literal(name)}: '{sql_type}'" for name, sql_type in sql_types.items())
        line_end = self._header.line_end.replace("\r", "\\r").replace("\n", "\\n")
        return (
            f"read_csv({file_literal(self.path)}, "
            f"auto_detect=false, header=true, skip={self._header.blank_lines}, "
            f"delim={literal(self._header.separator)}, new_line='{line_end}', quote='\"', escape='\"', "
            "comment='', nullstr=['', 'NA'], "
            f"allow_quoted_nulls=true, hive_partitioning=false, columns={{{columns}}})"
        )

    def _look(self, names: Sequence[str], limit: int | None) -> tuple[dict[str, Tally], int]:
        """Tally the columns over the first `limit` rows, or all; and the number of rows looked at."""
        import duckdb

        aliases = ", ".join(f"c{i}" for i in range(len(names)))
        rows = self._relation(as_text=True).query(names) + (f" LIMIT {limit}" if limit else "")
        # All columns beneath each other: a query grows slow with the number of its expressions.
        cells = (
            f"SELECT unnest(range({len(names)})) AS place, unnest([{aliases}]) AS cell FROM ({rows}) AS f({aliases})"
        )
        counted = f"SELECT place, count(*), {_COUNTS} FROM ({cells}) GROUP BY place"
        try:
            found = {place: counts for place, *counts in fetch_rows(self._connection, counted)}
        except duckdb.Error as error:
            raise self._explained(error, ()) from None
        seen = found[0][0] if found else 0
        return {name: Tally(*found[i][1:]) if found else Tally() for i, name in enumerate(names)}, seen

    def _explained(self, error: Exception, columns: Sequence[str]) -> SlopewiseError:
        """DuckDB's error as a sentence about this file."""
        text = str(error)
        stray = self._stray_cell(columns) if "Conversion Error" in text else None
        if stray is not None:
            return stray
        if self._where is not None and is_about_values(error):
            return failing_condition(self._where, self.name, error)
        if "GZIP" in text:
            return SourceError(f"{self.path} is not a whole gzip file; write or copy it anew")
        if "invalid state" in text:
            return SourceError(
                f"{self.path} mixes line ends of different systems, or has quotes in the wrong places; "
                "save it with one kind of line end"
            )
        line = re.search(r"CSV Error on Line: (\d+)", text)
        if line is None:
            return SourceError(f"{self.path} cannot be read: {first_line(error)}")
        row, line_in_file = locate(self.path, self._header, int(line[1]))
        return SourceError(f"{self.path} cannot be read: row {row} (line {line_in_file}) {_fault(text)}")

    def _stray_cell(self, columns: Sequence[str]) -> ColumnTypeError | None:
        """The error for the first cell that is not of its column's kind: found by reading the file again, as text.

        Which columns a condition reads is for DuckDB to know, so with one all columns are looked at.
        """
        asked = self.columns if self._where else [name for name in self.columns if name in columns]
        typed = [name for name in asked if self._types[name] != "VARCHAR"]
        if not typed:
            return None
        found = self._first_stray(typed)
        if found is None:
            return None
        row, position, cells = found
        name, cell = typed[position - 1], cells[position - 1]
        line = line_of(self.path, self._header, row)
        return ColumnTypeError(
            f"{self.path.name} has {cell!r} in column {name!r} at row {row} (line {line}), where "
            f"{_EXPECTED[self.columns[name]]} are expected; correct the cell, or empty it if the value is missing"
        )

    def _first_stray(self, typed: Sequence[str]) -> tuple[Any, ...] | None:
        """The first row with a cell that its column cannot hold: its number, the column's place from 1, the cells."""
        numbered = [f"c{i}" for i in range(len(typed))]
        aliases = ", ".join(numbered)
        tests = ", ".join(
            f"{alias} IS NOT NULL AND TRY_CAST({alias} AS {self._types[name]}) IS NULL"
            for alias, name in zip(numbered, typed, strict=True)
        )
        rows = self._relation(as_text=True).query(typed)
        return fetch_row(
            self._connection,
            f"SELECT row, list_position([{tests}], true), [{aliases}] "
            f"FROM (SELECT row_number() OVER () AS row, * FROM ({rows}) AS file({aliases})) "
            f"WHERE list_contains([{tests}], true) LIMIT 1",
        )


def _fault(text: str) -> str:
    fields = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if fields:
        return f"has {fields[2]} fields where the header has {fields[1]}; correct that line"
    if "unterminated quote" in text:
        return "opens a quote that is not closed as it should be; close it, or double the quotes inside"
    if "unicode" in text:
        return "is not UTF-8 text; save the file as UTF-8"
    if "Maximum line size" in text:
        return "is longer than 2 MB, perhaps for a quote that is never closed; correct that line"
    return f"cannot be parsed: {first_line(Exception(text))}; correct that line"
