"""The double-double body of a state: raw sums of products to some 31 digits, so that merging is addition.

    R = Σ v z zᵀ,    z = [1, x₁ … x_p, y]

No origin is needed: centring takes twice the digits that an offset costs, and there are twice as many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from slopewise.errors import ShapeError
from slopewise.moments import removed as taken_out
from slopewise.moments.kernels import paired_products, strip_products
from slopewise.moments.pair import Pair
from slopewise.moments.pooling import summed
from slopewise.moments.removed import Removed
from slopewise.moments.rows import WeightedRows
from slopewise.moments.shifted import Shifted
from slopewise.moments.strips import Strips
from slopewise.typing import Array, BoolArray

_LARGEST = 200  # beyond 2^±200 products of columns could leave the floats; then powers of two bring them nearer
_CELLS = 2**15  # entries of a matrix that are worked on at once: 256 KiB, in the second cache


@dataclass(frozen=True, eq=False)
class Paired:
    """`products` (…, q + 1, q + 1): R over [1, z·2^−e], with `exponents` (…, q): e, zero unless a column is extreme.

    Powers of two round nothing, and what is not extreme keeps e = 0: states of the same columns add as they are.
    `removed`: see `slopewise.moments.removed`.
    """

    products: Pair
    exponents: Array
    removed: Removed = None

    SUM_NOISE: ClassVar[float] = 2.0**-102
    """What sums of products can be off by, relative to the lengths of the two columns."""

    @classmethod
    def of(cls, rows: WeightedRows, threads: int | None) -> tuple[Paired, BoolArray]:
        """One pass of the double-double kernel; and which columns are whole numbers, (q,)."""
        exponents = exponents_of(rows.size())
        powers = np.ldexp(1.0, -exponents.astype(np.int64))
        how: Any = {"threads": threads, "before": rows.before}
        if isinstance(rows.given, Strips) and rows.X_low is None and rows.y_low is None:
            products, whole = strip_products(rows.given, rows.weights, powers, **how)
        else:
            products, whole = paired_products(rows.X, rows.X_low, rows.y, rows.y_low, rows.weights, powers, **how)
        return cls(products, exponents), whole

    @classmethod
    def empty(cls, q: int) -> Paired:
        """No rows."""
        return cls(Pair.zeros((q + 1, q + 1)), np.zeros(q))

    @property
    def q(self) -> int:
        """The number of columns."""
        return int(self.exponents.shape[-1])

    @property
    def weight(self) -> Array:
        """Σ v, (…)."""
        return self.products[..., 0, 0].value()

    @property
    def finite(self) -> bool:
        """Whether every sum is."""
        return bool(np.isfinite(self.products.hi).all())

    def mean(self) -> Pair:
        """z̄ = Σ v z / Σ v, (…, q); 0 where there are no rows."""
        return (self.products[..., 0, 1:] / self._nonzero_weight()[..., None]).scaled(self._powers())

    def centred(self) -> Pair:
        """R_zz − R_z1 R_1z / R_11, (…, q, q); a column that is constant to the last digit has exact zeros."""
        products, sums = self.products[..., 1:, 1:], self.products[..., 0, 1:]
        mean = sums / self._nonzero_weight()[..., None]
        centred = _mirrored(_less_outer(products, sums, mean))
        raw = np.diagonal(products.hi, axis1=-2, axis2=-1)
        noise = self.SUM_NOISE if self.removed is None else self.noise()
        constant = np.diagonal(centred.hi, axis1=-2, axis2=-1) <= noise * raw
        if constant.any():
            varied = ~(constant[..., :, None] | constant[..., None, :])
            centred = centred.scaled(varied.astype(np.float64))
        if not self.exponents.any():
            return centred
        powers = self._powers()
        return centred.scaled(powers[..., :, None]).scaled(powers[..., None, :])

    def raw(self) -> Pair:
        """R_zz = Σ v z zᵀ, (…, q, q)."""
        return self.unscaled()[..., 1:, 1:]

    def unscaled(self) -> Pair:
        """R, (…, q + 1, q + 1), in the columns' own units."""
        return self._with(np.zeros_like(self.exponents))

    def squares(self) -> Array:
        """Σ v z², (…, q)."""
        return np.asarray(np.diagonal(self.raw().hi, axis1=-2, axis2=-1))

    def noise(self) -> Array:
        """What rounding in the sums can leave of a column's centred square, relative to its square Σ v z², (…, q)."""
        if self.removed is None:
            return np.full_like(self.exponents, self.SUM_NOISE)
        squares = np.diagonal(self.products.hi, axis1=-2, axis2=-1)[..., 1:]
        return taken_out.noise(self.SUM_NOISE, squares, self.removed[..., 1:], squares)

    def off(self) -> Array:
        """The same in the column's own units, (…, q)."""
        taken = 0.0 if self.removed is None else self.removed[..., 1:]
        squares = np.maximum(np.diagonal(self.products.hi, axis1=-2, axis2=-1)[..., 1:], 0.0)
        return self.SUM_NOISE * (squares + 2 * taken) * self._powers() ** 2

    def weight_noise(self) -> Array:
        """The same of Σ v, (…)."""
        taken = 0.0 if self.removed is None else self.removed[..., 0]
        return taken_out.noise(self.SUM_NOISE, self.weight, np.asarray(taken), self.weight)

    def normalised(self) -> tuple[Paired, Array]:
        """The columns times 2^−e, so that no square of theirs leaves the floats, and e (…, q)."""
        return Paired(self.products, np.zeros_like(self.exponents), self.removed), self.exponents

    def merge(self, other: Paired) -> Paired:
        """The rows of both: the sum."""
        exponents = np.maximum(self.exponents, other.exponents)
        removed = taken_out.total(self._removed(exponents), other._removed(exponents))
        return Paired(self._with(exponents) + other._with(exponents), exponents, removed)

    def subtract(self, other: Paired) -> Paired:
        """The rows of this one without those of the other."""
        exponents = np.maximum(self.exponents, other.exponents)
        theirs = other._with(exponents)
        squares = np.maximum(np.diagonal(theirs.hi, axis1=-2, axis2=-1), 0.0)
        removed = taken_out.total(self._removed(exponents), other._removed(exponents), squares)
        return Paired(self._with(exponents) - theirs, exponents, removed)

    def pooled(self) -> Paired:
        """The rows of all states of the first axis: the sum."""
        exponents = self.exponents.max(axis=0)
        common = np.broadcast_to(exponents, self.exponents.shape)
        removed = self._removed(common)
        return Paired(summed(self._with(common)), exponents, None if removed is None else removed.sum(axis=0))

    def select(self, columns: Sequence[int]) -> Paired:
        """Some of the columns, in the order given."""
        picked = [0, *(column + 1 for column in columns)]
        removed = taken_out.picked(self.removed, columns)
        return Paired(self.products[..., picked, :][..., :, picked], self.exponents[..., list(columns)], removed)

    def transform(self, T: Array, offset: Array) -> Paired:
        """The columns z T + offset: with [1, z T + offset] = [1, z] M, the products are MᵀRM."""
        M = np.zeros((self.q + 1, T.shape[1] + 1))
        M[0, 0], M[0, 1:], M[1:, 1:] = 1.0, offset, T
        raw = self.unscaled()
        half = _times(raw, M)
        products = _times(half.swapped(), M)
        symmetric = (products + products.swapped()).scaled(np.asarray(0.5))
        removed = taken_out.mapped(self._removed(np.zeros_like(self.exponents)), T, offset)
        return Paired(symmetric, np.zeros((*self.exponents.shape[:-1], T.shape[1])), removed)

    def embed(self, positions: Sequence[int], q: int) -> Paired:
        """Column j at `positions[j]` of q columns, the others zero."""
        into, groups = np.array([0, *(position + 1 for position in positions)]), self.exponents.shape[:-1]
        products, exponents = Pair.zeros((*groups, q + 1, q + 1)), np.zeros((*groups, q))
        products[..., into[:, None], into] = self.products
        exponents[..., into[1:] - 1] = self.exponents
        return Paired(products, exponents, taken_out.placed(self.removed, positions, q))

    def lowered(self, origin: Array | None = None) -> Shifted:
        """The same rows in float64, about their mean, or another `origin` (…, q)."""
        raw = self.unscaled()
        origin = self.mean().value() if origin is None else origin
        sums, weight = raw[..., 0, 1:], raw[..., 0, 0]
        about = sums - weight[..., None] * origin
        cross = sums[..., :, None] * origin[..., None, :]
        square = weight[..., None, None] * (Pair.of(origin[..., :, None]) * origin[..., None, :])
        products = (raw[..., 1:, 1:] - (cross + cross.swapped())) + square
        removed = taken_out.mapped(self._removed(np.zeros_like(self.exponents)), np.eye(self.q), origin)
        if removed is not None:  # as much of it as leaves there the rounding that it has left here
            removed = removed * (self.SUM_NOISE / Shifted.SUM_NOISE)
        return Shifted(self.weight, origin, about.value(), products.value(), removed)

    def arrays(self) -> dict[str, Array]:
        """Its arrays by name: to stack, to take groups from, to save."""
        arrays = {"products": self.products.hi, "products_low": self.products.lo, "exponents": self.exponents}
        return arrays if self.removed is None else arrays | {"removed": self.removed}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Paired:
        """The body with these arrays; `ShapeError` if they do not fit each other."""
        hi, lo, e = (np.asarray(arrays[name], dtype=np.float64) for name in ("products", "products_low", "exponents"))
        removed = taken_out.read(arrays)
        if removed is not None and removed.shape != (*e.shape[:-1], e.shape[-1] + 1):
            raise ShapeError("the record's products, and those of the rows taken out of them, do not fit each other")
        if hi.shape != lo.shape or hi.shape != (*e.shape[:-1], e.shape[-1] + 1, e.shape[-1] + 1):
            raise ShapeError("the record's products and exponents do not fit each other")
        return cls(Pair(hi, lo), e, removed)

    def _nonzero_weight(self) -> Pair:
        weight = self.products[..., 0, 0]
        return Pair(np.where(weight.hi > 0, weight.hi, 1.0), weight.lo)

    def _powers(self) -> Array:
        return np.ldexp(1.0, self.exponents.astype(np.int64))

    def _removed(self, exponents: Array) -> Removed:
        """What was taken out, in units of other exponents."""
        return taken_out.scaled(self.removed, np.ldexp(1.0, (self.exponents - exponents).astype(np.int64)))

    def _with(self, exponents: Array) -> Pair:
        """The products in units of other exponents."""
        moved = self.exponents - exponents
        if not moved.any():
            return self.products
        powers = np.concatenate([np.ones((*moved.shape[:-1], 1)), np.ldexp(1.0, moved.astype(np.int64))], axis=-1)
        return self.products.scaled(powers[..., :, None]).scaled(powers[..., None, :])


