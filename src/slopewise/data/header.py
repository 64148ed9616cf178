"""The header of a delimited file: its names, its separator, how its lines end, and where its rows begin.

The separator is the one of comma, semicolon, tab and bar that occurs most often in the first line outside quotes; in
a .tsv it is the tab. Names are kept exactly as they stand, except that a third column without a name is 'column3'.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from slopewise.errors import SourceError

SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Header:
    """The names of the columns, the separator, the end of a line, and how many blank lines stand before the header."""

    names: tuple[str, ...]
    separator: str
    line_end: str
    blank_lines: int

    @property
    def blank_is_row(self) -> bool:
        """A blank line between rows is skipped, except in a file of one column, where it is an empty cell."""
        return len(self.names) == 1


def read_header(path: Path) -> Header:
    """Read the header of the file. Raises SourceError if the file is not text in UTF-8 or the header is faulty."""
    try:
        _check_text(path)
        with open_text(path) as text:
            header = _parse(path, text)
        "".join(header.names).encode()
        return header
    except SourceError:  # an OSError too, and already a sentence
        raise
    except UnicodeEncodeError:
        raise SourceError(f"{path} is not UTF-8 text: its header cannot be read; save it as UTF-8") from None
    except csv.Error:
        raise SourceError(f"{path} cannot be read: a quote in its header (line 1) is never closed; close it") from None
    except (OSError, EOFError) as error:
        raise SourceError(f"{path} cannot be read ({error}); write or copy it anew") from None


def open_text(path: Path) -> TextIO:
    """The file as text, unpacked if its name ends in .gz, line ends as they are, what is no UTF-8 as surrogates."""
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open("rt", encoding="utf-8-sig", errors="surrogateescape", newline="")


def locate(path: Path, header: Header, record: int) -> tuple[int, int]:
    """The data row, from 1, and the line of the file where the given record begins, counting blank lines as records.

    That is how DuckDB counts 'lines': the header and each row is one, whatever line breaks its quotes hold.
    """
    with open_text(path) as text:
        reader = csv.reader(text, delimiter=header.separator)
        # The record itself is not parsed: it is the faulty one.
        filled = sum(map(bool, islice(reader, record - 1)))
        row = record - 1 - header.blank_lines if header.blank_is_row else filled
        return max(row, 1), reader.line_num + 1


def line_of(path: Path, header: Header, row: int) -> int:
    """The line of the file where the data row, from 1, begins."""
    with open_text(path) as text:
        reader = csv.reader(text, delimiter=header.separator)
        line, records_left = 1, row + 1
        for cells in reader:
            records_left -= bool(cells) or (header.blank_is_row and line > header.blank_lines)
            if not records_left:
                break
            line = reader.line_num + 1
        return line


def _check_text(path: Path) -> None:
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{path} is UTF-16 text; save it as UTF-8")
    if b"\0" in start:
        raise SourceError(f"{path} holds binary data, not a text table; check that it is what its name says")


def _parse(path: Path, text: TextIO) -> Header:
    blank_lines, first = _first_line(text)
    if not first:
        raise SourceError(f"{path} holds nothing but blank lines; a table needs a header and rows")
    separator = "\t" if path.name.lower().removesuffix(".gz").endswith(".tsv") else _separator(first)

    lines: list[str] = []

    def record() -> Iterator[str]:
        for line in chain([first], text):
            lines.append(line)
            yield line

    names = next(csv.reader(record(), delimiter=separator, strict=True))
    last = lines[-1]
    line_end = last[len(last.rstrip("\r\n")) :] or "\n"
    return Header(_named(path, names), separator, line_end, blank_lines)


def _first_line(text: TextIO) -> tuple[int, str]:
    for blank_lines, line in enumerate(text):
        if line.strip("\r\n"):
            return blank_lines, line
    return 0, ""


def _separator(line: str) -> str:
    count = Counter(re.sub(r'"[^"]*"', "", line))
    return max(SEPARATORS, key=lambda separator: count[separator])


def _named(path: Path, names: list[str]) -> tuple[str, ...]:
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        first, second = [i for i, name in enumerate(names, start=1) if name == repeated[0]][:2]
        raise SourceError(
            f"{path} has two columns named {repeated[0]!r} (the columns {first} and {second}); rename one of them"
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
