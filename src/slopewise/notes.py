"""What a reader has to know about a fit, in sentences: positions below become names here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopewise.collected import Collected
from slopewise.inference.estimates import degrees_of_freedom
from slopewise.inference.goodness import essentially_perfect, total_sum_of_squares
from slopewise.solvers.exact import Solution
from slopewise.typing import Array

NEARLY_COLLINEAR = 1e7  # beyond this condition float64 sums leave fewer than about two digits: u·κ² > 0.01
LISTED = 10


def notes(kept: Collected, solution: Solution, *, exact: bool) -> tuple[str, ...]:
    """The sentences for one fit, most important first; `exact` says whether it is the least-squares answer."""
    return tuple(_sentences(kept, solution, exact))


def _sentences(kept: Collected, solution: Solution, exact: bool) -> Iterator[str]:
    dropped = [j for j in solution.dropped if exact]
    for j in dropped[:LISTED]:
        equals = _combination(solution.combinations[j], kept)
        yield f"{kept.names[j]} is left out: it equals {equals}, so its effect cannot be told apart."
    if len(dropped) > LISTED:
        yield f"{len(dropped) - LISTED} more columns are left out, being combinations of earlier ones."
    if not exact:
        yield "Standard errors belong to the least-squares answer, so this one, which descent reached, has none."
    if total_sum_of_squares(kept.moments, intercept=True) == 0:
        value = kept.moments.mean[-1]
        yield f"{kept.target} is constant ({value:.6g}): there is no variation to explain, so R² and F do not exist."
    elif exact and not degrees_of_freedom(kept.moments, solution):
        yield "There are as many parameters as rows: the fit is perfect by construction and has no standard errors."
    elif essentially_perfect(kept.moments, solution):
        yield "The fit is essentially perfect: its residuals are rounding, and so are the standard errors."
    if exact and solution.condition > NEARLY_COLLINEAR:
        yield (
            f"Columns are nearly collinear (condition {solution.condition:.2g}): coefficients may be wrong in most "
            "digits; leave out one of the columns that move together, or centre what is raised to a power."
        )


def _combination(combination: Array, kept: Collected) -> str:
    """`1.8·celsius + 32`: the coefficients rounded to what tells them from noise.

    The noise is judged against the size of each column's contribution.
    """
    spread = np.concatenate([[1.0], np.sqrt(np.diagonal(kept.moments.raw)[:-1] / kept.moments.weight)])
    share = np.abs(combination) * spread
    parts = []
    for j in [*range(1, len(combination)), 0]:
        if share[j] <= 1e-9 * share.max():
            continue
        name = "" if j == 0 else kept.names[j - 1]
        size = f"{abs(combination[j]):.6g}"
        factor = name if name and size == "1" else f"{size}·{name}" if name else size
        sign = "-" if combination[j] < 0 else "+"
        parts.append((sign, factor))
    if not parts:
        return "0"
    first_sign, first = parts[0]
    rest = "".join(f" {sign} {factor}" for sign, factor in parts[1:])
    return ("-" if first_sign == "-" else "") + first + rest
