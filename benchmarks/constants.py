"""What one core takes for a row and for a merge, and how large a state is: the constants of docs/scale.md."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import slopewise as sw
from benchmarks.tables import Table

QUESTION = "What do a row, a merge and a state cost one core?"
REPETITIONS = 7
SIZES = ((10, 200_000), (100, 20_000), (1_000, 1_000))
"""Features, and rows to measure with."""


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows."""
    rows = []
    for p, m in SIZES:
        m = m // 10 if quick else m
        draw = np.random.default_rng(p)
        X, y = draw.normal(size=(m, p)), draw.normal(size=m)
        half = m // 2
        one, other = (sw.Moments.of(X[at], y[at], precision="double-double") for at in (slice(half), slice(half, m)))
        per_row = _least(partial(sw.Moments.of, X, y, precision="double-double", threads=1)) / m
        merge = _least(partial(one.merge, other))
        size = len(pickle.dumps(one, protocol=5))
        rows.append((f"{p:,}", f"{per_row * 1e9:,.3g} ns", f"{merge * 1e6:,.3g} µs", f"{size:,} bytes"))
    notes = (
        f"Double-double, one thread; the least of {REPETITIONS} times of the processor, not of the clock.",
        "`examples/tree_of_workers.py` predicts from these, rounded, what clusters take.",
    )
    return Table(QUESTION, ("features", "products of a row", "two states added", "a state"), tuple(rows), notes)


def _least(run: Callable[[], Any]) -> float:
    """The least seconds of the processor that a run takes."""
    run()
    times = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)
