"""A block's rows sorted by group: those of a group that has many of them are summed, the others wait their turn.

Waiting rows are what the block was prepared as, where it lies. A buffer, used again and again, takes those of many
blocks while they are added to the states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
from slopewise.typing import Array, IntArray

MANY = 64
"""Rows of a group in one block from which on they do not wait."""


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
    """The waiting rows of several parts, one part after another, the values of a row together."""

    def __init__(self) -> None:
        self.space = np.empty(0)

    def filled(self, parts: Sequence[Part], columns: tuple[ColumnKey, ...]) -> WeightedRows:
        """The rows of all parts with these columns, zeros where a part has none; they are good until the next call."""
        m, p = sum(len(part.codes) for part in parts), len(columns)
        lows, weighted = any(part.has_lows for part in parts), parts[0].weights is not None
        X, y, X_low, y_low, v = self._space(m, [p, 1, p * lows, 1 * lows, 1 * weighted])
        start = 0
        for part in parts:
            here = slice(start, start := start + len(part.codes))
            rows = slice(None) if part.waiting is None else part.waiting
            at = positions(part.columns, columns)[:-1]
            _place(X[here], [column.high for column in part.numbers[:-1]], at, rows)
            y[here, 0] = part.numbers[-1].high[rows]
            if part.weights is not None:
                v[here, 0] = part.weights[rows]
            if lows:
                _place(X_low[here], [column.low for column in part.numbers[:-1]], at, rows)
                low = part.numbers[-1].low
                y_low[here, 0] = 0.0 if low is None else low[rows]
        rounding = np.max([spread([n.rounding for n in part.numbers], part, columns) for part in parts], axis=0)
        below = (X_low, y_low[:, 0]) if lows else (None, None)
        return WeightedRows((X, y[:, 0]), v[:, 0] if weighted else None, m, 0.0, 0.0, rounding, *below)

    def _space(self, m: int, widths: Sequence[int]) -> list[Array]:
        """Arrays (m, width) side by side; those of no width have no rows."""
        if not m * sum(widths) <= len(self.space) <= 4 * m * sum(widths):
            self.space = np.empty(m * sum(widths))
        ends = np.cumsum([0, *(m * width for width in widths)])
        return [self.space[a:b].reshape(m, width) for (a, b), width in zip(pairwise(ends), widths, strict=True)]


def _place(space: Array, columns: Sequence[Array | None], at: Sequence[int], rows: IntArray | slice) -> None:
    """Some rows of columns into the columns `at` of a part of the buffer, zeros into the others."""
    if len(at) < space.shape[1] or any(column is None for column in columns):
        space[...] = 0.0
    for j, column in zip(at, columns, strict=True):
        if column is not None:
            space[:, j] = column[rows]


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
