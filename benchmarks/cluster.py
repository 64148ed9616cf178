"""What does a fit cost on Dask and Spark, beside counting the same rows in the same partitions?"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import slopewise as sw
from benchmarks.files import FEATURES, FORMULA, write_table
from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import medians

QUESTION = "What does a fit cost on Dask and Spark, beside a count of the same rows?"
PARTITIONS, ROUNDS = 8, 5
GOAL = Goal(2.0, True, "≤ 2× the count")


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows. The file lies in a temporary folder and is deleted."""
    m = 400_000 if quick else 4_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write_table(path, m)
        parts = _in_parts(path, Path(folder) / "parts")
        rows = [*_on_dask(parts, m), *_on_spark(parts, m)]
    notes = (
        f"{m:,} rows of {PARTITIONS} Parquet files in the page cache; medians of {ROUNDS} interleaved rounds, two "
        "worker processes on this machine.",
        "The count reads the same eleven columns of the same partitions, and hands them to Python, as the fit does.",
    )
    return Table(QUESTION, ("where, what", "time", "a million rows", "× the count", "goal"), tuple(rows), notes)


def _in_parts(path: Path, folder: Path) -> Path:
    """The rows of a file, the columns of the formula alone, in one file a partition."""
    table = pq.read_table(path, columns=[f"x{j + 1}" for j in range(FEATURES)] + ["y"])
    folder.mkdir()
    size = -(-table.num_rows // PARTITIONS)
    for number in range(PARTITIONS):
        pq.write_table(table.slice(number * size, size), folder / f"part-{number}.parquet")
    return folder


def _on_dask(parts: Path, m: int) -> list[tuple[str, ...]]:
    import dask.dataframe as dd

    distributed: Any = import_module("distributed")

    workers = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "host": "127.0.0.1"}
    with distributed.LocalCluster(**workers) as cluster, distributed.Client(cluster):
        frame: Any = dd.read_parquet(parts)
        contenders = {"count": frame.map_partitions(len).compute, "fit": partial(sw.fit, FORMULA, frame)}
        return list(_rows("Dask", medians(contenders, ROUNDS), m))


def _on_spark(parts: Path, m: int) -> list[tuple[str, ...]]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def counted(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        yield pa.RecordBatch.from_pydict({"rows": [sum(batch.num_rows for batch in batches)]})

    try:
        frame = session.read.parquet(str(parts))
        count = frame.mapInArrow(counted, "rows long").collect
        return list(_rows("Spark", medians({"count": count, "fit": partial(sw.fit, FORMULA, frame)}, ROUNDS), m))
    finally:
        session.stop()


def _rows(where: str, times: dict[str, float], m: int) -> Iterator[tuple[str, ...]]:
    for name, taken in times.items():
        ratio = taken / times["count"]
        verdict = GOAL.verdict(ratio) if name == "fit" else ""
        yield f"{where}, {name}", seconds(taken), seconds(taken / m * 1e6), f"{ratio:.2f}×", verdict
