"""The second reading: rows that a model meets after the fit, to predict, to score, or to look at one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from slopewise.collected import Collected
from slopewise.data import Block, Source, open_source
from slopewise.data.attached import Attached
from slopewise.design import Design, Gathered, Rows
from slopewise.engines import local
from slopewise.errors import ArgumentError, MissingValues, ShapeError
from slopewise.moments import Moments
from slopewise.moments.rows import floats
from slopewise.typing import Array, ArrayLike

if TYPE_CHECKING:
    import pyarrow as pa

Unseen: TypeAlias = Literal["error", "missing"]


def open_rows(design: Design, data: Any) -> Source:
    """`data` as a source: whatever `open_source` takes, or an array (m, p) in the order of the formula's columns.

    A mapping may hold single numbers: `{"size": 1.2}` is one row. A Series is a table of one column, by its name.
    """
    if isinstance(data, Mapping):
        return open_source({name: np.atleast_1d(values) for name, values in data.items()})
    paths = isinstance(data, list | tuple) and all(isinstance(item, str | PathLike) for item in data)
    if isinstance(data, np.ndarray | Real) or (isinstance(data, list | tuple) and not paths):
        return open_source(_columns(design.inputs, data))
    return open_source(data.to_frame() if hasattr(data, "to_frame") else data)


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
            given[name] = _column(values, what)
    return Attached(source, given) if given else source


def predictor_blocks(
    kept: Collected, source: Source, unseen: Unseen, also: Sequence[str] = ()
) -> Iterator[tuple[pa.Table, Array]]:
    """Block by block the columns read (the terms', and `also`), and the coded rows (n, p), NaN where incomplete.

    A category that the fit has not seen is an `UnseenLevel` error, or a row of NaN with `unseen="missing"`.
    """
    design = replace(kept.design, source_name=source.name)
    wanted = list(dict.fromkeys((*design.inputs, *also)))
    for block in source.blocks(wanted or list(source.columns)[:1]):  # a mean reads a column to count the rows
        predictors = design.predictors(block)
        coded = np.full((block.table.num_rows, len(kept.names)), np.nan)
        coded[predictors.complete] = kept.coding.matrix(predictors, unseen, kept.gathered.bases)
        yield block.table, coded


def row_blocks(kept: Collected, source: Source) -> Iterator[tuple[Rows, Array]]:
    """Block by block the complete rows with their target, and the same rows coded, (m, p)."""
    design = replace(kept.design, source_name=source.name)
    for block in source.blocks(design.variables):
        rows = design.prepare(block)
        yield rows, kept.coding.matrix(rows, bases=kept.gathered.bases)


def drawn_rows(kept: Collected, data: Any = None) -> tuple[Array, Array]:
    """Rows to draw: the sample that the pass kept, or one of the rows of `data`; coded (m, p), and the target (m,)."""
    sample = kept.gathered.sample
    if data is not None:
        source = open_rows(kept.design, data)
        complete = source.columns.keys() >= {*kept.design.variables}
        kept = replace(kept, design=kept.design if complete else _unweighted(kept.design))
        design = replace(kept.design, source_name=source.name)
        sample = local.reduce(source, design.variables, design.prepare, Gathered.empty(design)).sample
    if not len(sample.number):
        raise ArgumentError("no rows were kept to draw (arrays and loaded models keep none); give data to draw from")
    rows = kept.design.prepare(Block(sample.table, first_row=1))
    return kept.coding.matrix(rows, bases=kept.gathered.bases), rows.y


@dataclass(frozen=True)
class Evaluation:
    """How well predictions meet `rows` other rows: `r2` = 1 − Σe²/Σ(y − ȳ)², `rmse` = √(Σe²/m), `mae` = Σ|e|/m.

    ȳ is the mean of these rows; `r2` is NaN where they share one target. `dropped` rows were incomplete.
    """

    r2: float
    rmse: float
    mae: float
    rows: int
    dropped: int


def evaluated(kept: Collected, theta: Array, data: Any, y: Any = None) -> Evaluation:
    """The evaluation of the parameters `theta` (k,), intercept first if any, on `data`; every row counts once.

    `y` (m,) is the target of rows that do not hold it.
    """
    unweighted = _unweighted(kept.design)
    source = open_rows(unweighted, data)
    if y is not None:
        target = next(name for name in unweighted.variables if name not in unweighted.inputs)
        source = Attached(source, {target: _column(y, "y")})
    design = replace(unweighted, source_name=source.name)
    start = _Score(replace(kept, design=design), theta)
    score = local.reduce(source, design.variables, design.prepare, start)
    m = int(score.target.rows)
    if not m:
        raise MissingValues(f"{source.name} has no complete row to evaluate the model on")
    total = float(score.target.centred[-1, -1])
    r2 = 1 - score.squares / total if total else float("nan")
    return Evaluation(r2, float(np.sqrt(score.squares / m)), score.absolute / m, m, score.dropped)


@dataclass(frozen=True)
class _Score:
    """The accumulator of an evaluation: Σe², Σ|e|, the moments of the target, rows dropped."""

    kept: Collected
    theta: Array
    squares: float = 0.0
    absolute: float = 0.0
    target: Moments = field(default_factory=lambda: Moments.empty(1))
    dropped: int = 0

    def add(self, rows: Rows) -> _Score:
        X = self.kept.coding.matrix(rows, bases=self.kept.gathered.bases)
        w = self.theta[1:] if self.kept.intercept else self.theta
        error = rows.y - X @ w - (self.theta[0] if self.kept.intercept else 0.0)
        here = Moments.of(np.empty((len(rows.y), 0)), rows.y)
        found = replace(
            self, squares=float(error @ error), absolute=float(np.abs(error).sum()), target=here, dropped=rows.dropped
        )
        return self.merge(found)

    def merge(self, other: _Score) -> _Score:
        return replace(
            self,
            squares=self.squares + other.squares,
            absolute=self.absolute + other.absolute,
            target=self.target.merge(other.target),
            dropped=self.dropped + other.dropped,
        )


def _unweighted(design: Design) -> Design:
    used = {name: kind for name, kind in design.kinds.items() if name not in (design.weights, design.frequency)}
    return replace(design, kinds=used, weights=None, frequency=None)


def _column(values: Any, name: str) -> Array:
    column = floats(values, name)
    if column.ndim != 1:
        raise ShapeError(f"{name} has shape {column.shape}; give one entry for each row")
    return column


def _columns(names: Sequence[str], X: Any) -> dict[str, Array]:
    rows = np.atleast_1d(floats(X, "the array"))
    if rows.ndim == 1:
        rows = rows[:, None] if len(names) == 1 else rows[None, :]
    if rows.ndim != 2 or rows.shape[1] != len(names):
        raise ShapeError(f"the array has shape {np.shape(X)}; the model reads {len(names)} columns: {', '.join(names)}")
    return {name: rows[:, j] for j, name in enumerate(names)} or {"row": np.arange(len(rows), dtype=np.float64)}