def _times(left: Pair, right: Array) -> Pair:
    """left (…, a, b) @ right (b, c), of which most may be zeros, in double-double: `left` column by column."""
    total = Pair.zeros((*left.shape[:-1], right.shape[1]))
    for k in range(right.shape[0]):
        if len(used := np.flatnonzero(right[k])):
            total[..., used] = total[..., used] + left[..., :, k, None] * right[k, used]
    return total


def exponents_of(size: Array) -> Array:
    """e for columns of these sizes, (q,): zero, or the exponent of a size beyond 2^±200."""
    _, exponents = np.frexp(size)
    return np.where(np.abs(exponents) > _LARGEST, np.clip(exponents, -900, 900), 0).astype(np.float64)


def _less_outer(A: Pair, u: Pair, v: Pair) -> Pair:
    """A − u vᵀ, (…, q, q), some rows at a time: the arrays that a sum of pairs makes are to stay in the caches."""
    q = A.hi.shape[-1]
    height = max(_CELLS // max(A.hi[..., 0, :].size, 1), 1)
    less = Pair.zeros(A.hi.shape)
    for start in range(0, q, height):
        rows = slice(start, start + height)
        less[..., rows, :] = A[..., rows, :] - u[..., rows, None] * v[..., None, :]
    return less


def _mirrored(A: Pair) -> Pair:
    """What stands on and above the diagonal of A (…, q, q), below it too."""
    return Pair(*(np.triu(half) + np.swapaxes(np.triu(half, 1), -1, -2) for half in (A.hi, A.lo)))
