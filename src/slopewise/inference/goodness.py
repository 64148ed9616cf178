"""How well the model fits, in one row of figures, counted as R counts them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from slopewise.inference.covariance import Covariance, wald_statistic
from slopewise.inference.digits import Digits
from slopewise.inference.estimates import degrees_of_freedom
from slopewise.inference.geometry import Geometry
from slopewise.moments import Moments
from slopewise.moments.rows import UNIT
from slopewise.solvers.solution import Solution


@dataclass(frozen=True)
class Goodness:
    """With n rows, rank r, q = r − 1 (r without an intercept) and TSS about the mean (about 0 without one):

    `r_squared` 1 − RSS/TSS; `adj_r_squared` 1 − (RSS/(n − r)) / (TSS/(n − 1)) (n without an intercept); `sigma`
    √(RSS/(n − r)); `statistic` F = ((TSS − RSS)/q) / σ², `p_value` its tail, `df` q, `df_residual` n − r; `nobs` n;
    `log_lik` the Gaussian log-likelihood at its maximum over σ; with c = r + 1 parameters, of which σ is one, `aic`
    −2·log_lik + 2c, `aicc` aic + 2c(c + 1)/(n − c − 1), `bic` −2·log_lik + log(n)·c; `condition` that of the scaled
    columns (`Solution`); `digits` and `digits_limit` the fewest digits of a coefficient that were delivered and
    that the data allow (`Digits`). NaN where a figure does not exist. With a covariance that is not classical, F
    and its tail are Wald's, and the second degrees of freedom those of its t. Source: Seber & Lee (2003), *Linear
    Regression Analysis*, 2nd ed., §4.4 and §12.3.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> found = model.record().goodness
    >>> round(found.r_squared, 3), round(found.sigma, 1), found.nobs, found.df_residual, round(found.aic, 2)
    (0.879, 72.2, 6, 4, 71.94)
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
    aicc: float
    bic: float
    condition: float
    digits: float
    digits_limit: float


def total_sum_of_squares(moments: Moments, intercept: bool) -> float:
    """Σ v (y − ȳ)², or Σ v y² for a model without an intercept."""
    return float((moments.centred if intercept else moments.raw)[-1, -1])


def goodness(
    moments: Moments,
    solution: Solution,
    trusted: Digits | None = None,
    robust: tuple[Geometry, Covariance] | None = None,
) -> Goodness:
    """The figures of one fit, from the state, the solution, and the digits to be trusted if they are known.

    `robust`: the geometry of the fit and the covariance of its coefficients, where that is not the classical one.

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
    variance = rss / df_residual if df_residual else math.nan
    ess = solution.explained_sum_of_squares
    F = wald_statistic(*robust) if robust else _ratio(_ratio(ess, df), variance)
    df_of_F = robust[1].df if robust else df_residual
    c = solution.rank + 1
    log_lik = 0.5 * (float(moments.log_weight) - n * (math.log(2 * math.pi) + 1 + _log(rss / n)))
    return Goodness(
        r_squared=_ratio(ess, tss) if ess < rss else 1 - _ratio(rss, tss),  # whichever does not cancel
        adj_r_squared=1 - _ratio(variance, _ratio(tss, df_total)),
        sigma=math.sqrt(variance),
        statistic=F,
        p_value=float(special.fdtrc(df, df_of_F, F)) if math.isfinite(F) else (0.0 if F > 0 else math.nan),
        df=df,
        df_residual=df_residual,
        nobs=n,
        log_lik=log_lik,
        aic=-2 * log_lik + 2 * c,
        aicc=-2 * log_lik + 2 * c + (2 * c * (c + 1) / (n - c - 1) if n > c + 1 else math.nan),
        bic=-2 * log_lik + math.log(n) * c,
        condition=solution.condition,
        digits=trusted.worst[0] if trusted else math.nan,
        digits_limit=trusted.worst[1] if trusted else math.nan,
    )


def essentially_perfect(moments: Moments, solution: Solution) -> bool:
    """True when the residuals are no larger than the rounding of the target's values, or of the sums."""
    relative = max((4 * UNIT) ** 2, float(moments.body.noise()[-1]))
    return bool(solution.residual_sum_of_squares <= relative * float(moments.lengths()[-1]) ** 2)


def _ratio(a: float, b: float) -> float:
    if b:
        return a / b
    return math.inf if a > 0 else math.nan


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf
