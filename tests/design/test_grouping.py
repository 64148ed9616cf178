"""What a row belongs to: the same folds however the rows are cut, balanced, and one fold for one key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.block import Block
from slopewise.design import Design, Rows
from slopewise.design.grouping import ByColumns, Folds
from slopewise.errors import ArgumentError

KINDS = {"y": "number", "g": "text", "h": "number"}


def rows_of(table: dict[str, Any], size: int, kinds: Any = KINDS) -> Iterator[Rows]:
    design = Design.of("y ~ 1", kinds, keys=[name for name in kinds if name != "y"])
    whole = pa.table(table)
    for start in range(0, whole.num_rows, size):
        yield design.prepare(Block(whole.slice(start, size), start + 1))


def folds_of(folds: Folds, table: dict[str, Any], size: int, kinds: Any = KINDS) -> list[int]:
    return [code for rows in rows_of(table, size, kinds) for code in folds.members(rows).codes.tolist()]


def table(m: int = 200) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    g = np.array(["a", "b", "c", "d", "e"])[rng.integers(0, 5, m)]
    return {"y": rng.normal(size=m), "g": g, "h": rng.integers(0, 40, m)}


@given(st.integers(2, 12), st.integers(0, 2**63 - 1), st.integers(1, 250))
def test_folds_are_the_same_however_rows_are_cut(count: int, seed: int, size: int) -> None:
    for key in (None, "g", "h"):
        folds = Folds(count, seed, key)
        assert folds_of(folds, table(), size) == folds_of(folds, table(), 200)


def test_folds_are_balanced_and_differ_by_seed() -> None:
    number = np.arange(1, 100_001)
    one, other = Folds(10, 0).of_numbers(number), Folds(10, 1).of_numbers(number)
    for folds in (one, other):
        sizes = np.bincount(folds, minlength=10)
        assert len(sizes) == 10
        assert np.all(np.abs(sizes - 10_000) < 5 * np.sqrt(9_000))
    both = np.bincount(one * 10 + other, minlength=100)
    assert np.all(np.abs(both - 1_000) < 5 * np.sqrt(1_000))
    assert np.array_equal(one, Folds(10, 0).of_numbers(number))


@pytest.mark.parametrize("key", ["g", "h"])
def test_one_key_is_in_one_fold(key: str) -> None:
    t = table()
    folds = folds_of(Folds(3, 5, key), t, 7)
    assert all(len({f for f, k in zip(folds, t[key], strict=True) if k == value}) == 1 for value in t[key])
    assert len(set(folds)) == 3


def test_equal_keys_of_other_types_share_a_fold() -> None:
    whole = np.array([1, 2, 3, 40, -7, 2**40])
    folds, given = Folds(7, 3, "h"), {"y": whole * 0.0, "g": ["a"] * 6}
    expected = folds_of(folds, given | {"h": whole}, 6)
    for same in (whole.astype(np.float64), pa.array(whole.tolist()).dictionary_encode()):
        assert folds_of(folds, given | {"h": same}, 6) == expected
    texts = pa.array(["x", "y", "x", "z", "z", "x"])
    one, other = (
        folds_of(Folds(7, 3, "g"), given | {"h": whole, "g": g}, 2) for g in (texts, texts.dictionary_encode())
    )
    assert one == other


def test_a_time_is_in_one_fold_whatever_its_unit() -> None:
    seconds = np.arange(-40, 40) * 43_200
    given = {"y": np.zeros(80), "g": ["a"] * 80}
    kinds = {"y": "number", "g": "text", "h": "date"}
    fine = pa.array(seconds * 1000, pa.timestamp("ms"))
    expected = folds_of(Folds(7, 3, "h"), given | {"h": fine}, 80, kinds=kinds)
    for unit in ("s", "us", "ns"):
        assert folds_of(Folds(7, 3, "h"), given | {"h": fine.cast(pa.timestamp(unit))}, 80, kinds=kinds) == expected
    dates = {"y": np.zeros(40), "g": ["a"] * 40, "h": pa.array(np.arange(-20, 20), pa.int32()).cast(pa.date32())}
    assert folds_of(Folds(7, 3, "h"), dates, 40, kinds=kinds) == expected[::2]
    assert len(set(expected[::2])) == len(set(expected[1::2])) == 7


def test_large_whole_numbers_are_told_apart() -> None:
    h = 2**60 + np.arange(1000)
    folds = folds_of(Folds(4, 0, "h"), {"y": np.zeros(1000), "g": ["a"] * 1000, "h": h}, 1000)
    assert np.bincount(folds).min() > 200


def test_dates_and_booleans_are_keys() -> None:
    kinds = {"y": "number", "d": "date", "b": "boolean"}
    days = pa.array(np.arange("2020-01-01", "2020-01-11", dtype="datetime64[D]"))
    given = {"y": np.zeros(10), "d": days, "b": [True, False] * 5}
    for key in ("d", "b"):
        assert len(folds_of(Folds(3, 0, key), given, 3, kinds)) == 10
    (rows,) = rows_of(given, 10, kinds)
    assert ByColumns(("b",)).members(rows).values.to_pydict() == {"b": [True, False]}


def test_groups_are_met_in_order() -> None:
    (rows,) = rows_of({"y": [0.0] * 4, "g": ["q", "p", "q", "p"], "h": [1, 1, 2, 1]}, 4)
    assert ByColumns(("g",)).members(rows).codes.tolist() == [0, 1, 0, 1]
    codes, values = ByColumns(("g", "h")).members(rows)
    assert codes.tolist() == [0, 1, 2, 1]
    assert values.to_pydict() == {"g": ["q", "p", "q"], "h": [1, 1, 2]}


@pytest.mark.parametrize("wrong", [(1, 0), (0, 0), (2.5, 0), (True, 0), (3, -1), (3, 1.5), (10**7, 0)])
def test_what_are_no_folds(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="give from 2 to 1,000,000 folds, and a seed"):
        Folds(*wrong)


@pytest.mark.parametrize("wrong", [(), ("a", "a"), (1,)])
def test_what_are_no_keys(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="is not the name of a column, nor those of two columns"):
        ByColumns(wrong)
