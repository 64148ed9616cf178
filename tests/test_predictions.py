"""Predictions to files: every row in its place, cells as they were, each format by its rules, gaps counted."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise import predictions
from slopewise.data import Block, open_source, tables
from slopewise.data.outputs import format_of
from slopewise.data.rendering import csv_lines, json_lines
from slopewise.errors import (
    ArgumentError,
    ColumnTypeError,
    DataError,
    FitError,
    OutputError,
    UnknownColumn,
    UnseenLevel,
)
from slopewise.predictions import Predicted
from slopewise.streams import write_predictions

LINE = sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0]})
MESSY = sw.fit("y ~ x + f", {"x": [1.0, 2.0, 3.0, 5.0], "f": ["a", "b", "a", "b"], "y": [1.0, 2.0, 4.0, 4.0]})
ROWS = 5_000


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", 1_024)


@pytest.fixture(scope="module")
def long_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More rows than a block holds, each with its number and a text that needs quotes."""
    path = tmp_path_factory.mktemp("long") / "long.parquet"
    number = np.arange(ROWS)
    names = pa.array(['plain, "quoted"', "ü", None, "z"]).take(pa.array(number % 4))
    x = pa.array(np.where(number % 1000 == 999, np.nan, number / 8), from_pandas=True)
    pq.write_table(pa.table({"id": pa.array(number), "name": names, "x": x}), path)
    return path


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz", "p.jsonl", "p.jsonl.gz", "p.parquet"])
def test_each_row_stands_in_its_place_in_every_format(name: str, long_table: Path, tmp_path: Path) -> None:
    counts = write_predictions(LINE, open_source(long_table), tmp_path / name, interval="prediction")
    assert replace(counts, far=0) == Predicted(ROWS, ROWS // 1000, {"x": ROWS // 1000})
    reader = {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}[name.split(".")[1]]
    table = duckdb.sql(f"SELECT * FROM {reader}('{tmp_path / name}')").to_arrow_table()
    before = pq.read_table(long_table)
    assert table.column_names == ["id", "name", "x", "fitted", "lower", "upper"]
    for column in before.column_names:
        assert table[column].to_pylist() == before[column].to_pylist()
    expected = LINE.predict(long_table, interval="prediction")
    for column in expected.column_names:
        assert table[column].to_pylist() == expected[column].to_pylist()
    if name.endswith(".gz"):
        unpacked = gzip.decompress((tmp_path / name).read_bytes())
        write_predictions(LINE, open_source(long_table), tmp_path / name[:-3], interval="prediction")
        assert unpacked == (tmp_path / name[:-3]).read_bytes()


def test_equal_rows_give_equal_files_on_any_number_of_threads(long_table: Path, tmp_path: Path) -> None:
    for name, threads in (("one", 1), ("two", 2), ("again", 2)):
        write_predictions(LINE, open_source(long_table), tmp_path / f"{name}.csv.gz", keep=["id"], threads=threads)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_few_blocks_are_read_before_they_are_written(long_table: Path, tmp_path: Path) -> None:
    source = open_source(long_table)
    blocks, read, ahead = source.blocks, 0, []

    def counted(columns: list[str]) -> Iterator[Block]:
        nonlocal read
        for block in blocks(columns):
            read += block.table.num_rows
            yield block

    source.blocks = counted
    done = ahead.append
    write_predictions(LINE, source, tmp_path / "p.csv", threads=1, progress=lambda rows, _: done(read - rows))
    assert len(ahead) == 5
    assert max(ahead) <= 1_024


def test_many_columns_are_predicted_some_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    new = pd.DataFrame({"x": [1.0, None, 3.0, 7.0, 2.0] * 4, "f": ["a", "b", "c", "a", None] * 4})
    for interval in (None, "prediction"):
        at_once = MESSY.predict(new, interval=interval, unseen="missing")
        with monkeypatch.context() as narrow:
            narrow.setattr(predictions, "rows_per_block", lambda columns: 7)
            in_parts = MESSY.predict(new, interval=interval, unseen="missing")
            with pytest.raises(UnseenLevel, match="row 3: f is 'c'"):
                MESSY.predict(new)
            with pytest.raises(UnseenLevel, match="row 13: f is 'c'"):
                MESSY.predict(new[10:].assign(f=["a", "b", "a"] + ["a", "b"] * 3 + ["c"]).iloc[[*range(3), *range(10)]])
        assert np.array_equal(at_once, in_parts, equal_nan=True) if interval is None else at_once.equals(in_parts)


def test_what_a_text_file_has_is_copied_to_csv_as_it_stands(tmp_path: Path) -> None:
    source = tmp_path / "new.csv"
    source.write_text('id;zip;x;"a, b";ok;n\n1152921504606846977;01234;1.50;"x ""y""";TRUE;1\n;00001;2;NA;false;2\n')
    write_predictions(LINE, open_source(source), tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text() == (
        '"id","zip","x","a, b","ok","n","fitted"\n'
        '1152921504606846977,01234,1.50,"x ""y""",TRUE,1,2\n'
        ",00001,2,,false,2,3\n"
    )
    for name in ("p.parquet", "p.jsonl"):
        with pytest.raises(DataError, match=r"row 1: column 'id' holds 1152921504606846977, of which a number"):
            write_predictions(LINE, open_source(source), tmp_path / name)
        write_predictions(LINE, open_source(source), tmp_path / name, keep=["zip", "a, b", "ok"])
    assert pq.read_table(tmp_path / "p.parquet").to_pylist() == [
        {"zip": 1234.0, "a, b": 'x "y"', "ok": True, "fitted": 2.0},
        {"zip": 1.0, "a, b": None, "ok": False, "fitted": 3.0},
    ]
    assert (tmp_path / "p.jsonl").read_text() == (
        '{"zip":1234,"a, b":"x \\"y\\"","ok":true,"fitted":2}\n{"zip":1,"a, b":null,"ok":false,"fitted":3}\n'
    )


def test_levels_that_look_like_numbers_or_booleans_stay_the_text_of_the_fit(tmp_path: Path) -> None:
    table = {"zip": ["01", "1", "x9"] * 2, "ok": ["true", "false", "unknown"] * 2, "y": [1.0, 2.0, 4.0] * 2}
    source = tmp_path / "new.csv"
    source.write_text("zip,ok,y\n1,false,2\n01,true,1\n")
    for name in ("zip", "ok"):
        model = sw.fit(f"y ~ C({name})", table)
        assert model.predict(source) == pytest.approx([2.0, 1.0])
        assert model.predict(f"{tmp_path}/n*.csv") == pytest.approx([2.0, 1.0])
        assert model.evaluate(source).mae == pytest.approx(0.0, abs=1e-12)
        for keep in ([], ["zip"], ["ok", "y"], None):
            write_predictions(model, open_source(source), tmp_path / "p.parquet", keep=keep)
            assert pq.read_table(tmp_path / "p.parquet")["fitted"].to_pylist() == pytest.approx([2.0, 1.0])
    write_predictions(sw.fit("y ~ C(zip)", table), open_source(source), tmp_path / "p.jsonl", keep=["zip", "ok"])
    assert [json.loads(line)["zip"] for line in (tmp_path / "p.jsonl").read_text().splitlines()] == ["1", "01"]


def test_large_numbers_that_lose_nothing_may_be_numbers(tmp_path: Path) -> None:
    source = tmp_path / "new.csv"
    source.write_text("x,n\n1,6.02214076e23\n2,9007199254740992\n3,\n")
    write_predictions(LINE, open_source(source), tmp_path / "p.parquet", keep=["n"])
    assert pq.read_table(tmp_path / "p.parquet")["n"].to_pylist() == [6.02214076e23, 2.0**53, None]


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl", "p.parquet"])
def test_what_has_no_prediction_is_empty_and_counted(name: str, tmp_path: Path) -> None:
    new = pd.DataFrame({"x": [1.0, None, 3.0, None, 2.0], "f": ["a", "b", "c", None, None]})
    with pytest.raises(UnseenLevel, match="row 3: f is 'c'"):
        write_predictions(MESSY, open_source(new), tmp_path / name)
    assert not (tmp_path / name).exists()
    counts = write_predictions(MESSY, open_source(new), tmp_path / name, unseen="missing", keep=[])
    assert counts == Predicted(5, 3, {"x": 2, "f": 2}, 1, {"f": 1})
    assert counts.sentence() == (
        "4 of 5 rows have no prediction: 3 lack a value (x 2, f 2), 1 holds a level that the fit has not seen (f 1)"
    )
    readers = {
        "p.csv": pd.read_csv,
        "p.jsonl": lambda path: pd.read_json(path, lines=True),
        "p.parquet": pd.read_parquet,
    }
    assert readers[name](tmp_path / name).fitted.isna().tolist() == [False, True, True, True, True]


def test_nothing_is_said_where_every_row_has_a_prediction(tmp_path: Path) -> None:
    counts = write_predictions(LINE, open_source({"x": [1.0, 2.0]}), tmp_path / "p.csv")
    assert (counts.rows, counts.sentence()) == (2, "")


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz", "p.jsonl", "p.jsonl.gz", "p.parquet"])
def test_no_rows_give_a_file_of_no_rows(name: str, tmp_path: Path) -> None:
    empty = pd.DataFrame({"x": [1.0], "f": ["a"], "day": [pd.Timestamp(0)]}).head(0)
    counts = write_predictions(LINE, open_source(empty), tmp_path / name)
    assert counts == Predicted()
    data = (tmp_path / name).read_bytes()
    data = gzip.decompress(data) if name.endswith(".gz") else data
    if name == "p.parquet":
        assert pq.read_table(tmp_path / name).column_names == ["x", "f", "day", "fitted"]
    else:
        assert data == (b'"x","f","day","fitted"\n' if ".csv" in name else b"")


@pytest.mark.parametrize("carrier", [pa.table, pd.DataFrame, pl.DataFrame, lambda t: pl.DataFrame(t).lazy(), dict])
def test_any_carrier_is_predicted_to_the_same_file(carrier: Any, tmp_path: Path) -> None:
    table = {"x": [1.5, 2.0], "key": ["b", "a"]}
    write_predictions(LINE, open_source(carrier(table)), tmp_path / "p.csv", keep=["key"])
    assert (tmp_path / "p.csv").read_text() == '"key","fitted"\n"b",2\n"a",3\n'


def test_all_that_stands_in_the_way_is_said_before_a_row_is_read(tmp_path: Path) -> None:
    source, out = open_source({"f": ["a"], "z": [1.0], "fitted": [1.0]}), tmp_path / "p.csv"
    with pytest.raises(UnknownColumn, match=r"lacks 3 columns: 'x', 'id', 'y'; it has 'f', 'z', 'fitted'"):
        write_predictions(MESSY, source, out, keep=["id", "y"])
    with pytest.raises(ArgumentError, match="already has a column 'fitted'"):
        write_predictions(sw.fit("y ~ z", {"z": [1.0, 2], "y": [1.0, 2]}), source, out)
    with pytest.raises(FitError, match="no degrees of freedom"):
        write_predictions(sw.fit("y ~ z", {"z": [1.0, 2], "y": [1.0, 2]}), source, out, keep=[], interval="prediction")
    with pytest.raises(ArgumentError, match="is no kind of file that can be written"):
        write_predictions(LINE, open_source({"x": [1.0]}), tmp_path / "p.xlsx")
    with pytest.raises(ArgumentError, match="compresses its own pages"):
        format_of("p.parquet.gz")
    with pytest.raises(ArgumentError, match="format='xlsx' is not one of"):
        format_of("p.csv", "xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_a_full_device_is_said(format: Any, long_table: Path) -> None:
    with pytest.raises(OutputError, match="/dev/full cannot be written"):
        write_predictions(LINE, open_source(long_table), "/dev/full", format=format)


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl"])
def test_what_a_line_cannot_hold_is_named(name: str, tmp_path: Path) -> None:
    new = pa.table({"x": [1.0], "tags": [["a", "b"]]})
    with pytest.raises(ColumnTypeError, match="column 'tags' is of type list"):
        write_predictions(LINE, open_source(new), tmp_path / name)
    write_predictions(LINE, open_source(new), tmp_path / "p.parquet")
    assert pq.read_table(tmp_path / "p.parquet")["tags"].to_pylist() == [["a", "b"]]


CELLS = pa.table(
    {
        "day": pa.array([0, None], pa.date32()),
        "time": pa.array([0, None], pa.timestamp("ms")),
        "ok": [True, None],
        "n": [2**62 + 1, None],
        "x": [float("inf"), float("nan")],
        "level": pa.array(["a\nb", None]).dictionary_encode(),
    }
)


def test_cells_of_every_kind() -> None:
    rows = list(csv.reader(io.StringIO(bytes(csv_lines(CELLS)).decode())))
    assert rows == [
        ["1970-01-01", "1970-01-01 00:00:00.000", "true", "4611686018427387905", "inf", "a\nb"],
        ["", "", "", "", "nan", ""],
    ]
    assert [json.loads(line) for line in bytes(json_lines(CELLS)).splitlines()] == [
        {
            "day": "1970-01-01",
            "time": "1970-01-01 00:00:00.000",
            "ok": True,
            "n": 2**62 + 1,
            "x": None,
            "level": "a\nb",
        },
        dict.fromkeys(CELLS.column_names),
    ]


TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=8)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 7), st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
def test_texts_come_back_from_csv_and_json(texts: list[str | None], skipped: int, name: str) -> None:
    numbers = [float(i) for i in range(len(texts))]
    table = pa.table({name: pa.array(texts, pa.string()), f"{name}x": numbers}).slice(skipped % len(texts))
    kept = texts[skipped % len(texts) :]
    assert [json.loads(line)[name] for line in bytes(json_lines(table)).split(b"\n")[:-1]] == kept
    for bare in ([], [name]):
        read = list(csv.reader(io.StringIO(bytes(csv_lines(table, bare)).decode(), newline="")))
        assert [row[0] for row in read] == [text or "" for text in kept]
        assert_allclose([float(row[1]) for row in read], table.column(1).to_pylist())
