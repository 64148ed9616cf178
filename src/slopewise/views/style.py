"""The look of every picture, set on the figure itself: no global state of matplotlib is read or changed.

Colours are Okabe and Ito's (2008, "Color Universal Design"), and nothing depends on colour alone: what has its own
colour also has its own marker or dashes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from slopewise.errors import ArgumentError, NotFinite, ShapeError
from slopewise.typing import Array, ArrayLike
from slopewise.views.labels import Decades, Numbers, families, number

INK, GREY, GRID = "#222222", "#6b6b6b", "#e3e3e3"
BLACK, ORANGE, GREEN, BLUE, VERMILLION, PURPLE = "#000000", "#e69f00", "#009e73", "#0072b2", "#d55e00", "#cc79a7"
SERIES = ((BLUE, "-", "o"), (VERMILLION, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D"), (ORANGE, "-", "v"))
"""Colour, dashes and marker of the first, second … of several series."""

DEPTHS = LinearSegmentedColormap.from_list("depths", ["#d8e6f2", "#5f9ac6", "#123a5c"])
GROUND = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
"""What a text stands on where lines pass under it."""

CROWD = 5_000
"""Rows beyond which points are drawn as a density: markers would hide each other and fill the file."""

LARGEST = 1e306
"""What matplotlib can lay linear axes around."""

_WIDTH, _HEIGHT = 6.4, 4.6
_ROW = 0.2  # inches that a name takes of the height, and
_AROUND = 1.3  # what stands above and below all of them


def canvas(ax: Axes | None, projection: str | None = None, *, rows: int = 0) -> Axes:
    """`ax` itself, or the axes of a new figure of one picture, tall enough for `rows` names under one another."""
    if ax is not None:
        return ax
    tall = max(_HEIGHT, _AROUND + _ROW * rows)
    figure = Figure(figsize=(_WIDTH, tall), layout="constrained", facecolor="white")
    return figure.add_subplot(projection=projection)


def row_of_panels(count: int) -> tuple[Figure, list[Axes]]:
    """A new figure of `count` pictures side by side."""
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
    figure = Figure(figsize=(5.2 * count, _HEIGHT), layout=layout, facecolor="white")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])


def headline(figure: Figure, text: str) -> None:
    """A line above all the panels."""
    figure.suptitle(text, x=0.01, ha="left", **text_style(11))


def figure_of(ax: Axes) -> Figure:
    """The whole figure that `ax` is part of."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ArgumentError("these axes belong to no figure any more; make new ones")
    return figure


def text_style(size: float = 9.5, color: str = INK) -> dict[str, Any]:
    """What every text is told, so that the reader's own settings of matplotlib change no picture."""
    return {"fontsize": size, "color": color, "fontfamily": families()}


def dress(ax: Axes, title: str, x: str, y: str) -> None:
    """Title (broken into lines that fit the axes), axis labels, light grid and our tick labels."""
    ax.set_title(_fitted(ax, title), loc="left", pad=8, **text_style(10.5))
    ax.set_xlabel(x, **text_style())
    ax.set_ylabel(y, **text_style())
    ax.set_facecolor("white")
    ax.set_axisbelow(True)
    ax.grid(visible=True, color=GRID, linewidth=0.7, linestyle="-", alpha=1.0)
    ax.tick_params(labelsize=8.5, labelcolor=INK, color=GREY, labelfontfamily=families())
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GREY)
        spine.set_linewidth(0.8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_offset_text().set(**text_style(8.5))
    linear_ticks(ax.xaxis, 5)
    linear_ticks(ax.yaxis)


def dress_bowl(ax: Axes, title: str, x: str, y: str) -> None:
    """As `dress`, for axes in three dimensions with the cost upward."""
    if ax.name != "3d":
        raise ArgumentError('a bowl needs axes in three dimensions; make them with projection="3d"')
    dress(ax, title, x, y)
    bowl_axes: Any = ax
    bowl_axes.set_zlabel("cost J", **text_style())
    linear_ticks(bowl_axes.zaxis)
    for axis in (bowl_axes.xaxis, bowl_axes.yaxis, bowl_axes.zaxis):
        linear_ticks(axis, 4)
        axis.labelpad = 6
        axis.set_pane_color((1.0, 1.0, 1.0, 1.0))
    bowl_axes.tick_params(axis="z", pad=8)
    bowl_axes.zaxis.labelpad = 18
    bowl_axes.computed_zorder = False  # the path is drawn over the surface that it lies on
    bowl_axes.view_init(elev=32, azim=-56)
    bowl_axes.set_box_aspect((1, 1, 0.8), zoom=0.89)


def surface(ax: Axes, x: Array, y: Array, height: Array) -> None:
    """A surface, darker where it is higher."""
    bowl_axes: Any = ax
    every = {"rcount": x.shape[0], "ccount": x.shape[1]}
    bowl_axes.plot_surface(x, y, height, cmap=DEPTHS, alpha=0.75, linewidth=0.2, edgecolor="white", **every)


def linear_ticks(axis: Axis, count: int = 6, *, whole: bool = False) -> None:
    """At most `count` + 1 round numbers; `whole` ones for what is counted."""
    axis.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10], integer=whole))
    axis.set_major_formatter(Numbers())


