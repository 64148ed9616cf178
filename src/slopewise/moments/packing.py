"""From rows that lie in memory as they please to a block of them that vector registers read in order.

A block of rows is kept in one of two ways, shifted on the way in:

    by columns:  block[j, k]        = X[k, j] − origin[j]
    by panels:   block[v, k, lane]  = X[k, LANES·v + lane] − origin[LANES·v + lane]

Either takes whole registers: features that lie as the block wants them are copied, others are transposed, LANES × LANES
values at a time, in log₂ LANES rounds of shuffles. Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import compiled
from slopewise.moments.vectors import FLAG, INTEGER, LANES, NUMBER, VECTOR, ZERO, array_data, prefetch, spread, store
from slopewise.typing import AnyArray, Array

BLOCK = 128
"""Rows of a block: 16 columns of them are 16 KiB, a panel of 8 lanes is 8 KiB; a tile reads up to four of those."""

AHEAD = 512
"""Rows ahead of those that become columns, from which memory is asked for values: its answer takes that long."""

LINE = 8
"""Values that memory hands over at once (64 bytes of float64)."""

ROWS, COLUMNS, NEITHER = 0, 1, 2
"""What lies together in memory: the values of a row, those of a column, or neither."""


def lying(X: AnyArray) -> int:
    """How `X` (m, p) lies in memory: ROWS, COLUMNS or NEITHER.

    >>> import numpy as np
    >>> [lying(X) for X in (np.ones((3, 2)), np.ones((2, 3)).T, np.ones((3, 4))[:, ::2])]
    [0, 1, 2]
    """
    if X.strides[1] == X.itemsize:
        return ROWS
    return COLUMNS if X.strides[0] == X.itemsize else NEITHER


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """The columns of LANES registers: in each round, halves of twice the size change places between two of them."""
    step = 1
    while step < LANES:
        low = [lane if not lane & step else lane - step + LANES for lane in range(LANES)]
        high = [lane + step if not lane & step else lane + LANES for lane in range(LANES)]
        rows = [
            builder.shuffle_vector(rows[i & ~step], rows[i | step], ir.Constant(ir.VectorType(NUMBER, LANES), lanes))
            for i, lanes in ((i, high if i & step else low) for i in range(LANES))
        ]
        step *= 2
    return rows


def _first(builder: Any, pointer: Any, kind: Any, count: int) -> Any:
    """The `count` values from `pointer` on as float64 in the first lanes of a register, zeros in the others."""
    vector = ir.VectorType(kind, LANES)
    place = builder.bitcast(pointer, vector.as_pointer())
    if count == LANES:
        loaded = builder.load(place)
        loaded.align = 4
    else:  # what lies behind the values may be nobody's: it is not touched
        flags = ir.VectorType(FLAG, LANES)
        name = f"llvm.masked.load.v{LANES}f{64 if kind == ir.DoubleType() else 32}.p0"
        signature = ir.FunctionType(vector, [vector.as_pointer(), NUMBER, flags, vector])
        function = cgutils.get_or_insert_function(builder.module, signature, name)  # type: ignore[no-untyped-call]
        mask, zeros = ir.Constant(flags, [lane < count for lane in range(LANES)]), ir.Constant(vector, [0.0] * LANES)
        loaded = builder.call(function, [place, NUMBER(4), mask, zeros])
    return loaded if kind == ir.DoubleType() else builder.fpext(loaded, VECTOR)


def _mover(*, by_rows: bool, transposing: bool) -> Callable[..., None]:
    """`move(X, k, j, count, origin, block, offset, stride)`: bring a square of X at [k, j] into a block, shifted.

    The square is LANES lines of `count` values that lie together, `by_rows`; otherwise `count` columns of LANES values.
    These lines, or `transposing` the columns of them, are put at `offset`, `offset` + `stride` and so on, counted in
    values; a short line is filled up with zeros.
    """

    def square(context: Any, builder: Any, signature: Any, arguments: Any, count: int) -> None:
        k, j, offset, stride = (arguments[place] for place in (1, 2, 6, 7))
        source = context.make_array(signature.args[0])(context, builder, arguments[0])
        steps = cgutils.unpack_tuple(builder, source.strides, 2)  # type: ignore[no-untyped-call]
        start = builder.add(builder.mul(k, steps[0]), builder.mul(j, steps[1]))
        first = builder.gep(builder.bitcast(source.data, ir.IntType(8).as_pointer()), [start])
        points = builder.gep(array_data(context, builder, signature, arguments, 4), [j])
        kind, step = context.get_data_type(signature.args[0].dtype), steps[0 if by_rows else 1]
        lines, width = (LANES, count) if by_rows else (count, LANES)
        moved = []
        for i in range(lines):
            line = _first(builder, builder.gep(first, [builder.mul(step, INTEGER(i))]), kind, width)
            point = builder.gep(points, [INTEGER(0 if by_rows else i)])
            moved.append(
                builder.fsub(
                    line, _first(builder, point, ir.DoubleType(), width) if by_rows else spread(builder, point)
                )
            )
        if transposing:
            moved = _transposed(builder, moved + [ZERO] * (LANES - lines))[:width]
        data = array_data(context, builder, signature, arguments, 5)
        for i, vector in enumerate(moved):
            store(builder, vector, data, builder.add(offset, builder.mul(stride, INTEGER(i))))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        end = builder.append_basic_block("moved")
        switch = builder.switch(arguments[3], end)
        for count in range(1, LANES + 1):
            case = builder.append_basic_block(f"count.{count}")
            switch.add_case(INTEGER(count), case)
            builder.position_at_end(case)
            square(context, builder, signature, arguments, count)
            builder.branch(end)
        builder.position_at_end(end)
        return context.get_dummy_value()

    def move(typing: Any, X: Any, k: Any, j: Any, count: Any, origin: Any, block: Any, offset: Any, stride: Any) -> Any:
        return types.none(X, types.intp, types.intp, types.intp, origin, block, types.intp, types.intp), emit

    mover: Callable[..., None] = intrinsic(move)
    return mover


_rows_to_columns, _rows_to_panels = _mover(by_rows=True, transposing=True), _mover(by_rows=True, transposing=False)
_columns_to_panels, _columns_to_columns = (
    _mover(by_rows=False, transposing=True),
    _mover(by_rows=False, transposing=False),
)


@compiled
def _ask(X: AnyArray, first: int, j: int, lying: int) -> None:
    """Ask memory for the LANES × LANES values of X at [first, j]."""
    if lying == ROWS:
        for i in range(first, first + LANES, max(1, LINE // X.shape[1])):
            prefetch(X, i, j)
    else:
        for i in range(j, min(X.shape[1], j + LANES)):
            prefetch(X, first, i)


@compiled
def pack_columns(X: AnyArray, first: int, rows: int, origin: Array, lying: int, block: Array) -> None:
    """Shift `rows` rows of `X`, from `first` on, into the first columns of `block` (columns, length).

    Values further on are asked for at the same time, so that memory works while these are computed with.
    """
    p = X.shape[1]
    length = block.shape[1]
    done = 0 if lying == NEITHER else rows - rows % LANES
    for j in range(0, p if done else 0, LANES):
        count = min(LANES, p - j)
        for k in range(0, done, LANES):
            _ask(X, first + k + AHEAD, j, lying)
            if lying == ROWS:
                _rows_to_columns(X, first + k, j, count, origin, block, j * length + k, length)
            else:
                _columns_to_columns(X, first + k, j, count, origin, block, j * length + k, length)
    for j in range(p):
        for k in range(done, rows):
            block[j, k] = X[first + k, j] - origin[j]


@compiled
def pack_panels(X: AnyArray, first: int, rows: int, origin: Array, lying: int, block: Array) -> None:
    """Shift `rows` rows of `X`, from `first` on, into the first panels of `block` (panels, BLOCK, LANES).

    The values of the next block are asked for, as in `pack_columns`.
    """
    p = X.shape[1]
    done = 0 if lying == NEITHER else rows - rows % LANES
    for j in range(0, p if done else 0, LANES):
        count = min(LANES, p - j)
        for k in range(0, done, LANES):
            _ask(X, first + k + BLOCK, j, lying)
            if lying == ROWS:
                _rows_to_panels(X, first + k, j, count, origin, block, j * BLOCK + k * LANES, LANES)
            else:
                _columns_to_panels(X, first + k, j, count, origin, block, j * BLOCK + k * LANES, LANES)
    for k in range(done, rows):
        for j in range(p):
            block[j // LANES, k, j % LANES] = X[first + k, j] - origin[j]
