"""Write `LICENCES.md`: the licence of every package that slopewise runs on or that an extra brings, as it says itself.

Run where all extras are installed (`make test` does that). A package that states no licence stops the script.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLACE = Path(__file__).resolve().parent.parent / "LICENCES.md"
HEAD = """\
# Licences of what slopewise runs on

slopewise itself is under the [BSD-3-Clause licence](LICENSE). It contains no code of the packages below;
installing it brings them, or, where an extra is named, `pip install 'slopewise[extra]'` does. Each is listed with the
licence that it states.

| package | licence | only with the extra |
|---|---|---|
"""
STATED = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}
"""SPDX names of licences that packages state in words."""


def wanted(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """What a distribution requires here, with these of its extras."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in (extras or {""})
        ):
            yield requirement


def closure(requirements: Iterator[Requirement]) -> dict[str, Distribution]:
    """All that these requirements bring with them, by canonical name."""
    found: dict[str, Distribution] = {}
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or name == "slopewise":
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed; run `make test` first, which installs every extra") from None
        waiting += wanted(name, frozenset(requirement.extras))
    return found


def licence(package: Distribution) -> str:
    """The SPDX expression that a package states, or its words for it."""
    metadata = cast(Message, package.metadata)
    if expression := metadata.get("License-Expression"):
        return str(expression)
    for classifier in metadata.get_all("Classifier") or ():
        if classifier.startswith("License :: OSI Approved :: "):
            name: str = classifier.rsplit(" :: ", 1)[1]
            return STATED.get(name, name)
    words = (metadata.get("License") or "").strip().partition("\n")[0]
    if not words:
        raise SystemExit(f"{metadata['Name']} states no licence; look it up, and name it in scripts/licences.py")
    return STATED.get(words, words)


def page() -> str:
    """The text of LICENCES.md."""
    core = closure(wanted("slopewise"))
    rows = {name: (package, "") for name, package in core.items()}
    for extra in sorted(distribution("slopewise").metadata.get_all("Provides-Extra") or ()):
        every = (r for r in wanted("slopewise", frozenset({extra})))
        for name, package in closure(every).items():
            if name not in core:
                _, named = rows.get(name, (package, ""))
                rows[name] = package, f"{named}, {extra}".strip(", ")
    listed = [rows[name] for name in sorted(rows)]
    lines = [f"| {package.metadata['Name']} | {licence(package)} | {why} |" for package, why in listed]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PLACE.write_text(page(), encoding="utf-8")
