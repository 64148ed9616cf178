"""What an explorer shows of what was collected, or of a few rows given outright."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from slopewise.collected import Collected
from slopewise.moments import Moments
from slopewise.notes import equality
from slopewise.predictions import Drawn, drawn
from slopewise.solvers import exact
from slopewise.solvers.descent import descend
from slopewise.solvers.solution import Solution
from slopewise.typing import Array, ArrayLike
from slopewise.views.explorer.payload import NUMBERS, Shown, Subject, check_width, payload


def of_collected(
    kept: Collected,
    data: Any = None,
    *,
    argument: str | None = None,
    start: Mapping[str, Any] | None = None,
    numbers: int = NUMBERS,
) -> dict[str, Any]:
    """The payload of what one pass kept, with the rows of its sample, or a sample of `data`.

    The answer is the least-squares one, whatever the rows may lack. Raises `ArgumentError` for too many columns.
    """
    formula, names = kept.design.formula, kept.names
    check_width(len(names), formula)
    solution = exact.solve(kept.moments, intercept=kept.intercept)
    reasons = [f"{names[j]} {equality(solution, j, kept)}" for j in solution.dropped]
    return payload(
        Subject(
            moments=kept.moments,
            solution=solution,
            names=names,
            target=kept.target,
            formula=formula,
            source=kept.source,
            minimum_norm=_nearest(kept.moments, solution),
            dropped=reasons,
            argument=argument,
            rows=_rows(kept, data),
            start=start or {},
            numbers=numbers,
        )
    )


def of_arrays(
    x: ArrayLike, y: ArrayLike, names: Sequence[str], target: str, source: str, start: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The payload of a table given as arrays (m, p) and (m,), all of whose rows are shown."""
    columns, targets = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    moments = Moments.of(columns, targets)
    solution = exact.solve(moments)
    return payload(
        Subject(
            moments=moments,
            solution=solution,
            names=names,
            target=target,
            formula=f"{target} ~ {' + '.join(names)}",
            source=source,
            minimum_norm=_nearest(moments, solution),
            rows=Shown(columns, targets, None, np.arange(1, len(targets) + 1), complete=True),
            start=start or {},
        )
    )


def _nearest(moments: Moments, solution: Solution) -> Array | None:
    """Of all best parameters those nearest to zero, where descent from there ends; None where there is one best."""
    if solution.rank == len(solution.theta):
        return None
    return descend(moments, intercept=solution.has_intercept, iterations=0).limit


def _rows(kept: Collected, data: Any) -> Shown | None:
    """The rows to draw; None where none were kept and none are given."""
    sample = kept.gathered.sample
    if data is None and not len(sample.number):
        return None
    found = drawn(kept, data)
    rows = found.rows
    number = rows.number if data is not None else sample.number[rows.number - 1]
    return Shown(found.X, rows.y, _counts(found), number, complete=data is None and len(rows.y) == _all(kept))


def _counts(found: Drawn) -> Array | None:
    """What each row counts for; None where all count for one."""
    rows = found.rows
    if rows.weights is None:
        return None if rows.frequency is None else rows.frequency.astype(np.float64)
    return rows.weights if rows.frequency is None else rows.weights * rows.frequency


def _all(kept: Collected) -> int:
    """How many rows were used, copies not counted."""
    gathered = kept.gathered
    return gathered.read - gathered.dropped - gathered.weightless
