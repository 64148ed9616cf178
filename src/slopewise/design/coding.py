"""`Coding`: which indicators of categories enter the model, chosen once all levels are known; and which polynomials.

The pass has a column for every level of a category; the model leaves some out, `f[T.q]`, or not, `f[q]`, by the rule
of `ranks.py`. It has the powers of a polynomial; the model has orthonormal combinations of them (`polynomials.py`).
Both are linear maps of the columns: they are applied to the moments, and no row is read again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from slopewise.design.columns import level_order
from slopewise.design.polynomials import Basis, Level, Step, along, combined, images, orthonormal, transformed
from slopewise.design.ranks import Coded, Pattern, patterns
from slopewise.design.rows import ColumnKey, Features, check_width, sorted_keys
from slopewise.design.terms import Term, carried
from slopewise.design.tree import text
from slopewise.errors import ArgumentError, UnseenLevel
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.typing import Array, BoolArray

Cell: TypeAlias = tuple[Level | None, ...]
"""A level for each factor of a term that is spread, a polynomial's degree; None for a category that does not matter."""


MARGIN = 2.0**7
"""How many times the noise of the sums a polynomial's part is that counts as one."""


class CodedColumn(NamedTuple):
    """A column of the model: its name, its term by the place in `Design.terms`, and the cell where it is not zero."""

    name: str
    term: int
    cell: Cell


@dataclass(frozen=True)
class Coding:
    """The p columns of a model, without the intercept, and how they come from the columns of the pass.

    `terms` (p,) is the term that each column belongs to, `intercept` whether the model has one, `keys` are the columns
    of the pass, whose terms are `carried`, and `levels` those that the pass has seen, by the text of the category's
    factor.
    """

    columns: tuple[CodedColumn, ...]
    terms: tuple[str, ...]
    intercept: bool
    carried: tuple[Term, ...]
    keys: tuple[ColumnKey, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, terms: Sequence[Term], intercept: bool, keys: Iterable[ColumnKey]) -> Coding:
        """The coding of `terms` for the levels in `keys`; the first level in order is the reference.

        No column is the sum of others by construction, and none that could be added would be new. A combination of
        levels that no row has keeps its column, of zeros, as in R. Raises `DataError` for too many columns.
        """
        passed, keys = carried(terms), tuple(keys)
        levels = _levels(passed, keys)
        parts = [
            [(pattern, _choices(term, pattern, levels)) for pattern in chosen]
            for term, chosen in zip(terms, patterns(terms, intercept), strict=True)
        ]
        check_width(terms, [sum(math.prod(map(len, choices)) for _, choices in part) for part in parts])
        columns = tuple(
            CodedColumn(_name(term, pattern, cell), t, cell)
            for t, term in enumerate(terms)
            for pattern, choices in parts[t]
            for cell in _cells(choices)
        )
        labels = tuple(terms[column.term].label for column in columns)
        return cls(columns, labels, intercept, passed, sorted_keys(passed, keys), levels)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the p coefficients."""
        return tuple(column.name for column in self.columns)

    @property
    def selection(self) -> tuple[int, ...] | None:
        """For each column of the model the one column of the pass that it is; None if some are sums, or have none."""
        pairs = sorted((j, i) for i, j, _ in self._links(self.keys))
        pure = [j for j, _ in pairs] == list(range(len(self.columns)))
        return tuple(i for _, i in pairs) if pure else None

    def map(self, coefficients: Mapping[str, Pair]) -> Pair:
        """T (len(keys) + 1, p + 1): columns of the pass @ T = columns of the model; the target is last in both.

        `coefficients` are those of the orthogonal polynomials, by the factor's text.
        """
        T = Pair.zeros((len(self.keys) + 1, len(self.columns) + 1))
        T[-1, -1] = Pair.of(1.0)
        for i, j, steps in self._links(self.keys):
            T[i, j] = along(steps, coefficients)
        return T

    def apply(self, moments: Moments) -> Moments:
        """The moments of the model's columns from those of the columns `keys` of the pass; the target last in both.

        Raises `DataError` for a polynomial of more degrees than its variable has values.
        """
        selection = self.selection
        if selection is None:
            return transformed(moments, self.map(self.coefficients(moments)))
        return moments.select([*selection, len(self.keys)])

    def coefficients(self, moments: Moments) -> Mapping[str, Pair]:
        """Of the powers that the pass has of each orthogonal polynomial in the orthonormal ones: see `orthonormal`.

        A stack of states has one basis, that of all of its rows.
        """
        place = {key: i for i, key in enumerate(self.keys)}
        found = {}
        for t, term in enumerate(self.carried):
            if polynomial := term.orthogonal:
                state = moments.select([place[ColumnKey(t, (power,))] for power in term.factors[0].powers])
                while state.rows.ndim:
                    state = state.pool()
                noise = MARGIN * float(state.body.noise().max())
                found[term.text] = orthonormal(state.body.raw(), noise, term.label, text(polynomial.argument))
        return found

    def matrix(
        self,
        features: Features,
        unseen: Literal["error", "missing"] = "error",
        bases: Mapping[str, Basis] | None = None,
    ) -> Array:
        """The model's columns in the rows of `features`, (m, p), rounded to float64.

        A level that the pass has not seen raises `UnseenLevel`; with `unseen="missing"` such rows are NaN throughout.
        Orthogonal polynomials are those of the fit, and need its `bases`: see `Gathered.bases`.
        """
        if unseen not in ("error", "missing"):
            raise ArgumentError(f"unseen={unseen!r} is not one of 'error' and 'missing'")
        strange = self._strange(features, refuse=unseen == "error")
        about = {name: basis.about(features.origins[name]) for name, basis in (bases or {}).items()}
        coded = np.zeros((len(features.x), len(self.columns)), order="F")
        sums: dict[int, list[tuple[int, Pair]]] = {}
        for i, j, steps in self._links(features.columns):
            if steps:
                sums.setdefault(j, []).append((i, along(steps, about)))
            else:
                coded[:, j] += features.x[:, i]
        for j, parts in sums.items():
            coded[:, j] = combined([features.numbers(i) for i, _ in parts], [part for _, part in parts])
        coded[strange] = np.nan
        return coded

    def _links(self, keys: Sequence[ColumnKey]) -> Iterator[tuple[int, int, tuple[Step, ...]]]:
        """(i, j, steps) for each of `keys`, at i, that has part in the model's column j, as large as `steps` say."""
        place = {(column.term, column.cell): j for j, column in enumerate(self.columns)}
        masks: dict[int, dict[tuple[bool, ...], None]] = {}
        for column in self.columns:
            masks.setdefault(column.term, {})[tuple(level is not None for level in column.cell)] = None
        for i, key in enumerate(keys):
            for mask, (levels, steps) in itertools.product(
                masks.get(key.term, ()), images(self.carried[key.term], key.levels)
            ):
                cell = tuple(level if involved else None for level, involved in zip(levels, mask, strict=True))
                if (j := place.get((key.term, cell))) is not None:
                    yield i, j, steps

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
        for factor, level in zip(terms[key.term].spread, key.levels, strict=True):
            if isinstance(level, str):
                seen[factor.text].add(level)
    order = {f.text: level_order(numeric=f.levels == "number") for term in terms for f in term.categories}
    return {name: tuple(sorted(levels, key=order[name])) for name, levels in seen.items()}


