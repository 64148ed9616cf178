"""The sum of many states, compiled: a strip of their numbers after another, pairwise, as a binary counter counts.

The sums of 1, 2, 4 … states wait until there are two of a kind, so that all of it stays in the first cache.

Importing this file imports Numba, so only `pooling` does, and only for states that repay it.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments.compiled import in_order, kept
from slopewise.moments.paired_large import add_pairs
from slopewise.threads import thread_count
from slopewise.typing import Array

STRIP = 256
"""Numbers of a strip."""

LEVELS = 64
"""Sums that wait at most: those of as many states as there can be."""


def summed(high: Array, low: Array) -> Array:
    """Σ (high + low) over the first axis of (n, N), as pairs, (2, N)."""
    total = np.empty((2, high.shape[1]))
    list(in_order(lambda start: _add_up(high, low, start, total), range(0, total.shape[1], STRIP), thread_count(None)))
    return total


@kept
def _add_up(high: Array, low: Array, start: int, total: Array) -> None:
    """Fill in a strip of the total."""
    stop, n = min(start + STRIP, high.shape[1]), high.shape[0]
    width, top = stop - start, 0
    waiting = np.empty((LEVELS, 2, STRIP))
    for r in range(n):
        for t in range(width):
            waiting[top, 0, t], waiting[top, 1, t] = high[r, start + t], low[r, start + t]
        top += 1
        count = r + 1
        while top > 1 and (count % 2 == 0 or r == n - 1):
            one, other = waiting[top - 2], waiting[top - 1]
            for t in range(width):
                one[0, t], one[1, t] = add_pairs(one[0, t], one[1, t], other[0, t], other[1, t])
            top -= 1
            count //= 2
    total[:, start:stop] = waiting[0, :, :width]
