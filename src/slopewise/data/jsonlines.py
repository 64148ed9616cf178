"""One JSON file, streamed by DuckDB: records one a line, or in an array. Each field is a column, missing where absent.

The columns are the fields of the first records. JSON says itself what is a number, true or false, or a text, so a text
is never missing unless it was told to be; a text that is a date in every record is a date. Fields that hold lists or
records are of no kind that a formula can use.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from slopewise.data.duck import Relation, connect, fetch_rows, file_literal, identifier, internal_names, literal
from slopewise.data.header import megabytes
from slopewise.data.options import DEFAULT, ReadOptions
from slopewise.data.readable import Readable
from slopewise.data.tally import MARKERS, MISSING
from slopewise.data.textual import SAMPLE, TextualFile
from slopewise.errors import SlopewiseError, SourceError

if TYPE_CHECKING:
    import duckdb

LONGEST_RECORD = 2**24  # bytes
_CHECKED = 2**28  # an array of fewer bytes is searched for its fault, for which all of it has to be in memory


class JsonCells:
    """A cell is a value as JSON writes it: texts in quotes."""

    def number(self, cell: str) -> str:
        return f"TRY_CAST({cell} AS DOUBLE)"

    def digits(self, word: str) -> str:
        return word

    def word(self, cell: str) -> str:
        return f"CASE WHEN starts_with({cell}, '\"') THEN json_extract_string({cell}, '$') ELSE {cell} END"

    def nested(self, cell: str) -> str:
        return f"(starts_with({cell}, '{{') OR starts_with({cell}, '['))"

    def marker(self, cell: str) -> str:
        written = [json.dumps(marker) for marker in (*MISSING, *MARKERS)]
        return f"{cell} IN ({', '.join(map(literal, [*written, 'NaN']))})"


class JsonFile(TextualFile):
    """The records of one JSON file for which `where` holds."""

    cells = JsonCells()

    def __init__(
        self,
        file: Readable,
        connection: duckdb.DuckDBPyConnection,
        where: str | None = None,
        options: ReadOptions = DEFAULT,
        threads: int | None = None,
    ) -> None:
        start, end = file.ends()
        self._array = start.lstrip().startswith(b"[")
        # Of several threads of DuckDB's the one that finds a last line without an end may give it out as the first.
        in_order = self._array or end.endswith(b"\n")
        if not in_order:
            threads, connection = 1, connect(1, [file.place])
        super().__init__(file, connection, where, options, threads)
        self._wary = True
        self._names = self._fields()
        self._decide(self._names)

    def _fields(self) -> tuple[str, ...]:
        """The fields of the first records, in the order in which they appear."""
        import duckdb

        objects = self._function("read_json_objects", "")
        # json_keys says the same of {} and of what is no record at all.
        keys = "CASE WHEN json_type(json) = 'OBJECT' THEN json_keys(json) END AS keys"
        keys = f"SELECT row_number() OVER () AS row, {keys} FROM (FROM {objects} LIMIT {SAMPLE})"
        try:
            found = fetch_rows(self._connection, f"SELECT keys FROM ({keys}) GROUP BY keys ORDER BY min(row)")
        except (duckdb.Error, OSError) as error:
            raise self._fault(str(error)) from None
        names = tuple(dict.fromkeys(name for (fields,) in found for name in fields or ()))
        if not names or any(fields is None for (fields,) in found):
            raise self._fault("Error: it has no fields")
        folded: dict[str, str] = {}
        for name in names:
            if (other := folded.setdefault(name.casefold(), name)) != name:
                raise SourceError(
                    f"{self.file.shown} has the fields {other!r} and {name!r}, which differ in case alone; "
                    "rename one of them"
                )
        return names

    def _function(self, function: str, arguments: str) -> str:
        form = "array" if self._array else "newline_delimited"
        return (
            f"{function}({file_literal(self.file.place)}, format='{form}', compression='none', "
            f"maximum_object_size={LONGEST_RECORD}{arguments})"
        )

    def _raw(self, names: Sequence[str]) -> Relation:
        return Relation(self._picked({name: _text_of(name) for name in names}), self._names)

    def _relation(self, columns: Collection[str]) -> Relation:
        used = [name for name in self._names if self._where or name in columns]
        typed = {name: self._without_told(name, self._typed(name, _text_of(name))) for name in used}
        return Relation(self._picked(typed), self._names)

    def _picked(self, expressions: Mapping[str, str]) -> str:
        """The file in SQL with an expression for each of these columns, under its internal name."""
        inside = dict(zip(self._names, map(identifier, internal_names(len(self._names))), strict=True))
        columns = ", ".join(f"{literal(name)}: 'JSON'" for name in self._names)
        file = self._function("read_json", f", auto_detect=false, hive_partitioning=false, columns={{{columns}}}")
        picked = ", ".join(f"{expression} AS {inside[name]}" for name, expression in expressions.items())
        return f"(SELECT {picked} FROM {file})"

    def _place(self, row: int) -> str:
        line = None if self._array else next(islice(self._lines(), row - 1, None), None)
        return f"row {row} (line {line[0]})" if line else f"row {row}"

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines that are not blank, with their numbers; a line is cut where it is longer than a record may be."""
        with self.file.place.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_RECORD + 1), b""), start=1):
                if line.strip():
                    yield number, line

    def _fault(self, text: str) -> SlopewiseError:
        """The file is read again to find the place: DuckDB counts lines otherwise than people do."""
        what = self.file.plainly(text.strip().splitlines()[0].partition("Error: ")[2])
        if "maximum_object_size" in text:
            what = f"it has a record longer than {megabytes(LONGEST_RECORD)}"
        lines = () if self._array else enumerate(self._lines(), start=1)
        for row, (number, line) in lines:
            if wrong := _wrong(line):
                return SourceError(f"{self.file.shown} cannot be read: row {row} (line {number}) {wrong}")
        if self._array and self.file.place.stat().st_size < _CHECKED:
            what = _wrong_array(self.file.place.read_bytes()) or what
        return SourceError(f"{self.file.shown} cannot be read: {what}; write or copy it anew")


def _wrong_array(text: bytes) -> str:
    """What keeps a text from being an array of records; empty if nothing does."""
    try:
        records = json.loads(text, object_pairs_hook=_record)
    except (ValueError, RecursionError) as error:
        return f"it is not whole JSON ({error})"
    odd = next((row for row, record in enumerate(records, start=1) if not isinstance(record, dict)), None)
    return f"value {odd} in its array is no record, {{…}}" if odd else ""


def _text_of(name: str) -> str:
    return f"CAST({identifier(name)} AS VARCHAR)"


def _wrong(line: bytes) -> str:
    """What keeps a line from being a record; empty if nothing does."""
    if len(line) > LONGEST_RECORD:
        return f"is longer than {megabytes(LONGEST_RECORD)}; give each record a line of its own"
    try:
        record = json.loads(line.strip(), object_pairs_hook=_record)
    except json.JSONDecodeError as error:
        return f"is not a whole JSON record ({error.msg} at character {error.pos + 1}); correct that line"
    except UnicodeDecodeError:
        return 'is not UTF-8 text; give the encoding of the file, such as encoding="latin-1"'
    except (ValueError, RecursionError) as error:
        return f"is not a whole JSON record ({error}); correct that line"
    if not isinstance(record, dict):
        return "is no record; write one {…} with its fields a line"
    return ""


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A record whose fields are different ones."""
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} stands in it twice")
    return record
