"""One Arrow column of a block as NumPy: its numbers, or its category; and which of its values are missing.

Missing is null or NaN. Numbers are float64 whatever width they came in; a category is a code for each row and the
names of the levels seen. Blocks come in the few Arrow types that `data/columns.py` lists.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slopewise.data.block import Block
from slopewise.data.buffers import as_numpy
from slopewise.design.tree import Call, Column, text
from slopewise.errors import ColumnTypeError, NotFinite, UnknownColumn
from slopewise.moments.rows import UNIT
from slopewise.typing import Array, BoolArray, IntArray

_SPELLED = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(_SPELLED)

EXACT = 2.0**53
"""From here on float64 does not hold every whole number."""


@dataclass(frozen=True)
class SourceColumn:
    """A column of one block, its dictionary undone, and what messages say of its place."""

    name: str
    values: pa.ChunkedArray
    source: str
    first_row: int

    @classmethod
    def of(cls, block: Block, name: str, source: str) -> SourceColumn:
        """The block's column `name`; raises `UnknownColumn` if it has none."""
        if name not in block.table.column_names:
            raise UnknownColumn(name, block.table.column_names, where=source)
        values = block.table.column(name)
        if pa.types.is_dictionary(values.type):
            values = pc.cast(values, values.type.value_type)
        return cls(name, values, source, block.first_row)

    def place(self, index: int) -> str:
        """The place of the block's row `index` (from 0), for the beginning of a message."""
        return f"{self.source}, row {self.first_row + int(index)}: column {self.name!r}"

    @property
    def rounding(self) -> float:
        """The relative rounding that its numbers came with: 2⁻²⁴ for float32, 2⁻⁵³ for others."""
        return 2.0**-24 if pa.types.is_float32(self.values.type) else UNIT

    def missing(self) -> BoolArray:
        """Where the column is null or NaN, (m,)."""
        absent: BoolArray = as_numpy(pc.is_null(self.values, nan_is_null=True))
        return absent

    def numbers(self) -> Array:
        """The column as float64 (m,), NaN where it is missing; false is 0 and true is 1.

        Text is read as a number where it spells one, for a single stray value makes text of a whole CSV column:
        so it is that value which the error names. Raises `ColumnTypeError`.
        """
        values = self._spelled() if self._is_text else self.values
        if not (self._is_text or self._is_numeric or pa.types.is_boolean(values.type)):
            raise ColumnTypeError(
                f"{self.source}: column {self.name!r} is of type {values.type}, where numbers are needed; "
                "make a number of it first, or leave it out of the formula"
            )
        numbers: Array = as_numpy(pc.cast(values, pa.float64(), safe=False))
        return numbers

    def category(self, *, explicit: bool) -> Category:
        """The column as a category: levels named by their values, sorted, −1 where a value is missing.

        Unless it is `explicit`, C(…), text of which most values (but not all) spell numbers is refused: it is a
        column of numbers with something else in between. Raises `ColumnTypeError` and `NotFinite`.
        """
        encoded = pc.dictionary_encode(self._nameable()).combine_chunks()
        codes = as_numpy(encoded.indices, missing=-1).astype(np.int64)
        values = encoded.dictionary.to_pylist()
        if self._is_text and not explicit:
            self._refuse_stray_text(values, codes)
        for code, value in enumerate(values):
            if isinstance(value, float) and math.isinf(value):
                raise self.infinite(int(np.argmax(codes == code)))
            if isinstance(value, float) and abs(value) >= EXACT:
                raise self._merged(int(np.argmax(codes == code)))
        return Category.of(codes, [_level_name(value) for value in values], numeric=self._is_numeric)

    def infinite(self, index: int) -> NotFinite:
        """The error for an infinite value in the block's row `index`."""
        return NotFinite(f"{self.place(index)} is infinite; repair that value or make it empty (missing)")

    def _merged(self, index: int) -> ColumnTypeError:
        return ColumnTypeError(
            f"{self.place(index)} is a number beyond 2^53, where float64 no longer tells neighbours apart, so it names "
            "no category; give such identifiers as text (a letter before the digits), or as integers in Parquet"
        )

    @property
    def _is_text(self) -> bool:
        return bool(pa.types.is_string(self.values.type))

    @property
    def _is_numeric(self) -> bool:
        return bool(pa.types.is_integer(self.values.type) or pa.types.is_floating(self.values.type))

    def _spelled(self) -> pa.ChunkedArray:
        trimmed = pc.utf8_trim_whitespace(self.values)
        spells = pc.match_substring_regex(trimmed, f"^(?:{_SPELLED})$")
        if pc.all(spells).as_py() is False:
            index = pc.index(spells, False).as_py()
            raise ColumnTypeError(
                f"{self.place(index)} holds {self.values[index].as_py()!r} where a number is needed; "
                "repair that value, or make it empty (missing)"
            )
        return trimmed

    def _refuse_stray_text(self, values: list[str], codes: IntArray) -> None:
        stray = [code for code, value in enumerate(values) if not _NUMBER.fullmatch(value.strip())]
        if stray and 2 * len(stray) < len(values):
            raise ColumnTypeError(
                f"{self.place(int(np.argmax(codes == stray[0])))} holds {values[stray[0]]!r} among values that are "
                "numbers; repair that value or make it empty (missing), or, if the numbers name categories, "
                f"write {text(Call('C', Column(self.name)))} in the formula"
            )

    def _nameable(self) -> pa.ChunkedArray:
        """The values as text, numbers or booleans; dates and the like as the text that writes them."""
        kind = self.values.type
        if self._is_text or self._is_numeric or pa.types.is_boolean(kind):
            return self.values
        try:
            return pc.cast(self.values, pa.string())
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            raise ColumnTypeError(
                f"{self.source}: column {self.name!r} is of type {kind}, which names no categories; "
                "numbers, booleans, text and dates do"
            ) from None


