"""A root of the Hessian, H = RᵀR, in double-double: the intercept eliminated first, then a pivoted Cholesky factor.

The singular values of R are the square roots of the eigenvalues, so a weak mode keeps digits that H itself lacks.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.objective.quadratic import Quadratic
from slopewise.solvers.sweep import plus_product, powers_of_two, quotient
from slopewise.typing import Array

EXACT_LIMIT = 256
"""Parameters; with more, double-double would take longer than the descent itself."""


def root_of(quadratic: Quadratic) -> Pair:
    """R (r, q): [1, x̄] and then the root of the centred block; or, without an intercept, the root of both together.

    >>> from slopewise.moments import Moments
    >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> J = Quadratic.of(houses, optimum=np.array([100.0, 200.0]), minimum=0.0, rank=2)
    >>> root_of(J).hi.tolist()
    [[1.0, 1.5], [0.0, 0.5]]
    """
    centred, level = Pair.of(quadratic.centred), Pair.of(quadratic.level)
    if not quadratic.intercept:
        return _semidefinite_root(plus_product(centred, level[:, None], level), quadratic.rank)
    rest = _semidefinite_root(centred, quadratic.rank - 1)
    return Pair(np.vstack([level.hi, rest.hi]), np.vstack([level.lo, rest.lo]))


def _semidefinite_root(matrix: Pair, rank: int) -> Pair:
    """R with RᵀR = matrix, for a positive semidefinite matrix (q, q) of known rank; units do not matter."""
    scale = powers_of_two(np.diagonal(matrix.hi))
    unit = matrix.scaled(scale[:, None]).scaled(scale)
    root = _pivoted_cholesky(unit, rank) if len(scale) <= EXACT_LIMIT else _spectral_root(unit.hi, rank)
    return root.scaled(1 / scale)


def _pivoted_cholesky(rest: Pair, rank: int) -> Pair:
    """R (rank, q) with RᵀR = rest, one row for each pivot, the largest first.

    Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., §10.3.
    """
    rows = Pair.zeros((rank, len(rest.hi)))
    for i in range(rank):
        j = int(np.argmax(np.diagonal(rest.hi)))
        if not rest.hi[j, j] > 0:
            return rows[:i]
        rows[i] = row = quotient(rest[j], rest[j, j].root())
        rest = plus_product(rest, -row[:, None], row)
        rest[j] = rest[:, j] = Pair.of(0.0)  # whatever rounding says
    return rows


def _spectral_root(matrix: Array, rank: int) -> Pair:
    """R = Λ^½ Vᵀ (rank, q) of the largest eigenvalues: quicker for many parameters, and less exact."""
    eigenvalues, vectors = np.linalg.eigh(matrix)
    kept = slice(len(matrix) - rank, None)
    return Pair.of((np.sqrt(np.maximum(eigenvalues[kept], 0)) * vectors[:, kept]).T)
