"""What the coefficients say, a sentence each: "Each extra unit of area goes with 60.0 more price, others held."

A coefficient is a mixed difference of ŷ: over one unit of each number of its term, and between two levels of each of
its categories. It can be read alone if nothing else in the model moves with all of these, or if what does is a product
with something that can be held at zero: a number at 0 (at its mean if centred), a category at its reference. What
bends, or multiplies more than two, is named and not read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from slopewise.collected import Collected
from slopewise.design.coding import CodedColumn
from slopewise.design.terms import Factor
from slopewise.design.tree import Column
from slopewise.inference.estimates import Estimates
from slopewise.numerals import on_a_line
from slopewise.views.amounts import Effect, Target, amount, average
from slopewise.views.factor_words import Slope, category, level, listing, logarithm, reference, slope

MOST = 200  # sentences; nobody reads more
LISTED = 6  # names that a sentence takes
CLAUSES = 6  # places that a sentence names one by one
CURVES = "what is part of a curve, of an interaction or of a set of contrasts is seen in predictions"

Kind: TypeAlias = tuple[int, tuple[type, ...]]
"""The columns of one term, by its place, whose cells are alike."""


@dataclass(frozen=True)
class Part:
    """Columns of one term that are coded alike: the factors that their coefficients are differences over, `moving`,
    and the categories of which every level has a coefficient of its own, `given`."""

    moving: tuple[Factor, ...] = ()
    given: tuple[Factor, ...] = ()

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All of them."""
        return (*self.moving, *self.given)


@dataclass(frozen=True)
class Reader:
    """What sentences are made of: the fit, its target in words, and its parts; `by_column` of the table finds them."""

    kept: Collected
    target: Target
    parts: Mapping[Kind, Part]
    by_column: Mapping[str, Sequence[Part]]

    @classmethod
    def of(cls, kept: Collected, fitted: Set[Kind]) -> Reader:
        """The parts of these kinds, in which not all columns are left out; the intercept is none."""
        parts = {kind: part for kind, part in _parts(kept).items() if kind in fitted}
        by_column: dict[str, list[Part]] = {}
        for part in parts.values():
            for name in _columns(part.factors):
                by_column.setdefault(name, []).append(part)
        return cls(kept, _target(kept), parts, by_column)

    def slope(self, factor: Factor) -> Slope | None:
        """How a factor of numbers is read, if it can be."""
        return slope(factor.expression, self.kept.design.kinds)

    def reference(self, factor: Factor) -> str | None:
        """The level that a category's others stand against, if there is one."""
        return reference(factor, self.kept.coding.levels[factor.text])

    def level(self, factor: Factor, name: str) -> str:
        """A level as a sentence has it."""
        return level(factor, name, self.kept.design.kinds)

    def zero(self, factor: Factor) -> str | None:
        """Where a factor is zero, in words; None if there is no such place, or none that could be named."""
        if factor.levels:
            name = self.reference(factor)
            return None if name is None else f"{category(factor)} is {self.level(factor, name)}"
        line = self.slope(factor)
        return None if line is None else line.zero

    def held(self, part: Part) -> tuple[Factor, ...] | None:
        """The factors that are at zero where the part's coefficients are all there is; None if there is no such place.

        Every other part that moves with all that moves in this one has to be a product of this one's differences with a
        factor that is zero there.
        """
        if not self._readable(part):
            return None
        moving, held = set(part.moving), dict[Factor, None]()
        others = [other for other in self._near(part) if other != part and _moves_with(other, part)]
        for other in sorted(others, key=lambda other: len(other.factors)):
            rest = [factor for factor in other.factors if factor not in moving]
            if len(rest) + len(moving) > len(other.factors) or _columns(rest) & _columns(part.moving):
                return None
            able = [f for f in rest if f in other.moving and f not in part.given and self.zero(f) is not None]
            if not able:
                return None
            if not any(factor in held for factor in able):
                held[able[0]] = None
        names = [name for factor in (*part.factors, *held) for name in factor.columns]
        return tuple(held) if len(set(names)) == len(names) else None

    def _near(self, part: Part) -> Iterable[Part]:
        """The parts that may move with this one: those that read a column of its first moving factor."""
        if not part.moving:
            return self.parts.values()
        return dict.fromkeys(other for name in part.moving[0].columns for other in self.by_column[name])

    def _readable(self, part: Part) -> bool:
        """Whether the part is straight, and of at most two differences."""
        return len(part.moving) <= 2 and all(
            factor.category.contrast.name in ("Treatment", "Sum") if factor.levels else self.slope(factor)
            for factor in part.moving
        )


