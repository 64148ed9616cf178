"""A diagnosis as HTML: one element for a notebook or a page, in light and dark, without scripts, every name escaped."""

from __future__ import annotations

from collections.abc import Sequence, Set

from slopewise.numerals import typeset
from slopewise.views.diagnosis_text import INDEX_HEADINGS, Diagnosed, extent, figures, row_headings, tables
from slopewise.views.tables_html import NAME, code, escape, fragment, padded

WORDS = INDEX_HEADINGS[1:]
"""Headings of columns that hold lists of names: they stand to the left."""

LEFT = ' style="text-align: left; white-space: normal"'
LONGEST_LIST = 600  # characters of a list of names


def diagnosis_html(found: Diagnosed, *, findings: bool = True) -> str:
    """The diagnosis as one `<div>` with its style inside: what was found, then tables and figures, folded.

    Without `findings`, for a page that has said of what and what was found, tables and figures alone.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2.0, 3.0, 4.0, 10.0], "y": [1.0, 2.0, 3.0, 4.0, 5.0]}
    >>> diagnosis_html(sw.fit("y ~ x", table).diagnose(table, top=2)).count("<table>")
    2
    """
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.sentences)
    facts = "".join(
        f'<p>{escape(name)}: <span class="soft">{escape(typeset(said))}</span></p>' for name, said in figures(found)
    )
    head = f"<p><b>{code(found.formula)}</b></p>\n<p>{escape(extent(found))}</p>"
    names = {*row_headings(found)[: len(found.keys) + 1], *WORDS}
    first, *others = [_table(title, rows, names) for title, rows in tables(found)] or [""]
    folded = f"<details><summary>Tests, leverage, collinearity</summary>\n{facts}\n{_lines(others)}\n</details>"
    told = [head, f'<ul aria-label="Findings">{items}</ul>'] if findings else []
    return fragment([*told, first, folded])


def _table(title: str, rows: Sequence[Sequence[str]], names: Set[str]) -> str:
    headings, *cells = rows
    titles = "".join(f'<th scope="col"{LEFT * (one in WORDS)}>{escape(one, NAME)}</th>' for one in headings)
    columns = [
        _column(column, heading in names, heading in WORDS)
        for heading, column in zip(headings, zip(*cells, strict=True), strict=True)
    ]
    lines = []
    for place in range(len(cells)):
        last = ' class="last"' * (place == len(cells) - 1)
        first, *others = (column[place] for column in columns)
        figures = "".join(f"<td{pad}>{figure}</td>" for figure, pad in others)
        lines.append(f'<tr{last}><th scope="row">{first[0]}</th>{figures}</tr>')
    return (
        f"<table>\n<caption>{escape(title)}</caption>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n"
        f"{_lines(lines)}\n</tbody>\n</table>"
    )


def _column(cells: Sequence[str], names: bool, to_the_left: bool) -> list[tuple[str, str]]:
    """Each cell as HTML with its attributes: figures in line at the decimal point, names as they are."""
    if not names:
        return padded(cells)
    how = LEFT * to_the_left
    return [(escape(cell, LONGEST_LIST), how) for cell in cells]


def _lines(rows: Sequence[str]) -> str:
    return "\n".join(rows)
