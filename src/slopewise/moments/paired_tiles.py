"""The micro-kernels of the double-double products: error-free sums in vector registers.

The rows of a block are dealt out to the lanes of a register. For a pair of columns each lane adds up Σ a·b in three
numbers whose rounding errors go nowhere but into the next,

    p = a·b,  e = fma(a, b, −p)          the product, exactly: p + e
    s = hi + p,  r = p − (s − hi)        the sum, exactly: s + r, because hi is never smaller than p
    hi = s,  lo += r,  rest += e

hi starts not at 0 but at σ = 2·‖a‖·‖b‖, the norms over the lane, so that it stays larger than any p whatever is added,
and Dekker's sum of 3 operations does for Knuth's of 6. The r are then whole multiples of one small unit, and their sum
`lo` is itself exact, unless the products of one lane differ by more than 2⁴⁰. The idea of σ is from Rump, Ogita & Oishi
(2008), *SIAM J. Sci. Comput.* 31(1), 189–224, §3.

Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.vectors import INTEGER, LANES, VECTOR, ZERO, array_data, fused, load, spread, store, two_sum

STEPS = 32
"""Rows that a lane adds up before they go into a total: few enough that `lo` and `rest` keep their digits."""

BLOCK = STEPS * LANES
"""Rows packed at a time."""

STRIDE = BLOCK + 8
"""Values from one packed column to the next: a cache line more than BLOCK, so that columns do not share cache sets."""


def _squares_kernel(typing: Any, block: Any, column: Any, steps: Any, sums: Any) -> Any:
    """`squares_by_lane(block, column, steps, sums)`: sums[lane] = Σ a² over the rows of each lane."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = array_data(context, builder, signature, arguments, 0)
        first = builder.mul(arguments[1], INTEGER(STRIDE))
        total = cgutils.alloca_once_value(builder, ZERO)  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, arguments[2]) as loop:
            a = load(builder, data, builder.add(first, builder.mul(loop.index, INTEGER(LANES))))
            builder.store(fused(builder, a, a, builder.load(total)), total)
        store(builder, builder.load(total), array_data(context, builder, signature, arguments, 3), INTEGER(0))
        return context.get_dummy_value()

    return types.none(block, types.intp, types.intp, sums), emit


squares_by_lane: Callable[..., None] = intrinsic(_squares_kernel)

CELLS = [(a, b) for a in range(2) for b in range(2)]


class _Sums:
    """The registers of a tile: hi, lo and rest of each of its four products."""

    def __init__(self, builder: Any, starts: list[Any]) -> None:
        self.builder, self.starts = builder, starts
        self.registers = [
            [cgutils.alloca_once_value(builder, value) for value in (start, ZERO, ZERO)]  # type: ignore[no-untyped-call]
            for start in starts
        ]

    def add(self, cell: int, p: Any, e: Any) -> None:
        """Add the product p + e."""
        builder, (hi, lo, rest) = self.builder, self.registers[cell]
        before = builder.load(hi)
        s = builder.fadd(before, p)
        r = builder.fsub(p, builder.fsub(s, before))
        builder.store(s, hi)
        builder.store(builder.fadd(builder.load(lo), r), lo)
        builder.store(builder.fadd(builder.load(rest), e), rest)

    def settle(self, cell: int, data: Any, offset: Any) -> None:
        """Add (hi − σ) + lo + rest to the double-double vector at data[offset] and, its low half, 4·LANES further."""
        builder = self.builder
        hi, lo, rest = (builder.load(register) for register in self.registers[cell])
        high, low = two_sum(builder, builder.fsub(hi, self.starts[cell]), lo)
        beneath = builder.add(offset, INTEGER(4 * LANES))
        s, e = two_sum(builder, load(builder, data, offset), high)
        e = builder.fadd(e, builder.fadd(load(builder, data, beneath), builder.fadd(low, rest)))
        total = builder.fadd(s, e)
        store(builder, total, data, offset)
        store(builder, builder.fsub(e, builder.fsub(total, s)), data, beneath)


def _tile_kernel(lows: bool) -> Callable[..., None]:
    """The micro-kernel for the columns i, i + 1 of `left` and j, j + 1 of `right`.

    `multiply(left, left_low, left_spans, i, right, right_low, right_spans, j, steps, lanes, t)` adds their four
    products over `steps` vectors of rows to lanes[t]; without `lows` the low halves are not looked at.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        left, left_low, left_spans, _, right, right_low, right_spans, _, _, lanes, _ = (
            array_data(context, builder, signature, arguments, n) if n not in (3, 7, 8, 10) else None for n in range(11)
        )
        i, j = ([builder.add(arguments[n], INTEGER(k)) for k in range(2)] for n in (3, 7))
        sums = _Sums(builder, [_start(builder, left_spans, i[a], right_spans, j[b]) for a, b in CELLS])
        with cgutils.for_range(builder, arguments[8]) as loop:

            def vectors(data: Any, columns: list[Any]) -> list[Any]:
                row = builder.mul(loop.index, INTEGER(LANES))
                return [load(builder, data, builder.add(builder.mul(c, INTEGER(STRIDE)), row)) for c in columns]

            x, y = vectors(left, i), vectors(right, j)
            x_low, y_low = (vectors(left_low, i), vectors(right_low, j)) if lows else ([], [])
            for cell, (a, b) in enumerate(CELLS):
                p = builder.fmul(x[a], y[b])
                e = fused(builder, x[a], y[b], builder.fneg(p))
                if lows:
                    e = fused(builder, x_low[a], y[b], fused(builder, x[a], y_low[b], e))
                sums.add(cell, p, e)
        for cell in range(4):
            place = builder.add(builder.mul(arguments[10], INTEGER(8)), INTEGER(cell))
            sums.settle(cell, lanes, builder.mul(place, INTEGER(LANES)))
        return context.get_dummy_value()

    def multiply(
        typing: Any, left: Any, left_low: Any, left_spans: Any, i: Any, right: Any, right_low: Any, right_spans: Any,
        j: Any, steps: Any, lanes: Any, t: Any,
    ) -> Any:  # fmt: skip
        n = types.intp
        return types.none(left, left_low, left_spans, n, right, right_low, right_spans, n, n, lanes, n), emit

    kernel: Callable[..., None] = intrinsic(multiply)
    return kernel


def _start(builder: Any, left_spans: Any, i: Any, right_spans: Any, j: Any) -> Any:
    """σ = 2·left_spans[i]·right_spans[j] in every lane."""
    two = ir.Constant(VECTOR, [2.0] * LANES)
    left, right = spread(builder, builder.gep(left_spans, [i])), spread(builder, builder.gep(right_spans, [j]))
    return builder.fmul(builder.fmul(left, right), two)


multiply_plain, multiply_lows = _tile_kernel(False), _tile_kernel(True)
