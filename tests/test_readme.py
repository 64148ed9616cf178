"""README shows what the program prints: its commands are run in an empty folder, its Python as a doctest."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
TRANSCRIPTS = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", README)


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it but the examples."""
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_prints_what_readme_shows(empty_folder: Path) -> None:
    assert len(TRANSCRIPTS) >= 5
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command, shown in TRANSCRIPTS:
        done = subprocess.run(
            command, shell=True, capture_output=True, text=True, env=environment, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout + done.stderr == shown, command


def test_its_python_runs(empty_folder: Path) -> None:
    failed, tried = doctest.testfile(str(PROJECT / "README.md"), module_relative=False)
    assert tried >= 10
    assert failed == 0


def test_its_links_lead_somewhere() -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", README):
        assert (PROJECT / place).exists(), place
