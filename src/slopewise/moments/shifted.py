"""The float64 body of a state: sums about an origin near the data, which keep the digits that sums about zero lose.

Source: Chan, Golub & LeVeque (1983), *The American Statistician* 37(3), 242–247, eq. 1.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from slopewise.errors import ShapeError
from slopewise.moments import removed as taken_out
from slopewise.moments.kernels import shifted_sums, weighed_sums
from slopewise.moments.pair import Pair, two_sum
from slopewise.moments.removed import Removed
from slopewise.moments.rows import WeightedRows
from slopewise.typing import Array, BoolArray


@dataclass(frozen=True, eq=False)
class Shifted:
    """About an origin o, one exact float64 per column, over rows z of weight v; leading axes (…) are groups.

    `weight` (…): Σ v; `origin` (…, q): o; `sums` (…, q): Σ v (z − o); `products` (…, q, q): Σ v (z − o)(z − o)ᵀ;
    `removed`: see `slopewise.moments.removed`.
    """

    weight: Array
    origin: Array
    sums: Array
    products: Array
    removed: Removed = None

    SUM_NOISE: ClassVar[float] = 64 * 2.0**-53
    """What sums of products can be off by, relative to the lengths of the two centred columns."""

    @classmethod
    def of(cls, rows: WeightedRows, threads: int | None) -> tuple[Shifted, BoolArray]:
        """One pass of the float64 kernel; and which columns are known to be whole numbers: none, it does not look.

        Weights that wait to be looked at are looked at in the same pass.
        """
        origin, waiting = rows.origin(), rows.weighing.waiting
        if waiting is None:
            sums, products = shifted_sums(rows.X, rows.y, rows.weights, origin, threads=threads)
        else:
            sums, products, found = weighed_sums(rows.X, rows.y, waiting, origin, threads=threads)
            if found is not None:
                rows.weighing.settle(found)
        return cls(np.asarray(rows.weight), origin, sums, products), np.zeros(len(origin), dtype=np.bool_)

    @classmethod
    def empty(cls, q: int) -> Shifted:
        """No rows."""
        return cls(np.asarray(0.0), np.zeros(q), np.zeros(q), np.zeros((q, q)))

    @property
    def q(self) -> int:
        """The number of columns."""
        return int(self.sums.shape[-1])

    @property
    def finite(self) -> bool:
        """Whether every sum is."""
        return bool(np.isfinite(self.products).all())

    def mean(self) -> Pair:
        """z̄ = o + Σ v (z − o) / Σ v, (…, q); 0 where there are no rows."""
        some = (self.weight > 0)[..., None]
        drift = np.where(some, self.sums / _nonzero(self.weight)[..., None], 0.0)
        return Pair(*two_sum(np.where(some, self.origin, 0.0), drift))

    def centred(self) -> Pair:
        """Σ v (z − z̄)(z − z̄)ᵀ, (…, q, q), symmetric to the bit; a constant column has exact zeros."""
        correction = (self.sums / _nonzero(self.weight)[..., None])[..., :, None] * self.sums[..., None, :]
        products = self.products - (correction + np.swapaxes(correction, -1, -2)) / 2
        if self.removed is not None:
            varied = np.diagonal(products, axis1=-2, axis2=-1) > self.noise() * self.squares()
            products = products * (varied[..., :, None] & varied[..., None, :])
        return Pair(products, np.zeros_like(products))

    def raw(self) -> Pair:
        """Σ v z zᵀ, (…, q, q): W z̄ z̄ᵀ and the centred products; NaN for a mean whose square leaves the floats."""
        mean = self.mean()
        with np.errstate(over="ignore", invalid="ignore"):
            return (mean[..., :, None] * mean[..., None, :]) * self.weight[..., None, None] + self.centred()

    def squares(self) -> Array:
        """Σ v z² = W z̄² + Σ v (z − z̄)², (…, q)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.weight[..., None] * self.mean().hi ** 2 + self._centred_squares()

    def noise(self) -> Array:
        """What rounding in the sums can leave of a column's centred square, relative to its square Σ v z², (…, q)."""
        centred, raw = self._centred_squares(), self.squares()
        if self.removed is not None:
            return taken_out.noise(self.SUM_NOISE, centred, self.removed[..., 1:], raw)
        return self.SUM_NOISE * np.where(raw > 0, centred / np.where(raw > 0, raw, 1.0), 0.0)

    def off(self) -> Array:
        """What rounding in the sums can leave of a column's centred square, in its own units, (…, q)."""
        taken = 0.0 if self.removed is None else self.removed[..., 1:]
        found: Array = self.SUM_NOISE * (np.diagonal(self.products, axis1=-2, axis2=-1) + 2 * taken)
        return found

    def weight_noise(self) -> Array:
        """The same of Σ v, (…)."""
        taken = 0.0 if self.removed is None else self.removed[..., 0]
        return taken_out.noise(self.SUM_NOISE, self.weight, np.asarray(taken), self.weight)

    def _centred_squares(self) -> Array:
        diagonal = np.diagonal(self.products, axis1=-2, axis2=-1)
        return np.asarray(diagonal - self.sums / _nonzero(self.weight)[..., None] * self.sums)

    def normalised(self) -> tuple[Shifted, Array]:
        """The columns as they are, and zero powers of two."""
        return self, np.zeros_like(self.origin)

    def merge(self, other: Shifted) -> Shifted:
        """The rows of both, moved to the origin of the one with more weight: with d = o' − o,

        Σ v (z − o) = s' + W' d        Σ v (z − o)(z − o)ᵀ = P' + s' dᵀ + d s'ᵀ + W' d dᵀ
        """
        origin = np.where((self.weight >= other.weight)[..., None], self.origin, other.origin)
        (sums, products, taken), (more_sums, more_products, more_taken) = self._about(origin), other._about(origin)
        weight, both = self.weight + other.weight, taken_out.total(taken, more_taken)
        return Shifted(weight, origin, sums + more_sums, products + more_products, both)

    def subtract(self, other: Shifted) -> Shifted:
        """The rows of this one without those of the other, about the origin of this one."""
        sums, products, taken = other._about(self.origin)
        squares = np.concatenate([other.weight[..., None], np.diagonal(products, axis1=-2, axis2=-1)], axis=-1)
        all_taken = taken_out.total(self.removed, np.maximum(squares, 0.0), taken)
        return Shifted(self.weight - other.weight, self.origin, self.sums - sums, self.products - products, all_taken)

    def select(self, columns: Sequence[int]) -> Shifted:
        """Some of the columns, in the order given."""
        picked = list(columns)
        products = self.products[..., picked, :][..., :, picked]
        taken = taken_out.picked(self.removed, columns)
        return Shifted(self.weight, self.origin[..., picked], self.sums[..., picked], products, taken)

    def transform(self, T: Array, offset: Array) -> Shifted:
        """The columns z T + offset."""
        products = T.T @ self.products @ T
        symmetric = (products + np.swapaxes(products, -1, -2)) / 2
        return Shifted(
            self.weight, self.origin @ T + offset, self.sums @ T, symmetric, taken_out.mapped(self.removed, T)
        )

    def embed(self, positions: Sequence[int], q: int) -> Shifted:
        """Column j at `positions[j]` of q columns, the others zero."""
        into, groups = np.asarray(positions, dtype=np.intp), self.sums.shape[:-1]
        origin, sums, products = np.zeros((*groups, q)), np.zeros((*groups, q)), np.zeros((*groups, q, q))
        origin[..., into], sums[..., into] = self.origin, self.sums
        products[..., into[:, None], into] = self.products
        return Shifted(self.weight, origin, sums, products, taken_out.placed(self.removed, positions, q))

    def arrays(self) -> dict[str, Array]:
        """Its arrays by name: to stack, to take groups from, to save."""
        arrays = {"weight": self.weight, "origin": self.origin, "sums": self.sums, "products": self.products}
        return arrays if self.removed is None else arrays | {"removed": self.removed}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Shifted:
        """The body with these arrays; `ShapeError` if they do not fit each other."""
        names = ("weight", "origin", "sums", "products")
        weight, origin, sums, products = (np.asarray(arrays[name], dtype=np.float64) for name in names)
        taken = taken_out.read(arrays)
        body = cls(weight, origin, sums, products, taken)
        if taken is not None and taken.shape != (*body.sums.shape[:-1], body.q + 1):
            raise ShapeError("the record's sums, and those of the rows taken out of them, do not fit each other")
        if body.products.shape[-2:] != (body.q, body.q) or body.origin.shape != body.sums.shape:
            raise ShapeError("the record's sums, origin and products do not fit each other")
        return body

    def _about(self, origin: Array) -> tuple[Array, Array, Removed]:
        d = np.where((self.weight > 0)[..., None], self.origin - origin, 0.0)
        cross = self.sums[..., :, None] * d[..., None, :]
        shifted = self.weight[..., None, None] * (d[..., :, None] * d[..., None, :])
        products = self.products + (cross + np.swapaxes(cross, -1, -2)) + shifted
        return self.sums + self.weight[..., None] * d, products, taken_out.mapped(self.removed, np.eye(self.q), d)


def _nonzero(weight: Array) -> Array:
    return np.where(weight > 0, weight, 1.0)
