"""The summary stays a table whatever the names and the numbers are, and says what its standard errors allow for."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slopewise as sw
from slopewise.inference.estimates import Estimates
from slopewise.inference.record import FitRecord
from slopewise.numerals import aligned, cells_wide, decimals, fixed, padding, plain, probability, typeset
from slopewise.views.summary import goodness_parts, summary_text

LINE = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
ANY = st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.lists(st.text(max_size=90), min_size=1, max_size=6, unique=True)


@cache
def fitted() -> FitRecord:
    return sw.fit("y ~ x", LINE).record()


def record(**changes: Any) -> FitRecord:
    """The record of a small fit, some of it changed."""
    return replace(fitted(), **changes)


def made(names: list[str], values: list[list[float]]) -> FitRecord:
    """A record of these names, with any numbers for estimates, errors, t, p and intervals."""
    columns = [np.array([row[k] for row in values]) for k in range(6)]
    return record(names=tuple(names), estimates=Estimates(*columns, 0.95), target=names[0], formula=names[-1])


@st.composite
def records(draw: st.DrawFn) -> FitRecord:
    names = draw(NAMES)
    probabilities = st.one_of(st.just(math.nan), st.floats(0, 1))
    rows = [[draw(probabilities if k == 3 else ANY) for k in range(6)] for _ in names]
    return made(names, rows)


def table_lines(text: str) -> list[str]:
    lines = text.splitlines()
    ruler = next(i for i, line in enumerate(lines) if line and set(line) == {"─"})
    return lines[ruler - 1 : lines.index("", ruler)]


def test_names_that_would_break_the_table_are_shown_on_a_line() -> None:
    table = {"a\nb": [1.0, 2.0, 3.0], "level" * 50: ["p", "q", "q"], "y": [1.0, 2.0, 4.0]}
    text = sw.fit(f"y ~ `a\nb` + {'level' * 50}", table).summary()
    lines = text.splitlines()
    ruler = next(i for i, line in enumerate(lines) if line.startswith("─"))
    assert lines[ruler + 2].startswith("a b")
    assert max(map(len, lines[ruler - 1 : ruler + 4])) < 160


@given(records())
def test_columns_stay_columns_whatever_is_in_them(made_up: FitRecord) -> None:
    header, ruler, *rows = table_lines(summary_text(made_up))
    assert len(rows) == len(made_up.names)
    assert cells_wide(header) == len(ruler)
    assert all(cells_wide(row) <= len(ruler) for row in rows)
    assert "nan" not in " ".join(row[-100:] for row in aligned([("", "1"), ("", fixed(math.nan, 2))]))


@given(records())
def test_no_cell_says_nan(made_up: FitRecord) -> None:
    named = replace(made_up, names=tuple("abcdef"[: len(made_up.names)]), target="y", formula="y ~ a")
    assert "nan" not in summary_text(named)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=9)), min_size=1, max_size=5))
def test_every_line_of_a_table_ends_in_the_same_cell(cells: list[tuple[str, str]]) -> None:
    rows = [tuple(" ".join(filter(str.isprintable, cell)) + "|" for cell in row) for row in cells]
    assert len({cells_wide(line) for line in aligned(rows)}) == 1


def test_wide_characters_take_two_cells_and_accents_none() -> None:
    header, ruler, *rows = aligned([("name", "x"), ("面积", "1"), ("e\u0301e\u0301", "2")])
    assert {cells_wide(line) for line in (header, ruler, *rows)} == {7}


def test_the_heading_says_what_the_standard_errors_allow_for() -> None:
    plainly = summary_text(record())
    assert "\nleast squares · the table · 4 rows used\n" in plainly
    robust = summary_text(record(uncertainty="HC3 standard errors"))
    assert "\nleast squares · HC3 standard errors · the table · 4 rows used\n" in robust


def test_readings_are_told_where_they_are_asked_for() -> None:
    with_readings = record(readings=("Each extra unit of x goes\nwith 1.1 more y.",))
    assert "Each" not in summary_text(with_readings)
    assert summary_text(with_readings, readings=True).endswith("\n\n- Each extra unit of x goes with 1.1 more y.")


def test_nothing_from_a_file_reaches_the_terminal_as_a_command() -> None:
    commands = {"source": "\x1b[31mred.csv", "notes": ("a\x1b[0m is left out",), "formula": "y ~\n `x\x1b[2J`"}
    assert "\x1b" not in summary_text(record(**commands))


def test_figures_that_do_not_exist_are_left_out() -> None:
    g = record().goodness
    nothing = replace(g, **dict.fromkeys(("r_squared", "sigma", "statistic", "aic", "aicc", "bic", "digits"), math.nan))
    assert goodness_parts(record(goodness=nothing), corrected=True) == [f"condition {plain(g.condition)}"]
    assert any(
        part.startswith("AICc ") for part in goodness_parts(record(goodness=replace(g, aicc=3.0)), corrected=True)
    )
    assert not any(part.startswith("AICc ") for part in goodness_parts(record(goodness=replace(g, aicc=3.0))))


@given(ANY, ANY)
def test_a_figure_shows_two_digits_of_its_error(estimate: float, error: float) -> None:
    places = decimals(estimate, abs(error))
    if places is not None and places > 0 and abs(estimate) < 1e15:
        assert float(fixed(estimate, places).replace(",", "")) == pytest.approx(estimate, abs=abs(error) / 10)


@given(st.floats(-1e300, 1e300))
def test_what_is_printed_for_people_is_still_the_figure(value: float) -> None:
    shown = typeset(fixed(value, None)).replace("−", "-").replace("×10", "e")
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    assert float(shown.translate(superscripts)) == pytest.approx(value, rel=1e-5)


@given(st.floats(0, 1))
def test_a_probability_is_never_shown_smaller_than_its_bound(p: float) -> None:
    shown = probability(p)
    assert p < float(shown[1:]) * 1.0001 if shown.startswith("<") else abs(float(shown) - p) <= 0.0005001


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.lists(st.integers(0, 4), min_size=1))
def test_padded_figures_have_their_points_in_a_line(values: list[float], places: list[int]) -> None:
    column = [typeset(fixed(value, places[i % len(places)])) for i, value in enumerate(values)]
    padded = [figure + pad for figure, pad in zip(column, padding(column), strict=True)]
    assert len({len(figure) - (figure + ".").index(".") for figure in padded}) == 1
