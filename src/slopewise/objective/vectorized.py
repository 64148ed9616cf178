"""The cost and its gradient as array expressions over all rows at once.

    e = X w + b − y        J = eᵀe / 2m        ∂J/∂w = Xᵀe / m        ∂J/∂b = Σ e / m

The same numbers as `loop.py` up to the order of summation.
"""

from __future__ import annotations

import numpy as np

from slopewise.objective.shapes import fit_row, fit_rows, fit_targets
from slopewise.typing import Array, ArrayLike


def compute_model(x: ArrayLike, w: ArrayLike, b: float) -> Array:
    """The predictions X w + b, (m,), for `x` (m,) and scalar `w`, or `x` (m, n) and `w` (n,).

    Raises `ShapeError` when the shapes do not fit.

    >>> compute_model([1.0, 2.0], 200.0, 100.0).tolist()
    [300.0, 500.0]
    """
    X, weights, bias = fit_rows(x, w, b)
    return X @ weights + bias


def compute_row(x: ArrayLike, w: ArrayLike, b: float) -> float:
    """The prediction w·x + b of one row: scalar `x` and `w`, or `x` (n,) and `w` (n,).

    >>> compute_row([1.0, 2.0], [10.0, 20.0], 5.0)
    55.0
    """
    X, weights, bias = fit_row(x, w, b)
    return float(X[0] @ weights) + bias


def compute_cost(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    """J = eᵀe / 2m with e = X w + b − y, in squared units of `y` (m,).

    >>> compute_cost([1.0, 2.0], [300.0, 500.0], 100.0, 100.0)
    12500.0
    """
    e = _errors(x, y, w, b)
    return float(e @ e) / (2 * len(e))


def compute_gradient(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> tuple[float | Array, float]:
    """(∂J/∂w, ∂J/∂b) = (Xᵀe / m, Σ e / m) with e = X w + b − y; the first is shaped as `w`.

    >>> compute_gradient([1.0, 2.0], [300.0, 500.0], 0.0, 0.0)
    (-650.0, -400.0)
    """
    e = _errors(x, y, w, b)
    slopes = e @ np.asarray(x, dtype=np.float64) / len(e)
    return (slopes if np.ndim(w) else float(slopes)), float(e.sum()) / len(e)


def _errors(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> Array:
    X, weights, bias = fit_rows(x, w, b)
    targets = fit_targets(x, y)
    return X @ weights + bias - targets
