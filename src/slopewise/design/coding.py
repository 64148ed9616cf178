"""`Coding`: which indicators of categories enter the model, chosen once all levels are known.

The pass has a column for every level of a category; the model leaves some out, `f[T.q]`, or not, `f[q]`, by the rule
of `ranks.py`. That is a linear map of the columns: it is applied to the moments, and no row is read again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from slopewise.design.columns import level_order
from slopewise.design.ranks import Coded, Pattern, patterns
from slopewise.design.rows import ColumnKey, Features, check_width, sorted_keys
from slopewise.design.terms import Term
from slopewise.errors import ArgumentError, UnseenLevel
from slopewise.moments import Moments
from slopewise.typing import Array, BoolArray

Cell: TypeAlias = tuple[str | None, ...]
"""A level for each category of a term; None where the column does not depend on it."""


class CodedColumn(NamedTuple):
    """A column of the model: its name, its term by the place in `Design.terms`, and the cell where it is not zero."""

    name: str
    term: int
    cell: Cell


@dataclass(frozen=True)
class Coding:
    """The p columns of a model, without the intercept, and how they come from the columns of the pass.

    `terms` (p,) is the term that each column belongs to, `intercept` whether the model has one, `keys` are the columns
    of the pass, and `levels` those that the pass has seen, by the text of the category's factor.
    """

    columns: tuple[CodedColumn, ...]
    terms: tuple[str, ...]
    intercept: bool
    keys: tuple[ColumnKey, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, terms: Sequence[Term], intercept: bool, keys: Iterable[ColumnKey]) -> Coding:
        """The coding of `terms` for the levels in `keys`; the first level in order is the reference.

        No column is the sum of others by construction, and none that could be added would be new. A combination of
        levels that no row has keeps its column, of zeros, as in R. Raises `DataError` for too many columns.
        """
        levels = _levels(terms, keys)
        parts = patterns(terms, intercept)
        choices = [[levels[factor.text] for factor in term.categories] for term in terms]
        check_width(terms, [_width(parts[t], choices[t]) for t in range(len(terms))])
        columns = tuple(
            CodedColumn(_name(term, pattern, cell), t, cell)
            for t, term in enumerate(terms)
            for pattern in parts[t]
            for cell in _cells(pattern, choices[t])
        )
        labels = tuple(terms[column.term].label for column in columns)
        return cls(columns, labels, intercept, sorted_keys(terms, keys), levels)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the p coefficients."""
        return tuple(column.name for column in self.columns)

    @property
    def map(self) -> Array:
        """T (len(keys) + 1, p + 1): columns of the pass @ T = columns of the model; the target is last in both."""
        T = np.zeros((len(self.keys) + 1, len(self.columns) + 1))
        T[-1, -1] = 1.0
        for i, j in self._pairs(self.keys):
            T[i, j] = 1.0
        return T

    @property
    def selection(self) -> tuple[int, ...] | None:
        """For each column of the model the one column of the pass that it is; None if some are sums, or have none."""
        pairs = sorted((j, i) for i, j in self._pairs(self.keys))
        pure = [j for j, _ in pairs] == list(range(len(self.columns)))
        return tuple(i for _, i in pairs) if pure else None

    def apply(self, moments: Moments) -> Moments:
        """The moments of the model's columns from those of the columns `keys` of the pass; the target last in both."""
        selection = self.selection
        if selection is None:
            return moments.transform(self.map)
        return moments.select([*selection, len(self.keys)])

    def matrix(self, features: Features, unseen: Literal["error", "missing"] = "error") -> Array:
        """The model's columns in the rows of `features`, (m, p).

        A level that the pass has not seen raises `UnseenLevel`; with `unseen="missing"` such rows are NaN throughout.
        """
        if unseen not in ("error", "missing"):
            raise ArgumentError(f"unseen={unseen!r} is not one of 'error' and 'missing'")
        strange = self._strange(features, refuse=unseen == "error")
        coded = np.zeros((len(features.x), len(self.columns)), order="F")
        for i, j in self._pairs(features.columns):
            coded[:, j] += features.x[:, i]
        coded[strange] = np.nan
        return coded

    def _pairs(self, keys: Sequence[ColumnKey]) -> Iterator[tuple[int, int]]:
        """(i, j) for each of `keys`, at i, that is part of the model's column j."""
        place = {(column.term, column.cell): j for j, column in enumerate(self.columns)}
        masks: dict[int, dict[tuple[bool, ...], None]] = {}
        for column in self.columns:
            masks.setdefault(column.term, {})[tuple(level is not None for level in column.cell)] = None
        for i, key in enumerate(keys):
            for mask in masks.get(key.term, ()):
                cell = tuple(level if involved else None for level, involved in zip(key.levels, mask, strict=True))
                if (j := place.get((key.term, cell))) is not None:
                    yield i, j

    def _strange(self, features: Features, *, refuse: bool) -> BoolArray:
        """The rows with a level that the pass has not seen, (m,)."""
        strange = np.zeros(len(features.x), dtype=np.bool_)
        for factor, category in features.categories.items():
            known = self.levels.get(factor, ())
            unknown = [category.levels.index(level) for level in {*category.levels}.difference(known)]
            strange |= np.isin(category.codes, unknown)
            if refuse and unknown:
                at = int(np.argmax(strange))
                level = category.levels[category.codes[at]]
                raise UnseenLevel(
                    f"{features.source}, row {features.number[at]}: {factor} is {level!r}, which the fit has not "
                    f"seen; it knows {_listed(known)}. Correct the value, or ask for unseen='missing' to get no "
                    "prediction there"
                )
        return strange


