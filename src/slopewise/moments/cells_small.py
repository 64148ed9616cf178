"""The double-double sums over cells of a small table, in NumPy: the plain spelling that Numba's is tested against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slopewise.moments.cells import Columns
from slopewise.moments.pair import Pair
from slopewise.typing import IntArray


def cell_sums(codes: IntArray, count: int, left: Columns | None, right: Sequence[Columns]) -> Pair:
    """S (count, A, B): Σ l_a r_b over the rows of each cell. As `cell_sums.cell_sums`.

    >>> cell_sums(np.array([1, 0, 1]), 3, None, [Columns(np.array([[5.0, 7.0, 6.0]]))]).hi.ravel().tolist()
    [7.0, 11.0, 0.0]
    """
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=count)
    factors = None if left is None else left.at(order)
    sums = Pair.zeros((count, 1 if left is None else left.k, sum(columns.k for columns in right)))
    b = 0
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is found by the caller in the result
        for columns in right:
            values = columns.at(order).pair
            for a in range(sums.shape[1]):
                products = values if factors is None else _times(values, factors, a)
                sums[:, a, b : b + columns.k] = _totals(products, sizes)
            b += columns.k
    return sums


def _times(values: Pair, factors: Columns, a: int) -> Pair:
    return values * (factors.high[a] if factors.low is None else Pair(factors.high[a], factors.low[a]))


def _totals(values: Pair, sizes: IntArray) -> Pair:
    """The sums (count, B) of `values` (B, m) over runs of these sizes, by halves: so rounding grows with log₂."""
    total = Pair.zeros((len(sizes), len(values.hi)))
    while sizes.max(initial=0) > 1:
        halves = sizes // 2  # of an odd number the middle one waits
        stay = sizes - halves
        place = np.arange(values.shape[1]) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        first, last = place < np.repeat(halves, sizes), place >= np.repeat(stay, sizes)
        sums = values[:, first] + values[:, last]
        values = values[:, ~last]
        values[:, first[~last]] = sums
        sizes = stay
    total[sizes > 0] = values.swapped()
    return total
