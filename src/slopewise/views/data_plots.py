"""Pictures of rows: the data, the line through them, what the line leaves over, and the coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.errors import ShapeError
from slopewise.typing import Array, ArrayLike
from slopewise.views import style
from slopewise.views.labels import label, number

_ANNOTATED = 12
_LABEL_WIDTH = 0.11  # of the picture's width: a number of five digits
_MOST_BARS = 30
_SHORT = 18


def scatter(x: ArrayLike, y: ArrayLike, *, x_label: str = "x", y_label: str = "y", ax: Axes | None = None) -> Figure:
    """The rows (xᵢ, yᵢ) as they are; `x`, `y` (m,). More than 5 000 rows are drawn as a density.

    Raises `ShapeError` or `NotFinite` for columns that cannot be drawn.

    >>> figure = scatter([1.0, 2.0], [300.0, 500.0], x_label="size", y_label="price")
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
    ('size', 'price')
    """
    x, y = style.columns(x=x, y=y)
    ax = style.canvas(ax)
    style.dress(ax, f"{label(y_label)} against {label(x_label)}", label(x_label), label(y_label))
    _rows(ax, x, y)
    return style.figure_of(ax)


def line(
    x: ArrayLike,
    y: ArrayLike,
    intercept: float,
    slope: float,
    *,
    before: tuple[float, float] | None = None,
    x_label: str = "x",
    y_label: str = "y",
    ax: Axes | None = None,
) -> Figure:
    """The rows with the line f(x) = intercept + slope·x, and dashed the line `before` = (intercept, slope).

    Raises `ShapeError` or `NotFinite` for columns that cannot be drawn.

    >>> figure = line([1.0, 2.0], [300.0, 500.0], 100.0, 200.0, before=(0.0, 0.0), x_label="size", y_label="price")
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['before: price = 0 + 0 × size', 'after: price = 100 + 200 × size']
    """
    x, y = style.columns(x=x, y=y)
    ax = style.canvas(ax)
    x_name, y_name = label(x_label, _SHORT), label(y_label, _SHORT)
    style.dress(ax, f"{label(y_label)} against {label(x_label)}", label(x_label), label(y_label))
    _rows(ax, x, y)
    ends = np.asarray(ax.get_xlim())
    after = _on_line(intercept, slope, ends)
    heights = [after]
    if before is not None:
        heights.append(_on_line(*before, ends))
        text = f"before: {y_name} = {_equation(*before, x_name)}"
        ax.plot(ends, heights[-1], color=style.INK, linestyle="--", linewidth=1.6, label=text)
    text = f"{'' if before is None else 'after: '}{y_name} = {_equation(intercept, slope, x_name)}"
    ax.plot(ends, after, color=style.VERMILLION, linewidth=2.2, label=text)
    ax.set_ylim(_room(y, *heights))
    style.legend(ax)
    return style.figure_of(ax)


def residual_sticks(
    x: ArrayLike,
    y: ArrayLike,
    intercept: float,
    slope: float,
    *,
    x_label: str = "x",
    y_label: str = "y",
    ax: Axes | None = None,
) -> Figure:
    """A stick from each point to the line f(x) = intercept + slope·x, and J = (1/m) Σ ½(f(xᵢ) − yᵢ)².

    Up to 12 rows each stick says its ½(f(xᵢ) − yᵢ)²; beyond 5 000 the points are a density, without sticks. Raises
    `ShapeError` or `NotFinite`.

    >>> figure = residual_sticks([1.0, 2.0], [300.0, 500.0], 100.0, 100.0)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['5000', '20,000']
    """
    x, y = style.columns(x=x, y=y)
    ax = style.canvas(ax)
    fitted = _on_line(intercept, slope, x)
    with np.errstate(over="ignore"):
        shares = 0.5 * (fitted - y) ** 2
        cost = number(float(np.mean(shares)))
    few = len(x) <= _ANNOTATED
    mean = f"each stick says its ½(f − y)²; their mean is J = {cost}" if few else f"mean of ½(f − y)²: J = {cost}"
    title = f"f = {_equation(intercept, slope, label(x_label, _SHORT))}\n{mean}"
    style.dress(ax, title, label(x_label), label(y_label))
    _rows(ax, x, y)
    ends = np.asarray(style.span(x, margin=1.4 * _LABEL_WIDTH if few else 0.06))
    ax.set_xlim(ends[0], ends[1])
    ax.plot(ends, _on_line(intercept, slope, ends), color=style.VERMILLION, linewidth=2.2)
    if len(x) <= style.CROWD:
        ax.vlines(x, y, fitted, color=style.PURPLE, linewidth=1.8 if len(x) <= 100 else 0.5, zorder=1.5)
    ax.set_ylim(style.span(y, fitted, margin=0.12))
    if few:
        _say_shares(ax, x, fitted, y, shares, slope)
    return style.figure_of(ax)


def residuals(fitted: ArrayLike, actual: ArrayLike, *, target: str = "y", ax: Axes | None = None) -> Figure:
    """What is left over, yᵢ − f(xᵢ), against f(xᵢ); `fitted`, `actual` (m,) in the target's unit.

    Raises `ShapeError` or `NotFinite`.

    >>> figure = residuals([300.0, 480.0], [300.0, 500.0])
    >>> figure.axes[0].lines[0].get_ydata().tolist()
    [0.0, 20.0]
    """
    fitted, actual = style.columns(fitted=fitted, actual=actual)
    ax = style.canvas(ax)
    name = label(target, 24)
    style.dress(ax, "Residuals: what the model leaves over", f"predicted {name}", f"actual − predicted {name}")
    left = actual - fitted
    _rows(ax, fitted, left)
    ax.axhline(0.0, color=style.VERMILLION, linewidth=1.6)
    ax.set_ylim(style.span(left, [0.0]))
    return style.figure_of(ax)


def predicted_against_actual(
    actual: ArrayLike,
    predicted: ArrayLike,
    *,
    target: str = "y",
    r_squared: float | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Predictions against the truth, both (m,) in the target's unit, with the diagonal where they are equal.

    Raises `ShapeError` or `NotFinite`.

    >>> figure = predicted_against_actual([460.0, 232.0], [450.0, 240.0], target="price")
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_xlim() == figure.axes[0].get_ylim()
    ('actual price', True)
    """
    actual, predicted = style.columns(actual=actual, predicted=predicted)
    ax = style.canvas(ax)
    name = label(target)
    explained = "" if r_squared is None or not np.isfinite(r_squared) else f" (R²\u00a0=\u00a0{number(r_squared)})"
    style.dress(ax, f"Predicted against actual {name}{explained}", f"actual {name}", f"predicted {name}")
    _rows(ax, actual, predicted)
    limits = style.span(actual, predicted)
    ax.plot(limits, limits, color=style.VERMILLION, linestyle="--", linewidth=1.6, label="predicted = actual")
    ax.set_xlim(limits)
    ax.set_ylim(limits)
    style.legend(ax, "upper left")
    return style.figure_of(ax)


