"""The factor f_k by which descent multiplies the error of one mode in k steps, exact for every k.

Plain descent: f_k = (1 − a)ᵏ. Heavy ball: with z₁, z₂ the roots of z² − (1 + β − a) z + β = 0 and
U_n = (z₁ⁿ − z₂ⁿ)/(z₁ − z₂),

    f_k = U_{k+1} − β U_k

The roots are real below a = (1 − √β)², a pair on the circle |z| = √β up to (1 + √β)², and real and negative above.
In each region f_k is written as a sum of terms of one sign, in logarithms of numbers near 1, so that nothing cancels:
not for k in the billions, nor where the roots meet, nor at the edge of stability. Source of the recurrence: Polyak
(1964), "Some methods of speeding up the convergence of iteration methods", USSR Comput. Math. Math. Phys. 4(5), 1–17.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from slopewise.typing import IntArray

Extended: TypeAlias = npt.NDArray[np.longdouble]


def factors(a: Extended, momentum: np.longdouble, k: IntArray) -> tuple[Extended, Extended]:
    """f_k and f_k − 1, each (len(k), r), for modes `a` = learning rate × eigenvalue (r,), and steps `k` ≥ 0.

    The second is computed apart, so that the first small steps of a slow mode keep their digits. A factor too large
    for the number format is infinite.

    >>> f, _ = factors(np.array([0.5, 3.0], dtype=np.longdouble), np.longdouble(0), np.array([2]))
    >>> f.astype(np.float64).tolist()
    [[0.25, 4.0]]
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        if momentum == 0:
            return _plain(a, k[:, None])
        return _heavy_ball(a, momentum, k[:, None])


def log_radius(a: Extended, momentum: np.longdouble) -> Extended:
    """log |z| of the larger root of each mode (r,): what log |f_k| falls by per step in the long run."""
    with np.errstate(divide="ignore"):
        if momentum == 0:
            return np.log1p(-np.minimum(a, 2 - a))
        discriminant, width = _discriminant(a, momentum)
        real = np.log1p(np.where(a < 1 + momentum, -_nearer(a, momentum, width), -_edge(a, momentum, width)))
        return np.where(discriminant < 0, np.log(momentum) / 2, real)


def _plain(a: Extended, k: IntArray) -> tuple[Extended, Extended]:
    """(1 − a)ᵏ through log|1 − a|, which for a > 1 is log1p(−(2 − a)): digits are kept at a = 0 and at a = 2."""
    logarithm = np.where(k == 0, 0, k * np.log1p(-np.minimum(a, 2 - a)))
    sign = np.where(a > 1, _parity(k), 1)
    change = np.expm1(logarithm)
    factor = sign * np.exp(logarithm)
    return factor, np.where(sign > 0, change, factor - 1)


def _heavy_ball(a: Extended, beta: np.longdouble, k: IntArray) -> tuple[Extended, Extended]:
    discriminant, width = _discriminant(a, beta)
    real, upper = discriminant >= 0, a < 1 + beta
    factor = np.empty((len(k), len(a)), dtype=np.longdouble)
    change = np.empty_like(factor)
    for chosen, formula in (
        (real & upper, _glide),
        (real & ~upper, _alternate),
        (~real & upper, _swing),
        (~real & ~upper, _swing_alternating),
    ):
        factor[:, chosen], change[:, chosen] = formula(a[chosen], beta, width[chosen], k)
    return factor, change


def _glide(a: Extended, beta: np.longdouble, width: Extended, k: IntArray) -> tuple[Extended, Extended]:
    """Roots z = 1 − s real and positive: f_k = z₁ᵏ⁺¹ + s₁ U_{k+1}, with s₁ s₂ = a."""
    s = _nearer(a, beta, width)
    logarithm = np.log1p(-s)
    shrink = np.log1p(-width / (1 - s))
    rest = s * np.exp(k * logarithm) * _series(shrink, k + 1)
    change = np.expm1((k + 1) * logarithm) + rest
    return np.exp((k + 1) * logarithm) + rest, change


def _alternate(a: Extended, beta: np.longdouble, width: Extended, k: IntArray) -> tuple[Extended, Extended]:
    """Roots −y real and negative: f_k = (−1)ᵏ (U_{k+1}(y) + β U_k(y)), with 1 − y₁ exact at the edge of stability."""
    g = _edge(a, beta, width)
    shrink = np.log1p(-width / (1 - g))
    series = _series(shrink, k + 1) + beta / (1 - g) * _series(shrink, k)
    factor = _parity(k) * np.exp(k * np.log1p(-g)) * series
    return factor, factor - 1


def _swing(a: Extended, beta: np.longdouble, width: Extended, k: IntArray) -> tuple[Extended, Extended]:
    """Roots √β e^{±iφ}, φ < π/2: f_k = β^{k/2} (cos((k + ½)φ)/cos(φ/2) + (1 − √β) sin(kφ)/sin φ)."""
    phi = np.arctan2(width, 1 + beta - a)
    slack = (1 - beta) / (1 + np.sqrt(beta))
    turn = np.cos((k + np.longdouble(0.5)) * phi) / np.cos(phi / 2) + slack * np.sin(k * phi) / np.sin(phi)
    factor = np.exp(k * np.log(beta) / 2) * turn
    return factor, factor - 1


def _swing_alternating(a: Extended, beta: np.longdouble, width: Extended, k: IntArray) -> tuple[Extended, Extended]:
    """Roots −√β e^{±iψ}, ψ ≤ π/2: f_k = (−1)ᵏ β^{k/2} (sin((k + 1)ψ) + √β sin(kψ))/sin ψ."""
    psi = np.arctan2(width, a - 1 - beta)
    turn = (np.sin((k + 1) * psi) + np.sqrt(beta) * np.sin(k * psi)) / np.sin(psi)
    factor = _parity(k) * np.exp(k * np.log(beta) / 2) * turn
    return factor, factor - 1


def _discriminant(a: Extended, beta: np.longdouble) -> tuple[Extended, Extended]:
    """(1 + β − a)² − 4β, in factors so that it does not cancel, and the root of its size."""
    root = np.sqrt(beta)
    discriminant: Extended = (((1 - beta) / (1 + root)) ** 2 - a) * ((1 + root) ** 2 - a)
    return discriminant, np.sqrt(np.abs(discriminant))


def _nearer(a: Extended, beta: np.longdouble, width: Extended) -> Extended:
    """s = 1 − z₁, the smaller root of s² − (1 − β + a) s + a = 0."""
    return 2 * a / (1 - beta + a + width)


def _edge(a: Extended, beta: np.longdouble, width: Extended) -> Extended:
    """g = 1 + z₁ for the root nearest −1: of g² − (3 + β − a) g + 2(1 + β) − a = 0, the one that is 0 at the edge."""
    return 2 * (2 * (1 + beta) - a) / (3 + beta - a + width)


def _series(logarithm: Extended, n: IntArray) -> Extended:
    """1 + r + … + rⁿ⁻¹ for r = exp(logarithm) ≤ 1, which is n where the roots meet."""
    meets = logarithm == 0
    return np.where(meets, n, np.expm1(n * logarithm) / np.expm1(np.where(meets, -1, logarithm)))


def _parity(k: IntArray) -> Extended:
    return (1 - 2 * (k % 2)).astype(np.longdouble)
