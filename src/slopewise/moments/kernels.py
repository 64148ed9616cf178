"""Which kernel fills the moments: NumPy's for a small table, Numba's for a large one.

Measured on two cores: in float64 NumPy takes about 10 ns a value whatever the shape, Numba 1 to 3 ns on one thread; in
double-double NumPy takes 25 to 35 ns a product of two columns, Numba 0.25 to 0.5 ns. But Numba takes 0.65 s to import
and load, once a process (some 5 s the first time ever, to compile). So a table of up to LARGE values, or
LARGE_PRODUCTS products, stays with NumPy, where Numba could save 20 ms, or 0.3 s, at most. The choice depends on the
shape alone, never on what ran before; that is why LONG tables do not stay: a stream hands over blocks of that many
rows, and may hand over many. Its last block, which is shorter, goes where the others went.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments import paired_small, small
from slopewise.moments.pair import Pair
from slopewise.moments.strips import Strips
from slopewise.moments.weight_sums import WeightSums
from slopewise.threads import thread_count
from slopewise.typing import AnyArray, Array, BoolArray

LARGE = 2_000_000
"""Values m·(p + 1) above which Numba's kernel is used in float64."""

LARGE_PRODUCTS = 10_000_000
"""Products m·(p + 2)(p + 3)/2 above which Numba's kernel is used in double-double."""

LONG = 100_000
"""Rows from which on Numba's kernel is used in double-double, however few the columns."""

_EXTREME = 200  # binary orders of magnitude from 1 beyond which low halves of products may leave the floats


def shifted_sums(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, *, threads: int | None = None
) -> tuple[Array, Array]:
    """Sums and cross-products of the rows z = [x, y] about an origin o.

        sums = Σ vᵢ (zᵢ − o)            products = Σ vᵢ (zᵢ − o)(zᵢ − o)ᵀ

    `X` (m, p) and `y` (m,) of float64 or float32, `weights` (m,) or None for ones, `origin` (p + 1,). Returns (p + 1,)
    and a symmetric (p + 1, p + 1). A large table is read on `threads` threads, see `slopewise.threads.thread_count`;
    their number does not change the answer. A small one is left to NumPy's BLAS.

    >>> sums, products = shifted_sums(np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), None, np.array([1.0, 3.0]))
    >>> sums.tolist(), products.tolist()
    ([1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    workers = thread_count(threads)
    if X.shape[0] * len(origin) <= LARGE:
        return small.shifted_sums(X, y, weights, origin)
    from slopewise.moments import large

    return large.shifted_sums(X, y, weights, origin, threads=workers)


def weighed_sums(
    X: AnyArray, y: AnyArray, weights: Array, origin: Array, *, threads: int | None = None
) -> tuple[Array, Array, WeightSums | None]:
    """As `shifted_sums`, and the sums of the weights, which nobody has looked at, if the kernel gets them on its way.

    >>> one = np.array([1.0])
    >>> weighed_sums(one[:, None], one, one, np.zeros(2))[2] is None  # a small table is left to NumPy
    True
    """
    workers = thread_count(threads)
    if X.shape[0] * len(origin) <= LARGE:
        return *small.shifted_sums(X, y, weights, origin), None
    from slopewise.moments import large

    return large.weighed_sums(X, y, weights, origin, threads=workers)


def paired_products(
    X: AnyArray,
    X_low: Array | None,
    y: AnyArray,
    y_low: Array | None,
    weights: Array | None,
    powers: Array,
    *,
    threads: int | None = None,
    before: int = 0,
) -> tuple[Pair, BoolArray]:
    """The raw cross-products of the rows z = [1, x, y] in double-double, and which columns are whole numbers.

        products = D (Σ vᵢ zᵢ zᵢᵀ) D            D = diag(1, powers)

    `X` (m, p) and `y` (m,) of float64 or float32; the columns are X + `X_low` and y + `y_low` where those (float64, at
    most half an ulp of X and y) are given; `weights` (m,) or None for ones; `powers` (p + 1,), powers of two. Returns
    (p + 2, p + 2), normalised and exactly symmetric, each entry (i, j) within about 2⁻¹⁰³ √(Σ v zᵢ² Σ v zⱼ²) of the
    truth however many rows there are; and (p + 1,), true where x or y holds whole numbers below 2⁵³ only.

    Rows of weight zero are left out, whatever they hold; NaN and infinities of other rows reach the high part of their
    products. The number of threads, see `slopewise.threads.thread_count`, does not change the answer.

    Where the rows are part of a longer table, `before` says how many of its rows precede these: the kernel that is
    chosen for the long table sums its last rows, too.

    >>> third = np.array([[1 / 3], [1 / 3]])
    >>> products, whole = paired_products(third, None, np.array([3.0, 5.0]), None, None, np.ones(2))
    >>> (products[1, 1] - products[0, 1] * third[0, 0]).hi.item(), whole.tolist()
    (0.0, [False, True])
    """
    workers = thread_count(threads)
    weights, unit = _near_one(weights)
    rows = X, X_low, y, y_low, weights, powers
    if _stays_with_numpy(before + X.shape[0], len(powers)):
        products, whole = paired_small.paired_products(*rows)
    else:
        from slopewise.moments import paired_large

        products, whole = paired_large.paired_products(*rows, threads=workers)
    with np.errstate(over="ignore"):  # as in the kernels, found by the caller
        return products.scaled(np.asarray(unit)), whole


def strip_products(
    table: Strips, weights: Array | None, powers: Array, *, threads: int | None = None, before: int = 0
) -> tuple[Pair, BoolArray]:
    """As `paired_products`, to the bit, of the columns [x, y] (m, p + 1) that lie each for itself.

    >>> from slopewise.moments.strips import Strip
    >>> table = Strips((Strip.of(np.array([0.5, 2.0])), Strip.of(np.array([1, 1]))))
    >>> strip_products(table, None, np.ones(2))[0].hi.tolist()
    [[2.0, 2.5, 2.0], [2.5, 4.25, 2.5], [2.0, 2.5, 2.0]]
    """
    if _stays_with_numpy(before + table.shape[0], table.shape[1]):
        joined = table.joined
        here = joined[:, :-1], None, joined[:, -1], None
        return paired_products(*here, weights, powers, threads=threads, before=before)
    from slopewise.moments import paired_large

    weights, unit = _near_one(weights)
    products, whole = paired_large.strip_products(table, weights, powers, threads=thread_count(threads))
    with np.errstate(over="ignore"):  # as in the kernels, found by the caller
        return products.scaled(np.asarray(unit)), whole


def _stays_with_numpy(m: int, q: int) -> bool:
    return m < LONG and m * (q + 1) * (q + 2) // 2 <= LARGE_PRODUCTS


def _near_one(weights: Array | None) -> tuple[Array | None, float]:
    """The weights in a unit that is a power of two: 1, unless the largest of them is extreme."""
    _, exponent = np.frexp(0.0 if weights is None else weights.max(initial=0.0))
    if weights is None or abs(exponent) <= _EXTREME:
        return weights, 1.0
    return np.ldexp(weights, -exponent), float(np.ldexp(1.0, exponent))
