"""What a state tells of single rows to whoever has it: levels, and the sums of its smallest groups.

The sums of one row are that row, and those of few rows narrow it down; so the smallest number of rows that any sum is
of is the figure to look at before a state is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from slopewise.collected import Collected
from slopewise.design.layout import Layout
from slopewise.design.levels import level_name
from slopewise.numerals import on_a_line


@dataclass(frozen=True)
class Smallest:
    """The smallest group of which a state has sums: `name` as people write it, and its `rows`."""

    name: str
    rows: int


def smallest(kept: Collected) -> Smallest:
    """The fewest rows that a state has sums of: all of them, those of a cell of its categories, of a group, of a fold.

    Cells of weighted rows are not counted, for the state has their weights and not their number.

    >>> import slopewise as sw
    >>> table = {"zone": list("aab"), "x": [1.0, 2.0, 3.0], "price": [1.0, 2.0, 2.0]}
    >>> smallest(sw.collect("price ~ x + zone", table))
    Smallest(name='zone b', rows=1)
    """
    return min(_groups(kept), key=lambda group: group.rows)


def disclosed(kept: Collected) -> str:
    """The same in a sentence, with what else can be read."""
    names = dict.fromkeys(factor.label for term in kept.design.terms for factor in term.categories)
    read = f"the levels of {', '.join(names)}, and " if names else ""
    found = smallest(kept)
    if found.rows == 1:
        return (
            f"It holds no rows, but whoever has it can read {read}the only row of {found.name}: sums of one row are it."
        )
    return f"It holds no rows, but whoever has it can read {read}sums of as few as {found.rows:,} rows ({found.name})."


def _groups(kept: Collected) -> Iterator[Smallest]:
    numbers = kept.gathered.sums.numbers
    yield Smallest("all rows", int(numbers.rows))
    layout = Layout.of(kept.design.carried)
    for grouping, cells, table in zip(layout.groupings, kept.gathered.cells, kept.gathered.sums.own, strict=True):
        plain = [a for a, slot in enumerate(grouping.slots) if not _is_spread(layout, slot.term)]
        if not plain or kept.design.weights is not None or not cells:
            continue
        counts = table.lowered().sums.hi[:, plain[0], numbers.q]
        least = int(np.argmin(counts))
        pairs = zip(grouping.categories, cells[least], strict=True)
        yield Smallest(", ".join(f"{f.label} {on_a_line(level)}" for f, level in pairs), round(counts[least]))
    if kept.keyed is not None and kept.keyed.count and kept.keyed.values is not None:
        least = int(np.argmin(kept.keyed.rows))
        values = kept.keyed.values.slice(least, 1).to_pylist()[0]
        yield Smallest(
            ", ".join(f"{k} {on_a_line(level_name(v))}" for k, v in values.items()), int(kept.keyed.rows[least])
        )
    if kept.folds is not None:
        yield Smallest(f"fold {int(np.argmin(kept.folds.rows))}", int(kept.folds.rows.min()))


def _is_spread(layout: Layout, term: int) -> bool:
    """Whether a term has a factor that is a number."""
    return any(not factor.levels for factor in layout.terms[term].factors)
