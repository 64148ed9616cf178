"""From a state to its answer: the least-squares model, or that at a penalty; and names for bare states."""

from __future__ import annotations

from collections.abc import Sequence

from slopewise.collected import Collected
from slopewise.design import Design, Gathered
from slopewise.design.tree import Column
from slopewise.design.tree import text as quoted
from slopewise.errors import ArgumentError, ShapeError, TooFewRows
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.passes import named
from slopewise.shrinkage import check_penalties, described, shrunk
from slopewise.solvers import exact
from slopewise.solvers.solution import Solution


def least_squares(kept: Collected, solution: Solution | None = None) -> LinearModel:
    """The exact model of what was collected; `TooFewRows` when its rows are fewer than its parameters.

    `solution` is that of the state, if it is known.
    """
    parameters, rows = kept.moments.p + kept.intercept, kept.rows.used
    if rows < parameters:
        raise TooFewRows(
            f"{kept.source} has {rows} usable row{'s' * (rows != 1)} for {parameters} parameters; add rows or take "
            "terms out of the formula (gradient descent answers even so)"
        )
    return LinearModel(kept, solution or solve(kept))


def penalised(kept: Collected, ridge: float, lasso: float) -> LinearModel:
    """The model of what was collected at one penalty: it has no standard errors, and says why.

    >>> kept = of_moments(Moments.of([1.0, 2.0], [300.0, 500.0]))
    >>> penalised(kept, 1.0, 0.0).coefficients
    {'Intercept': 250.0, 'x1': 100.0}
    """
    return LinearModel(kept, shrunk(kept, ridge, lasso), described(ridge, lasso))


def of_moments(moments: Moments, *, names: Sequence[str] | None = None, intercept: bool = True) -> Collected:
    """A bare state with names for its columns, so that models and pictures can speak of them."""
    chosen = [f"x{j + 1}" for j in range(moments.p)] if names is None else [str(name) for name in names]
    if len(chosen) != moments.p or len(set(chosen)) != len(chosen) or "y" in chosen:
        raise ShapeError(
            f"names={chosen} must be {moments.p} distinct names, one for each column of X, and none of them 'y'"
        )
    terms = " + ".join(["1" if intercept else "0", *(quoted(Column(name)) for name in chosen)])
    design = Design.of(f"y ~ {terms}", dict.fromkeys(["y", *chosen], "number"), source_name="the table")
    return named(Collected(design, Gathered.of_moments(design, moments), "the table"))


def solve(moments: Moments | Collected, *, ridge: float = 0.0, intercept: bool | None = None) -> Solution:
    """The exact least-squares answer from a state: see `slopewise.solvers.exact.solve`.

    With `ridge`, the parameters that minimise J + ridge/2 Σ (s_j w_j)², s_j the spread of column j; these have no
    covariance. What was collected for a formula knows whether it has an intercept; bare moments have one unless
    `intercept=False`. Raises `ArgumentError` for a penalty that is none.

    >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> solve(houses).intercept, solve(houses, ridge=1.0).coefficients.tolist()
    (100.0, [100.0])
    """
    state, has_intercept = state_of(moments, intercept)
    if check_penalties(ridge, 0.0):
        return shrunk(moments, ridge, intercept=has_intercept)
    return exact.solve(state, intercept=has_intercept)


def state_of(moments: Moments | Collected, intercept: bool | None) -> tuple[Moments, bool]:
    """A state, and whether its model has an intercept. Raises `ArgumentError` for what is no state."""
    if isinstance(moments, Collected):
        if intercept not in (None, moments.intercept):
            raise ArgumentError(f"whether {moments.design.formula!r} has an intercept is said by the formula (+ 0)")
        return moments.moments, moments.intercept
    if not isinstance(moments, Moments):
        raise ArgumentError(f"a {type(moments).__name__} is not a state; make one with Moments.of(X, y) or collect")
    return moments, intercept is not False
