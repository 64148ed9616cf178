"""`Gathered`: the accumulator of the pass, the moments of all columns seen so far and what else the model reports.

A level that a block lacks is a column of zeros in it. So the union of the keys is all there is to merging, and no
earlier pass has to find the levels. Powers of a polynomial are moved to a common origin first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from slopewise.choices import Precision
from slopewise.design.design import Design
from slopewise.design.polynomials import Basis, Level, Origin, along, images, transformed
from slopewise.design.rows import ColumnKey, Rows, check_width, sorted_keys
from slopewise.design.sample import Sample
from slopewise.design.terms import Term, is_orthogonal
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows


@dataclass(frozen=True)
class Gathered:
    """The rows of some blocks, merged.

    `keys` (p,) are the columns seen, in their one order, and `moments` their state, q = p + 1, the target last;
    `origins` is what the powers of each orthogonal polynomial are measured from, by the factor's text. Of
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
    origins: Mapping[str, Origin]
    read: int
    dropped: int
    dropped_by: Mapping[str, int]
    weightless: int
    sample: Sample

    @classmethod
    def empty(cls, design: Design, precision: Precision = "auto") -> Gathered:
        """No rows: the identity of `merge`. `precision` is that of the moments of the rows to come."""
        moments = Moments.empty(1, precision=precision)
        return cls(design, (), moments, {}, 0, 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of_moments(cls, design: Design, moments: Moments) -> Gathered:
        """A state whose columns are the terms of `design`, each of them one column of numbers; no rows for pictures."""
        keys = tuple(ColumnKey(term) for term in range(len(design.terms)))
        return cls(design, keys, moments, {}, int(moments.rows), 0, {}, 0, Sample.empty(design.variables))

    @classmethod
    def of(cls, design: Design, rows: Rows, precision: Precision = "auto") -> Gathered:
        """The rows of one block. One thread: blocks are gathered side by side."""
        given = replace(
            WeightedRows.of(rows.x, rows.y, rows.weights, rows.frequency),
            rounding=np.append(rows.rounding, rows.y_rounding),
            X_low=rows.x_low,
            y_low=rows.y_low,
        )
        moments = Moments.of_rows(given, precision, threads=1)
        keys = sorted_keys(design.carried, rows.columns)
        if keys != rows.columns:
            place = {key: position for position, key in enumerate(rows.columns)}
            moments = moments.select([*(place[key] for key in keys), len(keys)])
        sample = Sample.of(rows)
        return cls(
            design, keys, moments, rows.origins, rows.read, rows.dropped, rows.dropped_by, rows.weightless, sample
        )

    def add(self, rows: Rows) -> Gathered:
        """These rows and those of one more block."""
        return self.merge(Gathered.of(self.design, rows, self.moments.precision))

    def merge(self, other: Gathered) -> Gathered:
        """The rows of both; associative and commutative up to rounding. Raises `DataError` for too many columns."""
        keys = sorted_keys(self.design.carried, {*self.keys, *other.keys})
        widths = [0] * len(self.design.carried)
        for key in keys:
            widths[key.term] += 1
        check_width(self.design.carried, widths)
        origins = self._common_origins(other)
        gaps = {
            name: self.dropped_by.get(name, 0) + other.dropped_by.get(name, 0)
            for name in self.design.variables
            if name in self.dropped_by or name in other.dropped_by
        }
        return Gathered(
            self.design,
            keys,
            self._about(origins)._widened(keys).merge(other._about(origins)._widened(keys)),
            origins,
            self.read + other.read,
            self.dropped + other.dropped,
            gaps,
            self.weightless + other.weightless,
            self.sample.merge(other.sample),
        )

    @cached_property
    def bases(self) -> Mapping[str, Basis]:
        """The orthogonal polynomials of these rows, by the factor's text."""
        found = self.design.code(self.keys).coefficients(self.moments)
        return {name: Basis(self.origins[name], coefficients) for name, coefficients in found.items()}

    def _common_origins(self, other: Gathered) -> Mapping[str, Origin]:
        if not (self.moments.rows.any() and other.moments.rows.any()):
            return self.origins if self.moments.rows.any() else other.origins
        return {name: origin.common(other.origins[name]) for name, origin in self.origins.items()}

    def _about(self, origins: Mapping[str, Origin]) -> Gathered:
        """The same rows, with the powers of their polynomials about other origins."""
        if origins == self.origins or not self.moments.rows.any():
            return self
        degrees = {f.text: len(f.powers) - 1 for term in self.design.carried for f in term.factors}
        moves = {name: origin.moved(origins[name], degrees[name]) for name, origin in self.origins.items()}
        place = {key: position for position, key in enumerate(self.keys)}
        T = Pair.zeros((len(place) + 1, len(place) + 1))
        T[-1, -1] = Pair.of(1.0)
        for key, i in place.items():
            for levels, steps in images(self.design.carried[key.term], key.levels):
                T[i, place[ColumnKey(key.term, levels)]] = along(steps, moves)
        return replace(self, moments=transformed(self.moments, T), origins=origins)

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
            "origins": {name: [origin.centre, origin.exponent] for name, origin in self.origins.items()},
            "read": self.read,
            "dropped": self.dropped,
            "dropped_by": dict(self.dropped_by),
            "weightless": self.weightless,
        }

    @classmethod
    def from_dict(cls, design: Design, record: Mapping[str, Any]) -> Gathered:
        """What `to_dict` wrote, with an empty sample. Raises `ArgumentError` if it does not fit the design."""
        try:
            keys = tuple(ColumnKey(int(term), tuple(levels)) for term, levels in record["keys"])
            moments = Moments.from_dict(record["moments"])
            origins = {str(name): Origin(float(c), int(e)) for name, (c, e) in record["origins"].items()}
            read, dropped, weightless = (int(record[name]) for name in ("read", "dropped", "weightless"))
            gaps = {str(name): int(count) for name, count in record["dropped_by"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise ArgumentError(f"this is not the record of gathered rows: {fault!r}") from None
        if not _fits(design, keys, origins) or moments.q != len(keys) + 1:
            raise ArgumentError("the columns in this record of gathered rows are not those of its formula")
        return cls(design, keys, moments, origins, read, dropped, gaps, weightless, Sample.empty(design.variables))


def _fits(design: Design, keys: tuple[ColumnKey, ...], origins: Mapping[str, Origin]) -> bool:
    """Whether a record's keys are columns of the design in their order, each polynomial with its origin and powers."""
    terms = design.carried
    if not all(0 <= key.term < len(terms) and _has_levels(terms[key.term], key.levels) for key in keys):
        return False
    if keys != sorted_keys(terms, set(keys)):
        return False
    wanted = {ColumnKey(t, (0,)) for t, term in enumerate(terms) if term.orthogonal and keys}
    for key in keys:
        spread = zip(terms[key.term].spread, key.levels, strict=True)
        constant = tuple(0 if is_orthogonal(factor) else level for factor, level in spread)
        wanted |= {ColumnKey(key.term, levels) for levels, _ in images(terms[key.term], constant)}
    return wanted <= set(keys) and origins.keys() == {term.text for term in terms if term.orthogonal and keys}


def _has_levels(term: Term, levels: tuple[Level, ...]) -> bool:
    """Whether these may be the levels of a column of the term."""
    return len(levels) == len(term.spread) and all(
        type(level) is int and level in factor.powers if factor.powers else isinstance(level, str)
        for factor, level in zip(term.spread, levels, strict=True)
    )
