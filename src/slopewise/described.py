"""`describe`: look before fitting. One pass over all columns, and a `Description` that says what `fit` would do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from slopewise.data import Source, open_source
from slopewise.data.options import ReadOptions
from slopewise.data.writing import write_whole
from slopewise.design.tree import Column
from slopewise.design.tree import text as quoted
from slopewise.engines import local
from slopewise.errors import ArgumentError, ColumnTypeError, UnknownColumn
from slopewise.survey import ColumnRecord, Layout, Survey, SurveyRecord, record_of
from slopewise.survey.figures import as_date
from slopewise.survey.reading import USABLE
from slopewise.views import survey_html, survey_text

TOO_MANY_MISSING = 0.2
"""The share of missing values beyond which a column is left out of the first formula: each costs rows."""

Progress = Callable[[int, "int | None"], None]


@dataclass(frozen=True, repr=False)
class Description(SurveyRecord):
    """What every column of a table holds, and what `fit` would do with it; see `describe`.

    >>> import slopewise as sw
    >>> found = describe({"size": [1.0, 2.0, None], "city": ["Oslo", "Bergen", "Oslo"]})
    >>> found
    <Description: the table, 3 rows, 2 columns>
    >>> found.columns[0].use, found.columns[0].missing, found.columns[1].use
    ('a number', 1, "a category of 2 levels, reference 'Bergen'")
    """

    def __repr__(self) -> str:
        return f"<Description: {survey_text.extent(self)}>"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return survey_html.fragment(self)

    def __getitem__(self, name: str) -> ColumnRecord:
        """The record of one column; `UnknownColumn` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumn(name, [column.name for column in self.columns], where=self.source)

    def text(self, width: int = 80) -> str:
        """The description as plain text in lines of up to `width` characters; wider ones hold more figures."""
        return survey_text.text(self, width)

    def html(self) -> str:
        """The description as one self-contained page, in light and dark, with a small picture for each column."""
        return survey_html.page(self)

    def to_dict(self) -> dict[str, Any]:
        """The description in plain numbers and text, dates as ISO 8601 writes them: what `--format json` prints."""
        return {
            "source": self.source,
            "rows": self.rows,
            "target": self.target,
            "sampled_rows": self.sampled,
            "rank_error": self.rank_error,
            "complete_share": self.complete,
            "notes": list(self.notes),
            "formula": self.formula,
            "columns": [_plain(column) for column in self.columns],
        }

    def to_columns(self) -> dict[str, list[Any]]:
        """One row for each column of the table, by the names of what is known: what `--format csv` prints."""
        rows = [_flat(column) for column in self.columns]
        return {name: [row[name] for row in rows] for name in rows[0]}

    def save(self, path: str | Path) -> None:
        """Write the description to a file: .html, .json, .csv or .txt, as its name says.

        Raises `ArgumentError` for another suffix and `OutputError` if the file cannot be written.
        """
        suffix = check_suffix(path)
        write: dict[str, Callable[[], str]] = {
            ".html": self.html,
            ".json": lambda: json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
            ".csv": lambda: _lines(self.to_columns()),
            ".txt": lambda: self.text() + "\n",
        }
        content = write[suffix]()
        with write_whole(path) as file:
            file.write(content)


SUFFIXES = (".html", ".json", ".csv", ".txt")


