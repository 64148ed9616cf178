"""Paths of penalties, groups and what-ifs from the command line, each from one reading."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.cli import run

AMES = str(Path(__file__).parents[2] / "examples" / "ames.csv")
FORMULA = "price ~ area + Overall.Qual + Neighborhood"


@pytest.mark.parametrize("penalty", ["ridge", "lasso", "elastic_net"])
def test_a_path_is_that_of_python(capsys: pytest.CaptureFixture[str], penalty: str) -> None:
    assert run(["path", AMES, FORMULA, "--penalty", penalty, "--lambdas", "1000,10", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["path"]
    kept = sw.collect(FORMULA, AMES)
    walk = {"ridge": sw.ridge_path, "lasso": sw.lasso_path, "elastic_net": sw.elastic_net_path}[penalty]
    assert found == walk(kept, [1000.0, 10.0]).table().to_pylist()


def test_folds_are_cross_validated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot = tmp_path / "cv.png"
    assert run(["path", AMES, FORMULA, "--folds", "5", "--plot", str(plot)]) == 0
    shown = capsys.readouterr().out
    assert "held-out error" in shown
    assert "← one_se" in shown
    assert plot.stat().st_size > 10_000


def test_a_level_that_a_fold_lacks_is_no_hindrance() -> None:
    kept = sw.collect("price ~ area + Neighborhood", AMES, folds=10)  # Landmrk is one house
    held_out = sw.cross_validate(kept, "lasso", [100.0, 1.0])
    assert np.isfinite(held_out.mean).all()
    assert int(kept.states.rows.sum()) == 2930


def test_another_seed_puts_rows_in_other_folds() -> None:
    states = [sw.collect("price ~ area", AMES, folds=5, seed=seed).states.rows.tolist() for seed in (0, 0, 1)]
    assert states[0] == states[1] != states[2]
    together = sw.collect("price ~ area", AMES, folds=5, fold_key="Neighborhood")
    assert int(together.states.rows.sum()) == 2930


def test_folds_of_arrays_are_those_of_a_table() -> None:
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(500, 2)), rng.normal(size=500)
    arrays = sw.collect_arrays(X, y, folds=4, seed=2)
    table = sw.collect("y ~ x1 + x2", {"x1": X[:, 0], "x2": X[:, 1], "y": y}, folds=4, seed=2)
    assert arrays.states.rows.tolist() == table.states.rows.tolist()
    assert_allclose(arrays.states.mean, table.states.mean, rtol=1e-14, atol=1e-15)
    assert_allclose(arrays.moments.centred, sw.collect_arrays(X, y).moments.centred, rtol=1e-13)


def test_models_by_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", AMES, "price ~ area", "--by", "Neighborhood", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    models = sw.fit("price ~ area", AMES, by="Neighborhood")
    assert found["by"] == ["Neighborhood"]
    assert len(found["glance"]) == len(models) == 28
    alone = sw.fit("price ~ area", AMES, where="Neighborhood = 'NAmes'")
    rows = [row for row in found["tidy"] if row["Neighborhood"] == "NAmes"]
    assert_allclose([row["std_error"] for row in rows], alone.tidy()["std_error"].to_pylist(), rtol=1e-10)
    assert run(["fit", AMES, "price ~ area", "--by", "Neighborhood"]) == 0
    assert "28 models" in capsys.readouterr().out


def test_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fit", AMES, FORMULA, "--drop", "Neighborhood", "--add", "Year.Built"]) == 0
    shown = capsys.readouterr().out
    assert "without Neighborhood and with Year.Built: ΔR²" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fit", AMES, FORMULA, "--by", "Street", "--anova"], "--anova is of one model"),
        (["fit", AMES, FORMULA, "--by", "Street", "--drop", "area"], "give one of them"),
        (["fit", AMES, FORMULA, "--by", "Street", "--format", "html"], "--format html is of one model"),
        (["fit", AMES, FORMULA, "--drop", "area", "--cov", "HC3"], "--cov HC3 takes the residuals of each model"),
        (["fit", AMES, FORMULA, "--drop", "area", "--cov", "hc3"], "--cov hc3 takes the residuals of each model"),
        (["fit", AMES, FORMULA, "--drop", "area", "--cov", "HC7"], "--cov 'HC7' is not one of 'classical', 'HC0'"),
        (["fit", AMES, FORMULA, "--by", "Street", "--cov", "cluster:Street"], "is a single cluster by Street"),
        (["fit", AMES, FORMULA, "--drop", "aera"], "did you mean 'area'?"),
        (["path", AMES, FORMULA, "--l1-ratio", "0.5"], "leave it out for lasso"),
        (["path", AMES, FORMULA, "--penalty", "ridge", "--positive"], "leave it out for ridge"),
        (["path", AMES, FORMULA, "--lambdas", "1,x"], "must be numbers, by commas"),
        (["path", AMES, FORMULA, "--folds", "1"], "give from 2 to 1,000,000 folds"),
    ],
)
def test_faults_are_one_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(arguments) != 0
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err


def test_groups_and_folds_have_their_limits() -> None:
    for options in ({"by": "Street", "folds": 3}, {"seed": 2}, {"fold_key": "PID"}):
        with pytest.raises(sw.errors.ArgumentError):
            sw.collect("price ~ area", AMES, **options)
    with pytest.raises(sw.errors.ArgumentError, match="states of groups and folds are in double-double"):
        sw.collect("price ~ area", AMES, folds=3, precision="exact")
    with pytest.raises(sw.errors.ArgumentError, match="groups are by one column, or by two"):
        sw.collect("price ~ area", AMES, by=["Street", "Order", "PID"])


def test_groups_and_what_ifs_have_other_standard_errors(capsys: pytest.CaptureFixture[str]) -> None:
    formula = "price ~ area + Overall.Qual"
    asked = ["--by", "Street", "--cov", "cluster:Neighborhood", "--format", "json"]
    assert run(["fit", AMES, formula, *asked]) == 0
    models = sw.fit(formula, AMES, by="Street", cov=("cluster", "Neighborhood"))
    assert json.loads(capsys.readouterr().out)["tidy"] == models.table().to_pylist()
    assert run(["fit", AMES, formula, "--drop", "area", "--cov", "cluster:Neighborhood"]) == 0
    test = sw.fit(formula, AMES, cov=("cluster", "Neighborhood")).test("area")
    assert f"F {test.statistic:.4f} on 1 and {test.df_residual:g} df" in capsys.readouterr().out
