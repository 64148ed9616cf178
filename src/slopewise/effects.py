"""Average predictions and average slopes: what a model says of all its rows at once, from the moments of the pass.

The average of ŷ over the rows, were every row at the level ℓ of a category, is linear in the coefficients,

    (1/Σv) Σ v ŷ(z_i with f = ℓ) = l·θ,        l = mean of every coded column, were every row at ℓ

and so is the average of dŷ/dx for a column x that enters linearly. The standard error of l·θ is √(lᵀVl), exact for
given columns. l follows from means that the pass has kept: a column without the category keeps its mean; of one with
it, the rest of its product has the mean that the pass's columns for all levels of the category have together. The
coding of the category is a linear map, and is applied as ever. Rows count by their weights.

Source: Lane & Nelder (1982), Biometrics 38(3), 613–621. R: `marginaleffects::avg_predictions(variables = )` and
`avg_slopes`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.collected import Collected
from slopewise.design import Coding
from slopewise.design.polynomials import Level
from slopewise.design.rows import ColumnKey
from slopewise.design.terms import Factor, Term
from slopewise.design.tree import Column
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.covariance import Covariance
from slopewise.inference.estimates import Estimates, check_level, t_quantile
from slopewise.inference.geometry import Geometry
from slopewise.numerals import aligned, decimals, fixed
from slopewise.solvers.exact import solve
from slopewise.typing import Array, BoolArray

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CATEGORIES = 2
"""As many categories as averages are taken by: their levels multiply."""

ESTIMABLE = 1e-9
"""How near a combination of columns must come to one that the rows have, relative to its parts."""

SHOWN = ("estimate", "std_error", "conf_low", "conf_high")
FIGURES = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True, eq=False)
class Averages(Estimates):
    """Estimates for each of `levels`, those of the categories `by`; arrays (m,), NaN where the rows say nothing.

    `of` is the column whose slope it is, in target units per its unit, and empty for predictions, in target units.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.fit("price ~ area + Bldg.Type", ames).average_predictions("Bldg.Type")
    >>> found.by, found.levels[:2], found.estimate[:2].round().tolist()
    (('Bldg.Type',), (('1Fam',), ('2fmCon',)), [182748.0, 123449.0])
    """

    of: str
    by: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        what = f"slope of {self.of}" if self.of else "average prediction"
        ends = (f"{100 * self.level:g} % low", "high")
        rows = [(*self.by, what, "std. error", *ends)]
        for levels, *figures in zip(self.levels, *(getattr(self, name).tolist() for name in SHOWN), strict=True):
            places = decimals(figures[0], figures[1])
            rows.append((*levels, *(fixed(figure, places) for figure in figures)))
        return "\n".join(aligned(rows))

    def table(self) -> pa.Table:
        """An Arrow table: for slopes `term`, a column for each category, and the figures; null for NaN."""
        import pyarrow as pa

        named = [*(["term"] if self.of else []), *self.by, *FIGURES]
        term = [pa.array([self.of] * len(self.levels), pa.string())] if self.of else []
        levels = [pa.array([row[place] for row in self.levels], pa.string()) for place in range(len(self.by))]
        figures = [pa.array(getattr(self, name), from_pandas=True) for name in FIGURES]
        return pa.Table.from_arrays([*term, *levels, *figures], names=named)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, texts and lists, for JSON, None for NaN."""
        figures = {name: [None if math.isnan(v) else v for v in getattr(self, name).tolist()] for name in FIGURES}
        levels = [list(row) for row in self.levels]
        return {"of": self.of, "by": list(self.by), "levels": levels, **figures, "level": self.level}