def logarithmic(ax: Axes, values: Array) -> None:
    """A logarithmic y axis for positive `values`: powers of ten, or round numbers within one power of ten."""
    low, high = np.log10(values.min()), np.log10(values.max())
    margin = 0.05 * (high - low) or 0.1
    ax.set_ylim(10.0 ** max(low - margin, -307.0), 10.0 ** min(high + margin, 308.2))  # first: scaling rescales
    ax.set_yscale("log")
    if high - low >= 1:
        powers = 10.0 ** _decades(low, high)
        _decade_ticks(ax.yaxis, powers)
        if len(powers) <= 2:
            _between(ax.yaxis, low, high)
    else:
        linear_ticks(ax.yaxis)
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_minor_formatter(NullFormatter())


def both_signs(ax: Axes, values: Array) -> None:
    """A y axis that is linear near zero and logarithmic beyond, for `values` of both signs over many powers of ten."""
    sizes = np.abs(values[values != 0])
    largest = float(sizes.max(initial=0.0)) or 1.0
    threshold = max(float(sizes.min(initial=largest)), 1e-30 * largest)
    top = 3 * float(drawable(largest))
    ax.set_ylim(-top if (values < 0).any() else 0.0, top)  # first: scaling rescales
    ax.set_yscale("symlog", linthresh=threshold)
    low, high = np.log10(threshold), np.log10(largest)
    powers = 10.0 ** _decades(low + (high - low) / 6, high, 4)  # the lowest would crowd upon the zero
    _decade_ticks(ax.yaxis, np.concatenate([-powers[::-1], [0.0], powers]))


def intervals(ax: Axes, names: Sequence[str], middle: Array, low: Array, high: Array) -> None:
    """A mark and its interval for each of the `names` (k,), the first on top; NaN ends are left out."""
    places = np.arange(len(names))
    known = np.isfinite(low) & np.isfinite(high)
    ax.hlines(places[known], low[known], high[known], color=BLUE, linewidth=2.2)
    ax.plot(middle, places, "o", color=BLUE, markersize=5.5)
    inches = float(ax.get_position().height) * figure_of(ax).get_figheight()
    ax.set_yticks(places, names)
    ax.tick_params(axis="y", labelsize=8.5 if inches >= 0.15 * len(names) else 6.5)
    ax.set_ylim(len(names) - 0.4, -0.6)


