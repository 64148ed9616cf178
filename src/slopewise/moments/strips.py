"""Columns of numbers that lie where they lie: each for itself, in one run of rows or several, read without a copy.

A file or a frame hands over its columns like this. To copy them into one array first would cost a kernel about as much
as all its products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from slopewise.typing import AnyArray, Array, IntArray

IN_PLACE = tuple(map(np.dtype, ("float64", "float32", "int64", "int32")))
"""The types of numbers that are read as they lie; to float64 each value goes by one rounding at most."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A column of m numbers: its `runs`, (m₁,), (m₂,) … with Σ mᵢ = m, all of one of the types `IN_PLACE`.

    >>> Strip((np.array([1, 2]), np.array([3]))).values.tolist()
    [1.0, 2.0, 3.0]
    """

    runs: tuple[AnyArray, ...]

    @classmethod
    def of(cls, values: AnyArray) -> Strip:
        """The strip of one array (m,); it is copied if its values do not lie together."""
        return cls((np.ascontiguousarray(values, dtype=None if values.dtype in IN_PLACE else np.float64),))

    def __len__(self) -> int:
        return sum(map(len, self.runs))

    @cached_property
    def values(self) -> Array:
        """The numbers as one array, (m,) of float64; a single run of float64 is not copied."""
        if len(self.runs) == 1:
            return self.runs[0].astype(np.float64, copy=False)
        joined = np.empty(len(self))
        return np.concatenate(self.runs, out=joined) if self.runs else joined

    def at(self, rows: IntArray) -> Array:
        """The numbers in some rows, which ascend, as float64."""
        found, first = [np.empty(0)], 0
        for run in self.runs:
            start, stop = np.searchsorted(rows, [first, first + len(run)])
            found.append(run[rows[start:stop] - first].astype(np.float64))
            first += len(run)
        return np.concatenate(found)


class Lying(NamedTuple):
    """Where strips lie in memory, cut into r runs of rows that all of them share.

    `starts` (r + 1,) are the rows where runs begin, and m; `addresses` (r, q) those of the first value of each strip in
    each run; `kinds` (q,) the places of their types in `IN_PLACE`. Valid for as long as the strips are alive.
    """

    starts: IntArray
    addresses: IntArray
    kinds: IntArray


@dataclass(frozen=True, eq=False)
class Strips:
    """q columns of the same m rows.

    >>> table = Strips((Strip((np.array([1, 2]), np.array([3]))), Strip.of(np.array([0.5, 1.5, 2.5]))))
    >>> table.shape, table.joined.tolist(), table.lying.starts.tolist()
    ((3, 2), [[1.0, 0.5], [2.0, 1.5], [3.0, 2.5]], [0, 2, 3])
    """

    columns: tuple[Strip, ...]

    @cached_property
    def shape(self) -> tuple[int, int]:
        """m and q."""
        return len(self.columns[0]), len(self.columns)

    @cached_property
    def joined(self) -> Array:
        """The columns as one array, (m, q), Fortran order: a copy."""
        table = np.empty(self.shape, order="F")
        for j, column in enumerate(self.columns):
            np.concatenate([np.empty(0), *column.runs], out=table[:, j])
        return table

    def at(self, rows: IntArray) -> Array:
        """Some rows, which ascend, (n, q)."""
        return np.column_stack([column.at(rows) for column in self.columns])

    @cached_property
    def lying(self) -> Lying:
        """Where all this lies."""
        if all(len(column.runs) == 1 for column in self.columns):
            runs = [column.runs[0] for column in self.columns]
            ends, places = [0, len(runs[0])], [[values.__array_interface__["data"][0] for values in runs]]
            types = [IN_PLACE.index(values.dtype) for values in runs]
            return Lying(*(np.array(found, dtype=np.int64) for found in (ends, places, types)))
        own = [_starts(column) for column in self.columns]
        starts = np.unique(np.concatenate(own))
        addresses = np.empty((len(starts) - 1, len(own)), dtype=np.int64)
        for j, (column, begun) in enumerate(zip(self.columns, own, strict=True)):
            run = np.searchsorted(begun, starts[:-1], side="right") - 1
            first = np.array([values.__array_interface__["data"][0] for values in column.runs], dtype=np.int64)
            steps = np.array([values.itemsize for values in column.runs], dtype=np.int64)
            addresses[:, j] = first[run] + (starts[:-1] - begun[run]) * steps[run]
        kinds = [IN_PLACE.index(column.runs[0].dtype) if column.runs else 0 for column in self.columns]
        return Lying(starts, addresses, np.array(kinds, dtype=np.int64))


def _starts(column: Strip) -> IntArray:
    return np.cumsum([0, *map(len, column.runs)], dtype=np.int64)


def joined(columns: Sequence[Array | None], rows: int) -> Array | None:
    """Columns (m,) side by side, (m, k), Fortran order, zeros where one is None; None if all are."""
    if all(column is None for column in columns):
        return None
    table = np.zeros((rows, len(columns)), order="F")
    for j, column in enumerate(columns):
        if column is not None:
            table[:, j] = column
    return table
