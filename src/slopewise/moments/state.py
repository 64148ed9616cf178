"""`Moments`: counts, sums and cross-products of the columns [x₁ … x_p, y], which merge.

    state of all rows = state of these rows + state of those rows

Everything a linear regression asks of its rows is asked of this state instead. How the sums are kept is the body's
affair: `Shifted` in float64, `Paired` in double-double, `Integral` exactly. The arrays may carry leading group
axes, (…): a stack of states (folds, groups, clusters) is one `Moments`, and every operation here is written on the
trailing axes, so that it holds for a stack as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from slopewise.choices import Precision
from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments.bodies import BODIES, Body, merged, subtracted
from slopewise.moments.paired import Paired
from slopewise.moments.rows import WeightedRows
from slopewise.moments.subtraction import check_left
from slopewise.room import check_room
from slopewise.typing import Array, ArrayLike, IntArray

IN_CACHE = 2**17
"""Numbers of a stack that are pooled at a time: larger pieces do not stay in the cache."""


@dataclass(frozen=True, eq=False)
class Moments:
    """The mergeable state of q = p + 1 columns z = [x₁ … x_p, y], the target last.

    With row weights v (analytic) and f (frequency):

    | field        | shape  | meaning                                                                      |
    |--------------|--------|------------------------------------------------------------------------------|
    | `rows`       | (…)    | Σ f, rows counted (those of weight zero are not)                             |
    | `log_weight` | (…)    | Σ f·log v, which the likelihood of weighted rows needs                       |
    | `rounding`   | (…, q) | the relative rounding of a column's values: 2⁻⁵³, 2⁻²⁴ (float32), 0 (whole)  |
    | `body`       |        | Σ f·v, Σ f·v·z and Σ f·v·z zᵀ, as the precision keeps them                   |

    Read `weight`, `mean` and `centred`, which do not depend on the body.
    Source: Chan, Golub & LeVeque (1983), The American Statistician 37(3), 242–247.

    >>> early = Moments.of([[1.0], [2.0]], [300.0, 500.0])
    >>> late = Moments.of([[4.0]], [880.0])
    >>> (early + late).mean.tolist()
    [2.3333333333333335, 560.0]
    """

    rows: IntArray
    log_weight: Array
    rounding: Array
    body: Body

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
        widened before anything is computed. `precision`: "double" keeps float64 sums, "double-double" sums of about 31
        digits, "exact" sums of integers, the same to the bit however the rows were cut or shuffled; "auto" is
        double-double wherever that takes less than about a second, and double beyond.
        Raises `ShapeError`, `ColumnTypeError`, `NotFinite` (missing values included) or `ArgumentError`.

        >>> Moments.of([1.0, 2.0], [300.0, 500.0]).centred.tolist()
        [[0.5, 100.0], [100.0, 20000.0]]
        """
        check_precision(precision)
        return cls.of_rows(WeightedRows.of(X, y, weights, frequency, threads), precision, threads)

    @classmethod
    def of_rows(cls, given: WeightedRows, precision: Precision = "auto", threads: int | None = None) -> Moments:
        """As `of`, of rows that are checked already.

        >>> Moments.of_rows(WeightedRows.of([1.0, 2.0], [300.0, 500.0], None, None)).mean.tolist()
        [1.5, 400.0]
        """
        chosen = given.affordable() if precision == "auto" else precision
        check_room(given.p, 1, "X")
        body, whole = BODIES[chosen].of(given, threads)
        if not given.rows:
            return cls.empty(given.p + 1, precision=chosen)
        if not body.finite:
            raise given.refuse()
        if given.extreme().any():
            with np.errstate(over="ignore", under="ignore"):
                squares = np.diagonal(body.centred().value())
            if (given.extreme() & ~((squares > 0) & np.isfinite(squares))).any():
                raise given.refuse()
        rounding = np.where(whole, 0.0, given.rounding)
        return cls(np.asarray(given.rows, dtype=np.int64), np.asarray(given.log_weight), rounding, body)

    @classmethod
    def empty(cls, columns: int, *, precision: Precision = "auto") -> Moments:
        """The state of no rows with `columns` = p + 1 columns: the identity of `merge`, at any precision.

        Raises `ArgumentError` for no column, or a precision there is not.

        >>> (Moments.empty(2) + Moments.of([1.0, 2.0], [300.0, 500.0])).mean.tolist()
        [1.5, 400.0]
        """
        if columns < 1:
            raise ArgumentError(f"a state has at least one column, the target; {columns} were asked for")
        check_precision(precision)
        body = BODIES["double-double" if precision == "auto" else precision].empty(columns)
        return cls(np.asarray(0), np.asarray(0.0), np.zeros(columns), body)

    @classmethod
    def stack(cls, states: Sequence[Moments]) -> Moments:
        """Several states of the same columns along a new first axis; `stacked[k]` is the k-th again.

        Raises `ShapeError` for states of other columns or precision.

        >>> folds = Moments.stack([Moments.of([1.0], [2.0]), Moments.of([3.0], [4.0])])
        >>> folds.mean.tolist(), folds.pool().mean.tolist()
        ([[1.0, 2.0], [3.0, 4.0]], [2.0, 3.0])
        """
        if len({(state.q, state.precision) for state in states}) != 1:
            kinds = [(state.q, state.precision) for state in states]
            raise ShapeError(f"states to stack must have the same columns and precision; these have {kinds}")
        arrays = [state._arrays() for state in states]
        some = next((a["removed"] for a in arrays if "removed" in a), None)
        if some is not None:
            arrays = [{"removed": np.zeros_like(some), **a} for a in arrays]
        return cls._from(states[0].precision, {name: np.stack([a[name] for a in arrays]) for name in arrays[0]})

    @property
    def precision(self) -> Precision:
        """How the sums are kept: "double", "double-double" or "exact"."""
        return next(name for name, body in BODIES.items() if isinstance(self.body, body))

    @property
    def q(self) -> int:
        """The number of columns, the target included."""
        return self.body.q

    @property
    def p(self) -> int:
        """The number of features."""
        return self.q - 1

    @property
    def weight(self) -> Array:
        """Σ f·v, (…)."""
        return self.body.weight

    @property
    def mean(self) -> Array:
        """Weighted means z̄ = Σ v z / Σ v, (…, q), in the columns' units; 0 where there are no rows."""
        return self.body.mean().value()

    @property
    def centred(self) -> Array:
        """Cross-products about the mean, Σ v (z − z̄)(z − z̄)ᵀ, (…, q, q); a constant column has exact zeros."""
        return self.body.centred().value()

    @property
    def raw(self) -> Array:
        """Cross-products about zero, Σ v z zᵀ, (…, q, q)."""
        return self.body.raw().value()

    def lengths(self) -> Array:
        """√Σ v z², (…, q): what the rounding of a column's values is relative to."""
        body, exponents = self.body.normalised()
        lengths: Array = np.ldexp(np.sqrt(np.maximum(body.squares(), 0.0)), exponents.astype(np.int64))
        return lengths

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

        Unequal precisions merge to the lower one, with a `PrecisionLost` warning. Raises `ShapeError` for other
        columns.
        """
        if self.q != other.q:
            raise ShapeError(f"a state of {self.q} columns cannot merge with one of {other.q}")
        if not other.rows.any() and not other.rows.ndim:
            return self
        if not self.rows.any() and not self.rows.ndim:
            return other
        return Moments(
            self.rows + other.rows,
            self.log_weight + other.log_weight,
            np.maximum(self.rounding, other.rounding),
            merged(self.body, other.body),
        )

    __add__ = merge

    def subtract(self, other: Moments) -> Moments:
        """The state of the rows of this one without those of the other; also spelled `-`.

        (a + b) − b is a, exactly in precision "exact", and up to the rounding of a + b otherwise: what was taken out
        stays in the noise of what is left, and so in the digits of any model of it. Where fewer than 12 digits are left
        in the sums of some column, a `PrecisionLost` warning names it. `rounding` stays what it was.
        Raises `ArgumentError` where the rows of the other were evidently not among those of this state, and
        `ShapeError` for a state of other columns.

        >>> early, late = Moments.of([1.0, 2.0], [300.0, 500.0]), Moments.of([4.0], [880.0])
        >>> (early + late - late).mean.tolist()
        [1.5, 400.0]
        """
        if self.q != other.q or self.rows.shape != other.rows.shape:
            raise ShapeError(f"a state of {other.q} columns cannot be taken from one of {self.q}, nor stacks of others")
        left = self.difference(other)
        check_left(left.rows, left.body, [f"column {j}" for j in range(self.q)])
        return left

    __sub__ = subtract

    def difference(self, other: Moments) -> Moments:
        """As `subtract`, but nothing is checked.

        >>> early, late = Moments.of([1.0, 2.0], [300.0, 500.0]), Moments.of([4.0], [880.0])
        >>> int((early + late).difference(late).rows)
        2
        """
        if not other.rows.any():
            return self
        rows = self.rows - other.rows
        body = subtracted(self.body, other.body)
        if not rows.ndim and not rows:
            return Moments.empty(self.q, precision=next(n for n, kind in BODIES.items() if isinstance(body, kind)))
        return Moments(rows, self.log_weight - other.log_weight, self.rounding, body)

    def select(self, columns: Sequence[int]) -> Moments:
        """The state of some of the columns, in the order given; the last one named is the target.

        Raises `ArgumentError` for a column that is not there.

        >>> both = Moments.of([[1.0, 7.0], [2.0, 9.0]], [300.0, 500.0])
        >>> both.select([1, 2]).mean.tolist()
        [8.0, 400.0]
        """
        picked = [int(column) for column in columns]
        if not picked or min(picked) < 0 or max(picked) >= self.q:
            raise ArgumentError(f"columns {list(columns)} do not all lie in 0 … {self.q - 1}")
        return replace(self, rounding=self.rounding[..., picked], body=self.body.select(picked))

    def transform(self, T: ArrayLike, offset: ArrayLike | None = None) -> Moments:
        """The state of the columns z' = z T + offset, for `T` (q, r) and `offset` (r,): no row is read again.

        Codings, contrasts, centring and changes of unit are such maps. Raises `ShapeError` for other shapes.

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
        rounding = np.max(self.rounding[..., None] * (matrix != 0), axis=-2, initial=0.0)
        return replace(self, rounding=rounding, body=self.body.transform(matrix, moved))

    def embed(self, positions: Sequence[int], columns: int) -> Moments:
        """The same rows in a wider state of `columns` columns: column j goes to `positions[j]`, the others are zero.

        >>> Moments.of([1.0, 2.0], [300.0, 500.0]).embed([1, 2], 3).mean.tolist()
        [0.0, 1.5, 400.0]
        """
        rounding = np.zeros((*self.rounding.shape[:-1], columns))
        rounding[..., list(positions)] = self.rounding
        return replace(self, rounding=rounding, body=self.body.embed(positions, columns))

    def pool(self) -> Moments:
        """The groups of the first axis merged into one, pairwise, so that rounding grows with log₂ of their number."""
        if isinstance(self.body, Paired):
            log_weight, rounding = self.log_weight.sum(axis=0), self.rounding.max(axis=0)
            return Moments(self.rows.sum(axis=0), log_weight, rounding, self.body.pooled())
        step = max(2, IN_CACHE // (self.q + 1) ** 2)
        if len(self.rows) > step:
            parts = (self[start : start + step].pool() for start in range(0, len(self.rows), step))
            return Moments.stack(list(parts)).pool()
        state = self
        while len(state.rows) > 1:
            half = len(state.rows) // 2
            pairs, rest = state[: 2 * half : 2].merge(state[1 : 2 * half : 2])._arrays(), state[2 * half :]._arrays()
            state = self._from(self.precision, {name: np.concatenate([pairs[name], rest[name]]) for name in pairs})
        return state[0]

    def __getitem__(self, group: int | slice | Array) -> Moments:
        if not self.rows.ndim:
            raise TypeError("this is one state, not a stack of them; Moments.stack makes a stack")
        return self._from(self.precision, {name: array[group] for name, array in self._arrays().items()})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        ours, theirs = self._arrays(), other._arrays()
        return ours.keys() == theirs.keys() and all(np.array_equal(ours[name], theirs[name]) for name in ours)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """
        >>> Moments.of([1.0, 2.0], [300.0, 500.0])
        <Moments: 2 rows, 2 columns, double-double>
        >>> Moments.stack([Moments.of([1.0], [2.0]), Moments.of([3.0], [4.0])])
        <Moments: 2 states, 2 rows, 2 columns, double-double>
        """
        states = f"{self.rows.size:,} state{'s' * (self.rows.size != 1)}, " if self.rows.ndim else ""
        rows, q = int(self.rows.sum()), self.q
        size = f"{rows:,} row{'s' * (rows != 1)}, {q:,} column{'s' * (q != 1)}"
        return f"<{type(self).__name__}: {states}{size}, {self.precision}>"

    def record(self) -> dict[str, Any]:
        """The state as a precision and arrays by name; `from_dict` gives the same bits back."""
        return {"precision": self.precision} | self._arrays()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain numbers and lists, for JSON."""
        return {"precision": self.precision} | {name: array.tolist() for name, array in self._arrays().items()}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Moments:
        """The state that `record` or `to_dict` gave."""
        check_precision(record["precision"])
        return cls._from(record["precision"], record)

    def _arrays(self) -> dict[str, Any]:
        return {"rows": self.rows, "log_weight": self.log_weight, "rounding": self.rounding} | self.body.arrays()

    @classmethod
    def _from(cls, precision: Precision, arrays: Mapping[str, Any]) -> Moments:
        log_weight, rounding = (np.asarray(arrays[name], dtype=np.float64) for name in ("log_weight", "rounding"))
        return cls(np.asarray(arrays["rows"], np.int64), log_weight, rounding, BODIES[precision].from_arrays(arrays))


def check_precision(precision: str) -> None:
    """Refuse a precision that the moments do not have, by name."""
    if precision not in ("auto", *BODIES):
        raise ArgumentError(f"precision={precision!r} is not one of {', '.join(map(repr, ('auto', *BODIES)))}")
