"""Breusch and Pagan's test: does the variance of the errors change with the columns of the fit?

The squares of the weighted residuals w² = v e², less their mean, are regressed on the columns z of the fit:

    studentised   n Σ ĝ²/Σ g²          g = w² − w̄²,  ĝ its fitted values        (Koenker)
    original      Σ ĝ²/(2 w̄⁴)

Each is near a χ² with as many degrees of freedom as there are columns besides the constant, if the variance does not
change with them; the second only for normal errors. Source: Breusch & Pagan (1979), Econometrica 47(5); Koenker (1981),
Journal of Econometrics 17(1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from slopewise.inference.geometry import Observed
from slopewise.typing import Array


@dataclass(frozen=True)
class BreuschPagan:
    """Whether the variance of the errors follows the columns; NaN where there is no test.

    `statistic` is Koenker's, `original` that of Breusch and Pagan, which takes the errors to be normal; both have `df`
    degrees of freedom, and `p_value` and `original_p_value` are the tails of χ² beyond them. Formulas:
    `slopewise.inference.heteroscedasticity`.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> found = sw.fit("price ~ size", houses).diagnose(houses).breusch_pagan
    >>> round(found.statistic, 3), found.df, round(found.p_value, 3)
    (0.054, 1, 0.816)
    """

    statistic: float
    df: int
    p_value: float
    original: float
    original_p_value: float


@dataclass(frozen=True, eq=False)
class SquaredResiduals:
    """The sums that the regression of g/w̄² on coordinates u needs: an accumulator.

    `mean` = w̄², that of the fit; `products` = Σ f u uᵀ (r, r), or None where no row has a weight and it is I;
    `with_squares` = Σ f u g/w̄² (r,), `squares` = Σ f (g/w̄²)², of `rows` rows.
    """

    mean: float
    with_squares: Array
    products: Array | None = None
    squares: float = 0.0
    rows: int = 0

    @classmethod
    def empty(cls, mean: float, rank: int) -> SquaredResiduals:
        """No rows."""
        return cls(mean, np.zeros(rank))

    def add(self, rows: Observed) -> SquaredResiduals:
        """These rows and those of one more block."""
        squares = rows.scaled_residual**2
        ratio = squares / self.mean - 1 if self.mean > 0 else np.zeros_like(squares)
        counted = rows.times(ratio)
        found = replace(
            self,
            products=None if rows.weights is None else rows.points.products(rows.times(np.ones(len(squares)))),
            with_squares=rows.points.sums(counted),
            squares=float(counted @ ratio),
            rows=rows.rows,
        )
        return self.merge(found)

    def merge(self, other: SquaredResiduals) -> SquaredResiduals:
        """The rows of both."""
        return replace(
            self,
            products=_added(self.products, other.products),
            with_squares=self.with_squares + other.with_squares,
            squares=self.squares + other.squares,
            rows=self.rows + other.rows,
        )

    def test(self) -> BreuschPagan:
        """The test on all rows that were added."""
        df = len(self.with_squares) - 1
        if df < 1 or not self.squares > 0:
            return BreuschPagan(math.nan, max(df, 0), math.nan, math.nan, math.nan)
        b = self.with_squares
        fitted = float(b @ (b if self.products is None else np.linalg.lstsq(self.products, b, rcond=None)[0]))
        statistic, original = self.rows * fitted / self.squares, fitted / 2
        tails = (float(special.chdtrc(df, value)) for value in (statistic, original))
        p_value, original_p_value = tails
        return BreuschPagan(statistic, df, p_value, original, original_p_value)


def _added(one: Array | None, other: Array | None) -> Array | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
