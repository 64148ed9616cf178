"""Tables: sums over cells as each precision keeps them, and what merging and mapping do to them.

    S[cell, a, b] = Σ v l_a r_b over the rows of the cell

A cell is a level of one grouping, or, on two axes, a pair of levels of two. `PairedTable` belongs to double-double
states, and to those in float64, for sums over cells cost little; `IntegralTable` to exact ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from slopewise.errors import ShapeError
from slopewise.moments.integral import integers, nearest_pairs
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.removed import read, total
from slopewise.typing import AnyArray, Array, IntArray

_PIECE = 2**14  # sums added at once: the dozen arrays of an addition stay in the second cache


@dataclass(frozen=True, eq=False)
class PairedTable:
    """`sums` (…cells, A, B) as pairs, of l·2^−left and r·2^−right: `left` (A,), `right` (B,), zero unless extreme.

    `removed` (…cells, A): the squares Σ v l² of rows taken out of a table whose columns r end with l; see
    `slopewise.moments.removed`.
    """

    sums: Pair
    left: Array
    right: Array
    removed: Array | None = None

    @classmethod
    def empty(cls, axes: int, A: int, B: int) -> PairedTable:
        """No cells, on `axes` axes."""
        return cls(Pair.zeros((*[0] * axes, A, B)), np.zeros(A), np.zeros(B))

    def merge(self, other: PairedTable) -> PairedTable:
        """The rows of both, in the same cells: the sum."""
        left, right = np.maximum(self.left, other.left), np.maximum(self.right, other.right)
        removed = total(self._removed(left), other._removed(left))
        return PairedTable(_added(self.about(left, right), other.about(left, right)), left, right, removed)

    def subtract(self, other: PairedTable) -> PairedTable:
        """The rows of this one without those of the other, in the same cells."""
        left, right = np.maximum(self.left, other.left), np.maximum(self.right, other.right)
        theirs = other.about(left, right)
        squares = np.maximum(PairedTable(theirs, left, right).squares(), 0.0) if theirs.hi.ndim == 3 else None
        removed = total(self._removed(left), other._removed(left), squares)
        return PairedTable(self.about(left, right) - theirs, left, right, removed)

    def squares(self) -> Array:
        """Σ v l² by cell, (L, A), in the units of `left`, of a table whose columns r end with l."""
        return _squares(self.sums.hi)

    def noise(self) -> Array:
        """What rounding can leave of these squares, (L, A), in the same units."""
        removed = 0.0 if self.removed is None else self.removed
        return Paired.SUM_NOISE * (np.maximum(self.squares(), 0.0) + 2 * removed)

    def widened(self, places: Sequence[IntArray], counts: Sequence[int]) -> PairedTable:
        """The cells at their `places` among `counts` of them, by axis; the others have no rows."""
        sums = Pair.zeros((*counts, len(self.left), len(self.right)))
        sums[np.ix_(*places)] = self.sums
        removed = None
        if self.removed is not None:
            removed = np.zeros((*counts, len(self.left)))
            removed[np.ix_(*places)] = self.removed
        return PairedTable(sums, self.left, self.right, removed)

    def mapped(self, L: Pair, R: Pair) -> PairedTable:
        """Of the columns l L and r R instead of l and r."""
        sums = _contracted(self.about(np.zeros_like(self.left), np.zeros_like(self.right)), R)
        ours = self._removed(np.zeros_like(self.left))
        removed = None if ours is None else (np.sqrt(ours) @ np.abs(L.hi)) ** 2
        zeros = np.zeros(L.shape[1]), np.zeros(R.shape[1])
        return PairedTable(_contracted(sums.swapped(), L).swapped(), *zeros, removed)

    def about(self, left: Array, right: Array) -> Pair:
        """The sums in units of other powers of two."""
        moved = (self.left - left)[:, None] + (self.right - right)
        return self.sums.scaled(np.ldexp(1.0, moved.astype(np.int64))) if moved.any() else self.sums

    def lowered(self) -> PairedTable:
        """Itself: states in float64 keep such tables, too."""
        return self

    def arrays(self) -> dict[str, Array]:
        """Its arrays by name, to save."""
        arrays = {"sums": self.sums.hi, "sums_low": self.sums.lo, "left": self.left, "right": self.right}
        return arrays if self.removed is None else arrays | {"removed": self.removed}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], shape: Sequence[int]) -> PairedTable:
        """The table with these arrays; `ShapeError` if they are not of that shape."""
        hi, lo, left, right = (
            np.asarray(arrays[name], dtype=np.float64) for name in ("sums", "sums_low", "left", "right")
        )
        if hi.size == lo.size == 0 == int(np.prod(shape)):
            hi, lo = np.zeros(shape), np.zeros(shape)
        if hi.shape != tuple(shape) or lo.shape != hi.shape or (*left.shape, *right.shape) != hi.shape[-2:]:
            raise ShapeError("the record's sums over cells do not fit its columns")
        if (removed := read(arrays)) is not None and removed.shape != hi.shape[:-1]:
            raise ShapeError("the record's sums over cells, and what was taken out of them, do not fit each other")
        return cls(Pair(hi, lo), left, right, removed)

    def _removed(self, left: Array) -> Array | None:
        """What was taken out, in units of other powers of two."""
        return None if self.removed is None else self.removed * np.ldexp(1.0, 2 * (self.left - left).astype(np.int64))


@dataclass(frozen=True, eq=False)
class IntegralTable:
    """`sums` (…cells, A, B), Python integers, times 2^exponent."""

    sums: AnyArray
    exponent: int

    @classmethod
    def empty(cls, axes: int, A: int, B: int) -> IntegralTable:
        """No cells, on `axes` axes."""
        return cls(np.zeros((*[0] * axes, A, B), dtype=object), 0)

    def merge(self, other: IntegralTable) -> IntegralTable:
        """The rows of both, in the same cells: the sum."""
        exponent = min(self.exponent, other.exponent)
        return IntegralTable(self.about(exponent) + other.about(exponent), exponent)

    def subtract(self, other: IntegralTable) -> IntegralTable:
        """The rows of this one without those of the other, in the same cells."""
        exponent = min(self.exponent, other.exponent)
        return IntegralTable(self.about(exponent) - other.about(exponent), exponent)

    def squares(self) -> Array:
        """Σ v l² by cell, (L, A), of a table whose columns r end with l, as their signs."""
        return np.sign(_squares(self.sums)).astype(np.float64)

    def noise(self) -> Array:
        """What rounding can leave of these squares: nothing."""
        return np.zeros(self.sums.shape[:-1])

    def widened(self, places: Sequence[IntArray], counts: Sequence[int]) -> IntegralTable:
        """The cells at their `places` among `counts` of them, by axis; the others have no rows."""
        sums = np.zeros((*counts, *self.sums.shape[-2:]), dtype=object)
        sums[np.ix_(*places)] = self.sums
        return IntegralTable(sums, self.exponent)

    def mapped(self, L: Pair, R: Pair) -> IntegralTable:
        """Of the columns l L and r R instead of l and r."""
        (left, e), (right, f) = _whole(L), _whole(R)
        sums = np.swapaxes(np.swapaxes(self.sums @ right, -1, -2) @ left, -1, -2)
        return IntegralTable(sums, self.exponent + e + f)

    def about(self, exponent: int) -> AnyArray:
        """The sums in units of 2 to a smaller exponent."""
        return self.sums << (self.exponent - exponent)

    def lowered(self) -> PairedTable:
        """The nearest pairs."""
        A, B = self.sums.shape[-2:]
        return PairedTable(nearest_pairs(self.sums, 1, self.exponent), np.zeros(A), np.zeros(B))

    def arrays(self) -> dict[str, AnyArray]:
        """Its arrays by name, to save."""
        return {"sums": self.sums, "exponent": np.asarray(self.exponent)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], shape: Sequence[int]) -> IntegralTable:
        """The table with these arrays; `ShapeError` if they are not of that shape or not whole numbers."""
        sums, exponent = np.asarray(arrays["sums"], dtype=object), arrays["exponent"]
        if not sums.size and not np.prod(shape):
            sums = np.zeros(shape, dtype=object)
        whole = type(exponent) is int and all(type(n) is int for n in sums.ravel())
        if sums.shape != tuple(shape) or not whole:
            raise ShapeError("the record's sums over cells do not fit its columns, or are not whole numbers")
        return cls(sums, exponent)


Table: TypeAlias = PairedTable | IntegralTable


def merged(one: Table, other: Table) -> Table:
    """The rows of both; of unequal precision, the exact one is lowered first."""
    if isinstance(one, IntegralTable) and isinstance(other, IntegralTable):
        return one.merge(other)
    return one.lowered().merge(other.lowered())


def subtracted(one: Table, other: Table) -> Table:
    """The rows of the one without those of the other; of unequal precision, the exact one is lowered first."""
    if isinstance(one, IntegralTable) and isinstance(other, IntegralTable):
        return one.subtract(other)
    return one.lowered().subtract(other.lowered())


def _squares(sums: AnyArray) -> AnyArray:
    """(L, A) of sums (L, A, B): those of each l with itself, among the last of r."""
    A = sums.shape[-2]
    return np.diagonal(sums[..., sums.shape[-1] - A :], axis1=-2, axis2=-1)


def _added(one: Pair, other: Pair) -> Pair:
    """one + other, a piece at a time."""
    if one.hi.size <= _PIECE:
        return one + other
    total = Pair(np.empty(one.shape), np.empty(one.shape))
    flat, ours, theirs = (Pair(pair.hi.reshape(-1), pair.lo.reshape(-1)) for pair in (total, one, other))
    for start in range(0, one.hi.size, _PIECE):
        piece = slice(start, start + _PIECE)
        flat[piece] = ours[piece] + theirs[piece]
    return total


def _contracted(sums: Pair, T: Pair) -> Pair:
    """sums (…, B) @ T (B, C) in double-double."""
    total = Pair.zeros((*sums.shape[:-1], T.shape[1]))
    for b in range(T.shape[0]):
        used = np.flatnonzero(T.hi[b])
        total[..., used] = total[..., used] + sums[..., b, None] * T[b, used]
    return total


def _whole(T: Pair) -> tuple[AnyArray, int]:
    """N, Python integers, and e with T = N·2^e."""
    (high, e), (low, f) = integers(T.hi), integers(T.lo)
    unit = min(e, f)
    return (high << (e - unit)) + (low << (f - unit)), unit
