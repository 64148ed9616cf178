"""Resolve every dependency and write `constraints.txt`: one exact version a line, the build's own packages too.

Constraints and not requirements: a line holds a version only where a package is wanted, so that one file serves every
group and platform. pip resolves without installing. Run it on Linux x86-64, where every optional package exists, with
the oldest Python supported: newer ones take the same pins.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "constraints.txt"
BUILD = ("hatchling", "editables", "pip")
HEADER = """\
# The exact version of each package that a checkout installs, build and tools included. Written by `make lock`;
# not edited by hand.
"""


def resolve() -> dict[str, str]:
    """Ask pip for the newest versions that satisfy pyproject.toml together: name to version, the project left out."""
    groups = [word for group in ("test", "lint", "bench", "docs", "dist") for word in ("--group", group)]
    pip = [sys.executable, "-m", "pip", "--quiet", "install", "--dry-run", "--ignore-installed", "--report", "-"]
    answer = subprocess.run([*pip, *groups, "--editable", ".", *BUILD], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    packages = [item["metadata"] for item in json.loads(answer.stdout)["install"]]
    return {package["name"]: package["version"] for package in packages if package["name"] != "slopewise"}


def main() -> None:
    """Write the lock beside its place and move it there, so that it is whole or untouched."""
    pins = sorted(resolve().items(), key=lambda pin: pin[0].casefold())
    beside = LOCK.with_suffix(".new")
    beside.write_text(HEADER + "".join(f"{name}=={version}\n" for name, version in pins), encoding="utf-8")
    beside.replace(LOCK)
    print(f"{LOCK.name}: {len(pins)} packages")


if __name__ == "__main__":
    main()
