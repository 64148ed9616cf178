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


def medians(contenders: Mapping[str, Callable[[], Any]], repetitions: int = REPETITIONS) -> dict[str, float]:
    """Median wall time in seconds of each contender: one run each to warm up, then round after round of all of them."""
    for run in contenders.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repetitions):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: median(found) for name, found in times.items()}


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
