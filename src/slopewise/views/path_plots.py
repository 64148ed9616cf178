"""Pictures of penalised fits: coefficients along the path of penalties, and the curve of cross-validation.

In both the penalty grows weaker to the right, where the coefficients are largest and have room for their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from slopewise.errors import ArgumentError, ShapeError
from slopewise.solvers.crossval import FoldErrors
from slopewise.solvers.penalised import PenaltyPath
from slopewise.typing import Array
from slopewise.views import style
from slopewise.views.labels import Decades, Numbers, label, number

_NAMED = 12
"""Coefficients that get their name: the largest at the weakest penalty."""

_NAME_HEIGHT = 0.048
"""What a name takes of the height of the picture."""

_MARKS = ((style.VERMILLION, "--"), (style.GREEN, "-."), (style.PURPLE, ":"), (style.ORANGE, "-"))


def penalty_paths(
    path: PenaltyPath,
    *,
    names: Sequence[str] | None = None,
    target: str = "y",
    chosen: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Each coefficient against log λ, times the spread of its column, so that columns of all units can be compared.

    `names` (p,) stand at the right end, by the lines of the twelve largest; the number of coefficients that are not
    zero (degrees of freedom for ridge) stands above. `chosen` penalties, by what chose them, get a line each. λ = 0 has
    no place on a logarithmic axis. Raises `ShapeError` for names that do not fit, `ArgumentError` where all λ are 0.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.penalised import penalty_path
    >>> found = penalty_path(Moments.of([[1.0], [2.0], [4.0]], [1.0, 3.0, 4.0]))
    >>> penalty_paths(found, names=["size"], target="price").axes[0].get_title(loc="left")
    'Ridge: the coefficients of price as the penalty weakens'
    """
    known = [f"x{j + 1}" for j in range(path.coefficients.shape[1])] if names is None else list(names)
    if len(known) != path.coefficients.shape[1]:
        raise ShapeError(f"{len(known)} names are given for {path.coefficients.shape[1]} coefficients")
    lambdas, order = _drawn(path.lambdas)
    ax = style.canvas(ax)
    heights = style.drawable(path.coefficients[order] * path.spread)
    title = f"{path.penalty.name.capitalize()}: the coefficients of {label(target, 28)} as the penalty weakens"
    style.dress(ax, title, "penalty λ", f"coefficient × spread of its column\n(unit of {label(target, 28)})")
    _penalty_axis(ax, lambdas)
    ax.set_ylim(style.span(heights, [0.0]))
    ax.axhline(0.0, color=style.GREY, linewidth=0.8, zorder=1.5)
    _curves(ax, lambdas, heights, known)
    _marks(ax, chosen or {})
    _counts(ax, path, lambdas, order)
    return style.figure_of(ax)


def cross_validation(errors: FoldErrors, *, target: str = "y", ax: Axes | None = None) -> Figure:
    """The held-out mean squared error of each λ with one standard error to both sides, and the two penalties to choose.

    `best` has the least mean; `one_se` is the strongest penalty within one standard error of it. The number of
    coefficients that are not zero (degrees of freedom for ridge) stands above. `ArgumentError` where all λ are 0.

    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.crossval import cross_validated
    >>> x = np.arange(12.0)
    >>> found = cross_validated(Moments.stack([Moments.of(x[i::3], x[i::3] ** 2) for i in range(3)]))
    >>> cross_validation(found, target="price").axes[0].get_ylabel()
    'mean squared error of price'
    """
    lambdas, order = _drawn(errors.lambdas)
    ax = style.canvas(ax)
    mean, error = errors.mean[order], errors.std_error[order]
    title = f"{errors.path.penalty.name.capitalize()}: error on held-out rows, {errors.folds} folds"
    style.dress(ax, title, "penalty λ", f"mean squared error of {label(target, 28)}")
    _penalty_axis(ax, lambdas)
    low, high = style.drawable(mean - error), style.drawable(mean + error)
    ax.set_ylim(style.span(low, high))
    ax.vlines(lambdas, low, high, color=style.GREY, linewidth=0.9)
    ax.plot(lambdas, style.drawable(mean), "o", color=style.BLUE, markersize=3.5, label="mean of the folds ± 1 SE")
    _marks(ax, {"best": errors.best, "one_se": errors.one_se})
    style.legend(ax)
    _counts(ax, errors.path, lambdas, order)
    return style.figure_of(ax)


def _drawn(lambdas: Array) -> tuple[Array, list[int]]:
    """The positive penalties, the strongest first, and where they stand."""
    order = [int(k) for k in np.argsort(-lambdas, kind="stable") if lambdas[k] > 0]
    if not order:
        raise ArgumentError("λ = 0 has no place on a logarithmic axis; give positive penalties to draw")
    return lambdas[order], order


