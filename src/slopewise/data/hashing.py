"""Hashes of 64 bits, the same in every run, for choosing rows at random without a seed.

Whoever keeps the rows with the smallest hashes of their numbers keeps each with the same chance, and the same ones
however the rows were cut into blocks: the smallest of a whole are the smallest of the smallest of its parts.

Reference: G. L. Steele, D. Lea & C. H. Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA,
figure 17 (SplitMix64's finalizer, a bijection: two rows never tie).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from slopewise.typing import IntArray

Hashes: TypeAlias = npt.NDArray[np.uint64]

SPACE = 2.0**64
"""As many hashes as there are: hash / SPACE lies in [0, 1)."""

_PIECE = 2**13  # hashes made at a time, so that they stay in the first caches


def mixed(keys: Hashes) -> Hashes:
    """SplitMix64 of each key: a bijection, after which keys that were close are not.

    >>> [hex(value) for value in mixed(np.array([0, 1], dtype=np.uint64)).tolist()]
    ['0xe220a8397b1dcdaf', '0x910a2dec89025cc1']
    """
    hashes = keys + np.uint64(0x9E3779B97F4A7C15)
    for start in range(0, len(hashes), _PIECE):
        z = hashes[start : start + _PIECE]
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z ^= z >> np.uint64(shift)
            z *= np.uint64(factor)
        z ^= z >> np.uint64(31)
    return hashes


def of_rows(number: IntArray) -> Hashes:
    """A hash for each row number (m,)."""
    return mixed(number.astype(np.uint64))


def smallest(hashes: Hashes, limit: int) -> IntArray:
    """The places of the `limit` smallest hashes (m,), in order; all places where there are no more.

    >>> smallest(np.array([30, 10, 20], dtype=np.uint64), 2).tolist()
    [1, 2]
    """
    if len(hashes) <= limit:
        return np.arange(len(hashes))
    few = np.flatnonzero(hashes <= np.uint64(likely(limit, len(hashes))))
    places = few if len(few) >= limit else np.arange(len(hashes))
    return np.sort(places[np.argpartition(hashes[places], limit - 1)[:limit]])


def drawn(number: IntArray, limit: int) -> IntArray:
    """`smallest(of_rows(number), limit)`, without writing most of the hashes to memory.

    >>> drawn(np.arange(1, 100), 3).tolist()
    [20, 47, 67]
    """
    if len(number) <= max(limit, _PIECE):
        return smallest(of_rows(number), limit)
    below = np.uint64(likely(limit, len(number)))
    places, found = [], []
    for start in range(0, len(number), _PIECE):
        hashes = of_rows(number[start : start + _PIECE])
        few = np.flatnonzero(hashes <= below)
        places.append(few + start)
        found.append(hashes[few])
    if sum(map(len, found)) < limit:
        return smallest(of_rows(number), limit)
    return np.concatenate(places)[smallest(np.concatenate(found), limit)]


def likely(limit: int, rows: int) -> float:
    """A bound that nearly always more than `limit` of so many hashes stay below, and few more."""
    return min(1.25 * limit / rows, 1.0) * (SPACE - 2**11)
