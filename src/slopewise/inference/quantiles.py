"""The curves behind pictures of residuals: running quantiles, quantiles of normal errors, Cook's contours.

    running      quantiles of y among rows of similar x: some equal parts of the rows in the order of x
    normal       the i-th smallest of n normal errors is Φ⁻¹(U), U from Beta(i, n + 1 − i): its median, and a band
    Cook's       s = ±√(D r (1 − h)/h), the standardised residual that gives distance D at leverage h

The band holds all n points of a normal sample together with a chance of 95 %: each point's own chance to leave it is
the same, η = −log(0.95) / (2 log n · log log n) for n without end, and some 0.57 of that for n from 10 to 5,000, by
simulation. Source: Aldor-Noiman et al. (2013), The American Statistician 67(4); Gontscharuk, Landwehr & Finner (2016),
Bernoulli 22(3); Cook & Weisberg (1982), *Residuals and Influence in Regression*, §3.2.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from slopewise.typing import Array, IntArray

LEAST, MOST = 20, 25
"""Rows in a part at least, and parts at most."""

FEW = 3
"""Fewer parts show no course."""

LEVEL, SMALL_SAMPLE, FEWEST = 0.95, 0.57, 5.0
"""That of the band; what η is of its limit; fewer values have the η of so many."""


class Running(NamedTuple):
    """`at` (b,), the median of x in each part, and `quantiles` (k, b) of y there; b = 0 where rows are too few."""

    at: Array
    quantiles: Array


class NormalQuantiles(NamedTuple):
    """In order (n,): the `expected` and the `found` values, and the `low` and `high` ends of the band around them."""

    expected: Array
    found: Array
    low: Array
    high: Array


def running_quantiles(x: Array, y: Array, probabilities: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Running:
    """Quantiles of `y` (m,) along `x` (m,): in up to 25 parts of 20 rows or more; rows of equal x stay together.

    >>> x = np.arange(100.0)
    >>> running_quantiles(x, 2 * x, (0.5,)).quantiles.tolist()
    [[19.0, 59.0, 99.0, 139.0, 179.0]]
    """
    order = np.argsort(x, kind="stable")
    edges = _edges(x[order])
    if len(edges) <= FEW:
        return Running(np.empty(0), np.empty((len(probabilities), 0)))
    parts = np.split(order, edges[1:-1])
    at = np.array([np.median(x[part]) for part in parts])
    return Running(at, np.column_stack([np.quantile(y[part], probabilities) for part in parts]))


def normal_quantiles(values: Array) -> NormalQuantiles:
    """The sorted `values` (n,), which should be standard normal, with what they then are expected to be, and the band.

    >>> found = normal_quantiles(np.array([1.0, -1.0, 0.0]))
    >>> found.expected.round(2).tolist(), found.found.tolist()
    ([-0.82, 0.0, 0.82], [-1.0, 0.0, 1.0])
    """
    n = len(values)
    i = np.arange(1.0, n + 1)
    log = math.log(max(float(n), FEWEST))
    eta = SMALL_SAMPLE * -math.log(LEVEL) / (2 * log * math.log(log))
    chances = np.array([[eta / 2], [0.5], [1 - eta / 2]])
    low, middle, high = np.asarray(special.ndtri(special.betaincinv(i, n + 1 - i, chances)), dtype=np.float64)
    return NormalQuantiles(middle, np.sort(values), low, high)


def cooks_contour(leverage: Array, distance: float, rank: int) -> Array:
    """The standardised residuals (m,) that give Cook's `distance` at these leverages, of a fit of this rank.

    >>> cooks_contour(np.array([0.2, 0.5]), 1.0, 2).round(4).tolist()
    [2.8284, 1.4142]
    """
    contour: Array = np.sqrt(distance * rank * (1 - leverage) / leverage)
    return contour


def _edges(x: Array) -> IntArray:
    """Where parts of the sorted `x` begin, and its length last; each begins with a new value."""
    n = len(x)
    ends = [0]
    for wanted in np.linspace(0, n, max(min(n // LEAST, MOST), 1) + 1).astype(np.int64)[1:-1].tolist():
        begins = int(np.searchsorted(x, x[wanted]))
        if begins - ends[-1] >= LEAST // 2 and n - begins >= LEAST // 2:
            ends.append(begins)
    return np.array([*ends, n], dtype=np.int64)