def _choices(term: Term, pattern: Pattern, levels: Mapping[str, tuple[str, ...]]) -> list[tuple[Level | None, ...]]:
    """What may stand in the place of each factor in the cells of one part of a term."""
    coded = iter(pattern)
    choices: list[tuple[Level | None, ...]] = []
    for factor in term.spread:
        if factor.levels:
            known = levels[factor.text]
            choices.append({Coded.ABSENT: (None,), Coded.REDUCED: known[1:], Coded.FULL: known}[next(coded)])
        else:
            choices.append(tuple(power for power in factor.powers if power))
    return choices


def _cells(choices: Sequence[tuple[Level | None, ...]]) -> Iterator[Cell]:
    """The cells of one part of a term; the first factor varies fastest."""
    return (cell[::-1] for cell in itertools.product(*reversed(choices)))


def _name(term: Term, pattern: Pattern, cell: Cell) -> str:
    """`zone[T.RL]:area` for a category without its first level, `zone[RL]:area` for one with all of them.

    A polynomial bears its degree: `poly(area, 2)[1]`.
    """
    coded = dict(zip((factor.text for factor in term.categories), pattern, strict=True))
    levels = dict(zip((factor.text for factor in term.spread), cell, strict=True))
    parts = []
    for factor in term.factors:
        how = coded.get(factor.text, Coded.FULL)
        if factor.text not in levels:
            parts.append(factor.label)
        elif how is not Coded.ABSENT:
            parts.append(f"{factor.label}[{'T.' if how is Coded.REDUCED else ''}{levels[factor.text]}]")
    return ":".join(parts)


def _listed(levels: Sequence[str]) -> str:
    shown = ", ".join(repr(level) for level in levels[:8])
    return shown + (f" and {len(levels) - 8} more" if len(levels) > 8 else "")
