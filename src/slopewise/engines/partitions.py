"""A pass over rows that lie in partitions: what a worker does with one of them, and how what they come to is merged.

    partition k ─► blocks ─► prepare, add ─► parcel k ─┐
                                                       ├─► merged, in the order of the partitions ─► … ─► one parcel
    partition k + 1 ─► … ──────────────► parcel k + 1 ─┘

A parcel is bytes. It is made anew by whoever does a task again, and nothing changes it; so it makes no difference
whether a task fails, is repeated, or is done twice at a time. Parcels travel within one cluster alone, which hands its
own objects around in the same way; no file holds one.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np

from slopewise.data.block import Block
from slopewise.data.partitioned import Schema
from slopewise.data.tables import TableSource
from slopewise.engines.local import Accumulator
from slopewise.errors import SlopewiseError
from slopewise.threads import one_blas_thread, one_thread
from slopewise.typing import IntArray

A = TypeVar("A", bound=Accumulator[Any])

FAN_IN = 16
"""Parcels that are merged at once."""

ROOM = 2**40
"""Row numbers that a partition has for itself: row i of partition k is ROOM·k + i until all partitions are counted."""


@dataclass(frozen=True, eq=False)
class Work:
    """What is to be done with every partition; it pickles."""

    schema: Schema
    columns: tuple[str, ...]
    prepare: Callable[[Block], Any]
    empty: Accumulator[Any]

    def parcel(self, index: int, tables: TableSource) -> bytes:
        """What the rows of partition `index`, which `tables` gives, come to."""
        counts, total = {index: 0}, self.empty
        try:
            with one_thread(), one_blas_thread():
                for block in self.schema.opened(tables).blocks(self.columns):
                    total = total.merge(self._added(index, block))
                    counts[index] += block.rows
        except SlopewiseError as error:
            return _packed(_Parcel(None, counts, _Failure(index, type(error), f"partition {index}: {error}")))
        return _packed(_Parcel(total, counts))

    def _added(self, index: int, block: Block) -> Any:
        """The rows of one block."""
        try:
            numbered = replace(block, first_row=ROOM * index + block.first_row)
            return self.empty.add(self.prepare(numbered))
        except SlopewiseError:
            self.empty.add(
                self.prepare(block)
            )  # raises the same error, which names a row by its place in the partition
            raise


@dataclass(frozen=True)
class _Failure:
    """The error of a partition, in parts: some errors are not made from their message alone."""

    index: int
    kind: type[SlopewiseError]
    message: str

    def error(self) -> SlopewiseError:
        made = self.kind.__new__(self.kind, self.message)
        made.args = (self.message,)
        return made


@dataclass(frozen=True, eq=False)
class _Parcel:
    """The total of some partitions, how many rows each had, and the earliest failure among them."""

    total: Any
    counts: dict[int, int] = field(default_factory=dict)
    failure: _Failure | None = None

    def merge(self, other: _Parcel) -> _Parcel:
        counts = {**self.counts, **other.counts}
        failures = [part.failure for part in (self, other) if part.failure is not None]
        if failures:
            return _Parcel(None, counts, min(failures, key=lambda failure: failure.index))
        return _Parcel(self.total.merge(other.total), counts)


def merged(parcels: Iterable[bytes]) -> bytes:
    """What the partitions of several parcels, in their order, come to together."""
    return _packed(_merged(parcels))


def finished(parcels: Iterable[bytes], empty: A) -> tuple[A, int]:
    """The total of all partitions, rows numbered through, and how many rows there are. Raises the earliest error."""
    found = _merged(parcels)
    if found is None:
        return empty, 0
    if found.failure is not None:
        raise found.failure.error()
    total: A = found.total
    renumber = getattr(total, "renumbered", None)
    return total if renumber is None else renumber(_numbers(found.counts)), sum(found.counts.values())


def _numbers(counts: Mapping[int, int]) -> Callable[[IntArray], IntArray]:
    """From a row's place in its partition to its place in all of them."""
    sizes = [counts.get(index, 0) for index in range(max(counts) + 1)]
    before = np.array([0, *accumulate(sizes)], dtype=np.int64)
    return lambda numbers: before[numbers // ROOM] + numbers % ROOM


def _merged(parcels: Iterable[bytes]) -> _Parcel | None:
    """In a balanced tree: each total meets others of its own size."""
    with one_thread():
        level = [_opened(parcel) for parcel in parcels]
        while len(level) > 1:
            level = [_both(level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0] if level else None


def _both(parcels: Sequence[_Parcel]) -> _Parcel:
    return parcels[0] if len(parcels) == 1 else parcels[0].merge(parcels[1])


def _packed(parcel: _Parcel | None) -> bytes:
    return pickle.dumps(parcel, protocol=5)


def _opened(parcel: bytes) -> _Parcel:
    found: _Parcel = pickle.loads(parcel)
    return found
