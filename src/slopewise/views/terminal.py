"""What the command line shows: plain text into a pipe, a Rich table on a terminal, a progress bar for long work."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from slopewise.inference.record import FitRecord
from slopewise.views.summary import (
    coefficient_cells,
    goodness_sentence,
    heading,
    headings,
    note_lines,
    reading_lines,
    summary_text,
)

NAME = 20  # characters of a name that a line holds at least; the rest may fold below
WIDE = 10_000  # wider than any table of numbers
PATIENCE = 1.0  # seconds of work before a progress bar appears


def show_summary(record: FitRecord, *, readings: bool = False) -> None:
    """The summary of a fit on standard output, with its coefficients in sentences if `readings` are asked for."""
    if not sys.stdout.isatty():
        print(summary_text(record, readings=readings))
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    rows = coefficient_cells(record)
    for position, column in enumerate(zip(headings(record), *rows, strict=True)):
        longest = max(map(cell_len, column))
        table.add_column(
            Text(column[0], overflow="fold"),
            justify="right" if position else "left",
            no_wrap=bool(position),
            min_width=longest if position else min(longest, NAME),
            overflow="fold",
        )
    for cells in rows:
        table.add_row(*(Text(cell) for cell in cells))
    console.print(Text(heading(record), style="bold"), "", sep="\n")
    # A number is never shortened: where the table is wider than the terminal, its lines run on.
    least = Console(width=WIDE).measure(table).minimum
    Console(highlight=False, width=max(console.width, least)).print(table)
    console.print("", Text(goodness_sentence(record)), sep="\n")
    for line in ["", *reading_lines(record), ""] if readings else []:
        console.print(Text(line))
    for line in note_lines(record):
        console.print(Text(line, style="yellow"))


def show_json(record: Mapping[str, Any]) -> None:
    """One JSON object on standard output; what is not finite becomes null."""
    print(json.dumps(_finite(record), indent=2, ensure_ascii=False, allow_nan=False))


def show_csv(columns: Mapping[str, Sequence[Any]]) -> None:
    """Columns as CSV on standard output, an empty cell for null and for what is not finite."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*map(_finite, columns.values()), strict=True):
        writer.writerow(["" if value is None else value for value in row])


def show_figures(figures: Mapping[str, Any]) -> None:
    """A figure a line on standard output."""
    width = max(map(len, figures))
    for name, value in _finite(figures).items():
        shown = "none" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
        print(f"{name:<{width}}  {shown}")


@contextmanager
def progress(unit: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None] | None]:
    """A callable(done, total) that draws a bar on standard error once the work has taken a second.

    None where nobody looks: with `quiet`, or when standard error is not a terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(unit)
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """A Rich progress bar that starts late, so that quick work stays silent."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._began = time.monotonic()
        self._passed = self._began
        self._earlier: int | None = None  # what was done before the first call: a pass that goes on began further up
        self._done = 0
        self._progress: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int | None) -> None:
        if self._earlier is None or done < self._done:  # the first call, or another pass over the same rows
            self._earlier, self._passed = done, time.monotonic()
        self._done = done
        if self._progress is None:
            if time.monotonic() - self._began < PATIENCE:
                return
            self._start(total)
        elapsed = max(time.monotonic() - self._passed, 1e-9)
        text = f"{done:,} {self._unit}, {(done - self._earlier) / elapsed:,.0f} a second"
        self._progress.update(self._task, completed=done, total=total, description=text)

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _start(self, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._progress.start()
        self._task = self._progress.add_task(self._unit, total=total)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
