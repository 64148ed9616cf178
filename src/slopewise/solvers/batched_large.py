"""The sweeps of many groups, compiled: one group after another, each in a matrix that stays in the first cache.

The operations of `batched.solve_products`, in double-double, written out for one group. Importing this file imports
Numba, so only `batched` does, and only for a stack that repays it.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from slopewise.moments.compiled import compiled, kept
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.vectors import fma
from slopewise.threads import thread_count
from slopewise.typing import Array, BoolArray, IntArray

SHARE = 2_000
"""Groups of a share: a thread takes one after another."""


def solve_products(
    products: Pair, rounding: Array, intercept: bool, threads: int | None
) -> tuple[Array, Array, IntArray, Array, Array, Array, Array]:
    """As `batched.solve_products`, on `threads` threads: the arrays of `Solutions`, in their order."""
    G, q = rounding.shape
    figures, coefficients = np.full((G, 4), np.nan), np.full((G, q - 1), np.nan)
    rank, variances = np.zeros(G, dtype=np.int64), np.full((G, q), np.nan)
    hi, lo = np.ascontiguousarray(products.hi), np.ascontiguousarray(products.lo)

    def work(start: int) -> None:
        at = slice(start, start + SHARE)
        _solve(
            hi[at], lo[at], rounding[at], int(intercept), Paired.SUM_NOISE, np.zeros((2, q + 1, q + 1)),
            np.zeros((8, q + 1)), np.zeros(q, dtype=np.bool_), figures[at], coefficients[at], rank[at], variances[at],
        )  # fmt: skip

    with ThreadPoolExecutor(thread_count(threads)) as pool:
        list(pool.map(work, range(0, G, SHARE)))
    intercepts, rss, ess, tss = figures.T.copy()
    return intercepts, coefficients, rank, rss, ess, tss, variances


@compiled
def _add(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """`Pair.__add__`."""
    s = a + b
    t = s - a
    e = (a - (s - t)) + (b - t)
    u = a_low + b_low
    t = u - a_low
    f = (a_low - (u - t)) + (b_low - t)
    e += u
    h = s + e
    e = (e - (h - s)) + f
    total = h + e
    return total, e - (total - h)


@compiled
def _times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """`Pair.__mul__`."""
    p = a * b
    e = fma(a, b, -p) + (a * b_low + a_low * b)
    h = p + e
    return h, e - (h - p)


@compiled
def _ratio(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """`Pair.__truediv__`."""
    first = a / b
    p, e = _times(b, b_low, first, 0.0)
    r, r_low = _add(a, a_low, -p, -e)
    second = r / b
    p, e = _times(b, b_low, second, 0.0)
    r, r_low = _add(r, r_low, -p, -e)
    h = first + second
    return _add(h, second - (h - first), r / b, 0.0)


@compiled
def _centre(hi: Array, lo: Array, noise: float, A: Array) -> None:
    """A = [[−1/W, z̄ᵀ], [z̄, S_zz]], above the diagonal; a column that is constant to the last digit has zeros."""
    n = len(hi)
    W, W_low = hi[0, 0], lo[0, 0]
    A[0, 0, 0], A[1, 0, 0] = _ratio(-1.0, 0.0, W + W_low, 0.0)
    for j in range(1, n):
        A[0, 0, j], A[1, 0, j] = _ratio(hi[0, j], lo[0, j], W, W_low)
    for i in range(1, n):
        for j in range(i, n):
            p, e = _times(hi[0, i], lo[0, i], A[0, 0, j], A[1, 0, j])
            A[0, i, j], A[1, i, j] = _add(hi[i, j], lo[i, j], -p, -e)
    for i in range(1, n):
        if A[0, i, i] <= noise * hi[i, i]:
            for j in range(1, n):
                a, b = min(i, j), max(i, j)
                A[0, a, b] = A[1, a, b] = 0.0


@compiled
def _copy(hi: Array, lo: Array, A: Array) -> None:
    """A = the products without the ones."""
    for i in range(1, len(hi)):
        for j in range(i, len(hi)):
            A[0, i - 1, j - 1], A[1, i - 1, j - 1] = hi[i, j], lo[i, j]


@compiled
def _power(square: float) -> float:
    """`sweep.powers_of_two`."""
    _, exponent = math.frexp(square if square > 0 else 1.0)
    return math.ldexp(1.0, -((exponent + 1) // 2))


@compiled
def _prepare(
    A: Array, n: int, ones: int, rounding: Array, sum_noise: float, floors: Array, noise: Array, scale: Array
) -> None:
    """Bring the columns' norms to about 1; and what rounding may leave of each."""
    for j in range(n):
        scale[j] = _power(abs(A[0, j, j]))
    for j in range(n):
        square = A[0, j, j]
        floors[j] = noise[j] = 0.0
        if ones:
            square += A[0, 0, j] ** 2 / -A[0, 0, 0]
        if j >= ones:
            square = square * scale[j] ** 2 if square < math.inf else math.nan
            floors[j] = max((4 * rounding[j - ones]) ** 2, sum_noise) * square
            noise[j] = sum_noise * square
    for i in range(n):
        for j in range(i, n):
            A[0, i, j] *= scale[i] * scale[j]
            A[1, i, j] *= scale[i] * scale[j]


