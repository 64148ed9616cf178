"""What the compiled search for the best subsets can rule out: the least that all sets below a node come to.

A node is held as `compiled_subsets` says: M, of the columns that may go, and their coefficients w. Dropping a set D of
them adds w_DᵀM_DD⁻¹w_D to the residual sum of squares, and never less than

    the most of any single block of D             or, with M ⪯ λ B,             w_Dᵀ B_DD⁻¹ w_D / λ

where B is M on its diagonal and between columns paired with their nearest relatives. The least that any d columns come
to is read off sorted parts. λ is an upper bound on an eigenvalue, certified by Cholesky's method; it holds below the
node, too, for M only shrinks. (The first is Furnival & Wilson's; the second makes interchangeable columns no trouble.)

Importing this file imports Numba.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from numba import njit

from slopewise.moments.compiled import F
from slopewise.typing import Array, IntArray

LEAST_COLUMNS, EVERY = 6, 4
"""λ is found for nodes of at least so many columns, and not again for so many steps: measured to take least time."""

TIE = 1e-12
"""What is smaller by less than this, relatively, is no smaller."""

SETTLED = 1e-12
"""A column that waits takes a place where more than this share of its square is left."""

CLOSE = 0.5
"""Columns whose estimates correlate by more than this are paired."""

M, RANK, FIXED, PRESENT, FRESH = range(5)  # what `counts` holds of a level
RSS, LAMBDA = range(2)  # what `sums` holds of a level


WITHOUT_PYTHON: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner(function: F) -> F:
    """`function` compiled to be called by compiled ones alone: what would take arguments from Python takes longest."""
    return cast(F, njit(nogil=True, **WITHOUT_PYTHON)(function))


class Levels(NamedTuple):
    """The nodes on the way from the whole set to the present one, arrays over levels (L, …) of at most q columns.

    `T` (L, q, q): M for columns that are in; for those that wait, their coefficients on the others; `w` (L, q);
    `block` (L, q), the block of a column; `waits` (L, q), 1 if it waits; `spread` (L, q), the diagonal of B, `mate`
    (L, q), the place of the column that one is paired with or −1, `shared` (L, q), their entry in B; `counts` (L, 5)
    and `sums` (L, 2) as the constants above say; `at` (2,): the present level, and nodes so far.
    """

    T: Array
    w: Array
    block: IntArray
    waits: IntArray
    spread: Array
    mate: IntArray
    shared: Array
    counts: IntArray
    sums: Array
    at: IntArray


class Found(NamedTuple):
    """The best subsets so far: `rss` (q + 1, nbest) in order by rank, `sets` (q + 1, nbest), blocks as bits;
    `threshold` (q + 1,), what a subset of that rank must beat; `cost` (q + 1,), the penalty of its rank; `cut` (4,):
    rows, how far behind the best criterion a subset may be, the smallest sum of squares that counts, and whether
    there is a criterion."""

    rss: Array
    sets: IntArray
    threshold: Array
    cost: Array
    cut: Array


class Space(NamedTuple):
    """Room for one node's work, so that none is asked for in between."""

    gain: Array
    part: Array
    most: Array
    size: IntArray
    order: IntArray
    least: Array
    reached: IntArray
    involved: IntArray
    G: Array
    L: Array
    v: Array


def space(q: int, blocks: int) -> Space:
    """Room for q columns in so many blocks."""
    return Space(
        np.empty(blocks), np.empty(q), np.empty(q), np.empty(blocks, np.int64), np.empty(blocks, np.int64),
        np.empty(q + 1), np.empty(q + 1, np.int64), np.empty(q, np.int64), np.empty((q, q)), np.empty((q, q)),
        np.empty((2, q)),
    )  # fmt: skip


@inner
def can_win(levels: Levels, found: Found, room: Space, level: int, free: int) -> bool:
    """Whether some subset below the node might be among the best."""
    waiting = _mark_involved(levels, room, level)
    most = _block_gains(levels, room, level, free, waiting)
    rank, rss = levels.counts[level, RANK], levels.sums[level, RSS]
    if _is_beaten(found, room, most, rank, rss):
        return False
    if levels.sums[level, LAMBDA] < np.inf:
        _raise_by_parts(room, _column_gains(levels, room, level), most)
        if _is_beaten(found, room, most, rank, rss):
            return False
    if levels.counts[level, M] < LEAST_COLUMNS or levels.counts[level, FRESH] > 0 or waiting:
        return True
    _find_lambda(levels, room, level)
    _raise_by_parts(room, _column_gains(levels, room, level), most)
    return not _is_beaten(found, room, most, rank, rss)


