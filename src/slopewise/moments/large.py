"""The shifted sums of a large table: one pass over the rows, products summed in vector registers, one thread per core.

A block of 128 rows is shifted and packed into panels of LANES columns, small enough for the first cache,

    panel v:   block[v, k, l] = z[k, LANES·v + l] − origin        z = [x₁ … x_p, y] of row k, then a column of ones

and every pair of panels i ≤ j adds the products of its columns to one tile of LANES × LANES sums. A tile is computed
in registers (the outer-product micro-kernel of Goto & van de Geijn 2008, *ACM Trans. Math. Softw.* 34(3), §4), so a
value is read from memory once, however many products it enters. The column of ones makes the sums Σ v (z − origin)
products like any other.

Rows are cut into chunks by their number alone, and the chunks are added up in order: the answer does not depend on the
number of threads. Importing this file imports Numba, so only `kernels` does, and only for a table that repays it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import binding, ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.typing import AnyArray, Array


def _lanes() -> int:
    try:
        return 8 if binding.get_host_cpu_features().get("avx512f") else 4
    except RuntimeError:  # LLVM cannot tell on every system
        return 4


LANES = _lanes()
"""Columns of a panel: the float64 lanes of a vector register, 8 with AVX-512 and 4 with AVX2 (on ARM two registers)."""

BLOCK = 128
"""Rows packed at a time: a panel of 8 lanes is 8 KiB, and the four that a tile reads fit a first cache of 32 KiB."""

CHUNKS, CHUNK_ROWS = 64, 4096
"""At most 64 chunks of at least 4096 rows: even shares for many cores, and few partial sums to add up."""

F = TypeVar("F", bound=Callable[..., Any])


def shifted_sums(
    X: AnyArray, y: AnyArray, weights: Array | None, origin: Array, *, threads: int
) -> tuple[Array, Array]:
    """Sums and cross-products of the rows z = [x, y] about an origin o, on `threads` threads.

        sums = Σ vᵢ (zᵢ − o)            products = Σ vᵢ (zᵢ − o)(zᵢ − o)ᵀ

    `X` (m, p) and `y` (m,) of float64 or float32 and of any strides, `weights` (m,) or None for ones, `origin`
    (p + 1,). Returns (p + 1,) and a symmetric (p + 1, p + 1), the same bits for any `threads`. A row of weight zero
    adds nothing, whatever it holds; NaN and infinities of the other rows reach the result.

    >>> X, y, origin = np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([1.0, 3.0])
    >>> sums, products = shifted_sums(X, y, None, origin, threads=2)
    >>> sums.tolist(), products.tolist()
    ([1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    m, p = X.shape
    panels = -(-(p + 2) // LANES)
    length = -(-max(CHUNK_ROWS, -(-m // CHUNKS)) // BLOCK) * BLOCK
    starts = range(0, m, length)
    partial = np.zeros((len(starts), panels * (panels + 1) // 2, LANES, LANES))
    rows = _frozen(X), _frozen(y), _frozen(np.empty(0) if weights is None else weights), _frozen(origin)
    by_rows = abs(X.strides[1]) <= abs(X.strides[0])
    waiting = deque(range(len(starts)))

    def work() -> None:
        block, weighted = _aligned(panels), _aligned(panels if weights is not None else 0)
        while True:
            try:  # a deque hands out each chunk once, whichever thread asks
                chunk = waiting.popleft()
            except IndexError:
                return
            stop = min(starts[chunk] + length, m)
            _accumulate(*rows, starts[chunk], stop, by_rows, block, weighted, partial[chunk])

    helpers = min(threads, len(starts)) - 1
    with ThreadPoolExecutor(max(helpers, 1)) as pool:
        others = [pool.submit(work) for _ in range(helpers)]
        work()
        for other in others:
            other.result()
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs: the caller finds the NaN
        return _unpacked(partial.sum(axis=0), panels, p + 1)


def _unpacked(tiles: Array, panels: int, q: int) -> tuple[Array, Array]:
    """The sums (q,) and the symmetric products (q, q) from the tiles of the upper triangle, in the order i ≤ j."""
    full = np.zeros((panels, LANES, panels, LANES))
    i, j = np.triu_indices(panels)
    full[i, :, j, :] = tiles
    upper = np.triu(full.reshape(panels * LANES, panels * LANES)[: q + 1, : q + 1])
    return upper[:q, q].copy(), upper[:q, :q] + np.triu(upper[:q, :q], 1).T


def _frozen(array: AnyArray) -> AnyArray:
    """A read-only view, a vector as contiguous float64: Numba compiles anew for each kind of array it meets."""
    view = array.view() if array.ndim == 2 else np.ascontiguousarray(array, dtype=np.float64).view()
    view.flags.writeable = False
    return view


def _aligned(panels: int) -> Array:
    """A zero block (panels, BLOCK, LANES) that starts on a cache line: vectors across two load at half speed."""
    size = panels * BLOCK * LANES
    space = np.zeros(size + 8)
    skip = -space.ctypes.data % 64 // 8
    return space[skip : skip + size].reshape(panels, BLOCK, LANES)


def _compiled(function: F) -> F:
    """`function` compiled to run without the interpreter's lock."""
    return cast(F, njit(nogil=True)(function))


def _kept(function: F) -> F:
    """`_compiled`, and kept on disk for the next process where any cache folder can be written."""
    try:
        return cast(F, njit(nogil=True, cache=True)(function))
    except RuntimeError:  # Numba found no such folder
        return _compiled(function)


# The micro-kernel, written in LLVM's own language: what Numba would make of loops over lanes is left to chance.

VECTOR, INTEGER = ir.VectorType(ir.DoubleType(), LANES), ir.IntType(64)
UNDEFINED, ZERO = ir.Constant(VECTOR, ir.Undefined), ir.Constant(VECTOR, [0.0] * LANES)
FIRST_LANE = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)


def _address(builder: Any, data: Any, offset: Any) -> Any:
    return builder.bitcast(builder.gep(data, [offset]), VECTOR.as_pointer())


def _load(builder: Any, data: Any, offset: Any) -> Any:
    """The vector data[offset : offset + LANES]."""
    loaded = builder.load(_address(builder, data, offset))
    loaded.align = 8
    return loaded


def _spread(builder: Any, data: Any, offset: Any) -> Any:
    """The scalar data[offset] in every lane."""
    scalar = builder.load(builder.gep(data, [offset]))
    lane = builder.insert_element(UNDEFINED, scalar, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(lane, UNDEFINED, FIRST_LANE)


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
            array = context.make_array(signature.args[position])(context, builder, arguments[position])
            return builder.gep(array.data, [builder.mul(arguments[index], INTEGER(size))])

        left, right, tiles = pointer(0, 1, BLOCK * LANES), pointer(2, 3, BLOCK * LANES), pointer(5, 6, LANES * LANES)
        kind, name = ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{LANES}f64"
        fma = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        sums = {cell: cgutils.alloca_once_value(builder, ZERO) for cell in cells}  # type: ignore[no-untyped-call]
        with cgutils.for_range(builder, arguments[4]) as loop:
            row = builder.mul(loop.index, INTEGER(LANES))
            columns = [_load(builder, left, builder.add(row, INTEGER(v * BLOCK * LANES))) for v in range(panels)]
            factors = [_spread(builder, right, builder.add(row, INTEGER(a))) for a in range(LANES)]
            for v, a in cells:
                builder.store(builder.call(fma, [columns[v], factors[a], builder.load(sums[v, a])]), sums[v, a])
        for v, a in cells:
            offset = INTEGER((v * LANES + a) * LANES)
            total = builder.fadd(_load(builder, tiles, offset), builder.load(sums[v, a]))
            builder.store(total, _address(builder, tiles, offset)).align = 8
        return context.get_dummy_value()

    def multiply(typing: Any, left: Any, j: Any, right: Any, i: Any, rows: Any, tiles: Any, t: Any) -> Any:
        return types.none(left, types.intp, right, types.intp, types.intp, tiles, types.intp), emit

    kernel: Callable[..., None] = intrinsic(multiply)
    return kernel


_multiply_1, _multiply_2, _multiply_3 = (_tiles_kernel(panels) for panels in (1, 2, 3))


def _prefetching(typing: Any, X: Any, i: Any, j: Any) -> Any:
    """Ask memory for X[i, j], which may lie past the end: a hint, never a fault."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        steps = cgutils.unpack_tuple(builder, array.strides, 2)  # type: ignore[no-untyped-call]
        offset = builder.add(*(builder.mul(*pair) for pair in zip(arguments[1:], steps, strict=True)))
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        address = builder.gep(builder.bitcast(array.data, byte), [offset])
        builder.call(hint, [address, number(0), number(2), number(1)])  # to read, into the second cache, as data
        return context.get_dummy_value()

    return types.none(X, types.intp, types.intp), emit


_prefetch: Callable[..., None] = intrinsic(_prefetching)


@_compiled
def _pack_rows(X: AnyArray, origin: Array, block: Array) -> None:
    """Shift and pack features whose rows lie together: along the row, whole panels first.

    The rows of the next block are asked for at the same time, so that memory works while the tiles are computed
    (a fifth of the time, measured; columns that lie together come fast enough by themselves).
    """
    rows, p = X.shape
    whole = p // LANES
    for k in range(rows):
        row = X[k]
        for j in range(0, p, 8):
            _prefetch(X, k + BLOCK, j)
        for v in range(whole):
            for lane in range(LANES):
                block[v, k, lane] = row[v * LANES + lane] - origin[v * LANES + lane]
        for lane in range(p - whole * LANES):
            block[whole, k, lane] = row[whole * LANES + lane] - origin[whole * LANES + lane]


@_compiled
def _pack_columns(X: AnyArray, origin: Array, block: Array) -> None:
    """Shift and pack features whose columns lie together: panel by panel, so that few columns are read at once."""
    rows, p = X.shape
    for v in range(-(-p // LANES)):
        strip, point = X[:, v * LANES : (v + 1) * LANES], origin[v * LANES : (v + 1) * LANES]
        for k in range(rows):
            for lane in range(strip.shape[1]):
                block[v, k, lane] = strip[k, lane] - point[lane]


@_compiled
def _pack_target(y: Array, origin: Array, p: int, block: Array) -> None:
    """Shift and pack the target into column p, and put the ones beside it."""
    target, ones = block[p // LANES], block[(p + 1) // LANES]
    for k in range(len(y)):
        target[k, p % LANES] = y[k] - origin[p]
        ones[k, (p + 1) % LANES] = 1.0


@_compiled
def _weigh(weights: Array, block: Array, weighted: Array) -> None:
    """weighted = v · block, row by row; a row of weight zero becomes zeros in both, even where it is not finite."""
    for v in range(len(block)):
        panel, product = block[v], weighted[v]
        for k in range(len(weights)):
            if weights[k] == 0.0:
                panel[k, :] = 0.0
            for lane in range(LANES):
                product[k, lane] = weights[k] * panel[k, lane]


@_compiled
def _multiply(left: Array, right: Array, rows: int, tiles: Array) -> None:
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


@_kept
def _accumulate(
    X: AnyArray, y: Array, weights: Array, origin: Array, start: int, stop: int, by_rows: bool,
    block: Array, weighted: Array, tiles: Array,
) -> None:  # fmt: skip
    """Add the rows start … stop to `tiles` (pairs of panels, LANES, LANES); no weights means ones."""
    p = X.shape[1]
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        if by_rows:
            _pack_rows(X[first:last], origin, block)
        else:
            _pack_columns(X[first:last], origin, block)
        _pack_target(y[first:last], origin, p, block)
        if len(weights):
            _weigh(weights[first:last], block, weighted)
            _multiply(weighted, block, last - first, tiles)
        else:
            _multiply(block, block, last - first, tiles)
