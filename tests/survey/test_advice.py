"""What is said of a column is true: each kind of mess on its own, and the lines between them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from slopewise.described import describe
from slopewise.survey.record import TOPICS, ColumnRecord

RNG = np.random.default_rng(7)
NORMAL = RNG.normal(size=200)


def column(values: Any) -> ColumnRecord:
    return describe(pa.table({"c": values})).columns[0]


def topics(record: ColumnRecord) -> list[str]:
    return [hint.topic for hint in record.hints]


USES = {
    "a number": NORMAL,
    "a category of 3 levels, reference 'a'": ["b", "a", "c"] * 20,
    "a category of 2 levels, reference 'False'": [True, False, None],
    "a date, counted in days since 1970-01-01": [dt.date(2020, 1, 1), dt.date(2021, 1, 1)],
    "left out: 7 in every row": [7, 7],
    "left out: 'a' in every row that has a value": ["a", None],
    "left out: 2020-01-01 in every row": [dt.date(2020, 1, 1)] * 2,
    "leave it out: no row has a value, so no row would be complete": [None, None],
    "leave it out: each text occurs once, as keys and row numbers do": [f"key {i}" for i in range(20)],
    "leave it out: whole numbers, each of them once, as keys and row numbers do": list(range(100, 130)),
    "refused: 1 infinite value, in row 2": [1.0, np.inf],
    "refused: 2 infinite values, first in rows 1 and 3": [-np.inf, 0.0, np.inf],
    "refused: 1 cell is not a number: 'n/a' (row 5)": ["1", "2", "3", "4", "n/a"],
    "cannot be used: list<item: int64> is neither numbers, booleans, text nor dates": [[1], [2]],
    "cannot be used: binary is neither numbers, booleans, text nor dates": [b"a", None],
}


@pytest.mark.parametrize("use", USES)
def test_what_fit_would_do(use):
    assert column(USES[use]).use == use


@pytest.mark.parametrize(
    ("name", "values", "key"),
    [
        ("PID", np.arange(30) * 1000, True),
        ("customer_id", np.arange(30) * 1000, True),
        ("rowIndex", np.arange(30) * 1000, False),
        ("price", np.arange(30) * 1000, False),
        ("paid", np.arange(30) * 1000, False),
        ("id", np.arange(30) + 0.5, False),
        ("id", np.arange(19), False),
        ("id", np.arange(30) // 2, False),
    ],
)
def test_keys_are_told_from_numbers(name, values, key):
    assert (describe(pa.table({name: values})).columns[0].role == "id") is key


MESSY = {
    "missing": [None, *NORMAL[:10]],
    "code": [-999.0, -999.0, *np.arange(20.5, 60.5)],
    "spelled": ["1", "2"] * 5,
    "alike": ["Oslo", "oslo ", "Bergen"] * 2,
    "many": [f"level {i}" for i in range(60)] * 2,
    "far": [*NORMAL, 40.0],
    "log": np.exp(3 * NORMAL),
    "kinds": [1, 2, 3] * 10,
    "even": [*[0.0] * 99, 1.0],
    "rare": ["a", "a", "b"],
    "left out": [1, 1],
    "refused": [np.inf],
}


@pytest.mark.parametrize("topic", MESSY)
def test_a_mess_is_noticed_and_named(topic):
    assert topics(column(MESSY[topic])) == [topic]


@pytest.mark.parametrize("topic", MESSY)
def test_every_topic_has_a_heading(topic):
    assert {*MESSY, "same"} == set(TOPICS)
    hint = column(MESSY[topic]).hints[0]
    assert hint.text
    assert not hint.text.endswith(".")


CLEAN = {
    "signs": [-1, 0, 1] * 4,
    "numbers": NORMAL,
    "a yes or no in numbers": [0, 1] * 50,
    "a few missing values": [*NORMAL[:99], None],
    "a code that is among others": np.arange(-1005.0, -995.0, 0.25),
    "levels": ["a", "b"] * 30,
    "texts that are no numbers": ["a1", "b2"] * 30,
    "mostly zero": [0.0] * 150 + list(range(1, 51)),
    "dates": [dt.date(2020, 1, 1) + dt.timedelta(days=i % 50) for i in range(100)],
}


@pytest.mark.parametrize("what", CLEAN)
def test_what_is_sound_is_left_in_peace(what):
    assert topics(column(CLEAN[what])) == []


def test_locale_decimals_are_named():
    record = column([f"{i},5" for i in range(9)] * 3)
    assert record.role == "category"
    assert topics(record) == ["spelled"]
    assert "looks like numbers, such as" in record.hints[0].text


def test_declared_levels_that_spell_numbers_are_a_category_by_intent():
    declared = pa.array(["3", "1", "2", "3"] * 10).dictionary_encode()
    assert topics(column(declared)) == []
    assert topics(column(declared.dictionary_decode())) == ["spelled"]


def test_long_texts_that_begin_alike_are_not_called_alike():
    assert topics(column(["z" * 100 + "a", "z" * 100 + "b"] * 2)) == []


def test_columns_that_say_the_same():
    table = {
        "a": NORMAL,
        "copy": NORMAL,
        "scaled": 3 - 2 * NORMAL,
        "nearly": NORMAL + 1e-3 * RNG.normal(size=200),
        "apart": RNG.normal(size=200),
        "s": RNG.choice(["u", "v"], 200).tolist(),
    }
    table["t"] = list(table["s"])
    found = {c.name: [hint.text for hint in c.hints if hint.topic == "same"] for c in describe(table).columns}
    assert found["copy"] == ["equals 'a' in every row: one of them is enough"]
    assert found["scaled"] == ["moves with 'a' (correlation -1)"]
    assert len(found["nearly"]) == 1
    assert found["t"] == ["equals 's' in every row: one of them is enough"]
    assert found["a"] == found["apart"] == found["s"] == []
    near, later = (2**60 + 256 * np.arange(600) + more for more in (0, 1))
    whole, rounded = ({"near": near.astype(t), "later": later.astype(t)} for t in (np.int64, np.float64))
    told = [[hint.text for hint in describe(numbers).columns[1].hints] for numbers in (whole, rounded)]
    assert not any("in every row" in text for text in told[0])
    beyond = "up to the rounding of its numbers to float64"
    assert f"equals 'near' in every row, {beyond}: one of them is enough" in told[1]


def test_correlation_of_a_pair_uses_the_rows_that_have_both():
    x = NORMAL.copy()
    y = 2 * NORMAL + 100
    x[:50], y[150:] = np.nan, np.nan
    assert [h.text for h in describe({"x": x, "y": y})["y"].hints if h.topic == "same"] == [
        "moves with 'x' (correlation 1)"
    ]
