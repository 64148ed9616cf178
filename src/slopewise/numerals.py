"""Figures and names as text: significant digits by uncertainty, aligned columns, a name on one line.

Plain text writes -1.5e-07, as programs do; `typeset` turns it into −1.5×10⁻⁷ for pages and prose.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

AS_FAR = "up to the rounding of its numbers to float64"
"""What is to be said of equality where whole numbers may have been rounded: beyond 2^53."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_EXPONENT = re.compile(r"(\d)e([+-])0*(\d+)")
_POWER = re.compile(r"<1e(-\d+)")


def decimals(estimate: float, error: float) -> int | None:
    """Decimal places that show two significant digits of `error`; None (six significant digits) without one.

    >>> decimals(95.1234, 1.234), decimals(15000.0, 432.1), decimals(95.0, math.nan)
    (1, 0, None)
    """
    if not (math.isfinite(estimate) and math.isfinite(error)) or error <= 1e-9 * abs(estimate):
        return None
    places = 1 - math.floor(math.log10(error))
    return max(places, 0) if places <= 8 else None


def fixed(value: float, places: int | None) -> str:
    """A figure with thousands separators: to `places` decimals, or to six significant digits; '' for NaN.

    >>> fixed(13175.5, 0), fixed(1.23456789e-7, None), fixed(math.nan, 2), fixed(math.inf, 2)
    ('13,176', '1.23457e-07', '', 'inf')
    """
    if math.isnan(value):
        return ""
    if places is None or math.isinf(value) or abs(value) >= 1e15:
        return f"{value:.6g}"
    return f"{value:,.{places}f}"


def probability(p: float) -> str:
    """A p-value as people print it: three decimals, or the power of ten below which it lies.

    >>> probability(0.0432), probability(3e-7), probability(math.nan)
    ('0.043', '<1e-6', '')
    """
    if math.isnan(p):
        return ""
    if p >= 0.0005:
        return f"{p:.3f}"
    if p < 1e-15:
        return "<1e-15"
    return f"<1e{math.floor(math.log10(p)) + 1}"


def plain(value: float) -> str:
    """A figure of the whole fit: four decimals below ten, whole numbers from 100,000 on; '' for NaN.

    >>> plain(0.754812), plain(39473.89), plain(1234567.8), plain(math.nan)
    ('0.7548', '39,473.9', '1,234,568', '')
    """
    if math.isnan(value):
        return ""
    if 1e-4 <= abs(value) < 10:
        return f"{value:,.4f}"
    return f"{value:,.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:,.6g}"


def typeset(figure: str) -> str:
    """A figure, or a sentence of them, as it is printed: a minus for the hyphen before a digit, powers of ten raised.

    >>> typeset("-1.5e-07"), typeset("p <1e-15"), typeset("1e+20"), typeset("-inf")
    ('−1.5×10⁻⁷', 'p <10⁻¹⁵', '1×10²⁰', '−inf')
    """
    raised = _POWER.sub(lambda found: f"<10{_superscript(found[1])}", figure)
    raised = _EXPONENT.sub(lambda found: f"{found[1]}×10{_superscript(found[2] + found[3])}", raised)
    return re.sub(r"(?<!\w)-(?=\d|inf)", "−", raised)


def as_read(value: object) -> str:
    """A value by which people know a row; of a float beyond 2^53, which may have been rounded, the 15 digits it has.

    >>> as_read("a"), as_read(7), as_read(1.5), as_read(9007199254740996.0)
    ('a', '7', '1.5', '9.007199254741e+15')
    """
    return f"{value:.15g}" if isinstance(value, float) and abs(value) >= 2.0**53 else str(value)


def on_a_line(name: str, longest: int = 60) -> str:
    """A name as a table can hold it: without line breaks, and cut in the middle if it is long.

    >>> on_a_line("a\\nb"), len(on_a_line("x" * 100))
    ('a b', 60)
    """
    line = "".join(character if character.isprintable() else " " for character in name)
    return line if len(line) <= longest else f"{line[: longest - 21]}…{line[-20:]}"


def cells_wide(text: str) -> int:
    """How many cells of a terminal a text takes: two for each Chinese, Japanese or Korean character, none for accents.

    >>> cells_wide("area"), cells_wide("面积"), cells_wide("e\\u0301")
    (4, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def left(text: str, width: int) -> str:
    """
    >>> left("ab", 4) + "|"
    'ab  |'
    """
    return text + " " * (width - cells_wide(text))


def right(text: str, width: int) -> str:
    """
    >>> right("ab", 4)
    '  ab'
    """
    return " " * (width - cells_wide(text)) + text


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of text cells under a ruled heading: the first column to the left, the others to the right.

    >>> print("\\n".join(aligned([("k", "cost"), ("0", "85000"), ("10", "3.4")])))
    k    cost
    ─────────
    0   85000
    10    3.4
    """
    widths = [max(map(cells_wide, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [right(cell, width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([left(first, widths[0]), *cells]).rstrip())
    return [lines[0], "─" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]]


def listed(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of text cells, each column to the left.

    >>> listed([("a", "one"), ("long", "two")])
    ['a     one', 'long  two']
    """
    widths = [max(map(cells_wide, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(left, row, widths)).rstrip() for row in rows]


def padding(column: Sequence[str]) -> list[str]:
    """What each figure of a column lacks behind its last digit for the decimal points to stand in a line.

    >>> padding(["28,351", "60.0", "<10⁻¹⁵", ""])
    ['.0', '', '', '']
    """
    parts = [re.fullmatch(r"[(\[]?[-−]?[\d,]+(\.\d+)?[)\]]?", figure) for figure in column]
    behind = [part[1] or "" if part else None for part in parts]
    most = max((len(fraction) for fraction in behind if fraction), default=0)
    return [
        "" if fraction is None else ("." * (not fraction) + "0" * most)[: most - len(fraction)] for fraction in behind
    ]


def _superscript(exponent: str) -> str:
    return exponent.lstrip("+").translate(_SUPERSCRIPTS)
