"""Double-double arithmetic: numbers as unevaluated sums hi + lo of two float64, about 32 digits, on whole arrays.

Every operation is a handful of float64 operations whose rounding errors are themselves float64 numbers, and are kept.
Source: Dekker (1971), "A floating-point technique for extending the available precision", Numerische Mathematik 18;
Joldes, Muller & Popescu (2017), "Tight and rigorous error bounds for basic building blocks of double-word arithmetic",
ACM Transactions on Mathematical Software 44(2), algorithms 6 (sum), 12 (product) and 17 (quotient).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from slopewise.typing import Array

_SPLITTER = 134217729.0  # 2²⁷ + 1: splits 53 bits into 26 and 26 (Veltkamp)

Number: TypeAlias = "Pair | Array | float"


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """hi + lo, elementwise, with |lo| ≤ ½ ulp(hi). The shapes are those of hi; operators broadcast as NumPy's do.

    >>> third = Pair.of(1.0) / 3.0
    >>> (third * 3.0 - 1.0).hi.item(), third.lo.item()
    (0.0, 1.850371707708594e-17)
    """

    hi: Array
    lo: Array

    @classmethod
    def of(cls, hi: Any, lo: Any = 0.0) -> Pair:
        """hi + lo, whatever their sizes; `lo` may be left out."""
        return cls(*two_sum(np.asarray(hi, dtype=np.float64), np.asarray(lo, dtype=np.float64)))

    @classmethod
    def zeros(cls, shape: tuple[int, ...]) -> Pair:
        """An array of zeros."""
        return cls(np.zeros(shape), np.zeros(shape))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.hi.shape

    def __add__(self, other: Number) -> Pair:
        if not isinstance(other, Pair):
            s, e = two_sum(self.hi, np.asarray(other, dtype=np.float64))
            return Pair(*fast_two_sum(s, e + self.lo))
        s, e = two_sum(self.hi, other.hi)
        t, f = two_sum(self.lo, other.lo)
        s, e = fast_two_sum(s, e + t)
        return Pair(*fast_two_sum(s, e + f))

    def __neg__(self) -> Pair:
        return Pair(-self.hi, -self.lo)

    def __sub__(self, other: Number) -> Pair:
        return self + (-other)

    def __mul__(self, other: Number) -> Pair:
        if not isinstance(other, Pair):
            p, e = two_product(self.hi, np.asarray(other, dtype=np.float64))
            return Pair(*fast_two_sum(p, e + self.lo * other))
        p, e = two_product(self.hi, other.hi)
        return Pair(*fast_two_sum(p, e + (self.hi * other.lo + self.lo * other.hi)))

    def __truediv__(self, other: Number) -> Pair:
        divisor = other if isinstance(other, Pair) else Pair.of(other)
        first = self.hi / divisor.hi
        rest = self - divisor * first
        second = rest.hi / divisor.hi
        rest = rest - divisor * second
        return Pair(*fast_two_sum(first, second)) + rest.hi / divisor.hi

    def __rtruediv__(self, other: float) -> Pair:
        return Pair.of(other) / self

    def __getitem__(self, key: Any) -> Pair:
        return Pair(self.hi[key], self.lo[key])

    def __setitem__(self, key: Any, value: Pair) -> None:
        self.hi[key], self.lo[key] = value.hi, value.lo

    def swapped(self) -> Pair:
        """The last two axes exchanged."""
        return Pair(np.swapaxes(self.hi, -1, -2), np.swapaxes(self.lo, -1, -2))

    def copy(self) -> Pair:
        return Pair(self.hi.copy(), self.lo.copy())

    def scaled(self, powers: Array) -> Pair:
        """Times powers of two, which rounds nothing."""
        return Pair(self.hi * powers, self.lo * powers)

    def root(self) -> Pair:
        """The square root, of numbers that are not negative."""
        first = np.sqrt(self.hi)
        rest = self - Pair(*two_product(first, first))
        correction = rest.hi / np.where(first > 0, 2 * first, 1.0)
        return Pair(*fast_two_sum(first, correction))

    def total(self) -> Pair:
        """The sum over the last axis, by halves.

        >>> Pair.of(np.array([0.1, 0.2, 0.3])).total().hi.item()
        0.6
        """
        rest = self
        while (n := rest.shape[-1]) > 1:
            half = n // 2
            rest = _beside(rest[..., :half] + rest[..., half : 2 * half], rest[..., 2 * half :])
        return rest[..., 0] if rest.shape[-1] else Pair.zeros(self.shape[:-1])

    def value(self) -> Array:
        """The nearest float64."""
        return self.hi + self.lo

    def fraction(self) -> Fraction:
        """The exact value of a scalar pair."""
        return Fraction(float(self.hi)) + Fraction(float(self.lo))


def _beside(left: Pair, right: Pair) -> Pair:
    return Pair(np.concatenate([left.hi, right.hi], axis=-1), np.concatenate([left.lo, right.lo], axis=-1))


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """a + b rounded, and exactly what rounding left (Knuth)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def fast_two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """As `two_sum` where |a| ≥ |b| (Dekker)."""
    s = a + b
    return s, b - (s - a)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """a · b rounded, and exactly what rounding left, for products and inputs below 2⁹⁹⁶ in size (Veltkamp, Dekker).

    >>> product, rest = two_product(np.float64(0.1), np.float64(0.1))
    >>> Fraction(float(product)) + Fraction(float(rest)) == Fraction(0.1) ** 2
    True
    """
    p = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def _split(a: Array) -> tuple[Array, Array]:
    c = _SPLITTER * a
    high = c - (c - a)
    return high, a - high
