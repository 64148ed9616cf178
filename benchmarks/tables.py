"""What a benchmark answers: a table of figures, each beside its goal, and the few ways to write a figure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A figure of ours that must be at most, or at least, `bound`."""

    bound: float
    at_most: bool
    text: str

    def verdict(self, figure: float) -> str:
        """`text` and whether `figure` meets it.

        >>> Goal(0.5, True, "≤ 0.5 s").verdict(0.31)
        '≤ 0.5 s: met'
        """
        met = figure <= self.bound if self.at_most else figure >= self.bound
        return f"{self.text}: {'met' if met else 'MISSED'}"


@dataclass(frozen=True)
class Table:
    """The answer to one question: `rows` under `columns`, the first column text, and the `notes` a reader needs."""

    question: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The table in Markdown, aligned so that it reads as plain text too.

        >>> print(Table("How fast?", ("what", "time"), (("this", "1 ms"), ("that other", "12 ms"))).markdown())
        ## How fast?
        <BLANKLINE>
        | what       |  time |
        |:-----------|------:|
        | this       |  1 ms |
        | that other | 12 ms |
        """
        lines = (self.columns, *self.rows)
        widths = [max(len(line[j]) for line in lines) for j in range(len(self.columns))]
        rule = ":" + "-" * (widths[0] + 1) + "|" + "|".join("-" * (width + 1) + ":" for width in widths[1:])
        head, *body = [_line(line, widths) for line in lines]
        notes = ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n".join([f"## {self.question}", "", head, f"|{rule}|", *body, *notes])


def read(text: str) -> list[Table]:
    """The tables in a page that holds them, as `markdown` wrote them.

    >>> table = Table("How fast?", ("what", "time"), (("this", "1 ms"),), ("of one run",))
    >>> read(f"# Page\\n\\n{table.markdown()}\\n") == [table]
    True
    """
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        question, *lines = section.strip().splitlines()
        head, _, *rows = [_cells(line) for line in lines if line.startswith("|")]
        notes = tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
        found.append(Table(question, head, tuple(rows), notes))
    return found


def tally(tables: Sequence[Table]) -> str:
    """How many goals the tables meet, and a line for each that they miss.

    >>> rows = (("this", "1 s", "≤ 2 s: met"), ("that", "3 s", "≤ 2 s: MISSED"))
    >>> print(tally([Table("How fast?", ("what", "time", "goal"), rows)]))
    Goals: 1 met, 1 missed.
    - MISSED: How fast? that, ≤ 2 s
    """
    verdicts = [
        (table.question, row[0], verdict)
        for table in tables
        for row in table.rows
        for cell in row
        for verdict in cell.split("; ")
        if verdict.endswith(": met") or "MISSED" in verdict
    ]
    missed = [
        f"- MISSED: {question} {first}, {re.sub(': MISSED|MISSED: ', '', verdict)}"
        for question, first, verdict in verdicts
        if "MISSED" in verdict
    ]
    return "\n".join([f"Goals: {len(verdicts) - len(missed)} met, {len(missed)} missed.", *missed])


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    texts = [cells[0].ljust(widths[0])]
    texts += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "| " + " | ".join(texts) + " |"


def seconds(time: float) -> str:
    """A time to three digits, in the unit that suits it.

    >>> seconds(0.01234), seconds(430.0), seconds(2.5e-5)
    ('12.3 ms', '430 s', '25.0 µs')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if time >= size or unit == "µs":
            break
    value = time / size
    return f"{value:.{max(0, 2 - max(0, math.floor(math.log10(value))))}f} {unit}" if value else f"0 {unit}"


def ratio(value: float) -> str:
    """How many times as long, to three digits.

    >>> ratio(1.234), ratio(8600.4)
    ('1.23×', '8,600×')
    """
    return f"{value:.2f}×" if value < 10 else f"{value:.1f}×" if value < 100 else f"{value:,.0f}×"
