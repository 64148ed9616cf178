"""README shows what the program prints: its commands are run in an empty folder, in order, its Python as a doctest."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from transcripts import PROJECT, blocks, check_command, commands

README = (PROJECT / "README.md").read_text(encoding="utf-8")
TRANSCRIPTS = [pair for language, block in blocks(README) if language == "console" for pair in commands(block)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing in it: the first command of README brings the tables."""
    return tmp_path_factory.mktemp("readme")


def test_the_first_command_brings_the_tables() -> None:
    assert len(TRANSCRIPTS) >= 5
    assert TRANSCRIPTS[0][0] == "slopewise datasets --to examples"


@pytest.mark.parametrize(("command", "shown"), TRANSCRIPTS, ids=[command for command, _ in TRANSCRIPTS])
def test_every_command_prints_what_readme_shows(command: str, shown: str, folder: Path) -> None:
    check_command(command, shown, folder)


def test_its_python_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    failed, tried = doctest.testfile(str(PROJECT / "README.md"), module_relative=False)
    assert tried >= 10
    assert failed == 0


def test_its_links_lead_somewhere() -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", README):
        assert (PROJECT / place).exists(), place
