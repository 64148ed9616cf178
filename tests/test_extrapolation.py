"""Predictions far from the rows of the fit are known by their leverage, also where each value is in its range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.cli import run
from slopewise.data import open_source
from slopewise.streams import write_predictions

AMES = Path(__file__).parents[1] / "examples" / "ames.csv"


def along_a_line(rows: int = 200) -> dict[str, object]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=rows)
    return {"x": x, "z": x + 0.1 * rng.normal(size=rows), "y": x + rng.normal(size=rows)}


def test_leverage_is_that_of_the_rows_of_the_fit() -> None:
    table = along_a_line()
    model = sw.fit("y ~ x + z", table)
    assert_allclose(model.leverage(table), model.augment(table)["leverage"].to_numpy(), rtol=1e-12)
    assert_allclose(model.reach, model.leverage(table).max(), rtol=1e-12)


def test_a_combination_that_no_row_has_is_far_though_each_value_is_in_its_range() -> None:
    model = sw.fit("y ~ x + z", along_a_line())
    new = {"x": [0.0, 1.5, 1.5], "z": [0.0, 1.5, -1.5]}
    assert (model.leverage(new) > model.reach).tolist() == [False, False, True]


def test_a_saved_model_knows_it_too(tmp_path: Path) -> None:
    model = sw.fit("y ~ x + z", along_a_line())
    model.save(tmp_path / "m.json")
    loaded = sw.load(tmp_path / "m.json")
    assert loaded.reach == model.reach
    assert loaded == model


def test_without_rows_it_is_three_times_the_mean() -> None:
    table = along_a_line()
    model = sw.fit_arrays(np.column_stack([table["x"], table["z"]]), table["y"])
    assert_allclose(model.reach, 3 * 3 / 200, rtol=1e-12)


def test_incomplete_rows_have_none() -> None:
    model = sw.fit("y ~ x + z", along_a_line())
    assert np.isnan(model.leverage({"x": [None, 1.0], "z": [1.0, 1.0]})).tolist() == [True, False]


def test_predictions_say_how_many_extrapolate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = sw.fit("y ~ x + z", along_a_line())
    source = open_source({"x": [0.0, 1.5, 9.0], "z": [0.0, -1.5, 9.0]})
    assert write_predictions(model, source, tmp_path / "out.csv", interval="prediction").far == 2
    assert write_predictions(model, source, tmp_path / "out.csv").far == 0
    new = tmp_path / "new.csv"
    new.write_text("x,z\n0,0\n1.5,-1.5\n9,9\n")
    model.save(tmp_path / "m.json")
    arguments = ["predict", str(tmp_path / "m.json"), str(new), "-o", str(tmp_path / "out.csv")]
    assert run([*arguments, "--interval", "confidence"]) == 0
    said = capsys.readouterr().err
    assert (
        "2 of 3 rows lie further out than any row of the fit that was looked at: predictions extrapolate there" in said
    )
    assert run(arguments) == 0
    assert "extrapolate" not in capsys.readouterr().err


def test_rows_of_the_fit_do_not_extrapolate() -> None:
    model = sw.fit("price ~ area * Street + poly(Year.Built, 2)", AMES)
    known = model.leverage(AMES)
    assert (known > model.reach).mean() < 0.01
