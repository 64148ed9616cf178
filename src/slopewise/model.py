"""`LinearModel`: the fitted model, frozen and small: what was collected from the rows and the answer, never rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.collected import Collected
from slopewise.data.documents import read_document, write_document
from slopewise.design.rows import Features
from slopewise.errors import FitError
from slopewise.evaluation import Evaluation, evaluated
from slopewise.inference.digits import digits
from slopewise.inference.estimates import check_level, covariance, estimates, parameter_block
from slopewise.inference.goodness import Goodness, goodness
from slopewise.inference.prediction import cooks_distance, interval_ends, quadratic_form, standardised
from slopewise.inference.record import FitRecord, RowCounts
from slopewise.moments import Moments
from slopewise.notes import notes
from slopewise.predictions import (
    Unseen,
    Values,
    check_available,
    drawn_rows,
    on_predictors,
    open_rows,
    row_blocks,
    weighed,
)
from slopewise.saved import KIND, Parts, document, restored, versions
from slopewise.solvers.solution import Solution
from slopewise.typing import Array, ArrayLike
from slopewise.views.summary import summary_text

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.figure import Figure

LEAST_SQUARES = "least squares"
AUGMENTED = ("fitted", "residual", "leverage", "std_residual", "cooks_d")


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A fitted linear model ŷ = b + w·x, with x the coded columns of the formula's terms.

    `kept`: the design and the moments; `solution`: the parameters, by position; `method`: how they were found;
    `made_with`: the versions that computed them, by name, in which equal models may differ.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 690.0]})
    >>> {name: round(value, 3) for name, value in model.coefficients.items()}
    {'Intercept': 106.667, 'size': 195.0}
    >>> model.predict({"size": 1.2}).round(2).tolist()
    [340.67]
    """

    kept: Collected
    solution: Solution
    method: str = LEAST_SQUARES
    made_with: Mapping[str, str] = field(default_factory=versions)

    @property
    def formula(self) -> str:
        """The formula as it was written."""
        return self.kept.design.formula

    @property
    def target(self) -> str:
        """What is modelled: 'price', 'log(price)'."""
        return self.kept.target

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all k parameters, the intercept first if there is one."""
        return ("Intercept",) * self.solution.has_intercept + self.kept.names

    @property
    def moments(self) -> Moments:
        """The state of the coded columns, the target last."""
        return self.kept.moments

    @property
    def rows(self) -> RowCounts:
        """How many rows were used and dropped, and because of which columns."""
        return self.kept.rows

    @property
    def coefficients(self) -> Mapping[str, float]:
        """Parameters by name, the intercept first, in target units per feature unit; NaN for a dropped column."""
        w = self.solution.coefficients.tolist()
        values = [self.solution.intercept, *w] if self.solution.has_intercept else w
        return dict(zip(self.names, values, strict=True))

    @cached_property
    def _goodness(self) -> Goodness:
        exact = self.method == LEAST_SQUARES
        return goodness(self.moments, self.solution, digits(self.moments, self.solution) if exact else None)

    @property
    def digits(self) -> float:
        """How many digits of every coefficient can be trusted as the answer for these values: the fewest of them all.

        `glance` has it beside the digits that the rounding of the values allows. Formulas:
        `slopewise.inference.digits`. NaN for coefficients that descent reached.
        """
        return self._goodness.digits

    @property
    def r2(self) -> float:
        """R² = 1 − RSS/TSS on the rows of the fit; NaN for a constant target."""
        return self._goodness.r_squared

    @property
    def rmse(self) -> float:
        """√(RSS / Σv), the root mean squared residual on the rows of the fit, in target units."""
        return float(np.sqrt(self.solution.residual_sum_of_squares / self.moments.weight))

    def vcov(self) -> Array:
        """The classical covariance σ̂² (ZᵀVZ)⁻¹ of the parameters, (k, k) in the order of `names`, NaN if not estimated.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).vcov().round(4).tolist()
        [[0.3889, -0.1667], [-0.1667, 0.0833]]
        """
        return covariance(self.moments, self.solution)

    def record(self, level: float = 0.95) -> FitRecord:
        """Everything that a view of the fit shows, with intervals at `level`."""
        return FitRecord(
            formula=self.formula,
            source=self.kept.source,
            method=f"weighted {self.method}" if self._weighted else self.method,
            target=self.target,
            names=self.names,
            rows=self.rows,
            estimates=estimates(self.moments, self.solution, level),
            goodness=self._goodness,
            notes=notes(self.kept, self.solution, self._goodness, exact=self.method == LEAST_SQUARES),
        )

    def tidy(self, level: float = 0.95) -> pa.Table:
        """One row a parameter, in broom's columns: term estimate std_error statistic p_value conf_low conf_high.

        Null where there is nothing to say: a dropped column, or no degrees of freedom.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).tidy()["term"].to_pylist()
        ['Intercept', 'x']
        """
        import pyarrow as pa

        e = estimates(self.moments, self.solution, level)
        columns = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
        arrays = {name: pa.array(getattr(e, name), from_pandas=True) for name in columns}
        return pa.table({"term": pa.array(self.names, pa.string()), **arrays})

    def glance(self) -> pa.Table:
        """One row of figures for the whole fit, as `slopewise.inference.goodness.Goodness` defines them; null for NaN.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).glance()["nobs"].to_pylist()
        [3]
        """
        import pyarrow as pa

        return pa.table({name: pa.array([value], from_pandas=True) for name, value in vars(self._goodness).items()})

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

    def predictor(self, interval: str | None = None, level: float = 0.95) -> Values:
        """What gives ŷ (m,) for the terms in m rows, NaN for a level not seen; with `interval`, its ends besides.

        Raises at once what is wrong with `interval` and `level`, and `FitError` where there is no interval to give.
        """
        check_level(level)
        if interval is not None:
            self._ends(np.empty(0), np.empty((0, len(self.kept.names))), interval, level)
        bases, w = self.kept.gathered.bases, np.nan_to_num(self.solution.coefficients)

        def values(features: Features, unseen: Unseen) -> tuple[Array, ...]:
            fitted = self.kept.coding.fitted(features, w, unseen, bases) + self.solution.intercept
            if interval is None:
                return (fitted,)
            return (fitted, *self._ends(fitted, self.kept.coding.matrix(features, unseen, bases), interval, level))

        return values

    def fitted(self, X: Array) -> Array:
        """ŷ (m,) for coded rows `X` (m, p)."""
        values: Array = X @ np.nan_to_num(self.solution.coefficients) + self.solution.intercept
        return values

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
        """For each complete row of the data of the fit: row fitted residual leverage std_residual cooks_d.

        `row` is its number in the data, from 1. Reads the rows again. If the fit had `weights` or `frequency` that are
        no column of `data`, give them again (m,); `ArgumentError` without. Formulas: `slopewise.inference.prediction`.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
        >>> [round(h, 4) for h in sw.fit("y ~ x", table).augment(table)["leverage"].to_pylist()]
        [0.8333, 0.3333, 0.8333]
        """
        import pyarrow as pa

        source = weighed(self.kept.design, open_rows(self.kept.design, data), weights, frequency)
        parts: dict[str, list[Any]] = {"row": [np.empty(0, np.int64)], **{name: [np.empty(0)] for name in AUGMENTED}}
        for rows, X in row_blocks(self.kept, source):
            values = (rows.number, *self._diagnostics(X, rows.y, rows.weights))
            for name, column in zip(parts, values, strict=True):
                parts[name].append(column)
        return pa.table({name: pa.array(np.concatenate(columns), from_pandas=True) for name, columns in parts.items()})

    def summary(self) -> str:
        """What was asked, of which rows, the coefficients, how well it fits, and what to mind, as text."""
        return summary_text(self.record())

    def figure(self, data: Any = None, level: float = 0.95) -> Figure:
        """The fit at a glance, from the sample of rows that the pass kept, or from one of `data`.

        With one feature: the data with the line, and the residuals; otherwise predicted against actual, and each
        coefficient with its interval. `slopewise.plots.save` writes it. Raises `ArgumentError` where no rows were kept.
        """
        from slopewise.views.plots import fit_overview

        X, y = drawn_rows(self.kept, data)
        e = estimates(self.moments, self.solution, level)
        x = X[:, 0] if X.shape[1] == 1 else None
        return fit_overview(
            y,
            self.fitted(X),
            e,
            self.moments,
            names=self.names,
            target=self.target,
            x=x,
            r_squared=self.r2,
            rows=self.rows.used,
        )

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
        return document(Parts(self.kept, self.solution, self.method, self.made_with))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> LinearModel:
        """The model that `to_dict` wrote; nothing in it is executed. Raises `SourceError` for a record that is none."""
        return cls(*restored(record))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LinearModel):
            return NotImplemented
        same = self.method == other.method and self.solution.to_dict() == other.solution.to_dict()
        return same and self.kept == other.kept

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<LinearModel {self.formula!r}: {self.rows.used:,} rows, R² {self.r2:.4g}>"

    @property
    def _weighted(self) -> bool:
        return bool(self.moments.weight != self.moments.rows or self.moments.log_weight != 0)

    def _ends(self, fitted: Array, X: Array, interval: str, level: float) -> tuple[Array, Array]:
        """The ends of the interval around ŷ (m,) in coded rows `X` (m, p)."""
        g = self._goodness
        if np.isnan(parameter_block(self.solution)).all() or not g.df_residual:
            why = "no degrees of freedom are left" if not g.df_residual else f"{self.method} has no standard errors"
            raise FitError(f"there is no interval to give: {why}; predict without one, or fit more rows exactly")
        return interval_ends(fitted, self._form(X), g.sigma, g.df_residual, interval, level)

    def _form(self, X: Array) -> Array:
        Z = np.column_stack([np.ones(len(X)), X]) if self.solution.has_intercept else X
        return quadratic_form(Z, parameter_block(self.solution))

    def _diagnostics(self, X: Array, y: Array, weights: Array | None) -> tuple[Array, ...]:
        values = self.fitted(X)
        leverage = self._form(X) * (1.0 if weights is None else weights)
        scaled = standardised(y - values, weights, leverage, self._goodness.sigma)
        return values, y - values, leverage, scaled, cooks_distance(scaled, leverage, self.solution.rank)


PREDICTED = ("fitted", "lower", "upper")
