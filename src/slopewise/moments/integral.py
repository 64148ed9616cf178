"""The exact body of a state: raw sums of products as Python integers, so that nothing is ever rounded.

    R = N·2^e = Σ v z zᵀ,    z = [1, x₁ … x_p, y]

Every float64 is a whole number times a power of two, so R is too. Taking out the largest common power of two
leaves one N and e for each R: states of the same rows are equal to the bit, in whatever chunks, order and merges.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.rows import WeightedRows
from slopewise.moments.slices import STRETCH, exact_products
from slopewise.threads import thread_count
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

_LARGEST = 200  # as for `Paired`: columns beyond 2^±200 are given to it with an exponent


@dataclass(frozen=True, eq=False)
class Integral:
    """`products` (…, q + 1, q + 1): N, Python integers, with an odd one among them; `exponents` (…): e, 0 if N is zero.

    Leading axes (…) are groups.
    """

    products: AnyArray
    exponents: IntArray

    SUM_NOISE: ClassVar[float] = 0.0
    """What sums of products can be off by: nothing."""

    @classmethod
    def of(cls, rows: WeightedRows, threads: int | None) -> tuple[Integral, BoolArray]:
        """One pass; and which columns hold whole numbers only, (q,). Raises `NotFinite`.

        The products are left to NumPy's BLAS and its threads: more of ours save nothing, so `threads` is only checked.
        """
        thread_count(threads)
        body, whole = cls.empty(rows.p + 1), np.ones(rows.p + 1, dtype=np.bool_)
        for start in range(0, rows.m, STRETCH):
            N, e, found = exact_products(rows, start)
            body, whole = body.merge(cls.lowest(N, np.asarray(e))), whole & found
        return body, whole

    @classmethod
    def empty(cls, q: int) -> Integral:
        """No rows."""
        return cls(np.zeros((q + 1, q + 1), dtype=object), np.asarray(0))

    @property
    def q(self) -> int:
        """The number of columns."""
        return int(self.products.shape[-1]) - 1

    @property
    def weight(self) -> Array:
        """Σ v, (…)."""
        return nearest_pairs(self.products[..., 0, 0], 1, self.exponents).hi

    @property
    def finite(self) -> bool:
        """True: a value that is not finite has no place among integers, and `of` raises."""
        return True

    def mean(self) -> Pair:
        """z̄ = Σ v z / Σ v, (…, q), to the nearest pair; 0 where there are no rows."""
        return nearest_pairs(self.products[..., 0, 1:], self._nonzero_weight()[..., None], 0)

    def centred(self) -> Pair:
        """(N_11 N_zz − N_z1 N_1z) 2^e / N_11, (…, q, q), to the nearest pair."""
        sums, weight = self.products[..., 0, 1:], self._nonzero_weight()[..., None, None]
        centred = weight * self.products[..., 1:, 1:] - sums[..., :, None] * sums[..., None, :]
        return nearest_pairs(centred, weight, self.exponents[..., None, None])

    def raw(self) -> Pair:
        """R_zz = Σ v z zᵀ, (…, q, q), to the nearest pair."""
        return nearest_pairs(self.products[..., 1:, 1:], 1, self.exponents[..., None, None])

    def squares(self) -> Array:
        """Σ v z², (…, q)."""
        diagonal = np.diagonal(self.products, axis1=-2, axis2=-1)[..., 1:]
        return nearest_pairs(diagonal, 1, self.exponents[..., None]).hi

    def noise(self) -> Array:
        """What rounding in the sums can leave of a column's centred square, (…, q): nothing."""
        return np.zeros((*self.exponents.shape, self.q))

    def off(self) -> Array:
        """The same in the column's own units, (…, q): nothing."""
        return self.noise()

    def weight_noise(self) -> Array:
        """The same of Σ v, (…)."""
        return np.zeros(self.exponents.shape)

    def normalised(self) -> tuple[Integral, Array]:
        """The columns times 2^−e, so that no square of theirs leaves the floats, and e (…, q), 0 unless one would."""
        lengths = _BIT_LENGTH(np.diagonal(self.products, axis1=-2, axis2=-1)).astype(np.int64)
        sizes = (lengths - lengths[..., :1]) // 2  # of Σ v z² / Σ v, the root of which is the size of a column
        e = np.where((lengths > 0) & (np.abs(sizes) > _LARGEST), np.clip(sizes, -900, 900), 0)
        shifts = e[..., :, None] + e[..., None, :]
        most = shifts.max(axis=(-2, -1), initial=0)
        moved = self.products << (most[..., None, None] - shifts)
        return self.lowest(moved, self.exponents - most), e[..., 1:].astype(np.float64)

    def merge(self, other: Integral) -> Integral:
        """The rows of both: the sum."""
        e = np.minimum(self.exponents, other.exponents)
        return self.lowest(self._with(e) + other._with(e), e)

    def subtract(self, other: Integral) -> Integral:
        """The rows of this one without those of the other: to the bit what they would have given alone."""
        e = np.minimum(self.exponents, other.exponents)
        return self.lowest(self._with(e) - other._with(e), e)

    def select(self, columns: Sequence[int]) -> Integral:
        """Some of the columns, in the order given."""
        picked = [0, *(column + 1 for column in columns)]
        return self.lowest(self.products[..., picked, :][..., :, picked], self.exponents)

    def transform(self, T: Array, offset: Array) -> Integral:
        """The columns z T + offset: with [1, z T + offset] = [1, z] M, the products are MᵀRM."""
        M = np.zeros((self.q + 1, T.shape[1] + 1))
        M[0, 0], M[0, 1:], M[1:, 1:] = 1.0, offset, T
        if not np.isfinite(M).all():
            raise ArgumentError("the map of an exact state must be finite; it holds NaN or an infinity")
        whole, e = integers(M)
        half = _times(self.products, whole)
        return self.lowest(_times(np.swapaxes(half, -1, -2), whole), self.exponents + 2 * e)

    def embed(self, positions: Sequence[int], q: int) -> Integral:
        """Column j at `positions[j]` of q columns, the others zero."""
        into = np.array([0, *(position + 1 for position in positions)])
        products = np.zeros((*self.exponents.shape, q + 1, q + 1), dtype=object)
        products[..., into[:, None], into] = self.products
        return Integral(products, self.exponents)

    def lowered(self) -> Paired:
        """The same rows in double-double, each sum the nearest pair."""
        body, exponents = self.normalised()
        return Paired(nearest_pairs(body.products, 1, body.exponents[..., None, None]), exponents)

    def digest(self) -> str:
        """The SHA-256 of N and e, in hexadecimal: equal for equal states, in any process and on any machine."""
        numbers = [*self.products.shape, *self.exponents.ravel().tolist(), *self.products.ravel().tolist()]
        return hashlib.sha256(" ".join(map(hex, numbers)).encode()).hexdigest()

    def arrays(self) -> dict[str, AnyArray]:
        """Its arrays by name: to stack, to take groups from, to save."""
        return {"products": self.products, "exponents": self.exponents}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Integral:
        """The body with these arrays; `ShapeError` if they do not fit each other or hold anything but integers."""
        products, exponents = np.asarray(arrays["products"], dtype=object), np.asarray(arrays["exponents"])
        square = products.shape[:-1] + products.shape[-2:-1]
        if products.ndim < 2 or products.shape != square or products.shape[:-2] != exponents.shape:
            raise ShapeError("the record's products and exponents do not fit each other")
        if exponents.dtype.kind != "i" or not all(isinstance(n, int) for n in products.ravel()):
            raise ShapeError("the record's products and exponents must be whole numbers throughout")
        return cls.lowest(products, exponents)

    @classmethod
    def lowest(cls, products: AnyArray, exponents: AnyArray) -> Integral:
        """N·2^e with the largest power of two that all of N share taken out of it."""
        bits = np.bitwise_or.reduce(products, axis=(-2, -1))
        shared = np.asarray(trailing_zeros(bits), dtype=np.int64)
        lowest = products >> shared[..., None, None] if shared.any() else products
        return cls(lowest, np.asarray(np.where(np.asarray(bits) == 0, 0, exponents + shared), dtype=np.int64))

    def _nonzero_weight(self) -> AnyArray:
        weight = self.products[..., 0, 0]
        return np.where(weight > 0, weight, 1)

    def _with(self, exponents: AnyArray) -> AnyArray:
        """N in units of 2 to smaller exponents."""
        return self.products << (self.exponents - exponents)[..., None, None]


