"""Ridge regression for a whole path of penalties, through one eigendecomposition.

In standard units (`standard.py`), with factors f and F = diag(f), the answer of

    minimise ½ uᵀGu − cᵀu + λ/2 Σ f_j u_j²

is u(λ) = F^−½ V (D + λ)⁻¹ Vᵀ F^−½ c, with V D Vᵀ = F^−½ G F^−½. So each further penalty costs two products with
vectors. Its degrees of freedom are Σ d/(d + λ). At λ = 0 directions of no spread are left out: of all least-squares
answers that is the shortest, and the limit of the path. Source: Hastie, Tibshirani & Friedman (2009), *The Elements of
Statistical Learning*, 2nd ed., §3.4.1. Written on the trailing axes: a stack of problems is solved as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.typing import Array

ABOVE, BELOW = 1e2, 1e-6
"""The default grid spans from so many times the largest eigenvalue, where hardly a hundredth of a degree of freedom a
column is left, down to so many times it, where the answer is that of least squares but for weak directions."""


FAR, EPS = 1e-18, float(np.finfo(np.float64).eps)
"""The gap from which an answer is computed in another way; an ordinary one is below 10⁻²⁴."""


@dataclass(frozen=True, eq=False)
class RidgePath:
    """The ridge answers of a stack of problems (…) of m columns for L penalties.

    `coefficients` (…, L, m) in standard units; `df` (…, L): Σ d/(d + λ); `gap` (…, L): how far the objective can lie
    above its minimum, in units of the target's variance: ½ gᵀ(G + λF)⁻¹g for its gradient g as it is computed.
    """

    coefficients: Array
    df: Array
    gap: Array

    @classmethod
    def of(cls, gram: Array, cross: Array, factors: Array, lambdas: Array) -> RidgePath:
        """The path for `gram` (…, m, m), `cross` (…, m), positive `factors` (…, m) and `lambdas` (L,), none negative.

        >>> RidgePath.of(np.eye(1), np.ones(1), np.ones(1), np.array([0.0, 1.0, 3.0])).coefficients.ravel().tolist()
        [1.0, 0.5, 0.25]
        """
        d, V, root = _eigen(gram, factors)
        shrink = _inverse(d, lambdas)
        along = np.swapaxes(V, -1, -2)
        u = _back(shrink * _times(along, cross * root)[..., None, :], V, root)
        for _ in range(2):  # what rounding of the eigenvectors left
            rest = _gradient(gram, cross, factors, lambdas, u) * root[..., None, :] @ V
            gap = 0.5 * (rest**2 * shrink).sum(axis=-1)
            u = u + _back(rest * shrink, V, root)
        found = cls(u, (d[..., None, :] * shrink).sum(axis=-1), gap)
        found._mend(gram, cross, factors, lambdas)
        return found

    def _mend(self, gram: Array, cross: Array, factors: Array, lambdas: Array) -> None:
        """Solve one by one, in place, what the eigenvectors leave too far from its minimum.

        That happens where factors differ by many powers of ten, as those of columns in their own units do.
        """
        for *k, place in np.argwhere(self.gap > FAR).tolist():
            at = tuple(k)
            G, H = gram[at], gram[at] + np.diag(lambdas[place] * factors[at])
            scale = 1 / np.sqrt(np.where(np.diagonal(H) > 0, np.diagonal(H), 1.0))
            inverse = np.linalg.pinv(H * scale[:, None] * scale, rcond=EPS * len(H), hermitian=True)
            inverse = inverse * scale[:, None] * scale
            u = inverse @ cross[at]
            u += inverse @ (cross[at] - H @ u)
            rest = cross[at] - H @ u
            self.coefficients[(*at, place)] = u
            self.df[(*at, place)] = np.trace(inverse @ G)
            self.gap[(*at, place)] = 0.5 * rest @ inverse @ rest


def ridge_grid(gram: Array, factors: Array, count: int) -> Array:
    """`count` penalties, log-spaced from `ABOVE` to `BELOW` times the largest eigenvalue of F^−½ G F^−½.

    >>> ridge_grid(np.eye(2), np.ones(2), 3).tolist()
    [100.0, 0.01, 1e-06]
    """
    largest = float(_eigen(gram, factors)[0].max(initial=0.0)) or 1.0
    exponents = np.linspace(np.log10(ABOVE), np.log10(BELOW), count)
    return np.asarray(largest * 10.0**exponents)


def _eigen(gram: Array, factors: Array) -> tuple[Array, Array, Array]:
    """D (…, m), V (…, m, m) and the diagonal of F^−½; eigenvalues within rounding of zero are zero."""
    root = 1 / np.sqrt(factors)
    d, V = np.linalg.eigh(gram * root[..., :, None] * root[..., None, :])
    noise = d.shape[-1] * EPS * np.max(d, axis=-1, keepdims=True, initial=0.0)
    return np.where(d > noise, d, 0.0), V, root


def _inverse(d: Array, lambdas: Array) -> Array:
    """1 / (d + λ), (…, L, m); 0 for 1/0."""
    sums = d[..., None, :] + lambdas[:, None]
    return np.where(sums > 0, 1 / np.where(sums > 0, sums, 1.0), 0.0)


def _gradient(gram: Array, cross: Array, factors: Array, lambdas: Array, u: Array) -> Array:
    return cross[..., None, :] - u @ gram - lambdas[:, None] * factors[..., None, :] * u


def _back(coordinates: Array, V: Array, root: Array) -> Array:
    return (coordinates @ np.swapaxes(V, -1, -2)) * root[..., None, :]


def _times(A: Array, v: Array) -> Array:
    return np.asarray((A @ v[..., None])[..., 0])
