"""The three bodies of a state, by precision, and what two of them come to."""

from __future__ import annotations

import warnings
from typing import TypeAlias

from slopewise.choices import Precision
from slopewise.errors import PrecisionLost
from slopewise.moments.integral import Integral
from slopewise.moments.paired import Paired
from slopewise.moments.shifted import Shifted

Body: TypeAlias = Shifted | Paired | Integral

BODIES: dict[Precision, type[Shifted] | type[Paired] | type[Integral]] = {
    "double": Shifted,
    "double-double": Paired,
    "exact": Integral,
}
"""From the least precise to the most."""


def merged(one: Body, other: Body) -> Body:
    """The rows of both: of unequal precision, the more precise is lowered first."""
    one, other = _alike(one, other)
    return one.merge(other)  # type: ignore[arg-type]  # of one kind


def subtracted(one: Body, other: Body) -> Body:
    """The rows of the one without those of the other: of unequal precision, the more precise is lowered first."""
    one, other = _alike(one, other)
    return one.subtract(other)  # type: ignore[arg-type]  # of one kind


def _alike(one: Body, other: Body) -> tuple[Body, Body]:
    """Both in the lower of their precisions, which is said where they differ."""
    if type(one) is type(other):
        return one, other
    message = "moments of unequal precision merge to the lower one; collect both alike to keep the digits"
    warnings.warn(message, PrecisionLost, stacklevel=4)
    one, other = (body.lowered() if isinstance(body, Integral) else body for body in (one, other))
    if type(one) is type(other):
        return one, other
    one, other = (body.lowered() if isinstance(body, Paired) else body for body in (one, other))
    return one, other
