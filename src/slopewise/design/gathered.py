"""`Gathered`: the accumulator of the pass, the moments of all columns seen so far and what else the model reports.

A level that a block lacks is a column of zeros in it. So the union of the levels is all there is to merging, and no
earlier pass has to find them. Powers of a polynomial are moved to a common origin first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from slopewise.choices import Precision
from slopewise.design.design import Design
from slopewise.design.expressions import Numbers
from slopewise.design.layout import Layout, Slot
from slopewise.design.polynomials import Basis, Origin, along, images, transformed
from slopewise.design.reading import FIRST_MISSING
from slopewise.design.rows import ColumnKey, Rows, Spread, check_width, key_of, keys_of, sorted_keys
from slopewise.design.sample import Sample
from slopewise.design.terms import Factor
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments.assembling import Places, dense, split
from slopewise.moments.cells import Cells, Columns
from slopewise.moments.grouped import Grouped
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows, is_whole
from slopewise.typing import Renumbering

CellLevels: TypeAlias = "tuple[tuple[str, ...], ...]"
"""The combinations of levels that are the cells of a grouping."""


@dataclass(frozen=True)
class Gathered:
    """The rows of some blocks, merged.

    `cells` are the combinations of levels seen of each grouping of the design's layout, sorted as texts, and `sums` the
    state by parts; `origins` is what the powers of each orthogonal polynomial are measured from, by the factor's
    text. Of `read` rows, `dropped` had missing values (`dropped_by` column, in the rows `first_missing`) and
    `weightless` had weight zero. `sample` keeps some rows for pictures.

    >>> import pyarrow as pa
    >>> from slopewise.data.block import Block
    >>> design = Design.of("y ~ f", {"y": "number", "f": "text"})
    >>> gathered = Gathered.empty(design)
    >>> for first_row, level in enumerate("qp", start=1):
    ...     block = Block(pa.table({"y": [1.0], "f": [level]}), first_row)
    ...     gathered = gathered.add(design.prepare(block))
    >>> [key.levels for key in gathered.keys], gathered.moments.mean.tolist()
    ([('p',), ('q',)], [0.5, 0.5, 1.0])
    """

    design: Design
    cells: tuple[CellLevels, ...]
    sums: Grouped
    origins: Mapping[str, Origin]
    read: int
    dropped: int
    dropped_by: Mapping[str, int]
    weightless: int
    sample: Sample
    first_missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def empty(cls, design: Design, precision: Precision = "auto") -> Gathered:
        """No rows: the identity of `merge`. `precision` is that of the moments of the rows to come."""
        layout = Layout.of(design.carried)
        spread = [len(grouping.slots) for grouping in layout.groupings]
        sums = Grouped.empty(len(layout.numbers) + 1, spread, precision)
        return cls(design, ((),) * len(spread), sums, {}, 0, 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of_moments(cls, design: Design, moments: Moments) -> Gathered:
        """A state whose columns are the terms of `design`, each of them one column of numbers; no rows for pictures."""
        sums = Grouped(moments, (), (), ())
        return cls(design, (), sums, {}, int(moments.rows), 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of(cls, design: Design, rows: Rows, precision: Precision = "auto") -> Gathered:
        """The rows of one block. One thread: blocks are gathered side by side."""
        columns = *rows.numbers, rows.target
        given = WeightedRows.of_strips(
            [column.strip for column in columns],
            [column.low for column in columns],
            rows.weights,
            rows.frequency,
            np.array([column.rounding for column in columns]),
            before=int(rows.number[0]) - 1 if len(rows.number) else 0,
        )
        found = cls(
            design,
            tuple(spread.levels for spread in rows.spreads),
            Grouped.of(given, [_cells(spread) for spread in rows.spreads], precision),
            rows.origins,
            rows.read,
            rows.dropped,
            rows.dropped_by,
            rows.weightless,
            Sample.of(rows),
            rows.first_missing,
        )
        return found._with_cells(_sorted(found.cells))

    @cached_property
    def keys(self) -> tuple[ColumnKey, ...]:
        """The p columns seen, in their one order."""
        return sorted_keys(self.design.carried, keys_of(Layout.of(self.design.carried), self.cells))

    @cached_property
    def moments(self) -> Moments:
        """The state of the columns `keys`, q = p + 1, the target last."""
        return dense(self.sums, places_of(Layout.of(self.design.carried), self.keys, self.cells))

    def add(self, rows: Rows) -> Gathered:
        """These rows and those of one more block."""
        found = Gathered.of(self.design, rows, self.sums.numbers.precision)
        return self.merge(found) if self.read else found

    def merge(self, other: Gathered) -> Gathered:
        """The rows of both; associative and commutative up to rounding. Raises `DataError` for too many columns."""
        cells = self._common_cells(other)
        origins = self._common_origins(other)
        names = [name for name in self.design.variables if name in self.dropped_by or name in other.dropped_by]
        first = {name: (*self.first_missing.get(name, ()), *other.first_missing.get(name, ())) for name in names}
        return Gathered(
            self.design,
            cells,
            self._about(origins)._with_cells(cells).sums.merge(other._about(origins)._with_cells(cells).sums),
            origins,
            self.read + other.read,
            self.dropped + other.dropped,
            {name: self.dropped_by.get(name, 0) + other.dropped_by.get(name, 0) for name in names},
            self.weightless + other.weightless,
            self._common_sample(other),
            {name: tuple(sorted(rows)[:FIRST_MISSING]) for name, rows in first.items() if rows},
        )

    def renumbered(self, numbers: Renumbering) -> Gathered:
        """The same rows by other numbers, in the same order."""
        first = {name: tuple(numbers(np.array(rows)).tolist()) for name, rows in self.first_missing.items()}
        return replace(self, first_missing=first, sample=self.sample.renumbered(numbers))

    @cached_property
    def bases(self) -> Mapping[str, Basis]:
        """The orthogonal polynomials of these rows, by the factor's text."""
        found = self.design.code(self.keys).coefficients(self.moments)
        return {name: Basis(self.origins[name], coefficients) for name, coefficients in found.items()}

    def _common_cells(self, other: Gathered) -> tuple[CellLevels, ...]:
        """The cells of either. Raises `DataError` where they make too many columns."""
        if self.cells == other.cells:
            return self.cells
        layout = Layout.of(self.design.carried)
        both = [{*ours, *theirs} for ours, theirs in zip(self.cells, other.cells, strict=True)]
        check_width(layout.terms, layout.widths([len(cells) for cells in both]))
        return _sorted(both)

    def _common_sample(self, other: Gathered) -> Sample:
        """The sample of the rows of both; none where one has rows and no sample of them, having come from a file."""
        for gathered in (self, other):
            if gathered.sums.numbers.rows and not len(gathered.sample.ids):
                return Sample.empty(self.design.variables)
        return self.sample.merge(other.sample)

    def _common_origins(self, other: Gathered) -> Mapping[str, Origin]:
        if not (self.sums.numbers.rows.any() and other.sums.numbers.rows.any()):
            return self.origins if self.sums.numbers.rows.any() else other.origins
        return {name: origin.common(other.origins[name]) for name, origin in self.origins.items()}

    def _about(self, origins: Mapping[str, Origin]) -> Gathered:
        """The same rows, with the powers of their polynomials about other origins."""
        if origins == self.origins or not self.sums.numbers.rows.any():
            return self
        layout = Layout.of(self.design.carried)
        degrees = {f.text: len(f.powers) - 1 for term in layout.terms for f in term.factors}
        moves = {name: origin.moved(origins[name], degrees[name]) for name, origin in self.origins.items()}
        T = _moved(layout, layout.numbers, moves)
        with_target = Pair.zeros((len(T.hi) + 1, len(T.hi) + 1))
        with_target[:-1, :-1], with_target[-1, -1] = T, Pair.of(1.0)
        maps = [_moved(layout, grouping.slots, moves) for grouping in layout.groupings]
        sums = self.sums.mapped(transformed(self.sums.numbers, with_target), with_target, maps)
        return replace(self, sums=sums, origins=origins)

    def _with_cells(self, cells: tuple[CellLevels, ...]) -> Gathered:
        """The same rows with these cells, which are those they have and others, in another order perhaps."""
        if cells == self.cells:
            return self
        places = []
        for ours, wanted in zip(self.cells, cells, strict=True):
            place = {cell: position for position, cell in enumerate(wanted)}
            places.append((np.array([place[cell] for cell in ours], dtype=np.intp), len(wanted)))
        return replace(self, cells=cells, sums=self.sums.widened(places))

    def to_dict(self) -> dict[str, Any]:
        """Numbers, strings and lists, for JSON. The sample stays behind: rows are never saved."""
        return self.record() | {"sums": self.sums.to_dict()}

    def record(self) -> dict[str, Any]:
        """The same, with the sums as arrays."""
        return {
            "cells": [[list(cell) for cell in cells] for cells in self.cells],
            "sums": self.sums.record(),
            "origins": {name: [origin.centre, origin.exponent] for name, origin in self.origins.items()},
            "read": self.read,
            "dropped": self.dropped,
            "dropped_by": dict(self.dropped_by),
            "first_missing": {name: list(rows) for name, rows in self.first_missing.items()},
            "weightless": self.weightless,
        }

    @classmethod
    def from_dict(cls, design: Design, record: Mapping[str, Any]) -> Gathered:
        """What `record` or `to_dict` gave, with an empty sample. Raises `ArgumentError` if it does not fit the design.

        A record with `keys` and dense `moments`, as they were written first, is read, too.
        """
        layout = Layout.of(design.carried)
        try:
            cells, sums = (_written_densely if "keys" in record else _written)(layout, record)
            origins = {str(name): Origin(float(c), int(e)) for name, (c, e) in record["origins"].items()}
            read, dropped, weightless = (int(record[name]) for name in ("read", "dropped", "weightless"))
            gaps = {str(name): int(count) for name, count in record["dropped_by"].items()}
            missing = {} if "keys" in record else record["first_missing"]
            first = {str(name): tuple(int(row) for row in rows) for name, rows in missing.items()}
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            raise ArgumentError(f"this is not the record of gathered rows: {fault!r}") from None
        orthogonal = {term.text for term in layout.terms if term.orthogonal}
        if not origins.keys() <= orthogonal or (sums.numbers.rows.any() and origins.keys() != orthogonal):
            raise ArgumentError("the polynomials in this record of gathered rows are not those of its formula")
        return cls(design, cells, sums, origins, read, dropped, gaps, weightless, Sample.empty(design.variables), first)


