"""Every picture, by name: each function returns a matplotlib figure, shows nothing and changes no global setting.

>>> figure = line([1.0, 2.0], [300.0, 500.0], 100.0, 200.0, x_label="size", y_label="price")
>>> len(figure.axes)
1
"""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from slopewise.data.writing import write_whole
from slopewise.errors import ArgumentError
from slopewise.views.cost_plots import bowl, contours, scaling
from slopewise.views.data_plots import (
    coefficients,
    line,
    predicted_against_actual,
    residual_sticks,
    residuals,
    scatter,
)
from slopewise.views.descent_plots import diverging, learning_curve
from slopewise.views.effect_plots import effect, effects
from slopewise.views.overviews import descent_overview, fit_overview
from slopewise.views.path_plots import cross_validation, penalty_paths
from slopewise.views.slice_plots import cost_slice

__all__ = [
    "bowl",
    "coefficients",
    "contours",
    "cost_slice",
    "cross_validation",
    "descent_overview",
    "diverging",
    "effect",
    "effects",
    "fit_overview",
    "learning_curve",
    "line",
    "penalty_paths",
    "predicted_against_actual",
    "residual_sticks",
    "residuals",
    "save",
    "scaling",
    "scatter",
]

_UNDATED: dict[str, dict[str, None]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def save(figure: Figure, path: str | Path, *, dpi: float = 150) -> None:
    """Write `figure` to `path`, whole or not at all, as its suffix says: .png, .svg or .pdf.

    `dpi` is the resolution of a .png in dots per inch. No date is written into the file.
    Raises `ArgumentError` for another suffix and `OutputError` where nothing can be written.

    >>> save(scatter([1.0], [2.0]), "houses.jpeg")
    Traceback (most recent call last):
    slopewise.errors.ArgumentError: houses.jpeg: pictures are written as .png, .svg or .pdf; name the file so
    """
    kind = check_picture_path(path)
    with write_whole(path, mode="wb") as file:
        figure.savefig(file, format=kind, dpi=dpi, facecolor="white", metadata=_UNDATED[kind])


def check_picture_path(path: str | Path) -> str:
    """The format that the suffix of `path` names, so that a wrong one can be refused before any work; `ArgumentError`.

    >>> check_picture_path("demo/houses.PNG")
    'png'
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in _UNDATED:
        raise ArgumentError(f"{path}: pictures are written as .png, .svg or .pdf; name the file so")
    return kind
