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
        found = source.chosen(columns).mapInArrow(record, RECORD)
        return list(_few(found).collect())

    return finished(_in_order(running(records, source.name)), accumulator)


def _few(records: Any) -> Any:
    """The records, as Spark gives them; where there are many, or none knows how many, fewer, merged on the cluster."""
    count = _partitions(records)
    if count is not None and count <= MANY:
        return records
    width = MANY if count is None else math.isqrt(count)
    near = records.selectExpr(f"partition div {width} AS near", "partition", "parcel").groupBy("near")
    return near.applyInArrow(_merged, RECORD)


def _partitions(frame: Any) -> int | None:
    """How many partitions a data frame has; None where a Spark Connect client, which isn't told, has it."""
    if type(frame).__module__.startswith("pyspark.sql.connect."):
        return None
    return int(frame.rdd.getNumPartitions())


def _merged(near: pa.Table) -> pa.Table:
    """Neighbouring records as one; in a worker."""
    import pyarrow as pa

    records = list(zip(*(near[name].to_pylist() for name in ("partition", "parcel")), strict=True))
    return pa.table({"partition": [min(records)[0]], "parcel": [merged(_in_order(records))]})


def _in_order(records: Iterable[Sequence[Any]]) -> list[bytes]:
    """The parcels of some records in the order of their partitions."""
    return [bytes(record[1]) for record in sorted(records, key=lambda record: record[0])]


def recorded(work: bytes, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch:
    """What a partition comes to, as the one row of a batch; in a worker."""
    import pyarrow as pa
    from pyspark import TaskContext

    context = TaskContext.get()
    index = 0 if context is None else context.partitionId()
    found: Work = pickle.loads(work)
    parcel = found.parcel(index, Batches(batches, {name: found.schema.columns[name] for name in found.columns}))
    return pa.RecordBatch.from_pydict({"partition": [index], "parcel": [parcel]})
