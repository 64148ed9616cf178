"""Each coefficient with its standard error, t-test and interval.

Classical inference for y = Zθ + ε with independent errors of variance σ²/v:

    σ̂² = RSS / (n − r)        cov(θ̂) = σ̂² (ZᵀVZ)⁻¹        t_j = θ̂_j / se_j  on n − r degrees of freedom

with r the rank. Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §3.5, §5.1 and §5.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers.solution import Solution
from slopewise.typing import Array


@dataclass(frozen=True)
class Estimates:
    """Arrays over the parameters, (k,), intercept first if there is one; NaN where there is nothing to say.

    `estimate` and `std_error` in target units per feature unit; `statistic` = estimate / std_error; `p_value`
    two-sided; `conf_low`, `conf_high`: the interval at `level`.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> found = model.estimates()
    >>> found.estimate.round(1).tolist(), found.std_error.round(1).tolist(), found.level
    ([2.4, 209.4], [91.6, 38.8], 0.95)
    """

    estimate: Array
    std_error: Array
    statistic: Array
    p_value: Array
    conf_low: Array
    conf_high: Array
    level: float


def degrees_of_freedom(moments: Moments, solution: Solution) -> int:
    """n − r, the rows less the parameters estimated; 0 when every row is used up."""
    return max(int(moments.rows) - solution.rank, 0)


def covariance(moments: Moments, solution: Solution) -> Array:
    """The classical covariance σ̂² (ZᵀVZ)⁻¹ of the parameters, (k, k), intercept first if there is one.

    NaN for dropped columns, and everywhere when no degrees of freedom are left.

    >>> from slopewise.solvers.exact import solve
    >>> line = Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> np.round(covariance(line, solve(line)), 4).tolist()
    [[0.3889, -0.1667], [-0.1667, 0.0833]]
    """
    df = degrees_of_freedom(moments, solution)
    variance = solution.residual_sum_of_squares / df if df else np.nan
    return variance * parameter_block(solution)


def parameter_block(solution: Solution) -> Array:
    """(ZᵀVZ)⁻¹ without the row and column of an intercept that the model does not have, (k, k)."""
    first = 0 if solution.has_intercept else 1
    return solution.unscaled_covariance[first:, first:]


def estimates(
    moments: Moments, solution: Solution, level: float = 0.95, *, cov: tuple[Array, int] | None = None
) -> Estimates:
    """t-tests against zero and t-intervals for every parameter.

    `cov`: the covariance of the parameters (k, k) and the degrees of freedom of t; the classical ones unless given.

    >>> from slopewise.solvers.exact import solve
    >>> line = Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> estimates(line, solve(line)).p_value.round(4).tolist()
    [0.4788, 0.121]
    """
    matrix, df = cov or (covariance(moments, solution), degrees_of_freedom(moments, solution))
    estimate = solution.coefficients
    if solution.has_intercept:
        estimate = np.concatenate([[solution.intercept], estimate])
    with np.errstate(divide="ignore", invalid="ignore"):
        std_error = np.sqrt(np.diagonal(matrix))
        statistic = estimate / std_error
    half = t_quantile(level, df) * std_error
    p_value = 2 * special.stdtr(df, -np.abs(statistic)) if df else np.full_like(estimate, np.nan)
    return Estimates(estimate, std_error, statistic, p_value, estimate - half, estimate + half, level)


def t_quantile(level: float, df: int) -> float:
    """The half-width of a two-sided interval in standard errors; NaN without degrees of freedom.

    >>> round(t_quantile(0.95, 10), 4)
    2.2281
    """
    check_level(level)
    return float(special.stdtrit(df, (1 + level) / 2)) if df else float("nan")


def check_level(level: float) -> None:
    """Refuse a level that no interval has."""
    if not (isinstance(level, int | float) and 0 < level < 1):
        raise ArgumentError(f"level={level!r} must lie between 0 and 1; 0.95 gives 95 % intervals")
