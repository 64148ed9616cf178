"""`Design`: a formula resolved against the columns of a table; it turns blocks into rows, and levels into a coding.

formula ─► terms ─► Design ─► prepare(block) ─► Rows        code(keys) ─► Coding, after the pass
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from slopewise.data.block import Block, Kind
from slopewise.design.coding import Coding
from slopewise.design.expressions import Numbers
from slopewise.design.formula import Formula, parse
from slopewise.design.polynomials import Origin
from slopewise.design.ranks import MAX_CATEGORIES
from slopewise.design.reading import Reading
from slopewise.design.rows import ColumnKey, Features, Predictors, Rows, assemble
from slopewise.design.terms import INTERCEPT, Term, carried, expand
from slopewise.design.tree import Categorical, Column, Expression, Polynomial, Variable, columns_of, label, text
from slopewise.errors import ArgumentError, ColumnTypeError, DataError, FormulaError, UnknownColumn

Missing: TypeAlias = Literal["drop", "error"]


@dataclass(frozen=True)
class Design:
    """What a formula means on a table.

    `terms` are in order, the intercept not among them; `kinds` are the kinds of the columns that are used, `declared`
    the levels, in their order, that the table declares for some of them, `keys` the columns that say what a row belongs
    to. All of it is plain data: designs are equal, pickle, and travel as JSON (`to_json`) without anything to execute.

    >>> import pyarrow as pa
    >>> design = Design.of("log(price) ~ area + zone", {"price": "number", "area": "number", "zone": "text"})
    >>> design.variables, design.target_name
    (('price', 'area', 'zone'), 'log(price)')
    >>> table = pa.table({"price": [1.0, 1.0], "area": [50, 60], "zone": ["RL", "FV"]})
    >>> rows = design.prepare(Block(table, first_row=1))
    >>> rows.x.tolist()
    [[50.0, 0.0, 1.0], [60.0, 1.0, 0.0]]
    >>> design.code(rows.columns).names
    ('area', 'zone[T.RL]')
    """

    formula: str
    target: Expression
    terms: tuple[Term, ...]
    intercept: bool
    kinds: Mapping[str, Kind]
    weights: str | None = None
    frequency: str | None = None
    missing: Missing = "drop"
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    source_name: str = field(default="data", compare=False)

    @classmethod
    def of(
        cls,
        formula: str,
        columns: Mapping[str, Kind],
        *,
        weights: str | None = None,
        frequency: str | None = None,
        missing: Missing = "drop",
        declared: Mapping[str, Sequence[str]] | None = None,
        keys: Sequence[str] = (),
        apart: Sequence[str] = (),
        source_name: str = "data",
    ) -> Design:
        """The design of `formula` on a table with these columns; `.` is every column not otherwise used.

        `weights` and `frequency` name columns; `missing` says whether an incomplete row is dropped or an error;
        `declared` gives the levels of the columns for which the table declares any: they keep that order, and the first
        of them that occurs is the reference; `keys` are columns that say which cluster a row belongs to: a row without
        one is incomplete; `apart` are columns that `.` leaves out. `source_name` is what messages call the table.
        Raises `FormulaError`, `UnknownColumn`, `ColumnTypeError`.
        """
        if missing not in get_args(Missing):
            raise ArgumentError(f"missing={missing!r} is not one of 'drop' and 'error'")
        parsed = parse(formula)
        spoken_for = {column.name for column in columns_of(parsed.target)} | {weights, frequency, *apart}
        terms = expand(parsed, [name for name in columns if name not in spoken_for])
        _check_sides(parsed, terms)
        extra = [name for name in (weights, frequency) if name is not None]
        kinds: dict[str, Kind] = {}
        for name in (*_columns(parsed.target, terms), *extra, *keys):
            if name not in columns:
                raise UnknownColumn(name, columns, where=source_name)
            kinds[name] = columns[name]
        _check_kinds(parsed.target, terms, kinds, source_name)
        _check_weights(extra, kinds, source_name)
        _check_keys(keys, kinds, source_name)
        levels = {name: tuple(declared[name]) for name in kinds if declared and name in declared}
        slopes = tuple(term.resolve(kinds, levels) for term in terms if term != INTERCEPT)
        _check_interactions(parsed, slopes)
        return cls(
            formula,
            parsed.target,
            slopes,
            INTERCEPT in terms,
            kinds,
            weights,
            frequency,
            missing,
            levels,
            tuple(keys),
            source_name,
        )

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns of the source that `prepare` needs: the target's, the terms', the weights'."""
        return tuple(self.kinds)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns of the source that `predictors` needs: those of the terms."""
        return tuple(dict.fromkeys(name for term in self.terms for factor in term.factors for name in factor.columns))

    @cached_property
    def carried(self) -> tuple[Term, ...]:
        """The terms whose columns the pass gathers: `terms`, and what the bases of polynomials need."""
        return carried(self.terms)

    @property
    def target_name(self) -> str:
        """What is modelled, as results name it: 'price', 'log(price)'."""
        return label(self.target)

    @property
    def dates(self) -> tuple[str, ...]:
        """The columns of dates that enter as numbers: days since 1970-01-01."""
        found = {column.name: None for expression in self._numeric for column in columns_of(expression)}
        return tuple(name for name in found if self.kinds[name] == "date")

    def unit(self, term: int) -> str:
        """What the coefficients of a term, by its place in `terms`, are per: "day" where a date, be it centred, is one
        of its factors; "" where columns have no known unit."""
        for factor in self.terms[term].factors:
            match factor.expression:
                case Column(name) | Polynomial(Column(name), _, "center") if self.kinds[name] == "date":
                    return "day"
        return ""

    @property
    def _numeric(self) -> Iterator[Variable]:
        """The expressions that come to numbers, the target's first."""
        factors = (factor for term in self.terms for factor in term.factors if not factor.levels)
        return itertools.chain([self.target], (factor.expression for factor in factors))

    def prepare(self, block: Block) -> Rows:
        """The block's complete rows of nonzero weight, ready for the moments.

        Raises `ColumnTypeError`, `NotFinite`, `MissingValues` (if they are refused) and `DataError` (a weight that
        cannot be one, a level that `C(…, levels=[…])` does not list), each naming row and column.
        """
        reading = Reading(block, self.kinds, self.source_name)
        needed = tuple(dict.fromkeys((*_columns(self.target, self.terms), *self.keys)))
        complete = reading.drop_incomplete(needed, refuse=self.missing == "error")
        weightless = reading.drop_weightless(self.weights, self.frequency)
        features = self._features(reading)
        self._check_listed(features)
        return Rows(
            **vars(features),
            target=reading.numbers(self.target),
            weights=None if self.weights is None else reading.numbers(Column(self.weights)).high,
            frequency=None if self.frequency is None else reading.numbers(Column(self.frequency)).high.astype(np.int64),
            stored=reading.stored(self.variables),
            coded=block.coded,
            read=len(complete.rows),
            dropped=int((~complete.rows).sum()),
            dropped_by=complete.dropped_by,
            weightless=weightless,
            first_missing=complete.first_missing,
        )

    def predictors(self, block: Block, missing: Literal["null", "error"] = "null") -> Predictors:
        """The terms in the block's complete rows, for prediction; neither target nor weights are needed.

        A row that lacks a value has no prediction (`Predictors.spread` leaves it NaN); `missing="error"` raises
        `MissingValues` instead. Raises `ColumnTypeError` and `NotFinite` as `prepare` does.
        """
        if missing not in ("null", "error"):
            raise ArgumentError(f"missing={missing!r} is not one of 'null' and 'error'")
        reading = Reading(block, {name: self.kinds[name] for name in self.inputs}, self.source_name)
        complete = reading.drop_incomplete(self.inputs, refuse=missing == "error").rows
        return Predictors(**vars(self._features(reading)), complete=complete)

    def code(self, keys: Iterable[ColumnKey]) -> Coding:
        """How the columns that the pass has seen, in any order, become the columns of the model."""
        return Coding.of(self.terms, self.intercept, tuple(keys))

    def to_json(self) -> dict[str, Any]:
        """The design as strings, for JSON: the formula as given, and as expanded (`.` resolved)."""
        right = [term.text for term in self.terms]
        return {
            "formula": self.formula,
            "expanded": " + ".join([f"{text(self.target)} ~ {int(self.intercept)}", *right]),
            "columns": dict(self.kinds),
            "levels": {name: list(levels) for name, levels in self.declared.items()},
            "weights": self.weights,
            "frequency": self.frequency,
            "missing": self.missing,
            "keys": list(self.keys),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any], *, source_name: str = "data") -> Design:
        """The design that `to_json` wrote: its text is parsed again, and nothing in it is executed.

        Raises `ArgumentError` for a record that is none, besides what `of` raises.
        """
        try:
            formula, expanded, columns = record["formula"], record["expanded"], record["columns"]
            extra = {name: record[name] for name in ("weights", "frequency", "missing")}
            levels, keys = record.get("levels", {}), record.get("keys", [])  # older records have none
        except (KeyError, TypeError, AttributeError) as fault:
            raise ArgumentError(f"this is not the record of a design: it has no {fault}") from None
        strings = [formula, expanded, *(name for name in extra.values() if name is not None)]
        if not (all(isinstance(value, str) for value in strings) and isinstance(columns, Mapping)):
            raise ArgumentError("this is not the record of a design: text stands where it should not, or is missing")
        if not all(kind in get_args(Kind) for kind in columns.values()):
            raise ArgumentError(f"the kinds of columns are {', '.join(get_args(Kind))}; this record has others")
        if not (isinstance(levels, Mapping) and all(_are_levels(listed) for listed in levels.values())):
            raise ArgumentError("the levels of a category are a list of texts, each there once; this record has others")
        if not (isinstance(keys, list) and all(isinstance(name, str) for name in keys)):
            raise ArgumentError("the keys of rows are the names of columns; this record has others")
        made = cls.of(expanded, columns, **extra, declared=levels, keys=keys, source_name=source_name)
        return replace(made, formula=formula)

    def _features(self, reading: Reading) -> Features:
        factors = dict.fromkeys(factor for term in self.carried for factor in term.factors)
        categories = {factor.text: reading.category(factor) for factor in factors if factor.levels}
        numbers: dict[str, Numbers] = {}
        powers: dict[str, dict[int, Numbers]] = {}
        origins: dict[str, Origin] = {}
        for factor in factors:
            if isinstance(factor.expression, Polynomial):
                powers[factor.text], origin = reading.powers(factor.expression)
                if origin:
                    origins[factor.text] = origin
            elif not isinstance(factor.expression, Categorical) and not factor.levels:
                numbers[factor.text] = reading.numbers(factor.expression)
        columns = assemble(self.carried, numbers, powers, categories, len(reading.rows))
        return Features(*columns, reading.number, categories, origins, self.source_name)

    def _check_listed(self, features: Features) -> None:
        """Refuse a level that `C(…, levels=[…])` leaves out: no row is dropped for it in silence."""
        for factor in (factor for term in self.terms for factor in term.categories):
            if not factor.category.levels:
                continue
            category = features.categories[factor.text]
            strange = [code for code, level in enumerate(category.levels) if level not in factor.category.levels]
            if strange:
                at = int(np.argmax(np.isin(category.codes, strange)))
                raise DataError(
                    f"{self.source_name}, row {features.number[at]}: {factor.category.column.name} is "
                    f"{category.levels[category.codes[at]]!r}, which {factor.label} does not list; add it there, "
                    "or make the value empty (missing)"
                )


