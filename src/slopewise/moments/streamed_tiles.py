"""The micro-kernel for few columns that still lie in the rows: EDGE of them are fetched, and meet each other at once.

LANES rows at a time, the values of up to EDGE columns are loaded, turned into a register for each column if they lie by
rows, shifted, put down in a block for the other columns to meet (`column_tiles`), and multiplied: the sums of their
products, and their own, stay in registers. So fetching, which waits for memory and shuffles, and multiplying, which
does neither, fill each other's pauses, and rows of up to EDGE values are done with. Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.column_tiles import EDGE, Ahead, Totals, multiply_beside, multiply_weighted, turn
from slopewise.moments.compiled import compiled
from slopewise.moments.packing import COLUMNS, ROWS, first_values, lies_so, transposed
from slopewise.moments.vectors import (
    INTEGER,
    LANES,
    array_data,
    cases,
    load,
    prefetch_at,
    shuffled,
    spread,
    store,
    widened,
)
from slopewise.typing import AnyArray, Array

QUAD = 4
"""Values of a row that are turned at a time: a register of AVX2, half of one of AVX-512; EDGE is not more."""

HERE, BEFORE, ALONE, TOUCHING = range(4)
"""How values are loaded from rows. Where three of a row are wanted it is four: from the first of these on, from the one
before it, where no other follows, or, in a row of three, with the fourth lane masked. Rows that are wanted whole, and
touch each other, are loaded in one piece."""

_CASES = {
    (2 * width + with_y) * (TOUCHING + 1) + mode: (width, with_y, mode)
    for width in range(1, EDGE + 1)
    for with_y in (0, 1)
    for mode in ((HERE, TOUCHING), (HERE,), (HERE, BEFORE, ALONE, TOUCHING))[
        (width == with_y) + 2 * (width - with_y == 3)
    ]
}
"""The shapes of what is fetched: how many columns, whether the last of them is y, and how they are loaded from rows."""


def _fetching(lying: int, *, weighted: bool) -> Callable[..., None]:
    """`fetch(X, y, weights, first, rows, j, shape, origin, block, tiles, t, sums, soon, further, step, lead)`: of some
    columns of z = [x, y], from j on,

        block[j + a, k]      = z[first + k, j + a] − origin[j + a]
        tiles[t, a, b, :]   += Σ_k v[first + k] · block[j + a, LANES·k + :] · block[j + b, LANES·k + :]        a ≤ b
        sums[j + a, :]      += Σ_k v[first + k] · block[j + a, LANES·k + :]

    for `rows` rows, in whole registers, of features that lie as `lying` says, ROWS or COLUMNS; `shape` is one of
    `_CASES`. Unless `weighted`, v is 1. Memory is asked for what lies at `soon` + `step`·k, for as much `further`, and,
    with y, for the targets and weights that lie `lead` rows ahead.
    """
    byte = ir.IntType(8).as_pointer()

    def fetched(context: Any, builder: Any, signature: Any, arguments: Any, width: int, with_y: int, mode: int) -> None:
        (first, rows, j), t = arguments[3:6], arguments[10]
        soon, further, step, lead = arguments[12:16]
        count, skipped = width - with_y, int(mode == BEFORE)
        X, y = (context.make_array(signature.args[at])(context, builder, arguments[at]) for at in (0, 1))
        kind, kind_of_y = (context.get_data_type(signature.args[at].dtype) for at in (0, 1))
        down, across = cgutils.unpack_tuple(builder, X.strides, 2)  # type: ignore[no-untyped-call]
        start = builder.add(builder.mul(first, down), builder.mul(builder.sub(j, INTEGER(skipped)), across))
        begin, target = builder.gep(builder.bitcast(X.data, byte), [start]), builder.gep(y.data, [first])
        origin, sums = (array_data(context, builder, signature, arguments, at) for at in (7, 11))
        streams = [target]
        if weighted:
            streams.append(builder.gep(array_data(context, builder, signature, arguments, 2), [first]))
        block = context.make_array(signature.args[8])(context, builder, arguments[8])
        length = cgutils.unpack_tuple(builder, block.shape, 2)[1]  # type: ignore[no-untyped-call]
        columns = [builder.add(j, INTEGER(a)) for a in range(width)]
        points = [spread(builder, builder.gep(origin, [column])) for column in columns]
        places = [builder.mul(column, length) for column in columns]
        totals = Totals(builder, [(a, b) for b in range(width) for a in range(b + 1)], width)

        def loaded(k: Any) -> list[Any]:
            here = builder.gep(begin, [builder.mul(k, down)])
            if mode == TOUCHING:
                whole = first_values(builder, here, kind, LANES * count, LANES * count)
                lanes = [[count * row + a for row in range(LANES)] for a in range(count)]
                found = [shuffled(builder, whole, whole, places) for places in lanes]
            elif lying == ROWS:
                lines = [builder.gep(here, [builder.mul(down, INTEGER(i))]) for i in range(LANES if count else 0)]
                most = QUAD if count == QUAD - 1 and mode != ALONE else count
                quads = [first_values(builder, line, kind, most, QUAD) for line in lines]
                found = transposed(builder, quads, QUAD)[skipped : skipped + count] if count else []
            else:
                lines = [builder.gep(here, [builder.mul(across, INTEGER(a))]) for a in range(count)]
                found = [first_values(builder, line, kind, LANES) for line in lines]
            if with_y:
                found.append(first_values(builder, builder.gep(target, [k]), kind_of_y, LANES))
            return [builder.fsub(widened(builder, vector), point) for vector, point in zip(found, points, strict=True)]

        with cgutils.for_range_slice(builder, INTEGER(0), rows, INTEGER(LANES)) as (k, _):
            asked, later = builder.add(soon, builder.mul(k, step)), builder.add(k, lead)
            wanted = [builder.inttoptr(place, byte) for place in (asked, builder.add(asked, further))]
            wanted += [builder.gep(stream, [later]) for stream in streams if with_y]
            for place in wanted:
                prefetch_at(builder, place)
            left = right = loaded(k)
            for vector, place in zip(left, places, strict=True):
                store(builder, vector, block.data, builder.add(place, k))
            if weighted:
                v = load(builder, streams[1], k)
                right = [builder.fmul(v, vector) for vector in left]
            totals.add(left, right, right)
        totals.put_down(array_data(context, builder, signature, arguments, 9), t, sums, j)

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        possible = lies_so(signature.args[0], lying)
        own = {shape: case for shape, case in _CASES.items() if possible and (lying == ROWS or case[2] == HERE)}
        for shape in cases(builder, arguments[6], own):
            fetched(context, builder, signature, arguments, *own[shape])
        return context.get_dummy_value()

    def fetch(
        typing: Any, X: Any, y: Any, weights: Any, first: Any, rows: Any, j: Any, shape: Any, origin: Any, block: Any,
        tiles: Any, t: Any, sums: Any, soon: Any, further: Any, step: Any, lead: Any,
    ) -> Any:  # fmt: skip
        of = types.intp
        return types.none(X, y, weights, of, of, of, of, origin, block, tiles, of, sums, of, of, of, of), emit

    kernel: Callable[..., None] = intrinsic(fetch)
    return kernel


_rows, _columns = (_fetching(lying, weighted=False) for lying in (ROWS, COLUMNS))
_weighted_rows, _weighted_columns = (_fetching(lying, weighted=True) for lying in (ROWS, COLUMNS))


@compiled
def _shape(X: AnyArray, j: int, width: int, lying: int) -> int:
    """How to fetch `width` columns of [X, y] from j on: see `_CASES`."""
    p, down, itemsize = X.shape[1], X.strides[0], X.itemsize
    with_y = int(j + width > p)
    mode = HERE
    if lying == ROWS and 0 < width - with_y == p and down == p * itemsize:
        mode = TOUCHING
    elif lying == ROWS and width - with_y == QUAD - 1 and j + QUAD > p:
        mode = BEFORE if j else ALONE
    return (2 * width + with_y) * (TOUCHING + 1) + mode


@compiled
def multiply_rows(
    X: AnyArray, y: AnyArray, weights: Array | None, first: int, rows: int, lying: int, origin: Array, block: Array,
    tiles: Array, sums: Array, ahead: Ahead, lead: int,
) -> None:  # fmt: skip
    """Add the products of `rows` rows, in whole registers, from `first` on, to the tiles of columns i ≤ j, row by row.

    `X` (m, p), `y` (m, 1), `weights` (m,) or None for ones, all finite in rows of weight zero; `tiles` (pairs, EDGE,
    EDGE, LANES), `sums` (p + 1, LANES). What is fetched next is multiplied in between: so memory has time for it.
    """
    q = len(block)
    groups = -(-q // EDGE)
    phase = 0
    for i in range(groups):
        j, t = i * EDGE, i * groups - i * (i - 1) // 2
        width = min(EDGE, q - j)
        shape = _shape(X, j, width, lying)
        soon, further, step = turn(phase, len(tiles), ahead)
        if weights is not None and lying == ROWS:
            _weighted_rows(
                X, y, weights, first, rows, j, shape, origin, block, tiles, t, sums, soon, further, step, lead
            )
        elif weights is not None:
            _weighted_columns(
                X, y, weights, first, rows, j, shape, origin, block, tiles, t, sums, soon, further, step, lead
            )
        elif lying == ROWS:
            _rows(X, y, weights, first, rows, j, shape, origin, block, tiles, t, sums, soon, further, step, lead)
        else:
            _columns(X, y, weights, first, rows, j, shape, origin, block, tiles, t, sums, soon, further, step, lead)
        phase += 1
        for h in range(i):
            t = h * groups - h * (h - 1) // 2 + i - h
            soon, further, step = turn(phase, len(tiles), ahead)
            if weights is not None:
                multiply_weighted(
                    block, h * EDGE, block, j, width, rows, tiles, t, sums, soon, further, step, weights, first
                )
            else:
                multiply_beside(block, h * EDGE, block, j, width, rows, tiles, t, sums, soon, further, step)
            phase += 1
