"""The exact least-squares answer from moments: centred, scaled, swept.

    w = S_xx⁺ s_xy        b = ȳ − w·x̄

with S_xx and s_xy the cross-products about the mean. Centring takes the intercept out of the system, scaling takes
the units out; what is left is as well conditioned as the question itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopewise.errors import FitError
from slopewise.moments import Moments
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair
from slopewise.moments.shifted import Shifted
from slopewise.solvers.rational import solve_exactly
from slopewise.solvers.solution import Solution
from slopewise.solvers.sweep import Swept, sweep
from slopewise.typing import Array


def solve(moments: Moments, *, intercept: bool = True) -> Solution:
    """Minimise Σ v (w·x + b − y)² from the state alone.

    A state of precision "exact" is solved in rational arithmetic and rounded once, the others in double-double. Works
    with fewer rows than parameters too: columns that earlier ones determine are dropped, and `rank` says what
    was estimated. Raises `FitError` for a state without rows.

    >>> answer = solve(Moments.of([1.0, 2.0], [300.0, 500.0]))
    >>> answer.intercept, answer.coefficients.tolist(), answer.rank
    (100.0, [200.0], 2)
    """
    if not moments.rows:
        raise FitError("there are no rows to fit; add rows with nonzero weight first")
    if isinstance(moments.body, Integral):
        return solve_exactly(moments.body, moments.rounding, intercept=intercept)
    body, exponents = moments.body.normalised()
    products = body.centred() if intercept else body.raw()
    noise = body.noise()
    squares = np.diagonal(body.raw().hi)
    swept = sweep(
        products,
        np.maximum((4 * moments.rounding) ** 2, noise) * squares,
        noise * squares,
        plain=isinstance(body, Shifted),
    )
    mean = body.mean()
    b = mean[-1] - (swept.coefficients * mean[:-1]).total() if intercept else Pair.of(0.0)
    w = swept.coefficients.value()
    w[list(swept.dropped)] = np.nan
    x_mean = mean[:-1].value()
    solution = Solution(
        intercept=float(b.value()),
        coefficients=w,
        has_intercept=intercept,
        rank=len(swept.kept) + intercept,
        dropped=swept.dropped,
        combinations={j: _with_intercept(c, j, x_mean, intercept) for j, c in swept.combinations.items()},
        condition=_condition(products.hi, swept),
        residual_sum_of_squares=float(swept.rss.value()),
        explained_sum_of_squares=float((products[-1, -1] - swept.rss).value()),
        unscaled_covariance=_covariance(swept, mean[:-1], float(moments.weight), intercept),
    )
    return _in_units(solution, exponents) if exponents.any() else solution


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


def _with_intercept(combination: Array, j: int, x_mean: Array, intercept: bool) -> Array:
    constant = float(x_mean[j] - combination @ x_mean) if intercept else 0.0
    return np.concatenate([[constant], combination])


def _condition(products: Array, swept: Swept) -> float:
    """√(λmax(C) λmax(C⁻¹)) of the kept products C scaled to a unit diagonal.

    The smallest eigenvalue is read off the inverse, which was formed in double-double: from C itself float64 could not
    tell it from rounding once the condition exceeds 10⁸.
    """
    kept = np.ix_(swept.kept, swept.kept)
    if not len(swept.kept):
        return 1.0
    scale = 1 / np.sqrt(np.diagonal(products)[swept.kept])
    largest = np.linalg.eigvalsh(products[kept] * scale[:, None] * scale)[-1]
    inverse = np.linalg.eigvalsh(swept.inverse.hi[kept] / scale[:, None] / scale)[-1]
    return float(np.sqrt(largest * inverse))


def _covariance(swept: Swept, x_mean: Pair, weight: float, intercept: bool) -> Array:
    """(ZᵀVZ)⁻¹ from the centred inverse G: var(b) = 1/W + x̄ᵀG x̄, cov(b, w) = −G x̄."""
    G = swept.inverse
    p = G.shape[0]
    full = np.full((p + 1, p + 1), np.nan)
    kept = 1 + swept.kept
    full[np.ix_(kept, kept)] = G.value()[np.ix_(swept.kept, swept.kept)]
    if intercept:
        cross = -(G * x_mean).total()
        full[0, 0] = float((Pair.of(1.0) / weight - (cross * x_mean).total()).value())
        full[0, kept] = full[kept, 0] = cross.value()[swept.kept]
    return full
