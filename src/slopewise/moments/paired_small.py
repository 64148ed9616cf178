"""The double-double products of a small table, in NumPy: the plain spelling that Numba's is tested against."""

from __future__ import annotations

import numpy as np

from slopewise.moments.pair import Pair, fast_two_sum, two_product, two_sum
from slopewise.moments.rows import is_whole
from slopewise.typing import AnyArray, Array, BoolArray

_VALUES = 2**15
"""Products formed at once: 256 KiB, so that the few arrays of a sum stay in the second cache."""


def paired_products(
    X: AnyArray, X_low: Array | None, y: AnyArray, y_low: Array | None, weights: Array | None, powers: Array
) -> tuple[Pair, BoolArray]:
    """Σ v z zᵀ of z = [1, x, y]·[1, powers], (p + 2, p + 2), and which columns are whole numbers, (p + 1,).

    As `kernels.paired_products`.

    >>> products, whole = paired_products(np.array([[0.5], [2.0]]), None, np.ones(2), None, None, np.ones(2))
    >>> products.hi.tolist(), whole.tolist()
    ([[2.0, 2.5, 2.0], [2.5, 4.25, 2.5], [2.0, 2.5, 2.0]], [False, True])
    """
    if weights is not None and not weights.all():  # whatever such a row holds: 0 times NaN would be NaN
        used = weights != 0
        X, y, weights = X[used], y[used], weights[used]
        X_low, y_low = (None if low is None else low[used] for low in (X_low, y_low))
    (m, p), scales = X.shape, np.append(1.0, powers)[:, None]
    total, whole = Pair.zeros((p + 2, p + 2)), np.ones(p + 1, dtype=np.bool_)
    length = max(_VALUES // (p + 2), 64)
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is found by the caller in the result
        for first in range(0, m, length):
            rows = slice(first, min(first + length, m))
            z = Pair(_columns(rows, p, 1.0, X, y), _columns(rows, p, 0.0, X_low, y_low))
            whole &= (is_whole(z.hi) & (z.lo == 0)).all(axis=1)[1:]
            z = z.scaled(scales)
            total = total + _products(z if weights is None else z * weights[rows], z)
    return total, whole


def _columns(rows: slice, p: int, constant: float, X: AnyArray | None, y: AnyArray | None) -> Array:
    """The columns [constant, X, y] over some rows, lying along the last axis, (p + 2, rows); None is zeros."""
    columns = np.zeros((p + 2, rows.stop - rows.start))
    columns[0] = constant
    if X is not None:
        columns[1:-1] = X[rows].T
    if y is not None:
        columns[-1] = y[rows]
    return columns


def _products(left: Pair, right: Pair) -> Pair:
    """left rightᵀ, of which the upper triangle is computed: Σ over the last axis."""
    total = Pair.zeros((len(left.hi), len(right.hi)))
    simple = not (left.lo.any() or right.lo.any())
    for i in range(len(left.hi)):
        high, low = two_product(left.hi[i], right.hi[i:])
        if not simple:
            low += left.hi[i] * right.lo[i:] + left.lo[i] * right.hi[i:]
        total[i, i:] = total[i:, i] = _sum(high, low)
    return total


def _sum(high: Array, low: Array) -> Pair:
    """Σ (high + low) over the last axis by halves, so that rounding grows with log₂ of their number. Overwrites."""
    while (n := high.shape[1]) > 1:
        k = n // 2  # of an odd number the middle one waits
        s, e = two_sum(high[:, :k], high[:, n - k :])
        low[:, :k] += low[:, n - k :] + e
        high[:, :k] = s
        high, low = high[:, : n - k], low[:, : n - k]
    return Pair(*fast_two_sum(high[:, 0], low[:, 0]))
