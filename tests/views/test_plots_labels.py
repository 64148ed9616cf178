"""Text in pictures: any name can be shown, and numbers read as people write them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.cbook import is_math_text
from matplotlib.ticker import MaxNLocator

from slopewise.views.labels import Decades, Numbers, label, number

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read_back(text: str) -> float:
    mantissa, _, power = text.replace(",", "").partition("×10")
    return float(mantissa.translate(SUPERSCRIPTS)) * 10.0 ** int(power.translate(SUPERSCRIPTS) or 0)


@given(st.text(max_size=80), st.integers(5, 60))
def test_any_name_is_one_line_of_plain_text(name: str, limit: int) -> None:
    shown = label(name, limit)
    assert not is_math_text(shown)
    assert "\n" not in shown
    plain = name.isascii() and name.isprintable()
    assert not plain or len(shown.replace(r"\$", "$")) <= limit


@pytest.mark.parametrize(
    "name", ["size_sqft", "price < 5", "Größe", "x²", "log(area)", "Neighborhood[T.OldTown]", "a & b"]
)
def test_a_name_that_can_be_drawn_is_shown_as_it_is(name: str) -> None:
    assert label(name) == name


@given(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300), st.integers(3, 8))
def test_a_number_reads_back_to_its_digits(value: float, digits: int) -> None:
    assert read_back(number(value, digits)) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits))


def test_numbers_that_have_no_digits() -> None:
    assert [number(value) for value in (0.0, -0.0, math.inf, -math.inf, math.nan)] == ["0", "0", "∞", "−∞", "undefined"]


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
def test_ticks_are_told_apart_and_read_back(low: float, width: float) -> None:
    width = max(width, 1e-9 * abs(low))
    ticks = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, low + width)
    numbers = Numbers()
    texts = numbers.format_ticks(ticks)
    assert len(set(texts)) == len(ticks)
    assert max(map(len, texts)) <= 15
    step = float(np.diff(ticks).min())
    base = read_back(numbers.get_offset().removeprefix("+")) if numbers.get_offset() else 0.0
    assert [base + read_back(text) for text in texts] == pytest.approx(ticks.tolist(), rel=1e-9, abs=1e-6 * step)


@given(st.integers(-307, 307))
def test_a_power_of_ten_reads_back(exponent: int) -> None:
    (text,) = Decades().format_ticks([float(f"1e{exponent}")])
    assert read_back(text if -2 <= exponent <= 4 else "1×" + text) == pytest.approx(float(f"1e{exponent}"))
    assert Decades().format_ticks([float(f"3e{exponent}")]) == [""]
