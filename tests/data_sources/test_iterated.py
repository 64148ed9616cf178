"""Blocks that Python gives one after the other, and Arrow streams: what can be read twice, and what must agree."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw
from slopewise.data.filtered import Filtered
from slopewise.data.memory import open_memory
from slopewise.errors import ArgumentError, ColumnTypeError, ShapeError, SlopewiseError, SourceError

TABLE = pa.table({"x": [1.0, None, 3.0, 4.0, 5.5], "n": [1, 2, 3, None, 5], "s": ["b", "a", None, "b", "c"]})
FORMS: list[Callable[[pa.Table], Any]] = [
    lambda table: table,
    lambda table: table.to_pydict(),
    lambda table: pl.DataFrame(pl.from_arrow(table)),
    lambda table: pl.DataFrame(pl.from_arrow(table)).lazy(),
    lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    lambda table: pa.RecordBatch.from_pydict(table.to_pydict(), schema=table.schema),
    lambda table: {name: table[name] for name in reversed(table.column_names)},
]


def rows_of(data: Any, columns: list[str] | None = None) -> list[dict[str, Any]]:
    source = open_memory(data)
    return [row for block in source.blocks(columns or list(source.columns)) for row in block.table.to_pylist()]


def refusal(data: Any, error: type[SlopewiseError]) -> str:
    with pytest.raises(error) as caught:
        rows_of(data)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    return str(caught.value)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(FORMS)), min_size=1, max_size=5))
def test_any_blocks_of_any_form_are_the_table(parts: list[tuple[int, Callable[[pa.Table], Any]]]) -> None:
    cuts = sorted(cut for cut, _ in parts)
    edges = itertools.pairwise([0, *cuts, TABLE.num_rows])
    forms = [form for _, form in parts] + [parts[0][1]]
    blocks = [form(TABLE.slice(start, stop - start)) for (start, stop), form in zip(edges, forms, strict=True)]
    first = next((start, stop) for start, stop in itertools.pairwise([0, *cuts, TABLE.num_rows]))
    if all(value is None for name in TABLE.column_names for value in TABLE[name].slice(*first).to_pylist()):
        blocks = [TABLE.slice(0, 0), *blocks]  # lists without values say nothing about their columns
    assert rows_of(blocks, TABLE.column_names) == TABLE.to_pylist()
    assert rows_of(iter(blocks), TABLE.column_names) == TABLE.to_pylist()


def in_two() -> Iterator[pa.Table]:
    yield TABLE.slice(0, 2)
    yield TABLE.slice(2)


class Stream:
    """A stream of no library that is known."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return TABLE.to_reader(2).__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    ("make", "name"),
    [(in_two, "the blocks"), (lambda: TABLE.to_reader(2), "the stream"), (Stream, "the stream")],
)
def test_what_can_be_read_once(make: Callable[[], Any], name: str) -> None:
    source = open_memory(make())
    assert (source.rereadable, source.rows, source.name) == (False, None, name)
    assert source.columns == {"x": "number", "n": "number", "s": "text"}
    assert [row for block in source.blocks(["s", "x"]) for row in block.table.to_pylist()] == TABLE.select(
        ["s", "x"]
    ).to_pylist()
    with pytest.raises(SourceError, match=f"{name} can be read only once"):
        source.blocks(["x"])
    filtered = Filtered(open_memory(make()), "n > 1")
    assert not filtered.rereadable
    assert [row for block in filtered.blocks(["n"]) for row in block.table.to_pylist()] == [
        {"n": 2},
        {"n": 3},
        {"n": 5},
    ]
    again = open_memory(make)
    assert again.rereadable
    for _ in range(2):
        assert [row for block in again.blocks(["s"]) for row in block.table.to_pylist()] == TABLE.select(
            ["s"]
        ).to_pylist()


@pytest.mark.parametrize("make", [lambda: TABLE, lambda: TABLE.to_pydict(), lambda: [TABLE], lambda: iter([TABLE])])
def test_functions_of_anything(make: Callable[[], Any]) -> None:
    source = open_memory(make)
    assert source.rereadable
    assert [[block.table.num_rows for block in source.blocks(["x"])] for _ in range(2)] == [[5], [5]]


def test_a_function_that_returns_what_is_spent() -> None:
    for spent in (in_two(), TABLE.to_reader()):
        source = open_memory(lambda spent=spent: spent)
        with pytest.raises(SourceError, match="same iterator twice"):
            source.blocks(["x"])


def test_what_is_only_looked_at_is_closed() -> None:
    closed: list[int] = []

    def opened() -> Iterator[dict[str, list[int]]]:
        try:
            yield {"x": [1]}
            yield {"x": [2]}
        finally:
            closed.append(1)

    source = open_memory(opened)
    assert closed == [1]
    assert [block.table.num_rows for block in source.blocks(["x"])] == [2]


def test_only_the_blocks_in_hand_are_held() -> None:
    alive: list[int] = []

    class Counted(dict[str, Any]):
        def __init__(self, number: int) -> None:
            super().__init__(x=np.full(200_000, float(number)))
            alive.append(number)

        def __del__(self) -> None:
            alive.remove(self["x"][0])

    most = 0
    for _ in open_memory(Counted(number) for number in range(8)).blocks(["x"]):
        most = max(most, len(alive))
    assert most <= 2