def _are_levels(levels: Any) -> bool:
    texts = isinstance(levels, list) and all(isinstance(level, str) for level in levels)
    return texts and len(set(levels)) == len(levels)


def _columns(target: Expression, terms: Iterable[Term]) -> tuple[str, ...]:
    """The columns that a formula names, each once: the target's, then the terms'."""
    right = (name for term in terms for factor in term.factors for name in factor.columns)
    return tuple(dict.fromkeys((*(column.name for column in columns_of(target)), *right)))


def _check_sides(formula: Formula, terms: Sequence[Term]) -> None:
    """Refuse a target without a column, an empty right-hand side, and a target that predicts itself."""
    targets = {column.name for column in columns_of(formula.target)}
    if not targets:
        raise FormulaError("the target names no column", formula.text, 0)
    if not terms:
        raise FormulaError("the right-hand side leaves no term and no intercept", formula.text, formula.tilde)
    for factor in (factor for term in terms for factor in term.factors):
        if factor.text == text(formula.target) or (len(targets) == 1 and set(factor.columns) == targets):
            at = next(columns_of(factor.expression)).position
            reason = f"{factor.label} is made of the target {label(formula.target)}, which cannot predict itself"
            raise FormulaError(f"{reason}; take it out of the right-hand side", formula.text, at)


