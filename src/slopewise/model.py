"""`LinearModel`: the fitted model, frozen and small: what was collected from the rows and the answer, never rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.answer import Answer
from slopewise.data.documents import read_document, write_document
from slopewise.design import Rows
from slopewise.design.rows import Features
from slopewise.diagnosis import Diagnosis, diagnosed
from slopewise.errors import FitError
from slopewise.evaluation import Evaluation, evaluated
from slopewise.extrapolation import leverages, reach_of
from slopewise.inference.covariance import Assumption, Cov
from slopewise.inference.estimates import check_level, parameter_block
from slopewise.inference.influence import Scale, influence
from slopewise.inference.prediction import interval_ends
from slopewise.partial_effects import PartialEffect, partial_effect
from slopewise.pictures import component_residual, partial_regression
from slopewise.plotting import Plots
from slopewise.predictions import (
    Unseen,
    Values,
    check_available,
    on_predictors,
    open_rows,
    row_blocks,
    weighed,
)
from slopewise.rereading import Refit, check_rereadable, covariance_of_states, keyed, robust_covariance
from slopewise.saved import KIND, Parts, document, restored
from slopewise.typing import Array, ArrayLike
from slopewise.views.summary import summary_text
from slopewise.views.summary_html import summary_html
from slopewise.views.summary_markdown import summary_markdown

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.figure import Figure

AUGMENTED = ("fitted", "residual", "leverage", "std_residual", "cooks_d", "student_residual", "dffits")


@dataclass(frozen=True, eq=False)
class LinearModel(Answer):
    """A fitted linear model ŷ = b + w·x, with x the coded columns of the formula's terms.

    `kept`: the design and the moments; `solution`: the parameters, by position; `method`: how they were found;
    `made_with`: the versions that computed them, by name, in which equal models may differ; `robust`: the covariance of
    the coefficients where it is not the classical one. Formulas: `slopewise.inference.geometry`.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 690.0]})
    >>> {name: round(value, 3) for name, value in model.coefficients.items()}
    {'Intercept': 106.667, 'size': 195.0}
    >>> model.predict({"size": 1.2}).round(2).tolist()
    [340.67]
    """

    def with_covariance(
        self,
        cov: Cov,
        data: Any = None,
        *,
        weights: ArrayLike | None = None,
        frequency: ArrayLike | None = None,
        threads: int | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> LinearModel:
        """The same model with other standard errors: "classical", "HC0" … "HC3", ("cluster", "school").

        All but the classical ones read the rows of the fit, `data`, once more; if they had `weights` or `frequency`
        that are no column of them, give them again (m,). Clusters whose states were collected need no row. Formulas:
        `slopewise.inference.covariance`.
        Raises `ArgumentError` for other rows than those of the fit.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
        >>> sw.fit("y ~ x", table).with_covariance("HC3", table).vcov().round(4).tolist()
        [[0.576, -0.3041], [-0.3041, 0.1808]]
        """
        assumption = Assumption.of(cov)
        self._check_exact()
        if not assumption.rereads:
            return replace(self, robust=None)
        if data is None and (found := covariance_of_states(self.kept, self._geometry, assumption)) is not None:
            return replace(self, robust=found)
        source = weighed(self.kept.design, open_rows(self.kept.design, data), weights, frequency)
        check_rereadable(source, f"cov={cov!r}")
        refit = keyed(Refit(self.kept, self.solution, self._geometry), source, assumption)
        return replace(self, robust=robust_covariance(refit, source, assumption, threads=threads, progress=progress))

    def predict(
        self, new: Any, interval: str | None = None, level: float = 0.95, unseen: Unseen = "error"
    ) -> Array | pa.Table:
        """ŷ for the rows of `new`: a frame, a Series, a file, a mapping, or an array (m, p) in the formula's order.

        Returns (m,), in target units, NaN for an incomplete row; with `interval` "confidence" (of the mean at x) or
        "prediction" (of one new row of weight 1), an Arrow table of `fitted`, `lower` and `upper` at `level`.
        A category that the fit has not seen is an `UnseenLevel` error, or NaN with `unseen="missing"`.
        Formulas: `slopewise.inference.prediction`.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]}).predict([[4.0], [5.0]]).tolist()
        [7.0, 9.0]
        """
        source = open_rows(self.kept.design, new)
        check_available(source, self.kept.design.inputs)
        values = self.predictor(interval, level)
        parts = [part for part, _ in on_predictors(self.kept, source, values, lambda _, part: part, unseen)]
        width = 1 if interval is None else 3
        columns = [np.concatenate([part[i] for part in parts] or [np.empty(0)]) for i in range(width)]
        if interval is None:
            return columns[0]
        import pyarrow as pa

        return pa.table({name: pa.array(c, from_pandas=True) for name, c in zip(PREDICTED, columns, strict=True)})

    def leverage(self, new: Any, unseen: Unseen = "error") -> Array:
        """How far the rows of `new` lie from those of the fit: h = zᵀ(ZᵀVZ)⁻¹z (m,), NaN for an incomplete row.

        A row that lies further out than `reach`, the largest h among the rows of the fit that the pass kept, is an
        extrapolation, though each of its values may be in its range. See `slopewise.extrapolation`.

        >>> import slopewise as sw
        >>> model = sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
        >>> (model.leverage({"x": [2.0, 9.0]}) > model.reach).tolist()
        [False, True]
        """
        source = open_rows(self.kept.design, new)
        check_available(source, self.kept.design.inputs)
        bases, coding = self.kept.gathered.bases, self.kept.coding

        def values(features: Features, unseen: Unseen) -> tuple[Array, ...]:
            return (leverages(self._geometry, coding.matrix(features, unseen, bases)),)

        parts = [part[0] for part, _ in on_predictors(self.kept, source, values, lambda _, part: part, unseen)]
        return np.concatenate(parts or [np.empty(0)])

    @cached_property
    def reach(self) -> float:
        """The leverage beyond which a row lies further out than the rows of the fit: see `leverage`."""
        return reach_of(self.kept, self._geometry) if self.furthest is None else self.furthest

    def predictor(self, interval: str | None = None, level: float = 0.95) -> Values:
        """What gives ŷ (m,) for the terms in m rows, NaN for a level not seen; with `interval`, its ends and h besides.

        Raises at once what is wrong with `interval` and `level`, and `FitError` where there is no interval to give.
        """
        check_level(level)
        if interval is not None:
            self._ends(np.empty((0, len(self.kept.names))), interval, level)
        bases, w = self.kept.gathered.bases, np.nan_to_num(self.solution.coefficients)

        def values(features: Features, unseen: Unseen) -> tuple[Array, ...]:
            fitted = self.kept.coding.fitted(features, w, unseen, bases) + self.solution.intercept
            if interval is None:
                return (fitted,)
            X = self.kept.coding.matrix(features, unseen, bases)
            return (fitted, *self._ends(X, interval, level), leverages(self._geometry, X))

        return values

    def fitted(self, X: Array) -> Array:
        """ŷ (m,) for coded rows `X` (m, p)."""
        return self._geometry.fitted(X)

    def evaluate(
        self,
        data: Any,
        y: Any = None,
        *,
        weights: str | ArrayLike | None = None,
        frequency: str | ArrayLike | None = None,
        unseen: Unseen = "error",
        threads: int | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Evaluation:
        """R², RMSE and MAE of the predictions on other rows, which hold the target; if they do not, give `y` (m,).

        Each row counts once, whatever the weights of the fit, unless `weights` (analytic) or `frequency` are given: a
        column's name, or an array (m,). Incomplete rows are left out and counted; so are, with `unseen="missing"`,
        rows of a category that the fit has not seen. `progress(rows, total)` is called as rows are read.
        Formulas: `slopewise.evaluation`.

        >>> import slopewise as sw
        >>> model = sw.fit("y ~ x", {"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.0]})
        >>> model.evaluate({"x": [3.0, 4.0], "y": [8.0, 8.0]}).mae
        1.0
        """
        return evaluated(
            self.kept,
            self.solution.theta,
            data,
            y,
            weights=weights,
            frequency=frequency,
            unseen=unseen,
            threads=threads,
            progress=progress,
        )

    def augment(self, data: Any, *, weights: ArrayLike | None = None, frequency: ArrayLike | None = None) -> pa.Table:
        """Each complete row: row fitted residual leverage std_residual cooks_d student_residual dffits.

        `row` is its number in the data, from 1. Reads the rows again. If the fit had `weights` or `frequency` that are
        no column of `data`, give them again (m,); `ArgumentError` without. Formulas: `slopewise.inference.influence`.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
        >>> [round(h, 4) for h in sw.fit("y ~ x", table).augment(table)["leverage"].to_pylist()]
        [0.8333, 0.3333, 0.8333]
        """
        import pyarrow as pa

        source = weighed(self.kept.design, open_rows(self.kept.design, data), weights, frequency)
        parts: dict[str, list[Any]] = {"row": [np.empty(0, np.int64)], **{name: [np.empty(0)] for name in AUGMENTED}}
        for rows, X in row_blocks(self.kept, source):
            values = (rows.number, *self._diagnostics(rows, X))
            for name, column in zip(parts, values, strict=True):
                parts[name].append(column)
        return pa.table({name: pa.array(np.concatenate(columns), from_pandas=True) for name, columns in parts.items()})

    def diagnose(
        self,
        data: Any,
        *,
        keep: Sequence[str] = (),
        top: int = 10,
        weights: ArrayLike | None = None,
        frequency: ArrayLike | None = None,
        threads: int | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Diagnosis:
        """Whether the fit can be believed, by one more pass over its rows, `data`; memory does not grow with them.

        Lists the `top` rows that move the answer most, with their columns `keep`; tests for constant variance and
        normal errors; measures how well each row is predicted from the others. See `slopewise.diagnosis.Diagnosis`.
        If the fit had `weights` or `frequency` that are no column of `data`, give them again (m,). Raises
        `ArgumentError` for other rows than those of the fit.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0, 4.0, 10.0], "y": [1.0, 2.0, 3.0, 4.0, 5.0]}
        >>> sw.fit("y ~ x", table).diagnose(table, top=1).influential["row"].to_pylist()
        [5]
        """
        self._check_exact()
        source = weighed(self.kept.design, open_rows(self.kept.design, data), weights, frequency)
        check_rereadable(source, "diagnose")
        refit = Refit(self.kept, self.solution, self._geometry)
        return diagnosed(refit, source, keep=keep, top=top, threads=threads, progress=progress)

    @property
    def plot(self) -> Plots:
        """The pictures of this model, by name: `model.plot.effects()`, `.coefficients()`, `.residuals(data)` …"""
        return Plots(self)

    def partial_effect(self, name: str, data: Any = None, level: float = 0.95) -> PartialEffect:
        """What is predicted on average, were every row at each value of the column `name`: see `PartialEffect`.

        Rows that it is averaged over, where it has part with others, are the sample that the pass kept, or `data`'s.

        >>> import slopewise as sw
        >>> table = {"f": list("aabb"), "x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 5.0, 7.0]}
        >>> sw.fit("y ~ f + x", table).partial_effect("f").levels
        ('a', 'b')
        """
        self._check_exact()
        return partial_effect(self.kept, self._geometry, self.covariance, name, data, level)

    def partial_regression(self, name: str, data: Any = None) -> Figure:
        """What the column `name` adds: the target against it, each less what the other columns say of it.

        The slope is the coefficient. Drawn from the sample of rows that the pass kept, or from one of `data`.
        """
        self._check_exact()
        return partial_regression(Refit(self.kept, self.solution, self._geometry), name, data)

    def component_residual(self, name: str, data: Any = None) -> Figure:
        """Whether the column `name` acts along a line: its part of ŷ plus the residuals, against it.

        Drawn from the sample of rows that the pass kept, or from one of `data`.
        """
        self._check_exact()
        return component_residual(Refit(self.kept, self.solution, self._geometry), name, data)

    def summary(self, level: float = 0.95, *, readings: bool = False) -> str:
        """What was asked, of which rows, the coefficients, how well it fits, and what to mind, as text.

        With `readings` each coefficient is also read in a sentence, where that can honestly be done.
        """
        return summary_text(self.record(level), readings=readings)

    def markdown(self, level: float = 0.95) -> str:
        """The summary as Markdown, the readings of the coefficients included."""
        return summary_markdown(self.record(level))

    def html(self, level: float = 0.95) -> str:
        """The summary as a fragment of HTML, which brings its style along: what notebooks show."""
        return summary_html(self.record(level))

    def _repr_html_(self) -> str:
        return self.html()

    def figure(self, data: Any = None, level: float = 0.95) -> Figure:
        """The fit at a glance, from the sample of rows that the pass kept, or from one of `data`.

        With one feature: the data with the line, and the residuals; otherwise predicted against actual, and each
        coefficient with its interval. `slopewise.plots.save` writes it. Raises `ArgumentError` where no rows were kept.
        """
        return self.plot.fit(data, level)

    def save(self, path: str | Path, *, dated: bool = False) -> None:
        """Write the model as JSON, whole or not at all; `slopewise.load` reads it back, bit for bit.

        Equal models are equal files, unless it is `dated`: then the file says when it was written. See
        `slopewise.saved` for what is in it. Raises `OutputError` when the file cannot be written.
        """
        now = {"saved": datetime.now(UTC).isoformat(timespec="seconds")} if dated else {}
        write_document(path, self.to_dict() | now)

    @classmethod
    def load(cls, path: str | Path) -> LinearModel:
        """The model that `save` wrote. Nothing in the file is executed, and no other file is read.

        Raises `SourceError` for a file that is missing or is not a model.
        """
        return cls(*restored(read_document(path, f"a {KIND}"), path))

    def to_dict(self) -> dict[str, Any]:
        """The model as plain numbers, strings and lists: what `save` writes."""
        return document(Parts(self.kept, self.solution, self.method, self.made_with, self.robust, self.reach))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> LinearModel:
        """The model that `to_dict` wrote; nothing in it is executed. Raises `SourceError` for a record that is none."""
        return cls(*restored(record))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LinearModel):
            return NotImplemented
        return self._told() == other._told() and self.kept.to_dict() == other.kept.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def _told(self) -> tuple[Any, ...]:
        """What tells models of the same rows apart."""
        return self.method, self.solution.to_dict(), self.robust and self.robust.to_dict()

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<LinearModel {self.formula!r}: {self.rows.used:,} rows, R² {self.r2:.4g}>"

    def _ends(self, X: Array, interval: str, level: float) -> tuple[Array, Array]:
        """The ends of the interval around ŷ (m,) in coded rows `X` (m, p)."""
        g = self._goodness
        if np.isnan(parameter_block(self.solution)).all() or not g.df_residual:
            why = "no degrees of freedom are left" if not g.df_residual else f"{self.method} has no standard errors"
            raise FitError(f"there is no interval to give: {why}; predict without one, or fit more rows exactly")
        fitted, variances = self._geometry.fitted(X), self._geometry.variances(X, self.covariance.scatter)
        return interval_ends(fitted, variances, g.sigma, self.covariance.df, interval, level)

    def _diagnostics(self, rows: Rows, X: Array) -> tuple[Array, ...]:
        observed = self._geometry.observed(rows.number, X, rows.y, rows.weights)
        found = influence(observed, Scale(self._goodness.sigma, self._goodness.df_residual, self.solution.rank))
        return (
            observed.fitted,
            observed.residual,
            observed.leverage,
            found.std_residual,
            found.cooks_d,
            found.student_residual,
            found.dffits,
        )


PREDICTED = ("fitted", "lower", "upper")
