"""From the columns of a block to those of the model in its rows, and to fitted values: by codes, not by indicators.

A link (i, j, part) says that column i of the pass has that part in column j of the model. A column that is spread over
cells is written, row by row, only to where the row's own cell has part; and a fitted value needs no column of the model
at all:

    x θ = Σ_i z_i c_i,    c_i = Σ_j part_ij θ_j        one c for each cell, gathered by code
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from slopewise.design.expressions import Numbers
from slopewise.design.rows import ColumnKey, Features, Spread, key_of
from slopewise.moments.pair import Pair
from slopewise.typing import Array, IntArray

Links: TypeAlias = Callable[[Sequence[ColumnKey]], Iterable[tuple[int, int, Pair]]]


class _Linked(NamedTuple):
    """A column of the pass, or as many as its grouping has cells, and its links: from the cells `i` to columns `j`."""

    spread: Spread | None
    column: Numbers | None
    i: IntArray
    j: IntArray
    part: Pair

    @property
    def cells(self) -> int:
        """How many cells the column is spread over."""
        return 1 if self.spread is None else len(self.spread.levels)

    def codes(self, rows: IntArray) -> IntArray:
        """The cells of some rows."""
        return np.zeros(len(rows), dtype=np.int64) if self.spread is None else self.spread.codes[rows]


def placed(features: Features, links: Links, p: int) -> Array:
    """The p columns of the model in the m rows, (m, p), Fortran order: sums in double-double, rounded once."""
    m = len(features.number)
    coded = np.zeros((m, p), order="F")
    found = list(_linked(features, links))
    place = _places_of_sums(found, p)
    low = np.zeros((m, place.max(initial=-1) + 1), order="F")
    for linked in found:
        z = Numbers(np.ones(m)) if linked.column is None else linked.column
        rows = np.arange(m)
        for i, j, part in _layers(linked):  # the cells of a layer are among those of the one before
            target, parts = np.full(linked.cells, -1), Pair.zeros((linked.cells,))
            target[i], parts[i] = j, part
            rows = rows if (target >= 0).all() else rows[target[linked.codes(rows)] >= 0]
            codes = linked.codes(rows)
            at = (rows, target[codes])
            if place[j[0]] >= 0:
                beneath = (rows, place[target[codes]])
                total = Pair(coded[at], low[beneath]) + z.pair[rows] * parts[codes]
                coded[at], low[beneath] = total.hi, total.lo
            elif z.low is None and _are_ones(part):
                coded[at] = z.high[rows]
            else:
                coded[at] = (z.pair[rows] * parts[codes]).value()
    coded[:, place >= 0] += low
    return coded


def fitted(features: Features, links: Links, theta: Array) -> Array:
    """Σ_j x_j θ_j for the p columns of the model in the m rows, (m,): sums in double-double, rounded once."""
    m = len(features.number)
    total = Pair.zeros((m,))
    for linked in _linked(features, links):
        c = Pair.zeros((linked.cells,))
        for i, j, part in _layers(linked):
            c[i] = c[i] + part * theta[j]
        at = c[0] if linked.spread is None else c[linked.spread.codes]
        total = total + (at if linked.column is None else linked.column.pair * at)
    return total.value()


def _linked(features: Features, links: Links) -> Iterator[_Linked]:
    """The columns of the pass that have part in some column of the model."""
    slots = list(features.slots())
    cells = [spread.levels if spread else ((),) for _, spread, _ in slots]
    keys = [key_of(features.layout, slot, cell) for (slot, _, _), own in zip(slots, cells, strict=True) for cell in own]
    starts = np.cumsum([0, *map(len, cells)])
    found = list(links(keys))
    order = np.array([i for i, _, _ in found], dtype=np.int64)
    j = np.array([j for _, j, _ in found], dtype=np.int64)
    part = Pair(np.array([part.hi for *_, part in found]), np.array([part.lo for *_, part in found]))
    place = np.searchsorted(starts, order, side="right") - 1
    for number, (_, spread, column) in enumerate(slots):
        if len(mine := np.flatnonzero(place == number)):
            yield _Linked(spread, column, order[mine] - starts[number], j[mine], part[mine])


def _layers(linked: _Linked) -> Iterator[tuple[IntArray, IntArray, Pair]]:
    """The links in sets in which no cell has two."""
    rest = np.arange(len(linked.i))
    while len(rest):
        _, first = np.unique(linked.i[rest], return_index=True)
        chosen = rest[first]
        yield linked.i[chosen], linked.j[chosen], linked.part[chosen]
        rest = np.delete(rest, first)


def _places_of_sums(found: Sequence[_Linked], p: int) -> IntArray:
    """For each column of the model, (p,), its place among those that are sums over columns of the pass, or −1.

    All that a column of the pass has part in counts with them, as the degrees of a polynomial do.
    """
    feeding = np.zeros(p, dtype=np.int64)
    for linked in found:
        feeding[np.unique(linked.j)] += 1
    sums = feeding > 1
    for linked in found:
        sums[linked.j] |= bool(sums[linked.j].any())
    return np.where(sums, np.cumsum(sums) - 1, -1)


def _are_ones(part: Pair) -> bool:
    return bool((part.hi == 1).all() and not part.lo.any())
