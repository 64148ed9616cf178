"""Double-double arithmetic against rational arithmetic, on numbers that hypothesis draws."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slopewise.moments.pair import Pair, two_product, two_sum

U = Fraction(1, 2**53)
numbers = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    return Pair.of(draw(numbers), draw(numbers))


@given(numbers, numbers)
def test_error_free_transformations_lose_nothing(a: float, b: float) -> None:
    s, e = two_sum(np.float64(a), np.float64(b))
    assert Fraction(float(s)) + Fraction(float(e)) == Fraction(a) + Fraction(b)
    p, e = two_product(np.float64(a), np.float64(b))
    assert Fraction(float(p)) + Fraction(float(e)) == Fraction(a) * Fraction(b)


@pytest.mark.parametrize(
    ("operation", "bound"),
    # Joldes, Muller & Popescu (2017): 3u² for the sum, 5u² for the product, 15u² for the quotient, in leading order
    [(operator.add, 4), (operator.sub, 4), (operator.mul, 7), (operator.truediv, 16)],
)
@given(x=pairs(), y=st.one_of(pairs(), numbers))
def test_each_operation_is_right_to_32_digits(
    operation: Callable[[Any, Any], Any], bound: int, x: Pair, y: Pair | float
) -> None:
    divisor = y.fraction() if isinstance(y, Pair) else Fraction(y)
    assume(operation is not operator.truediv or divisor != 0)
    exact = operation(x.fraction(), divisor)
    assume(exact == 0 or abs(exact) > Fraction(10) ** -200)
    result = operation(x, y)
    scale = abs(x.fraction()) + abs(divisor) if operation in (operator.add, operator.sub) else abs(exact)
    assert abs(result.fraction() - exact) <= bound * U * U * scale
    assert abs(float(result.lo)) <= 0.5 * math.ulp(float(result.hi))


@given(pairs())
def test_the_root_squares_back(x: Pair) -> None:
    x = Pair(abs(x.hi), x.lo if x.hi > 0 else -x.lo)
    assert abs(x.root().fraction() ** 2 - x.fraction()) <= 16 * U * U * x.fraction()


def test_arrays_broadcast_and_are_read_and_written_by_key() -> None:
    column, row = Pair.of(np.arange(1.0, 4.0)[:, None]), Pair.of(np.arange(1.0, 3.0))
    table = column * row / row
    assert table.shape == (3, 2)
    assert table.value().tolist() == [[1, 1], [2, 2], [3, 3]]
    kept = table.copy()
    table[0] = Pair.of(np.array([7.0, 8.0]))
    assert table[0, 1].value() == 8
    assert kept[0].value().tolist() == [1, 1]
    assert table.scaled(np.array([0.5, 2.0])).value()[0].tolist() == [3.5, 16.0]
