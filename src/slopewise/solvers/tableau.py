"""`Tableau`: cross-products in which columns are swept in and out one by one, so that models come from each other.

With the columns B swept in, the centred cross-products (raw ones without an intercept) of [x, y] have become

    [[−(X_BᵀX_B)⁻¹, W], [Wᵀ, E]]

with W the coefficients of every other column, the target among them, on those in B, and E what they leave
unexplained: E_yy is the residual sum of squares. One step is of O(q²). A column that depends on those in B, as
`sweep.sweep` judges it, is not swept in. Leading axes are a stack of states. All of it is in double-double. Source:
Goodnight, J. H. (1979), "A tutorial on the SWEEP operator", The American Statistician 33(3), 149–158.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.typing import Array, BoolArray


@dataclass(frozen=True, eq=False)
class Tableau:
    """The swept matrix `A` (…, q, q), the target last, of columns times `scale` (…, q), powers of two; which columns
    are `swept` (…, q).

    `floors` and `noise` (…, q) say how large a square rounding of the values and of the sums, and of the sums alone,
    can leave of a column. What sweeps returns another tableau.

    >>> state = Moments.of([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 3.0]], [0.0, 1.0, 3.0, 9.0])
    >>> model = Tableau.of(state).with_columns([0, 1])
    >>> model.coefficients().round(4).tolist(), model.rss().round(4).item(), model.without([0]).rank().item()
    ([0.8, 2.7], 0.05, 1)
    """

    A: Pair
    swept: BoolArray
    scale: Array
    floors: Array
    noise: Array

    @classmethod
    def of(cls, moments: Moments, intercept: bool = True) -> Tableau:
        """Nothing swept in, but for the intercept if there is one."""
        body, exponents = moments.body.normalised()
        A = body.centred() if intercept else body.raw()
        size = np.abs(np.diagonal(A.hi, axis1=-2, axis2=-1))
        _, powers = np.frexp(np.where(size > 0, size, 1.0))
        scale = np.ldexp(1.0, -((powers + 1) // 2))
        squares, noise = body.squares() * scale**2, body.noise()
        floors = np.maximum((4 * moments.rounding) ** 2, noise) * squares
        A = A.scaled(scale[..., :, None]).scaled(scale[..., None, :])
        units = np.ldexp(scale, -exponents.astype(np.int64))
        return cls(A, np.zeros(size.shape, dtype=np.bool_), units, floors, noise * squares)

    def with_columns(self, columns: Sequence[int]) -> Tableau:
        """One after another swept in, but those that depend on what is in."""
        found = self
        for j in columns:
            pivot = found.A.hi[..., j, j]
            found = found._swept(j, ~found.swept[..., j] & (pivot > found._left(found.floors, j)))
        return found

    def without(self, columns: Sequence[int]) -> Tableau:
        """One after another swept out; those that are not in stay out."""
        found = self
        for j in columns:
            found = found._swept(j, found.swept[..., j])
        return found

    def part(self, columns: Sequence[int]) -> Tableau:
        """Of some columns and the target alone; sweeps of these are as in the whole, but for what the others add to
        the floors, which is added here."""
        at = [*columns, self.A.shape[-1] - 1]
        floors = np.stack([self._left(self.floors, j) for j in at], axis=-1)
        noise = np.stack([self._left(self.noise, j) for j in at], axis=-1)
        A = self.A[..., at, :][..., :, at]
        inside = np.where(self.swept[..., at], self.floors[..., at], floors)
        return Tableau(A, self.swept[..., at], self.scale[..., at], inside, noise)

    def rss(self) -> Array:
        """Σ v e², (…), in the target's unit squared; zero where it is no more than rounding of the sums."""
        left = self.A[..., -1, -1].value()
        explained = left <= self._left(self.noise, -1)
        return np.asarray(np.where(explained, 0.0, left) / self.scale[..., -1] ** 2)

    def rank(self) -> Array:
        """How many columns are in, (…)."""
        return np.asarray(np.count_nonzero(self.swept, axis=-1))

    def coefficients(self) -> Array:
        """w (…, q − 1) in the columns' units, zero for those that are not in."""
        values = self.A[..., :-1, -1].value() * self.scale[..., :-1] / self.scale[..., -1:]
        return np.asarray(np.where(self.swept[..., :-1], values, 0.0))

    def rounding_of_target(self) -> Array:
        """What rounding of the values can leave of the target's square, (…), in its unit squared."""
        return np.asarray(self.floors[..., -1] / self.scale[..., -1] ** 2)

    def _left(self, floors: Array, j: int) -> Array:
        """What rounding can leave of column j beside those that are in, (…)."""
        weights = np.where(self.swept, self.A.hi[..., :, j] ** 2 * floors, 0.0)
        weights[..., j] = 0.0
        return np.asarray(floors[..., j] + weights.sum(axis=-1))

    def _swept(self, j: int, chosen: BoolArray) -> Tableau:
        """Column j swept in or out where it is `chosen` (…)."""
        if not chosen.any():
            return self
        at = chosen[..., None]
        pivot = self.A[..., j, j]
        d = Pair(np.where(chosen, pivot.hi, 1.0), np.where(chosen, pivot.lo, 0.0))[..., None]
        column = self.A[..., :, j]
        u = column.scaled(at.astype(np.float64))
        v = u / d
        A = self.A - u[..., :, None] * v[..., None, :]
        line = v.scaled(np.where(self.swept[..., j], -1.0, 1.0)[..., None])
        inverse = -(1.0 / d[..., 0])
        line[..., j] = inverse
        line = Pair(np.where(at, line.hi, column.hi), np.where(at, line.lo, column.lo))
        A[..., :, j] = A[..., j, :] = line
        swept = self.swept.copy()
        swept[..., j] ^= chosen
        return replace(self, A=A, swept=swept)
