"""Frames and arrays: what their types become, and what is not copied."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data import open_source
from slopewise.data.arrays import from_matrix
from slopewise.data.tables import blocks_of
from slopewise.errors import ArgumentError, ColumnTypeError, ShapeError

DAY = datetime.date(2020, 1, 31)


@pytest.mark.parametrize(
    ("column", "kind", "arrow_type"),
    [
        (pd.Series([1, None], dtype="Int64"), "number", pa.int64()),
        (pd.Series([1.5, np.nan]), "number", pa.float64()),
        (pd.Series([None, None], dtype=object), "number", pa.float64()),
        (pd.Series([Decimal("1.5"), Decimal("12.25")]), "number", pa.float64()),
        (pd.Series([1, 2.5], dtype=object), "number", pa.float64()),
        (pd.Series([True, None], dtype=object), "boolean", pa.bool_()),
        (pd.Series([True, None], dtype="boolean"), "boolean", pa.bool_()),
        (pd.Series([None, "x"], dtype=object), "text", pa.string()),
        (pd.Series(["x", None], dtype="category"), "text", pa.dictionary(pa.int32(), pa.string())),
        (pd.Series([2, 1], dtype="category"), "text", pa.dictionary(pa.int32(), pa.string())),
        (pd.Series([DAY, None], dtype=object), "date", pa.date32()),
        (pd.Series(pd.to_datetime([DAY, None])), "date", None),
        (pd.Series(pd.to_timedelta([1, 2], unit="s")), "other", None),
        (pl.Series([1, 2], dtype=pl.UInt8), "number", pa.uint8()),
        (pl.Series([1, 2], dtype=pl.Decimal(10, 2)), "number", pa.float64()),
        (pl.Series(["a", None], dtype=pl.Enum(["a"])), "text", pa.dictionary(pa.int32(), pa.string())),
        (pl.Series([None, None]), "number", pa.float64()),
        (pl.Series([[1], [2]]), "other", None),
        (pa.array(["a"], pa.string_view()), "text", pa.string()),
        (pa.array([1.5], pa.float16()), "number", pa.float64()),
    ],
)
def test_types(column: pd.Series[int] | pl.Series | pa.Array, kind: str, arrow_type: pa.DataType | None) -> None:
    frame = {pd.Series: pd.DataFrame, pl.Series: pl.DataFrame}.get(type(column), pa.table)
    for data in (frame({"c": column}), {"c": column}):
        source = open_source(data)
        assert source.columns == {"c": kind}
        (block,) = source.blocks(["c"])
        assert arrow_type is None or block.table.schema.field("c").type == arrow_type


def test_nan_is_missing_in_pandas_and_a_number_elsewhere() -> None:
    for data, missing in [
        (pd.DataFrame({"x": [1.0, np.nan]}), 1),
        (pl.DataFrame({"x": [1.0, np.nan]}), 0),
        ({"x": np.array([1.0, np.nan])}, 0),
        ({"x": np.ma.masked_invalid([1.0, np.nan])}, 1),
    ]:
        (block,) = open_source(data).blocks(["x"])
        assert block.table["x"].null_count == missing


def test_names_become_text() -> None:
    source = open_source(pd.DataFrame({0: [1], "a": [2], 2.5: [3]}))
    assert list(source.columns) == ["0", "a", "2.5"]
    (block,) = source.blocks(["2.5", "0"])
    assert block.table.to_pydict() == {"2.5": [3], "0": [1]}


def test_whole_arrays_are_not_copied() -> None:
    x = np.arange(1000.0)
    for data in ({"x": x}, pa.table({"x": x}), pl.DataFrame({"x": x}, nan_to_null=False)):
        (block,) = open_source(data).blocks(["x"])
        seen = block.table["x"].chunk(0).to_numpy(zero_copy_only=True)
        again = next(iter(open_source(data).blocks(["x"]))).table["x"].chunk(0).to_numpy(zero_copy_only=True)
        assert np.shares_memory(seen, again)


@given(st.lists(st.integers(0, 7), max_size=12), st.integers(1, 9))
def test_cutting_keeps_every_row_once_and_in_order(lengths: list[int], size: int) -> None:
    ends = np.cumsum([0, *lengths])
    tables = [pa.table({"x": np.arange(a, b)}) for a, b in itertools.pairwise(ends)]
    blocks = list(blocks_of(tables, size))
    assert [value for block in blocks for value in block.table["x"].to_pylist()] == list(range(ends[-1]))
    assert all(block.table.num_rows == size for block in blocks[:-1])
    assert all(block.table["x"][0].as_py() + 1 == block.first_row for block in blocks)


def test_parts_of_one_kind_and_different_types() -> None:
    (block,) = blocks_of([pa.table({"x": [1]}), pa.table({"x": [2.5]})], 10)
    assert block.table["x"].to_pylist() == [1.0, 2.5]
    with pytest.raises(ColumnTypeError, match="do not fit together"):
        list(blocks_of([pa.table({"d": [DAY]}), pa.table({"d": [datetime.datetime(2020, 1, 1)]})], 10))


def test_a_matrix() -> None:
    X = np.arange(6.0).reshape(3, 2)
    source = from_matrix(X, np.array([1, 2, 3]), names=["width", "depth"])
    (block,) = source.blocks(["depth", "y"])
    assert block.table.to_pydict() == {"depth": [1.0, 3.0, 5.0], "y": [1, 2, 3]}
    assert (source.rows, source.name) == (3, "the table")
    assert list(from_matrix(X[:, 0]).columns) == ["x1"]
    assert next(from_matrix(X.astype(">f4")).blocks(["x2"])).table["x2"].to_pylist() == [1.0, 3.0, 5.0]


def test_matrices_that_do_not_fit() -> None:
    X = np.zeros((3, 2))
    with pytest.raises(ShapeError, match=r"\(3, 2\) and y \(2,\)"):
        from_matrix(X, np.zeros(2))
    with pytest.raises(ShapeError, match=r"\(3, 2, 1\)"):
        from_matrix(X[:, :, None])
    with pytest.raises(ArgumentError, match="3 names were given for 2"):
        from_matrix(X, names=["a", "b", "c"])
    with pytest.raises(ArgumentError, match="'y' is used twice"):
        from_matrix(X, np.zeros(3), names=["y", "z"])
    with pytest.raises(ArgumentError, match="real numbers"):
        from_matrix([["a", "b"]])
