"""A slice of the cost: J against one parameter, a parabola, with tangents that show its gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from slopewise.errors import ShapeError
from slopewise.moments import Moments
from slopewise.typing import Array, ArrayLike
from slopewise.views import style
from slopewise.views.cost_plots import default_radius
from slopewise.views.labels import label, number
from slopewise.views.section import axis_label, parameter_names, position, user_quadratic


def cost_slice(
    moments: Moments,
    parameter: str | None = None,
    *,
    at: ArrayLike | None = None,
    tangents: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """J against one `parameter` θ_k (the first feature's unless named), the others held, with tangents to it.

        J(θ_k) = J(t) + ½ H_kk (θ_k − t)²        ∂J/∂θ_k = H_kk (θ_k − t)        t the bottom of the parabola

    `at` (p + 1,), intercept first if there is one, says where the others are held: at the optimum by default.
    `tangents` are values of the parameter: t/2, t and 3t/2 by default. Raises `ArgumentError`, `ShapeError` or
    `NotFinite`.

    >>> figure = cost_slice(Moments.of([1.0, 2.0], [300.0, 500.0]), names=["size"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['slope −250', 'slope 0', 'slope 250']
    """
    quadratic, optimum = user_quadratic(moments, None, intercept)
    known = parameter_names(names, moments.p, intercept)
    k = position(known[min(int(intercept), len(known) - 1)] if parameter is None else parameter, known)
    theta = (optimum if at is None else style.columns(at=at)[0]).copy()
    if theta.shape != optimum.shape:
        raise ShapeError(f"at has shape {theta.shape}; with {len(known)} parameters it must be ({len(known)},)")
    curvature = float(quadratic.centred[k, k] + quadratic.level[k] ** 2)
    if curvature > 0:
        theta[k] -= quadratic.gradient(theta)[k] / curvature
    marks = _marks(theta[k], curvature, moments) if tangents is None else style.columns(tangents=tangents)[0]
    ax = style.canvas(ax)
    name = axis_label(known[k], intercept and k == 0)
    style.dress(ax, f"Cost against the {name}\n{_held(known, theta, k)}".rstrip(), name, "cost J")
    _parabola(ax, float(theta[k]), quadratic.cost(theta), curvature, marks)
    return style.figure_of(ax)


def _marks(bottom: float, curvature: float, moments: Moments) -> Array:
    """The bottom and half its distance from zero to both sides, or more where that would be too near to see."""
    natural = default_radius(moments) / np.sqrt(curvature) if curvature > 0 else 1.0
    reach = max(abs(bottom) / 2, 0.01 * natural)
    return bottom + reach * np.array([-1.0, 0.0, 1.0])


def _held(known: Sequence[str], theta: Array, k: int) -> str:
    held = [f"{label(name, 18)}\u00a0=\u00a0{number(theta[j], 3)}" for j, name in enumerate(known) if j != k]
    if not held:
        return ""
    if len(held) <= 3:
        return f"held: {', '.join(held)}"
    return f"held: {', '.join(held[:2])} and {len(held) - 2} more"


def _parabola(ax: Axes, bottom: float, lowest: float, curvature: float, marks: Array) -> None:
    """The curve over twice the reach of the marks, with a tangent at each."""
    reach = float(np.abs(marks - bottom).max(initial=0.0)) or abs(bottom) / 2 or 1.0
    values = bottom + 2 * reach * np.linspace(-1.0, 1.0, 201)
    costs = lowest + 0.5 * curvature * (values - bottom) ** 2
    ax.plot(values, costs, color=style.BLUE, linewidth=2.2)
    for mark, (colour, dashes, marker) in zip(marks, style.SERIES[1:] * len(marks), strict=False):
        slope = curvature * (mark - bottom)
        height = lowest + 0.5 * slope * (mark - bottom)
        run = 0.45 * reach * np.array([-1.0, 1.0])
        ax.plot(mark + run, height + slope * run, color=colour, linestyle=dashes, linewidth=2)
        ax.plot(mark, height, marker, color=colour, markersize=7, markeredgecolor="white")
        side = {"ha": "right", "xytext": (-10, -4)} if slope < 0 else {"ha": "left", "xytext": (10, -4)}
        if slope == 0:
            side = {"ha": "center", "xytext": (0, 12)}
        text = f"slope {number(slope)}"
        ax.annotate(text, (mark, height), textcoords="offset points", va="center", **side, **style.text_style())  # type: ignore[arg-type]
    ax.set_xlim(style.span(values, margin=0.02))
    ax.set_ylim(style.span(costs, margin=0.1))