@inner
def _is_beaten(found: Found, room: Space, most: int, rank: int, rss: float) -> bool:
    for d in range(most + 1):
        if room.reached[d] and rank >= d and rss + room.least[d] < found.threshold[rank - d] * (1 - TIE):
            return False
    return True


@inner
def _mark_involved(levels: Levels, room: Space, level: int) -> int:
    """Mark columns that one that waits depends on; how many wait."""
    m, T, waits = levels.counts[level, M], levels.T[level], levels.waits[level]
    waiting = 0
    for j in range(m):
        room.involved[j] = waits[j]
        waiting += waits[j]
    if waiting:
        for k in range(m):
            if waits[k]:
                for j in range(m):
                    if not waits[j] and T[j, k] * T[j, k] > SETTLED * T[j, j]:
                        room.involved[j] = 1
    return waiting


@inner
def _block_gains(levels: Levels, room: Space, level: int, free: int, waiting: int) -> int:
    """What dropping each free block adds, and from it the least that losing d columns adds; the most to be lost."""
    m, T, w, block = levels.counts[level, M], levels.T[level], levels.w[level], levels.block[level]
    K, gain, size, order = len(room.gain), room.gain, room.size, room.order
    for b in range(K):
        gain[b], size[b], order[b] = 0.0, 0, 0
    for j in range(m):
        b = block[j]
        gain[b] = w[j] * w[j] / T[j, j] if not levels.waits[level, j] else 0.0
        size[b] += 1
        order[b] += room.involved[j]  # for now: how many of the block are involved
    total = 0
    for b in range(K):
        if not free >> b & 1:
            continue
        total += size[b]
        if waiting and order[b]:
            gain[b] = 0.0
        elif size[b] > 1:
            gain[b] = _joint_gain(T, w, block, m, b, room)
    _mark_reached(room, free, total, waiting)
    _least_by_blocks(room, free)
    room.reached[0], room.least[0] = min(waiting, 1), 0.0
    return int(total)


@inner
def _mark_reached(room: Space, free: int, total: int, waiting: int) -> None:
    """Mark by how many columns some of the free blocks can be fewer; any number, where others may take a place."""
    for d in range(total + 1):
        room.reached[d] = min(waiting, 1)
    room.reached[0] = 1
    lost = 0
    for b in range(len(room.gain)):
        if free >> b & 1 and not waiting:
            lost += room.size[b]
            for d in range(lost, room.size[b] - 1, -1):
                room.reached[d] |= room.reached[d - room.size[b]]


@inner
def _least_by_blocks(room: Space, free: int) -> None:
    """The most of any single block, for the blocks that add least and have d columns together."""
    gain, order, count, d = room.gain, room.order, 0, 0
    for b in range(len(gain)):
        if free >> b & 1:
            k = count
            while k > 0 and gain[order[k - 1]] > gain[b]:
                order[k] = order[k - 1]
                k -= 1
            order[k] = b
            count += 1
    for k in range(count):
        for _ in range(room.size[order[k]]):
            d += 1
            room.least[d] = gain[order[k]]


@inner
def _joint_gain(T: Array, w: Array, block: IntArray, m: int, b: int, room: Space) -> float:
    """wᵀM⁻¹w over the columns of a block, none of which waits, by Cholesky's method."""
    L, y, at, g, total = room.L, room.v[0], room.v[1], 0, 0.0
    for j in range(m):
        if block[j] == b:
            at[g] = j
            for k in range(g + 1):
                t = T[j, int(at[k])]
                for c in range(k):
                    t -= L[g, c] * L[k, c]
                L[g, k] = np.sqrt(max(t, 1e-300)) if k == g else t / L[k, k]
            t = w[j]
            for c in range(g):
                t -= L[g, c] * y[c]
            y[g] = t / L[g, g]
            total += y[g] * y[g]
            g += 1
    return total


