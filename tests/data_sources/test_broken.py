"""Input that cannot be read gets one clear sentence: what happened, where, and what to do next."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from slopewise.data import open_source
from slopewise.errors import ArgumentError, ColumnTypeError, ShapeError, SlopewiseError, SourceError, UnknownColumn


def read_all(data: Any, columns: list[str] | None = None, **options: Any) -> int:
    source = open_source(data, **options)
    return sum(block.table.num_rows for block in source.blocks(columns or list(source.columns)))


def refusal(
    data: Any, columns: list[str] | None = None, *, error: type[SlopewiseError] = SourceError, **options: Any
) -> str:
    with pytest.raises(error) as caught:
        read_all(data, columns, **options)
    assert type(caught.value) is error
    message = str(caught.value)
    assert "\n" not in message
    assert "duckdb" not in message.lower()
    return message


MANY = 200_000
BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", r"is empty \(0 bytes\)"),
    "blank lines only": (b"\n\r\n\n", "nothing but blank lines"),
    "long row": (b"a,b\n1,2\n1,2,3\n", r"row 2 \(line 3\) has 3 fields where the header has 2"),
    "short row": (b"a,b\n1,2\n\n1\n", r"row 2 \(line 4\) has 1 fields where the header has 2"),
    "short row after a line break in quotes": (b'a,b\n"x\ny",2\n1\n', r"row 2 \(line 4\) has 1 fields"),
    "short row far down": (b"a,b\n" + b"1,2\n" * MANY + b"1\n", rf"row {MANY + 1} \(line {MANY + 2}\) has 1 fields"),
    "short row below blank lines": (b"\n\na,b\n1,2\n1\n", r"row 2 \(line 5\) has 1 fields"),
    "open quote": (b'a,b\n1,2\n1,"2\n3,4\n', r"row 2 \(line 3\) opens a quote"),
    "open quote, then much text": (b'a,b\n1,"2\n' + b"3,4\n" * MANY * 5, r"row 1 \(line 2\)"),
    "text after a quote": (b'a,b\n1,"2"x\n', r"row 1 \(line 2\) opens a quote"),
    "open quote in the header": (b'a,"b\n1,2\n', "quote in its header"),
    "Latin-1 row": (b"a,b\n1,x\n2,caf\xe9\n", r'row 2 \(line 3\) is not UTF-8.*encoding="latin-1"'),
    "Latin-1 header": (b"a,caf\xe9\n1,2\n", 'not UTF-8.*encoding="latin-1"'),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le"), 'binary data.*encoding="utf-16-le"'),
    "UTF-16 cut within a character": ("a,b\n1,2\n".encode("utf-16")[:-1], "is not utf-16 text at line 2"),
    "a zip archive": (b"PK\x03\x04" + bytes(30), "is a zip archive"),
    "binary": (bytes(range(256)) * 20, "binary data"),
    "line ends of two systems": (b"a,b\r\n1,2\n3,4\r\n", "line ends"),
    "line ends of two systems, late": (b"a,b\n" + b"1,2\n" * MANY + b"1,2\r\n" * 3, "line ends"),
    "names twice": (b"a,b,a\n1,2,3\n", r"two columns named 'a' \(the columns 1 and 3\)"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_csv(fault: str, tmp_path: Path) -> None:
    content, expected = BROKEN[fault]
    (tmp_path / "ames.csv").write_bytes(content)
    assert re.search(expected, refusal(tmp_path / "ames.csv"))


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
@pytest.mark.parametrize("row", [3, 150_000])
def test_text_among_numbers(suffix: str, row: int, tmp_path: Path) -> None:
    lines = [f'{i},"two\nlines"' if i == 2 else f"{i},b" for i in range(1, 160_001)]
    lines[row - 1] = "oops,c"
    lines[row + 5] = "again,c"
    content = "\n".join(["area,name", *lines]).encode()
    path = tmp_path / f"ames{suffix}"
    path.write_bytes(gzip.compress(content, 1) if suffix.endswith("gz") else content)
    expected = f"{path.name} has 'oops' in column 'area' at row {row} (line {row + 2}), where numbers are expected"
    assert refusal(path, error=ColumnTypeError).startswith(expected)
    assert read_all(path, ["name"]) == 160_000, "a column that is not read cannot stand in the way"


def test_a_late_stray_in_booleans_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = ["true,2020-01-01"] * 30_000
    path.write_text("\n".join(["flag,day", *rows, "maybe,2020-01-01", "true,soon"]))
    assert "'maybe' in column 'flag' at row 30001" in refusal(path, ["flag"], error=ColumnTypeError)
    assert "'soon' in column 'day' at row 30002" in refusal(path, ["day"], error=ColumnTypeError)


def test_a_stray_that_only_the_condition_meets(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,b", *["1,2"] * 30_000, "x,2"]))
    assert "'x' in column 'a' at row 30001" in refusal(path, ["b"], error=ColumnTypeError, where="a > 0")


def test_missing_file(tmp_path: Path) -> None:
    (tmp_path / "ames.csv").write_text("a\n1\n")
    message = refusal(tmp_path / "amse.csv")
    assert message == f"{tmp_path / 'amse.csv'} does not exist; did you mean {tmp_path / 'ames.csv'}?"
    assert "nor does the folder" in refusal(tmp_path / "nowhere" / "ames.csv")
    assert "no file matches" in refusal(str(tmp_path / "shard-*.csv"))
    assert refusal("") == "the empty path does not exist; check the path"


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a regular file" in refusal(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    assert "link" in refusal(tmp_path / "link.csv")
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    assert "not of a kind that can be read" in refusal(tmp_path / "sheet.xlsx")


@pytest.mark.parametrize("address", ["http://example.org/a.csv", "s3://bucket/a.parquet", "https://example.org/*.csv"])
def test_no_network(address: str) -> None:
    assert "is an address" in refusal(address)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("a\n1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be opened (Permission denied)" in refusal(tmp_path / "a.csv")


def test_broken_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pa.table({"a": np.arange(100_000.0)}), path, compression="zstd")
    whole = path.read_bytes()
    for content in (whole[:-50], b"PAR1" + b"x" * 100 + b"PAR1", b"hello"):
        path.write_bytes(content)
        assert "not a whole Parquet file" in refusal(path)
    path.write_bytes(whole[:100] + bytes(len(whole) // 2) + whole[100 + len(whole) // 2 :])
    assert "a.parquet cannot be read" in refusal(path)
    assert "a.parquet cannot be read" in refusal(path, where="a > 0")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "arrow"])
def test_a_file_that_vanishes_is_said_to_be_gone(tmp_path: Path, suffix: str) -> None:
    frame, path = pl.DataFrame({"a": np.arange(9.0), "b": np.arange(9.0)}), tmp_path / f"t.{suffix}"
    write = {"csv": frame.write_csv, "jsonl": frame.write_ndjson, "parquet": frame.write_parquet}
    write.get(suffix, frame.write_ipc)(path)
    source = open_source(path)
    path.unlink()
    with pytest.raises(SourceError, match=rf"t\.{suffix} was there and is gone; put it back"):
        list(source.blocks(["b"]))


NULS = {
    "in a text": (b"1,a\0b\n", None),
    "in a number": (b"1\0,a\n", r"has '1\\x00' in column 'x' at row 3001"),
    "for a line": (b"\0\0\0\n", r"row 3001 \(line 3002\) has 1 fields"),
    "for a hole in the file": (bytes(4096) + b"1,a\n", r"has '(\\x00)+…' in column 'x' at row 3001"),
}


@pytest.mark.parametrize("place", NULS)
def test_nul_bytes(place: str, tmp_path: Path) -> None:
    content, expected = NULS[place]
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,s\n" + b"1,a\n" * 3000 + content)
    if expected is None:
        (block,) = open_source(path).blocks(["s"])
        assert block.table["s"][-1].as_py() == "a\0b"
        return
    with pytest.raises(SlopewiseError) as caught:
        read_all(path)
    assert re.search(expected, str(caught.value))
    assert len(str(caught.value)) < 1000


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(10_000)]
    (tmp_path / "t.csv").write_text("\n".join([",".join(names), *[",".join(["1.5"] * 10_000)] * 3]))
    source = open_source(tmp_path / "t.csv")
    assert source.columns == dict.fromkeys(names, "number")
    (block,) = source.blocks(["c9999", "c0"])
    assert block.table.to_pydict() == {"c9999": [1.5] * 3, "c0": [1.5] * 3}


def test_parquet_pages_that_fail_their_checksum(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    plain: dict[str, Any] = {"compression": "none", "use_dictionary": False, "write_page_checksum": True}
    pyarrow.parquet.write_table(pa.table({"a": np.arange(10_000.0)}), path, **plain)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "a.parquet cannot be read" in refusal(path)


def test_shards_that_differ(tmp_path: Path) -> None:
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    first.write_text("a,b\n1,2\n")
    second.write_text("a,c\n1,2\n")
    assert refusal([first, second]).startswith("two.csv lacks 'b', unlike one.csv")
    second.write_text("a,b,c\n1,2,3\n")
    assert refusal([first, second]).startswith("two.csv has 'c', unlike one.csv")
    pyarrow.parquet.write_table(pa.table({"a": ["x"], "b": [2]}), tmp_path / "three.parquet")
    message = refusal([first, tmp_path / "three.parquet"], error=ColumnTypeError)
    assert "column 'a' holds text values in three.parquet and number values in one.csv" in message


def test_unknown_columns_are_refused_before_reading(tmp_path: Path) -> None:
    (tmp_path / "ames.csv").write_text("area,price\n1,2\n")
    source = open_source(tmp_path / "ames.csv")
    with pytest.raises(UnknownColumn, match=r"ames\.csv has no column 'aera'; did you mean 'area'\?"):
        source.blocks(["price", "aera"])
    with pytest.raises(ArgumentError, match="each once"):
        source.blocks(["price", "price"])
    with pytest.raises(ArgumentError, match="one column or more"):
        source.blocks([])


@pytest.mark.parametrize("where", ["aera > 1", "area >< 1", "area > 1); SELECT (1", "area = 'x'", ""])
@pytest.mark.parametrize("carrier", ["csv", "parquet", "arrays"])
def test_conditions_that_are_none(where: str, carrier: str, tmp_path: Path) -> None:
    data: Any = {"area": [1.0, 2.0]}
    if carrier == "csv":
        pd.DataFrame(data).to_csv(tmp_path / "a.csv", index=False)
        data = tmp_path / "a.csv"
    elif carrier == "parquet":
        pyarrow.parquet.write_table(pa.table(data), tmp_path / "a.parquet")
        data = tmp_path / "a.parquet"
    assert refusal(data, error=ArgumentError, where=where).startswith(f"where={where!r} is not")


@pytest.mark.parametrize("carrier", ["csv", "parquet", "arrays"])
def test_a_condition_that_fails_on_some_row(carrier: str, tmp_path: Path) -> None:
    data: Any = {"s": ["1", "2", "x", "y", "z"]}
    if carrier == "csv":
        pd.DataFrame(data).to_csv(tmp_path / "a.csv", index=False)
        data = tmp_path / "a.csv"
    elif carrier == "parquet":
        pyarrow.parquet.write_table(pa.table(data), tmp_path / "a.parquet")
        data = tmp_path / "a.parquet"
    message = refusal(data, error=ArgumentError, where="CAST(s AS INTEGER) > 1")
    assert message.startswith("where='CAST(s AS INTEGER) > 1' fails on ")
    assert read_all(data, where="TRY_CAST(s AS INTEGER) > 1") == 1


def test_what_is_no_table() -> None:
    assert refusal(None, error=ArgumentError).startswith("no data")
    for thing in (3, np.zeros((2, 2)), object()):
        assert "is not a table with named columns" in refusal(thing, error=ArgumentError)
    assert "empty mapping" in refusal({}, error=ArgumentError)
    assert "no name" in refusal({1: [2.0]}, error=ArgumentError)
    assert "'a' has 2 values and 'b' has 1" in refusal({"a": [1, 2], "b": [1]}, error=ShapeError)
    assert "has the shape (2, 2)" in refusal({"a": np.zeros((2, 2))}, error=ShapeError)
    assert "complex128" in refusal({"a": np.zeros(2, dtype=complex)}, error=ColumnTypeError)
    assert "no columns" in refusal(pd.DataFrame(index=[1, 2]))


def test_objects_that_do_not_go_together() -> None:
    mixed = {"m": [1, "z", 2.0]}
    expected = "has 'z' in column 'm' at row 2, where numbers are expected"
    assert expected in refusal(mixed, error=ColumnTypeError)
    assert expected in refusal(pd.DataFrame(mixed), error=ColumnTypeError)
    late = pd.DataFrame({"s": pd.Series(["x"] * 130_000 + [5], dtype=object)})
    assert "has 5 in column 's' at row 130001, where texts are expected" in refusal(late, error=ColumnTypeError)
    assert "Python objects" in refusal(pd.DataFrame({"f": [print, len], "x": [1, 2]}), error=ColumnTypeError)


def test_frames_with_names_twice() -> None:
    assert "two columns" in refusal(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert "two columns" in refusal(pd.DataFrame([[1, 2]], columns=["1", 1]))
    assert "two columns" in refusal(pa.table([[1], [2]], names=["a", "a"]))


def test_an_engine_that_fails_midway() -> None:
    lazy = pl.LazyFrame({"a": ["1", "x"]}).with_columns(pl.col("a").cast(pl.Int64))
    assert refusal(lazy).startswith("the LazyFrame cannot be read: ")
