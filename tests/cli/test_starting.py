"""The first five minutes: the example tables, and a self-test that would notice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

import slopewise as sw
from slopewise import checkup
from slopewise.cli import run

PROJECT = Path(__file__).parents[2]


def test_datasets_are_listed_and_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["datasets"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == [each.name for each in sw.datasets.TABLES]
    assert not list(tmp_path.iterdir())
    assert run(["datasets", "--to", "examples"]) == 0
    for each in sw.datasets.TABLES:
        written = tmp_path / "examples" / f"{each.name}.csv"
        assert written.read_bytes() == (PROJECT / "examples" / f"{each.name}.csv").read_bytes()
        assert sw.datasets.load(each.name).num_rows == each.rows
        assert run(["descend" if each.rows < 5 else "fit", str(written), each.formula, "--quiet"]) == 0


def test_every_table_in_the_folder_is_one_of_them():
    assert {path.stem for path in (PROJECT / "examples").glob("*.csv")} == {each.name for each in sw.datasets.TABLES}


def test_datasets_never_replace_another_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ames.csv").write_text("mine\n")
    assert run(["datasets", "ames"]) == 2
    assert "ames.csv is there already, and is another file" in capsys.readouterr().err
    assert (tmp_path / "ames.csv").read_text() == "mine\n"
    assert run(["datasets", "houses", "nosuch"]) == 2
    assert "there is no example table 'nosuch'" in capsys.readouterr().err
    assert not (tmp_path / "houses.csv").exists()


def test_doctor_finds_this_installation_healthy(capsys):
    assert run(["doctor", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["healthy"]
    assert len(found["checks"]) == len(checkup.PROBLEMS)
    assert found["versions"]["numpy"] == np.__version__
    assert run(["doctor"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("All is well.")


def test_doctor_notices_a_sum_that_loses_its_digits(monkeypatch, capsys):
    monkeypatch.setattr(checkup, "_drawn", lambda rows: (np.full((rows, 4), np.nan), np.zeros(rows)))
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.count("FAILED") == 2
    assert "do not trust figures from this installation" in out


def test_doctor_knows_the_extras_and_what_slopewise_runs_on():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {n: {Requirement(each).name for each in needs} for n, needs in project["optional-dependencies"].items()}
    assert {name: set(packages) for name, packages in checkup.EXTRAS.items()} == extras
    assert set(checkup.RUNS_ON) == {Requirement(each).name for each in project["dependencies"]}


@pytest.mark.parametrize(
    ("words", "offered"), [("slopewise de", {"describe", "descend"}), ("slopewise fit --cov", {"--cov"})]
)
def test_the_shell_completes_commands_and_options(words, offered):
    environment = {**os.environ, "_SLOPEWISE_COMPLETE": "complete_bash", "COMP_WORDS": words}
    environment["COMP_CWORD"] = str(len(words.split()) - 1)
    done = subprocess.run([sys.executable, "-m", "slopewise"], env=environment, capture_output=True, text=True)
    assert set(done.stdout.split()) == offered, done.stderr
