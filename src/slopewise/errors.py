"""Every error a user can meet, as one tree.

SlopewiseError
├── ArgumentError            (ValueError)    an argument that makes no sense; exit code 2
│   ├── ShapeError                           arrays whose shapes do not fit each other
│   ├── TooManyGroups                        groups whose states take more memory than they may
│   └── FormulaError                         a formula that cannot be read, with the position
├── DataError                (ValueError)    something in the data; exit code 1
│   ├── SourceError          (OSError)       a file that is missing, empty, a directory, or unreadable
│   ├── UnknownColumn        (LookupError)   a name the data do not have, with 'did you mean'
│   ├── UnknownGroup         (KeyError)      a value of the key columns that no row has
│   ├── ColumnTypeError      (TypeError)     text where numbers are needed, with row and column
│   ├── NotFinite                            an infinite value, or one an expression made
│   ├── MissingValues                        missing values where they are refused, or no complete row
│   └── UnseenLevel          (LookupError)   a category that the model has never met
├── FitError                 (ValueError)    the data are fine and yet there is no answer; exit code 1
│   ├── TooFewRows                           fewer rows than parameters
│   └── Diverged             (ArithmeticError) a learning rate above the largest stable one
├── MissingExtra             (ImportError)   a package that an optional part needs; exit code 1
└── OutputError              (OSError)       a file that could not be written; exit code 1

and one warning, PrecisionLost (UserWarning): states of unequal precision were merged to the lower one.

A message says what happened, where, and what to do next. Each class also is the builtin that a caller expects.

>>> isinstance(UnknownColumn("aera", ["area"], where="ames.csv"), LookupError)
True
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

LISTED = 5
"""Names that a sentence takes."""


class SlopewiseError(Exception):
    """The root: `except SlopewiseError` catches all that slopewise raises on purpose."""


class ArgumentError(SlopewiseError, ValueError):
    """An argument that makes no sense, whatever the data are."""


class ShapeError(ArgumentError):
    """Arrays whose shapes do not fit; the message names the shapes."""


class TooManyGroups(ArgumentError):
    """Groups, or clusters, whose states take more memory than they may."""


class FormulaError(ArgumentError):
    """A formula that cannot be read.

    `formula` is the text and `position` the 0-based place of the fault in it; the message shows both.
    """

    def __init__(self, reason: str, formula: str, position: int) -> None:
        self.formula = formula
        self.position = position
        super().__init__(f"{reason}\n{_pointed(formula, position)}")


class DataError(SlopewiseError, ValueError):
    """Something in the data stands in the way."""


class SourceError(DataError, OSError):
    """A source that cannot be read at all."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownColumn(DataError, LookupError):
    """A name that the data do not have, and `also` others; the message offers the closest ones, or what there is.

    >>> str(UnknownColumn("aera", ["area", "price"], where="ames.csv"))
    "ames.csv has no column 'aera'; did you mean 'area'?"
    """

    def __init__(self, name: str, available: Iterable[str], where: str, *, also: Sequence[str] = ()) -> None:
        self.name = name
        self.available = tuple(available)
        if also:
            has = ", ".join(map(repr, self.available[:LISTED])) + ", …" * (len(self.available) > LISTED)
            names = ", ".join(map(repr, (name, *also)))
            super().__init__(f"{where} lacks {1 + len(also)} columns: {names}; it has {has}")
        else:
            super().__init__(f"{where} has no column {name!r}; {suggest(name, self.available)}")


class UnknownGroup(DataError, KeyError):
    """A value that no row has in the columns that make the groups."""

    __str__ = Exception.__str__


class ColumnTypeError(DataError, TypeError):
    """A column of the wrong type; the message names the row and the column."""


class NotFinite(DataError):
    """An infinite value in the data, or a value that an expression could not give."""


class MissingValues(DataError):
    """Missing values where they are refused, or where none but incomplete rows are left."""


class UnseenLevel(DataError, LookupError):
    """A category at prediction that the fit has never seen."""


class FitError(SlopewiseError, ValueError):
    """The data could be read, but there is no answer to give."""


class TooFewRows(FitError):
    """Fewer rows than parameters."""


class Diverged(FitError, ArithmeticError):
    """Descent with a learning rate above the largest stable one has no model."""


class MissingExtra(SlopewiseError, ImportError):
    """An optional package is absent; the message holds the command that installs it."""


class OutputError(SlopewiseError, OSError):
    """A file that could not be written; nothing half-written is left behind."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class PrecisionLost(UserWarning):
    """States of unequal precision were merged: the result has the lower one."""


def _pointed(text: str, position: int, around: int = 60) -> str:
    """The part of a text about a position, on one line, with a mark below that position.

    >>> print(_pointed("y ~ x +", 7))
        y ~ x +
               ^
    """
    start, stop = max(position - around, 0), position + around
    line = "".join(character if character.isprintable() else " " for character in text[start:stop])
    before, after = "…" * (start > 0), "…" * (stop < len(text))
    return f"    {before}{line}{after}\n    {' ' * (len(before) + position - start)}^"


def suggest(name: str, available: Sequence[str]) -> str:
    """What to say to somebody who has named what is not there.

    >>> suggest("aera", ["area", "price"])
    "did you mean 'area'?"
    """
    folded = {candidate.casefold(): candidate for candidate in available}
    close = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
    if close:
        return "did you mean " + " or ".join(repr(match) for match in close) + "?"
    shown = ", ".join(repr(column) for column in available[:8])
    rest = len(available) - 8
    return f"it has {shown}" + (f" and {rest} more" if rest > 0 else "")
