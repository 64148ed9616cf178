"""Arithmetic over columns against NumPy, spelled out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.design.arithmetic import parse_arithmetic
from slopewise.design.expressions import evaluate
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
    np.testing.assert_allclose(evaluate(parse_arithmetic(written), {"a": a, "b": b}, 4), expected, rtol=1e-15)


@given(st.sampled_from("+-*/^"), st.sampled_from("+-*/^"), st.sampled_from("+-*/^"))
def test_precedence_is_that_of_python(first: str, second: str, third: str) -> None:
    written = f"a {first} b {second} c {third} d".replace("^", "**")
    values = {"a": 1.25, "b": 3.0, "c": 2.0, "d": 0.5}
    by_python = eval(written, {"__builtins__": {}}, dict(values))  # the referee; the text is this test's own
    by_us = evaluate(parse_arithmetic(written), {name: np.array([value]) for name, value in values.items()}, 1)
    assert by_us[0] == pytest.approx(by_python, rel=1e-15)


@pytest.mark.parametrize("written", ["log(x)", "1 / x", "sqrt(x - 1)", "exp(1000 + x)", "x^-1", "0 / x", "(x - 8)^0.5"])
def test_what_cannot_be_computed_is_not_finite_and_no_warning(written: str) -> None:
    assert not np.isfinite(evaluate(parse_arithmetic(written), {"x": np.zeros(1)}, 1)).any()
