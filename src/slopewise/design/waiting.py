"""A block's rows sorted by group: those of a group that has many of them are summed, the others wait their turn.

Waiting rows are what the block was prepared as, where it lies. A buffer, used again and again, takes those of many
blocks while they are added to the states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from slopewise.design.expressions import Numbers
from slopewise.design.grouping import Grouping
from slopewise.design.rows import ColumnKey, Rows, key_of
from slopewise.moments.dealing import tallied
from slopewise.moments.paired import exponents_of
from slopewise.moments.rows import WeightedRows
from slopewise.moments.runs import Runs, is_large
from slopewise.moments.stacks import Stack
from slopewise.moments.weighing import Weighed, Weighing
from slopewise.typing import Array, IntArray

MANY = 64
"""Rows of a group in one block from which on they do not wait."""

CHUNK = 4_096
"""Waiting rows that are placed in the buffer at a time: so many of ten columns stay in a core's own cache."""


@dataclass(frozen=True, eq=False)
class Part:
    """The rows of one block. Its groups are the rows of `values`, some of them repeated perhaps; all their rows are
    counted in `rows`, `log_weight`.

    `numbers` are the columns `columns` and the target, `exponents` (q,) theirs; `waiting` the rows not yet added, all
    for None, of the groups `codes`; `sums` the states of the groups `summed`.
    """

    values: pa.Table
    columns: tuple[ColumnKey, ...]
    rows: IntArray
    log_weight: Array | None
    exponents: Array
    numbers: tuple[Numbers, ...]
    weights: Array | None
    waiting: IntArray | None
    codes: IntArray
    sums: Stack
    summed: IntArray

    @property
    def size(self) -> int:
        """Bytes of the waiting rows."""
        return 8 * len(self.codes) * (len(self.numbers) + 4) + 2_000

    @property
    def has_lows(self) -> bool:
        """Whether some column was formed in double-double."""
        return any(column.low is not None for column in self.numbers)


class Buffer:
    """The waiting rows of several parts, one part after another, the values of a row side by side."""

    def __init__(self) -> None:
        self.space = np.empty(0)

    def filled(self, parts: Sequence[Part], columns: tuple[ColumnKey, ...]) -> WeightedRows:
        """The rows of all parts with these columns, zeros where a part has none; they are good until the next call."""
        m, q = sum(len(part.codes) for part in parts), len(columns) + 1
        lows, weighted = any(part.has_lows for part in parts), parts[0].weights is not None
        space = self._space(m, q + q * lows + weighted)
        start = 0
        for part in parts:
            here = space[start : start + len(part.codes)]
            start += len(part.codes)
            at = positions(part.columns, columns)
            given = [(at[j], column.high) for j, column in enumerate(part.numbers)]
            if lows:
                given += [(q + at[j], column.low) for j, column in enumerate(part.numbers) if column.low is not None]
            if part.weights is not None:
                given.append((space.shape[1] - 1, part.weights))
            _place(here, given, part.waiting)
        rounding = np.max([spread([n.rounding for n in part.numbers], part, columns) for part in parts], axis=0)
        below = (space[:, q : 2 * q - 1], space[:, 2 * q - 1]) if lows else (None, None)
        v = space[:, -1] if weighted else None
        weighing = Weighing.of(Weighed(v, m, 0.0, 0.0))
        return WeightedRows((space[:, : q - 1], space[:, q - 1]), weighing, rounding, *below)

    def _space(self, m: int, width: int) -> Array:
        """An array (m, width)."""
        if not m * width <= len(self.space) <= 4 * m * width:
            self.space = np.empty(m * width * 9 // 8)  # new memory is slow, and the next may be somewhat larger
        return self.space[: m * width].reshape(m, width)


def _place(space: Array, given: Sequence[tuple[int, Array]], rows: IntArray | None) -> None:
    """Some rows, or all, of arrays into the columns of a part of the buffer that they come with; zeros into the others.

    Chunk by chunk, so that a row's values meet in the cache.
    """
    for start in range(0, len(space), CHUNK):
        here = space[start : start + CHUNK]
        at = slice(start, start + len(here)) if rows is None else rows[start : start + CHUNK]
        if len(given) < space.shape[1]:
            here[...] = 0.0
        for j, values in given:
            here[:, j] = values[at]


def part_of(grouping: Grouping, rows: Rows) -> Part:
    """The rows of a block; those of groups that have many of them are summed."""
    numbers = *_numbers(rows), rows.target
    large = is_large(len(rows.number), len(numbers) - 1)
    codes, values = grouping.members(rows, repeated=large)
    count = values.num_rows
    strips, lows = [column.strip for column in numbers], [column.low for column in numbers]
    rounding = np.array([column.rounding for column in numbers])
    given = WeightedRows.of_strips(strips, lows, rows.weights, rows.frequency, rounding)
    exponents, sums, summed, left = exponents_of(given.size()), Stack(len(numbers)), np.zeros(0, np.int64), None
    counts, log_weight = tallied(given.weights, rows.frequency, codes, count)
    if large and count < given.m:
        runs = Runs.of(codes, count, large=True)
        summed = runs.places[runs.sizes >= MANY]
        if len(summed):
            crowded = runs.at(runs.sizes >= MANY)._replace(places=np.arange(len(summed)))
            sums.add_sorted(given, crowded, len(summed), exponents=exponents, large=True, threads=1)
            done = np.zeros(count, dtype=np.bool_)
            done[summed] = True
            left = runs.order[~done[codes[runs.order]]]
            codes = codes[left]
    counted = values, rows.columns, counts, log_weight
    return Part(*counted, exponents, numbers, given.weights, left, codes, sums, summed)


def _numbers(rows: Rows) -> list[Numbers]:
    """All columns of a block, in their order."""
    place = {key: j for j, key in enumerate(rows.columns)}
    if not rows.spreads:
        at = [place[key_of(rows.layout, slot)] for slot in rows.layout.numbers]
        return [rows.numbers[i] for i in np.argsort(at).tolist()]
    x, low, rounding = rows.x, rows.x_low, np.zeros(len(place))
    for slot, within, column in rows.slots():
        for cell in within.levels if within else ((),):
            rounding[place[key_of(rows.layout, slot, cell)]] = 0.0 if column is None else column.rounding
    lows = [None if low is None or not low[:, j].any() else low[:, j] for j in range(len(place))]
    return [Numbers(x[:, j], lows[j], float(rounding[j])) for j in range(len(place))]


def positions(ours: Sequence[ColumnKey], columns: Sequence[ColumnKey]) -> list[int]:
    """Where our columns, and the target, stand among `columns` and the target."""
    place = {key: i for i, key in enumerate(columns)}
    return [*(place[key] for key in ours), len(columns)]


def spread(values: Sequence[float] | Array, part: Part, columns: tuple[ColumnKey, ...]) -> Array:
    """What a part has of its columns and the target, of all columns and the target: zeros for those it lacks."""
    spread_out = np.zeros(len(columns) + 1)
    spread_out[positions(part.columns, columns)] = values
    return spread_out