def _penalty_axis(ax: Axes, lambdas: Array) -> None:
    """A logarithmic axis from strong to weak."""
    low, high = np.log10(lambdas.min()), np.log10(lambdas.max())
    margin = 0.02 * (high - low) or 0.5
    ax.set_xlim(10.0 ** (high + margin), 10.0 ** (low - margin))  # first: scaling rescales
    ax.set_xscale("log")
    first, last = int(np.ceil(low - margin)), int(np.floor(high + margin))
    step = max(-(-(last - first + 1) // 8), 1)
    ticks = [10.0**exponent for exponent in range(first, last + 1, step)]
    ax.xaxis.set_major_locator(FixedLocator(ticks or [float(lambdas[0])]))
    ax.xaxis.set_major_formatter(Decades() if ticks else Numbers())
    ax.xaxis.set_minor_locator(NullLocator())


def _curves(ax: Axes, lambdas: Array, heights: Array, names: Sequence[str]) -> None:
    """A line for each coefficient; the largest in colours of their own, with their names."""
    last = heights[-1]
    largest = [int(j) for j in np.argsort(-np.abs(last), kind="stable")[:_NAMED] if last[j] != 0]
    looks = {j: style.SERIES[k][:2] for k, j in enumerate(largest[: len(style.SERIES)])}
    marker = "o" if len(lambdas) == 1 else ""
    for j in range(heights.shape[1]):
        colour, dashes = looks.get(j, (style.GREY, "-"))
        width = 1.8 if j in looks else 0.9
        ax.plot(lambdas, heights[:, j], color=colour, linestyle=dashes, linewidth=width, marker=marker)
    low, high = ax.get_ylim()
    places = spaced((last[largest] - low) / (high - low), _NAME_HEIGHT)
    end = float(lambdas[-1])
    for j, place in zip(largest, places.tolist(), strict=True):
        colour = looks.get(j, (style.GREY, "-"))[0]
        ax.annotate(
            label(names[j], 24), xy=(end, float(last[j])), xytext=(1.045, place), textcoords="axes fraction",
            ha="left", va="center", annotation_clip=False, **style.text_style(8.5, style.INK),
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0,
                        "relpos": (0.0, 0.5)},
        )  # fmt: skip


def spaced(places: Array, gap: float) -> Array:
    """Places (n,) in [0, 1] moved so that they lie `gap` apart, in their order; evenly spread if they are too many.

    Neighbours that are too close become one group about the mean of where they wanted to be, until none are.

    >>> spaced(np.array([0.5, 0.5, 0.9]), 0.1).round(9).tolist()
    [0.45, 0.55, 0.9]
    """
    order = np.argsort(places, kind="stable")
    step = min(gap, 1 / max(len(places) - 1, 1))
    groups: list[tuple[float, int]] = []
    for wanted in places[order].tolist():
        centre, size = wanted, 1
        while groups and centre - (size - 1) * step / 2 < groups[-1][0] + (groups[-1][1] + 1) * step / 2 - 1e-12:
            before, many = groups.pop()
            centre, size = (before * many + centre * size) / (many + size), many + size
            centre = min(max(centre, (size - 1) * step / 2), 1 - (size - 1) * step / 2)
        groups.append((centre, size))
    spread = [centre + (k - (size - 1) / 2) * step for centre, size in groups for k in range(size)]
    answer = np.empty(len(places))
    answer[order] = spread
    return answer


def _marks(ax: Axes, chosen: Mapping[str, float]) -> None:
    """A line at each chosen penalty, those at the same place as one."""
    by_place: dict[float, list[str]] = {}
    for name, lmbda in chosen.items():
        if lmbda > 0:
            by_place.setdefault(lmbda, []).append(name)
    for (lmbda, who), (colour, dashes) in zip(by_place.items(), _MARKS, strict=False):
        text = f"{', '.join(who)}: λ = {number(lmbda)}"
        ax.axvline(lmbda, color=colour, linestyle=dashes, linewidth=1.4, label=text)
    if by_place:
        style.legend(ax)


def _counts(ax: Axes, path: PenaltyPath, lambdas: Array, order: Sequence[int]) -> None:
    """Above the picture: how many coefficients are not zero, or the degrees of freedom of ridge."""
    counts = path.df[order].round(1) if path.penalty.by_eigenvectors else path.nonzero[order].astype(np.float64)
    places = np.unique(np.linspace(0, len(lambdas) - 1, 8).round().astype(int))
    top = ax.secondary_xaxis("top")
    top.set_xscale("log")
    top.xaxis.set_major_locator(FixedLocator(lambdas[places].tolist()))
    top.xaxis.set_minor_locator(NullLocator())
    top.set_xticks(lambdas[places], [number(value, 3) for value in counts[places].tolist()])
    top.tick_params(labelsize=8, labelcolor=style.GREY, color=style.GREY, length=2)
    top.spines["top"].set_visible(False)
    kind = "degrees of freedom" if path.penalty.by_eigenvectors else "coefficients that are not zero"
    top.set_xlabel(kind, **style.text_style(8, style.GREY))
