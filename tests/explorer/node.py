"""Node for the tests of the explorer: the packages of js/package-lock.json, installed once, and programs run."""

from __future__ import annotations

import fcntl
import json
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

JS = Path(__file__).resolve().parents[2] / "js"


def installed() -> Path:
    """js/node_modules as the lock has it, installed if need be; test processes side by side wait for each other."""
    lock = Path(tempfile.gettempdir()) / f"slopewise-npm-{sha256(bytes(JS)).hexdigest()[:16]}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not _complete():
            run("npm", "ci", "--no-progress")
    return JS / "node_modules"


def run(*command: str, text: str | None = None) -> str:
    """What a command prints, run in js/ with `text` as its input; one that fails is an AssertionError that says so."""
    answer = subprocess.run(
        command, cwd=JS, input=text, stdin=None if text else subprocess.DEVNULL, capture_output=True, text=True
    )
    assert answer.returncode == 0, f"{' '.join(command)}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


def _complete() -> bool:
    """Whether what is installed is what the lock says; npm writes its own list last."""
    listed = JS / "node_modules" / ".package-lock.json"
    if not listed.exists():
        return False
    wanted, there = (
        json.loads(path.read_text(encoding="utf-8"))["packages"] for path in (JS / "package-lock.json", listed)
    )
    required = {name for name, package in wanted.items() if name and not package.get("optional")}
    return required <= there.keys() and all(wanted.get(name) == package for name, package in there.items())
