"""Whether the products of so many columns fit into memory: asked before a row is read, not found out after the last.

A state of q columns holds q² products, one state to a thread and a few while they are merged; solving it takes several
such arrays more. What is free is what the machine has free, or what is left to the group of processes (Linux's cgroups,
which containers and batch systems set) if that is less.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

from slopewise.errors import DataError

STATE, SOLVING = 16, 200
"""Bytes for each product: of a state in double-double, and of all that solving one takes at its peak (measured)."""

SMALL = 2**27
"""Bytes that nobody is asked for."""

FRESH = 0.2
"""Seconds for which an answer holds."""

_found = -math.inf, 0  # when there was room last, and for how many bytes

GROUPS = Path("/sys/fs/cgroup")
OWN, MEMORY = Path("/proc/self/cgroup"), Path("/proc/meminfo")


def available() -> int | None:
    """The bytes that this process may still take; None where the system does not tell.

    >>> available() is None or available() > 0
    True
    """
    found = [size for size in (_of_machine(), _of_group()) if size is not None]
    return min(found) if found else None


def needed(columns: int, threads: int) -> int:
    """The bytes that a model of so many columns, and the target, takes at its peak, gathered on so many threads.

    >>> needed(999, 2)
    232000000
    """
    return (columns + 1) ** 2 * (SOLVING + STATE * threads)


def check_room(columns: int, threads: int, what: str) -> None:
    """Raise `DataError` where the products of so many columns of `what` do not fit, naming how many would.

    Block after block asks for the same columns: what there was room for a moment ago is not asked again.
    """
    global _found
    need, (when, size) = needed(columns, threads), _found
    if need <= SMALL or (need <= size and time.monotonic() - when < FRESH):
        return
    if (free := available()) is None or need <= free:
        _found = time.monotonic(), need
        return
    fit = max(0, int((free / (SOLVING + STATE * threads)) ** 0.5) - 1)
    raise DataError(
        f"{what} has {columns:,} columns, whose products, and what solving them takes, come to {need / 1e9:.1f} GB on "
        f"{threads} thread{'s' * (threads != 1)}, and {free / 1e9:.1f} GB are free; {fit:,} columns would fit: take "
        "terms out of the formula, or use a machine with more memory"
    )


def _of_machine() -> int | None:
    try:
        lines = MEMORY.read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _of_group() -> int | None:
    """What is left below the limits of the group and of those that it is in, of the second version or of the first.

    Caches of files count as free.
    """
    found = []
    for root, limit, used, cached in (
        (GROUPS, "memory.max", "memory.current", "inactive_file"),
        (GROUPS / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        for folder in _folders(root):
            try:
                most, now = (int((folder / name).read_text(encoding="ascii")) for name in (limit, used))
                counts = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
            except (OSError, ValueError):  # there is no such file, or the limit is "max"
                continue
            files = sum(int(line.split()[1]) for line in counts if line.split()[:1] == [cached])
            found.append(max(most - now + files, 0))
    return min(found, default=None)


def _folders(root: Path) -> list[Path]:
    """Where the group of this process is described, and those that it is in."""
    try:
        lines = [line.split(":", 2) for line in OWN.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return [root]
    inner = next((path for _, kinds, path in lines if kinds in ("", "memory")), "/").strip("/")
    return [root, *(root / part for part in [Path(inner), *Path(inner).parents] if inner and part != Path())]
