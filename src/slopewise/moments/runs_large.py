"""The double-double products of runs of rows that belong together, compiled: into packed states, wherever these lie.

A state is the triangle of Σ v z zᵀ, z = [1, x, y], row by row: T = k (k + 1)/2 sums for k = p + 2 columns, high halves
first, then the low ones. A run of MANY rows or more goes through the tiles of `paired_large`, with its rows gathered on
the way in. Of a shorter one each tile of LANES sums is held in registers while its rows go by,

    p = a·b,  e = fma(a, b, −p)        s, r = two_sum(hi, p)        hi = s,  lo += r + e

and the pair is normalised at the end of the run: MANY rows at most, so `lo` keeps its digits.

Importing this file imports Numba, so only `runs` does, and only for rows that repay it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import aligned, compiled, kept
from slopewise.moments.packing import LINE, ROWS, pack_columns
from slopewise.moments.paired_large import FLUSH, add_block, add_pairs, settle
from slopewise.moments.paired_tiles import BLOCK, STRIDE
from slopewise.moments.rows import EXACT
from slopewise.moments.vectors import (
    FLAG,
    INTEGER,
    LANES,
    NUMBER,
    VECTOR,
    ZERO,
    address,
    array_data,
    fma,
    fused,
    load,
    prefetch,
    spread,
    store,
    two_sum,
)
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

MANY = 64
"""Rows from which on a run goes through the tiles, which take whole blocks of rows at a time."""


AHEAD = 24
"""Rows further on that memory is asked for: those of a run lie apart."""


def space(p: int, *, lows: bool, weighted: bool) -> tuple[Array, ...]:
    """What a thread works in: packed columns, their spans, squares by lane, totals, weights, gathered rows."""
    columns = p + 2 + p % 2
    tiles = columns // 2 * (columns // 2 + 1) // 2
    parts = 4 if weighted else 2 if lows else 1
    return (
        aligned(parts, columns, STRIDE),
        np.zeros((2, columns)),
        np.zeros(LANES),
        aligned(tiles, 2, 4, LANES),
        np.zeros((2, tiles, 2, 2)),
        np.zeros(BLOCK),
        np.zeros(p),
        aligned(BLOCK, p),
        aligned(parts, MANY, p + 2 + LANES),
    )


class _Half:
    """The high or the low halves of a row of sums, register by register; the state ends `room` values from `place`.

    Of the last register perhaps a part alone is ours. It is read and stored whole where the state goes on, with what
    was there in the other lanes: storing a part takes ten times as long.
    """

    def __init__(self, builder: Any, state: Any, place: Any, room: Any, tiles: int, count: Any) -> None:
        self.builder, self.last, self.name = builder, tiles - 1, f"v{LANES}f64.p0"
        self.state, self.places = state, [builder.add(place, INTEGER(tile * LANES)) for tile in range(tiles)]
        self.ends = builder.icmp_signed(">=", room, INTEGER(tiles * LANES))
        self.mask = _flags(builder, builder.sub(count, INTEGER(self.last * LANES)))

    def read(self, tile: int) -> Any:
        """A variable that holds the sums of a register."""
        builder, place = self.builder, self.places[tile]
        found = cgutils.alloca_once_value(builder, ZERO)  # type: ignore[no-untyped-call]
        if tile < self.last:
            builder.store(load(builder, self.state, place), found)
            return found
        with builder.if_else(self.ends) as (inside, across):
            with inside:
                builder.store(load(builder, self.state, place), found)
            with across:
                where = address(builder, self.state, place)
                name = f"llvm.masked.load.{self.name}"
                builder.store(_masked(builder, name, VECTOR, [where, NUMBER(8), self.mask, ZERO]), found)
        self.before = builder.load(found)
        return found

    def write(self, tile: int, value: Any) -> None:
        """Store the sums of a register."""
        builder, place = self.builder, self.places[tile]
        if tile < self.last:
            store(builder, value, self.state, place)
            return
        with builder.if_else(self.ends) as (inside, across):
            with inside:
                store(builder, builder.select(self.mask, value, self.before), self.state, place)
            with across:
                where = address(builder, self.state, place)
                _masked(builder, f"llvm.masked.store.{self.name}", ir.VoidType(), [value, where, NUMBER(8), self.mask])


def _masked(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    kinds = [argument.type for argument in arguments]
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, kinds), name)  # type: ignore[no-untyped-call]
    return builder.call(function, arguments)


def _flags(builder: Any, count: Any) -> Any:
    """The first `count` lanes."""
    flags = ir.Constant(ir.VectorType(FLAG, LANES), [0] * LANES)
    for lane in range(LANES):
        flags = builder.insert_element(flags, builder.icmp_signed("<", INTEGER(lane), count), NUMBER(lane))
    return flags


def _tile_kernel(tiles: int, lows: bool = False) -> Callable[..., None]:
    """`add(rows, n, i, j, count, state, place, T, room)`: products of column i with columns j … j + count − 1.

    They fill `tiles` registers, the last one perhaps in part: several at a time, since in each one a row waits for the
    row before. `rows` (parts, MANY, width): z, and with `lows` its low halves and both halves of v z; the sums are at
    state[place:] and, their low halves, at state[place + T:]; they are left normalised. The state ends `room` values
    from `place`.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, state = (array_data(context, builder, signature, arguments, n) for n in (0, 5))
        _, n, i, j, count, _, place, beneath, room = arguments
        shape = context.make_array(signature.args[0])(context, builder, arguments[0]).shape
        parts = cgutils.unpack_tuple(builder, shape, 3)  # type: ignore[no-untyped-call]
        width, part = parts[2], builder.mul(parts[1], parts[2])
        left = builder.select(builder.icmp_signed(">", parts[0], INTEGER(2)), builder.mul(part, INTEGER(2)), INTEGER(0))
        ends = (place, room), (builder.add(place, beneath), builder.sub(room, beneath))
        halves = [_Half(builder, state, *end, tiles, count) for end in ends]
        sums = [[half.read(tile) for half in halves] for tile in range(tiles)]
        with cgutils.for_range(builder, n) as loop:
            row = builder.mul(loop.index, width)
            one = builder.add(builder.add(row, i), left)
            a = spread(builder, builder.gep(data, [one]))
            a_low = spread(builder, builder.gep(data, [builder.add(one, part)])) if lows else None
            for tile, (hi, lo) in enumerate(sums):
                other = builder.add(builder.add(row, j), INTEGER(tile * LANES))
                b = load(builder, data, other)
                p = builder.fmul(a, b)
                e = fused(builder, a, b, builder.fneg(p))
                if lows:
                    b_low = load(builder, data, builder.add(other, part))
                    e = fused(builder, a_low, b, fused(builder, a, b_low, e))
                s, r = two_sum(builder, builder.load(hi), p)
                builder.store(s, hi)
                builder.store(builder.fadd(builder.load(lo), builder.fadd(r, e)), lo)
        for tile, (hi, lo) in enumerate(sums):
            for half, value in zip(halves, two_sum(builder, builder.load(hi), builder.load(lo)), strict=True):
                half.write(tile, value)
        return context.get_dummy_value()

    def add(
        typing: Any, rows: Any, n: Any, i: Any, j: Any, count: Any, state: Any, place: Any, T: Any, room: Any
    ) -> Any:
        index = types.intp
        return types.none(rows, index, index, index, index, state, index, index, index), emit

    kernel: Callable[..., None] = intrinsic(add)
    return kernel


