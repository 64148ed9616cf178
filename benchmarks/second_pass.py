"""What do robust standard errors and diagnostics of many rows cost? One process that reads a Parquet file twice."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import slopewise as sw
from benchmarks.files import FORMULA, write_table
from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import medians, run_process

QUESTION = "What do robust standard errors and influential rows cost, beside the fit?"
ROUNDS = 3
TIME, MEMORY = Goal(3.0, True, "≤ 3× the fit"), Goal(1e9, True, "≤ 1 GB")
FIT, ROBUST, BOTH = "the fit", "the fit with HC3", "the fit, then HC3 and the most influential rows in one more pass"
WHOLE = "import sys, slopewise as sw; sw.fit(sys.argv[1], sys.argv[2]).diagnose(sys.argv[2])"


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows. The file lies in a temporary folder and is deleted."""
    m = 1_000_000 if quick else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write_table(path, m)
        contenders = {FIT: partial(sw.fit, FORMULA, path), ROBUST: partial(sw.fit, FORMULA, path, cov="HC3")}
        times = medians(contenders | {BOTH: partial(_diagnosed, path)}, ROUNDS)
        spent = run_process(["-c", WHOLE, FORMULA, str(path)])
    memory = {BOTH: (f"{spent.peak_bytes / 1e6:,.0f} MB", MEMORY.verdict(spent.peak_bytes))}
    rows = []
    for name, taken in times.items():
        peak, verdict = memory.get(name, ("", ""))
        goals = "; ".join(goal for goal in (TIME.verdict(taken / times[FIT]), verdict) if goal)
        rows.append((name, seconds(taken), f"{taken / times[FIT]:.2f}×", peak, "" if name == FIT else goals))
    notes = (
        f"{m:,} rows × 11 columns of Parquet in the page cache; medians of {ROUNDS} interleaved rounds in one process.",
        "The memory is the largest of a process of its own that does nothing else, Python and libraries included.",
    )
    return Table(QUESTION, ("what", "time", "× the fit", "peak memory", "goal"), tuple(rows), notes)


def _diagnosed(path: Path) -> object:
    return sw.fit(FORMULA, path).diagnose(path)
