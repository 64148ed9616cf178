"""`Keyed`: one state for each group of rows, gathered in the same pass as everything else.

A block's rows are sorted by group. Of a group that has many of them in the block the products are summed at once, on
the block's own thread; the rows of the others wait, and some megabytes of waiting rows, of however many blocks, are
added to the states together (`moments/stacks.py`). So a state is met once for many rows, and never by Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from slopewise.data.keys import coded, firsts, joined, taken, told, untold
from slopewise.design.design import Design
from slopewise.design.gathered import Gathered, places_of
from slopewise.design.grouping import ByColumns, Folds, Grouping, grouping_of
from slopewise.design.layout import Layout
from slopewise.design.rows import ColumnKey, Rows, sorted_keys
from slopewise.design.sample import Sample
from slopewise.design.tree import label
from slopewise.design.waiting import Buffer, Part, part_of, positions, spread
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments.assembling import split
from slopewise.moments.stacks import MOST_BYTES, Stack, check_size
from slopewise.threads import thread_count
from slopewise.typing import Array, IntArray

WAITING = 2**26
"""Bytes of rows that wait at most, a quarter beside large states; as many may be being added, from a buffer."""

PARTS = 4_096
"""Blocks that wait at most, however small."""


@dataclass(eq=False)
class Held:
    """What `Keyed` changes in place: the states, and what waits to be added. `version` counts the changes."""

    columns: tuple[ColumnKey, ...] = ()
    values: pa.Table | None = None
    stack: Stack | None = None
    parts: list[Part] = field(default_factory=list)
    size: int = 0
    version: int = 0
    buffer: Buffer = field(default_factory=Buffer)
    running: Future[None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return self.stack is None and not self.parts and self.running is None

    @property
    def is_small(self) -> bool:
        """Whether the states leave room for as many waiting rows as there may be."""
        return self.stack is None or self.stack.count * self.stack.T * 16 < MOST_BYTES // 4

    def wait(self) -> None:
        """Until what is being added is there."""
        running, self.running = self.running, None
        if running is not None:
            running.result()


@dataclass(frozen=True, eq=False)
class Keyed:
    """The states of the groups that `grouping` makes of the rows: an accumulator.

    `values` holds the values of the keys, a row a group, in the order in which they were met; `states` the moments of
    the columns `columns` of the pass, and the target, in each of them.

    For a million groups there is not twice the memory to be had. So `merge` adds to the states of `self` in place: what
    it returns has them, and `self`, used once more, raises `ArgumentError`; only the identity, no rows, can be used
    again. `other` stays as it is, and `plus` leaves both as they are.
    """

    design: Design
    grouping: Grouping
    threads: int | None = None
    most: int | None = None
    held: Held = field(default_factory=Held)
    version: int = 0

    @classmethod
    def empty(
        cls,
        design: Design,
        grouping: Grouping | Sequence[str],
        threads: int | None = None,
        most: int | None = None,
    ) -> Keyed:
        """No rows. Raises `ArgumentError` for a formula with terms that are made of all rows.

        `grouping` may be the names of key columns; waiting rows are added on `threads` threads; states of more than
        `most` bytes raise `TooManyGroups`, `stacks.MOST_BYTES` unless told.
        """
        for term in design.carried:
            if polynomial := term.orthogonal:
                x = label(polynomial.argument)
                instead = f"powers, such as {x} + I({x}^2)" if polynomial.form == "poly" else x
                raise ArgumentError(
                    f"{term.label} is made of all rows, so that no state of one group has it; write {instead}, which "
                    "fits the same"
                )
        chosen = ByColumns(tuple(grouping)) if isinstance(grouping, Sequence) else grouping
        return cls(design, chosen, threads, most)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns whose values make the groups."""
        return self.grouping.keys

    @property
    def values(self) -> pa.Table | None:
        """The values of the keys, a row a group; None before the first row."""
        return self._settled().values

    @property
    def columns(self) -> tuple[ColumnKey, ...]:
        """The columns of the states."""
        return self._settled().columns

    @property
    def count(self) -> int:
        """How many groups there are."""
        stack = self._settled().stack
        return 0 if stack is None else stack.count

    @property
    def rows(self) -> IntArray:
        """Σ f of each group, (count,)."""
        stack = self._settled().stack
        return np.zeros(0, dtype=np.int64) if stack is None else stack.rows[: stack.count]

    @property
    def log_weight(self) -> Array:
        """Σ f log v of each group, (count,)."""
        stack = self._settled().stack
        return np.zeros(0) if stack is None else stack.log_weight[: stack.count]

    @property
    def states(self) -> Moments | None:
        """The states of all groups, a stack; None before the first row."""
        stack = self._settled().stack
        return None if stack is None else stack.moments()

    def add(self, rows: Rows) -> Keyed:
        """These rows and those of one more block."""
        alone = Held()
        if len(rows.y):
            alone.parts.append(part_of(self.grouping, rows))
            alone.size = alone.parts[0].size
        return self.merge(replace(self, held=alone, version=0))

    def merge(self, other: Keyed) -> Keyed:
        """The rows of both; `self` is spent. Raises `TooManyGroups` where the groups take too much memory."""
        held, more = self._held(), other._held()
        if held.is_empty:
            return other
        held.version += 1
        if more.stack is not None or more.running is not None:
            more.wait()
            _settle(self, held)
            _join(self, held, more)
        held.parts += more.parts
        held.size += more.size
        if held.size > (WAITING if held.is_small else WAITING // 4) or len(held.parts) > PARTS:
            _settle_beside(self, held)
        return replace(self, version=held.version)

    def settled(self) -> Keyed:
        """The same, with no rows that wait. Raises as `merge` does."""
        self._settled()
        return self

    def plus(self, other: Keyed) -> Keyed:
        """The rows of both, which stay as they are."""
        held = self._settled()
        if held.stack is None:
            return other
        twin = Held(held.columns, held.values, held.stack.copy())
        return replace(self, held=twin, version=0).merge(other)

    def restricted(self, design: Design, columns: tuple[ColumnKey, ...], at: Sequence[int]) -> Keyed:
        """The states of the same groups for another design: its `columns`, and its target, are `at` among ours."""
        held = self._settled()
        stack = None if held.stack is None else held.stack.select(at)
        return replace(self, design=design, held=Held(columns, held.values, stack), version=0)

    def pooled(self, keys: tuple[str, ...]) -> Keyed:
        """The states of the groups that some of the key columns make."""
        held = self._settled()
        if held.stack is None or held.values is None:
            return replace(self, grouping=ByColumns(keys), held=Held(), version=0)
        values = held.values.select(keys)
        codes, count = coded(values)
        coarse = Held(held.columns, taken(values, firsts(codes, count)), held.stack.pooled(codes, count))
        return replace(self, grouping=ByColumns(keys), held=coarse, version=0)

    def __getstate__(self) -> dict[str, Any]:
        """To travel: the states alone, to which all rows are added; whoever opens them may add more."""
        held = self._settled()
        return {**self.__dict__, "held": Held(held.columns, held.values, held.stack), "version": 0}

    def widened(self, columns: tuple[ColumnKey, ...], groups: IntArray | slice = slice(None)) -> Moments:
        """The states of some groups, or of all, with these columns, which are those they have and others, all zeros."""
        held = self._settled()
        if held.stack is None:
            raise ValueError("no rows were gathered")
        states = held.stack.moments(groups)
        if columns == held.columns:
            return states
        return states.embed(positions(held.columns, columns), len(columns) + 1)

    def pages(self, columns: tuple[ColumnKey, ...], size: int = 4096) -> Iterator[Moments]:
        """The states of all groups as `widened` has them, some of them at a time: a few megabytes."""
        for start in range(0, self.count, size):
            yield self.widened(columns, slice(start, start + size))

    def gathered(self, whole: Gathered, state: Moments) -> Gathered:
        """What gathering the rows of one group would have given, but for samples: from its state, and from all rows.

        `state` has the columns `whole.keys`: all levels of all rows, so that groups have the same coefficients.
        """
        layout = Layout.of(self.design.carried)
        sums = split(state, places_of(layout, whole.keys, whole.cells))
        nothing = Sample.empty(self.design.variables)
        return Gathered(self.design, whole.cells, sums, {}, int(state.rows), 0, {}, 0, nothing)

    def __eq__(self, other: object) -> bool:
        """Whether the same groups, met in the same order, have the same sums."""
        if not isinstance(other, Keyed):
            return NotImplemented
        ours, theirs = self._settled(), other._settled()
        if (self.design, self.grouping, ours.columns) != (other.design, other.grouping, theirs.columns):
            return False
        if ours.stack is None or theirs.stack is None or ours.values is None or theirs.values is None:
            return ours.stack is theirs.stack
        return ours.values.equals(theirs.values) and ours.stack == theirs.stack

    __hash__ = None  # type: ignore[assignment]

    def record(self) -> dict[str, Any]:
        """What the groups are, and their states as arrays by name; `from_record` gives the same bits back."""
        held = self._settled()
        return {
            "grouping": self.grouping.to_json(),
            "columns": [[key.term, list(key.levels)] for key in held.columns],
            "values": None if held.values is None else told(held.values),
            "states": None if held.stack is None else held.stack.record(),
        }

    @classmethod
    def from_record(cls, design: Design, record: Mapping[str, Any]) -> Keyed:
        """What `record` gave. Raises `ArgumentError`, or what Python does, for what is none, or of another design."""
        found = cls.empty(design, grouping_of(record["grouping"]))
        if record["states"] is None:
            return found
        stack, values = Stack.from_record(record["states"]), untold(record["values"])
        columns = tuple(ColumnKey(int(term), tuple(levels)) for term, levels in record["columns"])
        if columns != sorted_keys(design.carried, set(columns)) or len(columns) + 1 != stack.q:
            raise ArgumentError("the columns of these states of groups are not those of the formula")
        named, fixed = found.keys, found.grouping.values if isinstance(found.grouping, Folds) else None
        if (fixed is None and tuple(values.column_names) != named) or (fixed is not None and not values.equals(fixed)):
            raise ArgumentError("the values of these groups are not those of their columns")
        if values.num_rows != stack.count or coded(values)[1] != stack.count:
            raise ArgumentError("these groups are not as many as their states")
        if not set(found.grouping.keys) <= set(design.keys):
            raise ArgumentError("these groups are not those of the rows of the formula")
        return replace(found, held=Held(columns, values, stack))

    def _held(self) -> Held:
        if self.version != self.held.version:
            raise ArgumentError(
                "these states of groups were added to by a merge, and hold the rows of others now; go on with what the "
                "merge returned (`plus` leaves both as they are)"
            )
        return self.held

    def _settled(self) -> Held:
        """With no rows that wait."""
        held = self._held()
        _settle(self, held)
        held.buffer.space = np.empty(0)
        return held


def _settle(keyed: Keyed, held: Held) -> None:
    """Add the rows that wait to the states."""
    held.wait()
    parts, held.parts, held.size = held.parts, [], 0
    if parts:
        _add(keyed, held, parts)


def _settle_beside(keyed: Keyed, held: Held) -> None:
    """The same in a thread of its own, if there may be more than one, while the rows of further blocks are prepared."""
    if thread_count(keyed.threads) == 1:
        _settle(keyed, held)
        return
    held.wait()
    parts, held.parts, held.size = held.parts, [], 0
    pool = ThreadPoolExecutor(1, thread_name_prefix="slopewise")
    held.running = pool.submit(_add, keyed, held, parts)
    pool.shutdown(wait=False)


def _add(keyed: Keyed, held: Held, parts: list[Part]) -> None:
    """Add the rows of these parts, sums and those that wait, to the states."""
    columns = {key for part in parts for key in part.columns}
    count, places = _common(keyed, held, columns, [part.values for part in parts])
    stack, exponents = held.stack, np.max([spread(part.exponents, part, held.columns) for part in parts], axis=0)
    assert stack is not None
    stack.grow(count)
    for part, at in zip(parts, places, strict=True):
        stack.count_rows(at, part.rows, part.log_weight)
        if part.sums.count:
            sums = part.sums
            if part.columns != held.columns:
                sums = sums.widen(positions(part.columns, held.columns), len(held.columns) + 1)
            stack.merge(sums, at[part.summed], count)
    codes = np.concatenate([at[part.codes] for part, at in zip(parts, places, strict=True)])
    waiting = held.buffer.filled(parts, held.columns)
    parts.clear()
    stack.add(waiting, codes, count, exponents=exponents, threads=keyed.threads)


def _join(keyed: Keyed, held: Held, more: Held) -> None:
    """Add the states of others, which are left as they are."""
    assert more.stack is not None
    assert more.values is not None
    count, (places,) = _common(keyed, held, set(more.columns), [more.values])
    theirs = more.stack
    if more.columns != held.columns:
        theirs = theirs.copy().widen(positions(more.columns, held.columns), len(held.columns) + 1)
    assert held.stack is not None
    held.stack.merge(theirs, places, count)


def _common(
    keyed: Keyed, held: Held, columns: set[ColumnKey], tables: Sequence[pa.Table]
) -> tuple[int, list[IntArray]]:
    """Make the columns and groups of `held` those of others too; how many groups, and where theirs are among them."""
    wanted = sorted_keys(keyed.design.carried, {*held.columns, *columns})
    known = 0 if held.values is None else held.values.num_rows
    both = joined([*([] if held.values is None else [held.values]), *tables])
    if keyed.grouping.fixed:
        codes, count = np.tile(np.arange(tables[0].num_rows), both.num_rows // tables[0].num_rows), tables[0].num_rows
    else:
        codes, count = coded(both)
    check_size(count, len(wanted) + 1, keyed.most)
    if held.stack is None:
        held.stack = Stack(len(wanted) + 1)
    elif wanted != held.columns:
        held.stack = held.stack.widen(positions(held.columns, wanted), len(wanted) + 1)
    held.columns = wanted
    if held.values is None or count > known or both.schema != held.values.schema:
        held.values = taken(both, firsts(codes, count))
    starts = known + np.cumsum([0, *(table.num_rows for table in tables)])
    return count, [codes[a:b] for a, b in pairwise(starts)]
