"""`Moments`: counts, sums and cross-products of the columns [x₁ … x_p, y], which merge.

    state of all rows = state of these rows + state of those rows

Everything a linear regression asks of its rows is asked of this state instead. The arrays may carry leading group
axes, (…): a stack of states (folds, groups, clusters) is one `Moments`, and every operation here is written on the
trailing axes, so that it holds for a stack as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments.kernels import shifted_sums
from slopewise.moments.rows import WeightedRows
from slopewise.typing import Array, ArrayLike, IntArray, Precision


@dataclass(frozen=True, eq=False)
class Moments:
    """The mergeable state of q = p + 1 columns z = [x₁ … x_p, y], the target last.

    With row weights v (analytic) and f (frequency), about an origin o that is one float64 per column:

    | field        | shape     | meaning                                                       |
    |--------------|-----------|---------------------------------------------------------------|
    | `rows`       | (…)       | Σ f, rows counted (those of weight zero are not)              |
    | `weight`     | (…)       | Σ f·v                                                         |
    | `log_weight` | (…)       | Σ f·log v, which the likelihood of weighted rows needs        |
    | `origin`     | (…, q)    | o                                                             |
    | `sums`       | (…, q)    | Σ f·v·(z − o)                                                 |
    | `products`   | (…, q, q) | Σ f·v·(z − o)(z − o)ᵀ                                         |

    Sums about an origin near the data keep the digits that sums about zero lose (Chan, Golub & LeVeque 1983,
    *The American Statistician* 37(3), eq. 1.3). Read `mean` and `centred`, which do not depend on the origin.

    >>> early = Moments.of([[1.0], [2.0]], [300.0, 500.0])
    >>> late = Moments.of([[4.0]], [880.0])
    >>> (early + late).mean.tolist()
    [2.333333333333333, 560.0]
    """

    rows: IntArray
    weight: Array
    log_weight: Array
    origin: Array
    sums: Array
    products: Array
    precision: Precision = "double"

    @classmethod
    def of(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        frequency: ArrayLike | None = None,
        precision: Precision = "auto",
        threads: int | None = None,
    ) -> Moments:
        """The state of the rows of `X` (m, p) and `y` (m,), read once.

        `weights` (m,) are analytic weights, as in R's `lm`; `frequency` (m,) counts copies of a row. float32 is
        widened before anything is computed. `precision` is "double" (float64 sums), which "auto" chooses too.
        Raises `ShapeError`, `ColumnTypeError`, `NotFinite` (missing values included) or `ArgumentError`.

        >>> Moments.of([1.0, 2.0], [300.0, 500.0]).centred.tolist()
        [[0.5, 100.0], [100.0, 20000.0]]
        """
        check_precision(precision)
        given = WeightedRows.of(X, y, weights, frequency)
        origin = given.origin()
        sums, products = shifted_sums(given.X, given.y, given.weights, origin, threads=threads)
        if not np.isfinite(products).all():
            raise given.refuse()
        rows = np.asarray(given.rows, dtype=np.int64)
        return cls(rows, np.asarray(given.weight), np.asarray(given.log_weight), origin, sums, products)

    @classmethod
    def empty(cls, columns: int, *, precision: Precision = "auto") -> Moments:
        """The state of no rows with `columns` = p + 1 columns: the identity of `merge`.

        >>> (Moments.empty(2) + Moments.of([1.0, 2.0], [300.0, 500.0])).mean.tolist()
        [1.5, 400.0]
        """
        if columns < 1:
            raise ArgumentError(f"a state has at least one column, the target; {columns} were asked for")
        check_precision(precision)
        zeros = np.zeros(columns)
        return cls(np.asarray(0), np.asarray(0.0), np.asarray(0.0), zeros, zeros.copy(), np.zeros((columns, columns)))

    @classmethod
    def stack(cls, states: Sequence[Moments]) -> Moments:
        """Several states of the same columns along a new first axis; `stacked[k]` is the k-th again.

        >>> folds = Moments.stack([Moments.of([1.0], [2.0]), Moments.of([3.0], [4.0])])
        >>> folds.mean.tolist(), folds.pool().mean.tolist()
        ([[1.0, 2.0], [3.0, 4.0]], [2.0, 3.0])
        """
        if len({state.products.shape for state in states}) != 1:
            raise ShapeError(f"states to stack must have the same columns; these have {[s.q for s in states]}")
        stacked = {name: np.stack([getattr(state, name) for state in states]) for name in _ARRAYS}
        return cls(**stacked, precision=states[0].precision)

    @property
    def q(self) -> int:
        """The number of columns, the target included."""
        return int(self.sums.shape[-1])

    @property
    def p(self) -> int:
        """The number of features."""
        return self.q - 1

    @property
    def mean(self) -> Array:
        """Weighted means z̄ = Σ v z / Σ v, (…, q), in the columns' units; 0 where there are no rows."""
        some = (self.weight > 0)[..., None]
        return np.where(some, self.origin + self.sums / _nonzero(self.weight)[..., None], 0.0)

    @property
    def centred(self) -> Array:
        """Cross-products about the mean, Σ v (z − z̄)(z − z̄)ᵀ, (…, q, q); a constant column has exact zeros."""
        correction = (self.sums / _nonzero(self.weight)[..., None])[..., :, None] * self.sums[..., None, :]
        return self.products - (correction + np.swapaxes(correction, -1, -2)) / 2  # symmetric to the bit

    @property
    def raw(self) -> Array:
        """Cross-products about zero, Σ v z zᵀ, (…, q, q): what a model without an intercept is solved from."""
        mean = self.mean
        return self.centred + self.weight[..., None, None] * (mean[..., :, None] * mean[..., None, :])

    def add(
        self, X: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None, frequency: ArrayLike | None = None
    ) -> Moments:
        """This state and further rows, as `merge` with `Moments.of` of them.

        >>> Moments.empty(2).add([1.0, 2.0], [300.0, 500.0]).add([4.0], [880.0]).rows.item()
        3
        """
        return self.merge(Moments.of(X, y, weights=weights, frequency=frequency, precision=self.precision))

    def merge(self, other: Moments) -> Moments:
        """The state of the rows of both; also spelled `+`. Associative and commutative up to rounding.

        Both are moved to the origin of the one with more rows: with d = o' − o,

            Σ v (z − o) = s' + W' d        Σ v (z − o)(z − o)ᵀ = P' + s' dᵀ + d s'ᵀ + W' d dᵀ
        """
        if self.q != other.q:
            raise ShapeError(f"a state of {self.q} columns cannot merge with one of {other.q}")
        origin = np.where((self.rows >= other.rows)[..., None], self.origin, other.origin)
        own, theirs = self._about(origin), other._about(origin)
        return Moments(
            self.rows + other.rows,
            self.weight + other.weight,
            self.log_weight + other.log_weight,
            origin,
            own[0] + theirs[0],
            own[1] + theirs[1],
            self.precision,
        )

    __add__ = merge

    def select(self, columns: Sequence[int]) -> Moments:
        """The state of some of the columns, in the order given; the last one named is the target.

        >>> both = Moments.of([[1.0, 7.0], [2.0, 9.0]], [300.0, 500.0])
        >>> both.select([1, 2]).mean.tolist()
        [8.0, 400.0]
        """
        picked = [int(column) for column in columns]
        if not picked or min(picked) < 0 or max(picked) >= self.q:
            raise ArgumentError(f"columns {list(columns)} do not all lie in 0 … {self.q - 1}")
        products = self.products[..., picked, :][..., :, picked]
        return self._with(self.origin[..., picked], self.sums[..., picked], products)

    def transform(self, T: ArrayLike, offset: ArrayLike | None = None) -> Moments:
        """The state of the columns z' = z T + offset, for `T` (q, r) and `offset` (r,): no row is read again.

        Codings, contrasts, centring and changes of unit are such maps.

        >>> metres = Moments.of([100.0, 200.0], [1.0, 2.0]).transform([[0.01, 0.0], [0.0, 1.0]])
        >>> metres.mean.tolist()
        [1.5, 1.5]
        """
        matrix = np.asarray(T, dtype=np.float64)
        if matrix.ndim != 2 or matrix.shape[0] != self.q:
            raise ShapeError(f"T has shape {matrix.shape}; for a state of {self.q} columns it must be ({self.q}, r)")
        moved = np.zeros(matrix.shape[1]) if offset is None else np.asarray(offset, dtype=np.float64)
        if moved.shape != (matrix.shape[1],):
            raise ShapeError(f"offset has shape {moved.shape}; T makes {matrix.shape[1]} columns")
        return self._with(self.origin @ matrix + moved, self.sums @ matrix, matrix.T @ self.products @ matrix)

    def embed(self, positions: Sequence[int], columns: int) -> Moments:
        """The same rows in a wider state of `columns` columns: column j goes to `positions[j]`, the others are zero.

        >>> Moments.of([1.0, 2.0], [300.0, 500.0]).embed([1, 2], 3).mean.tolist()
        [0.0, 1.5, 400.0]
        """
        into = np.asarray(positions, dtype=np.intp)
        groups = self.sums.shape[:-1]
        origin, sums = np.zeros((*groups, columns)), np.zeros((*groups, columns))
        products = np.zeros((*groups, columns, columns))
        origin[..., into], sums[..., into] = self.origin, self.sums
        products[..., into[:, None], into] = self.products
        return self._with(origin, sums, products)

    def pool(self) -> Moments:
        """The groups of the first axis merged into one, pairwise, so that rounding grows with log₂ of their number."""
        state = self
        while len(state.rows) > 1:
            even, odd = state[: len(state.rows) // 2 * 2 : 2], state[1::2]
            rest = state[len(state.rows) // 2 * 2 :]
            merged = even.merge(odd)
            state = Moments(
                **{name: np.concatenate([getattr(merged, name), getattr(rest, name)]) for name in _ARRAYS},
                precision=self.precision,
            )
        return state[0]

    def __getitem__(self, group: int | slice | Array) -> Moments:
        if not self.rows.ndim:
            raise TypeError("this is one state, not a stack of them; Moments.stack makes a stack")
        return Moments(**{name: np.asarray(getattr(self, name)[group]) for name in _ARRAYS}, precision=self.precision)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        same = all(np.array_equal(getattr(self, name), getattr(other, name)) for name in _ARRAYS)
        return same and self.precision == other.precision

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """The state as plain numbers and lists, for JSON; `from_dict` gives the same bits back."""
        return {"precision": self.precision} | {name: getattr(self, name).tolist() for name in _ARRAYS}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Moments:
        """The state that `to_dict` wrote."""
        arrays: dict[str, Any] = {name: np.asarray(record[name], dtype=np.float64) for name in _ARRAYS}
        arrays["rows"] = np.asarray(record["rows"], dtype=np.int64)
        q = arrays["sums"].shape[-1]
        if arrays["products"].shape[-2:] != (q, q) or arrays["origin"].shape[-1] != q:
            raise ShapeError("the record's sums, origin and products do not fit each other")
        check_precision(record["precision"])
        return cls(**arrays, precision=record["precision"])

    def _about(self, origin: Array) -> tuple[Array, Array]:
        d = np.where((self.rows > 0)[..., None], self.origin - origin, 0.0)
        cross = self.sums[..., :, None] * d[..., None, :]
        shifted = self.weight[..., None, None] * (d[..., :, None] * d[..., None, :])
        products = self.products + (cross + np.swapaxes(cross, -1, -2)) + shifted
        return self.sums + self.weight[..., None] * d, products

    def _with(self, origin: Array, sums: Array, products: Array) -> Moments:
        return Moments(self.rows, self.weight, self.log_weight, origin, sums, products, self.precision)


_ARRAYS = tuple(field.name for field in fields(Moments) if field.name != "precision")


def check_precision(precision: str) -> None:
    """Refuse a precision that the moments do not have, by name."""
    if precision not in ("auto", "double"):
        raise ArgumentError(f"precision={precision!r} is not one of 'auto' and 'double'")


def _nonzero(weight: Array) -> Array:
    return np.where(weight > 0, weight, 1.0)
