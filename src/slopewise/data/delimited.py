"""One delimited text file (comma, semicolon, tab, bar, or the one that is told), streamed by Arrow and DuckDB.

Arrow reads it where numbers and texts are wanted of plain text: see `plain_text`. DuckDB reads the rest.
DuckDB parses numbers and dates as it cuts the lines, and knows one list of cells that stand for a missing value, for
all columns. In columns of text fewer cells do. So where such are read too, only these are on the list, and a column of
numbers is read as text and converted if need be: where its first rows, or a fault in the midst of reading, say so.
Where none are read, the list is as short as the first rows allow, and complete after such a fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from slopewise.data.block import Kind
from slopewise.data.duck import Relation, file_literal, first_line, identifier, internal_names, literal
from slopewise.data.header import BUFFER, LONGEST_LINE, Header, line_of, locate, megabytes, read_header
from slopewise.data.options import DEFAULT, ReadOptions
from slopewise.data.plain_text import Kept, Plain
from slopewise.data.readable import Readable
from slopewise.data.tally import MARKERS, MISSING, READ_AS_NUMBERS, Tally
from slopewise.data.textual import TextualFile
from slopewise.errors import SlopewiseError, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class DelimitedCells:
    """A cell is the text between two separators."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal

    def number(self, cell: str) -> str:
        return f"TRY_CAST({self.digits(cell)} AS DOUBLE)"

    def digits(self, word: str) -> str:
        return word if self._decimal == "." else f"translate({word}, '.,', '?.')"

    def word(self, cell: str) -> str:
        return cell

    def nested(self, cell: str) -> str:
        return "false"

    def marker(self, cell: str) -> str:
        return f"{cell} IN ({_texts(MARKERS)})"


