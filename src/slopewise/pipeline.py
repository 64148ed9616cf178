"""From rows to a model, in one screen: source → design → moments → solver → inference → model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast, overload

import numpy as np

from slopewise.answering import least_squares, of_moments, penalised, state_of
from slopewise.choices import Precision
from slopewise.clustering import by_columns, check_apart, read_clusters, read_groups
from slopewise.collected import Collected
from slopewise.data.arrays import Matrix
from slopewise.data.attached import attach
from slopewise.data.options import ReadOptions
from slopewise.design.design import Missing
from slopewise.design.grouping import ByColumns, Folds, Grouping
from slopewise.errors import ArgumentError
from slopewise.groups import Models
from slopewise.inference.covariance import Assumption, Cov
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.moments.dealing import folded
from slopewise.moments.float_arrays import floats, matrix
from slopewise.moments.rows import WeightedRows
from slopewise.moments.state import check_precision
from slopewise.passes import Progress, gathered, resolved, solved_or_better
from slopewise.predictions import reweighted
from slopewise.recollected import of_collected, sums_in
from slopewise.rereading import Refit, check_rereadable, robust_covariance
from slopewise.run import Run
from slopewise.shrinkage import check_penalised
from slopewise.solvers import descent
from slopewise.solvers.solution import Solution
from slopewise.state_files import is_state
from slopewise.typing import ArrayLike


@overload
def fit(formula: str, data: Any = None, *, by: None = None, **options: Any) -> LinearModel: ...
@overload
def fit(formula: str, data: Any = None, *, by: str | Sequence[str], **options: Any) -> Models: ...
def fit(  # type: ignore[misc]  # the two above leave most of its options untold
    formula: str,
    data: Any = None,
    *,
    sql: str | None = None,
    db: Any = None,
    where: str | None = None,
    options: ReadOptions | None = None,
    weights: str | ArrayLike | None = None,
    frequency: str | ArrayLike | None = None,
    missing: Missing = "drop",
    cov: Cov = "classical",
    by: str | Sequence[str] | None = None,
    ridge: float = 0.0,
    lasso: float = 0.0,
    precision: Precision = "auto",
    checkpoint: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> LinearModel | Models:
    """Fit `formula` to `data` by least squares, reading the rows once.

    Minimises Σ v (b + w·x − y)² over the rows.

    - `data`: a path (CSV, Parquet, JSON lines, Arrow; "-" is standard input), a glob or list of paths, any data frame,
      a mapping of columns, an iterator of tables, or a data frame of Dask or Spark, whose workers add up the rows that
      they have. Instead of it, the rows of a query `sql`, which names files or is run in `db`: see
      `slopewise.data.open_source`. What was `collect`ed is no rows, and gives any model of its terms without them.
    - `where`: an SQL condition on the rows. `options`: what text files do not say themselves, see `ReadOptions`.
    - `weights` v (analytic, as R's `lm` has them) and `frequency` (copies of a row): a column's name or an array (m,).
    - `missing`: incomplete rows are dropped and counted, or refused with "error".
    - `cov`: what is assumed of the errors: "classical", "HC0" … "HC3", or ("cluster", "school"), by two columns too.
      "HC0" … "HC3" read the rows twice; for clusters the states of each of them are gathered in the one pass, unless
      they take much memory and the rows can be read again. See `slopewise.inference.covariance`.
    - `by`: a column, or two: a model for each of its values, from one pass; returns `Models`, a mapping of them. Each
      is that of its rows alone, its covariance too, and sums are in double-double. Terms made of all rows, poly(x, 2)
      or scale(x), are refused, for a group alone would have a basis of its own; powers, I(x^2), give the same fit.
    - `ridge`, `lasso`: minimise J + ridge/2 Σ (s_j w_j)² + lasso Σ |s_j w_j| instead, J half the mean squared error and
      s_j the spread of column j: such a model has no standard errors. `lasso_path` and its kin choose among penalties.
    - `precision`: that of the sums, see `Moments.of`; "auto" takes double-double for whatever is streamed, and reads a
      small table once more, to sum it exactly, where even that gives fewer than 14 digits.
    - `checkpoint`: a file that holds the sums while the rows are read; interrupted, the same call goes on from there. A
      query needs an ORDER BY for it.
    - `progress(rows, total)` is called as rows are read; where a cluster reads them once, at the end.

    Raises the errors of `slopewise.errors`: `ArgumentError` for options that do not fit each other, `TooFewRows` when
    there are fewer rows than parameters.
    Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., chapter 3.

    >>> fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 700.0]}).coefficients
    {'Intercept': 100.0, 'size': 200.0}
    """
    assumption = Assumption.of(cov)
    shrinks = check_penalised(ridge, lasso, cov, by)
    if (kept := sums_in(data)) is not None:
        reading = {"sql": sql, "db": db, "where": where, "options": options, "weights": weights, "frequency": frequency}
        unread = {"missing": None if missing == "drop" else missing, "checkpoint": checkpoint}
        unread["precision"] = None if precision == "auto" else precision
        return of_collected(formula, kept, assumption, by, (ridge, lasso), reading | unread)
    groups = None if by is None else by_columns(by)
    check_apart(groups, assumption)
    source, design = resolved(
        formula,
        data,
        sql=sql,
        db=db,
        where=where,
        options=options,
        weights=weights,
        frequency=frequency,
        missing=missing,
        threads=threads,
        keys=(*(groups.keys if groups else ()), *assumption.keys),
        apart=groups.keys if groups else (),
    )
    if assumption.rereads and not assumption.keys:
        check_rereadable(source, f"cov={cov!r}")
    read = partial(gathered, source, design, where=where, threads=threads, progress=progress)
    if groups is not None:
        return read_groups(read, source, groups, assumption, precision, checkpoint, threads, progress)
    kept, solution = read_clusters(read, source, design, assumption, precision, checkpoint), None
    if precision == "auto" and source.rereadable:
        solution, better = solved_or_better(kept.moments, kept.intercept, threads)
        if better:
            kept = replace(read(better), keyed=kept.keyed)
    if shrinks:
        return penalised(kept, ridge, lasso)
    model = least_squares(kept, solution)
    if not assumption.rereads:
        return model
    return model.with_covariance(cov, None if kept.keyed else source, threads=threads, progress=progress)


def collect(
    formula: str,
    data: Any = None,
    *,
    sql: str | None = None,
    db: Any = None,
    where: str | None = None,
    options: ReadOptions | None = None,
    weights: str | ArrayLike | None = None,
    frequency: str | ArrayLike | None = None,
    missing: Missing = "drop",
    by: str | Sequence[str] | None = None,
    folds: int | None = None,
    seed: int = 0,
    fold_key: str | None = None,
    precision: Precision = "auto",
    checkpoint: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Collected:
    """One pass over the rows: all that any solver needs, for the terms of `formula`. Arguments as for `fit`,
    weights and frequencies by name or (m,).

    `by`: a column, or two, of whose values each gets a state of its own; to hold out one group after another, too.
    `folds`: how many folds rows are put in, by a hash of their number, or of the value of the column `fold_key`, so
    that its rows stay together; another `seed` puts them in others.

    >>> kept = collect("price ~ size", {"size": [1.0, 2.0], "price": [300.0, 500.0]})
    >>> least_squares(kept).coefficients
    {'Intercept': 100.0, 'size': 200.0}
    """
    grouping = _grouping(by, folds, seed, fold_key)
    source, design = resolved(
        formula,
        data,
        sql=sql,
        db=db,
        where=where,
        options=options,
        weights=weights,
        frequency=frequency,
        missing=missing,
        threads=threads,
        keys=() if grouping is None else grouping.keys,
        apart=grouping.keys if isinstance(grouping, ByColumns) else (),
    )
    read = partial(gathered, source, design, where=where, threads=threads, progress=progress)
    return read(precision, checkpoint=checkpoint, grouping=grouping)


def _grouping(by: str | Sequence[str] | None, folds: int | None, seed: int, fold_key: str | None) -> Grouping | None:
    """What rows belong to; `ArgumentError` where both groups and folds were asked for, or half of either."""
    if folds is None and (seed or fold_key is not None):
        raise ArgumentError("seed= and fold_key= say which fold a row is in; give folds= too, such as folds=10")
    if by is not None and folds is not None:
        raise ArgumentError("by= and folds= both put rows into groups; give one of them (by= holds out group by group)")
    if by is not None:
        return by_columns(by)
    return None if folds is None else Folds(folds, seed, fold_key)


def fit_arrays(
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    weights: ArrayLike | None = None,
    frequency: ArrayLike | None = None,
    cov: Cov = "classical",
    precision: Precision = "auto",
    threads: int | None = None,
) -> LinearModel:
    """Fit y on the columns of `X` (m, p) by least squares; the columns are called x1, x2, … unless `names` are given.

    Missing and infinite values are refused. Weights, covariances and errors as for `fit`; clusters, which
    need a column, are an `ArgumentError`.

    >>> fit_arrays([[1.0], [2.0], [3.0]], [300.0, 500.0, 700.0]).coefficients
    {'Intercept': 100.0, 'x1': 200.0}
    """
    assumption = Assumption.of(cov)
    if assumption.keys:
        raise ArgumentError(f"cov={cov!r} needs a column, and arrays have none of that name; fit a formula to a table")
    model = least_squares(*_collected(X, y, names, intercept, weights, frequency, precision, threads))
    if not assumption.rereads:
        return model
    source, v, f = attach(Matrix(matrix(X), floats(y, "y"), model.kept.names, model.target), weights, frequency)
    kept = replace(model.kept, design=reweighted(model.kept.design, source, v, f))
    refit = Refit.of(kept, model.solution)
    return replace(model, robust=robust_covariance(refit, source, assumption, threads=threads))


def collect_arrays(
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    weights: ArrayLike | None = None,
    frequency: ArrayLike | None = None,
    folds: int | None = None,
    seed: int = 0,
    precision: Precision = "auto",
    threads: int | None = None,
) -> Collected:
    """One pass over arrays, as `collect` for the formula `y ~ x1 + x2 + …`. Arguments as for `fit_arrays`.

    `X` is (m, p) and `y` (m,). `folds` and `seed` as for `collect`; the states of folds, and with them all sums, are
    then in double-double, and another `precision` is an `ArgumentError`.

    With `precision="auto"`, arrays too large for double-double sums in a second are summed in float64 first, and once
    more in double-double if fewer digits than 12, and than the data allow, can be vouched for. Small ones of which
    even double-double gives fewer than 14 are summed exactly.

    >>> collect_arrays([[1.0], [2.0]], [300.0, 500.0]).names
    ('x1',)
    """
    if (grouping := _grouping(None, folds, seed, None)) is None:
        return _collected(X, y, names, intercept, weights, frequency, precision, threads)[0]
    if precision not in ("auto", "double-double"):
        raise ArgumentError(f"precision={precision!r}: the states of folds are in double-double; leave it out")
    given, of = WeightedRows.of(matrix(X), y, weights, frequency, threads), cast(Folds, grouping)
    copies = None if frequency is None else np.asarray(frequency).astype(np.int64)
    states = folded(
        given, lambda a, b: of.of_numbers(np.arange(a + 1, b + 1)), of.count, frequency=copies, threads=threads
    )
    return replace(of_moments(states.pool(), names=names, intercept=intercept), folds=states)


def _collected(
    X: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None,
    intercept: bool,
    weights: ArrayLike | None,
    frequency: ArrayLike | None,
    precision: Precision,
    threads: int | None,
) -> tuple[Collected, Solution | None]:
    """What was collected, and its solution, where that was needed to judge the precision."""
    check_precision(precision)
    given = WeightedRows.of(matrix(X), y, weights, frequency, threads)
    moments, solution = Moments.of_rows(given, precision, threads), None
    while precision == "auto":
        solution, better = solved_or_better(moments, intercept, threads)
        if better is None:
            break
        moments = Moments.of_rows(given, better, threads)
    return of_moments(moments, names=names, intercept=intercept), solution


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

    `start` (p + 1,), the intercept first, is zero unless given.

    >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01)
    >>> run.costs[0].item(), round(run.stable_below, 4), run.iterations_to(1e-6)
    (85000.0, 0.5836, 3531)
    >>> run.at(10**9).round(6).tolist()
    [100.0, 200.0]
    """
    state, has_intercept = state_of(moments, intercept)
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


def load(path: str | Path) -> LinearModel | Collected:
    """The model, or what was collected, that `save` wrote, told apart by what the file holds. Nothing is executed.

    Raises `SourceError` for a file that is missing, is neither, was cut short or changed.

    >>> from tempfile import TemporaryDirectory
    >>> model = fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
    >>> with TemporaryDirectory() as folder:
    ...     model.save(f"{folder}/line.json")
    ...     load(f"{folder}/line.json") == model
    True
    """
    return Collected.load(path) if is_state(path) else LinearModel.load(path)