def average_predictions(
    kept: Collected, geometry: Geometry, covariance: Covariance, by: str | Sequence[str], level: float = 0.95
) -> Averages:
    """The average prediction for each level of a category, or for each two levels of two, were every row there.

    `geometry` and `covariance` are those of the fit. `by` names one column that is a category, or two. Where the rows
    cannot tell (no row has a combination that matters), figures are NaN.

    Raises `UnknownColumn` and, for a column that is no category, or is a number elsewhere, `ArgumentError`.

    >>> import slopewise as sw
    >>> table = {"f": list("aabb"), "x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 5.0, 7.0]}
    >>> model = sw.fit("y ~ f + x", table)
    >>> model.average_predictions("f").estimate.round(4).tolist()
    [3.0, 4.5]
    """
    names, levels, rows = prediction_rows(kept, by)
    found = geometry.fitted(rows), geometry.variances(rows, covariance.scatter)
    return _averages(covariance.df, level, ("", names, levels), *found, _estimable(kept, geometry, rows, 1.0))


def average_slopes(
    kept: Collected,
    geometry: Geometry,
    covariance: Covariance,
    of: str,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
) -> Averages:
    """The average over the rows of dŷ/dx, x the column `of`; with `by`, for each level, were every row there.

    x enters linearly: as x, center(x), scale(x), and in products with other columns, which are averaged: f:x by the
    shares of the levels of f (unless by f), x:z at the mean of z. The other arguments as for `average_predictions`.

    Raises `UnknownColumn`, and `ArgumentError` where x enters otherwise (log(x), poly(x, 2), I(x^2)), is a category, or
    where the pass has not kept the mean of what x is multiplied with.

    >>> import slopewise as sw
    >>> table = {"f": list("aaabbb"), "x": [1.0, 2, 3, 1, 2, 3], "y": [1.0, 2, 3, 3, 5, 7]}
    >>> sw.fit("y ~ f * x", table).average_slopes("x", "f").estimate.round(4).tolist()
    [1.0, 2.0]
    """
    names, levels, rows = slope_rows(kept, of, by)
    V = np.nan_to_num(geometry.covariance(covariance.scatter)[int(kept.intercept) :, int(kept.intercept) :])
    found = rows @ geometry.coefficients, ((rows @ V) * rows).sum(axis=1)
    known = _estimable(kept, geometry, rows, 0.0)
    sure = np.isfinite(covariance.scatter).all()
    return _averages(covariance.df, level, (of, names, levels), found[0], np.where(sure, found[1], np.nan), known)


def prediction_rows(
    kept: Collected, by: str | Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], Array]:
    """The categories, their levels in m rows, and the mean coded column (m, p) were every row at those levels."""
    categories = _categories(kept, by)
    settings = [*itertools.product(*(kept.coding.levels[factors[0].text] for factors in categories.values()))]
    fixed = [_fixed(categories, setting) for setting in settings]
    terms = [t for t, term in enumerate(kept.design.terms) if any(f.text in fixed[0] for f in term.factors)]
    moved = _coded(kept, fixed, {t: _Product.of(kept.design.terms[t], fixed[0]) for t in terms})
    affected = np.isin([column.term for column in kept.coding.columns], terms)
    return tuple(categories), tuple(settings), np.where(affected, moved, kept.moments.mean[:-1])


def slope_rows(
    kept: Collected, of: str, by: str | Sequence[str] | None = None
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], Array]:
    """As `prediction_rows`, the mean of the derivative of each coded column by `of`."""
    entering = _entering(kept, of)
    categories = {} if by is None else _categories(kept, by)
    settings = [*itertools.product(*(kept.coding.levels[factors[0].text] for factors in categories.values()))]
    fixed = [_fixed(categories, setting) for setting in settings]
    products = {t: _Product.of(kept.design.terms[t], fixed[0], factor) for t, factor in entering.items()}
    return tuple(categories), tuple(settings), _coded(kept, fixed, products)


