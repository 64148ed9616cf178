"""Arrow columns of every type as numbers and as categories, and what is refused, with its place."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.block import Block, Kind
from slopewise.design.columns import SourceColumn
from slopewise.design.levels import level_order
from slopewise.errors import ColumnTypeError, NotFinite, UnknownColumn


def column(values: Any, kind: pa.DataType | None = None, known: Kind | None = None) -> SourceColumn:
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, kind)
    return SourceColumn.of(Block(pa.table({"x": array}), first_row=101), "x", "t.csv", known)


def levels(values: Any, kind: pa.DataType | None = None, *, explicit: bool = False) -> list[str | None]:
    category = column(values, kind).category(explicit=explicit)
    return [None if code < 0 else category.levels[code] for code in category.codes]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, None, 2**63 - 1], pa.int64(), [1.0, math.nan, 2.0**63]),
        ([2**64 - 1], pa.uint64(), [2.0**64]),
        ([1.5, None, math.nan], pa.float32(), [1.5, math.nan, math.nan]),
        ([True, None, False], None, [1.0, math.nan, 0.0]),
        (["1", " 2.5E+3 ", None, "-.5", "+7.", "007"], None, [1.0, 2500.0, math.nan, -0.5, 7.0, 7.0]),
    ],
)
def test_numbers(values: list[Any], kind: pa.DataType | None, expected: list[float]) -> None:
    np.testing.assert_array_equal(column(values, kind).numbers().high, expected)
    np.testing.assert_array_equal(column(values, kind).missing(), np.isnan(expected))
    np.testing.assert_array_equal(column(pa.array(values, kind).dictionary_encode()).numbers().high, expected)


@pytest.mark.parametrize("stray", ["n/a", "", "1,5", "nan", "inf", "1_000", "0x1F", "１２"])
def test_text_where_a_number_is_needed_is_named_with_its_row(stray: str) -> None:
    with pytest.raises(ColumnTypeError) as caught:
        column(["12", None, "7", stray, "what"]).numbers()
    assert str(caught.value).startswith(f"t.csv, row 104: column 'x' holds {stray!r} where a number is needed")


DAY = 86_400
TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@given(st.sampled_from(sorted(TICKS)), st.lists(st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-(2**40), 2**40)))
def test_timestamps_are_days_to_the_last_tick(unit: str, ticks: list[int]) -> None:
    for zone in (None, "UTC"):
        days = column(pa.array([*ticks, None], pa.timestamp(unit, zone)), known="date").numbers()
        for i, tick in enumerate(ticks):
            true = Fraction(tick, DAY * TICKS[unit])
            assert abs(days.pair[i].fraction() - true) <= abs(true) / 2**104
        assert math.isnan(days.high[-1])


def test_dates_are_whole_days() -> None:
    values = [datetime.date(1970, 1, 2), None, datetime.date(1969, 12, 31), datetime.date(2026, 1, 2)]
    for kind in (pa.date32(), pa.date64(), pa.timestamp("ns")):
        array = pa.array(values, pa.date32()).cast(kind)
        for form in (array, array.dictionary_encode()):
            days = column(form, known="date").numbers()
            np.testing.assert_array_equal(days.high, [1, math.nan, -1, 20455])
            assert days.low is None


def test_text_is_read_as_dates_where_dates_are_known() -> None:
    days = column(["2026-01-02", None, "2026-01-02 12:00:00", "2026-01-02T06:00:00.000000001"], known="date").numbers()
    np.testing.assert_array_equal(days.high, [20455, math.nan, 20455.5, 20455.25])
    assert days.low is not None
    assert days.low[3] == pytest.approx(1e-9 / DAY, rel=1e-3)
    np.testing.assert_array_equal(column(["2300-01-01"], known="date").numbers().high, [120530])
    with pytest.raises(
        ColumnTypeError, match=r"t\.csv, row 103: column 'x' holds '2/1/26' where a date is needed; write"
    ):
        column(["2026-01-02", None, "2/1/26"], known="date").numbers()
    with pytest.raises(ColumnTypeError, match=r"row 102: column 'x' is of type double, where dates are needed"):
        column([None, 20455.0], pa.float64(), known="date").numbers()
    assert np.isnan(column(pa.nulls(2, pa.float64()), known="date").numbers().high).all()


def test_types_that_are_neither_number_nor_name() -> None:
    with pytest.raises(ColumnTypeError, match="date32"):
        column([datetime.date(2026, 1, 2)]).numbers()
    with pytest.raises(ColumnTypeError, match="names no categories"):
        column([[1, 2]]).category(explicit=True)


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["b", None, "a", "b"], None, ["b", None, "a", "b"]),
        ([True, False, None], None, ["True", "False", None]),
        ([3, -10, None], None, ["3", "-10", None]),
        ([3.0, 2.5, -0.0, 0.0, 1e-300, math.nan, None], None, ["3", "2.5", "0", "0", "1e-300", None, None]),
        ([datetime.date(2026, 1, 2)], None, ["2026-01-02"]),
        ([0, 10_020, 3_600_000], pa.timestamp("ms"), ["1970-01-01", "1970-01-01 00:00:10.02", "1970-01-01 01:00:00"]),
        ([0], pa.timestamp("us", "Europe/Berlin"), ["1970-01-01 01:00:00+0100"]),
    ],
)
def test_names_of_levels(values: list[Any], kind: pa.DataType | None, expected: list[str | None]) -> None:
    assert levels(values, kind) == expected
    assert levels(pa.array(values, kind).dictionary_encode()) == expected


@given(
    st.integers(-(2**33), 2**33) | st.integers(-9999, 9999).map(lambda day: day * DAY),
    st.sampled_from(["ms", "us", "ns"]),
)
def test_a_time_has_one_name_in_any_unit(seconds: int, unit: str) -> None:
    named = levels([seconds], pa.timestamp("s"))
    assert levels(pa.array([seconds], pa.timestamp("s")).cast(pa.timestamp(unit))) == named
    if seconds % DAY == 0:
        assert levels([seconds // DAY], pa.date32()) == named


def test_numbers_that_float64_cannot_tell_apart_name_no_levels() -> None:
    assert levels([2**53 + 1, 2**53], pa.int64()) == ["9007199254740993", "9007199254740992"]
    with pytest.raises(ColumnTypeError, match=r"t.csv, row 102: column 'x' is a number beyond 2\^53"):
        levels([1.0, 2.0**53])


def test_order_of_levels() -> None:
    assert column(["b", "Z", "ä", "a", "10", "9 m"]).category(explicit=False).levels == (
        "10",
        "9 m",
        "Z",
        "a",
        "b",
        "ä",
    )
    assert column([10, 9, -1]).category(explicit=True).levels == ("-1", "9", "10")
    assert sorted(["b", "nan", "10", "9"], key=level_order(numeric=True)) == ["9", "10", "b", "nan"]
    assert column([1e15, 2.5, 10.0]).category(explicit=True).levels == ("2.5", "10", "1000000000000000")


@given(st.lists(st.none() | st.text(max_size=3)), st.integers(1, 5))
def test_the_same_levels_from_any_chunks(values: list[str | None], size: int) -> None:
    chunks = [pa.array(values[i : i + size], pa.string()) for i in range(0, len(values), size)]
    assert levels(pa.chunked_array(chunks, pa.string()), explicit=True) == values
    encoded = pa.chunked_array([chunk.dictionary_encode() for chunk in chunks], pa.dictionary(pa.int32(), pa.string()))
    assert levels(encoded, explicit=True) == values


def test_declared_levels_may_be_any_text() -> None:
    values = pa.array(["12", "13", None, "?"]).dictionary_encode()
    chunks = pa.chunked_array([values, pa.array(["?", "a"]).dictionary_encode()])
    assert levels(values) == ["12", "13", None, "?"]
    assert levels(chunks) == ["12", "13", None, "?", "?", "a"]
    nulls = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["b", None]))
    assert levels(nulls) == ["b", None, None]
    assert column(nulls).missing().tolist() == [False, True, True]


def test_a_column_of_text_where_numbers_are_needed_asks_for_another() -> None:
    with pytest.raises(
        ColumnTypeError, match="row 102: column 'x' holds 'a' where a number is needed; all of it is text"
    ):
        column([None, "a", "b"]).numbers()
    with pytest.raises(ColumnTypeError, match="holds 'a' where a number is needed; repair that value"):
        column([None, "a"]).numbers()


def test_a_level_that_is_null_is_a_missing_value() -> None:
    chunks = [
        pa.DictionaryArray.from_arrays([0, 1, 2, None], ["z", None, "a"]),
        pa.DictionaryArray.from_arrays([2, 1, 0, 0], ["b", "z", None]),
    ]
    found = column(pa.chunked_array(chunks))
    assert found.missing().tolist() == [False, True, False, True, True, False, False, False]
    assert levels(pa.chunked_array(chunks)) == ["z", None, "a", None, None, "z", "b", "b"]


def test_numbers_with_something_in_between_are_no_category() -> None:
    values = ["12", "13", None, "12", "?", "14"]
    with pytest.raises(ColumnTypeError, match=r"t\.csv, row 105: column 'x' holds '\?' among .* C\(x\)"):
        levels(values)
    assert levels(values, explicit=True) == values
    assert levels(["12", "13", "?", "b"]) == ["12", "13", "?", "b"]  # as many names as numbers
    assert levels(["02134", "10115"]) == ["02134", "10115"]  # all of them spell numbers: codes


def test_a_category_has_no_infinite_level() -> None:
    with pytest.raises(NotFinite, match="row 103: column 'x' is infinite"):
        levels([1.0, None, -math.inf], explicit=True)


def test_a_column_that_the_block_lacks() -> None:
    with pytest.raises(UnknownColumn, match=r"t\.csv has no column 'X'; did you mean 'x'"):
        SourceColumn.of(Block(pa.table({"x": [1]}), 1), "X", "t.csv")
