"""Rows given as arrays, checked once: shapes, types, weights; and the sentence for a value that is not finite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from slopewise.errors import NotFinite, ShapeError
from slopewise.moments.float_arrays import floats, matrix
from slopewise.moments.strips import Strip, Strips, joined
from slopewise.moments.weighing import Weighing
from slopewise.typing import AnyArray, Array, ArrayLike, BoolArray, IntArray

AFFORDABLE = 2e9
"""Products that two cores sum in double-double in less than a second (measured)."""

UNIT = 2.0**-53
"""Half the spacing of float64 at 1: the relative rounding of a value that was rounded to float64."""

EXACT = 2.0**53
"""From here on float64 does not hold every whole number, so that one which stands there may have been rounded."""


@dataclass(frozen=True)
class WeightedRows:
    """m rows ready for a kernel: `X` (m, p) and `y` (m,) of a float type, and what they weigh.

    They are `given` as these two arrays, or as strips, y the last of them, of which the arrays are copies. The columns
    are X + `X_low` and y + `y_low` where those are given: terms formed in double-double. `rounding` (q,) is the
    relative rounding that the values came with, 2⁻⁵³ or 2⁻²⁴ for float32. Of the table that they are part of, `before`
    rows precede them.
    """

    given: tuple[AnyArray, AnyArray] | Strips
    weighing: Weighing
    rounding: Array
    X_low: Array | None = None
    y_low: Array | None = None
    before: int = 0

    @classmethod
    def of(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        weights: ArrayLike | None,
        frequency: ArrayLike | None,
        threads: int | None = None,
    ) -> WeightedRows:
        features, target = matrix(X), floats(y, "y")
        if features.ndim != 2 or target.ndim != 1 or len(features) != len(target):
            raise ShapeError(
                f"X has shape {np.shape(X)} and y has shape {np.shape(y)}; give X as (m, p) and y as (m,), "
                "with one entry of y for each row of X"
            )
        m = len(target)
        units = [2.0**-24 if column.dtype == np.float32 else UNIT for column in (features, target)]
        rounding = np.append(np.full(features.shape[1], units[0]), units[1])
        return cls((features, target), Weighing(weights, frequency, m, threads), rounding)

    @classmethod
    def of_strips(
        cls,
        columns: Sequence[Strip],
        lows: Sequence[Array | None],
        weights: ArrayLike | None,
        frequency: ArrayLike | None,
        rounding: Array,
        before: int = 0,
    ) -> WeightedRows:
        """Of q columns, the target last, that lie each for itself; `lows` (m,) are their low halves."""
        m = len(columns[-1])
        weighing = Weighing(weights, frequency, m)
        return cls(Strips(tuple(columns)), weighing, rounding, joined(lows[:-1], m), lows[-1], before)

    @property
    def weights(self) -> Array | None:
        """frequency × weight of each row, (m,), or None for ones."""
        return self.weighing.found.weights

    @property
    def rows(self) -> int:
        """Σ f: the rows of nonzero weight, each counted as often as its frequency says."""
        return self.weighing.found.rows

    @property
    def weight(self) -> float:
        """Σ f·v."""
        return self.weighing.found.weight

    @property
    def log_weight(self) -> float:
        """Σ f·log v, of nonzero weights."""
        return self.weighing.found.log_weight

    @property
    def p(self) -> int:
        """The number of features."""
        return self.given.shape[1] - 1 if isinstance(self.given, Strips) else int(self.given[0].shape[1])

    @property
    def m(self) -> int:
        """How many rows lie there, those of weight zero among them."""
        return self.given.shape[0] if isinstance(self.given, Strips) else len(self.given[1])

    @property
    def X(self) -> AnyArray:  # noqa: N802 - the textbook calls it so
        """The features, (m, p)."""
        return self.given.joined[:, :-1] if isinstance(self.given, Strips) else self.given[0]

    @property
    def y(self) -> AnyArray:
        """The target, (m,)."""
        return self.given.columns[-1].values if isinstance(self.given, Strips) else self.given[1]

    def origin(self) -> Array:
        """A value of each column near its middle, (q,): the median of up to 31 evenly spaced rows of nonzero weight.

        Being one of the column's own values it makes the shifted column of a constant exact zeros (a mean
        rounds: 0.1 would slip through), and being a median it shrugs off a first row far from the rest.
        """
        sample = self._sample
        return sample[len(sample) // 2] if len(sample) else np.zeros(self.p + 1)

    def size(self) -> Array:
        """The largest absolute value among those rows, (q,); 0 without any."""
        largest: Array = np.abs(self._sample).max(axis=0, initial=0.0)
        return largest

    def extreme(self) -> BoolArray:
        """Which columns vary among those rows, at a size whose square leaves the floats, (q,)."""
        sample, (_, exponents) = self._sample, np.frexp(self.size())
        varied: BoolArray = (np.abs(exponents) > 500) & (np.ptp(sample, axis=0) > 0 if len(sample) else False)
        return varied

    @cached_property
    def _sample(self) -> Array:
        """An odd number of evenly spaced rows of nonzero weight, (n, q), each column sorted; not finite is 0."""
        picked = _spread(self.m)
        weights = self.weights if self.weighing.waiting is None else self.weighing.waiting
        if weights is not None and not weights[picked].all():
            used = np.flatnonzero(weights)
            picked = used[_spread(len(used))]
        if isinstance(self.given, Strips):
            sample = self.given.at(picked)
        else:
            sample = np.column_stack([self.X[picked], self.y[picked]]).astype(np.float64)
        return np.sort(np.where(np.isfinite(sample), sample, 0.0), axis=0)

    def used(self) -> WeightedRows:
        """The rows of nonzero weight alone."""
        if self.weights is None or self.weights.all():
            return self
        at = self.weights != 0
        X_low, y_low = (None if low is None else low[at] for low in (self.X_low, self.y_low))
        weighing = Weighing.of(self.weighing.found._replace(weights=self.weights[at]))
        return replace(self, given=(self.X[at], self.y[at]), weighing=weighing, X_low=X_low, y_low=y_low)

    def beside(self, X: AnyArray) -> WeightedRows:
        """The same rows with other features (m, k)."""
        return replace(self, given=(X, self.y), X_low=None)

    def affordable(self) -> Literal["double", "double-double"]:
        """The most precise sums that take less than about a second: "double-double" up to 2·10⁹ products."""
        products = self.m * (self.p + 2) * (self.p + 3) / 2
        return "double-double" if products <= AFFORDABLE else "double"

    def refuse(self) -> NotFinite:
        """The error for rows whose sums are not finite: it names the first value at fault."""
        p = self.p
        used = True if self.weights is None else self.weights > 0
        for position in range(p + 1):
            column = self.y if position == p else self.X[:, position]
            bad = ~np.isfinite(column) & used
            if bad.any():
                row = int(np.argmax(bad))
                place = f"y, row {row}" if position == p else f"X, row {row}, column {position}"
                kind = "a missing value (NaN)" if np.isnan(column[row]) else "an infinite value"
                return NotFinite(f"{kind} in {place} (counted from 0); drop that row or fill it in before fitting")
        return NotFinite(
            "the squares of some column leave float64; give it in another unit, so that its values come nearer to 1"
        )


def _spread(m: int) -> IntArray:
    """At most 31 of the positions 0 … m − 1, evenly spaced, an odd number of them if there are any."""
    n = min(31, m - (m + 1) % 2) if m else 0
    return np.linspace(0, m - 1, num=n).astype(np.int64)


def is_whole(values: Array) -> BoolArray:
    """Which are whole numbers that float64 holds as they were given: see `EXACT`.

    >>> is_whole(np.array([3.0, 0.5, 2.0**53, np.nan])).tolist()
    [True, False, False, False]
    """
    with np.errstate(invalid="ignore"):
        whole: BoolArray = (values == np.floor(values)) & (np.abs(values) < EXACT)
    return whole
