"""The variables of one block: which rows are complete, and what factors, target and weights come to in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from slopewise.data.block import Block, Kind
from slopewise.data.buffers import positions
from slopewise.design.columns import Category, SourceColumn
from slopewise.design.expressions import Numbers, evaluate
from slopewise.design.polynomials import Origin, raw_powers
from slopewise.design.terms import Factor
from slopewise.design.tree import Categorical, Column, Expression, Polynomial, columns_of, text
from slopewise.errors import DataError, MissingValues, NotFinite
from slopewise.typing import BoolArray, IntArray

FIRST_MISSING = 5
"""As many rows that lack a value as are told of each column."""


class Complete(NamedTuple):
    """Which rows of a block are complete, (n,); of each column that is missing somewhere, in how many rows, and the
    numbers of the first of them."""

    rows: BoolArray
    dropped_by: Mapping[str, int]
    first_missing: Mapping[str, tuple[int, ...]]


class Reading:
    """A block being read, `kinds` its columns. `rows` chooses among its rows, from 0; whatever is asked for is of the
    chosen rows."""

    def __init__(self, block: Block, kinds: Mapping[str, Kind], source: str) -> None:
        self.block = block
        self.source = source
        self.columns = {name: SourceColumn.of(block, name, source, kind) for name, kind in kinds.items()}
        self.rows: IntArray = np.arange(block.rows)
        self._numbers: dict[str, Numbers] = {}

    @property
    def number(self) -> IntArray:
        """The numbers of the chosen rows in the source, from 1."""
        return self.rows + self.block.first_row

    def drop_incomplete(self, names: Iterable[str], *, refuse: bool) -> Complete:
        """Choose the rows in which none of `names` is missing. Raises `MissingValues` if others are to be refused."""
        missing = {name: self.columns[name].missing() for name in names if not self.columns[name].whole}
        gaps = {name: mask for name, mask in missing.items() if mask.any()}
        complete = np.ones(self.block.rows, dtype=np.bool_)
        for mask in gaps.values():
            complete &= ~mask
        if refuse and gaps:
            index = int(np.argmin(complete))
            name = next(name for name, mask in gaps.items() if mask[index])
            raise MissingValues(
                f"{self.columns[name].place(index)} is missing, and missing='error' refuses that; "
                "fill it in, or let missing='drop' leave such rows out"
            )
        if gaps:
            self._choose(complete)
        counts = {name: int(mask.sum()) for name, mask in gaps.items()}
        first = {name: np.flatnonzero(mask)[:FIRST_MISSING] + self.block.first_row for name, mask in gaps.items()}
        return Complete(complete, counts, {name: tuple(rows.tolist()) for name, rows in first.items()})

    def drop_weightless(self, weights: str | None, frequency: str | None) -> int:
        """Choose the rows whose weight and frequency are not zero; returns how many others there were.

        Raises `MissingValues` or `DataError` for a row whose weight is missing, negative, infinite, or (a
        frequency) not whole.
        """
        before = len(self.rows)
        for name, whole in ((weights, False), (frequency, True)):
            if name is not None:
                self._check_weights(name, whole=whole)
                self._choose(self._column(name).high > 0)
        return before - len(self.rows)

    def numbers(self, expression: Expression) -> Numbers:
        """The expression in the chosen rows, (m,). Raises `ColumnTypeError` and `NotFinite`."""
        inputs = {column.name: self._finite(column.name) for column in columns_of(expression)}
        values = evaluate(expression, inputs, len(self.rows))
        if not isinstance(expression, Column):  # of a column itself, `_finite` has looked
            self._check(values, expression, text(expression))
        return values

    def powers(self, polynomial: Polynomial) -> tuple[dict[int, Numbers], Origin | None]:
        """The powers of a polynomial's argument by their exponent, and the origin they are measured from.

        Those of an orthogonal one begin with the constant; plain ones have no origin. Raises as `numbers` does.
        """
        x = self.numbers(polynomial.argument)
        if polynomial.form != "raw":
            origin = Origin.of(x, scaled=polynomial.form == "poly")
            return dict(enumerate(origin.powers(x, polynomial.degree))), origin
        powers = dict(enumerate(raw_powers(x, polynomial.degree), start=1))
        for power, values in powers.items():
            self._check(values, polynomial.argument, f"{text(polynomial)}[{power}]")
        return powers, None

    def category(self, factor: Factor) -> Category:
        """The factor's category in the chosen rows, with the levels that occur there."""
        (name,) = factor.columns
        return self.columns[name].category(explicit=isinstance(factor.expression, Categorical)).at(self.rows)

    def stored(self, names: Sequence[str]) -> pa.Table:
        """The raw values of the chosen rows, as the block stores them."""
        table = pa.table({name: self.columns[name].given for name in names})
        return table if len(self.rows) == table.num_rows else table.take(positions(self.rows))

    def _choose(self, mask: BoolArray) -> None:
        self.rows = self.rows[mask]

    def _column(self, name: str) -> Numbers:
        """A column's numbers in the chosen rows."""
        if name not in self._numbers:
            self._numbers[name] = self.columns[name].numbers()
        chosen = len(self.rows) < self.block.rows
        return self._numbers[name].at(self.rows) if chosen else self._numbers[name]

    def _finite(self, name: str) -> Numbers:
        numbers = self._column(name)
        if self.columns[name].whole and self.columns[name].is_numeric:
            return numbers
        finite = np.isfinite(numbers.high)
        if not finite.all():
            raise self.columns[name].infinite(int(self.rows[int(np.argmin(finite))]))
        return numbers

    def _check(self, values: Numbers, expression: Expression, name: str) -> None:
        """Refuse a value that the arithmetic could not give, with what was given."""
        finite = np.isfinite(values.high)
        if finite.all():
            return
        at = int(np.argmin(finite))
        inputs = dict.fromkeys(column.name for column in columns_of(expression))
        given = " and ".join(f"{column} is {self._column(column).high[at]:.15g}" for column in inputs)
        raise NotFinite(
            f"{self.source}, row {self.number[at]}: {name} is {values.high[at]:g} where {given}; "
            "repair that value or make it empty (missing), or change the expression"
        )

    def _check_weights(self, name: str, *, whole: bool) -> None:
        values = self._column(name).high
        good = np.isfinite(values) & (values >= 0)
        if whole:
            good &= values == np.floor(np.where(good, values, 0.0))
        if good.all():
            return
        at = int(np.argmin(good))
        place = self.columns[name].place(int(self.rows[at]))
        rule = "a frequency is a whole number from 0 on" if whole else "a weight is a finite number from 0 on"
        if np.isnan(values[at]):
            raise MissingValues(f"{place} is missing, but {rule}; fill it in, or leave the row out")
        raise DataError(f"{place} is {values[at]:g}, but {rule}; repair that value")
