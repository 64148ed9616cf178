"""One Arrow column of a block as NumPy: its numbers, or its category; and which of its values are missing.

Missing is null or NaN. Numbers are float64 whatever width they came in, and dates count days since 1970-01-01; a
category is a code for each row and the names of the levels seen. Blocks come in the few Arrow types that
`data/columns.py` lists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slopewise.data.block import Block, Kind
from slopewise.data.buffers import as_numpy
from slopewise.data.columns import spelled_out
from slopewise.design.dates import days, is_dated, read_dates
from slopewise.design.expressions import Numbers
from slopewise.design.levels import SPELLED, Texts, name_of, sorted_levels, text_levels
from slopewise.design.tree import Categorical, Column, text
from slopewise.errors import ColumnTypeError, NotFinite, UnknownColumn
from slopewise.moments.rows import EXACT, UNIT
from slopewise.moments.strips import IN_PLACE, Strip
from slopewise.typing import BoolArray, IntArray

_IN_PLACE = tuple(map(pa.from_numpy_dtype, IN_PLACE))


@dataclass(frozen=True)
class SourceColumn:
    """A column of one block, and what messages say of its place.

    `given` are its values as the block stores them, in a dictionary where the source declares levels, or where the
    texts are `coded`; `kind` is what the design knows the column as.
    """

    name: str
    given: pa.ChunkedArray
    source: str
    first_row: int
    kind: Kind | None = None
    coded: bool = False

    @classmethod
    def of(cls, block: Block, name: str, source: str, kind: Kind | None = None) -> SourceColumn:
        """The block's column `name`; raises `UnknownColumn` if it has none."""
        if name not in block.stored.column_names:
            raise UnknownColumn(name, block.stored.column_names, where=source)
        given = _without_null_levels(block.stored.column(name))
        return cls(name, given, source, block.first_row, kind, name in block.coded)

    @cached_property
    def values(self) -> pa.ChunkedArray:
        """The values, a dictionary undone."""
        encoded = pa.types.is_dictionary(self.given.type)
        return pc.cast(self.given, self.given.type.value_type) if encoded else self.given

    def place(self, index: int) -> str:
        """The place of the block's row `index` (from 0), for the beginning of a message."""
        return f"{self.source}, row {self.first_row + int(index)}: column {self.name!r}"

    def missing(self) -> BoolArray:
        """Where the column is null or NaN, (m,)."""
        if self.whole:
            return np.zeros(len(self.given), dtype=np.bool_)
        encoded = pa.types.is_dictionary(self.given.type) and self._is_text
        absent: BoolArray = as_numpy(pc.is_null(self.given) if encoded else pc.is_null(self.values, nan_is_null=True))
        return absent

    @cached_property
    def whole(self) -> bool:
        """Whether it is plain to see that nothing is missing or infinite: the sum of the values would not be finite."""
        if self.given.null_count or pa.types.is_dictionary(self.given.type):
            return False
        with np.errstate(over="ignore", invalid="ignore"):
            return not pa.types.is_floating(self.given.type) or all(
                np.isfinite(as_numpy(chunk).sum()) for chunk in self.given.chunks
            )

    def numbers(self) -> Numbers:
        """The column as numbers (m,), NaN where it is missing; false is 0 and true is 1.

        A column that the design knows as dates counts days: see `dates.py`. Text is read as a number where it spells
        one (or a date), for a single stray value makes text of a whole CSV column: so it is that value which the error
        names. Raises `ColumnTypeError`.
        """
        if self.kind == "date":
            return self._days()
        values = self._spelled() if self._is_text else self.values
        if not (self._is_text or self.is_numeric or pa.types.is_boolean(values.type)):
            raise ColumnTypeError(
                f"{self.source}: column {self.name!r} is of type {values.type}, where numbers are needed; "
                "make a number of it first, or leave it out of the formula"
            )
        rounding = 2.0**-24 if pa.types.is_float32(self.values.type) else UNIT
        if not values.null_count and values.type in _IN_PLACE:
            return Numbers(Strip(tuple(map(as_numpy, values.chunks))), None, rounding)
        return Numbers(as_numpy(pc.cast(values, pa.float64(), safe=False)), None, rounding)

    def category(self, *, explicit: bool) -> Category:
        """The column as a category: levels named by their values, sorted, −1 where a value is missing.

        Unless it is `explicit`, C(…), or declared by the source, text of which most values (but not all) spell numbers
        is refused: it is a column of numbers with something else in between. Raises `ColumnTypeError` and `NotFinite`.
        """
        encoded = pa.types.is_dictionary(self.given.type) and self._is_text
        combined = self.given.unify_dictionaries() if encoded else self._encoded()
        combined = combined.combine_chunks()
        codes = as_numpy(combined.indices, missing=-1)
        if self._is_text:
            texts, places = text_levels(combined.dictionary)
            if not explicit and (self.coded or not encoded):
                self._refuse_stray_text(texts, places[codes])
            return Category(places[codes], texts.levels)
        values = spelled_out(combined.dictionary).to_pylist()
        for code, value in enumerate(values):
            if isinstance(value, float) and math.isinf(value):
                raise self.infinite(int(np.argmax(codes == code)))
            if isinstance(value, float) and abs(value) >= EXACT:
                raise merged(self.place(int(np.argmax(codes == code))), self.name, "category")
        return Category.of(codes, [name_of(value) for value in values], numeric=self.is_numeric)

    def infinite(self, index: int) -> NotFinite:
        """The error for an infinite value in the block's row `index`."""
        return NotFinite(f"{self.place(index)} is infinite; repair that value or make it empty (missing)")

    @property
    def _is_text(self) -> bool:
        kind = self.given.type
        return bool(pa.types.is_string(kind.value_type if pa.types.is_dictionary(kind) else kind))

    @property
    def is_numeric(self) -> bool:
        kind = self.given.type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def _spelled(self) -> pa.ChunkedArray:
        trimmed = pc.utf8_trim_whitespace(self.values)
        spells = pc.match_substring_regex(trimmed, f"^(?:{SPELLED})$")
        if pc.all(spells).as_py() is False:
            index = pc.index(spells, False).as_py()
            texts = pc.sum(spells).as_py() == 0 and len(spells) - spells.null_count > 1
            raise ColumnTypeError(
                f"{self.place(index)} holds {self.values[index].as_py()!r} where a number is needed; "
                + ("all of it is text: name another column" * texts or "repair that value, or make it empty (missing)")
            )
        return trimmed

    def _days(self) -> Numbers:
        values = read_dates(self.values) if self._is_text else self.values
        if isinstance(values, int):
            raise ColumnTypeError(
                f"{self.place(values)} holds {self.values[values].as_py()!r} where a date is needed; "
                "write it as 2024-05-31 or 2024-05-31 12:30:00, or make it empty (missing)"
            )
        if not is_dated(values) and not (missing := self.missing()).all():
            place = self.place(int(np.argmin(missing)))
            raise ColumnTypeError(
                f"{place} is of type {values.type}, where dates are needed; give dates, as the fit had"
            )
        return days(values) if is_dated(values) else Numbers(np.full(len(values), np.nan))

    def _refuse_stray_text(self, texts: Texts, codes: IntArray) -> None:
        seen = np.bincount(codes + 1, minlength=len(texts.levels) + 1)[1:] > 0
        stray = seen & ~texts.numbers
        if stray.any() and 2 * np.count_nonzero(stray) < np.count_nonzero(seen):
            at = int(np.argmax(np.append(stray, [False])[codes]))
            raise ColumnTypeError(
                f"{self.place(at)} holds {texts.levels[codes[at]]!r} among values that are "
                "numbers; repair that value or make it empty (missing), or, if the numbers name categories, "
                f"write {text(Categorical(Column(self.name)))} in the formula"
            )

    def _encoded(self) -> pa.ChunkedArray:
        """The values, texts, numbers, booleans, dates or times, as a dictionary; else `ColumnTypeError`."""
        kind = self.values.type
        named = self._is_text or self.is_numeric or pa.types.is_boolean(kind) or is_dated(self.values)
        if not (named or pa.types.is_time(kind)):
            raise ColumnTypeError(
                f"{self.source}: column {self.name!r} is of type {kind}, which names no categories; "
                "numbers, booleans, text and dates do"
            )
        return pc.dictionary_encode(self.values)