def _decades(low: float, high: float, count: int = 8) -> Array:
    """Up to `count` whole exponents at equal steps from `low` to `high`."""
    first, last = int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9))
    return np.arange(first, last + 1, max(-(-(last - first + 1) // count), 1), dtype=np.float64)


def _decade_ticks(axis: Axis, powers: Array) -> None:
    axis.set_major_locator(FixedLocator(powers.tolist()))
    axis.set_major_formatter(Decades())
    axis.set_minor_locator(NullLocator())


def _between(axis: Axis, low: float, high: float) -> None:
    """Two and five times the powers of ten as well, where these alone would say too little."""
    exponents = np.arange(np.floor(low), np.floor(high) + 1)
    places = np.add.outer(exponents, np.log10([1.0, 2.0, 5.0])).ravel()
    axis.set_major_locator(FixedLocator((10.0 ** places[(places >= low) & (places <= high)]).tolist()))
    axis.set_major_formatter(FuncFormatter(_two_digits))


def _two_digits(x: float, _: int | None) -> str:
    return number(x, 2)


def legend(ax: Axes, location: str = "best") -> None:
    """The legend of what has a label, on white."""
    look: dict[str, Any] = {"prop": {"family": families(), "size": 8.5}, "labelcolor": INK, "loc": location}
    ax.legend(frameon=True, facecolor="white", edgecolor=GRID, framealpha=0.9, fancybox=False, **look)


def tag(ax: Axes, place: Array, text: str) -> None:
    """A small text on a white ground at a point of the picture."""
    ax.text(
        float(place[0]),
        float(place[1]),
        text,
        ha="center",
        va="center",
        zorder=1.8,
        bbox=GROUND,
        clip_on=True,
        **text_style(8),
    )


def columns(**given: ArrayLike) -> list[Array]:
    """Columns of one length as float64 arrays (m,), m ≥ 1; the keywords name them in errors.

    Raises `ShapeError` for other shapes and `NotFinite`, naming column and row, for a value that cannot be drawn: one
    that is missing, infinite, or so large that axes around it overflow.
    """
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in given.items()}
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1 or any(array.ndim != 1 or not len(array) for array in arrays.values()):
        found = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ShapeError(f"a picture needs columns of one length, at least one row; these have the shapes {found}")
    for name, array in arrays.items():
        drawn = np.abs(array) <= LARGEST
        if not drawn.all():
            row = int(np.argmin(drawn))
            raise NotFinite(f"{name} holds {array[row]} in row {row} (counted from 0), which cannot be drawn; drop it")
    return list(arrays.values())


def drawable(values: ArrayLike) -> Array:
    """The values held within what axes can span without overflow."""
    return np.clip(np.nan_to_num(np.asarray(values, dtype=np.float64)), -LARGEST, LARGEST)


def span(*values: ArrayLike, margin: float = 0.06) -> tuple[float, float]:
    """Axis limits around all the values: a margin on both sides, and some width for a constant.

    >>> span([0.0, 100.0]), span([5.0])
    ((-6.0, 106.0), (4.5, 5.5))
    """
    flat = drawable(np.concatenate([np.ravel(part) for part in values]))
    low, high = float(flat.min()), float(flat.max())
    width = high - low
    constant = width <= 1e-12 * max(abs(low), abs(high))
    pad = (0.1 * abs(low) or 1.0) if constant else margin * width
    return low - pad, high + pad


def points(ax: Axes, x: Array, y: Array) -> None:
    """The rows as markers, or beyond `CROWD` rows as a density with its own scale."""
    if len(x) <= CROWD:
        size, opacity, edge = (6.5, 1.0, 0.4) if len(x) <= 50 else (4.5, 0.7, 0.4) if len(x) <= 500 else (2.6, 0.4, 0.0)
        ax.plot(
            x, y, "o", color=BLUE, markersize=size, alpha=opacity, markeredgecolor="white", markeredgewidth=edge,
            zorder=3 if len(x) <= 50 else 1.9,
        )  # fmt: skip
        return
    cells = ax.hexbin(x, y, gridsize=50, mincnt=1, bins="log", cmap=DEPTHS, linewidths=0.2)
    bar = figure_of(ax).colorbar(cells, ax=ax, pad=0.01, format=Decades())
    bar.set_label("rows in a cell", **text_style())
    bar.ax.tick_params(labelsize=8.5, labelcolor=INK, labelfontfamily=families())
    bar.minorticks_off()
    bar.outline.set_visible(False)


def _fitted(ax: Axes, title: str) -> str:
    """Lines broken at the width of the axes; 10.5 points of DejaVu Sans run to about 13 characters an inch."""
    inches = float(ax.get_position().width) * figure_of(ax).get_figwidth()
    return "\n".join(_even(line, max(int(13 * inches), 20)) for line in title.split("\n"))


def _even(text: str, width: int) -> str:
    """Lines of at most `width` characters, as few as that takes and about equally long."""
    count = len(textwrap.wrap(text, width))
    while width > 20 and len(textwrap.wrap(text, width - 1)) == count:
        width -= 1
    return textwrap.fill(text, width)
