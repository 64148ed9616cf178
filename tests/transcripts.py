"""What documents show is what happens: their commands are run and their Python executed, in an empty folder."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

from slopewise.cli import run

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page, in order: language and content."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what is shown below it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    return [tuple(part.split("\n", 1)) for part in parts if part]  # type: ignore[misc]


def check_command(command: str, shown: str, folder: Path) -> None:
    """Run a command in `folder`; it succeeds, and prints what is shown, if anything is."""
    done = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=120
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    if shown:
        assert done.stdout + done.stderr == shown, command


def plain(command: str) -> list[str]:
    """The arguments of `slopewise …` where no shell has anything to do with it; otherwise none."""
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    program, *arguments = words
    shell = any(set(word) <= set(words.punctuation_chars) for word in arguments)
    return [] if shell or program != "slopewise" else arguments


def check_here(command: str, shown: str, folder: Path) -> None:
    """As `check_command`, without the second or two that a process takes to begin, where `command` is plain."""
    arguments = plain(command)
    if not arguments:
        check_command(command, shown, folder)
        return
    out, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, ENVIRONMENT),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(told),
    ):
        code = run(arguments)
    printed, complained = (stream.buffer.getvalue().decode() for stream in (out, told))
    assert code == 0, f"{command}\n{complained}"
    if shown:
        assert printed + complained == shown, command


def check_python(language: str, block: str, names: dict[str, object], where: str) -> None:
    """Execute a block of Python; where it is a session, what it prints is what is shown."""
    if language == "python":
        exec(compile(block, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block, names, where, where, 0)
    told: list[str] = []
    failures, _ = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=told.append, clear_globs=False)
    names.update(test.globs)
    assert not failures, "".join(told)
