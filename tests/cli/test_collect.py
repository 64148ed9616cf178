"""Sums as files from the command line: collected, merged, added to, taken out of, and answered from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.cli import run
from slopewise.collected import Collected

AMES = Path(__file__).parents[2] / "examples" / "ames.csv"
FORMULA = "price ~ area + Overall.Qual + Bldg.Type"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two months of houses, jan.csv of one-family houses alone, and the sums of both."""
    monkeypatch.chdir(tmp_path)
    head, *lines = AMES.read_text(encoding="utf-8").splitlines()
    place = head.split(",").index('"Bldg.Type"' if '"Bldg.Type"' in head else "Bldg.Type")
    single = [line.split(",")[place].strip('"') == "1Fam" for line in lines]
    for name, rows in (("jan", lines[:600]), ("feb", lines[600:900])):
        picked = [row for row, one in zip(lines, single, strict=True) if row in rows and (one or name == "feb")]
        Path(f"{name}.csv").write_text("\n".join([head, *picked]) + "\n", encoding="utf-8")
        assert run(["collect", f"{name}.csv", FORMULA, "-o", f"{name}.moments", "-q"]) == 0
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> tuple[str, str]:
    assert run(command) == code
    done = capsys.readouterr()
    assert "Traceback" not in done.err
    return done.out, done.err


def coefficients(capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, float]:
    capsys.readouterr()
    out, _ = printed(capsys, "fit", *command, "--format", "json")
    return {row["term"]: row["estimate"] for row in json.loads(out)["tidy"]}


def test_files_of_sums_merge_over_new_levels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coefficients(capsys, "jan.moments").keys() == {"Intercept", "area", "Overall.Qual"}
    both = sw.fit(FORMULA, ["jan.csv", "feb.csv"]).coefficients
    for given in (
        ["jan.moments", "feb.moments"],
        ["*.moments"],
        ["feb.moments", "jan.moments", "price~area+Overall.Qual+Bldg.Type"],
    ):
        found = coefficients(capsys, *given)
        assert_allclose([found[name] for name in both], list(both.values()), rtol=1e-12)
    less = sw.submodel(sw.collect(FORMULA, ["jan.csv", "feb.csv"]), "price ~ area").coefficients
    assert_allclose(list(coefficients(capsys, "*.moments", "price ~ area").values()), list(less.values()), rtol=1e-12)
    assert run(["collect", "jan.moments", "feb.moments", "-o", "both.moments", "-q"]) == 0
    assert Collected.load("both.moments") == Collected.load("jan.moments") + Collected.load("feb.moments")


def test_rows_are_appended_and_taken_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Collected.load("jan.moments")
    out, err = printed(capsys, "collect", "--append", "jan.moments", "feb.csv")
    assert "jan.csv + feb.csv" in out
    assert "It holds no rows, but whoever has it can read the levels of Bldg.Type, and sums of as few as" in err
    assert Collected.load("jan.moments") == before + sw.collect(FORMULA, "feb.csv")
    for gone in (["feb.csv"], ["feb.moments"]):
        _, err = printed(capsys, "collect", "jan.moments", "--remove", *gone, "-o", "rest.moments")
        assert "digits of the sums" in err
        rest = Collected.load("rest.moments")
        assert (rest.rows.used, rest.names) == (before.rows.used, before.names)
        assert_allclose(sw.solve(rest).coefficients, sw.solve(before).coefficients, rtol=1e-13)
    printed(capsys, "collect", "jan.moments", "--remove", "feb.csv", "--where", "area > 1500", "-o", "rest.moments")
    large = sw.collect(FORMULA, "feb.csv", where="area > 1500").rows.used
    assert Collected.load("rest.moments").rows.used == Collected.load("jan.moments").rows.used - large
    printed(capsys, "collect", "--append", "rest.moments", "feb.moments")


