"""The shifted sums of a large table: one pass over the rows, products summed in vector registers, one thread per core.

A block of rows z = [x₁ … x_p, y] is shifted and packed, small enough for the first caches. Few columns are fetched and
put down one after another (`streamed_tiles`), and those that were not fetched together meet in `column_tiles`; many are
packed in panels, with a column of ones, whose products are the sums Σ v (z − origin), and meet in `panel_tiles`.

Rows are cut into chunks by their number alone, and the chunks are added up in order: the answer does not depend on the
number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from slopewise.moments.column_tiles import EDGE, Ahead, multiply_columns
from slopewise.moments.compiled import aligned, chunk_length, compiled, frozen, in_order, in_turn, kept, square, take
from slopewise.moments.packing import BLOCK, NEITHER, ahead, lying, pack_panels
from slopewise.moments.panel_tiles import multiply_panels
from slopewise.moments.streamed_tiles import multiply_rows
from slopewise.moments.vectors import LANES
from slopewise.moments.weight_sums import WeightSums
from slopewise.moments.weights_large import end_chunk, joined_sums, lanes, read_weights, unread
from slopewise.typing import AnyArray, Array, IntArray

FEW = 64
"""Columns, the target's included, up to which they are kept one after another: beyond, panels are as fast."""

LONG, MIDDLE, SHORT, IN_CACHE = 504, 216, 96, 3072
"""Rows of a block of few columns: most where one group of them meets nobody else; else as many as leave room in the
first cache for the rows that they are fetched from, and IN_CACHE values, or the fewest, where that is many columns. A
power of two would put many columns in the same places of that cache."""

AT_ONCE = 4e8
"""Products that a thread sums in one go: a tenth of a second, in which nobody can interrupt it."""

SOON = 49_152
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
    sums, products, _ = _summed(X, y, weights, origin, False, threads)
    return sums, products


def weighed_sums(
    X: AnyArray, y: AnyArray, weights: Array, origin: Array, *, threads: int
) -> tuple[Array, Array, WeightSums]:
    """As `shifted_sums`, and the sums of the weights, which nobody has looked at before.

    >>> X, y, origin = np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([1.0, 3.0])
    >>> weighed_sums(X, y, np.array([1.0, 1.0]), origin, threads=2)[2]
    WeightSums(regular=True, total=2.0, log_total=0.0)
    """
    sums, products, figures = _summed(X, y, weights, origin, True, threads)
    return sums, products, joined_sums(figures)


def _summed(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, examined: bool, threads: int
) -> tuple[Array, Array, Array]:
    target = np.ascontiguousarray(y, dtype=y.dtype if y.dtype == X.dtype else np.float64)
    v = None if weights is None else frozen(weights)
    rows = frozen(X), frozen(target.reshape(-1, 1)), v, frozen(origin)
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs: the caller finds the NaN
        return (_by_columns if len(origin) <= FEW else _by_panels)(*rows, examined, threads)