def nearest(n: int, d: int, e: int) -> float:
    """The float64 nearest to n·2^e / d, for d > 0: an infinity beyond the largest.

    >>> nearest(1, 3, 0), nearest(1, 1, 2000)
    (0.3333333333333333, inf)
    """
    n, d = (n << e, d) if e >= 0 else (n, d << -e)
    try:
        return n / d  # Python's division of integers of any size rounds correctly
    except OverflowError:
        return math.inf if n > 0 else -math.inf


def _nearest_pair(n: int, d: int, e: int) -> tuple[float, float]:
    """`nearest`, and the float64 nearest to what that leaves."""
    n, d = (n << e, d) if e >= 0 else (n, d << -e)
    high = nearest(n, d, 0)
    if math.isinf(high):
        return high, 0.0
    a, b = high.as_integer_ratio()
    return high, (n * b - a * d) / (d * b)


_NEAREST_PAIR = np.frompyfunc(_nearest_pair, 3, 2)
_BIT_LENGTH = np.frompyfunc(int.bit_length, 1, 1)
trailing_zeros = np.frompyfunc(lambda n: max((n & -n).bit_length() - 1, 0), 1, 1)
"""How often 2 divides each of an array of Python integers; 0 for 0."""


def nearest_pairs(n: AnyArray, d: AnyArray | int, e: AnyArray | int) -> Pair:
    """The pairs nearest to n·2^e / d, for arrays of Python integers n and d, d > 0."""
    found: Any = _NEAREST_PAIR(n, d, e)
    high, low = (np.asarray(part, dtype=np.float64) for part in found)
    return Pair(high, low)


def integers(values: Array) -> tuple[AnyArray, int]:
    """N, Python integers, and e with values = N·2^e, for finite float64 values of any shape."""
    fractions, exponents = np.frexp(values)
    e = int(exponents[values != 0].min(initial=1)) - 53
    shifts = np.where(values != 0, exponents - 53 - e, 0)
    return np.ldexp(fractions, 53).astype(np.int64).astype(object) << shifts, e


def _times(left: AnyArray, right: AnyArray) -> AnyArray:
    """left (…, a, b) @ right (b, c), of which most may be zeros."""
    product = np.zeros((*left.shape[:-1], right.shape[1]), dtype=object)
    for k in range(right.shape[1]):
        used = np.flatnonzero(right[:, k])
        product[..., k] = (left[..., used] * right[used, k]).sum(axis=-1)
    return product
