"""Ridge for many penalties, and the error of each row by the answer of all others: one left out, without refitting.

    y_i − ŷ₋ᵢ = e_i / (1 − h_i),        h_i = v_i/Σv + Σ_j g_ij² / (d_j + ρ)

with S = V diag(d) Vᵀ the products of the centred columns and g = Vᵀx a row along their axes. Where rows are no more
than columns, e and 1 − h are sums over axes of the rows instead, of ρ/(d + ρ), and nothing cancels. Source: Golub,
Heath & Wahba (1979), "Generalized cross-validation as a method for choosing a good ridge parameter", Technometrics
21(2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.solvers.shortest import CLEAR
from slopewise.typing import Array


@dataclass(frozen=True, eq=False)
class Axes:
    """Rows X (m, p) and Y (m, k), centred and times √v, along axes of X.

    `Y`; `G` (m, r): the rows along the axes; `d` (r,): squares along them; `along` (r, k): GᵀY; `back` (p, r): from
    axes to coefficients; `room` (m,): 1 − v/Σv, or ones without an intercept; `of_rows`: whether the axes are unit
    vectors among rows, and not among columns.
    """

    Y: Array
    G: Array
    d: Array
    along: Array
    back: Array
    room: Array
    of_rows: bool

    @classmethod
    def of(cls, X: Array, Y: Array, root: Array | None, least: float, products: Array | None = None) -> Axes:
        """`root` √v (m,), or None without an intercept; `least`, the smallest penalty, is above zero; `products` XᵀX.

        The axes are the eigenvectors of the products of the columns, or of the rows; or, where `least` does not make
        these clear enough in float64, what the singular values of X belong to.

        >>> axes = Axes.of(np.array([[-1.0], [0.0], [1.0]]), np.array([[-2.0], [0.0], [2.0]]), np.ones(3), 2.0)
        >>> axes.errors(np.array([2.0])).round(9).ravel().tolist(), axes.coefficients(2.0).ravel().tolist()
        ([-2.4, 0.0, 2.4], [1.0])
        """
        unit = np.zeros(len(X)) if root is None else root / np.linalg.norm(root)
        if len(X) <= X.shape[1]:
            d, Q = _row_axes(X, unit, least)
            return cls(Y, Q, d, Q.T @ Y, X.T @ Q, 1 - unit**2, of_rows=True)
        d, V = np.linalg.eigh(X.T @ X if products is None else products)
        G = X @ V
        if max(float(d[0]), 0.0) + least < CLEAR * float(d[-1]):
            U, s, Vt = np.linalg.svd(X, full_matrices=False)
            d, V, G = s**2, Vt.T, U * s
        return cls(Y, G, np.maximum(d, 0.0), G.T @ Y, V, 1 - unit**2, of_rows=False)

    def errors(self, penalties: Array) -> Array:
        """√v (y − ŷ₋ᵢ), (m, k, L), for `penalties` ρ (L,), of the rows left out one by one."""
        m, k = self.Y.shape
        inverse = 1 / (self.d[:, None] + penalties)
        shrink = penalties * inverse if self.of_rows else inverse
        fitted = (self.G @ (self.along[:, :, None] * shrink[:, None, :]).reshape(len(self.d), -1)).reshape(m, k, -1)
        leverage = self.G**2 @ shrink
        if self.of_rows:
            return np.asarray(fitted / leverage[:, None, :])
        return np.asarray((self.Y[:, :, None] - fitted) / (self.room[:, None] - leverage)[:, None, :])

    def coefficients(self, penalty: float) -> Array:
        """W (p, k) of all rows, at one penalty."""
        return np.asarray(self.back @ (self.along / (self.d + penalty)[:, None]))


def _row_axes(X: Array, unit: Array, least: float) -> tuple[Array, Array]:
    """d (r,) and Q (m, r) of X Xᵀ = Q diag(d) Qᵀ, without the direction `unit` of the means, to which X is orthogonal.

    A spread larger than any other, given to that direction, sets it apart as the last axis.
    """
    wide = np.sqrt(2.0) * np.linalg.norm(X)
    gone = int(unit.any())
    d, Q = np.linalg.eigh(X @ X.T + wide**2 * np.outer(unit, unit))
    d, Q = np.maximum(d[: len(d) - gone], 0.0), Q[:, : len(d) - gone]
    if len(d) and d[0] + least < CLEAR * d[-1]:
        U, s, _ = np.linalg.svd(np.column_stack([X, wide * unit]), full_matrices=False)
        d, Q = s[gone:] ** 2, U[:, gone:]
    return d, Q