def _by_columns(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, examined: bool, threads: int
) -> tuple[Array, Array, Array]:
    m, q = len(y), len(origin)
    groups, length = -(-q // EDGE), chunk_length(m, BLOCK)
    tiles, chunks = groups * (groups + 1) // 2, -(-m // length)
    weighted = 0 if weights is None else q
    block = LONG if q <= EDGE else min(MIDDLE, max(SHORT, IN_CACHE // q // 8 * 8))
    some = max(1, int(AT_ONCE / (length * q * q)))  # chunks
    rows = X, y, weights, origin, lying(X)
    spaces: deque[tuple[Array, Array]] = deque()  # what the threads that are done with some chunks worked in

    def summed(wary: bool) -> tuple[Array, Array, Array]:
        products, sums = aligned(chunks, tiles, EDGE, EDGE, LANES), aligned(chunks, q, LANES)
        figures, counter = unread(chunks if examined else 0), np.zeros(1, dtype=np.int64)

        def work() -> bool:
            space = spaces.pop() if spaces else (aligned(q, block), aligned(weighted, block))
            try:
                _add_columns(*rows, wary, length, counter, some, *space, products, sums, figures)
            except BaseException:
                counter[0] = chunks  # nothing is left for the others
                raise
            spaces.append(space)
            return bool(counter[0] < chunks)

        in_turn(work, min(threads, chunks))
        return products, sums, figures

    products, sums, figures = summed(wary=False)
    if weighted and not np.isfinite(products).all():  # it may be a row of weight zero that is not finite
        products, sums, figures = summed(wary=True)
    return _in_order(sums.sum(axis=-1)), square(_in_order(products.sum(axis=-1)), q), figures


def _in_order(chunks: Array) -> Array:
    """The sum over the first axis, one after the other."""
    total = np.zeros(chunks.shape[1:])
    for chunk in chunks:
        total += chunk
    return total


def _by_panels(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, examined: bool, threads: int
) -> tuple[Array, Array, Array]:
    m, q = len(y), len(origin)
    panels, length = -(-(q + 1) // LANES), chunk_length(m, BLOCK)
    tiles = panels * (panels + 1) // 2
    spaces: deque[tuple[Array, Array]] = deque()

    def work(start: int) -> tuple[Array, Array]:
        weighted = 0 if weights is None else panels
        space = spaces.pop() if spaces else (aligned(panels, BLOCK, LANES), aligned(weighted, BLOCK, LANES))
        total, figures = np.zeros((tiles, LANES, LANES)), unread(int(examined))
        _add_panels(X, y, weights, origin, lying(X), start, min(start + length, m), *space, total, figures)
        spaces.append(space)
        return total, figures

    total, every = np.zeros((tiles, LANES, LANES)), [unread(0)]
    for part, figures in in_order(work, range(0, m, length), threads):
        total += part
        every.append(figures)
    full = square(total, q + 1)
    return full[:-1, -1].copy(), full[:-1, :-1].copy(), np.concatenate(every)


@compiled
def _weigh_panels(weights: Array, block: Array, weighted: Array) -> None:
    """weighted = v · block, panel by panel; a row of weight zero becomes zeros in both, even if it is not finite."""
    for v in range(len(block)):
        panel, product = block[v], weighted[v]
        for k in range(len(weights)):
            if weights[k] == 0.0:
                panel[k, :] = 0.0
            for lane in range(LANES):
                product[k, lane] = weights[k] * panel[k, lane]


@compiled
def _add_others(
    X: AnyArray, y: AnyArray, weights: Array | None, first: int, rows: int, origin: Array, block: Array,
    weighted: Array, tiles: Array, sums: Array, ahead: Ahead,
) -> None:  # fmt: skip
    """Add rows that do not fill whole registers, or lie as no register wants them, or of weight zero and not finite."""
    p, filled = X.shape[1], -(-rows // LANES) * LANES
    for k in range(rows):
        for j in range(p):
            block[j, k] = X[first + k, j] - origin[j]
        block[p, k] = y[first + k, 0] - origin[p]
    for j in range(p + 1):
        for k in range(rows, filled):
            block[j, k] = 0.0
    if weights is None:
        multiply_columns(block, block, filled, tiles, sums, ahead)
    else:
        for j in range(p + 1):
            for k in range(filled):
                v = weights[first + k] if k < rows else 0.0
                block[j, k] = block[j, k] if v != 0.0 else 0.0
                weighted[j, k] = v * block[j, k]
        multiply_columns(weighted, block, filled, tiles, sums, ahead)


@kept
def _add_columns(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, lying: int, wary: bool, length: int,
    counter: IntArray, some: int, block: Array, weighted: Array, tiles: Array, sums: Array, figures: Array,
) -> None:  # fmt: skip
    """Add the rows of the next chunks of `length`, at most `some`, that the `counter` tells, to their `tiles` (chunks,
    pairs, EDGE, EDGE, LANES) and `sums` (chunks, q, LANES), and what is to be known of the weights to `figures`
    (chunks, 3), if there are any.

    No weights means ones. `block` and `weighted` are (q, rows), of any number of rows that fills whole registers.
    Unless `wary`, rows of weight zero must be finite.
    """
    p, most = X.shape[1], block.shape[1]
    as_they_lie = not wary and lying != NEITHER
    if weights is not None:
        inside = lanes()
    for _ in range(some):
        chunk = take(counter)
        begin, end = chunk * length, min((chunk + 1) * length, len(X))
        if begin >= end:
            break
        for first in range(begin, end, most):
            rows = min(most, end - first)
            whole = rows - rows % LANES if as_they_lie else 0
            later = first + most * -(-SOON // (most * X.itemsize * (p + 1)))
            soon, lead = ahead(X, later, most, lying), later - first
            if weights is not None and len(figures):
                read_weights(weights, first, first + rows, first == begin, inside, figures[chunk])
            if whole:
                multiply_rows(X, y, weights, first, whole, lying, origin, block, tiles[chunk], sums[chunk], soon, lead)
            if whole < rows:
                _add_others(
                    X, y, weights, first + whole, rows - whole, origin, block, weighted, tiles[chunk], sums[chunk], soon
                )
        if weights is not None and len(figures):
            end_chunk(inside, figures[chunk])


@kept
def _add_panels(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, lying: int, start: int, stop: int,
    block: Array, weighted: Array, tiles: Array, figures: Array,
) -> None:  # fmt: skip
    """Add the rows from `start` to `stop` to `tiles` (pairs, LANES, LANES); no weights means ones.

    What is to be known of the weights goes to `figures` (1, 3), if it is not (0, 3).
    """
    p = X.shape[1]
    if weights is not None:
        inside = lanes()
    target, ones = block[p // LANES], block[(p + 1) // LANES]
    for first in range(start, stop, BLOCK):
        rows = min(BLOCK, stop - first)
        pack_panels(X, first, rows, origin, lying, block)
        for k in range(rows):
            target[k, p % LANES] = y[first + k, 0] - origin[p]
            ones[k, (p + 1) % LANES] = 1.0
        if weights is None:
            multiply_panels(block, block, rows, tiles)
        else:
            if len(figures):
                read_weights(weights, first, first + rows, first == start, inside, figures[0])
            _weigh_panels(weights[first : first + rows], block, weighted)
            multiply_panels(weighted, block, rows, tiles)
    if weights is not None and len(figures):
        end_chunk(inside, figures[0])