def test_fits() -> None:
    wanted = sw.fit("x ~ n", TABLE).coefficients
    for data in (in_two(), in_two, TABLE.to_reader(1), [TABLE.slice(0, 2), TABLE.slice(2)]):
        assert sw.fit("x ~ n", open_memory(data)).coefficients == pytest.approx(wanted, rel=1e-14)


def test_blocks_without_rows_or_values() -> None:
    blocks = [{"x": [1], "s": ["a"]}, {"x": [], "s": []}, {"x": [None], "s": [None]}, {"x": [2.5], "s": ["b"]}]
    assert rows_of(blocks) == [{"x": 1, "s": "a"}, {"x": None, "s": None}, {"x": 2.5, "s": "b"}]
    assert rows_of(TABLE.slice(0, 0).to_reader()) == []
    assert rows_of([TABLE.slice(0, 0), TABLE]) == TABLE.to_pylist()


def test_categories_of_each_block() -> None:
    """As pandas reads a CSV in chunks: each has the levels that occur in it, in order, which declares nothing."""
    chunks = [pd.DataFrame({"c": pd.Categorical(values)}) for values in (["b", "a"], ["c", "a"])]
    (block,) = open_memory(iter(chunks)).blocks(["c"])
    assert block.table["c"].type == pa.string()
    assert block.table["c"].to_pylist() == ["b", "a", "c", "a"]


def test_declared_levels_in_every_block() -> None:
    high, low = ["high", "low"], ["low", "high"]
    blocks = [{"c": pd.Categorical(high, categories=low)}, {"c": [None]}, {"c": pd.Categorical(low, categories=low)}]
    (block,) = open_memory(blocks).blocks(["c"])
    assert block.table["c"].chunk(0).dictionary.to_pylist() == low
    assert block.table["c"].to_pylist() == [*high, None, *low]
    (rest,) = open_memory([blocks[0], {"c": [None]}]).blocks(["c"])
    assert rest.table["c"].chunk(0).dictionary.to_pylist() == low
    other = {"c": pd.Categorical(["low"], categories=["low", "mid", "high"])}
    assert "block 2 declares other levels of 'c'" in refusal([blocks[0], other], ColumnTypeError)
    assert "block 2 has string values in column 'c'" in refusal([blocks[0], {"c": ["low"]}], ColumnTypeError)


@pytest.mark.parametrize(
    ("blocks", "error", "said"),
    [
        (
            [{"x": [1]}, {"x": ["a"]}],
            ColumnTypeError,
            "block 2 has string values in column 'x', where the blocks before",
        ),
        ([{"x": [1]}, {"x": [2]}, {"x": [True]}], ColumnTypeError, "block 3 has bool values in column 'x'"),
        (
            [{"d": [date(2020, 1, 1)]}, {"d": [datetime(2020, 1, 1)]}],
            ColumnTypeError,
            "block 2 has timestamp[us] values",
        ),
        ([{"x": [1], "y": [2]}, {"x": [1]}], SourceError, "block 2 lacks the column 'y', unlike the first"),
        ([{"x": [1]}, {"x": [1], "y": [2]}], SourceError, "block 2 has a column 'y', unlike the first"),
        ([{"x": [1]}, 3], ArgumentError, "block 2 is a int, not a table"),
        ([{"x": [1]}, {"x": [1, "a"]}], ColumnTypeError, "block 2: the table has 'a' in column 'x' at row 2"),
        ([{"x": [1]}, {"x": [1], "y": [1, 2]}], ShapeError, "block 2: 'x' has 1 values and 'y' has 2"),
        ([{"x": 1}], ShapeError, "block 1: 'x' has the shape ()"),
        ([np.ones(3)], ArgumentError, "block 1 is a ndarray"),
        ([1, 2], ArgumentError, "block 1 is a int"),
        ([{}], ArgumentError, "block 1: the table are an empty mapping"),
        ([], SourceError, "the blocks end before they begin"),
        (iter(()), SourceError, "the blocks end before they begin"),
        (lambda: 3, ArgumentError, "the function returned a int"),
        (lambda: np.ones((2, 2)), ArgumentError, "the function returned a ndarray"),
        (np.ones((2, 2)), ArgumentError, "a ndarray is not a table with named columns"),
        (pd.Series([1]), ArgumentError, "a Series is not a table"),
        (pl.Series([1]), ArgumentError, "a Series is not a table"),
        (pa.chunked_array([[1]]), ArgumentError, "a ChunkedArray is not a table"),
        (3, ArgumentError, "a int is not a table"),
    ],
)
def test_what_does_not_fit(blocks: Any, error: type[SlopewiseError], said: str) -> None:
    assert said in refusal(blocks, error)


def test_errors_of_the_callers_own_pass_as_they_are() -> None:
    def failing() -> Iterator[Any]:
        yield {"x": [1]}
        raise RuntimeError("the sensor is off")

    blocks = open_memory(failing()).blocks(["x"])
    with pytest.raises(RuntimeError, match="the sensor is off"):
        list(blocks)


def test_a_stream_that_breaks() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"x": [1]})
        raise OSError("the disk is gone")

    broken = pa.RecordBatchReader.from_batches(pa.schema([("x", pa.int64())]), batches())
    assert "the stream cannot be read: IOError: the disk is gone; see" in refusal(broken, SourceError)


def test_descriptions() -> None:
    assert open_memory([TABLE]).describe() == {"name": "the blocks", "kind": "blocks", "rows": None, "columns": 3}
