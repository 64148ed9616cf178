"""What has to be known of many weights, in one reading of them: their extremes, their sum and that of their logarithms.

A logarithm for each of ten million rows takes longer than their cross-products do. But the logarithm of a product of
mantissas in [1, 2) is the sum of theirs, so that one is enough for hundreds of weights, whose exponents are added up as
whole numbers. Importing this file imports Numba.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from slopewise.moments.compiled import chunk_length, frozen, in_order, kept
from slopewise.typing import Array

LANES = 64
"""Weights that are added up side by side."""

BLOCK = 256 * LANES
"""Weights between two logarithms: a product of 256 mantissas stays below 2²⁵⁶."""

_MANTISSA, _ONE, _BIAS = (1 << 52) - 1, 1023 << 52, 1023
_NORMAL = 2.0**-1022


class WeightSums(NamedTuple):
    """Of weights v: whether all are positive, finite and not subnormal, Σ v, and Σ log v, which only then is right."""

    regular: bool
    total: float
    log_total: float


def weight_sums(weights: Array, *, threads: int) -> WeightSums:
    """The sums of `weights` (m,), m > 0, on `threads` threads, whose number does not change a bit.

    >>> weight_sums(np.array([0.5, 2.0, 4.0]), threads=1)
    WeightSums(regular=True, total=6.5, log_total=1.3862943611198906)
    """
    m = len(weights)
    length = chunk_length(m, BLOCK)

    def work(start: int) -> Array:
        figures = np.array([np.inf, 0.0, 0.0])
        _add_up(frozen(weights[start : start + length]), figures)
        return figures

    parts = np.array(list(in_order(work, range(0, m, length), threads)))
    smallest, total, log_total = float(parts[:, 0].min()), float(parts[:, 1].sum()), float(parts[:, 2].sum())
    return WeightSums(smallest >= _NORMAL and math.isfinite(total), total, log_total)


@kept
def _add_up(weights: Array, figures: Array) -> None:
    """Lower figures[0] to the smallest weight, and add Σ v to figures[1] and Σ log v to figures[2]."""
    least, sums, products = np.full(LANES, np.inf), np.zeros(LANES), np.ones(LANES)
    exponents, mantissas = np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64)
    values, bits = mantissas.view(np.float64), weights.view(np.int64)
    whole = len(weights) - len(weights) % LANES
    for first in range(0, whole, BLOCK):
        for k in range(first, min(first + BLOCK, whole), LANES):
            for lane in range(LANES):
                v = weights[k + lane]
                sums[lane] += v
                least[lane] = v if v < least[lane] else least[lane]
                exponents[lane] += bits[k + lane] >> 52
                mantissas[lane] = (bits[k + lane] & _MANTISSA) | _ONE
            for lane in range(LANES):
                products[lane] *= values[lane]
        figures[2] += np.log(products).sum()
        products[:] = 1.0
    figures[2] += (exponents.sum() - _BIAS * whole) * math.log(2.0)
    for k in range(whole, len(weights)):
        v = weights[k]
        sums[0] += v
        least[0] = v if v < least[0] else least[0]
        figures[2] += math.log(v) if v > 0.0 else 0.0
    figures[0], figures[1] = least.min(), figures[1] + sums.sum()
