"""What the user says of a text file: each option does what it says, and nothing where it means nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopewise.data import ReadOptions, open_source
from slopewise.data.tally import MARKERS
from slopewise.data.textual import SAMPLE
from slopewise.errors import ArgumentError, ColumnTypeError, UnknownColumn


def cells_of(
    path: Path, content: str | bytes, columns: list[str] | None = None, **options: Any
) -> dict[str, list[Any]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = open_source(path, options=ReadOptions(**options))
    asked = columns or list(source.columns)
    tables = [block.table for block in source.blocks(asked)]
    return pa.concat_tables(tables).to_pydict() if tables else {name: [] for name in asked}


def refusal(path: Path, content: str, columns: list[str] | None = None, **options: Any) -> str:
    with pytest.raises(ColumnTypeError) as caught:
        cells_of(path, content, columns, **options)
    return str(caught.value)


# Separators and quotes


@pytest.mark.parametrize("delimiter", ["@", " ", ":", "\x1f", ","])
def test_any_delimiter(delimiter: str, tmp_path: Path) -> None:
    content = f"a{delimiter}b;c\n1{delimiter}x;y\n"
    assert cells_of(tmp_path / "t.csv", content, delimiter=delimiter) == {"a": [1], "b;c": ["x;y"]}


def test_any_quote(tmp_path: Path) -> None:
    content = "x,s\n1,'a,b'\n2,'it''s'\n3,\"\n"
    assert cells_of(tmp_path / "t.csv", content, quote="'") == {"x": [1, 2, 3], "s": ["a,b", "it's", '"']}
    assert cells_of(tmp_path / "t.csv", 'x,s\n1,5" pipe\n2,"b"\n', quote="")["s"] == ['5" pipe', '"b"']


def test_lines_before_the_header(tmp_path: Path) -> None:
    content = '# by "nobody\n# x,y\n\nx,s\n1,a\n{},b\n'
    assert cells_of(tmp_path / "t.csv", content.format(2), skip=2) == {"x": [1, 2], "s": ["a", "b"]}
    assert "'?!' in column 'x' at row 2 (line 6)" in refusal(tmp_path / "t.csv", content.format("?!") + "3,c\n", skip=2)


# Encodings


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig", "UTF8"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    content = "größe,s\n1,café\n".encode(encoding)
    assert cells_of(tmp_path / "t.csv", content, encoding=encoding) == {"größe": [1], "s": ["café"]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize(("suffix", "content"), [(".csv", "x,s\n1,é\n"), (".jsonl", '{"x": 1, "s": "é"}\n')])
def test_byte_order_marks_are_enough(encoding: str, suffix: str, content: str, tmp_path: Path) -> None:
    assert cells_of(tmp_path / f"t{suffix}", content.encode(encoding)) == {"x": [1], "s": ["é"]}


# Missing values


@pytest.mark.parametrize("late", [0, SAMPLE])
@pytest.mark.parametrize("marker", MARKERS)
def test_markers_are_missing_among_numbers_and_levels_among_texts(marker: str, late: int, tmp_path: Path) -> None:
    content = "x,b,d,s\n" + "0,true,2020-01-31,a\n" * (late + 3) + f"{marker},{marker},{marker},{marker}\n1,false,,NA\n"
    found = cells_of(tmp_path / "t.csv", content)
    assert found["x"][-3:] == [0, None, 1]
    assert found["b"][-3:] == [True, None, False]
    assert found["d"][-2:] == [None, None]
    assert found["s"][-3:] == ["a", marker, None]
    assert len(found["x"]) == late + 5, "the reading that goes on where it met a marker neither loses nor repeats a row"
    for name in "xbd":
        assert cells_of(tmp_path / "t.csv", content, [name])[name] == found[name]


def test_a_column_of_markers_alone_holds_texts(tmp_path: Path) -> None:
    assert cells_of(tmp_path / "t.csv", "x,y\n-,1\n?,2\n") == {"x": ["-", "?"], "y": [1, 2]}
    late = "x,y\n" + "-,1\n" * SAMPLE + "2,1\n"
    assert cells_of(tmp_path / "t.csv", late)["x"][-2:] == [None, 2], "its values may come late"


def test_told_missing_values(tmp_path: Path) -> None:
    content = "x,s\n1,-999\n-999,a\n-999.0,-999.0\n-9990,none\n"
    assert cells_of(tmp_path / "t.csv", content)["x"] == [1, -999, -999, -9990]
    found = cells_of(tmp_path / "t.csv", content, missing_values=(-999, "none"))
    assert found == {"x": [1, None, None, -9990], "s": [None, "a", "-999.0", None]}
    json = '{"x": 1, "s": "none"}\n{"x": -999.0, "s": "a"}\n{"x": -999, "s": "-999"}\n'
    found = cells_of(tmp_path / "t.jsonl", json, missing_values=(-999, "none"))
    assert found == {"x": [1, None, None], "s": [None, "a", None]}


# Columns that are told to be text or numbers


def test_text_whatever_it_looks_like(tmp_path: Path) -> None:
    content = "rooms,zip\n1,01234\n2,00009\n3,NA\n5+,\n"
    message = refusal(tmp_path / "t.csv", content)
    assert "has '5+' in column 'rooms' at row 4 (line 5), where numbers are expected" in message
    assert "text='rooms'" in message
    found = cells_of(tmp_path / "t.csv", content, text=("rooms", "zip"))
    assert found == {"rooms": ["1", "2", "3", "5+"], "zip": ["01234", "00009", None, None]}


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        (["10%", "20%", "7.5%"], 'numbers="x"'),
        (["$10", "$2.50", "-€3"], 'numbers="x"'),
        (["1,000", "2,500", "12"], 'decimal=","'),
        (["0,25", "1,5"], 'decimal=","'),
        (["1 250 000", "12"], 'numbers="x"'),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_numbers_in_dress_are_asked_about(cells: list[str], advice: str, suffix: str, tmp_path: Path) -> None:
    lines = [f'{{"x": "{cell}", "y": 1}}' for cell in cells] if suffix == ".jsonl" else [f'"{c}",1' for c in cells]
    content = "\n".join(lines if suffix == ".jsonl" else ["x,y", *lines])
    message = refusal(tmp_path / f"t{suffix}", content).replace("'x'", '"x"')
    assert f"holds cells such as {cells[0]!r}" in message
    assert advice in message
    assert 'text="x"' in message
    assert cells_of(tmp_path / f"t{suffix}", content, ["y"])["y"] == [1] * len(cells), "it need not be used"
    assert cells_of(tmp_path / f"t{suffix}", content, text="x")["x"] == cells


@pytest.mark.parametrize("cells", [["1.2.3", "1.2.4"], ["a", "$1"], ["12:30"], ["01/02/2020"], ["1-3", "4-6"], ["5+"]])
def test_what_is_no_number_in_dress(cells: list[str], tmp_path: Path) -> None:
    assert cells_of(tmp_path / "t.csv", "\n".join(["x", *cells]))["x"] == cells


def test_quoted_digits_of_json_are_text(tmp_path: Path) -> None:
    content = '{"zip": "01234"}\n{"zip": "00009"}\n'
    assert cells_of(tmp_path / "t.jsonl", content) == {"zip": ["01234", "00009"]}
    assert cells_of(tmp_path / "t.jsonl", content, numbers="zip") == {"zip": [1234, 9]}


def test_numbers_in_dress(tmp_path: Path) -> None:
    content = 'x\n"$1,250.50"\n-€5\n+7 \n1e-3\n1\u00a0000\n12\'000.5\n.5\nNA\n-\n3 €\n'
    expected = [1250.5, -5, 7, 0.001, 1000, 12000.5, 0.5, None, None, 3]
    assert cells_of(tmp_path / "t.csv", content, numbers="x")["x"] == expected
    assert cells_of(tmp_path / "t.csv", "x;\n1.250,50 €;\n-0,5%;\n7;\n", numbers="x", decimal=",")["x"] == [
        1250.5,
        -0.005,
        7,
    ]
    for stray in ("1,25", "1,2500", "5+", "1%2", "$"):
        message = refusal(tmp_path / "t.csv", f'x\n"{stray}"\n', numbers="x")
        assert f"has {stray!r} in column 'x' at row 1" in message


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), min_size=1, max_size=5))
def test_dress_changes_no_number(tmp_path: Path, values: list[Any]) -> None:
    """With thousands, decimal marks and percent: the float64 nearest to what is written."""
    rows = "\n".join(f'"{value:,}";{value}%;"{value}"'.replace(".", ",", 0) for value in values)
    found = cells_of(tmp_path / "t.csv", f"a;b;c\n{rows}\n", numbers=("a", "b"), delimiter=";")
    assert found["a"] == found["c"] == [float(value) for value in values]
    assert found["b"] == [float(Fraction(value) / 100) for value in values]
    swapped = rows.translate(str.maketrans(",.", ".,"))
    assert cells_of(tmp_path / "t.csv", f"a;b;c\n{swapped}\n", numbers=("a", "b"), decimal=",") == found


def test_decimal_commas(tmp_path: Path) -> None:
    content = "x;y\n0,25;1\n-1,5e3;2\ninf;NA\n"
    assert cells_of(tmp_path / "t.csv", content, decimal=",") == {"x": [0.25, -1500, math.inf], "y": [1, 2, None]}
    message = refusal(tmp_path / "t.csv", content + "1.5;3\n", decimal=",")
    assert "has '1.5' in column 'x' at row 4 (line 5)" in message


# Options that mean nothing


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("delimiter", value) for value in ("", ",,", "\n", 1)),
        *(("quote", value) for value in ("''", "\0")),
        *(("decimal", value) for value in ("", ";")),
        *(("skip", value) for value in (-1, 1.5, True)),
        *(("encoding", value) for value in ("klingon", "hex", "utf-8\0")),
    ],
)
def test_options_that_make_no_sense(option: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=option):
        ReadOptions(**{option: value})


def test_options_that_contradict_each_other() -> None:
    with pytest.raises(ArgumentError, match="two different characters"):
        ReadOptions(delimiter="'", quote="'")
    with pytest.raises(ArgumentError, match="'x' is named in text and in numbers"):
        ReadOptions(text="x", numbers=("y", "x"))


def test_options_where_they_have_no_meaning(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pa.table({"x": [1]}), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text('{"x": 1}\n')
    (tmp_path / "t.csv").write_text("x\n1\n")
    text, delimiter = ReadOptions(text="x"), ReadOptions(delimiter=";")
    for data, options in (("t.parquet", text), ("t.jsonl", delimiter)):
        with pytest.raises(ArgumentError, match=f"has no meaning for {data}"):
            open_source(tmp_path / data, options=options)
    with pytest.raises(ArgumentError, match="dict data are none"):
        open_source({"x": [1]}, options=text)
    source = open_source([tmp_path / "t.csv", tmp_path / "t.jsonl"], options=text)
    assert [block.table["x"].to_pylist() for block in source.blocks(["x"])] == [["1", "1"]]
    with pytest.raises(UnknownColumn, match="no column 'y'"):
        open_source(tmp_path / "t.csv", options=ReadOptions(numbers="y"))
