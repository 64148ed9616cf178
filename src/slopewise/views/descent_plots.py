"""Pictures of a run: the cost step by step, and what happens when the learning rate is too large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.errors import ArgumentError, NotFinite, ShapeError
from slopewise.solvers.descent import Descent
from slopewise.typing import Array, ArrayLike
from slopewise.views import style
from slopewise.views.labels import count, label, number
from slopewise.views.section import parameter_names

_DRAWN = 2_000  # bins in which a long curve keeps its lowest and highest point
_SWINGS = 40


def learning_curve(
    costs: ArrayLike, *, minimum: float | None = None, log: bool = False, first: int = 100, ax: Axes | None = None
) -> Figure:
    """The cost after each step, `costs` (k + 1,) from the start on: the `first` steps beside the whole run.

    A run of at most `first` steps, or a given `ax`, gets the whole only. `minimum` is J*, drawn as a dashed line.
    `log=True` makes the cost axis logarithmic and, where `minimum` is given, shows J − J*, which falls along a straight
    line at the pace of the slowest mode; steps that have reached zero are left out there, and where all have, the axis
    is linear. Raises `ShapeError`, `NotFinite`, or `ArgumentError` for first < 1.

    >>> figure = learning_curve(85_000 * 0.9 ** np.arange(301))
    >>> [panel.get_title(loc="left") for panel in figure.axes]
    ['The first 100 steps', 'All 300 steps']
    """
    J = np.asarray(costs, dtype=np.float64)
    if J.ndim != 1 or not len(J):
        raise ShapeError(f"costs have the shape {J.shape}; give the cost at the start and after each step, (k + 1,)")
    if not np.isfinite(J).all():
        step = int(np.argmin(np.isfinite(J)))
        raise NotFinite(f"the cost after step {step} is {J[step]}; cut the run before it")
    if first < 1:
        raise ArgumentError(f"first={first!r} is not a number of steps to show; give 1 or more")
    if ax is not None or len(J) - 1 <= first:
        ax = style.canvas(ax)
        _curve(ax, J, minimum, log, "Cost after each step")
        return style.figure_of(ax)
    figure, panels = style.row_of_panels(2)
    _curve(panels[0], J[: first + 1], minimum, log, f"The first {count(first)} steps")
    _curve(panels[1], J, minimum, log, f"All {count(len(J) - 1)} steps")
    return figure


def diverging(descent: Descent, *, names: Sequence[str] | None = None) -> Figure:
    """A run whose learning rate is too large: the cost rising, and the parameters swinging ever farther.

    The first 40 steps; `names` (p,) are the features'. Draws any other run as well. Raises `ShapeError`.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.descent import descend
    >>> run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.8, iterations=10)
    >>> print(diverging(run, names=["size"]).axes[0].get_title(loc="left"))
    Learning rate 0.8; stable below 0.5836
    the last step multiplied the cost by 3.033
    """
    figure, (left, right) = style.row_of_panels(2)
    costs = descent.costs[: _SWINGS + 1]
    _curve(left, costs, None, True, _rate_title(descent))
    swings(right, descent, names)
    return figure


def swings(ax: Axes, descent: Descent, names: Sequence[str] | None = None) -> None:
    """The parameters after each of the first steps, on an axis that holds both signs and many powers of ten."""
    known = parameter_names(names, len(descent.coefficients), descent.scaling.intercept)
    shown = descent.steps <= _SWINGS
    style.dress(ax, f"The parameters, the first {count(int(descent.steps[shown][-1]))} steps", "step", "parameter")
    style.linear_ticks(ax.xaxis, 5, whole=True)
    ax.set_autoscale_on(False)
    ax.set_xlim(style.span(descent.steps[shown], margin=0.03))
    for k, (name, look) in enumerate(zip(known, style.SERIES, strict=False)):
        colour, dashes, marker = look
        ax.plot(
            descent.steps[shown], descent.path[shown, k], color=colour, linestyle=dashes, marker=marker,
            markersize=4.5, label=label(name, 28),
        )  # fmt: skip
    style.both_signs(ax, descent.path[shown, : len(style.SERIES)])
    if len(known) > len(style.SERIES):
        ax.set_ylabel(f"parameter (the first {len(style.SERIES)} of {len(known)})", **style.text_style())
    style.legend(ax)


def _rate_title(descent: Descent) -> str:
    title = f"Learning rate {number(descent.learning_rate)}; stable below {number(descent.stable_below)}"
    if len(descent.costs) < 2 or not descent.costs[-2] > 0:
        return title
    return f"{title}\nthe last step multiplied the cost by {number(descent.costs[-1] / descent.costs[-2])}"


def _curve(ax: Axes, costs: Array, minimum: float | None, log: bool, title: str) -> None:
    """One panel; a logarithmic axis only where there is something above zero to show."""
    excess = log and minimum is not None
    heights = costs - minimum if excess and minimum is not None else costs
    steps, heights = _thinned(heights)
    log = log and bool((heights > 0).any())
    drawn = heights > 0 if log else heights <= style.LARGEST
    steps, heights = steps[drawn], heights[drawn]
    marker = "o" if len(steps) <= 60 else ""
    style.dress(ax, title, "step", "cost above the minimum, J − J*" if excess else "cost J")
    style.linear_ticks(ax.xaxis, 5, whole=True)
    ax.set_autoscale_on(False)  # the margins of matplotlib overflow where a run ends at the edge of the floats
    ax.plot(steps, heights, color=style.BLUE, linewidth=1.8, marker=marker, markersize=4)
    ax.set_xlim(style.span([0.0, len(costs) - 1], margin=0.03))
    if log:
        style.logarithmic(ax, heights)
        return
    if minimum is not None and not excess:
        ax.axhline(minimum, color=style.VERMILLION, linestyle="--", linewidth=1.4, label=f"minimum {number(minimum)}")
        style.legend(ax)
    ax.set_ylim(style.span(heights, [] if minimum is None or excess else [minimum]))


def _thinned(heights: Array) -> tuple[Array, Array]:
    """Step numbers and heights; of a long run the ends and the lowest and highest point of each of `_DRAWN` bins."""
    last = len(heights) - 1
    steps = np.arange(last + 1, dtype=np.float64)
    if last < 3 * _DRAWN:
        return steps, heights
    size = last // _DRAWN + 1
    bins = np.pad(heights, (0, size * _DRAWN - last - 1), mode="edge").reshape(_DRAWN, size)
    offsets = np.arange(_DRAWN) * size
    kept = np.concatenate([[0, last], offsets + bins.argmin(axis=1), offsets + bins.argmax(axis=1)])
    kept = np.unique(np.minimum(kept, last))
    return steps[kept], heights[kept]
