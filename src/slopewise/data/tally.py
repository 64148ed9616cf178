"""What a column of text cells holds, decided by counting and not by guessing; the rules, and the counts in SQL.

Of the values of a column's first rows (what is empty or NA is no value):

- boolean if every one is true or false, in any case (yes/no, t/f and 1/0 are not);
- number if more than half are numbers (so one misspelt cell is an error that names it, not a thousand categories);
- date if every one is a date, or date and time, as ISO 8601 writes it;
- nested (JSON alone) if any is a list or a record;
- text otherwise.

N/A, -, ?, NULL, null, NaN and nan do not count among the values here, and are missing where the column is no text: a
text column has no missing cells but empty ones, NA, and what the user named. A column of text whose cells mostly look
like numbers in dress (0,25 or 1,000, 10%, $10) is `unclear`: no rule can tell what is meant, so the user has to.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import Any, Protocol

from slopewise.data.block import Kind
from slopewise.data.duck import literal

MISSING = ("", "NA")
READ_AS_NUMBERS = ("NaN", "nan")  # which DuckDB would take for numbers
MARKERS = ("N/A", "-", "?", "NULL", "null", *READ_AS_NUMBERS)
KINDS: dict[str, Kind] = {
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "date",
    "VARCHAR": "text",
    "JSON": "other",
}
_SPACES = r" '’\x{A0}\x{202F}"


@dataclass(frozen=True)
class Tally:
    """How many of a column's cells are values, markers of missing ones, numbers, true or false, dates, dates with or
    without a time, texts that look like numbers, and nested; and a text that does and is none as it stands."""

    values: int = 0
    markers: int = 0
    numbers: int = 0
    booleans: int = 0
    dates: int = 0
    times: int = 0
    dressed: int = 0
    nested: int = 0
    example: str = ""

    def __add__(self, other: Tally) -> Tally:
        counts = (mine + theirs for mine, theirs in zip(astuple(self)[:-1], astuple(other)[:-1], strict=True))
        total: list[Any] = [*counts, self.example or other.example]
        return Tally(*total)

    @property
    def undecided(self) -> bool:
        """Whether there is nothing to judge by."""
        return self.values == 0

    def sql_type(self) -> str:
        """The type by the rules at the top of this file; DOUBLE for a column without any value, VARCHAR for markers.

        >>> Tally(values=10, numbers=9).sql_type(), Tally(values=10, booleans=9).sql_type()
        ('DOUBLE', 'VARCHAR')
        """
        if self.undecided:
            return "VARCHAR" if self.markers else "DOUBLE"
        if 2 * self.numbers > self.values:
            return "DOUBLE"
        for count, sql_type in ((self.booleans, "BOOLEAN"), (self.dates, "DATE"), (self.times, "TIMESTAMP")):
            if count == self.values:
                return sql_type
        return "JSON" if self.nested else "VARCHAR"

    def unclear(self, name: str) -> str:
        """The sentence that asks what the column means; empty where that is clear.

        >>> Tally(values=3, dressed=3, example="10%").unclear("rate")[:55]
        "holds cells such as '10%' in column 'rate', which may b"
        """
        if not self.example or self.sql_type() != "VARCHAR" or 2 * (self.numbers + self.dressed) <= self.values:
            return ""
        comma = 'decimal="," if the comma is the decimal mark, ' if re.fullmatch(r"[+-]?\d+,\d+", self.example) else ""
        return (
            f"holds cells such as {self.example[:40]!r} in column {name!r}, which may be numbers or categories; say "
            f"{comma}numbers={name!r} to read them as numbers (thousands, % and currency signs understood), "
            f"or text={name!r} to keep them as categories"
        )


class Cells(Protocol):
    """The cells of a format in SQL, each method on an expression that is their text, null where there is none."""

    def number(self, cell: str) -> str:
        """The number it is, or null."""
        ...

    def digits(self, word: str) -> str:
        """A word with the decimal point that SQL wants; no number unless the word is one."""
        ...

    def word(self, cell: str) -> str:
        """The text it is, without the quotes of its format."""
        ...

    def nested(self, cell: str) -> str:
        """Whether it is a list or a record."""
        ...

    def marker(self, cell: str) -> str:
        """Whether it means a missing value in a column that is not of text."""
        ...


def counts(cells: Cells, cell: str) -> str:
    """The columns of a query that are the fields of a `Tally`. What is a number is not looked at any further."""
    word = cells.word(cell)
    other = f"CASE WHEN NOT {cells.marker(cell)} AND {cells.number(cell)} IS NULL THEN {word} END"
    dress = "({})".format(" OR ".join(f"regexp_full_match({other}, {literal(dressed(decimal))})" for decimal in ".,"))
    return f"""
    count(CASE WHEN NOT {cells.marker(cell)} THEN 1 END),
    count(CASE WHEN {cells.marker(cell)} THEN 1 END),
    count(CASE WHEN NOT {cells.marker(cell)} THEN {cells.number(cell)} END) FILTER (NOT contains({cell}, '_')),
    count(CASE WHEN lower(trim({other})) IN ('true', 'false') THEN 1 END),
    count(TRY_CAST(CASE WHEN length(trim({other})) <= 10 THEN {other} END AS DATE)),
    count(TRY_CAST({other} AS TIMESTAMP)),
    count(CASE WHEN {dress} THEN 1 END),
    count(CASE WHEN {cells.nested(cell)} THEN 1 END),
    coalesce(first({other}) FILTER ({dress} AND TRY_CAST({cells.digits(word)} AS DOUBLE) IS NULL), '')
    """


def dressed(decimal: str) -> str:
    """The pattern of a number that may have a sign of a currency or of percent, and marks between its thousands.

    >>> pattern = dressed(".").replace(r"\\p{Sc}", "[$€]").replace(_SPACES, " ")
    >>> [bool(re.fullmatch(pattern, cell)) for cell in ("$1,250.50", "10 %", "-€5", "1,25", "1.2.3", "5+")]
    [True, True, True, False, False, False]
    """
    mark, between = (r"\.", "," + _SPACES) if decimal == "." else (",", r"\." + _SPACES)
    whole = rf"(\d{{1,3}}([{between}]\d{{3}})+|\d+)"
    return rf"\s*[+-]?\s*\p{{Sc}}?\s*[+-]?({whole}({mark}\d*)?|{mark}\d+)(\s*%|\s*\p{{Sc}}|[eE][+-]?\d+)?\s*"


def undressed(cell: str, decimal: str) -> str:
    """The number in SQL that a cell of that pattern stands for, a percentage as a part of one, rounded once."""
    kept = r"[^0-9eE+\-.]" if decimal == "." else r"[^0-9eE+\-,]"
    digits = f"replace(regexp_replace({cell}, {literal(kept)}, '', 'g'), ',', '.')"
    plain = f"CASE WHEN contains({cell}, '%') THEN {digits} || 'e-2' ELSE {digits} END"
    return f"CASE WHEN regexp_full_match({cell}, {literal(dressed(decimal))}) THEN {plain} ELSE {cell} END"
