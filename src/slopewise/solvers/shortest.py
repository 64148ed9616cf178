"""The shortest least-squares answer of one state for several targets, and ridge in the columns' own units.

    minimise ‖√v (Y − XW − b)‖² + Σ ρ_t ‖w_t‖²,  and of all minimisers take the shortest w

Where `exact` drops a collinear column, this shares its part among the columns it equals; where `ridge` standardises,
this leaves the columns in the units they have. Two ways lead there. Float64 takes the cross-products S as they are:
by Cholesky's method where S is far from singular, by its eigenvectors where its eigenvalues are either large or zero.
What lies between needs the digits that forming S has cost: there S in double-double has a triangular root, S = RᵀR,
whose singular values are those of the rows themselves. Source: Golub & Van Loan (2013), *Matrix Computations*, 4th
ed., §5.5 and §6.1.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs

from slopewise.errors import TooFewRows
from slopewise.moments import Moments
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair
from slopewise.solvers.sweep import eliminate, powers_of_two, quotient
from slopewise.typing import Array, BoolArray

CLEAR = 1e-5
"""Where the smallest eigenvalue of S + ρ is at least so large beside its largest, float64 gives ten digits."""

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Shortest:
    """`coefficients` (k, p) and `intercepts` (k,) of k targets; `rank`: how many directions of the columns count."""

    coefficients: Array
    intercepts: Array
    rank: int


@dataclass(frozen=True, eq=False)
class Root:
    """S = RᵀR of the p columns of X, and Z = R⁻ᵀ XᵀVY: the rows, rotated until p of them hold all.

    `matrix` R (p, p), upper triangular, with a row of zeros for a column that earlier ones determine; `targets` Z
    (p, k).
    """

    matrix: Array
    targets: Array


def shortest(moments: Moments, ridge: Array, *, intercept: bool = True, cut: float = 0.0) -> Shortest | None:
    """The answer for k targets, which are the last k columns of the state; `ridge` ρ (k,) in units of Σ v x².

    Directions whose singular value is at most `cut` times the largest do not count. None where float64 does not give
    ten digits: `from_root` does, of a state that holds them. Raises `TooFewRows` without rows.

    >>> twice = Moments.of([[1.0, 1.0], [2.0, 2.0]], [300.0, 500.0])
    >>> answer = shortest(twice, np.zeros(1))
    >>> answer.coefficients.round(9).tolist(), answer.intercepts.round(9).tolist(), answer.rank
    ([[100.0, 100.0]], [100.0], 1)
    """
    if not moments.weight > 0:
        raise TooFewRows("a state holds no rows, and without rows there is nothing to fit; add rows first")
    p = moments.q - len(ridge)
    S = (moments.centred if intercept else moments.raw)[:, :p]
    found = solve_semidefinite(S[:p], S[p:].T, ridge, cut)
    return found and with_intercepts(*found, moments, intercept=intercept)


def with_intercepts(W: Array, rank: int, moments: Moments, *, intercept: bool) -> Shortest:
    """Coefficients W (p, k) and their rank as an answer: b = ȳ − W·x̄, or 0."""
    p, k = W.shape
    if not intercept:
        return Shortest(W.T, np.zeros(k), rank)
    mean = moments.mean
    return Shortest(W.T, mean[p:] - mean[:p] @ W, rank)


def solve_semidefinite(A: Array, C: Array, ridge: Array, cut: float = 0.0) -> tuple[Array, int] | None:
    """W (n, k) with (A + ρ_t) w_t = c_t, the shortest, and the rank of A (n, n), in float64; None where it has too few
    digits. A is positive semidefinite, and the columns of C (n, k) lie in its span.

    >>> W, rank = solve_semidefinite(np.diag([2.0, 0.0]), np.array([[3.0], [0.0]]), np.zeros(1))
    >>> W.tolist(), rank
    ([[1.5], [0.0]], 1)
    """
    W = np.empty_like(C)
    apart = ridge[1:].any() and (ridge != ridge[0]).any()
    for rho in np.unique(ridge) if apart else ridge[:1]:
        some = ridge == rho if apart else slice(None)
        solved = _by_cholesky(A, C[:, some], float(rho), max(CLEAR, 100 * cut**2))
        if solved is None:
            return _by_eigenvectors(A, C, ridge, cut)
        W[:, some] = solved
    return W, len(A)


def _by_cholesky(A: Array, C: Array, rho: float, clear: float) -> Array | None:
    """(A + ρ)⁻¹ C if the condition in the 1-norm, which is no smaller than that in the 2-norm, is below 1/clear."""
    H = A
    if rho:
        H = A.copy()
        H.flat[:: len(A) + 1] += rho
    factor, good = _factor(H, clear)
    return np.asarray(dpotrs(factor, C)[0]) if good else None


def _factor(H: Array, clear: float) -> tuple[Array, bool]:
    """R (n, n) of H = RᵀR above the diagonal, and whether the condition of H is below 1/clear."""
    if not len(H) or not np.isfinite(H).all():
        return H, False
    factor, failed = dpotrf(H, clean=0)
    good = not failed and dpocon(factor, np.abs(H).sum(axis=0).max())[0] > clear
    return factor, bool(good)


def _by_eigenvectors(A: Array, C: Array, ridge: Array, cut: float) -> tuple[Array, int] | None:
    if not len(A) or not np.isfinite(A).all():
        return None
    d, V = np.linalg.eigh(A)
    largest = max(float(d[-1]), 0.0)
    some = d > max(8 * len(A) * EPS, cut**2) * largest
    small = float((d[some] + ridge.min()).min(initial=np.inf))
    zero = np.abs(d[~some]).max(initial=0.0)
    if small < CLEAR * (largest + ridge.min()) or zero > 8 * len(A) * EPS * largest:
        return None
    along = (V[:, some].T @ C) / (d[some, None] + ridge)
    return V[:, some] @ along, int(np.count_nonzero(some))


@overload
def root_of(moments: Moments, p: int, *, intercept: bool = True) -> Root: ...
@overload
def root_of(moments: Moments, p: int, *, intercept: bool = True, clear_only: bool) -> Root | None: ...
def root_of(moments: Moments, p: int, *, intercept: bool = True, clear_only: bool = False) -> Root | None:
    """The root of the first p columns of a state, with the others as targets, in float64 if that gives ten digits.

    Elsewhere in double-double, as good as the digits of the state are, or with `clear_only` None.

    >>> root = root_of(Moments.of([[2.0], [4.0]], [1.0, 3.0]), 1, intercept=False)
    >>> (root.matrix**2).round(9).tolist(), (root.matrix * root.targets).round(9).tolist()
    ([[20.0]], [[14.0]])
    """
    S = (moments.centred if intercept else moments.raw)[:, :p]
    factor, clear = _factor(S[:p], CLEAR)
    if clear:
        R = np.triu(factor)
        return Root(R, np.asarray(solve_triangular(R, S[p:].T, trans=1)))
    if clear_only:
        return None
    body = moments.body.lowered() if isinstance(moments.body, Integral) else moments.body
    return _root(body.centred() if intercept else body.raw(), body.noise() * body.squares(), p)


def _root(products: Pair, noise: Array, p: int) -> Root:
    """Row by row, as `triangular._cholesky`; a pivot that rounding of the sums can have made leaves its row zero."""
    scale = powers_of_two(np.abs(np.diagonal(products.hi)))
    A = products.scaled(scale[:, None]).scaled(scale)
    floors, n = noise * scale**2 + 2.0**-96, len(scale)
    R = np.zeros((p, n))
    for j in range(p):
        row = A[j, j:]
        if not row.hi[0] > floors[j]:
            continue
        row = quotient(row, row[0].root())
        R[j, j:] = row.value()
        eliminate(A[j + 1 :, j + 1 :], -row[1:], row[1:])
    R = R / scale
    return Root(R[:, :p], R[:, p:])


def from_root(root: Root, ridge: Array, cut: float = 0.0) -> tuple[Array, int]:
    """W (p, k) and the rank, by the singular values s of R: w_t = V s/(s² + ρ_t) Uᵀ z_t over those that count."""
    U, s, Vt = np.linalg.svd(root.matrix)
    some: BoolArray = s > max(cut, 8 * len(s) * EPS) * s.max(initial=0.0)
    along = (U.T @ root.targets)[some] * (s[some, None] / (s[some, None] ** 2 + ridge))
    return Vt[some].T @ along, int(np.count_nonzero(some))


def singular_values(moments: Moments, p: int, *, intercept: bool = True) -> Array:
    """Those of the first p columns of the rows, times √v and about their means, (p,), the largest first.

    >>> singular_values(Moments.of([[3.0], [4.0]], [1.0, 3.0]), 1, intercept=False).tolist()
    [5.0]
    """
    S = (moments.centred if intercept else moments.raw)[:p, :p]
    d = np.linalg.eigvalsh(S)[::-1]
    if not len(d) or d[-1] > CLEAR * d[0]:
        return np.asarray(np.sqrt(d))
    root = root_of(moments, p, intercept=intercept)
    return np.asarray(np.linalg.svd(root.matrix, compute_uv=False))


def ridge_answers(
    moments: Moments, penalties: Array, k: int = 1, *, intercept: bool = True
) -> tuple[Array, Array] | None:
    """Coefficients (L, k, p) and intercepts (L, k) for L penalties ρ on all k targets, by one decomposition.

    None where float64 does not give ten digits at the smallest of them.

    >>> W, b = ridge_answers(Moments.of([[1.0], [3.0]], [300.0, 700.0]), np.array([0.0, 2.0]))
    >>> W.ravel().tolist(), b.ravel().tolist()
    ([200.0, 100.0], [100.0, 300.0])
    """
    p = moments.q - k
    S = (moments.centred if intercept else moments.raw)[:, :p]
    if not np.isfinite(S).all():
        return None
    d, V = np.linalg.eigh(S[:p])
    if not p or max(float(d[0]), 0.0) + penalties.min() < CLEAR * float(d[-1]) or not d[-1] > 0:
        return None
    along = S[p:] @ V
    W = (along / (d + penalties[:, None])[:, None, :]) @ V.T
    mean = moments.mean
    return W, mean[p:] - W @ mean[:p] if intercept else np.zeros((len(penalties), k))
