"""Vector registers in LLVM's own language, for the micro-kernels: what Numba makes of loops over lanes is luck.

Importing this file imports Numba.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from llvmlite import binding, ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _lanes() -> int:
    try:
        return 8 if binding.get_host_cpu_features().get("avx512f") else 4
    except RuntimeError:  # LLVM cannot tell on every system
        return 4


LANES = _lanes()
"""The float64 lanes of a vector register: 8 with AVX-512, 4 with AVX2 (on ARM two registers)."""

VECTOR, INTEGER = ir.VectorType(ir.DoubleType(), LANES), ir.IntType(64)
NUMBER, FLAG = ir.IntType(32), ir.IntType(1)
UNDEFINED, ZERO = ir.Constant(VECTOR, ir.Undefined), ir.Constant(VECTOR, [0.0] * LANES)
FIRST_LANE = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)


def address(builder: Any, data: Any, offset: Any) -> Any:
    """Where the vector data[offset : offset + LANES] lies."""
    return builder.bitcast(builder.gep(data, [offset]), VECTOR.as_pointer())


def load(builder: Any, data: Any, offset: Any) -> Any:
    """The vector data[offset : offset + LANES]."""
    loaded = builder.load(address(builder, data, offset))
    loaded.align = 8
    return loaded


def store(builder: Any, vector: Any, data: Any, offset: Any) -> None:
    """data[offset : offset + LANES] = vector."""
    builder.store(vector, address(builder, data, offset)).align = 8


def spread(builder: Any, pointer: Any) -> Any:
    """The scalar at `pointer` in every lane."""
    lane = builder.insert_element(UNDEFINED, builder.load(pointer), ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(lane, UNDEFINED, FIRST_LANE)


def shuffled(builder: Any, a: Any, b: Any, lanes: list[int]) -> Any:
    """The vector of these lanes of a and b, those of b counted on from those of a."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(NUMBER, len(lanes)), lanes))


def widened(builder: Any, vector: Any) -> Any:
    """float32 as float64; float64 as it is."""
    if vector.type.element == ir.DoubleType():
        return vector
    return builder.fpext(vector, ir.VectorType(ir.DoubleType(), vector.type.count))


def array_data(context: Any, builder: Any, signature: Any, arguments: Any, position: int) -> Any:
    """The address of the first value of the array that is the argument at `position`."""
    return context.make_array(signature.args[position])(context, builder, arguments[position]).data


def fused(builder: Any, *factors: Any) -> Any:
    """a·b + c rounded once, for vectors or scalars."""
    kind = factors[0].type
    name = "llvm.fma.f64" if kind == ir.DoubleType() else f"llvm.fma.v{LANES}f64"
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)  # type: ignore[no-untyped-call]
    return builder.call(function, factors)


def multiplied_and_added(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c of vectors, rounded once or twice, whichever is faster here."""
    kind, name = ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{LANES}f64"
    function = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
    return builder.call(function, [a, b, c])


def cases(builder: Any, value: Any, counts: Iterable[int]) -> Iterator[int]:
    """Each of the `counts` in turn, with the builder in the branch that is taken where `value` is that number.

    So what is emitted knows the number, and its loops over it are unrolled. Other numbers take no branch.
    """
    end = builder.append_basic_block("end")
    switch = builder.switch(value, end)
    for count in counts:
        branch = builder.append_basic_block(f"case.{count}")
        switch.add_case(INTEGER(count), branch)
        builder.position_at_end(branch)
        yield count
        builder.branch(end)
    builder.position_at_end(end)


def two_sum(builder: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """a + b rounded, and what rounding left (Knuth)."""
    s = builder.fadd(a, b)
    t = builder.fsub(s, a)
    return s, builder.fadd(builder.fsub(a, builder.fsub(s, t)), builder.fsub(b, t))


def _fma(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c rounded once."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return fused(builder, *arguments)

    return types.float64(types.float64, types.float64, types.float64), emit


fma: Callable[..., float] = intrinsic(_fma)


def prefetch_at(builder: Any, pointer: Any) -> None:
    """Ask memory for what lies there, which may be nobody's: a hint, never a fault."""
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    # To read, into the second cache, as data.
    builder.call(hint, [builder.bitcast(pointer, byte), number(0), number(2), number(1)])


def _entry(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Where X[i, j] lies, or would lie, for the arguments X, i and j."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    steps = cgutils.unpack_tuple(builder, array.strides, 2)  # type: ignore[no-untyped-call]
    offset = builder.add(*(builder.mul(*pair) for pair in zip(arguments[1:], steps, strict=True)))
    return builder.gep(builder.bitcast(array.data, ir.IntType(8).as_pointer()), [offset])


def _prefetching(typing: Any, X: Any, i: Any, j: Any) -> Any:
    """Ask memory for X[i, j], which may lie past the end."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        prefetch_at(builder, _entry(context, builder, signature, arguments))
        return context.get_dummy_value()

    return types.none(X, types.intp, types.intp), emit


prefetch: Callable[..., None] = intrinsic(_prefetching)


def _addressing(typing: Any, X: Any, i: Any, j: Any) -> Any:
    """The address of X[i, j], which may lie past the end."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(_entry(context, builder, signature, arguments), INTEGER)

    return types.intp(X, types.intp, types.intp), emit


address_of: Callable[..., int] = intrinsic(_addressing)
