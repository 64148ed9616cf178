"""Pictures of partial effects: a curve with its band for a number, a mark with its interval for each level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from slopewise.errors import ArgumentError
from slopewise.typing import Array, IntArray
from slopewise.views import style
from slopewise.views.labels import count, label, number

MOST_LEVELS = 30
"""Levels that a picture names; of more, those with the lowest and the highest predictions."""

_PANEL, _TALL, _ACROSS, _NAME = 4.6, 3.7, 3, 24


class Curved(Protocol):
    """Average predictions (k,) and the ends of their intervals."""

    @property
    def of(self) -> str: ...
    @property
    def estimate(self) -> Array: ...
    @property
    def conf_low(self) -> Array: ...
    @property
    def conf_high(self) -> Array: ...


class Effective(Protocol):
    """What is drawn of a partial effect: see `slopewise.partial_effects.PartialEffect`."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def at(self) -> Array: ...
    @property
    def levels(self) -> tuple[str, ...]: ...
    @property
    def curves(self) -> Sequence[Curved]: ...
    @property
    def by(self) -> str: ...
    @property
    def rows(self) -> Array: ...
    @property
    def level(self) -> float: ...
    @property
    def dated(self) -> bool: ...


def effect(found: Effective, *, ax: Axes | None = None) -> Figure:
    """One partial effect: what is predicted on average, were every row at each value of the column, and how surely.

    Strokes at the foot are rows. Of more than 30 levels, the lowest and highest 15 are shown.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
    >>> effect(sw.fit("y ~ x", table).partial_effect("x")).axes[0].get_xlabel()
    'x'
    """
    ax = style.canvas(ax, rows=min(len(found.levels), MOST_LEVELS))
    if found.levels:
        _levels(ax, found)
    else:
        _curves(ax, found)
    return style.figure_of(ax)


def effects(found: Sequence[Effective]) -> Figure:
    """Partial effects side by side, up to three in a row, on one scale of predictions. Raises `ArgumentError` for none.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "f": list("abab"), "y": [1.0, 2.0, 4.0, 4.0]}
    >>> len(sw.fit("y ~ x + f", table).plot.effects().axes)
    2
    """
    if not found:
        raise ArgumentError("this model has no terms, so that no column has an effect; there is only its intercept")
    across = 2 if len(found) == 4 else min(len(found), _ACROSS)
    down = math.ceil(len(found) / across)
    figure = Figure(
        figsize=(_PANEL * across, _TALL * down),
        layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1),
        facecolor="white",
    )
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for each, ax in zip(found, panels, strict=False):
        effect(each, ax=ax)
    for ax in panels[len(found) :]:
        ax.set_axis_off()
    low, high = _common([each for each in found if not each.levels])
    for each, ax in zip(found, panels, strict=False):
        if not each.levels and low < high:
            ax.set_ylim(low, high)
    return figure


def _common(found: Sequence[Effective]) -> tuple[float, float]:
    """Limits of predictions that hold all curves."""
    ends = [end for each in found for curve in each.curves for end in (curve.conf_low, curve.conf_high, curve.estimate)]
    finite = [end[np.isfinite(end)] for end in ends]
    return style.span(*finite) if any(map(len, finite)) else (0.0, 0.0)


def _curves(ax: Axes, found: Effective) -> None:
    title = f"Effect of {label(found.name, 30)}"
    style.dress(ax, f"{title}{_whose(found)}", label(found.name), f"average predicted {label(found.target, _NAME)}")
    for place, curve in enumerate(found.curves):
        colour, dashes, marker = style.SERIES[place % len(style.SERIES)]
        known = np.isfinite(curve.conf_low) & np.isfinite(curve.conf_high)
        ax.fill_between(
            found.at, style.drawable(curve.conf_low), style.drawable(curve.conf_high), where=known.tolist(),
            color=colour, alpha=0.16, linewidth=0,
        )  # fmt: skip
        ax.plot(
            found.at, style.drawable(curve.estimate), color=colour, linestyle=dashes, linewidth=2.0,
            marker=marker if len(found.at) <= 12 else "", markersize=4.5,
            label=f"{label(found.by, 14)} {label(curve.of, 18)}",
        )  # fmt: skip
    ends = [end for c in found.curves for end in (c.conf_low, c.conf_high, c.estimate)]
    ax.set_xlim(style.span(found.at, margin=0.03))
    ax.set_ylim(style.span(*(end[np.isfinite(end)] for end in ends)))
    _strokes(ax, found.rows)
    if found.dated:
        _dates(ax)
    if found.by:
        style.legend(ax)


def _levels(ax: Axes, found: Effective) -> None:
    (curve,) = found.curves
    shown = _shown(curve.estimate)
    title = f"Effect of {label(found.name, 30)}{_whose(found)}"
    if len(shown) < len(found.levels):
        title += f"\nthe lowest and highest {len(shown)} of {count(len(found.levels))} levels"
    style.dress(ax, title, f"average predicted {label(found.target, _NAME)}", "")
    low, middle, high = (np.asarray(part)[shown] for part in (curve.conf_low, curve.estimate, curve.conf_high))
    style.intervals(ax, [label(found.levels[k], 20) for k in shown], middle, low, high)
    ax.set_xlim(style.span(*(end[np.isfinite(end)] for end in (low, middle, high))))


def _shown(estimate: Array) -> IntArray:
    """The places of the levels to show, in their order where all are, else by their predictions."""
    if len(estimate) <= MOST_LEVELS:
        return np.arange(len(estimate))
    order = np.argsort(np.where(np.isfinite(estimate), estimate, np.inf), kind="stable")
    order = order[: int(np.isfinite(estimate).sum())]
    half = MOST_LEVELS // 2
    return order if len(order) <= MOST_LEVELS else np.concatenate([order[:half], order[-half:]])


def _whose(found: Effective) -> str:
    level = f"{number(100 * found.level)}\u00a0% intervals"
    return f"\n{level}, by {label(found.by, _NAME)}" if found.by else f"\n{level}, others as they are"


def _strokes(ax: Axes, rows: Array) -> None:
    """A short stroke at the foot for each row, thinner where there are many."""
    shown = rows[np.isfinite(rows)]
    ax.plot(
        shown, np.full(len(shown), 0.012), "|", color=style.INK, markersize=6, markeredgewidth=0.7,
        alpha=max(0.06, min(0.7, 60 / max(len(shown), 1))), transform=ax.get_xaxis_transform(), clip_on=True,
    )  # fmt: skip


def _dates(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(maxticks=6)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
