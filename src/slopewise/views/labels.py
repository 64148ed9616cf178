"""Text in pictures: names shown as the user wrote them, numbers as people write them.

A column may be called `$x_1$`, `面积` or fifty words long; none of that may break a label, start mathematical
typesetting or leave an empty box without saying which character it stood for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.ticker import Formatter

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FAR = 1e6
"""Of ticks that lie so many steps from zero only the differences are written."""

_WIDER_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Arial Unicode MS",
)


@cache
def families() -> tuple[str, ...]:
    """The fonts that every text is set in: DejaVu Sans, which matplotlib brings, then wider ones where installed."""
    installed = set(fontManager.get_font_names())
    return ("DejaVu Sans", *(family for family in _WIDER_FONTS if family in installed))


@cache
def _drawable() -> frozenset[int]:
    return frozenset().union(*(get_font(findfont(family)).get_charmap() for family in families()))


def label(name: str, limit: int = 40) -> str:
    r"""A column name or other text of the user's as a label: one line, at most `limit` characters, `$` only a sign.

    A character that no font here can draw is written as its escape.

    >>> print(label("price\n($)"), label("a" * 50, limit=8), label("\u0007x"))
    price (\$) aaaaaaa… \x07x
    """
    line = " ".join(str(name).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    shown = (c if ord(c) in _drawable() and c.isprintable() else ascii(c)[1:-1] for c in line)
    return "".join(shown).replace("$", r"\$")


def number(value: float, digits: int = 4) -> str:
    """A figure to `digits` significant digits, whole digits kept: separators from 10,000 on, powers of ten far away.

    >>> number(11250), number(-250.0), number(9366.67), number(5.6e9), number(1.5e-7), number(0.0)
    ('11,250', '−250', '9367', '5.6×10⁹', '1.5×10⁻⁷', '0')
    """
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    exponent = int(f"{abs(value):.{digits - 1}e}".partition("e")[2])
    if -4 <= exponent < 7:
        return _fixed(value, max(digits - 1 - exponent, 0))
    return f"{_fixed(_mantissa(value, exponent), digits - 1)}×{power_of_ten(exponent)}"


def count(k: int) -> str:
    """
    >>> count(1000), count(18932)
    ('1000', '18,932')
    """
    return f"{k:,}" if k >= 10_000 else str(k)


def steps(k: int) -> str:
    """
    >>> steps(1), steps(18932)
    ('1 step', '18,932 steps')
    """
    return f"{count(k)} step{'s' * (k != 1)}"


def power_of_ten(exponent: int) -> str:
    """
    >>> power_of_ten(-12)
    '10⁻¹²'
    """
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


class Numbers(Formatter):
    """Tick labels of a linear axis: as many decimals as tell the ticks apart, one power of ten for all of them.

    Ticks far from zero and close together are shown as what they add to a number, which stands at the axis' end.

    >>> Numbers().format_ticks([0.0, 100000.0, 200000.0]), Numbers().format_ticks([1950.0, 1960.0])
    (['0', '100,000', '200,000'], ['1950', '1960'])
    >>> Numbers().format_ticks([-2.5e9, 0.0, 2.5e9])
    ['−2.5×10⁹', '0', '2.5×10⁹']
    >>> far = Numbers()
    >>> far.format_ticks([1e12, 1e12 + 2, 1e12 + 4]), far.get_offset()
    (['0', '2', '4'], '+1×10¹²')
    """

    _base = 0.0

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        largest = max((abs(tick) for tick in values), default=0.0)
        ordered = sorted(values)
        gaps = [b - a for a, b in pairwise(ordered) if b - a > 1e-12 * largest]
        self._base = _common(ordered) if gaps and min(gaps) < largest / _FAR else 0.0
        if self._base:
            return Numbers().format_ticks([x - self._base for x in values])
        exponent = math.floor(math.log10(largest)) if largest else 0
        exponent = 0 if -4 <= exponent < 7 else exponent
        decimals = _decimals(_mantissa(min(gaps, default=largest) or 1.0, exponent))
        return [self._tick(x if abs(x) > 1e-9 * largest else 0.0, exponent, decimals) for x in values]

    def get_offset(self) -> str:
        """What is to be added to every label; empty for most axes."""
        return f"{'+' * (self._base > 0)}{number(self._base, 15)}" if self._base else ""

    @staticmethod
    def _tick(x: float, exponent: int, decimals: int) -> str:
        shown = _fixed(_mantissa(x, exponent), decimals)
        return f"{shown}×{power_of_ten(exponent)}" if exponent and x else shown


class Decades(Formatter):
    """Tick labels of a logarithmic axis: the power of ten, and nothing between the powers.

    Where all are within a few powers of 1 they are written out.

    >>> Decades().format_ticks([0.001, 0.002, 1.0, 100000.0]), Decades().format_ticks([1.0, 10.0, 50.0, 100.0])
    (['10⁻³', '', '1', '10⁵'], ['1', '10', '', '100'])
    """

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        texts = [self(x) for x in values]
        sizes = [abs(x) for x, text in zip(values, texts, strict=True) if text and x]
        if not sizes or min(sizes) < 0.0099 or max(sizes) > 10_001:
            return texts
        return [number(x) if text else "" for x, text in zip(values, texts, strict=True)]

    def __call__(self, x: float, pos: int | None = None) -> str:
        if x == 0:
            return "0"
        exponent = round(math.log10(abs(x)))
        if not math.isclose(abs(x), float(f"1e{exponent}"), rel_tol=1e-9):
            return ""
        shown = "1" if exponent == 0 else power_of_ten(exponent)
        return shown if x > 0 else f"−{shown}"


def _common(ordered: Sequence[float]) -> float:
    """The round number nearest to the lowest tick, to the digits that all of them share."""
    unit = 10.0 ** math.ceil(math.log10(ordered[-1] - ordered[0]))
    return round(ordered[0] / unit) * unit


def _fixed(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    if abs(value) < 9999.5:
        text = text.replace(",", "")
    return f"−{text}" if value < 0 and text != "0" else text


def _mantissa(value: float, exponent: int) -> float:
    """value / 10^exponent, in two halves so that neither power overflows."""
    half = exponent // 2
    return value / 10.0**half / 10.0 ** (exponent - half)


def _decimals(step: float) -> int:
    """The decimals that write a tick step of two significant digits in full."""
    exponent = math.floor(math.log10(step))
    digits = 0 if math.isclose(round(step / 10.0**exponent), step / 10.0**exponent, rel_tol=1e-6) else 1
    return min(max(digits - exponent, 0), 12)