def coefficients(
    names: Sequence[str],
    estimate: ArrayLike,
    conf_low: ArrayLike,
    conf_high: ArrayLike,
    *,
    spread: ArrayLike | None = None,
    level: float = 0.95,
    target: str = "y",
    ax: Axes | None = None,
) -> Figure:
    """Estimates with their intervals, all (k,) without the intercept; NaN where there is none.

    With `spread` (k,), the columns' standard deviations, each is multiplied by its own: the change of the target when
    the column moves by one standard deviation, so that columns of different units can be compared. A column without
    an estimate (NaN) is left out; of more than 30 the largest are shown. Raises `ShapeError`.

    >>> figure = coefficients(["size", "age"], [140.0, -2.0], [130.0, -3.0], [150.0, -1.0])
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['size', 'age']
    """
    given = [np.asarray(part, dtype=np.float64) for part in (estimate, conf_low, conf_high)]
    factors = np.ones(len(names)) if spread is None else np.asarray(spread, dtype=np.float64)
    if any(part.shape != (len(names),) for part in (*given, factors)):
        raise ShapeError(f"estimate, conf_low, conf_high and spread must have shape ({len(names)},), one for each name")
    middle, low, high = (part * factors for part in given)
    shown = _largest(middle)
    ax = style.canvas(ax, rows=len(shown))
    unit = "" if spread is None else "\nper standard deviation"
    title = f"Coefficients, {number(100 * level)}\u00a0% intervals"
    if len(shown) < np.isfinite(middle).sum():
        title += f"\nthe {len(shown)} largest of {np.isfinite(middle).sum()}"
    style.dress(ax, title, f"change of {label(target, 28)}{unit}", "")
    middle, low, high = middle[shown], low[shown], high[shown]
    ax.axvline(0.0, color=style.GREY, linewidth=1.2, linestyle="--")
    style.intervals(ax, [label(names[k], 28) for k in shown], middle, low, high)
    ax.set_xlim(style.span(middle, low[np.isfinite(low)], high[np.isfinite(high)], [0.0]))
    return style.figure_of(ax)


def _largest(middle: Array) -> Array:
    """Positions of the estimates to show, in the order given."""
    finite = np.flatnonzero(np.isfinite(middle))
    order = np.argsort(-np.abs(middle[finite]), kind="stable")
    return np.sort(finite[order[:_MOST_BARS]])


def _rows(ax: Axes, x: Array, y: Array) -> None:
    style.points(ax, x, y)
    ax.set_xlim(style.span(x))
    ax.set_ylim(style.span(y))


def _on_line(intercept: float, slope: float, x: Array) -> Array:
    """The line's heights, held within what can be drawn."""
    with np.errstate(over="ignore", invalid="ignore"):
        return style.drawable(intercept + slope * x)


def _equation(intercept: float, slope: float, name: str) -> str:
    return f"{number(intercept)} {'−' if slope < 0 else '+'} {number(abs(slope))} × {name}"


def _room(y: Array, *heights: Array) -> tuple[float, float]:
    """Limits around the points, and around the lines as far as these do not press the points flat."""
    low, high = style.span(y)
    reach = 3 * (high - low)
    return style.span(y, *(np.clip(line, low - reach, high + reach) for line in heights))


def _say_shares(ax: Axes, x: Array, fitted: Array, y: Array, shares: Array, slope: float) -> None:
    """Each share beside the middle of its stick: on the side the line turns away from, if there is room."""
    low, high = ax.get_xlim()
    others = np.concatenate([[low, high], x])
    for k in range(len(x)):
        room_left = min((x[k] - o for o in others if o < x[k]), default=0.0)
        room_right = min((o - x[k] for o in others if o > x[k]), default=0.0)
        left = (y[k] > fitted[k]) == (slope > 0)
        if (room_left if left else room_right) < _LABEL_WIDTH * (high - low):
            left = room_left > room_right
        ax.annotate(
            number(shares[k], 3), (x[k], 0.5 * fitted[k] + 0.5 * y[k]), xytext=(-5 if left else 5, 0),
            textcoords="offset points", ha="right" if left else "left", va="center", bbox=style.GROUND,
            **style.text_style(8.5),
        )  # fmt: skip
