"""The shape of a column from its sampled values: quantiles, a histogram, how skewed, what lies far out."""

from __future__ import annotations

import math

import numpy as np

from slopewise.survey.record import Histogram, Quantiles
from slopewise.typing import Array

BINS = 24
FAR = 3.0
"""Quartile distances beyond the quartiles from which a value is 'far out'."""


def quantiles(values: Array) -> Quantiles:
    """Quantiles of n ≥ 1 sorted finite values, interpolated between neighbours (type 7 of Hyndman & Fan 1996).

    >>> quantiles(np.arange(21.0))
    Quantiles(q05=1.0, q25=5.0, median=10.0, q75=15.0, q95=19.0)
    """
    place = np.array([0.05, 0.25, 0.5, 0.75, 0.95]) * (len(values) - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    share = place - below
    found = values[below] * (1 - share) + values[above] * share
    return Quantiles(*np.clip(found, values[below], values[above]).tolist())


def histogram(values: Array, low: float, high: float, *, whole: bool) -> Histogram | None:
    """Counts of n ≥ 1 values in up to `BINS` bins of one width from `low` to `high`; None beyond float64.

    Whole numbers between which few others lie have a bin each.

    >>> histogram(np.array([1.0, 1.0, 3.0]), 1.0, 3.0, whole=True)
    Histogram(edges=(0.5, 1.5, 2.5, 3.5), counts=(2, 0, 1))
    """
    if not math.isfinite(high - low) or low == high:
        return None
    each = whole and high - low < BINS
    edges = np.arange(low, high + 2) - 0.5 if each else np.linspace(low, high, BINS + 1)
    if not (np.diff(edges) > 0).all():
        return None
    counts, _ = np.histogram(values, edges)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def skewness(values: Array) -> float:
    """The third central moment over the standard deviation cubed; 0 for values that do not vary.

    >>> round(skewness(np.array([1.0, 1.0, 1.0, 5.0])), 4)
    1.1547
    """
    scale = float(np.abs(values).max()) or 1.0
    about = values / scale
    about -= about.mean()
    variance = float(np.mean(about**2))
    if variance <= 1e-24:
        return 0.0
    third = float(np.mean(about**3))
    return third / float(variance**1.5)


def fences(found: Quantiles, factor: float = FAR) -> tuple[float, float]:
    """The ends beyond which a value is far out (Tukey 1977, *Exploratory Data Analysis*, section 2D)."""
    distance = found.q75 - found.q25
    return found.q25 - factor * distance, found.q75 + factor * distance
