"""Arithmetic over columns: a walk over the tree with NumPy, from a list of allowed functions. Nothing is executed.

Sums, differences, products and whole powers are formed in double-double, so that x^10 is the tenth power of the
column's own values and not of anything rounded on the way. Functions and quotients are those of rounded values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from slopewise.design.tree import Call, Chain, Column, Expression, Negative, Number, Power
from slopewise.moments.pair import Pair, two_product
from slopewise.moments.rows import UNIT
from slopewise.moments.strips import Strip
from slopewise.typing import Array, IntArray

FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "log": np.log,
        "log2": np.log2,
        "log10": np.log10,
        "log1p": np.log1p,
        "sqrt": np.sqrt,
        "exp": np.exp,
        "abs": np.abs,
        "I": lambda values: values,
    }
)
"""The functions that a formula may call; `I(...)`, also written `{...}`, is arithmetic as it stands."""

FORMED = 2.0**-106
"""The relative rounding of a number formed in double-double."""

_LARGEST_POWER = 1024  # in double-double; beyond it float64 is as good


@dataclass(frozen=True, eq=False)
class Numbers:
    """Values in m rows: `high` + `low`, each (m,), |low| ≤ ½ ulp(high); `low` is None where it is zero throughout.

    The high halves are `given` as an array, or as a strip of the block that nobody has copied yet. `rounding` is the
    relative rounding that they came with: 2⁻⁵³, 2⁻²⁴ where a column was float32.
    """

    given: Array | Strip
    low: Array | None = None
    rounding: float = UNIT

    @classmethod
    def of(cls, pair: Pair, rounding: float = UNIT) -> Numbers:
        """The values of a pair."""
        return cls(pair.hi, pair.lo if pair.lo.any() else None, rounding)

    @property
    def high(self) -> Array:
        """The high halves, (m,)."""
        return self.given.values if isinstance(self.given, Strip) else self.given

    @property
    def strip(self) -> Strip:
        """The high halves where they lie."""
        return self.given if isinstance(self.given, Strip) else Strip.of(self.given)

    def at(self, rows: IntArray) -> Numbers:
        """The values in some of the rows."""
        return Numbers(self.high[rows], None if self.low is None else self.low[rows], self.rounding)

    @property
    def pair(self) -> Pair:
        """The values as a pair."""
        return Pair(self.high, np.zeros_like(self.high) if self.low is None else self.low)


def evaluate(expression: Expression, columns: Mapping[str, Numbers], rows: int) -> Numbers:
    """The expression in each of `rows` rows, (rows,), from columns (rows,) by name.

    A value that the arithmetic cannot give (log 0, 1/0, an overflow) is ±inf or NaN here, without a warning:
    the caller, who knows the rows' numbers, looks for it.

    >>> from slopewise.design.arithmetic import parse_arithmetic
    >>> x = Numbers(np.array([1.0, 4.0, 0.1]))
    >>> square = evaluate(parse_arithmetic("-x^2 / 2"), {"x": x}, 3)
    >>> square.high.tolist(), square.low
    ([-0.5, -8.0, -0.005000000000000001], None)
    >>> evaluate(parse_arithmetic("x^2"), {"x": x}, 3).low.tolist()
    [0.0, 0.0, -8.326672684688674e-19]
    """
    if isinstance(expression, Column):
        return columns[expression.name]
    rounding = _rounding(expression, columns)
    with np.errstate(all="ignore"):
        highs = {name: column.high for name, column in columns.items()}
        values = _walk(expression, highs, _PAIRED)
        if isinstance(values, Pair):
            values = _repaired(values, lambda: _walk(expression, highs, _ROUNDED))
            return Numbers.of(Pair(*(np.broadcast_to(part, (rows,)) for part in (values.hi, values.lo))), rounding)
    return Numbers(np.broadcast_to(values, (rows,)), None, rounding)


def product(factors: Sequence[Numbers]) -> Numbers:
    """The product of one or more in double-double; ±inf where it overflows, without a warning."""
    if len(factors) == 1:
        return factors[0]
    with np.errstate(all="ignore"):
        pair = factors[0].pair
        for factor in factors[1:]:
            pair = pair * (factor.high if factor.low is None else factor.pair)
        pair = _repaired(pair, lambda: np.prod([factor.high for factor in factors], axis=0))
    return Numbers.of(pair, max(factor.rounding for factor in factors))


def _repaired(pair: Pair, rounded: Callable[[], Any]) -> Pair:
    """Where a pair is not finite, for the parts of a product overflow before it does, the rounded value instead."""
    finite = np.isfinite(pair.hi) & np.isfinite(pair.lo)
    if finite.all():
        return pair
    return Pair(np.where(finite, pair.hi, rounded()), np.where(finite, pair.lo, 0.0))


def _rounding(expression: Expression, columns: Mapping[str, Numbers]) -> float:
    """The relative rounding of the expression's values.

    A power of a value is the power of what was given, and formed without loss: what rounded the value moves all its
    powers together, and is counted where the value itself is a column.
    """
    match expression:
        case Number():
            return 0.0
        case Column(name):
            return columns[name].rounding
        case Call("I", inner) | Negative(inner):
            return _rounding(inner, columns)
        case Call(_, inner):
            return max(UNIT, _rounding(inner, columns))
        case Power(base, Number(exponent)) if exponent > 1 and _is_whole_power(exponent):
            return min(FORMED, _rounding(base, columns))
        case Power(base, exponent):
            return max(UNIT, _rounding(base, columns), _rounding(exponent, columns))
        case Chain(first, rest):
            divided = UNIT if any(operator == "/" for operator, _ in rest) else 0.0
            return max(divided, _rounding(first, columns), *(_rounding(part, columns) for _, part in rest))


def _walk(
    expression: Expression, columns: Mapping[str, Array], arithmetic: Mapping[str, Callable[[Any, Any], Any]]
) -> Any:
    match expression:
        case Number(value):
            return np.float64(value)
        case Column(name):
            return columns[name]
        case Call("I", argument):
            return _walk(argument, columns, arithmetic)
        case Call(function, argument):
            return FUNCTIONS[function](_rounded(_walk(argument, columns, arithmetic)))
        case Negative(operand):
            return -_walk(operand, columns, arithmetic)
        case Power(base, exponent):
            return arithmetic["^"](_walk(base, columns, arithmetic), _walk(exponent, columns, arithmetic))
        case Chain(first, rest):
            result = _walk(first, columns, arithmetic)
            for operator, part in rest:
                result = arithmetic[operator](result, _walk(part, columns, arithmetic))
            return result


def _rounded(values: Any) -> Any:
    return values.value() if isinstance(values, Pair) else values


def _add(one: Pair | Array, other: Pair | Array) -> Pair:
    if isinstance(one, Pair):
        return one + other
    return other + one if isinstance(other, Pair) else Pair.of(one, other)


def _multiply(one: Pair | Array, other: Pair | Array) -> Pair:
    if isinstance(one, Pair):
        return one * other
    return other * one if isinstance(other, Pair) else Pair(*two_product(one, other))


def _raise(base: Any, exponent: Any) -> Any:
    """base^exponent: by repeated squaring where the exponent is a whole number from 1 on."""
    times = _rounded(exponent)
    if np.ndim(times) or not _is_whole_power(float(times)):
        return np.power(_rounded(base), times)
    power, square, left = None, base, int(times)
    while left:
        if left % 2:
            power = square if power is None else _multiply(power, square)
        left //= 2
        square = _multiply(square, square) if left else square
    return power


def _is_whole_power(exponent: float) -> bool:
    return exponent.is_integer() and 1 <= exponent <= _LARGEST_POWER


_ROUNDED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
)
_PAIRED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "+": _add,
        "-": lambda one, other: _add(one, -other),
        "*": _multiply,
        "/": lambda one, other: _rounded(one) / _rounded(other),
        "^": _raise,
    }
)
