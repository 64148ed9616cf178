"""The search for the best subsets, compiled: from all columns downward, dropping one block after another.

A node is a set of blocks, those that all subsets below it keep, and the others. It is held as a tableau of the others'
columns alone: M, their part of (XᵀX)⁻¹, and their coefficients w, all that dropping asks for. A node is left where
`compiled_bounds` says that for no number of columns it can beat what has been found.

A column that depends on the others waits beside them: where one that it depends on goes, it takes its place at no cost.

Source: Furnival & Wilson (1974), "Regressions by leaps and bounds", Technometrics 16(4), 499–511; Gatu &
Kontoghiorghes (2006), "Branch-and-bound algorithms for computing the best-subset regression models", Journal of
Computational and Graphical Statistics 15(1), 139–156. Importing this file imports Numba, so only `subsets` does.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments.compiled import kept
from slopewise.solvers.compiled_bounds import (
    FIXED,
    FRESH,
    LAMBDA,
    PRESENT,
    RANK,
    RSS,
    SETTLED,
    TIE,
    Found,
    Levels,
    M,
    Space,
    can_win,
    inner,
    space,
)
from slopewise.typing import Array, IntArray

__all__ = ["Found", "Levels", "advance", "space"]


@kept
def advance(levels: Levels, found: Found, needs: IntArray, room: Space, budget: int) -> bool:
    """Go on for `budget` nodes; whether the search has ended.

    `needs` (2, blocks): as bits, the blocks that each one needs, and those that need it, itself among both.
    """
    at = levels.at
    while at[0] >= 0 and budget > 0:
        level = at[0]
        free = levels.counts[level, PRESENT] & ~levels.counts[level, FIXED]
        if not free or not can_win(levels, found, room, level, free):
            at[0] -= 1
            continue
        block = _largest(room.gain, free)
        _descend(levels, level, level + 1, needs[1, block] & free)
        if not _is_idle(levels, level + 1, needs):
            counts, rss = levels.counts[level + 1], levels.sums[level + 1, RSS]
            record(found, counts[RANK], counts[PRESENT], rss)
        _fix(levels, level, needs[0, block] & free)
        at[0] += 1
        at[1] += 1
        budget -= 1
    return bool(at[0] < 0)


@inner
def record(found: Found, rank: int, blocks: int, rss: float) -> None:
    """Enter a subset among the best of its rank."""
    most = found.rss.shape[1]
    if not rss < found.rss[rank, most - 1] * (1 - TIE):
        return
    for k in range(most):
        if found.sets[rank, k] == blocks and found.rss[rank, k] < np.inf:
            return
    k = most - 1
    while k > 0 and found.rss[rank, k - 1] > rss:
        found.rss[rank, k], found.sets[rank, k] = found.rss[rank, k - 1], found.sets[rank, k - 1]
        k -= 1
    found.rss[rank, k], found.sets[rank, k] = rss, blocks
    _set_thresholds(found)


@inner
def _set_thresholds(found: Found) -> None:
    rows, within, smallest, cut = found.cut
    best = np.inf
    for s in range(len(found.cost)):
        last = found.rss[s, found.rss.shape[1] - 1]
        found.threshold[s] = last if found.cost[s] < np.inf and last > smallest else -1.0
        if cut and found.cost[s] < np.inf and found.rss[s, 0] < np.inf:
            best = min(best, rows * np.log(max(found.rss[s, 0], smallest)) + found.cost[s])
    if cut and best < np.inf:
        for s in range(len(found.cost)):
            beaten = np.exp((best + within - found.cost[s]) / rows)
            found.threshold[s] = min(found.threshold[s], beaten)


@inner
def _largest(gain: Array, free: int) -> int:
    best = -1
    for b in range(len(gain)):
        if free >> b & 1 and (best < 0 or gain[b] > gain[best]):
            best = b
    return best


@inner
def _is_idle(levels: Levels, level: int, needs: IntArray) -> bool:
    """Whether a set is as good without one of its blocks, all of whose columns depend on the others."""
    if not _waiting(levels, level):
        return False
    last, present = len(levels.counts) - 1, levels.counts[level, PRESENT]
    for b in range(needs.shape[1]):
        if present >> b & 1 and not needs[1, b] & present & ~(1 << b):
            _descend(levels, level, last, 1 << b)
            if levels.counts[last, RANK] == levels.counts[level, RANK]:
                return True
    return False


@inner
def _descend(levels: Levels, level: int, below: int, dropped: int) -> None:
    """The node at one level, at another without the blocks `dropped`."""
    m = levels.counts[level, M]
    for i in range(m):
        for k in range(m):
            levels.T[below, i, k] = levels.T[level, i, k]
        levels.w[below, i], levels.block[below, i] = levels.w[level, i], levels.block[level, i]
        levels.waits[below, i], levels.mate[below, i] = levels.waits[level, i], levels.mate[level, i]
        levels.spread[below, i], levels.shared[below, i] = levels.spread[level, i], levels.shared[level, i]
    for i in range(levels.counts.shape[1]):
        levels.counts[below, i] = levels.counts[level, i]
    for i in range(levels.sums.shape[1]):
        levels.sums[below, i] = levels.sums[level, i]
    levels.counts[below, PRESENT] &= ~dropped
    levels.counts[below, FRESH] = max(levels.counts[level, FRESH] - 1, 0)
    _remove(levels, below, dropped, 1)
    j = levels.counts[below, M] - 1
    while j >= 0:
        if dropped >> levels.block[below, j] & 1:
            _drop_column(levels, below, j)
            j = levels.counts[below, M]
        j -= 1


@inner
def _fix(levels: Levels, level: int, blocks: int) -> None:
    """All subsets below keep these: their columns need no place any more, once none waits."""
    levels.counts[level, FIXED] |= blocks
    levels.counts[level, FRESH] = max(levels.counts[level, FRESH] - 1, 0)
    if not _waiting(levels, level):
        _remove(levels, level, levels.counts[level, FIXED], 0)


@inner
def _waiting(levels: Levels, level: int) -> int:
    waiting = 0
    for j in range(levels.counts[level, M]):
        waiting += levels.waits[level, j]
    return int(waiting)


@inner
def _remove(levels: Levels, level: int, blocks: int, waiting: int) -> None:
    """Take the columns of some blocks that wait, or that do not, out of the tableau, as they are."""
    j = levels.counts[level, M] - 1
    while j >= 0:
        if blocks >> levels.block[level, j] & 1 and levels.waits[level, j] == waiting:
            _take_out(levels, level, j)
        j -= 1


@inner
def _take_out(levels: Levels, level: int, j: int) -> None:
    """The last column comes to the place of column j."""
    T, mate, last = levels.T[level], levels.mate[level], levels.counts[level, M] - 1
    if mate[j] >= 0:
        mate[mate[j]] = -1
    if j != last:
        for k in range(last + 1):
            T[j, k] = T[last, k]
        for k in range(last + 1):
            T[k, j] = T[k, last]
        levels.w[level, j], levels.block[level, j] = levels.w[level, last], levels.block[level, last]
        levels.waits[level, j], levels.spread[level, j] = levels.waits[level, last], levels.spread[level, last]
        levels.shared[level, j], mate[j] = levels.shared[level, last], mate[last]
        if mate[j] >= 0:
            mate[mate[j]] = j
    levels.counts[level, M] = last


@inner
def _drop_column(levels: Levels, level: int, j: int) -> None:
    """Column j, which is in, goes; one that waits and depends on it takes its place."""
    T, w, m, waits = levels.T[level], levels.w[level], levels.counts[level, M], levels.waits[level]
    p, heir, share = T[j, j], -1, SETTLED
    levels.sums[level, RSS] += w[j] * w[j] / p
    levels.counts[level, RANK] -= 1
    for k in range(m):
        if waits[k] and T[j, k] * T[j, k] / p > share:
            heir, share = k, T[j, k] * T[j, k] / p
    for i in range(m):
        f = T[i, j] / p
        if i == j or f == 0:
            continue
        w[i] += f * w[j] if waits[i] else -f * w[j]
        for k in range(m):  # row j itself stays as it is, and goes
            T[i, k] -= f * T[j, k]
        if waits[i]:
            for k in range(m):
                T[i, k] += 2 * f * T[j, k] * waits[k]
    if heir >= 0:
        _take_place(levels, level, heir, j)
    _take_out(levels, level, j)


@inner
def _take_place(levels: Levels, level: int, h: int, gone: int) -> None:
    """Column h, which waits and has something left of its own now that column `gone` is, comes in."""
    T, w, m, waits = levels.T[level], levels.w[level], levels.counts[level, M], levels.waits[level]
    d = T[h, h]
    levels.sums[level, RSS] -= w[h] * w[h] / d
    levels.counts[level, RANK] += 1
    for i in range(m):
        if i in (h, gone):
            continue
        f = T[i, h] / d
        if waits[i]:
            w[i] = 0.0
        else:
            w[i] -= f * w[h]
        for k in range(m):
            if k != h and k != gone:
                if waits[i] and waits[k]:
                    T[i, k] = 0.0
                elif waits[i] == waits[k]:
                    T[i, k] += f * T[k, h]
                else:
                    T[i, k] -= f * T[k, h]
    for i in range(m):
        if i != h and i != gone:
            T[i, h] = T[h, i] = T[i, h] / d if waits[i] else -T[i, h] / d
    w[h], T[h, h], waits[h] = w[h] / d, 1 / d, 0
    levels.spread[level, h], levels.mate[level, h] = 1 / d, -1
    levels.sums[level, LAMBDA] = np.inf
