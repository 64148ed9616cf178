"""`Comparison`: several fitted models side by side, as text, page, Markdown or table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slopewise.errors import ArgumentError
from slopewise.inference.record import FitRecord
from slopewise.inference.variance_tables import ModelTable, Nested
from slopewise.inference.variance_tables import compare as nested_models
from slopewise.views.comparison import comparison_text
from slopewise.views.comparison_pages import comparison_html, comparison_markdown

if TYPE_CHECKING:
    import pyarrow as pa

ESTIMATES = ("estimate", "std_error", "p_value", "conf_low", "conf_high")


class Fitted(Protocol):
    """What can be compared: a model that gives the record of its fit."""

    def record(self, level: float = 0.95) -> FitRecord:
        """Everything that a view of the fit shows, with intervals at `level`."""
        ...


@dataclass(frozen=True, eq=False)
class Comparison:
    """The records of m fits and their labels, side by side; printed as text, shown in a notebook as a table.

    >>> import slopewise as sw
    >>> data = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
    >>> compare(sw.fit("y ~ 1", data), sw.fit("y ~ x", data), labels=["mean", "line"])
    <Comparison of y: mean, line>
    """

    records: tuple[FitRecord, ...]
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return comparison_text(self.records, self.labels)

    def __repr__(self) -> str:
        targets = ", ".join(dict.fromkeys(record.target for record in self.records))
        return f"<Comparison of {targets}: {', '.join(self.labels)}>"

    def _repr_html_(self) -> str:
        return comparison_html(self.records, self.labels)

    def markdown(self) -> str:
        """The table as Markdown, as GitHub reads it: estimate (standard error) for each term and model."""
        return comparison_markdown(self.records, self.labels)

    def table(self) -> pa.Table:
        """One row for each term of each model: model term estimate std_error p_value conf_low conf_high.

        Null where there is nothing to say, as in `LinearModel.tidy`.

        >>> import slopewise as sw
        >>> data = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
        >>> compare(sw.fit("y ~ 1", data), sw.fit("y ~ x", data)).table()["model"].to_pylist()
        ['(1)', '(2)', '(2)']
        """
        import numpy as np
        import pyarrow as pa

        models = [label for label, record in zip(self.labels, self.records, strict=True) for _ in record.names]
        terms = [name for record in self.records for name in record.names]
        columns = {"model": pa.array(models, pa.string()), "term": pa.array(terms, pa.string())}
        for name in ESTIMATES:
            values = np.concatenate([getattr(record.estimates, name) for record in self.records])
            columns[name] = pa.array(values, pa.float64(), from_pandas=True)
        return pa.table(columns)


def compare(*models: Fitted, labels: Sequence[str] | None = None, level: float = 0.95) -> Comparison:
    """Fitted models side by side: a row a term, estimates with their standard errors, and how well each model fits.

    `labels` name the models, (1), (2), … unless given; `level` is that of the intervals in `table()`. What keeps
    figures from being compared, other targets or other rows, is said beneath. Raises `ArgumentError` for no model, for
    what is no model, and for labels that are too few, too many or alike.

    >>> import slopewise as sw
    >>> data = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
    >>> print(compare(sw.fit("y ~ 1", data), sw.fit("y ~ x", data), labels=["mean", "line"]))
    mean  y ~ 1
    line  y ~ x
    least squares · the table
    <BLANKLINE>
    y                 mean        line
    ───────────────────────────────────
    Intercept         2.75        0.00
                     (0.75)      (0.72)
    x                    –        1.10
                                 (0.26)
    ───────────────────────────────────
    rows used            4           4
    R²                   0      0.8963
    adjusted R²          0      0.8444
    σ               1.5000      0.5916
    AIC            17.4445     10.3796
    BIC            16.2171      8.5385
    std. errors  classical   classical
    """
    if not models:
        raise ArgumentError("there is no model to compare; give them one by one: compare(first, second)")
    records = tuple(_record(place, model, level) for place, model in enumerate(models, start=1))
    return Comparison(records, _labels(labels, len(records)))


def _record(place: int, model: Fitted, level: float) -> FitRecord:
    method = getattr(model, "record", None)
    if isinstance(model, type) or not callable(method):
        hint = "; give the models one by one: compare(*models)" if isinstance(model, list | tuple) else ""
        kind = f"the class {model.__name__}" if isinstance(model, type) else f"of type {type(model).__name__}"
        raise ArgumentError(f"argument {place} is {kind}, and not a fitted model such as fit gives{hint}")
    record = method(level)
    if not isinstance(record, FitRecord):
        raise ArgumentError(f"argument {place} is of type {type(model).__name__}, and not a fitted model")
    return record


def _labels(labels: Sequence[str] | None, number: int) -> tuple[str, ...]:
    if labels is None:
        return tuple(f"({place})" for place in range(1, number + 1))
    given = [labels] if isinstance(labels, str) else list(labels)
    if len(given) != number or isinstance(labels, str):
        raise ArgumentError(f"labels={labels!r} gives {len(given)} for {number} models; give a list with one for each")
    if not all(isinstance(label, str) and label.strip() for label in given):
        raise ArgumentError(f"labels={labels!r} must be texts, none of them blank")
    if alike := [label for label in dict.fromkeys(given) if given.count(label) > 1]:
        raise ArgumentError(f"labels={labels!r} gives {alike[0]!r} to more than one model; give each its own")
    return tuple(given)


class Nestable(Fitted, Protocol):
    """A model of which the residual sum of squares is known."""

    @property
    def rss(self) -> float:
        """Σ v (y − ŷ)², in target units squared."""
        ...


def anova(*models: Nestable) -> ModelTable:
    """Nested models, the smallest first: whether what each adds to the one before it is more than chance.

    F = ((RSS₁ − RSS₂)/(df₁ − df₂)) / (RSS/df), the last two of the largest model, as R's `anova(small, large)` has it.
    One model alone has a table of its terms, `model.anova()`. Raises `ArgumentError` for fewer than two models, and for
    models that cannot be nested: other targets, other numbers of rows.
    Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §4.3.

    >>> import slopewise as sw
    >>> data = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
    >>> anova(sw.fit("y ~ 1", data), sw.fit("y ~ x", data)).statistic.round(4).tolist()
    [nan, 17.2857]
    """
    return nested_models([_nested(model.record(), model.rss) for model in models])


def _nested(record: FitRecord, rss: float) -> Nested:
    return Nested(record.formula, record.target, rss, record.goodness.df_residual, record.goodness.nobs)
