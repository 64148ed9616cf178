"""`Geometries`: the geometry of many fits at once, of all groups of rows: see `geometry.py`, whose formulas these are.

All groups have the same columns. One that is left out of a group's fit has zeros there, in `inverse` and so in every
coordinate; so the coordinates of a row are r = p of all groups, or p + 1 with an intercept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.rows import UNIT
from slopewise.solvers.triangular import orthonormalisers
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

FEW = 16
"""Rows of a group, on average, from which on each group is multiplied by itself."""

PIECE = 2**18
"""Numbers of the factors of single rows that are looked up at a time."""


@dataclass(frozen=True, eq=False)
class Geometries:
    """Of G fits: `kept` (G, p), which columns are in the fit; `centre` (G, p); `shift` (G, p); `inverse` (G, p, p);
    `constant` (G,), 1/√Σv, zeros without an intercept; `coefficients` (G, p); `level` (G,): as `Geometry` has them.

    >>> states = Moments.stack([Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])])
    >>> found = Geometries.of(states, np.array([[1.5]]), intercept=True)
    >>> fitted, u = found.rows(np.array([[1.0], [2.0]]), np.array([0, 0]))
    >>> u.round(4).tolist()
    [[0.5774, -0.7071], [0.5774, 0.0]]
    """

    kept: BoolArray
    centre: Array
    shift: Array
    inverse: Array
    constant: Array
    coefficients: Array
    level: Array
    has_intercept: bool

    @classmethod
    def of(cls, states: Moments, coefficients: Array, *, intercept: bool) -> Geometries:
        """The geometry of each state (G, …), the target last, with its least-squares coefficients (G, p)."""
        kept, w = ~np.isnan(coefficients), np.nan_to_num(coefficients)
        body, exponents = states.body.normalised()
        products, e = body.centred() if intercept else body.raw(), exponents[:, :-1].astype(np.int64)
        inverse = np.ldexp(orthonormalisers(products[:, :-1, :-1], kept), -e[:, :, None])
        mean = states.body.mean() if intercept else Pair.zeros((len(w), states.q))
        centre = mean.value()[:, :-1]
        rest = (mean[:, :-1] - centre).value()  # what rounding left of the means
        level = (mean[:, -1] - (Pair.of(rest) * w).total()).value()
        moved, size = (rest[:, None, :] @ inverse)[:, 0], np.sqrt(np.where(states.weight > 0, states.weight, 1.0))
        shift = np.where(np.abs(moved) > UNIT / size[:, None], moved, 0.0)
        constant = np.where(states.weight > 0, intercept / size, 0.0)
        return cls(kept, centre, shift, inverse, constant, w, level, intercept)

    @classmethod
    def joined(cls, parts: Sequence[Geometries]) -> Geometries:
        """Those of several stacks as one."""
        arrays = {f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)[:-1]}
        return cls(**arrays, has_intercept=parts[0].has_intercept)

    def at(self, groups: AnyArray) -> Geometries:
        """Those of some groups."""
        arrays = {f.name: getattr(self, f.name)[groups] for f in fields(self)[:-1]}
        return Geometries(**arrays, has_intercept=self.has_intercept)

    @property
    def rank(self) -> IntArray:
        """How many parameters each fit has, (G,)."""
        ranks: IntArray = self.kept.sum(axis=1) + self.has_intercept
        return ranks

    @property
    def coordinates(self) -> BoolArray:
        """Which of the r coordinates each fit has, (G, r)."""
        return np.hstack([np.ones((len(self.kept), int(self.has_intercept)), dtype=np.bool_), self.kept])

    def rows(self, X: Array, groups: IntArray) -> tuple[Array, Array]:
        """ŷ (m,) and the coordinates u (m, r) of coded rows `X` (m, p) of these groups, (m,)."""
        about = X - self.centre[groups]
        fitted = (about * self.coefficients[groups]).sum(axis=1) + self.level[groups]
        u = np.empty((len(X), X.shape[1] + self.has_intercept))
        if self.has_intercept:
            u[:, 0] = self.constant[groups]
        slopes = u[:, int(self.has_intercept) :]
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        if len(groups) >= FEW * len(starts):
            for a, b in pairwise([*starts.tolist(), len(groups)]):
                run = order[a:b]
                slopes[run] = about[run] @ self.inverse[groups[run[0]]]
        else:
            step = max(1, PIECE // max(X.shape[1] ** 2, 1))
            for a in range(0, len(groups), step):
                here = slice(a, a + step)
                slopes[here] = (about[here, None, :] @ self.inverse[groups[here]])[:, 0]
        slopes -= self.shift[groups]
        return fitted, u

    def to_parameters(self) -> Array:
        """Q⁻¹ (G, k, r), with the intercept first if there is one; zeros for what is left out."""
        if not self.has_intercept:
            return self.inverse
        G, p = self.kept.shape
        back = np.zeros((G, p + 1, p + 1))
        back[:, 1:, 1:] = self.inverse
        back[:, 0, 0] = self.constant
        back[:, 0, 1:] = -(self.centre[:, None, :] @ self.inverse)[:, 0] - self.shift
        return back

    def slopes(self) -> Array:
        """The coefficients as coordinates, R w, the intercept's left out, (G, p)."""
        if not self.kept.shape[1]:
            return np.zeros(self.kept.shape)
        filled = self.inverse + np.eye(self.kept.shape[1]) * ~self.kept[:, None, :]
        return np.asarray(np.linalg.solve(filled, self.coefficients[:, :, None])[:, :, 0], dtype=np.float64)
