"""Pictures of residuals: against predictions, against normal errors, their spread, and against leverage.

Each says of how many rows it shows some; what moves the fit most is marked and named. The curves are those of
`slopewise.inference.quantiles`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.inference.quantiles import cooks_contour, normal_quantiles, running_quantiles
from slopewise.typing import Array, ArrayLike, IntArray
from slopewise.views import style
from slopewise.views.labels import count, label, number

SPREAD = 0.8213
"""The median of √|z| for z standard normal."""

CONTOURS = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001)
"""Cook's distances of which the two largest that cross a picture are drawn."""

BAND = "#d9e4ee"
_NAME, _SIDE, _TAIL = 24, 0.62, 150

Marks = Sequence[tuple[str, float, float]]
"""Names of rows and where they are."""


def residuals_along(
    fitted: ArrayLike,
    residual: ArrayLike,
    *,
    rows: int | None = None,
    target: str = "y",
    marks: Marks = (),
    ax: Axes | None = None,
) -> Figure:
    """Residuals against predictions (m,), in target units, with their running median and the middle 80 %.

    `rows`: how many there are in all, if only some are given; `marks`: names of rows, and where to write them. Raises
    `ShapeError` or `NotFinite`.

    >>> figure = residuals_along([300.0, 480.0], [5.0, -5.0], rows=1000)
    >>> figure.axes[0].get_title(loc="left")
    'Residuals against predictions\\n2 of 1000 rows'
    """
    fitted, residual = style.columns(fitted=fitted, residual=residual)
    name = label(target, _NAME)
    ax = _begun(ax, "Residuals against predictions", fitted, rows, f"predicted {name}", f"actual − predicted {name}")
    style.points(ax, fitted, residual)
    ax.axhline(0.0, color=style.INK, linewidth=1.0)
    course = running_quantiles(fitted, residual)
    if len(course.at):
        low, middle, high = course.quantiles
        ax.plot(course.at, middle, color=style.VERMILLION, linewidth=2.0, zorder=4, label="median of the rows there")
        for end, said in ((low, "their middle 80\u00a0%"), (high, None)):
            ax.plot(course.at, end, color=style.VERMILLION, linewidth=1.3, linestyle="--", zorder=4, label=said)
        style.legend(ax)
    _limits(ax, fitted, residual, marks)
    _say(ax, marks)
    return style.figure_of(ax)


def normal_plot(std_residual: ArrayLike, *, rows: int | None = None, ax: Axes | None = None) -> Figure:
    """Standardised residuals (m,), sorted, against what they would be were the errors normal.

    The band holds all points of normal errors together in 95 of 100 samples. Raises `ShapeError` or `NotFinite`.

    >>> normal_plot([-1.0, 0.0, 1.0]).axes[0].get_ylabel()
    'standardised residual'
    """
    (values,) = style.columns(std_residual=std_residual)
    title = "Normal Q–Q: a bend is skew, long tails turn away"
    ax = _begun(ax, title, values, rows, "expected of normal errors", "standardised residual")
    points = normal_quantiles(values)
    outline = _outline(len(points.expected))
    ax.fill_between(
        points.expected[outline],
        points.low[outline],
        points.high[outline],
        color=BAND,
        linewidth=0,
        zorder=1.5,
        label="95 % band of normal errors",
    )
    ends = np.array(style.span(points.expected))
    ax.plot(ends, ends, color=style.VERMILLION, linewidth=1.6, zorder=1.8)
    style.points(ax, points.expected, points.found)
    ax.set_xlim(*ends)
    ax.set_ylim(style.span(points.found, points.expected))
    style.legend(ax, "upper left")
    return style.figure_of(ax)


