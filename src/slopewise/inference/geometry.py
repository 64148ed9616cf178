"""`Geometry`: the rows of a fit in coordinates in which its columns are orthonormal, where formulas are short.

With z = [1 x] and ZᵀVZ = QᵀQ, every row becomes u = Q⁻ᵀ z, so that Σ v u uᵀ = I and

    leverage  h = v uᵀu        θ̂ = Q⁻¹ Σ v u y        cov(θ̂) = Q⁻¹ S Q⁻ᵀ,   S = cov(Σ v u y)

x enters less its mean, and the mean of y is taken off, too: large offsets cost no digits. Columns that were left out of
the fit have no coordinate. Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §3.5 and §11.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular

from slopewise.data.buffers import positions
from slopewise.inference.frame import Frame
from slopewise.inference.points import Points, Written
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.rows import UNIT
from slopewise.solvers.solution import Solution
from slopewise.solvers.triangular import orthonormaliser
from slopewise.typing import Array, BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

FULL = 1e-11
"""A row whose leverage is so near to 1 is fitted by a coefficient of its own: its residual says nothing."""

ROUNDING = 2.0**-50
"""How far rounding may take an intercept from the best one, relative to what it is a difference of."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """m rows of the fit beside what it says of them.

    `number` (m,): their numbers in the source; `fitted` and `residual` = y − fitted (m,), in target units; `leverage` h
    (m,), between 0 and 1, of each copy of the row; `weights` v (m,) and `frequency` (m,), or None for ones; `table`,
    other columns of the same rows.
    """

    number: IntArray
    fitted: Array
    residual: Array
    leverage: Array
    weights: Array | None
    frequency: IntArray | None
    table: pa.Table | None

    def at(self, rows: IntArray) -> Fitted:
        """Some of the rows, in the order given."""
        columns = (self.number, self.fitted, self.residual, self.leverage)
        weights, frequency = (None if values is None else values[rows] for values in (self.weights, self.frequency))
        table = None if self.table is None else self.table.take(positions(rows))
        return Fitted(*(column[rows] for column in columns), weights, frequency, table)  # type: ignore[arg-type, call-arg]

    @property
    def rows(self) -> int:
        """How many rows these are, each counted as often as it was there."""
        return len(self.number) if self.frequency is None else int(self.frequency.sum())

    @cached_property
    def copies(self) -> IntArray:
        """How many rows each stands for (m,)."""
        return np.ones(len(self.number), dtype=np.int64) if self.frequency is None else self.frequency

    def times(self, values: Array) -> Array:
        """`values` (m,) times the copies of each row."""
        return values if self.frequency is None else values * self.frequency

    def total(self, values: Array | BoolArray) -> float:
        """The sum of `values` (m,) over all copies."""
        return float(values.sum() if self.frequency is None else self.frequency @ values)

    @cached_property
    def left(self) -> Array:
        """1 − h (m,), infinite for rows of leverage 1, which so add nothing to what is divided by it."""
        return np.where(self.full, np.inf, 1 - self.leverage) if self.full.any() else 1 - self.leverage

    @cached_property
    def scaled_residual(self) -> Array:
        """√v e (m,)."""
        return self.residual if self.weights is None else self.residual * np.sqrt(self.weights)

    @cached_property
    def full(self) -> BoolArray:
        """Which rows have leverage 1, (m,)."""
        return np.asarray(1 - self.leverage <= FULL)

    @cached_property
    def weighted_residual(self) -> Array:
        """v e (m,)."""
        return self.residual if self.weights is None else self.residual * self.weights

    @cached_property
    def left_out(self) -> Array:
        """√v e/(1 − h) (m,), what the residual would be in a fit without the row; 0 for rows of leverage 1."""
        return self.scaled_residual / self.left


@dataclass(frozen=True, eq=False)
class Observed(Fitted):
    """m rows of the fit, with the `points` that they are in its coordinates u."""

    points: Points

    @property
    def coordinates(self) -> Array:
        """u (m, r), r the rank."""
        return self.points.coordinates

    @property
    def scores(self) -> Array:
        """v e u (m, r): what each row adds to the gradient of ½ RSS, with its sign changed; their sum is 0."""
        return self.coordinates * self.weighted_residual[:, None]


@dataclass(frozen=True, eq=False)
class Geometry:
    """How rows of p coded columns become coordinates (r,), and coordinates parameters (k,).

    `columns`: the positions of the columns that were kept; `centre` (p,) is subtracted from them and `shift` (r − 1,)
    from their coordinates, zeros in a model without an intercept; `inverse` = R⁻¹ (r − 1, r − 1), of all r columns
    without an intercept; `constant`: 1/√Σv, the first coordinate of every row, or None without an intercept;
    `coefficients` (p,), zero where dropped, and `level`, the fitted value at `centre`.

    >>> from slopewise.solvers.exact import solve
    >>> line = Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> geometry = Geometry.of(line, solve(line))
    >>> geometry.coordinates(np.array([[1.0], [2.0]])).round(4).tolist()
    [[0.5774, -0.7071], [0.5774, 0.0]]
    """

    columns: IntArray
    centre: Array
    shift: Array
    inverse: Array
    constant: float | None
    coefficients: Array
    level: float

    @classmethod
    def of(cls, moments: Moments, solution: Solution) -> Geometry:
        """The geometry of a fit, from its state and its answer."""
        intercept, w = solution.has_intercept, np.nan_to_num(solution.coefficients)
        kept = np.flatnonzero(~np.isnan(solution.coefficients))
        body, exponents = moments.body.normalised()
        products = body.centred() if intercept else body.raw()
        inverse = orthonormaliser(products[np.ix_(kept, kept)])
        inverse = np.ldexp(inverse, -exponents[kept].astype(np.int64)[:, None])
        mean = moments.body.mean() if intercept else Pair.zeros((moments.q,))
        centre = mean.value()
        rest = (mean - centre).value()  # what rounding left of the means
        level = _level(mean, rest[:-1], solution.intercept, w) if intercept else 0.0
        constant = float(1 / np.sqrt(moments.weight)) if intercept else None
        shift = rest[kept] @ inverse
        shift = np.where(np.abs(shift) > UNIT / np.sqrt(moments.weight), shift, 0.0)  # of 1/√Σv, as coordinates are
        return cls(kept, centre[:-1], shift, inverse, constant, w, level)

    @property
    def rank(self) -> int:
        """r, the number of coordinates."""
        return len(self.columns) + (self.constant is not None)

    @cached_property
    def frame(self) -> Frame:
        """The map itself, of the columns that were kept."""
        kept = self.columns
        return Frame(self.centre[kept], self.coefficients[kept], self.level, self.inverse, self.shift, self.constant)

    def kept(self, X: Array) -> Array:
        """Of coded rows `X` (m, p) the columns that were kept."""
        return X if len(self.columns) == X.shape[1] else X[:, self.columns]

    def points(self, X: Array) -> Written:
        """Coded rows `X` (m, p), which had better be in Fortran order."""
        return Written(self.frame, self.kept(X))

    def fitted(self, X: Array) -> Array:
        """ŷ (m,) for coded rows `X` (m, p)."""
        return self.points(X).fitted

    def coordinates(self, X: Array) -> Array:
        """u (m, r) for coded rows `X` (m, p), in Fortran order."""
        return self.points(X).coordinates

    def observed(
        self,
        number: IntArray,
        X: Array | Points,
        y: Array,
        weights: Array | None = None,
        frequency: IntArray | None = None,
        table: pa.Table | None = None,
    ) -> Observed:
        """Rows of the fit: coded `X` (m, p), target `y` (m,), weights and frequencies (m,) or None."""
        points = self.points(X) if isinstance(X, np.ndarray) else X
        fitted, squares = points.fitted, points.squares
        leverage = np.minimum(squares if weights is None else squares * weights, 1.0)
        return Observed(number, fitted, y - fitted, leverage, weights, frequency, table, points)

    def variances(self, X: Array, scatter: Array) -> Array:
        """uᵀSu, the variance of the fitted value (m,) at coded rows `X` (m, p), for S = `scatter` (r, r)."""
        u = self.coordinates(X)
        variances: Array = ((u @ scatter) * u).sum(axis=1)
        return variances

    def covariance(self, scatter: Array) -> Array:
        """Q⁻¹ S Q⁻ᵀ (k, k), intercept first if there is one, for S = `scatter` (r, r); NaN for dropped columns."""
        back = self._to_parameters()
        matrix: Array = back @ scatter @ back.T
        return (matrix + matrix.T) / 2

    def slopes(self) -> Array:
        """The coefficients as coordinates, the intercept's left out: R w, (r − 1,) or, without an intercept, (r,)."""
        if not len(self.columns):
            return np.empty(0)
        found: Array = solve_triangular(self.inverse, self.coefficients[self.columns])
        return found

    def _to_parameters(self) -> Array:
        """Q⁻¹ (k, r), NaN in the rows of dropped columns."""
        ones = int(self.constant is not None)
        back = np.full((len(self.centre) + ones, self.rank), np.nan)
        back[ones + self.columns, ones:] = self.inverse
        if self.constant is not None:
            back[ones + self.columns, 0] = 0.0
            back[0, 0], back[0, 1:] = self.constant, -self.centre[self.columns] @ self.inverse - self.shift
        return back


def _level(mean: Pair, rest: Array, intercept: float, w: Array) -> float:
    """The fitted value at the rounded means: ȳ − w·(x̄ − centre), and what the intercept differs from the best one by.

    The difference is that of a model which descent reached; rounding of the intercept is none.
    """
    best = mean[-1] - (mean[:-1] * w).total()
    difference = float((Pair.of(intercept) - best).value())
    size = abs(float(mean[-1].hi)) + float(np.abs(mean.hi[:-1] * w).sum())
    level = float((mean[-1] - (Pair.of(rest) * w).total()).value())
    return level + difference if abs(difference) > ROUNDING * size else level
