"""The triangular factor of the cross-products: the map to columns that are orthonormal over the rows.

    S = RᵀR,    u = R⁻ᵀ x    ⇒    Σ v u uᵀ = I

by Cholesky's method, row by row of R, in double-double: R⁻¹ is then as good as one from the rows themselves by
Householder's method, its error growing with the condition of the columns and not with the square of it. Source: Golub
& Van Loan (2013), *Matrix Computations*, 4th ed., §4.2.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from slopewise.moments.pair import Pair
from slopewise.solvers.sweep import eliminate, powers_of_two, quotient
from slopewise.typing import Array, BoolArray

MANY = 350
"""Columns beyond which float64 must do where it can: double-double takes 0.4 s for 300 of them, 8 s for 1,000."""


def orthonormaliser(products: Pair) -> Array:
    """R⁻¹ (n, n), upper triangular, for independent columns whose cross-products S (n, n) are `products`.

    >>> inverse = orthonormaliser(Pair.of(np.array([[4.0, 2.0], [2.0, 10.0]])))
    >>> inverse.round(4).tolist()
    [[0.5, -0.1667], [0.0, 0.3333]]
    """
    scale = powers_of_two(np.abs(np.diagonal(products.hi)))
    A = products.scaled(scale[:, None]).scaled(scale)
    n = len(scale)
    return _inverse(_factor(A)) * scale[:, None] if n else np.empty((0, 0))


def _inverse(R: Array) -> Array:
    """R⁻¹ of an upper triangular R (n, n), row by row from the last: a small one is done before BLAS has woken up."""
    n = len(R)
    if n > MANY:
        inverse: Array = solve_triangular(R, np.eye(n))
        return inverse
    inverse = np.zeros((n, n))
    for j in range(n - 1, -1, -1):
        inverse[j, j] = 1 / R[j, j]
        inverse[j, j + 1 :] = -inverse[j, j] * (R[j, j + 1 :] @ inverse[j + 1 :, j + 1 :])
    return inverse


def _factor(A: Pair) -> Array:
    """R (n, n); many columns in double-double only where float64 cannot tell them from dependent ones."""
    if len(A.hi) > MANY:
        try:
            return np.asarray(np.linalg.cholesky(A.value()).T)
        except np.linalg.LinAlgError:
            pass
    return _cholesky(A)


def _cholesky(A: Pair) -> Array:
    """R (n, n) of A = RᵀR, which is overwritten above its diagonal; rounded to float64 only when it is done."""
    n = len(A.hi)
    R = np.zeros((n, n))
    for j in range(n):
        row = A[j, j:]
        pivot = row[0].root()
        row = quotient(row, pivot)
        R[j, j:] = row.value()
        eliminate(A[j + 1 :, j + 1 :], -row[1:], row[1:])
    return R


def orthonormalisers(products: Pair, kept: BoolArray) -> Array:
    """The same for a stack (G, n, n), of the columns `kept` (G, n) in each; rows and columns of others are zero.

    >>> inverse = orthonormalisers(Pair.of(np.array([[[4.0, 2.0], [2.0, 10.0]]])), np.array([[False, True]]))
    >>> inverse.round(4).tolist()
    [[[0.0, 0.0], [0.0, 0.3162]]]
    """
    both, n = kept[:, :, None] & kept[:, None, :], kept.shape[1]
    A = products.scaled(both.astype(np.float64)) + np.eye(n) * ~kept[:, None, :]
    scale = powers_of_two(np.abs(np.diagonal(A.hi, axis1=1, axis2=2)))
    A, R = A.scaled(scale[:, :, None]).scaled(scale[:, None, :]).copy(), np.zeros(A.shape)
    for j in range(n):
        row = A[:, j, j:]
        row = quotient(row, row[:, :1].root())
        R[:, j, j:] = row.value()
        A[:, j + 1 :, j + 1 :] = A[:, j + 1 :, j + 1 :] - row[:, 1:, None] * row[:, None, 1:]
    inverse = np.zeros_like(R)
    for j in range(n - 1, -1, -1):
        inverse[:, j, j] = 1 / R[:, j, j]
        rest = (R[:, None, j, j + 1 :] @ inverse[:, j + 1 :, j + 1 :])[:, 0]
        inverse[:, j, j + 1 :] = -inverse[:, j, j, None] * rest
    return np.where(both, inverse * scale[:, :, None], 0.0)
