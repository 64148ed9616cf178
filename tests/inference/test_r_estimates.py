"""Estimates, classical standard errors, tests and intervals, and goodness of fit: those of R's lm on real tables."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from inference.cases import CASES, Case
from numpy.testing import assert_allclose

from slopewise.inference.estimates import estimates

GOODNESS = {
    "nobs": "nobs",
    "df_residual": "df_residual",
    "sigma": "sigma",
    "r_squared": "r_squared",
    "adj_r_squared": "adj_r_squared",
    "statistic": "f",
    "df": "f_df",
    "p_value": "f_p",
    "log_lik": "log_lik",
    "aic": "aic",
    "bic": "bic",
}
"""A figure of `glance`, and R's beside it."""

every_case = pytest.mark.parametrize("case", CASES, ids=str)


@every_case
def test_the_coefficients_are_those_of_lm(case: Case) -> None:
    place = case.place(case.model.names)
    found, said = np.array(list(case.model.coefficients.values())), case.array("coefficients")[place]
    assert_allclose(found, said, rtol=1e-10)
    assert case.model.names == case.names  # in R's order as well


@every_case
@pytest.mark.parametrize("level", [0.95, 0.90])
def test_each_coefficient_is_as_sure_as_r_says(case: Case, level: float) -> None:
    place = case.place(case.model.names)
    e = estimates(case.model.moments, case.model.solution, level)
    pairs = {
        "std_error": e.std_error,
        "t": e.statistic,
        "p": e.p_value,
        f"low_{level * 100:g}": e.conf_low,
        f"high_{level * 100:g}": e.conf_high,
    }
    for figure, found in pairs.items():
        assert_allclose(found, case.array("classical", figure)[place], rtol=1e-8, err_msg=figure)


@every_case
def test_the_covariance_is_that_of_vcov(case: Case) -> None:
    place = case.place(case.model.names)
    said = case.array("classical", "vcov")[np.ix_(place, place)]
    spread = np.sqrt(np.diagonal(said))
    assert_allclose(case.model.vcov() / np.outer(spread, spread), said / np.outer(spread, spread), rtol=0, atol=1e-8)


@every_case
def test_the_whole_fit_is_as_good_as_r_says(case: Case) -> None:
    (row,) = case.model.glance().to_pylist()
    for ours, theirs in GOODNESS.items():
        assert_allclose(row[ours], case.figure("goodness", theirs), rtol=1e-8, err_msg=ours)


def test_the_models_are_of_every_kind() -> None:
    assert len({case.table for case in CASES}) >= 10
    assert any(isnan(value) for case in CASES for value in case.array("coefficients"))
    assert {len(case.clusters) for case in CASES} == {0, 1, 2}
    assert {case.weights is None for case in CASES} == {True, False}
    assert {case.names[0] == "Intercept" for case in CASES} == {True, False}
    assert sum(bool(case.said["robust"]["full_leverage"]) for case in CASES) >= 3
    assert any(case.said["rows"]["row"][-1] > case.figure("goodness", "nobs") for case in CASES)  # rows were dropped
