"""A block: a run of consecutive rows as Arrow columns, and where in the source they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

Kind: TypeAlias = Literal["number", "boolean", "text", "date", "other"]
"""What a column holds, as far as a formula has to know it."""


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a source; `first_row` is the number of the first of them, data rows counted from 1.

    `stored` has the columns that were asked for, in the order they were asked for. Its row i (from 0) is the
    source's data row `first_row + i`, so that any row can be named in a message. Texts in the columns `coded` stand in
    a dictionary, because the reader found them in one: unlike another dictionary it declares no levels.
    """

    stored: pa.Table
    first_row: int
    coded: frozenset[str] = frozenset()

    @cached_property
    def table(self) -> pa.Table:
        """The columns, those in `coded` as plain texts."""
        return decoded(self.stored, self.coded)

    @property
    def rows(self) -> int:
        """How many rows these are."""
        return int(self.stored.num_rows)


def decoded(table: pa.Table, names: Collection[str]) -> pa.Table:
    """The table with the dictionaries in these columns undone.

    >>> import pyarrow as pa
    >>> decoded(pa.table({"s": pa.array(["a", "b", "a"]).dictionary_encode()}), ["s"]).schema
    s: string
    """
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if field.name in names and pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(field.type.value_type))
    return table
