"""`slopewise select` and the what-ifs of a model, as a person meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import slopewise as sw
from slopewise.cli.grouped import grouped
from slopewise.cli.selecting import select, what_if, widened
from slopewise.errors import ArgumentError

AMES = str(Path(__file__).parents[2] / "examples" / "ames.csv")
FORMULA = "price ~ area + Overall.Qual + Year.Built + Order"


def run(*arguments: str) -> str:
    """What the command prints on standard output."""
    import typer

    app = typer.Typer()
    app.command()(grouped(select))
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("method", ["best", "forward", "backward", "both"])
def test_the_path_and_the_choice_are_printed(method: str) -> None:
    printed = run(AMES, FORMULA, "--method", method)
    assert "by BIC · ames.csv · 2,930 rows used" in printed
    assert "chosen: price ~ area + Overall.Qual + Year.Built\n" in printed
    assert "p-values and intervals of a model chosen this way are too good" in printed


def test_json_and_csv_hold_the_path(tmp_path: Path) -> None:
    printed = json.loads(run(AMES, FORMULA, "--format", "json", "--save", str(tmp_path / "m.json"), "--quiet"))
    assert printed["formula"] == "price ~ area + Overall.Qual + Year.Built"
    assert [one["df"] for one in printed["path"] if one["chosen"]] == [4]
    rows = list(csv.DictReader(io.StringIO(run(AMES, FORMULA, "--format", "csv", "--by", "aic"))))
    assert {"step", "action", "term", "df", "rss", "criterion", "formula", "chosen"} == rows[0].keys()
    saved = sw.load(tmp_path / "m.json")
    assert saved.coefficients == pytest.approx(sw.fit(saved.formula, AMES).coefficients, rel=1e-10)


def test_a_limit_is_for_best_subsets() -> None:
    assert "chosen: price ~ Overall.Qual\n" in run(AMES, FORMULA, "--most", "1")
    with pytest.raises(ArgumentError, match="limits a best subset, and the method is forward"):
        run(AMES, FORMULA, "--most", "1", "--method", "forward")


def test_a_model_without_a_term_stands_beside_it() -> None:
    model = sw.fit(FORMULA, AMES)
    printed = what_if(model, drop=["Order"])
    assert "before  price ~ area + Overall.Qual + Year.Built + Order" in printed
    assert "after   price ~ area + Overall.Qual + Year.Built\n" in printed
    table = sw.compare(model, sw.fit("price ~ area + Overall.Qual + Year.Built", AMES), labels=["before", "after"])
    assert printed.startswith(str(table))
    test = model.test("Order = 0")
    assert f"F {test.statistic:.4f} on 1 and 2,925 df" in printed.splitlines()[-1]


def test_a_term_can_be_added_and_another_dropped() -> None:
    model = sw.fit(widened("price ~ area + Year.Built", ["Overall.Qual"]), AMES)
    added = what_if(model, add=["Overall.Qual"]).splitlines()
    assert added[0] == "before  price ~ area + Year.Built"
    assert added[-1].startswith("with Overall.Qual: ΔR² 0.")
    assert "and 2,926 df" in added[-1]
    both = what_if(model, drop=["area"], add=["Overall.Qual"]).splitlines()
    assert both[1] == "after   price ~ Year.Built + Overall.Qual"
    assert both[-1].startswith("without area and with Overall.Qual: ΔR²")
    assert " F " not in both[-1]
    with pytest.raises(ArgumentError, match="has no term 'are'; did you mean"):
        what_if(model, drop=["are"])
