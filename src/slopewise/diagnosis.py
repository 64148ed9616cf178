"""`Diagnosis`: whether a fit can be believed: what one more pass over its rows has found, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise import findings
from slopewise.data import Source
from slopewise.engines.local import Accumulator
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.collinearity import ConditionIndices, Inflation, condition_indices, vif
from slopewise.inference.covariance import Covariance
from slopewise.inference.drawn import Drawn
from slopewise.inference.estimates import covariance, degrees_of_freedom
from slopewise.inference.geometry import Observed
from slopewise.inference.goodness import essentially_perfect, total_sum_of_squares
from slopewise.inference.heteroscedasticity import BreuschPagan, SquaredResiduals
from slopewise.inference.influence import Influential, Scale
from slopewise.inference.residuals import Normality, Residuals, normality
from slopewise.inference.robust import Scatter
from slopewise.numerals import as_read
from slopewise.rereading import Progress, Refit, reread
from slopewise.typing import Renumbering
from slopewise.views.diagnosis_html import diagnosis_html
from slopewise.views.diagnosis_text import FIGURES, diagnosis_text

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWN = 5_000
"""As many rows are drawn for pictures of residuals."""

HIGH = 3
"""A leverage is called high from so many times the mean on: Belsley, Kuh & Welsch (1980) have 2, Huber 0.2 in all."""

LISTED = 5
"""As many rows of leverage 1 are kept by their numbers."""

WHOLE = 2.0**53
"""Whole numbers below it are exact in float64."""


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What a second pass over the `rows` of a fit has found; printed as text, shown in a notebook as tables.

    `formula`, `source` and `target` are those of the fit, `rank` r the parameters that it estimates, `r_squared` its
    R².

    `press` = Σ v (e/(1 − h))² and `predicted_r_squared` = 1 − PRESS/TSS, NaN with a row of leverage 1, of which there
    are `full`; `high` rows have a leverage over `limit` = 3r/n, and the largest is `largest`; `breusch_pagan` tests for
    constant variance, `normality` for normal errors; `influential`: the rows with the largest Cook's distances, with
    their keys; `drawn`: some rows for pictures of residuals, out of `distinct` rows read (of which each may stand for
    several of all `rows`, by its frequency).

    `vif` has one for each term, `condition_indices` those of all columns; `full_rows` are the numbers of the first five
    rows of leverage 1, and `largest_row` is that of the largest; `keys` are the columns that `influential` brought with
    it; `robust` is the HC3 covariance, and `robust_ratios` says by coefficient how many times as large its standard
    error is as the classical one; `sentences` say what was found and what to do about it, most important first.
    Formulas: `slopewise.inference.residuals`, `.influence`, `.heteroscedasticity` and `.collinearity`.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> found = sw.fit("price ~ size", houses).diagnose(houses)
    >>> round(found.press, 1), round(found.predicted_r_squared, 3), round(found.largest, 3), found.largest_row
    (45064.6, 0.738, 0.607, 1)
    >>> found.influential["row"].to_pylist()[:2], found.row_names()[:2], found.degrees
    ([1, 6], ['row 1', 'row 6'], 4)
    """

    rows: int
    rank: int
    press: float
    predicted_r_squared: float
    full: int
    high: int
    limit: float
    largest: float
    breusch_pagan: BreuschPagan
    normality: Normality
    influential: pa.Table
    drawn: Drawn
    formula: str
    source: str
    target: str
    r_squared: float
    distinct: int
    full_rows: tuple[int, ...]
    largest_row: int
    keys: tuple[str, ...]
    vif: Inflation
    condition_indices: ConditionIndices
    robust: Covariance
    robust_ratios: Mapping[str, float]
    sentences: tuple[str, ...] = ()

    @property
    def degrees(self) -> int:
        """n − r."""
        return max(self.rows - self.rank, 0)

    def summary(self) -> str:
        """What was found and what to do, the influential rows, tests, leverage and collinearity, as text."""
        return diagnosis_text(self)

    def figure(self, panel: str | None = None, *, ax: Axes | None = None) -> Figure:
        """Four panels: residuals against predictions, normal Q–Q, spread, and leverage with Cook's distances.

        With `panel` only one of them, "residuals", "qq", "spread" or "leverage", in `ax` where that is given. They
        show up to 5,000 rows, drawn by their numbers, the same in every run, and the most influential ones by name.
        `slopewise.plots.save` writes it. Raises `FitError` where no residual is left to draw.
        """
        from slopewise.views.diagnosis_panels import diagnosis_overview, diagnosis_panel

        drawn = self.drawn
        columns = drawn.fitted, drawn.residual, drawn.leverage, drawn.std_residual
        told: dict[str, Any] = {"rank": self.rank, "limit": self.limit, "rows": self.distinct, "target": self.target}
        told |= {"marked": self.influential, "names": self.row_names()}
        if panel is None and ax is None:
            return diagnosis_overview(*columns, **told)
        return diagnosis_panel(panel or "", *columns, **told, ax=ax)

    def row_names(self) -> list[str]:
        """What to call each of the influential rows: by the first key, or by its number."""
        numbers = [f"row {number}" for number in self.influential["row"].to_pylist()]
        if not self.keys:
            return numbers
        values = self.influential[self.keys[0]].to_pylist()
        return [number if value is None else as_read(value) for number, value in zip(numbers, values, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings and lists, for JSON; None for what does not exist. The drawn rows are left out."""
        leverage = ("full", "full_rows", "high", "limit", "largest", "largest_row")
        record = {
            "formula": self.formula,
            "source": self.source,
            "sentences": list(self.sentences),
            **{name: getattr(self, name) for name in ("rows", "rank", "r_squared", "predicted_r_squared", "press")},
            "leverage": {name: getattr(self, name) for name in leverage},
            "breusch_pagan": asdict(self.breusch_pagan),
            "normality": asdict(self.normality),
            "influential": self.influential.to_pylist(),
            "vif": self.vif.to_dict(),
            "condition_indices": self.condition_indices.to_dict(),
            "robust_ratios": dict(self.robust_ratios),
        }
        return {name: _plain(value) for name, value in record.items()}

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Diagnosis of {self.formula!r}: {self.rows:,} rows, {len(self.sentences)} sentences>"

    def _repr_html_(self) -> str:
        return diagnosis_html(self)


def diagnosed(
    refit: Refit,
    source: Source,
    *,
    keep: Sequence[str] = (),
    top: int = 10,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Diagnosis:
    """The diagnosis of a fit from its rows: the `top` most influential ones bring their columns `keep` with them.

    Raises `ArgumentError` for other rows than those of the fit, `UnknownColumn` for a column that they do not have.
    """
    check_asked(source, keep, top)
    kept, solution, rank = refit.kept, refit.solution, refit.geometry.rank
    n, df, rss = int(kept.moments.rows), degrees_of_freedom(kept.moments, solution), solution.residual_sum_of_squares
    sigma = float(np.sqrt(rss / df)) if df else float("nan")
    limit, scale = min(HIGH * rank / n, 1.0), Scale(sigma, df, rank)
    gatherers: list[Accumulator[Observed]] = [
        Residuals.empty(sigma, limit),
        SquaredResiduals.empty(rss / n, rank),
        Influential(top, scale, tuple(dict.fromkeys(keep))),
        Drawn.empty(DRAWN, n, scale),
        Scatter.empty("HC3", rank),
        _Places(),
    ]
    found = reread(refit, source, gatherers, also=keep, threads=threads, progress=progress)
    residuals, squares, influential, drawn, scatter, places = found
    robust = scatter.covariance(n)
    tss = total_sum_of_squares(kept.moments, solution.has_intercept)
    press = residuals.press if not residuals.full else float("nan")
    names = ("Intercept",) * solution.has_intercept + kept.names
    diagnosis = Diagnosis(
        rows=n,
        rank=rank,
        press=press,
        predicted_r_squared=1 - press / tss if tss > 0 else float("nan"),
        full=residuals.full,
        high=residuals.high,
        limit=limit,
        largest=residuals.largest,
        breusch_pagan=squares.test(),
        normality=normality(residuals.powers),
        influential=_listed(influential),
        drawn=drawn,
        formula=kept.design.formula,
        source=source.name,
        target=kept.target,
        r_squared=1 - rss / tss if tss > 0 else float("nan"),
        distinct=places.rows,
        full_rows=places.full,
        largest_row=places.furthest,
        keys=tuple(dict.fromkeys(keep)),
        vif=vif(kept.moments, solution, kept.coding, kept.design.terms),
        condition_indices=condition_indices(kept.moments, solution, names),
        robust=robust,
        robust_ratios=_ratios(refit, names, robust),
    )
    return replace(diagnosis, sentences=_said(diagnosis, perfect=essentially_perfect(kept.moments, solution)))


def _ratios(refit: Refit, names: Sequence[str], robust: Covariance) -> dict[str, float]:
    """Robust standard errors over classical ones, by coefficient; those without either are left out."""
    classical = np.diagonal(covariance(refit.kept.moments, refit.solution))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.sqrt(np.diagonal(refit.geometry.covariance(robust.scatter)) / classical)
    return {name: float(ratio) for name, ratio in zip(names, ratios, strict=True) if np.isfinite(ratio)}


def check_asked(source: Source, keep: Sequence[str], top: int) -> None:
    """Refuse, before a row is read, what a diagnosis cannot list."""
    if not isinstance(top, int) or isinstance(top, bool) or top < 1:
        raise ArgumentError(f"top={top!r} must be a whole number from 1 on: how many influential rows to list")
    if isinstance(keep, str):
        raise ArgumentError(f"keep={keep!r} must be a list of columns, such as keep=[{keep!r}]")
    for name in keep:
        if name not in source.columns:
            raise UnknownColumn(name, source.columns, where=source.name)
        if name in FIGURES:
            raise ArgumentError(
                f"the list of influential rows has a column {name!r} of its own, so that it cannot keep that of "
                f"{source.name}; rename that, or keep another"
            )


@dataclass(frozen=True)
class _Places:
    """Where the leverages are that one asks for: an accumulator.

    `full`: the first rows of leverage 1; `furthest`: the first row of the largest, `leverage`; of `rows` in all.
    """

    full: tuple[int, ...] = ()
    furthest: int = 0
    leverage: float = -1.0
    rows: int = 0

    def add(self, rows: Observed) -> _Places:
        """These rows and those of one more block."""
        if not len(rows.number):
            return self
        at = int(np.argmax(rows.leverage))
        full = tuple(rows.number[rows.full][:LISTED].tolist())
        return self.merge(_Places(full, int(rows.number[at]), float(rows.leverage[at]), len(rows.number)))

    def merge(self, other: _Places) -> _Places:
        """The rows of both."""
        further = max(self, other, key=lambda part: part.leverage)
        full = (*self.full, *other.full)[:LISTED]
        return _Places(full, further.furthest, further.leverage, self.rows + other.rows)

    def renumbered(self, numbers: Renumbering) -> _Places:
        """The same rows by other numbers, in the same order."""
        named = numbers(np.array([self.furthest, *self.full], dtype=np.int64)).tolist()
        return replace(self, full=tuple(named[1:]), furthest=named[0])


def _said(found: Diagnosis, perfect: bool) -> tuple[str, ...]:
    shared = {name: getattr(found, name) for name in findings.Figures.__dataclass_fields__ if name not in OTHERS}
    return findings.sentences(findings.Figures(perfect=perfect, influential=found.influential.to_pylist(), **shared))


OTHERS = ("perfect", "influential")


def _listed(found: Influential) -> pa.Table:
    """The influential rows as an Arrow table: row, their keys, and the figures; null where there is none."""
    import pyarrow as pa

    figures: dict[str, Any] = dict(found.figures or {})
    columns = {"row": pa.array(figures.pop("row"))}
    if found.table is not None:
        columns |= {name: _whole(found.table[name]) for name in found.keys}
    return pa.table(columns | {name: pa.array(values, from_pandas=True) for name, values in figures.items()})


def _whole(column: Any) -> Any:
    """A column of float64 as whole numbers, if it holds no others: a key is read as a number like any other."""
    import pyarrow as pa

    if not pa.types.is_floating(column.type):
        return column
    values = column.to_pylist()
    exact = all(value is None or (abs(value) <= WHOLE and value == math.floor(value)) for value in values)
    return column.cast(pa.int64()) if exact else column


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
