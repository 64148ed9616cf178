"""What a delimited file means: names, separators, kinds and missing values, by rules that can be said aloud."""

from __future__ import annotations

import csv
import datetime
import math
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopewise.data import open_source
from slopewise.data.textual import SAMPLE
from slopewise.errors import ColumnTypeError


def columns_of(path: Path, content: str, **options: Any) -> dict[str, list[Any]]:
    path.write_text(content, encoding="utf-8", newline="")
    source = open_source(path, **options)
    blocks = list(source.blocks(list(source.columns)))
    return {name: [value for block in blocks for value in block.table[name].to_pylist()] for name in source.columns}


# A letter that is part of no number, boolean or date keeps every cell a text.
texts = st.text(string.ascii_letters + '0 ",;|\n\té', max_size=6).map(lambda text: text and "ß" + text)
names = st.text(string.ascii_letters + " .\"',;|\n\té×0", min_size=1, max_size=5)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.lists(names, min_size=1, max_size=4, unique=True), data=st.data(), end=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(tmp_path: Path, header: list[str], data: st.DataObject, end: str) -> None:
    """Any names and texts, quoted by the standard library, come back as they were; the empty text is missing."""
    row = st.lists(texts, min_size=len(header), max_size=len(header))
    rows = [["ß"] * len(header), *data.draw(st.lists(row, max_size=4))]
    path = tmp_path / "t.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator=end).writerows([header, *rows])
    source = open_source(path)
    assert source.columns == dict.fromkeys(header, "text")
    assert source.rows == len(rows)
    (block,) = source.blocks(header)
    read = [block.table[name].to_pylist() for name in header]
    assert read == [[text or None for text in column] for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(separator: str, tmp_path: Path) -> None:
    content = f'"a,;|\t"{separator}b\n1{separator}x\n'
    assert columns_of(tmp_path / "t.txt", content) == {"a,;|\t": [1.0], "b": ["x"]}


def test_names_are_kept(tmp_path: Path) -> None:
    read = columns_of(tmp_path / "t.csv", 'a,A,Lot.Area, b ,"say ""x""",,Übergröße\n1,2,3,4,5,6,7\n')
    assert read == {"a": [1], "A": [2], "Lot.Area": [3], " b ": [4], 'say "x"': [5], "column6": [6], "Übergröße": [7]}
    assert list(columns_of(tmp_path / "t.csv", ",column1\n1,2\n")) == ["column1_", "column1"]
    assert columns_of(tmp_path / "t.csv", "\ufeffa,b\n1,2\n") == {"a": [1], "b": [2]}


def test_names_that_differ_in_case_cannot_stand_in_a_condition_but_beside_it(tmp_path: Path) -> None:
    assert columns_of(tmp_path / "t.csv", "a,A,b\n1,2,3\n4,5,6\n", where="b > 3") == {"a": [4], "A": [5], "b": [6]}


def test_missing_values(tmp_path: Path) -> None:
    read = columns_of(tmp_path / "t.csv", 'x,s\n1,NA\n,""\n"",x\n"NA","NA"\n2,na\n')
    assert read == {"x": [1, None, None, None, 2], "s": [None, None, "x", None, "na"]}


def test_numbers(tmp_path: Path) -> None:
    numbers = columns_of(tmp_path / "t.csv", "x\n 1 \n-1e5\n+.5\ninf\n-Infinity\n007\n\nnan\n")["x"]
    assert numbers == [1, -1e5, 0.5, math.inf, -math.inf, 7, None, None]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["true", "FALSE", "", "True"], "boolean"),
        (["t", "f"], "text"),
        (["yes", "no"], "text"),
        (["true", "1"], "text"),
        (["0", "1"], "number"),
        (["1", "2", "x"], "number"),
        (["1", "x"], "text"),
        (["2020-01-31", "2021-02-01"], "date"),
        (["2020-01-31 10:00:01", "2021-02-01T00:00"], "date"),
        (["01/02/2020"], "text"),
        (["NA", ""], "number"),
        (["12:30"], "text"),
    ],
)
def test_kinds(values: list[str], kind: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *(f"{value},1" for value in values)]))
    assert open_source(path).columns == {"x": kind, "y": "number"}