@dataclass(frozen=True)
class _Product:
    """A term as averages see it: `rest`, the factors to be averaged, without those at a level and without `by`.

    `by` is the factor that the derivative is taken by, if any.
    """

    term: Term
    rest: Term
    by: Factor | None

    @classmethod
    def of(cls, term: Term, fixed: Mapping[str, str], by: Factor | None = None) -> _Product:
        return cls(term, Term.of(f for f in term.factors if f.text not in fixed and f != by), by)

    def levels(self, fixed: Mapping[str, str], rest: tuple[Level, ...]) -> tuple[Level, ...]:
        """The levels of the column of the pass, with those of `rest`; of x its first power, whose derivative is 1."""
        averaged = iter(rest)
        return tuple(
            1 if f == self.by else fixed[f.text] if f.text in fixed else next(averaged) for f in self.term.spread
        )

    def unit(self, kept: Collected) -> float:
        """The derivative of the first power that the pass has of x: it measures a centred x in powers of two."""
        origin = kept.gathered.origins.get(self.by.text) if self.by else None
        return math.ldexp(1.0, -origin.exponent) if origin else 1.0


def _coded(kept: Collected, fixed: Sequence[Mapping[str, str]], products: Mapping[int, _Product]) -> Array:
    """The columns of the model (m, p) from the means of the columns of the pass at each of the levels `fixed`.

    Columns of other terms than those of `products` are zero.
    """
    found: list[dict[ColumnKey, float]] = [{} for _ in fixed]
    for t, product in products.items():
        unit = product.unit(kept)
        for rest, mean in _means(kept, product).items():
            for row, setting in zip(found, fixed, strict=True):
                row[ColumnKey(t, product.levels(setting, rest))] = mean * unit
    coding = _reaching(kept, {key for row in found for key in row})
    place = {key: i for i, key in enumerate(coding.keys)}
    means = np.zeros((len(fixed), len(coding.keys)))
    for i, row in enumerate(found):
        means[i, [place[key] for key in row]] = list(row.values())
    T = coding.map(kept.coding.coefficients(kept.gathered.moments))[:-1, :-1]
    coded: Array = means @ T.hi + means @ T.lo
    return coded


def _reaching(kept: Collected, keys: set[ColumnKey]) -> Coding:
    """The coding of the fit, also for combinations of levels that no row has: its columns are the same."""
    new = keys.difference(kept.coding.keys)
    return kept.design.code((*kept.coding.keys, *new)) if new else kept.coding


def _means(kept: Collected, product: _Product) -> dict[tuple[Level, ...], float]:
    """The means of the columns that the factors of `rest` come to, by their levels.

    The pass has them as columns, or as those of a term that has more categories: the sum over their levels.
    """
    rest = product.rest
    if not rest.factors:
        return {(): 1.0}
    t = _holding(kept, rest)
    if t is None:
        raise ArgumentError(_unknown_mean(product))
    term = kept.design.carried[t]
    wanted = [[f.text for f in term.spread].index(factor.text) for factor in rest.spread]
    found: dict[tuple[Level, ...], float] = {}
    for key, mean in zip(kept.gathered.keys, kept.gathered.moments.mean.tolist(), strict=False):
        if key.term == t:
            levels = tuple(key.levels[place] for place in wanted)
            found[levels] = found.get(levels, 0.0) + mean
    return found


def _holding(kept: Collected, rest: Term) -> int | None:
    """The place of the least term of the pass that has these factors, and beside them nothing but categories."""
    terms = sorted(enumerate(kept.design.carried), key=lambda entry: len(entry[1].factors))
    for t, term in terms:
        if rest.key <= term.key and all(f.levels for f in term.factors if f.text not in rest.key):
            return t
    return None


def _unknown_mean(product: _Product) -> str:
    rest, by = product.rest, product.by.label if product.by else ""
    others = [factor.columns[0] for factor in rest.categories if len(rest.categories) == len(rest.factors)]
    ask = f", or ask for it by={others[0]!r}" if len(others) == 1 else ""
    return (
        f"the average slope of {by} takes the mean of {rest.label}, by which {product.term.label} multiplies it, and "
        f"the rows were read without it; add {rest.text} to the formula and fit again{ask}"
    )


