"""Cross-products without any rounding, from float64 matrix products: columns are cut into slices of 22 bits.

    z = Σ_s 2^s z⁽ˢ⁾,    z⁽ˢ⁾ whole, |z⁽ˢ⁾| ≤ 2²¹         Σ z zᵀ = Σ_s Σ_t 2^(s+t) Z⁽ˢ⁾ᵀ Z⁽ᵗ⁾

Over a block of 2,048 rows every sum of products of slices is a whole number of at most 2⁵³, which float64 holds: BLAS
makes no error, in whatever order it adds. Blocks are added as int64, slices put together as Python integers. A column
has as many slices as its values need, three to five as a rule. Source: Ozaki, Ogita, Oishi & Rump (2012), "Error-free
transformations of matrix multiplication by using fast routines of matrix multiplication", Numerical Algorithms 59(1).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from slopewise.moments.pair import two_product
from slopewise.moments.rows import WeightedRows, is_whole
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

STRETCH = 2**17
"""Rows summed as int64 before Python's integers take over: at most 2⁹ blocks, so no more than 2⁶²."""

_BITS = 22
_BLOCK = 2 ** (53 - 2 * (_BITS - 1))  # rows for which |z⁽ˢ⁾| ≤ 2²¹ keeps sums of products within 2⁵³
_BAND = 400  # binary orders of magnitude that products of two scaled columns may span without leaving float64
_SPAN, _SMALL = 64, 10_000  # see `_product`

Parts: TypeAlias = "Sequence[Array]"
"""A column (m,) as arrays whose sum it is."""

Scaled: TypeAlias = "tuple[Array, int]"
"""(values, e) stands for values · 2^e, the values within ±1."""


def exact_products(rows: WeightedRows, start: int = 0) -> tuple[AnyArray, int, BoolArray]:
    """R = Σ v z zᵀ, z = [1, x₁ … x_p, y], over `STRETCH` rows from `start` on, exactly.

    Returns N (q + 1, q + 1), Python integers, and e with R = N·2^e; and which columns hold whole numbers below
    2⁵³ only, (q,). Rows of weight zero add nothing. Raises `NotFinite`.

    >>> N, e, whole = exact_products(WeightedRows.of([0.5, 1.5], [1.0, 3.0], None, None))
    >>> (N * 2**e if e >= 0 else N // 2**-e).tolist(), whole.tolist()
    ([[2, 2, 4], [2, 2, 5], [4, 5, 10]], [False, True])
    """
    q = rows.p + 1
    left, right = Slices(q + 1), Slices(q + 1)
    total, whole = np.zeros((0, 0), dtype=np.int64), np.ones(q, dtype=np.bool_)
    for v, columns in _blocks(rows, start):
        whole &= [all(is_whole(part).all() for part in column) for column in columns]
        z = [[(np.ones(len(columns[-1][0])), 0)], *([s for part in column for s in scaled(part)] for column in columns)]
        A = left.cut(z)
        B = A if v is None else right.cut([_weighted(scaled(v), column) for column in z])
        if total.shape != (shape := (len(A), len(B))):
            total = np.pad(total, [(0, new - old) for new, old in zip(shape, total.shape, strict=True)])
        total += _product(A, B).astype(np.int64)
    half, e = left.joined(total)
    products, f = (left if rows.weights is None else right).joined(half.T)
    return products, e + f, whole


def exact_cell_sums(
    codes: IntArray, count: int, weights: Array | None, left: Sequence[Parts], right: Sequence[Parts]
) -> tuple[AnyArray, int]:
    """S (count, A, B): Σ v l_a r_b over the rows of each cell, exactly: N, Python integers, and e with S = N·2^e.

    Each slice of a product is summed over the rows of every cell by float64 additions, none of which rounds. `codes`
    (m,) are cells from 0 to `count` − 1; all values are finite.

    >>> N, e = exact_cell_sums(np.array([1, 0, 1]), 2, None, [[np.ones(3)]], [[np.array([0.5, 1.0, 2.0])]])
    >>> (N.ravel() * 2.0**e).tolist()
    [1.0, 2.5]
    """
    v = [] if weights is None else scaled(weights)
    ours = [_times(v, [s for part in parts for s in scaled(part)]) for parts in left]
    theirs = [[s for part in parts for s in scaled(part)] for parts in right]
    sums = [_summed(codes, count, _times(a, b)) for a, b in itertools.product(ours, theirs)]
    unit = min((e for _, e in sums), default=0)
    products = np.array([n << (e - unit) for n, e in sums], dtype=object).reshape(len(left), len(right), count)
    return products.transpose(2, 0, 1), unit


def _summed(codes: IntArray, count: int, column: Sequence[Scaled]) -> tuple[AnyArray, int]:
    """The sums of one column over the rows of each cell: N (count,) and e."""
    slices = Slices(1)
    total = np.zeros((0, count), dtype=np.int64)
    for first in range(0, len(codes), STRETCH):
        rows = slice(first, min(first + STRETCH, len(codes)))
        cut = slices.cut([[(values[rows], e) for values, e in column]])
        total = np.pad(total, [(0, len(cut) - len(total)), (0, 0)])
        total += [np.bincount(codes[rows], piece[: rows.stop - first], count).astype(np.int64) for piece in cut]
    joined, e = slices.joined(total)
    return joined[0], e


