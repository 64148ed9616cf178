"""`slopewise diagnose` as a person meets it: what it prints in each format, writes, and says of faults."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import slopewise as sw
from slopewise.cli import run
from slopewise.data import open_source

AMES = str(Path(__file__).parents[2] / "examples" / "ames.csv")
TWO = str(Path(__file__).parents[2] / "examples" / "two_houses.csv")
COMMAND = ["diagnose", AMES, "price ~ area + Overall.Qual"]


def test_the_table_names_rows_by_their_keys_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--keep", "Order,PID", "--top", "3"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "\x1b" not in printed.out
    lines = printed.out.splitlines()
    assert lines[0] == "price ~ area + Overall.Qual"
    assert "ames.csv · 2,930 rows, 3 parameters" in lines[1]
    assert 'where "Order" NOT IN (1499, 2181' in " ".join(printed.out.split())
    assert "1499   1499  908154235" in printed.out
    assert 'Ask for those of cov "HC3".' in printed.out
    assert max(map(len, lines)) <= 120


def test_csv_is_the_influential_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--keep", "Order", "--top", "4", "--format", "csv", "--weights", "Lot.Area"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    theirs = sw.fit("price ~ area + Overall.Qual", AMES, weights="Lot.Area").diagnose(AMES, keep=["Order"], top=4)
    assert [int(row["row"]) for row in rows] == theirs.influential["row"].to_pylist()
    assert [row["Order"] for row in rows] == [str(order) for order in theirs.influential["Order"].to_pylist()]
    assert [float(row["cooks_d"]) for row in rows] == theirs.influential["cooks_d"].to_pylist()


def test_json_is_the_whole_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--format", "json", "--where", "area < 4000", "--threads", "2"]) == 0
    record = json.loads(capsys.readouterr().out)
    theirs = sw.fit("price ~ area + Overall.Qual", AMES, where="area < 4000")
    found = theirs.diagnose(open_source(AMES, where="area < 4000"))
    assert record["press"] == pytest.approx(found.press, rel=1e-12)
    assert record["rows"] == 2925
    assert record["sentences"] == list(found.sentences)
    assert len(record["influential"]) == 10
    assert record["vif"]["term"] == ["area", "Overall.Qual"]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_is_written(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"d.{suffix}"
    assert run([*COMMAND, "--plot", str(path)]) == 0
    assert capsys.readouterr().err == f"wrote {path}\n"
    assert path.stat().st_size > 20_000


def test_without_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", AMES, "--target", "price", "--features", "area", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("price ~ area\n")


def test_standard_input_is_read_twice_from_a_copy() -> None:
    command = [sys.executable, "-m", "slopewise", "diagnose", "-", "price ~ area", "--format", "csv", "--top", "2"]
    with open(AMES, "rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, check=True, timeout=120)
    assert [line.split(b",")[0] for line in done.stdout.splitlines()] == [b"row", b"1499", b"2181"]


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ([*COMMAND, "--keep", "Ordr"], 1, "ames.csv has no column 'Ordr'; did you mean 'Order'?"),
        ([*COMMAND, "--top", "0"], 2, "--top 0 must be a whole number from 1 on"),
        ([*COMMAND, "--plot", "d.gif"], 2, "d.gif: pictures are written as .png, .svg or .pdf"),
        ([*COMMAND, "--format", "xml"], 2, "'xml' is not one of 'table', 'json', 'csv'"),
        (["diagnose", AMES], 2, "no formula: one argument has to hold a '~'"),
        (["diagnose", "none.csv", "a ~ b"], 1, "none.csv does not exist"),
        (["diagnose", TWO, "price ~ size", "--plot", "two.png"], 1, "there is no standardised residual to draw"),
        ([*COMMAND, "--weights", "wieght"], 1, "no column 'wieght'"),
    ],
)
def test_one_clear_sentence(
    command: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(command) == code
    printed = capsys.readouterr()
    assert printed.err.startswith("slopewise: ")
    assert says in printed.err
    assert printed.out == ""
    assert not os.listdir(tmp_path)


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", "--help"]) == 0
    assert "Example: slopewise diagnose" in " ".join(capsys.readouterr().out.split())
