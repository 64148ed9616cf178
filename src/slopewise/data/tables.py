"""From a stream of Arrow tables of any size to blocks of a fixed one.

A block's size depends on the number of columns alone, never on the carrier or on timing. So the same rows give the same
blocks, and the same sums to the last bit, whether they come from a CSV, forty Parquet shards or a data frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from slopewise.data.block import Block, Kind, decoded
from slopewise.data.columns import in_block_types
from slopewise.errors import ArgumentError, ColumnTypeError, UnknownColumn

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 122_880  # a row group of DuckDB, so that its batches mostly pass through unsplit
CELLS = 2**22  # 32 MiB of float64


def rows_per_block(columns: int) -> int:
    """Rows in a block of so many columns: 122 880, or fewer where that would exceed 32 MiB of float64.

    >>> rows_per_block(11), rows_per_block(400)
    (122880, 10485)
    """
    return max(1024, min(ROWS, CELLS // max(columns, 1)))


def blocks_of(
    tables: Iterable[pa.Table], rows: int, first_row: int = 1, coded: Collection[str] = ()
) -> Iterator[Block]:
    """Cut and join `tables` into blocks of `rows` rows (the last may be shorter), none empty.

    A column of a block has a chunk for each of the tables that it comes from: nothing is copied. `coded` are columns
    of texts that may come in a dictionary: see `Block`.
    """
    parts: list[pa.Table] = []
    held = 0
    for table in tables:
        rest = in_block_types(table)
        while rest.num_rows:
            part = rest.slice(0, rows - held)
            rest = rest.slice(part.num_rows)
            parts.append(part)
            held += part.num_rows
            if held == rows:
                yield _joined(parts, first_row, coded)
                first_row += held
                parts, held = [], 0
    if held:
        yield _joined(parts, first_row, coded)


def without_first(tables: Iterable[pa.Table], skip: int) -> Iterator[pa.Table]:
    """The tables without their first `skip` rows.

    >>> import pyarrow as pa
    >>> [table["x"].to_pylist() for table in without_first([pa.table({"x": [1, 2]}), pa.table({"x": [3, 4]})], 3)]
    [[4]]
    """
    for table in tables:
        passed = min(skip, table.num_rows)
        skip -= passed
        if passed < table.num_rows:
            yield table.slice(passed)


def _joined(parts: list[pa.Table], first_row: int, coded: Collection[str]) -> Block:
    import pyarrow as pa

    dictionaries = [{f.name for f in p.schema if f.name in coded and pa.types.is_dictionary(f.type)} for p in parts]
    in_all = frozenset.intersection(*map(frozenset, dictionaries))
    parts = [decoded(part, own - in_all) for part, own in zip(parts, dictionaries, strict=True)]
    try:
        # Files that are read as one may differ within a kind: integers here and float64 there.
        return Block(pa.concat_tables(parts, promote_options="permissive"), first_row, in_all)
    except pa.ArrowException as error:
        raise ColumnTypeError(f"parts of the table do not fit together ({error}); convert them to one type") from None


class TableSource(ABC):
    """A source that can stream tables of its columns; what it streams becomes blocks here."""

    name: str
    columns: dict[str, Kind]
    levels: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    written: Mapping[str, str] = MappingProxyType({})
    rows: int | None
    rereadable: bool = True
    coded: Collection[str] = ()
    """The columns of texts that `tables` may give in a dictionary, without declaring levels."""

    @abstractmethod
    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        """Stream the rows in order, these columns only, in tables of about `rows` rows or fewer."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """What the source is, for provenance."""

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint knows the rows by (see `Source`)."""
        return self.describe()

    def tables_after(self, columns: Sequence[str], rows: int, skip: int) -> Iterator[pa.Table]:
        """As `tables`, without the first `skip` rows; a source that can pass them over unread does."""
        return without_first(self.tables(columns, rows), skip)

    def blocks(self, columns: Sequence[str], *, skip: int = 0) -> Iterator[Block]:
        """Read the rows in order, these columns only. Raises UnknownColumn at once, before reading.

        The first `skip` rows are passed over; if those are whole blocks, the others are as they were.
        """
        hidden = set(self.written.values())
        check_columns(columns, self.columns, self.name, hidden)
        rows = rows_per_block(len(columns))
        tables = self.tables_after(columns, rows, skip) if skip else self.tables(columns, rows)
        return blocks_of(tables, rows, skip + 1, self.coded)


def named(name: str, where: str | None) -> str:
    """What messages call the rows of `name` for which `where` holds.

    >>> named("ames.csv", None), named("ames.csv", "area > 50 ")
    ('ames.csv', 'ames.csv (where area > 50)')
    """
    return name if where is None else f"{name} (where {where.strip()})"


def check_columns(
    columns: Sequence[str], available: Mapping[str, Kind], where: str, hidden: Collection[str] = ()
) -> None:
    """Raise UnknownColumn for the first of `columns` that is missing, ArgumentError for none or a repeated one.

    Columns in `hidden` are there too, but suggested to nobody.
    """
    for column in columns:
        if column not in available and column not in hidden:
            raise UnknownColumn(column, available, where)
    if not columns or len(set(columns)) < len(columns):
        raise ArgumentError(f"blocks() of {where} was asked for {list(columns)}; name one column or more, each once")
