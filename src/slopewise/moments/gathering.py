"""From strips, wherever they lie, to a block of rows kept by columns: what `packing` is for one array.

    block[j, k] = column j in row first + k, as float64

Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from slopewise.moments.compiled import compiled
from slopewise.moments.strips import IN_PLACE, Strips
from slopewise.moments.vectors import INTEGER, LANES, VECTOR, array_data, prefetch_at, store
from slopewise.typing import Array, IntArray

AHEAD = 512
"""Rows ahead of those that are copied, from which memory is asked for values: its answer takes that long."""


def _copier(dtype: np.dtype[Any]) -> Callable[..., None]:
    """`copy(address, rows, block, offset)`: the `rows` values that lie from `address` on into block[offset:].

    `offset` counts values. What lies `AHEAD` of them is asked for at the same time.
    """
    whole = dtype.kind == "i"
    kind = ir.IntType(8 * dtype.itemsize) if whole else {4: ir.FloatType(), 8: ir.DoubleType()}[dtype.itemsize]
    register = ir.VectorType(kind, LANES)

    def widened(builder: Any, values: Any, into: Any) -> Any:
        if whole:
            return builder.sitofp(values, into)
        return values if kind == ir.DoubleType() else builder.fpext(values, into)

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address, rows, _, offset = arguments
        source, data = (
            builder.inttoptr(address, kind.as_pointer()),
            array_data(context, builder, signature, arguments, 2),
        )
        full = builder.sdiv(rows, INTEGER(LANES))
        with cgutils.for_range(builder, full) as loop:
            k = builder.mul(loop.index, INTEGER(LANES))
            place = builder.gep(source, [k])
            prefetch_at(builder, builder.gep(place, [INTEGER(AHEAD)]))
            loaded = builder.load(builder.bitcast(place, register.as_pointer()))
            loaded.align = dtype.itemsize
            store(builder, widened(builder, loaded, VECTOR), data, builder.add(offset, k))
        done = builder.mul(full, INTEGER(LANES))
        with cgutils.for_range_slice(builder, done, rows, INTEGER(1)) as (k, _):
            value = widened(builder, builder.load(builder.gep(source, [k])), ir.DoubleType())
            builder.store(value, builder.gep(data, [builder.add(offset, k)]))
        return context.get_dummy_value()

    def copy(typing: Any, address: Any, rows: Any, block: Any, offset: Any) -> Any:
        return types.none(types.int64, types.int64, block, types.int64), emit

    copier: Callable[..., None] = intrinsic(copy)
    return copier


_copy_doubles, _copy_singles, _copy_longs, _copy_shorts = map(_copier, IN_PLACE)
DOUBLES, SINGLES, LONGS = range(3)


def places(table: Strips) -> tuple[IntArray, IntArray, IntArray]:
    """Where the strips lie, as `gather` takes it."""
    for array in table.lying:
        array.flags.writeable = False
    return table.lying


@compiled
def gather(starts: IntArray, addresses: IntArray, kinds: IntArray, first: int, rows: int, block: Array) -> None:
    """`rows` rows, from `first` on, into the first columns of `block` (columns, length)."""
    length = block.shape[1]
    run, done = np.searchsorted(starts, first, side="right") - 1, 0
    while done < rows:
        begun = first + done - starts[run]
        count = min(rows - done, starts[run + 1] - first - done)
        for j in range(len(kinds)):
            offset = j * length + done
            if kinds[j] == DOUBLES:
                _copy_doubles(addresses[run, j] + 8 * begun, count, block, offset)
            elif kinds[j] == SINGLES:
                _copy_singles(addresses[run, j] + 4 * begun, count, block, offset)
            elif kinds[j] == LONGS:
                _copy_longs(addresses[run, j] + 8 * begun, count, block, offset)
            else:
                _copy_shorts(addresses[run, j] + 4 * begun, count, block, offset)
        done += count
        run += 1
