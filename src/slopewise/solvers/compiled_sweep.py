"""The sweep of many columns, compiled: panel by panel, the rest of the matrix on one thread per core.

Of the columns of a panel one is swept after another in the rows and columns of the panel alone. The rest of the matrix
catches up with all of them at once, tile by tile, while a tile stays in registers. Above the diagonal every entry meets
the operations of `sweep.swept_columns`, in their order: the bits are the same, on any number of threads.

Importing this file imports Numba, so only `sweep` does, and only where it repays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import aligned, compiled, kept
from slopewise.moments.pair import Pair
from slopewise.moments.vectors import INTEGER, LANES, array_data, fma, fused, load, spread, store, two_sum
from slopewise.typing import Array, BoolArray

PANEL = 16
"""Columns of a panel, whole tiles: few enough that what only one thread does stays small."""


def swept_columns(A: Pair, floors: Array, start: int, threads: int, orthogonal: int = 0) -> BoolArray:
    """Sweep columns start … n − 2 of `A` (n, n) in place, on `threads` threads; which columns are swept, (n − 1,).

    As `sweep.swept_columns`, to the bit above the diagonal. So many of the first columns are known to be `orthogonal`
    to each other: where they meet, nothing is added, and none of that is computed. If there are some, all is given up
    after a panel of which not every column is swept.

    >>> A = Pair.of(np.array([[2.0, 3.0], [3.0, 5.0]]))
    >>> swept_columns(A, np.zeros(2), 0, 2).tolist(), A.hi[0].tolist(), A.hi[1, 1].item()
    ([True], [-0.5, 1.5], 0.5)
    """
    n = len(floors)
    width = -(-n // PANEL) * PANEL
    padded, U, V = aligned(2, width, width), aligned(2, PANEL, width), aligned(2, PANEL, width)
    padded[0, :n, :n], padded[1, :n, :n] = A.hi, A.lo
    swept = np.arange(n - 1) < start
    with ThreadPoolExecutor(threads) as pool:
        for first in range(start - start % PANEL, n - 1, PANEL):
            alone = first + PANEL <= orthogonal
            least = orthogonal - orthogonal % LANES if alone else 0
            count = _sweep_panel(padded, first, start, floors, swept, U, V, alone)
            others = [pool.submit(_catch_up, padded, first, least, U, V, count, k, threads) for k in range(1, threads)]
            _catch_up(padded, first, least, U, V, count, 0, threads)
            for other in others:
                other.result()
            if orthogonal and not swept[first : first + PANEL].all():
                break
    A.hi[...], A.lo[...] = padded[0, :n, :n], padded[1, :n, :n]
    return swept


def _plus_product(builder: Any, high: Any, low: Any, u: Sequence[Any], v: Sequence[Any]) -> None:
    """`sweep.plus_product` on the registers `high` and `low`, for vectors u and v, high and low halves."""
    p = builder.fmul(u[0], v[0])
    e = builder.fadd(builder.fmul(u[0], v[1]), builder.fmul(u[1], v[0]))
    e = builder.fadd(fused(builder, u[0], v[0], builder.fneg(p)), e)
    s, rest = two_sum(builder, builder.load(high), p)
    rest = builder.fadd(builder.load(low), builder.fadd(rest, e))
    total = builder.fadd(s, rest)
    builder.store(total, high)
    builder.store(builder.fsub(rest, builder.fsub(total, s)), low)


def _add_kernel(typing: Any, A: Any, i: Any, k: Any, U: Any, V: Any, first: Any, last: Any, width: Any) -> Any:
    """`add_products(A, i, k, U, V, first, last, width)`: to a tile of LANES rows from i and LANES columns from k

        A[i + r, k + lane] += Σ_c U[c, i + r] · V[c, k + lane]        first ≤ c < last

    one c after another. `A` (2, width, width), `U` and `V` (2, PANEL, width): the high halves, and the low ones.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, left, right = (array_data(context, builder, signature, arguments, n) for n in (0, 3, 4))
        _, i, k, _, _, first, last, width = arguments
        beneath, below = builder.mul(width, width), builder.mul(width, INTEGER(PANEL))  # so far off are the low halves
        places = [builder.add(builder.mul(builder.add(i, INTEGER(r)), width), k) for r in range(LANES)]
        places += [builder.add(place, beneath) for place in places]
        tile = [cgutils.alloca_once_value(builder, load(builder, data, place)) for place in places]  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, builder.sub(last, first)) as loop:
            row = builder.mul(builder.add(first, loop.index), width)
            at = builder.add(row, k)
            v = [load(builder, right, place) for place in (at, builder.add(at, below))]
            for r in range(LANES):
                at = builder.add(row, builder.add(i, INTEGER(r)))
                u = [spread(builder, builder.gep(left, [place])) for place in (at, builder.add(at, below))]
                _plus_product(builder, tile[r], tile[LANES + r], u, v)
        for place, register in zip(places, tile, strict=True):
            store(builder, builder.load(register), data, place)
        return context.get_dummy_value()

    n = types.intp
    return types.none(A, n, n, U, V, n, n, n), emit


