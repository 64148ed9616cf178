"""How many digits of each coefficient can be trusted: those the sums deliver, and those the data allow.

To first order, an error δ in the cross-products moves the coefficients b by (ZᵀVZ)⁻¹ times δ applied to b. Two sources:

  * the sums: cross-product (i, k) is off by ℓ_i ℓ_k √(η_i η_k), with η the noise that the state says its sums have, and
    ℓ_k = √Σ v x_k²,

        δb_j = √(Σ_i M_ji² ℓ_i² η_i) · √(Σ_k b_k² ℓ_k² η_k + ℓ_y² η_y),        M = (ZᵀVZ)⁻¹

  * the data: values that were rounded on their way in, independently, by u_k relative to their size (u = 2⁻⁵³/√3, 0 for
    whole numbers), leave b_j uncertain by a standard deviation

        sd_j² = M_jj (Σ_k u_k² r_k² b_k² + u_y² r_y²) + RSS Σ_k M_jk² u_k² r_k²,    r_k² = ℓ_k² / Σ v

The first is an error, and the digits left are counted from it and from rounding the result; the second limits what any
program can know, counted from 2 sd. Source: Higham (2002), *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
§20.1; Stewart (1977), SIAM Review 19(4), for the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments import Moments
from slopewise.moments.integral import Integral
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

MOST = 15.95
"""−log₁₀ 2⁻⁵³: a float64 holds no more."""

BLURRED = 1e-28
"""The noise from which on a column that is left out may have had something to say: values have some 10⁻³¹."""

EXACT = 2.0**100
"""Below that double-double sums of whole numbers are exact."""


@dataclass(frozen=True)
class Digits:
    """Decimal digits of each parameter, (k,), intercept first if there is one; NaN where nothing was estimated.

    `delivered`: against the exact least-squares answer of the values as they are; `limit`: what their rounding allows.
    """

    delivered: Array
    limit: Array

    @property
    def worst(self) -> tuple[float, float]:
        """The fewest digits delivered, and the fewest that the data allow; NaN without any estimate."""
        return _fewest(self.delivered), _fewest(self.limit)


def digits(moments: Moments, solution: Solution) -> Digits:
    """The digits of every estimated parameter of the least-squares answer.

    >>> from slopewise.solvers.exact import solve
    >>> line = Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> digits(line, solve(line)).delivered.round(2).tolist()
    [15.95, 15.95]
    """
    lengths = np.append(np.sqrt(moments.weight), moments.lengths())
    size = np.where(lengths > 0, lengths, 1.0)  # in these units nothing overflows, and every column has length 1
    b = np.append(solution.intercept, np.nan_to_num(solution.coefficients)) * (size[:-1] / size[-1])
    M = np.nan_to_num(solution.unscaled_covariance) * size[:-1, None] * size[:-1]
    rss = solution.residual_sum_of_squares / size[-1] / size[-1]
    noise, unknown = np.append(0.0, moments.body.noise()), np.append(0.0, moments.rounding**2 / 3 / moments.weight)
    means = np.append(moments.body.weight_noise(), np.zeros(moments.p))  # those of the means reach the intercept alone
    M_squared, b_squared = M**2, b**2
    error = np.sqrt(M_squared @ noise[:-1] + means) * np.sqrt(b_squared @ noise[:-1] + noise[-1])
    variance = np.diagonal(M) * (b_squared @ unknown[:-1] + unknown[-1]) + rss * (M_squared @ unknown[:-1])
    first = 0 if solution.has_intercept else 1
    estimated = np.isfinite(np.diagonal(solution.unscaled_covariance))[first:]
    if _is_swallowed(moments, solution):
        error = np.full_like(error, np.inf)
    counted = [_count(found[first:], b[first:]) for found in (error, 2 * np.sqrt(np.maximum(variance, 0.0)))]
    return Digits(*(np.where(estimated, count, np.nan) for count in counted))


def _is_swallowed(moments: Moments, solution: Solution) -> bool:
    """Whether a column has gone under in the rounding of rows taken out, so that no digit can be vouched for.

    A column was left out as constant, or as one that others determine, and may be neither; or it is all rounding. That
    whole numbers are all zero is certain, as long as their sums are exact.
    """
    body = moments.body
    if isinstance(body, Integral) or body.removed is None:
        return False
    noise, removed = body.noise(), body.removed[1:]
    whole = (moments.rounding == 0) & (moments.log_weight == 0) & (removed < EXACT)
    zeros = whole & (body.squares() == 0) & (moments.precision == "double-double")
    dropped = np.isin(np.arange(moments.q), solution.dropped)
    return bool(((noise >= 1) & ~zeros | dropped & ~zeros & (noise > BLURRED)).any())


def _count(error: Array, b: Array) -> Array:
    """−log₁₀ of the relative error, between 0 and what a float64 holds; a parameter without error has them all."""
    size = np.abs(b)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(error == 0, 0.0, error / size)
    counted: Array = np.clip(-np.log10(np.clip(relative, 2.0**-53, None)), 0.0, MOST)
    return counted


def _fewest(counted: Array) -> float:
    known = counted[~np.isnan(counted)]
    return float(known.min()) if len(known) else float("nan")
