"""How fast is a fit of a file? Beside the least that reading it can take: DuckDB's own sum of each of its columns.

In one process, with imports and compilation done: the rows are read from the file, the pass gathers the moments in
double-double, and the model is solved. A category of 1 000 levels is read from the same file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import slopewise as sw
from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import medians

QUESTION = "How fast is a fit of a file, beside DuckDB's sum of each column?"
FEATURES, LEVELS, ROUNDS = 10, 1_000, 3
FORMULA = "y ~ " + " + ".join(f"x{j + 1}" for j in range(FEATURES))
SUM, FIT, CATEGORY = "DuckDB, sum of each column", "slopewise fit", f"slopewise fit, and {LEVELS:,} levels"
CSV, PARQUET = "CSV", "Parquet"
GOALS = {CSV: Goal(1.4, True, "≤ 1.4× the sums"), PARQUET: Goal(2.0, True, "≤ 2× the sums")}
CATEGORY_GOAL = Goal(2.0, True, "≤ 2× the fit")


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows. The files lie in a temporary folder and are deleted."""
    m = 1_000_000 if quick else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        paths = {CSV: Path(folder) / "rows.csv", PARQUET: Path(folder) / "rows.parquet"}
        for path in paths.values():
            write_table(path, m)
        times = {kind: medians(_contenders(path), ROUNDS) for kind, path in paths.items()}
    rows = [row for kind in paths for row in _rows(f"{m:,} × {FEATURES + 1}, {kind}", GOALS[kind], times[kind])]
    notes = (
        f"Medians of {ROUNDS} interleaved rounds after one to warm up, in one process; the file is in the page cache.",
        "The sums are of the numeric columns alone; the fit with levels reads one column more.",
    )
    return Table(QUESTION, ("rows × columns, method", "time", "× the sums", "goal"), tuple(rows), notes)


def _contenders(path: Path) -> dict[str, Callable[[], Any]]:
    return {
        SUM: partial(_sums, path),
        FIT: partial(sw.fit, FORMULA, path),
        CATEGORY: partial(sw.fit, f"{FORMULA} + zone", path),
    }


def _rows(what: str, goal: Goal, times: dict[str, float]) -> list[tuple[str, ...]]:
    verdicts = {
        SUM: "",
        FIT: goal.verdict(times[FIT] / times[SUM]),
        CATEGORY: CATEGORY_GOAL.verdict(times[CATEGORY] / times[FIT]),
    }
    return [
        (f"{what}, {name}", seconds(taken), f"{taken / times[SUM]:.2f}×", verdicts[name])
        for name, taken in times.items()
    ]


def _sums(path: Path) -> None:
    import duckdb

    columns = ", ".join(f"sum({name})" for name in (*(f"x{j + 1}" for j in range(FEATURES)), "y"))
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {columns} FROM '{path}'").fetchall()


def write_table(path: Path, m: int) -> None:
    """A file of `m` rows: ten uniform features of six decimals, a target that depends on them all, and a zone."""
    import duckdb

    features = ", ".join(f"round(random(), 6) AS x{j + 1}" for j in range(FEATURES))
    target = " + ".join(f"{j + 1} * x{j + 1}" for j in range(FEATURES))
    zone = f"'zone' || (random() * {LEVELS})::INT % {LEVELS} AS zone"
    query = f"SELECT *, round({target} + random(), 6) AS y FROM (SELECT {features}, {zone} FROM range({m}))"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}'")
