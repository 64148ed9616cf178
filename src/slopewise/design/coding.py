"""`Coding`: how categories and polynomials enter the model, chosen once all levels are known.

The pass has a column for every level of a category; the model has all of them, `f[q]`, or the contrasts of
`contrasts.py`, `f[T.q]`, by the rule of `ranks.py`. It has the powers of a polynomial; the model has combinations of
them (`polynomials.py`). Both are linear maps of the columns: they are applied to the moments, and no row is read again.

Names say in brackets which of its factor's columns one is: `f[q]` a level, `f[T.q]` one against the reference,
`C(f, Sum)[S.q]`, `C(f, Poly)[.L]`, `poly(x, 2)[1]`; and `:` stands between the factors of an interaction.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from slopewise.design.contrasts import contrasts, listed
from slopewise.design.layout import Layout
from slopewise.design.levels import level_order
from slopewise.design.placing import Links, fitted, placed
from slopewise.design.polynomials import Basis, Level, Step, along, images, orthonormal, standard, transformed
from slopewise.design.ranks import Coded, Pattern, patterns
from slopewise.design.rows import ColumnKey, Features, check_width, keys_of, sorted_keys
from slopewise.design.terms import Factor, Term, carried
from slopewise.design.tree import text
from slopewise.errors import ArgumentError, UnseenLevel
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.strips import Strip
from slopewise.typing import Array, BoolArray

Cell: TypeAlias = tuple[Level | None, ...]
"""For each factor of a term that is spread a level, a polynomial's degree or the place of a contrast; None for a
category that does not matter."""

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
        """The coding of `terms` for the levels in `keys`; the first level in order is the reference unless told.

        Levels are in the order in which they are declared, or else of `level_order`; those that no row has get no
        column, as in R's `lm`, and are `unused`. An ordered category is coded as any other unless told.
        No column is the sum of others by construction, and none that could be added would be new. A combination of
        levels that no row has keeps its column, of zeros, as in R. (Where R leaves one column too many, to be found
        collinear in the fit, as in y ~ f:g, its own rule is carried through.) Raises `DataError` for too many columns,
        and for a reference that no row has.
        """
        passed, keys = carried(terms), tuple(keys)
        levels = _levels(passed, keys)
        reduced = {f.text: _reduced(f, levels[f.text]) for term in terms for f in term.categories}
        parts = [
            [(pattern, _choices(term, pattern, levels, reduced)) for pattern in chosen]
            for term, chosen in zip(terms, patterns(terms, intercept), strict=True)
        ]
        check_width(terms, [sum(math.prod(map(len, choices)) for _, choices in part) for part in parts])
        columns = tuple(
            CodedColumn(_name(term, pattern, cell, reduced), t, cell)
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
    def unused(self) -> Mapping[str, tuple[str, ...]]:
        """The levels that are declared and that no row has, by the label of their factor."""
        found = {}
        for factor in (factor for term in self.carried for factor in term.categories):
            if missing := [level for level in factor.declared if level not in self.levels[factor.text]]:
                found[factor.label] = tuple(missing)
        return found

    @cached_property
    def selection(self) -> tuple[int, ...] | None:
        """For each column of the model the one column of the pass that it is; None if some are sums, or have none."""
        links = sorted((j, i, steps) for i, j, steps in self._links(self.keys))
        pure = [(j, ()) for j in range(len(self.columns))] == [(j, steps) for j, _, steps in links]
        return tuple(i for _, i, _ in links) if pure else None

    @cached_property
    def _picked(self) -> list[int] | None:
        """The columns of numbers of the pass that are the model's, where it has no others and none is a sum."""
        layout = Layout.of(self.carried)
        if self.selection is None or layout.groupings:
            return None
        place = {key: i for i, key in enumerate(keys_of(layout, []))}
        return [place[self.keys[i]] for i in self.selection]

    def map(self, coefficients: Mapping[str, Pair]) -> Pair:
        """T (len(keys) + 1, p + 1): columns of the pass @ T = columns of the model; the target is last in both.

        `coefficients` are those of the orthogonal polynomials, by the factor's text.
        """
        T = Pair.zeros((len(self.keys) + 1, len(self.columns) + 1))
        T[-1, -1] = Pair.of(1.0)
        matrices = {**self._contrasts, **coefficients}
        for i, j, steps in self._links(self.keys):
            T[i, j] = along(steps, matrices)
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
                products, noise = state.body.raw(), MARGIN * float(state.body.noise().max())
                variable, form = text(polynomial.argument), polynomial.form
                if form == "poly":
                    found[term.text] = orthonormal(products, noise, term.label, variable)
                else:
                    found[term.text] = standard(products, noise, int(state.rows), form, variable)
        return found

    def matrix(
        self,
        features: Features,
        unseen: Literal["error", "missing"] = "error",
        bases: Mapping[str, Basis] | None = None,
    ) -> Array:
        """The model's columns in the rows of `features`, (m, p), rounded to float64, in Fortran order.

        A level that the pass has not seen raises `UnseenLevel`; with `unseen="missing"` such rows are NaN throughout.
        Orthogonal polynomials are those of the fit, and need its `bases`: see `Gathered.bases`.
        """
        strange = self._strange(features, unseen)
        if self._picked is not None and all(numbers.low is None for numbers in features.numbers):
            plain = np.empty((len(features.number), len(self._picked)), order="F")
            for j, i in enumerate(self._picked):
                plain[:, j] = features.numbers[i].high
            return plain
        coded = placed(features, self._parts(features, bases), len(self.columns))
        coded[strange] = np.nan
        return coded

    def strips(self, features: Features) -> tuple[Strip, ...] | None:
        """The model's columns in the rows of `features` where they lie; None where one of them is yet to be formed."""
        if self._picked is None or any(numbers.low is not None for numbers in features.numbers):
            return None
        return tuple(features.numbers[i].strip for i in self._picked)

    def fitted(
        self,
        features: Features,
        theta: Array,
        unseen: Literal["error", "missing"] = "error",
        bases: Mapping[str, Basis] | None = None,
    ) -> Array:
        """`matrix` @ theta, for `theta` (p,), (m,), without the matrix: what many levels need."""
        strange = self._strange(features, unseen)
        values = fitted(features, self._parts(features, bases), theta)
        values[strange] = np.nan
        return values

    def _parts(self, features: Features, bases: Mapping[str, Basis] | None) -> Links:
        """The links of columns of `features` with those of the model."""
        about = {name: basis.about(features.origins[name]) for name, basis in (bases or {}).items()}
        matrices = {**self._contrasts, **about}
        return lambda keys: ((i, j, along(steps, matrices)) for i, j, steps in self._links(keys))

    @cached_property
    def _contrasts(self) -> Mapping[str, Pair]:
        """The contrasts of each category that has others than to leave a level out, by its factor's text."""
        return {
            factor.text: Pair.of(contrasts(factor.category, self.levels[factor.text]).matrix)
            for term in self.carried
            for factor in term.categories
            if factor.category.contrast.name != "Treatment"
        }

    def _links(self, keys: Sequence[ColumnKey]) -> Iterator[tuple[int, int, tuple[Step, ...]]]:
        """(i, j, steps) for each of `keys`, at i, that has part in the model's column j, as large as `steps` say."""
        place = {(column.term, column.cell): j for j, column in enumerate(self.columns)}
        shapes: dict[int, dict[tuple[type, ...], None]] = {}
        for column in self.columns:
            shapes.setdefault(column.term, {})[tuple(map(type, column.cell))] = None
        for i, key in enumerate(keys):
            for shape, (levels, steps) in itertools.product(
                shapes.get(key.term, ()), images(self.carried[key.term], key.levels)
            ):
                for cell, more in self._cells(self.carried[key.term], shape, levels):
                    if (j := place.get((key.term, cell))) is not None:
                        yield i, j, (*steps, *more)

    def _cells(
        self, term: Term, shape: tuple[type, ...], levels: tuple[Level, ...]
    ) -> Iterator[tuple[Cell, tuple[Step, ...]]]:
        """The cells of one shape, by level or by contrast, in which a column of the pass with these levels has part."""
        choices: list[list[tuple[Level | None, tuple[Step, ...]]]] = []
        for factor, level, how in zip(term.spread, levels, shape, strict=True):
            if factor.levels and how is int:
                choices.append([(j, (step,)) for j, step in self._shares(factor, str(level))])
            else:
                choices.append([(None if how is type(None) else level, ())])
        for picked in itertools.product(*choices):
            yield tuple(entry for entry, _ in picked), tuple(itertools.chain.from_iterable(s for _, s in picked))

    def _shares(self, factor: Factor, level: str) -> Iterator[tuple[int, Step]]:
        """The contrasts that a level has part in; none if the pass has not seen it."""
        if level in self.levels[factor.text]:
            row = self.levels[factor.text].index(level)
            for j in np.flatnonzero(self._contrasts[factor.text].hi[row]).tolist():
                yield j, (factor.text, row, j)

    def _strange(self, features: Features, unseen: str) -> BoolArray:
        """The rows with a level that the pass has not seen, (m,)."""
        if unseen not in ("error", "missing"):
            raise ArgumentError(f"unseen={unseen!r} is not one of 'error' and 'missing'")
        strange = np.zeros(len(features.number), dtype=np.bool_)
        for factor, category in features.categories.items():
            known = self.levels.get(factor, ())
            unknown = [category.levels.index(level) for level in {*category.levels}.difference(known)]
            strange |= np.isin(category.codes, unknown)
            if unseen == "error" and unknown:
                at = int(np.argmax(strange))
                level = category.levels[category.codes[at]]
                raise UnseenLevel(
                    f"{features.source}, row {features.number[at]}: {factor} is {level!r}, which the fit has not "
                    f"seen; it knows {listed(known)}. Correct the value, or ask for unseen='missing' to get no "
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
    return {factor.text: _ordered(factor, seen[factor.text]) for term in terms for factor in term.categories}


def _ordered(factor: Factor, levels: set[str]) -> tuple[str, ...]:
    """The declared levels among these, and behind them any others."""
    first = [level for level in factor.declared if level in levels]
    return (*first, *sorted(levels.difference(first), key=level_order(numeric=factor.levels == "number")))


def _reduced(factor: Factor, levels: tuple[str, ...]) -> dict[Level, str]:
    """What stands in a cell for each contrast of a category, and its label: the level where it is an indicator."""
    labels = contrasts(factor.category, levels).labels
    if factor.category.contrast.name == "Treatment":
        return {label.removeprefix("T."): label for label in labels}
    return dict(enumerate(labels))


def _choices(
    term: Term, pattern: Pattern, levels: Mapping[str, tuple[str, ...]], reduced: Mapping[str, Mapping[Level, str]]
) -> list[tuple[Level | None, ...]]:
    """What may stand in the place of each factor in the cells of one part of a term."""
    coded = iter(pattern)
    choices: list[tuple[Level | None, ...]] = []
    for factor in term.spread:
        if factor.levels:
            full, fewer = levels[factor.text], tuple(reduced[factor.text])
            choices.append({Coded.ABSENT: (None,), Coded.REDUCED: fewer, Coded.FULL: full}[next(coded)])
        else:
            choices.append(tuple(power for power in factor.powers if power))
    return choices


def _cells(choices: Sequence[tuple[Level | None, ...]]) -> Iterator[Cell]:
    """The cells of one part of a term; the first factor varies fastest."""
    return (cell[::-1] for cell in itertools.product(*reversed(choices)))


def _name(term: Term, pattern: Pattern, cell: Cell, reduced: Mapping[str, Mapping[Level, str]]) -> str:
    """`zone[T.RL]:area` for a category by contrasts, `zone[RL]:area` for one with all of its levels.

    A polynomial bears its degree: `poly(area, 2)[1]`; what is centred or scaled is one column, and bears none.
    """
    coded = dict(zip((factor.text for factor in term.categories), pattern, strict=True))
    entries = dict(zip((factor.text for factor in term.spread), cell, strict=True))
    parts = []
    for factor in term.factors:
        how, entry = coded.get(factor.text, Coded.FULL), entries.get(factor.text)
        if entry is None or (factor.polynomial and factor.polynomial.form in ("center", "scale")):
            parts += [factor.label] if how is not Coded.ABSENT else []
        else:
            parts.append(f"{factor.label}[{reduced[factor.text][entry] if how is Coded.REDUCED else entry}]")
    return ":".join(parts)
