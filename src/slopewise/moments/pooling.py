"""The sum of many states, pairwise: of n double-double numbers, to an error that grows with log₂ n."""

from __future__ import annotations

import numpy as np

from slopewise.moments.pair import Pair

IN_CACHE = 2**17
"""Numbers that NumPy adds up at a time: larger pieces do not stay in the cache."""

LARGE = 2**22
"""Numbers from which on Numba adds them up, in a sixth of the time."""


def summed(terms: Pair) -> Pair:
    """Σ terms over the first axis of (n, …).

    >>> summed(Pair.of(np.array([[0.1, 1.0], [0.2, 2.0], [0.3, 4.0]]))).hi.tolist()
    [0.6, 7.0]
    """
    return _summed_large(terms) if terms.hi.size >= LARGE else _summed_small(terms)


def _summed_small(terms: Pair) -> Pair:
    """The plain spelling, which Numba's is tested against."""
    count, step = len(terms.hi), max(2, IN_CACHE // max(terms.hi[0].size, 1))
    if count > step:
        parts = [_summed_small(terms[start : start + step]) for start in range(0, count, step)]
        terms = Pair(*(np.stack([getattr(part, half) for part in parts]) for half in ("hi", "lo")))
    while (count := len(terms.hi)) > 1:
        half = count // 2
        pairs, rest = terms[: 2 * half : 2] + terms[1 : 2 * half : 2], terms[2 * half :]
        terms = Pair(np.concatenate([pairs.hi, rest.hi]), np.concatenate([pairs.lo, rest.lo]))
    return terms[0]


def _summed_large(terms: Pair) -> Pair:
    from slopewise.moments import pooling_large

    flat = [np.ascontiguousarray(half).reshape(len(half), -1) for half in (terms.hi, terms.lo)]
    total = pooling_large.summed(*flat)
    return Pair(*total.reshape(2, *terms.shape[1:]))
