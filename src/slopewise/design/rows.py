"""What a block becomes: `Rows` for the pass, `Predictors` for prediction; and how terms become columns of numbers.

A term of numbers is one column, their product. A term with categories is one column for each combination of levels
seen in the block, that product where the combination holds and zero elsewhere: every level, no reference. What
enters the model is chosen after the pass (`coding.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from slopewise.design.columns import Category, level_order
from slopewise.design.terms import Term
from slopewise.errors import DataError
from slopewise.typing import Array, BoolArray, IntArray

MAX_COLUMNS = 2_000
"""As many columns as a design may come to; the state holds their square."""


class ColumnKey(NamedTuple):
    """Which column of the pass: the term by its place in `Design.terms`, and a level for each of its categories."""

    term: int
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Features:
    """The terms in m complete rows.

    `x` (m, p) float64, Fortran order, its columns named by `columns`; `number` (m,), the rows' numbers in the source
    (from 1); `categories`, the category of each factor that is one, by the factor's text; `source` for messages.
    """

    x: Array
    columns: tuple[ColumnKey, ...]
    number: IntArray
    categories: Mapping[str, Category]
    source: str


@dataclass(frozen=True)
class Rows(Features):
    """A block ready for the moments: its complete rows of nonzero weight.

    `y` (m,), the target; `weights` and `frequency` (m,) or None; `table`, the raw variables of the same m rows.
    Of `read` rows, `dropped` had missing values, `dropped_by` column (a row counts for each that it lacks), and
    `weightless` had weight or frequency zero: m = read − dropped − weightless.
    """

    y: Array
    weights: Array | None
    frequency: IntArray | None
    table: pa.Table
    read: int
    dropped: int
    dropped_by: Mapping[str, int]
    weightless: int


@dataclass(frozen=True)
class Predictors(Features):
    """The terms in the complete ones among the n rows of a block; `complete` (n,) says which those are."""

    complete: BoolArray

    def spread(self, values: Array) -> Array:
        """Values of the m complete rows, (m,), at their places among all n rows, NaN in the others."""
        placed = np.full(len(self.complete), np.nan)
        placed[self.complete] = values
        return placed


def assemble(
    terms: Sequence[Term], numbers: Mapping[str, Array], categories: Mapping[str, Category], rows: int
) -> tuple[Array, tuple[ColumnKey, ...]]:
    """The columns of `terms` in `rows` rows, (rows, p), and their keys, from the values of each factor by its text.

    Keys go by term, then by levels in their order. Raises `DataError` beyond `MAX_COLUMNS` columns.

    >>> from slopewise.design.formula import parse
    >>> from slopewise.design.terms import expand
    >>> f = Category(np.array([1, 0, 1]), ("p", "q"))
    >>> terms = [term.resolve({"a": "number", "f": "text"}) for term in expand(parse("y ~ 0 + a:f"))]
    >>> x, keys = assemble(terms, {"a": np.array([7.0, 8.0, 9.0])}, {"f": f}, 3)
    >>> x.tolist(), [key.levels for key in keys]
    ([[0.0, 7.0], [8.0, 0.0], [0.0, 9.0]], [('p',), ('q',)])
    """
    crossed = [_cross([categories[factor.text] for factor in term.categories], rows) for term in terms]
    check_width(terms, [len(cells.levels) for cells in crossed])
    keys = tuple(ColumnKey(place, levels) for place, cells in enumerate(crossed) for levels in cells.levels)
    x = np.zeros((rows, len(keys)), order="F")
    every = np.arange(rows)
    start = 0
    for term, cells in zip(terms, crossed, strict=True):
        product = _product([numbers[factor.text] for factor in term.factors if not factor.levels])
        if term.categories:
            x[every, start + cells.codes] = product
        else:
            x[:, start] = product
        start += len(cells.levels)
    return x, keys


def sorted_keys(terms: Sequence[Term], keys: Iterable[ColumnKey]) -> tuple[ColumnKey, ...]:
    """Keys in their one order: by term, then by the level of each category in the order of its levels."""
    orders = [[level_order(numeric=factor.levels == "number") for factor in term.categories] for term in terms]

    def place(key: ColumnKey) -> tuple[int, list[object]]:
        return key.term, [order(level) for order, level in zip(orders[key.term], key.levels, strict=True)]

    return tuple(sorted(keys, key=place))


def check_width(terms: Sequence[Term], widths: Sequence[int]) -> None:
    """Raise `DataError` if these numbers of columns are too many together, naming the term that has most of them."""
    if (width := sum(widths)) > MAX_COLUMNS:
        widest = int(np.argmax(widths))
        raise DataError(
            f"the term {terms[widest].label} alone makes {widths[widest]:,} of {width:,} columns, and a design holds "
            f"at most {MAX_COLUMNS:,}; leave it out, or merge its levels into fewer (if it should be numbers, look "
            "for the text that stands among them)"
        )


class _Cells(NamedTuple):
    """The combinations of levels that occur, in their order, and which of them holds in each row."""

    codes: IntArray
    levels: list[tuple[str, ...]]


def _product(values: Sequence[Array]) -> Array | float:
    product: Array | float = 1.0
    for value in values:
        product = value * product
    return product


def _cross(categories: Sequence[Category], rows: int) -> _Cells:
    if not categories:
        return _Cells(np.zeros(rows, dtype=np.int64), [()])
    codes = categories[0].codes
    levels: list[tuple[str, ...]] = [(level,) for level in categories[0].levels]
    for category in categories[1:]:
        width = len(category.levels)
        seen, codes = np.unique(codes * width + category.codes, return_inverse=True)
        levels = [(*levels[cell // width], category.levels[cell % width]) for cell in seen.tolist()]
    return _Cells(codes, levels)
