"""No file of the project names a machine: no path of somebody's disk, no address of a package registry.

Such a name works for its author alone, and tells strangers what they need not know.
"""

from __future__ import annotations

import fnmatch
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each pattern is spelled so that it does not match itself.
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.:/~-])/(?:home|Users|root|work|workspace|opt|tmp|mnt|private|var)/[\w.]|\b[A-Z]:\\{1,2}Users\b"
    ),
    "the address of a package registry": re.compile(
        r"(?:https?|file)://\S*(?:/simp[l]e\b|/whee[l]s\b|artifactor[y]|devp[i])|\bpyp[i]\.org|pythonhoste[d]\.org"
        r"|--(?:extra-)?inde[x]-url|--fin[d]-links|PIP_(?:EXTRA_)?INDE[X]|PIP_FIN[D]"
    ),
}


def ignored_names(root: Path) -> tuple[str, ...]:
    """The patterns of .gitignore, which here are names or globs without folders, and git's own folder."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").split()
    return (".git", *(line.rstrip("/") for line in lines if not line.startswith("#")))


def project_files(root: Path) -> Iterator[Path]:
    """Every file that git would hold; found without git, so that the check runs on an unpacked archive too."""
    ignored = ignored_names(root)

    def kept(names: list[str]) -> list[str]:
        return sorted(name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored))

    for folder, folders, names in os.walk(root):
        folders[:] = kept(folders)
        yield from (Path(folder, name) for name in kept(names))


def faults(root: Path) -> list[str]:
    """One line for each name found, as `file:line: what it is: the text`; files that are not text are passed over."""
    found = []
    for path in project_files(root):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(root)}:{number}: {what}: {match.group()}"
            for number, line in enumerate(lines, start=1)
            for what, pattern in FORBIDDEN.items()
            if (match := pattern.search(line))
        ]
    return found


if __name__ == "__main__":
    found = faults(ROOT)
    print("\n".join(found) or "No file names a machine.")
    sys.exit(bool(found))
