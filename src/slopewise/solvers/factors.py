"""The factor f_k by which descent multiplies the error of one mode in k steps, exact for every k.

Plain descent: f_k = (1 − a)ᵏ. Heavy ball: with z₁, z₂ the roots of z² − (1 + β − a) z + β = 0 and
U_n = (z₁ⁿ − z₂ⁿ)/(z₁ − z₂),

    f_k = U_{k+1} − β U_k

The roots are real below a = (1 − √β)², a pair on the circle |z| = √β up to (1 + √β)², and real and negative above.
In each region f_k is written as a sum of terms of one sign, in logarithms of numbers near 1, so that nothing cancels:
not for k in the billions, nor where the roots meet, nor at the edge of stability. What decides the digits is how far a
lies from 0, 2(1 + β) and the two meeting points; those distances are taken from a in double-double, and the rest is
float64: log |f_k| is off by 10⁻¹⁶ of itself. Source of the recurrence: Polyak (1964), "Some methods of speeding up the
convergence of iteration methods", USSR Comput. Math. Math. Phys. 4(5), 1–17.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.typing import Array, BoolArray, IntArray

_BOUNDLESS = 2.0**900
"""A step this much too long leaves the floats at once."""


@dataclass(frozen=True, eq=False)
class Law:
    """How the errors of r modes go on, each by itself, at the momentum `beta`.

    (r,) each: `a` = learning rate × eigenvalue, and its distances `near` = (1 − √β)² − a, `middle` = 1 + β − a,
    `far` = (1 + √β)² − a and `edge` = 2(1 + β) − a, as float64 numbers that lost no digits in the subtraction.
    """

    beta: float
    a: Array
    near: Array
    middle: Array
    far: Array
    edge: Array

    @classmethod
    def of(cls, a: Pair, momentum: float) -> Law:
        """The law of modes `a` (r,), in double-double.

        >>> f, _ = Law.of(Pair.of(np.array([0.5, 3.0])), 0.0).after(np.array([2]))
        >>> f.tolist()
        [[0.25, 4.0]]
        """
        within = a.hi < _BOUNDLESS
        a = Pair(np.where(within, a.hi, _BOUNDLESS), np.where(within, a.lo, 0.0))
        middle, root = Pair.of(1.0) + momentum, Pair.of(momentum).root()
        less, more = Pair.of(1.0) - root, Pair.of(1.0) + root
        places = (less * less, middle, more * more, middle * 2.0)
        return cls(momentum, a.value(), *((place - a).value() for place in places))

    def after(self, k: IntArray) -> tuple[Array, Array]:
        """f_k and f_k − 1, each (len(k), r), for steps `k` ≥ 0.

        The second is computed apart, so that the first small steps of a slow mode keep their digits. A factor too
        large for a float is infinite.
        """
        k = k[:, None]
        factor, change = np.empty((2, len(k), len(self.a)))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            for chosen, formula in self._regions():
                factor[:, chosen], change[:, chosen] = formula(self._of(chosen), k)
        boundless = self.a >= _BOUNDLESS
        factor[:, boundless] = change[:, boundless] = -np.inf
        return np.where(k == 0, 1.0, factor), np.where(k == 0, 0.0, change)

    @property
    def log_radius(self) -> Array:
        """log |z| of the larger root of each mode (r,): what log |f_k| falls by per step in the long run."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.beta == 0:
                return _log_plain(self)
            real = _log_root(self, np.where(self._upper, _nearer(self), _edge(self)))
            return np.where(self._real, real, np.log(self.beta) / 2)

    @property
    def width(self) -> Array:
        """√|(1 + β − a)² − 4β|, how far apart the roots are."""
        return np.sqrt(np.abs(self.near)) * np.sqrt(np.abs(self.far))

    @property
    def root(self) -> Array:
        """|z₁| of the larger root, where it is real."""
        return (np.abs(self.middle) + self.width) / 2

    @property
    def _real(self) -> BoolArray:
        return (self.near >= 0) | (self.far <= 0)

    @property
    def _upper(self) -> BoolArray:
        return self.middle > 0

    def _regions(self) -> tuple[tuple[BoolArray, _Formula], ...]:
        if self.beta == 0:
            return ((np.ones(len(self.a), dtype=np.bool_), _plain),)
        real, upper = self._real, self._upper
        return (
            (real & upper, _glide),
            (real & ~upper, _alternate),
            (~real & upper, _swing),
            (~real & ~upper, _swing_alternating),
        )

    def _of(self, chosen: BoolArray) -> Law:
        given = (self.a, self.near, self.middle, self.far, self.edge)
        return Law(self.beta, *(each[chosen] for each in given))


_Formula: TypeAlias = Callable[[Law, IntArray], tuple[Array, Array]]