def _levels(terms: Sequence[Term], keys: Iterable[ColumnKey]) -> dict[str, tuple[str, ...]]:
    """The levels of each category, in their order, by the text of its factor."""
    seen: dict[str, set[str]] = {factor.text: set() for term in terms for factor in term.categories}
    for key in keys:
        for factor, level in zip(terms[key.term].categories, key.levels, strict=True):
            seen[factor.text].add(level)
    order = {f.text: level_order(numeric=f.levels == "number") for term in terms for f in term.categories}
    return {text: tuple(sorted(levels, key=order[text])) for text, levels in seen.items()}


def _choices(coded: Coded, levels: tuple[str, ...]) -> tuple[str | None, ...]:
    """What may stand in a category's place in a cell."""
    return {Coded.ABSENT: (None,), Coded.REDUCED: levels[1:], Coded.FULL: levels}[coded]


def _cells(pattern: Pattern, levels: Sequence[tuple[str, ...]]) -> Iterator[Cell]:
    """The cells of one part of a term; the first category varies fastest."""
    choices = [_choices(coded, known) for coded, known in zip(pattern, levels, strict=True)]
    return (cell[::-1] for cell in itertools.product(*reversed(choices)))


def _width(parts: Iterable[Pattern], levels: Sequence[tuple[str, ...]]) -> int:
    """How many cells the parts of a term have, without counting them out."""
    return sum(
        math.prod(len(_choices(coded, known)) for coded, known in zip(part, levels, strict=True)) for part in parts
    )


def _name(term: Term, pattern: Pattern, cell: Cell) -> str:
    """`zone[T.RL]:area` for a category without its first level, `zone[RL]:area` for one with all of them."""
    coded = dict(zip((factor.text for factor in term.categories), zip(pattern, cell, strict=True), strict=True))
    parts = []
    for factor in term.factors:
        how, level = coded.get(factor.text, (None, None))
        if how is None:
            parts.append(factor.label)
        elif how is not Coded.ABSENT:
            parts.append(f"{factor.label}[{'T.' if how is Coded.REDUCED else ''}{level}]")
    return ":".join(parts)


def _listed(levels: Sequence[str]) -> str:
    shown = ", ".join(repr(level) for level in levels[:8])
    return shown + (f" and {len(levels) - 8} more" if len(levels) > 8 else "")
