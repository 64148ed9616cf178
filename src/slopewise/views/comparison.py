"""Several fits side by side, as they are published: a row a term, the standard error beneath the estimate.

`Grid` holds what every form of the table shows; here is the text, `comparison_pages.py` has HTML and Markdown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slopewise.inference.record import FitRecord
from slopewise.numerals import aligned, cells_wide, decimals, fixed, left, on_a_line, plain
from slopewise.views.summary import LONGEST

ABSENT = "–"
LEFT_OUT = "left out"
NAME = 60  # characters of a name or of a label

_FIGURES: dict[str, Callable[[FitRecord], str]] = {
    "rows used": lambda record: f"{record.rows.used:,}",
    "R²": lambda record: plain(record.goodness.r_squared),
    "adjusted R²": lambda record: plain(record.goodness.adj_r_squared),
    "σ": lambda record: plain(record.goodness.sigma),
    "AIC": lambda record: plain(record.goodness.aic),
    "BIC": lambda record: plain(record.goodness.bic),
    "std. errors": lambda record: _kind(record),
}


@dataclass(frozen=True)
class Cell:
    """What one model says of one term; `error` is empty where there is none."""

    estimate: str
    error: str = ""


@dataclass(frozen=True)
class Grid:
    """The table of m models: `target` if they share one, `labels` (m,), a row a term, a footer, and what to mind.

    Each row is a title and a cell or figure for every model. `models` says what each was asked, `shared` what all have
    in common. A note is a sentence after the labels of the models that it is about, "" for all.
    """

    target: str
    labels: tuple[str, ...]
    models: tuple[str, ...]
    shared: str
    terms: tuple[tuple[str, tuple[Cell, ...]], ...]
    footer: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, records: Sequence[FitRecord], labels: Sequence[str]) -> Grid:
        """The grid of some fits, a label for each."""
        targets = list(dict.fromkeys(record.target for record in records))
        footer = {title: tuple(figure(record) or ABSENT for record in records) for title, figure in _FIGURES.items()}
        if len(targets) > 1:
            footer["target"] = tuple(on_a_line(record.target, NAME) for record in records)
        shared = [value for value in map(_one, zip(*map(_origins, records), strict=True)) if value]
        own = [" · ".join(part for part in _origins(record) if part not in shared) for record in records]
        return cls(
            on_a_line(targets[0], NAME) if len(targets) == 1 else "",
            tuple(on_a_line(label, NAME) for label in labels),
            tuple(own),
            " · ".join(shared),
            tuple(_terms(records)),
            tuple(footer.items()),
            tuple(_notes(records, labels)),
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The labels of the models that were asked something that not all were, and what."""
        return [pair for pair in zip(self.labels, self.models, strict=True) if pair[1]]

    @property
    def has_errors(self) -> bool:
        """Whether any model has a standard error to show."""
        return any(cell.error for _, cells in self.terms for cell in cells)


def comparison_text(records: Sequence[FitRecord], labels: Sequence[str]) -> str:
    """Fits side by side as aligned plain text, `labels` over their columns; a dash where a model lacks a term."""
    grid = Grid.of(records, labels)
    behind = " " * grid.has_errors  # the closing parenthesis of an error stands behind the last digit
    body = [(grid.target, *(label + behind for label in grid.labels))]
    for name, cells in grid.terms:
        body.append((on_a_line(name, NAME), *(cell.estimate + behind for cell in cells)))
        if any(cell.error for cell in cells):
            body.append(("", *(cell.error and f"({cell.error})" for cell in cells)))
    table = aligned([*body, *((title, *(figure + behind for figure in row)) for title, row in grid.footer)])
    table.insert(len(body) + 1, table[1])
    width = max(map(cells_wide, grid.labels))
    models = [f"{left(label, width)}  {model}" for label, model in grid.asked]
    notes = [f"Note{f' on {who}' if who else ''}: {note}" for who, note in grid.notes]
    heading = [*models, *([grid.shared] if grid.shared else [])]
    return "\n".join([*heading, "", *table, *([""] if notes else []), *notes])


def _origins(record: FitRecord) -> tuple[str, str, str]:
    """What was asked, how it was answered, and of what."""
    return (
        on_a_line(" ".join(record.formula.split()), LONGEST),
        record.method,
        on_a_line(record.source, LONGEST),
    )


def _one(values: Sequence[str]) -> str:
    """The value that all share, or nothing."""
    return values[0] if len(set(values)) == 1 else ""


def _terms(records: Sequence[FitRecord]) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Each term, in the order in which it is first met, and what the models say of it."""
    found = [dict(_cells(record)) for record in records]
    for name in dict.fromkeys(name for cells in found for name in cells):
        yield name, tuple(cells.get(name, Cell(ABSENT)) for cells in found)


def _cells(record: FitRecord) -> Iterator[tuple[str, Cell]]:
    """What one model says of each of its terms, by name."""
    values = zip(record.names, record.estimates.estimate.tolist(), record.estimates.std_error.tolist(), strict=True)
    for name, estimate, error in values:
        places = decimals(estimate, error)
        cell = Cell(LEFT_OUT) if math.isnan(estimate) else Cell(fixed(estimate, places), fixed(error, places))
        yield name, cell


def _kind(record: FitRecord) -> str:
    """What the standard errors allow for, in few words: 'classical', 'HC3', 'by school' for clusters."""
    if all(map(math.isnan, record.estimates.std_error.tolist())):
        return ""
    words = record.uncertainty.removesuffix(" standard errors").removeprefix("standard errors clustered ")
    return on_a_line(words.partition(" (")[0], NAME) or "classical"


def _notes(records: Sequence[FitRecord], labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What to mind: first what cannot be compared, then what the models say themselves, each sentence once."""
    for note in _incomparable(records):
        yield "", on_a_line(note, LONGEST)
    said: dict[str, list[str]] = {}
    for record, label in zip(records, labels, strict=True):
        detail = [f"{record.uncertainty}."] if " (" in record.uncertainty else []
        for note in dict.fromkeys([*record.notes, *detail]):
            said.setdefault(note, []).append(label)
    for note, who in said.items():
        yield "" if len(who) == len(records) else on_a_line(", ".join(who), LONGEST), on_a_line(note, LONGEST)


def _incomparable(records: Sequence[FitRecord]) -> Iterator[str]:
    targets = list(dict.fromkeys(record.target for record in records))
    if len(targets) > 1:
        yield f"The targets differ ({_listed(targets)}): R², σ, AIC and BIC cannot be compared between them."
    counts = list(dict.fromkeys(f"{record.rows.used:,}" for record in records))
    same = "fit the models to the rows that are complete for all of them."
    if len(counts) > 1:
        yield f"The models use different rows ({_listed(counts)}), so R², AIC and BIC cannot be compared; {same}"
    elif len({(record.source, record.rows.dropped, *sorted(record.rows.dropped_by.items())) for record in records}) > 1:
        yield f"The models may use different rows, though equally many; if they do, {same}"
    if len({record.weighted for record in records}) > 1:
        yield "Some of the models are weighted and others are not: R², σ, AIC and BIC cannot be compared between them."


def _listed(values: Sequence[str]) -> str:
    """
    >>> _listed(["a", "b", "c"])
    'a, b and c'
    """
    return f"{', '.join(values[:-1])} and {values[-1]}"
