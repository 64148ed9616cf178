"""A block: a run of consecutive rows as Arrow columns, and where in the source they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

Kind: TypeAlias = Literal["number", "boolean", "text", "date", "other"]
"""What a column holds, as far as a formula has to know it."""


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a source; `first_row` is the number of the first of them, data rows counted from 1.

    `table` has the columns that were asked for, in the order they were asked for. Its row i (from 0) is the
    source's data row `first_row + i`, so that any row can be named in a message.
    """

    table: pa.Table
    first_row: int
