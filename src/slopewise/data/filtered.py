"""A source behind a condition: DuckDB says for which rows of a block it holds, and those are taken from the block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.data.block import Block, Kind
from slopewise.data.buffers import positions
from slopewise.data.duck import Relation, check_condition, connect, failing_condition, internal_names, interruptible
from slopewise.data.tables import TableSource, named

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from slopewise.data.protocol import Source

_VIEW = "block"
_ROW = "\0row"  # a name that no condition can use
_SQL_TYPES: dict[Kind, str] = {"number": "DOUBLE", "boolean": "BOOLEAN", "text": "VARCHAR", "date": "TIMESTAMP"}


class Filtered(TableSource):
    """The rows of `source` for which the SQL condition `where` is true; rows are counted among those.

    The condition may name any column whose kind is not 'other'.
    """

    def __init__(self, source: Source, where: str, *, threads: int | None = None) -> None:
        self._source = source
        self._where = where
        self._connection = check_where(source, where, threads=threads)
        self._usable = mentioned(source.columns, where)
        self.name = named(source.name, where)
        self.columns = dict(source.columns)
        self.rows = 0 if source.rows == 0 else None
        self.levels = source.levels
        self.rereadable = source.rereadable

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        read = tuple(dict.fromkeys((*self._usable, *columns)))
        query = Relation(_VIEW, (*self._usable, _ROW)).query([_ROW], self._where)
        with self._connection.cursor() as cursor:
            for block in self._source.blocks(read):
                yield block.table.select(list(columns)).take(self._kept(cursor, query, block))

    def _kept(self, cursor: duckdb.DuckDBPyConnection, query: str, block: Block) -> pa.Array:
        """The positions in the block, from 0, of the rows for which the condition holds."""
        import duckdb

        rows = positions(np.arange(block.table.num_rows))
        table = _nan_as_null(block.table.select(self._usable)).append_column(_ROW, rows)
        cursor.register(_VIEW, table.rename_columns(internal_names(table.num_columns)))
        try:
            with interruptible():
                return cursor.sql(query).to_arrow_table().column(0).combine_chunks()
        except duckdb.Error as error:
            last_row = block.first_row + block.table.num_rows - 1
            rows = f"rows {block.first_row} to {last_row} of {self._source.name}"
            raise failing_condition(self._where, rows, error) from None
        finally:
            cursor.unregister(_VIEW)

    def describe(self) -> dict[str, Any]:
        return {**self._source.describe(), "where": self._where}

    def fingerprint(self) -> dict[str, Any]:
        return {**self._source.fingerprint(), "where": self._where}


def check_where(source: Source, where: str, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Raise ArgumentError if `where` is no condition on the columns of `source`; the connection that says so."""
    connection = connect(threads)
    check_condition(connection, _no_rows(source, _usable(source.columns)), where)
    return connection


def mentioned(columns: Mapping[str, Kind], where: str | None) -> tuple[str, ...]:
    """The columns that the condition may need: those whose names occur in it, whatever their case.

    >>> mentioned({"area": "number", "Area code": "text", "price": "number"}, "AREA > 50")
    ('area',)
    """
    if where is None:
        return ()
    text = where.casefold()
    every = "columns" in text  # COLUMNS(*) stands for all of them
    return tuple(name for name in _usable(columns) if every or name.replace('"', '""').casefold() in text)


def _usable(columns: Mapping[str, Kind]) -> tuple[str, ...]:
    """The columns that a condition may name."""
    return tuple(name for name, kind in columns.items() if kind in _SQL_TYPES)


def _nan_as_null(table: pa.Table) -> pa.Table:
    """NaN is missing to a condition, as it is to a formula; to DuckDB it would be the largest number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            column = table.column(place)
            table = table.set_column(place, field, pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column))
    return table


def _no_rows(source: Source, names: tuple[str, ...]) -> Relation:
    """A relation with columns of the source's kinds and no rows, on which a condition can be tried."""
    internal = internal_names(len(names))
    columns = (
        f'CAST(NULL AS {_SQL_TYPES[source.columns[name]]}) AS "{inside}"'
        for name, inside in zip(names, internal, strict=True)
    )
    return Relation(f"(SELECT {', '.join(columns)} WHERE false)", names)
