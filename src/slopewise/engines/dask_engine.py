"""One pass over a Dask data frame: a task for each partition, and a tree of tasks that merge what these come to.

It runs wherever Dask runs: on the client in force, on a cluster of processes, or on the threads of this one.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from slopewise.data.block import Block
from slopewise.data.dask_frames import DaskFrame, opened, running
from slopewise.data.partitioned import needed
from slopewise.engines.local import Accumulator
from slopewise.engines.partitions import FAN_IN, Work, finished, merged

PARCEL = (None, object)
"""What Dask is to take a parcel for: an object."""

A = TypeVar("A", bound=Accumulator[Any])


def reduce(source: DaskFrame, columns: Sequence[str], prepare: Callable[[Block], Any], accumulator: A) -> tuple[A, int]:
    """The accumulator over all rows of `source`, as `engines.local.reduce` has it, and how many rows there are."""
    dask = needed("dask", "dask")
    work = pickle.dumps(Work(source.schema, tuple(columns), prepare, accumulator), protocol=5)

    def parcels() -> list[bytes]:
        chosen = source.chosen(columns)
        level = chosen.map_partitions(_parcel, dask.delayed(work), meta=PARCEL, enforce_metadata=False).to_delayed()
        while len(level) > FAN_IN:
            level = [dask.delayed(merged)(level[at : at + FAN_IN]) for at in range(0, len(level), FAN_IN)]
        found: tuple[list[bytes]] = dask.compute(level)
        return found[0]

    return finished(running(parcels, source.name), accumulator)


def _parcel(part: Any, work: bytes, partition_info: Mapping[str, Any]) -> bytes:
    """What a partition, a pandas frame, comes to; `partition_info` is how Dask says which one it is.

    It is one task with what makes the partition, so that no partition is kept, measured or sent.
    """
    found: Work = pickle.loads(work)
    return found.parcel(partition_info["number"], opened(part))
