"""Every picture can be read whatever the names and the numbers are, and is saved whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import slopewise as sw
from slopewise.errors import ArgumentError, OutputError
from slopewise.inference.estimates import estimates
from slopewise.moments import Moments
from slopewise.solvers.crossval import cross_validated
from slopewise.solvers.descent import descend
from slopewise.solvers.exact import solve
from slopewise.solvers.penalised import penalty_path
from slopewise.solvers.penalty import Penalty
from slopewise.views import plots

ODD = ["a very long name of a column that goes on and on and on", "$x_1$ <b>&amp;</b> 面积\n😀"]
RNG = np.random.default_rng(7)
X = np.column_stack([RNG.normal(1500, 300, size=60), RNG.normal(1970, 20, size=60)])
Y = 110.0 * X[:, 0] + 900.0 * X[:, 1] + RNG.normal(0, 3e4, size=60)
BOTH = Moments.of(X, Y)
ONE = Moments.of(X[:, 0], Y)
RUN, SCALED = descend(BOTH, iterations=200), descend(BOTH, iterations=200, scale=True)
AWAY = descend(ONE, learning_rate=2.1, scale=True, iterations=1000)
AWAY_RAW = descend(ONE, learning_rate=1.0, iterations=1000)
FOUND = estimates(BOTH, solve(BOTH))
FOLDS = Moments.stack([Moments.of(X[k::5], Y[k::5]) for k in range(5)])


def odd_model() -> sw.LinearModel:
    """A curve for each level of a category with odd levels, and the category itself."""
    table = {ODD[0]: X[:, 0], ODD[1]: [ODD[i % 2] for i in range(len(Y))], "y": Y}
    return sw.fit(f"y ~ `{ODD[0]}` * `{ODD[1]}`", table)


PICTURES: dict[str, Callable[[], Figure]] = {
    "scatter": lambda: plots.scatter(X[:, 0], Y, x_label=ODD[0], y_label=ODD[1]),
    "line": lambda: plots.line(X[:, 0], Y, 1e5, 110.0, before=(0.0, 0.0), x_label=ODD[1], y_label=ODD[0]),
    "residual_sticks": lambda: plots.residual_sticks(X[:8, 0], Y[:8], 1e6, 600.0, x_label=ODD[0], y_label=ODD[1]),
    "residuals": lambda: plots.residuals(Y, Y + 1, target=ODD[0]),
    "predicted_against_actual": lambda: plots.predicted_against_actual(Y, Y, target=ODD[1], r_squared=1.0),
    "coefficients": lambda: plots.coefficients(ODD, [1.0, 2e9], [np.nan, 1e9], [np.nan, 3e9], target=ODD[0]),
    "learning_curve": lambda: plots.learning_curve(RUN.costs, minimum=RUN.minimum),
    "learning_curve_log": lambda: plots.learning_curve(RUN.costs, minimum=RUN.minimum, log=True),
    "learning_curve_away": lambda: plots.learning_curve(AWAY_RAW.costs),
    "learning_curve_away_log": lambda: plots.learning_curve(AWAY_RAW.costs, log=True),
    "diverging": lambda: plots.diverging(AWAY_RAW, names=ODD[:1]),
    "contours": lambda: plots.contours(BOTH, RUN, names=ODD),
    "contours_away": lambda: plots.contours(ONE, AWAY_RAW, names=ODD[1:]),
    "cost_slice": lambda: plots.cost_slice(BOTH, names=ODD),
    "bowl": lambda: plots.bowl(BOTH, SCALED, names=ODD, parameters=(ODD[0], ODD[1])),
    "scaling": lambda: plots.scaling(RUN, SCALED, names=ODD),
    "effect": lambda: plots.effect(odd_model().partial_effect(ODD[0])),
    "effects": lambda: odd_model().plot.effects(),
    "fit_overview": lambda: plots.fit_overview(Y, Y, FOUND, BOTH, names=["Intercept", *ODD], target=ODD[1]),
    "descent_overview": lambda: plots.descent_overview(BOTH, SCALED, names=ODD, target=ODD[0]),
    "penalty_paths": lambda: plots.penalty_paths(penalty_path(BOTH), names=ODD, target=ODD[1]),
    "cross_validation": lambda: plots.cross_validation(cross_validated(FOLDS, Penalty()), target=ODD[0]),
    "descent_overview_away": lambda: plots.descent_overview(ONE, AWAY, names=ODD[:1], x=X[:, 0], y=Y),
}


def boxes(texts: list[Text]) -> list[Bbox]:
    return [text.get_window_extent() for text in texts if text.get_visible() and text.get_text()]


def tick_labels(axis: Any) -> list[Text]:
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def check_legible(figure: Figure) -> None:
    figure.draw_without_rendering()
    page = figure.bbox.padded(2)
    for ax in figure.axes:
        outside = [text.get_text() for text in _words(ax) if not _inside(page, text)]
        assert not outside
        for axis in (ax.xaxis, ax.yaxis):
            for a, b in itertools.combinations(boxes(tick_labels(axis)), 2):
                assert not a.padded(-1).overlaps(b.padded(-1))
        for axis in () if ax.name == "3d" else (ax.xaxis, ax.yaxis):
            assert len(boxes(tick_labels(axis))) >= (2 if axis.get_scale() != "log" else 1)


def _words(ax: Any) -> list[Text]:
    own = [child for child in ax.get_children() if isinstance(child, Text)]
    axes = (ax.xaxis, ax.yaxis, ax.zaxis) if ax.name == "3d" else (ax.xaxis, ax.yaxis)
    ticks = [] if ax.name == "3d" else [text for axis in axes for text in tick_labels(axis)]
    return [*own, *(axis.label for axis in axes), *ticks]


def _inside(page: Bbox, text: Text) -> bool:
    if not text.get_text():
        return True
    box = text.get_window_extent()
    return bool(page.x0 <= box.x0 and page.y0 <= box.y0 and box.x1 <= page.x1 and box.y1 <= page.y1)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_legible_with_odd_names(name: str) -> None:
    check_legible(PICTURES[name]())


def test_many_coefficients_are_legible() -> None:
    names = [f"Neighborhood[T.Quarter{k}]" for k in range(40)]
    sizes = np.cos(np.arange(40.0))
    check_legible(plots.coefficients(names, sizes, sizes - 1, sizes + 1, spread=np.ones(40)))


def test_every_public_picture_is_tried() -> None:
    drawn = set(plots.__all__) - {"save"}
    assert {name.removesuffix("_log").removesuffix("_away") for name in PICTURES} == drawn


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1.0], [2.0]),
        ([3.0, 3.0], [1.0, 2.0]),
        ([1.0, 2.0], [5.0, 5.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([-1e300, 1e300], [1e300, 2e300]),
        ([-1e306, 1e306], [1e306, -1e306]),
        ([1e-300, 2e-300], [1e-310, 3e-310]),
        ([1e9, 1e9 + 1e-6], [1.0, 2.0]),
    ],
)
def test_rows_of_any_size_are_drawn(x: list[float], y: list[float]) -> None:
    many = 5001 // len(x) + 1
    for figure in (
        plots.line(x, y, 1.0, 2.0, before=(-1e300, 1e10)),
        plots.residual_sticks(x, y, 1.0, 2.0),
        plots.predicted_against_actual(x, y),
        plots.scatter(x * many, y * many),
    ):
        figure.draw_without_rendering()
        for ax in figure.axes:
            assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()
            assert ax.get_xlim()[0] < ax.get_xlim()[1]
            assert ax.get_ylim()[0] < ax.get_ylim()[1]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1.0], [2.0]),
        ([3.0, 3.0], [1.0, 2.0]),
        ([1.0, 2.0], [5.0, 5.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([1e70, 2e70], [1e140, 3e140]),
        ([1e-70, 2e-70], [1e-140, 3e-140]),
        ([1e9, 1e9 + 1.0], [1.0, 2.0]),
    ],
)
def test_costs_of_any_size_are_drawn(x: list[float], y: list[float]) -> None:
    moments = Moments.of(x, y)
    run = descend(moments, scale=True, iterations=20)
    for figure in (
        plots.contours(moments),
        plots.cost_slice(moments),
        plots.learning_curve(run.costs, minimum=run.minimum, log=True),
        plots.descent_overview(moments, run, names=["x"], x=x, y=y),
    ):
        figure.draw_without_rendering()
        for ax in figure.axes:
            assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()


@pytest.mark.parametrize("size", [0.0, 1e-70, 1e70])
def test_bowls_of_any_size_are_drawn(size: float) -> None:
    moments = Moments.of([size, 2 * size], [size, size])
    plots.bowl(moments, descend(moments, iterations=3)).draw_without_rendering()


def test_a_cost_that_ends_at_the_edge_of_the_floats() -> None:
    for log in (False, True):
        plots.learning_curve([1.0, 1e154, 1.79e308], log=log).draw_without_rendering()


def test_pictures_can_share_the_reader_s_own_axes() -> None:
    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    assert plots.scatter([1.0, 2.0], [3.0, 4.0], ax=left) is figure
    assert plots.contours(ONE, ax=right) is figure
    figure.draw_without_rendering()


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG\r\n"), ("SVG", b"<?xml"), ("pdf", b"%PDF-")])
def test_a_picture_is_saved_as_its_suffix_says(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"a picture.{suffix}"
    plots.save(PICTURES["contours_away"](), path)
    written = path.read_bytes()
    assert written.startswith(start)
    assert 5_000 < len(written) < 400_000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["picture.jpeg", "picture", ".png", "picture.png.txt"])
def test_other_suffixes_are_refused_with_the_ones_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArgumentError, match=r"\.png, \.svg or \.pdf"):
        plots.save(Figure(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        plots.save(Figure(), tmp_path / "missing" / "picture.png")
    assert not list(tmp_path.iterdir())


def test_an_interrupted_picture_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    def interrupted(self: Figure, file: Any, **_: Any) -> None:
        file.write(b"half a pic")
        raise KeyboardInterrupt

    monkeypatch.setattr(Figure, "savefig", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plots.save(Figure(), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_reader_s_settings_of_matplotlib_are_neither_used_nor_changed(tmp_path: Path) -> None:
    import matplotlib as mpl

    def saved(name: str) -> bytes:
        plots.save(plots.line([1.0, 2.0], [3.0, 5.0], 1.0, 2.0), tmp_path / name)
        return (tmp_path / name).read_bytes()

    usual = saved("usual.png")
    odd = {"axes.facecolor": "black", "font.family": "monospace", "text.color": "red", "axes.labelcolor": "red"}
    with mpl.rc_context(odd):
        before = dict(mpl.rcParams)
        assert saved("odd.png") == usual
        assert dict(mpl.rcParams) == before
