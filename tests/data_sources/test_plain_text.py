"""Delimited text that Arrow reads in pieces: the rows, the faults and the sentences are those of DuckDB's reading."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from slopewise.data import open_source, plain_text, textual
from slopewise.data.delimited import DelimitedFile
from slopewise.errors import SlopewiseError

NUMBERS = ("1", "-2.5", " 3 ", "1e-7", ".5", "5.", "-0", "12345678901234567890", "1e400", "1e-400", "4.9e-324", "0.1")
ODD = ("", "NA", "NaN", "nan", "-", "?", "null", "N/A", "inf", "-Infinity", "+7", "1_000", " NA", "  ", "0x10", "1\t")
STRAY = ("1e", "--", "true", "1d5", "1.5f", "1 2", "2020-01-01", "x", "٣", "1'000", "\ufeff1", "1\0")
TEXTS = ("a", "NA", "", "N/A", " b ", "ä", "a b", "nan", "-", "it's", "\ufeff", "\u2028", "x" * 300)

Parsed = list[bool]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Parsed:
    """Whether each of the small pieces that Arrow was given was plain."""
    found: Parsed = []
    real = plain_text.Plain._parsed

    def noted(plain: Any, piece: bytes, columns: Any) -> pa.Table | None:
        table = real(plain, piece, columns)
        found.append(table is not None)
        return table

    monkeypatch.setattr(plain_text, "PIECE", 200)
    monkeypatch.setattr(textual, "SAMPLE", 40)
    monkeypatch.setattr(plain_text.Plain, "_parsed", noted)
    return found


def read(path: Path, columns: list[str]) -> tuple[list[dict[str, Any]], str]:
    """The rows, a NaN as a text so that it equals itself, and the sentence."""
    rows: list[dict[str, Any]] = []
    try:
        for block in open_source(path).blocks(columns):
            rows += block.table.to_pylist()
    except SlopewiseError as error:
        return rows, str(error)
    return [{n: "NaN" if isinstance(v, float) and math.isnan(v) else v for n, v in row.items()} for row in rows], ""


def by_duckdb(path: Path, columns: list[str]) -> tuple[list[dict[str, Any]], str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DelimitedFile, "_may_be_plain", lambda *_: False)
        return read(path, columns)


cells = st.tuples(st.sampled_from(NUMBERS + ODD), st.sampled_from(TEXTS), st.sampled_from(NUMBERS))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(cells, max_size=30),
    stray=st.one_of(st.none(), st.tuples(st.integers(0, 30), st.sampled_from((*STRAY, '"5"', '"', "1,2", "\n", "\r")))),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    columns=st.sampled_from([["n"], ["n", "z"], ["t"], ["z", "t", "n"]]),
)
def test_both_ways_of_reading_agree(
    tmp_path: Path,
    parsed: Parsed,
    rows: list[tuple[str, ...]],
    stray: tuple[int, str] | None,
    end: str,
    last: bool,
    columns: list[str],
) -> None:
    """Whatever the cells are: the first rows say that n and z hold numbers and t holds texts."""
    every = [("1", "a", "2")] * 40 + [tuple(row) for row in rows]
    if stray is not None:
        at = min(40 + stray[0], len(every) - 1)
        every[at] = (stray[1], *every[at][1:])
    path = tmp_path / "t.csv"
    text = end.join(["n,t,z", *map(",".join, every)]) + end * last
    path.write_text(text, encoding="utf-8", newline="")
    assert read(path, columns) == by_duckdb(path, columns)
    assert parsed


def test_many_pieces_are_read_in_their_order(tmp_path: Path, parsed: Parsed) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,t\n" + "".join(f"{k},{'NA' if k % 7 == 0 else f'level {k % 5}'}\n" for k in range(2_000)))
    rows, _ = read(path, ["n", "t"])
    assert [row["n"] for row in rows] == list(range(2_000))
    assert [row["t"] for row in rows] == [None if k % 7 == 0 else f"level {k % 5}" for k in range(2_000)]
    assert len(parsed) > 50
    assert all(parsed)


@pytest.mark.parametrize(
    ("line", "rows"),
    [('1500,"a, b"\n', 2_001), ("1500,a,\n", 2_001), ("\n", 2_000), ("x,a\n", 0)],
    ids=["a quote", "a separator too many", "a blank line", "no number"],
)
def test_what_is_not_plain_is_left_to_duckdb(line: str, rows: int, tmp_path: Path, parsed: Parsed) -> None:
    """From that row on: the rows before it are not read twice, and none is lost."""
    path = tmp_path / "t.csv"
    lines = [f"{k},a\n" for k in range(2_000)]
    path.write_text("n,t\n" + "".join([*lines[:1_500], line, *lines[1_500:]]), newline="")
    found, sentence = read(path, ["n", "t"])
    assert (found, sentence) == by_duckdb(path, ["n", "t"])
    assert len(found) == rows
    assert bool(sentence) == (rows == 0)
    assert parsed.count(True) > 10


def test_a_line_that_does_not_end_is_no_piece(tmp_path: Path, parsed: Parsed) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,t\n" + "1,a\n" * 100 + "1," + "a" * (2**21 + 10) + "\n1,a\n")
    found = read(path, ["n"])
    assert found == by_duckdb(path, ["n"])
    assert "longer than 2 MB" in found[1]


@pytest.mark.parametrize(("end", "other"), [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\r"), ("\r\n", "\r")])
def test_line_ends_of_another_system_are_not_plain(end: str, other: str, tmp_path: Path, parsed: Parsed) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,t" + end + f"1,a{end}" * 200 + "1,a" + other + f"1,a{end}" * 200, newline="")
    plain = plain_text.Plain(path, 2, 1, ",", '"', end, ".", ("",), ("",))
    assert sum(table.num_rows for table in plain.tables({"n": (0, "number")}, 1_000)) <= 200
    assert False in parsed
