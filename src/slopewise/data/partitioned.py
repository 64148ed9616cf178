"""Rows that lie in partitions on a cluster: what is known of them before any is read, and one partition as a source.

A partition is opened where it lies, by the same code that opens a table here, and gives blocks as that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from slopewise.data.block import Kind
from slopewise.data.fitted import Layout
from slopewise.data.tables import TableSource, named
from slopewise.errors import ArgumentError, MissingExtra, SourceError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Schema:
    """What every partition of a table holds, and which of its rows are meant; small, and pickles.

    `types` maps each column to its Arrow type in a block (None where Arrow has no such values), `levels` those that
    declare any to their levels. `where` is a condition in SQL that is yet to be applied.
    """

    name: str
    columns: Mapping[str, Kind]
    types: Mapping[str, pa.DataType | None]
    levels: Mapping[str, tuple[str, ...]]
    where: str | None = None

    def opened(self, tables: TableSource) -> TableSource:
        """The rows of one partition, that `tables` gives, as a source of their own: its rows are counted from 1."""
        part = _Part(self, tables)
        if self.where is None:
            return part
        from slopewise.data.filtered import Filtered

        return Filtered(part, self.where, threads=1)


def needed(package: str, extra: str) -> Any:
    """The package; `MissingExtra` where it cannot be imported.

    >>> needed("math", "spark").sqrt(4.0)
    2.0
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtra(
            f"{package} cannot be imported ({error}); install what is needed with: pip install 'slopewise[{extra}]'"
        ) from None


def unreadable(name: str, reason: str, advice: str) -> SourceError:
    """The error for rows that a cluster does not give."""
    if "No module named 'slopewise" in reason:
        return SourceError(f"the workers that hold {name} have no slopewise; install the version of this machine there")
    return SourceError(f"{name} cannot be read: {reason}; {advice}")


class _Part(TableSource):
    """The rows of one partition, fitted to the schema, since a partition may look otherwise by itself."""

    def __init__(self, schema: Schema, tables: TableSource) -> None:
        self.name, self._schema, self._tables = schema.name, schema, tables
        self.columns = {name: kind for name, kind in schema.columns.items() if name in tables.columns}
        self.levels = schema.levels
        self.rows = tables.rows

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        from slopewise.data.columns import in_block_types

        types = {name: known for name in columns if (known := self._schema.types[name]) is not None}
        levels = {name: listed for name, listed in self.levels.items() if name in types}
        layout = Layout(types, levels, "its declared types")
        for table in self._tables.tables(columns, rows):
            if table.num_rows:
                yield layout.fitted(in_block_types(table), self.name)

    def describe(self) -> dict[str, Any]:
        return self._tables.describe()


class Partitioned(TableSource):
    """A table whose rows lie in partitions on a cluster, to be added up where they are (`slopewise.engines`).

    What needs the rows here, such as a prediction for each, has them brought partition by partition: they are a source
    like any other.
    """

    library: str
    """What the cluster is: 'Dask', 'Spark'."""

    def __init__(self, schema: Schema, where: str | None) -> None:
        self.schema, self._where = schema, where
        self.name = named(schema.name, where)
        self.columns = dict(schema.columns)
        self.levels = schema.levels
        self.rows = None

    def describe(self) -> dict[str, Any]:
        where = {} if self._where is None else {"where": self._where}
        kind = self.library.lower()
        return {"name": self.schema.name, "kind": kind, "rows": None, "columns": len(self.columns), **where}

    def fingerprint(self) -> NoReturn:
        raise ArgumentError(
            f"a checkpoint is of rows in one order, and {self.name} has none; leave it out: {self.library} does failed "
            "tasks again by itself"
        )
