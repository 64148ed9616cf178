"""One figure for one question: what a fit, or a descent, looks like at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from slopewise.inference.estimates import Estimates
from slopewise.moments import Moments
from slopewise.solvers.descent import Descent
from slopewise.typing import ArrayLike
from slopewise.views import style
from slopewise.views.cost_plots import contours
from slopewise.views.data_plots import coefficients, line, predicted_against_actual, residuals
from slopewise.views.descent_plots import learning_curve, swings
from slopewise.views.labels import count, number, steps
from slopewise.views.slice_plots import cost_slice


def fit_overview(
    actual: ArrayLike,
    predicted: ArrayLike,
    estimates: Estimates,
    moments: Moments,
    *,
    names: Sequence[str],
    target: str = "y",
    x: ArrayLike | None = None,
    r_squared: float | None = None,
    rows: int | None = None,
) -> Figure:
    """A fit at a glance, from rows (`actual`, `predicted`, (m,)) and the estimates over the parameters `names` (k,).

    `names[0]` is "Intercept" if the model has one; `moments` are those it was fitted from. With `x` (m,), the values
    of its only feature: the data with the line, and the residuals. Otherwise: predicted against actual, and each
    coefficient with its interval, per standard deviation of its column, or without a feature the residuals. Where
    the fit had more `rows` than are drawn, the figure says so. Raises `ShapeError` or `NotFinite`.

    >>> from slopewise.inference.estimates import estimates
    >>> from slopewise.solvers.exact import solve
    >>> rows = Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    >>> found = estimates(rows, solve(rows))
    >>> figure = fit_overview([1.0, 2.0, 4.0], [0.8, 2.3, 3.8], found, rows, names=["Intercept", "size"])
    >>> len(figure.axes)
    2
    """
    figure, (left, right) = style.row_of_panels(2)
    drawn = len(np.atleast_1d(actual))
    if rows is not None and rows > drawn:
        style.headline(figure, f"{count(drawn)} of {count(rows)} rows are drawn")
    first = int(len(names) > moments.p)
    if x is not None:
        b = float(estimates.estimate[0]) if first else 0.0
        line(x, actual, b, float(np.nan_to_num(estimates.estimate[-1])), x_label=names[-1], y_label=target, ax=left)
        residuals(predicted, actual, target=target, ax=right)
        return figure
    predicted_against_actual(actual, predicted, target=target, r_squared=r_squared, ax=left)
    if not moments.p:
        residuals(predicted, actual, target=target, ax=right)
        return figure
    spread = np.sqrt(np.maximum(np.diagonal(moments.centred)[:-1], 0.0) / moments.weight)
    e = estimates
    coefficients(
        names[first:], e.estimate[first:], e.conf_low[first:], e.conf_high[first:],
        spread=spread, level=e.level, target=target, ax=right,
    )  # fmt: skip
    return figure


def descent_overview(
    moments: Moments,
    descent: Descent,
    *,
    names: Sequence[str],
    target: str = "y",
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
) -> Figure:
    """A descent at a glance: the learning curve, the level lines with the path, and the line before and after.

    `names` (p,) are the features'; `x`, `y` (m,) the rows of a model of one feature, without which the line is left
    out. A run that diverged shows its swinging parameters instead. With a single parameter a slice of the cost stands
    for the level lines. Raises `ShapeError` or `NotFinite`.

    >>> from slopewise.solvers.descent import descend
    >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> run = descend(houses, iterations=200)
    >>> figure = descent_overview(houses, run, names=["size"], x=[1.0, 2.0], y=[300.0, 500.0])
    >>> len(figure.axes)
    3
    """
    diverged = descent.status == "diverged"
    has_line = diverged or (x is not None and y is not None)
    figure, panels = style.row_of_panels(3 if has_line else 2)
    rates = f"stable below {number(descent.stable_below)}, best {number(descent.best_rate)}"
    run = f"{steps(descent.iterations)} at learning rate {number(descent.learning_rate)}: {descent.status}"
    style.headline(figure, f"{run}   ({rates})")
    learning_curve(descent.costs, minimum=None if diverged else descent.minimum, log=_wide(descent), ax=panels[0])
    intercept = descent.scaling.intercept
    if moments.p + intercept >= 2:
        contours(moments, descent, names=names, ax=panels[1])
    else:
        cost_slice(moments, names=names, intercept=intercept, ax=panels[1])
    if diverged:
        swings(panels[2], descent, names)
    elif x is not None and y is not None:
        start, end = (np.append(np.zeros(1 - intercept), theta) for theta in (descent.path[0], descent.path[-1]))
        line(x, y, end[0], end[1], before=(start[0], start[1]), x_label=names[0], y_label=target, ax=panels[2])
    return figure


def _wide(descent: Descent) -> bool:
    """True where the cost runs over more than three powers of ten."""
    positive = descent.costs[descent.costs > 0]
    return len(positive) > 0 and bool(positive.max() > 1e3 * positive.min())
