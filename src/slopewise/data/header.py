"""The header of a delimited file: its names, its separator, how its lines end, and where its rows begin.

Unless it is told, the separator is the one of comma, semicolon, tab and bar that occurs most often in the first line
outside quotes; in a .tsv it is the tab. Names are kept exactly as they stand, except that a third column without a name
is 'column3'.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, TextIO

from slopewise.data.options import ReadOptions
from slopewise.data.readable import Readable
from slopewise.errors import SourceError

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS = ",;\t|"
LONGEST_LINE = 2**21  # bytes; what is longer is a quote that never closes, or no table
BUFFER = 16 * LONGEST_LINE  # bytes that DuckDB parses at a time
_PART = 2**16
_TSV = re.compile(r"\.tsv(\.[a-z0-9]+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """The names of the columns, the separator, the quote, the end of a line, and how many lines stand before the header
    and belong to it."""

    names: tuple[str, ...]
    separator: str
    quote: str
    line_end: str
    skipped: int
    lines: int

    @property
    def blank_is_row(self) -> bool:
        """A blank line between rows is skipped, except in a file of one column, where it is an empty cell."""
        return len(self.names) == 1


def read_header(file: Readable, options: ReadOptions) -> Header:
    """Read the header of the file. Raises SourceError if the file is not text in UTF-8 or the header is faulty."""
    try:
        _check_text(file)
        _check_lines(file)
        with open_text(file) as text:
            header = _parse(file, text, options)
        "".join(header.names).encode()
        return header
    except UnicodeEncodeError:
        raise SourceError(
            f'{file.shown} is not UTF-8 text: its header cannot be read; give its encoding, such as encoding="latin-1"'
        ) from None
    except csv.Error:
        raise SourceError(
            f"{file.shown} cannot be read: a quote in its header (line 1) is never closed; close it"
        ) from None


def open_text(file: Readable) -> TextIO:
    """The file as text, line ends as they are, what is no UTF-8 as surrogates."""
    return file.place.open("rt", encoding="utf-8-sig", errors="surrogateescape", newline="")


def locate(file: Readable, header: Header, record: int) -> tuple[int, int]:
    """The data row, from 1, and the line of the file where the given record begins, counting blank lines as records.

    That is how DuckDB counts 'lines': the header and each row is one, whatever line breaks its quotes hold.
    """
    before = record - 1 - header.skipped
    with open_text(file) as text:
        reader = _records(text, header)
        try:
            # The record itself is not parsed: it is the faulty one.
            filled = sum(map(bool, islice(reader, before)))
        except csv.Error:  # a cell longer than the reader takes
            return max(before, 1), record
        row = before if header.blank_is_row else filled
        return max(row, 1), header.skipped + reader.line_num + 1


def line_of(file: Readable, header: Header, row: int) -> int:
    """The line of the file where the data row, from 1, begins."""
    with open_text(file) as text:
        reader = _records(text, header)
        line, records_left = 1, row + 1
        try:
            for cells in reader:
                records_left -= bool(cells) or header.blank_is_row
                if not records_left:
                    break
                line = reader.line_num + 1
        except csv.Error:
            line = row + 1
        return header.skipped + line


def _records(text: TextIO, header: Header) -> Reader:
    """The records of the file from its header on, as DuckDB cuts them."""
    for _ in range(header.skipped):
        text.readline(LONGEST_LINE)
    return csv.reader(text, **_form(header.separator, header.quote))


def _form(separator: str, quote: str) -> dict[str, Any]:
    return (
        {"delimiter": separator, "quotechar": quote} if quote else {"delimiter": separator, "quoting": csv.QUOTE_NONE}
    )


def _check_text(file: Readable) -> None:
    with file.place.open("rb") as binary:
        start = binary.read(4096)
    if start.startswith(b"PK\x03\x04"):
        raise SourceError(f"{file.shown} is a zip archive, not a text table; unpack it first")
    if b"\0" in start:
        raise SourceError(
            f"{file.shown} holds binary data, not a text table; check that it is what its name says, "
            'or give its encoding, such as encoding="utf-16-le"'
        )


def _check_lines(file: Readable) -> None:
    """Raise SourceError for a line that exceeds DuckDB's buffer: it would be left out, without a word, as the last one.

    Such a line covers one of the windows of half that length, so that looking for its end at each is enough.
    """
    window = BUFFER // 2
    with file.place.open("rb") as binary:
        for start in range(0, file.place.stat().st_size - window, window):
            binary.seek(start)
            if not any(b"\n" in part or b"\r" in part for part in _window(binary, window)):
                binary.seek(0)
                line = 1 + sum(part.count(b"\n") for part in _window(binary, start))
                raise SourceError(
                    f"{file.shown} cannot be read: line {line} is longer than {megabytes(LONGEST_LINE)}; "
                    "check that it is a table with one row a line"
                )


def _window(binary: IO[bytes], length: int) -> Iterator[bytes]:
    for start in range(0, length, _PART):
        yield binary.read(min(_PART, length - start))


def megabytes(length: int) -> str:
    """A length in bytes, for messages.

    >>> megabytes(2**21)
    '2 MB'
    """
    return f"{length / 2**20:.2g} MB"


def _parse(file: Readable, text: TextIO, options: ReadOptions) -> Header:
    for _ in range(options.skip):
        _line(file, text)
    blank_lines, first = _first_line(file, text)
    if not first:
        raise SourceError(f"{file.shown} holds nothing but blank lines; a table needs a header and rows")
    separator = options.delimiter or ("\t" if _TSV.search(file.name) else _separator(first, options.quote))
    lines: list[str] = []
    following = chain([first], iter(lambda: _line(file, text), ""))
    names = next(csv.reader(_short(following, lines), strict=True, **_form(separator, options.quote)))
    last = lines[-1]
    line_end = last[len(last.rstrip("\r\n")) :] or "\n"
    return Header(_named(file, names), separator, options.quote, line_end, options.skip + blank_lines, len(lines))


def _line(file: Readable, text: TextIO) -> str:
    """The next line, unless it is so long that it must not be held in memory."""
    line = text.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE:
        raise SourceError(
            f"{file.shown} begins with a line longer than {megabytes(LONGEST_LINE)}, which is no header; "
            "check that it is a table with one row a line"
        )
    return line


def _first_line(file: Readable, text: TextIO) -> tuple[int, str]:
    for blank_lines, line in enumerate(iter(lambda: _line(file, text), "")):
        if line.strip("\r\n"):
            return blank_lines, line
    return 0, ""


def _short(following: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines of the header, noted in `lines`; an open quote does not take the whole file for one."""
    left = LONGEST_LINE
    for line in following:
        lines.append(line)
        left -= len(line)
        if left < 0:
            raise csv.Error("the header is too long")
        yield line


def _separator(line: str, quote: str) -> str:
    mark = re.escape(quote)
    count = Counter(re.sub(f"{mark}[^{mark}]*{mark}", "", line) if quote else line)
    return max(SEPARATORS, key=lambda separator: count[separator])


def _named(file: Readable, names: list[str]) -> tuple[str, ...]:
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        first, second = [i for i, name in enumerate(names, start=1) if name == repeated[0]][:2]
        raise SourceError(
            f"{file.shown} has two columns named {repeated[0]!r} (the columns {first} and {second}); rename one of them"
        )
    taken = set(names)
    named = []
    for position, name in enumerate(names, start=1):
        given = name or f"column{position}"
        while not name and given in taken:
            given += "_"
        taken.add(given)
        named.append(given)
    return tuple(named)
