"""A diagnosis as text: what was found and what to do, the rows that move the fit, tests, leverage, collinearity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from slopewise.inference.collinearity import LARGE_SHARE, ConditionIndices, Inflation
from slopewise.inference.heteroscedasticity import BreuschPagan
from slopewise.inference.residuals import Normality
from slopewise.numerals import aligned, as_read, cells_wide, fixed, left, on_a_line, plain, probability

if TYPE_CHECKING:
    import pyarrow as pa

FIGURES = ("row", "fitted", "residual", "leverage", "std_residual", "student_residual", "cooks_d", "dffits")
"""The columns of the influential rows besides their keys."""

TITLES = ("fitted", "residual", "leverage", "standardised", "studentised", "Cook's D", "DFFITS")

MOST_TERMS, MOST_INDICES, MOST_NAMES = 25, 8, 6
"""As many terms, condition indices and coefficients as are shown: the largest."""

KEY = 24  # characters of a key
LONGEST = 2_000  # characters of a sentence
WIDTH = 110


class Diagnosed(Protocol):
    """What a view of a diagnosis reads; `slopewise.diagnosis.Diagnosis` says what each is."""

    @property
    def formula(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def rank(self) -> int: ...
    @property
    def sentences(self) -> tuple[str, ...]: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def influential(self) -> pa.Table: ...
    @property
    def breusch_pagan(self) -> BreuschPagan: ...
    @property
    def normality(self) -> Normality: ...
    @property
    def press(self) -> float: ...
    @property
    def r_squared(self) -> float: ...
    @property
    def predicted_r_squared(self) -> float: ...
    @property
    def full(self) -> int: ...
    @property
    def full_rows(self) -> tuple[int, ...]: ...
    @property
    def high(self) -> int: ...
    @property
    def limit(self) -> float: ...
    @property
    def largest(self) -> float: ...
    @property
    def largest_row(self) -> int: ...
    @property
    def vif(self) -> Inflation: ...
    @property
    def condition_indices(self) -> ConditionIndices: ...


def diagnosis_text(found: Diagnosed) -> str:
    """The whole diagnosis as aligned plain text."""
    formula = "\n".join(on_a_line(line, LONGEST) for line in found.formula.splitlines())
    lines = [formula, on_a_line(extent(found), LONGEST), ""]
    for sentence in found.sentences:
        lines += wrap(on_a_line(sentence, LONGEST), WIDTH, initial_indent="- ", subsequent_indent="  ")
    for title, rows in tables(found):
        lines += ["", title, "", *(hanging(rows) if rows[0] == INDEX_HEADINGS else aligned(rows))]
    facts = list(figures(found))
    width = max(len(name) for name, _ in facts)
    lines += ["", *(f"{left(name, width)}  {said}" for name, said in facts)]
    return "\n".join(line.rstrip() for line in lines)


def extent(found: Diagnosed) -> str:
    """Of which rows: 'ames.csv · 2,930 rows, 31 parameters'."""
    return (
        f"{found.source} · {found.rows:,} row{'s' * (found.rows != 1)}, "
        f"{found.rank:,} parameter{'s' * (found.rank != 1)}"
    )


def tables(found: Diagnosed) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """The tables, each with its title, as rows of text cells; the first row has the headings."""
    if found.influential.num_rows:
        yield "Rows that move the fit most", [row_headings(found), *row_cells(found)]
    if len(found.vif.terms) > 1:
        shown = _most(found.vif.factor**2, MOST_TERMS)
        more = f" ({len(shown)} largest of {len(found.vif.terms):,})" if len(shown) < len(found.vif.terms) else ""
        yield f"Inflation of variances by other terms{more}", [TERM_HEADINGS, *_term_cells(found.vif, shown)]
    if len(found.condition_indices.names) > 1:
        yield "Condition indices, largest first", [INDEX_HEADINGS, *_index_cells(found.condition_indices)]


def row_headings(found: Diagnosed) -> tuple[str, ...]:
    """The titles over `row_cells`."""
    return ("row", *(on_a_line(key, KEY) for key in found.keys), *TITLES)


def row_cells(found: Diagnosed) -> list[tuple[str, ...]]:
    """A row of text cells for each influential row: its number, keys and figures; empty where there is none."""
    cells = []
    for row in found.influential.to_pylist():
        keys = (on_a_line("" if row[key] is None else as_read(row[key]), KEY) for key in found.keys)
        values = (_figure(row["fitted"]), _figure(row["residual"]), _figure(row["leverage"], 3))
        others = (_to(row["std_residual"], 2), _to(row["student_residual"], 2), _figure(row["cooks_d"], 3))
        cells.append((str(row["row"]), *keys, *values, *others, _figure(row["dffits"], 3)))
    return cells


def figures(found: Diagnosed) -> Iterator[tuple[str, str]]:
    """The figures of the whole fit that exist, each with its name."""
    test, errors = found.breusch_pagan, found.normality
    if test.p_value == test.p_value:
        original = f"; for normal errors χ² {plain(test.original)}, p {probability(test.original_p_value)}"
        yield "Breusch–Pagan", f"χ² {plain(test.statistic)} on {test.df:,}, p {probability(test.p_value)}{original}"
    if errors.p_value == errors.p_value:
        shape = f"; skewness {fixed(errors.skewness, 3)}, kurtosis {fixed(errors.kurtosis, 3)} (normal 3)"
        yield "Jarque–Bera", f"χ² {plain(errors.statistic)} on 2, p {probability(errors.p_value)}{shape}"
    if found.predicted_r_squared == found.predicted_r_squared:
        yield (
            "PRESS",
            f"{found.press:,.6g}: predicted R² {plain(found.predicted_r_squared)}, R² {plain(found.r_squared)}",
        )
    full = f"; {found.full:,} of leverage 1 (row{'s' * (found.full > 1)} {_listed(found)})" if found.full else ""
    most = f"largest {found.largest:.3g} in row {found.largest_row:,}"
    over = f"{found.high:,} row{'s' * (found.high != 1)} over 3r/n = {found.limit:.3g}"
    yield "Leverage", f"mean {found.rank / found.rows:.3g}, {over}, {most}{full}"


TERM_HEADINGS = ("term", "df", "VIF or GVIF", "per df", "× std. error")
INDEX_HEADINGS = ("index", "has the greater part in the variance of")


def hanging(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of two columns under a ruled heading: figures, and names, which may take several lines.

    >>> print("\\n".join(hanging([("index", "of"), ("94.41", "area, floors")])))
    index  of
    ───────────────────
    94.41  area, floors
    """
    width = max(len(figure) for figure, _ in rows)
    lines = []
    for figure, names in rows:
        first, *others = wrap(names, WIDTH - width - 2) or [""]
        lines += [f"{left(figure, width)}  {first}".rstrip(), *(" " * (width + 2) + more for more in others)]
    return [lines[0], "─" * max(map(cells_wide, lines)), *lines[1:]]


