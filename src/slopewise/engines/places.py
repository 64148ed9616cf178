"""Where a pass runs: on the threads of this machine, or on the cluster where the rows lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from slopewise.data.block import Block
from slopewise.data.dask_frames import DaskFrame
from slopewise.data.protocol import Source
from slopewise.data.spark_frames import SparkFrame
from slopewise.engines import local
from slopewise.engines.local import Accumulator

A = TypeVar("A", bound=Accumulator[Any])


def reduce(
    source: Source,
    columns: Sequence[str],
    prepare: Callable[[Block], Any],
    accumulator: A,
    *,
    threads: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> A:
    """`engines.local.reduce`, or the same on the cluster that holds the rows.

    There each worker has one thread, whatever `threads` says of this machine, and `progress` is called at the end.
    """
    if isinstance(source, DaskFrame):
        from slopewise.engines import dask_engine

        total, rows = dask_engine.reduce(source, columns, prepare, accumulator)
    elif isinstance(source, SparkFrame):
        from slopewise.engines import spark_engine

        total, rows = spark_engine.reduce(source, columns, prepare, accumulator)
    else:
        return local.reduce(source, columns, prepare, accumulator, threads=threads, progress=progress)
    if progress is not None:
        progress(rows, rows)
    return total
