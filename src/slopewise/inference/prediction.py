"""Predictions with their uncertainty.

With u the orthonormal coordinates of z = [1 x], S the covariance of the scores in them (σ̂² I for the classical one) and
σ̂ the residual standard deviation:

    var(ŷ) = uᵀSu              (the mean at z: "confidence")
    var(y − ŷ) = σ̂² + uᵀSu      (one new row of weight 1 at z: "prediction")

Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §5.3; coordinates: `slopewise.inference.geometry`.
"""

from __future__ import annotations

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.inference.estimates import t_quantile
from slopewise.typing import Array


def interval_ends(
    fitted: Array, variances: Array, sigma: float, df: int, kind: str | None, level: float
) -> tuple[Array, Array]:
    """The ends of the interval around `fitted` (m,), with `variances` = uᵀSu (m,): two arrays (m,).

    >>> low, high = interval_ends(np.array([10.0]), np.array([1.0]), 2.0, 10, "confidence", 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([7.772], [12.228])
    """
    if kind not in ("confidence", "prediction"):
        raise ArgumentError(f"interval={kind!r} is not one of 'confidence' and 'prediction'")
    half = t_quantile(level, df) * np.sqrt(variances + (sigma**2 if kind == "prediction" else 0.0))
    return fitted - half, fitted + half
