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
from slopewise.moments.vectors import (
    FLAG,
    INTEGER,
    LANES,
    NUMBER,
    ZERO,
    address_of,
    array_data,
    cases,
    prefetch,
    shuffled,
    spread,
    store,
    widened,
)
from slopewise.typing import AnyArray, Array

BLOCK = 128
"""Rows of a block: 16 columns of them are 16 KiB, a panel of 8 lanes is 8 KiB; a tile reads up to four of those."""

LINE = 8
"""Values that memory hands over at once (64 bytes of float64)."""

ROWS, COLUMNS, NEITHER = 0, 1, 2
"""What lies together in memory: the values of a row, those of a column, or neither."""


def lying(X: AnyArray) -> int:
    """How `X` (m, p) lies in memory: ROWS, COLUMNS or NEITHER.

    A contiguous array lies as NumPy says, and Numba's name of its type: kernels for it know of no other way.

    >>> import numpy as np
    >>> [lying(X) for X in (np.ones((3, 2)), np.ones((2, 3)).T, np.ones((3, 4))[:, ::2])]
    [0, 1, 2]
    """
    if X.flags.c_contiguous or X.flags.f_contiguous:
        return ROWS if X.flags.c_contiguous else COLUMNS
    if X.strides[1] == X.itemsize:
        return ROWS
    return COLUMNS if X.strides[0] == X.itemsize else NEITHER


def lies_so(X: Any, lying: int) -> bool:
    """Whether an array of this type may lie so: no kernel is compiled for what cannot be."""
    return bool(X.layout == "A" or (X.layout == "C") == (lying == ROWS))


def transposed(builder: Any, rows: list[Any], width: int = LANES) -> list[Any]:
    """The `width` columns of LANES rows of `width` values, LANES or half of them.

    In each round, halves of twice the size change places between two registers. Rows of half a register are put side
    by side first: row i and row i + `width`.
    """
    vectors = rows
    if width < LANES:
        vectors = [shuffled(builder, rows[i], rows[i + width], list(range(LANES))) for i in range(width)]
    step = 1
    while step < width:
        low = [lane if not lane & step else lane - step + LANES for lane in range(LANES)]
        high = [lane + step if not lane & step else lane + LANES for lane in range(LANES)]
        vectors = [
            shuffled(builder, vectors[i & ~step], vectors[i | step], high if i & step else low) for i in range(width)
        ]
        step *= 2
    return vectors


def first_values(builder: Any, pointer: Any, kind: Any, count: int, width: int = LANES) -> Any:
    """The `count` values from `pointer` on in the first lanes of a vector of `width`, zeros in the others."""
    if count == width or count & (count - 1) == 0:  # 1, 2, 4, 8: one load
        loaded = builder.load(builder.bitcast(pointer, ir.VectorType(kind, count).as_pointer()))
        loaded.align = 4
    else:  # what lies behind the values may be nobody's: it is not touched
        vector, flags = ir.VectorType(kind, width), ir.VectorType(FLAG, width)
        name = f"llvm.masked.load.v{width}f{64 if kind == ir.DoubleType() else 32}.p0"
        signature = ir.FunctionType(vector, [vector.as_pointer(), NUMBER, flags, vector])
        function = cgutils.get_or_insert_function(builder.module, signature, name)  # type: ignore[no-untyped-call]
        mask, zeros = ir.Constant(flags, [lane < count for lane in range(width)]), ir.Constant(vector, [0.0] * width)
        place = builder.bitcast(pointer, vector.as_pointer())
        loaded = builder.call(function, [place, NUMBER(4), mask, zeros])
    found = loaded.type.count
    if found == width:
        return loaded
    lanes = [min(lane, found) for lane in range(width)]  # lane `found` of the two is the first of the zeros
    zeros = ir.Constant(loaded.type, [0.0] * found)
    return shuffled(builder, loaded, zeros, lanes)


