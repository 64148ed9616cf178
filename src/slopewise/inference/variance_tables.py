"""What terms add to a model: type II tables from the moments alone, and comparisons of nested models.

For nested models, with RSS and residual degrees of freedom df of the small and the large one,

    F = ((RSS_s − RSS_l) / (df_s − df_l)) / (RSS / df),

the scale RSS / df being that of the largest model of all. A type II table asks this of each term: what does it add to
the model of all terms that do not contain it? (a:b contains a, and b.) Its scale is the whole model's. With columns
ordered [others, the term's, those that contain it], the term's sum of squares is wᵀ M⁻¹ w with w its coefficients in
the model of the first two and M their block of (ZᵀVZ)⁻¹. For a covariance of another kind it is the Wald statistic of
the same hypothesis about the whole model's coefficients: the term's, less what those that contain it explain of them.

Source: Fox (2016), *Applied Regression Analysis and Generalized Linear Models*, 3rd ed., §8.2.5; Seber & Lee (2003),
*Linear Regression Analysis*, 2nd ed., §4.3. R: `anova(small, large)`, `car::Anova(model, vcov. = V)`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from slopewise.design import Coding
from slopewise.design.terms import Term
from slopewise.errors import ArgumentError, FitError
from slopewise.inference.hypotheses import RANK_DEFICIENT, decorrelated
from slopewise.moments import Moments
from slopewise.numerals import aligned, on_a_line, probability
from slopewise.solvers.exact import solve
from slopewise.solvers.solution import Solution
from slopewise.typing import Array, IntArray

RESIDUALS = "Residuals"

COARSE = 1e-6
"""A pivot of M below this costs more digits than a difference of sums of squares does."""

SAME = 1e-9
"""How much larger than the small model's, relative to it, rounding may make the sum of squares of a nested model."""

_LONGEST = 2_000
"""Characters of a formula or a term in a table."""


class Nested(NamedTuple):
    """A model as comparisons see it: its residual sum of squares `rss` on `df` degrees of freedom, of `nobs` rows."""

    formula: str
    target: str
    rss: float
    df: int
    nobs: int


@dataclass(frozen=True, eq=False)
class ModelTable:
    """Nested models, the smallest first, each against the one before it: arrays (k,) over `formulas`, the first NaN.

    `df_residual` and `rss` are those of each model; `df` the parameters it adds, `sum_sq` by how much they lower the
    sum of squares, `statistic` F and `p_value` its upper tail.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> table = sw.anova(sw.fit("price ~ 1", houses), sw.fit("price ~ size", houses))
    >>> table.formulas, table.df_residual.tolist(), table.statistic.round(2).tolist()
    (('price ~ 1', 'price ~ size'), [5, 4], [nan, 29.07])
    """

    formulas: tuple[str, ...]
    df_residual: IntArray
    rss: Array
    df: Array
    sum_sq: Array
    statistic: Array
    p_value: Array

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns by name, None where there is nothing to say."""
        names = ("df_residual", "rss", "df", "sum_sq", "statistic", "p_value")
        return {"formula": list(self.formulas)} | {name: _listed(getattr(self, name)) for name in names}

    def __str__(self) -> str:
        return "\n".join(aligned(self.cells()))

    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, the headings first."""
        return [("model", "residual df", "RSS", "df", "sum of squares", "F", "p"), *_cells(self.to_dict())]


