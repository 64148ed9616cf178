"""The double-double sums over cells of a large table, compiled: one pass over the rows, each added to its cell's sums.

A block of rows is packed so that LANES columns of a row are one register. A sum is three numbers, and the rounding
errors of each go nowhere but into the next,

    hi, r = two_sum(hi, p)        lo, s = two_sum(lo, r)        rest += s

for a product p; for e, what its own rounding left, the same from lo on. What `rest` loses is some 2⁻¹⁵⁹ of the sum a
row: no number of rows adds that up to anything. Tables of pairs of cells, which may have a million of them and one
column, are summed a column at a time, without lanes.

Importing this file imports Numba, so only `cell_sums` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments import vectors
from slopewise.moments.cells import Columns
from slopewise.moments.compiled import aligned, compiled, frozen, kept
from slopewise.moments.gathering import gather, places
from slopewise.moments.packing import COLUMNS, pack_panels
from slopewise.moments.pair import Pair, fast_two_sum
from slopewise.moments.pair import two_sum as paired_two_sum
from slopewise.moments.strips import Strips
from slopewise.moments.vectors import INTEGER, LANES, array_data, fma, fused, load, spread, store
from slopewise.typing import AnyArray, Array, IntArray

BLOCK = 128
"""Rows packed at a time: 16 columns of them are 16 KiB."""

NARROW = 2
"""Up to so many columns on the right are summed one at a time."""

_NONE = np.zeros((0, 0))


def cell_sums(codes: IntArray, count: int, left: Columns | None, right: Sequence[Columns]) -> Pair:
    """S (count, A, B): Σ l_a r_b over the rows of each cell. As `cell_sums.cell_sums`.

    >>> cell_sums(np.array([1, 0, 1]), 3, None, [Columns(np.array([[5.0, 7.0, 6.0]]))]).hi.ravel().tolist()
    [7.0, 11.0, 0.0]
    """
    rows = _frozen_codes(codes)
    first, rest = right[0], _beneath(right[1:])
    plain = left is None and first.low is None and rest.low is None
    factors = Columns(np.ones((1, len(codes)))) if left is None else left
    A, B = factors.k, first.k + rest.k
    if B <= NARROW:
        narrow = np.zeros((count, A, B, 3))
        _add_singly(rows, *_both(factors), *_both(_beneath(right)), narrow)
        return _settled(np.moveaxis(narrow, -1, 0))
    panels = -(-B // LANES)
    multipliers = (_frozen(_NONE), _frozen(_NONE)) if plain else _both(factors)
    sums = aligned(count, A, panels, 3, LANES)
    _accumulate(
        rows,
        *multipliers,
        *_halves(first),
        *_halves(rest),
        frozen(np.zeros(first.k)),
        aligned(2, panels, BLOCK, LANES),
        sums,
    )
    return _settled(np.moveaxis(sums, 3, 0).reshape(3, count, A, panels * LANES)[..., :B])


def strip_sums(codes: IntArray, count: int, table: Strips) -> Pair:
    """S (count, 1, q + 1): Σ z over the rows of each cell, to the bit as `cell_sums` of [z, 1] gives it, z the strips.

    >>> from slopewise.moments.strips import Strip
    >>> strip_sums(np.array([1, 0, 1]), 2, Strips((Strip.of(np.array([5, 7, 6])),))).hi.tolist()
    [[[7.0, 1.0]], [[11.0, 2.0]]]
    """
    q = len(table.columns)
    panels = -(-(q + 1) // LANES)
    sums = aligned(count, 1, panels, 3, LANES)
    space = aligned(panels * LANES, BLOCK), aligned(1, panels, BLOCK, LANES)
    _accumulate_strips(_frozen_codes(codes), *places(table), frozen(np.zeros(panels * LANES)), *space, sums)
    return _settled(np.moveaxis(sums, 3, 0).reshape(3, count, 1, panels * LANES)[..., : q + 1])


def _frozen_codes(codes: IntArray) -> IntArray:
    places = np.ascontiguousarray(codes, dtype=np.int64).view()
    places.flags.writeable = False
    return places


def _halves(columns: Columns) -> tuple[Array, Array]:
    """High and low, low empty if there is none."""
    return _frozen(columns.high), _frozen(_NONE if columns.low is None else columns.low)


def _both(columns: Columns) -> tuple[Array, Array]:
    """High and low, low zeros if there is none."""
    return _frozen(columns.high), _frozen(np.zeros(columns.high.shape) if columns.low is None else columns.low)


def _frozen(columns: AnyArray) -> Array:
    """Contiguous and read-only: Numba compiles anew for each kind of array it meets."""
    return frozen(np.ascontiguousarray(columns, dtype=np.float64))


def _beneath(parts: Sequence[Columns]) -> Columns:
    """Some columns beneath others; of none, no columns."""
    if len(parts) < 2:
        return parts[0] if parts else Columns(_NONE)
    lows = any(columns.low is not None for columns in parts)
    low = np.vstack([np.zeros_like(c.high) if c.low is None else c.low for c in parts]) if lows else None
    return Columns(np.vstack([columns.high for columns in parts]), low)


def _settled(parts: Array) -> Pair:
    """hi + lo + rest, (3, …), as pairs."""
    with np.errstate(invalid="ignore"):  # what is not finite is found by the caller
        high, low = paired_two_sum(parts[0], parts[1])
        return Pair(*fast_two_sum(high, low + parts[2]))


def _adder(*, products: bool) -> Callable[..., None]:
    """The micro-kernel that adds the LANES values at block[0, offset:] to the sums (3, LANES) at sums[place:].

    With `products` these are values plus those at block[1, offset:], times left[i] + left_low[i].
    """

    def terms(context: Any, builder: Any, signature: Any, arguments: Any) -> tuple[Any, ...]:
        """The addend, and with `products` what rounding left of it."""
        block, _, offset, _, *multiplier = arguments
        data = array_data(context, builder, signature, arguments, 0)
        z = load(builder, data, offset)
        if not products:
            return (z,)
        left, left_low = (array_data(context, builder, signature, arguments, n) for n in (4, 5))
        h, low = (spread(builder, builder.gep(factor, [multiplier[2]])) for factor in (left, left_low))
        half = cgutils.unpack_tuple(builder, context.make_array(signature.args[0])(context, builder, block).shape, 4)  # type: ignore[no-untyped-call]
        size = builder.mul(builder.mul(half[1], half[2]), half[3])
        z_low = load(builder, data, builder.add(offset, size))
        p = builder.fmul(h, z)
        e = fused(builder, h, z, builder.fneg(p))
        return p, fused(builder, low, z, fused(builder, h, z_low, e))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = array_data(context, builder, signature, arguments, 1)
        at = [builder.add(arguments[3], INTEGER(i * LANES)) for i in range(3)]
        hi, lo, rest = (load(builder, data, where) for where in at)
        addend, *beneath = terms(context, builder, signature, arguments)
        hi, r = vectors.two_sum(builder, hi, addend)
        for error in (r, *beneath):
            lo, s = vectors.two_sum(builder, lo, error)
            rest = builder.fadd(rest, s)
        for vector, where in zip((hi, lo, rest), at, strict=True):
            store(builder, vector, data, where)
        return context.get_dummy_value()

    def add(typing: Any, block: Any, sums: Any, offset: Any, place: Any) -> Any:
        return types.none(block, sums, types.intp, types.intp), emit

    def add_products(
        typing: Any, block: Any, sums: Any, offset: Any, place: Any, left: Any, left_low: Any, i: Any
    ) -> Any:
        return types.none(block, sums, types.intp, types.intp, left, left_low, types.intp), emit

    kernel: Callable[..., None] = intrinsic(add_products if products else add)
    return kernel


_add, _add_products = _adder(products=False), _adder(products=True)


@compiled
def _pack(columns: Array, first: int, last: int, start: int, block: Array) -> None:
    """The rows first … last of `columns` (k, m) into the lanes `start` … of a block (panels, BLOCK, LANES)."""
    for j in range(len(columns)):
        v, lane = divmod(start + j, LANES)
        for k in range(last - first):
            block[v, k, lane] = columns[j, first + k]


@kept
def _accumulate(
    codes: IntArray, left: Array, left_low: Array, top: Array, top_low: Array, bottom: Array, bottom_low: Array,
    origin: Array, block: Array, sums: Array,
) -> None:  # fmt: skip
    """Add all rows to `sums` (count, A, panels, 3, LANES): `top` and `bottom`, times `left` unless that is empty."""
    m, panels = len(codes), block.shape[1]
    for first in range(0, m, BLOCK):
        last = min(first + BLOCK, m)
        pack_panels(top.T, first, last - first, origin, COLUMNS, block[0])
        _pack(bottom, first, last, len(top), block[0])
        _pack(top_low, first, last, 0, block[1])
        _pack(bottom_low, first, last, len(top), block[1])
        for k in range(last - first):
            cell = codes[first + k]
            if len(left) == 0:
                for v in range(panels):
                    _add(block, sums, (v * BLOCK + k) * LANES, (cell * panels + v) * 3 * LANES)
            for a in range(len(left)):
                for v in range(panels):
                    place = ((cell * len(left) + a) * panels + v) * 3 * LANES
                    _add_products(block, sums, (v * BLOCK + k) * LANES, place, left, left_low, a * m + first + k)


@kept
def _accumulate_strips(
    codes: IntArray, starts: IntArray, addresses: IntArray, kinds: IntArray, origin: Array,
    columns: Array, block: Array, sums: Array,
) -> None:  # fmt: skip
    """Add all rows of the strips, and of a column of ones after them, to `sums` (count, 1, panels, 3, LANES)."""
    m, panels = len(codes), block.shape[1]
    columns[len(kinds)] = 1.0
    for first in range(0, m, BLOCK):
        last = min(first + BLOCK, m)
        gather(starts, addresses, kinds, first, last - first, columns)
        pack_panels(columns.T, 0, last - first, origin, COLUMNS, block[0])
        for k in range(last - first):
            for v in range(panels):
                _add(block, sums, (v * BLOCK + k) * LANES, (codes[first + k] * panels + v) * 3 * LANES)


@compiled
def _two_sum(a: float, b: float) -> tuple[float, float]:
    """a + b rounded, and what rounding left (Knuth)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@kept
def _add_singly(codes: IntArray, left: Array, left_low: Array, right: Array, right_low: Array, sums: Array) -> None:
    """Add the products of all columns, one pair of them after another, to `sums` (count, A, B, 3)."""
    for a in range(len(left)):
        for b in range(len(right)):
            for k in range(len(codes)):
                h, z, total = left[a, k], right[b, k], sums[codes[k], a, b]
                p = h * z
                e = fma(left_low[a, k], z, fma(h, right_low[b, k], fma(h, z, -p)))
                total[0], r = _two_sum(total[0], p)
                total[1], s = _two_sum(total[1], r)
                total[1], t = _two_sum(total[1], e)
                total[2] += s + t
