"""`Points`: rows of a fit in the coordinates u of its geometry, and the sums over them that a second pass asks for.

    fitted   ŷ = level + Σ_j (x_j − centre_j) slope_j
    u = [constant, R⁻ᵀ (x − centre) − shift]         squares uᵀu         products Σ φ u uᵀ         sums Σ φ u

in two spellings: `Written`, in NumPy, of a matrix; and `InPlace`, in Numba (`points_large.py`), of columns that are
read where they lie, some hundred rows at a time, so that neither the matrix nor u is ever written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from slopewise.inference.frame import Frame
from slopewise.moments.strips import Strip, Strips
from slopewise.typing import Array

LARGE = 5_000_000
"""Coordinates of all rows of a fit from which on Numba repays: NumPy takes some 15 ns for each, Numba 3 to 10. Where
the fit itself did not need Numba, it takes 0.65 s to be imported and loaded."""

FEW = 64
"""Coordinates up to which Numba is the faster: beyond, nearly all of the work is a product of matrices."""


def is_large(frame: Frame, rows: int) -> bool:
    """Whether the second pass over a fit to so many rows repays Numba."""
    return len(frame.centre) > 0 and frame.rank <= FEW and rows * frame.rank >= LARGE


@dataclass(frozen=True, eq=False)
class Written:
    """The rows of `X` (m, n), which had better be in Fortran order.

    >>> frame = Frame(np.array([1.0]), np.array([2.0]), 5.0, np.array([[0.5]]), np.array([0.0]), None)
    >>> points = Written(frame, np.array([[1.0], [3.0]]))
    >>> points.fitted.tolist(), points.coordinates.tolist(), points.products(np.array([7.0, 2.0])).tolist()
    ([5.0, 9.0], [[0.0], [1.0]], [[2.0]])
    """

    frame: Frame
    X: Array

    @cached_property
    def _centred(self) -> Array:
        centred: Array = self.X - self.frame.centre
        return centred

    @cached_property
    def fitted(self) -> Array:
        """ŷ (m,)."""
        values: Array = self._centred @ self.frame.slopes + self.frame.level
        return values

    @cached_property
    def coordinates(self) -> Array:
        """u (m, r), in Fortran order."""
        frame = self.frame
        u, ones = np.empty((len(self.X), frame.rank), order="F"), int(frame.constant is not None)
        u[:, :ones] = frame.constant
        np.matmul(self._centred, frame.inverse, out=u[:, ones:])
        if frame.shift.any():
            u[:, ones:] -= frame.shift
        return u

    @property
    def squares(self) -> Array:
        """uᵀu (m,)."""
        found: Array = np.einsum("ij,ij->i", self.coordinates, self.coordinates)
        return found

    def products(self, factor: Array) -> Array:
        """Σ φ u uᵀ (r, r) for φ = `factor` (m,)."""
        u = self.coordinates
        found: Array = (u * factor[:, None]).T @ u
        return found

    def sums(self, factor: Array) -> Array:
        """Σ φ u (r,) for φ = `factor` (m,)."""
        found: Array = self.coordinates.T @ factor
        return found


@dataclass(frozen=True, eq=False)
class InPlace:
    """`rows` rows of `columns`, n ≥ 1 of them, from `first` on; up to `FEW` coordinates."""

    frame: Frame
    columns: Strips
    first: int
    rows: int

    @classmethod
    def of(cls, frame: Frame, X: Array) -> InPlace:
        """The rows of a matrix (m, n)."""
        return cls(frame, Strips(tuple(Strip.of(column) for column in X.T)), 0, len(X))

    @property
    def _written(self) -> Written:
        return Written(self.frame, self.columns.joined[self.first : self.first + self.rows])

    @cached_property
    def _figures(self) -> tuple[Array, Array]:
        from slopewise.inference import points_large

        return points_large.figures(self.frame, self.columns, self.first, self.rows)

    @property
    def fitted(self) -> Array:
        """ŷ (m,)."""
        return self._figures[0]

    @property
    def squares(self) -> Array:
        """uᵀu (m,)."""
        return self._figures[1]

    @cached_property
    def coordinates(self) -> Array:
        """u (m, r), in Fortran order: written out by NumPy, for those who ask for all of them."""
        return self._written.coordinates

    def products(self, factor: Array) -> Array:
        """Σ φ u uᵀ (r, r) for φ = `factor` (m,)."""
        from slopewise.inference import points_large

        return points_large.products(self.frame, self.columns, self.first, factor)

    def sums(self, factor: Array) -> Array:
        """Σ φ u (r,) for φ = `factor` (m,)."""
        from slopewise.inference import points_large

        return points_large.sums(self.frame, self.columns, self.first, factor)


Points: TypeAlias = Written | InPlace