def readings(kept: Collected, estimates: Estimates) -> tuple[str, ...]:
    """A plain sentence for each coefficient that can be read alone, one that names the others, one on the intercept.

    `estimates` are those of the fit's parameters; a coefficient without a standard error is read without an interval,
    and one that was left out is not read. Of very many, the first `MOST` are.

    >>> import slopewise as sw
    >>> table = {"area": [50.0, 60.0, 80.0, 90.0], "price": [148.0, 183.0, 238.0, 271.0]}
    >>> model = sw.fit("price ~ area", table)
    >>> readings(model.kept, model.record().estimates)[0]
    'Each extra unit of area goes with 3.010 more price (95 % CI 2.603 to 3.417).'
    """
    columns, first = kept.coding.columns, len(estimates.estimate) - len(kept.coding.columns)
    dropped = np.flatnonzero(np.isnan(estimates.estimate[first:])).tolist()
    reader = Reader.of(kept, {_kind(columns[j]) for j in set(range(len(columns))).difference(dropped)})
    held = {kind: reader.held(part) for kind, part in reader.parts.items()}
    confounded = _confounded(kept, dropped)
    said, unread, cut = list[str](), dict[str, None](), list[str]()
    for j, effect in enumerate(itertools.islice(_effects(estimates), first, None)):
        if math.isnan(effect.estimate) or len(said) > MOST:
            continue
        if (places := held[_kind(columns[j])]) is None:
            unread[on_a_line(kept.design.terms[columns[j].term].label)] = None
        elif j in confounded:
            cut.append(on_a_line(columns[j].name))
        else:
            said += _sentence(reader, columns[j], effect, places)
    if len(said) > MOST:
        said[MOST:] = [f"The other coefficients, beyond {MOST}, are not read out here."]
    said += [f"{_listed(list(unread))} cannot be read one coefficient at a time: {CURVES}."] if unread else []
    them = "them" if len(cut) > 1 else "it"
    said += [f"{_listed(cut)} cannot be read alone: no row tells {them} from what is left out."] if cut else []
    return tuple([*said, *_intercept(reader, next(_effects(estimates)))] if first else said)


def _effects(estimates: Estimates) -> Iterator[Effect]:
    """Each parameter's, the intercept's first if there is one."""
    columns = (estimates.estimate, estimates.std_error, estimates.conf_low, estimates.conf_high)
    for values in zip(*(column.tolist() for column in columns), strict=True):
        estimate, error, low, high = values
        yield Effect(estimate, error, low, high, estimates.level)


def _sentence(reader: Reader, column: CodedColumn, effect: Effect, held: Sequence[Factor]) -> list[str]:
    """The sentence for one column's coefficient; none if no figure can hold it."""
    part, term = reader.parts[_kind(column)], reader.kept.design.terms[column.term]
    cell = dict(zip((factor.text for factor in term.spread), column.cell, strict=True))
    given = [f"{category(f)} is {reader.level(f, str(cell[f.text]))}" for f in part.given]
    if not part.moving:
        return _standing(reader, effect, given, held)
    words = _moved(reader, part, cell, effect)
    places = [*given, *(str(reader.zero(factor)) for factor in held)]
    where = f"where {_joined(places)}, " if places else ""
    others = set(reader.by_column) - _columns((*part.factors, *held))
    return [_capital(f"{where}{words}{', others held' if others else ''}.")] if words else []


def _moved(reader: Reader, part: Part, cell: Mapping[str, object], effect: Effect) -> str:
    """What goes with one unit, or one level against another, and how that changes with a second factor."""
    first, *second = sorted(part.moving, key=lambda factor: bool(factor.levels))  # numbers before categories
    here = there = ""
    if second and second[0].levels:
        name, against = _levels(reader, second[0], cell)
        here = f"where {category(second[0])} is {name}"
        there = "on average over its levels" if against is None else f"where it is {against}"
    for factor in part.moving:
        line = None if factor.levels else reader.slope(factor)
        effect = effect.times(line.unit) if line else effect
        if line and factor is not first:
            here = f"for each {line.extra}"
    words = amount(effect, reader.target, here, there)
    if words is None:
        return ""
    if line := None if first.levels else reader.slope(first):
        return f"each {line.extra} goes with {words}"
    name, against = _levels(reader, first, cell)
    return f"{category(first)} {name} against {against or 'the mean of its levels'}: {words}"


def _levels(reader: Reader, factor: Factor, cell: Mapping[str, object]) -> tuple[str, str | None]:
    """The level of a contrast and the one that it is against, in words; None for the mean of all levels."""
    entry, against = cell[factor.text], reader.reference(factor)
    name = reader.kept.coding.levels[factor.text][entry] if isinstance(entry, int) else str(entry)
    return reader.level(factor, name), None if against is None else reader.level(factor, against)


