"""Models side by side: every cell in its place, and what cannot be compared said so."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from views.test_summary import records
from views.test_summary_html import MARKED, NASTY, Page, nasty_record, rendered

import slopewise as sw
from slopewise.comparing import Comparison, compare
from slopewise.errors import ArgumentError
from slopewise.inference.record import FitRecord, RowCounts
from slopewise.numerals import cells_wide
from slopewise.views.comparison import Grid, comparison_text
from slopewise.views.comparison_pages import comparison_html, comparison_markdown

AMES = Path(__file__).parents[2] / "examples" / "ames.csv"
DATA = {"x": [1.0, 2.0, 3.0, 4.0, 5.0], "z": [0.0, 1.0, 0.0, 1.0, 1.0], "y": [1.0, 2.0, 4.0, 4.0, 6.5]}
FORMULAS = ("price ~ area", "price ~ area + Overall.Qual + I(area * 2)", "price ~ area + Garage.Yr.Blt")


@pytest.fixture(scope="module")
def three() -> Comparison:
    return compare(*(sw.fit(formula, AMES) for formula in FORMULAS))


def small(*formulas: str) -> list[FitRecord]:
    return [sw.fit(formula, DATA).record() for formula in formulas]


def notes(*compared: FitRecord) -> str:
    return " ".join(note for _, note in Grid.of(compared, [f"({i})" for i in range(len(compared))]).notes)


def test_a_row_a_term_in_the_order_first_met(three: Comparison) -> None:
    page = Page(three._repr_html_())
    names = [row[0] for row in page.cells]
    assert names[:6] == ["price", "Intercept", "area", "Overall.Qual", "I(area * 2)", "Garage.Yr.Blt"]
    assert names[6:] == ["rows used", "R²", "adjusted R²", "σ", "AIC", "BIC", "std. errors"]
    assert page.cells[0] == ["price", "(1)", "(2)", "(3)"]
    assert page.cells[3][1] == page.cells[3][3] == "–"
    assert page.cells[4] == ["I(area * 2)", "–", "left out", "–"]
    assert page.cells[2][1] == "111.7(2.1)"
    assert page.cells[6] == ["rows used", "2,930", "2,930", "2,771"]


def test_the_text_is_a_table(three: Comparison) -> None:
    lines = str(three).splitlines()
    rulers = [i for i, line in enumerate(lines) if line and set(line) == {"─"}]
    assert len(rulers) == 2
    table = lines[rulers[0] - 1 : lines.index("", rulers[1])]
    assert max(map(len, table)) == len(lines[rulers[0]])
    area = next(i for i, line in enumerate(table) if line.startswith("area"))
    assert table[area + 1].strip().startswith("(2.1)")
    assert table[area].index("111.7") + 5 == table[area + 1].index("(2.1)") + 4  # the last digits stand in a line
    assert lines[:4] == [f"({i})  {formula}" for i, formula in enumerate(FORMULAS, 1)] + ["least squares · ames.csv"]


def test_markdown_has_the_error_beside(three: Comparison) -> None:
    text = three.markdown()
    page = rendered(text)
    assert page.cells[2][:2] == ["area", "111.7 (2.1)"]
    assert page.cells[1][2].startswith("−")
    assert len({cells_wide(line) for line in text.splitlines() if line.startswith("|")}) == 1


def test_the_page_is_for_every_reader(three: Comparison) -> None:
    page = Page(three._repr_html_())
    assert [head["scope"] for head in page.all("th")] == ["col"] * 4 + ["row"] * 12
    assert len(page.all("caption")) == 1


def test_the_table_is_long(three: Comparison) -> None:
    table = three.table()
    assert table.column_names == ["model", "term", "estimate", "std_error", "p_value", "conf_low", "conf_high"]
    assert table["model"].to_pylist() == ["(1)"] * 2 + ["(2)"] * 4 + ["(3)"] * 3
    assert table["estimate"].null_count == table["conf_low"].null_count == 1
    wide = compare(sw.fit("y ~ x", DATA), level=0.99).table()
    narrow = compare(sw.fit("y ~ x", DATA), level=0.5).table()
    assert wide["conf_low"][1].as_py() < narrow["conf_low"][1].as_py()


def test_what_cannot_be_compared_is_said() -> None:
    one, other = small("y ~ x", "log(y) ~ x")
    assert "The targets differ (y, log(y))" not in notes(one, one)
    assert "The targets differ (y and log(y))" in notes(one, other)
    assert dict(Grid.of([one, other], "ab").footer)["target"] == ("y", "log(y)")
    fewer = replace(other, target="y", rows=RowCounts(4, 1, {"x": 1}))
    assert "different rows (5 and 4)" in notes(one, fewer)
    assert "may use different rows" in notes(one, replace(one, source="another table"))
    assert "Some of the models are weighted" in notes(one, replace(one, weighted=True))
    assert notes(one, one) == ""


def test_kinds_of_standard_errors() -> None:
    (one,) = small("y ~ x")
    phrase = "standard errors clustered by school (40 clusters, t on 39 degrees of freedom)"
    none = replace(one, estimates=replace(one.estimates, std_error=np.full(2, np.nan)))
    several = [one, replace(one, uncertainty="HC3 standard errors"), replace(one, uncertainty=phrase), none]
    grid = Grid.of(several, "abcd")
    assert dict(grid.footer)["std. errors"] == ("classical", "HC3", "by school", "–")
    assert grid.notes == (("c", f"{phrase}."),)
    assert f"Note on c: {phrase}." in comparison_text(several, "abcd")


def test_a_note_of_all_models_names_none() -> None:
    records = small("y ~ 0 + x", "y ~ 0 + z")
    assert [who for who, _ in Grid.of(records, "ab").notes] == [""]
    assert [who for who, _ in Grid.of([*records, *small("y ~ x")], "abc").notes] == ["a, b"]


def test_models_without_errors_take_a_line_a_term() -> None:
    run = sw.descend(sw.collect("y ~ x", DATA)).model()
    lines = str(compare(run, run, labels=["one", "two"])).splitlines()
    assert lines[0].startswith("y ~ x · gradient descent")
    assert [line.split()[0] for line in lines[4:7]] == ["Intercept", "x", lines[3]]


@given(st.lists(records(), min_size=1, max_size=3))
def test_odd_names_and_numbers_stay_in_their_columns(several: list[FitRecord]) -> None:
    labels = [f"m{i}" for i in range(len(several))]
    lines = comparison_text(several, labels).splitlines()
    rulers = [i for i, line in enumerate(lines) if line and set(line) == {"─"}][:2]
    assert all(cells_wide(line) <= len(lines[rulers[0]]) for line in lines[rulers[0] : rulers[1] + 8])
    assert {len(row) for row in Page(comparison_html(several, labels)).cells} == {len(several) + 1}
    shown = [cell for _, cells in Grid.of(several, labels).terms for cell in cells]
    assert not any("nan" in cell.estimate + cell.error for cell in shown)


def test_nothing_of_a_name_runs() -> None:
    several = [nasty_record(), nasty_record("x")]
    page = Page(comparison_html(several, [NASTY, "b"]))
    assert page.all("img") == []
    in_markdown = rendered(comparison_markdown(several, [NASTY, "b"]))
    assert {tag for tag, _ in in_markdown.elements} <= MARKED
    assert {len(row) for row in in_markdown.cells} == {3}


def test_what_is_no_comparison_is_refused() -> None:
    model = sw.fit("y ~ x", DATA)
    with pytest.raises(ArgumentError, match="no model to compare"):
        compare()
    with pytest.raises(ArgumentError, match=r"argument 2 is of type int"):
        compare(model, 3)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"one by one"):
        compare([model, model])  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="argument 1 is the class LinearModel"):
        compare(sw.LinearModel)  # type: ignore[arg-type]
    for labels, reason in [
        (["a", "a"], "gives 'a' to more"),
        (["a"], "1 for 2"),
        ("ab", "1 for 2"),
        (["a", ""], "blank"),
    ]:
        with pytest.raises(ArgumentError, match=reason):
            compare(model, model, labels=labels)
    with pytest.raises(ArgumentError, match="level"):
        compare(model, level=95)


def test_it_shows_itself_in_a_line() -> None:
    both = compare(sw.fit("y ~ x", DATA), sw.fit("log(y) ~ x", DATA), labels=["plain", "log"])
    assert repr(both) == "<Comparison of y, log(y): plain, log>"
    assert math.isfinite(both.table()["estimate"][0].as_py())
