"""Arithmetic as a tree of frozen nodes, and the one way each tree is written.

The text of a tree is its identity: two spellings of the same tree (`I(x**2)`, `{ x ^ 2 }`) have one text, and
parsing the text gives the tree back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from slopewise.design.tokens import is_plain_name


@dataclass(frozen=True)
class Number:
    """A constant; never negative, for a sign is a `Negative`."""

    value: float


@dataclass(frozen=True)
class Column:
    """A column of the table by name; `position` is where the formula names it."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """function(argument); the function `C`, which makes a category, only ever holds a `Column`."""

    function: str
    argument: Expression


@dataclass(frozen=True)
class Negative:
    """−operand."""

    operand: Expression


@dataclass(frozen=True)
class Power:
    """base^exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True)
class Chain:
    """first op operand op operand …, taken from the left; the operators are + and −, or × and ÷.

    A chain is flat, so that a sum of a thousand columns is one node and not a tree a thousand deep.
    """

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True)
class Polynomial:
    """poly(argument, degree): polynomials of the degrees 1 … `degree`, orthogonal ones or plain powers (`raw`).

    It makes several columns, so it is a factor of a term and never part of arithmetic.
    """

    argument: Expression
    degree: int
    raw: bool = False


Expression: TypeAlias = Number | Column | Call | Negative | Power | Chain
"""Arithmetic: one number for each row."""


def text(expression: Expression | Polynomial) -> str:
    """The expression in its one spelling, with no more parentheses than it needs.

    >>> text(Chain(Column("a"), (("*", Chain(Column("my b"), (("+", Number(1.0)),))),)))
    'a * (`my b` + 1)'
    """
    match expression:
        case Number(value):
            return str(int(value)) if value.is_integer() and value < 1e15 else repr(value)
        case Column(name):
            return name if is_plain_name(name) else "`" + name.replace("`", "``") + "`"
        case Call(function, argument):
            return f"{function}({text(argument)})"
        case Negative(operand):
            return "-" + _operand(operand, _NEGATIVE)
        case Polynomial(argument, degree, raw):
            return f"poly({text(argument)}, {degree}{', raw=True' * raw})"
        case Power(base, exponent):
            return f"{_operand(base, _ATOM)}^{_operand(exponent, _NEGATIVE)}"
        case Chain(first, rest):
            tightness = _tightness(expression) + 1
            return _operand(first, tightness) + "".join(f" {op} {_operand(part, tightness)}" for op, part in rest)


def label(expression: Expression | Polynomial) -> str:
    """The expression as results name it: a bare column by its own name, without backticks.

    >>> label(Column("my column")), label(Call("log", Column("my column")))
    ('my column', 'log(`my column`)')
    """
    return expression.name if isinstance(expression, Column) else text(expression)


def columns_of(expression: Expression | Polynomial) -> Iterator[Column]:
    """The columns that the expression names, from left to right, repeats included."""
    match expression:
        case Column():
            yield expression
        case Call(_, inner) | Negative(inner) | Polynomial(inner):
            yield from columns_of(inner)
        case Power(base, exponent):
            yield from columns_of(base)
            yield from columns_of(exponent)
        case Chain(first, rest):
            yield from columns_of(first)
            for _, part in rest:
                yield from columns_of(part)
        case Number():
            return


_SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(1, 6)


def _tightness(expression: Expression) -> int:
    match expression:
        case Chain(_, rest):
            return _SUM if rest[0][0] in "+-" else _PRODUCT
        case Negative():
            return _NEGATIVE
        case Power():
            return _POWER
        case _:
            return _ATOM


def _operand(expression: Expression, needed: int) -> str:
    written = text(expression)
    return written if _tightness(expression) >= needed else f"({written})"
