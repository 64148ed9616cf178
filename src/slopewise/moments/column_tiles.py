"""The micro-kernel for few columns: EDGE columns meet EDGE others, LANES rows at a time.

Column after column of a block, `block[j, k]`, is read along its rows; the sum of the products of two columns stays in
one register, a lane for each of LANES rows, and lanes are added up when the chunk is done. No value is spread or
shuffled, and no product is computed in vain, as panels of LANES columns would have it where there are few: the last
tiles of a row are as narrow as the columns that are left. Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import compiled
from slopewise.moments.vectors import (
    INTEGER,
    LANES,
    ZERO,
    array_data,
    cases,
    load,
    multiplied_and_added,
    prefetch_at,
    store,
)
from slopewise.typing import Array

EDGE = 4 if LANES == 8 else 3
"""Columns to a side of a tile: 16 sums and 8 columns in the 32 registers of AVX-512, 9 and 6 in the 16 of AVX2."""

BESIDE, WEIGHTED, DIAGONAL = range(3)
"""A tile off the diagonal, one of weighted rows there, and one on the diagonal."""


class Totals:
    """What a tile adds up in registers: the products of some pairs (a, b) of its columns, and so many columns."""

    def __init__(self, builder: Any, cells: Sequence[tuple[int, int]], columns: int) -> None:
        self._builder = builder
        self._products = {cell: cgutils.alloca_once_value(builder, ZERO) for cell in cells}  # type: ignore[no-untyped-call]
        self._sums = [cgutils.alloca_once_value(builder, ZERO) for _ in range(columns)]  # type: ignore[no-untyped-call]

    def add(self, left: Sequence[Any], right: Sequence[Any], columns: Sequence[Any]) -> None:
        """The products left[a] · right[b], and the columns."""
        builder = self._builder
        for (a, b), total in self._products.items():
            builder.store(multiplied_and_added(builder, left[a], right[b], builder.load(total)), total)
        for column, total in zip(columns, self._sums, strict=False):
            builder.store(builder.fadd(builder.load(total), column), total)

    def put_down(self, tiles: Any, t: Any, sums: Any, column: Any) -> None:
        """Add the products to the t-th of `tiles`, and the columns to `sums` from `column` on."""
        builder = self._builder
        tile, first = builder.mul(t, INTEGER(EDGE * EDGE * LANES)), builder.mul(column, INTEGER(LANES))
        places = [(tiles, tile, (a * EDGE + b) * LANES) for a, b in self._products]
        places += [(sums, first, a * LANES) for a in range(len(self._sums))]
        for (data, start, offset), total in zip(places, [*self._products.values(), *self._sums], strict=True):
            place = builder.add(start, INTEGER(offset))
            store(builder, builder.fadd(load(builder, data, place), builder.load(total)), data, place)


def _tile(kind: int) -> Callable[..., None]:
    """`multiply(left, i, right, j, width, rows, tiles, t, sums, soon, further, step)`: products of columns,

        tiles[t, a, b, :] += Σ_k left[i + a, LANES·k + :] · right[j + b, LANES·k + :]        k < rows / LANES

    of EDGE columns on the left and `width` on the right. On the diagonal (i = j) for a ≤ b < `width` only, and there
    the columns are added up, too:

        sums[i + a, :] += Σ_k left[i + a, LANES·k + :]

    Meanwhile memory is asked for what lies at `soon` + `step`·LANES·k, and so much `further`. Of WEIGHTED rows each
    product is multiplied by v[`first` + row], the `weights` v and `first` being two more arguments.
    """
    beside = kind in (BESIDE, WEIGHTED)

    def tile(context: Any, builder: Any, signature: Any, arguments: Any, width: int) -> None:
        height = EDGE if beside else width
        cells = [(a, b) for a in range(height) for b in range(width) if a <= b or beside]
        blocks = [context.make_array(signature.args[at])(context, builder, arguments[at]) for at in (0, 2)]
        lengths = [cgutils.unpack_tuple(builder, block.shape, 2)[1] for block in blocks]  # type: ignore[no-untyped-call]
        starts = [
            [builder.mul(builder.add(arguments[at], INTEGER(a)), length) for a in range(size)]
            for at, length, size in zip((1, 3), lengths, (height, width), strict=True)
        ]
        if kind == WEIGHTED:
            v = builder.gep(array_data(context, builder, signature, arguments, 12), [arguments[13]])
        totals = Totals(builder, cells, 0 if beside else width)
        with cgutils.for_range_slice(builder, INTEGER(0), arguments[5], INTEGER(LANES)) as (k, _):
            asked = builder.add(arguments[9], builder.mul(k, arguments[11]))
            for place in (asked, builder.add(asked, arguments[10])):
                prefetch_at(builder, builder.inttoptr(place, ir.IntType(8).as_pointer()))
            left = [load(builder, blocks[0].data, builder.add(start, k)) for start in starts[0]]
            right = [load(builder, blocks[1].data, builder.add(start, k)) for start in starts[1]]
            if kind == WEIGHTED:
                weight = load(builder, v, k)
                right = [builder.fmul(weight, column) for column in right]
            totals.add(left, right, left)
        tiles, sums = (array_data(context, builder, signature, arguments, at) for at in (6, 8))
        totals.put_down(tiles, arguments[7], sums, arguments[1])

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        for width in cases(builder, arguments[4], range(1, EDGE + 1)):
            tile(context, builder, signature, arguments, width)
        return context.get_dummy_value()

    def multiply(
        typing: Any, left: Any, i: Any, right: Any, j: Any, width: Any, rows: Any, tiles: Any, t: Any, sums: Any,
        soon: Any, further: Any, step: Any,
    ) -> Any:  # fmt: skip
        of = types.intp
        return types.none(left, of, right, of, of, of, tiles, of, sums, of, of, of), emit

    def multiply_weighted(
        typing: Any, left: Any, i: Any, right: Any, j: Any, width: Any, rows: Any, tiles: Any, t: Any, sums: Any,
        soon: Any, further: Any, step: Any, weights: Any, first: Any,
    ) -> Any:  # fmt: skip
        of = types.intp
        return types.none(left, of, right, of, of, of, tiles, of, sums, of, of, of, weights, of), emit

    kernel: Callable[..., None] = intrinsic(multiply_weighted if kind == WEIGHTED else multiply)
    return kernel


multiply_beside, multiply_weighted, _diagonal = map(_tile, (BESIDE, WEIGHTED, DIAGONAL))


Ahead = tuple[int, int, int, int]
"""What memory is asked for meanwhile, as `packing.ahead` says it."""


@compiled
def turn(t: int, tiles: int, ahead: Ahead) -> tuple[int, int, int]:
    """What the t-th of so many tiles asks for: two stretches of memory, or the same value again and again.

    The turns are spread evenly over the tiles, so that memory works while these are computed.
    """
    start, across, step, stretches = ahead
    turns = min((stretches + 1) // 2, tiles)
    mine = t * turns // tiles
    if mine == (t + 1) * turns // tiles:
        return start, 0, 0
    return start + 2 * mine * across, across if 2 * mine + 1 < stretches else 0, step


@compiled
def multiply_columns(left: Array, right: Array, rows: int, tiles: Array, sums: Array, ahead: Ahead) -> None:
    """Add the products of the columns of two blocks (columns, length) to the tiles of i ≤ j, row by row of tiles.

    `tiles` (pairs, EDGE, EDGE, LANES) and `sums` (columns, LANES) of the left block; `rows` in whole registers.
    """
    columns = len(right)
    t = 0
    for i in range(0, columns, EDGE):
        mine = turn(t, len(tiles), ahead)
        _diagonal(left, i, right, i, min(EDGE, columns - i), rows, tiles, t, sums, *mine)
        t += 1
        for j in range(i + EDGE, columns, EDGE):
            mine = turn(t, len(tiles), ahead)
            multiply_beside(left, i, right, j, min(EDGE, columns - j), rows, tiles, t, sums, *mine)
            t += 1
