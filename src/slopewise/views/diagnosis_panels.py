"""A diagnosis at a glance: its four pictures of residuals side by side, or one of them by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from slopewise.errors import ArgumentError, FitError
from slopewise.typing import Array, BoolArray
from slopewise.views.diagnostic_plots import Marks, leverage_plot, normal_plot, residuals_along, spread_along

if TYPE_CHECKING:
    import pyarrow as pa

PANELS = ("residuals", "qq", "spread", "leverage")
"""The pictures of a diagnosis, by name."""

MARKED, NEAR = 4, 0.1
"""Influential rows that are named at most, and how large Cook's distance is for it, of the largest."""

_WIDTH, _HEIGHT = 11.4, 9.2


def diagnosis_overview(
    fitted: Array,
    residual: Array,
    leverage: Array,
    std_residual: Array,
    *,
    rank: int,
    limit: float,
    rows: int,
    target: str = "y",
    marked: pa.Table | None = None,
    names: Sequence[str] = (),
) -> Figure:
    """Four panels, of rows (m,) out of `rows`: against predictions, normal Q–Q, spread, and leverage.

    `marked`: the most influential rows as `slopewise.diagnosis.Diagnosis` lists them, and `names` for them. A row of
    leverage 1 has no standardised residual, and is in the first panel only. Raises `FitError` where none has one.

    >>> drawn = np.array([[1.0, 0.1, 0.7, 1.2], [2.0, -0.2, 0.3, -1.2], [3.0, 0.1, 0.7, 1.2]]).T
    >>> len(diagnosis_overview(*drawn, rank=2, limit=1.0, rows=3).axes)
    4
    """
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout=layout, facecolor="white")
    for panel, ax in zip(PANELS, figure.subplots(2, 2).flat, strict=True):
        diagnosis_panel(
            panel, fitted, residual, leverage, std_residual,
            rank=rank, limit=limit, rows=rows, target=target, marked=marked, names=names, ax=ax,
        )  # fmt: skip
    return figure


def diagnosis_panel(
    panel: str,
    fitted: Array,
    residual: Array,
    leverage: Array,
    std_residual: Array,
    *,
    rank: int,
    limit: float,
    rows: int,
    target: str = "y",
    marked: pa.Table | None = None,
    names: Sequence[str] = (),
    ax: Axes | None = None,
) -> Figure:
    """One of the `PANELS` of `diagnosis_overview`. Raises `ArgumentError` for another, and `FitError` as that does.

    >>> drawn = np.array([[1.0, 0.1, 0.7, 1.2], [2.0, -0.2, 0.3, -1.2], [3.0, 0.1, 0.7, 1.2]]).T
    >>> diagnosis_panel("qq", *drawn, rank=2, limit=1.0, rows=3).axes[0].get_xlabel()
    'expected of normal errors'
    """
    if panel not in PANELS:
        raise ArgumentError(f"there is no panel {panel!r}; there are {', '.join(PANELS)}")
    shown: BoolArray = np.isfinite(std_residual)
    if not shown.any():
        raise FitError(
            "there is no standardised residual to draw: no degrees of freedom are left, or the fit is perfect; fit "
            "more rows, or fewer terms"
        )
    if panel == "residuals":
        along = _marks(marked, names, "fitted", "residual")
        return residuals_along(fitted, residual, rows=rows, target=target, marks=along, ax=ax)
    if panel == "qq":
        return normal_plot(std_residual[shown], rows=rows, ax=ax)
    if panel == "spread":
        return spread_along(fitted[shown], std_residual[shown], rows=rows, target=target, ax=ax)
    across = _marks(marked, names, "leverage", "std_residual")
    return leverage_plot(leverage[shown], std_residual[shown], rank=rank, limit=limit, rows=rows, marks=across, ax=ax)


def _marks(marked: pa.Table | None, names: Sequence[str], x: str, y: str) -> Marks:
    """The first of the influential rows that have both figures, and a distance to speak of beside the first one's."""
    if marked is None:
        return ()
    columns = (marked[name].to_pylist() for name in (x, y, "cooks_d"))
    places = [(name, *row) for name, *row in zip(names, *columns, strict=True) if None not in row]
    found = [(name, a, b) for name, a, b, distance in places if distance >= NEAR * places[0][3] and np.isfinite(b)]
    return found[:MARKED]
