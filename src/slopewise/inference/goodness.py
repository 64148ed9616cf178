"""How well the model fits, in one row of figures, counted as R counts them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from slopewise.inference.estimates import degrees_of_freedom
from slopewise.moments import Moments
from slopewise.solvers.exact import Solution


@dataclass(frozen=True)
class Goodness:
    """With n rows, rank r, q = r − 1 (r without an intercept) and TSS about the mean (about 0 without one):

    `r_squared` 1 − RSS/TSS; `adj_r_squared` 1 − (RSS/(n − r)) / (TSS/(n − 1)) (n without an intercept);
    `sigma` √(RSS/(n − r)); `statistic` F = ((TSS − RSS)/q) / σ², `p_value` its tail, `df` q, `df_residual` n − r;
    `nobs` n; `log_lik` the Gaussian log-likelihood at its maximum over σ, `aic` −2·log_lik + 2(r + 1), `bic`
    −2·log_lik + log(n)·(r + 1): σ is a parameter; `condition` that of the scaled columns (`Solution`). NaN where a
    figure does not exist. Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §4.4 and §12.3.
    """

    r_squared: float
    adj_r_squared: float
    sigma: float
    statistic: float
    p_value: float
    df: int
    df_residual: int
    nobs: int
    log_lik: float
    aic: float
    bic: float
    condition: float


def total_sum_of_squares(moments: Moments, intercept: bool) -> float:
    """Σ v (y − ȳ)², or Σ v y² for a model without an intercept."""
    return float((moments.centred if intercept else moments.raw)[-1, -1])


def goodness(moments: Moments, solution: Solution) -> Goodness:
    """The figures of one fit, from the state and the solution.

    >>> from slopewise.solvers.exact import solve
    >>> line = Moments.of([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 4.0])
    >>> figures = goodness(line, solve(line))
    >>> round(figures.r_squared, 4), round(figures.aic, 4), figures.df_residual
    (0.8963, 10.3796, 2)
    """
    n, rss = int(moments.rows), solution.residual_sum_of_squares
    tss = total_sum_of_squares(moments, solution.has_intercept)
    df_residual = degrees_of_freedom(moments, solution)
    df = solution.rank - solution.has_intercept
    df_total = n - solution.has_intercept
    variance = _ratio(rss, df_residual)
    F = _ratio(_ratio(tss - rss, df), variance)
    log_lik = 0.5 * (float(moments.log_weight) - n * (math.log(2 * math.pi) + 1 + _log(rss / n)))
    return Goodness(
        r_squared=1 - _ratio(rss, tss),
        adj_r_squared=1 - _ratio(variance, _ratio(tss, df_total)),
        sigma=math.sqrt(variance),
        statistic=F,
        p_value=float(special.fdtrc(df, df_residual, F)) if math.isfinite(F) else (0.0 if F > 0 else math.nan),
        df=df,
        df_residual=df_residual,
        nobs=n,
        log_lik=log_lik,
        aic=-2 * log_lik + 2 * (solution.rank + 1),
        bic=-2 * log_lik + math.log(n) * (solution.rank + 1),
        condition=solution.condition,
    )


def essentially_perfect(moments: Moments, solution: Solution) -> bool:
    """True when the residuals are no larger than the rounding of the sums they come from."""
    floor = 64 * np.finfo(np.float64).eps * total_sum_of_squares(moments, solution.has_intercept)
    return bool(solution.residual_sum_of_squares <= floor)


def _ratio(a: float, b: float) -> float:
    if b:
        return a / b
    return math.inf if a > 0 else math.nan


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
