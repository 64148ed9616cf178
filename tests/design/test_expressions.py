"""Arithmetic over columns: against NumPy, spelled out, and sums, products and powers against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.design.arithmetic import parse_arithmetic
from slopewise.design.expressions import FORMED, Numbers, evaluate, product
from slopewise.design.tree import Chain, Column, Expression, Negative, Number, Power
from slopewise.moments.rows import UNIT
from slopewise.typing import Array

a = np.array([1.0, 2.0, 3.5, -4.0])
b = np.array([2.0, 0.5, -1.0, 3.0])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a + b * 2", a + b * 2),
        ("(a + b) * 2", (a + b) * 2),
        ("-a^2", -(a**2)),
        ("(-a)^2", a**2),
        ("2^-1^2 * a", a / 2),
        ("2^3^2 + 0 * a", np.full(4, 512.0)),
        ("a - b - 1", a - b - 1),
        ("a / b / 2", a / b / 2),
        ("a - -b", a + b),
        ("log(abs(a)) + log2(8) - log10(100) + log1p(0)", np.log(abs(a)) + 1),
        ("sqrt(exp(a))", np.exp(a / 2)),
        ("I(a) * {b}", a * b),
        ("7", np.full(4, 7.0)),
    ],
)
def test_arithmetic(written: str, expected: Array) -> None:
    found = evaluate(parse_arithmetic(written), {"a": Numbers(a), "b": Numbers(b)}, 4)
    np.testing.assert_allclose(found.high, expected, rtol=1e-15)


@given(st.sampled_from("+-*/^"), st.sampled_from("+-*/^"), st.sampled_from("+-*/^"))
def test_precedence_is_that_of_python(first: str, second: str, third: str) -> None:
    written = f"a {first} b {second} c {third} d".replace("^", "**")
    values = {"a": 1.25, "b": 3.0, "c": 2.0, "d": 0.5}
    by_python = eval(written, {"__builtins__": {}}, dict(values))  # the referee; the text is this test's own
    by_us = evaluate(parse_arithmetic(written), {name: Numbers(np.array([value])) for name, value in values.items()}, 1)
    assert by_us.high[0] == pytest.approx(by_python, rel=1e-15)


@pytest.mark.parametrize("written", ["log(x)", "1 / x", "sqrt(x - 1)", "exp(1000 + x)", "x^-1", "0 / x", "(x - 8)^0.5"])
def test_what_cannot_be_computed_is_not_finite_and_no_warning(written: str) -> None:
    assert not np.isfinite(evaluate(parse_arithmetic(written), {"x": Numbers(np.zeros(1))}, 1).high).any()


moderate = st.floats(2.0**-20, 2.0**20).flatmap(lambda size: st.sampled_from([size, -size]))
leaves = st.sampled_from([Column("a"), Column("b"), Number(3.0), Number(0.1)])


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    products = st.builds(lambda one, other: Chain(one, (("*", other),)), inner, inner)
    powers = st.builds(Power, inner, st.integers(1, 3).map(lambda k: Number(float(k))))
    return products | powers | st.builds(Negative, inner)


def exactly(expression: Expression, values: dict[str, float]) -> Fraction:
    """The referee: the same tree in fractions."""
    match expression:
        case Column(name):
            return Fraction(values[name])
        case Number(value):
            return Fraction(value)
        case Negative(operand):
            return -exactly(operand, values)
        case Power(base, Number(exponent)):
            return exactly(base, values) ** int(exponent)
        case Chain(first, ((operator, other),)):
            one, two = exactly(first, values), exactly(other, values)
            return {"*": one * two, "+": one + two, "-": one - two}[operator]
    raise AssertionError(expression)


def formed(expression: Expression, values: dict[str, float]) -> Fraction:
    found = evaluate(expression, {name: Numbers(np.array([value])) for name, value in values.items()}, 1)
    assert found.low is None or abs(found.low[0]) <= np.spacing(abs(found.high[0])) / 2
    return found.pair[0].fraction()


@given(st.recursive(leaves, larger, max_leaves=4), moderate, moderate)
def test_products_and_powers_are_formed_to_a_hundred_bits(expression: Expression, one: float, other: float) -> None:
    values = {"a": one, "b": other}
    true = exactly(expression, values)
    assert abs(formed(expression, values) - true) <= abs(true) / 2**98 / 4  # 2⁻¹⁰⁰


@given(st.recursive(leaves, larger, max_leaves=2), st.recursive(leaves, larger, max_leaves=2), moderate, moderate)
def test_sums_and_differences_of_them_are_formed_as_well(
    first: Expression, second: Expression, one: float, other: float
) -> None:
    values = {"a": one, "b": other}
    size = abs(exactly(first, values)) + abs(exactly(second, values))
    for operator in "+-":
        expression = Chain(first, ((operator, second),))
        assert abs(formed(expression, values) - exactly(expression, values)) <= size / 2**100


@given(st.lists(moderate, min_size=1, max_size=5))
def test_an_interaction_is_the_product_of_its_factors(values: list[float]) -> None:
    found = product([Numbers(np.array([value])) for value in values]).pair[0].fraction()
    true = Fraction(1)
    for value in values:
        true *= Fraction(value)
    assert abs(found - true) <= abs(true) / 2**100


@pytest.mark.parametrize("written", ["x", "I(x)", "log(x)", "x / 3", "2^x", "x^0.5", "x^-2", "x + 1", "x * 2"])
def test_what_float64_holds_has_no_low_part(written: str) -> None:
    x = np.array([0.5, 3.0, 7.25])
    assert evaluate(parse_arithmetic(written), {"x": Numbers(x)}, 3).low is None


def test_a_product_that_overflows_only_in_its_parts_is_there() -> None:
    huge = Numbers(np.array([1e300, 2e300]))
    for found in (evaluate(parse_arithmetic("x * 3"), {"x": huge}, 2), product([huge, Numbers(np.full(2, 3.0))])):
        np.testing.assert_array_equal(found.high, [3e300, 6e300])
        assert found.low is None
    assert np.isinf(evaluate(parse_arithmetic("x^2"), {"x": huge}, 2).high).all()


@pytest.mark.parametrize(
    ("written", "rounding"),
    [
        ("x", 2.0**-24),
        ("x * z + 1", 2.0**-24),
        ("log(x)", 2.0**-24),
        ("z - 1", UNIT),
        ("z / 2", UNIT),
        ("sqrt(z)", UNIT),
        ("z^0.5", UNIT),
        ("x^2", FORMED),
        ("-I(z^3)", FORMED),
        ("z^2 - z", UNIT),
    ],
)
def test_the_rounding_that_values_came_with(written: str, rounding: float) -> None:
    columns: dict[str, Any] = {"x": Numbers(np.array([0.1]), None, 2.0**-24), "z": Numbers(np.array([0.2]))}
    assert evaluate(parse_arithmetic(written), columns, 1).rounding == rounding