def _categories(kept: Collected, by: str | Sequence[str]) -> dict[str, tuple[Factor, ...]]:
    """The factors that each of the columns `by` is, as a category."""
    names = (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(names) <= MOST_CATEGORIES or len(set(names)) < len(names):
        raise ArgumentError(f"by={by!r}: averages are by one category, or by two; name their columns")
    found = {}
    for name in names:
        reading = _factors(kept, name)
        if numeric := [factor for factor in reading if not factor.levels]:
            also = " as well" * (len(numeric) < len(reading))
            raise ArgumentError(
                f"by={name!r}: {name} enters as a number{also} ({numeric[0].label}), and averages are by categories; "
                f"ask for its average slope, or make it a category in the formula, C({name})"
            )
        found[name] = reading
    return found


def _factors(kept: Collected, name: str) -> tuple[Factor, ...]:
    """The factors that read a column, each once."""
    every = dict.fromkeys(factor for term in kept.design.terms for factor in term.factors)
    if found := tuple(factor for factor in every if name in factor.columns):
        return found
    raise UnknownColumn(name, kept.design.inputs, where=f"the right-hand side of {kept.design.formula!r}")


def _fixed(categories: Mapping[str, tuple[Factor, ...]], levels: Iterable[str]) -> dict[str, str]:
    """The level of each factor that is one of the categories, by its text."""
    pairs = zip(categories.values(), levels, strict=True)
    return {factor.text: level for factors, level in pairs for factor in factors}


def _entering(kept: Collected, of: str) -> dict[int, Factor]:
    """The terms, by their place, that the column takes part in, and the factor that it is there."""
    for factor in _factors(kept, of):
        if factor.levels:
            raise ArgumentError(
                f"{of} is a category in {factor.label}, and has no slope; ask for the average predictions by={of!r}"
            )
        if not isinstance(factor.expression, Column) and not _is_line(factor):
            raise ArgumentError(
                f"{of} enters as {factor.label}, which is not linear: its slope differs from row to row by more than "
                f"the means tell. Predict for two values of {of} and compare, or let {of} enter as it is"
            )
    entering = {}
    for t, term in enumerate(kept.design.terms):
        if taking_part := [factor for factor in term.factors if of in factor.columns]:
            if len(taking_part) > 1:
                raise ArgumentError(
                    f"{of} enters more than once in {term.label}, which is not linear; see poly({of}, 2)"
                )
            entering[t] = taking_part[0]
    return entering


def _is_line(factor: Factor) -> bool:
    """Whether it is center(x), scale(x) or poly(x, 1)."""
    polynomial = factor.polynomial
    return polynomial is not None and polynomial.degree == 1 and isinstance(polynomial.argument, Column)


def _averages(
    df: int,
    level: float,
    labels: tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]],
    estimate: Array,
    variance: Array,
    known: BoolArray,
) -> Averages:
    """The estimates (m,) with their variances (m,), as far as they are known."""
    from scipy import special

    check_level(level)
    estimate = np.where(known, estimate, np.nan)
    std_error = np.where(known, np.sqrt(np.maximum(variance, 0.0)), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / std_error
    p_value = 2 * special.stdtr(df, -np.abs(statistic)) if df else np.full(len(estimate), np.nan)
    half = t_quantile(level, df) * std_error
    return Averages(estimate, std_error, statistic, p_value, estimate - half, estimate + half, level, *labels)


def _estimable(kept: Collected, geometry: Geometry, rows: Array, constant: float) -> BoolArray:
    """Which combinations of columns (m, p), and `constant`, are the same whatever the coefficients dropped, (m,).

    A dropped column is a combination of others in every row; so it must be in l.
    """
    known = np.ones(len(rows), dtype=np.bool_)
    if len(geometry.columns) == rows.shape[1]:
        return known
    for j, combination in solve(kept.moments, intercept=kept.intercept).combinations.items():
        parts = np.column_stack([np.full(len(rows), constant), rows]) * combination
        own = rows[:, j]
        known &= np.abs(parts.sum(axis=1) - own) <= ESTIMABLE * (np.abs(parts).sum(axis=1) + np.abs(own))
    return known
