"""Sums over the rows of each cell: which kernel computes them, NumPy's for a small table, Numba's for a large one.

    S[c, a, b] = Σ l_a r_b over the rows of cell c

They are double-double, with errors that do not grow with the number of rows. Measured on two cores: NumPy takes some
100 ns a product, Numba 1 to 4 ns on one thread, but 0.65 s to be imported and loaded. As in `kernels`, the choice
depends on the shape alone, and long tables do not stay with NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slopewise.moments import cells_small
from slopewise.moments.cells import Columns
from slopewise.moments.kernels import LONG
from slopewise.moments.pair import Pair
from slopewise.moments.strips import Strips
from slopewise.typing import IntArray

LARGE_SUMS = 3_000_000
"""Products m·A·B above which Numba's kernel is used."""


def cell_sums(codes: IntArray, count: int, left: Columns | None, right: Sequence[Columns], *, before: int = 0) -> Pair:
    """S (count, A, B) of the A columns `left`, None for one of ones, and the B columns that `right` has in all.

    `codes` (m,) are the rows' cells, from 0 to `count` − 1. Each sum is within about 2⁻¹⁰³ √(Σ l_a² Σ r_b²), taken over
    the cell, of the truth. Values that are not finite reach the high part of their sums. `before` is as in `kernels`.

    >>> x = Columns(np.array([[0.1, 7.0, 0.2]]))
    >>> sums = cell_sums(np.array([1, 0, 1]), 2, None, [x])
    >>> sums.hi.tolist(), (sums - 0.1)[1, 0, 0].hi == 0.2
    ([[[7.0]], [[0.30000000000000004]]], np.True_)
    """
    A, B = 1 if left is None else left.k, sum(columns.k for columns in right)
    m = before + len(codes)
    if m < LONG and m * A * B <= LARGE_SUMS:
        return cells_small.cell_sums(codes, count, left, right)
    from slopewise.moments import cells_large

    return cells_large.cell_sums(codes, count, left, right)


def strip_sums(codes: IntArray, count: int, table: Strips, *, before: int = 0) -> Pair:
    """S (count, 1, q + 1): `cell_sums`, to the bit, of q columns that lie each for itself, and one of ones.

    >>> from slopewise.moments.strips import Strip
    >>> strip_sums(np.array([1, 0, 1]), 2, Strips((Strip.of(np.array([5, 7, 6])),))).hi.tolist()
    [[[7.0, 1.0]], [[11.0, 2.0]]]
    """
    m, q = table.shape
    if (before + m < LONG and (before + m) * (q + 1) <= LARGE_SUMS) or q < 2:
        right = [Columns(table.joined.T), Columns(np.ones((1, m)))]
        return cell_sums(codes, count, None, right, before=before)
    from slopewise.moments import cells_large

    return cells_large.strip_sums(codes, count, table)


def cell_counts(codes: IntArray, count: int) -> Pair:
    """The numbers of rows of each cell, (count, 1, 1): `cell_sums` of ones.

    >>> cell_counts(np.array([1, 0, 1]), 2).hi.ravel().tolist()
    [1.0, 2.0]
    """
    return Pair.of(np.bincount(codes, minlength=count).astype(np.float64)[:, None, None])
