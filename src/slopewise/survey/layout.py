"""`Layout`: which columns a survey reads, and as what; it turns each block into `Surveyed`, as a design makes rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from slopewise.data.block import Block, Kind
from slopewise.data.hashing import Hashes, of_rows
from slopewise.data.protocol import Source
from slopewise.survey.cells import Cells
from slopewise.typing import Array

CELLS = 2**22
"""As many values as all columns together keep, beyond the least that each may have."""


@dataclass(frozen=True)
class Surveyed:
    """One block: its columns, the target's numbers (m,) or None, and a hash for each row number (m,)."""

    columns: tuple[Cells, ...]
    target: Array | None
    hashes: Hashes


@dataclass(frozen=True)
class Layout:
    """The columns of a source that are read, in order, and their kinds; `target` is one of them or None.

    `as_written` names, for columns whose cells are to be read as they stand, the source's column of these texts.
    Each column keeps at most `levels` distinct values, and the sample at most `rows` rows.

    >>> from slopewise.data.source import open_source
    >>> source = open_source({"x": [1.0, 2.0]})
    >>> layout = Layout.of(source)
    >>> layout.prepare(next(source.blocks(layout.reads))).columns[0].numbers.tolist(), layout.levels
    ([1.0, 2.0], 4096)
    """

    kinds: Mapping[str, Kind]
    target: str | None = None
    as_written: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        source: Source,
        target: str | None = None,
        *,
        without: Collection[str] = (),
        as_written: Mapping[str, str] | None = None,
    ) -> Layout:
        """All columns of `source` but those in `without`."""
        kinds = {name: kind for name, kind in source.columns.items() if name not in without}
        return cls(kinds, target if target in kinds else None, as_written or {})

    @property
    def reads(self) -> list[str]:
        """The columns to ask of the source."""
        return [self.as_written.get(name, name) for name in self.kinds]

    @property
    def levels(self) -> int:
        """Distinct values that a column keeps at most: fewer where there are many columns."""
        return max(256, min(4096, CELLS // max(len(self.kinds), 1)))

    @property
    def rows(self) -> int:
        """Rows that the sample keeps at most."""
        return max(512, min(16_384, CELLS // max(len(self.kinds), 1)))

    def prepare(self, block: Block) -> Surveyed:
        """The block's columns, each in the shape that its accumulators read."""
        first = block.first_row
        columns = tuple(
            Cells.of(column, kind, first, as_written=name in self.as_written)
            for (name, kind), column in zip(self.kinds.items(), block.table.columns, strict=True)
        )
        target = None if self.target is None else columns[list(self.kinds).index(self.target)].numbers
        return Surveyed(columns, target, of_rows(np.arange(first, first + block.table.num_rows)))
