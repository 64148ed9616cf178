"""What rows weigh: checked and added up when it is first asked for, or on the way of a pass that reads it anyway."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments.float_arrays import floats
from slopewise.moments.weight_sums import WeightSums
from slopewise.threads import thread_count
from slopewise.typing import Array, ArrayLike

MANY = 1_000_000
"""Weights from which on Numba's reading of them is used: NumPy takes 6 ns for the logarithm of each."""


class Weighed(NamedTuple):
    """f·v of each row (m,), or None for ones; Σ f, Σ f·v and Σ f·log v."""

    weights: Array | None
    rows: int
    weight: float
    log_weight: float


class Weighing:
    """What m rows weigh, of analytic weights v and frequencies f, both (m,) or None for ones.

    Few weights are `found` at once, and so is whatever comes with a frequency. Many wait as they were given, in
    `waiting`, until somebody asks, or until a pass that has to read them anyway comes to `settle` it.
    Raises `ShapeError` for arrays of another length, and, when it looks at them, `ArgumentError` for a weight that is
    negative or not finite, and for a frequency that is not whole.

    >>> weighing = Weighing([2.0, 0.0, 1.0], None, 3)
    >>> weighing.found.weight, weighing.found.rows
    (3.0, 2)
    """

    def __init__(
        self, weights: ArrayLike | None, frequency: ArrayLike | None, m: int, threads: int | None = None
    ) -> None:
        self.waiting: Array | None = None
        self._found: Weighed | None = None
        self._threads = threads
        if weights is not None and frequency is None and m > MANY:
            self.waiting = _shaped(weights, m, "weights")
        else:
            self._found = _weighed(weights, frequency, m)

    @classmethod
    def of(cls, found: Weighed) -> Weighing:
        """What is known already."""
        weighing = cls(None, None, 0)
        weighing._found = found
        return weighing

    @property
    def found(self) -> Weighed:
        """The weights and their sums."""
        if self._found is None:
            assert self.waiting is not None
            from slopewise.moments.weights_large import weight_sums

            self.settle(weight_sums(self.waiting, threads=thread_count(self._threads)))
        assert self._found is not None
        return self._found

    def settle(self, sums: WeightSums) -> None:
        """Take the sums of the weights that wait, which somebody came by: good for all but irregular weights."""
        v = self.waiting
        if v is None:
            return
        regular = Weighed(v, len(v), sums.total, sums.log_total)
        self._found = regular if sums.regular else _weighed(v, None, len(v))
        self.waiting = None


def _weighed(weights: ArrayLike | None, frequency: ArrayLike | None, m: int) -> Weighed:
    if weights is None and frequency is None:
        return Weighed(None, m, float(m), 0.0)
    v = _row_weights(weights, m, "weights")
    if frequency is None and v.all():
        return Weighed(v, m, float(v.sum()), float(np.log(v).sum()))
    f = _row_weights(frequency, m, "frequency")
    if np.any(f != np.floor(f)):
        row = int(np.argmax(f != np.floor(f)))
        raise ArgumentError(f"frequency counts copies, so it must be whole: row {row} has {f[row]:g}")
    used = (v > 0) & (f > 0)
    counted = np.where(used, f, 0.0)
    log_weight = float(counted[used] @ np.log(v[used]))
    return Weighed(counted * v, int(counted.sum()), float(counted @ v), log_weight)


def _shaped(values: ArrayLike, m: int, name: str) -> Array:
    array = floats(values, name).astype(np.float64, copy=False)
    if array.shape != (m,):
        raise ShapeError(f"{name} has shape {array.shape}; with {m} rows it must have shape ({m},)")
    return array


def _row_weights(values: ArrayLike | None, m: int, name: str) -> Array:
    if values is None:
        return np.ones(m)
    array = _shaped(values, m, name)
    if m and not (array.min() >= 0 and array.max() < np.inf):
        row = int(np.argmin(np.isfinite(array) & (array >= 0)))
        raise ArgumentError(f"{name} must be finite and not negative: row {row} has {array[row]:g}")
    return array