def _intercept(reader: Reader, effect: Effect) -> list[str]:
    """What the target is where all else is zero, if there is such a place."""
    held = reader.held(Part())
    return [] if held is None else _standing(reader, effect, [], held)


def _standing(reader: Reader, effect: Effect, given: Sequence[str], held: Sequence[Factor]) -> list[str]:
    """What the target is for some levels, the rest being zero; and whether rows need be there."""
    words = average(effect, reader.target)
    if words is None:
        return []
    lines = [line for factor in held if not factor.levels and (line := reader.slope(factor))]
    places = [*given, *(str(reader.zero(factor)) for factor in held)]
    if len(held) > CLAUSES:
        central = [line.central for line in lines]
        numbers = "at their mean" if all(central) else "0, or at their mean if centred" if any(central) else "0"
        places = [*given, f"all numbers are {numbers}"] if lines else [*given]
        places += ["all other categories are at their reference"] if len(lines) < len(held) else []
    far = "" if all(line.central for line in lines) else ", which may be far from any row"
    return [_capital(f"where {_joined(places)}{far}, {words}." if places else f"{words}.")]


def _joined(places: Sequence[str]) -> str:
    """Places as one phrase, those that are 0 together.

    >>> _joined(["area is 0", "zone is RL", "rooms is 0"])
    'area and rooms are 0 and zone is RL'
    """
    zeros = [place.removesuffix(" is 0") for place in places if place.endswith(" is 0")]
    if len(zeros) < 2:
        return listing(places)
    return listing([f"{listing(zeros)} are 0", *(place for place in places if not place.endswith(" is 0"))])


def _listed(names: Sequence[str]) -> str:
    return listing(names) if len(names) <= LISTED else f"{', '.join(names[:LISTED])} and {len(names) - LISTED} more"


def _confounded(kept: Collected, dropped: Sequence[int]) -> set[int]:
    """The columns that equal a product of theirs with another, which is left out: no rows tell where the two part."""
    if not dropped:
        return set()
    X, columns = kept.moments.raw[:-1, :-1], kept.coding.columns
    parts = _parts(kept)
    lengths = np.sqrt(np.diagonal(X))
    found = set[int]()
    for j in dropped:
        alike = np.flatnonzero(np.abs(X[j]) > (1 - 1e-9) * lengths * lengths[j]).tolist()
        product = set(parts[_kind(columns[j])].factors)
        found.update(i for i in alike if set(parts[_kind(columns[i])].moving) < product)
    return found.difference(dropped)


def _target(kept: Collected) -> Target:
    expression, kinds = kept.design.target, kept.design.kinds
    if (found := logarithm(expression)) is not None:
        return Target(found[0], "ratio", found[1])
    dated = isinstance(expression, Column) and kinds[expression.name] == "date"
    return Target(on_a_line(kept.target), "days" if dated else "sum")


def _parts(kept: Collected) -> dict[Kind, Part]:
    """The parts of the model."""
    grouped: dict[Kind, list[CodedColumn]] = {}
    for column in kept.coding.columns:
        grouped.setdefault(_kind(column), []).append(column)
    return {kind: _part(kept, columns) for kind, columns in grouped.items()}


def _kind(column: CodedColumn) -> Kind:
    return column.term, tuple(map(type, column.cell))


def _part(kept: Collected, columns: Sequence[CodedColumn]) -> Part:
    """The part that these columns are: a category is given if its reference, too, has a column."""
    term = kept.design.terms[columns[0].term]
    entries = dict(zip((f.text for f in term.spread), zip(*(c.cell for c in columns), strict=True), strict=True))
    moving, given = list[Factor](), list[Factor]()
    for factor in term.factors:
        found = entries.get(factor.text, ())
        if not factor.levels or isinstance(found[0], int):
            moving.append(factor)
        elif isinstance(found[0], str):
            against = reference(factor, kept.coding.levels[factor.text])
            (given if against is None or against in found else moving).append(factor)
    return Part(tuple(moving), tuple(given))


def _moves_with(other: Part, part: Part) -> bool:
    """Whether a part changes with every factor that moves in another."""
    columns = _columns(other.factors)
    return all(not columns.isdisjoint(factor.columns) for factor in part.moving)


def _columns(factors: Iterable[Factor]) -> set[str]:
    return {name for factor in factors for name in factor.columns}


def _capital(sentence: str) -> str:
    """A sentence that begins with one of our own words begins with a capital."""
    ours = sentence.startswith(("each ", "where "))
    return sentence[0].upper() + sentence[1:] if ours else sentence