_add_one, _add_two, _add_three = (_tile_kernel(tiles) for tiles in (1, 2, 3))
_add_lows = _tile_kernel(1, lows=True)


@kept
def sort_runs(codes: IntArray, order: IntArray, ends: IntArray) -> None:
    """The rows of each code from 0 on, one code after another, into `order`; where each code's rows end, into `ends`.

    Rows of a code below 0 are left out; within a code the rows keep their order. `ends` (count,) are zeros.
    """
    for code in codes:
        if code >= 0:
            ends[code] += 1
    before = 0
    for g in range(len(ends)):
        before, ends[g] = before + ends[g], before
    for k in range(len(codes)):
        g = codes[k]
        if g >= 0:
            order[ends[g]] = k
            ends[g] += 1


@compiled
def _gather(
    X: AnyArray, y: AnyArray, order: IntArray, first: int, rows: int, zeros: Array, lines: Array, block: Array
) -> None:
    """Columns 1 … p + 1 of `block` from `rows` rows, zeros after them."""
    p = X.shape[1]
    if X.strides[1] == X.itemsize and p > 1:
        for k in range(rows):
            row = order[first + k]
            for c in range(p):
                lines[k, c] = X[row, c]
        pack_columns(lines, 0, rows, zeros, ROWS, block[1:])
    else:
        for k in range(rows):
            row = order[first + k]
            for c in range(p):
                block[c + 1, k] = X[row, c]
    for k in range(rows):
        block[p + 1, k] = y[order[first + k], 0]
    block[: p + 2, rows:BLOCK] = 0.0


@compiled
def _add_long(
    X: AnyArray, X_low: AnyArray, y: AnyArray, y_low: AnyArray, weights: AnyArray, powers: Array, order: IntArray,
    start: int, stop: int, packed: Array, spans: Array, squares: Array, lanes: Array, total: Array, v: Array,
    zeros: Array, lines: Array, state: Array, whole: BoolArray,
) -> None:  # fmt: skip
    """Add a long run to `state` (2, T)."""
    total[:] = 0.0
    for first in range(start, stop, BLOCK):
        rows = min(BLOCK, stop - first)
        _gather(X, y, order, first, rows, zeros, lines, packed[0])
        for k in range(BLOCK):
            packed[0, 0, k] = 1.0 if k < rows else 0.0
        if len(X_low):
            _gather(X_low, y_low, order, first, rows, zeros, lines, packed[1])
        for k in range(rows * (len(weights) > 0)):
            v[k] = weights[order[first + k], 0]
        add_block(v[: rows * (len(weights) > 0)], powers, packed, spans, squares, lanes, whole)
        if first + rows == stop or (first + rows - start) % FLUSH == 0:
            settle(lanes, total)
    _unpack(total, X.shape[1] + 2, state)


