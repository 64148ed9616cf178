"""Several fits side by side as HTML, with standard errors beneath the estimates, and as Markdown, with them beside."""

from __future__ import annotations

from collections.abc import Sequence

from slopewise.inference.record import FitRecord
from slopewise.numerals import padding, typeset
from slopewise.views.comparison import ABSENT, LEFT_OUT, Cell, Grid
from slopewise.views.summary_markdown import listed, pipes, prose, span
from slopewise.views.tables_html import NAME, escape, fragment, sentences

WORDS = (ABSENT, LEFT_OUT)


def comparison_html(records: Sequence[FitRecord], labels: Sequence[str]) -> str:
    """Fits side by side as one `<div>` with its style inside, as `summary_html` has it.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
    >>> records = [sw.fit(formula, table).record() for formula in ("y ~ 1", "y ~ x")]
    >>> comparison_html(records, ["(1)", "(2)"]).count("<tr")
    10
    """
    grid = Grid.of(records, labels)
    hanging = ")" * grid.has_errors
    titles = "".join(f'<th scope="col"{_pad(hanging)}>{escape(label, NAME)}</th>' for label in grid.labels)
    columns = [_column(cells, hanging) for cells in zip(*(cells for _, cells in grid.terms), strict=True)]
    rows = [
        f'<tr><th scope="row">{escape(name, NAME)}</th>{"".join(column[place] for column in columns)}</tr>'
        for place, (name, _) in enumerate(grid.terms)
    ]
    table = (
        f"<table>\n{_caption(grid)}\n"
        f'<thead><tr><th scope="col">{escape(grid.target, NAME)}</th>{titles}</tr></thead>\n'
        f"<tbody>\n{_lines(rows)}\n</tbody>\n<tfoot>\n{_lines(_footer(grid, hanging))}\n</tfoot>\n</table>"
    )
    return fragment([table, sentences("Notes", _notes(grid))])


def comparison_markdown(records: Sequence[FitRecord], labels: Sequence[str]) -> str:
    """Fits side by side as a table that GitHub reads: estimate (standard error), a row a term."""
    grid = Grid.of(records, labels)
    rows = [(span(grid.target), *map(prose, grid.labels))]
    for name, cells in grid.terms:
        rows.append((span(name), *(typeset(_beside(cell)) for cell in cells)))
    for title, figures in grid.footer:
        shown = map(span if title == "target" else prose, map(typeset, figures))
        rows.append((prose(title), *shown))
    models = [f"- {prose(label)} {span(model)}" for label, model in grid.asked]
    parts = ["\n".join(models), prose(grid.shared), "\n".join(pipes(rows)), listed("Notes", _notes(grid))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _caption(grid: Grid) -> str:
    models = "".join(
        f'<span class="model"><strong>{escape(label, NAME)}</strong> <code>{escape(model)}</code></span>'
        for label, model in grid.asked
    )
    return f"<caption>{models}<span>{escape(grid.shared)}</span></caption>"


def _column(cells: Sequence[Cell], hanging: str) -> list[str]:
    """One model's cells: the estimate, and beneath it the error in parentheses; decimal points in a line."""
    estimates = [typeset(cell.estimate) for cell in cells]
    errors = [cell.error and f"({typeset(cell.error)})" for cell in cells]
    whole, *pads = padding(["0", *estimates, *errors])
    shown = []
    for estimate, error, pad, below in zip(estimates, errors, pads, pads[len(cells) :], strict=False):
        lacks = (whole if estimate in WORDS else pad) + hanging
        beneath = f'<span class="soft"{_pad(below)}>{escape(error)}</span>' if error else ""
        how = ' class="soft"' * (estimate in WORDS)
        shown.append(f"<td><span{how}{_pad(lacks)}>{escape(estimate)}</span>{beneath}</td>")
    return shown


def _footer(grid: Grid, hanging: str) -> list[str]:
    rows = []
    for place, (title, figures) in enumerate(grid.footer):
        last = ' class="last"' * (place == len(grid.footer) - 1)
        shown = figures if title == "target" else map(typeset, figures)
        cells = "".join(f"<td{_pad(hanging)}>{escape(figure, NAME)}</td>" for figure in shown)
        rows.append(f'<tr{last}><th scope="row">{escape(title)}</th>{cells}</tr>')
    return rows


def _beside(cell: Cell) -> str:
    return f"{cell.estimate} ({cell.error})" if cell.error else cell.estimate


def _notes(grid: Grid) -> list[str]:
    return [f"{who}: {note}" if who else note for who, note in grid.notes]


def _pad(behind: str) -> str:
    return f' data-pad="{behind}"' if behind else ""


def _lines(rows: Sequence[str]) -> str:
    return "\n".join(rows)
