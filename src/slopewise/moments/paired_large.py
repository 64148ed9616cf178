"""The double-double products of a large table: one pass over the rows in blocks, one thread per core.

A block is packed column by column, columns meet in the tiles of `paired_tiles`, and what a tile has added up goes into
double-double totals: those of the lanes, after FLUSH rows those of the chunk, and chunks are added up pairwise. So
errors do not pile up with the rows. They are relative to √(Σ v zᵢ² Σ v zⱼ²), which is what the solution asks for, not
to each Σ v |zᵢ zⱼ|.

Rows are cut into chunks by their number alone, and the chunks are added up in one order: the answer does not depend on
the number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from slopewise.moments.compiled import aligned, chunk_length, compiled, frozen, in_order, kept, square
from slopewise.moments.gathering import gather, places
from slopewise.moments.packing import ask, lying, pack_columns
from slopewise.moments.pair import Pair
from slopewise.moments.paired_tiles import BLOCK, STEPS, STRIDE, multiply_lows, multiply_plain, squares_by_lane
from slopewise.moments.rows import EXACT
from slopewise.moments.strips import Strips
from slopewise.moments.vectors import LANES, fma
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

FLUSH = 16 * BLOCK
"""Rows whose totals are kept by lane."""

HELD = 2**17
"""Totals, 1 MiB of them, of chunks that wait to be added up."""

LONGEST = 16 * FLUSH
"""Rows of a chunk at most: longer ones would add up too many totals one after another."""


def paired_products(
    X: AnyArray,
    X_low: Array | None,
    y: AnyArray,
    y_low: Array | None,
    weights: Array | None,
    powers: Array,
    *,
    threads: int,
) -> tuple[Pair, BoolArray]:
    """Σ v z zᵀ of z = [1, x, y]·[1, powers], (p + 2, p + 2), and which columns are whole numbers, (p + 1,).

    As `kernels.paired_products`, on `threads` threads, whose number does not change a bit.

    >>> products, whole = paired_products(np.array([[0.5], [2.0]]), None, np.ones(2), None, None, np.ones(2), threads=2)
    >>> products.hi.tolist(), whole.tolist()
    ([[2.0, 2.5, 2.0], [2.5, 4.25, 2.5], [2.0, 2.5, 2.0]], [False, True])
    """
    m, p = X.shape
    if X_low is not None or y_low is not None:
        X_low, y_low = np.zeros((m, p)) if X_low is None else X_low, np.zeros(m) if y_low is None else y_low
    features = frozen(X), frozen(np.empty((0, 0)) if X_low is None else X_low)
    vectors = map(_vector, (y, y_low, weights, powers if np.any(powers != 1.0) else None))
    here = frozen(np.zeros(p)), lying(features[0]), lying(features[1])
    parts = 4 if weights is not None else 2 if X_low is not None else 1
    rows: tuple[Any, ...] = (*features, *vectors, *here)
    return _over_chunks(partial(_accumulate, *rows), m, p, parts, threads)


def strip_products(table: Strips, weights: Array | None, powers: Array, *, threads: int) -> tuple[Pair, BoolArray]:
    """As `paired_products`, to the bit, of the columns [x, y] where they lie.

    >>> from slopewise.moments.strips import Strip
    >>> table = Strips((Strip.of(np.array([0.5, 2.0])), Strip.of(np.array([1, 1]))))
    >>> strip_products(table, None, np.ones(2), threads=2)[0].hi.tolist()
    [[2.0, 2.5, 2.0], [2.5, 4.25, 2.5], [2.0, 2.5, 2.0]]
    """
    m, q = table.shape
    vectors = map(_vector, (weights, powers if np.any(powers != 1.0) else None))
    rows: tuple[Any, ...] = (*places(table), *vectors)
    return _over_chunks(partial(_accumulate_strips, *rows), m, q - 1, 1 if weights is None else 4, threads)


def _over_chunks(add: Callable[..., None], m: int, p: int, parts: int, threads: int) -> tuple[Pair, BoolArray]:
    """The sum over all chunks of what `add(start, stop, length, …)` gives of each chunk of `length` rows in a range."""
    columns = p + 2 + p % 2
    tiles = columns // 2 * (columns // 2 + 1) // 2
    length = min(chunk_length(m, BLOCK), LONGEST)
    step = 1 if threads > 1 else max(1, HELD // (8 * tiles))  # chunks that are computed before any are added up
    spaces: deque[tuple[Array, ...]] = deque()  # what the threads that are done with some chunks worked in

    def work(start: int) -> tuple[Array, BoolArray]:
        space = spaces.pop() if spaces else _space(parts, columns, tiles)
        stop, whole = min(start + step * length, m), np.ones(p + 1, dtype=np.bool_)
        totals = np.zeros((-(-(stop - start) // length), 2, tiles, 2, 2))
        add(start, stop, length, *space, totals, whole)
        spaces.append(space)
        return totals, whole

    whole = np.ones(p + 1, dtype=np.bool_)
    sums: list[tuple[int, Array]] = [(-1, np.zeros((2, tiles, 2, 2)))]
    for totals, whole_there in in_order(work, range(0, m, step * length), threads):
        whole &= whole_there
        for total in totals:
            _join(sums, total)
    while len(sums) > 1:
        _, more = sums.pop()
        _add_totals(sums[-1][1], more)
    high, low = sums[0][1]
    return Pair(square(high, p + 2), square(low, p + 2)), whole


def _join(sums: list[tuple[int, Array]], more: Array) -> None:
    """Add `more` to sums of 1, 2, 4 … chunks, (log₂ of the number, sum), so that rounding grows with log₂ of theirs."""
    height = 0
    while sums[-1][0] == height:
        _, total = sums.pop()
        _add_totals(total, more)
        more, height = total, height + 1
    sums.append((height, more))


def _vector(values: AnyArray | None) -> AnyArray:
    return frozen(np.empty(0) if values is None else values)


def _space(parts: int, columns: int, tiles: int) -> tuple[Array, ...]:
    """What a thread works in: packed columns, their spans, squares by lane, and the totals of the lanes.

    The parts are the columns, their low halves where there are some, and both of these again times the weights.
    """
    return aligned(parts, columns, STRIDE), np.zeros((2, columns)), np.zeros(LANES), aligned(tiles, 2, 4, LANES)


@compiled
def _pack(X: AnyArray, y: Array, first: int, rows: int, origin: Array, lying: int, block: Array) -> None:
    """Columns 1 … p + 1 of `block` from `rows` rows, the first one being `first`; rows past the end become zeros."""
    p = X.shape[1]
    pack_columns(X, first, rows, origin, lying, block[1:])
    ask(X, first + 2 * rows, rows, lying)
    for k in range(rows):
        block[p + 1, k] = y[first + k]
    block[: p + 2, rows:BLOCK] = 0.0


@compiled
def _clear(weights: Array, packed: Array) -> None:
    """Rows of weight zero become zeros, whatever they hold: 0 times NaN would be NaN."""
    for k in range(len(weights)):
        if weights[k] == 0.0:
            for part in range(2):
                for c in range(packed.shape[1]):
                    packed[part, c, k] = 0.0


@compiled
def _find_whole(packed: Array, whole: BoolArray) -> None:
    """whole[c − 1] stays true while column c holds whole numbers below 2⁵³ only."""
    for c in range(1, len(whole) + 1):
        if whole[c - 1]:
            fractions = 0
            for k in range(BLOCK):
                fractions += (packed[0, c, k] != math.floor(packed[0, c, k])) | (abs(packed[0, c, k]) >= EXACT)
            if len(packed) > 1:
                for k in range(BLOCK):
                    fractions += packed[1, c, k] != 0.0
            whole[c - 1] = fractions == 0


@compiled
def _scale(powers: Array, packed: Array) -> None:
    """Multiply the columns by their powers of two, which rounds nothing."""
    for part in range(min(len(packed), 2)):
        for c in range(len(powers)):
            for k in range(BLOCK):
                packed[part, c + 1, k] *= powers[c]


@compiled
def _weigh(weights: Array, packed: Array) -> None:
    """v·z into parts 2 and 3, error-free where z has no low half."""
    for c in range(packed.shape[1]):
        for k in range(len(weights)):
            z = packed[0, c, k]
            product = weights[k] * z
            packed[2, c, k] = product
            packed[3, c, k] = fma(weights[k], packed[1, c, k], fma(weights[k], z, -product))
        for k in range(len(weights), BLOCK):
            packed[2, c, k] = packed[3, c, k] = 0.0


@compiled
def _find_spans(block: Array, squares: Array, spans: Array) -> None:
    """spans[c] ≥ √Σ z² over the rows of any lane, and not so small that σ vanishes."""
    for c in range(len(block)):
        squares_by_lane(block, c, STEPS, squares)
        largest = 0.0
        for lane in range(LANES):
            largest = max(largest, squares[lane])
        spans[c] = math.sqrt(largest) * (1 + 2.0**-40) + 2.0**-400  # a little more, for what rounding took


@compiled
def _multiply(packed: Array, spans: Array, left: int, lanes: Array) -> None:
    """Add the products of all pairs of columns to `lanes`: of parts left, left + 1 with parts 0, 1."""
    t = 0
    x, y = packed[left], packed[0]
    for i in range(0, len(y), 2):
        for j in range(i, len(y), 2):
            if len(packed) == 1:
                multiply_plain(x, x, spans[1], i, y, y, spans[0], j, STEPS, lanes, t)
            else:
                multiply_lows(x, packed[left + 1], spans[1], i, y, packed[1], spans[0], j, STEPS, lanes, t)
            t += 1


@compiled
def add_pairs(high: float, low: float, more: float, more_low: float) -> tuple[float, float]:
    """The sum of two double-double numbers (Joldes, Muller & Popescu 2017, algorithm 6)."""
    s = high + more
    t = s - high
    e = (high - (s - t)) + (more - t)
    s_low = low + more_low
    t = s_low - low
    e_low = (low - (s_low - t)) + (more_low - t)
    e += s_low
    high = s + e
    e = (e - (high - s)) + e_low
    total = high + e
    return total, e - (total - high)


@compiled
def settle(lanes: Array, total: Array) -> None:
    """Add the totals of the lanes to those of the chunk, and begin them anew."""
    for t in range(len(lanes)):
        highs, lows = lanes[t, 0], lanes[t, 1]
        for cell in range(4):
            width = LANES // 2
            while width:
                for lane in range(width):
                    more, more_low = highs[cell, lane + width], lows[cell, lane + width]
                    highs[cell, lane], lows[cell, lane] = add_pairs(highs[cell, lane], lows[cell, lane], more, more_low)
                width //= 2
            a, b = divmod(cell, 2)
            sums = add_pairs(total[0, t, a, b], total[1, t, a, b], highs[cell, 0], lows[cell, 0])
            total[0, t, a, b], total[1, t, a, b] = sums
            for lane in range(LANES):
                highs[cell, lane] = lows[cell, lane] = 0.0


@compiled
def add_block(
    weights: Array, powers: Array, packed: Array, spans: Array, squares: Array, lanes: Array, whole: BoolArray
) -> None:
    """Add the products of the rows packed, whose weights these are, to `lanes`."""
    left = 2 if len(weights) else 0
    if len(weights):
        _clear(weights, packed)
    _find_whole(packed, whole)
    if len(powers):
        _scale(powers, packed)
    if len(weights):
        _weigh(weights, packed)
    _find_spans(packed[0], squares, spans[0])
    _find_spans(packed[left], squares, spans[1])
    _multiply(packed, spans, left, lanes)


@kept
def _add_totals(total: Array, more: Array) -> None:
    """Add the totals of one chunk, (2, tiles, 2, 2), to those of others."""
    ours, theirs = total.reshape(2, -1), more.reshape(2, -1)
    for i in range(ours.shape[1]):
        ours[0, i], ours[1, i] = add_pairs(ours[0, i], ours[1, i], theirs[0, i], theirs[1, i])


@kept
def _accumulate(
    X: AnyArray, X_low: Array, y: Array, y_low: Array, weights: Array, powers: Array, zeros: Array,
    lying: int, lows_lying: int, start: int, stop: int, length: int,
    packed: Array, spans: Array, squares: Array, lanes: Array, totals: Array, whole: BoolArray,
) -> None:  # fmt: skip
    """Add the rows start … stop to `totals` (chunks, 2, tiles, 2, 2), one for each `length` rows, whole blocks.

    What is absent is empty, and `lanes` are zeros.
    """
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        _pack(X, y, first, last - first, zeros, lying, packed[0])
        packed[0, 0, : last - first] = 1.0
        if len(X_low):
            _pack(X_low, y_low, first, last - first, zeros, lows_lying, packed[1])
        add_block(weights[first:last], powers, packed, spans, squares, lanes, whole)
        begun = (first - start) % length
        if last == stop or begun + BLOCK == length or (begun + BLOCK) % FLUSH == 0:
            settle(lanes, totals[(first - start) // length])


@kept
def _accumulate_strips(
    starts: IntArray, addresses: IntArray, kinds: IntArray, weights: Array, powers: Array,
    start: int, stop: int, length: int,
    packed: Array, spans: Array, squares: Array, lanes: Array, totals: Array, whole: BoolArray,
) -> None:  # fmt: skip
    """The same of columns that lie each for itself, y the last of them."""
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        gather(starts, addresses, kinds, first, last - first, packed[0, 1:])
        packed[0, 0, : last - first] = 1.0
        packed[0, : len(kinds) + 1, last - first :] = 0.0
        add_block(weights[first:last], powers, packed, spans, squares, lanes, whole)
        begun = (first - start) % length
        if last == stop or begun + BLOCK == length or (begun + BLOCK) % FLUSH == 0:
            settle(lanes, totals[(first - start) // length])
