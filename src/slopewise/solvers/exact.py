"""The exact least-squares answer from moments: centred, scaled, swept.

    w = S_xx⁺ s_xy        b = ȳ − w·x̄

with S_xx and s_xy the cross-products about the mean. Centring takes the intercept out of the system, scaling takes
the units out; what is left is as well conditioned as the question itself. The means go along through the sweep, as the
column of ones that centring has swept already: so it ends with b and its covariances too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopewise.errors import FitError
from slopewise.moments import Moments
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.shifted import Shifted
from slopewise.solvers.orthogonal import orthogonal_columns, sweep_orthogonal
from slopewise.solvers.rational import solve_exactly
from slopewise.solvers.solution import Solution
from slopewise.solvers.sweep import MANY, Swept, sweep
from slopewise.threads import thread_count
from slopewise.typing import Array, IntArray

FEW, STEPS, CLOSE = 128, 160, 2.0**-23
"""Up to FEW columns all eigenvalues are found sooner than the largest, and after STEPS steps towards it, too; CLOSE is
how near a step must come, relative to it."""


def solve(moments: Moments, *, intercept: bool = True, threads: int | None = None) -> Solution:
    """Minimise Σ v (w·x + b − y)² from the state alone.

    A state of precision "exact" is solved in rational arithmetic and rounded once, the others in double-double. Works
    with fewer rows than parameters too: columns that earlier ones determine are dropped, and `rank` says what
    was estimated. Many columns are swept on `threads` threads, see `slopewise.threads.thread_count`; their number does
    not change the answer. Raises `FitError` for a state without rows.

    >>> answer = solve(Moments.of([1.0, 2.0], [300.0, 500.0]))
    >>> answer.intercept, answer.coefficients.tolist(), answer.rank
    (100.0, [200.0], 2)
    """
    if not moments.rows:
        raise FitError("there are no rows to fit; add rows with nonzero weight first")
    if isinstance(moments.body, Integral):
        return solve_exactly(moments.body, moments.rounding, intercept=intercept)
    body, exponents = moments.body.normalised()
    ones = int(intercept)  # as many columns of ones come first
    noise, rounding = (np.append(np.zeros(ones), each) for each in (body.noise(), moments.rounding))
    limits = np.maximum((4 * rounding) ** 2, noise), noise
    A, swept = _of_groups(body, *limits, ones, threads) or _in_turn(body, *limits, ones, threads)
    solution = _by_position(swept, A, ones)
    return _in_units(solution, exponents) if exponents.any() else solution


def _in_turn(body: Shifted | Paired, limit: Array, noise: Array, ones: int, threads: int | None) -> tuple[Pair, Swept]:
    """The products about the means, and the answer, of one column after another.

    `limit` and `noise` are relative to the squares Σ v z² of the columns, see `sweep`.
    """
    A = _with_means(body) if ones else body.raw()
    squares = _squares(A.hi, ones)
    return A, sweep(A, limit * squares, noise * squares, start=ones, threads=threads)


def _of_groups(
    body: Shifted | Paired, limit: Array, noise: Array, ones: int, threads: int | None
) -> tuple[Pair, Swept] | None:
    """The same where most columns are orthogonal to each other, and none is near to depending on others; else None."""
    if not isinstance(body, Paired) or body.removed is not None or body.q <= MANY:
        return None
    raw = body.products if ones else body.raw()
    orthogonal = orthogonal_columns(raw.hi[:-1, :-1])
    if 2 * len(orthogonal) <= body.q:
        return None
    squares = np.diagonal(raw.hi).copy()
    squares[:ones] = 0.0
    limits = limit * squares, noise * squares, thread_count(threads)
    if not ones:
        swept = sweep_orthogonal(raw, orthogonal, None, *limits)
        return None if swept is None else (raw, swept)
    mean = raw[0] / raw[0, 0]
    A = _about_means(raw, orthogonal, mean)
    moved = np.setdiff1d(np.arange(1, len(raw.hi)), orthogonal)
    about = raw.copy()
    about[moved], about[:, moved] = A[moved], A[:, moved]
    about[0, moved], about[moved, 0] = Pair.zeros(moved.shape), Pair.zeros(moved.shape)
    swept = sweep_orthogonal(about, orthogonal, mean, *limits)
    return None if swept is None else (A, swept)


def _about_means(raw: Pair, orthogonal: IntArray, mean: Pair) -> Pair:
    """As `_with_means`, of raw products over [1, z]; in float64 alone where two orthogonal columns meet.

    Nothing cancels there: the products are minus those of the means, but on the diagonal, which is taken from pairs.
    """
    A = Pair(raw.hi - raw.hi[0, :, None] * mean.hi, np.zeros_like(raw.hi))
    others = np.setdiff1d(np.arange(len(raw.hi)), orthogonal)
    near = raw[others] - raw[others, 0, None] * mean
    A[others], A[:, others] = near, near.swapped()
    at = np.arange(len(raw.hi))
    A[at, at] = raw[at, at] - raw[0] * mean
    A[0], A[:, 0], A[0, 0] = mean, mean, Pair.of(-1.0) / raw[0, 0]
    return A


def _with_means(body: Shifted | Paired) -> Pair:
    """[[−1/W, z̄ᵀ], [z̄, S_zz]], (q + 1, q + 1): the products of [1, z] with the column of ones swept."""
    A = Pair.zeros((body.q + 1, body.q + 1))
    A[0, 0] = Pair.of(-1.0) / float(body.weight)
    A[0, 1:] = A[1:, 0] = body.mean()
    A[1:, 1:] = body.centred()
    return A


def _squares(A: Array, ones: int) -> Array:
    """Σ v z² of each column of A, NaN where it leaves the floats; 0 for the ones, which are exact."""
    squares = np.diagonal(A).copy()
    if ones:
        with np.errstate(over="ignore"):
            squares += A[0] ** 2 / -A[0, 0]
        squares[0] = 0.0
    return np.where(np.isfinite(squares), squares, np.nan)


def _by_position(swept: Swept, A: Pair, ones: int) -> Solution:
    """The answer, with zero or NaN for the intercept of a model that has none."""
    missing = 1 - ones
    theta = np.pad(swept.coefficients, (missing, 0))
    return Solution(
        intercept=float(theta[0]),
        coefficients=theta[1:],
        has_intercept=bool(ones),
        rank=int(np.count_nonzero(swept.kept)),
        dropped=tuple(j - ones for j in swept.combinations),
        combinations={j - ones: np.pad(c, (missing, 0)) for j, c in swept.combinations.items()},
        condition=_condition(A.hi, swept, ones),
        residual_sum_of_squares=float(swept.rss.value()),
        explained_sum_of_squares=float((A[-1, -1] - swept.rss).value()),
        unscaled_covariance=np.pad(swept.inverse, (missing, 0), constant_values=np.nan),
    )


def _in_units(solution: Solution, exponents: Array) -> Solution:
    """The answer for columns z from that for z·2^−e: powers of two round nothing."""
    e, e_y = exponents[:-1].astype(np.int64), int(exponents[-1])
    whole = np.append(0, e)
    return replace(
        solution,
        intercept=float(np.ldexp(solution.intercept, e_y)),
        coefficients=np.ldexp(solution.coefficients, e_y - e),
        combinations={j: np.ldexp(c, e[j] - whole) for j, c in solution.combinations.items()},
        residual_sum_of_squares=float(np.ldexp(solution.residual_sum_of_squares, 2 * e_y)),
        explained_sum_of_squares=float(np.ldexp(solution.explained_sum_of_squares, 2 * e_y)),
        unscaled_covariance=np.ldexp(solution.unscaled_covariance, -whole[:, None] - whole),
    )


def _condition(products: Array, swept: Swept, ones: int) -> float:
    """√(λmax(C) λmax(C⁻¹)) of the kept products C, without the ones, scaled to a unit diagonal.

    The smallest eigenvalue is read off the inverse, which was formed in double-double: from C itself float64 could not
    tell it from rounding once the condition exceeds 10⁸.
    """
    slopes = ones + np.flatnonzero(swept.kept[ones:])
    if not len(slopes):
        return 1.0
    kept = np.ix_(slopes, slopes)
    scale = 1 / np.sqrt(np.diagonal(products)[slopes])
    largest = _largest_eigenvalue(products[kept] * scale[:, None] * scale)
    return float(np.sqrt(largest * _largest_eigenvalue(swept.inverse[kept] / scale[:, None] / scale)))


def _largest_eigenvalue(A: Array) -> float:
    """λmax of a symmetric, positive A (n, n); a large one needs few products with vectors, and no other eigenvalue.

    By Lanczos' method, orthogonalised in full: λ is the largest eigenvalue of A restricted to the span of q, Aq, A²q …,
    and ‖Av − λv‖ ≤ 2⁻²³ λ for its vector v, which puts λ itself within some 2⁻⁴⁶ unless others are as close. Source:
    Golub & Van Loan (2013), *Matrix Computations*, 4th ed., §10.1 and §10.3.
    """
    n = len(A)
    if n <= FEW:
        return float(np.linalg.eigvalsh(A)[-1])
    q, T = np.zeros((STEPS + 1, n)), np.zeros((STEPS + 1, STEPS + 1))
    q[0] = np.random.default_rng(0).normal(size=n)
    q[0] /= np.linalg.norm(q[0])
    for k in range(STEPS):
        r = A @ q[k]
        T[k, k] = q[k] @ r
        for _ in range(2):  # once leaves what rounding left of the large part
            r -= (q[: k + 1] @ r) @ q[: k + 1]
        T[k, k + 1] = T[k + 1, k] = length = np.linalg.norm(r)
        if k % 8 == 7 or length <= CLOSE * T[k, k]:
            values, vectors = np.linalg.eigh(T[: k + 1, : k + 1])
            if length * abs(vectors[-1, -1]) <= CLOSE * values[-1]:
                return float(values[-1])
        q[k + 1] = r / length
    return float(np.linalg.eigvalsh(A)[-1])
