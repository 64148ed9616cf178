"""Runs of rows that belong together, each added to a state of its own: sorted once, by NumPy or by Numba.

A state is packed: the triangle of Σ v z zᵀ, z = [1, x, y], row by row, T = k (k + 1)/2 sums for k = p + 2 columns, the
high halves of all of them first, then the low ones. Which kernel adds to it is chosen by the size of the table alone,
as in `kernels`: NumPy's takes some 100 ns a product, Numba's about 1 ns, but 0.65 s to be imported and loaded.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from slopewise.moments.cell_sums import LARGE_SUMS
from slopewise.moments.cells import Columns
from slopewise.moments.cells_small import cell_sums
from slopewise.moments.kernels import LONG
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows, is_whole
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

SHARE = 30_000
"""Rows from which on runs are dealt out to more than one thread."""


class Runs(NamedTuple):
    """The rows order[starts[r] : stops[r]] are the r-th run, of the state places[r]; no place is there twice."""

    order: IntArray
    starts: IntArray
    stops: IntArray
    places: IntArray

    @classmethod
    def of(cls, codes: IntArray, count: int, *, large: bool = False) -> Runs:
        """The runs of rows that have the same code from 0 to `count` − 1; rows of a negative code are in none.

        A `large` table is sorted by Numba.

        >>> Runs.of(np.array([2, 0, -1, 2]), 3).order.tolist()
        [1, 0, 3]
        """
        if not large:
            order = np.argsort(codes, kind="stable")[np.count_nonzero(codes < 0) :]
            sizes = np.bincount(codes[order], minlength=count)
            stops = np.cumsum(sizes)
        else:
            from slopewise.moments.runs_large import sort_runs

            order, stops = np.empty(len(codes), dtype=np.int64), np.zeros(count, dtype=np.int64)
            sort_runs(np.ascontiguousarray(codes, dtype=np.int64), order, stops)
            sizes = np.diff(stops, prepend=0)
            order = order[: stops[-1] if count else 0]
        places = np.flatnonzero(sizes)
        return cls(order, (stops - sizes)[places], stops[places], places)

    @property
    def sizes(self) -> IntArray:
        """How many rows each run has."""
        return self.stops - self.starts

    def at(self, chosen: AnyArray | slice) -> Runs:
        """Some of the runs."""
        return Runs(self.order, self.starts[chosen], self.stops[chosen], self.places[chosen])

    def shares(self, page: int) -> list[Runs]:
        """All runs, cut where places come to a multiple of `page`, and into shares of some `SHARE` rows."""
        done = np.cumsum(self.sizes)
        key = self.places // page * (int(done[-1]) // SHARE + 2 if len(done) else 1) + done // SHARE
        cuts = [0, *(np.flatnonzero(np.diff(key)) + 1).tolist(), len(key)]
        return [self.at(slice(*ends)) for ends in pairwise(cuts) if ends[1] > ends[0]]


def is_large(rows: int, p: int) -> bool:
    """Whether a table repays Numba."""
    return rows >= LONG or rows * (p + 2) ** 2 > LARGE_SUMS


def add_runs(rows: WeightedRows, powers: Array, runs: Runs, states: Array, *, large: bool) -> BoolArray:
    """Add each run of `rows` to its state among `states` (count, 2, T); and which columns are whole numbers, (q,).

    `powers` (q,), powers of two, multiply the columns [x, y] on the way in.

    >>> rows = WeightedRows.of([1.0, 2.0, 5.0], [1.0, 3.0, 4.0], None, None)
    >>> states = np.zeros((2, 2, 6))
    >>> add_runs(rows, np.ones(2), Runs.of(np.array([1, 0, 1]), 2), states, large=False).tolist()
    [True, True]
    >>> states[1, 0].tolist()
    [2.0, 6.0, 5.0, 26.0, 21.0, 17.0]
    """
    if not large:
        return _add_few(rows, powers, runs, states)
    from slopewise.moments import runs_large
    from slopewise.moments.compiled import frozen

    whole, p = np.ones(len(powers), dtype=np.bool_), rows.X.shape[1]
    lows, none = rows.X_low is not None or rows.y_low is not None, np.empty(0)
    X_low = np.zeros(rows.X.shape if lows else (0, 0)) if rows.X_low is None else rows.X_low
    y_low = np.zeros(len(rows.y) if lows else 0) if rows.y_low is None else rows.y_low
    weights = none if rows.weights is None else rows.weights
    beside = (values[:, None] for values in (rows.y, y_low, weights))  # as matrices, which `frozen` does not copy
    given = (rows.X, X_low, *beside, powers if np.any(powers != 1.0) else none)
    space = runs_large.space(p, lows=lows, weighted=rows.weights is not None)
    runs_large.add_runs(*map(frozen, given), *runs, states, whole, *space)  # type: ignore[call-arg]
    return whole


def add_states(states: Array, places: IntArray, more: Array) -> None:
    """states[places[r]] += more[r] for packed states (…, 2, T); no place comes twice.

    >>> states = np.zeros((2, 2, 1))
    >>> add_states(states, np.array([1]), np.array([[[2.0], [2.0**-60]]]))
    >>> states[1].ravel().tolist() == [2.0, 2.0**-60]
    True
    """
    if more.size < LARGE_SUMS:
        total = Pair(states[places, 0], states[places, 1]) + Pair(more[:, 0], more[:, 1])
        states[places, 0], states[places, 1] = total.hi, total.lo
        return
    from slopewise.moments import runs_large

    runs_large.add_states(states, places, more)


def _add_few(rows: WeightedRows, powers: Array, runs: Runs, states: Array) -> BoolArray:
    """The plain spelling, which Numba's is tested against."""
    before = np.cumsum(runs.sizes) - runs.sizes
    at = runs.order[np.arange(runs.sizes.sum()) + np.repeat(runs.starts - before, runs.sizes)]
    z, whole = _columns(rows, at, powers)
    left = z
    if rows.weights is not None:
        weighted = z.pair * rows.weights[at]
        left = Columns(weighted.hi, weighted.lo)
    codes = np.repeat(np.arange(len(runs.places)), runs.sizes)
    sums = cell_sums(codes, len(runs.places), left, [z])
    i, j = np.triu_indices(z.k)
    add_states(states, runs.places, np.stack([sums.hi[:, i, j], sums.lo[:, i, j]], axis=1))
    return whole


def _columns(rows: WeightedRows, at: IntArray, powers: Array) -> tuple[Columns, BoolArray]:
    """[1, x·powers, y·power] (k, m) of some rows, and which of x and y are whole."""
    high = np.vstack([rows.X[at].T.astype(np.float64), rows.y[at].astype(np.float64)[None]])
    whole = np.asarray(is_whole(high).all(axis=1))
    ones, exponents = np.ones((1, len(at))), np.append(0.0, np.log2(powers))
    if rows.X_low is None and rows.y_low is None:
        return Columns(np.vstack([ones, high])).scaled(exponents), whole
    X_low = np.zeros((len(at), high.shape[0] - 1)) if rows.X_low is None else rows.X_low[at]
    y_low = np.zeros(len(at)) if rows.y_low is None else rows.y_low[at]
    low = np.vstack([X_low.T, y_low[None]])
    columns = Columns(np.vstack([ones, high]), np.vstack([0 * ones, low])).scaled(exponents)
    return columns, whole & ~low.any(axis=1)
