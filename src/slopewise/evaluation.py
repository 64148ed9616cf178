"""How well a model predicts other rows: R², RMSE and MAE, by one more pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from slopewise.collected import Collected
from slopewise.data.attached import Attached, attach
from slopewise.design import Rows
from slopewise.engines import places
from slopewise.errors import MissingValues
from slopewise.moments import Moments
from slopewise.predictions import Unseen, check_available, column_of, open_rows, reweighted, unweighted
from slopewise.typing import Array, ArrayLike


@dataclass(frozen=True)
class Evaluation:
    """How well predictions meet `rows` other rows, of weight v (1 unless given).

    `r2` = 1 − Σve²/Σv(y − ȳ)², `rmse` = √(Σve²/Σv), `mae` = Σv|e|/Σv, with ȳ the mean of these rows; `r2` is NaN where
    they share one target. `dropped` rows were incomplete, or held a level that the fit has not seen.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> found = model.evaluate(sw.datasets.load("six_houses"))
    >>> round(found.r2, 3), round(found.rmse, 2), round(found.mae, 2), found.rows, found.dropped
    (0.879, 58.92, 51.56, 6, 0)
    """

    r2: float
    rmse: float
    mae: float
    rows: int
    dropped: int


def evaluated(
    kept: Collected,
    theta: Array,
    data: Any,
    y: Any = None,
    *,
    weights: str | ArrayLike | None = None,
    frequency: str | ArrayLike | None = None,
    unseen: Unseen = "error",
    threads: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Evaluation:
    """The evaluation of the parameters `theta` (k,), intercept first if any, on `data`.

    `y` (m,) is the target of rows that do not hold it. Every row counts once unless `weights` or `frequency` (a column,
    or an array) are given, those of the fit notwithstanding.
    """
    plain = unweighted(kept.design)
    source = open_rows(plain, data)
    if y is not None:
        target = next(name for name in plain.variables if name not in plain.inputs)
        source = Attached(source, {target: column_of(y, "y")})
    source, weights, frequency = attach(source, weights, frequency)
    check_available(source, [*plain.variables, *(name for name in (weights, frequency) if name is not None)])
    design = replace(reweighted(plain, source, weights, frequency), source_name=source.name)
    start = _Score(replace(kept, design=design), theta, unseen)
    score = places.reduce(source, design.variables, design.prepare, start, threads=threads, progress=progress)
    m, weight = int(score.target.rows), float(score.target.weight)
    if not m:
        raise MissingValues(f"{source.name} has no complete row to evaluate the model on")
    total = float(score.target.centred[-1, -1])
    r2 = 1 - score.squares / total if total else float("nan")
    return Evaluation(r2, float(np.sqrt(score.squares / weight)), score.absolute / weight, m, score.dropped)


@dataclass(frozen=True)
class _Score:
    """The accumulator of an evaluation: Σve², Σv|e|, the moments of the target, rows dropped."""

    kept: Collected
    theta: Array
    unseen: Unseen
    squares: float = 0.0
    absolute: float = 0.0
    target: Moments = field(default_factory=lambda: Moments.empty(1))
    dropped: int = 0

    def add(self, rows: Rows) -> _Score:
        intercept, w = (self.theta[0], self.theta[1:]) if self.kept.intercept else (0.0, self.theta)
        error = rows.y - (self.kept.coding.fitted(rows, w, self.unseen, self.kept.gathered.bases) + intercept)
        known = ~np.isnan(error)
        error, y = error[known], rows.y[known]
        v, f = (None if given is None else given[known] for given in (rows.weights, rows.frequency))
        weight = np.ones(len(y)) * (1.0 if v is None else v) * (1 if f is None else f)
        found = replace(
            self,
            squares=float(weight @ error**2),
            absolute=float(weight @ np.abs(error)),
            target=Moments.of(np.empty((len(y), 0)), y, weights=v, frequency=f),
            dropped=rows.dropped + int(len(known) - len(y)),
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
