"""R is the referee of robust and clustered covariances, of intervals of predictions, and of each row's influence.

The figures are those of tests/data/r/inference.json, made by the commands in inference.R beside it.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from inference.cases import CASES, Case
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.inference.estimates import t_quantile
from slopewise.typing import Array

ROBUST = ("HC0", "HC1", "HC2", "HC3")

RELATIVE: dict[str, float] = {"longley": 1e-6}
"""sandwich itself has some seven digits there: its HC3 is 5e-8 from that of rational arithmetic."""

CANCELLING: dict[str, float] = {"longley": 1e-4}
"""xᵀVx, as R's commands have it, loses five digits more there, where the terms of the sum are 1e10 times as large."""


@functools.cache
def fitted(case: Case, cov: Any) -> sw.LinearModel:
    return sw.fit(case.formula, str(case.table), weights=case.weights, cov=cov)


def in_order(case: Case, model: sw.LinearModel, matrix: Array) -> Array:
    """A matrix of R's in the order of our names."""
    at = case.place(model.names)
    return matrix[np.ix_(at, at)]


def relative(case: Case) -> float:
    return RELATIVE.get(case.name, 1e-8)


def assert_same_matrix(ours: Array, theirs: Array, rtol: float) -> None:
    """Entries relative to the standard errors that they belong to, which for the diagonal is relative to itself."""
    spread = np.sqrt(np.abs(np.diagonal(theirs)))
    assert_allclose(ours / spread[:, None] / spread, theirs / spread[:, None] / spread, rtol=0, atol=rtol)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("kind", ROBUST)
def test_robust_covariances(case: Case, kind: str) -> None:
    model = fitted(case, kind)
    ruled = case.said["robust"]["ruled"]
    source = ("robust", "ruled", kind) if ruled and kind in ruled else ("robust", kind)
    theirs = in_order(case, model, case.array(*source))
    assert_same_matrix(model.vcov(), theirs, relative(case))
    full = case.said["robust"]["full_leverage"]
    if kind in ("HC2", "HC3"):
        assert list(model.covariance.first_left_out) == full[:5]
        assert any("leverage 1" in note for note in model.record().notes) == bool(full)


@pytest.mark.parametrize("case", [case for case in CASES if case.clusters], ids=str)
def test_clustered_covariances(case: Case) -> None:
    for figures in case.said["clustered"]:
        model = fitted(case, ("cluster", *figures["by"]))
        theirs = np.array(figures["vcov"], dtype=np.float64)
        assert_same_matrix(model.vcov(), in_order(case, model, theirs), 1e-8)
        assert model.covariance.df == figures["df"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_predictions(case: Case) -> None:
    figures = case.said["predicted"]
    new = figures["rows"]
    for kind in ("confidence", "prediction"):
        found = case.model.predict(new, kind)
        assert_allclose(found["fitted"], figures["fit"], rtol=1e-8)
        assert_allclose(found["lower"], figures[f"{kind}_low"], rtol=1e-8)
        assert_allclose(found["upper"], figures[f"{kind}_high"], rtol=1e-8)
    robust = fitted(case, "HC3")
    ends, df = robust.predict(new, "confidence"), robust.covariance.df
    half = (np.array(ends["upper"]) - np.array(ends["lower"])) / 2
    assert_allclose(
        half,
        t_quantile(0.95, df) * case.array("predicted", "std_error_HC3"),
        rtol=max(relative(case), CANCELLING.get(case.name, 0.0)),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_row(case: Case) -> None:
    figures = case.said["rows"]
    ours = case.model.augment(str(case.table))
    shown = np.isin(np.array(ours["row"]), figures["row"])
    full = np.array(ours["leverage"])[shown] > 1 - 1e-10
    size = np.abs(case.array("rows", "fitted")).max()
    names = {
        "fitted": "fitted",
        "residual": "residual",
        "leverage": "leverage",
        "std_residual": "rstandard",
        "student_residual": "rstudent",
        "cooks_d": "cooks",
        "dffits": "dffits",
    }
    assert np.array(ours["row"])[shown].tolist() == figures["row"]
    for name, theirs in names.items():
        values, expected = np.array(ours[name], dtype=np.float64)[shown], case.array("rows", theirs)
        near = 1e-12 * size if name == "residual" else 1e-12
        assert_allclose(values[~full], expected[~full], rtol=1e-8, atol=near, err_msg=name)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 20
    assert len([case for case in CASES if case.clusters]) >= 4
