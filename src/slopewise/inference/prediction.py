"""Predictions with their uncertainty, and what each row does to the fit: formulas on arrays of rows.

With z = [1 x], M = (ZᵀVZ)⁻¹ and σ̂ the residual standard deviation:

    var(ŷ) = σ̂² zᵀMz          (the mean at z: "confidence")
    var(y − ŷ) = σ̂² (1 + zᵀMz)   (one new row of weight 1 at z: "prediction")
    h = v zᵀMz                    (leverage of a row of the fit)

Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §5.3 and §10.2; Cook (1977), Technometrics 19(1).
"""

from __future__ import annotations

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.inference.estimates import t_quantile
from slopewise.typing import Array


def quadratic_form(Z: Array, M: Array) -> Array:
    """zᵀMz for each row z of `Z` (m, k), with `M` (k, k) in which NaN (not estimated) counts as 0; (m,)."""
    known = np.nan_to_num(M)
    form: Array = np.einsum("ij,ij->i", Z @ known, Z)
    return form


def interval_ends(
    fitted: Array, form: Array, sigma: float, df: int, kind: str | None, level: float
) -> tuple[Array, Array]:
    """The ends of the interval around `fitted` (m,), with `form` = zᵀMz (m,): two arrays (m,).

    >>> low, high = interval_ends(np.array([10.0]), np.array([0.25]), 2.0, 10, "confidence", 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([7.772], [12.228])
    """
    if kind not in ("confidence", "prediction"):
        raise ArgumentError(f"interval={kind!r} is not one of 'confidence' and 'prediction'")
    half = t_quantile(level, df) * sigma * np.sqrt(form + (kind == "prediction"))
    return fitted - half, fitted + half


def standardised(residual: Array, weights: Array | None, leverage: Array, sigma: float) -> Array:
    """Residuals over their own standard deviation, e √v / (σ̂ √(1 − h)), (m,); NaN where h = 1."""
    spread = sigma * np.sqrt(np.where(leverage < 1 - 1e-12, 1 - leverage, np.nan))
    scaled: Array = residual * (1.0 if weights is None else np.sqrt(weights)) / spread
    return scaled


def cooks_distance(standardised_residual: Array, leverage: Array, rank: int) -> Array:
    """How far all fitted values move when the row is left out: r² h / ((1 − h) k) with k the rank, (m,)."""
    return standardised_residual**2 * leverage / ((1 - leverage) * rank)
