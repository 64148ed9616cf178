"""What an explorer is given, as JSON: the means and centred products of the columns, their optimum, and some rows.

Descent runs in the page from these alone. The rows are for its pictures; where they are all there are, the page takes
the whole state from them again whenever one of them is moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from slopewise.data.hashing import drawn
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers.solution import Solution
from slopewise.typing import Array, IntArray

KIND, SCHEMA = "slopewise explorer", 1

WIDEST = 200
"""As many columns as a page takes: it holds the square of their number, and finds the eigenvalues of as many."""

NUMBERS = 25_000
"""As many numbers as the rows of a page may have: five hundred rows of fifty columns are drawn sixty times a second."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Rows for pictures: coded `x` (k, p), targets `y` (k,), what each counts for (k,) or None, and their numbers (k,)
    in the source; `complete`: there are no others."""

    x: Array
    y: Array
    weights: Array | None
    number: IntArray
    complete: bool

    def fewer(self, limit: int) -> Shown:
        """At most `limit` of these rows, chosen by the hash of their numbers."""
        if len(self.y) <= limit:
            return self
        kept = drawn(self.number, limit)
        weights = None if self.weights is None else self.weights[kept]
        return Shown(self.x[kept], self.y[kept], weights, self.number[kept], complete=False)


@dataclass(frozen=True, eq=False)
class Subject:
    """What a page is about: a state whose columns bear `names` (p,), and its least-squares answer.

    `minimum_norm` (k,): of infinitely many best parameters those nearest to zero, None where there is one best;
    `dropped` says of each column that has no parameter why; `argument` is the source as a command names it; `rows` come
    to at most so many `numbers`.
    """

    moments: Moments
    solution: Solution
    names: Sequence[str]
    target: str
    formula: str
    source: str
    minimum_norm: Array | None = None
    dropped: Sequence[str] = ()
    argument: str | None = None
    rows: Shown | None = None
    numbers: int = NUMBERS
    start: Mapping[str, Any] = field(default_factory=dict)


def payload(subject: Subject) -> dict[str, Any]:
    """Plain numbers, texts and lists; every number as the engine has it, to the last bit.

    `mean` (q,) and `centred` (q, q), over the sum of the weights, are in the columns' units, q = p + 1 and the target
    last. Raises `ArgumentError` for more columns than a page takes.
    """
    state, solution = subject.moments, subject.solution
    check_width(state.p, subject.formula)
    centred = state.centred / state.weight
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "title": subject.formula,
        "source": subject.source,
        "formula": subject.formula,
        "data_argument": subject.argument,
        "names": list(subject.names),
        "target": subject.target,
        "intercept": solution.has_intercept,
        "rows": int(state.rows),
        "weight": float(state.weight),
        "weighted": bool(state.weight != state.rows or state.log_weight != 0),
        "mean": state.mean.tolist(),
        "centred": ((centred + centred.T) / 2).tolist(),
        "solution": _answer(subject),
        "sample": None if subject.rows is None else _sample(subject.rows, subject.numbers // (state.p + 1)),
        "start": dict(subject.start),
    }


def check_width(columns: int, formula: str) -> None:
    """Raise `ArgumentError` for more columns than a page takes.

    >>> check_width(201, "y ~ f")
    Traceback (most recent call last):
    slopewise.errors.ArgumentError: 'y ~ f' has 201 columns and a page takes 200; take terms out of the formula
    """
    if columns > WIDEST:
        raise ArgumentError(
            f"{formula!r} has {columns:,} columns and a page takes {WIDEST}; take terms out of the formula"
        )


def _answer(subject: Subject) -> dict[str, Any]:
    solution = subject.solution
    values = [solution.intercept] * solution.has_intercept + solution.coefficients.tolist()
    return {
        "parameters": [None if np.isnan(value) else value for value in values],
        "cost": solution.residual_sum_of_squares / float(subject.moments.weight) / 2,
        "rank": solution.rank,
        "dropped": list(solution.dropped),
        "dropped_text": list(subject.dropped),
        "minimum_norm": None if subject.minimum_norm is None else subject.minimum_norm.tolist(),
    }


def _sample(rows: Shown, most: int) -> dict[str, Any]:
    kept = rows.fewer(most)
    return {
        "x": kept.x.T.tolist(),
        "y": kept.y.tolist(),
        "weights": None if kept.weights is None else kept.weights.tolist(),
        "rows": kept.number.tolist(),
        "complete": kept.complete,
    }
