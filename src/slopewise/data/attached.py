"""Weights given as arrays, attached to a source as columns, so that the pass meets them as it meets the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopewise.data.block import Block, Kind
from slopewise.data.partitioned import Partitioned
from slopewise.data.source import Source
from slopewise.errors import ArgumentError, ShapeError
from slopewise.typing import Array, ArrayLike


@dataclass
class Attached:
    """`source` with further columns of numbers, one entry of each for every row, in row order."""

    source: Source
    extra: dict[str, Array]

    def __post_init__(self) -> None:
        self.name = self.source.name
        self.columns: dict[str, Kind] = self.source.columns | dict.fromkeys(self.extra, "number")
        self.levels = self.source.levels
        self.written = self.source.written
        self.rows = self.source.rows
        self.rereadable = self.source.rereadable

    def blocks(self, columns: Sequence[str], *, skip: int = 0) -> Iterator[Block]:
        """The source's blocks with the further columns beside; `ShapeError` when their lengths turn out to differ."""
        import pyarrow as pa

        own = [column for column in columns if column not in self.extra]
        last = 0
        for block in self.source.blocks(own, skip=skip):
            first, last = block.first_row - 1, block.first_row - 1 + block.table.num_rows
            self._check(last, at_end=False)
            table = block.table
            for name, values in self.extra.items():
                table = table.append_column(name, pa.array(values[first:last]))
            yield Block(table.select(list(columns)), block.first_row)
        self._check(last, at_end=True)

    def describe(self) -> dict[str, Any]:
        """What the source is, for provenance."""
        return self.source.describe()

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint knows the rows by: the source's, and the digests of what is beside it."""
        given = {name: hashlib.sha256(values.tobytes()).hexdigest() for name, values in self.extra.items()}
        return {**self.source.fingerprint(), "given": given}

    def _check(self, rows: int, *, at_end: bool) -> None:
        for name, values in self.extra.items():
            if len(values) < rows or (at_end and len(values) != rows):
                count = f"{rows:,}" if at_end else f"at least {rows:,}"
                raise ShapeError(f"{name} has {len(values):,} entries and {self.name} has {count} rows; give one each")


def attach(
    source: Source, weights: str | ArrayLike | None, frequency: str | ArrayLike | None
) -> tuple[Source, str | None, str | None]:
    """The source and the names of its weight and frequency columns; arrays become columns of their own.

    >>> from slopewise.data import open_source
    >>> source, weights, _ = attach(open_source({"x": [1.0, 2.0]}), [3.0, 4.0], None)
    >>> next(source.blocks(["x", weights])).table.column(weights).to_pylist()
    [3.0, 4.0]
    """
    extra: dict[str, Array] = {}
    names: list[str | None] = []
    for label, given in (("weights", weights), ("frequency", frequency)):
        if given is None or isinstance(given, str):
            names.append(given)
            continue
        if isinstance(source, Partitioned):
            raise ArgumentError(
                f"{label} was given as an array, and the rows of {source.name} lie elsewhere, where no entry can be "
                "told to belong to one of them; make it a column there, and give its name"
            )
        values = np.asarray(given, dtype=np.float64)
        if values.ndim != 1:
            raise ShapeError(f"{label} has shape {values.shape}; give one entry for each row, or the name of a column")
        name = label
        while name in source.columns:
            name += " (given)"
        extra[name] = values
        names.append(name)
    return (Attached(source, extra) if extra else source), names[0], names[1]
