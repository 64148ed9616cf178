"""`Spread`: how many numbers, between what ends, about which mean, with which standard deviation.

Each block's mean first, then the squares about it (Welford's idea, for whole blocks), and blocks merged by

    δ = x̄₂ − x̄₁,   x̄ = x̄₁ + δ n₂/n,   M = M₁ + M₂ + δ² n₁n₂/n,      n = n₁ + n₂,

so that no large sum of squares is ever subtracted from another.

Reference: T. F. Chan, G. H. Golub & R. J. LeVeque (1983), "Algorithms for computing the sample variance", The American
Statistician 37(3), equations 1.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from slopewise.survey.gaps import earliest, first_rows
from slopewise.typing import Array


@dataclass(frozen=True)
class Spread:
    """Of `count` finite numbers: `mean`, the sum of squares about it `squares`, `low` and `high`.

    `at_low` and `at_high` say how often these two occur, `zeros` and `negative` how many numbers are so, `whole`
    whether all are integers; `infinite` numbers are counted besides, the earliest in the rows `first_infinite`.
    """

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float = math.inf
    high: float = -math.inf
    at_low: int = 0
    at_high: int = 0
    zeros: int = 0
    negative: int = 0
    whole: bool = True
    infinite: int = 0
    first_infinite: tuple[int, ...] = ()

    @classmethod
    def of(cls, numbers: Array, first_row: int) -> Spread:
        """The numbers (m,) of one column of a block, NaN where there is none.

        >>> spread = Spread.of(np.array([1e9, 1e9 + 1, 1e9 + 2, np.nan, np.inf]), first_row=1)
        >>> spread.mean, spread.squares, spread.first_infinite
        (1000000001.0, 2.0, (5,))
        """
        finite = np.isfinite(numbers)
        values = numbers if finite.all() else numbers[finite]
        infinite = np.isinf(numbers)
        outside = int(np.count_nonzero(infinite))
        rows = first_rows(infinite, first_row) if outside else ()
        if not len(values):
            return cls(infinite=outside, first_infinite=rows)
        low, high = float(values.min()), float(values.max())
        mean, squares = _mean_and_squares(values)
        return cls(
            count=len(values),
            mean=mean,
            squares=squares,
            low=low,
            high=high,
            at_low=int(np.count_nonzero(values == low)),
            at_high=int(np.count_nonzero(values == high)),
            zeros=len(values) - int(np.count_nonzero(values)),
            negative=int(np.count_nonzero(values < 0)) if low < 0 else 0,
            whole=bool((values == np.rint(values)).all()),
            infinite=outside,
            first_infinite=rows,
        )

    def merge(self, other: Spread) -> Spread:
        """The numbers of both; associative and commutative, `mean` and `squares` up to rounding."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        mean, squares = self._merged(other)
        return Spread(
            count=self.count + other.count,
            mean=mean,
            squares=squares,
            low=low,
            high=high,
            at_low=self.at_low * (self.low == low) + other.at_low * (other.low == low),
            at_high=self.at_high * (self.high == high) + other.at_high * (other.high == high),
            zeros=self.zeros + other.zeros,
            negative=self.negative + other.negative,
            whole=self.whole and other.whole,
            infinite=self.infinite + other.infinite,
            first_infinite=earliest(self.first_infinite, other.first_infinite),
        )

    @property
    def deviation(self) -> float | None:
        """The standard deviation of a sample, √(M / (n − 1)); None of fewer than two numbers, or beyond float64."""
        if self.count < 2 or not math.isfinite(self.squares):
            return None
        return math.sqrt(self.squares / (self.count - 1))

    def _merged(self, other: Spread) -> tuple[float, float]:
        if not (self.count and other.count):
            return (self.mean, self.squares) if self.count else (other.mean, other.squares)
        share = other.count / (self.count + other.count)
        delta = other.mean - self.mean
        if not math.isfinite(delta):
            return self.mean * (1 - share) + other.mean * share, math.inf
        return self.mean + delta * share, self.squares + other.squares + delta * delta * self.count * share


def _mean_and_squares(values: Array) -> tuple[float, float]:
    """The mean of n ≥ 1 numbers and the sum of squares about it; infinite where float64 cannot hold that."""
    origin = float(values[0])
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = values - origin
        shift = float(shifted.mean())
        shifted -= shift
        squares = dot(shifted, shifted)
    if math.isnan(squares):
        return float((values / len(values)).sum()), math.inf
    return origin + shift, squares


def dot(x: Array, y: Array) -> float:
    """Σ xy, summed pairwise, and by this thread alone, while BLAS would wake its own.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float((x * y).sum())
