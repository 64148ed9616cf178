"""Arithmetic, categories and polynomials as trees of frozen nodes, and the one way each tree is written.

The text of a tree is its identity: two spellings of the same tree (`I(x**2)`, `{ x ^ 2 }`) have one text, and
parsing the text gives the tree back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

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
    """function(argument)."""

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
    """Polynomials of the degrees 1 … `degree` of one variable, known only once all rows are: see `polynomials.py`.

    Its form says which: "poly" orthonormal ones, "raw" plain powers, "center" and "scale" the one of degree 1 that has
    mean 0, and that has standard deviation 1 as well. It makes several columns, or one that is found after the pass,
    so it is a factor of a term and never part of arithmetic.
    """

    argument: Expression
    degree: int = 1
    form: Literal["poly", "raw", "center", "scale"] = "poly"


@dataclass(frozen=True)
class Contrast:
    """How a category is coded beside a constant: see `contrasts.py`.

    `reference`, of "Treatment", is the level (by name) or its place (from 1) that gets no column; None is the first.
    """

    name: Literal["Treatment", "Sum", "Helmert", "Poly"] = "Treatment"
    reference: str | int | None = None


@dataclass(frozen=True)
class Categorical:
    """C(column, contrast, levels): a column as a category, whatever its kind; no `levels` are those that occur."""

    column: Column
    contrast: Contrast = Contrast()
    levels: tuple[str, ...] = ()


Expression: TypeAlias = Number | Column | Call | Negative | Power | Chain
"""Arithmetic: one number for each row."""

Variable: TypeAlias = Expression | Categorical | Polynomial
"""What may be a factor of a term."""


def text(expression: Variable) -> str:
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
        case Polynomial(argument, degree, "poly" | "raw" as form):
            return f"poly({text(argument)}, {degree}{', raw=True' * (form == 'raw')})"
        case Polynomial(argument, _, form):
            return f"{form}({text(argument)})"
        case Categorical():
            return _category(expression)
        case Power(base, exponent):
            return f"{_operand(base, _ATOM)}^{_operand(exponent, _NEGATIVE)}"
        case Chain(first, rest):
            tightness = _tightness(expression) + 1
            return _operand(first, tightness) + "".join(f" {op} {_operand(part, tightness)}" for op, part in rest)


def label(expression: Variable) -> str:
    """The expression as results name it: a bare column by its own name, without backticks.

    >>> label(Column("my column")), label(Call("log", Column("my column")))
    ('my column', 'log(`my column`)')
    """
    return expression.name if isinstance(expression, Column) else text(expression)


def columns_of(expression: Variable) -> Iterator[Column]:
    """The columns that the expression names, from left to right, repeats included."""
    match expression:
        case Column():
            yield expression
        case Call(_, inner) | Negative(inner) | Polynomial(inner):
            yield from columns_of(inner)
        case Categorical(column):
            yield column
        case Power(base, exponent):
            yield from columns_of(base)
            yield from columns_of(exponent)
        case Chain(first, rest):
            yield from columns_of(first)
            for _, part in rest:
                yield from columns_of(part)
        case Number():
            return


def _category(category: Categorical) -> str:
    """`C(f)`, `C(f, Sum)`, `C(f, Treatment("b"), levels=["a", "b"])`."""
    parts, contrast = [text(category.column)], category.contrast
    if isinstance(contrast.reference, str):
        parts.append(f"Treatment({_quoted(contrast.reference)})")
    elif contrast != Contrast():
        parts.append(contrast.name + (f"(base={contrast.reference})" if contrast.reference else ""))
    if category.levels:
        parts.append(f"levels=[{', '.join(map(_quoted, category.levels))}]")
    return f"C({', '.join(parts)})"


def _quoted(level: str) -> str:
    return '"' + level.replace('"', '""') + '"'


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
