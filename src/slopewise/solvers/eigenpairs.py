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
from slopewise.solvers.sweep import quotient
from slopewise.typing import Array, BoolArray

_CLOSE = 2.0**-26
"""Eigenvalues nearer than this, relative to them, are turned apart first."""

_SAME = 2.0**-24
"""Vectors that first order would turn by more than this have one eigenvalue, to all digits that count; turned by less,
they stay orthogonal to its square."""

_BITS, _SLICES = 22, 5
"""Sums of 256 products of 22 bits by 22 are whole numbers below 2⁵³; five slices hold 110 bits."""


def eigenpairs(root: Pair) -> tuple[Pair, Pair]:
    """λ (r,), ascending, and unit vectors V (q, r) of RᵀR, for R (r, q) of rank r; for many parameters, in float64.

    >>> values, vectors = eigenpairs(Pair.of(np.array([[1.0, 1.5], [0.0, 0.5]])))
    >>> values.hi.round(4).tolist(), (abs(values[0].fraction() * values[1].fraction() * 4 - 1) < 1e-30)
    ([0.0729, 3.4271], True)
    """
    X = np.linalg.svd(root.hi, full_matrices=False)[2][::-1].T
    if len(X) > EXACT_LIMIT:
        values, vectors = Pair.of(((root.hi @ X) ** 2).sum(axis=0)), Pair.of(X)
    else:
        values, vectors = _refined(root, X)
    order = np.argsort(values.hi, kind="stable")
    return values[order], vectors[:, order]


def _refined(root: Pair, X: Array) -> tuple[Pair, Pair]:
    """λ (r,) and X(I + E), turned within clusters first."""
    A, B = _products(root, X)
    clusters = list(_clusters(np.diagonal(A.hi)))
    if clusters:
        X = X.copy()
        for c in clusters:
            X[:, c] = X[:, c] @ _turn(A[c, c], B[c, c])
        A, B = _products(root, X)
    values, E = _first_order(A, B)
    return values, Pair.of(X, X @ E)


def _products(root: Pair, X: Array) -> tuple[Pair, Pair]:
    """XᵀRᵀRX and XᵀX, (r, r) each."""
    units = _units(root.hi)
    reached = _product(root.scaled(units).swapped(), Pair.of(X / units[:, None]))
    return _product(reached, reached), _product(Pair.of(X), Pair.of(X))


def _product(U: Pair, V: Pair) -> Pair:
    """UᵀV, off by some 2⁻¹⁰⁵ of the largest entries of a column of each, for columns (n ≤ 256,).

    The columns are cut into slices of so few bits that float64 makes no error in the products of slices, in whatever
    order they are added. Source: Ozaki, Ogita, Oishi & Rump (2012), Numerical Algorithms 59(1), 95–118.
    """
    left, right = _units(U.hi), _units(V.hi)
    cuts = _slices(U.scaled(left)), _slices(V.scaled(right))
    total = Pair.zeros((len(left), len(right)))
    for order in range(_SLICES - 1, -1, -1):  # the smallest first
        for s in range(order + 1):
            total = total + cuts[0][s].T @ cuts[1][order - s]
    return total.scaled(1 / left[:, None]).scaled(1 / right)


def _slices(A: Pair) -> list[Array]:
    """A, within ±1, as a sum of multiples of 2^−b, 2^−2b, …, each of at most b bits."""
    slices, rest = [], A
    for s in range(1, _SLICES + 1):
        grid = 1.5 * 2.0 ** (52 - _BITS * s)
        slices.append((rest.hi + grid) - grid)
        rest = rest - slices[-1]
    return slices


def _units(A: Array) -> Array:
    """A power of two for each column that brings its largest entry to between ½ and 1."""
    units: Array = np.ldexp(1.0, -np.frexp(np.abs(A).max(axis=0, initial=0.0))[1])
    return units


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
