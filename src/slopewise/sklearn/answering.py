"""From checked rows to the coefficients of least squares and ridge: by the state, or from the rows where that is less.

The state of p columns holds p² numbers. A wide table, m ≤ p, is smaller than that: there the same equations are solved
in the rows, as (K + ρ) c = y with K = X Xᵀ (m, m) about the means, and w = Xᵀ c. Where float64 has too few digits the
sums are taken once more in double-double; of a wide table, or one of many columns, the singular values of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import svd
from scipy.optimize import nnls

from slopewise.moments import Moments
from slopewise.sklearn.intake import SMALL, Table
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


@dataclass(frozen=True, eq=False)
class Problem:
    """minimise ‖√v (Y − XW − b)‖² + Σ ρ_t ‖w_t‖² for `ridge` ρ (k,); directions of X below `cut` do not count.

    `intercept` says whether there is a b, `positive` that no coefficient may be negative.
    """

    ridge: Array
    intercept: bool
    cut: float = 0.0
    positive: bool = False


@dataclass(frozen=True, eq=False)
class Answered:
    """An answer, and the state that it came from: None where it came from the rows of a wide table.

    `products` (m, m) are those of such rows with one another, about the means.
    """

    found: Shortest
    moments: Moments | None
    products: Array | None = None


def answer(table: Table, problem: Problem) -> Answered:
    """The answer to a problem on the rows of a table."""
    if table.m <= table.p and not table.is_sparse:
        return _wide(table, problem)
    state = table.state("double")
    if table.is_sparse and table.m * table.p > SMALL:
        return from_state(state, problem)
    found = _in_float64(state, problem)
    if found is not None:
        return Answered(found, state)
    if table.is_sparse:
        return answer(table.dense(), problem)
    if table.p > MANY:
        return Answered(_from_rows(table, problem), state)
    return from_state(table.state("double-double"), problem)


def from_state(moments: Moments, problem: Problem) -> Answered:
    """The answer from a state alone, in as many digits as it holds."""
    found = _in_float64(moments, problem)
    if found is None:
        root = root_of(moments, moments.q - len(problem.ridge), intercept=problem.intercept)
        found = with_intercepts(*_by_root(root, problem), moments, intercept=problem.intercept)
    return Answered(found, moments)


def _in_float64(moments: Moments, problem: Problem) -> Shortest | None:
    """The answer where float64 gives ten digits of it."""
    if not problem.positive:
        return shortest(moments, problem.ridge, intercept=problem.intercept, cut=problem.cut)
    root = root_of(moments, moments.q - len(problem.ridge), intercept=problem.intercept, clear_only=True)
    return with_intercepts(*_by_root(root, problem), moments, intercept=problem.intercept) if root else None


def _by_root(root: Root, problem: Problem) -> tuple[Array, int]:
    """W (p, k) and the rank, from a root or from rows themselves."""
    return _nonnegative(root, problem.ridge) if problem.positive else from_root(root, problem.ridge, problem.cut)


def _nonnegative(root: Root, ridge: Array) -> tuple[Array, int]:
    """W (p, k) ≥ 0 that minimises ‖Z − RW‖² + Σ ρ_t ‖w_t‖², by Lawson & Hanson's active sets; how many are not zero."""
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


def _from_rows(table: Table, problem: Problem) -> Shortest:
    """By the singular values of the centred rows."""
    X, Y, mean = table.centred(intercept=problem.intercept)
    return _about(mean, *_of_centred(X, Y, problem))


def _wide(table: Table, problem: Problem) -> Answered:
    """w = Xᵀ c with (X Xᵀ + ρ) c = y about the means.

    There √v is a direction without spread, X and Y being orthogonal to it; a spread given to it changes no answer, and
    leaves a matrix that Cholesky's method can factor.
    """
    X, Y, mean = table.centred(intercept=problem.intercept)
    K = H = X @ X.T
    if problem.intercept:
        still = np.ones(table.m) if table.weights is None else np.sqrt(table.weights)
        H = K + np.trace(K) / table.m * np.outer(still, still / (still @ still))
    solved = None if problem.positive else solve_semidefinite(H, Y, problem.ridge, problem.cut)
    if solved is None:
        return Answered(_about(mean, *_of_centred(X, Y, problem)), None, K)
    return Answered(_about(mean, X.T @ solved[0], solved[1] - problem.intercept), None, K)


def _of_centred(X: Array, Y: Array, problem: Problem) -> tuple[Array, int]:
    """W (p, k) and the rank, by the singular values of X (m, p)."""
    if problem.positive:
        return _nonnegative(Root(X, Y), problem.ridge)
    U, s, Vt = svd(X, full_matrices=False)
    some = s > max(problem.cut, max(X.shape) * EPS) * s.max(initial=0.0)
    along = (U.T @ Y)[some] * (s[some, None] / (s[some, None] ** 2 + problem.ridge))
    return Vt[some].T @ along, int(np.count_nonzero(some))


def _about(mean: Array, W: Array, rank: int) -> Shortest:
    p = len(W)
    return Shortest(W.T, mean[p:] - mean[:p] @ W, rank)
