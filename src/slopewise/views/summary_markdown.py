"""The summary of a fit as Markdown, as GitHub reads it: a table, and sentences in which no character does anything.

Names stand in code spans, where Markdown does nothing with them but to end at a pipe or at a backtick.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slopewise.inference.record import FitRecord
from slopewise.numerals import cells_wide, left, on_a_line, right, typeset
from slopewise.views.summary import LONGEST, coefficient_cells, goodness_parts, headings, provenance

LEFT_OUT = "left out"
NAME = 120  # characters of a name

_ACTIVE = re.compile(r"[\\`*\[\]{}<>|~$&#!]|(?<![^\W_])_|_(?![^\W_])")
_MARKER = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=[-+=]))")  # of a list or a rule, up to the character that makes it one


def summary_markdown(record: FitRecord) -> str:
    """The whole summary as Markdown: what was asked, the table of coefficients, how well it fits, notes and readings.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 690.0]})
    >>> print(summary_markdown(model.record()).splitlines()[4])
    | `price`     | estimate | std. error |     t |     p | 95 % low |  high |
    """
    target, *titles = headings(record)
    rows = [(span(name), *_figures(cells)) for name, *cells in coefficient_cells(record, NAME)]
    parts = [
        f"**{span(record.formula, LONGEST)}**",
        prose(provenance(record)),
        "\n".join(pipes([(span(target), *titles), *rows])),
        prose(typeset(" · ".join(goodness_parts(record, corrected=True)))),
        listed("Notes", record.notes),
        listed("What the coefficients say", record.readings),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def span(name: str, longest: int = NAME) -> str:
    """A name as a code span that also a cell of a table may hold; nothing for a blank one.

    >>> print(span("a|b"), span("a`b"))
    `a\\|b` ``a`b``
    """
    line = on_a_line(name, longest)
    if not line.strip():
        return ""
    fence = "`" * (1 + max((len(ticks) for ticks in re.findall("`+", line)), default=0))
    space = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{space}{line}{space}{fence}".replace("|", "\\|")


def prose(sentence: str) -> str:
    """A sentence on one line in which nothing is a mark of Markdown's, nor HTML.

    >>> print(prose("Bldg.Type[T.Duplex] * <b>"))
    Bldg.Type\\[T.Duplex\\] \\* \\<b\\>
    """
    line = _ACTIVE.sub(lambda found: "\\" + found[0], on_a_line(sentence, LONGEST).strip())
    return _MARKER.sub(r"\1\\", line)


def pipes(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table: the first row its heading, the first column to the left, the others to the right.

    >>> print("\\n".join(pipes([("k", "cost"), ("10", "3.4")])))
    | k   | cost |
    | :-- | ---: |
    | 10  |  3.4 |
    """
    widths = [max(3, *map(cells_wide, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [left(first, widths[0]), *map(right, others, widths[1:])]
        lines.append(f"| {' | '.join(cells)} |")
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return [lines[0], f"| {' | '.join(rule)} |", *lines[1:]]


def listed(title: str, sentences: Sequence[str]) -> str:
    """Sentences as a list under its title; nothing for none."""
    items = [f"- {prose(sentence)}" for sentence in sentences]
    return "\n".join([f"{title}:\n", *items]) if items else ""


def _figures(cells: Sequence[str]) -> list[str]:
    if not cells[0]:
        return [LEFT_OUT, *cells[1:]]
    return [typeset(figure) for figure in cells]