class Slices:
    """The slices that the columns of a table have needed so far, each a row of the matrices that `cut` returns."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.places: dict[tuple[int, int], int] = {}  # (column, exponent of the slice) → row
        self.grids: dict[int, int] = {}  # column → an exponent that its slices' are multiples of 22 away from

    def cut(self, columns: Sequence[Sequence[Scaled]]) -> Array:
        """The slices of columns that are sums of `Scaled` parts, (slices so far, n and some zeros), whole numbers."""
        pieces = [
            (self.places.setdefault((j, exponent), len(self.places)), piece)
            for j, parts in enumerate(columns)
            for values, e in parts
            for exponent, piece in self._pieces(j, values, e)
        ]
        n = len(columns[0][0][0])
        matrix = np.zeros((len(self.places), -(-n // _SPAN) * _SPAN))
        for place, piece in pieces:
            matrix[place, :n] += piece
        return matrix

    def joined(self, total: AnyArray) -> tuple[AnyArray, int]:
        """Σ_s 2^s of the rows (slices, k) that belong to a column: integers N (columns, k) and e, in units of 2^e."""
        unit = min((exponent for _, exponent in self.places), default=0)
        joined = np.zeros((self.columns, total.shape[1]), dtype=object)
        for (j, exponent), place in self.places.items():
            joined[j] += total[place].astype(object) << (exponent - unit)
        return joined, unit

    def _pieces(self, j: int, values: Array, e: int) -> Iterator[tuple[int, Array]]:
        """(s, z⁽ˢ⁾) from the leading slice down, until nothing is left of values·2^e.

        Adding and subtracting 1.5·2^(52+s) rounds to a multiple of 2^s, and what that leaves is a float64 again.
        """
        size = float(np.abs(values).max(initial=0.0))
        exponent = int(np.frexp(size)[1]) + e - (_BITS - 1)
        exponent += (self.grids.setdefault(j, exponent) - exponent) % _BITS if size else 0
        rest = values
        while rest.any():
            unit = 2.0 ** (exponent - e)
            large = 1.5 * 2.0**52 * unit
            high = (rest + large) - large
            yield exponent, high * (1 / unit)
            rest = rest - high
            exponent -= _BITS


def scaled(values: Array) -> list[Scaled]:
    """`values` as a sum of `Scaled` parts whose values span `_BAND` binary orders; one part, unless they span more.

    >>> [(part.tolist(), e) for part, e in scaled(np.array([3.0, 2.0**-500]))]
    [([0.75, 0.0], 2), ([0.0, 0.5], -499)]
    """
    parts: list[Scaled] = []
    size = np.abs(values)
    while not parts or size.any():
        e = int(np.frexp(size.max(initial=0.0))[1])
        inside = size >= np.ldexp(1.0, max(e - _BAND, -1074))
        parts.append((np.ldexp(np.where(inside, values, 0.0), -e), e))
        size = np.where(inside, 0.0, size)
    return parts


def _product(A: Array, B: Array) -> Array:
    """A Bᵀ. BLAS would set threads to work on small matrices, and wait longer for them than the product takes: those
    are multiplied 64 rows of the table at a time, which it does at once.
    """
    if len(A) * len(B) > _SMALL:
        return A @ B.T
    left, right = (matrix.reshape(len(matrix), -1, _SPAN) for matrix in (A, B))
    product: Array = (left.swapaxes(0, 1) @ right.transpose(1, 2, 0)).sum(axis=0)
    return product


def _weighted(weights: list[Scaled], column: Sequence[Scaled]) -> list[Scaled]:
    """v·z: products of parts, each with what rounding left."""
    return [(product, e + f) for v, e in weights for values, f in column for product in two_product(v, values)]


def _times(left: Sequence[Scaled], right: Sequence[Scaled]) -> list[Scaled]:
    """The product of two columns, its parts within the band again; as it stands where one of them is empty or ones."""
    for one, other in ((left, right), (right, left)):
        if not one or (len(one) == 1 and one[0][1] == 1 and (one[0][0] == 0.5).all()):
            return list(other)
    return [(part, e + f) for values, e in _weighted(list(left), right) for part, f in scaled(values)]


def _blocks(rows: WeightedRows, start: int) -> Iterator[tuple[Array | None, list[list[Array]]]]:
    """v and z block by block, rows of weight zero left out: each of the q columns a list of arrays whose sum it is."""
    paired = rows.X_low is not None or rows.y_low is not None
    # Slices of a sum of two parts are up to twice as large, and v z is a sum of two for each part of z.
    step = _BLOCK // (4 if paired else 1) // (1 if rows.weights is None else 2)
    stop = min(start + STRETCH, rows.m)
    for first in range(start, stop, step):
        part = slice(first, min(first + step, stop))
        v = None if rows.weights is None else rows.weights[part]
        used = np.ones(part.stop - first, dtype=np.bool_) if v is None else v > 0
        if not used.any():
            continue
        features, target = _parts(rows.X, rows.X_low, part, used), _parts(rows.y, rows.y_low, part, used)
        if not all(np.isfinite(values).all() for values in (*features, *target)):
            raise rows.refuse()
        columns = [[values[j] for values in features] for j in range(rows.p)]
        yield None if v is None else v[used], [*columns, target]


def _parts(high: AnyArray, low: Array | None, part: slice, used: BoolArray) -> list[Array]:
    """The rows wanted of one array, or of the two whose sum is meant; rows along the last axis."""
    given = [array[part] for array in (high, low) if array is not None]
    picked = given if used.all() else [array[used] for array in given]
    return [np.ascontiguousarray(array.T, dtype=np.float64) for array in picked]
