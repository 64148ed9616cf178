"""What a reader has to know about a fit, in sentences: positions below become names here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopewise.collected import Collected
from slopewise.design.tree import Column, Polynomial
from slopewise.inference.covariance import Covariance, indefinite
from slopewise.inference.estimates import degrees_of_freedom
from slopewise.inference.goodness import Goodness, essentially_perfect, total_sum_of_squares
from slopewise.moments.rows import EXACT
from slopewise.numerals import AS_FAR
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

FEW_DIGITS = 6
FEW_CLUSTERS = 30
COLLINEAR = 1e3  # below it, few digits only mean a coefficient that is next to nothing
LISTED = 10


def notes(
    kept: Collected,
    solution: Solution,
    figures: Goodness,
    covariance: Covariance | None = None,
    *,
    exact: bool,
    penalised: bool = False,
) -> tuple[str, ...]:
    """The sentences for one fit, most important first; `exact` says whether it is the least-squares answer.

    If not, descent reached it, or it is `penalised`.

    `covariance`: that of its coefficients, if anything is to be said of it.
    """
    return (
        *_sentences(kept, solution, figures, exact, penalised),
        *(() if covariance is None else _of_covariance(covariance)),
    )


def _sentences(kept: Collected, solution: Solution, figures: Goodness, exact: bool, penalised: bool) -> Iterator[str]:
    dropped = [j for j in solution.dropped if exact]
    for j in dropped[:LISTED]:
        yield f"{kept.names[j]} is left out: it {equality(solution, j, kept)}, so its effect cannot be told apart."
    if len(dropped) > LISTED:
        yield f"{len(dropped) - LISTED} more columns are left out, being combinations of earlier ones."
    if gone := [name for name in kept.gathered.dropped_by if name not in kept.design.variables]:
        yield (
            f"Rows that lack {', '.join(gone)} stay dropped, though this formula does not use it: the rows are those "
            "that were collected."
        )
    yield from _single_levels(kept)
    yield from _dates(kept)
    for factor, levels in kept.coding.unused.items():
        named = ", ".join(map(repr, levels[:LISTED])) + f" and {len(levels) - LISTED} more" * (len(levels) > LISTED)
        yield f"{factor}: no row has {named}, though declared as a level, so there is no coefficient for it."
    if penalised:
        yield (
            "Standard errors belong to the least-squares answer, so this one, which a penalty pulls towards zero on "
            "purpose, has none."
        )
    elif not exact:
        parameters = len(solution.theta)
        if solution.rank < parameters:
            yield (
                f"The rows determine only {solution.rank} of {parameters} parameters: infinitely many answers fit "
                "equally well, and descent goes to the one nearest to its start."
            )
        yield "Standard errors belong to the least-squares answer, so this one, which descent reached, has none."
    explicable = total_sum_of_squares(kept.moments, solution.has_intercept) > 0
    if total_sum_of_squares(kept.moments, intercept=True) == 0:
        consequence = "" if explicable else ": there is no variation to explain, so R² and F do not exist"
        as_far = f", {AS_FAR}" * _is_rounded(kept, -1)
        yield f"{kept.target} is constant ({kept.moments.mean[-1]:.6g}){as_far}{consequence}."
    if explicable and not solution.has_intercept:
        yield (
            "Without an intercept R² and F are measured from zero, not from the mean: they cannot be compared with "
            "those of a model that has one."
        )
    if exact and not degrees_of_freedom(kept.moments, solution):
        yield "There are as many parameters as rows: the fit is perfect by construction and has no standard errors."
    elif explicable and essentially_perfect(kept.moments, solution):
        yield "The fit is essentially perfect: its residuals are rounding, and so are the standard errors."
    if exact and solution.condition > COLLINEAR and min(figures.digits, figures.digits_limit) < FEW_DIGITS:
        yield _few_digits(figures)


def _of_covariance(covariance: Covariance) -> Iterator[str]:
    """Rows that said nothing of the errors, and clusters too few to be trusted."""
    if covariance.left_out:
        rows, first = covariance.left_out, covariance.first_left_out
        named = ", ".join(f"{row:,}" for row in first) + ", …" * (rows > len(first))
        yield (
            f"{rows:,} row{'s have' if rows > 1 else ' has'} leverage 1 (row{'s' * (rows > 1)} {named}): a coefficient "
            f"of {'their' if rows > 1 else 'its'} own fits {'them' if rows > 1 else 'it'} exactly, so that "
            f"{'they add' if rows > 1 else 'it adds'} nothing to {covariance.assumption.kind} standard errors, which "
            "are too small for that coefficient."
        )
    for name, count in zip(covariance.assumption.keys, covariance.clusters, strict=True):
        if count < FEW_CLUSTERS:
            yield (
                f"{count} clusters by {name} are few: clustered standard errors then tend to be too small; some forty "
                "are wanted."
            )
    if len(covariance.assumption.keys) == 2 and indefinite(covariance.scatter):
        yield (
            "Clustering by both columns less by their combination leaves some variance negative: there is no standard "
            "error where it is, and no F; cluster by one of them."
        )


def _few_digits(figures: Goodness) -> str:
    """Which digits are missing, and what would bring them back."""
    if figures.digits_limit < figures.digits:
        return (
            f"The values allow only {figures.digits_limit:.1f} digits of some coefficient, whatever the program: "
            f"columns are nearly collinear (condition {figures.condition:.2g}), so that rounding the values alone "
            "moves it. Leave out one of the columns that move together."
        )
    return (
        f"Only {figures.digits:.1f} digits of some coefficient can be trusted: columns are nearly collinear (condition "
        f'{figures.condition:.2g}); precision="double-double" gives more, or leave out one that moves with others.'
    )


def _single_levels(kept: Collected) -> Iterator[str]:
    """Terms without a column: one of their categories never varies."""
    coded = {column.term for column in kept.coding.columns}
    for place, term in enumerate(kept.design.terms):
        if place not in coded:
            constant = next(f for f in term.categories if len(kept.coding.levels[f.text]) == 1)
            level = kept.coding.levels[constant.text][0]
            yield f"{term.label} is left out: {constant.label} is {level!r} in every row."


def _dates(kept: Collected) -> Iterator[str]:
    """Dates that enter as numbers, and what those count."""
    for name in kept.design.dates:
        entering = [
            f.expression for term in kept.design.terms for f in term.factors if not f.levels and name in f.columns
        ]
        if kept.design.target == Column(name):
            consequence = ": the intercept is counted so, and coefficients are in days"
        elif any(expression not in (Column(name), Polynomial(Column(name), 1, "center")) for expression in entering):
            consequence = ""  # the coefficient of I(sold / 365) is per something else
        elif kept.intercept and Column(name) in entering:
            consequence = ": its coefficient is per day, and the intercept is at that date"
        else:
            consequence = ": its coefficient is per day"
        yield f"{name} counts days since 1970-01-01{consequence}."


def equality(solution: Solution, j: int, kept: Collected) -> str:
    """What the left-out column j is, behind its name: `equals 1.8·celsius + 32 in every row`."""
    return f"equals {combination(solution.combinations[j], kept)} in every row{f', {AS_FAR}' * _is_rounded(kept, j)}"


def _is_rounded(kept: Collected, j: int) -> bool:
    """Whether column j may hold whole numbers that were rounded to float64: those beyond 2^53."""
    moments = kept.moments
    return bool(moments.rounding[j] and moments.lengths()[j] * np.sqrt(moments.rows / moments.weight) >= EXACT)


def combination(weights: Array, kept: Collected) -> str:
    """`1.8·celsius + 32`: the coefficients rounded to what tells them from noise.

    The noise is judged against the size of each column's contribution.
    """
    spread = np.concatenate([[1.0], np.sqrt(np.diagonal(kept.moments.raw)[:-1] / kept.moments.weight)])
    share = np.abs(weights) * spread
    parts = []
    for j in [*range(1, len(weights)), 0]:
        if share[j] <= 1e-9 * share.max():
            continue
        name = "" if j == 0 else kept.names[j - 1]
        size = f"{abs(weights[j]):.6g}"
        factor = name if name and size == "1" else f"{size}·{name}" if name else size
        sign = "-" if weights[j] < 0 else "+"
        parts.append((sign, factor))
    if not parts:
        return "0"
    first_sign, first = parts[0]
    rest = "".join(f" {sign} {factor}" for sign, factor in parts[1:])
    return ("-" if first_sign == "-" else "") + first + rest
