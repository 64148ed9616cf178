"""`Collected`: what one pass over the rows keeps, which is all that any model of these terms will ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from slopewise.design import Coding, Design, Gathered
from slopewise.design.keyed import Keyed
from slopewise.errors import ArgumentError
from slopewise.inference.record import RowCounts
from slopewise.moments import Moments
from slopewise.moments.integral import Integral


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
        if self.design != other.design:
            raise ArgumentError(
                f"what was collected for {self.design.formula!r} cannot be added to what was collected for "
                f"{other.design.formula!r}; collect both with the same formula"
            )
        source = self.source if self.source == other.source else f"{self.source} + {other.source}"
        provenance = (*self.provenance, *other.provenance)
        keyed = None if self.keyed is None or other.keyed is None else self.keyed.plus(other.keyed)
        folds = None if self.folds is None or other.folds is None else self.folds.merge(other.folds)
        return Collected(self.design, self.gathered.merge(other.gathered), source, provenance, keyed, folds)

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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Collected):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings and lists, for JSON; the sample of rows is left out: rows are never saved."""
        return {
            "source": self.source,
            "provenance": [dict(part) for part in self.provenance],
            "design": self.design.to_json(),
            "gathered": self.gathered.to_dict(),
        }
