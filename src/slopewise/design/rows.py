"""What a block becomes: `Rows` for the pass, `Predictors` for prediction; and how terms become columns of numbers.

A term of numbers is one column, their product. In a term with categories that product is spread over the combinations
of levels seen in the block, every level, no reference: what is kept is the rows' codes and the product, never a column
of zeros and ones. A polynomial in a term makes such columns for each of its powers. What enters the model is chosen
after the pass (`coding.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from slopewise.data.block import decoded
from slopewise.design.columns import Category
from slopewise.design.expressions import Numbers, product
from slopewise.design.layout import Layout, Slot
from slopewise.design.levels import level_order
from slopewise.design.polynomials import Level, Origin
from slopewise.design.terms import Term
from slopewise.errors import DataError
from slopewise.room import check_room
from slopewise.typing import Array, BoolArray, IntArray

MAX_COLUMNS = 2_000
"""As many columns as the levels of a design may come to: p of them take 16 p² bytes in the state, 64 MB for so many."""


class ColumnKey(NamedTuple):
    """Which column of the pass: the term by its place in `Design.carried`, and a level for each factor that is spread.

    That is a category's level, or a polynomial's power.
    """

    term: int
    levels: tuple[Level, ...] = ()


class Spread(NamedTuple):
    """A grouping in m rows: the cell of each, `codes` (m,), the `levels` of each cell, and the columns of its slots.

    A column is None where it is ones.
    """

    codes: IntArray
    levels: tuple[tuple[str, ...], ...]
    columns: tuple[Numbers | None, ...]

    def part(self, at: slice) -> Spread:
        """The same cells in some of the rows."""
        return Spread(
            self.codes[at], self.levels, tuple(None if column is None else _part(column, at) for column in self.columns)
        )


class Assembled(NamedTuple):
    """The columns of `layout` in m rows: `numbers` are those of `layout.numbers`, `spreads` of `layout.groupings`."""

    layout: Layout
    numbers: tuple[Numbers, ...]
    spreads: tuple[Spread, ...]


@dataclass(frozen=True)
class Features:
    """The terms in m complete rows: the first three fields are those of `Assembled`.

    `number` (m,), the rows' numbers in the source (from 1); by the text of a factor, `categories`, the category that it
    is, and `origins`, what the powers of an orthogonal polynomial are measured from; `source` for messages.
    """

    layout: Layout
    numbers: tuple[Numbers, ...]
    spreads: tuple[Spread, ...]
    number: IntArray
    categories: Mapping[str, Category]
    origins: Mapping[str, Origin]
    source: str

    @property
    def columns(self) -> tuple[ColumnKey, ...]:
        """The keys of all p columns, in their one order."""
        return sorted_keys(self.layout.terms, keys_of(self.layout, [spread.levels for spread in self.spreads]))

    @property
    def x(self) -> Array:
        """All columns written out, (m, p), in float64 and Fortran order: to look at."""
        return self._written(0)

    @property
    def x_low(self) -> Array | None:
        """What `x` leaves of columns formed in double-double, (m, p); None where that is nothing throughout."""
        low = self._written(1)
        return low if low.any() else None

    def slots(self) -> Iterator[tuple[Slot, Spread | None, Numbers | None]]:
        """The columns of numbers, each with the grouping that it is spread over, if it is; None are ones."""
        for slot, numbers in zip(self.layout.numbers, self.numbers, strict=True):
            yield slot, None, numbers
        for grouping, spread in zip(self.layout.groupings, self.spreads, strict=True):
            for slot, column in zip(grouping.slots, spread.columns, strict=True):
                yield slot, spread, column

    def _written(self, half: int) -> Array:
        """The high or the low halves of all columns."""
        place = {key: j for j, key in enumerate(self.columns)}
        written = np.zeros((len(self.number), len(place)), order="F")
        for slot, spread, column in self.slots():
            given = Numbers(np.ones(1)) if column is None else column
            values = (given.high, given.low)[half]
            cells = spread.levels if spread else ((),)
            at = np.array([place[key_of(self.layout, slot, cell)] for cell in cells], dtype=np.intp)
            if len(cells) and values is not None:
                written[np.arange(len(written)), at[spread.codes if spread else 0]] = values
        return written


@dataclass(frozen=True)
class Rows(Features):
    """A block ready for the moments: its complete rows of nonzero weight.

    `weights` and `frequency` are (m,) or None; `stored`, the raw variables of the same m rows, those in `coded` as in
    their `Block`. Of `read` rows, `dropped` had missing values, `dropped_by` column (a row counts for each that it
    lacks), in `first_missing` the numbers of the first of them; and `weightless` had weight or frequency zero:
    m = read − dropped − weightless.
    """

    target: Numbers
    weights: Array | None
    frequency: IntArray | None
    stored: pa.Table
    coded: frozenset[str]
    read: int
    dropped: int
    dropped_by: Mapping[str, int]
    weightless: int
    first_missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def y(self) -> Array:
        """The target, rounded to float64, (m,)."""
        return self.target.high

    def values(self, names: Sequence[str]) -> pa.Table:
        """The raw values of some of the variables in the m rows."""
        return decoded(self.stored.select(names), self.coded)

    def joined(self) -> Rows:
        """The same rows, their numbers as arrays, of which `part` makes views."""
        return replace(self, numbers=tuple(map(_copied, self.numbers)), target=_copied(self.target))

    def part(self, at: slice) -> Rows:
        """A run of the rows, with all the levels of the block."""
        return replace(
            self,
            numbers=tuple(_part(numbers, at) for numbers in self.numbers),
            target=_part(self.target, at),
            spreads=tuple(spread.part(at) for spread in self.spreads),
            number=self.number[at],
            categories={name: Category(c.codes[at], c.levels) for name, c in self.categories.items()},
            weights=None if self.weights is None else self.weights[at],
            frequency=None if self.frequency is None else self.frequency[at],
            stored=self.stored.slice(at.start, at.stop - at.start),
        )


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
    terms: Sequence[Term],
    numbers: Mapping[str, Numbers],
    powers: Mapping[str, Mapping[int, Numbers]],
    categories: Mapping[str, Category],
    rows: int,
) -> Assembled:
    """The columns of `terms` in `rows` rows from the values of each factor by its text; of a polynomial, its powers.

    Raises `DataError` beyond `MAX_COLUMNS` columns.

    >>> from slopewise.design.formula import parse
    >>> from slopewise.design.terms import expand
    >>> f = Category(np.array([1, 0, 1]), ("p", "q"))
    >>> terms = [term.resolve({"a": "number", "f": "text"}) for term in expand(parse("y ~ 0 + a + a:f"))]
    >>> columns = assemble(terms, {"a": Numbers(np.array([7.0, 8.0, 9.0]))}, {}, {"f": f}, 3)
    >>> [column.high.tolist() for column in columns.numbers]
    [[7.0, 8.0, 9.0]]
    >>> [(spread.codes.tolist(), spread.levels) for spread in columns.spreads]
    [([1, 0, 1], (('p',), ('q',)))]
    """
    layout = Layout.of(terms)
    crossed = [_cross([categories[f.text] for f in grouping.categories]) for grouping in layout.groupings]
    check_width(terms, layout.widths([len(cells) for _, cells in crossed]))

    def column(slot: Slot) -> Numbers | None:
        of_polynomials = iter(slot.powers)
        chosen = [f for f in terms[slot.term].factors if f.text in numbers or f.text in powers]
        factors = [numbers[f.text] if f.text in numbers else powers[f.text][next(of_polynomials)] for f in chosen]
        return product(factors) if factors else None

    spreads = tuple(
        Spread(codes, cells, tuple(column(slot) for slot in grouping.slots))
        for grouping, (codes, cells) in zip(layout.groupings, crossed, strict=True)
    )
    plain = tuple(column(slot) or Numbers(np.ones(rows), None, 0.0) for slot in layout.numbers)
    return Assembled(layout, plain, spreads)


def key_of(layout: Layout, slot: Slot, cell: Sequence[str] = ()) -> ColumnKey:
    """The key of a slot's column in one cell: powers and levels in the order of the term's factors."""
    powers, levels = iter(slot.powers), iter(cell)
    spread = layout.terms[slot.term].spread
    return ColumnKey(slot.term, tuple(next(powers) if factor.powers else next(levels) for factor in spread))


def keys_of(layout: Layout, cells: Sequence[Sequence[tuple[str, ...]]]) -> list[ColumnKey]:
    """The keys of all columns where the groupings have these cells: of numbers, then cell by cell of each slot."""
    keys = [key_of(layout, slot) for slot in layout.numbers]
    for grouping, levels in zip(layout.groupings, cells, strict=True):
        keys += [key_of(layout, slot, cell) for cell in levels for slot in grouping.slots]
    return keys


def sorted_keys(terms: Sequence[Term], keys: Iterable[ColumnKey]) -> tuple[ColumnKey, ...]:
    """Keys in their one order: by term, then by the levels of each of its factors in the order of those."""
    orders = [[level_order(numeric=factor.levels == "number") for factor in term.spread] for term in terms]

    def place(key: ColumnKey) -> tuple[int, list[object]]:
        ordered = zip(orders[key.term], key.levels, strict=True)
        return key.term, [level if isinstance(level, int) else order(level) for order, level in ordered]

    return tuple(sorted(keys, key=place))


def check_width(terms: Sequence[Term], widths: Sequence[int]) -> None:
    """Raise `DataError` if terms come to too many columns, naming the one that has most, or to more than memory holds.

    `widths` are their numbers. Of terms of one column there may be as many as there is room for.
    """
    width = sum(widths)
    if sum(count for count in widths if count > 1) > MAX_COLUMNS:
        widest = int(np.argmax(widths))
        raise DataError(
            f"the term {terms[widest].label} alone makes {widths[widest]:,} of {width:,} columns, and a design holds "
            f"at most {MAX_COLUMNS:,} (the sums of these would take {16 * width**2 / 2**20:,.0f} MB); leave it out, or "
            "merge its levels into fewer (if it should be numbers, look "
            "for the text that stands among them)"
        )
    check_room(width, 1, "the formula")


def _copied(numbers: Numbers) -> Numbers:
    """The numbers as arrays, which are cut as views."""
    return Numbers(numbers.high, numbers.low, numbers.rounding)


def _part(numbers: Numbers, at: slice) -> Numbers:
    return Numbers(numbers.high[at], None if numbers.low is None else numbers.low[at], numbers.rounding)


def _cross(categories: Sequence[Category]) -> tuple[IntArray, tuple[tuple[str, ...], ...]]:
    """The combinations of levels that occur, in their order, and which of them holds in each row."""
    codes = categories[0].codes
    levels = _as_cells(categories[0].levels)
    for category in categories[1:]:
        width = len(category.levels)
        seen, codes = _present(codes * width + category.codes, len(levels) * width)
        levels = tuple((*levels[cell // width], category.levels[cell % width]) for cell in seen.tolist())
    return codes, levels


@lru_cache(maxsize=16)
def _as_cells(levels: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each level a cell of its own. Most blocks have the same ones, and a thousand tuples take a while to make."""
    return tuple((level,) for level in levels)


def _present(codes: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Which of `count` codes occur, in order, and for each row the place of its code among them."""
    if count > len(codes):
        seen, places = np.unique(codes, return_inverse=True)
        return seen, places
    present = np.bincount(codes, minlength=count) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]
