"""`slopewise explore` and `slopewise learn`: what they write, what they open, and what they refuse."""

from __future__ import annotations

import io
import json
import re
import sys
import webbrowser
from pathlib import Path

import pytest

import slopewise as sw
from slopewise.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"
TWO, AMES = str(EXAMPLES / "two_houses.csv"), str(EXAMPLES / "ames.csv")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser is asked to open; there is one."""
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: asked.append(url) or True)
    return asked


def payload(name: str) -> dict:
    text = Path(name).read_text(encoding="utf-8")
    return json.loads(re.search(r'application/json">(.*?)</script>', text, re.DOTALL)[1])


def test_two_rows_make_a_page_named_after_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explore", TWO, "price ~ size", "--learning-rate", "0.01"]) == 0
    assert capsys.readouterr() == ("", "wrote two_houses-explorer.html\n")
    found = payload("two_houses-explorer.html")
    assert (found["data_argument"], found["start"], found["rows"]) == (TWO, {"learning_rate": 0.01}, 2)
    assert [path.name for path in folder.iterdir()] == ["two_houses-explorer.html"]


def test_a_real_table_with_categories_and_conditions(opened: list[str]) -> None:
    command = ["explore", AMES, "price ~ area + Neighborhood", "--scale", "--where", "area > 900", "-o", "a.html"]
    assert run([*command, "--open", "--quiet"]) == 0
    found = payload("a.html")
    kept = sw.collect("price ~ area + Neighborhood", AMES, where="area > 900")
    assert (found["rows"], found["names"]) == (kept.rows.used, list(kept.names))
    assert (found["data_argument"], found["start"], found["sample"]["complete"]) == (None, {"scale": True}, False)
    assert opened == [Path("a.html").resolve().as_uri()]


def test_a_saved_model_and_standard_input_are_explored_too(monkeypatch: pytest.MonkeyPatch) -> None:
    sw.fit("price ~ size", TWO).save("line.json")
    assert run(["explore", "line.json"]) == 0
    assert payload("line-explorer.html")["solution"]["parameters"] == [100.0, 200.0]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(TWO).read_bytes())))
    assert run(["explore", "-", "price ~ size"]) == 0
    assert payload("slopewise-explorer.html")["sample"]["complete"]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ([AMES], 1, "or, if these are data, give a formula with them, such as 'price ~ area'"),
        ([], 2, "no formula: one argument has to hold a '~'"),
        ([TWO, "--where", "size > 1"], 2, "two_houses.csv stands without a formula, as a file that was saved does"),
        ([TWO, "price ~ size", "--learning-rate", "-1"], 2, "--learning-rate -1.0 makes no steps"),
        ([TWO, "price ~ size", "-o", TWO], 2, "is read by this command, and would be lost"),
        ([TWO, "price ~ size", "-o", "nowhere/a.html"], 1, "there is no folder"),
        ([AMES, "price ~ C(Lot.Frontage) + C(Year.Built)"], 2, "columns and a page takes 200; take terms out"),
    ],
)
def test_what_cannot_be_explored_is_a_sentence_and_no_file(
    command: list[str], code: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explore", *command]) == code
    assert words in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_learn_opens_the_lesson_unless_it_is_told_where_to_put_it(
    opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["learn"]) == 0
    assert capsys.readouterr().err == "wrote learn.html\n"
    assert run(["learn", "-o", "lesson.html", "--quiet"]) == 0
    assert opened == [Path("learn.html").resolve().as_uri()]
    assert Path("lesson.html").read_bytes() == Path("learn.html").read_bytes()


def test_without_a_browser_the_page_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    assert run(["learn", "--quiet"]) == 0
    assert capsys.readouterr().err == "no browser was found here; open learn.html in one\n"
