"""The summary of a fit as text: what was asked, of which rows, the coefficients, how well it fits, what to mind."""

from __future__ import annotations

import math
from collections.abc import Sequence

from slopewise.inference.record import FitRecord


def coefficient_cells(record: FitRecord) -> list[tuple[str, ...]]:
    """One row of text cells for each parameter, under `headings`; empty where there is nothing to say.

    An estimate is shown to the digits that its standard error supports: two significant digits of the error.
    """
    e = record.estimates
    columns = (e.estimate, e.std_error, e.statistic, e.p_value, e.conf_low, e.conf_high)
    cells = []
    for name, *values in zip(record.names, *(column.tolist() for column in columns), strict=True):
        estimate, error, statistic, p_value, low, high = values
        places = decimals(estimate, error)
        shown = [fixed(value, places) for value in (estimate, error)]
        ends = [fixed(value, places) for value in (low, high)]
        cells.append((on_a_line(name), *shown, fixed(statistic, 2), probability(p_value), *ends))
    return cells


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


def goodness_sentence(record: FitRecord) -> str:
    """R², residual standard deviation, F and information criteria in one line."""
    g = record.goodness
    parts = [
        f"R² {_plain(g.r_squared)} (adjusted {_plain(g.adj_r_squared)})",
        f"σ {_plain(g.sigma)} on {g.df_residual:,} degree{'s' * (g.df_residual != 1)} of freedom",
        f"F {_plain(g.statistic)} (p {probability(g.p_value) or 'none'})",
        f"AIC {_plain(g.aic)}" if math.isfinite(g.aic) else "",
        f"BIC {_plain(g.bic)}" if math.isfinite(g.bic) else "",
        f"condition {_plain(g.condition)}",
        f"digits {g.digits:.1f} delivered, {g.digits_limit:.1f} allowed by the data"
        if not math.isnan(g.digits)
        else "",
    ]
    return " · ".join(part for part in parts if part and "none" not in part.split()[1:2])


def headings(record: FitRecord) -> tuple[str, ...]:
    """The titles over `coefficient_cells`; the target stands over the names."""
    return (
        on_a_line(record.target),
        "estimate",
        "std. error",
        "t",
        "p",
        f"{100 * record.estimates.level:g} % low",
        "high",
    )


def on_a_line(name: str, longest: int = 60) -> str:
    """A name as a table can hold it: without line breaks, and cut in the middle if it is long.

    >>> on_a_line("a\\nb"), len(on_a_line("x" * 100))
    ('a b', 60)
    """
    line = "".join(character if character.isprintable() else " " for character in name)
    return line if len(line) <= longest else f"{line[: longest - 21]}…{line[-20:]}"


def note_lines(record: FitRecord) -> list[str]:
    """What a reader has to know, a line each."""
    return [f"Note: {note}" for note in record.notes]


def heading(record: FitRecord) -> str:
    """What was asked, how it was answered, and of which rows."""
    return f"{record.formula}\n{record.method} · {record.source} · {record.rows.sentence()}"


def summary_text(record: FitRecord) -> str:
    """The whole summary as aligned plain text."""
    table = aligned([headings(record), *coefficient_cells(record)])
    return "\n".join([heading(record), "", *table, "", goodness_sentence(record), *note_lines(record)])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of text cells under a ruled heading: the first column to the left, the others to the right.

    >>> print("\\n".join(aligned([("k", "cost"), ("0", "85000"), ("10", "3.4")])))
    k    cost
    ─────────
    0   85000
    10    3.4
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return [lines[0], "─" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]]


def _plain(value: float) -> str:
    if math.isnan(value):
        return "none"
    if 1e-4 <= abs(value) < 10:
        return f"{value:,.4f}"
    return f"{value:,.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:,.6g}"
