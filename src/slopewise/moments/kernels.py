"""Which kernel fills the moments: NumPy's for a small table, Numba's for a large one.

Measured on two cores: NumPy takes about 10 ns a value whatever the shape, Numba 1 to 3 ns on one thread. But Numba
takes 0.65 s to import and load, once a process (2.5 s the first time ever, to compile). So a table of up to LARGE
values stays with NumPy, where Numba could save 20 ms at most. The choice depends on the shape alone, never on what ran
before.
"""

from __future__ import annotations

from slopewise.moments import small
from slopewise.threads import thread_count
from slopewise.typing import AnyArray, Array

LARGE = 2_000_000
"""Values m·(p + 1) above which Numba's kernel is used."""


def shifted_sums(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, *, threads: int | None = None
) -> tuple[Array, Array]:
    """Sums and cross-products of the rows z = [x, y] about an origin o.

        sums = Σ vᵢ (zᵢ − o)            products = Σ vᵢ (zᵢ − o)(zᵢ − o)ᵀ

    `X` (m, p) and `y` (m,) of float64 or float32, `weights` (m,) or None for ones, `origin` (p + 1,). Returns (p + 1,)
    and a symmetric (p + 1, p + 1). A large table is read on `threads` threads, see `slopewise.threads.thread_count`;
    their number does not change the answer. A small one is left to NumPy's BLAS.

    >>> import numpy as np
    >>> sums, products = shifted_sums(np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), None, np.array([1.0, 3.0]))
    >>> sums.tolist(), products.tolist()
    ([1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    workers = thread_count(threads)
    if X.shape[0] * len(origin) <= LARGE:
        return small.shifted_sums(X, y, weights, origin)
    from slopewise.moments import large

    return large.shifted_sums(X, y, weights, origin, threads=workers)