def test_one_state_answers_every_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["collect", "jan.csv", "feb.csv", FORMULA, "--folds", "4", "-o", "f.moments", "-q"]) == 0
    capsys.readouterr()
    for command in (
        ["path", "--folds", "4", "--lambdas", "100,10", "--format", "json"],
        ["select", "--by", "cv", "--folds", "4", "--format", "json"],
        ["descend", "--scale", "--iterations", "50", "--format", "json"],
        ["fit", "--format", "json"],
        ["fit", "--drop", "Bldg.Type"],
    ):
        rows, _ = printed(capsys, command[0], "jan.csv", "feb.csv", FORMULA, *command[1:])
        sums, _ = printed(capsys, command[0], "f.moments", *command[1:])
        assert sums == rows
    assert run(["collect", "jan.csv", FORMULA, "--by", "Overall.Qual", "-o", "g.moments", "-q"]) == 0
    capsys.readouterr()
    out, _ = printed(capsys, "fit", "g.moments", "--by", "Overall.Qual")
    assert out == str(sw.fit(FORMULA, "jan.csv", by="Overall.Qual")) + "\n"
    out, _ = printed(capsys, "fit", "g.moments", "--cov", "cluster:Overall.Qual")
    assert "clustered by Overall.Qual (9 clusters" in out


REFUSED = {
    "rows beside sums": (["fit", "jan.moments", "feb.csv"], "jan.moments holds sums and feb.csv rows", 2),
    "a condition": (["fit", "jan.moments", "--where", "area > 1"], "--where says something of rows", 2),
    "weights": (["path", "jan.moments", "--weights", "area"], "--weights says something of rows", 2),
    "a precision": (["fit", "jan.moments", "--precision", "exact"], "--precision says something of rows", 2),
    "robust errors": (["fit", "jan.moments", "--cov", "HC3"], "--cov HC3 needs rows", 2),
    "clusters": (["fit", "jan.moments", "--cov", "cluster:area"], "collect them with --by area", 2),
    "groups": (["fit", "jan.moments", "--by", "Street"], "no groups were collected", 2),
    "folds": (["path", "jan.moments", "--folds", "5"], "those of no folds", 2),
    "other terms": (["fit", "jan.moments", "price ~ Lot.Area"], "has no term 'Lot.Area'", 2),
    "both keys": (
        ["collect", "jan.csv", FORMULA, "--by", "Street", "--folds", "3", "-o", "r.moments"],
        "--by and --folds both put",
        2,
    ),
    "no place": (["collect", "jan.csv", FORMULA], "name a file with -o", 2),
    "a model": (["predict", "jan.moments", "feb.csv"], "jan.moments holds sums and no model", 1),
    "no such state": (["fit", "mar.moments"], "No such file or directory; name a file that holds a state of rows", 1),
    "another formula": (["collect", "--append", "jan.moments", "feb.csv", "price ~ area"], "leave the formula out", 2),
    "other columns": (["collect", "--append", "jan.moments", "other.csv"], "lacks|has no column", 1),
    "other kinds": (
        ["collect", "--append", "jan.moments", "kinds.csv"],
        "column 'area' holds text, and in jan.csv it",
        1,
    ),
    "both": (["collect", "--append", "jan.moments", "--remove", "feb.csv"], "give one of them", 2),
    "itself": (["collect", "jan.moments", "--remove", "feb.csv", "-o", "jan.moments"], "would be lost", 2),
    "all": (["collect", "jan.moments", "--remove", "jan.csv", "-o", "r.moments"], "none would be left", 2),
    "none of it": (["collect", "jan.moments", "--remove", "feb.csv", "-o", "r.moments"], "not all in this state", 2),
    "no sums": (["collect", "jan.csv", FORMULA, "--remove", "feb.csv", "-o", "r.moments"], "takes rows out of sums", 2),
    "a damaged file": (["fit", "cut.moments"], "was cut short", 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_one_sentence(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.moments").write_bytes(Path("jan.moments").read_bytes()[:-1])
    Path("other.csv").write_text("price,area\n1,2\n", encoding="utf-8")
    Path("kinds.csv").write_text("price,area,Overall.Qual,Bldg.Type\n1,large,3,1Fam\n", encoding="utf-8")
    before = sorted((path.name, path.stat().st_size) for path in folder.iterdir())
    command, message, code = REFUSED[name]
    _, err = printed(capsys, *command, code=code)
    assert any(part in err for part in message.split("|"))
    assert len(err.strip().splitlines()) == 1
    assert sorted((path.name, path.stat().st_size) for path in folder.iterdir()) == before