def _term_cells(found: Inflation, shown: Sequence[int]) -> Iterator[tuple[str, ...]]:
    for t in shown:
        factor = float(found.factor[t])
        values = (_figure(float(found.gvif[t]), 4), _figure(factor**2, 4), _figure(factor, 3))
        yield on_a_line(found.terms[t]), f"{found.df[t]:,}", *values


def _index_cells(found: ConditionIndices) -> Iterator[tuple[str, ...]]:
    for j in [j for place, j in enumerate(_most(found.indices, MOST_INDICES)) if place < 3 or found.indices[j] > 10]:
        together = [name for k, name in enumerate(found.names) if found.proportions[j, k] > LARGE_SHARE]
        more = f" and {len(together) - MOST_NAMES:,} more" if len(together) > MOST_NAMES else ""
        yield _figure(float(found.indices[j]), 4), ", ".join(map(on_a_line, together[:MOST_NAMES])) + more


def _most(values: Any, limit: int) -> list[int]:
    """The places of the largest values, largest first, those of NaN last."""
    order: list[int] = np.argsort(-np.nan_to_num(values, nan=-1.0), kind="stable").tolist()
    return order[:limit]


def _listed(found: Diagnosed) -> str:
    return ", ".join(f"{row:,}" for row in found.full_rows) + ", …" * (found.full > len(found.full_rows))


def _to(value: float | None, places: int) -> str:
    return "" if value is None else fixed(value, places)


def _figure(value: float | None, digits: int = 6) -> str:
    """Significant digits with separators; '' where there is none.

    >>> _figure(-340182.67), _figure(0.142144, 3), _figure(None)
    ('-340,183', '0.142', '')
    """
    if value is None or value != value:
        return ""
    return f"{value:,.{digits}g}" if abs(value) < 1e5 or abs(value) >= 1e15 else f"{value:,.0f}"