def merged(place: str, name: str, what: str) -> ColumnTypeError:
    """The error for a value of column `name`, at a `place`, that stands for several: it names no `what`."""
    return ColumnTypeError(
        f"{place} is a number beyond 2^53, where float64 no longer tells neighbours apart, so it names no {what}; read "
        f"such identifiers as text (text={name!r}), or hold them as int64"
    )


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
        levels, places = sorted_levels(tuple(names), numeric=numeric)
        return cls(places[codes], levels)

    def at(self, rows: IntArray) -> Category:
        """The category in some of its rows, none of them missing, with the levels that occur there."""
        codes = self.codes[rows] if len(rows) < len(self.codes) else self.codes
        present = np.bincount(codes, minlength=len(self.levels)) > 0
        if present.all():
            return Category(codes, self.levels)
        levels = tuple(level for level, seen in zip(self.levels, present, strict=True) if seen)
        return Category((np.cumsum(present) - 1)[codes], levels)


def _without_null_levels(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, its rows null where they point to a level that is: Arrow unites no dictionaries that hold null."""
    if not pa.types.is_dictionary(column.type) or not any(chunk.dictionary.null_count for chunk in column.chunks):
        return column
    chunks = []
    for chunk in column.chunks:
        known = as_numpy(chunk.dictionary.is_valid())
        places = pa.array(np.cumsum(known) - 1, column.type.index_type, mask=~known)
        codes = places.take(chunk.indices)
        chunks.append(pa.DictionaryArray.from_arrays(codes, chunk.dictionary.drop_null(), ordered=column.type.ordered))
    return pa.chunked_array(chunks, column.type)