_add_products: Callable[..., None] = intrinsic(_add_kernel)


@kept
def _sweep_panel(
    A: Array, first: int, start: int, floors: Array, swept: BoolArray, U: Array, V: Array, alone: bool
) -> int:
    """Sweep the columns of the panel in its own rows and columns; the number swept, and their −U and V.

    `alone`: they are orthogonal to each other and to all columns before them.
    """
    width, count = A.shape[2], 0
    for j in range(max(first, start), min(first + PANEL, len(swept))):
        u, v = U[:, count], V[:, count]
        _take_column(A, j, u)
        if _depends(u[0], j, start, floors, swept):
            continue
        for k in range(start, j):
            if not swept[k]:
                u[0, k] = u[1, k] = 0.0
        _divide(u, j, v)
        for i in range(0, 0 if alone else first + PANEL, LANES):
            for k in range(max(i, first), first + PANEL if i < first else width, LANES):
                _add_products(A, i, k, U, V, count, count + 1, width)
        _put_column(v, j, A)
        swept[j] = True
        count += 1
    return count


@kept
def _catch_up(A: Array, first: int, least: int, U: Array, V: Array, count: int, share: int, shares: int) -> None:
    """Add what the panel's columns bring to tiles outside it, of rows from `least` on: every `shares`-th row of tiles,
    from `share` on."""
    width = A.shape[2]
    for i in range(least + share * LANES, width, shares * LANES):
        if not first <= i < first + PANEL:
            for k in range(i, width, LANES):
                if not first <= k < first + PANEL:
                    _add_products(A, i, k, U, V, 0, count, width)


@compiled
def _take_column(A: Array, j: int, u: Array) -> None:
    """u = column j above the diagonal and row j from there on."""
    for half in range(2):
        for k in range(j):
            u[half, k] = A[half, k, j]
        for k in range(j, A.shape[2]):
            u[half, k] = A[half, j, k]


@compiled
def _depends(u: Array, j: int, start: int, floors: Array, swept: BoolArray) -> bool:
    """Whether column j, with coefficients u on earlier ones and the pivot u[j], depends on them."""
    share = 0.0
    for k in range(start, j):
        if swept[k]:
            share += u[k] * u[k] * floors[k]
    return not u[j] > share + floors[j]


@compiled
def _divide(u: Array, j: int, v: Array) -> None:
    """v = u / u[j], but −1 / u[j] at j, as in `sweep.quotient`; and u becomes −u."""
    d, d_low = u[0, j], u[1, j]
    u[0, j], u[1, j] = -1.0, 0.0
    for k in range(u.shape[1]):
        q = u[0, k] / d
        p = q * d
        rest = ((u[0, k] - p) + (u[1, k] - (fma(q, d, -p) + q * d_low))) / d
        v[0, k] = q + rest
        v[1, k] = rest - (v[0, k] - q)
        u[0, k], u[1, k] = -u[0, k], -u[1, k]


@compiled
def _put_column(v: Array, j: int, A: Array) -> None:
    """Column j above the diagonal and row j from there on = v."""
    for half in range(2):
        for k in range(j):
            A[half, k, j] = v[half, k]
        for k in range(j, A.shape[2]):
            A[half, j, k] = v[half, k]