def spread_along(
    fitted: ArrayLike, std_residual: ArrayLike, *, rows: int | None = None, target: str = "y", ax: Axes | None = None
) -> Figure:
    """√|standardised residual| against predictions, both (m,), with the running median: level for constant variance.

    Raises `ShapeError` or `NotFinite`.

    >>> spread_along([300.0, 480.0], [1.0, -1.0]).axes[0].get_ylabel()
    '√|standardised residual|'
    """
    fitted, values = style.columns(fitted=fitted, std_residual=std_residual)
    title, name = "Spread: level where the variance is constant", label(target, _NAME)
    ax = _begun(ax, title, fitted, rows, f"predicted {name}", "√|standardised residual|")
    size = np.sqrt(np.abs(values))
    style.points(ax, fitted, size)
    ax.axhline(SPREAD, color=style.INK, linewidth=1.0, linestyle="--", label="median of normal errors")
    course = running_quantiles(fitted, size, (0.5,))
    if len(course.at):
        ax.plot(
            course.at,
            course.quantiles[0],
            color=style.VERMILLION,
            linewidth=2.0,
            zorder=4,
            label="median of the rows there",
        )
    ax.set_xlim(style.span(fitted))
    ax.set_ylim(0.0, 1.15 * style.span(size, [SPREAD])[1])  # with room for the legend
    style.legend(ax, "upper right")
    return style.figure_of(ax)


def leverage_plot(
    leverage: ArrayLike,
    std_residual: ArrayLike,
    *,
    rank: int,
    limit: float,
    rows: int | None = None,
    marks: Marks = (),
    ax: Axes | None = None,
) -> Figure:
    """Standardised residuals against leverage, both (m,), with contours of Cook's distance for a fit of this `rank`.

    `limit`: the leverage that is high from there on. Raises `ShapeError` or `NotFinite`.

    >>> leverage_plot([0.5, 0.6], [1.0, -2.0], rank=2, limit=0.9).axes[0].get_xlabel()
    'leverage'
    """
    leverage, values = style.columns(leverage=leverage, std_residual=std_residual)
    title = "Leverage, and Cook's distance: what moves the fit"
    ax = _begun(ax, title, leverage, rows, "leverage", "standardised residual")
    style.points(ax, leverage, values)
    _limits(ax, leverage, values, marks)
    low, high = ax.get_ylim()
    ax.set_xlim(0.0, ax.get_xlim()[1])
    ax.set_ylim(low, high + 0.25 * (high - low))  # with room for the legend
    ax.axhline(0.0, color=style.INK, linewidth=1.0)
    if limit < ax.get_xlim()[1]:
        ax.axvline(limit, color=style.GREY, linewidth=1.0, linestyle=":", label=f"3r/n = {number(limit, 2)}")
    _contours(ax, rank)
    if ax.get_legend_handles_labels()[1]:
        style.legend(ax, "upper right")
    _say(ax, marks)
    return style.figure_of(ax)


def partial_plot(
    x: ArrayLike,
    y: ArrayLike,
    slope: float,
    *,
    name: str,
    rows: int | None = None,
    target: str = "y",
    ax: Axes | None = None,
) -> Figure:
    """A column and the target (m,), each less what the other columns explain; the line's slope is the coefficient.

    Raises `ShapeError` or `NotFinite`.

    >>> partial_plot([1.0, -1.0], [2.0, -2.0], 2.0, name="size", target="price").axes[0].get_xlabel()
    'size, less what other columns say of it'
    """
    x, y = style.columns(x=x, y=y)
    shown = label(name, 32)
    across, up = f"{shown}, less what other columns say of it", f"{label(target, _NAME)}, less the same"
    ax = _begun(ax, f"What {shown} adds to the other columns", x, rows, across, up)
    _scatter(ax, x, y)
    ends = np.array(style.span(x))
    ax.plot(
        ends,
        style.drawable(slope * ends),
        color=style.INK,
        linewidth=1.8,
        zorder=4.5,
        label=f"coefficient {number(slope)}",
    )
    _median(ax, x, y)
    return style.figure_of(ax)


def component_plot(
    x: ArrayLike,
    fitted: ArrayLike,
    y: ArrayLike,
    *,
    name: str,
    rows: int | None = None,
    target: str = "y",
    ax: Axes | None = None,
) -> Figure:
    """What a column `x` contributes, `fitted`, and that with the residual, `y`, all (m,): where they part, it bends.

    Raises `ShapeError` or `NotFinite`.

    >>> component_plot([1.0, 2.0], [2.0, 4.0], [2.1, 3.9], name="size", target="price").axes[0].get_xlabel()
    'size'
    """
    x, fitted, y = style.columns(x=x, fitted=fitted, y=y)
    title = f"What {label(name, 32)} contributes, and the residual with it"
    ax = _begun(ax, title, x, rows, label(name), f"part of {label(target, _NAME)}, with the residual")
    _scatter(ax, x, y)
    order = np.argsort(x, kind="stable")
    ax.plot(x[order], fitted[order], color=style.INK, linewidth=1.8, zorder=4.5, label="as fitted")
    _median(ax, x, y)
    return style.figure_of(ax)


