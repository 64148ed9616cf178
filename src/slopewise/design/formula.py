"""The grammar of formulas, as Wilkinson and Rogers have it: `target ~ terms`, read into trees. Nothing is executed.

    formula     := arithmetic "~" sum
    sum         := ("+" | "-")* cross (("+" | "-")+ cross)*
    cross       := nested (("*" | "/") nested)*              a*b  =  a + b + a:b        a/b  =  a + a:b
    nested      := interaction ("%in%" interaction)*         b %in% a  =  a:b
    interaction := power (":" power)*
    power       := atom ("^" whole number)*                  (a + b)^2  =  a + b + a:b
    atom        := name | function "(" arithmetic ")" | "{" arithmetic "}" | category | polynomial
                 | "." | "0" | "1" | "(" sum ")"

The tightest comes last, and joins from the left. `/` crosses with all variables of its left together, and `%in%` with
those of its right: (a + b)/c = a + b + a:b:c. Categories, `C(…)`, are read in `categories.py`, `poly(…)` and its like
in `arithmetic.py`.

Reference: G. N. Wilkinson & C. E. Rogers (1973), "Symbolic description of factorial models for analysis of
variance", Applied Statistics 22(3), 392-399; precedence, 0, 1, `.`, `^`, `%in%` and `-` as in R's `formula`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from slopewise.design.arithmetic import AFTER_THE_READ, read_braces, read_call, read_polynomial, read_sum
from slopewise.design.categories import read_category
from slopewise.design.tokens import Cursor
from slopewise.design.tree import Column, Expression, Variable


@dataclass(frozen=True)
class Dot:
    """`.`: every column of the table that is not spoken for."""


@dataclass(frozen=True)
class Constant:
    """`1`, the intercept, or `0`, none."""

    value: int
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Sum:
    """Terms added to and taken from those before: (sign, terms) one after the other."""

    parts: tuple[tuple[str, Algebra], ...]


@dataclass(frozen=True)
class Crossing:
    """first op operand op operand …, taken from the left: ":" their interactions, "*" their main effects, too;
    "/" and "%in%" nest one in the other."""

    first: Algebra
    rest: tuple[tuple[str, Algebra], ...]


@dataclass(frozen=True)
class Repeated:
    """(terms)^times: all interactions of up to `times` of them."""

    base: Algebra
    times: int


Algebra: TypeAlias = Variable | Dot | Constant | Sum | Crossing | Repeated


@dataclass(frozen=True)
class Formula:
    """A formula as read: its text, the arithmetic of the target, the algebra of the terms, and the place of `~`."""

    text: str
    target: Expression
    right: Sum
    tilde: int


def parse(formula: str) -> Formula:
    """The trees of `formula`.

    Raises `FormulaError`, which holds the position of the fault.

    >>> parse("price ~ area").target
    Column(name='price', position=0)
    >>> parse("price ~ lot area")
    Traceback (most recent call last):
    slopewise.errors.FormulaError: an operator is missing between 'lot' and 'area'; put names with spaces in \
backticks: `lot area`
        price ~ lot area
                    ^
    """
    cursor = Cursor(formula)
    _check_sides(cursor)
    target = read_sum(cursor)
    tilde = cursor.accept("~") or cursor.unexpected("an operator or '~'")
    right = _read_sum(cursor)
    if cursor.peek.kind != "end":
        cursor.unexpected("an operator")
    return Formula(formula, target, right, tilde.start)


def _check_sides(cursor: Cursor) -> None:
    tildes = [index for index, token in enumerate(cursor.tokens) if token.is_symbol("~")]
    equals = next((token for token in cursor.tokens if token.is_symbol("=")), None)
    if equals and not tildes:
        cursor.fail("'=' has no place here; '~' stands between the target and the terms", equals)
    if not tildes:
        cursor.fail("a formula needs '~' between its target and its terms: price ~ area", cursor.tokens[-1])
    if len(tildes) > 1:
        cursor.fail("a formula has one '~'; this is another", cursor.tokens[tildes[1]])
    if tildes[0] == 0:
        cursor.fail("nothing stands left of '~'; name the target there: price ~ area")
    if cursor.tokens[tildes[0] + 1].kind == "end":
        cursor.fail("nothing stands right of '~'; name the terms there: price ~ area", cursor.tokens[-1])


def _read_sum(cursor: Cursor) -> Sum:
    parts = [(_read_signs(cursor) or "+", _read_cross(cursor))]
    while sign := _read_signs(cursor):
        parts.append((sign, _read_cross(cursor)))
    return Sum(tuple(parts))


def _read_signs(cursor: Cursor) -> str:
    """The sign that a run of signs comes to (`+ -` is `-`), or "" where none stands."""
    sign = ""
    while token := cursor.accept("+", "-"):
        sign = "-" if (token.text == "-") != (sign == "-") else "+"
    return sign


def _read_cross(cursor: Cursor) -> Algebra:
    return _crossing(cursor, _read_nested, "*", "/")


def _read_nested(cursor: Cursor) -> Algebra:
    return _crossing(cursor, _read_interaction, "%in%")


def _read_interaction(cursor: Cursor) -> Algebra:
    return _crossing(cursor, _read_power, ":")


def _crossing(cursor: Cursor, operand: Callable[[Cursor], Algebra], *operators: str) -> Algebra:
    first = operand(cursor)
    rest = []
    while operator := cursor.accept(*operators):
        rest.append((operator.text, operand(cursor)))
    return Crossing(first, tuple(rest)) if rest else first


def _read_power(cursor: Cursor) -> Algebra:
    base = _read_atom(cursor)
    while cursor.accept("^"):
        exponent = cursor.take()
        if exponent.kind != "number" or not exponent.text.isdigit() or float(exponent.text) < 1:
            cursor.fail("terms are raised to a whole number from 1 on; arithmetic goes in I(…): I(x^0.5)", exponent)
        base = Repeated(base, int(min(float(exponent.text), 1e9)))
    return base


def _read_atom(cursor: Cursor) -> Algebra:
    token = cursor.peek
    if token.kind == "name" and cursor.after.is_symbol("("):
        readers: dict[str, Callable[[Cursor], Algebra]] = dict.fromkeys(AFTER_THE_READ, read_polynomial)
        return (readers | {"C": read_category}).get(token.text, read_call)(cursor)
    if token.is_name:
        return Column(cursor.take().text, token.start)
    if token.kind == "number":
        return _read_constant(cursor)
    if token.is_symbol("("):
        return cursor.enclosed(_read_sum)
    if token.is_symbol("{"):
        return read_braces(cursor)
    if cursor.accept("."):
        return Dot()
    return cursor.unexpected("a term")


def _read_constant(cursor: Cursor) -> Constant:
    token = cursor.take()
    if cursor.peek.is_name or cursor.peek.kind == "number":
        cursor.unexpected("an operator")
    if token.text not in ("0", "1"):
        cursor.fail("the only numbers among terms are 0 and 1, for the intercept; arithmetic goes in I(…)", token)
    return Constant(int(token.text), token.start)
