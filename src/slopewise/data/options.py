"""`ReadOptions`: what to know about a text file that the file itself does not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from slopewise.errors import ArgumentError

FOR_JSON = frozenset({"encoding", "missing_values", "text", "numbers"})
"""The options that have a meaning for JSON; all have one for delimited files, none for Parquet and Arrow."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read delimited files and JSON lines; every default is found out, or needs no telling.

    - `delimiter`: the character between cells; else the one of `, ; tab |` that the first line holds most often.
    - `encoding`: of the text, by its Python name; else UTF-8, or what a byte order mark says.
    - `quote`: the character around cells that hold delimiters; "" for none.
    - `decimal`: "." or ",", the mark before the decimals of a number.
    - `skip`: lines before the header that are no part of the table.
    - `missing_values`: further cells that stand for a missing value, "-999" for example; numbers match by value.
    - `text`: columns to read as text whatever they look like, such as the categories 1, 2, 3, 5+.
    - `numbers`: columns to read as numbers in dress: $1,250.50 is 1250.5 and 10% is 0.1.

    One name or value may stand for a tuple of one.

    >>> ReadOptions(text="rooms", missing_values=-999)
    ReadOptions(missing_values=('-999',), text=('rooms',))
    """

    delimiter: str | None = None
    encoding: str | None = None
    quote: str = '"'
    decimal: str = "."
    skip: int = 0
    missing_values: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("missing_values", "text", "numbers"):
            object.__setattr__(self, name, _texts(getattr(self, name)))
        for name, allowed in (("delimiter", self.delimiter is None), ("quote", self.quote == "")):
            value = getattr(self, name)
            if not (allowed or (isinstance(value, str) and len(value) == 1 and value not in "\r\n\0")):
                raise ArgumentError(f"{name}={value!r} is not one character; give the one that the file uses")
        if self.decimal not in (".", ","):
            raise ArgumentError(f"decimal={self.decimal!r} is no decimal mark; give '.' or ','")
        if self.quote and self.quote == self.delimiter:
            raise ArgumentError(f"delimiter and quote are both {self.quote!r}; give two different characters")
        if not isinstance(self.skip, int) or isinstance(self.skip, bool) or self.skip < 0:
            raise ArgumentError(f"skip={self.skip!r} is no number of lines; give 0 or more")
        if both := [name for name in self.text if name in self.numbers]:
            raise ArgumentError(f"column {both[0]!r} is named in text and in numbers; name it in one of them")
        _check_encoding(self.encoding)

    def __repr__(self) -> str:
        return f"ReadOptions({', '.join(f'{name}={getattr(self, name)!r}' for name in self.given)})"

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the options that were given."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) != field.default)


def _texts(given: object) -> tuple[str, ...]:
    """One value or many as a tuple of texts; a number as it is usually written."""
    values = given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    return tuple(value if isinstance(value, str) else f"{value:.15g}" for value in values)


def _check_encoding(encoding: str | None) -> None:
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, TypeError, ValueError):
        raise ArgumentError(
            f"encoding={encoding!r} is not known; give utf-8, latin-1, cp1252, utf-16 or another one of Python's"
        ) from None


DEFAULT = ReadOptions()
