"""The figures and the tests of many groups at once, each as `goodness` and `estimates` have them for one fit.

And whether one model does for all groups (Chow): with RSS_g and rank r_g of each, and RSS and r of all rows together,

    F = ((RSS − Σ RSS_g) / (Σ r_g − r)) / (Σ RSS_g / (n − Σ r_g))      on Σ r_g − r and n − Σ r_g degrees of freedom

Source: Chow, G. C. (1960), "Tests of equality between sets of coefficients in two linear regressions", Econometrica
28(3), 591–605; Fisher, F. M. (1970), the same, 38(2), 361–366, for groups with fewer rows than parameters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import special

from slopewise.inference.estimates import Estimates, check_level
from slopewise.inference.scatters import Sureness
from slopewise.numerals import probability
from slopewise.solvers.batched import Solutions
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

Status: TypeAlias = Literal[
    "ok",
    "no rows",
    "fewer rows than parameters",
    "no residual degrees of freedom",
    "constant target",
    "columns dropped",
    "a single cluster",
]

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, eq=False)
class Figures:
    """Arrays (G,) over the groups, as `Goodness` defines them for one; NaN where a figure does not exist.

    They are `nobs`, `r_squared`, `adj_r_squared`, `sigma`, `statistic`, `p_value`, `df`, `df_residual`, `log_lik`,
    `aic` and `bic`.

    `rank` counts the parameters estimated; `status` (G,) are places in `STATUSES`: what is the matter with a group.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.fit("price ~ area", ames, by="Street").figures
    >>> found.nobs.tolist(), found.sigma.round().tolist()
    ([12, 2918], [32568.0, 56586.0])
    """

    nobs: IntArray
    r_squared: Array
    adj_r_squared: Array
    sigma: Array
    statistic: Array
    p_value: Array
    df: IntArray
    df_residual: IntArray
    rank: IntArray
    log_lik: Array
    aic: Array
    bic: Array
    status: AnyArray


@dataclass(frozen=True)
class Chow:
    """Whether one model does for all groups: `statistic` F on `df` and `df_residual`, and its upper tail `p_value`.

    `groups`: those that have rows; `rss_pooled` and `rss_separate`: what one model, and one for each, leave.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.fit("price ~ area", ames, by="Street").chow()
    >>> round(found.statistic, 3), found.df, found.df_residual, round(found.p_value, 3), found.groups
    (1.134, 2, 2926, 0.322, 2)
    """

    statistic: float
    df: int
    df_residual: int
    p_value: float
    groups: int
    rss_pooled: float
    rss_separate: float

    def __str__(self) -> str:
        if math.isnan(self.p_value):
            return (
                f"One model for all {self.groups:,} groups cannot be tested against one for each: the degrees of "
                f"freedom would be {self.df:,} and {self.df_residual:,}."
            )
        differ = "differ by group" if self.p_value < 0.05 else "are not seen to differ by group"
        return (
            f"The coefficients {differ}: F({self.df:,}, {self.df_residual:,}) = {self.statistic:.4g}, "
            f"p {probability(self.p_value)}, for one model of all {self.groups:,} groups against one for each."
        )


def figures(found: Solutions, nobs: IntArray, log_weight: Array, robust: Sureness | None = None) -> Figures:
    """The figures of all groups, from their solutions, Σ f, and Σ f log v, (G,) each.

    `robust`: standard errors and Wald's F, where they are not the classical ones.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.batched import solve_stack
    >>> states = Moments.stack([Moments.of([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 4.0]), Moments.of([1.0], [1.0])])
    >>> fit = figures(solve_stack(states), states.rows, states.log_weight)
    >>> fit.r_squared.round(4).tolist(), [STATUSES[code] for code in fit.status]
    ([0.8963, nan], ['ok', 'fewer rows than parameters'])
    """
    ones, n = int(found.has_intercept), nobs.astype(np.float64)
    df, df_residual = np.maximum(found.rank - ones, 0), np.maximum(nobs - found.rank, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(df_residual > 0, found.rss / df_residual, np.nan)
        r_squared = np.where(found.ess < found.rss, found.ess / found.tss, 1 - found.rss / found.tss)
        F = _ratio(_ratio(found.ess, df), variance) if robust is None else robust.statistic
        df_of_F = df_residual if robust is None else robust.df
        log_lik = 0.5 * (log_weight - n * (math.log(2 * math.pi) + 1 + np.log(found.rss / n)))
        tail = np.where(np.isposinf(F), 0.0, special.fdtrc(df, df_of_F, F))
        spent = 2.0 * (found.rank + 1)
        return Figures(
            nobs,
            r_squared,
            1 - variance / (found.tss / (n - ones)),
            np.sqrt(variance),
            F,
            tail,
            df,
            df_residual,
            found.rank,
            log_lik,
            -2 * log_lik + spent,
            -2 * log_lik + np.log(n) * (found.rank + 1),
            _status(found, nobs, None if robust is None else robust.single),
        )


def estimates_of(
    found: Solutions, df_residual: IntArray, level: float = 0.95, robust: Sureness | None = None
) -> Estimates:
    """Every parameter of every group with its standard error, t-test and interval, (G, k), intercept first if any.

    `robust`: standard errors and their degrees of freedom, where they are not the classical ones.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.batched import solve_stack
    >>> states = Moments.stack([Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])])
    >>> estimates_of(solve_stack(states), np.array([1])).p_value.round(4).tolist()
    [[0.4788, 0.121]]
    """
    check_level(level)
    first = 1 - int(found.has_intercept)
    estimate = np.column_stack([found.intercept, found.coefficients])[:, first:]
    freedom = df_residual if robust is None else robust.df
    df = freedom.astype(np.float64)[:, None]
    kinds, which = np.unique(freedom, return_inverse=True)
    quantiles = np.where(kinds > 0, special.stdtrit(np.maximum(kinds, 1), (1 + level) / 2), np.nan)[which][:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if robust is None:
            variance = np.where(df > 0, found.rss[:, None] / df, np.nan)
            std_error = np.sqrt(variance * found.unscaled_variances[:, first:])
        else:
            std_error = np.where(df > 0, robust.std_error, np.nan)
        statistic = estimate / std_error
        p_value = np.where(df > 0, 2 * special.stdtr(df, -np.abs(statistic)), np.nan)
    half = quantiles * std_error
    return Estimates(estimate, std_error, statistic, p_value, estimate - half, estimate + half, level)


def chow(found: Solutions, nobs: IntArray, rss: float, rank: int) -> Chow:
    """The test of one model for all rows, of this RSS and rank, against those of the groups.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.batched import solve_stack
    >>> from slopewise.solvers.exact import solve
    >>> x, y = [1.0, 2.0, 4.0], [4.0, 1.0, 0.0]
    >>> states = Moments.stack([Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]), Moments.of(x, y)])
    >>> one = solve(states.pool())
    >>> test = chow(solve_stack(states), states.rows, one.residual_sum_of_squares, one.rank)
    >>> test.df, test.df_residual, round(test.statistic, 4)
    (2, 2, 5.4961)
    """
    used = nobs > 0
    separate, ranks = math.fsum(found.rss[used].tolist()), int(found.rank[used].sum())
    df, df_residual = ranks - rank, int(nobs.sum()) - ranks
    if df <= 0 or df_residual <= 0:
        return Chow(math.nan, df, df_residual, math.nan, int(used.sum()), rss, separate)
    between, within = max(rss - separate, 0.0) / df, separate / df_residual
    F = between / within if within else (math.inf if between else math.nan)
    tail = float(special.fdtrc(df, df_residual, F)) if math.isfinite(F) else (0.0 if F > 0 else math.nan)
    return Chow(F, df, df_residual, tail, int(used.sum()), rss, separate)


def _status(found: Solutions, nobs: IntArray, single: BoolArray | None) -> AnyArray:
    """What is the matter with each group, the first that holds, (G,): places in `STATUSES`."""
    parameters = found.coefficients.shape[1] + int(found.has_intercept)
    holds: list[AnyArray] = [
        nobs == 0,
        nobs < parameters,
        nobs <= found.rank,
        found.tss == 0,
        found.rank < parameters,
        np.zeros(len(nobs), dtype=np.bool_) if single is None else single,
    ]
    codes: AnyArray = np.select(holds, list(range(1, len(STATUSES))), 0)
    return codes


def _ratio(a: Array, b: AnyArray) -> Array:
    """a / b; infinite for a positive number over zero, NaN for zero over zero."""
    ratio: Array = np.where(b == 0, np.where(a > 0, np.inf, np.nan), a / b)
    return ratio
