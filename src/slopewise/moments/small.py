"""The shifted sums of a small table, in NumPy: the plain spelling that the fused kernel is tested against."""

from __future__ import annotations

import numpy as np

from slopewise.typing import AnyArray, Array


def shifted_sums(X: AnyArray, y: AnyArray, weights: Array | None, origin: Array) -> tuple[Array, Array]:
    """Sums and cross-products of the rows z = [x, y] about an origin o.

        sums = Σ vᵢ (zᵢ − o)            products = Σ vᵢ (zᵢ − o)(zᵢ − o)ᵀ

    `X` (m, p), `y` (m,), `weights` (m,) or None for ones, `origin` (p + 1,). Returns (p + 1,) and a symmetric
    (p + 1, p + 1).

    >>> sums, products = shifted_sums(np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), None, np.array([1.0, 3.0]))
    >>> sums.tolist(), products.tolist()
    ([1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    m, p = X.shape
    Z = np.empty((m, p + 1))
    # An infinite value minus the origin, or a sum past the largest float64, is found by the caller in the sums.
    with np.errstate(invalid="ignore", over="ignore"):
        np.subtract(X, origin[:p], out=Z[:, :p])
        np.subtract(y, origin[p], out=Z[:, p])
        if weights is None:
            return Z.sum(axis=0), Z.T @ Z
        Z[weights == 0] = 0.0  # whatever such a row holds: 0 times NaN would be NaN
        V = weights[:, None] * Z
        products = Z.T @ V
        return V.sum(axis=0), (products + products.T) / 2
