"""The shifted sums of a large table: one pass over the rows, products summed in vector registers, one thread per core.

A block of rows z = [x₁ … x_p, y] is shifted and packed, small enough for the first caches. Few columns are packed one
after another and meet in `column_tiles`, which adds them up as well; many are packed in panels, with a column of ones,
whose products are the sums Σ v (z − origin), and meet in `panel_tiles`.

Rows are cut into chunks by their number alone, and the chunks are added up in order: the answer does not depend on the
number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from slopewise.moments.column_tiles import EDGE, multiply_columns, weigh_columns
from slopewise.moments.compiled import RUN, aligned, chunk_length, compiled, frozen, in_order, kept, square
from slopewise.moments.packing import BLOCK, COLUMNS, ahead, ask, lying, pack_columns, pack_panels
from slopewise.moments.panel_tiles import multiply_panels
from slopewise.moments.vectors import LANES
from slopewise.typing import AnyArray, Array

FEW = 64
"""Columns, the target's included, up to which they are kept one after another: beyond, panels are as fast."""

IN_CACHE, SHORTEST, LONGEST = 3072, 96, 216
"""Values of a block of few columns, and of its weighted copy, which stay in the first cache; and the fewest rows of one
and the most. A power of two would put its columns in the same places of that cache."""

SOON = 16_384
"""Bytes ahead of the rows that are computed with, from which memory is asked for more: its answer takes that long."""


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
    target = np.ascontiguousarray(y, dtype=y.dtype if y.dtype == X.dtype else np.float64)
    v = np.empty(0) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    rows = frozen(X), frozen(target[:, None]), frozen(v[:, None]), frozen(origin)
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs: the caller finds the NaN
        return (_by_columns if len(origin) <= FEW else _by_panels)(*rows, threads)


def _by_columns(X: AnyArray, y: AnyArray, weights: Array, origin: Array, threads: int) -> tuple[Array, Array]:
    m, q = len(y), len(origin)
    groups = -(-q // EDGE)
    tiles = groups * (groups + 1) // 2
    weighted, length = q if len(weights) else 0, chunk_length(m, BLOCK)
    block = min(LONGEST, max(SHORTEST, IN_CACHE // (q + weighted) // 8 * 8))
    spaces: deque[tuple[Array, Array]] = deque()  # what the threads that are done with some chunks worked in

    def work(start: int) -> tuple[Array, Array]:
        space = spaces.pop() if spaces else (aligned(q, block), aligned(weighted, block))
        stop = min(start + RUN * length, m)
        chunks = -(-(stop - start) // length)
        products, sums = aligned(chunks, tiles, EDGE, EDGE, LANES), aligned(chunks, q, LANES)
        _add_columns(X, y, weights, origin, lying(X), start, stop, length, *space, products, sums)
        spaces.append(space)
        return products.sum(axis=-1), sums.sum(axis=-1)

    products, sums = np.zeros((tiles, EDGE, EDGE)), np.zeros(q)
    for more, more_sums in in_order(work, range(0, m, RUN * length), threads):
        for chunk in range(len(more)):
            products += more[chunk]
            sums += more_sums[chunk]
    return sums, square(products, q)


def _by_panels(X: AnyArray, y: AnyArray, weights: Array, origin: Array, threads: int) -> tuple[Array, Array]:
    m, q = len(y), len(origin)
    panels, length = -(-(q + 1) // LANES), chunk_length(m, BLOCK)
    tiles = panels * (panels + 1) // 2
    spaces: deque[tuple[Array, Array]] = deque()

    def work(start: int) -> Array:
        weighted = panels if len(weights) else 0
        space = spaces.pop() if spaces else (aligned(panels, BLOCK, LANES), aligned(weighted, BLOCK, LANES))
        total = np.zeros((tiles, LANES, LANES))
        _add_panels(X, y, weights, origin, lying(X), start, min(start + length, m), *space, total)
        spaces.append(space)
        return total

    total = np.zeros((tiles, LANES, LANES))
    for part in in_order(work, range(0, m, length), threads):
        total += part
    full = square(total, q + 1)
    return full[:-1, -1].copy(), full[:-1, :-1].copy()


@compiled
def _weigh_panels(weights: Array, block: Array, weighted: Array) -> None:
    """As `weigh_columns`, of panels."""
    for v in range(len(block)):
        panel, product = block[v], weighted[v]
        for k in range(len(weights)):
            if weights[k] == 0.0:
                panel[k, :] = 0.0
            for lane in range(LANES):
                product[k, lane] = weights[k] * panel[k, lane]


@kept
def _add_columns(
    X: AnyArray, y: AnyArray, weights: Array, origin: Array, lying: int, start: int, stop: int, length: int,
    block: Array, weighted: Array, tiles: Array, sums: Array,
) -> None:  # fmt: skip
    """Add the rows from `start` to `stop`, in chunks of `length`, to their `tiles` (chunks, pairs, EDGE, EDGE, LANES)
    and `sums` (chunks, q, LANES).

    No weights means ones. `block` and `weighted` are (q, rows), of any number of rows that fills whole registers.
    """
    p, most, flat = X.shape[1], block.shape[1], weights.ravel()
    for begin in range(start, stop, length):
        chunk, end = (begin - start) // length, min(begin + length, stop)
        for first in range(begin, end, most):
            rows = min(most, end - first)
            pack_columns(X, first, rows, origin[:p], lying, block[:p])
            pack_columns(y, first, rows, origin[p:], COLUMNS, block[p:])
            filled = -(-rows // LANES) * LANES
            block[:, rows:filled] = 0.0
            later = first + most * -(-SOON // (most * X.itemsize * (p + 1)))
            soon = ahead(X, later, most, lying)
            ask(y, later, most, COLUMNS)
            if len(weights):
                ask(weights, later, most, COLUMNS)
                weigh_columns(flat[first : first + rows], block, weighted)
                multiply_columns(weighted, block, False, filled, tiles[chunk], sums[chunk], soon)
            else:
                multiply_columns(block, block, True, filled, tiles[chunk], sums[chunk], soon)


@kept
def _add_panels(
    X: AnyArray, y: AnyArray, weights: Array, origin: Array, lying: int, start: int, stop: int,
    block: Array, weighted: Array, tiles: Array,
) -> None:  # fmt: skip
    """Add the rows from `start` to `stop` to `tiles` (pairs, LANES, LANES); no weights means ones."""
    p = X.shape[1]
    flat = weights.ravel()
    target, ones = block[p // LANES], block[(p + 1) // LANES]
    for first in range(start, stop, BLOCK):
        rows = min(BLOCK, stop - first)
        pack_panels(X, first, rows, origin, lying, block)
        for k in range(rows):
            target[k, p % LANES] = y[first + k, 0] - origin[p]
            ones[k, (p + 1) % LANES] = 1.0
        if len(weights):
            _weigh_panels(flat[first : first + rows], block, weighted)
            multiply_panels(weighted, block, rows, tiles)
        else:
            multiply_panels(block, block, rows, tiles)
