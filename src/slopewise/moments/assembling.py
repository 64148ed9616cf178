"""Between the parts of a `Grouped` state and the dense `Moments` of all its columns, where each column has a place."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slopewise.moments.bodies import Body
from slopewise.moments.grouped import Grouped
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.removed import Removed, mapped, placed, scaled
from slopewise.moments.shifted import Shifted
from slopewise.moments.state import Moments
from slopewise.moments.tables import IntegralTable, PairedTable, Table
from slopewise.typing import AnyArray, Array, IntArray


@dataclass(frozen=True, eq=False)
class Places:
    """Where the columns of a `Grouped` state stand among the q of the dense one: `numbers` (d + 1,), the target last;
    of each grouping (L, k), by cell and spread column.
    """

    numbers: IntArray
    groupings: tuple[IntArray, ...]

    @property
    def q(self) -> int:
        """The number of columns in all."""
        return len(self.numbers) + sum(places.size for places in self.groupings)


def dense(state: Grouped, places: Places) -> Moments:
    """The moments of all columns, each at its place: zeros where two cells of one grouping meet.

    >>> from slopewise.moments.cells import Cells
    >>> from slopewise.moments.rows import WeightedRows
    >>> rows = WeightedRows.of(np.zeros((3, 0)), [1.0, 2.0, 4.0], None, None)
    >>> state = Grouped.of(rows, [Cells(np.array([1, 0, 1]), 2, None, np.zeros(1))], "double-double")
    >>> dense(state, Places(np.array([2]), (np.array([[0], [1]]),))).raw.tolist()
    [[1.0, 0.0, 2.0], [0.0, 2.0, 5.0], [2.0, 5.0, 21.0]]
    """
    if not state.own:
        return state.numbers.select(np.argsort(places.numbers).tolist())
    rounding = np.zeros(places.q)
    rounding[places.numbers] = state.numbers.rounding
    for at, given in zip(places.groupings, state.roundings, strict=True):
        rounding[at] = given
    return replace(state.numbers, rounding=rounding, body=_body(state, places))


def split(moments: Moments, places: Places) -> Grouped:
    """The parts of a dense state whose columns stand at these places: what `dense` undoes."""
    numbers, groupings = _with_constant(places)
    last = np.append(numbers[1:], 0)
    own = []
    for at in groupings:
        columns = np.broadcast_to(last, (len(at), len(last)))
        table = _table(moments.body, at[:, :, None], np.concatenate([columns, at], axis=1)[:, None, :])
        own.append(_remembering(table, moments.body, at))
    pairs = (
        _table(moments.body, one[:, None, :, None], other[None, :, None, :])
        for one, other in itertools.combinations(groupings, 2)
    )
    roundings = tuple(moments.rounding[at].max(axis=0, initial=0.0) for at in places.groupings)
    return Grouped(moments.select(places.numbers.tolist()), roundings, tuple(own), tuple(pairs))


def _table(body: Body, rows: IntArray, columns: IntArray) -> Table:
    """The raw sums over [1, z] at these places as a table."""
    if isinstance(body, Integral):
        return IntegralTable(body.products[rows, columns], int(body.exponents))
    raw = _about_zero(body) if isinstance(body, Shifted) else body.unscaled()
    sums = raw[rows, columns]
    return PairedTable(sums, np.zeros(sums.shape[-2]), np.zeros(sums.shape[-1]))


def _remembering(table: Table, body: Body, at: IntArray) -> Table:
    """An own table with the squares of what was taken out of its columns, which stand at these places over [1, z]."""
    if isinstance(table, IntegralTable) or isinstance(body, Integral) or body.removed is None:
        return table
    if isinstance(body, Shifted):  # whose rounding is larger than that of a table
        about_zero = mapped(body.removed * (body.SUM_NOISE / Paired.SUM_NOISE), np.eye(body.q), body.origin)
    else:
        about_zero = scaled(body.removed, np.ldexp(1.0, body.exponents.astype(np.int64)))
    return replace(table, removed=None if about_zero is None else about_zero[at])


def _about_zero(body: Shifted) -> Pair:
    """Σ v over [1, z] [1, z]ᵀ, (q + 1, q + 1): with z = o + u, the products of u and what the origin o adds."""
    raw = Pair.zeros((body.q + 1, body.q + 1))
    o, W = Pair.of(body.origin), Pair.of(body.weight)
    sums, cross = o * W + body.sums, o[:, None] * body.sums
    raw[0, 0], raw[0, 1:], raw[1:, 0] = W, sums, sums
    raw[1:, 1:] = (cross + cross.swapped() + body.products) + (o[:, None] * o[None, :]) * W
    return raw


def _body(state: Grouped, places: Places) -> Body:
    body = state.numbers.body
    if isinstance(body, Integral):
        tables = [table for table in (*state.own, *state.pairs) if isinstance(table, IntegralTable)]
        e = min(int(body.exponents), *(table.exponent for table in tables))
        parts = body.products << (int(body.exponents) - e), [table.about(e) for table in tables]
        return Integral.lowest(_square(places, *parts), np.asarray(e))
    if isinstance(body, Paired):
        return _paired(state, places, body.products, body.exponents, body.removed)
    taken = mapped(body.removed, np.eye(body.q), body.origin)
    about_zero = _paired(state, places, _about_zero(body), np.zeros(body.q), taken)
    origin = about_zero.mean().value()
    origin[places.numbers] = body.origin
    shifted = about_zero.lowered(origin)
    shifted.sums[places.numbers] = body.sums
    shifted.products[np.ix_(places.numbers, places.numbers)] = body.products
    if shifted.removed is not None and body.removed is not None:
        shifted.removed[[0, *(places.numbers + 1)]] = body.removed
    return shifted


def _paired(state: Grouped, places: Places, numbers: Pair, exponents: Array, removed: Removed) -> Paired:
    """The double-double body: `numbers` (d + 2, d + 2), with these exponents, and the tables at their places.

    `removed` (d + 2,) is what was taken out of the numbers.
    """
    e = np.zeros(places.q)
    e[places.numbers] = exponents
    own = [table.lowered() for table in state.own]
    for at, table in zip(places.groupings, own, strict=True):
        e[at] = table.left
    sums = [table.about(table.left, np.concatenate([exponents, [0.0], table.left])) for table in own]
    crossed = zip(state.pairs, itertools.combinations(own, 2), strict=True)
    sums += [table.lowered().about(one.left, other.left) for table, (one, other) in crossed]
    halves = (
        _square(places, half, [getattr(part, name) for part in sums])
        for name, half in (("hi", numbers.hi), ("lo", numbers.lo))
    )
    taken = placed(removed, places.numbers.tolist(), places.q)
    if taken is not None:
        for at, table in zip(places.groupings, own, strict=True):
            taken[at + 1] = 0.0 if table.removed is None else table.removed
    return Paired(Pair(*halves), e, taken)


def _square(places: Places, numbers: AnyArray, tables: Sequence[AnyArray]) -> AnyArray:
    """The symmetric (q + 1, q + 1) over [1, z] with these parts at their places: own tables, then those of pairs."""
    at, groupings = _with_constant(places)
    square = np.zeros((places.q + 1, places.q + 1), dtype=numbers.dtype)
    square[np.ix_(at, at)] = numbers
    last, d = np.append(at[1:], 0), len(at)  # in tables the constant comes after the numbers
    for rows, table in zip(groupings, tables, strict=False):
        square[rows[:, :, None], last] = table[..., :d]
        square[last[:, None, None], rows] = np.moveaxis(table[..., :d], -1, 0)
        for a, b in itertools.combinations_with_replacement(range(rows.shape[1]), 2):
            square[rows[:, a], rows[:, b]] = square[rows[:, b], rows[:, a]] = table[:, a, d + b]
    for (rows, columns), table in zip(itertools.combinations(groupings, 2), tables[len(groupings) :], strict=True):
        square[rows[:, None, :, None], columns[None, :, None, :]] = table
        square[columns[None, :, None, :], rows[:, None, :, None]] = table
    return square


def _with_constant(places: Places) -> tuple[IntArray, list[IntArray]]:
    """The places over [1, z]: the constant's and the numbers', and the groupings'."""
    return np.append(0, places.numbers + 1), [at + 1 for at in places.groupings]