@inner
def _column_gains(levels: Levels, room: Space, level: int) -> int:
    """What single columns and pairs of them add at least, by B and λ; how many columns there are."""
    m, w, d, mate = levels.counts[level, M], levels.w[level], levels.spread[level], levels.mate[level]
    lam, part = levels.sums[level, LAMBDA], room.part
    for i in range(m):
        k = mate[i]
        own = 0.0 if room.involved[i] else w[i] * w[i] / (d[i] * lam)
        if k < 0:
            part[i] = own
        elif k > i:
            other = 0.0 if room.involved[k] else w[k] * w[k] / (d[k] * lam)
            c = levels.shared[level, i]
            both = (w[i] * w[i] * d[k] - 2 * w[i] * w[k] * c + w[k] * w[k] * d[i]) / ((d[i] * d[k] - c * c) * lam)
            if room.involved[i] or room.involved[k]:
                both = own + other
            first = min(own, other, 0.5 * both)
            part[i], part[k] = first, both - first
    return int(m)


@inner
def _raise_by_parts(room: Space, m: int, most: int) -> None:
    """Raise the least that losing d columns adds to the sum of the d smallest parts."""
    part, total = room.most, 0.0
    for i in range(m):
        k = i
        while k > 0 and part[k - 1] > room.part[i]:
            part[k] = part[k - 1]
            k -= 1
        part[k] = room.part[i]
    for d in range(1, min(m, most) + 1):
        total += part[d - 1]
        room.least[d] = max(room.least[d], total)


@inner
def _find_lambda(levels: Levels, room: Space, level: int) -> None:
    """B and λ of the node, whose columns are all in."""
    m, T, d, mate = levels.counts[level, M], levels.T[level], levels.spread[level], levels.mate[level]
    G = room.G
    _pair_up(T, m, d, mate, levels.shared[level])
    for i in range(m):
        for k in range(m):
            G[i, k] = T[i, k]
    for i in range(m):
        k = mate[i]
        if k < 0:
            _row_and_column(G, m, i, i, 0.0, 1 / np.sqrt(d[i]))
        elif k > i:
            f = T[k, i] / d[i]
            _row_and_column(G, m, k, i, f, 1 / np.sqrt(d[k] - f * T[k, i]))
            _row_and_column(G, m, i, i, 0.0, 1 / np.sqrt(d[i]))
    guess = _power_steps(G, m, room.v, 60 if level == 0 else 8)
    levels.sums[level, LAMBDA] = np.inf
    for slack in (1.003, 1.02, 1.08, 1.3):
        if _is_above(G, m, guess * slack, room.L):
            levels.sums[level, LAMBDA] = guess * slack
            break
    levels.counts[level, FRESH] = EVERY


@inner
def _pair_up(T: Array, m: int, d: Array, mate: IntArray, shared: Array) -> None:
    for i in range(m):
        d[i], mate[i], shared[i] = T[i, i], -1, 0.0
    for i in range(m):
        if mate[i] >= 0:
            continue
        best, at = CLOSE, -1
        for k in range(i + 1, m):
            near = abs(T[i, k]) / np.sqrt(d[i] * d[k])
            if mate[k] < 0 and near > best and near < 1 - SETTLED:
                best, at = near, k
        if at >= 0:
            mate[i], mate[at] = at, i
            shared[i] = shared[at] = T[i, at]


@inner
def _row_and_column(G: Array, m: int, i: int, k: int, f: float, scale: float) -> None:
    """Row i less f times row k, times `scale`; and so for the columns."""
    for c in range(m):
        G[i, c] = (G[i, c] - f * G[k, c]) * scale
    for c in range(m):
        G[c, i] = (G[c, i] - f * G[c, k]) * scale


@inner
def _power_steps(G: Array, m: int, v: Array, steps: int) -> float:
    """An eigenvalue near the largest, from below."""
    for i in range(m):
        v[0, i] = 1.0 + 0.3 * (i % 3) - 0.2 * (i % 2)
    value = 1.0
    for _ in range(steps):
        before = after = 0.0
        for i in range(m):
            v[1, i] = 0.0
        for k in range(m):
            f = v[0, k]
            before += f * f
            for i in range(m):
                v[1, i] += G[k, i] * f
        for i in range(m):
            after += v[1, i] * v[1, i]
        value = np.sqrt(after / before)
        for i in range(m):
            v[0, i] = v[1, i] / value
    return value


@inner
def _is_above(G: Array, m: int, value: float, L: Array) -> bool:
    """Whether `value` exceeds every eigenvalue: then value·I − G has a triangular factor with positive pivots."""
    for i in range(m):
        for k in range(i, m):
            L[i, k] = -G[i, k]
        L[i, i] += value
    for k in range(m):
        if L[k, k] <= 1e-9 * value:
            return False
        for i in range(k + 1, m):
            f = L[k, i] / L[k, k]
            for j in range(i, m):
                L[i, j] -= f * L[k, j]
    return True