def _cells(spread: Spread) -> Cells:
    """A grouping as the moments know it."""
    columns = spread.columns
    rounding = np.array([0.0 if column is None or _is_whole(column) else column.rounding for column in columns])
    if all(column is None for column in columns):
        return Cells(spread.codes, len(spread.levels), None, rounding)
    given = [Numbers(np.ones(len(spread.codes))) if column is None else column for column in columns]
    high = np.stack([column.high for column in given])
    lows = [np.zeros(high.shape[1]) if column.low is None else column.low for column in given]
    low = None if all(column.low is None for column in given) else np.stack(lows)
    return Cells(spread.codes, len(spread.levels), Columns(high, low), rounding)


def _is_whole(column: Numbers) -> bool:
    return column.low is None and bool(is_whole(column.high).all())


def _sorted(cells: Iterable[Iterable[tuple[str, ...]]]) -> tuple[CellLevels, ...]:
    """The cells of each grouping in the order in which they are kept."""
    return tuple(tuple(sorted(found)) for found in cells)


def places_of(layout: Layout, keys: Sequence[ColumnKey], cells: Sequence[Sequence[tuple[str, ...]]]) -> Places:
    """Where the columns of a layout with these cells stand among `keys`."""
    place = {key: position for position, key in enumerate(keys)}
    numbers = [place[key_of(layout, slot)] for slot in layout.numbers]
    groupings = tuple(
        np.array([[place[key_of(layout, slot, cell)] for slot in grouping.slots] for cell in found], dtype=np.intp)
        for grouping, found in zip(layout.groupings, cells, strict=True)
    )
    shapes = [(len(found), len(g.slots)) for g, found in zip(layout.groupings, cells, strict=True)]
    return Places(
        np.array([*numbers, len(keys)], dtype=np.intp),
        tuple(at.reshape(shape) for at, shape in zip(groupings, shapes, strict=True)),
    )


