"""The sweep operator: least squares by eliminating one column of the cross-products after another.

Sweeping the columns of A = [[XᵀX, Xᵀy], [yᵀX, yᵀy]] in order leaves

    [[−(XᵀX)⁻¹, w], [wᵀ, RSS]]

and, before column j is swept, the coefficients of x_j on the earlier columns (above the diagonal) and the part of
‖x_j‖² they do not explain (the pivot). So collinear columns are found, with the combination they equal, on the way. The
matrix stays symmetric: what lies below its diagonal is never read. All of it is in double-double. Source: Goodnight,
J. H. (1979), "A tutorial on the SWEEP operator", The American Statistician 33(3), 149–158.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from slopewise.moments.pair import Pair, fast_two_sum, two_product, two_sum
from slopewise.threads import thread_count
from slopewise.typing import Array, BoolArray

FEW, MANY = 40, 350
"""Columns up to which NumPy sweeps, and beyond which Numba does; between them, Numba where a pass has loaded it.

Both give the same bits, so that only time is at stake. Measured on one core: NumPy takes 0.7 ms for 10 columns, 6 ms
for 40, 23 ms for 100 and 0.4 s for 300; Numba 0.1, 0.1, 0.5 and 8 ms, 40 ms for 500 and 0.26 s for 1,000, but the first
time 20 ms more, and 0.7 s more if it was not loaded yet.
"""

LOADED = "slopewise.moments.compiled"
"""What is there once a pass has loaded Numba."""

IN_CACHE = 2**14
"""Numbers of a strip of rows that is updated at a time: the temporaries of double-double stay in the second cache."""


@dataclass(frozen=True, eq=False)
class Swept:
    """The result of sweeping k columns, the target last.

    `inverse` (k, k): (XᵀX)⁻¹ over the columns kept, NaN elsewhere; `coefficients` (k,), NaN where dropped; `rss`: the
    residual sum of squares; `kept` (k,); `combinations`: for each column that was dropped, its coefficients (k,) on the
    kept ones before it.
    """

    inverse: Array
    coefficients: Array
    rss: Pair
    kept: BoolArray
    combinations: Mapping[int, Array]


def sweep(products: Pair, floors: Array, noise: Array, *, start: int = 0, threads: int | None = None) -> Swept:
    """Sweep the columns of `products` (k + 1, k + 1) but the last, skipping those that depend on earlier ones.

    `start`: how many columns are swept already. `floors` (k + 1,) say how large a sum of squares rounding of the values
    and of the sums can leave of each column, `noise` (k + 1,) that of the sums alone. Column j is dropped when

        pivot_j ≤ floor_j + Σ_i a_ij² floor_i

    with a_ij its coefficients on the columns i from `start` on that were kept before it. The residual sum of squares,
    which is the target's pivot, is zero when it is no larger than the same expression of `noise`. Many columns are
    swept on `threads` threads, see `slopewise.threads.thread_count`; their number does not change the answer.

    >>> A = Pair.of(np.array([[2.0, 4.0, 3.0], [4.0, 8.0, 6.0], [3.0, 6.0, 5.0]]))
    >>> swept = sweep(A, np.full(3, 1e-30), np.full(3, 1e-30))
    >>> swept.coefficients.tolist(), swept.rss.hi.item(), swept.combinations[1].tolist()
    ([1.5, nan], 0.5, [2.0, 0.0])
    """
    workers = thread_count(threads)
    scale = powers_of_two(np.abs(np.diagonal(products.hi)))
    A = products.scaled(scale[:, None]).scaled(scale)
    floors, noise = floors * scale**2, noise * scale**2
    if len(floors) > MANY or (len(floors) > FEW and LOADED in sys.modules):
        from slopewise.solvers import compiled_sweep

        kept = compiled_sweep.swept_columns(A, floors, start, workers)
    else:
        kept = swept_columns(A, floors, start)
    return answers(A, kept, noise, start, scale)


def swept_columns(A: Pair, floors: Array, start: int) -> BoolArray:
    """Sweep columns start … k − 1 of `A` (k + 1, k + 1) in place, above its diagonal; which columns are swept, (k,).

    A column that is not swept is set aside: its coefficients on the earlier ones stay as they are above its diagonal.
    """
    swept = np.arange(len(floors) - 1) < start
    for j in range(start, len(swept)):
        U = Pair(*(np.concatenate([half[:j, j], half[j, j:]]) for half in (A.hi, A.lo)))
        d = U[j]
        if not d.hi > _left(U.hi, floors, start, swept[:j]) + floors[j]:  # nor if a floor is beyond the floats (NaN)
            continue
        U[:j][~swept[:j]] = Pair.of(0.0)
        U[j] = Pair.of(-1.0)
        V = quotient(U, d)
        eliminate(A, -U, V)
        A[:j, j], A[j, j:] = V[:j], V[j:]
        swept[j] = True
    return swept


def _left(a: Array, floors: Array, start: int, swept: BoolArray) -> float:
    """Σ aᵢ² floorᵢ over the columns from `start` on that are swept, one after another."""
    earlier = np.flatnonzero(swept)[start:]
    return float(np.cumsum(np.append(0.0, a[earlier] ** 2 * floors[earlier]))[-1])


def eliminate(A: Pair, U: Pair, V: Pair) -> None:
    """Add U Vᵀ to A in place, above the diagonal, one strip of rows after another."""
    n = len(A.hi)
    step = max(1, IN_CACHE // max(n, 1))
    for i in range(0, n, step):
        A[i : i + step, i:] = plus_product(A[i : i + step, i:], U[i : i + step, None], V[i:])


def plus_product(A: Pair, u: Pair, v: Pair) -> Pair:
    """A + u·v, off by some 2⁻¹⁰⁴ of the larger of the two."""
    p, e = two_product(u.hi, v.hi)
    e = e + (u.hi * v.lo + u.lo * v.hi)
    s, rest = two_sum(A.hi, p)
    return Pair(*fast_two_sum(s, A.lo + (rest + e)))


def quotient(u: Pair, d: Pair) -> Pair:
    """u / d, off by some 2⁻¹⁰³, and exact where u, d and u / d are float64 (Joldes, Muller & Popescu 2017, alg. 17).

    >>> quotient(Pair.of(6.0), Pair.of(3.0)).hi.item()
    2.0
    """
    q = u.hi / d.hi
    p, e = two_product(q, d.hi)
    return Pair(*fast_two_sum(q, ((u.hi - p) + (u.lo - (e + q * d.lo))) / d.hi))


def answers(A: Pair, kept: BoolArray, noise: Array, start: int, scale: Array) -> Swept:
    """The answers in the swept matrix A, whose columns were multiplied by `scale`, in the units that they had."""
    k = len(kept)
    units = np.where(np.arange(k) < start, 1 / scale[:k], scale[:k])
    upper = np.triu(A.hi[:k, :k])
    inverse = -(upper + np.triu(upper, 1).T) * units[:, None] * units
    inverse[~kept] = inverse[:, ~kept] = np.nan
    coefficients = np.where(kept, A.hi[:k, k] * units / scale[k], np.nan)
    explained = A.hi[k, k] <= noise[k] + _left(A.hi[:, k], noise, start, kept)
    rss = Pair.zeros(()) if explained else A[k, k].scaled(1 / scale[k]).scaled(1 / scale[k])
    combinations = {}
    for j in np.flatnonzero(~kept).tolist():
        combinations[j] = np.zeros(k)
        combinations[j][:j] = np.where(kept[:j], A.hi[:j, j] * units[:j] / scale[j], 0.0)
    return Swept(inverse, coefficients, rss, kept, combinations)


def powers_of_two(squares: Array) -> Array:
    """A power of two for each column that brings its norm to about 1: scaling by it rounds nothing."""
    _, exponents = np.frexp(np.where(squares > 0, squares, 1.0))
    powers: Array = np.ldexp(1.0, -((exponents + 1) // 2))
    return powers
