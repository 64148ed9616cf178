"""The grammar of arithmetic: what stands in a target, in `log(…)` and its like, in `I(…)` and in `{…}`.

sum     := product (("+" | "-") product)*
product := signed (("*" | "/") signed)*
signed  := ("+" | "-") signed | power
power   := atom ("^" signed)?                  from the right; tighter than a sign, so -x^2 = -(x^2)
atom    := number | name | function "(" sum ")" | "(" sum ")" | "{" sum "}"

A name that is no identifier goes in backticks or quotes. `poly(sum, degree)`, `center(sum)` and `scale(sum)`, which
are known only once all rows are, are read here, too; each is a factor of a term and no part of arithmetic.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from typing import NoReturn

from slopewise.design.expressions import FUNCTIONS
from slopewise.design.tokens import Cursor, Token
from slopewise.design.tree import Call, Chain, Column, Expression, Negative, Number, Polynomial, Power

MAX_DEGREE = 20
"""As high a degree as `poly` may have: 31 digits tell no higher powers of one column apart."""

AFTER_THE_READ = ("poly", "center", "scale")
"""The functions that all rows have a say in."""

_TRUTHS = {"True": True, "TRUE": True, "False": False, "FALSE": False}


def parse_arithmetic(formula: str) -> Expression:
    """The tree of a text that is arithmetic and nothing else.

    >>> from slopewise.design.tree import text
    >>> text(parse_arithmetic("log( x**2+1 )"))
    'log(x^2 + 1)'
    """
    cursor = Cursor(formula)
    expression = read_sum(cursor)
    if cursor.peek.kind != "end":
        cursor.unexpected("an operator")
    return expression


def read_sum(cursor: Cursor) -> Expression:
    """The sum that begins at the cursor."""
    return _chain(cursor, _read_product, "+", "-")


def read_call(cursor: Cursor) -> Call:
    """The function call that begins at the cursor; its argument is arithmetic."""
    name = cursor.take()
    if name.text == "C":
        cursor.fail("C(…) makes a category, which is a term of its own and never part of arithmetic", name)
    if name.text in AFTER_THE_READ:
        reason = "known only once all rows are read, it is a factor of a term and never part of arithmetic"
        cursor.fail(f"{name.text}(…) stands by itself: {reason}", name)
    if name.text not in FUNCTIONS:
        _unknown(cursor, name)
    if cursor.after.is_symbol(")"):
        cursor.fail(f"{name.text}() needs an argument", cursor.after)
    return Call(name.text, cursor.enclosed(_read_argument))


def _unknown(cursor: Cursor, name: Token) -> NoReturn:
    """Refuse a function that formulas do not have."""
    bare, known = name.text.rpartition(".")[2], [*FUNCTIONS, *AFTER_THE_READ, "C"]
    close = ["C"] if bare == "factor" else difflib.get_close_matches(bare, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    cursor.fail(f"a formula has no function {name.text!r}; {hint}", name)


def read_braces(cursor: Cursor) -> Call:
    """`{…}`, another spelling of `I(…)`."""
    return Call("I", cursor.enclosed(read_sum))


def read_polynomial(cursor: Cursor) -> Polynomial:
    """`poly(argument, degree)`, `poly(argument, degree, raw=True)`, `center(argument)` or `scale(argument)`.

    R's TRUE and `degree=` are read, too.

    >>> from slopewise.design.tree import text
    >>> text(read_polynomial(Cursor("poly(x/2, degree = 3, raw = TRUE)")))
    'poly(x / 2, 3, raw=True)'
    """
    name = cursor.take()
    if cursor.after.is_symbol(")"):
        cursor.fail(f"{name.text}() needs an argument", cursor.after)
    if name.text == "poly":
        return cursor.enclosed(_read_polynomial)
    argument = cursor.enclosed(_read_argument)
    return Polynomial(argument, form="center" if name.text == "center" else "scale")


def _read_polynomial(cursor: Cursor) -> Polynomial:
    argument = read_sum(cursor)
    given: dict[str, int] = {}
    while cursor.accept(","):
        name = cursor.take() if cursor.after.is_symbol("=") else None
        option = name.text if name else "degree"
        if option not in ("degree", "raw") or option in given:
            cursor.fail("poly(…) takes one expression, its degree and raw=True: poly(x, 3)", name)
        cursor.accept("=")
        given[option] = _read_truth(cursor) if option == "raw" else _read_degree(cursor)
    return Polynomial(argument, given.get("degree", 1), "raw" if given.get("raw") else "poly")


def _read_degree(cursor: Cursor) -> int:
    token = cursor.take()
    if token.kind != "number" or not token.text.isdigit() or not 1 <= float(token.text) <= MAX_DEGREE:
        cursor.fail(f"the degree of poly(…) is a whole number from 1 to {MAX_DEGREE}", token)
    return int(token.text)


def _read_truth(cursor: Cursor) -> bool:
    token = cursor.take()
    if token.text not in _TRUTHS:
        cursor.fail("raw is True (plain powers) or False (orthogonal polynomials)", token)
    return _TRUTHS[token.text]


def _read_argument(cursor: Cursor) -> Expression:
    argument = read_sum(cursor)
    if cursor.peek.is_symbol(","):
        cursor.fail("this function takes one argument and no options in a formula")
    return argument


def _read_product(cursor: Cursor) -> Expression:
    return _chain(cursor, _read_signed, "*", "/")


def _chain(cursor: Cursor, operand: Callable[[Cursor], Expression], *operators: str) -> Expression:
    first = operand(cursor)
    rest = []
    while operator := cursor.accept(*operators):
        rest.append((operator.text, operand(cursor)))
    return Chain(first, tuple(rest)) if rest else first


def _read_signed(cursor: Cursor) -> Expression:
    if cursor.accept("+"):
        return cursor.nested(_read_signed)
    if cursor.accept("-"):
        return Negative(cursor.nested(_read_signed))
    base = _read_atom(cursor)
    return Power(base, cursor.nested(_read_signed)) if cursor.accept("^") else base


def _read_atom(cursor: Cursor) -> Expression:
    token = cursor.peek
    if token.kind == "name" and cursor.after.is_symbol("("):
        return read_call(cursor)
    if token.is_name:
        return Column(cursor.take().text, token.start)
    if token.kind == "number":
        value = float(cursor.take().text)
        return Number(value) if math.isfinite(value) else cursor.fail("this number overflows float64", token)
    if token.is_symbol("("):
        return cursor.enclosed(read_sum)
    if token.is_symbol("{"):
        return read_braces(cursor)
    return cursor.unexpected("a column, a number or '('")
