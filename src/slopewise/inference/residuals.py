"""`Residuals`: what the residuals of all rows come to: leave-one-out errors, and how far they are from normal.

With e the residual, h the leverage, v the weight and f the frequency of a row, w = √v e:

    PRESS          Σ f v (e/(1 − h))²                       errors of predictions from the other rows
    predicted R²   1 − PRESS/TSS
    Jarque–Bera    n/6 (S² + (K − 3)²/4),                   S = m₃/m₂^(3/2), K = m₄/m₂², m_k = Σ f (w − w̄)ᵏ/n

The last is near a χ² of 2 degrees of freedom if the errors are normal. Source: Allen (1974), Technometrics 16(1);
Jarque & Bera (1987), International Statistical Review 55(2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from slopewise.inference.geometry import Observed
from slopewise.typing import Array


@dataclass(frozen=True, eq=False)
class Residuals:
    """Sums over the rows of a fit with residual standard deviation `sigma` and rank `rank`: an accumulator.

    `powers` (5,): Σ f (w/σ)ᵏ for k = 0 … 4; `press`: Σ f v (e/(1 − h))² of rows that do not have leverage 1, of which
    there are `full`; `high` rows have a leverage of over `limit`, and the largest is `largest`.
    """

    sigma: float
    limit: float
    powers: Array
    press: float = 0.0
    full: int = 0
    high: int = 0
    largest: float = 0.0

    @classmethod
    def empty(cls, sigma: float, limit: float) -> Residuals:
        """No rows."""
        return cls(sigma, limit, np.zeros(5))

    def add(self, rows: Observed) -> Residuals:
        """These rows and those of one more block."""
        weighted = rows.scaled_residual
        scaled = weighted / self.sigma if self.sigma > 0 else np.zeros_like(weighted)
        found = Residuals(
            self.sigma,
            self.limit,
            _powers(scaled, rows),
            rows.total(rows.left_out**2),
            int(rows.total(rows.full)),
            int(rows.total(rows.leverage > self.limit)),
            float(rows.leverage.max(initial=0.0)),
        )
        return self.merge(found)

    def merge(self, other: Residuals) -> Residuals:
        """The rows of both."""
        return replace(
            self,
            powers=self.powers + other.powers,
            press=self.press + other.press,
            full=self.full + other.full,
            high=self.high + other.high,
            largest=max(self.largest, other.largest),
        )


def _powers(w: Array, rows: Observed) -> Array:
    """Σ f wᵏ (5,), k = 0 … 4."""
    squares, counted = w * w, rows.times(w)
    ones = len(w) if rows.frequency is None else int(rows.frequency.sum())
    return np.array([ones, counted.sum(), counted @ w, counted @ squares, rows.times(squares) @ squares])


@dataclass(frozen=True)
class Normality:
    """Whether the errors are normal: `skewness` and `kurtosis` of the residuals are 0 and 3 where they are.

    `statistic` is Jarque and Bera's, and `p_value` the tail of χ² with 2 degrees of freedom beyond it. Formulas:
    `slopewise.inference.residuals`.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> found = sw.fit("price ~ size", houses).diagnose(houses).normality
    >>> round(found.skewness, 3), round(found.kurtosis, 3), round(found.p_value, 3)
    (-0.511, 1.674, 0.704)
    """

    skewness: float
    kurtosis: float
    statistic: float
    p_value: float


def normality(powers: Array) -> Normality:
    """The figures from Σ wᵏ (5,), k = 0 … 4; NaN where the residuals do not vary.

    >>> w = np.array([-1.0, -1.0, 0.0, 2.0])
    >>> round(normality(np.array([(w**k).sum() for k in range(5)])).skewness, 4)
    0.8165
    """
    n = powers[0]
    mean, second, third, fourth = powers[1:] / n
    m2 = second - mean**2
    m3 = third - 3 * mean * second + 2 * mean**3
    m4 = fourth - 4 * mean * third + 6 * mean**2 * second - 3 * mean**4
    if not m2 > 0:
        return Normality(math.nan, math.nan, math.nan, math.nan)
    skewness, kurtosis = m3 / m2**1.5, m4 / m2**2
    statistic = n / 6 * (skewness**2 + (kurtosis - 3) ** 2 / 4)
    return Normality(float(skewness), float(kurtosis), float(statistic), float(special.chdtrc(2, statistic)))
