"""The shifted sums of a large table: one pass over the rows, products summed in vector registers, one thread per core.

A block of 128 rows is shifted and packed into panels of LANES columns, small enough for the first cache,

    panel v:   block[v, k, l] = z[k, LANES·v + l] − origin        z = [x₁ … x_p, y] of row k, then a column of ones

and every pair of panels i ≤ j adds the products of its columns to one tile of LANES × LANES sums. A tile is computed
in registers (the outer-product micro-kernel of Goto & van de Geijn 2008, *ACM Trans. Math. Softw.* 34(3), §4), so a
value is read from memory once, however many products it enters. The column of ones makes the sums Σ v (z − origin)
products like any other.

Rows are cut into chunks by their number alone, and the chunks are added up in order: the answer does not depend on the
number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import aligned, chunk_length, compiled, frozen, in_order, kept, square
from slopewise.moments.vectors import INTEGER, LANES, VECTOR, ZERO, array_data, load, prefetch, spread, store
from slopewise.typing import AnyArray, Array

BLOCK = 128
"""Rows packed at a time: a panel of 8 lanes is 8 KiB, and the four that a tile reads fit a first cache of 32 KiB."""


def shifted_sums(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, *, threads: int
) -> tuple[Array, Array]:
    """Sums and cross-products of the rows z = [x, y] about an origin o, on `threads` threads.

        sums = Σ vᵢ (zᵢ − o)            products = Σ vᵢ (zᵢ − o)(zᵢ − o)ᵀ

    `X` (m, p) and `y` (m,) of float64 or float32 and of any strides, `weights` (m,) or None for ones, `origin`
    (p + 1,). Returns (p + 1,) and a symmetric (p + 1, p + 1), the same bits for any `threads`. A row of weight zero
    adds nothing, whatever it holds; NaN and infinities of the other rows reach the result.

    >>> X, y, origin = np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([1.0, 3.0])
    >>> sums, products = shifted_sums(X, y, None, origin, threads=2)
    >>> sums.tolist(), products.tolist()
    ([1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    m, p = X.shape
    panels = -(-(p + 2) // LANES)
    length = chunk_length(m, BLOCK)
    rows = frozen(X), frozen(y), frozen(np.empty(0) if weights is None else weights), frozen(origin)
    by_rows = abs(X.strides[1]) <= abs(X.strides[0])
    spaces: deque[tuple[Array, Array]] = deque()  # what the threads that are done with a chunk worked in

    def work(start: int) -> Array:
        block, weighted = spaces.pop() if spaces else _space(panels, weights is not None)
        tiles = np.zeros((panels * (panels + 1) // 2, LANES, LANES))
        _accumulate(*rows, start, min(start + length, m), by_rows, block, weighted, tiles)
        spaces.append((block, weighted))
        return tiles

    total = np.zeros((panels * (panels + 1) // 2, LANES, LANES))
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs: the caller finds the NaN
        for tiles in in_order(work, range(0, m, length), threads):
            total += tiles
    full = square(total, p + 2)
    return full[:-1, -1].copy(), full[:-1, :-1].copy()


def _space(panels: int, weighted: bool) -> tuple[Array, Array]:
    """What a thread works in: the packed block, and the block times the weights where there are any."""
    return aligned(panels, BLOCK, LANES), aligned(panels if weighted else 0, BLOCK, LANES)


def _tiles_kernel(panels: int) -> Callable[..., None]:
    """The micro-kernel for one panel on the right and `panels` neighbouring panels on the left.

    `multiply(left, j, right, i, rows, tiles, t)` adds, for each v < panels,

        tiles[t + v, a, b] += Σ_k right[i, k, a] · left[j + v, k, b]        k < rows

    Each sum over k stays in one lane of a register: nothing is reassociated, NaN and infinities go where IEEE 754 sends
    them. With 8 lanes and 3 panels that is 24 of the 32 registers of AVX-512, with 4 lanes 12 of the 16 of AVX2.
    """
    cells = [(v, a) for v in range(panels) for a in range(LANES)]

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def pointer(position: int, index: int, size: int) -> Any:
            data = array_data(context, builder, signature, arguments, position)
            return builder.gep(data, [builder.mul(arguments[index], INTEGER(size))])

        left, right, tiles = pointer(0, 1, BLOCK * LANES), pointer(2, 3, BLOCK * LANES), pointer(5, 6, LANES * LANES)
        kind, name = ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{LANES}f64"
        fma = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        sums = {cell: cgutils.alloca_once_value(builder, ZERO) for cell in cells}  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, arguments[4]) as loop:
            row = builder.mul(loop.index, INTEGER(LANES))
            columns = [load(builder, left, builder.add(row, INTEGER(v * BLOCK * LANES))) for v in range(panels)]
            factors = [spread(builder, builder.gep(right, [builder.add(row, INTEGER(a))])) for a in range(LANES)]
            for v, a in cells:
                builder.store(builder.call(fma, [columns[v], factors[a], builder.load(sums[v, a])]), sums[v, a])
        for v, a in cells:
            offset = INTEGER((v * LANES + a) * LANES)
            store(builder, builder.fadd(load(builder, tiles, offset), builder.load(sums[v, a])), tiles, offset)
        return context.get_dummy_value()

    def multiply(typing: Any, left: Any, j: Any, right: Any, i: Any, rows: Any, tiles: Any, t: Any) -> Any:
        return types.none(left, types.intp, right, types.intp, types.intp, tiles, types.intp), emit

    kernel: Callable[..., None] = intrinsic(multiply)
    return kernel


_multiply_1, _multiply_2, _multiply_3 = (_tiles_kernel(panels) for panels in (1, 2, 3))


@compiled
def _pack_rows(X: AnyArray, origin: Array, block: Array) -> None:
    """Shift and pack features whose rows lie together: along the row, whole panels first.

    The rows of the next block are asked for at the same time, so that memory works while the tiles are computed
    (a fifth of the time, measured; columns that lie together come fast enough by themselves).
    """
    rows, p = X.shape
    whole = p // LANES
    for k in range(rows):
        row = X[k]
        for j in range(0, p, 8):
            prefetch(X, k + BLOCK, j)
        for v in range(whole):
            for lane in range(LANES):
                block[v, k, lane] = row[v * LANES + lane] - origin[v * LANES + lane]
        for lane in range(p - whole * LANES):
            block[whole, k, lane] = row[whole * LANES + lane] - origin[whole * LANES + lane]


@compiled
def _pack_columns(X: AnyArray, origin: Array, block: Array) -> None:
    """Shift and pack features whose columns lie together: panel by panel, so that few columns are read at once."""
    rows, p = X.shape
    for v in range(-(-p // LANES)):
        strip, point = X[:, v * LANES : (v + 1) * LANES], origin[v * LANES : (v + 1) * LANES]
        for k in range(rows):
            for lane in range(strip.shape[1]):
                block[v, k, lane] = strip[k, lane] - point[lane]


@compiled
def _pack_target(y: Array, origin: Array, p: int, block: Array) -> None:
    """Shift and pack the target into column p, and put the ones beside it."""
    target, ones = block[p // LANES], block[(p + 1) // LANES]
    for k in range(len(y)):
        target[k, p % LANES] = y[k] - origin[p]
        ones[k, (p + 1) % LANES] = 1.0


@compiled
def _weigh(weights: Array, block: Array, weighted: Array) -> None:
    """weighted = v · block, row by row; a row of weight zero becomes zeros in both, even where it is not finite."""
    for v in range(len(block)):
        panel, product = block[v], weighted[v]
        for k in range(len(weights)):
            if weights[k] == 0.0:
                panel[k, :] = 0.0
            for lane in range(LANES):
                product[k, lane] = weights[k] * panel[k, lane]


@compiled
def _multiply(left: Array, right: Array, rows: int, tiles: Array) -> None:
    """Add the products of all panels i ≤ j of a block to its tiles, three at a time."""
    panels = len(right)
    t = 0
    for i in range(panels):
        j = i
        while panels - j >= 3:
            _multiply_3(left, j, right, i, rows, tiles, t)
            j, t = j + 3, t + 3
        if panels - j == 2:
            _multiply_2(left, j, right, i, rows, tiles, t)
            t += 2
        elif panels - j == 1:
            _multiply_1(left, j, right, i, rows, tiles, t)
            t += 1


@kept
def _accumulate(
    X: AnyArray, y: Array, weights: Array, origin: Array, start: int, stop: int, by_rows: bool,
    block: Array, weighted: Array, tiles: Array,
) -> None:  # fmt: skip
    """Add the rows start … stop to `tiles` (pairs of panels, LANES, LANES); no weights means ones."""
    p = X.shape[1]
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        if by_rows:
            _pack_rows(X[first:last], origin, block)
        else:
            _pack_columns(X[first:last], origin, block)
        _pack_target(y[first:last], origin, p, block)
        if len(weights):
            _weigh(weights[first:last], block, weighted)
            _multiply(weighted, block, last - first, tiles)
        else:
            _multiply(block, block, last - first, tiles)
