"""The partial effect of one column: what the model predicts on average, were every row at each of its values.

    ŷ(x) = (1/Σv) Σ v ŷ(z_i with x_i = x) = l(x)·θ,        l(x) = mean of every coded column, were every row at x

A column in which x has no part keeps its mean over all rows of the fit. One that x is alone in is what x makes of it,
so that logarithms and polynomials bend as they were fitted. One in which x has part with others is averaged over the
rows at hand: the sample that the pass kept, or one of given data. Intervals are those of l(x)·θ, with the covariance
that the model has.

Sources: Fox (1987), "Effect displays for generalized linear models", Sociological Methodology 17, 347–361; Friedman
(2001), "Greedy function approximation", Annals of Statistics 29(5), section 8.2 (partial dependence).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.collected import Collected
from slopewise.data import Block
from slopewise.design.terms import Factor, Term
from slopewise.effects import average_predictions
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.covariance import Covariance
from slopewise.inference.estimates import check_level, t_quantile
from slopewise.inference.geometry import Geometry
from slopewise.predictions import Drawn, drawn
from slopewise.typing import Array, BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

POINTS = 41
"""Values of a number at which its curve is taken: as many along its range, and as many where its rows are."""

MOST_CURVES = 5
"""Levels of an interacting category that have a curve of their own: those with the most rows."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Average predictions `estimate` (k,), in target units, and the ends `conf_low` and `conf_high` of their intervals.

    `of` is the level of the category that the column is multiplied with, or empty.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> curve = model.partial_effect("size").curves[0]
    >>> curve.conf_low[[0, -1]].round(1).tolist(), curve.conf_high[[0, -1]].round(1).tolist(), curve.of
    ([55.7, 539.9], [367.9, 804.9], '')
    """

    of: str
    estimate: Array
    conf_low: Array
    conf_high: Array


@dataclass(frozen=True, eq=False)
class PartialEffect:
    """The `curves` of the column `name`, one for each level of the category `by` that it is multiplied with, if any.

    `target` is what is predicted. `at` (k,) are values of a number (days since 1970-01-01 where it is `dated`), and
    `levels` those of a category, of which only one of the two is there; `rows` (n,) are the column's values in the
    rows at hand, and `level` that of the intervals.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> effect = model.partial_effect("size")
    >>> effect.at[[0, -1]].tolist(), effect.curves[0].estimate[[0, -1]].round(1).tolist(), effect.target
    ([1.0, 3.2], [211.8, 672.4], 'price')
    """

    name: str
    target: str
    at: Array
    levels: tuple[str, ...]
    curves: tuple[Curve, ...]
    by: str
    rows: Array
    level: float
    dated: bool = False


def partial_effect(
    kept: Collected, geometry: Geometry, covariance: Covariance, name: str, data: Any = None, level: float = 0.95
) -> PartialEffect:
    """The partial effect of the column `name`, which the right-hand side reads.

    Raises `UnknownColumn` for one that it does not read, and `ArgumentError` where rows are needed (for every number)
    and none were kept: then give `data`.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 4.0, 9.0, 16.0]}
    >>> effect = sw.fit("y ~ x + I(x^2)", table).partial_effect("x")
    >>> effect.at.tolist(), effect.curves[0].estimate.round(6).tolist()
    ([1.0, 2.0, 3.0, 4.0], [1.0, 4.0, 9.0, 16.0])
    """
    check_level(level)
    factors = _reading(kept, name)
    if all(factor.levels for factor in factors):
        found = average_predictions(kept, geometry, covariance, name, level)
        curve = Curve("", found.estimate, found.conf_low, found.conf_high)
        levels = tuple(label for (label,) in found.levels)
        return PartialEffect(name, kept.target, np.empty(0), levels, (curve,), "", np.empty(0), level)
    return _of_number(_Average(kept, geometry, covariance, drawn(kept, data), level), name)


def effect_names(kept: Collected) -> tuple[str, ...]:
    """The columns that have an effect: those that the right-hand side reads, in its order."""
    return tuple(dict.fromkeys(column for term in kept.design.terms for f in term.factors for column in f.columns))


@dataclass(frozen=True, eq=False)
class _Average:
    """Predictions averaged over the rows at hand."""

    kept: Collected
    geometry: Geometry
    covariance: Covariance
    drawn: Drawn
    level: float

    def curve(self, of: str, settings: list[dict[str, pa.Scalar]]) -> Curve:
        """The curve over `settings`: in each, every row has these values in these columns."""
        rows = np.stack([self._mean(setting) for setting in settings])
        estimate = self.geometry.fitted(rows)
        variance = np.maximum(self.geometry.variances(rows, self.covariance.scatter), 0.0)
        half = t_quantile(self.level, self.covariance.df) * np.sqrt(variance)
        return Curve(of, estimate, estimate - half, estimate + half)

    def _mean(self, setting: Mapping[str, pa.Scalar]) -> Array:
        """l (p,): the mean of every coded column in one setting."""
        kept = self.kept
        touched, alone = _touched(kept, setting)
        table = self.table.slice(0, 1) if alone else self.table
        for column, value in setting.items():
            table = table.set_column(table.column_names.index(column), column, _repeated(value, table.num_rows))
        X = kept.coding.matrix(kept.design.predictors(Block(table, first_row=1)), bases=kept.gathered.bases)
        weights = None if alone else self.drawn.rows.weights
        return np.where(touched, np.average(X, axis=0, weights=weights), kept.moments.mean[:-1])

    @property
    def table(self) -> pa.Table:
        """What the right-hand side reads, in the rows at hand."""
        return self.drawn.rows.values(self.kept.design.inputs)


def _of_number(average: _Average, name: str) -> PartialEffect:
    kept = average.kept
    column = average.table[name].combine_chunks()
    values = column.cast("float64") if not _is_date(column) else column.cast("date32").cast("int32").cast("float64")
    x = values.to_numpy(zero_copy_only=False)
    places = _spaced(x)
    factor = _interacting(kept, name)
    curves = [
        average.curve(of, [{name: column[int(place)], **fixed} for place in places])
        for of, fixed in _settings(average, factor).items()
    ]
    by = "" if factor is None else factor.columns[0]
    return PartialEffect(name, kept.target, x[places], (), tuple(curves), by, x, average.level, _is_date(column))


def _reading(kept: Collected, name: str) -> list[Factor]:
    """The factors of the right-hand side that read the column."""
    found = [factor for term in kept.design.terms for factor in term.factors if name in factor.columns]
    if not found:
        raise UnknownColumn(name, effect_names(kept), where=f"the right-hand side of {kept.design.formula!r}")
    return found


def _touched(kept: Collected, setting: Mapping[str, Any]) -> tuple[BoolArray, bool]:
    """Which coded columns (p,) a setting changes, and whether none of them reads a column that is not set."""
    changed = {t: term for t, term in enumerate(kept.design.terms) if _columns(term) & setting.keys()}
    alone = all(_columns(term) <= setting.keys() for term in changed.values())
    return np.isin([column.term for column in kept.coding.columns], list(changed)), alone


def _columns(term: Term) -> set[str]:
    return {column for factor in term.factors for column in factor.columns}


def _interacting(kept: Collected, name: str) -> Factor | None:
    """The first category, of one column, that the column is multiplied with."""
    for term in kept.design.terms:
        for factor in term.categories:
            if name in _columns(term) and factor.columns != (name,) and len(factor.columns) == 1:
                return factor
    return None


def _settings(average: _Average, factor: Factor | None) -> dict[str, dict[str, pa.Scalar]]:
    """For each level of a category that has a curve, what the rows are set to; without one, nothing."""
    if factor is None:
        return {"": {}}
    category = average.drawn.rows.categories[factor.text]
    counts = np.bincount(category.codes, minlength=len(category.levels))
    most = np.sort(np.argsort(-counts, kind="stable")[:MOST_CURVES])
    name, table = factor.columns[0], average.table
    first = {code: int(np.argmax(category.codes == code)) for code in most.tolist() if counts[code]}
    return {category.levels[code]: {name: table[name][place]} for code, place in first.items()}


def _spaced(x: Array) -> IntArray:
    """Where the values stand that are nearest to equal steps from the least to the greatest, and to equal ranks."""
    values, places = np.unique(x, return_index=True)
    if len(values) > 2 * POINTS:
        wanted = np.concatenate([np.linspace(values[0], values[-1], POINTS), np.quantile(x, np.linspace(0, 1, POINTS))])
        after = np.clip(np.searchsorted(values, wanted), 1, len(values) - 1)
        nearest = np.where(wanted - values[after - 1] < values[after] - wanted, after - 1, after)
        places = places[np.unique(nearest)]
    if not len(places):
        raise ArgumentError("no row is at hand to take values from; give data to draw from")
    return places


def _is_date(column: pa.Array) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_date(column.type) or pa.types.is_timestamp(column.type))


def _repeated(value: pa.Scalar, rows: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(value, rows)
