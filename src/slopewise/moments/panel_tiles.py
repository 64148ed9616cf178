"""The micro-kernel for many columns: panels of LANES columns meet each other, row after row.

Of two panels i ≤ j of a block, `block[v, k, lane]`, each row gives one register and LANES single values; the products
of them all are added to a tile of LANES × LANES sums that stays in registers (the outer-product micro-kernel of Goto &
van de Geijn 2008, *ACM Trans. Math. Softw.* 34(3), §4). So a value is read from memory once, however many products it
enters. Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import compiled
from slopewise.moments.packing import BLOCK
from slopewise.moments.vectors import (
    INTEGER,
    LANES,
    ZERO,
    array_data,
    load,
    multiplied_and_added,
    spread,
    store,
)
from slopewise.typing import Array


def _tiles_kernel(panels: int) -> Callable[..., None]:
    """The micro-kernel for one panel on the right and `panels` neighbouring panels on the left.

    `multiply(left, j, right, i, rows, tiles, t)` adds, for each v < panels,

        tiles[t + v, a, b] += Σ_k right[i, k, a] · left[j + v, k, b]        k < rows

    Each sum over k stays in one lane of a register: nothing is reassociated, NaN and infinities go where IEEE 754 sends
    them. With 8 lanes and 3 panels that is 24 of the 32 registers of AVX-512, with 4 lanes 12 of the 16 of AVX2.
    """
    cells = [(v, a) for v in range(panels) for a in range(LANES)]

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def pointer(position: int, index: int, size: int) -> Any:
            data = array_data(context, builder, signature, arguments, position)
            return builder.gep(data, [builder.mul(arguments[index], INTEGER(size))])

        left, right, tiles = pointer(0, 1, BLOCK * LANES), pointer(2, 3, BLOCK * LANES), pointer(5, 6, LANES * LANES)
        sums = {cell: cgutils.alloca_once_value(builder, ZERO) for cell in cells}  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, arguments[4]) as loop:
            row = builder.mul(loop.index, INTEGER(LANES))
            columns = [load(builder, left, builder.add(row, INTEGER(v * BLOCK * LANES))) for v in range(panels)]
            factors = [spread(builder, builder.gep(right, [builder.add(row, INTEGER(a))])) for a in range(LANES)]
            for v, a in cells:
                total = multiplied_and_added(builder, columns[v], factors[a], builder.load(sums[v, a]))
                builder.store(total, sums[v, a])
        for v, a in cells:
            offset = INTEGER((v * LANES + a) * LANES)
            store(builder, builder.fadd(load(builder, tiles, offset), builder.load(sums[v, a])), tiles, offset)
        return context.get_dummy_value()

    def multiply(typing: Any, left: Any, j: Any, right: Any, i: Any, rows: Any, tiles: Any, t: Any) -> Any:
        return types.none(left, types.intp, right, types.intp, types.intp, tiles, types.intp), emit

    kernel: Callable[..., None] = intrinsic(multiply)
    return kernel


_multiply_1, _multiply_2, _multiply_3 = (_tiles_kernel(panels) for panels in (1, 2, 3))


@compiled
def multiply_panels(left: Array, right: Array, rows: int, tiles: Array) -> None:
    """Add the products of all panels i ≤ j of a block to its tiles, three at a time."""
    panels = len(right)
    t = 0
    for i in range(panels):
        j = i
        while panels - j >= 3:
            _multiply_3(left, j, right, i, rows, tiles, t)
            j, t = j + 3, t + 3
        if panels - j == 2:
            _multiply_2(left, j, right, i, rows, tiles, t)
            t += 2
        elif panels - j == 1:
            _multiply_1(left, j, right, i, rows, tiles, t)
            t += 1
