"""What is left when rows are taken out of a state: whether it can be the state of any rows, and how many digits it has.

Rows that were in a state leave another state: no fewer rows than none, no square below zero, no combination of columns
with a variance below zero, but for the rounding of sums that were larger once. Where that does not hold, they were not.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np

from slopewise.errors import ArgumentError, PrecisionLost
from slopewise.moments.bodies import Body
from slopewise.typing import Array, IntArray

FEW = 12
"""Digits that the sums of a column should have left."""

MARGIN = 4
"""How many times the rounding of the sums a square below zero has to be, to be none of it."""

MANY = 500
"""Columns up to which all their combinations are looked at."""


def check_left(rows: IntArray, body: Body, names: Sequence[str]) -> None:
    """Raise `ArgumentError` where `body` is not that of so many `rows`, and warn (`PrecisionLost`) of digits lost.

    `names` (q,) are what messages call the columns.
    """
    if (fault := contradiction(rows, body, names)) is not None:
        raise ArgumentError(
            f"what is to be taken out is not all in this state: {fault} would be left; name what was collected into it"
        )
    left, worst, _ = digits_left(body)
    if np.any(rows) and left < FEW:
        message = (
            f"taking out rows so much larger leaves {left:.1f} digits in the sums of {names[worst]}; collect the rows "
            "that are left, or all in precision 'exact', which loses none"
        )
        warnings.warn(message, PrecisionLost, stacklevel=4)


def digits_left(body: Body) -> tuple[float, int, float]:
    """The digits of the sums of the column that has fewest, its place, and as many as there are without subtraction."""
    noise = np.max(np.asarray(body.noise()).reshape(-1, body.q), axis=0, initial=0.0)
    worst = int(np.argmax(noise))
    counted = [math.inf if not value else max(0.0, -math.log10(value)) for value in (noise[worst], body.SUM_NOISE)]
    return counted[0], worst, counted[1]


def contradiction(rows: IntArray, body: Body, names: Sequence[str]) -> str | None:
    """What no rows have, in words; None where there is nothing of the kind."""
    some = np.asarray(rows > 0)
    if np.any(rows < 0):
        return f"{int(np.min(rows)):,} rows"
    if np.any(some != (body.weight > 0)):
        return "rows without weight, or weight without rows"
    centred = body.centred().hi
    off = np.asarray(body.off())
    for what, found in (("square", body.squares()), ("variance", np.diagonal(centred, axis1=-2, axis2=-1))):
        below = np.argwhere(found < -MARGIN * off)
        if len(below):
            return f"a {what} of {names[int(below[0, -1])]} below zero"
    if body.weight.ndim == 0 and body.q <= MANY and _least(centred, body.squares(), off) < -MARGIN:
        return "a combination of columns with a variance below zero"
    return None


def _least(centred: Array, squares: Array, off: Array) -> float:
    """The least eigenvalue of the centred products, columns of length 1, relative to what rounding can make of it."""
    known = np.flatnonzero((squares > MARGIN * off) & np.isfinite(squares))
    if not len(known):
        return 0.0
    length = np.sqrt(squares[known])
    scaled = centred[np.ix_(known, known)] / length[:, None] / length
    if not np.isfinite(scaled).all():
        return 0.0
    rounding = len(known) * (2.0**-50 + float((off[known] / squares[known]).max()))
    return float(np.linalg.eigvalsh(scaled)[0]) / rounding
