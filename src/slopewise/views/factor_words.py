"""The factors of a term in words: one unit more of a number, one level against another, and where a factor is zero."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slopewise.data.block import Kind
from slopewise.design.terms import Factor
from slopewise.design.tree import Call, Chain, Column, Contrast, Number, Polynomial, Variable, label
from slopewise.numerals import on_a_line

_BASES = {"log": 1.0, "log1p": 1.0, "log2": math.log(2), "log10": math.log(10)}
"""The natural logarithm of the base of each."""

_ONE_PERCENT = math.log(1.01)


@dataclass(frozen=True)
class Slope:
    """A factor of numbers: `extra` is what there is one more of, `unit` how much of the factor that is.

    `zero` says where the factor is zero; `central` whether that is amid the rows.
    """

    extra: str
    zero: str
    unit: float = 1.0
    central: bool = False


def slope(expression: Variable, kinds: Mapping[str, Kind]) -> Slope | None:
    """How a factor of numbers is read; None where no straight line is one (a power of a polynomial).

    >>> from slopewise.design.arithmetic import parse_arithmetic
    >>> slope(parse_arithmetic("area"), {"area": "number"})
    Slope(extra='extra unit of area', zero='area is 0', unit=1.0, central=False)
    >>> slope(parse_arithmetic("I(area / 1000)"), {"area": "number"}).extra
    'extra 1,000 of area'
    >>> log = slope(parse_arithmetic("log(area)"), {"area": "number"})
    >>> log.extra, log.zero, round(log.unit, 5)
    ('1 % more area', 'area is 1', 0.00995)
    """
    match expression:
        case Polynomial(argument, _, "center" | "scale" as form):
            inner = slope(argument, kinds)
            if inner is None:
                return None
            zero = f"{said(argument)} is at its mean"
            if form == "center":
                return Slope(inner.extra, zero, inner.unit, central=True)
            return Slope(f"extra standard deviation of {said(argument)}", zero, central=True)
        case Polynomial(argument, 1, "raw") | Call("I", argument) if _straight(argument):
            return slope(argument, kinds)
        case Call("log" | "log2" | "log10" as function, argument):
            return Slope(f"1 % more {said(argument)}", f"{said(argument)} is 1", _ONE_PERCENT / _BASES[function])
        case Call("log1p", argument):
            return Slope(f"1 % more 1 + {said(argument)}", f"{said(argument)} is 0", _ONE_PERCENT)
        case Chain(Column(name) as column, (("/", Number(many)),)) if many > 0:
            days = " days" * (kinds[name] == "date")
            return Slope(f"extra {many:,g}{days} of {said(column)}", _origin(column, kinds))
        case Column(name):
            return Slope(
                f"extra {'day' if kinds[name] == 'date' else 'unit'} of {said(expression)}", _origin(expression, kinds)
            )
        case Polynomial():
            return None
    return Slope(f"extra unit of {said(expression)}", f"{said(expression)} is 0")


def logarithm(expression: Variable) -> tuple[str, float] | None:
    """What an expression is a logarithm of, and the natural logarithm of its base; None if it is none.

    >>> from slopewise.design.arithmetic import parse_arithmetic
    >>> logarithm(parse_arithmetic("log2(price)")), logarithm(parse_arithmetic("sqrt(price)"))
    (('price', 0.6931471805599453), None)
    """
    match expression:
        case Call("I", argument):
            return logarithm(argument)
        case Call("log" | "log2" | "log10" as function, argument):
            return said(argument), _BASES[function]
        case Call("log1p", argument):
            return f"1 + {said(argument)}", 1.0
    return None


def reference(factor: Factor, levels: Sequence[str]) -> str | None:
    """The level against which a category's others stand; None for contrasts that have none.

    >>> from slopewise.design.tree import Categorical
    >>> reference(Factor.of(Categorical(Column("zone"))), ["FV", "RL"])
    'FV'
    """
    match factor.category.contrast:
        case Contrast("Treatment", str(named)):
            return named
        case Contrast("Treatment", place):
            return levels[int(place or 1) - 1]
    return None


def category(factor: Factor) -> str:
    """A category by the name of its column: zone for C(zone, Sum)."""
    return on_a_line(factor.category.column.name)


def level(factor: Factor, name: str, kinds: Mapping[str, Kind]) -> str:
    """A level as a sentence has it: as it is written, in quotes where it would be lost, true and false of booleans."""
    if kinds[factor.category.column.name] == "boolean":
        return name.lower()
    line = on_a_line(name)
    return line if re.fullmatch(r"\S(.*\S)?", line) else f"'{line}'"


def said(expression: Variable) -> str:
    """An expression as a sentence has it, on one line."""
    return on_a_line(label(expression))


def listing(words: Sequence[str]) -> str:
    """
    >>> listing(["a"]), listing(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _straight(argument: Variable) -> bool:
    """Whether I(…) of it is better said without the I."""
    match argument:
        case Column() | Call() | Chain(Column(), (("/", Number()),)):
            return True
    return False


def _origin(column: Column, kinds: Mapping[str, Kind]) -> str:
    return f"{said(column)} is {'1970-01-01' if kinds[column.name] == 'date' else '0'}"
