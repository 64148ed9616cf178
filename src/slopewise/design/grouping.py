"""What a row belongs to: a group, by the values of one or two columns, or a fold, drawn by a hash.

A fold is floor(count · h / 2⁶⁴), with h the SplitMix64 hash of the row's number, or of the value of a key column, and
of the seed. So the folds of a seed are the same however the rows are cut into blocks and whatever thread reads them;
with a key, all rows of one value are in one fold. To leave one group out at a time is to group by its column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from slopewise.data.buffers import as_numpy, positions
from slopewise.data.hashing import Hashes, mixed
from slopewise.data.keys import coded, firsts, plain, taken
from slopewise.design.columns import merged
from slopewise.design.dates import TICKS
from slopewise.design.rows import Rows
from slopewise.errors import ArgumentError
from slopewise.moments.rows import EXACT
from slopewise.typing import IntArray

MOST_FOLDS = 1_000_000

FIRST = 4_096
"""Rows of a block that tell whether it has nearly as many groups as rows."""


class Members(NamedTuple):
    """The groups of m rows: of each row the place of its group, `codes` (m,), among `values`, a row a group."""

    codes: IntArray
    values: pa.Table


@dataclass(frozen=True)
class ByColumns:
    """The groups that the values of one column make, or the combinations of those of several.

    >>> ByColumns(("region",)).keys
    ('region',)
    """

    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"groups by {' and '.join(self.keys)}"

    def __post_init__(self) -> None:
        if not all(isinstance(name, str) for name in self.keys) or not 1 <= len(set(self.keys)) == len(self.keys):
            raise ArgumentError(f"by={self.keys!r} is not the name of a column, nor those of two columns")

    @property
    def fixed(self) -> bool:
        """Whether all groups are known before the first row."""
        return False

    def to_json(self) -> dict[str, Any]:
        """What it is, for JSON; `grouping_of` gives it back."""
        return {"by": list(self.keys)}

    def members(self, rows: Rows, *, repeated: bool = False) -> Members:
        """The groups of the rows of a block, in the order in which they are met; `ColumnTypeError` for merged ones.

        If they may be `repeated`, and nearly each of the first rows has one of its own, each row has.
        """
        keys = plain(rows.values(self.keys))
        _check_apart(keys, rows)
        if repeated and coded(keys.slice(0, FIRST))[1] > 0.75 * FIRST:
            return Members(np.arange(keys.num_rows), keys)
        codes, count = coded(keys)
        return Members(codes, taken(keys, firsts(codes, count)))


@dataclass(frozen=True)
class Folds:
    """So many folds, each as likely for every row: by its number in the data, or by the value of the column `key`.

    >>> np.bincount(Folds(4, seed=1).of_numbers(np.arange(1, 1001))).tolist()
    [211, 259, 256, 274]
    """

    count: int
    seed: int = 0
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.count:,} folds of seed {self.seed}{'' if self.key is None else f' by {self.key}'}"

    def __post_init__(self) -> None:
        whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in (self.count, self.seed))
        if not whole or not 2 <= self.count <= MOST_FOLDS or not 0 <= self.seed < 2**63:
            raise ArgumentError(
                f"folds={self.count!r} and seed={self.seed!r}: give from 2 to {MOST_FOLDS:,} folds, and a seed that is "
                "a whole number from 0 on"
            )

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that rows need for it."""
        return () if self.key is None else (self.key,)

    @property
    def fixed(self) -> bool:
        """Whether all groups are known before the first row."""
        return True

    def to_json(self) -> dict[str, Any]:
        """What it is, for JSON; `grouping_of` gives it back."""
        return {"folds": int(self.count), "seed": int(self.seed), "key": self.key}

    @property
    def values(self) -> pa.Table:
        """The folds themselves, 0 … count − 1."""
        return pa.table({"fold": positions(np.arange(self.count))})

    def members(self, rows: Rows, *, repeated: bool = False) -> Members:
        """The folds of the rows of a block; all folds are there, and none is `repeated`."""
        if self.key is None:
            return Members(self.of_numbers(rows.number), self.values)
        keys = plain(rows.values([self.key]))
        codes, count = coded(keys)
        distinct = taken(keys, firsts(codes, count)).column(0).combine_chunks()
        return Members(self._of_hashes(_hashes(distinct))[codes], self.values)

    def of_numbers(self, number: IntArray) -> IntArray:
        """The folds (m,) of the rows with these numbers, from 1."""
        return self._of_hashes(number.astype(np.uint64))

    def _of_hashes(self, hashes: Hashes) -> IntArray:
        keys = mixed(hashes + mixed(np.array([self.seed], dtype=np.uint64)))
        keys >>= np.uint64(32)
        keys *= np.uint64(self.count)
        keys >>= np.uint64(32)
        return keys.view(np.int64)


Grouping: TypeAlias = ByColumns | Folds


def grouping_of(record: Mapping[str, Any]) -> Grouping:
    """What `to_json` has told of; `ArgumentError`, or what Python raises, for anything else.

    >>> grouping_of({"by": ["region"]})
    ByColumns(keys=('region',))
    """
    if "by" in record:
        return ByColumns(tuple(record["by"]))
    key = record["key"]
    if not isinstance(key, str | None):
        raise ArgumentError("the key of folds is the name of a column")
    return Folds(record["folds"], record["seed"], key)


def _check_apart(keys: pa.Table, rows: Rows) -> None:
    """Refuse numbers that may each stand for several: those that were rounded to float64."""
    for name, column in zip(keys.column_names, keys.columns, strict=True):
        if pa.types.is_floating(column.type):
            size = np.abs(as_numpy(column))
            if (large := (size >= EXACT) & np.isfinite(size)).any():
                place = f"{rows.source}, row {rows.number[int(np.argmax(large))]}: column {name!r}"
                raise merged(place, name, "group")


def _hashes(values: pa.Array) -> Hashes:
    """A number for each value, the same for equal ones of whatever type of numbers, and of dates and timestamps."""
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        return _hashes_of_ticks(values)
    if pa.types.is_temporal(kind):
        values = values.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).cast(pa.int64())
    elif pa.types.is_boolean(kind):
        values = values.cast(pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        texts = values.cast(pa.large_string()).to_pylist()
        found = [int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts]
        return np.array(found, dtype=np.uint64)
    numbers = as_numpy(values)
    hashes: Hashes = mixed((numbers.astype(np.float64) + 0.0).view(np.uint64))  # + 0.0: there is one zero
    if numbers.dtype.kind in "iu":  # beyond 2⁵³ by all digits
        large = (numbers > int(EXACT)) | (numbers < -int(EXACT))
        hashes = np.where(large, mixed(mixed(numbers.astype(np.uint64))), hashes)
    return hashes


def _hashes_of_ticks(values: pa.Array) -> Hashes:
    """Those of timestamps: the hash of the day, as a date has it, and at other times than midnight of the time, too."""
    of_day = TICKS[values.type.unit if pa.types.is_timestamp(values.type) else "ms"]
    day, tick = np.divmod(as_numpy(values.cast(pa.int64())), of_day)
    hashes = mixed((day.astype(np.float64) + 0.0).view(np.uint64))
    nanoseconds = (tick * (TICKS["ns"] // of_day)).astype(np.uint64)
    return np.where(tick > 0, mixed(hashes + mixed(nanoseconds)), hashes)
