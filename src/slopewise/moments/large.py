"""The shifted sums of a large table: one pass over the rows, products summed in vector registers, one thread per core.

A block of 128 rows is shifted and packed, small enough for the first caches, with the target and a column of ones
beside the features: z = [x₁ … x_p, y, 1]. The column of ones makes the sums Σ v (z − origin) products like any other.
Few columns are packed one after another and meet in `column_tiles`, many in panels and meet in `panel_tiles`.

Rows are cut into chunks by their number alone, and the chunks are added up in order: the answer does not depend on the
number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from slopewise.moments.column_tiles import EDGE, multiply_columns
from slopewise.moments.compiled import aligned, chunk_length, compiled, frozen, in_order, kept, square
from slopewise.moments.packing import BLOCK, lying, pack_columns, pack_panels
from slopewise.moments.panel_tiles import multiply_panels
from slopewise.moments.vectors import LANES
from slopewise.typing import AnyArray, Array

FEW = 64
"""Columns of z up to which they are kept one after another: beyond, panels are as fast, and their sums fewer."""


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
    few = p + 2 <= FEW
    edge = EDGE if few else LANES
    groups = -(-(p + 2) // edge)
    tiles = groups * (groups + 1) // 2
    features, point, how = frozen(X), frozen(origin), lying(X)
    length = chunk_length(m, BLOCK)
    spaces: deque[tuple[Array, Array]] = deque()  # what the threads that are done with a chunk worked in

    def work(start: int) -> Array:
        block, weighted = spaces.pop() if spaces else _space(groups, few, weights is not None)
        stop = min(start + length, m)
        target, v = frozen(y[start:stop]), frozen(np.empty(0) if weights is None else weights[start:stop])
        total = aligned(tiles, edge, edge, LANES) if few else np.zeros((tiles, edge, edge))
        accumulate = _accumulate_columns if few else _accumulate_panels
        accumulate(features, target, v, point, start, how, block, weighted, total)
        spaces.append((block, weighted))
        return total.sum(axis=-1) if few else total

    total = np.zeros((tiles, edge, edge))
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs: the caller finds the NaN
        for part in in_order(work, range(0, m, length), threads):
            total += part
    full = square(total, p + 2)
    return full[:-1, -1].copy(), full[:-1, :-1].copy()


def _space(groups: int, few: bool, weighted: bool) -> tuple[Array, Array]:
    """What a thread works in: the packed block, and the block times the weights where there are any."""
    shape = (EDGE * groups, BLOCK) if few else (groups, BLOCK, LANES)
    return aligned(*shape), aligned(*shape) if weighted else np.zeros((0,) * len(shape))


@compiled
def _weigh_columns(weights: Array, block: Array, weighted: Array) -> None:
    """weighted = v · block, column by column; a row of weight zero becomes zeros in both, even if it is not finite."""
    for k in range(len(weights)):
        if weights[k] == 0.0:
            for j in range(len(block)):
                block[j, k] = 0.0
    for j in range(len(block)):
        column, product = block[j], weighted[j]
        for k in range(len(weights)):
            product[k] = weights[k] * column[k]


@compiled
def _weigh_panels(weights: Array, block: Array, weighted: Array) -> None:
    """As `_weigh_columns`, of panels."""
    for v in range(len(block)):
        panel, product = block[v], weighted[v]
        for k in range(len(weights)):
            if weights[k] == 0.0:
                panel[k, :] = 0.0
            for lane in range(LANES):
                product[k, lane] = weights[k] * panel[k, lane]


@kept
def _accumulate_columns(
    X: AnyArray, y: Array, weights: Array, origin: Array, start: int, lying: int,
    block: Array, weighted: Array, tiles: Array,
) -> None:  # fmt: skip
    """Add len(y) rows of `X`, from `start` on, to `tiles` (pairs, EDGE, EDGE, LANES); no weights means ones."""
    p = X.shape[1]
    target, ones = block[p], block[p + 1]
    for done in range(0, len(y), BLOCK):
        rows = min(BLOCK, len(y) - done)
        pack_columns(X, start + done, rows, origin, lying, block)
        for k in range(rows):
            target[k] = y[done + k] - origin[p]
            ones[k] = 1.0
        filled = -(-rows // LANES) * LANES
        block[:, rows:filled] = 0.0
        if len(weights):
            _weigh_columns(weights[done : done + rows], block, weighted)
            weighted[:, rows:filled] = 0.0
            multiply_columns(weighted, block, filled, tiles)
        else:
            multiply_columns(block, block, filled, tiles)


@kept
def _accumulate_panels(
    X: AnyArray, y: Array, weights: Array, origin: Array, start: int, lying: int,
    block: Array, weighted: Array, tiles: Array,
) -> None:  # fmt: skip
    """Add len(y) rows of `X`, from `start` on, to `tiles` (pairs, LANES, LANES); no weights means ones."""
    p = X.shape[1]
    target, ones = block[p // LANES], block[(p + 1) // LANES]
    for done in range(0, len(y), BLOCK):
        rows = min(BLOCK, len(y) - done)
        pack_panels(X, start + done, rows, origin, lying, block)
        for k in range(rows):
            target[k, p % LANES] = y[done + k] - origin[p]
            ones[k, (p + 1) % LANES] = 1.0
        if len(weights):
            _weigh_panels(weights[done : done + rows], block, weighted)
            multiply_panels(weighted, block, rows, tiles)
        else:
            multiply_panels(block, block, rows, tiles)