def _plain(law: Law, k: IntArray) -> tuple[Array, Array]:
    """(1 − a)ᵏ through log|1 − a|."""
    logarithm = k * _log_plain(law)
    sign = np.where(law.a > 1, _parity(k), 1)
    factor = sign * np.exp(logarithm)
    return factor, np.where(sign > 0, np.expm1(logarithm), factor - 1)


def _log_plain(law: Law) -> Array:
    """log |1 − a| (r,), which is log1p(−(2 − a)) for a > 1: digits are kept at a = 0, at a = 1 and at a = 2."""
    far = np.log1p(-np.where(law.a > 1, law.edge, law.a))
    return np.where(np.abs(law.middle) < 0.5, np.log(np.abs(law.middle)), far)


def _glide(law: Law, k: IntArray) -> tuple[Array, Array]:
    """Roots z = 1 − s real and positive: f_k = z₁ᵏ⁺¹ + s₁ U_{k+1}, with s₁ s₂ = a."""
    s = _nearer(law)
    logarithm = _log_root(law, s)
    rest = s * np.exp(k * logarithm) * _series(np.log1p(-law.width / law.root), k + 1)
    return np.exp((k + 1) * logarithm) + rest, np.expm1((k + 1) * logarithm) + rest


def _alternate(law: Law, k: IntArray) -> tuple[Array, Array]:
    """Roots −y real and negative: f_k = (−1)ᵏ y₁ᵏ (1 + β (1 + y₁)/y₁² · U_k/y₁ᵏ⁻¹), with 1 − y₁ exact at the edge."""
    y = law.root
    logarithm = k * _log_root(law, _edge(law))
    rest = np.exp(logarithm) * (law.beta * (1 + y) / y**2) * _series(np.log1p(-law.width / y), k)
    sign = _parity(k)
    factor = sign * (np.exp(logarithm) + rest)
    return factor, np.where(sign > 0, np.expm1(logarithm) + rest, factor - 1)


def _swing(law: Law, k: IntArray) -> tuple[Array, Array]:
    """Roots √β e^{±iφ}, φ < π/2: f_k = β^{k/2} (cos((k + ½)φ)/cos(φ/2) + (1 − √β) sin(kφ)/sin φ)."""
    phi = np.arctan2(law.width, law.middle)
    logarithm = k * (np.log(law.beta) / 2)
    slack = (1 - law.beta) / (1 + np.sqrt(law.beta)) * np.sin(k * phi) / np.sin(phi)
    turned = -2 * np.sin((k + 1) * phi / 2) * np.sin(k * phi / 2) / np.cos(phi / 2) + slack  # f_k β^{-k/2} − 1
    factor = np.exp(logarithm) * (np.cos((k + 0.5) * phi) / np.cos(phi / 2) + slack)
    return factor, np.expm1(logarithm) + np.exp(logarithm) * turned


def _swing_alternating(law: Law, k: IntArray) -> tuple[Array, Array]:
    """Roots −√β e^{±iψ}, ψ ≤ π/2: f_k = (−1)ᵏ β^{k/2} (sin((k + 1)ψ) + √β sin(kψ))/sin ψ."""
    psi = np.arctan2(law.width, -law.middle)
    turn = (np.sin((k + 1) * psi) + np.sqrt(law.beta) * np.sin(k * psi)) / np.sin(psi)
    factor = _parity(k) * np.exp(k * (np.log(law.beta) / 2)) * turn
    return factor, factor - 1


def _log_root(law: Law, lack: Array) -> Array:
    """log |z₁| for a real |z₁| = 1 − lack, either of which may be small."""
    return np.where(law.root < 0.5, np.log(law.root), np.log1p(-lack))


def _nearer(law: Law) -> Array:
    """s = 1 − z₁, the smaller root of s² − (1 − β + a) s + a = 0."""
    return 2 * law.a / (1 - law.beta + law.a + law.width)


def _edge(law: Law) -> Array:
    """g = 1 + z₁ for the root nearest −1: of g² − s g + e = 0, e = 2(1 + β) − a, s = 1 − β + e; it is 0 at the edge."""
    s = 1 - law.beta + law.edge
    return np.where(s < 0, (s - law.width) / 2, 2 * law.edge / (s + law.width))


def _series(logarithm: Array, n: IntArray) -> Array:
    """1 + r + … + rⁿ⁻¹ for r = exp(logarithm) ≤ 1, which is n where the roots meet."""
    meets = logarithm == 0
    return np.where(meets, n, np.expm1(n * logarithm) / np.expm1(np.where(meets, -1, logarithm)))


def _parity(k: IntArray) -> Array:
    return (1 - 2 * (k % 2)).astype(np.float64)