@dataclass(frozen=True, eq=False)
class TermTable:
    """A type II table: arrays (k,) over the `terms`, the last the residuals; NaN where there is nothing to say.

    `df`: the columns that the term adds (those that others determine do not count), `sum_sq` what they explain (NaN
    throughout for a covariance that is not the classical one), `statistic` F and `p_value` its upper tail.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> table = sw.fit("price ~ area + Bldg.Type", ames).anova()
    >>> table.terms, table.df.tolist(), table.statistic.round(1).tolist()
    (('area', 'Bldg.Type', 'Residuals'), [1.0, 4.0, 2924.0], [3254.7, 69.7, nan])
    """

    terms: tuple[str, ...]
    sum_sq: Array
    df: Array
    statistic: Array
    p_value: Array

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns by name, None where there is nothing to say."""
        names = ("sum_sq", "df", "statistic", "p_value")
        return {"term": list(self.terms)} | {name: _listed(getattr(self, name)) for name in names}

    def __str__(self) -> str:
        return "\n".join(aligned(self.cells()))

    def cells(self) -> list[tuple[str, ...]]:
        """The table as text, the headings first."""
        headings = {"term": "term", "sum_sq": "sum of squares", "df": "df", "statistic": "F", "p_value": "p"}
        if np.isnan(self.sum_sq).all():  # there are none to show: see above
            del headings["sum_sq"]
        columns = self.to_dict()
        return [tuple(headings.values()), *_cells({name: columns[name] for name in headings})]


def compare(models: Sequence[Nested]) -> ModelTable:
    """Each model against the one before it, as R's `anova(small, …, large)` does; the scale is the largest one's.

    That the models are nested is the caller's word; what shows that they are not, raises `ArgumentError`: other
    targets or numbers of rows, parameters that do not grow in number, and a residual sum of squares that does.

    >>> table = compare([Nested("y ~ 1", "y", 100.0, 19, 20), Nested("y ~ x", "y", 36.0, 18, 20)])
    >>> table.statistic.tolist(), table.p_value.round(6).tolist()
    ([nan, 32.0], [nan, 2.3e-05])
    """
    if len(models) < 2:
        raise ArgumentError(f"a comparison takes two models or more, the smallest first; this is {len(models)}")
    for small, large in itertools.pairwise(models):
        _check_nested(small, large)
    rss, df = np.array([model.rss for model in models]), np.array([model.df for model in models], dtype=np.int64)
    gained, added = -np.diff(rss), -np.diff(df).astype(np.float64)
    F, p_value = _f_test(gained, added, models[-1].rss, models[-1].df)
    formulas = tuple(model.formula for model in models)
    return ModelTable(formulas, df, rss, *(np.append(np.nan, column) for column in (added, gained, F, p_value)))


def type_two(moments: Moments, solution: Solution, coding: Coding, terms: Sequence[Term]) -> TermTable:
    """The type II table of a fit, with classical F tests: a sum of squares for each of `terms`, and the residuals'.

    `moments` are those of the coded columns, `solution` their least-squares answer, `coding` says which term each
    column is of.

    >>> import slopewise as sw
    >>> table = {"a": [0.0, 0, 1, 1, 2, 2], "b": [0.0, 1, 0, 1, 0, 1], "y": [1.0, 3, 2, 5, 4, 6]}
    >>> model = sw.fit("y ~ a + b", table)
    >>> found = type_two(model.moments, model.solution, model.kept.coding, model.kept.design.terms)
    >>> found.terms, found.sum_sq.round(4).tolist()
    (('a', 'b', 'Residuals'), [9.0, 8.1667, 0.3333])
    """
    rows = [_added(moments, solution.has_intercept, _split(term, terms, coding)) for term in terms]
    sum_sq, df = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.float64)
    rss, left = solution.residual_sum_of_squares, max(int(moments.rows) - solution.rank, 0)
    F, p_value = _f_test(sum_sq, df, rss, left)
    return _table(terms, np.append(sum_sq, rss), df, F, p_value, left)


def type_two_wald(
    moments: Moments, solution: Solution, coding: Coding, terms: Sequence[Term], V: Array, df: float
) -> TermTable:
    """As `type_two`, by Wald tests with the covariance `V` (k, k) of the parameters and `df` degrees of freedom.

    Raises `FitError` where V is singular for a term together with those that contain it, as it is with fewer clusters
    than they have columns.
    """
    if not df > 0:
        raise FitError("there is nothing to test with: no degrees of freedom are left; fit more rows, or fewer terms")
    rows = [_wald(moments, solution, coding, terms, term, V, df) for term in terms]
    F, count = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.float64)
    return _table(terms, np.full(len(terms) + 1, np.nan), count, F, _upper_tail(F, count, df), df)


class _Split(NamedTuple):
    """The columns of all other terms, of the term, and of those that contain it, by position."""

    others: list[int]
    own: list[int]
    containing: list[int]


def _split(term: Term, terms: Sequence[Term], coding: Coding) -> _Split:
    parts = _Split([], [], [])
    for j, column in enumerate(coding.columns):
        key = terms[column.term].key
        parts[1 if key == term.key else 2 if term.key < key else 0].append(j)
    return parts


def _added(moments: Moments, intercept: bool, split: _Split) -> tuple[float, int]:
    """What a term's columns explain beyond the others', and how many of them are new."""
    without, target = len(split.others), moments.p
    both = solve(moments.select([*split.others, *split.own, target]), intercept=intercept)
    w, M = both.coefficients[without:], both.unscaled_covariance[1 + without :, 1 + without :]
    new = np.flatnonzero(~np.isnan(w))
    if not len(new):
        return math.nan, 0
    u, _, singular = decorrelated(w[new], np.eye(len(new)), M[np.ix_(new, new)], COARSE)
    if singular is None:
        return float(u @ u), len(new)
    if not without and not intercept:
        return both.explained_sum_of_squares, len(new)
    alone = solve(moments.select([*split.others, target]), intercept=intercept)
    return max(alone.residual_sum_of_squares - both.residual_sum_of_squares, 0.0), len(new)


def _wald(
    moments: Moments, solution: Solution, coding: Coding, terms: Sequence[Term], term: Term, V: Array, df: float
) -> tuple[float, int]:
    """F of one term, and its degrees of freedom.

    The coefficients of the columns that contain the term come first in the factorisation, so that what is left for
    the term's own is what those do not explain.
    """
    split, ones = _split(term, terms, coding), int(solution.has_intercept)
    theta = np.append(np.full(ones, solution.intercept), solution.coefficients)
    if solution.dropped:
        theta, V = _on_other_columns(moments, solution, split, theta, V)
    estimated = ~np.isnan(theta)
    own = [ones + j for j in split.own if estimated[ones + j]]
    tested = [*(ones + j for j in split.containing if estimated[ones + j]), *own]
    if not own:
        return math.nan, 0
    if not np.isfinite(np.diagonal(V)[tested]).all():
        raise FitError("the coefficients have no standard errors, so there is nothing to test with; fit more rows")
    least = RANK_DEFICIENT if len(tested) > df else 0.0
    u, _, singular = decorrelated(theta[tested], np.eye(len(tested)), V[np.ix_(tested, tested)], least)
    if singular is not None:
        raise FitError(
            f"{term.label} cannot be tested: with the terms that contain it, it has {len(tested)} coefficients, and "
            f"their covariance matrix is singular ({df:g} degrees of freedom); test fewer of them, or take classical "
            "standard errors"
        )
    return float(u[-len(own) :] @ u[-len(own) :]) / len(own), len(own)


def _on_other_columns(
    moments: Moments, solution: Solution, split: _Split, theta: Array, V: Array
) -> tuple[Array, Array]:
    """The same fit, and covariance, by the coefficients of columns kept in the order others, own, containing.

    Which of the columns that depend on each other are dropped is a matter of their order; a term's own must be tested
    beside all of the others. Column j that the fit kept is Σ_i c_ij z_i of those kept now: θ' = C θ.
    """
    ones, order = int(solution.has_intercept), [*split.others, *split.own, *split.containing]
    again = solve(moments.select([*order, moments.p]), intercept=solution.has_intercept)
    places = np.append(np.arange(ones), ones + np.array(order, dtype=np.int64))
    C = np.eye(len(theta))
    for position, combination in again.combinations.items():
        C[:, places[ones + position]] = 0.0
        C[places, places[ones + position]] = combination[1 - ones :]
    C[:, np.isnan(theta)] = 0.0
    moved, covariance = C @ np.nan_to_num(theta), C @ np.nan_to_num(V) @ C.T
    dropped = places[ones + np.array(sorted(again.combinations), dtype=np.int64)]
    moved[dropped] = covariance[dropped] = covariance[:, dropped] = np.nan
    return moved, covariance


def _table(terms: Sequence[Term], sum_sq: Array, df: Array, F: Array, p_value: Array, left: float) -> TermTable:
    labels = (*(term.label for term in terms), RESIDUALS)
    return TermTable(labels, sum_sq, np.append(df, left), np.append(F, np.nan), np.append(p_value, np.nan))


def _f_test(sum_sq: Array, df: Array, rss: float, left: int) -> tuple[Array, Array]:
    """F = (sum_sq / df) / (rss / left) and its upper tail; NaN where one of these does not exist."""
    with np.errstate(divide="ignore", invalid="ignore"):
        F = (sum_sq / df) / (rss / left if left else math.nan)
    return F, _upper_tail(F, df, left)


def _upper_tail(F: Array, df: Array, left: float) -> Array:
    p_value: Array = np.full(len(F), np.nan)
    known = np.isfinite(F)
    p_value[known] = special.fdtrc(df[known], left, F[known])
    p_value[np.isposinf(F)] = 0.0
    return p_value


def _check_nested(small: Nested, large: Nested) -> None:
    both = f"{small.formula!r} and {large.formula!r}"
    if small.target != large.target:
        raise ArgumentError(f"{both} model {small.target} and {large.target}; models of one target can be compared")
    if small.nobs != large.nobs:
        raise ArgumentError(
            f"{both} were fitted to {small.nobs:,} and {large.nobs:,} rows: missing values leave each its own; "
            "fit both to the rows that are complete for the larger"
        )
    if small.df <= large.df:
        raise ArgumentError(
            f"{both} leave {small.df:,} and {large.df:,} degrees of freedom: the second adds nothing to the first; "
            "give nested models, the smallest first"
        )
    if large.rss > small.rss * (1 + SAME):
        raise ArgumentError(
            f"{both} are not nested: the second has more parameters, and yet leaves a larger sum of squares "
            f"({large.rss:.6g}, {small.rss:.6g}); compare models of which one has all terms of the other, same rows"
        )


def _listed(column: Array | IntArray) -> list[Any]:
    return [None if value != value else value for value in column.tolist()]


def _cells(columns: dict[str, list[Any]]) -> list[tuple[str, ...]]:
    """One row of text for each of the columns' entries, empty where there is nothing to say."""
    return [
        tuple(_cell(name, value) for name, value in zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


def _cell(name: str, value: Any) -> str:
    if value is None or isinstance(value, str):
        return on_a_line(value or "", _LONGEST)
    if name == "p_value":
        return probability(value)
    return f"{value:,.0f}" if name in ("df", "df_residual") and value == int(value) else f"{value:,.6g}"
