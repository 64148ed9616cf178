"""What the machine can do: bytes read a second, and floating-point operations a second, on all threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import numpy as np

from slopewise.threads import thread_count
from slopewise.typing import Array

SIDE = 2048
"""The side of the square product: large enough that it waits for arithmetic alone."""


def read(values: Array) -> float:
    """The sum of a contiguous float64 vector, each thread reading its share: nothing reads the rows faster.

    >>> read(np.ones(100))
    100.0
    """
    shares = np.array_split(values, thread_count())
    with ThreadPoolExecutor(len(shares)) as pool:
        return float(sum(pool.map(_summation(), shares)))


def multiply(side: int = SIDE) -> tuple[Callable[[], Any], float]:
    """A matrix product as BLAS does it on all its threads, and the operations that it takes.

    >>> run, operations = multiply(2)
    >>> run().shape, operations
    ((2, 2), 16.0)
    """
    A = np.random.default_rng(0).normal(size=(side, side))
    return partial(np.matmul, A, A), 2.0 * side**3


@cache
def _summation() -> Callable[[Array], float]:
    """The compiled sum of a vector, read in four streams at the full width of the registers (hence reassociated)."""
    from numba import njit

    def summation(values: Array) -> float:
        n = len(values) // 4
        a = b = c = d = 0.0
        for i in range(n):
            a += values[i]
            b += values[n + i]
            c += values[2 * n + i]
            d += values[3 * n + i]
        for i in range(4 * n, len(values)):
            d += values[i]
        return a + b + c + d

    compiled: Callable[[Array], float] = njit(nogil=True, fastmath=True)(summation)
    return compiled
