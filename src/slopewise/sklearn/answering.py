"""From checked rows to the coefficients of least squares and ridge: by the state, or from the rows where that is less.

The state of p columns holds p² numbers. A wide table, m ≤ p, is smaller than that: there the same equations are solved
in the rows, as (K + ρ) c = y with K = X Xᵀ (m, m) about the means, and w = Xᵀ c. Where float64 has too few digits the
sums are taken once more in double-double; of a wide table, or one of many columns, the singular values of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.linalg import svd
from scipy.optimize import nnls

from slopewise.moments import Moments
from slopewise.sklearn.intake import Table
from slopewise.solvers.shortest import (
    EPS,
    Root,
    Shortest,
    from_root,
    root_of,
    shortest,
    solve_semidefinite,
    with_intercepts,
)
from slopewise.typing import Array

MANY = 128
"""Columns beyond which the singular values of the rows are found sooner than sums in double-double, and their root."""


SMALL = 2**22
"""Values of a sparse table up to which it is spread out where float64 sums about zero have too few digits."""


@dataclass(frozen=True, eq=False)
class Answered:
    """An answer, and the state that it came from: None where it came from the rows of a wide table.

    `products` (m, m) are those of such rows with one another, about the means.
    """

    found: Shortest
    moments: Moments | None
    products: Array | None = None


def answer(table: Table, ridge: Array, *, intercept: bool, cut: float = 0.0, positive: bool = False) -> Answered:
    """Minimise ‖√v (Y − XW − b)‖² + Σ ρ_t ‖w_t‖² for `ridge` ρ (k,); directions below `cut` do not count.

    `positive` keeps every coefficient from being negative.
    """
    options = {"intercept": intercept, "cut": cut, "positive": positive}
    if table.m <= table.p and not table.is_sparse:
        return _wide(table, ridge, **options)
    state = table.state("double")
    found = from_state(state, ridge, last=table.is_sparse and table.m * table.p > SMALL, **options)
    if found is None and table.is_sparse:
        return answer(table.dense(), ridge, **options)
    if found is None and table.p > MANY:
        found = _from_rows(table, ridge, **options)
    elif found is None:
        state = table.state("double-double")
        found = from_state(state, ridge, **options)
    return Answered(cast(Shortest, found), state)


def from_state(
    moments: Moments, ridge: Array, *, intercept: bool, cut: float = 0.0, positive: bool = False, last: bool = True
) -> Shortest | None:
    """As `answer`, from a state alone; None where float64 has too few digits, unless this is the `last` resort."""
    p = moments.q - len(ridge)
    if not positive:
        found = shortest(moments, ridge, intercept=intercept, cut=cut)
        if found is not None or not last:
            return found
    root = root_of(moments, p, intercept=intercept, float64_only=not last)
    if root is None:
        return None
    solved = nonnegative(root, ridge) if positive else from_root(root, ridge, cut)
    return with_intercepts(*solved, moments, intercept=intercept)


def nonnegative(root: Root, ridge: Array) -> tuple[Array, int]:
    """W (p, k) ≥ 0 that minimises ‖Z − RW‖² + Σ ρ_t ‖w_t‖², by Lawson & Hanson's active sets, and how many columns are not all zero."""
    W = np.empty((root.matrix.shape[1], len(ridge)))
    for t in range(len(ridge)):
        W[:, t] = nnls(*_beneath(root.matrix, root.targets[:, t], float(ridge[t])))[0]
    return W, int(np.count_nonzero(W.any(axis=1)))


def _beneath(A: Array, b: Array, rho: float) -> tuple[Array, Array]:
    """A and b with √ρ I and zeros beneath them: least squares of these is ridge of those."""
    if not rho:
        return A, b
    p = A.shape[1]
    return np.vstack([A, np.sqrt(rho) * np.eye(p)]), np.concatenate([b, np.zeros(p)])


def _from_rows(table: Table, ridge: Array, intercept: bool, cut: float, positive: bool) -> Shortest:
    """By the singular values of the centred rows."""
    X, Y, mean = table.centred(intercept=intercept)
    solved = nonnegative(Root(X, Y), ridge) if positive else _by_singular_values(X, Y, ridge, cut)
    return _about(mean, *solved)


def _wide(table: Table, ridge: Array, intercept: bool, cut: float, positive: bool) -> Answered:
    """w = Xᵀ c with (X Xᵀ + ρ) c = y about the means.

    There √v is a direction without spread, X and Y being orthogonal to it; a spread given to it changes no answer, and
    leaves a matrix that Cholesky's method can factor.
    """
    X, Y, mean = table.centred(intercept=intercept)
    K = H = X @ X.T
    if positive:
        return Answered(_about(mean, *nonnegative(Root(X, Y), ridge)), None, K)
    if intercept:
        still = np.ones(table.m) if table.weights is None else np.sqrt(table.weights)
        H = K + np.trace(K) / table.m * np.outer(still, still / (still @ still))
    solved = solve_semidefinite(H, Y, ridge, cut)
    if solved is None:
        return Answered(_about(mean, *_by_singular_values(X, Y, ridge, cut)), None, K)
    return Answered(_about(mean, X.T @ solved[0], solved[1] - intercept), None, K)


def _about(mean: Array, W: Array, rank: int) -> Shortest:
    p = len(W)
    return Shortest(W.T, mean[p:] - mean[:p] @ W, rank)


def _by_singular_values(X: Array, Y: Array, ridge: Array, cut: float) -> tuple[Array, int]:
    U, s, Vt = svd(X, full_matrices=False)
    some = s > max(cut, max(X.shape) * EPS) * s.max(initial=0.0)
    along = (U.T @ Y)[some] * (s[some, None] / (s[some, None] ** 2 + ridge))
    return Vt[some].T @ along, int(np.count_nonzero(some))
