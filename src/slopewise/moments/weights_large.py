"""What has to be known of many weights, in one reading of them: their extremes, their sum and that of their logarithms.

A logarithm for each of ten million rows takes longer than their cross-products do. But the logarithm of a product of
mantissas in [1, 2) is the sum of theirs, so that a few are enough for all the weights of a chunk: their exponents are
added up as whole numbers, and so is that of a product before it grows too large. Importing this file imports Numba.
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

from slopewise.moments.compiled import RUN, chunk_length, compiled, frozen, in_order, kept
from slopewise.moments.vectors import INTEGER, LANES, VECTOR, array_data, load, store
from slopewise.moments.weight_sums import WeightSums
from slopewise.typing import Array, IntArray

REGISTERS = 4
"""Registers of weights that are added up side by side: as many sums as an addition takes cycles."""

SIDE = REGISTERS * LANES
"""Weights of a step."""

BLOCK = 512 * SIDE
"""Weights after which a product of mantissas is reduced to its own: one of 512 stays below 2⁵¹²."""

_MANTISSA, _ONE, _BIAS = (1 << 52) - 1, 1023 << 52, 1023
_NORMAL = 2.0**-1022


def weight_sums(weights: Array, *, threads: int) -> WeightSums:
    """The sums of `weights` (m,), m > 0, on `threads` threads, whose number does not change a bit.

    >>> weight_sums(np.array([0.5, 2.0, 4.0]), threads=1)
    WeightSums(regular=True, total=6.5, log_total=1.3862943611198906)
    """
    m = len(weights)
    length = chunk_length(m, BLOCK)
    v = frozen(weights)

    def work(start: int) -> Array:
        stop = min(start + RUN * length, m)
        figures = unread(-(-(stop - start) // length))
        _add_up(v, start, stop, length, figures)
        return figures

    return joined_sums(np.concatenate(list(in_order(work, range(0, m, RUN * length), threads))))


def unread(chunks: int) -> Array:
    """The figures of chunks before any weight is read: the smallest, Σ v and Σ log v, (chunks, 3)."""
    return np.full((chunks, 3), [np.inf, 0.0, 0.0])


def joined_sums(parts: Array) -> WeightSums:
    """What chunks of weights add up to, by their figures (chunks, 3)."""
    smallest, total, log_total = float(parts[:, 0].min()), float(parts[:, 1].sum()), float(parts[:, 2].sum())
    return WeightSums(smallest >= _NORMAL and math.isfinite(total), total, log_total)


def _reading(
    typing: Any, weights: Any, first: Any, stop: Any, least: Any, sums: Any, products: Any, powers: Any
) -> Any:
    """`read(weights, first, stop, least, sums, products, powers)`: whole steps of weights, each in a lane of its own.

    They lower `least`, are added to `sums`, and multiply `products` by their mantissas; the exponents, as the format
    has them, are added to `powers`. All four are (SIDE,).
    """
    whole = ir.VectorType(INTEGER, LANES)
    mantissa, one, shift = (ir.Constant(whole, [number] * LANES) for number in (_MANTISSA, _ONE, 52))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, *kept_in = (array_data(context, builder, signature, arguments, at) for at in (0, 3, 4, 5, 6))
        kept_in[3] = builder.bitcast(kept_in[3], ir.DoubleType().as_pointer())
        places = [(array, INTEGER(r * LANES)) for array in kept_in for r in range(REGISTERS)]
        registers = [cgutils.alloca_once_value(builder, load(builder, *place)) for place in places]  # type: ignore[no-untyped-call]
        with cgutils.for_range_slice(builder, arguments[1], arguments[2], INTEGER(SIDE)) as (k, _):
            for r in range(REGISTERS):
                v = load(builder, data, builder.add(k, INTEGER(r * LANES)))
                bits = builder.bitcast(v, whole)
                own = builder.bitcast(builder.or_(builder.and_(bits, mantissa), one), VECTOR)
                smallest, total, product, power = registers[r::REGISTERS]
                least_yet = builder.load(smallest)
                builder.store(builder.select(builder.fcmp_ordered("<", v, least_yet), v, least_yet), smallest)
                builder.store(builder.fadd(builder.load(total), v), total)
                builder.store(builder.fmul(builder.load(product), own), product)
                exponents = builder.bitcast(builder.load(power), whole)
                builder.store(builder.bitcast(builder.add(exponents, builder.lshr(bits, shift)), VECTOR), power)
        for register, place in zip(registers, places, strict=True):
            store(builder, builder.load(register), *place)
        return context.get_dummy_value()

    return types.none(weights, types.intp, types.intp, least, sums, products, powers), emit


_read: Callable[..., None] = intrinsic(_reading)


@compiled
def _reduce(products: Array, powers: IntArray) -> None:
    """Products become their mantissas; their exponents go to the powers."""
    bits = products.view(np.int64)
    for lane in range(len(products)):
        powers[lane] += (bits[lane] >> 52) - _BIAS
        bits[lane] = (bits[lane] & _MANTISSA) | _ONE


Lanes = tuple[Array, Array, Array, IntArray]


@compiled
def lanes() -> Lanes:
    """What the lanes of the registers hold of the weights of a chunk: the least, Σ v, and the mantissas and powers of
    their products."""
    return np.empty(SIDE), np.empty(SIDE), np.empty(SIDE), np.empty(SIDE, dtype=np.int64)


@compiled
def read_weights(weights: Array, first: int, stop: int, begins: bool, lanes: Lanes, figures: Array) -> None:
    """The weights from `first` to `stop`, at most BLOCK of them, into the lanes; what fills no step, into `figures`.

    Where a chunk `begins` the lanes are emptied before.
    """
    least, sums, products, powers = lanes
    for lane in range(SIDE if begins else 0):
        least[lane], sums[lane], products[lane], powers[lane] = np.inf, 0.0, 1.0, 0
    whole = stop - (stop - first) % SIDE
    _read(weights, first, whole, least, sums, products, powers)
    for lane in range(SIDE):
        powers[lane] -= _BIAS * ((whole - first) // SIDE)
    _reduce(products, powers)
    for k in range(whole, stop):
        v = weights[k]
        sums[0] += v
        least[0] = v if v < least[0] else least[0]
        figures[2] += math.log(v) if v > 0.0 else 0.0


@compiled
def end_chunk(lanes: Lanes, figures: Array) -> None:
    """The lanes, into the smallest weight, Σ v and Σ log v of the chunk, (3,)."""
    least, sums, products, powers = lanes
    for lane in range(SIDE):
        figures[0] = least[lane] if least[lane] < figures[0] else figures[0]
        figures[1] += sums[lane]
        figures[2] += math.log(products[lane]) + powers[lane] * math.log(2.0)


@kept
def _add_up(weights: Array, start: int, stop: int, length: int, figures: Array) -> None:
    """The weights from `start` to `stop`, in chunks of `length`, each into its row of `figures` (chunks, 3)."""
    inside = lanes()
    for begin in range(start, stop, length):
        chunk, end = figures[(begin - start) // length], min(begin + length, stop)
        for first in range(begin, end, BLOCK):
            read_weights(weights, first, min(first + BLOCK, end), first == begin, inside, chunk)
        end_chunk(inside, chunk)
