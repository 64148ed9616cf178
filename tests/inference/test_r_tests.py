"""Hypotheses, type II tables, nested models and inflation of variances: those of R's car and stats on real tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from inference.cases import CASES, Case
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.inference.collinearity import condition_indices, vif
from slopewise.inference.hypotheses import constraints, wald
from slopewise.inference.variance_tables import TermTable, type_two, type_two_wald
from slopewise.typing import Array

CLASSICAL, ROBUST = "classical", "HC3"


def having(*path: str) -> Any:
    """Each case that has something in that place of its record."""
    return pytest.mark.parametrize("case", [case for case in CASES if case.said[path[0]] is not None], ids=str)


def theta(case: Case) -> Array:
    return np.array(list(case.model.coefficients.values()))


def covariance(case: Case, kind: str) -> Array:
    """Our own classical matrix, or R's HC3 in our order, without what rows of leverage 1 would add."""
    if kind == CLASSICAL:
        return case.model.vcov()
    place, ruled = case.place(case.model.names), case.said["robust"]["ruled"]
    return case.array("robust", *(["ruled"] * bool(ruled)), kind)[np.ix_(place, place)]


def hypotheses() -> Iterator[Any]:
    for case in CASES:
        for said in case.said["hypotheses"]:
            for kind in (CLASSICAL, ROBUST):
                if said[kind] is not None:
                    yield pytest.param(case, said, kind, id=f"{case}: {said['text']} ({kind})")


@pytest.mark.parametrize(("case", "said", "kind"), [*hypotheses()])
def test_a_hypothesis_is_tested_as_linear_hypothesis_does(case: Case, said: dict[str, Any], kind: str) -> None:
    found = constraints(said["text"], case.model.names)
    L = np.array(said["L"], dtype=float)[:, case.place(case.model.names)]
    assert_allclose(found.matrix, L, rtol=1e-15)
    assert_allclose(found.values, said["rhs"], rtol=1e-15)
    test = wald(theta(case), covariance(case, kind), found, said[kind]["df_residual"])
    assert (test.df, test.df_residual) == (said[kind]["df"], said[kind]["df_residual"])
    assert_allclose(test.statistic, said[kind]["f"], rtol=1e-8)
    assert_allclose(test.p_value, said[kind]["p"], rtol=1e-7)


def check_table(found: TermTable, case: Case, said: dict[str, Any], rtol: float) -> None:
    assert found.terms == (*said["term"], "Residuals")
    assert found.df[:-1].tolist() == said["df"]
    if said["sum_sq"] is not None:
        assert_allclose(found.sum_sq[:-1], case.array("anova_2", "sum_sq"), rtol=rtol)
    assert_allclose(found.statistic[:-1], np.array(said["f"], dtype=float), rtol=rtol)
    assert_allclose(found.p_value[:-1], np.array(said["p"], dtype=float), rtol=100 * rtol)


@having("anova_2")
def test_the_type_two_table_is_that_of_car(case: Case) -> None:
    kept, said = case.model.kept, case.said["anova_2"]
    found = type_two(case.model.moments, case.model.solution, kept.coding, kept.design.terms)
    check_table(found, case, said, 1e-8)
    assert found.df[-1] == case.figure("classical", "df")


@having("anova_2_HC3")
def test_the_robust_type_two_table_is_that_of_car(case: Case) -> None:
    kept, model = case.model.kept, case.model
    V, df = covariance(case, ROBUST), case.figure("classical", "df")
    found = type_two_wald(model.moments, model.solution, kept.coding, kept.design.terms, V, df)
    check_table(found, case, case.said["anova_2_HC3"], 1e-8)
    assert np.isnan(found.sum_sq).all()


@having("nested")
def test_nested_models_compare_as_anova_does(case: Case) -> None:
    said = case.said["nested"]
    small = sw.fit(said["formula"], complete(case), weights=case.weights)
    assert small.rows.used == case.model.rows.used
    found = sw.anova(small, case.model)
    assert found.df_residual.tolist() == said["df_residual"]
    assert_allclose(found.rss, said["rss"], rtol=1e-8)
    assert found.df[1] == said["df"]
    assert_allclose(found.statistic[1], said["f"], rtol=1e-8)
    assert_allclose(found.p_value[1], said["p"], rtol=1e-6)


def complete(case: Case) -> Any:
    """The table's rows that have all of the larger model's columns."""
    import pandas as pd

    table = pd.read_csv(case.table)
    return table.dropna(subset=[name for name in case.model.kept.design.variables if name in table])


@having("vif")
def test_variances_are_inflated_as_vif_says(case: Case) -> None:
    said, kept = case.said["vif"], case.model.kept
    found = vif(case.model.moments, case.model.solution, kept.coding, kept.design.terms)
    assert list(found.terms) == said["term"]
    assert found.df.tolist() == said["df"]
    assert_allclose(found.gvif, said["gvif"], rtol=1e-8)
    assert_allclose(found.factor, said["scaled"], rtol=1e-8)


@having("condition_indices")
def test_condition_indices_are_those_of_the_scaled_columns(case: Case) -> None:
    model = case.model
    found = condition_indices(model.moments, model.solution, model.names)
    assert_allclose(found.indices, case.array("condition_indices"), rtol=1e-8)
