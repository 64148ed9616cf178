"""Does the command feel instant? Whole processes, from the shell's side."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import REPETITIONS, run_process

QUESTION = "How long does a whole command take?"
FORMULA = "y ~ x1 + x2 + x3"


def answer(quick: bool) -> Table:
    """The table; it is quick as it is, so `quick` changes only the number of repetitions."""
    repetitions = 1 if quick else REPETITIONS
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "small.csv"
        _write_table(table)
        commands = {
            "slopewise --help": (["--help"], Goal(0.5, True, "≤ 0.5 s")),
            "slopewise fit, CSV of 1,000 rows": (["fit", str(table), FORMULA], Goal(1.5, True, "≤ 1.5 s")),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(1 + repetitions):
            for name, (arguments, _goal) in commands.items():
                times[name].append(run_process(["-m", "slopewise", *arguments]).seconds)
    found = {name: median(measured[1:]) for name, measured in times.items()}
    rows = tuple((name, seconds(found[name]), goal.verdict(found[name])) for name, (_, goal) in commands.items())
    notes = (f"Wall time of the process, median of {repetitions} after one to warm the disk cache.",)
    return Table(QUESTION, ("command", "time", "goal"), rows, notes)


def _write_table(path: Path) -> None:
    draw = np.random.default_rng(2)
    X = draw.normal(size=(1000, 3))
    y = 1.0 + X @ np.array([1.0, 2.0, 3.0]) + draw.normal(size=1000)
    np.savetxt(path, np.column_stack([X, y]), delimiter=",", header="x1,x2,x3,y", comments="", fmt="%.6f")
