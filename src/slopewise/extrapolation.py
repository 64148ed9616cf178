"""How far a row lies from the rows of the fit, and from where on a prediction is an extrapolation.

A row z has the leverage h = zᵀ(ZᵀVZ)⁻¹z, which for a row of the fit of weight 1 is at most 1; in an ellipsoid about the
mean it is the same. A new row whose h is larger than that of every row of the fit lies outside of the smallest such
ellipsoid that holds them: it combines values as no row does, though each may be in its range. Source: Montgomery, Peck
& Vining (2012), *Introduction to Linear Regression Analysis*, 5th ed., §3.8.
"""

from __future__ import annotations

from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.inference.geometry import Geometry
from slopewise.predictions import drawn_rows
from slopewise.typing import Array

HIGH = 3
"""Where no row of the fit can be looked at, so many times the mean leverage r/n is far."""


def leverages(geometry: Geometry, X: Array) -> Array:
    """h (m,) of coded rows `X` (m, p), NaN where a row is not known."""
    u = geometry.coordinates(X)
    found: Array = (u * u).sum(axis=1)
    return found


def reach_of(kept: Collected, geometry: Geometry) -> float:
    """The largest leverage of the rows that the pass has kept, up to 2,000; 3r/n where it has kept none."""
    least = HIGH * geometry.rank / int(kept.moments.rows)
    try:
        X, _ = drawn_rows(kept)
    except ArgumentError:
        return least
    return max(float(leverages(geometry, X).max(initial=0.0)), least)
