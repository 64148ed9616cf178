"""Rows given as arrays, checked once: shapes, types, weights; and the sentence for a value that is not finite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.errors import ArgumentError, ColumnTypeError, NotFinite, ShapeError
from slopewise.typing import AnyArray, Array, ArrayLike


@dataclass(frozen=True)
class WeightedRows:
    """m rows ready for a kernel: `X` (m, p), `y` (m,) of a float type, `weights` (m,) = frequency × weight or None."""

    X: AnyArray
    y: AnyArray
    weights: Array | None
    rows: int
    weight: float
    log_weight: float

    @classmethod
    def of(cls, X: ArrayLike, y: ArrayLike, weights: ArrayLike | None, frequency: ArrayLike | None) -> WeightedRows:
        features, target = floats(X, "X"), floats(y, "y")
        if features.ndim == 1:
            features = features[:, None]
        if features.ndim != 2 or target.ndim != 1 or len(features) != len(target):
            raise ShapeError(
                f"X has shape {np.shape(X)} and y has shape {np.shape(y)}; give X as (m, p) and y as (m,), "
                "with one entry of y for each row of X"
            )
        m = len(target)
        if weights is None and frequency is None:
            return cls(features, target, None, m, float(m), 0.0)
        v = _row_weights(weights, m, "weights")
        f = _row_weights(frequency, m, "frequency")
        if np.any(f != np.floor(f)):
            row = int(np.argmax(f != np.floor(f)))
            raise ArgumentError(f"frequency counts copies, so it must be whole: row {row} has {f[row]:g}")
        used = (v > 0) & (f > 0)
        counted = np.where(used, f, 0.0)
        log_weight = float(counted[used] @ np.log(v[used]))
        return cls(features, target, counted * v, int(counted.sum()), float(counted @ v), log_weight)

    def origin(self) -> Array:
        """A value of each column near its middle: the median of up to 31 evenly spaced rows of nonzero weight.

        Being one of the column's own values it makes the shifted column of a constant exact zeros (a mean
        rounds: 0.1 would slip through), and being a median it shrugs off a first row far from the rest.
        """
        p = self.X.shape[1]
        used = np.arange(len(self.y)) if self.weights is None else np.flatnonzero(self.weights)
        if len(used) == 0:
            return np.zeros(p + 1)
        picked = used[np.linspace(0, len(used) - 1, num=min(31, len(used) - (len(used) + 1) % 2)).astype(np.intp)]
        sample = np.column_stack([self.X[picked], self.y[picked]]).astype(np.float64)
        middle: Array = np.sort(sample, axis=0)[len(picked) // 2]
        return np.where(np.isfinite(middle), middle, 0.0)

    def refuse(self) -> NotFinite:
        """The error for rows whose sums are not finite: it names the first value at fault."""
        p = self.X.shape[1]
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
            "the squares of the columns overflow float64; give the largest ones in a larger unit (divide by 1e100, say)"
        )


def floats(values: ArrayLike, name: str) -> AnyArray:
    """`values` as a float array: float32 and float64 as they are, other numbers as float64, anything else refused."""
    try:
        array = np.asarray(values)
        if array.dtype in (np.float64, np.float32):
            return array
        if array.dtype.kind in "OSUmMcV":
            array = np.asarray([_number(value) for value in array.ravel()]).reshape(array.shape)
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ColumnTypeError(f"{name} must hold numbers only: {error}") from None


def _number(value: object) -> float:
    if isinstance(value, str | bytes | complex | np.datetime64 | np.timedelta64):
        raise TypeError(f"it holds {str(value)!r}")
    return np.nan if value is None else float(value)  # type: ignore[arg-type]


def _row_weights(values: ArrayLike | None, m: int, name: str) -> Array:
    if values is None:
        return np.ones(m)
    array = floats(values, name).astype(np.float64)
    if array.shape != (m,):
        raise ShapeError(f"{name} has shape {array.shape}; with {m} rows it must have shape ({m},)")
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise ArgumentError(f"{name} must be finite and not negative: row {row} has {array[row]:g}")
    return array
