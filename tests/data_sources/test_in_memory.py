"""Frames and arrays: what their types become, and what is not copied."""

from __future__ import annotations

import datetime
import itertools
from decimal import Context, Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.data import open_source
from slopewise.data.columns import decimals_as_floats, kind_of
from slopewise.data.filtered import Filtered
from slopewise.data.memory import open_memory
from slopewise.data.tables import blocks_of
from slopewise.errors import ColumnTypeError, SourceError

DAY = datetime.date(2020, 1, 31)
WIDE = Context(prec=80)


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
        (pd.Series(pd.arrays.SparseArray([0.0, 2.0])), "number", pa.float64()),
        (pd.Series(pd.cut([1.0, np.nan], [0, 5, 10])), "text", pa.dictionary(pa.int32(), pa.string())),
        (pd.Series([pd.Period("2020-01"), None], dtype="period[M]"), "text", pa.string()),
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
    for data in ({"x": x}, pa.table({"x": x}), pl.DataFrame({"x": x}, nan_to_null=False), pd.DataFrame({"x": x})):
        (block,) = open_source(data).blocks(["x"])
        seen = block.table["x"].chunk(0).to_numpy(zero_copy_only=True)
        again = next(iter(open_source(data).blocks(["x"]))).table["x"].chunk(0).to_numpy(zero_copy_only=True)
        assert np.shares_memory(seen, again)


@pytest.mark.parametrize("dtype", ["<f4", ">f4", ">f8", "<u4", ">i8", "i1"])
def test_numbers_of_pandas_in_any_bytes_and_strides(dtype: str) -> None:
    rows = np.arange(24).reshape(8, 3).astype(dtype)
    source = open_source(pd.DataFrame(rows, columns=["a", "b", "c"]).iloc[::2])
    (block,) = source.blocks(["c", "a"])
    assert block.table.to_pydict() == {"c": rows[::2, 2].tolist(), "a": rows[::2, 0].tolist()}


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


LEVELS = ["low", "never", "high"]
CODES = [2, None, 0, 2]
DECLARED = pa.DictionaryArray.from_arrays(pa.array(CODES, pa.int8()), pa.array(LEVELS))
CATEGORICAL = pd.Categorical(DECLARED.to_pylist(), categories=LEVELS)


@pytest.mark.parametrize(
    "data",
    [
        pa.table({"c": DECLARED}),
        pa.record_batch({"c": DECLARED}),
        pa.table({"c": pa.chunked_array([DECLARED.slice(0, 1), DECLARED.slice(1)])}),
        pd.DataFrame({"c": CATEGORICAL}),
        pd.DataFrame({"c": CATEGORICAL.as_ordered()}),
        pl.DataFrame({"c": pl.Series(DECLARED.to_pylist(), dtype=pl.Enum(LEVELS))}),
        pl.DataFrame({"c": pl.Series(DECLARED.to_pylist(), dtype=pl.Enum(LEVELS))}).lazy(),
        {"c": CATEGORICAL},
        {"c": pd.CategoricalIndex(CATEGORICAL)},
        {"c": pd.Series(CATEGORICAL)},
        {"c": DECLARED},
        [{"c": CATEGORICAL[:1]}, pa.table({"c": DECLARED.slice(1)})],
        pa.table({"c": DECLARED}).to_reader(),
    ],
    ids=lambda data: type(data).__module__.partition(".")[0] + "." + type(data).__name__,
)
def test_declared_levels_are_kept_in_their_order(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_memory(data)
    assert source.columns == {"c": "text"}
    (block,) = (source if source.rereadable else open_memory(pa.table({"c": DECLARED}).to_reader())).blocks(["c"])
    chunks = block.table["c"].chunks
    assert block.table["c"].type == pa.dictionary(pa.int32(), pa.string())
    assert all(chunk.dictionary.to_pylist() == LEVELS for chunk in chunks)
    assert [code for chunk in chunks for code in chunk.indices.to_pylist()] == CODES
    (kept,) = Filtered(source, "c = 'high'").blocks(["c"])
    assert kept.table["c"].chunk(0).dictionary.to_pylist() == LEVELS
    assert kept.table["c"].to_pylist() == ["high", "high"]


def test_levels_that_nobody_declared() -> None:
    """Polars numbers the levels of a Categorical as it meets them, and a chunk of an Arrow table may do so too."""
    met = pl.DataFrame({"c": pl.Series(["b", "a"], dtype=pl.Categorical)})
    chunks = [pa.array(["b", "a"]).dictionary_encode(), pa.array(["c"]).dictionary_encode()]
    for data in (met, met.lazy(), pa.table({"c": pa.chunked_array(chunks)})):
        source = open_memory(data)
        (block,) = source.blocks(["c"])
        assert source.columns == {"c": "text"}
        assert block.table.schema.field("c").type == pa.string()
        assert block.table["c"].to_pylist()[:2] == ["b", "a"]


@pytest.mark.parametrize(
    ("levels", "named"),
    [
        ([2, 1], ["2", "1"]),
        ([2.0, 0.5], ["2", "0.5"]),
        ([True, False], ["True", "False"]),
        ([DAY], ["2020-01-31"]),
        (pd.to_datetime(["2020-01-31"]), ["2020-01-31"]),
        ([Decimal("1.50")], ["1.50"]),
    ],
)
def test_levels_are_named_by_their_values(levels: list[Any], named: list[str]) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, None]), pa.array(levels))
    (block,) = open_memory({"c": column}).blocks(["c"])
    assert block.table["c"].to_pylist() == [named[0], None]
    assert block.table["c"].chunk(0).dictionary.to_pylist() == named


