"""Terms: the algebra of Wilkinson and Rogers, worked out by hand."""

from __future__ import annotations

import pytest

from slopewise.design.formula import parse
from slopewise.design.terms import MAX_TERMS, expand
from slopewise.errors import FormulaError


def terms(right: str, others: tuple[str, ...] = ("p", "q")) -> list[str]:
    return [term.text or "1" for term in expand(parse(f"y ~ {right}"), others)]


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("a", ["1", "a"]),
        ("1", ["1"]),
        ("0 + a", ["a"]),
        ("a - 1", ["a"]),
        ("-1 + a", ["a"]),
        ("a + -1", ["a"]),
        ("a + 0 + 1", ["1", "a"]),
        ("a - 1 - 0", ["1", "a"]),
        ("a - a", ["1"]),
        ("(a + b - 1)", ["a", "b"]),
        ("((a) - 1) + b", ["a", "b"]),
        ("a:b + c", ["1", "c", "a:b"]),
        ("b:a + a:b + a:a", ["1", "a", "b:a"]),
        ("a*b", ["1", "a", "b", "a:b"]),
        ("a*b*c", ["1", "a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]),
        ("a*b - a", ["1", "b", "a:b"]),
        ("a + b:c*d", ["1", "a", "d", "b:c", "b:c:d"]),
        ("a:b^2", ["1", "a:b"]),
        ("(a + b):(c + d)", ["1", "a:c", "a:d", "b:c", "b:d"]),
        ("(a + b + c)^2", ["1", "a", "b", "c", "a:b", "a:c", "b:c"]),
        ("(a + b)**3", ["1", "a", "b", "a:b"]),
        ("(a + b)^2^2", ["1", "a", "b", "a:b"]),
        ("(1 + a):b", ["1", "b", "a:b"]),
        (".", ["1", "p", "q"]),
        (". - p + .:r", ["1", "q", "p:r", "q:r"]),
        ("(.)^2", ["1", "p", "q", "p:q"]),
        ("log(a) + I(a**2) + {a ^ 2} + C(a)", ["1", "log(a)", "I(a^2)", "C(a)"]),
        ("`a` + `my b` + 'b' + \"c d\"", ["1", "a", "`my b`", "b", "`c d`"]),
        ("a/b", ["1", "a", "a:b"]),
        ("a/b/c", ["1", "a", "a:b", "a:b:c"]),
        ("(a + b)/c", ["1", "a", "b", "a:b:c"]),
        ("a/(b + c)", ["1", "a", "a:b", "a:c"]),
        ("a*b/c", ["1", "a", "b", "a:b", "a:b:c"]),
        ("a/b*c", ["1", "a", "c", "a:b", "a:c", "a:b:c"]),
        ("(a + 1)/b", ["1", "a", "a:b"]),
        ("a/1", ["1", "a"]),
        ("b %in% a", ["1", "a:b"]),
        ("a + b %in% a", ["1", "a", "a:b"]),
        ("a:b %in% c", ["1", "c:a:b"]),
        ("a %in% b * c", ["1", "c", "b:a", "b:a:c"]),
        ("(a + b) %in% c", ["1", "c:a", "c:b"]),
        ("a %in% (b + c)", ["1", "b:c:a"]),
        ("a %in% b %in% c", ["1", "c:b:a"]),
        ("a*b - a:b", ["1", "a", "b"]),
        ("a*b*c - (a:b + c)", ["1", "a", "b", "a:c", "b:c", "a:b:c"]),
        ("a - (a + b) + b", ["1", "b"]),
        ("(a/b)^2", ["1", "a", "a:b"]),
        ("C(a) + C(a, Sum) + center(a):scale(b)", ["1", "C(a)", "C(a, Sum)", "center(a):scale(b)"]),
    ],
)
def test_algebra(right: str, expected: list[str]) -> None:
    assert terms(right) == expected


@pytest.mark.parametrize("right", ["a + (b - 1)", "(a + 0):b", "(a - 1)^2", "a:0", "0*a", "a - (b - 1)"])
def test_taking_the_intercept_away_in_the_middle_is_refused(right: str) -> None:
    with pytest.raises(FormulaError, match="outside of parentheses") as caught:
        terms(right)
    assert caught.value.formula[caught.value.position] in "01"


@pytest.mark.parametrize("right", ["I(2)", "a + log(2):b", "{1 + 1}"])
def test_a_factor_needs_a_column(right: str) -> None:
    with pytest.raises(FormulaError, match="names no column"):
        terms(right)


def test_an_explosion_of_terms_is_refused() -> None:
    many = " + ".join(f"x{i}" for i in range(200))
    for right in (f"({many})^2", f"({many})^20", "*".join(f"x{i}" for i in range(40))):
        with pytest.raises(FormulaError, match="comes to more than"):
            terms(right)
    assert len(terms("(" + " + ".join(f"x{i}" for i in range(11)) + ")^11")) == 2**11 <= MAX_TERMS
    assert terms("(a + b)^1000000000") == ["1", "a", "b", "a:b"]