def check_suffix(path: str | Path) -> str:
    """The suffix of `path` if a description can be written in that form; else `ArgumentError`.

    >>> check_suffix("survey.html")
    '.html'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ArgumentError(
            f"{path} is of no kind that a description can be written in; end its name in .html, .json, .csv or .txt"
        )
    return suffix


def describe(
    data: Any,
    target: str | None = None,
    *,
    where: str | None = None,
    options: ReadOptions | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Description:
    """Look at every column of `data` in one pass, and say what `fit` would do with it.

    `data` is whatever `fit` takes; with `target`, a column of numbers, booleans or dates, each column is set against
    it: Pearson's r of numbers, and the share of variance that the levels of a category explain, η² = SS_between /
    SS_total. `where` is an SQL condition on the rows, and `options` says how to read text files; `progress(rows,
    total)` is called as rows are read. Memory is bounded whatever the number of rows. Counts, ends, means and
    deviations are of all rows; quantiles are those of a random sample of up to 16,384 rows (the same in every run);
    distinct values are counted up to 4,096 and estimated beyond, and fewer of both are kept of more than 256 columns.
    Cells that are not of their column's kind do not stop the pass, as they would `fit`: they are counted and shown.

    Formulas: `slopewise.survey.spread`, `slopewise.survey.association`.
    Raises `ArgumentError` for a target of text, `UnknownColumn`, and the errors of reading.

    >>> found = describe({"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 700.0]}, target="price")
    >>> found["size"].correlation, found["price"].role
    (1.0, 'target')
    """
    source = open_source(data, where=where, threads=threads, options=options)
    if target is not None:
        _check_target(source, target)
    survey, why_not = _surveyed(source, target, threads, progress)
    record = record_of(survey, source.name, why_not, source.columns)
    found = {field.name: getattr(record, field.name) for field in fields(record)}
    return Description(**found | {"formula": _formula(record)})


def _surveyed(
    source: Source, target: str | None, threads: int | None, progress: Progress | None
) -> tuple[Survey, dict[str, str]]:
    """The state after a pass, and why some columns cannot be read as what they should hold.

    Such a column is read as it is written, if the source has that, and else left out.
    """

    def one_pass(layout: Layout) -> Survey:
        if not layout.kinds:
            return Survey.empty(layout)
        empty = Survey.empty(layout)
        return local.reduce(source, layout.reads, layout.prepare, empty, threads=threads, progress=progress)

    try:
        return one_pass(Layout.of(source, target)), {}
    except ColumnTypeError:
        if not source.rereadable:
            raise
    why_not = _unreadable(source, list(source.columns))
    # A source gives cells as written beside other columns, never alone.
    alone = len(why_not) == len(source.columns)
    written = {name: source.written[name] for name in why_not if name in source.written and not alone}
    if target in why_not and target not in written:
        raise ColumnTypeError(why_not[target])
    without = why_not.keys() - written.keys()
    return one_pass(Layout.of(source, target, without=without, as_written=written)), why_not


def _unreadable(source: Source, names: Sequence[str]) -> dict[str, str]:
    """The columns among `names` that cannot be read, and the error of each: found by halving."""
    try:
        for _ in source.blocks(names):
            pass
    except ColumnTypeError as error:
        if len(names) == 1:
            return {names[0]: str(error)}
        half = len(names) // 2
        return _unreadable(source, names[:half]) | _unreadable(source, names[half:])
    return {}


def _check_target(source: Source, target: str) -> None:
    if target not in source.columns:
        raise UnknownColumn(target, source.columns, where=source.name)
    kind = source.columns[target]
    if kind not in ("number", "boolean", "date"):
        what = "text" if kind == "text" else "values that are no numbers"
        raise ArgumentError(
            f"column {target!r} of {source.name} holds {what}, and a target needs numbers, for columns to "
            "be set against; name another"
        )


def _formula(record: SurveyRecord) -> str | None:
    """All columns, less those that cannot or should not be used, or that lack too many values; None without a target
    that varies."""
    target = next((column.name for column in record.columns if column.role == "target"), None)
    if target is None:
        return None
    left_out = [
        column.name
        for column in record.columns
        if column.name != target and (column.role not in USABLE or column.missing_share > TOO_MANY_MISSING)
    ]
    return " - ".join([f"{quoted(Column(target))} ~ .", *(quoted(Column(name)) for name in left_out)])


def _lines(columns: Mapping[str, list[Any]]) -> str:
    """Columns as CSV, an empty cell for None."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return file.getvalue()


def _plain(column: ColumnRecord) -> dict[str, Any]:
    """A record for JSON."""
    record = asdict(column)
    written = _written(column)
    record.update({name: written(record[name]) for name in ("low", "high", "mean")})
    if column.quantiles is not None:
        record["quantiles"] = {name: written(value) for name, value in column.quantiles._asdict().items()}
    record["missing_share"] = column.missing_share
    record["top"] = [level._asdict() for level in column.top]
    record["hints"] = [hint._asdict() for hint in column.hints]
    record["histogram"] = column.histogram and column.histogram._asdict()
    return record


def _flat(column: ColumnRecord) -> dict[str, Any]:
    """A record as the cells of one line."""
    record = _plain(column)
    found: Mapping[str, Any] = record.pop("quantiles") or {}
    record.pop("histogram")
    for name in ("q05", "q25", "median", "q75", "q95"):
        record[name] = found.get(name)
    record["first_missing"] = " ".join(map(str, column.first_missing))
    record["top"] = "; ".join(f"{level.label} ({level.rows})" for level in column.top)
    record["hints"] = "; ".join(hint.text for hint in column.hints)
    return record


def _written(column: ColumnRecord) -> Callable[[float | None], Any]:
    if column.kind != "date":
        return lambda value: value
    return lambda value: None if value is None else as_date(value)
