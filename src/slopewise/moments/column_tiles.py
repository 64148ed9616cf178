"""The micro-kernel for few columns: EDGE columns meet EDGE others, LANES rows at a time.

Column after column of a block, `block[j, k]`, is read along its rows; the sum of the products of two columns stays in
one register, a lane for each of LANES rows, and lanes are added up when the chunk is done. No value is spread or
shuffled, and next to no product is computed in vain, as panels of LANES columns would have it where there are few.
Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import compiled
from slopewise.moments.packing import BLOCK
from slopewise.moments.vectors import INTEGER, LANES, ZERO, array_data, load, multiplied_and_added, store
from slopewise.typing import Array

EDGE = 4 if LANES == 8 else 3
"""Columns to a side of a tile: 16 sums and 8 columns in the 32 registers of AVX-512, 9 and 6 in the 16 of AVX2."""


def _tile(*, diagonal: bool) -> Callable[..., None]:
    """`multiply(left, i, right, j, rows, tiles, t)`: the products of EDGE columns from i on with EDGE from j on,

        tiles[t, a, b, :] += Σ_k left[i + a, LANES·k + :] · right[j + b, LANES·k + :]        k < rows / LANES

    for a ≤ b only, where the tile lies on the diagonal (i = j).
    """
    cells = [(a, b) for a in range(EDGE) for b in range(EDGE) if a <= b or not diagonal]

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        left, right, tiles = (array_data(context, builder, signature, arguments, place) for place in (0, 2, 5))
        sums = {cell: cgutils.alloca_once_value(builder, ZERO) for cell in cells}  # type: ignore[no-untyped-call]
        offsets = [builder.mul(arguments[place], INTEGER(BLOCK)) for place in (1, 3)]
        with cgutils.for_range_slice(builder, INTEGER(0), arguments[4], INTEGER(LANES)) as (k, _):
            columns = [
                [load(builder, data, builder.add(builder.add(offset, k), INTEGER(a * BLOCK))) for a in range(EDGE)]
                for data, offset in zip((left, right), offsets, strict=True)
            ]
            for a, b in cells:
                total = multiplied_and_added(builder, columns[0][a], columns[1][b], builder.load(sums[a, b]))
                builder.store(total, sums[a, b])
        tile = builder.mul(arguments[6], INTEGER(EDGE * EDGE * LANES))
        for a, b in cells:
            offset = builder.add(tile, INTEGER((a * EDGE + b) * LANES))
            store(builder, builder.fadd(load(builder, tiles, offset), builder.load(sums[a, b])), tiles, offset)
        return context.get_dummy_value()

    def multiply(typing: Any, left: Any, i: Any, right: Any, j: Any, rows: Any, tiles: Any, t: Any) -> Any:
        return types.none(left, types.intp, right, types.intp, types.intp, tiles, types.intp), emit

    kernel: Callable[..., None] = intrinsic(multiply)
    return kernel


_on, _off = _tile(diagonal=True), _tile(diagonal=False)


@compiled
def multiply_columns(left: Array, right: Array, rows: int, tiles: Array) -> None:
    """Add the products of all columns of a block to its tiles, those of i ≤ j row by row; `rows` in whole registers."""
    columns = len(right)
    t = 0
    for i in range(0, columns, EDGE):
        _on(left, i, right, i, rows, tiles, t)
        t += 1
        for j in range(i + EDGE, columns, EDGE):
            _off(left, i, right, j, rows, tiles, t)
            t += 1