@compiled
def _sweep(A: Array, n: int, start: int, floors: Array, swept: BoolArray, u: Array, v: Array) -> None:
    """`sweep.swept_columns`; u and v (2, n)."""
    for j in range(start, n - 1):
        share = floors[j]
        for k in range(j):
            u[0, k], u[1, k] = A[0, k, j], A[1, k, j]
            if k >= start and swept[k]:
                share += u[0, k] ** 2 * floors[k]
        for k in range(j, n):
            u[0, k], u[1, k] = A[0, j, k], A[1, j, k]
        d, d_low = u[0, j], u[1, j]
        if not d > share:
            continue
        for k in range(j):
            if not swept[k]:
                u[0, k] = u[1, k] = 0.0
        u[0, j], u[1, j] = -1.0, 0.0
        for k in range(n):
            w = u[0, k] / d
            p = w * d
            rest = ((u[0, k] - p) + (u[1, k] - (fma(w, d, -p) + w * d_low))) / d
            v[0, k] = w + rest
            v[1, k] = rest - (v[0, k] - w)
        for i in range(n):
            a, a_low = -u[0, i], -u[1, i]
            for k in range(i, n):
                p = a * v[0, k]
                e = fma(a, v[0, k], -p) + (a * v[1, k] + a_low * v[0, k])
                h = A[0, i, k]
                s = h + p
                t = s - h
                rest = A[1, i, k] + (((h - (s - t)) + (p - t)) + e)
                total = s + rest
                A[0, i, k], A[1, i, k] = total, rest - (total - s)
        for k in range(n):
            a, b = min(j, k), max(j, k)
            A[0, a, b], A[1, a, b] = v[0, k], v[1, k]
        swept[j] = True


@kept
def _solve(
    hi: Array, lo: Array, rounding: Array, ones: int, sum_noise: float, A: Array, space: Array, swept: BoolArray,
    figures: Array, coefficients: Array, rank: IntArray, variances: Array,
) -> None:  # fmt: skip
    """Each group's intercept, RSS, ESS and TSS into `figures` (G, 4), and the rest; NaN stays where nothing is."""
    q = rounding.shape[1]
    n = q + ones
    floors, noise, scale = space[0], space[1], space[2]
    for g in range(len(hi)):
        if not hi[g, 0, 0] > 0:
            continue
        if ones:
            _centre(hi[g], lo[g], sum_noise, A)
        else:
            _copy(hi[g], lo[g], A)
        tss = A[0, n - 1, n - 1] + A[1, n - 1, n - 1]
        _prepare(A, n, ones, rounding[g], sum_noise, floors, noise, scale)
        swept[:] = False
        swept[:ones] = True
        _sweep(A, n, ones, floors, swept, space[3:5], space[5:7])
        unit, left = scale[n - 1], noise[n - 1]
        for j in range(n - 1):
            if swept[j]:
                rank[g] += 1
                factor = 1 / scale[j] if j < ones else scale[j]
                variances[g, j + 1 - ones] = -A[0, j, j] * factor * factor
                theta = A[0, j, n - 1] * factor / unit
                if j < ones:
                    figures[g, 0] = theta
                else:
                    coefficients[g, j - ones] = theta
                    left += A[0, j, n - 1] ** 2 * noise[j]
        if not ones:
            figures[g, 0] = 0.0
        last = A[0, n - 1, n - 1]
        rss = 0.0 if last <= left else (last + A[1, n - 1, n - 1]) / unit / unit
        figures[g, 1], figures[g, 2], figures[g, 3] = rss, tss - rss, tss
