"""`Gathered`: the accumulator of the pass, the moments of all columns seen so far and what else the model reports.

A level that a block lacks is a column of zeros in it. So the union of the keys is all there is to merging, and no
earlier pass has to find the levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slopewise.design.design import Design
from slopewise.design.rows import ColumnKey, Rows, check_width, sorted_keys
from slopewise.design.sample import Sample
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.typing import Precision


@dataclass(frozen=True)
class Gathered:
    """The rows of some blocks, merged.

    `keys` (p,) are the columns seen, in their one order, and `moments` their state, q = p + 1, the target last. Of
    `read` rows, `dropped` had missing values (`dropped_by` column) and `weightless` had weight zero. `sample` keeps
    some rows for pictures.

    >>> import pyarrow as pa
    >>> from slopewise.data.block import Block
    >>> design = Design.of("y ~ f", {"y": "number", "f": "text"})
    >>> gathered = Gathered.empty(design)
    >>> for first_row, level in enumerate("qp", start=1):
    ...     block = Block(pa.table({"y": [1.0], "f": [level]}), first_row)
    ...     gathered = gathered.add(design.prepare(block))
    >>> [key.levels for key in gathered.keys], gathered.moments.mean.tolist()
    ([('p',), ('q',)], [0.5, 0.5, 1.0])
    """

    design: Design
    keys: tuple[ColumnKey, ...]
    moments: Moments
    read: int
    dropped: int
    dropped_by: Mapping[str, int]
    weightless: int
    sample: Sample

    @classmethod
    def empty(cls, design: Design, precision: Precision = "auto") -> Gathered:
        """No rows: the identity of `merge`. `precision` is that of the moments of the rows to come."""
        return cls(design, (), Moments.empty(1, precision=precision), 0, 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of_moments(cls, design: Design, moments: Moments) -> Gathered:
        """A state whose columns are the terms of `design`, each of them one column of numbers; no rows for pictures."""
        keys = tuple(ColumnKey(term) for term in range(len(design.terms)))
        return cls(design, keys, moments, int(moments.rows), 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of(cls, design: Design, rows: Rows, precision: Precision = "auto") -> Gathered:
        """The rows of one block. One thread: blocks are gathered side by side."""
        weighing = {"weights": rows.weights, "frequency": rows.frequency}
        moments = Moments.of(rows.x, rows.y, **weighing, precision=precision, threads=1)
        keys = sorted_keys(design.terms, rows.columns)
        if keys != rows.columns:
            place = {key: position for position, key in enumerate(rows.columns)}
            moments = moments.select([*(place[key] for key in keys), len(keys)])
        sample = Sample.of(rows)
        return cls(design, keys, moments, rows.read, rows.dropped, rows.dropped_by, rows.weightless, sample)

    def add(self, rows: Rows) -> Gathered:
        """These rows and those of one more block."""
        return self.merge(Gathered.of(self.design, rows, self.moments.precision))

    def merge(self, other: Gathered) -> Gathered:
        """The rows of both; associative and commutative up to rounding. Raises `DataError` for too many columns."""
        keys = sorted_keys(self.design.terms, {*self.keys, *other.keys})
        widths = [0] * len(self.design.terms)
        for key in keys:
            widths[key.term] += 1
        check_width(self.design.terms, widths)
        gaps = {
            name: self.dropped_by.get(name, 0) + other.dropped_by.get(name, 0)
            for name in self.design.variables
            if name in self.dropped_by or name in other.dropped_by
        }
        return Gathered(
            self.design,
            keys,
            self._widened(keys).merge(other._widened(keys)),
            self.read + other.read,
            self.dropped + other.dropped,
            gaps,
            self.weightless + other.weightless,
            self.sample.merge(other.sample),
        )

    def _widened(self, keys: tuple[ColumnKey, ...]) -> Moments:
        """The state with a column for each of `keys`: of zeros where these rows have none."""
        if keys == self.keys:
            return self.moments
        place = {key: position for position, key in enumerate(keys)}
        return self.moments.embed([*(place[key] for key in self.keys), len(keys)], len(keys) + 1)

    def to_dict(self) -> dict[str, Any]:
        """Numbers, strings and lists, for JSON. The sample stays behind: rows are never saved."""
        return {
            "keys": [[key.term, list(key.levels)] for key in self.keys],
            "moments": self.moments.to_dict(),
            "read": self.read,
            "dropped": self.dropped,
            "dropped_by": dict(self.dropped_by),
            "weightless": self.weightless,
        }

    @classmethod
    def from_dict(cls, design: Design, record: Mapping[str, Any]) -> Gathered:
        """What `to_dict` wrote, with an empty sample. Raises `ArgumentError` if it does not fit the design."""
        try:
            keys = tuple(ColumnKey(int(term), tuple(map(str, levels))) for term, levels in record["keys"])
            moments = Moments.from_dict(record["moments"])
            read, dropped, weightless = (int(record[name]) for name in ("read", "dropped", "weightless"))
            gaps = {str(name): int(count) for name, count in record["dropped_by"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise ArgumentError(f"this is not the record of gathered rows: {fault!r}") from None
        fits = all(
            0 <= key.term < len(design.terms) and len(key.levels) == len(design.terms[key.term].categories)
            for key in keys
        )
        if not fits or keys != sorted_keys(design.terms, set(keys)) or moments.q != len(keys) + 1:
            raise ArgumentError("the columns in this record of gathered rows are not those of its formula")
        return cls(design, keys, moments, read, dropped, gaps, weightless, Sample.empty(design.variables))
