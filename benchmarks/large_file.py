"""How much memory and time does a file of many rows take? One process that fits a CSV far larger than its memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import run_process

QUESTION = "What does fitting a large CSV take?"
FEATURES = 10
GOAL = Goal(1e9, True, "≤ 1 GB")


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows. The file lies in a temporary folder and is deleted."""
    m = 1_000_000 if quick else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        write_table(path, m)
        size = path.stat().st_size
        formula = "y ~ " + " + ".join(f"x{j + 1}" for j in range(FEATURES))
        spent = run_process(["-m", "slopewise", "fit", str(path), formula])
    row = (
        f"slopewise fit, {m:,} rows × {FEATURES + 1} columns, {size / 1e6:,.0f} MB",
        seconds(spent.seconds),
        f"{spent.peak_bytes / 1e6:,.0f} MB",
        GOAL.verdict(spent.peak_bytes),
    )
    notes = ("One run of the whole process; its largest resident memory, Python and libraries included.",)
    return Table(QUESTION, ("command", "time", "peak memory", "goal"), (row,), notes)


def write_table(path: Path, m: int) -> None:
    """A CSV of `m` rows: ten uniform features of six decimals and a target that depends on all of them."""
    import duckdb

    features = ", ".join(f"round(random(), 6) AS x{j + 1}" for j in range(FEATURES))
    target = " + ".join(f"{j + 1} * x{j + 1}" for j in range(FEATURES))
    query = f"SELECT *, round({target} + random(), 6) AS y FROM (SELECT {features} FROM range({m}))"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (HEADER)")
