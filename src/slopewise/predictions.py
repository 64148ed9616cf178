"""The second reading: rows that a model meets after the fit, to predict, to score, or to look at one by one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from numbers import Real
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np

from slopewise.collected import Collected
from slopewise.data import Block, Source, open_source
from slopewise.data.attached import Attached
from slopewise.data.retold import as_known
from slopewise.data.tables import rows_per_block
from slopewise.design import Design, Gathered, Rows
from slopewise.design.columns import SourceColumn
from slopewise.design.rows import Features, Predictors
from slopewise.engines import local, places
from slopewise.errors import ArgumentError, ShapeError, UnknownColumn
from slopewise.moments.float_arrays import floats
from slopewise.threads import one_thread
from slopewise.typing import Array, ArrayLike, BoolArray

if TYPE_CHECKING:
    import pyarrow as pa

Unseen: TypeAlias = Literal["error", "missing"]

Values: TypeAlias = "Callable[[Features, Unseen], tuple[Array, ...]]"
"""What is computed from the terms in m rows: columns (m,), NaN for a row with a level that the fit has not seen."""

Result = TypeVar("Result")

LISTED = 5
"""As many names as a sentence takes."""


def open_rows(design: Design, data: Any) -> Source:
    """`data` as a source: whatever `open_source` takes, or an array (m, p) in the order of the formula's columns.

    A mapping may hold single numbers: `{"size": 1.2}` is one row. A Series is a table of one column, by its name.
    """
    if isinstance(data, Mapping):
        return open_source({name: np.atleast_1d(values) for name, values in data.items()})
    paths = isinstance(data, list | tuple) and all(isinstance(item, str | PathLike) for item in data)
    if isinstance(data, np.ndarray | Real) or (isinstance(data, list | tuple) and not paths):
        return open_source(_columns(design.inputs, data))
    return as_known(open_source(data.to_frame() if hasattr(data, "to_frame") else data), design.kinds)


def weighed(design: Design, source: Source, weights: ArrayLike | None, frequency: ArrayLike | None) -> Source:
    """`source` with the weights and frequencies of its rows, arrays (m,), under the names that the design knows."""
    given: dict[str, Array] = {}
    for what, name, values in (("weights", design.weights, weights), ("frequency", design.frequency, frequency)):
        if values is not None and name is None:
            raise ArgumentError(f"the fit had no {what}; leave {what}= out")
        if values is None and name is not None and name not in source.columns:
            raise ArgumentError(
                f"the fit had {what} that {source.name} does not hold; give {what}= with one entry for each row"
            )
        if values is not None and name is not None:
            given[name] = column_of(values, what)
    return Attached(source, given) if given else source


@dataclass(frozen=True)
class Predicted:
    """What became of `rows` rows to predict: `incomplete` ones lack a value, `unseen` ones hold a level not in the fit.

    `missing_by` counts the gaps by column, `unseen_by` the levels not seen by category: a row may count for several.
    `far` rows are extrapolations (`slopewise.extrapolation`), where that was looked at.

    >>> print(Predicted(2930, 3, {"area": 3}, 9, {"Street": 9}).sentence())
    12 of 2,930 rows have no prediction: 3 lack a value (area 3), 9 hold a level that the fit has not seen (Street 9)
    """

    rows: int = 0
    incomplete: int = 0
    missing_by: Mapping[str, int] = field(default_factory=dict)
    unseen: int = 0
    unseen_by: Mapping[str, int] = field(default_factory=dict)
    far: int = 0

    def __add__(self, other: Predicted) -> Predicted:
        return Predicted(
            self.rows + other.rows,
            self.incomplete + other.incomplete,
            _added(self.missing_by, other.missing_by),
            self.unseen + other.unseen,
            _added(self.unseen_by, other.unseen_by),
            self.far + other.far,
        )

    def sentence(self) -> str:
        """How many rows have no prediction, and why; empty if all have one."""
        reasons = []
        if self.incomplete:
            reasons.append(f"{_number(self.incomplete, 'lack')} a value ({_counts(self.missing_by)})")
        if self.unseen:
            hold = _number(self.unseen, "hold")
            reasons.append(f"{hold} a level that the fit has not seen ({_counts(self.unseen_by)})")
        if not reasons:
            return ""
        without = self.incomplete + self.unseen
        have = "has" if without == 1 else "have"
        return f"{without:,} of {self.rows:,} rows {have} no prediction: {', '.join(reasons)}"


def warning(found: Predicted) -> str:
    """What to mind about the predictions that there are; empty if nothing.

    >>> warning(Predicted(2930, far=1))
    '1 of 2,930 rows lies further out than any row of the fit that was looked at: its prediction is an extrapolation'
    """
    if not found.far:
        return ""
    beyond = "further out than any row of the fit that was looked at"
    if found.far == 1:
        return f"1 of {found.rows:,} rows lies {beyond}: its prediction is an extrapolation"
    return f"{found.far:,} of {found.rows:,} rows lie {beyond}: predictions extrapolate there"


def on_predictors(
    kept: Collected,
    source: Source,
    values: Values,
    work: Callable[[Block, tuple[Array, ...]], Result],
    unseen: Unseen = "error",
    *,
    also: Sequence[str] = (),
    threads: int | None = None,
) -> Generator[tuple[Result, Predicted], None, None]:
    """`work(block, columns)` for each block, on threads and in order, and beside it what became of the rows.

    The block has the columns of the terms, and `also`; `columns` are what `values` gives for its n rows, (n,) each,
    NaN where there is no prediction. A level that the fit has not seen is an `UnseenLevel` error, or NaN with
    `unseen="missing"`.
    """
    design = replace(kept.design, source_name=source.name)
    wanted = list(dict.fromkeys((*design.inputs, *also)))

    def worked(block: Block) -> tuple[Result, Predicted]:
        with one_thread():
            parts = [_predicted(kept, design, part, values, unseen) for part in _narrow(block, len(kept.names))]
            columns = tuple(map(np.concatenate, zip(*(columns for columns, _ in parts), strict=True)))
            return work(block, columns), sum((counts for _, counts in parts), Predicted())

    workers = local.workers_for(source, threads)
    blocks = source.blocks(wanted or list(source.columns)[:1])  # a mean reads a column to count the rows
    with closing(local.in_order(worked, blocks, workers)) as parts:
        yield from parts


def check_available(source: Source, names: Iterable[str]) -> None:
    """Raise `UnknownColumn` if `source` lacks some of the columns `names`, with all of those in one sentence."""
    lacking = [name for name in dict.fromkeys(names) if name not in source.columns]
    if lacking:
        raise UnknownColumn(lacking[0], source.columns, where=source.name, also=lacking[1:])


def row_blocks(kept: Collected, source: Source) -> Iterator[tuple[Rows, Array]]:
    """Block by block the complete rows with their target, and the same rows coded, (m, p)."""
    design = replace(kept.design, source_name=source.name)
    for block in source.blocks(design.variables):
        rows = design.prepare(block)
        yield rows, kept.coding.matrix(rows, bases=kept.gathered.bases)


class Drawn(NamedTuple):
    """Rows to draw: `rows` as the design has them, coded as `X` (n, p), out of `total` rows (of all copies)."""

    rows: Rows
    X: Array
    total: int


def drawn(kept: Collected, data: Any = None) -> Drawn:
    """The sample of rows that the pass kept, or one of the rows of `data`, which need not hold the weights of the fit.

    Raises `ArgumentError` where no rows were kept.
    """
    design, gathered = kept.design, kept.gathered
    if data is not None:
        source = open_rows(design, data)
        complete = source.columns.keys() >= {*design.variables}
        design = replace(design if complete else unweighted(design), source_name=source.name)
        gathered = places.reduce(source, design.variables, design.prepare, Gathered.empty(design))
    sample = gathered.sample
    if not len(sample.number):
        raise ArgumentError("no rows were kept to draw (arrays and loaded models keep none); give data to draw from")
    rows = design.prepare(Block(sample.table, first_row=1))
    X = kept.coding.matrix(rows, bases=kept.gathered.bases)
    return Drawn(rows, X, int(gathered.sums.numbers.rows))


def few(kept: Collected, data: Any) -> pa.Table | None:
    """The rows of `data` that `drawn` takes, as a table, so that who draws of them often reads all of them once.

    None for None: then the rows are those that the pass kept.
    """
    if data is None:
        return None
    rows = drawn(kept, data).rows
    return rows.values(rows.stored.column_names)


def drawn_rows(kept: Collected, data: Any = None) -> tuple[Array, Array]:
    """The coded rows (m, p) to draw, and their targets (m,): see `drawn`."""
    found = drawn(kept, data)
    return found.X, found.rows.y


def unweighted(design: Design) -> Design:
    """The design without weights, whose rows need not hold them."""
    used = {name: kind for name, kind in design.kinds.items() if name not in (design.weights, design.frequency)}
    return replace(design, kinds=used, weights=None, frequency=None)


def reweighted(design: Design, source: Source, weights: str | None, frequency: str | None) -> Design:
    """`design` with these columns of the source as its weights."""
    more = {name: source.columns[name] for name in (weights, frequency) if name is not None}
    return replace(design, kinds={**design.kinds, **more}, weights=weights, frequency=frequency)


def column_of(values: Any, name: str) -> Array:
    """`values` as a column of numbers, (m,); `ShapeError` where they are none."""
    column = floats(values, name)
    if column.ndim != 1:
        raise ShapeError(f"{name} has shape {column.shape}; give one entry for each row")
    return column


def _narrow(block: Block, columns: int) -> Iterator[Block]:
    """The block in parts of which a matrix with so many columns is no larger than a block may be."""
    rows = rows_per_block(columns)
    for start in range(0, block.table.num_rows, rows):
        yield Block(block.table.slice(start, rows), block.first_row + start)


def _predicted(
    kept: Collected, design: Design, block: Block, values: Values, unseen: Unseen
) -> tuple[tuple[Array, ...], Predicted]:
    """What `values` gives for the rows of a block, NaN in incomplete ones; and what became of them."""
    predictors = design.predictors(block)
    columns = tuple(predictors.spread(column) for column in values(predictors, unseen))
    complete = predictors.complete
    missing = {} if complete.all() else {name: _missing(block, name, design.source_name) for name in design.inputs}
    strange = {} if unseen == "error" else {name: _strange(kept, predictors, name) for name in predictors.categories}
    return columns, Predicted(
        len(complete),
        int((~complete).sum()),
        {name: count for name, count in missing.items() if count},
        int(np.logical_or.reduce(list(strange.values())).sum()) if strange else 0,
        {name: count for name, rows in strange.items() if (count := int(rows.sum()))},
    )


def _missing(block: Block, name: str, source: str) -> int:
    return int(SourceColumn.of(block, name, source).missing().sum())


def _strange(kept: Collected, predictors: Predictors, name: str) -> BoolArray:
    """The complete rows whose level of a category the fit has not seen."""
    category, known = predictors.categories[name], {*kept.coding.levels.get(name, ())}
    new = [code for code, level in enumerate(category.levels) if level not in known]
    return np.isin(category.codes, new)


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}


def _number(rows: int, verb: str) -> str:
    return f"{rows:,} {verb}{'s' * (rows == 1)}"


def _counts(by: Mapping[str, int]) -> str:
    worst = sorted(by.items(), key=lambda item: -item[1])
    more = f" and {len(worst) - LISTED} more" if len(worst) > LISTED else ""
    return ", ".join(f"{name} {count:,}" for name, count in worst[:LISTED]) + more


def _columns(names: Sequence[str], X: Any) -> dict[str, Array]:
    rows = np.atleast_1d(floats(X, "the array"))
    if rows.ndim == 1:
        rows = rows[:, None] if len(names) == 1 else rows[None, :]
    if rows.ndim != 2 or rows.shape[1] != len(names):
        raise ShapeError(f"the array has shape {np.shape(X)}; the model reads {len(names)} columns: {', '.join(names)}")
    return {name: rows[:, j] for j, name in enumerate(names)} or {"row": np.arange(len(rows), dtype=np.float64)}
