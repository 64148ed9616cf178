"""`Layout`: what columns the terms of a pass come to, as far as that can be known before any row is read.

A term of numbers is one column, their product; a polynomial in it makes one for each of its powers. In a term with
categories each of these is spread over the cells of a grouping, the combinations of levels that occur: such a column is
zero but in the rows of one cell. Terms with the same categories share a grouping.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from slopewise.design.terms import Factor, Term


class Slot(NamedTuple):
    """A column of numbers, by itself or to be spread: its term by the place, and the power of each polynomial in it."""

    term: int
    powers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """The categories whose levels' combinations are the cells, and the columns that are spread over them."""

    categories: tuple[Factor, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Layout:
    """The columns of `terms`: those of `numbers`, in the order of terms and powers, and those of `groupings`.

    >>> from slopewise.design.formula import parse
    >>> from slopewise.design.terms import expand
    >>> kinds = {"a": "number", "f": "text"}
    >>> layout = Layout.of([term.resolve(kinds) for term in expand(parse("y ~ 0 + a + f + a:f"))])
    >>> layout.numbers, [grouping.slots for grouping in layout.groupings]
    ((Slot(term=0, powers=()),), [(Slot(term=1, powers=()), Slot(term=2, powers=()))])
    """

    terms: tuple[Term, ...]
    numbers: tuple[Slot, ...]
    groupings: tuple[Grouping, ...]

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Layout:
        """The layout of these terms."""
        slots: dict[tuple[Factor, ...], list[Slot]] = {(): []}
        for place, term in enumerate(terms):
            powers = itertools.product(*(factor.powers for factor in term.factors if factor.powers))
            slots.setdefault(term.categories, []).extend(Slot(place, chosen) for chosen in powers)
        numbers = tuple(slots.pop(()))
        groupings = tuple(Grouping(categories, tuple(spread)) for categories, spread in slots.items())
        return cls(tuple(terms), numbers, groupings)

    @property
    def least(self) -> int:
        """The columns that there are whatever the rows hold: those of numbers, and one of each that is spread."""
        return len(self.numbers) + sum(len(grouping.slots) for grouping in self.groupings)

    def widths(self, counts: Sequence[int]) -> list[int]:
        """How many columns each term comes to where the groupings have these numbers of cells."""
        widths = [0] * len(self.terms)
        for slot in self.numbers:
            widths[slot.term] += 1
        for grouping, count in zip(self.groupings, counts, strict=True):
            for slot in grouping.slots:
                widths[slot.term] += count
        return widths
