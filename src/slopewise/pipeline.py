"""From rows to a model, in one screen: source → design → moments → solver → inference → model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from slopewise.choices import Precision
from slopewise.collected import Collected
from slopewise.data import Source, open_source
from slopewise.data.attached import attach
from slopewise.design import Design, Gathered
from slopewise.design.design import Missing
from slopewise.design.tree import Column
from slopewise.design.tree import text as quoted
from slopewise.engines import local
from slopewise.errors import ArgumentError, MissingValues, ShapeError, SourceError, TooFewRows
from slopewise.inference.digits import digits
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.moments.rows import WeightedRows, floats
from slopewise.moments.state import check_precision
from slopewise.run import Run
from slopewise.solvers import descent, exact
from slopewise.solvers.solution import Solution
from slopewise.typing import ArrayLike

ENOUGH_DIGITS, SHORT_OF_ALL = 12, 14
EXACT_COLUMNS, EXACT_PRODUCTS = 30, 2e7  # as much as exact sums and their solution take well under a second for

Progress = Callable[[int, "int | None"], None]


def fit(
    formula: str,
    data: Any,
    *,
    weights: str | ArrayLike | None = None,
    frequency: str | ArrayLike | None = None,
    missing: Missing = "drop",
    precision: Precision = "auto",
    where: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> LinearModel:
    """Fit `formula` to `data` by least squares, reading the rows once.

    Minimises Σ v (b + w·x − y)² over the rows. `data`: a path (CSV, Parquet), a glob or list of paths, any data
    frame, or a mapping of columns. `weights` v (analytic, as R's `lm` has them) and `frequency` (copies of a row) are
    a column's name or an array (m,). Rows with a missing value are dropped and counted, or refused with
    `missing="error"`. `where` is an SQL condition on the rows. `progress(rows, total)` is called as rows are read.
    `precision` is that of the sums, see `Moments.of`; "auto" takes double-double for whatever is streamed, and reads a
    small table once more, to sum it exactly, where even that gives fewer than 14 digits.

    Raises the errors of `slopewise.errors`, `TooFewRows` when there are fewer rows than parameters.
    Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., chapter 3.

    >>> fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 700.0]}).coefficients
    {'Intercept': 100.0, 'size': 200.0}
    """
    source, design = _resolved(formula, data, weights, frequency, missing, where, threads)
    kept = _gathered(source, design, precision, where, threads, progress)
    if precision == "auto" and source.rereadable and (better := _better(kept.moments, kept.intercept)):
        kept = _gathered(source, design, better, where, threads, progress)
    return least_squares(kept)


def collect(
    formula: str,
    data: Any,
    *,
    weights: str | ArrayLike | None = None,
    frequency: str | ArrayLike | None = None,
    missing: Missing = "drop",
    precision: Precision = "auto",
    where: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Collected:
    """One pass over the rows: all that any solver needs, for the terms of `formula`. Arguments as for `fit`.

    >>> kept = collect("price ~ size", {"size": [1.0, 2.0], "price": [300.0, 500.0]})
    >>> solve(kept).coefficients.tolist()
    [200.0]
    """
    source, design = _resolved(formula, data, weights, frequency, missing, where, threads)
    return _gathered(source, design, precision, where, threads, progress)


def _resolved(
    formula: str,
    data: Any,
    weights: str | ArrayLike | None,
    frequency: str | ArrayLike | None,
    missing: Missing,
    where: str | None,
    threads: int | None,
) -> tuple[Source, Design]:
    """The rows, and what the formula means on them; nothing is read yet."""
    _check_order(formula, data)
    source, weights, frequency = attach(open_source(data, where=where, threads=threads), weights, frequency)
    named = {"weights": weights, "frequency": frequency}
    return source, Design.of(formula, source.columns, **named, missing=missing, source_name=source.name)


def _gathered(
    source: Source,
    design: Design,
    precision: Precision,
    where: str | None,
    threads: int | None,
    progress: Progress | None,
) -> Collected:
    """One pass."""
    check_precision(precision)
    empty = Gathered.empty(design, precision)
    gathered = local.reduce(source, design.variables, design.prepare, empty, threads=threads, progress=progress)
    if not gathered.moments.rows:
        raise _no_rows(source.name, gathered, where)
    return _named(Collected(design, gathered, source.name))


def least_squares(kept: Collected) -> LinearModel:
    """The exact model of what was collected; `TooFewRows` when its rows are fewer than its parameters."""
    parameters, rows = kept.moments.p + kept.intercept, kept.rows.used
    if rows < parameters:
        raise TooFewRows(
            f"{kept.source} has {rows} usable row{'s' * (rows != 1)} for {parameters} parameters; add rows or take "
            "terms out of the formula (gradient descent answers even so)"
        )
    return LinearModel(kept, solve(kept))


def fit_arrays(
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    weights: ArrayLike | None = None,
    frequency: ArrayLike | None = None,
    precision: Precision = "auto",
    threads: int | None = None,
) -> LinearModel:
    """Fit y on the columns of `X` (m, p) by least squares; the columns are called x1, x2, … unless `names` are given.

    Missing and infinite values are refused. Weights and errors as for `fit`.

    >>> fit_arrays([[1.0], [2.0], [3.0]], [300.0, 500.0, 700.0]).coefficients
    {'Intercept': 100.0, 'x1': 200.0}
    """
    return least_squares(
        collect_arrays(
            X,
            y,
            names=names,
            intercept=intercept,
            weights=weights,
            frequency=frequency,
            precision=precision,
            threads=threads,
        )
    )


def collect_arrays(
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    weights: ArrayLike | None = None,
    frequency: ArrayLike | None = None,
    precision: Precision = "auto",
    threads: int | None = None,
) -> Collected:
    """One pass over arrays, as `collect` for the formula `y ~ x1 + x2 + …`. Arguments as for `fit_arrays`.

    With `precision="auto"`, arrays too large for double-double sums in a second are summed in float64 first, and once
    more in double-double if fewer digits than 12, and than the data allow, can be vouched for. Small ones of which
    even double-double gives fewer than 14 are summed exactly.

    >>> collect_arrays([[1.0], [2.0]], [300.0, 500.0]).names
    ('x1',)
    """
    features = floats(X, "X")
    features = features[:, None] if features.ndim == 1 else features
    check_precision(precision)
    given = WeightedRows.of(features, y, weights, frequency, threads)
    moments = Moments.of_rows(given, precision, threads)
    while precision == "auto" and (better := _better(moments, intercept)):
        moments = Moments.of_rows(given, better, threads)
    return of_moments(moments, names=names, intercept=intercept)


def _better(moments: Moments, intercept: bool) -> Precision | None:
    """The precision to sum the rows in once more, if too few digits of some coefficient can be vouched for; else None.

    Float64 sums should give 12 digits, or all that the data allow. Double-double ones nearly always give all 15; where
    they give fewer than 14, a table small enough is summed exactly.
    """
    small = moments.p <= EXACT_COLUMNS and int(moments.rows) * moments.q**2 <= EXACT_PRODUCTS
    better: Precision = "double-double" if moments.precision == "double" else "exact"
    if not moments.rows or moments.precision == "exact" or (better == "exact" and not small):
        return None  # before the digits, which cost a solution
    delivered, limit = digits(moments, exact.solve(moments, intercept=intercept)).worst
    enough = min(ENOUGH_DIGITS, limit) if better == "double-double" else SHORT_OF_ALL
    return better if delivered < enough else None


def of_moments(moments: Moments, *, names: Sequence[str] | None = None, intercept: bool = True) -> Collected:
    """A bare state with names for its columns, so that models and pictures can speak of them."""
    chosen = [f"x{j + 1}" for j in range(moments.p)] if names is None else [str(name) for name in names]
    if len(chosen) != moments.p or len(set(chosen)) != len(chosen) or "y" in chosen:
        raise ShapeError(
            f"names={chosen} must be {moments.p} distinct names, one for each column of X, and none of them 'y'"
        )
    terms = " + ".join(["1" if intercept else "0", *(quoted(Column(name)) for name in chosen)])
    design = Design.of(f"y ~ {terms}", dict.fromkeys(["y", *chosen], "number"), source_name="the table")
    return _named(Collected(design, Gathered.of_moments(design, moments), "the table"))


def solve(moments: Moments | Collected, *, intercept: bool | None = None) -> Solution:
    """The exact least-squares answer from a state: see `slopewise.solvers.exact.solve`.

    What was collected for a formula knows whether it has an intercept; bare moments have one unless `intercept=False`.

    >>> solve(Moments.of([1.0, 2.0], [300.0, 500.0])).intercept
    100.0
    """
    state, has_intercept = _state(moments, intercept)
    return exact.solve(state, intercept=has_intercept)


def descend(
    moments: Moments | Collected,
    *,
    learning_rate: float | Literal["auto"] = "auto",
    iterations: int = 10_000,
    scale: bool = False,
    start: ArrayLike | None = None,
    momentum: float = 0.0,
    tolerance: float = 1e-10,
    intercept: bool | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> Run:
    """Gradient descent on J from a state, with its whole history: see `slopewise.solvers.descent.descend`.

    >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01)
    >>> run.costs[0].item(), round(run.stable_below, 4), run.iterations_to(1e-6)
    (85000.0, 0.5836, 3531)
    >>> run.at(10**9).round(6).tolist()
    [100.0, 200.0]
    """
    state, has_intercept = _state(moments, intercept)
    kept = moments if isinstance(moments, Collected) else of_moments(state, intercept=has_intercept)
    found = descent.descend(
        state,
        intercept=has_intercept,
        learning_rate=learning_rate,
        iterations=iterations,
        start=start,
        scale=scale,
        momentum=momentum,
        tolerance=tolerance,
        progress=progress,
    )
    return Run.of(found, kept)


def load(path: str | Path) -> LinearModel:
    """The model that `model.save` wrote. Nothing in the file is executed.

    Raises `SourceError` for a file that is missing or is not a model.

    >>> from tempfile import TemporaryDirectory
    >>> model = fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
    >>> with TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/line.json")
    ...     load(f"{folder}/line.json") == model
    True
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SourceError(f"{path} cannot be read: {why}; name a model that was saved") from None
    try:
        return LinearModel.from_dict(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(f"{path} is not a slopewise model ({error}); name one that was saved") from None


def _state(moments: Moments | Collected, intercept: bool | None) -> tuple[Moments, bool]:
    if isinstance(moments, Collected):
        if intercept not in (None, moments.intercept):
            raise ArgumentError(f"whether {moments.design.formula!r} has an intercept is said by the formula (+ 0)")
        return moments.moments, moments.intercept
    if not isinstance(moments, Moments):
        raise ArgumentError(f"a {type(moments).__name__} is not a state; make one with Moments.of(X, y) or collect")
    return moments, intercept is not False


def _check_order(formula: Any, data: Any) -> None:
    if isinstance(formula, str) and ("~" in formula or not isinstance(data, str) or "~" not in data):
        return
    if isinstance(data, str) and "~" in data:
        raise ArgumentError(f"the formula comes first and the data second: swap them, fit({data!r}, …)")
    raise ArgumentError(
        f"the formula is a text with a '~' in it, such as 'price ~ area', not a {type(formula).__name__}"
    )


def _named(kept: Collected) -> Collected:
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
