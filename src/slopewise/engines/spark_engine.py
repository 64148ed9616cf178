"""One pass over a Spark data frame: each partition's Arrow batches become one small record, and records are merged.

Where there are many partitions, records are merged on the cluster first, some dozens at a time, and then here.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from slopewise.data.block import Block
from slopewise.data.spark_frames import Batches, SparkFrame, running
from slopewise.engines.local import Accumulator
from slopewise.engines.partitions import Work, finished, merged

if TYPE_CHECKING:
    import pyarrow as pa

A = TypeVar("A", bound=Accumulator[Any])

RECORD = "partition long, parcel binary"
MANY = 64
"""Partitions beyond which records are merged on the cluster first: one machine would hold too many of them."""


def reduce(
    source: SparkFrame, columns: Sequence[str], prepare: Callable[[Block], Any], accumulator: A
) -> tuple[A, int]:
    """The accumulator over all rows of `source`, as `engines.local.reduce` has it, and how many rows there are."""
    work = pickle.dumps(Work(source.schema, tuple(columns), prepare, accumulator), protocol=5)

    def record(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield recorded(work, batches)

    def records() -> list[Any]:
        chosen = source.chosen(columns)
        found = chosen.mapInArrow(record, RECORD)
        return list((_joined(found, count) if (count := _partitions(chosen)) > MANY else found).collect())

    return finished(_in_order((row[0], bytes(row[1])) for row in running(records, source.name)), accumulator)


def _partitions(frame: Any) -> int:
    """About how many partitions the frame has, without computing any; 0 where Spark does not say (Spark Connect)."""
    plan = getattr(frame, "_jdf", None)
    return 0 if plan is None else int(plan.queryExecution().executedPlan().outputPartitioning().numPartitions())


def _joined(records: Any, count: int) -> Any:
    """About √count records instead of `count`, merged on the cluster."""
    width = math.isqrt(count)

    def join(table: pa.Table) -> pa.Table:
        return joined(table)

    return records.groupBy((records["partition"] / width).cast("long")).applyInArrow(join, RECORD)


def joined(table: pa.Table) -> pa.Table:
    """The records of a table as one; in a worker."""
    import pyarrow as pa

    found = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return pa.table({"partition": [min(index for index, _ in found)], "parcel": [merged(_in_order(found))]})


def _in_order(records: Iterable[tuple[int, bytes]]) -> list[bytes]:
    return [parcel for _, parcel in sorted(records)]


def recorded(work: bytes, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch:
    """What a partition comes to, as the one row of a batch; in a worker."""
    import pyarrow as pa
    from pyspark import TaskContext

    context = TaskContext.get()
    index = 0 if context is None else context.partitionId()
    found: Work = pickle.loads(work)
    parcel = found.parcel(index, Batches(batches, found.schema.columns))
    return pa.RecordBatch.from_pydict({"partition": [index], "parcel": [parcel]})