class DelimitedFile(TextualFile):
    """The rows of one delimited file for which `where` holds."""

    def __init__(
        self,
        file: Readable,
        connection: duckdb.DuckDBPyConnection,
        where: str | None = None,
        options: ReadOptions = DEFAULT,
        threads: int | None = None,
    ) -> None:
        super().__init__(file, connection, where, options, threads)
        self.cells = DelimitedCells(options.decimal)
        self.coded: set[str] = set()
        self._header: Header = read_header(file, options)
        self.written = {name: f"{name}\0as written" for name in self._header.names}  # no header holds such a name
        self._decide(self._header.names)

    def settle(self, name: str, tally: Tally, only: Collection[Kind] = ()) -> None:
        """As any text file does; columns of text may come in a dictionary."""
        super().settle(name, tally, only)
        change = self.coded.add if self.columns[name] == "text" else self.coded.discard
        change(name)

    def _stream(self, columns: Sequence[str], rows: int, done: int) -> Iterator[pa.Table]:
        """By Arrow as long as the text is plain, and by DuckDB from there on."""
        if not done and self._may_be_plain(columns):
            read = yield from self._plain.tables(self._wanted(columns), LONGEST_LINE, self._threads)
            if read is None:
                return
            done = read
        yield from super()._stream(columns, rows, done)

    def _may_be_plain(self, columns: Sequence[str]) -> bool:
        """Whether Arrow would understand these columns as DuckDB is told to, as long as the text is plain."""
        if self._where is not None or self._wary or self.options.missing_values or self._header.blank_is_row:
            return False
        typed = all(self._types.get(name) in ("DOUBLE", "VARCHAR") for name in columns)
        return typed and not set(self.options.numbers) & set(columns) and self._header.line_end in ("\n", "\r\n")

    @property
    def _plain(self) -> Plain:
        header = self._header
        return Plain(
            self.file.place,
            len(header.names),
            header.skipped + header.lines,
            header.separator,
            header.quote,
            header.line_end,
            self.options.decimal,
            missing=MISSING,
            no_numbers=(*MISSING, *MARKERS),
        )

    def _wanted(self, columns: Sequence[str]) -> dict[str, tuple[int, Kept]]:
        places = {name: place for place, name in enumerate(self._header.names)}
        return {name: (places[name], "text" if self._types[name] == "VARCHAR" else "number") for name in columns}

    def _relation(self, columns: Collection[str]) -> Relation:
        """With those of `columns` that are texts as written besides the header's."""
        names = self._header.names
        inside = dict(zip(names, internal_names(len(names)), strict=True))
        copied = {name: self.written[name] for name in names if self.written[name] in columns}
        used = [name for name in names if self._where or name in columns or name in copied]
        mixed = bool(copied) or any(self.columns[name] == "text" for name in used)
        direct = {name for name in used if name not in copied and self._parsed_directly(name, mixed)}
        file = self._file(
            {inside[name]: self._types[name] if name in direct else "VARCHAR" for name in names},
            missing=MISSING if mixed else self._missing(used),
        )
        picked = [
            f"{self._selected(name, identifier(inside[name]), name in direct, mixed)} AS {identifier(inside[name])}"
            for name in used
        ]
        further = internal_names(len(names) + len(copied))[len(names) :]
        picked += [
            f"{identifier(inside[name])} AS {identifier(text)}" for name, text in zip(copied, further, strict=True)
        ]
        as_parsed = len(direct) == len(used) and not self.options.missing_values
        sql = file if as_parsed else f"(SELECT {', '.join(picked)} FROM {file})"
        return Relation(sql, (*names, *copied.values()))

    def _missing(self, used: Collection[str]) -> tuple[str, ...]:
        """The cells that are missing where no column holds text.

        DuckDB compares every cell with each of them, which takes a tenth of the time that it needs for the cell. So
        markers that none of the first rows holds are left out; if one comes later, it is no number, and a fault.
        """
        sought = self._wary or any(self.tallies[name].markers for name in used)
        return (*MISSING, *(MARKERS if sought else READ_AS_NUMBERS))

    def _selected(self, name: str, cell: str, direct: bool, mixed: bool) -> str:
        if self._types[name] == "VARCHAR":
            return cell
        if direct and mixed and self._types[name] == "DOUBLE":  # NaN is not on the list then, and a number to DuckDB
            cell = f"CASE WHEN NOT isnan({cell}) THEN {cell} END"
        return self._without_told(name, cell if direct else self._typed(name, cell))

    def _parsed_directly(self, name: str, mixed: bool) -> bool:
        """Whether DuckDB can turn the cells of the column into what they are as it cuts the lines."""
        if self._types[name] == "VARCHAR" or name in self.options.numbers:
            return False
        return not (mixed and (self._wary or self.tallies[name].markers))

    def _raw(self, names: Sequence[str]) -> Relation:
        every = self._header.names
        return Relation(self._file(dict.fromkeys(internal_names(len(every)), "VARCHAR"), MISSING), every)

    def _file(self, sql_types: Mapping[str, str], missing: Collection[str]) -> str:
        """The file as DuckDB's function. Nothing is left for it to detect: its guess at line ends can lose all rows."""
        columns = ", ".join(f"{literal(name)}: '{sql_type}'" for name, sql_type in sql_types.items())
        line_end = self._header.line_end.replace("\r", "\\r").replace("\n", "\\n")
        quote = literal(self._header.quote)
        return (
            f"read_csv({file_literal(self.file.place)}, compression='none', "
            f"auto_detect=false, header=true, skip={self._header.skipped}, "
            f"max_line_size={LONGEST_LINE}, buffer_size={BUFFER}, "
            f"delim={literal(self._header.separator)}, new_line='{line_end}', quote={quote}, escape={quote}, "
            f"comment='', decimal_separator='{self.options.decimal}', "
            f"nullstr=[{_texts((*missing, *self.options.missing_values))}], allow_quoted_nulls=true, "
            f"hive_partitioning=false, columns={{{columns}}})"
        )

    def _place(self, row: int) -> str:
        return f"row {row} (line {line_of(self.file, self._header, row)})"

    def _fault(self, text: str) -> SlopewiseError:
        if "invalid state" in text:
            return SourceError(
                f"{self.file.shown} mixes line ends of different systems, or has quotes in the wrong places; "
                "save it with one kind of line end"
            )
        line = re.search(r"CSV Error on Line: (\d+)", text)
        if line is None:
            return SourceError(f"{self.file.shown} cannot be read: {self.file.plainly(first_line(Exception(text)))}")
        row, line_in_file = locate(self.file, self._header, int(line[1]))
        return SourceError(
            f"{self.file.shown} cannot be read: row {row} (line {line_in_file}) {self.file.plainly(_said(text))}"
        )


def _said(text: str) -> str:
    fields = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if fields:
        return f"has {fields[2]} fields where the header has {fields[1]}; correct that line"
    if "unterminated quote" in text:
        return (
            "opens a quote that is not closed as it should be; close it, double the quotes inside, "
            'or say quote="" if quotes mean nothing here'
        )
    if "unicode" in text:
        return 'is not UTF-8 text; give the encoding of the file, such as encoding="latin-1", or save it as UTF-8'
    if "Maximum line size" in text:
        return f"is longer than {megabytes(LONGEST_LINE)}, perhaps for a quote that is never closed; correct that line"
    return f"cannot be parsed: {first_line(Exception(text))}; correct that line"


def _texts(values: Collection[str]) -> str:
    return ", ".join(map(literal, values))
