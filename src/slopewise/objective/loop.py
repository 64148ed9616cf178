"""The cost and its gradient as plain loops over rows and features: nothing to hide, and slow.

    f(x) = w·x + b        J(w, b) = 1/(2m) Σᵢ (f(xᵢ) − yᵢ)²

Here the definition can be read off; `vectorized.py` and `quadratic.py` compute the same numbers faster.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slopewise.objective.shapes import fit_row, fit_rows, fit_targets
from slopewise.typing import Array, ArrayLike


def compute_model(x: ArrayLike, w: ArrayLike, b: float) -> Array:
    """The predictions f(xᵢ) = Σⱼ wⱼ xᵢⱼ + b, (m,), for `x` (m,) and scalar `w`, or `x` (m, n) and `w` (n,).

    Raises `ShapeError` when the shapes do not fit.

    >>> compute_model([1.0, 2.0], 200.0, 100.0).tolist()
    [300.0, 500.0]
    """
    rows, weights, bias = fit_rows(x, w, b)
    return np.array([_line(row, weights.tolist(), bias) for row in rows.tolist()])


def compute_row(x: ArrayLike, w: ArrayLike, b: float) -> float:
    """The prediction f(x) = Σⱼ wⱼ xⱼ + b of one row: scalar `x` and `w`, or `x` (n,) and `w` (n,).

    >>> compute_row(1.2, 200.0, 100.0)
    340.0
    """
    rows, weights, bias = fit_row(x, w, b)
    return _line(rows[0].tolist(), weights.tolist(), bias)


def compute_cost(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    """J = 1/(2m) Σᵢ (f(xᵢ) − yᵢ)², in squared units of `y` (m,).

    >>> compute_cost([1.0, 2.0], [300.0, 500.0], 100.0, 100.0)
    12500.0
    """
    rows, weights, bias = fit_rows(x, w, b)
    targets = fit_targets(x, y)
    total = 0.0
    for row, target in zip(rows.tolist(), targets.tolist(), strict=True):
        error = _line(row, weights.tolist(), bias) - target
        total += error * error
    return total / (2 * len(rows))


def compute_gradient(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> tuple[float | Array, float]:
    """(∂J/∂w, ∂J/∂b): ∂J/∂wⱼ = 1/m Σᵢ (f(xᵢ) − yᵢ) xᵢⱼ, shaped as `w`, and ∂J/∂b = 1/m Σᵢ (f(xᵢ) − yᵢ).

    >>> compute_gradient([1.0, 2.0], [300.0, 500.0], 0.0, 0.0)
    (-650.0, -400.0)
    """
    rows, weights, bias = fit_rows(x, w, b)
    targets = fit_targets(x, y)
    m, n = rows.shape
    dj_dw = [0.0] * n
    dj_db = 0.0
    for row, target in zip(rows.tolist(), targets.tolist(), strict=True):
        error = _line(row, weights.tolist(), bias) - target
        for j in range(n):
            dj_dw[j] += error * row[j]
        dj_db += error
    slopes = np.array(dj_dw) / m
    return (slopes if np.ndim(w) else float(slopes[0])), dj_db / m


def _line(row: Sequence[float], weights: Sequence[float], bias: float) -> float:
    prediction = 0.0
    for x_j, w_j in zip(row, weights, strict=True):
        prediction += w_j * x_j
    return prediction + bias
