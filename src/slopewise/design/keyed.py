"""`Keyed`: one state for each value of some key columns, gathered in the same pass as everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from slopewise.data.keys import coded, firsts
from slopewise.design.design import Design
from slopewise.design.rows import ColumnKey, Rows, sorted_keys
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments.rows import WeightedRows
from slopewise.moments.stacks import stacked

MOST = 2**27
"""Numbers that the states of all groups may come to: two gigabytes in double-double."""


@dataclass(frozen=True, eq=False)
class Keyed:
    """The states of the groups that the columns `keys` make: an accumulator.

    `values` holds the values of the keys, a row a group, in the order in which they were met; `states` the moments of
    the columns `columns` of the pass, and the target, in each of them.
    """

    design: Design
    keys: tuple[str, ...]
    values: pa.Table | None = None
    columns: tuple[ColumnKey, ...] = ()
    states: Moments | None = None

    @classmethod
    def empty(cls, design: Design, keys: Sequence[str]) -> Keyed:
        """No rows. Raises `ArgumentError` for a formula with terms that are centred on all rows."""
        for term in design.carried:
            if term.orthogonal:
                raise ArgumentError(
                    f"{term.label} is made of all rows, so that no state of one group has it; write powers, such as "
                    "I(x^2), or save the rows to a file, which can be read twice"
                )
        return cls(design, tuple(keys))

    def add(self, rows: Rows) -> Keyed:
        """These rows and those of one more block."""
        keys = rows.values(self.keys)
        codes, count = coded(keys)
        given = replace(
            WeightedRows.of(rows.x, rows.y, rows.weights, rows.frequency), X_low=rows.x_low, y_low=rows.target.low
        )
        if not count:
            return self
        states = stacked(given, codes, count, rows.frequency)
        return self.merge(replace(self, values=keys.take(firsts(codes, count)), columns=rows.columns, states=states))

    def merge(self, other: Keyed) -> Keyed:
        """The rows of both. Raises `ArgumentError` where the groups come to more than memory should hold."""
        if self.states is None or self.values is None:
            return other
        if other.states is None or other.values is None:
            return self
        columns = sorted_keys(self.design.carried, {*self.columns, *other.columns})
        both = pa.concat_tables([self.values, other.values])
        codes, count = coded(both)
        if count * (len(columns) + 2) ** 2 > MOST:
            raise ArgumentError(
                f"{count:,} groups of {len(columns)} columns take more memory than there should be; use fewer columns, "
                "or save the rows to a file, which can be read twice"
            )
        ours, theirs = codes[: len(self.values)], codes[len(self.values) :]
        states = self.widened(columns).scattered(ours, count).merge(other.widened(columns).scattered(theirs, count))
        return replace(self, values=both.take(firsts(codes, count)), columns=columns, states=states)

    def widened(self, columns: tuple[ColumnKey, ...]) -> Moments:
        """The states with these columns, which are those they have and others, all zeros."""
        if self.states is None:
            raise ValueError("no rows were gathered")
        if columns == self.columns:
            return self.states
        place = {key: i for i, key in enumerate(columns)}
        return self.states.embed([*(place[key] for key in self.columns), len(columns)], len(columns) + 1)
