"""What one column adds to a fit: it and the target, each less what the other columns explain; and its component.

With z = [1 x], M = (ZᵀVZ)⁻¹, e the residual and θ the coefficients, the residuals of the j-th column and of the target
in a regression on all other columns are

    zᵀM_j / M_jj        and        e + θ_j · zᵀM_j / M_jj

No second fit is needed: in the coordinates of `Geometry`, z = Qᵀu and M = Q⁻¹Q⁻ᵀ, so that zᵀM_j = u·q_j and
M_jj = q_j·q_j with q_j the j-th row of Q⁻¹. Offsets cost no digits. The weighted line through the origin of such points
has the slope θ_j, and leaves the residuals e. The component of some columns is Σ_j θ_j (x_j − x̄_j), and with e added
shows what shape it should have had. Source: Cook & Weisberg (1982), *Residuals and Influence in Regression*, §2.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from slopewise.inference.geometry import Geometry
from slopewise.typing import Array


class Added(NamedTuple):
    """m rows, less what all other columns explain: of one column, `x` (m,), and of the target, `y` (m,)."""

    x: Array
    y: Array


class Component(NamedTuple):
    """What some columns contribute in m rows, `fitted` (m,), zero at their means, and that with the residual, `y`."""

    fitted: Array
    y: Array


def added_variable(geometry: Geometry, X: Array, y: Array, place: int | None) -> Added:
    """The partial residuals of the kept column at `place` among the p coded ones, or of the constant (None).

    `X` (m, p) and `y` (m,) are rows of the fit, or others.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.exact import solve
    >>> X, y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 2.0]]), np.array([0.0, 1.0, 3.0, 4.0])
    >>> state = Moments.of(X, y)
    >>> added_variable(Geometry.of(state, solve(state)), X, y, 0).x.round(4).tolist()
    [-0.3636, 0.6364, -0.5455, 0.2727]
    """
    q = _row(geometry, place)
    x = geometry.coordinates(X) @ q / (q @ q)
    theta = _intercept(geometry) if place is None else float(geometry.coefficients[place])
    return Added(x, y - geometry.fitted(X) + theta * x)


def component(geometry: Geometry, X: Array, y: Array, places: Sequence[int]) -> Component:
    """What the columns at `places` among the p coded ones contribute in rows `X` (m, p), and with y − ŷ added."""
    chosen = list(places)
    fitted = (X[:, chosen] - geometry.centre[chosen]) @ geometry.coefficients[chosen]
    return Component(fitted, y - geometry.fitted(X) + fitted)


def _row(geometry: Geometry, place: int | None) -> Array:
    """The row of Q⁻¹ (r,) that belongs to a coefficient."""
    ones = int(geometry.constant is not None)
    q = np.zeros(geometry.rank)
    if place is not None:
        q[ones:] = geometry.inverse[int(np.flatnonzero(geometry.columns == place)[0])]
        return q
    if geometry.constant is not None:
        q[0] = geometry.constant
    q[ones:] = -geometry.centre[geometry.columns] @ geometry.inverse - geometry.shift
    return q


def _intercept(geometry: Geometry) -> float:
    return geometry.level - float(geometry.centre @ geometry.coefficients)
