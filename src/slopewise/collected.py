"""`Collected`: what one pass over the rows keeps, which is all that any model of these terms will ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from slopewise.design import Coding, Design, Gathered
from slopewise.design.grouping import Folds
from slopewise.design.keyed import Keyed
from slopewise.design.removing import without
from slopewise.errors import ArgumentError
from slopewise.inference.record import RowCounts
from slopewise.moments import Moments
from slopewise.moments.integral import Integral
from slopewise.moments.subtraction import check_left, digits_left
from slopewise.state_files import Kept, read_state, write_state

LONGEST_SOURCE = 150
"""Characters that name what was read; of more, the first is named and the others counted."""


@dataclass(frozen=True, eq=False)
class Collected:
    """The design, the moments of its columns with every level of every category, row counts, a small sample of rows.

    `a + b` is what one pass over the rows of both would have kept. `moments` are those of the coded columns, the
    target last, as the solvers read them; `names` (p,) are the names of the coefficients. `provenance` is what each
    source that was read says of itself (its name, kind and size), in the order of the sum. `keyed` has a state for each
    group or fold, where those were asked for, and `folds` those of the folds of arrays.

    >>> import slopewise as sw
    >>> kept = sw.collect("price ~ size", {"size": [1.0, 2.0], "price": [300.0, 500.0]})
    >>> kept.names, kept.moments.mean.tolist(), kept.rows.used
    (('size',), [1.5, 400.0], 2)
    """

    design: Design
    gathered: Gathered
    source: str
    provenance: tuple[Mapping[str, Any], ...] = ()
    keyed: Keyed | None = None
    folds: Moments | None = None

    @cached_property
    def coding(self) -> Coding:
        """Which indicators enter, chosen after the read."""
        return self.design.code(self.gathered.keys)

    @cached_property
    def moments(self) -> Moments:
        """The state of the coded columns, q = p + 1, the target last."""
        return self.coding.apply(self.gathered.moments)

    @property
    def states(self) -> Moments:
        """The moments of the coded columns in each group or fold, a stack. Raises `ArgumentError` without any."""
        if self.folds is not None:
            return self.folds
        if self.keyed is None:
            raise ArgumentError(
                f"what was collected from {self.source} has no groups and no folds; collect it with folds=10, or by= a "
                "column"
            )
        return self.coding.apply(self.keyed.widened(self.gathered.keys))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the p coefficients, without the intercept."""
        return self.coding.names

    @property
    def target(self) -> str:
        """What is modelled, as the formula writes it: 'price', 'log(price)'."""
        return self.design.target_name

    @property
    def intercept(self) -> bool:
        """Whether the model has an intercept."""
        return self.coding.intercept

    @property
    def rows(self) -> RowCounts:
        """How many rows were used and dropped, and because of which columns."""
        g = self.gathered
        return RowCounts(int(g.sums.numbers.rows), g.dropped, dict(g.dropped_by), dict(g.first_missing))

    def __add__(self, other: Collected) -> Collected:
        _check_alike(self, other, "added to each other")
        _check_groups(self, other)
        provenance = (*self.provenance, *other.provenance)
        source = self.source if self.source == other.source else f"{self.source} + {other.source}"
        if len(source) > LONGEST_SOURCE:
            source = f"{self.source.partition(' + ')[0].partition(' and ')[0]} and {len(provenance) - 1:,} more"
        keyed = None if self.keyed is None or other.keyed is None else self.keyed.plus(other.keyed)
        folds = None if self.folds is None or other.folds is None else self.folds.merge(other.folds)
        return Collected(self.design, self.gathered.merge(other.gathered), source, provenance, keyed, folds)

    def __sub__(self, other: Collected) -> Collected:
        """What one pass over the rows of this one without those of the other would have kept, but for samples of rows.

        Exact in precision "exact"; otherwise the noise of what was there before stays in the sums, and the digits of
        every model of them say so: see `slopewise.moments.removed`. Groups and folds are not kept; what cannot be
        subtracted besides, `slopewise.design.removing` says. Raises `ArgumentError` where no row would be left, and
        where the rows of the other were evidently not among those of this one.

        >>> import slopewise as sw
        >>> jan, feb = {"x": [1.0, 2.0], "y": [3.0, 5.0]}, {"x": [4.0], "y": [8.0]}
        >>> both = sw.collect("y ~ x", jan) + sw.collect("y ~ x", feb)
        >>> (both - sw.collect("y ~ x", feb)).moments == sw.collect("y ~ x", jan).moments
        False
        >>> (both - sw.collect("y ~ x", feb)).moments.centred.tolist()
        [[0.5, 1.0], [1.0, 2.0]]
        """
        _check_alike(self, other, "taken out of each other")
        gathered = without(self.gathered, other.gathered)
        check_left(gathered.moments.rows, gathered.moments.body, _column_names(gathered))
        taken = ({**part, "taken_out": True} for part in other.provenance)
        source = f"{self.source} without {other.source}"
        return Collected(self.design, gathered, source, (*self.provenance, *taken))

    def sentence(self) -> str:
        """What it is, in a line: "price ~ area · ames.csv · 2,930 rows used · 1 column · double-double"."""
        count = len(self.names)
        parts = [self.design.formula, self.source, self.rows.sentence(), f"{count:,} column{'s' * (count != 1)}"]
        if self.keyed is not None:
            folds = isinstance(self.keyed.grouping, Folds)
            what = "folds" if folds else f"groups by {' and '.join(self.keyed.keys)}"
            parts.append(f"{self.keyed.count:,} {what}")
        if self.folds is not None:
            parts.append(f"{len(self.folds.rows):,} folds")
        return " · ".join([*parts, self.gathered.sums.numbers.precision])

    def loss(self) -> str:
        """How many digits of the sums are left after what was taken out of them, as a sentence.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 4.0], "y": [3.0, 4.0, 6.0]}
        >>> part = {name: values[:1] for name, values in table.items()}
        >>> kept, gone = (sw.collect("y ~ x", rows, precision="exact") for rows in (table, part))
        >>> (kept - gone).loss()
        'The sums are exact: nothing is lost.'
        """
        body, names = self.gathered.moments.body, _column_names(self.gathered)
        left, column, whole = digits_left(body)
        if not body.SUM_NOISE:
            return "The sums are exact: nothing is lost."
        return f"Of {whole:.1f} digits of the sums {left:.1f} are left at least (in those of {names[column]})."

    def digest(self) -> str:
        """The SHA-256 of the sums of the rows and of what they are sums of, in hexadecimal.

        The same rows give the same digest from any carrier; in precision "exact" also in any order and shards. It is
        no digest of a file: what the formula does not read leaves it as it is.

        >>> import slopewise as sw
        >>> one, other = ({"x": [1.0, 2.0], "y": y} for y in ([3.0, 4.0], [3.0, 5.0]))
        >>> sw.collect("y ~ x", one).digest() == sw.collect("y ~ x", other).digest()
        False
        """
        body = self.gathered.moments.body
        keys = [[key.term, list(key.levels)] for key in self.gathered.keys]
        origins = sorted((name, origin.centre, origin.exponent) for name, origin in self.gathered.origins.items())
        total = hashlib.sha256(json.dumps([self.design.to_json()["expanded"], keys, origins]).encode())
        if isinstance(body, Integral):
            total.update(body.digest().encode())
        else:
            for array in body.arrays().values():
                total.update(np.ascontiguousarray(array + 0.0, dtype="<f8").tobytes())  # -0.0 and 0.0 are one number
        return total.hexdigest()

    def __repr__(self) -> str:
        return f"<Collected {self.design.formula!r}: {self.source}, {self.rows.sentence()}>"

    def save(self, path: str | Path) -> None:
        """Write all but the sample of rows to a file, whole or not at all; `slopewise.load` reads it back, bit for bit.

        Rows are never saved. Names of columns, levels of categories and the values of groups are, and the sums of a
        group of few rows tell much of these: see docs/moments-format.md. Equal states are equal files. Raises
        `OutputError`.

        >>> import slopewise as sw, tempfile
        >>> kept = sw.collect("price ~ size", {"size": [1.0, 2.0], "price": [300.0, 500.0]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept.save(f"{folder}/a.moments")
        ...     sw.load(f"{folder}/a.moments") == kept
        True
        """
        write_state(path, Kept(self.design, self.gathered, self.source, self.provenance, self.keyed, self.folds))

    @classmethod
    def load(cls, path: str | Path) -> Collected:
        """What `save` wrote, with an empty sample of rows. Nothing in the file is executed.

        Raises `SourceError` for a file that is missing, cut short, changed since, of a later format or of something
        else.
        """
        return cls(*read_state(path))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Collected):
            return NotImplemented
        return self.to_dict() == other.to_dict() and self.keyed == other.keyed and self.folds == other.folds

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings and lists, for JSON; the sample of rows is left out: rows are never saved."""
        return {
            "source": self.source,
            "provenance": [dict(part) for part in self.provenance],
            "design": self.design.to_json(),
            "gathered": self.gathered.to_dict(),
        }


def _check_alike(one: Collected, other: Collected, what: str) -> None:
    """Refuse states of different columns, by what differs."""
    ours, theirs = one.design, other.design
    both = f"what was collected from {one.source} and from {other.source} cannot be {what}"
    if (ours.target, ours.terms, ours.intercept) != (theirs.target, theirs.terms, theirs.intercept):
        raise ArgumentError(
            f"{both}: the formulas differ, {ours.formula!r} and {theirs.formula!r}; collect both with the same one"
        )
    parts = {"weights": "weights", "frequency": "frequencies", "missing": "rules for missing values"}
    parts |= {"kinds": "kinds of columns", "declared": "declared levels", "keys": "keys of groups"}
    for name, differing in parts.items():
        values = getattr(ours, name), getattr(theirs, name)
        if values[0] != values[1]:
            first, second = map(_shown, _differing(*values) if isinstance(values[0], Mapping) else values)
            raise ArgumentError(f"{both}: their {differing} differ, {first} and {second}; collect both alike")


def _check_groups(one: Collected, other: Collected) -> None:
    """Refuse states of different groups."""
    groups = [None if kept.keyed is None else str(kept.keyed.grouping) for kept in (one, other)]
    folds = [None if kept.folds is None else len(kept.folds.rows) for kept in (one, other)]
    for given in (groups, folds):
        if None not in given and given[0] != given[1]:
            raise ArgumentError(
                f"what was collected from {one.source} and from {other.source} cannot be added to each other: their "
                f"groups or folds differ, {given[0]} and {given[1]}; collect both alike"
            )


def _column_names(gathered: Gathered) -> list[str]:
    """What messages call the columns of the pass, the target last."""
    terms = gathered.design.carried
    named = (" ".join(map(str, (terms[key.term].label, *key.levels))) for key in gathered.keys)
    return [*named, gathered.design.target_name]


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries of two mappings in which they differ, those of a column that one lacks too."""
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    ours, theirs = ({name: part[name] for name in names if name in part} for part in (one, other))
    return ours, theirs


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        text = ", ".join(f"{name!r} {item}" for name, item in value.items()) or "none"
    else:
        text = repr(value)
    return text if len(text) < 100 else text[:100] + "…"
