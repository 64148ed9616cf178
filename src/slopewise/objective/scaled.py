"""Standardised features: a change of coordinates that wraps a descent, from the user's units and back.

With z = (x − centre) / spread the same line is b' + w'·z, where

    w' = w · spread        b' = b + w·centre

Descent runs on (b', w'), whose Hessian is the correlation matrix of the features; its path is mapped back here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments import Moments
from slopewise.typing import Array


@dataclass(frozen=True, eq=False)
class Scaling:
    """`centre` (p,) and `spread` (p,), in each feature's unit; `intercept` says whether θ begins with one.

    A model without an intercept cannot absorb a shift: there `centre` is zero and only the units change.

    >>> import slopewise as sw
    >>> found = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), scale=True).scaling
    >>> found.centre.tolist(), found.spread.tolist(), found.to_user(np.array([400.0, 100.0])).tolist()
    ([1.5], [0.5], [100.0, 200.0])
    """

    centre: Array
    spread: Array
    intercept: bool

    @classmethod
    def of(cls, moments: Moments, *, intercept: bool = True) -> Scaling:
        """Means and population standard deviations; a constant column gets spread 1.

        >>> scaling = Scaling.of(Moments.of([[1.0, 7.0], [3.0, 7.0]], [0.0, 0.0]))
        >>> scaling.centre.tolist(), scaling.spread.tolist()
        ([2.0, 7.0], [1.0, 1.0])
        """
        mean = moments.mean[:-1]
        deviation = np.sqrt(np.maximum(np.diagonal(moments.centred)[:-1], 0.0) / moments.weight)
        constant = deviation <= np.finfo(np.float64).eps * np.abs(mean)
        return cls(mean if intercept else np.zeros_like(mean), np.where(constant, 1.0, deviation), intercept)

    @classmethod
    def none(cls, p: int, *, intercept: bool = True) -> Scaling:
        """The scaling that changes nothing."""
        return cls(np.zeros(p), np.ones(p), intercept)

    def standardise(self, x: Array) -> Array:
        """Features (m, p) in the user's units as z (m, p)."""
        return (x - self.centre) / self.spread

    def to_scaled(self, theta: Array) -> Array:
        """Parameters (…, q) in the user's units as those of the standardised features."""
        return self._shifted(theta, self.centre, self.spread)

    def to_user(self, theta: Array) -> Array:
        """Parameters (…, q) of the standardised features in the user's units.

        >>> scaling = Scaling(np.array([2.0]), np.array([10.0]), intercept=True)
        >>> scaling.to_user(scaling.to_scaled(np.array([5.0, 3.0]))).tolist()
        [5.0, 3.0]
        """
        return self._shifted(theta, -self.centre / self.spread, 1 / self.spread)

    def _shifted(self, theta: Array, centre: Array, spread: Array) -> Array:
        if not self.intercept:
            return theta * spread
        w = theta[..., 1:]
        return np.concatenate([theta[..., :1] + (w @ centre)[..., None], w * spread], axis=-1)
