"""Standard errors, tests, tables of terms and plain sentences from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.cli import run

AMES = str(Path(__file__).parents[2] / "examples" / "ames.csv")
FORMULA = "price ~ area * Street + Year.Built"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["fit", AMES, FORMULA, *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("option", "cov"),
    [
        ("classical", "classical"),
        ("HC3", "HC3"),
        ("hc3", "HC3"),
        ("cluster:Neighborhood", ("cluster", "Neighborhood")),
        ("cluster:Neighborhood, Yr.Sold", ("cluster", "Neighborhood", "Yr.Sold")),
    ],
)
def test_the_covariance_asked_for(capsys: pytest.CaptureFixture[str], option: str, cov: Any) -> None:
    found = printed(capsys, "--cov", option)
    model = sw.fit(FORMULA, AMES, cov=cov)
    assert_allclose([row["std_error"] for row in found["tidy"]], np.sqrt(np.diagonal(model.vcov())), rtol=1e-12)
    assert found["covariance"]["cov"] == (list(cov) if isinstance(cov, tuple) else cov)
    assert found["covariance"]["df"] == model.covariance.df


def test_a_test_and_the_table_of_terms(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "--test", "area = 100, Year.Built = 1000", "--anova", "--cov", "HC1")
    model = sw.fit(FORMULA, AMES, cov="HC1")
    assert found["test"]["statistic"] == model.test("area = 100, Year.Built = 1000").statistic
    assert found["anova"]["term"] == ["area", "Street", "Year.Built", "area:Street", "Residuals"]
    assert run(["fit", AMES, FORMULA, "--test", "area = 100", "--anova"]) == 0
    shown = capsys.readouterr().out
    assert "area = 100" in shown
    assert "Residuals" in shown


def test_sentences_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", AMES, FORMULA]) == 0
    without = capsys.readouterr().out
    assert run(["fit", AMES, FORMULA, "--readings"]) == 0
    shown = capsys.readouterr().out
    assert "Each extra unit of Year.Built goes with" in shown
    assert "Each extra unit" not in without
    assert printed(capsys)["readings"]


@pytest.mark.parametrize(("format", "begins"), [("markdown", "**`price ~"), ("html", "<")])
def test_pages(capsys: pytest.CaptureFixture[str], format: str, begins: str) -> None:
    assert run(["fit", AMES, FORMULA, "--format", format]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(begins)
    assert "Year.Built" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--cov", "HC7"], 2, "--cov 'HC7' is not one of 'classical', 'HC0'"),
        (["--cov", "cluster:"], 2, "is not one of"),
        (["--cov", "cluster:Neighborhod"], 1, "did you mean 'Neighborhood'?"),
        (["--test", "aera = 1"], 2, "did you mean 'area'?"),
        (["--test", "area == "], 2, "area =="),
    ],
)
def test_faults_are_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert run(["fit", AMES, FORMULA, *arguments]) == code
    shown = capsys.readouterr()
    assert message in shown.err
    assert not shown.out
    assert "Traceback" not in shown.err
