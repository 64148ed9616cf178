"""Spark's data frames as sources: queries whose answer comes in partitions, of which Python sees Arrow batches.

Conditions and the choice of columns stay in Spark, so that a reader below them skips what is not wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeVar

from slopewise.data.block import Kind
from slopewise.data.columns import block_type, kind_of
from slopewise.data.partitioned import Partitioned, Schema, needed, unreadable
from slopewise.data.tables import TableSource
from slopewise.errors import ArgumentError, SlopewiseError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "the Spark DataFrame"

Result = TypeVar("Result")


def is_spark(data: Any) -> bool:
    """Whether `data` is a Spark data frame; told by its module, since whoever has one has imported Spark."""
    return type(data).__module__.startswith("pyspark.sql.") and hasattr(data, "mapInArrow")


class SparkFrame(Partitioned):
    """The rows of a Spark data frame for which the condition `where`, in Spark's SQL and by its rules, holds."""

    library = "Spark"

    def __init__(self, frame: Any, where: str | None = None) -> None:
        needed("pandas", "spark")  # without which Spark gives Python no Arrow batches
        if len(set(frame.columns)) < len(frame.columns):
            raise SourceError(f"{NAME} has two columns of one name; rename one of them")
        super().__init__(_schema(frame), where)
        self._frame = frame if where is None else _filtered(frame, where)

    def chosen(self, columns: Sequence[str]) -> Any:
        """The Spark data frame of these columns, by names of ours: Spark takes x and X for one, a dot for a path."""
        ours = {name: f"slopewise_{place}" for place, name in enumerate(self.columns)}
        return self._frame.toDF(*ours.values()).select([ours[name] for name in columns])

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        batches = running(lambda: self.chosen(columns).toArrow().to_batches(rows), self.name)
        return Batches(batches, {name: self.columns[name] for name in columns}).tables(columns, rows)


class Batches(TableSource):
    """The Arrow batches of one partition, which can be read once; their columns are `columns`, in this order."""

    def __init__(self, batches: Iterable[pa.RecordBatch], columns: Mapping[str, Kind]) -> None:
        self.name, self.columns, self.rows, self.rereadable = NAME, dict(columns), None, False
        self._batches = batches

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        names = list(self.columns)
        return (pa.Table.from_batches([batch]).rename_columns(names).select(columns) for batch in self._batches)

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "kind": "spark", "rows": None, "columns": len(self.columns)}


def running(run: Callable[[], Result], name: str) -> Result:
    """`run()`, where whatever goes wrong in Spark becomes a SourceError."""
    try:
        return run()
    except SlopewiseError:
        raise
    except Exception as error:  # Py4J's, PySpark's, and what is raised in workers
        raise unreadable(name, _reason(error), "see what Spark says of it") from error


def _reason(error: Exception) -> str:
    """The line of a long message that says what went wrong: the first, or where that quotes a worker, its error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    raised = [line for line in lines[1:] if re.match(r"[\w.]+(Error|Exception|Exit)\b", line)]
    chosen = raised[-1] if raised and "Python worker" in lines[0] else lines[0]
    return chosen.partition(" SQLSTATE")[0].rstrip(".;")


def _filtered(frame: Any, where: str) -> Any:
    try:
        return frame.where(where)
    except Exception as error:  # noqa: BLE001 — Spark's parser has several trees of errors
        raise ArgumentError(f"where={where!r} is not a condition on the columns: {_reason(error)}") from None


def _schema(frame: Any) -> Schema:
    """What is known of all partitions before any is read."""
    zone = str(frame.sparkSession.conf.get("spark.sql.session.timeZone"))
    types: dict[str, pa.DataType | None] = {field.name: _arrow_type(field.dataType, zone) for field in frame.schema}
    kinds: dict[str, Kind] = {name: "other" if found is None else kind_of(found) for name, found in types.items()}
    return Schema(NAME, kinds, types, {})


def _arrow_type(kind: Any, zone: str) -> pa.DataType | None:
    """The type in a block, points in time in this zone; None where Spark gives Arrow no such values."""
    from pyspark.errors import PySparkException
    from pyspark.sql.pandas.types import to_arrow_type

    zoned: dict[str, Any] = {"timezone": zone} if "timezone" in signature(to_arrow_type).parameters else {}
    try:
        return block_type(to_arrow_type(kind, **zoned))
    except PySparkException:
        return None
