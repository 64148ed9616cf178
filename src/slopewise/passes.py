"""One pass over rows, as `fit` and `collect` make it: what is read, what the formula means on it, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slopewise.checkpoint import Checkpoint
from slopewise.choices import Precision
from slopewise.collected import Collected
from slopewise.data import Source, open_source
from slopewise.data.attached import attach
from slopewise.data.block import Kind
from slopewise.data.options import ReadOptions
from slopewise.data.partitioned import Partitioned
from slopewise.data.retold import as_known
from slopewise.design import Design, Gathered
from slopewise.design.design import Missing
from slopewise.design.grouping import Folds, Grouping
from slopewise.design.keyed import Keyed
from slopewise.design.layout import Layout
from slopewise.design.rows import Rows
from slopewise.design.tree import Column
from slopewise.design.tree import text as quoted
from slopewise.engines import local, places
from slopewise.errors import ArgumentError, ColumnTypeError, MissingValues, UnknownColumn
from slopewise.inference.digits import digits
from slopewise.moments import Moments
from slopewise.moments.state import check_precision
from slopewise.room import check_room
from slopewise.solvers import exact
from slopewise.solvers.solution import Solution
from slopewise.state_files import is_state
from slopewise.threads import thread_count
from slopewise.typing import ArrayLike, Renumbering

ENOUGH_DIGITS, SHORT_OF_ALL = 12, 14
EXACT_COLUMNS, EXACT_PRODUCTS = 30, 2e7  # as much as exact sums and their solution take well under a second for

Progress = Callable[[int, "int | None"], None]

_HELD: dict[Kind, str] = {
    "number": "numbers",
    "boolean": "booleans",
    "date": "dates",
    "text": "text",
    "other": "something else",
}


def resolved(
    formula: str,
    data: Any,
    *,
    sql: str | None,
    db: Any,
    where: str | None,
    options: ReadOptions | None,
    weights: str | ArrayLike | None,
    frequency: str | ArrayLike | None,
    missing: Missing,
    threads: int | None,
    keys: Sequence[str] = (),
    apart: Sequence[str] = (),
) -> tuple[Source, Design]:
    """The rows, and what the formula means on them; nothing is read yet. `keys` and `apart`: see `Design.of`."""
    _check_order(formula, data)
    opened = open_source(data, sql=sql, db=db, where=where, options=options, threads=threads)
    source, weights, frequency = attach(opened, weights, frequency)
    design = Design.of(
        formula,
        source.columns,
        weights=weights,
        frequency=frequency,
        missing=missing,
        declared=source.levels,
        keys=keys,
        apart=apart,
        source_name=source.name,
    )
    return source, design


def gathered(
    source: Source,
    design: Design,
    precision: Precision,
    *,
    where: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | Path | None = None,
    grouping: Grouping | None = None,
    most: int | None = None,
) -> Collected:
    """One pass; with `checkpoint`, one that goes on where the file says that an earlier one has stopped.

    With a `grouping` it gathers a state for each group or fold, too; these are in double-double, and in no checkpoint.
    Where they come to more than `most` bytes it raises `TooManyGroups`.
    """
    check_precision(precision)
    if grouping is not None:
        _check_groups(precision, checkpoint, grouping, source)
    check_room(Layout.of(design.carried).least, thread_count(threads), f"the formula, on {source.name},")
    empty = Gathered.empty(design, precision)
    keyed: Keyed | None = None
    pass_over = source, design.variables, design.prepare
    if grouping is not None:
        alone = 1 if isinstance(source, Partitioned) else threads  # a worker has one thread, whatever there is here
        start = _Both(empty, Keyed.empty(design, grouping, alone, most))
        both = places.reduce(*pass_over, start, threads=threads, progress=progress)
        found, keyed = both.gathered, replace(both.keyed.settled(), most=None, threads=threads)
    elif checkpoint is None:
        found = places.reduce(*pass_over, empty, threads=threads, progress=progress)
    else:
        with Checkpoint(Path(checkpoint), source, design) as file:
            begun = file.begin(empty)
            found = local.reduce(*pass_over, empty, begun=begun, keep=file.keep, threads=threads, progress=progress)
    if not found.sums.numbers.rows:
        raise _no_rows(source.name, found, where)
    return named(Collected(design, found, source.name, (source.describe(),), keyed))


def like(
    kept: Collected,
    source: Source,
    *,
    where: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    groups: bool = True,
) -> Collected:
    """A pass over other rows for the design, the precision and, if wanted, the `groups` of what was collected already.

    Raises `UnknownColumn` and `ColumnTypeError` for rows that lack a column, or hold something else in it.
    """
    source = as_known(source, kept.design.kinds)
    for name, kind in kept.design.kinds.items():
        if name not in source.columns:
            raise UnknownColumn(name, source.columns, where=source.name)
        if source.columns[name] != kind:
            raise ColumnTypeError(
                f"{source.name}: column {name!r} holds {_HELD[source.columns[name]]}, and in {kept.source} it held "
                f"{_HELD[kind]}; look for what is written there, or read it otherwise (--text, --numbers)"
            )
    design = replace(kept.design, source_name=source.name)
    grouping = kept.keyed.grouping if groups and kept.keyed is not None else None
    precision: Precision = "auto" if grouping is not None else kept.gathered.sums.numbers.precision
    return gathered(source, design, precision, where=where, threads=threads, progress=progress, grouping=grouping)


def _check_groups(precision: Precision, checkpoint: str | Path | None, grouping: Grouping, source: Source) -> None:
    """Refuse what the states of groups and folds cannot have."""
    if isinstance(grouping, Folds) and grouping.key is None and isinstance(source, Partitioned):
        raise ArgumentError(
            f"folds={grouping.count} go by the numbers of rows, which {source.name} does not have while it is read; "
            "name a column that tells its rows apart, fold_key='id'"
        )
    if precision not in ("auto", "double-double"):
        raise ArgumentError(
            f"precision={precision!r}: the states of groups and folds are in double-double; leave it out"
        )
    if checkpoint is not None:
        raise ArgumentError(
            "a checkpoint holds no states of groups or folds, so that nothing could be taken up; leave it out"
        )


@dataclass(frozen=True, eq=False)
class _Both:
    """What all rows come to, and those of each group, gathered side by side."""

    gathered: Gathered
    keyed: Keyed

    def add(self, rows: Rows) -> _Both:
        return _Both(self.gathered.add(rows), self.keyed.add(rows))

    def merge(self, other: _Both) -> _Both:
        return _Both(self.gathered.merge(other.gathered), self.keyed.merge(other.keyed))

    def renumbered(self, numbers: Renumbering) -> _Both:
        return replace(self, gathered=self.gathered.renumbered(numbers))


def solved_or_better(
    moments: Moments, intercept: bool, threads: int | None = None
) -> tuple[Solution | None, Precision | None]:
    """The solution, if it was needed to judge the sums; and the precision to sum the rows in once more, or None.

    Float64 sums should give 12 digits, or all that the data allow. Double-double ones nearly always give all 15; where
    they give fewer than 14, a table small enough is summed exactly.
    """
    small = moments.p <= EXACT_COLUMNS and int(moments.rows) * moments.q**2 <= EXACT_PRODUCTS
    better: Precision = "double-double" if moments.precision == "double" else "exact"
    if not moments.rows or moments.precision == "exact" or (better == "exact" and not small):
        return None, None  # before the digits, which cost a solution
    solution = exact.solve(moments, intercept=intercept, threads=threads)
    delivered, limit = digits(moments, solution).worst
    enough = min(ENOUGH_DIGITS, limit) if better == "double-double" else SHORT_OF_ALL
    return (None, better) if delivered < enough else (solution, None)


def _check_order(formula: Any, data: Any) -> None:
    stored = isinstance(data, str | Path) and is_state(data)
    if isinstance(data, Collected) or stored:
        kept = f"sw.load({str(data)!r})" if stored else "kept"
        raise ArgumentError(
            f"these are sums, and their rows were read already: sw.submodel({kept}, {formula!r}) is the model of them"
        )
    if isinstance(formula, str) and ("~" in formula or not isinstance(data, str) or "~" not in data):
        return
    if isinstance(data, str) and "~" in data:
        raise ArgumentError(f"the formula comes first and the data second: swap them, fit({data!r}, …)")
    raise ArgumentError(
        f"the formula is a text with a '~' in it, such as 'price ~ area', not a {type(formula).__name__}"
    )


def named(kept: Collected) -> Collected:
    """`kept` itself; `ArgumentError` where two coefficients would bear one name, as only one of them could be read."""
    names = ("Intercept",) * kept.intercept + kept.names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ArgumentError(
            f"two coefficients would be called {twice!r}; rename that column, or write it as I({quoted(Column(twice))})"
        )
    return kept


def _no_rows(source: str, gathered: Gathered, where: str | None) -> MissingValues:
    if not gathered.read and where is not None:
        return MissingValues(f"no row of {source} meets the condition; loosen it")
    if not gathered.read:
        return MissingValues(f"{source} has a header but no rows; add rows below it")
    worst = sorted(gathered.dropped_by.items(), key=lambda item: -item[1])
    if not worst:
        return MissingValues(f"all {gathered.read:,} rows of {source} have weight zero; give some a positive weight")
    blame = ", ".join(f"{name} ({count:,})" for name, count in worst[:8])
    minus = " - ".join(quoted(Column(name)) for name, _ in worst[:2])
    return MissingValues(
        f"{source} has no complete row among {gathered.read:,}; missing values are in {blame}"
        f"{f' and {len(worst) - 8} more columns' if len(worst) > 8 else ''}; take such columns out of the formula "
        f"(- {minus})"
    )
