"""The rows of a block that a sample keeps, compiled: one loop over the numbers of the rows, where NumPy makes ten.

Importing this file imports Numba, so only `sample` does, and only for rows that repay it.
"""

from __future__ import annotations

import numpy as np

from slopewise.data.hashing import Hashes, likely, of_rows, smallest
from slopewise.moments.compiled import kept
from slopewise.typing import IntArray


def drawn(number: IntArray, limit: int) -> IntArray:
    """As `hashing.drawn`, the same rows.

    >>> drawn(np.arange(1, 100), 3).tolist()
    [20, 47, 67]
    """
    places, hashes = np.empty(2 * limit, dtype=np.int64), np.empty(2 * limit, dtype=np.uint64)
    found = hashed_below(number, np.uint64(likely(limit, len(number))), places, hashes)
    if not limit <= found <= 2 * limit:  # next to never, unless there are few rows
        return smallest(of_rows(number), limit)
    return places[smallest(hashes[:found], limit)]


@kept
def hashed_below(number: IntArray, below: np.uint64, places: IntArray, hashes: Hashes) -> int:
    """How many numbers have a hash (`hashing.mixed`) of at most `below`; where they are, and it, of as many as fit."""
    found = 0
    for i in range(len(number)):
        z = np.uint64(number[i]) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        if z <= below:
            if found < len(places):
                places[found], hashes[found] = i, z
            found += 1
    return found
