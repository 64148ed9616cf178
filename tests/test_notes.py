"""What a fit says about itself: every sentence is true of the numbers beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

import slopewise as sw

LINE = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}


def said(formula: str, table: Any) -> str:
    return " ".join(sw.fit(formula, table).record().notes)


def test_a_plain_fit_needs_no_note() -> None:
    assert said("y ~ x", LINE) == ""


def test_r_squared_exists_for_a_constant_target_without_an_intercept() -> None:
    notes = said("y ~ 0 + x", LINE | {"y": [3.0] * 4})
    assert "y is constant (3)" in notes
    assert "do not exist" not in notes
    assert "measured from zero" in notes


def test_a_constant_target_has_no_r_squared() -> None:
    assert "so R² and F do not exist" in said("y ~ x", LINE | {"y": [3.0] * 4})
    assert "so R² and F do not exist" in said("y ~ 0 + x", LINE | {"y": [0.0] * 4})


def test_without_an_intercept_r_squared_is_about_zero() -> None:
    assert "measured from zero" in said("y ~ 0 + x", LINE)


def test_a_single_row_says_why_there_are_no_standard_errors() -> None:
    assert "as many parameters as rows" in said("y ~ 1", {"y": [3.0]})


@pytest.mark.parametrize(
    ("formula", "note"),
    [
        ("y ~ x + f", "f is left out: f is 'p' in every row."),
        ("y ~ x + x:f + f", "f is left out: f is 'p' in every row."),
        ("y ~ x + c", "c is left out: it equals 7 in every row, so its effect cannot be told apart."),
    ],
)
def test_what_does_not_vary_is_named(formula: str, note: str) -> None:
    assert note in said(formula, LINE | {"f": ["p"] * 4, "c": [7.0] * 4})


def test_a_single_level_stays_where_it_is_all_there_is() -> None:
    assert "left out" not in said("y ~ 0 + f", LINE | {"f": ["p"] * 4})


def test_one_answer_of_many_says_so() -> None:
    run = sw.descend(sw.Moments.of([[1.0, 1.0], [1.0, 1.0]], [3.0, 4.0]))
    assert "The rows determine only 1 of 3 parameters" in run.model().summary()


def test_weights_are_told() -> None:
    weighted = sw.fit("y ~ x", LINE, weights=[1.0, 2.0, 0.5, 0.5])
    assert "\nweighted least squares · the table" in weighted.summary()
    assert "\nleast squares · the table" in sw.fit("y ~ x", LINE, frequency=[1, 2, 1, 3]).summary()


@pytest.mark.parametrize(
    ("formula", "note"),
    [
        ("y ~ d", "d counts days since 1970-01-01: its coefficient is per day, and the intercept is at that date."),
        ("y ~ 0 + d", "d counts days since 1970-01-01: its coefficient is per day."),
        ("y ~ center(d)", "d counts days since 1970-01-01: its coefficient is per day."),
        ("y ~ I(d / 365.25)", "d counts days since 1970-01-01."),
        ("y ~ poly(d, 2)", "d counts days since 1970-01-01."),
        ("d ~ x", "d counts days since 1970-01-01: the intercept is counted so, and coefficients are in days."),
    ],
)
def test_what_dates_count_is_told_as_the_formula_has_them(formula: str, note: str) -> None:
    dates = [dt.date(2020, 1, 1), dt.date(2020, 1, 5), dt.date(2020, 3, 1), dt.date(2021, 1, 1)]
    assert note in sw.fit(formula, LINE | {"d": dates}).record().notes


def test_a_category_of_dates_counts_nothing() -> None:
    assert "days" not in said("y ~ C(d)", LINE | {"d": [dt.date(2020, 1, 1), dt.date(2020, 1, 5)] * 2})


BEYOND = "up to the rounding of its numbers to float64"


def test_whole_numbers_that_round_to_one_are_not_said_to_be_equal() -> None:
    near = pa.array([2**53, 2**53 + 1] * 3)
    table = {"near": near, "far": pa.array([2**60 + 2**k for k in range(50, 56)]), "x": [1.0, 2.0, 4.0, 5.0, 7.0, 8.0]}
    table |= {"next": pa.array([value.as_py() + 1 for value in table["far"]]), "y": [1.0, 0.0, 2.0, 2.0, 3.0, 5.0]}
    frame = pa.table(table)
    assert f"near is constant (9.0072e+15), {BEYOND}: there is no" in said("near ~ x", frame)
    assert f"near is left out: it equals 9.0072e+15 in every row, {BEYOND}, so" in said("y ~ near", frame)
    assert f"next is left out: it equals far in every row, {BEYOND}, so" in said("y ~ far + next", frame)
    assert [*sw.fit("y ~ x", frame, by="near")] == [2**53, 2**53 + 1]


def test_a_row_known_by_a_rounded_number_is_not_given_its_neighbours_name() -> None:
    table = {"id": [2.0**53 + 4 * k for k in range(6)], "x": [1.0, 2, 3, 4, 5, 6], "y": [1.0, 2, 30, 4, 5, 6]}
    found = sw.fit("y ~ x", table).diagnose(table, keep=["id"])
    assert "9007199254741000" not in str(found)
    assert "9.007199254741e+15" in str(found)
    assert "9.007199254741e+15" in found.row_names()