def _mover(*, by_rows: bool) -> Callable[..., None]:
    """`move(X, k, j, count, origin, block, offset, stride)`: bring a square of X at [k, j] into a panel, shifted.

    The square is LANES rows of `count` values that lie together, `by_rows`; otherwise `count` columns of LANES values,
    which are transposed. The rows are put at `offset`, `offset` + `stride` and so on, counted in values, each filled up
    with zeros.
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
        rows = []
        for i in range(lines):
            place = builder.gep(first, [builder.mul(step, INTEGER(i))])
            line = widened(builder, first_values(builder, place, kind, width))
            point = builder.gep(points, [INTEGER(0 if by_rows else i)])
            less = first_values(builder, point, ir.DoubleType(), count) if by_rows else spread(builder, point)
            rows.append(builder.fsub(line, less))
        if not by_rows:
            rows = transposed(builder, rows + [ZERO] * (LANES - count))
        data = array_data(context, builder, signature, arguments, 5)
        for i, vector in enumerate(rows):
            store(builder, vector, data, builder.add(offset, builder.mul(stride, INTEGER(i))))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        possible = lies_so(signature.args[0], ROWS if by_rows else COLUMNS)
        for count in cases(builder, arguments[3], range(1, LANES + 1) if possible else ()):
            square(context, builder, signature, arguments, count)
        return context.get_dummy_value()

    def move(typing: Any, X: Any, k: Any, j: Any, count: Any, origin: Any, block: Any, offset: Any, stride: Any) -> Any:
        return types.none(X, types.intp, types.intp, types.intp, origin, block, types.intp, types.intp), emit

    mover: Callable[..., None] = intrinsic(move)
    return mover


_rows_to_panels, _columns_to_panels = _mover(by_rows=True), _mover(by_rows=False)


def _packer(lying: int, *, short: bool = False) -> Callable[..., None]:
    """`pack(X, first, rows, j, count, origin, block)`: `count` columns of X, from j on, into those of the block,

        block[j + c, k] = X[first + k, j + c] − origin[j + c]        k < rows, in whole registers

    of values that lie as `lying` says: ROWS, of which LANES at a time are loaded and transposed, or COLUMNS. What is
    loaded of a row are the LANES values that end with those wanted, so that nothing beyond the row is touched; a
    `short` row has fewer and begins with them.
    """

    def packed(context: Any, builder: Any, signature: Any, arguments: Any, count: int) -> None:
        first, rows, j = arguments[1:4]
        source = context.make_array(signature.args[0])(context, builder, arguments[0])
        down, across = cgutils.unpack_tuple(builder, source.strides, 2)  # type: ignore[no-untyped-call]
        skipped = LANES - count if lying == ROWS and not short else 0
        start = builder.add(builder.mul(first, down), builder.mul(builder.sub(j, INTEGER(skipped)), across))
        begin = builder.gep(builder.bitcast(source.data, ir.IntType(8).as_pointer()), [start])
        origin = array_data(context, builder, signature, arguments, 5)
        points = [spread(builder, builder.gep(origin, [builder.add(j, INTEGER(c))])) for c in range(count)]
        block = context.make_array(signature.args[6])(context, builder, arguments[6])
        length = cgutils.unpack_tuple(builder, block.shape, 2)[1]  # type: ignore[no-untyped-call]
        places = [builder.mul(builder.add(j, INTEGER(c)), length) for c in range(count)]
        kind = context.get_data_type(signature.args[0].dtype)
        lines, step = (LANES, down) if lying == ROWS else (count, across)
        width = count if short else LANES
        with cgutils.for_range_slice(builder, INTEGER(0), rows, INTEGER(LANES)) as (k, _):
            here = builder.gep(begin, [builder.mul(k, down)])
            places_here = [builder.gep(here, [builder.mul(step, INTEGER(i))]) for i in range(lines)]
            loaded = [widened(builder, first_values(builder, place, kind, width)) for place in places_here]
            if lying == ROWS:
                loaded = transposed(builder, loaded)[skipped : skipped + count]
            for vector, point, place in zip(loaded, points, places, strict=True):
                store(builder, builder.fsub(vector, point), block.data, builder.add(place, k))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        possible = lies_so(signature.args[0], lying)
        for count in cases(builder, arguments[4], range(1, LANES + 1) if possible else ()):
            packed(context, builder, signature, arguments, count)
        return context.get_dummy_value()

    def pack(typing: Any, X: Any, first: Any, rows: Any, j: Any, count: Any, origin: Any, block: Any) -> Any:
        return types.none(X, types.intp, types.intp, types.intp, types.intp, origin, block), emit

    packer: Callable[..., None] = intrinsic(pack)
    return packer


_pack_rows, _pack_short_rows, _pack_columns = _packer(ROWS), _packer(ROWS, short=True), _packer(COLUMNS)


@compiled
def _ask_square(X: AnyArray, first: int, j: int, lying: int) -> None:
    """Ask memory for the LANES × LANES values of X at [first, j]."""
    if lying == ROWS:
        for i in range(first, first + LANES, max(1, LINE // X.shape[1])):
            prefetch(X, i, j)
    else:
        for i in range(j, min(X.shape[1], j + LANES)):
            prefetch(X, first, i)


@compiled
def pack_columns(X: AnyArray, first: int, rows: int, origin: Array, lying: int, block: Array) -> None:
    """Shift `rows` rows of `X`, from `first` on, into the first columns of `block` (columns, length)."""
    p = X.shape[1]
    done = 0 if lying == NEITHER else rows - rows % LANES
    for j in range(0, p if done else 0, LANES):
        count = min(LANES, p - j)
        if lying == COLUMNS:
            _pack_columns(X, first, done, j, count, origin, block)
        elif p < LANES:
            _pack_short_rows(X, first, done, j, count, origin, block)
        else:
            _pack_rows(X, first, done, j, count, origin, block)
    for j in range(p):
        for k in range(done, rows):
            block[j, k] = X[first + k, j] - origin[j]


@compiled
def ask(X: AnyArray, first: int, rows: int, lying: int) -> None:
    """Ask memory for `rows` rows of `X`, from `first` on, if there are so many."""
    p = X.shape[1]
    if p == 0 or first + rows > len(X):
        return
    if lying == ROWS:
        for k in range(first, first + rows, max(1, LINE // p)):
            for j in range(0, p, LINE):
                prefetch(X, k, j)
    elif lying == COLUMNS:
        for j in range(p):
            for k in range(first, first + rows, LINE):
                prefetch(X, k, j)


@compiled
def ahead(X: AnyArray, first: int, rows: int, lying: int) -> tuple[int, int, int, int]:
    """Where the `rows` rows of `X` lie that are wanted next, from `first` on, for `multiply_columns` to ask for them.

    They are taken as p stretches of memory: the columns, or as many equal parts of rows that lie together. Returned are
    the address of the first stretch, from there to the next one, from one value to the next, and how many there are:
    none where the table ends, or where neither rows nor columns lie together.
    """
    p = X.shape[1]
    known = p > 0 and lying != NEITHER and first + rows <= len(X)
    if not known:
        return address_of(X, 0, 0), 0, 0, 0
    across = rows * X.strides[0] // p if lying == ROWS else X.strides[1]
    step = across // rows if lying == ROWS else X.itemsize
    return address_of(X, first, 0), across, step, p


@compiled
def pack_panels(X: AnyArray, first: int, rows: int, origin: Array, lying: int, block: Array) -> None:
    """Shift `rows` rows of `X`, from `first` on, into the first panels of `block` (panels, BLOCK, LANES).

    Memory is asked for the values of the next block at the same time.
    """
    p = X.shape[1]
    done = 0 if lying == NEITHER else rows - rows % LANES
    for j in range(0, p if done else 0, LANES):
        count = min(LANES, p - j)
        for k in range(0, done, LANES):
            _ask_square(X, first + k + BLOCK, j, lying)
            if lying == ROWS:
                _rows_to_panels(X, first + k, j, count, origin, block, j * BLOCK + k * LANES, LANES)
            else:
                _columns_to_panels(X, first + k, j, count, origin, block, j * BLOCK + k * LANES, LANES)
    for k in range(done, rows):
        for j in range(p):
            block[j // LANES, k, j % LANES] = X[first + k, j] - origin[j]
