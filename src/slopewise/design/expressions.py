"""Arithmetic over columns: a walk over the tree with NumPy, from a list of allowed functions. Nothing is executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from slopewise.design.tree import Call, Chain, Column, Expression, Negative, Number, Power
from slopewise.typing import Array

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

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
)


def evaluate(expression: Expression, columns: Mapping[str, Array], rows: int) -> Array:
    """The expression in each of `rows` rows, (rows,), from columns (rows,) by name.

    A value that the arithmetic cannot give (log 0, 1/0, an overflow) is ±inf or NaN here, without a warning:
    the caller, who knows the rows' numbers, looks for it.

    >>> from slopewise.design.arithmetic import parse_arithmetic
    >>> evaluate(parse_arithmetic("-x^2 / 2"), {"x": np.array([1.0, 4.0])}, 2).tolist()
    [-0.5, -8.0]
    """
    with np.errstate(all="ignore"):
        values: Array = np.broadcast_to(_walk(expression, columns), (rows,))
    return values


def _walk(expression: Expression, columns: Mapping[str, Array]) -> Any:
    match expression:
        case Number(value):
            return np.float64(value)
        case Column(name):
            return columns[name]
        case Call(function, argument):
            return FUNCTIONS[function](_walk(argument, columns))
        case Negative(operand):
            return np.negative(_walk(operand, columns))
        case Power(base, exponent):
            return np.power(_walk(base, columns), _walk(exponent, columns))
        case Chain(first, rest):
            result = _walk(first, columns)
            for operator, part in rest:
                result = _OPERATORS[operator](result, _walk(part, columns))
            return result
