"""The result tables of least squares that statsmodels ships with its own tests: figures of NIST, Stata, R and gretl.

They are read where statsmodels is installed; their data are in `statsmodels.datasets`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.regression.tests.results as shipped
from numpy.testing import assert_allclose
from statsmodels.datasets import ccard, grunfeld, longley, macrodata
from statsmodels.regression.tests.results import results_grunfeld_ols_robust_cluster as clustered
from statsmodels.regression.tests.results import results_macro_ols_robust as robust
from statsmodels.regression.tests.results import results_regression as classical

import slopewise as sw

STATA = 2e-7
"""Stata holds the investments of Grunfeld's firms in single precision; statsmodels asks for 1e-6 there."""

FOLDER = Path(shipped.__file__).parent


def in_order(model: sw.LinearModel, names: list[str], values: Any) -> Any:
    """Our figures in the order of theirs, whose constant comes last."""
    at = [model.names.index(name) for name in names]
    array = np.asarray(values, dtype=np.float64)
    return array[np.ix_(at, at)] if array.ndim == 2 else array[at]


def column(model: sw.LinearModel, names: list[str], figure: str) -> Any:
    return in_order(model, names, model.tidy()[figure].to_pylist())


def test_longley_as_nist_and_stata_have_it() -> None:
    data = longley.load_pandas().data
    names = [name for name in data.columns if name != "TOTEMP"]
    model, theirs = sw.fit("TOTEMP ~ " + " + ".join(names), data), classical.Longley()
    names.append("Intercept")
    assert_allclose(column(model, names, "estimate"), theirs.params, rtol=1e-13)
    assert_allclose(column(model, names, "std_error"), theirs.bse, rtol=1e-13)
    assert_allclose(column(model, names, "p_value"), theirs.pvalues, atol=1e-8)  # to eight decimals
    (figures,) = model.glance().to_pylist()
    assert_allclose(figures["r_squared"], theirs.rsquared, rtol=1e-13)
    assert_allclose(figures["adj_r_squared"], theirs.rsquared_adj, rtol=1e-8)
    assert_allclose(figures["sigma"] ** 2, theirs.scale, rtol=1e-13)
    assert_allclose(figures["statistic"], theirs.fvalue, rtol=1e-13)
    assert_allclose(figures["log_lik"], theirs.llf, rtol=1e-6)
    assert_allclose(figures["aic"] - 2, theirs.aic, rtol=1e-6)  # R counts σ, Stata does not
    assert_allclose(model.augment(data)["residual"].to_numpy(), theirs.resid, rtol=1e-6, atol=1e-5)


def test_the_credit_cards_with_weights_as_stata_has_them() -> None:
    data = ccard.load_pandas().data
    data["v"] = 1 / data["INCOMESQ"]
    model, theirs = sw.fit("AVGEXP ~ AGE + INCOME + INCOMESQ + OWNRENT", data, weights="v"), classical.CCardWLS()
    names = ["AGE", "INCOME", "INCOMESQ", "OWNRENT", "Intercept"]
    assert_allclose(column(model, names, "estimate"), theirs.params, rtol=1e-9)
    assert_allclose(column(model, names, "std_error"), theirs.bse, rtol=1e-9)
    assert_allclose(column(model, names, "p_value"), theirs.pvalues, rtol=1e-9)
    (figures,) = model.glance().to_pylist()
    assert_allclose(figures["r_squared"], theirs.rsquared, rtol=1e-12)
    assert_allclose(figures["statistic"], theirs.fvalue, rtol=1e-12)
    assert_allclose(model.augment(data)["residual"].to_numpy(), theirs.resid, rtol=1e-6, atol=1e-4)


def growth() -> pd.DataFrame:
    data = macrodata.load_pandas().data
    rates = {name: 400 * np.diff(np.log(data[f"real{name}"])) for name in ("gdp", "inv")}
    return pd.DataFrame(rates | {"interest": data["realint"].to_numpy()[:-1]})


@pytest.mark.parametrize(("kind", "theirs"), [("HC1", robust.results_hc0), ("HC1", robust.results_ivhc0_small)])
def test_robust_standard_errors_as_stata_has_them(kind: str, theirs: Any) -> None:
    model, names = sw.fit("inv ~ gdp + interest", growth(), cov=kind), ["gdp", "interest", "Intercept"]
    assert_allclose(in_order(model, names, model.vcov()), theirs.cov, rtol=1e-10)
    table = theirs.params_table
    for figure, place in (("estimate", 0), ("std_error", 1), ("statistic", 2), ("p_value", 3)):
        assert_allclose(column(model, names, figure), table[:, place], rtol=1e-9, err_msg=figure)
    assert_allclose(column(model, names, "conf_low"), table[:, 4], rtol=1e-9)
    assert_allclose(column(model, names, "conf_high"), table[:, 5], rtol=1e-9)
    assert_allclose(model.glance()["statistic"].to_pylist(), [theirs.F], rtol=1e-9)


def test_robust_standard_errors_without_a_correction_as_stata_has_them() -> None:
    theirs, names = robust.results_ivhc0_large, ["gdp", "interest", "Intercept"]
    model = sw.fit("inv ~ gdp + interest", growth(), cov="HC0")
    assert_allclose(in_order(model, names, model.vcov()), theirs.cov, rtol=1e-10)


def test_clustered_standard_errors_as_stata_has_them() -> None:
    data, theirs = grunfeld.load_pandas().data[:200], clustered.results_cluster
    names = ["value", "capital", "Intercept"]
    for rows in (data, iter([data])):  # read twice, and read once
        model = sw.fit("invest ~ value + capital", rows, cov=("cluster", "firm"))
        assert model.covariance.df == theirs.df_r == 9
        assert_allclose(in_order(model, names, model.vcov()), theirs.cov, rtol=STATA)
        for figure, place in (("std_error", 1), ("statistic", 2), ("p_value", 3), ("conf_low", 4), ("conf_high", 5)):
            assert_allclose(column(model, names, figure), theirs.params_table[:, place], rtol=STATA, err_msg=figure)
        (figures,) = model.glance().to_pylist()
        assert_allclose(figures["statistic"], theirs.F, rtol=STATA)
        assert_allclose(figures["r_squared"], theirs.r2, rtol=STATA)
        assert_allclose(figures["adj_r_squared"], theirs.r2_a, rtol=STATA)
        assert_allclose(figures["log_lik"], theirs.ll, rtol=STATA)


def test_leverage_and_influence_as_gretl_has_them() -> None:
    lines = (FOLDER / "leverage_influence_ols_nostars.txt").read_text().splitlines()[3:]
    cells = [line.split()[1:] for line in lines if ":" in line.split()[0:1].__str__()]
    theirs = np.array([row for row in cells if len(row) == 4], dtype=np.float64)
    data = growth()
    ours = sw.fit("inv ~ gdp + interest", data).augment(data).to_pydict()
    residual, leverage = np.array(ours["residual"]), np.array(ours["leverage"])
    assert len(theirs) == len(residual)
    assert_allclose(residual, theirs[:, 0], rtol=6e-5, atol=6e-4)  # to five digits
    assert_allclose(leverage, theirs[:, 1], atol=6e-4)  # to three decimals, like DFFITS
    assert_allclose(residual * leverage / (1 - leverage), theirs[:, 2], rtol=6e-5, atol=6e-5)
    assert_allclose(np.array(ours["dffits"]), theirs[:, 3], atol=6e-4)
