"""`Cells`: one column of one block in the shape that the accumulators read: numbers, or codes into texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from slopewise.data.block import Kind
from slopewise.data.buffers import as_numpy
from slopewise.data.hashing import Hashes
from slopewise.survey.hashing import of_numbers, of_texts
from slopewise.survey.written import parsed
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST = 80
"""Characters of a text that are kept to be shown."""

CUT = "…"
"""What stands where the rest of a text was."""

_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_MISSING = np.array([0x6D697373696E6721], dtype=np.uint64)


@dataclass(frozen=True)
class Texts:
    """A column of texts: `codes` (m,) point into `levels`, in which a text may stand twice; −1 is missing.

    `declared` says whether the order of the levels means something: the first of them is then the reference.
    """

    codes: IntArray
    levels: pa.Array
    declared: bool = False

    @cached_property
    def hashes(self) -> Hashes:
        """A hash for each level."""
        return of_texts(self.levels)

    @property
    def first(self) -> tuple[int, str] | None:
        """The place and the text of the first level that occurs, if levels are declared."""
        used = np.flatnonzero(self.counts)[:1]
        return (int(used[0]), str(self.shown(used)[0])) if self.declared and len(used) else None

    @cached_property
    def counts(self) -> IntArray:
        """How often each level occurs."""
        return np.bincount(self.codes + 1, minlength=len(self.levels) + 1)[1:]

    def shown(self, codes: IntArray) -> AnyArray:
        """The levels of these codes as objects, cut to a length that can be shown; None for −1."""
        import pyarrow as pa
        from pyarrow import compute

        used, place = np.unique(codes, return_inverse=True)
        cut = compute.utf8_slice_codeunits(self.levels.take(pa.array(used, pa.int64(), mask=used < 0)), 0, LONGEST + 1)
        texts = np.empty(len(used), dtype=object)
        texts[:] = [text if text is None or len(text) <= LONGEST else text[:LONGEST] + CUT for text in cut.to_pylist()]
        return texts[place]


@dataclass(frozen=True)
class Cells:
    """m cells of a column, of which the first stands in row `first_row` of the source, from 1.

    `missing` (m,) is where there is no value. Of numbers, booleans (0 and 1) and dates (days since 1970-01-01),
    `numbers` (m,) are the values, NaN where there is none, and `keys` (m,) what tells them apart: the integers
    themselves where there are such. Texts and booleans have `texts`. `written` (m,) are the cells as they stand, where
    they were read as texts, and `strays` (m,) where these do not spell a value of the column's kind.
    """

    kind: Kind
    type: str
    first_row: int
    missing: BoolArray
    numbers: Array | None = None
    keys: AnyArray | None = None
    texts: Texts | None = None
    written: pa.Array | None = None
    strays: BoolArray | None = None

    @classmethod
    def of(cls, column: pa.ChunkedArray, kind: Kind, first_row: int, *, as_written: bool = False) -> Cells:
        """One column of a block; `as_written` says that its cells are texts that should spell values of `kind`."""
        import pyarrow as pa

        values = column.combine_chunks()
        written, strays = None, None
        if as_written and kind != "text":
            written, (values, strays) = values, parsed(values, kind)
        type_ = str(values.type.value_type if pa.types.is_dictionary(values.type) else values.type)
        if kind == "text":
            found = _texts(values)
            return cls(kind, type_, first_row, found.codes < 0, texts=found)
        if kind == "other":
            return cls(kind, type_, first_row, as_numpy(values.is_null()))
        numbers, keys = _numbers(values)
        missing = np.isnan(numbers) if strays is None else np.isnan(numbers) & ~strays
        texts = _booleans(numbers) if kind == "boolean" else None
        return cls(kind, type_, first_row, missing, numbers, keys, texts, written, strays)

    @cached_property
    def present(self) -> BoolArray:
        """Where there is a value of the column's kind, (m,)."""
        return ~self.missing if self.strays is None else ~(self.missing | self.strays)

    def hashes(self) -> Hashes:
        """A hash for each cell (m,), the same for all that are missing."""
        if self.texts is not None:
            return np.concatenate([self.texts.hashes, _MISSING])[self.texts.codes]
        if self.keys is None:
            return np.broadcast_to(_MISSING, self.missing.shape)
        return np.where(self.present, of_numbers(self.keys), _MISSING)

    def at(self, rows: IntArray) -> AnyArray:
        """The values in some rows (from 0): numbers, or short texts as objects; NaN or None where missing."""
        if self.numbers is not None:
            return self.numbers[rows]
        if self.texts is None:
            return np.full(len(rows), None, dtype=object)
        return self.texts.shown(self.texts.codes[rows])


def _texts(values: pa.Array) -> Texts:
    import pyarrow as pa

    declared = pa.types.is_dictionary(values.type)
    encoded = values if declared else values.dictionary_encode()
    codes = as_numpy(encoded.indices, missing=-1).astype(np.int64)
    levels = encoded.dictionary
    if levels.null_count:
        absent = np.append(as_numpy(levels.is_null()), False)
        codes, levels = np.where(absent[codes], -1, codes), levels.fill_null("")
    return Texts(codes, levels, declared)


def _booleans(numbers: Array) -> Texts:
    import pyarrow as pa

    return Texts(np.nan_to_num(numbers, nan=-1.0).astype(np.int64), pa.array(["False", "True"]))


def _numbers(values: pa.Array) -> tuple[Array, AnyArray]:
    """A column of numbers, booleans or dates as float64, NaN where missing, and what tells its values apart."""
    import pyarrow as pa
    from pyarrow import compute, types

    if types.is_timestamp(values.type):
        days = as_numpy(values.cast(pa.int64()), missing=0) / _A_DAY[values.type.unit]
        days = np.where(as_numpy(values.is_valid()), days, np.nan)
        return days, days
    if types.is_date(values.type):
        values = values.cast(pa.date32()).cast(pa.int32())
    numbers = as_numpy(compute.cast(values, pa.float64(), safe=False))
    return numbers, as_numpy(values, missing=0) if types.is_integer(values.type) else numbers
