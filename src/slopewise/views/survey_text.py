"""A survey in the terminal: a line for each column, then what is worth a look, by topic.

At 80 columns a line holds what would become of the column, what is missing, its values and their shape; a wider
terminal adds distinct values, means and deviations.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from slopewise.survey.figures import estimated, percent, shown
from slopewise.survey.record import TOPICS, ColumnRecord, Hint, Role, SurveyRecord
from slopewise.views.summary import on_a_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

LONGEST_TABLE = 200  # columns listed; nobody reads more lines
LISTED = 12  # columns named under a topic
NAME = 22
WIDE = 110
VALUES = "values: lowest … median … highest"
RIGHT = ("missing", "distinct", "mean", "std. dev.", "R²")
CELLS = "▁▂▃▄▅▆▇█"
STYLES: dict[Role, str] = {"refused": "red", "id": "yellow", "constant": "yellow", "empty": "yellow", "target": "bold"}


def extent(record: SurveyRecord) -> str:
    """The source and its size: 'ames.csv, 2,930 rows, 82 columns'."""
    rows, columns = record.rows, len(record.columns)
    return f"{record.source}, {rows:,} row{'s' * (rows != 1)}, {columns:,} column{'s' * (columns != 1)}"


def text(record: SurveyRecord, width: int = 80) -> str:
    """The survey as plain text in lines of up to `width` characters."""
    from rich.console import Console

    page = io.StringIO()
    _print(record, Console(file=page, width=width, color_system=None, highlight=False, force_terminal=False))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def show(record: SurveyRecord) -> None:
    """The survey on standard output: as wide as the terminal, in colours unless NO_COLOR is set; plain into a pipe."""
    if not sys.stdout.isatty():
        print(text(record))
        return
    from rich.console import Console

    _print(record, Console(highlight=False))


def _print(record: SurveyRecord, console: Console) -> None:
    from rich.text import Text

    console.print(Text(extent(record), style="bold"), "", sep="\n")
    console.print(_table(record, console.width))
    hidden = len(record.columns) - LONGEST_TABLE
    if hidden > 0:
        console.print(f"… and {hidden:,} more columns: a .csv or .json file holds them all", style="dim")
    for topic, heading in TOPICS.items():
        found = [(c.name, hint) for c in record.columns for hint in c.hints if hint.topic == topic]
        if found:
            console.print("", Text(heading, style="bold"), _indented(_listing(found)), sep="\n")
    if record.notes:
        console.print("")
    for note in record.notes:
        console.print(Text(f"Note: {note}.", style="yellow"))
    if record.formula:
        console.print("", Text("A formula to begin with", style="bold"), _indented(record.formula), sep="\n")


def _table(record: SurveyRecord, width: int) -> Table:
    """The columns of the table are as wide as they need to be, and the values take what is left."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    columns = record.columns[:LONGEST_TABLE]
    headings, rows = _cells(record, columns, wide=width >= WIDE)
    needed = [max(map(cell_len, cells)) for cells in zip(headings, *rows, strict=True)]
    needed[0] = min(needed[0], NAME)
    place = headings.index(VALUES)
    needed[place] = 0
    needed[place] = max(width - sum(needed) - 2 * (len(needed) - 1), 12)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading, size in zip(headings, needed, strict=True):
        title = Text(heading, overflow="ellipsis", no_wrap=True)
        justify: Literal["left", "right"] = "right" if heading in RIGHT else "left"
        table.add_column(title, justify=justify, no_wrap=True, width=size, overflow="ellipsis")
    for column, cells in zip(columns, rows, strict=True):
        table.add_row(*map(Text, cells), style=STYLES.get(column.role, ""))
    return table


def _cells(record: SurveyRecord, columns: Sequence[ColumnRecord], *, wide: bool) -> tuple[list[str], list[list[str]]]:
    """The headings and the cells of the table, without those of which all would be empty."""
    table: dict[str, list[str]] = {"column": [on_a_line(column.name) for column in columns]}
    table["to fit"] = [column.role for column in columns]
    table["missing"] = [percent(column.missing_share) if column.missing else "" for column in columns]
    if wide:
        table["distinct"] = [distinct(column) for column in columns]
        table["mean"] = [mean(column) for column in columns]
        table["std. dev."] = [deviation(column) for column in columns]
    table[VALUES] = [values(column) for column in columns]
    table["shape"] = [shape(column) for column in columns]
    if record.target is not None:
        table["R²"] = ["" if c.r_squared is None or c.role == "target" else f"{c.r_squared:.2f}" for c in columns]
    kept = {heading: cells for heading, cells in table.items() if any(cells) or heading in ("column", VALUES)}
    return list(kept), [list(cells) for cells in zip(*kept.values(), strict=True)]


def distinct(column: ColumnRecord) -> str:
    """The number of distinct values, '~' before an estimate."""
    if column.distinct is None:
        return ""
    return f"{column.distinct:,}" if column.distinct_exact else f"~{estimated(column.distinct)}"


def mean(column: ColumnRecord) -> str:
    """The mean as a value of the column; of dates the day."""
    if column.mean is None:
        return ""
    return shown(round(column.mean) if column.kind == "date" else column.mean, column.kind)


def deviation(column: ColumnRecord) -> str:
    """The standard deviation; of dates in days."""
    if column.deviation is None:
        return ""
    return shown(column.deviation, "number") + " days" * (column.kind == "date")


def values(column: ColumnRecord) -> str:
    """Lowest … median … highest, or the most frequent levels after their number."""
    if column.quantiles is not None and column.low is not None and column.high is not None:
        parts = (column.low, column.quantiles.median, column.high)
        return " … ".join(shown(value, column.kind) for value in parts)
    if column.kind in ("number", "date", "other") or not column.distinct:
        return column.type if column.kind == "other" else ""
    listed = ", ".join(f"{on_a_line(level.label)} {percent(level.share)}" for level in column.top)
    return f"{distinct(column)}: {listed}" if listed else f"{distinct(column)} different texts"


def shape(column: ColumnRecord) -> str:
    """The histogram, or the shares of the most frequent levels, in eight characters.

    >>> from slopewise.survey.record import Level
    >>> levels = (Level("a", 8, 0.8), Level("b", 2, 0.2))
    >>> shape(ColumnRecord("x", "text", "string", "category", "", (), 10, 0, (), top=levels))
    '█▃'
    """
    if column.histogram is not None:
        counts = column.histogram.counts
        step = -(-len(counts) // len(CELLS))
        heights = [sum(counts[i : i + step]) for i in range(0, len(counts), step)]
    elif column.kind in ("text", "boolean"):
        heights = [level.rows for level in column.top]
    else:
        return ""
    most = max(heights, default=0)
    return "".join(CELLS[round((len(CELLS) - 1) * height / most)] if height else " " for height in heights)


def _listing(found: list[tuple[str, Hint]]) -> str:
    parts = [f"{on_a_line(name)} ({hint.brief})" if hint.brief else on_a_line(name) for name, hint in found[:LISTED]]
    for place, (name, hint) in enumerate(found[:LISTED]):
        if hint.topic == "refused":
            parts[place] = f"{on_a_line(name)}, {hint.text}"
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    between = "\n" if found[0][1].topic == "refused" else ", "
    return between.join(parts) + more


def _indented(content: str) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(content), (0, 0, 0, 2))
