"""`submodel`: any of the terms that were collected, with any of their columns as the target, without reading a row.

What a pass keeps of a formula holds all that a smaller formula would have kept of the same rows: the columns of its
terms are among those of the pass, with every level of every category and the powers of every polynomial. They are
picked out here; coding, solving and inference then go on as after any pass. Rows that lacked a value in a column that
is left out stay dropped, for nobody can tell what they held. The states of groups, folds and clusters go along.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from slopewise.answering import least_squares
from slopewise.collected import Collected
from slopewise.design import Design, Gathered
from slopewise.design.formula import parse
from slopewise.design.keyed import Keyed
from slopewise.design.layout import Layout
from slopewise.design.rows import ColumnKey
from slopewise.design.sample import Sample
from slopewise.design.terms import INTERCEPT, Factor, Term, expand
from slopewise.design.tree import Categorical, Column, Expression, Polynomial, columns_of, text
from slopewise.errors import ArgumentError, FormulaError, suggest
from slopewise.inference.covariance import Cov
from slopewise.model import LinearModel
from slopewise.moments.grouped import Grouped
from slopewise.moments.pair import Pair
from slopewise.moments.tables import PairedTable, Table
from slopewise.rereading import has_states
from slopewise.typing import AnyArray

Names = str | Sequence[str]
"""Terms by name: one, or several in a list."""


def submodel(
    kept: Collected | LinearModel,
    formula: str | None = None,
    *,
    drop: Names = (),
    add: Names = (),
    terms: Names | None = None,
    target: str | None = None,
) -> LinearModel:
    """The least-squares model of some of the terms that were collected, with full inference, without reading a row.

    Give a `formula` of which every term was collected, with an intercept or without; or say which `terms` by name, as
    the formula writes them ("area", "zone", "area:zone"), all of them unless told; then some to `drop`, and to `add`.
    `target` is another column of numbers among the terms, which then leaves them, as do the terms that are made of it;
    the old target enters only if it is added. The model is the one that `fit` gives for the smaller formula and the
    rows that were used, its categories coded as there. Rows that lacked a value in a column left out stay dropped.
    Standard errors are clustered as those of the model, from the states that its pass has kept; of what was collected
    `by` a column, `.with_covariance(("cluster", column))` of the submodel gives them.

    Raises `ArgumentError` for terms that were not collected, for a target that is no single column of numbers, where
    neither term nor intercept is left, and for a model with "HC0" … "HC3", which need the rows; `TooFewRows` where rows
    are fewer than parameters.
    Source: Goodnight (1979), The American Statistician 33(3), 149–158.

    >>> import slopewise as sw
    >>> table = {"area": [50.0, 60.0, 80.0, 90.0], "zone": ["a", "b", "a", "b"], "price": [1.0, 2.0, 2.0, 4.0]}
    >>> kept = sw.collect("price ~ area + zone", table)
    >>> submodel(kept, drop="zone").coefficients == sw.fit("price ~ area", table).coefficients
    True
    >>> submodel(kept, target="area", add="price").formula
    'area ~ zone + price'
    """
    state, cov = collected_of(kept), _covariance_of(kept)
    if formula is None:
        model = least_squares(restricted(state, *_chosen(state, drop, add, terms, target)))
    elif terms is not None or drop or add or target is not None:
        raise ArgumentError("give a formula, or say what to drop and to add; a formula says all of it")
    else:
        model = least_squares(part_of(state, formula))
    return model if cov is None else model.with_covariance(cov)


def part_of(kept: Collected, formula: str) -> Collected:
    """What a pass over the rows that were used would have kept for a formula of which all terms were collected.

    With the states of groups where it is the formula collected, however written.

    >>> import slopewise as sw
    >>> kept = sw.collect("price ~ area", {"area": [50.0, 60.0], "price": [1.0, 2.0]})
    >>> part_of(kept, "price ~ 1").names
    ()
    """
    target, terms, intercept = _written(kept, formula)
    design = kept.design
    if (target, tuple(terms), intercept) == (design.target, design.terms, design.intercept):
        return replace_formula(kept, formula)
    return replace_formula(restricted(kept, target, terms, intercept), formula)


def _covariance_of(kept: Collected | LinearModel) -> Cov | None:
    """The covariance that a submodel takes over; `ArgumentError` for one that no state gives."""
    if not isinstance(kept, LinearModel) or kept.robust is None:
        return None
    assumption = kept.robust.assumption
    if not has_states(kept.kept, assumption):
        why = "the states of these clusters were not kept" if assumption.keys else "they take the residuals of its own"
        raise ArgumentError(
            f"{kept.robust.phrase()} of a submodel read the rows again, for {why}; take the submodel of "
            f'model.with_covariance("classical"), and of that .with_covariance({assumption.asked!r}, data)'
        )
    return assumption.asked


def collected_of(kept: Collected | LinearModel) -> Collected:
    """What was collected, of a model too; `ArgumentError` for anything else."""
    state = kept.kept if isinstance(kept, LinearModel) else kept
    if not isinstance(state, Collected):
        raise ArgumentError(f"a {type(kept).__name__} is no state of rows; give what collect returns, or a model")
    return state


def replace_formula(kept: Collected, formula: str) -> Collected:
    """The same with the formula as somebody has written it."""
    design = replace(kept.design, formula=formula)
    return replace(kept, design=design, gathered=replace(kept.gathered, design=design))


def formula_of(target: Expression, terms: Sequence[Term], intercept: bool) -> str:
    """A formula as people write it.

    >>> formula_of(Column("y"), [Term.of([Factor.of(Column("a b"))])], False)
    'y ~ 0 + `a b`'
    """
    parts = [*([] if intercept else ["0"]), *(term.text for term in terms)]
    return f"{text(target)} ~ {' + '.join(parts) or '1'}"


def restricted(kept: Collected, target: Expression, terms: Sequence[Term], intercept: bool) -> Collected:
    """What a pass over the same rows would have kept for these terms and target, all of them collected."""
    old = kept.design
    if not terms and not intercept:
        raise ArgumentError(f"no term of {old.formula!r} is left, and no intercept; keep one of them")
    design = Design.of(
        formula_of(target, terms, intercept),
        old.kinds,
        weights=old.weights,
        frequency=old.frequency,
        missing=old.missing,
        declared=old.declared,
        keys=old.keys,
        source_name=old.source_name,
    )
    picked = _Picked(old, design)
    gathered = picked.gathered(kept.gathered)
    keyed = None if kept.keyed is None else picked.keyed(kept.keyed, gathered.keys)
    folds = None if kept.folds is None else kept.folds.select(picked.numbers)
    return replace(kept, design=design, gathered=gathered, keyed=keyed, folds=folds)


def matched(kept: Collected, names: Names, what: str = "term") -> list[Term]:
    """The collected terms of these names, in their order. Raises `ArgumentError` for names of others."""
    return [term for name in ([names] if isinstance(names, str) else names) for term in _of_name(kept, name, what)]


def _of_name(kept: Collected, name: str, what: str) -> list[Term]:
    terms = {**{term.label: term for term in _available(kept)}, **{term.text: term for term in _available(kept)}}
    if name in terms:
        return [terms[name]]
    try:
        found = list(expand(parse(f"{text(kept.design.target)} ~ 0 + {name}")))
    except FormulaError:
        found = []
    known = {term.key: term for term in _available(kept)}
    if found and all(term.key in known for term in found):
        return [known[term.key] for term in found]
    raise _not_collected(kept, name, what)


def _not_collected(kept: Collected, name: str, what: str) -> ArgumentError:
    hint = suggest(name, [term.label for term in _available(kept)])
    return ArgumentError(
        f"{kept.design.formula!r} has no {what} {name!r}; {hint} (what was not collected takes another pass over the "
        "rows)"
    )


def _available(kept: Collected) -> tuple[Term, ...]:
    """The terms that were collected, and the target as one."""
    return (*kept.design.terms, Term.of([Factor.of(kept.design.target)]))


def _chosen(
    kept: Collected, drop: Names, add: Names, terms: Names | None, target: str | None
) -> tuple[Expression, list[Term], bool]:
    """Target, terms and intercept of what is asked for, the terms in the order of the formula, added ones behind."""
    design, chosen = kept.design, kept.design.target if target is None else _target(kept, target)
    own = list(design.terms) if terms is None else matched(kept, terms)
    if terms is None and target is not None:
        own = [term for term in own if not _is_made_of(term, chosen)]
    gone, more = {term.key for term in matched(kept, drop)}, matched(kept, add)
    if absent := [term.label for term in matched(kept, drop) if term.key not in {one.key for one in own}]:
        raise ArgumentError(f"{absent[0]!r} cannot be dropped from a model that has no such term")
    left = dict.fromkeys([*(term for term in own if term.key not in gone), *more])
    return chosen, list(left), design.intercept


def _is_made_of(term: Term, target: Expression) -> bool:
    names = {column.name for column in columns_of(target)}
    return any(factor.text == text(target) or set(factor.columns) == names for factor in term.factors)


def _target(kept: Collected, name: str) -> Expression:
    """The expression of a new target."""
    term = matched(kept, name, "column")[0]
    factor, expression = term.factors[0], term.factors[0].expression
    if len(term.factors) > 1 or factor.levels or isinstance(expression, Polynomial | Categorical):
        what = "a category" if factor.levels else "made of several"
        raise ArgumentError(f"the target is one column of numbers, and {term.label} is {what}; name another term")
    return expression


def _written(kept: Collected, formula: str) -> tuple[Expression, list[Term], bool]:
    """Target, terms and intercept of a formula all of whose terms were collected."""
    parsed = parse(formula)
    own = text(parsed.target)
    target = kept.design.target if own == text(kept.design.target) else _target(kept, own)
    spoken_for = {column.name for column in columns_of(target)}
    others = [term.text for term in _available(kept) if len(term.factors) == 1 and _is_bare(term)]
    dots = [name for name in dict.fromkeys(others) if name not in spoken_for]
    terms = expand(parsed, dots)
    known = {term.key: term for term in _available(kept)}
    for term in terms:
        if term != INTERCEPT and term.key not in known:
            raise _not_collected(kept, term.label, "term")
    return target, [known[term.key] for term in terms if term != INTERCEPT], INTERCEPT in terms


def _is_bare(term: Term) -> bool:
    return isinstance(term.factors[0].expression, Column)


class _Picked:
    """Where the columns of a smaller design stand among those of the pass."""

    def __init__(self, old: Design, new: Design) -> None:
        self.old, self.new = Layout.of(old.carried), Layout.of(new.carried)
        self.design = new
        places = {term.key: place for place, term in enumerate(old.carried)}
        self.term = [places.get(term.key, -1) for term in new.carried]
        self.target = places.get(frozenset([text(new.target)]), -1) if text(new.target) != text(old.target) else None
        self.old_target = frozenset([text(old.target)])

    def number(self, term: int, powers: tuple[int, ...]) -> int:
        """The place among [x₁ … x_d, y] of a column of numbers of the new layout."""
        if self.new.terms[term].key == self.old_target:
            return len(self.old.numbers)
        return next(
            i for i, slot in enumerate(self.old.numbers) if (slot.term, slot.powers) == (self.term[term], powers)
        )

    @property
    def numbers(self) -> list[int]:
        """The places among [x₁ … x_d, y] of the new columns of numbers, and of the new target."""
        last = len(self.old.numbers)
        if self.target is not None:
            last = next(i for i, slot in enumerate(self.old.numbers) if slot.term == self.target)
        return [*(self.number(slot.term, slot.powers) for slot in self.new.numbers), last]

    @property
    def groupings(self) -> list[tuple[int, list[int]]]:
        """For each new grouping its place among the old ones, and those of its columns there."""
        found = []
        for grouping in self.new.groupings:
            wanted = [(self.term[slot.term], slot.powers) for slot in grouping.slots]
            for g, other in enumerate(self.old.groupings):
                slots = [(slot.term, slot.powers) for slot in other.slots]
                if wanted[0] in slots:
                    found.append((g, [slots.index(slot) for slot in wanted]))
        return found

    def gathered(self, given: Gathered) -> Gathered:
        """What the pass has of the new columns; of the rows that were used and dropped, all."""
        orthogonal = {term.text for term in self.new.terms if term.orthogonal}
        return replace(
            given,
            design=self.design,
            cells=tuple(given.cells[g] for g, _ in self.groupings),
            sums=self.sums(given.sums),
            origins={name: origin for name, origin in given.origins.items() if name in orthogonal},
            sample=self.sample(given.sample),
        )

    def keyed(self, given: Keyed, keys: tuple[ColumnKey, ...]) -> Keyed:
        """The states of the groups, of the new columns `keys`, as far as they have these."""
        place, last = {key: i for i, key in enumerate(given.columns)}, len(given.columns)
        found = {}
        for key in keys:
            is_target = self.new.terms[key.term].key == self.old_target
            at = last if is_target else place.get(ColumnKey(self.term[key.term], key.levels))
            if at is not None:
                found[key] = at
        target = last if self.target is None else place[ColumnKey(self.target)]
        return given.restricted(self.design, tuple(found), [*found.values(), target])

    def sample(self, given: Sample) -> Sample:
        """The same rows of the columns that are left."""
        names = self.design.variables
        if not set(names) <= set(given.stored.column_names):
            return Sample.empty(names)
        return replace(given, stored=given.stored.select(names), coded=given.coded & set(names))

    def sums(self, given: Grouped) -> Grouped:
        """The parts of the state that belong to the new columns."""
        numbers, groupings, d = self.numbers, self.groupings, len(self.old.numbers) + 1
        own = tuple(
            _part(given.own[g], slots, [*numbers, d, *(d + 1 + slot for slot in slots)]) for g, slots in groupings
        )
        order = {pair: i for i, pair in enumerate(itertools.combinations(range(len(given.own)), 2))}
        pairs = []
        for (g, left), (h, right) in itertools.combinations(groupings, 2):
            table = given.pairs[order[min(g, h), max(g, h)]]
            pairs.append(_part(table, left, right) if g < h else _crossed(_part(table, right, left)))
        roundings = tuple(given.roundings[g][slots] for g, slots in groupings)
        return Grouped(given.numbers.select(numbers), roundings, own, tuple(pairs))


def _part(table: Table, left: Sequence[int], right: Sequence[int]) -> Table:
    """Of a table some rows and columns in each cell."""
    i, j = np.array(left, dtype=np.intp), np.array(right, dtype=np.intp)
    if isinstance(table, PairedTable):
        removed = None if table.removed is None else table.removed[..., i]
        return PairedTable(table.sums[..., i[:, None], j], table.left[i], table.right[j], removed)
    return replace(table, sums=table.sums[..., i[:, None], j])


def _crossed(table: Table) -> Table:
    """A table of two groupings with the second first."""

    def turned(sums: AnyArray) -> AnyArray:
        return np.ascontiguousarray(sums.transpose(1, 0, 3, 2))

    if isinstance(table, PairedTable):
        return PairedTable(Pair(turned(table.sums.hi), turned(table.sums.lo)), table.right, table.left)
    return replace(table, sums=turned(table.sums))