def test_levels_that_are_no_values() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0]), pa.array([[1, 2]]))
    assert open_memory({"c": column}).columns == {"c": "other"}
    assert kind_of(column.type) == "other"


@settings(max_examples=50)
@given(st.integers(1, 38), st.data())
def test_decimals_are_rounded_once(precision: int, data: st.DataObject) -> None:
    scale = data.draw(st.integers(-5, precision))
    whole = st.integers(-(10**precision) + 1, 10**precision - 1)
    drawn = data.draw(st.lists(st.none() | whole | st.integers(-9, 9), max_size=20))
    values = [None if value is None else Decimal(value).scaleb(-scale, WIDE) for value in drawn]
    array = pa.array(values, pa.decimal128(precision, scale))
    wanted = [None if value is None else float(value) for value in values]
    start = data.draw(st.integers(0, len(values)))
    assert decimals_as_floats(array).to_pylist() == wanted
    assert decimals_as_floats(array.slice(start)).to_pylist() == wanted[start:]
    assert decimals_as_floats(array.cast(pa.decimal256(precision, scale))).to_pylist() == wanted


@given(
    st.lists(
        st.none() | st.floats() | st.integers(-(2**80), 2**80) | st.decimals(allow_nan=False, allow_infinity=False),
        max_size=20,
    )
)
def test_numbers_of_any_kind_among_objects(values: list[Any]) -> None:
    source = open_memory({"x": np.array([*values, 1], dtype=object)})
    (block,) = source.blocks(["x"])
    wanted = [None if value is None or value != value else float(value) for value in values]
    assert block.table["x"].to_pylist() == [*wanted, 1.0]


def test_numbers_beyond_float64_and_strays_among_objects() -> None:
    (block,) = open_memory({"x": [1, 10**400, -(10**400)]}).blocks(["x"])
    assert block.table["x"].to_pylist() == [1.0, np.inf, -np.inf]
    for stray in ("many", DAY, b"1"):
        with pytest.raises(ColumnTypeError, match=r"'x' at row 3, where numbers are expected"):
            open_memory({"x": [1, Decimal("2.5"), stray]})


def test_pandas_arrays_in_a_mapping() -> None:
    arrays = {
        "n": pd.array([1, None], dtype="Int64"),
        "b": pd.array([True, None], dtype="boolean"),
        "t": pd.array(["a", None], dtype="str"),
        "i": pd.Index([1.5, np.nan]),
        "d": pd.to_datetime(["2020-01-31", None]),
    }
    source = open_memory(arrays)
    assert list(source.columns.values()) == ["number", "boolean", "text", "number", "date"]
    (block,) = source.blocks(["n", "b", "t"])
    assert block.table.to_pylist() == [{"n": 1, "b": True, "t": "a"}, {"n": None, "b": None, "t": None}]


def test_an_arrow_batch() -> None:
    source = open_memory(pa.record_batch({"x": [1, 2]}))
    assert (source.columns, source.rows, source.rereadable) == ({"x": "number"}, 2, True)
    with pytest.raises(SourceError, match="two columns of one name"):
        open_memory(pa.RecordBatch.from_arrays([pa.array([1])] * 2, ["x", "x"]))


def test_complex_numbers_are_a_column_of_another_kind() -> None:
    source = open_source(pd.DataFrame({"c": [1j, 2j], "y": [1.0, 2.0]}))
    assert source.columns == {"c": "other", "y": "number"}
    with pytest.raises(ColumnTypeError, match="a column 'c' of Python objects that are no numbers"):
        list(source.blocks(["c"]))


def test_a_type_that_arrow_lacks_hides_no_other() -> None:
    source = open_source(pl.DataFrame({"c": pl.Series([1, 2], dtype=pl.Int128), "y": [1.0, 2.0]}))
    assert source.columns == {"c": "other", "y": "number"}
    assert [block.table.to_pydict() for block in source.blocks(["y"])] == [{"y": [1.0, 2.0]}]
    with pytest.raises(ColumnTypeError, match="a column 'c' of Int128 values that are no numbers"):
        list(source.blocks(["c"]))


def test_intervals_are_levels_in_their_order() -> None:
    bins = pd.cut([7.0, 1.0, np.nan, 12.0], [0, 5, 10, 15])
    (block,) = open_source(pd.DataFrame({"c": bins})).blocks(["c"])
    assert block.table["c"].to_pylist() == ["(5, 10]", "(0, 5]", None, "(10, 15]"]
    assert block.table["c"].chunk(0).dictionary.to_pylist() == ["(0, 5]", "(5, 10]", "(10, 15]"]


def test_names_on_several_levels_are_refused() -> None:
    columns = pd.MultiIndex.from_tuples([("a", "x"), ("b", "y")])
    with pytest.raises(SourceError, match=r"names its columns on several levels, such as \('a', 'x'\)"):
        open_source(pd.DataFrame([[1.0, 2.0]], columns=columns))