def test_dates(tmp_path: Path) -> None:
    read = columns_of(tmp_path / "t.csv", "d,t\n2020-01-31,2020-01-31 10:00:01\n,2021-02-01\n")
    assert read["d"] == [datetime.date(2020, 1, 31), None]
    assert read["t"] == [datetime.datetime(2020, 1, 31, 10, 0, 1), datetime.datetime(2021, 2, 1)]


def test_digits_joined_by_underscores_are_text(tmp_path: Path) -> None:
    assert columns_of(tmp_path / "a.csv", "month\n2020_01\n2020_02\n") == {"month": ["2020_01", "2020_02"]}


def test_cells_as_they_are_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("zip,x,s\n01234,1.50,a\n,2,NA\n")
    second.write_text("s,zip,x\nb,00009,3e0\n")
    for data, rows in ((first, 2), ([first, second], 3)):
        source = open_source(data, where="x < 9")
        asked = ["x", source.written["zip"], source.written["x"], "zip"]
        (block,) = source.blocks(asked)
        assert block.table.column_names == asked
        found = [column.to_pylist() for column in block.table.columns]
        expected = [[1.5, 2.0, 3.0], ["01234", None, "00009"], ["1.50", "2", "3e0"], [1234.0, None, 9.0]]
        assert found == [values[:rows] for values in expected]


def test_a_stray_cell_is_named_beside_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,n\n1,1\n2,2\nlots,3\n4,4\n")
    source = open_source(path)
    with pytest.raises(ColumnTypeError, match=r"'lots' in column 'x' at row 3 \(line 4\)"):
        list(source.blocks(["x", source.written["x"], source.written["n"]]))


def test_a_column_whose_first_values_come_late(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,late,never", *["1,,"] * SAMPLE, "1,red,"]))
    assert open_source(path).columns == {"x": "number", "late": "text", "never": "number"}


def test_numbers_that_turn_into_fractions_late(tmp_path: Path) -> None:
    read = columns_of(tmp_path / "t.csv", "\n".join(["x", *["1"] * (SAMPLE + 10), "1.5"]))
    assert read["x"][-2:] == [1.0, 1.5]


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "\n\na,b\r\n\r\n"])
def test_a_header_without_rows_has_zero_rows(content: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, newline="")
    source = open_source(path, where="a > 1")
    assert source.rows == 0
    assert list(source.columns) == ["a", "b"]
    assert list(source.blocks(["a"])) == []


@pytest.mark.parametrize(
    "name", ["a[x].csv", "b*.csv", "c?.csv", "q'uo\"te.csv", "{d}.csv", "sp ace.csv", "back\\slash.csv"]
)
def test_file_names_are_taken_literally_first(name: str, tmp_path: Path) -> None:
    for decoy in ("ax.csv", "bb.csv", "cc.csv"):
        (tmp_path / decoy).write_text("x\n0\n0\n")
    assert columns_of(tmp_path / name, "x\n1\n") == {"x": [1]}
    assert open_source(str(tmp_path / name)).name == name


def test_shards_agree_on_kinds(tmp_path: Path) -> None:
    """A shard that has only missing values, or only digits, in a column of texts follows the others."""
    for i, column in enumerate(["NA\nNA", "x\ny\nz", "1\n"]):
        (tmp_path / f"shard-{i}.csv").write_text("s,n\n" + "".join(f"{cell},1\n" for cell in column.splitlines()))
    (tmp_path / "shard-1.csv").write_text("n,s\n" + "1,x\n" * 3)  # columns in another order
    source = open_source(str(tmp_path / "shard-*.csv"))
    assert source.columns == {"s": "text", "n": "number"}
    assert source.rows == 6
    (block,) = source.blocks(["s", "n"])
    assert block.table["s"].to_pylist() == [None, None, "x", "x", "x", "1"]
    assert source.name == "3 files (shard-0.csv … shard-2.csv)"