def _check_kinds(target: Expression, terms: Sequence[Term], kinds: Mapping[str, Kind], source: str) -> None:
    """Refuse columns that are neither numbers, booleans, dates nor text, outside of C(…)."""
    factors = (factor for term in terms for factor in term.factors)
    for expression in (target, *(factor.expression for factor in factors)):
        for column in columns_of(expression):
            if kinds[column.name] == "other" and not isinstance(expression, Categorical):
                raise ColumnTypeError(
                    f"{source}: column {column.name!r} holds neither numbers, booleans, dates nor text, which "
                    f"no formula can use; leave it out (- {text(column)}), or make a number, a text or a date of it"
                )


def _check_weights(names: Iterable[str], kinds: Mapping[str, Kind], source: str) -> None:
    for name in names:
        if kinds[name] == "date":
            raise ColumnTypeError(
                f"{source}: column {name!r} holds dates, which weigh nothing; name a column of numbers"
            )


def _check_keys(names: Iterable[str], kinds: Mapping[str, Kind], source: str) -> None:
    for name in names:
        if kinds[name] == "other":
            raise ColumnTypeError(
                f"{source}: column {name!r} holds neither numbers, booleans, dates nor text, which cannot say what "
                "belongs together; name a column that can"
            )


def _check_interactions(formula: Formula, terms: Sequence[Term]) -> None:
    for term in terms:
        if len(term.categories) > MAX_CATEGORIES:
            reason = (
                f"{term.label} is an interaction of {len(term.categories)} categories; at most {MAX_CATEGORIES} may be"
            )
            raise FormulaError(reason, formula.text, formula.tilde)