def _moved(layout: Layout, slots: Sequence[Slot], moves: Mapping[str, Pair]) -> Pair:
    """T (k, k): the columns of `slots` times T are those about other origins, to which `moves` take each polynomial."""
    place = {slot: position for position, slot in enumerate(slots)}
    T = Pair.zeros((len(slots), len(slots)))
    for slot, i in place.items():
        term = layout.terms[slot.term]
        for levels, steps in images(term, key_of(layout, slot, [""] * len(term.categories)).levels):
            powers = tuple(level for level in levels if isinstance(level, int))
            T[i, place[Slot(slot.term, powers)]] = along(steps, moves)
    return T


def _written(layout: Layout, record: Mapping[str, Any]) -> tuple[tuple[CellLevels, ...], Grouped]:
    """The cells and the sums in a record of `to_dict`; `ValueError`, or what Python raises, where they are none."""
    cells = tuple(tuple(tuple(cell) for cell in found) for found in record["cells"])
    for grouping, found in zip(layout.groupings, cells, strict=True):
        if not all(
            len(cell) == len(grouping.categories) and all(isinstance(level, str) for level in cell) for cell in found
        ):
            raise ValueError("a cell is a level of each category")
    sums = Grouped.from_dict(record["sums"])
    spread = [(len(found), len(g.slots)) for g, found in zip(layout.groupings, cells, strict=True)]
    if [(count, len(r)) for count, r in zip(sums.counts, sums.roundings, strict=True)] != spread:
        raise ValueError("the sums have other cells")
    if cells != _sorted(map(set, cells)) or sums.numbers.q != len(layout.numbers) + 1:
        raise ValueError("the columns are not those of the formula")
    return cells, sums


def _written_densely(layout: Layout, record: Mapping[str, Any]) -> tuple[tuple[CellLevels, ...], Grouped]:
    """The same from a record with the keys and the moments of all columns."""
    keys = tuple(ColumnKey(int(term), tuple(levels)) for term, levels in record["keys"])
    found: dict[tuple[Factor, ...], set[tuple[str, ...]]] = {g.categories: set() for g in layout.groupings}
    for key in keys:
        if len(key.levels) != len(layout.terms[key.term].spread):
            raise ValueError(f"{key} has not one level for each factor")
        if categories := layout.terms[key.term].categories:
            found[categories].add(tuple(level for level in key.levels if isinstance(level, str)))
    cells = _sorted(found.values())
    moments = Moments.from_dict(record["moments"])
    if keys != sorted_keys(layout.terms, keys_of(layout, cells)) or moments.q != len(keys) + 1:
        raise ValueError("the columns are not those of the formula")
    return cells, split(moments, places_of(layout, keys, cells))
