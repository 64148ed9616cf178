"""Pictures of one coefficient and of one column, from rows that the pass kept or from given data: no second fit.

`partial_regression` shows a column and the target, each less what the other columns explain; `component_residual` what
a column contributes, and the residual with it, against its values.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.collected import Collected
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.partial import added_variable, component
from slopewise.predictions import Drawn, drawn
from slopewise.rereading import Refit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LISTED = 5
"""As many names as a sentence takes."""


def partial_regression(refit: Refit, name: str, data: Any = None) -> Figure:
    """The partial regression (added variable) plot of the coefficient `name`: its slope is the coefficient.

    x_j and y, each less what the other columns of the fit explain, in a sample of its rows, or of `data`. Rows far out
    to the sides decide this coefficient; a bend asks for another term. Formulas: `slopewise.inference.partial`. Raises
    `ArgumentError` for a name that is no estimated coefficient, and where no rows were kept.
    """
    from slopewise.views.diagnostic_plots import partial_plot

    place = _coefficient(refit, name)
    theta = refit.solution.intercept if place is None else float(refit.solution.coefficients[place])
    shown, total = _shown(refit.kept, data)
    found = added_variable(refit.geometry, shown.X, shown.rows.y, place)
    return partial_plot(found.x, found.y, theta, name=name, rows=total, target=refit.kept.target)


def component_residual(refit: Refit, name: str, data: Any = None) -> Figure:
    """The component-plus-residual plot of the numeric column `name`, whose terms may bend: log(area), poly(area, 2).

    Σ θ_j (x_j − x̄_j) over the columns of the fit that are made of it alone, and that with the residual, against its
    values, in a sample of the rows of the fit or of `data`. Where the two part, the terms have the wrong shape.
    Formulas: `slopewise.inference.partial`. Raises `ArgumentError` for a category, a column in an interaction or in
    no term, and where no rows were kept; `UnknownColumn` for one that the formula does not read.
    """
    from slopewise.views.diagnostic_plots import component_plot

    places = _components(refit, name)
    shown, total = _shown(refit.kept, data)
    x = shown.rows.values([name])[name].cast("float64").to_numpy()
    found = component(refit.geometry, shown.X, shown.rows.y, places)
    return component_plot(x, found.fitted, found.y, name=name, rows=total, target=refit.kept.target)


def _shown(kept: Collected, data: Any) -> tuple[Drawn, int | None]:
    """The rows to draw, and of how many; None where a row may stand for several."""
    found = drawn(kept, data)
    return found, None if found.rows.frequency is not None else found.total


def _coefficient(refit: Refit, name: str) -> int | None:
    """Where a coefficient stands among the p columns; None for the intercept."""
    kept, solution = refit.kept, refit.solution
    names = ("Intercept",) * solution.has_intercept + kept.names
    if name not in names:
        raise ArgumentError(f"there is no coefficient {name!r}; {_nearest(name, names)}")
    if name == "Intercept" and solution.has_intercept:
        return None
    place = kept.names.index(name)
    if np.isnan(solution.coefficients[place]):
        raise ArgumentError(f"{name} was left out of the fit, as other columns determine it; draw one of those")
    return place


def _components(refit: Refit, name: str) -> list[int]:
    """The places of the estimated columns that are made of one numeric column alone."""
    kept = refit.kept
    if name not in kept.design.kinds:
        raise UnknownColumn(name, kept.design.inputs, where=f"the formula {kept.design.formula!r}")
    own: set[int] = set()
    for place, term in enumerate(kept.design.terms):
        read = {column for factor in term.factors for column in factor.columns}
        if name not in read:
            continue
        if term.categories and read == {name}:
            raise ArgumentError(
                f"{name} enters as a category, and has no line; draw partial_regression of one of its levels"
            )
        if read != {name} or term.categories:
            raise ArgumentError(
                f"{name} has part in {term.label} with other columns, so that what it contributes is not a line; draw "
                "partial_regression of a coefficient"
            )
        own.add(place)
    places = [j for j, column in enumerate(kept.coding.columns) if column.term in own]
    places = [j for j in places if not np.isnan(refit.solution.coefficients[j])]
    if not places:
        raise ArgumentError(
            f"{name} has no coefficient in this fit; draw one of {', '.join(kept.design.inputs[:LISTED])}"
        )
    return places


def _nearest(name: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"there are {', '.join(map(repr, names[:LISTED]))}" + ", …" * (len(names) > LISTED)
