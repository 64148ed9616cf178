"""Sums of squared residuals from a state: of any coefficients, with the digits that float64 loses where it cancels.

    Σ v (y − ȳ₀ − w·(x − x̄₀))² = aᵀSa + W (a·d)²        a = [−w, 1],   d = z̄ − z̄₀

with S the cross-products about the mean z̄ of this state and z̄₀ the means that the coefficients were fitted about, which
need not be this state's own. Without an intercept it is aᵀRa, R about zero.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.typing import Array

CANCELS = 1e-5
"""A form below this part of what its terms come to is computed once more, in double-double."""

AT_ONCE = 2**20
"""Numbers of a product in double-double that are held at a time."""


def residual_squares(moments: Moments, coefficients: Array, centre: Pair | None) -> Array:
    """Σ v (y − ŷ)², (…, L), in a stack (…) of states, of `coefficients` (…, L, p) that go through `centre` (…, p + 1).

    `centre` None is for a model without an intercept.

    >>> state = Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> residual_squares(state, np.array([[200.0], [0.0]]), state.body.mean()).tolist()
    [0.0, 20000.0]
    """
    body, exponents = moments.body.normalised()
    products = body.raw() if centre is None else body.centred()
    along = np.concatenate([-coefficients, np.ones((*coefficients.shape[:-1], 1))], axis=-1)
    scaled = np.ldexp(along, exponents[..., None, :].astype(np.int64))
    squares = _quadratic_forms(products, scaled)
    if centre is not None:
        d = (moments.body.mean() - centre).value()
        squares = squares + moments.weight[..., None] * (along * d[..., None, :]).sum(axis=-1) ** 2
    return squares


def _quadratic_forms(S: Pair, a: Array) -> Array:
    """aᵀSa (…, L) for S (…, q, q) and a (…, L, q), never negative."""
    M = S.value()
    forms = ((a @ M) * a).sum(axis=-1)
    terms = ((np.abs(a) @ np.abs(M)) * np.abs(a)).sum(axis=-1)
    cancels = forms < CANCELS * terms
    for k in np.ndindex(forms.shape[:-1]):
        chosen = np.flatnonzero(cancels[k])
        step = max(1, AT_ONCE // M.shape[-1] ** 2)
        for first in range(0, len(chosen), step):
            part = chosen[first : first + step]
            forms[(*k, part)] = _exact_forms(S[k], a[k][part])
    return np.asarray(np.maximum(forms, 0.0))


def _exact_forms(S: Pair, a: Array) -> Array:
    """aᵀSa (n,) for S (q, q) and a (n, q), in double-double."""
    halves = (Pair(S.hi[None], S.lo[None]) * a[:, None, :]).total()
    return (halves * a).total().value()
