"""Medians of interleaved repetitions: a disturbance of the machine falls on every competitor alike."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

REPETITIONS = 5
SLOW = 5.0
"""Seconds: a contender whose first run takes longer is run once more, and judged by that run."""
PAUSE = 0.25
"""Seconds before each run, in which the waiting threads of the contender before (OpenMP, BLAS) stop spinning: 0.05 are
too few (measured: they nearly doubled the time of the next)."""


def medians(contenders: Mapping[str, Callable[[], Any]], repetitions: int = REPETITIONS) -> dict[str, float]:
    """Median wall time in seconds of each contender: one run each to warm up, then round after round of all of them.

    One whose first run takes more than `SLOW` takes part in one round only.

    >>> sorted(medians({"sum": lambda: sum(range(9)), "max": lambda: max(range(9))}, repetitions=1))
    ['max', 'sum']
    """
    first = {name: _time(run) for name, run in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for repetition in range(repetitions):
        for name, run in contenders.items():
            if repetition == 0 or first[name] <= SLOW:
                times[name].append(_time(run))
    return {name: median(found) for name, found in times.items()}


def _time(run: Callable[[], Any]) -> float:
    time.sleep(PAUSE)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


class Process(NamedTuple):
    """What a whole process cost: its wall time in seconds and its largest resident memory in bytes."""

    seconds: float
    peak_bytes: int


def run_process(arguments: Sequence[str]) -> Process:
    """Run `python <arguments>` to its end and measure it; raises `RuntimeError` with its messages if it fails.

    A process starts out with the peak memory of the one that spawned it, so a small one in between (`child.py`)
    spawns it: the tables of this benchmark must not be counted.
    """
    command = [sys.executable, "-m", "benchmarks.child", sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {done.stderr.strip()}")
    return Process(**json.loads(done.stdout))
