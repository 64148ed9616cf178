"""The rows of a large fit in its coordinates: read where they lie, 128 at a time, which stay in the first cache.

The columns of a block are centred and turned, u_j = Σ_{i ≤ j} R⁻¹_ij (x_i − centre_i) − shift_j, from the last to the
first, so that each coordinate takes the place of its column. To turn the rows anew for their products costs less than
to write the coordinates of all of them to memory and to read them again; Σ φ u is turned when it is summed. Importing
this file imports Numba.
"""

from __future__ import annotations

import numpy as np

from slopewise.inference.frame import Frame
from slopewise.moments.column_tiles import EDGE, multiply_columns
from slopewise.moments.compiled import aligned, compiled, frozen, kept
from slopewise.moments.gathering import gather, places
from slopewise.moments.packing import BLOCK, NEITHER, ahead
from slopewise.moments.strips import Strips
from slopewise.moments.vectors import LANES, fma
from slopewise.typing import Array, IntArray

TURNED = 4
"""Columns that are added to one coordinate at a time, which so is loaded and stored once for all of them."""


def figures(frame: Frame, columns: Strips, first: int, rows: int) -> tuple[Array, Array]:
    """ŷ (m,) and uᵀu (m,) of m = `rows` rows, from `first` on.

    >>> from slopewise.moments.strips import Strip
    >>> frame = Frame(np.array([1.0]), np.array([2.0]), 5.0, np.array([[0.5]]), np.array([0.0]), 0.25)
    >>> [found.tolist() for found in figures(frame, Strips((Strip.of(np.array([1, 3])),)), 0, 2)]
    [[5.0, 9.0], [0.0625, 1.0625]]
    """
    fitted, squares = np.empty(rows), np.empty(rows)
    _figures(*places(columns), first, *frame.arrays, _space(frame), fitted, squares)  # type: ignore[call-arg]
    return fitted, squares


