"""How far a penalised answer can lie above the minimum: the duality gap of the elastic net, on the cross-products.

    P(u) = ½ (s − 2 cᵀu + uᵀGu) + ½ Σ q_j u_j² + Σ t_j |u_j|        g = c − Gu − q∘u

with s the mean square of the target. To every point θ with |X̃_jᵀθ| ≤ t_j (X̃: the columns with √q beneath them) belongs
a lower bound of P. Of the residual's own length a ρ it leaves

    gap(a) = Σ (t_j |u_j| − a g_j u_j) + ½ (1 − a)² ‖ρ‖²        a = min(1, min_j t_j / |g_j|)

and of the residual whose gradient is cut to the bounds, e = g − clip(g, ±t),

    gap(e) = Σ (t_j |u_j| − (g_j − e_j) u_j) + ½ eᵀ(G + diag q)⁻¹e

No term of either cancels with another, so that the gap has digits where P itself has none left. The first is cheap; the
second bounds what is left where t is zero or tiny. With u ≥ 0 only g_j ≤ t_j is asked. Source: Boyd & Vandenberghe
(2004), *Convex Optimization*, §5.2; Fercoq, Gramfort & Salmon (2015), "Mind the duality gap", ICML.
"""

from __future__ import annotations

import numpy as np

from slopewise.typing import Array


def duality_gap(
    gram: Array, cross: Array, square: float, u: Array, r: Array, t: Array, q: Array, positive: bool, enough: float
) -> float:
    """The gap at `u` (m,) with r = c − Gu (m,), in units of P; the second bound is tried where the first is not enough.

    >>> one = np.ones(1)
    >>> duality_gap(np.eye(1), one, 1.0, np.array([0.75]), np.array([0.25]), 0.25 * one, 0 * one, False, 1e-9)
    0.0
    """
    g = r - q * u
    size = g if positive else np.abs(g)
    over = size > t
    a = float((t[over] / size[over]).min(initial=1.0))
    residual = max(square - float(u @ (cross + r)) + float(q @ u**2), 0.0)
    gap = float((t * np.abs(u) - a * g * u).sum()) + 0.5 * (1 - a) ** 2 * residual
    if gap > enough:
        gap = min(gap, _cut_gap(gram, u, g, t, q, positive))
    return max(gap, 0.0)


def _cut_gap(gram: Array, u: Array, g: Array, t: Array, q: Array, positive: bool) -> float:
    """gap(e); e lies among the directions that the columns span, so that a singular G needs no care."""
    cut = np.minimum(g, t) if positive else np.clip(g, -t, t)
    e = g - cut
    d, V = np.linalg.eigh(gram + np.diag(q))
    real = d > len(d) * np.finfo(np.float64).eps * d[-1]
    shares = (e @ V)[real] ** 2 / d[real]
    return float((t * np.abs(u) - cut * u).sum()) + 0.5 * float(shares.sum())