@compiled
def _unpack(total: Array, k: int, state: Array) -> None:
    """Add the tiles of `total` (2, tiles, 2, 2) to a packed state (2, T)."""
    edge = (k + 1) // 2
    t = 0
    for i in range(k):
        tile = i // 2 * edge - i // 2 * (i // 2 - 1) // 2 - i // 2
        for j in range(i, k):
            high, low = total[0, tile + j // 2, i % 2, j % 2], total[1, tile + j // 2, i % 2, j % 2]
            state[0, t], state[1, t] = add_pairs(state[0, t], state[1, t], high, low)
            t += 1


@compiled
def _take(
    X: AnyArray, X_low: AnyArray, y: AnyArray, y_low: AnyArray, weights: AnyArray, powers: Array, order: IntArray,
    start: int, stop: int, rows: Array, whole: BoolArray,
) -> None:  # fmt: skip
    """The rows of a short run: z, its low halves where there are any, and with weights both halves of v z."""
    p, n = X.shape[1], stop - start
    for k in range(n):
        row = order[start + k]
        if start + k + AHEAD < len(order):
            ahead = order[start + k + AHEAD]
            for c in range(0, p, LINE):
                prefetch(X, ahead, c)
            prefetch(X, ahead, p)  # where y lies beside the columns it comes with them
        rows[0, k, 0] = 1.0
        for c in range(p):
            rows[0, k, c + 1] = X[row, c]
        rows[0, k, p + 1] = y[row, 0]
        if len(X_low):
            for c in range(p):
                rows[1, k, c + 1] = X_low[row, c]
            rows[1, k, p + 1] = y_low[row, 0]
    for c in range(p + 1):
        for k in range(n * whole[c]):
            z = rows[0, k, c + 1]
            if z != math.floor(z) or abs(z) >= EXACT or (len(X_low) and rows[1, k, c + 1] != 0.0):
                whole[c] = False
                break
    if len(powers):
        for half in range(min(len(rows), 2)):
            for k in range(n):
                for c in range(p + 1):
                    rows[half, k, c + 1] *= powers[c]
    for k in range(n * (len(weights) > 0)):
        v = weights[order[start + k], 0]
        for c in range(p + 2):
            z = rows[0, k, c]
            product = v * z
            rows[2, k, c] = product
            rows[3, k, c] = fma(v, rows[1, k, c], fma(v, z, -product))


@compiled
def _add_short(rows: Array, n: int, k: int, states: Array, place: int) -> None:
    """Add `n` rows of a run to the packed state at `place`."""
    T = k * (k + 1) // 2
    at, end = place * 2 * T, (place + 1) * 2 * T
    for i in range(k):
        j = i
        while j < k:
            count, here, room = k - j, at + j - i, end - at - j + i
            if len(rows) > 1:
                count = min(LANES, count)
                _add_lows(rows, n, i, j, count, states, here, T, room)
            elif count > 2 * LANES:
                count = min(3 * LANES, count)
                _add_three(rows, n, i, j, count, states, here, T, room)
            elif count > LANES:
                _add_two(rows, n, i, j, count, states, here, T, room)
            else:
                _add_one(rows, n, i, j, count, states, here, T, room)
            j += count
        at += k - i


@kept
def add_runs(
    X: AnyArray, X_low: AnyArray, y: AnyArray, y_low: AnyArray, weights: AnyArray, powers: Array, order: IntArray,
    starts: IntArray, stops: IntArray, places: IntArray, states: Array, whole: BoolArray,
    packed: Array, spans: Array, squares: Array, lanes: Array, total: Array, v: Array, zeros: Array, lines: Array,
    rows: Array,
) -> None:  # fmt: skip
    """Add the rows order[starts[r] : stops[r]] to states[places[r]], for every r; what is absent is empty.

    `y`, `y_low` and `weights` are columns (m, 1), which may lie beside those of X; `states` (count, 2, T); `whole`
    (p + 1,) stays true while a column holds whole numbers only; then comes `space`.
    """
    for r in range(len(places)):
        start, stop = starts[r], stops[r]
        if stop - start >= MANY:
            _add_long(
                X, X_low, y, y_low, weights, powers, order, start, stop, packed, spans, squares, lanes, total, v,
                zeros, lines, states[places[r]], whole,
            )  # fmt: skip
        else:
            _take(X, X_low, y, y_low, weights, powers, order, start, stop, rows, whole)
            _add_short(rows, stop - start, X.shape[1] + 2, states, places[r])


@kept
def add_states(states: Array, places: IntArray, more: Array) -> None:
    """states[places[r]] += more[r], packed states (…, 2, T), for every r."""
    for r in range(len(places)):
        one, other = states[places[r]], more[r]
        for t in range(one.shape[1]):
            one[0, t], one[1, t] = add_pairs(one[0, t], one[1, t], other[0, t], other[1, t])
