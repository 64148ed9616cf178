"""The wheel is what people get: built, checked, installed into an empty environment, and used from an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import licences
import pytest

PROJECT = Path(__file__).resolve().parents[1]
CONSTRAINTS = str(PROJECT / "constraints.txt")


def run(*command: str | Path, folder: Path) -> str:
    """Standard output of a command that succeeds."""
    ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    apart = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**apart, "PIP_CONSTRAINT": CONSTRAINTS, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The source archive and the wheel, which is built from that."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, PROJECT, folder=folder)
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def installed(built: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and what it brings, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    wheel = next(path for path in built if path.suffix == ".whl")
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python"]  # ours: there is none to install first
    install = ["install", "--quiet", "--no-compile"]  # of the thousands of files that come a newcomer runs few
    run(*pip, *install, "--constraint", CONSTRAINTS, wheel, folder=folder)
    return folder / "bin"


def test_the_archives_pass_the_checks_of_the_index(built: list[Path], tmp_path: Path) -> None:
    assert [path.name.rpartition(".")[2] for path in built] == ["whl", "gz"]
    run(sys.executable, "-m", "twine", "check", "--strict", *built, folder=tmp_path)
    run(Path(sys.executable).with_name("check-wheel-contents"), built[0], folder=tmp_path)
    names = zipfile.ZipFile(built[0]).namelist()
    assert "slopewise/py.typed" in names
    assert {name.split("/")[0] for name in names} == {
        "slopewise",
        next(n for n in names if "dist-info" in n).split("/")[0],
    }


def test_a_newcomer_gets_from_nothing_to_a_prediction(installed: Path, tmp_path: Path) -> None:
    slopewise = installed / "slopewise"
    run(slopewise, "datasets", "--to", "examples", folder=tmp_path)
    assert run(slopewise, "doctor", folder=tmp_path).rstrip().endswith("All is well.")
    run(slopewise, "fit", "examples/ames.csv", "price ~ area + Neighborhood", "--save", "m.json", folder=tmp_path)
    predicted = run(slopewise, "predict", "m.json", "examples/ames.csv", "--keep", "PID", folder=tmp_path)
    assert len(predicted.splitlines()) == 2931
    program = "import slopewise as sw; print(sw.load('m.json').rows.used, sw.datasets.load('ames').num_rows)"
    assert run(installed / "python", "-c", program, folder=tmp_path).split() == ["2930", "2930"]


def test_each_missing_extra_is_one_sentence_with_its_command(installed: Path, tmp_path: Path) -> None:
    found = run(installed / "slopewise", "doctor", folder=tmp_path)
    for extra in ("sklearn", "dask", "spark", "notebook", "databases"):
        assert re.search(rf"slopewise\[{extra}\] +not installed: pip install 'slopewise\[{extra}\]'", found)


def test_every_licence_of_what_it_runs_on_is_listed() -> None:
    listed = (PROJECT / "LICENCES.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in licences.page().splitlines() if line not in listed] == []
