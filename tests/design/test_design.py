"""A design: names resolved, rows prepared, and every refusal with its row and column."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from slopewise.data.block import Block, Kind
from slopewise.design import ColumnKey, Design, Rows
from slopewise.design.reading import Reading
from slopewise.errors import (
    ArgumentError,
    ColumnTypeError,
    DataError,
    FormulaError,
    MissingValues,
    NotFinite,
    SlopewiseError,
    UnknownColumn,
)

HOUSES: dict[str, Kind] = {
    "price": "number",
    "area": "number",
    "zone": "text",
    "air": "boolean",
    "sold": "date",
    "my column": "number",
    "w": "number",
    "k": "number",
}


def houses(formula: str, **options: Any) -> Design:
    return Design.of(formula, HOUSES, source_name="houses.csv", **options)


def prepare(formula: str, columns: dict[str, Any], **options: Any) -> Rows:
    return houses(formula, **options).prepare(Block(pa.table(columns), first_row=11))


def test_names_in_order() -> None:
    design = houses("log(price) ~ zone:I(area / w) + air", weights="w", frequency="k")
    assert design.variables == ("price", "air", "zone", "area", "w", "k")
    assert design.inputs == ("air", "zone", "area", "w")
    assert design.target_name == "log(price)"
    assert [term.label for term in design.terms] == ["air", "zone:I(area / w)"]
    assert houses("`price` ~ area").target_name == "price"


def test_the_dot_is_every_column_that_is_not_spoken_for() -> None:
    design = houses("price / area ~ . - sold", weights="w", frequency="k")
    assert [term.label for term in design.terms] == ["zone", "air", "my column"]


def test_rows() -> None:
    columns = {"price": [1.0, 2.0, 3.0], "area": [4, 5, 6], "zone": ["q", "p", "q"], "air": [True, False, True]}
    rows = prepare("price ~ area + zone + air:area", columns)
    assert rows.columns == (
        ColumnKey(0),
        ColumnKey(1, ("p",)),
        ColumnKey(1, ("q",)),
        ColumnKey(2, ("False",)),
        ColumnKey(2, ("True",)),
    )
    assert rows.x.tolist() == [[4, 0, 1, 0, 4], [5, 1, 0, 5, 0], [6, 0, 1, 0, 6]]
    assert rows.x.dtype == np.float64
    assert rows.x.flags.f_contiguous
    assert (rows.y.tolist(), rows.number.tolist(), rows.weights, rows.frequency) == (
        [1, 2, 3],
        [11, 12, 13],
        None,
        None,
    )
    assert rows.stored.to_pydict() == columns
    assert (rows.read, rows.dropped, rows.dropped_by, rows.weightless) == (3, 0, {}, 0)


INCOMPLETE = {
    "price": [1.0, math.nan, 3.0, None, 5.0],
    "area": [4.0, 5.0, 6.0, None, 8.0],
    "zone": ["p", "q", None, None, "p"],
}


def test_incomplete_rows_are_dropped_and_counted() -> None:
    rows = prepare("price ~ area + zone", INCOMPLETE)
    assert (rows.number.tolist(), rows.y.tolist()) == ([11, 15], [1.0, 5.0])
    assert rows.columns == (ColumnKey(0), ColumnKey(1, ("p",)))  # q stands only in a dropped row
    assert (rows.read, rows.dropped) == (5, 3)
    assert rows.dropped_by == {"price": 2, "area": 1, "zone": 2}
    assert rows.stored["zone"].to_pylist() == ["p", "p"]


def test_incomplete_rows_are_refused_if_asked() -> None:
    with pytest.raises(MissingValues, match=r"houses\.csv, row 12: column 'price' is missing"):
        prepare("price ~ area + zone", INCOMPLETE, missing="error")
    with pytest.raises(ArgumentError, match="missing='ignore'"):
        houses("price ~ area", missing="ignore")


def test_a_block_may_be_dropped_whole() -> None:
    rows = prepare("price ~ zone + area:zone", {"price": [1.0], "area": pa.nulls(1, pa.float64()), "zone": ["p"]})
    assert (rows.x.shape, rows.columns, rows.dropped) == ((0, 0), (), 1)


def test_weights_and_frequencies() -> None:
    columns = {"price": [1.0, 2.0, 3.0, 4.0, None], "area": [1, 2, math.inf, 4, 5]}
    columns |= {"w": [0.5, 0.0, 1.5, 2.0, None], "k": [2, 1, 0, 3, -1]}
    rows = prepare("price ~ area", columns, weights="w", frequency="k")
    assert rows.weights is not None
    assert rows.frequency is not None
    assert (rows.y.tolist(), rows.weights.tolist(), rows.frequency.tolist()) == ([1, 4], [0.5, 2.0], [2, 3])
    assert rows.frequency.dtype == np.int64
    assert (rows.read, rows.dropped, rows.dropped_by, rows.weightless) == (5, 1, {"price": 1}, 2)


@pytest.mark.parametrize(
    ("column", "value", "error", "says"),
    [
        ("w", -0.5, DataError, "row 12: column 'w' is -0.5, but a weight is a finite number from 0 on"),
        ("w", math.inf, DataError, "row 12: column 'w' is inf"),
        ("w", math.nan, MissingValues, "row 12: column 'w' is missing"),
        ("w", None, MissingValues, "row 12: column 'w' is missing"),
        ("k", 1.5, DataError, "row 12: column 'k' is 1.5, but a frequency is a whole number from 0 on"),
        ("k", -1.0, DataError, "row 12: column 'k' is -1"),
        ("k", math.inf, DataError, "row 12: column 'k' is inf"),
    ],
)
def test_a_weight_that_cannot_be_one(column: str, value: float, error: type[Exception], says: str) -> None:
    columns = {"price": [1.0, 2.0], "area": [3.0, 4.0], "w": [1.0, 1.0], "k": [1.0, 1.0]}
    columns[column] = [1.0, value]
    with pytest.raises(error, match=says):
        prepare("price ~ area", columns, weights="w", frequency="k")


@pytest.mark.parametrize(
    ("formula", "columns", "error", "says"),
    [
        ("price ~ log(area)", {"area": [1.0, 0.0]}, NotFinite, "row 12: log(area) is -inf where area is 0"),
        ("price ~ log(area)", {"area": [1, -3]}, NotFinite, "row 12: log(area) is nan where area is -3"),
        ("price ~ I(1 / (area - w))", {"area": [1, 2], "w": [3, 2]}, NotFinite, "where area is 2 and w is 2"),
        ("price ~ exp(area)", {"area": [1, 1e9]}, NotFinite, "row 12: exp(area) is inf"),
        ("log(price) ~ area", {"price": [1, 0], "area": [1, 2]}, NotFinite, "row 12: log(price) is -inf"),
        ("price ~ area", {"area": [1.0, math.inf]}, NotFinite, "row 12: column 'area' is infinite"),
        ("price ~ C(area)", {"area": [1.0, math.inf]}, NotFinite, "row 12: column 'area' is infinite"),
        (
            "price ~ area",
            {"price": ["1", "n/a"], "area": [1, 2]},
            ColumnTypeError,
            "row 12: column 'price' holds 'n/a'",
        ),
        ("price ~ log(zone)", {"zone": ["p", "q"]}, ColumnTypeError, "row 11: column 'zone' holds 'p'"),
        ("price ~ zone", {"zone": ["1", "2", "x"]}, ColumnTypeError, "row 13: column 'zone' holds 'x' among"),
        ("price ~ zone", {"area": [1, 2]}, UnknownColumn, "houses.csv has no column 'zone'"),
    ],
)
def test_values_that_cannot_be_used(formula: str, columns: dict[str, Any], error: type[Exception], says: str) -> None:
    length = len(next(iter(columns.values())))
    with pytest.raises(error) as caught:
        prepare(formula, {"price": [1.0] * length} | columns)
    assert says in str(caught.value)
    assert "houses.csv" in str(caught.value)


def test_a_dropped_row_may_hold_anything() -> None:
    rows = prepare("price ~ log(area)", {"price": [None, 1.0, None], "area": [0.0, 1.0, math.inf]})
    assert rows.x.tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("formula", "error", "says"),
    [
        ("price ~ aera", UnknownColumn, "houses.csv has no column 'aera'; did you mean 'area'?"),
        ("price ~ a.__class__", UnknownColumn, "no column 'a.__class__'"),
        ("price ~ C(roof)", UnknownColumn, "no column 'roof'"),
        ("price ~ area + price", FormulaError, "price is made of the target price, which cannot predict itself"),
        ("price ~ area*log(price)", FormulaError, "log(price) is made of the target"),
        ("log(price) ~ price", FormulaError, "price is made of the target log(price)"),
        ("price / area ~ I(price / area)", UnknownColumn, ""),
        ("I(price / area) ~ {price / area}", FormulaError, "cannot predict itself"),
        ("1 ~ area", FormulaError, "the target names no column"),
        ("price ~ 0", FormulaError, "leaves no term and no intercept"),
        ("price ~ area - area - 1", FormulaError, "leaves no term and no intercept"),
        ("price ~ .", ColumnTypeError, "column 'tags' holds neither numbers, booleans, dates nor text"),
        ("price ~ I(tags + 1)", ColumnTypeError, "leave it out (- tags), or make a number"),
        ("tags ~ price", ColumnTypeError, "leave it out (- tags)"),
        ("price ~ " + ":".join(f"C(c{i})" for i in range(9)), FormulaError, "interaction of 9 categories"),
    ],
)
def test_formulas_that_do_not_fit_the_table(formula: str, error: type[SlopewiseError], says: str) -> None:
    if not says:
        assert houses(formula).target_name == "price / area"
        return
    columns: dict[str, Kind] = HOUSES | {"tags": "other"}
    columns |= {f"c{i}": "number" for i in range(9)} if "c8" in formula else {}
    with pytest.raises(error) as caught:
        Design.of(formula, columns, source_name="houses.csv")
    assert says in str(caught.value)


def test_a_ratio_may_be_predicted_by_a_part_of_it() -> None:
    assert houses("I(price / area) ~ area").inputs == ("area",)


def test_a_date_may_be_a_category() -> None:
    dates = pa.array(["2026-01-02", "2025-12-31"]).cast(pa.date32())
    rows = prepare("price ~ C(sold)", {"price": [1.0, 2.0], "sold": dates})
    assert [key.levels for key in rows.columns] == [("2025-12-31",), ("2026-01-02",)]


def test_a_date_counts_days() -> None:
    dates = pa.array(["2026-01-02", "2025-12-31"]).cast(pa.date32())
    times = pa.array(["2026-01-02 06:00:00.000000001", "2025-12-31"]).cast(pa.timestamp("ns"))
    for values, low in ((dates, None), (times, 1e-9 / 86400)):
        rows = prepare("price ~ sold*zone", {"price": [1.0, 2.0], "sold": values, "zone": ["p", "q"]})
        assert rows.x[:, 0].tolist() == [20455 + 0.25 * (low is not None), 20453]
        assert (rows.x_low is None) == (low is None)
        assert rows.x_low is None or rows.x_low[0, 0] == pytest.approx(low, rel=1e-3)
    assert prepare("sold ~ price", {"price": [1.0, 2.0], "sold": dates}).y.tolist() == [20455, 20453]


def test_dates_and_the_unit_of_their_coefficients() -> None:
    design = houses(
        "log(price) ~ area + sold + C(sold) + log(sold) + sold:zone + center(sold) + scale(sold) + poly(sold, 2)"
    )
    assert design.dates == ("sold",)
    units = {term.label: design.unit(place) for place, term in enumerate(design.terms)}
    assert {label for label, unit in units.items() if unit == "day"} == {"sold", "sold:zone", "center(sold)"}
    assert set(units.values()) == {"day", ""}
    assert houses("price ~ C(sold)").dates == ()
    assert houses("sold ~ area").dates == ("sold",)
    with pytest.raises(ColumnTypeError, match="column 'sold' holds dates, which weigh nothing"):
        houses("price ~ area", weights="sold")


def test_a_model_of_numbers_takes_no_dates_and_the_other_way_round() -> None:
    dates = pa.array(["2026-01-02"]).cast(pa.date32())
    for formula, column in (("price ~ area", {"area": dates}), ("price ~ sold", {"sold": [20455.0]})):
        with pytest.raises(ColumnTypeError, match="needed"):
            houses(formula).predictors(Block(pa.table(column), 1))
    written = houses("price ~ sold").predictors(Block(pa.table({"sold": ["2026-01-02"]}), 1))
    assert written.x.tolist() == [[20455]]


def test_the_first_rows_that_lack_a_value_are_known() -> None:
    reading = Reading(
        Block(pa.table({"a": [None, 1.0, None, 2.0] * 4, "b": [1.0] * 16, "c": ["x"] * 15 + [None]}), first_row=101),
        {"a": "number", "b": "number", "c": "text"},
        "houses.csv",
    )
    complete = reading.drop_incomplete("abc", refuse=False)
    assert complete.dropped_by == {"a": 8, "c": 1}
    assert complete.first_missing == {"a": (101, 103, 105, 107, 109), "c": (116,)}
    assert reading.number.tolist() == [102, 104, 106, 108, 110, 112, 114]
    assert np.array_equal(np.flatnonzero(complete.rows) + 101, reading.number)


def test_too_many_levels_are_refused_before_they_fill_the_memory() -> None:
    columns = {"price": np.ones(3000), "zone": [f"z{i}" for i in range(3000)]}
    with pytest.raises(DataError, match="the term zone alone makes 3,000 of 3,001 columns"):
        prepare("price ~ area + zone", columns | {"area": np.ones(3000)})


def test_prediction_needs_neither_target_nor_weights() -> None:
    design = houses("log(price) ~ area + zone", weights="w")
    block = Block(pa.table({"area": [1.0, None, 3.0], "zone": ["p", "p", "q"]}), first_row=1)
    predictors = design.predictors(block)
    assert predictors.x.tolist() == [[1, 1, 0], [3, 0, 1]]
    assert (predictors.complete.tolist(), predictors.number.tolist()) == ([True, False, True], [1, 3])
    np.testing.assert_array_equal(predictors.spread(np.array([5.0, 7.0])), [5.0, math.nan, 7.0])
    with pytest.raises(MissingValues, match="row 2: column 'area' is missing"):
        design.predictors(block, missing="error")
    with pytest.raises(ArgumentError, match="missing='drop'"):
        design.predictors(block, missing="drop")  # type: ignore[arg-type]


def test_prediction_of_the_mean_alone_needs_no_column() -> None:
    predictors = houses("price ~ 1").predictors(Block(pa.table({"area": [1.0, None]}), first_row=1))
    assert (predictors.x.shape, predictors.complete.tolist()) == ((2, 0), [True, True])


@pytest.mark.parametrize(
    "formula",
    [
        "log(price) ~ .",
        "price ~ 0 + zone*air + C(area):{`my column`^2}",
        "price~1",
        "`my column` ~ area",
        "price ~ area/C(zone, Sum, levels=['a\"b', \"it's\"])",
        "price ~ C(zone, Treatment('`')) %in% scale(log(area)) + center('my column')",
    ],
)
def test_a_design_travels(formula: str) -> None:
    columns = {name: kind for name, kind in HOUSES.items() if kind != "date"}
    design = Design.of(formula, columns, weights="w", missing="error")
    record = json.loads(json.dumps(design.to_json()))
    assert Design.from_json(record) == design == pickle.loads(pickle.dumps(design))
    assert Design.from_json(record).to_json() == record
    assert Design.from_json(record).terms == design.terms


@pytest.mark.parametrize(
    "change",
    [
        {"expanded": "price ~ __import__('os')"},
        {"expanded": 3},
        {"formula": None},
        {"columns": ["price"]},
        {"columns": {"price": "number", "area": "module"}},
        {"columns": {"price": "number", "area": ["number"]}},
        {"missing": "ignore"},
        {"weights": "secret"},
        {"weights": ["w"]},
    ],
)
def test_a_crafted_record_is_refused(change: dict[str, Any]) -> None:
    record = houses("price ~ area").to_json()
    with pytest.raises(SlopewiseError):
        Design.from_json(record | change)
    for name in record.keys() - {"levels", "keys"}:
        with pytest.raises(ArgumentError, match=f"no '{name}'"):
            Design.from_json({key: value for key, value in record.items() if key != name})