@dataclass(frozen=True)
class Category:
    """A category in m rows: `codes` (m,) point into `levels`, each of which is distinct; −1 is missing."""

    codes: IntArray
    levels: tuple[str, ...]

    @classmethod
    def of(cls, codes: IntArray, names: list[str | None], *, numeric: bool) -> Category:
        """The category whose rows are named `names[codes]`: equal names become one level, and levels are sorted.

        >>> Category.of(np.array([0, 1, 2, 0]), ["10", "9", "9"], numeric=True)
        Category(codes=array([1, 0, 0, 1]), levels=('9', '10'))
        """
        levels = tuple(sorted({name for name in names if name is not None}, key=level_order(numeric=numeric)))
        place = {name: position for position, name in enumerate(levels)}
        recoded = np.array([place[name] if name is not None else -1 for name in names] + [-1], dtype=np.int64)
        return cls(recoded[codes], levels)

    def at(self, rows: IntArray) -> Category:
        """The category in some of its rows, none of them missing, with the levels that occur there."""
        codes = self.codes[rows]
        present = np.bincount(codes, minlength=len(self.levels)) > 0
        levels = tuple(level for level, seen in zip(self.levels, present, strict=True) if seen)
        return Category((np.cumsum(present) - 1)[codes], levels)


def level_order(*, numeric: bool) -> Callable[[str], tuple[bool, Decimal, str]]:
    """The order of levels, as a sort key: by code point; those of a column of numbers by value.

    >>> sorted(["10", "9"], key=level_order(numeric=False)), sorted(["10", "9"], key=level_order(numeric=True))
    (['10', '9'], ['9', '10'])
    """
    return _by_value if numeric else _by_code_point


def _by_code_point(level: str) -> tuple[bool, Decimal, str]:
    return (False, Decimal(0), level)


def _by_value(level: str) -> tuple[bool, Decimal, str]:
    if _NUMBER.fullmatch(level):
        return (False, Decimal(level), level)
    return (True, Decimal(0), level)  # another table may hold text where the first had numbers


def _level_name(value: object) -> str | None:
    """The name of a level. Whole floats are named as integers: a missing value must not rename 3 to 3.0."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    return None if value is None else str(value)
