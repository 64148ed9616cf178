"""The workshop works: installing, what is not run, change notes, the lock, and the commands that the documents name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import machine_names
import needs
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
NOTE = re.compile(r"\d+\.(added|changed|fixed|removed)\.md")


# What is not run is listed, and fails where CI=true.


def inner_session(folder: Path, tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on `tests` in its own process, with our conftest and a list of two needs, one of which is met."""
    shutil.copy(PROJECT / "tests" / "conftest.py", folder)
    listed = 'NEEDS = (Need("shell", "true", "dash"), Need("unicorn", "false", "libunicorn"))'
    source = (PROJECT / "scripts" / "needs.py").read_text(encoding="utf-8")
    (folder / "needs.py").write_text(re.sub(r"(?ms)^NEEDS: .*?^\)$", listed, source), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\nmarkers = needs(name)\n", encoding="utf-8")
    (folder / "test_inner.py").write_text(f"import pytest\n{tests}", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "CI": "", **environment},
        capture_output=True,
        text=True,
    )


SKIPPING = """
@pytest.mark.needs("shell")
def test_met(): pass

@pytest.mark.needs("unicorn")
def test_unmet(): raise AssertionError("ran without its need")

def test_other():
    pytest.skip("it is Sunday")
"""


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_what_was_not_run_is_listed_and_fails_under_ci(tmp_path, ci, code):
    (tmp_path / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_package_here')\n")
    answer = inner_session(tmp_path, SKIPPING, CI=ci)
    listed = {line for line in answer.stdout.splitlines() if line.startswith("not run: ")}
    assert answer.returncode == code, answer.stdout
    assert "1 passed, 3 skipped" in answer.stdout
    assert len(listed) == 3
    assert "not run: test_inner.py::test_unmet because this machine has no unicorn (apt install libunicorn)" in listed
    assert "not run: test_inner.py::test_other because it is Sunday" in listed
    assert any(line.startswith("not run: test_module.py because could not import") for line in listed)


def test_where_everything_runs_ci_passes(tmp_path):
    answer = inner_session(tmp_path, '@pytest.mark.needs("shell")\ndef test_met(): pass\n', CI="true")
    assert answer.returncode == 0, answer.stdout
    assert "not run" not in answer.stdout


def test_a_need_that_nobody_lists_is_an_error(tmp_path):
    answer = inner_session(tmp_path, '@pytest.mark.needs("dragon")\ndef test_it(): pass\n')
    assert answer.returncode == 1
    assert "the need 'dragon' is not listed in scripts/needs.py" in answer.stdout


def test_absent_needs_are_installed_by_apt(tmp_path, monkeypatch):
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/log\nexit 100\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    needs.install([needs.Need("x", "false", "x-server"), needs.Need("y", "false", "y-server")])
    update, *installed = (tmp_path / "log").read_text().splitlines()
    assert update.endswith("update")
    assert [line.split()[-2:] for line in installed] == [["install", "x-server"], ["install", "y-server"]]


# The environment: whole, current, and made once.

FAKE_PYTHON = """#!/bin/sh
# Stands in for python: makes environments that hold itself, and records what pip is asked.
case "$*" in
    *_base_executable*) echo "$FAKE" ;;
    *sys.version*) echo "3.11 fake" ;;
    "-m venv "*) mkdir -p "$3/bin"; cp "$FAKE" "$3/bin/python" ;;
    "-m pip "*) shift 2; echo "$*" >>"$LOG"; [ ! -e "$BREAK" ] ;;
esac
"""


class Checkout:
    """A folder with install.sh in it, and a Python that only pretends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log, self.broken = folder / "log", folder / "break"
        self.fake = folder / "fake-python"
        self.fake.write_text(FAKE_PYTHON)
        self.fake.chmod(0o755)
        (folder / "scripts").mkdir()
        shutil.copy(PROJECT / "scripts" / "install.sh", folder / "scripts")
        (folder / "pyproject.toml").write_text("")
        (folder / "constraints.txt").write_text("numpy==1\n")

    def install(self, purpose: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"FAKE": self.fake, "LOG": self.log, "BREAK": self.broken, "PYTHON": python or self.fake}
        return subprocess.run(
            ["sh", "scripts/install.sh", purpose],
            cwd=self.folder,
            env={**os.environ, "VENV": ".venv", **{name: str(value) for name, value in environment.items()}},
            capture_output=True,
            text=True,
        )

    def pip_calls(self) -> list[str]:
        """What pip was asked since the last look."""
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return calls


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path)


def test_an_install_happens_once_for_each_purpose(checkout):
    assert checkout.install("core").returncode == 0
    first = checkout.pip_calls()
    assert [call.rsplit("constraints.txt ", 1)[1] for call in first] == ["--upgrade pip", "--editable ."]
    assert checkout.install("core").stdout == ""
    assert checkout.pip_calls() == []
    assert checkout.install("test").returncode == 0
    assert checkout.pip_calls()[-1].endswith("--editable . --group test")
    assert checkout.install("core").stdout == ""


@pytest.mark.parametrize("file", ["constraints.txt", "pyproject.toml"])
def test_an_install_is_repeated_when_what_it_read_changes(checkout, file):
    checkout.install("test")
    checkout.pip_calls()
    (checkout.folder / file).write_text("changed\n")
    assert checkout.install("test").returncode == 0
    assert len(checkout.pip_calls()) == 2


def test_a_failed_install_never_counts_and_is_begun_anew(checkout):
    checkout.broken.touch()
    assert checkout.install("core").returncode != 0
    leftover = checkout.folder / ".venv" / "leftover"
    leftover.touch()
    checkout.broken.unlink()
    assert checkout.install("core").returncode == 0
    assert not leftover.exists()


def test_an_install_under_way_is_not_disturbed(checkout):
    checkout.install("core")
    (checkout.folder / ".venv" / ".installing").write_text(str(os.getpid()))
    answer = checkout.install("test")
    assert answer.returncode != 0
    assert f"process {os.getpid()} is installing into .venv" in answer.stderr


def test_a_python_that_does_not_fit_is_refused_in_one_sentence(checkout):
    answer = checkout.install("core", python="false")
    assert answer.returncode != 0
    assert answer.stderr.count("\n") == 1
    assert "PYTHON=false is not a Python 3.11 or newer" in answer.stderr


def test_a_machine_without_python_is_told_so_in_one_sentence(checkout):
    shell = shutil.which("sh")
    empty = {"PATH": str(checkout.folder / "nowhere"), "VENV": ".venv"}
    answer = subprocess.run(
        [shell, "scripts/install.sh", "core"], cwd=checkout.folder, env=empty, capture_output=True, text=True
    )
    assert answer.returncode != 0
    assert answer.stderr.count("\n") == 1
    assert "no Python 3.11 or newer with venv was found" in answer.stderr


# Files, notes, pins and commands.


# Spelled with gaps, so that this file names no machine itself.
MACHINES = [
    "open('/{}/ann/x.csv')".format("home"),
    "C:\\{}\\ann".format("Users"),
    "pip --{}-url x".format("index"),
    "https://mirror.example/{}/numpy".format("simple"),
    "from {}.org".format("pypi"),
]
INNOCENT = ["a/home/b", "https://example.org/work/x", "var/", "index_url", "#!/usr/bin/env", "~/opt/x"]


@pytest.mark.parametrize("text", MACHINES)
def test_a_file_that_names_a_machine_is_found(tmp_path, text):
    (tmp_path / ".gitignore").write_text("built/\n*.log\n")
    (tmp_path / "built").mkdir()
    for name in ("built/a.txt", "a.log", "sub.txt"):
        (tmp_path / name).write_text(f"first line\n{text}\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff" + text.encode())
    assert [fault.split(": ")[0] for fault in machine_names.faults(tmp_path)] == ["sub.txt:2"]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_text_is_let_be(tmp_path, text):
    (tmp_path / ".gitignore").write_text("")
    (tmp_path / "a.md").write_text(text)
    assert machine_names.faults(tmp_path) == []


def test_change_notes_are_named_and_written_as_agreed():
    notes = [path for path in (PROJECT / "changelog.d").iterdir() if path.name != "README.md"]
    assert [note.name for note in notes if not NOTE.fullmatch(note.name)] == []
    assert [note.name for note in notes if not note.read_text(encoding="utf-8").startswith("- ")] == []


def test_the_lock_pins_every_requirement_within_its_bounds():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    wanted += [text for group in project["dependency-groups"].values() for text in group]
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    requirements = [Requirement(text) for text in wanted]
    assert [r.name for r in requirements if not r.specifier.contains(pins.get(canonicalize_name(r.name), ""))] == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".ci/run", "Makefile"])
def test_every_make_command_that_a_document_names_exists(document):
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = (PROJECT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, flags=re.MULTILINE))
    assert named <= targets
    assert {"demo", "test", "lint", "bench"} <= targets


@pytest.mark.parametrize("target", ["demo", "test", "coverage", "lint", "format", "bench", "lock"])
def test_a_target_installs_first_and_then_works_in_the_environment(target):
    environment = {name: value for name, value in os.environ.items() if name not in {"VENV", "PYTHON", "MAKEFLAGS"}}
    command = ["make", "--no-print-directory", "--dry-run", target]
    plan = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    install, *rest = plan.stdout.splitlines()
    assert install.startswith("sh scripts/install.sh ")
    assert rest
    assert all(".venv/bin" in line for line in rest)


def test_ci_runs_what_the_readme_tells_to_run():
    commands = set(re.findall(r"^make \w+$", (PROJECT / ".ci" / "run").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert commands == {"make lint", "make test", "make docs"}
    assert "make test" in (PROJECT / "README.md").read_text(encoding="utf-8")
