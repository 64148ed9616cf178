"""`Grouped`: the state of columns most of which belong to categories, by parts; a category costs counts and group sums.

| columns             | what is kept                                                                          |
|---------------------|---------------------------------------------------------------------------------------|
| numbers × numbers   | `Moments` of [x₁ … x_d, y], by their kernel                                            |
| grouping × numbers  | S[c, a, b] = Σ v m_a z_b over the rows of cell c, z = [x₁ … x_d, y, 1, m₁ … m_k]         |
| grouping × grouping | S[c, c', a, b] = Σ v m_a m'_b over the rows of both cells: a contingency table, if m = 1 |

The columns of a grouping are m_a·1[cell = c], see `Cells`; two of different cells have no row in common. From this
comes the dense state of all columns (`moments`), once, when the pass is over.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopewise.choices import Precision
from slopewise.errors import ShapeError
from slopewise.moments.cells import Cells
from slopewise.moments.filling import own_table, pair_table
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows
from slopewise.moments.state import Moments
from slopewise.moments.tables import IntegralTable, PairedTable, Table, merged, subtracted
from slopewise.typing import Array, IntArray


@dataclass(frozen=True, eq=False)
class Grouped:
    """The mergeable state of d numbers, the target, and groupings g of L_g cells over which k_g columns are spread.

    `numbers`, q = d + 1; `roundings` (k_g,), the relative rounding of each spread column; `own`, the tables of each
    grouping with the numbers and itself, (L_g, k_g, d + 2 + k_g); `pairs`, those of each two groupings g < h in
    order, (L_g, L_h, k_g, k_h).

    >>> rows = WeightedRows.of(np.zeros((3, 0)), [1.0, 2.0, 4.0], None, None)
    >>> state = Grouped.of(rows, [Cells(np.array([1, 0, 1]), 2, None, np.zeros(1))], "double-double")
    >>> state.counts, state.own[0].sums.hi.tolist()
    ((2,), [[[2.0, 1.0, 1.0]], [[5.0, 2.0, 2.0]]])
    """

    numbers: Moments
    roundings: tuple[Array, ...]
    own: tuple[Table, ...]
    pairs: tuple[Table, ...]

    @classmethod
    def of(cls, rows: WeightedRows, groupings: Sequence[Cells], precision: Precision) -> Grouped:
        """The state of these rows, on one thread: `Moments.of_rows` of the numbers, and tables. Raises `NotFinite`."""
        numbers = Moments.of_rows(rows, precision, threads=1)
        if not rows.rows:
            empty = cls.empty(numbers.q, [cells.k for cells in groupings], numbers.precision)
            return empty.widened([(np.arange(0), cells.count) for cells in groupings])
        if rows.weights is not None and not rows.weights.all():
            groupings = [cells.at(rows.weights != 0) for cells in groupings]
        used, exact = rows.used(), numbers.precision == "exact"
        own = tuple(own_table(used, cells, exact=exact) for cells in groupings)
        pairs = tuple(pair_table(used, *both, exact=exact) for both in itertools.combinations(groupings, 2))
        return cls(numbers, tuple(cells.rounding for cells in groupings), own, pairs)

    @classmethod
    def empty(cls, columns: int, spread: Sequence[int], precision: Precision = "auto") -> Grouped:
        """No rows of d + 1 = `columns` columns of numbers, and no cells of groupings that spread so many columns."""
        table = IntegralTable if precision == "exact" else PairedTable
        own = tuple(table.empty(1, k, columns + 1 + k) for k in spread)
        pairs = tuple(table.empty(2, k, other) for k, other in itertools.combinations(spread, 2))
        numbers = Moments.empty(columns, precision=precision)
        return cls(numbers, tuple(np.zeros(k) for k in spread), own, pairs)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many cells each grouping has, L_g."""
        return tuple(int(table.sums.shape[0]) for table in self.own)

    def merge(self, other: Grouped) -> Grouped:
        """The state of the rows of both, whose cells are the same; associative and commutative up to rounding."""
        if self.counts != other.counts:
            raise ShapeError(f"a state of {self.counts} cells cannot merge with one of {other.counts}")
        if not other.numbers.rows:
            return self
        if not self.numbers.rows:
            return other
        return Grouped(
            self.numbers.merge(other.numbers),
            tuple(map(np.maximum, self.roundings, other.roundings)),
            tuple(map(merged, self.own, other.own)),
            tuple(map(merged, self.pairs, other.pairs)),
        )

    def subtract(self, other: Grouped) -> Grouped:
        """The state of the rows of this one without those of the other, of the same cells; nothing is checked."""
        if self.counts != other.counts:
            raise ShapeError(f"a state of {other.counts} cells cannot be taken from one of {self.counts}")
        return Grouped(
            self.numbers.difference(other.numbers),
            self.roundings,
            tuple(map(subtracted, self.own, other.own)),
            tuple(map(subtracted, self.pairs, other.pairs)),
        )

    def at(self, places: Sequence[IntArray]) -> Grouped:
        """Some of the cells of each grouping."""
        own = tuple(_cells_at(table, (at,)) for table, at in zip(self.own, places, strict=True))
        both = itertools.combinations(places, 2)
        pairs = tuple(_cells_at(table, (at, there)) for table, (at, there) in zip(self.pairs, both, strict=True))
        return Grouped(self.numbers, self.roundings, own, pairs)

    def widened(self, places: Sequence[tuple[IntArray, int]]) -> Grouped:
        """The same rows with other cells: those of a grouping at the places and among the number given for it."""
        own = tuple(table.widened([at], [count]) for table, (at, count) in zip(self.own, places, strict=True))
        pairs = tuple(
            table.widened([at, there], [count, other])
            for table, ((at, count), (there, other)) in zip(self.pairs, itertools.combinations(places, 2), strict=True)
        )
        return Grouped(self.numbers, self.roundings, own, pairs)

    def mapped(self, numbers: Moments, T: Pair, maps: Sequence[Pair]) -> Grouped:
        """Of other columns: those of numbers times T (d + 1, d + 1), which `numbers` are, and spread ones times `maps`.

        Each of `maps` is (k_g, k_g).
        """
        own = tuple(
            table.mapped(L, _along_diagonal(T, Pair.of(np.ones((1, 1))), L))
            for table, L in zip(self.own, maps, strict=True)
        )
        both = itertools.combinations(maps, 2)
        pairs = tuple(table.mapped(L, R) for table, (L, R) in zip(self.pairs, both, strict=True))
        return Grouped(numbers, self.roundings, own, pairs)

    def record(self) -> dict[str, Any]:
        """The state as arrays by name, and the numbers of cells; `from_dict` gives the same bits back."""
        return {
            "numbers": self.numbers.record(),
            "counts": list(self.counts),
            "roundings": list(self.roundings),
            "own": [table.arrays() for table in self.own],
            "pairs": [table.arrays() for table in self.pairs],
        }

    def to_dict(self) -> dict[str, Any]:
        """The same as plain numbers and lists, for JSON."""
        return {
            "numbers": self.numbers.to_dict(),
            "counts": list(self.counts),
            "roundings": [rounding.tolist() for rounding in self.roundings],
            "own": [_listed(table) for table in self.own],
            "pairs": [_listed(table) for table in self.pairs],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Grouped:
        """The state that `record` or `to_dict` gave. Raises `ShapeError`, or what Python does, for what is none."""
        numbers = Moments.from_dict(record["numbers"])
        roundings = tuple(np.asarray(rounding, dtype=np.float64) for rounding in record["roundings"])
        table = IntegralTable if numbers.precision == "exact" else PairedTable
        sizes = [(int(count), len(rounding)) for count, rounding in zip(record["counts"], roundings, strict=True)]
        own = zip(record["own"], sizes, strict=True)
        pairs = zip(record["pairs"], itertools.combinations(sizes, 2), strict=True)
        return cls(
            numbers,
            roundings,
            tuple(table.from_arrays(arrays, (L, k, numbers.q + 1 + k)) for arrays, (L, k) in own),
            tuple(table.from_arrays(arrays, (L, M, k, n)) for arrays, ((L, k), (M, n)) in pairs),
        )


def _cells_at(table: Table, places: Sequence[IntArray]) -> Table:
    """Some of the cells along each axis."""
    if isinstance(table, IntegralTable):
        return replace(table, sums=table.sums[np.ix_(*places)])
    removed = None if table.removed is None else table.removed[np.ix_(*places)]
    return replace(table, sums=table.sums[np.ix_(*places)], removed=removed)


def _listed(table: Table) -> dict[str, Any]:
    return {name: array.tolist() for name, array in table.arrays().items()}


def _along_diagonal(*blocks: Pair) -> Pair:
    """The matrix with these square ones along its diagonal."""
    size = sum(len(block.hi) for block in blocks)
    whole, start = Pair.zeros((size, size)), 0
    for block in blocks:
        stop = start + len(block.hi)
        whole[start:stop, start:stop] = block
        start = stop
    return whole