def _outline(n: int) -> IntArray:
    """Places of n sorted points that show a smooth outline: both tails whole, and between them every so many."""
    if n <= 2 * _TAIL:
        return np.arange(n)
    inside = np.linspace(_TAIL, n - _TAIL - 1, _TAIL).astype(np.intp)
    return np.unique(np.concatenate([np.arange(_TAIL), inside, np.arange(n - _TAIL, n)]))


def _begun(ax: Axes | None, title: str, drawn: Array, rows: int | None, across: str, up: str) -> Axes:
    """Axes with a title, which says of how many rows these are, and the names of both directions."""
    ax = style.canvas(ax)
    style.dress(ax, f"{title}\n{_extent(drawn, rows)}", across, up)
    return ax


def _extent(drawn: Array, rows: int | None) -> str:
    """How many rows are shown, of how many."""
    m = len(drawn)
    if rows is not None and rows > m:
        return f"{count(m)} of {count(rows)} rows"
    return f"{count(m)} row{'s' * (m != 1)}"


def _limits(ax: Axes, x: Array, y: Array, marks: Marks) -> None:
    ax.set_xlim(style.span(x, [place for _, place, _ in marks]))
    ax.set_ylim(style.span(y, [0.0], [place for _, _, place in marks]))


def _scatter(ax: Axes, x: Array, y: Array) -> None:
    style.points(ax, x, y)
    ax.set_xlim(style.span(x))
    ax.set_ylim(style.span(y))


def _median(ax: Axes, x: Array, y: Array) -> None:
    """The running median, which a straight line should follow, and the legend."""
    course = running_quantiles(x, y, (0.5,))
    if len(course.at):
        ax.plot(
            course.at, course.quantiles[0], color=style.VERMILLION, linewidth=2.0, linestyle="--", zorder=5,
            label="running median",
        )  # fmt: skip
    style.legend(ax)


def _contours(ax: Axes, rank: int) -> None:
    """The two largest of some Cook's distances whose contours cross the picture, each with its figure at its end."""
    right, (low, high) = ax.get_xlim()[1], ax.get_ylim()
    h = np.linspace(0.0, min(right, 1.0), 401)[1:]
    seen = 0
    for distance in CONTOURS:
        curve = cooks_contour(h, distance, rank)
        if seen == 2 or not (curve[-1] < 0.93 * high or -curve[-1] > 0.93 * low):
            continue
        dashes = ("-", "--")[seen]
        for side in (curve, -curve):
            inside = (side > low) & (side < high)
            ax.plot(h[inside], side[inside], color=style.PURPLE, linewidth=1.3, linestyle=dashes, zorder=2.5)
        ax.plot(
            [], [], color=style.PURPLE, linewidth=1.3, linestyle=dashes, label=f"Cook's distance {number(distance)}"
        )
        seen += 1


def _say(ax: Axes, marks: Marks) -> None:
    """A ring around each marked row, and its name beside it, moved up or down where names would meet."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    box, figure = ax.get_position(), style.figure_of(ax)
    tall = 72 * box.height * figure.get_figheight()
    taken: list[tuple[bool, float]] = []
    for name, x, y in sorted(marks, key=lambda mark: -mark[2]):
        right = (x - x0) / (x1 - x0) > _SIDE
        height = (y - y0) / (y1 - y0) * tall
        wanted = height
        for side, other in taken:
            if side == right and wanted > other - 11:
                wanted = other - 11
        taken.append((right, wanted))
        ax.plot(
            [x], [y], "o", color="none", markeredgecolor=style.VERMILLION, markeredgewidth=1.4, markersize=8, zorder=5
        )
        ax.annotate(
            label(name, _NAME), (x, y), xytext=(-8 if right else 8, wanted - height), textcoords="offset points",
            ha="right" if right else "left", va="center", zorder=6, bbox=style.GROUND,
            **style.text_style(8.5),
        )  # fmt: skip
