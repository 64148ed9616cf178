"""What a block becomes: `Rows` for the pass, `Predictors` for prediction; and how terms become columns of numbers.

A term of numbers is one column, their product. A term with categories is one column for each combination of levels
seen in the block, that product where the combination holds and zero elsewhere: every level, no reference. A
polynomial in a term makes such columns for each of its powers. What enters the model is chosen after the pass
(`coding.py`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from slopewise.design.columns import Category, level_order
from slopewise.design.expressions import Numbers, product
from slopewise.design.polynomials import Level, Origin
from slopewise.design.terms import Term
from slopewise.errors import DataError
from slopewise.typing import Array, BoolArray, IntArray

MAX_COLUMNS = 2_000
"""As many columns as a design may come to; the state holds their square."""


class ColumnKey(NamedTuple):
    """Which column of the pass: the term by its place in `Design.carried`, and a level for each factor that is spread.

    That is a category's level, or a polynomial's power.
    """

    term: int
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class Features:
    """The terms in m complete rows.

    `x` (m, p) float64, Fortran order, and `x_low` (m, p), or None where it is zero throughout: the columns are
    x + x_low, formed in double-double, and named by `columns`; `rounding` (p,) is the relative rounding they came with.
    `number` (m,), the rows' numbers in the source (from 1); by the text of a factor, `categories`, the category that it
    is, and `origins`, what the powers of an orthogonal polynomial are measured from; `source` for messages.
    """

    x: Array
    x_low: Array | None
    rounding: Array
    columns: tuple[ColumnKey, ...]
    number: IntArray
    categories: Mapping[str, Category]
    origins: Mapping[str, Origin]
    source: str

    def numbers(self, column: int) -> Numbers:
        """One of the columns, in full."""
        return Numbers(self.x[:, column], None if self.x_low is None else self.x_low[:, column])


@dataclass(frozen=True)
class Rows(Features):
    """A block ready for the moments: its complete rows of nonzero weight.

    `y` (m,), the target, with `y_low` (m,) or None and `y_rounding` as for x; `weights` and `frequency` (m,) or None;
    `table`, the raw variables of the same m rows. Of `read` rows, `dropped` had missing values, `dropped_by` column (a
    row counts for each that it lacks), and `weightless` had weight or frequency zero: m = read − dropped − weightless.
    """

    y: Array
    y_low: Array | None
    y_rounding: float
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


class Columns(NamedTuple):
    """The columns of `Features`."""

    x: Array
    x_low: Array | None
    rounding: Array
    columns: tuple[ColumnKey, ...]


def assemble(
    terms: Sequence[Term],
    numbers: Mapping[str, Numbers],
    powers: Mapping[str, Mapping[int, Numbers]],
    categories: Mapping[str, Category],
    rows: int,
) -> Columns:
    """The columns of `terms` in `rows` rows from the values of each factor by its text; of a polynomial, its powers.

    Keys go by term, then by power, then by levels in their order. Raises `DataError` beyond `MAX_COLUMNS` columns.

    >>> from slopewise.design.formula import parse
    >>> from slopewise.design.terms import expand
    >>> f = Category(np.array([1, 0, 1]), ("p", "q"))
    >>> terms = [term.resolve({"a": "number", "f": "text"}) for term in expand(parse("y ~ 0 + a:f"))]
    >>> columns = assemble(terms, {"a": Numbers(np.array([7.0, 8.0, 9.0]))}, {}, {"f": f}, 3)
    >>> columns.x.tolist(), [key.levels for key in columns.columns]
    ([[0.0, 7.0], [8.0, 0.0], [0.0, 9.0]], [('p',), ('q',)])
    """
    crossed = [_cross([categories[factor.text] for factor in term.categories], rows) for term in terms]
    widths = [
        len(cells.levels) * math.prod(len(factor.powers) for factor in term.factors if factor.powers)
        for term, cells in zip(terms, crossed, strict=True)
    ]
    check_width(terms, widths)
    x, x_low = np.zeros((rows, sum(widths)), order="F"), None
    rounding, every = np.zeros(sum(widths)), np.arange(rows)
    keys: list[ColumnKey] = []
    for place, (term, cells) in enumerate(zip(terms, crossed, strict=True)):
        plain = [numbers[factor.text] for factor in term.factors if factor.text in numbers]
        for chosen in _powers(term):
            values = _product([*plain, *(powers[text][power] for text, power in chosen.items())], rows)
            here = (every, len(keys) + cells.codes) if term.categories else (slice(None), len(keys))
            x[here] = values.high
            if values.low is not None:
                x_low = np.zeros_like(x) if x_low is None else x_low
                x_low[here] = values.low
            rounding[len(keys) : len(keys) + len(cells.levels)] = values.rounding
            keys += [ColumnKey(place, _levels(term, chosen, levels)) for levels in cells.levels]
    return Columns(x, x_low, rounding, tuple(keys))


def sorted_keys(terms: Sequence[Term], keys: Iterable[ColumnKey]) -> tuple[ColumnKey, ...]:
    """Keys in their one order: by term, then by the levels of each of its factors in the order of those."""
    orders = [[level_order(numeric=factor.levels == "number") for factor in term.spread] for term in terms]

    def place(key: ColumnKey) -> tuple[int, list[object]]:
        ordered = zip(orders[key.term], key.levels, strict=True)
        return key.term, [level if isinstance(level, int) else order(level) for order, level in ordered]

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


def _powers(term: Term) -> Iterator[dict[str, int]]:
    """The combinations of powers in a term's columns, by the polynomials' texts: one, of none, without polynomials."""
    polynomials = [factor for factor in term.factors if factor.powers]
    texts = [factor.text for factor in polynomials]
    return (dict(zip(texts, powers, strict=True)) for powers in itertools.product(*(f.powers for f in polynomials)))


def _levels(term: Term, powers: Mapping[str, int], levels: Sequence[str]) -> tuple[Level, ...]:
    """The levels of a column's key, power or category, in the order of the term's factors."""
    of_categories = iter(levels)
    return tuple(powers[factor.text] if factor.powers else next(of_categories) for factor in term.spread)


def _product(factors: Sequence[Numbers], rows: int) -> Numbers:
    return product(factors) if factors else Numbers(np.ones(rows), None, 0.0)


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
