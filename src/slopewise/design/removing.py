"""What is left of gathered rows when some of them are taken out again.

Sums and counts are subtracted. What cannot be: the origins of polynomials stay, for any origin serves; `first_missing`,
the rows that lacked a value, stays where none of those taken out lacked one in that column, and is not known elsewhere;
and of the sample nothing is left, as nobody can tell which of its rows are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from slopewise.design.gathered import CellLevels, Gathered
from slopewise.design.layout import Grouping, Layout
from slopewise.design.sample import Sample
from slopewise.errors import ArgumentError

NOT_ALL = "what is to be taken out is not all in this state"


def without(whole: Gathered, part: Gathered) -> Gathered:
    """The rows of `whole` but for those of `part`, which has the same design.

    Levels of which no row is left are gone. Raises `ArgumentError` for counts below zero, for levels that `whole` has
    not, and where no row would be left. The sums are not checked but for those of levels.

    >>> import pyarrow as pa
    >>> from slopewise.data.block import Block
    >>> from slopewise.design import Design
    >>> design = Design.of("y ~ f", {"y": "number", "f": "text"})
    >>> both, one = (Block(pa.table({"y": [1.0, 2.0][:n], "f": ["p", "q"][:n]}), 1) for n in (2, 1))
    >>> left = without(*(Gathered.of(design, design.prepare(block)) for block in (both, one)))
    >>> left.keys[0].levels, left.moments.mean.tolist()
    (('q',), [1.0, 2.0])
    """
    cells = _known_cells(whole, part)
    origins = whole._common_origins(part)
    counts = {name: getattr(whole, name) - getattr(part, name) for name in ("read", "dropped", "weightless")}
    gaps = {name: whole.dropped_by.get(name, 0) - count for name, count in part.dropped_by.items()}
    for name, count in (counts | gaps).items():
        if count < 0:
            what = "rows" if name in counts else f"rows without {name}"
            raise ArgumentError(f"{NOT_ALL}: {count:,} {what} would be left; name what was collected into it")
    if not counts["read"] or int(whole.sums.numbers.rows) == int(part.sums.numbers.rows):
        raise ArgumentError("all rows are to be taken out, and none would be left; delete the sums instead")
    sums = whole._about(origins).sums.subtract(part._about(origins)._with_cells(cells).sums)
    left = replace(
        whole,
        sums=sums,
        origins=origins,
        dropped_by={name: n for name, n in (dict(whole.dropped_by) | gaps).items() if n},
        first_missing={n: rows for n, rows in whole.first_missing.items() if not part.dropped_by.get(n)},
        sample=Sample.empty(whole.design.variables),
        **counts,
    )
    return _without_empty_cells(left, part)


def _known_cells(whole: Gathered, part: Gathered) -> tuple[CellLevels, ...]:
    layout = Layout.of(whole.design.carried)
    for grouping, ours, theirs in zip(layout.groupings, whole.cells, part.cells, strict=True):
        if strange := sorted(set(theirs) - set(ours)):
            named = " and ".join(
                f"{f.label} {level!r}" for f, level in zip(grouping.categories, strange[0], strict=True)
            )
            raise ArgumentError(f"{NOT_ALL}, which has no row with {named}; name what was collected into it")
    return whole.cells


def _without_empty_cells(left: Gathered, part: Gathered) -> Gathered:
    """The cells that some row is in still, of those that rows were taken out of. Raises `ArgumentError` below zero."""
    places, cells, layout = [], [], Layout.of(left.design.carried)
    taken = [set(cells) for cells in part.cells]
    for grouping, found, gone, table in zip(layout.groupings, left.cells, taken, left.sums.own, strict=True):
        squares, noise = table.squares(), 4 * table.noise()
        touched = np.array([cell in gone for cell in found], dtype=np.bool_)
        for at, cell in enumerate(found):
            if touched[at] and (squares[at] < -noise[at]).any():
                raise ArgumentError(f"{NOT_ALL}: a square below zero would be left of {_named(grouping, cell)}")
        kept = np.flatnonzero(~touched | (squares > noise).any(axis=1))
        places.append(kept)
        cells.append(tuple(found[at] for at in kept.tolist()))
    return replace(left, cells=tuple(cells), sums=left.sums.at(places))


def _named(grouping: Grouping, cell: Sequence[str]) -> str:
    """A cell as messages call it."""
    return " and ".join(f"{f.label} {level!r}" for f, level in zip(grouping.categories, cell, strict=True))
