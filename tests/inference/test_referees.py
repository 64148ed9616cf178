"""Estimates, tests, intervals and goodness of fit against statsmodels; information criteria as R counts them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError
from slopewise.inference.estimates import estimates, t_quantile
from slopewise.inference.goodness import essentially_perfect, goodness
from slopewise.moments import Moments
from slopewise.solvers.exact import solve


def both(intercept: bool, weighted: bool) -> tuple[Moments, Any]:
    rng = np.random.default_rng(8)
    X = rng.normal(size=(120, 3)) * [1, 10, 0.1] + [5, -3, 0]
    y = X @ [1.0, -0.3, 4.0] + 2 + rng.normal(size=120)
    v = rng.gamma(2.0, size=120) if weighted else None
    design = sm.add_constant(X) if intercept else X
    return Moments.of(X, y, weights=v), sm.WLS(y, design, weights=1.0 if v is None else v).fit()


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("level", [0.9, 0.99])
def test_each_coefficient_as_statsmodels_has_it(intercept: bool, weighted: bool, level: float) -> None:
    moments, referee = both(intercept, weighted)
    e = estimates(moments, solve(moments, intercept=intercept), level)
    assert_allclose(e.estimate, referee.params, rtol=1e-9)
    assert_allclose(e.std_error, referee.bse, rtol=1e-9)
    assert_allclose(e.statistic, referee.tvalues, rtol=1e-9)
    assert_allclose(e.p_value, referee.pvalues, rtol=1e-7, atol=1e-300)
    assert_allclose(np.column_stack([e.conf_low, e.conf_high]), referee.conf_int(1 - level), rtol=1e-8)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_whole_fit_as_statsmodels_has_it(intercept: bool, weighted: bool) -> None:
    moments, referee = both(intercept, weighted)
    g = goodness(moments, solve(moments, intercept=intercept))
    assert_allclose(g.r_squared, referee.rsquared, rtol=1e-10)
    assert_allclose(g.adj_r_squared, referee.rsquared_adj, rtol=1e-10)
    assert_allclose(g.sigma, math.sqrt(referee.scale), rtol=1e-10)
    assert_allclose(g.statistic, referee.fvalue, rtol=1e-9)
    assert_allclose(g.p_value, referee.f_pvalue, rtol=1e-7, atol=1e-300)
    assert (g.df, g.df_residual, g.nobs) == (referee.df_model, referee.df_resid, referee.nobs)
    assert_allclose(g.log_lik, referee.llf, rtol=1e-12)
    # R counts σ among the parameters, statsmodels does not: one more for AIC, log n for BIC.
    assert_allclose(g.aic, referee.aic + 2, rtol=1e-12)
    assert_allclose(g.bic, referee.bic + math.log(g.nobs), rtol=1e-12)


def test_frequencies_count_as_copies_everywhere() -> None:
    rng = np.random.default_rng(9)
    X, y, f = rng.normal(size=(60, 2)), rng.normal(size=60), rng.integers(0, 4, 60)
    counted, copied = Moments.of(X, y, frequency=f), Moments.of(np.repeat(X, f, axis=0), np.repeat(y, f))
    for name, value in vars(goodness(counted, solve(counted))).items():
        assert_allclose(value, getattr(goodness(copied, solve(copied)), name), rtol=1e-11, err_msg=name)


def test_no_degrees_of_freedom_leave_nothing_to_say() -> None:
    line = Moments.of([1.0, 2.0], [300.0, 500.0])
    e, g = estimates(line, solve(line)), goodness(line, solve(line))
    assert np.isnan(np.column_stack([e.std_error, e.statistic, e.p_value, e.conf_low, e.conf_high])).all()
    assert math.isnan(g.sigma)
    assert math.isnan(g.p_value)
    assert g.r_squared == 1
    assert essentially_perfect(line, solve(line))


def test_a_constant_target_has_no_r_squared() -> None:
    flat = Moments.of([1.0, 2.0, 3.0], [0.1, 0.1, 0.1])
    answer, g = solve(flat), goodness(flat, solve(flat))
    assert answer.coefficients.tolist() == [0.0]
    assert answer.intercept == 0.1
    assert math.isnan(g.r_squared)
    assert math.isnan(g.statistic)
    assert g.log_lik == math.inf


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ArgumentError, match=r"must lie between 0 and 1; 0\.95 gives 95 % intervals"):
        t_quantile(level, 5)
