"""The summary of a fit as text: what was asked, of which rows, the coefficients, how well it fits, what to mind."""

from __future__ import annotations

import math

from slopewise.inference.record import FitRecord
from slopewise.numerals import aligned as aligned
from slopewise.numerals import decimals as decimals
from slopewise.numerals import fixed as fixed
from slopewise.numerals import on_a_line as on_a_line
from slopewise.numerals import plain
from slopewise.numerals import probability as probability

LONGEST = 2_000  # characters of a sentence, or of a line of a formula


def coefficient_cells(record: FitRecord, longest: int = 60) -> list[tuple[str, ...]]:
    """One row of text cells for each parameter, under `headings`; empty where there is nothing to say.

    An estimate is shown to the digits that its standard error supports: two significant digits of the error. Names
    take `longest` characters at most.
    """
    e = record.estimates
    columns = (e.estimate, e.std_error, e.statistic, e.p_value, e.conf_low, e.conf_high)
    cells = []
    for name, *values in zip(record.names, *(column.tolist() for column in columns), strict=True):
        estimate, error, statistic, p_value, low, high = values
        places = decimals(estimate, error)
        shown = [fixed(value, places) for value in (estimate, error)]
        ends = [fixed(value, places) for value in (low, high)]
        cells.append((on_a_line(name, longest), *shown, fixed(statistic, 2), probability(p_value), *ends))
    return cells


def goodness_parts(record: FitRecord, *, corrected: bool = False) -> list[str]:
    """R², residual standard deviation, F and information criteria, those that exist; AICc among them if `corrected`."""
    g = record.goodness
    f_test = f"F {plain(g.statistic)}" + (f" (p {probability(g.p_value)})" if not math.isnan(g.p_value) else "")
    parts = [
        (g.r_squared, f"R² {plain(g.r_squared)} (adjusted {plain(g.adj_r_squared) or 'none'})"),
        (g.sigma, f"σ {plain(g.sigma)} on {g.df_residual:,} degree{'s' * (g.df_residual != 1)} of freedom"),
        (g.statistic, f_test),
        (_finite(g.aic), f"AIC {plain(g.aic)}"),
        (_finite(g.aicc) if corrected else math.nan, f"AICc {plain(g.aicc)}"),
        (_finite(g.bic), f"BIC {plain(g.bic)}"),
        (g.condition, f"condition {plain(g.condition)}"),
        (g.digits + g.digits_limit, f"digits {g.digits:.1f} delivered, {g.digits_limit:.1f} allowed by the data"),
    ]
    return [part for figure, part in parts if not math.isnan(figure)]


def goodness_sentence(record: FitRecord) -> str:
    """`goodness_parts` in one line."""
    return " · ".join(goodness_parts(record))


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


def note_lines(record: FitRecord) -> list[str]:
    """What a reader has to know, a line each."""
    return [f"Note: {on_a_line(note, LONGEST)}" for note in record.notes]


def reading_lines(record: FitRecord) -> list[str]:
    """What the coefficients mean, a line each."""
    return [f"- {on_a_line(reading, LONGEST)}" for reading in record.readings]


def provenance(record: FitRecord) -> str:
    """How the question was answered, what the standard errors allow for, and of which rows, on a line."""
    parts = (record.method, record.uncertainty, record.source, record.rows.sentence())
    return on_a_line(" · ".join(part for part in parts if part), LONGEST)


def heading(record: FitRecord) -> str:
    """What was asked, how it was answered, and of which rows."""
    formula = "\n".join(on_a_line(line, LONGEST) for line in record.formula.splitlines())
    return f"{formula}\n{provenance(record)}"


def summary_text(record: FitRecord, *, readings: bool = False) -> str:
    """The whole summary as aligned plain text; with `readings`, the sentences that say what the coefficients mean."""
    table = aligned([headings(record), *coefficient_cells(record)])
    told = ["", *reading_lines(record)] if readings and record.readings else []
    return "\n".join([heading(record), "", *table, "", goodness_sentence(record), *note_lines(record), *told])


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan
