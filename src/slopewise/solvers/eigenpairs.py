"""Eigenvalues and eigenvectors of H = RᵀR in double-double, from those that float64 finds.

Raising 1 − αλ to the billionth power takes λ to more digits than float64 has. Let X hold float64 eigenvectors, A = XᵀHX
and B = XᵀX. Both are nearly diagonal, so the eigenvectors are X(I + E) with a small E, of first order in what is not:

    λ_j = A_jj/B_jj        E_ij = N_ij/(λ_j − λ_i),   N_ij = A_ij − λ_j B_ij        E_jj = (1 − B_jj)/2

and λ_j + Σᵢ N_ij E_ij is off by no more than the fourth power of what X was. Where eigenvalues nearly coincide, float64
finds any basis of their common space; there X is first turned by the eigenvectors of A − λB within that space, from
which λ, all that they have in common, is gone. Source: Ogita & Aishima (2018), "Iterative refinement for
symmetric eigenvalue decomposition", Japan J. Indust. Appl. Math. 35, 1007–1035.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.solvers.hessian_root import EXACT_LIMIT
from slopewise.solvers.sweep import eliminate, plus_product, quotient
from slopewise.typing import Array, BoolArray

_CLOSE = 2.0**-26
"""Eigenvalues nearer than this, relative to them, are turned apart first."""

_SAME = 2.0**-16
"""Vectors that first order would turn by more than this have one eigenvalue, to all the digits there are."""


def eigenpairs(root: Pair) -> tuple[Pair, Pair]:
    """λ (r,), ascending, and unit vectors V (q, r) of RᵀR, for R (r, q) of rank r; for many parameters, in float64.

    >>> values, vectors = eigenpairs(Pair.of(np.array([[1.0, 1.5], [0.0, 0.5]])))
    >>> values.hi.round(4).tolist(), (abs(values[0].fraction() * values[1].fraction() * 4 - 1) < 1e-30)
    ([0.0729, 3.4271], True)
    """
    X = np.linalg.svd(root.hi, full_matrices=False)[2][::-1].T
    if len(X) > EXACT_LIMIT:
        return Pair.of(((root.hi @ X) ** 2).sum(axis=0)), Pair.of(X)
    A, B = _products(root, X)
    clusters = list(_clusters(np.diagonal(A.hi)))
    if clusters:
        X = X.copy()
        for c in clusters:
            X[:, c] = X[:, c] @ _turn(A[c, c], B[c, c])
        A, B = _products(root, X)
    values, E = _first_order(A, B)
    order = np.argsort(values.hi, kind="stable")
    vectors = Pair.of(X, X @ E)
    return values[order], vectors[:, order]


def _products(root: Pair, X: Array) -> tuple[Pair, Pair]:
    """XᵀRᵀRX and XᵀX, (r, r) each."""
    vectors = Pair.of(X)
    reached = Pair.zeros((len(root.hi), X.shape[1]))
    for j in range(len(X)):
        reached = plus_product(reached, root[:, j, None], vectors[j])
    return _gram(reached), _gram(vectors)


def _gram(U: Pair) -> Pair:
    """UᵀU."""
    total = Pair.zeros((U.shape[1], U.shape[1]))
    for j in range(len(U.hi)):
        eliminate(total, U[j], U[j])
    upper, lower = np.triu(np.ones(total.shape)), np.tri(len(total.hi), k=-1)
    return total.scaled(upper) + total.swapped().scaled(lower)


def _clusters(values: Array) -> Iterator[slice]:
    """Runs of ascending values in which each is close to the one before."""
    apart = np.flatnonzero(np.abs(np.diff(values)) > _CLOSE * np.abs(values[1:])) + 1
    for first, end in zip([0, *apart], [*apart, len(values)], strict=True):
        if end - first > 1:
            yield slice(first, end)


def _turn(A: Pair, B: Pair) -> Array:
    """The orthogonal matrix that separates eigenvalues which agree in most of their digits."""
    common = quotient(A[0, 0], B[0, 0])
    return np.asarray(np.linalg.eigh((A - B * common).value())[1])


def _first_order(A: Pair, B: Pair) -> tuple[Pair, Array]:
    """λ (r,) and E (r, r)."""
    i = np.arange(len(A.hi))
    values = quotient(A[i, i], B[i, i])
    N = (A - B * values).value()
    gap = (values - values[:, None]).value()
    apart: BoolArray = np.abs(N) < _SAME * np.abs(gap)
    N, gap = np.where(apart, N, -B.hi), np.where(apart, gap, 2.0)
    E = N / gap
    E[i, i] = -(B[i, i] - 1.0).value() / 2
    return values + np.where(apart, N * E, 0.0).sum(axis=0), E
