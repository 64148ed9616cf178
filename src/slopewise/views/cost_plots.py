"""Pictures of the cost: level lines and the descent across them, before and after scaling, a slice, and the bowl."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.moments import Moments
from slopewise.solvers.descent import Descent
from slopewise.typing import Array, IntArray
from slopewise.views import style
from slopewise.views.labels import count, label, number, steps
from slopewise.views.section import (
    Section,
    axis_label,
    chosen_pair,
    held_note,
    parameter_names,
    user_quadratic,
)

_MOST_RINGS = 14
_SEEN = 6.0  # of a run that diverges: what lies within so many radii of its start
_CUT = 25.0  # a path is drawn no further than so many half-widths of the picture


def contours(
    moments: Moments,
    descent: Descent | None = None,
    *,
    parameters: tuple[str, str] | None = None,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """Level lines of J over two `parameters` (the first two unless named), exact ellipses, and the path of `descent`.

    The other parameters are held at the optimum (of several, at the one the run goes to), and the title names them.
    `names` (p,) are the features'; whether there is an intercept is the descent's to say, or `intercept`'s without one.
    A run that leaves the picture is cut, and the title says from which step on. Where J is flat along one direction
    the lines are straight. Raises `ArgumentError`, `ShapeError`, or `FitError` where J depends on neither parameter.

    >>> figure = contours(Moments.of([1.0, 2.0], [300.0, 500.0]), names=["size"])
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
    ('intercept', 'coefficient of size')
    """
    quadratic, optimum = user_quadratic(moments, descent, intercept)
    known = parameter_names(names, moments.p, quadratic.intercept)
    pair = chosen_pair(parameters, known)
    section = Section.of(quadratic, optimum, pair)
    ax = style.canvas(ax)
    notes = ["Level lines of the cost J" + (" and the descent" if descent else ""), held_note(known, pair)]
    half = default_half(section, moments)
    if descent is not None:
        path = descent.path[:, pair]
        half = _half_around(section, path, descent, half)
        notes.append(_leaving(section, path, half, descent.steps))
    labels = [axis_label(known[k], quadratic.intercept and k == 0) for k in pair]
    style.dress(ax, "\n".join(filter(None, notes)), *labels)
    tags = _rings(ax, section, half, None if descent is None else path)
    if descent is not None:
        _path(ax, section, path, half)
    _optimum(ax, section, half, tags if descent is None else np.vstack([tags, path]))
    return style.figure_of(ax)


def scaling(
    raw: Descent,
    scaled: Descent,
    *,
    parameters: tuple[str, str] | None = None,
    names: Sequence[str] | None = None,
) -> Figure:
    """The same descent before and after standardising the features, each in the coordinates of its own steps.

    A unit has the same length on both axes, so that the valley has its true shape; κ = λmax/λmin of each Hessian
    stands above. `raw` and `scaled` are runs with `scale=False` and `scale=True`.
    Raises `ArgumentError`, `ShapeError`, or `FitError` where J depends on neither parameter.

    >>> from slopewise.solvers.descent import descend
    >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> figure = scaling(descend(houses, iterations=50), descend(houses, iterations=50, scale=True), names=["size"])
    >>> [panel.get_title(loc="left").split(chr(10))[0] for panel in figure.axes]
    ['before scaling: κ = 46.98', 'after scaling: κ = 1']
    """
    figure, panels = style.row_of_panels(2)
    for ax, descent, when in zip(panels, (raw, scaled), ("before", "after"), strict=True):
        quadratic = descent.form.quadratic
        known = parameter_names(names, len(descent.coefficients), quadratic.intercept)
        pair = chosen_pair(parameters, known)
        section = Section.of(quadratic, descent.form.limit, pair)
        path = descent.scaling.to_scaled(descent.path)[:, pair]
        distance = np.abs(_seen(section, path, descent) - section.centre)
        half = _visible(section, np.full(2, 1.25 * distance.max() or section.extent(1.0).max()))
        title = f"{when} scaling: κ = {number(descent.condition)}\n{_steps(descent)}"
        shown = known if when == "before" else [f"standardised {name}" for name in known]
        style.dress(ax, title, *(axis_label(shown[k], quadratic.intercept and k == 0) for k in pair))
        tags = _rings(ax, section, half, path)
        _path(ax, section, path, half)
        _optimum(ax, section, half, np.vstack([tags, path]))
        ax.set_aspect("equal")
        style.linear_ticks(ax.xaxis, 3)
    return figure


def bowl(
    moments: Moments,
    descent: Descent | None = None,
    *,
    parameters: tuple[str, str] | None = None,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """J over two parameters as a surface, with the path of `descent` on it.

    Arguments and errors are those of `contours`; `ax`, if given, has `projection="3d"`.

    >>> figure = bowl(Moments.of([1.0, 2.0], [300.0, 500.0]), names=["size"])
    >>> figure.axes[0].get_zlabel()
    'cost J'
    """
    quadratic, optimum = user_quadratic(moments, descent, intercept)
    known = parameter_names(names, moments.p, quadratic.intercept)
    pair = chosen_pair(parameters, known)
    section = Section.of(quadratic, optimum, pair)
    ax = style.canvas(ax, "3d")
    over = " and the ".join(axis_label(known[k], quadratic.intercept and k == 0) for k in pair)
    title = "\n".join(filter(None, [f"The cost J over the {over}", held_note(known, pair)]))
    style.dress_bowl(ax, title, *(label(known[k], 16) for k in pair))
    half = default_half(section, moments)
    if descent is not None:
        half = _half_around(section, descent.path[:, pair], descent, half)
    ticks = np.linspace(-1.0, 1.0, 41)
    surface = section.centre + half * np.stack(np.meshgrid(ticks, ticks), axis=-1)
    style.surface(ax, surface[..., 0], surface[..., 1], section.cost(surface))
    if descent is not None:
        path = _seen(section, descent.path[:, pair], descent)
        heights = section.cost(path)
        ax.plot(*path.T, heights, color=style.VERMILLION, linewidth=1.8, marker=_dots(path), markersize=3)
        _ends(ax, np.column_stack([path, heights]), arrived=descent.status != "diverged")
        style.legend(ax)
    return style.figure_of(ax)


def default_radius(moments: Moments) -> float:
    """A radius √(2(J − J*)) worth seeing without a descent: the spread of the target, or its size."""
    variance = max(float(moments.centred[-1, -1]), 0.0) / float(moments.weight)
    return float(np.sqrt(variance) or abs(moments.mean[-1]) or 1.0)


def default_half(section: Section, moments: Moments) -> Array:
    """Half the width and height (2,) of a picture without a descent."""
    return _visible(section, 1.1 * section.extent(default_radius(moments)))


def _seen(section: Section, path: Array, descent: Descent) -> Array:
    """The part of the path to make room for: all of it, or the beginning of a run that diverges."""
    if descent.status != "diverged":
        return path
    radii = section.radius(path)
    seen: Array = path[radii <= _SEEN * radii[:2].max()]
    return seen


def _half_around(section: Section, path: Array, descent: Descent, otherwise: Array) -> Array:
    """Half the width and height (2,) to show the path on both sides of the optimum; `otherwise` if it stands still."""
    seen = _seen(section, path, descent)
    radius = float(section.radius(seen).max())
    if not radius > 0:
        return otherwise
    distance = np.abs(seen - section.centre).max(axis=0)
    return _visible(section, np.maximum(1.15 * distance, 0.35 * radius / section.columns))


def _visible(section: Section, half: Array) -> Array:
    """At least what float64 can tell apart around the centre."""
    return np.maximum(half, 1e-9 * np.abs(section.centre))


def _leaving(section: Section, path: Array, half: Array, steps: IntArray) -> str:
    outside = _reach(section, path, half) > 1
    if not outside[-1]:
        return ""
    first = len(outside) - int(np.argmin(outside[::-1]))
    return f"the run is outside the picture from step {count(int(steps[first]))} on"


def _reach(section: Section, path: Array, half: Array) -> Array:
    """How far out each point lies, in halves of the picture, (k,)."""
    return np.asarray((np.abs(path - section.centre) / half).max(axis=1))


def _rings(ax: Axes, section: Section, half: Array, path: Array | None) -> Array:
    """Level lines at about equal steps of the radius out to the steepest corner, some with their level.

    Returns where these stand, (k, 2).
    """
    corners = half * np.array([[1.0, 1.0], [1.0, -1.0]])
    outermost = float(section.radius(section.centre + corners).max())
    whole = float((half / section.extent(1.0)).min())
    levels = _levels(section.minimum, outermost, int(np.clip(3 * outermost / whole, 8, _MOST_RINGS)))
    toward = _label_direction(section, half, outermost, path)
    edge = float(section.radius(section.centre + toward))
    tags = []
    for k, (level, shown) in enumerate(levels, start=1):
        radius = np.sqrt(2 * (level - section.minimum))
        ax.plot(*section.ring(radius, half).T, color=style.DEPTHS(k / len(levels)), linewidth=1.1, zorder=1.5)
        if k % max(len(levels) // 4, 1) == 0 and radius < 0.8 * edge:
            tags.append(section.centre + toward * radius / edge)
            style.tag(ax, tags[-1], shown)
    ax.set_xlim(section.centre[0] - half[0], section.centre[0] + half[0])
    ax.set_ylim(section.centre[1] - half[1], section.centre[1] + half[1])
    return np.reshape(tags, (-1, 2))


def _levels(minimum: float, outermost: float, rings: int) -> list[tuple[float, str]]:
    """Costs at equal steps of the radius, each rounded to two digits of its distance from the one before."""
    exact = minimum + 0.5 * (outermost * np.arange(rings + 1) / rings) ** 2
    levels = []
    for before, level in pairwise(exact.tolist()):
        if level <= before:  # too near to the minimum for float64
            continue
        place = int(np.floor(np.log10(level - before))) - 1
        rounded = float(f"{level:.{max(int(np.floor(np.log10(level))) - place, 0)}e}")
        digits = max(int(np.floor(np.log10(rounded))) - place + 1, 1)
        levels.append((max(rounded, before), number(rounded, digits)))
    return levels


def _label_direction(section: Section, half: Array, outermost: float, path: Array | None) -> Array:
    """From the centre to the picture's edge (2,), across many rings and away from the path."""
    steep = np.linspace(np.pi / 6, 5 * np.pi / 6, 9)  # a level road would set one label onto the next
    angles = np.concatenate([steep, steep + np.pi])
    looks = np.column_stack([np.cos(angles), np.sin(angles)])
    edges = half * looks / np.abs(looks).max(axis=1, keepdims=True)
    crossed = np.minimum(section.radius(section.centre + edges) / outermost, 0.6)
    if path is None:
        return np.asarray(edges[int(np.argmax(crossed))])
    seen = (path[:: max(len(path) // 500, 1)] - section.centre) / half
    seen = seen[(np.abs(seen).max(axis=1) <= 1) & (np.abs(seen).max(axis=1) > 0.05)]
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    nearest = (looks @ seen.T).max(axis=1, initial=-1.0)
    return np.asarray(edges[int(np.argmax(crossed - 0.3 * np.maximum(nearest, 0.0)))])


def _path(ax: Axes, section: Section, path: Array, half: Array) -> None:
    """The path as far as `_CUT` allows, its start and its end marked."""
    reach = _reach(section, path, half)
    if (reach > _CUT).any():
        k = max(int(np.argmax(reach > _CUT)), 1)
        step = path[k] - path[k - 1]
        path = np.vstack([path[:k], path[k - 1] + step * (_CUT / reach[k])])
    ax.plot(
        *path.T,
        color=style.VERMILLION,
        linewidth=1.6 if len(path) <= 60 else 1.1,
        marker=_dots(path),
        markersize=3.2,
        zorder=3,
    )
    _ends(ax, path, arrived=bool(reach[-1] <= 1))


def _ends(ax: Axes, path: Array, *, arrived: bool) -> None:
    """A mark at the start of a path, and at its end where the run ends there."""
    start: dict[str, Any] = {"linestyle": "", "color": style.INK, "markerfacecolor": "white"}
    ax.plot(*path[:1].T, marker="s", markersize=7, zorder=4, label="start", **start)
    if arrived:
        end: dict[str, Any] = {"linestyle": "", "color": style.VERMILLION, "markeredgecolor": "white"}
        ax.plot(*path[-1:].T, marker="o", markersize=7, zorder=4, label="end", **end)


def _dots(path: Array) -> str:
    return "o" if len(path) <= 60 else ""


def _optimum(ax: Axes, section: Section, half: Array, taken: Array) -> None:
    """The optimum, and the legend in the corner farthest from it and from what is `taken` (k, 2)."""
    ax.plot(*section.centre, "+", color=style.BLACK, markersize=11, markeredgewidth=1.8, zorder=5, label="optimum")
    places = np.vstack([np.zeros(2), (taken - section.centre) / half])
    places = places[np.abs(places).max(axis=1) <= 1]
    corners = {"upper right": (1, 1), "upper left": (-1, 1), "lower right": (1, -1), "lower left": (-1, -1)}
    style.legend(ax, max(corners, key=lambda corner: np.linalg.norm(places - corners[corner], axis=1).min()))


def _steps(descent: Descent) -> str:
    rate, cost = number(descent.learning_rate, 3), number(float(descent.costs[-1]), 3)
    return f"{steps(descent.iterations)} at learning rate {rate}\nend in J = {cost}"