def products(frame: Frame, columns: Strips, first: int, factor: Array) -> Array:
    """Σ φ u uᵀ (r, r) of the rows from `first` on, for φ = `factor` (m,).

    >>> from slopewise.moments.strips import Strip
    >>> frame = Frame(np.array([1.0]), np.array([2.0]), 5.0, np.array([[0.5]]), np.array([0.0]), 0.25)
    >>> products(frame, Strips((Strip.of(np.array([1, 3])),)), 0, np.array([7.0, 2.0])).tolist()
    [[0.5625, 0.5], [0.5, 2.0]]
    """
    groups = -(-frame.rank // EDGE)
    tiles = aligned(groups * (groups + 1) // 2, EDGE, EDGE, LANES)
    total = np.empty((frame.rank, frame.rank))
    space = _space(frame), _space(frame), tiles
    _products(*places(columns), first, *frame.arrays, frozen(factor), *space, total)  # type: ignore[call-arg]
    return total


def sums(frame: Frame, columns: Strips, first: int, factor: Array) -> Array:
    """Σ φ u (r,) of the rows from `first` on, for φ = `factor` (m,).

    >>> from slopewise.moments.strips import Strip
    >>> frame = Frame(np.array([1.0]), np.array([2.0]), 5.0, np.array([[0.5]]), np.array([0.0]), 0.25)
    >>> sums(frame, Strips((Strip.of(np.array([1, 3])),)), 0, np.array([7.0, 2.0])).tolist()
    [2.25, 2.0]
    """
    lanes, constant = aligned(len(frame.centre) + 1, BLOCK), frame.constant
    _sums(*places(columns), first, frame.arrays[0], frozen(factor), _space(frame), lanes)
    found = lanes.sum(axis=1)
    turned: Array = found[:-1] @ frame.inverse - frame.shift * found[-1]
    return turned if constant is None else np.append(constant * found[-1], turned)


def _space(frame: Frame) -> Array:
    """A block, by columns."""
    return aligned(frame.rank, BLOCK)


@compiled
def _centred(
    starts: IntArray, addresses: IntArray, kinds: IntArray, first: int, count: int, centre: Array, block: Array
) -> None:
    """`count` rows, from `first` on, less the centre, into the first columns of `block`; zeros after them."""
    gather(starts, addresses, kinds, first, count, block)
    for j in range(len(centre)):
        column, point = block[j], centre[j]
        column[count:] = point
        for k in range(BLOCK):
            column[k] -= point


@compiled
def _turned(turn: Array, shift: Array, block: Array) -> None:
    """Centred rows become their coordinates; `turn` is R⁻ᵀ."""
    for j in range(len(shift) - 1, -1, -1):
        u, own, less = block[j], turn[j, j], shift[j]
        for k in range(BLOCK):
            u[k] = fma(own, u[k], -less)
        done = j - j % TURNED
        for i in range(0, done, TURNED):
            x, y, z, w = block[i], block[i + 1], block[i + 2], block[i + 3]
            a, b, c, d = turn[j, i], turn[j, i + 1], turn[j, i + 2], turn[j, i + 3]
            for k in range(BLOCK):
                u[k] = fma(d, w[k], fma(c, z[k], fma(b, y[k], fma(a, x[k], u[k]))))
        for i in range(done, j):
            x, a = block[i], turn[j, i]
            for k in range(BLOCK):
                u[k] = fma(a, x[k], u[k])


@kept
def _figures(
    starts: IntArray, addresses: IntArray, kinds: IntArray, first: int, centre: Array, turn: Array, shift: Array,
    constant: Array, line: Array, block: Array, fitted: Array, squares: Array,
) -> None:  # fmt: skip
    """ŷ and uᵀu of len(fitted) rows; `line` (n + 1,) are the slopes and the level."""
    n = len(centre)
    above, square = np.empty(BLOCK), np.empty(BLOCK)
    least = constant[0] * constant[0] if len(constant) else 0.0
    for begin in range(0, len(fitted), BLOCK):
        count = min(BLOCK, len(fitted) - begin)
        _centred(starts, addresses, kinds, first + begin, count, centre, block)
        above[:], square[:] = 0.0, least
        for j in range(n):
            x, slope = block[j], line[j]
            for k in range(BLOCK):
                above[k] = fma(slope, x[k], above[k])
        _turned(turn, shift, block)
        for j in range(n):
            u = block[j]
            for k in range(BLOCK):
                square[k] = fma(u[k], u[k], square[k])
        for k in range(count):
            fitted[begin + k] = above[k] + line[n]
            squares[begin + k] = square[k]


@kept
def _products(
    starts: IntArray, addresses: IntArray, kinds: IntArray, first: int, centre: Array, turn: Array, shift: Array,
    constant: Array, line: Array, factor: Array, block: Array, weighted: Array, tiles: Array, total: Array,
) -> None:  # fmt: skip
    """Σ φ u uᵀ of len(factor) rows into `total` (r, r), by way of `tiles` (pairs, EDGE, EDGE, LANES) of zeros."""
    ones, times, lanes = len(constant), np.zeros(BLOCK), np.zeros((len(block), LANES))
    block[:ones] = constant[0] if ones else 0.0
    for begin in range(0, len(factor), BLOCK):
        count = min(BLOCK, len(factor) - begin)
        _centred(starts, addresses, kinds, first + begin, count, centre, block[ones:])
        _turned(turn, shift, block[ones:])
        times[:count], times[count:] = factor[begin : begin + count], 0.0
        for j in range(len(total)):
            u, product = block[j], weighted[j]
            for k in range(BLOCK):
                product[k] = times[k] * u[k]
        multiply_columns(block, weighted, BLOCK, tiles, lanes, ahead(block, 0, BLOCK, NEITHER))
    _unpack(tiles, total)


@compiled
def _unpack(tiles: Array, total: Array) -> None:
    """The symmetric (r, r) whose tiles on and above the diagonal, row by row, are `tiles`."""
    t = 0
    for i in range(0, len(total), EDGE):
        for j in range(i, len(total), EDGE):
            for a in range(min(EDGE, len(total) - i)):
                for b in range(a if i == j else 0, min(EDGE, len(total) - j)):
                    total[i + a, j + b] = total[j + b, i + a] = tiles[t, a, b].sum()
            t += 1


@kept
def _sums(
    starts: IntArray, addresses: IntArray, kinds: IntArray, first: int, centre: Array, factor: Array, block: Array,
    lanes: Array,
) -> None:  # fmt: skip
    """Add Σ φ (x − centre), and Σ φ, to `lanes` (n + 1, BLOCK), a sum for each place in a block."""
    times = np.zeros(BLOCK)
    for begin in range(0, len(factor), BLOCK):
        count = min(BLOCK, len(factor) - begin)
        _centred(starts, addresses, kinds, first + begin, count, centre, block)
        times[:count], times[count:] = factor[begin : begin + count], 0.0
        lanes[-1] += times
        for j in range(len(centre)):
            x, total = block[j], lanes[j]
            for k in range(BLOCK):
                total[k] = fma(times[k], x[k], total[k])
