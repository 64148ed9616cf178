"""Pictures and pages of a diagnosis: what they show is what was found, and any names can be read in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from views.test_plots import check_legible
from views.test_summary_html import NASTY, Page

import slopewise as sw
from slopewise.diagnosis import Diagnosis
from slopewise.errors import ArgumentError, NotFinite, ShapeError, UnknownColumn
from slopewise.inference.quantiles import normal_quantiles, running_quantiles
from slopewise.pictures import component_residual, partial_regression
from slopewise.rereading import Refit
from slopewise.views import diagnostic_plots as plots
from slopewise.views.diagnosis_html import diagnosis_html
from slopewise.views.diagnosis_text import diagnosis_text

ODD = ["a very long name of a column that goes on and on and on", "$x_1$ <b>&amp;</b> 面积"]
RNG = np.random.default_rng(7)
N = 400
DATA: dict[str, Any] = {
    ODD[0]: RNG.normal(1500, 300, N),
    ODD[1]: RNG.uniform(0, 10, N),
    "key": [f"{NASTY} {k}" for k in range(N)],
    "zone": RNG.choice(["a", "b"], N),
    "y": RNG.normal(size=N),
}
DATA["y"] = DATA["y"] * DATA[ODD[1]] + DATA[ODD[0]] / 100
DATA["y"][3] = 1e3
MODEL = sw.fit(f"y ~ `{ODD[0]}` + poly(`{ODD[1]}`, 2) + zone", DATA)
FOUND = MODEL.diagnose(DATA, keep=["key"])
REFIT = Refit(MODEL.kept, MODEL.solution, MODEL._geometry)

PICTURES: dict[str, Callable[[], Figure]] = {
    "overview": lambda: FOUND.figure(),
    "residuals_along": lambda: plots.residuals_along(
        FOUND.drawn.fitted, FOUND.drawn.residual, rows=2_000_000, target=ODD[1], marks=[(NASTY, 20.0, 1e3)] * 4
    ),
    "normal_plot": lambda: plots.normal_plot(FOUND.drawn.std_residual),
    "spread_along": lambda: plots.spread_along(FOUND.drawn.fitted, FOUND.drawn.std_residual, target=ODD[0]),
    "leverage_plot": lambda: plots.leverage_plot(
        FOUND.drawn.leverage, FOUND.drawn.std_residual, rank=5, limit=0.03, marks=[(ODD[0], 0.02, 3.0)]
    ),
    "partial": lambda: partial_regression(REFIT, ODD[0], DATA),
    "partial_category": lambda: partial_regression(REFIT, "zone[T.b]", DATA),
    "partial_intercept": lambda: partial_regression(REFIT, "Intercept", DATA),
    "component": lambda: component_residual(REFIT, ODD[1], DATA),
}


def titles(figure: Figure) -> list[str]:
    return [ax.get_title(loc="left") for ax in figure.axes]


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_legible_with_odd_names(name: str) -> None:
    check_legible(PICTURES[name]())


def test_each_panel_says_how_many_rows_it_shows() -> None:
    assert [title.split("\n")[-1] for title in titles(FOUND.figure())] == ["400 rows"] * 4
    many = plots.residuals_along(np.arange(5000.0), np.arange(5000.0), rows=2_000_000)
    assert titles(many) == ["Residuals against predictions\n5000 of 2,000,000 rows"]


def test_the_panels_show_what_was_drawn_and_mark_what_moves_the_fit() -> None:
    first, normal, spread, fourth = FOUND.figure().axes
    drawn = FOUND.drawn
    assert first.lines[0].get_xdata().tolist() == drawn.fitted.tolist()
    assert first.lines[0].get_ydata().tolist() == drawn.residual.tolist()
    points = normal_quantiles(drawn.std_residual)
    assert any(np.array_equal(line.get_ydata(), points.found) for line in normal.lines)
    assert spread.lines[0].get_ydata() == pytest.approx(np.sqrt(np.abs(drawn.std_residual)))
    assert fourth.lines[0].get_xdata().tolist() == drawn.leverage.tolist()
    ringed = [line for line in fourth.lines if line.get_markeredgewidth() == 1.4]
    worst = FOUND.influential.to_pylist()[0]
    assert (worst["leverage"], worst["std_residual"]) in [(line.get_xdata()[0], line.get_ydata()[0]) for line in ringed]
    assert worst["row"] == 4
    course = running_quantiles(drawn.fitted, drawn.residual)
    assert any(np.array_equal(line.get_ydata(), course.quantiles[1]) for line in first.lines)


def test_rows_without_a_standardised_residual_are_left_out() -> None:
    data = DATA | {"zone": np.where(np.arange(N) == 9, "alone", DATA["zone"])}
    found = sw.fit(f"y ~ `{ODD[1]}` + zone", data).diagnose(data)
    assert found.full_rows == (10,)
    assert [title.split("\n")[-1] for title in titles(found.figure())] == ["400 rows", *["399 of 400 rows"] * 3]


def test_the_contours_are_those_of_the_largest_distances_in_sight() -> None:
    figure = plots.leverage_plot([0.1, 0.3, 0.6], [1.0, -2.0, 1.5], rank=2, limit=2.0)
    ax = figure.axes[0]
    shown = [line.get_label() for line in ax.lines if str(line.get_label()).startswith("Cook")]
    assert shown == ["Cook's distance 1", "Cook's distance 0.5"]
    curves = [line for line in ax.lines if len(line.get_xdata()) > 10]
    h, s = curves[0].get_data()
    assert s**2 * h / ((1 - h) * 2) == pytest.approx(np.ones(len(h)))


def test_the_slope_of_a_partial_regression_is_the_coefficient() -> None:
    ax = partial_regression(REFIT, ODD[0], DATA).axes[0]
    x, y = ax.lines[0].get_data()
    theta = MODEL.coefficients[ODD[0]]
    assert x @ y / (x @ x) == pytest.approx(theta)
    line = next(line for line in ax.lines if str(line.get_label()).startswith("coefficient"))
    ends, heights = line.get_data()
    assert heights == pytest.approx(theta * ends)


def test_a_component_is_drawn_against_the_values_of_its_column() -> None:
    ax = component_residual(REFIT, ODD[1], DATA).axes[0]
    x, y = ax.lines[0].get_data()
    assert sorted(x) == sorted(DATA[ODD[1]])
    line = next(line for line in ax.lines if line.get_label() == "as fitted")
    at, fitted = line.get_data()
    assert np.polyval(np.polyfit(at, fitted, 2), at) == pytest.approx(fitted, abs=1e-9)
    residual = y[np.argsort(x, kind="stable")] - fitted
    assert residual.sum() == pytest.approx(0.0, abs=1e-8)


def test_rows_come_from_the_pass_or_from_given_data() -> None:
    model = sw.fit("price ~ area + Street", "examples/ames.csv")
    refit = Refit(model.kept, model.solution, model._geometry)
    for figure in (partial_regression(refit, "area"), component_residual(refit, "area")):
        assert titles(figure)[0].endswith("2000 of 2930 rows")
    few = sw.fit("y ~ x", {"x": [1.0, 2.0, 4.0], "y": [1.0, 2.0, 3.0]})
    assert titles(partial_regression(Refit(few.kept, few.solution, few._geometry), "x"))[0].endswith("3 rows")
    arrays = sw.LinearModel.from_dict(model.to_dict())
    with pytest.raises(ArgumentError, match="give data to draw from"):
        partial_regression(Refit(arrays.kept, arrays.solution, arrays._geometry), "area")


def test_what_cannot_be_drawn_is_said() -> None:
    model = sw.fit("y ~ a*b + C(k) + I(2*b) + c", {name: RNG.permutation(30.0 + np.arange(30) % 5) for name in "abkcy"})
    refit = Refit(model.kept, model.solution, model._geometry)
    for name, says in (
        ("a", "a has part in a:b with other columns"),
        ("k", "k enters as a category"),
        ("y", "y has no coefficient in this fit"),
    ):
        with pytest.raises(ArgumentError, match=says):
            component_residual(refit, name)
    with pytest.raises(UnknownColumn):
        component_residual(refit, "d")
    with pytest.raises(ArgumentError, match="there is no coefficient 'aa'"):
        partial_regression(refit, "aa")
    with pytest.raises(ArgumentError, match="was left out of the fit"):
        partial_regression(refit, "I(2 * b)")


def test_columns_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ShapeError):
        plots.residuals_along([1.0], [1.0, 2.0])
    with pytest.raises(NotFinite):
        plots.normal_plot([1.0, np.nan])


@pytest.mark.parametrize("scale", [1e-150, 1e-9, 1e150])
@pytest.mark.parametrize("n", [4, 200])
def test_targets_of_any_size_are_drawn(scale: float, n: int) -> None:
    x = np.linspace(0, 1, n)
    data = {"x": x, "y": scale * (x + np.cos(7 * x))}
    figure = sw.fit("y ~ x", data).diagnose(data).figure()
    figure.draw_without_rendering()
    for ax in figure.axes:
        assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()


def test_many_rows_are_drawn_as_a_density() -> None:
    x = np.arange(6000.0)
    plots.residuals_along(x, np.cos(x), rows=10_000_000).draw_without_rendering()


@pytest.fixture(scope="module")
def found() -> Diagnosis:
    return FOUND


def test_the_page_says_what_the_text_says(found: Diagnosis) -> None:
    html, text = diagnosis_html(found), diagnosis_text(found)
    page = Page(html)
    assert len(page.items) == len(found.sentences)
    assert page.cells[0][0] == "row"
    assert page.cells[1][0] == "4"
    for name in ("Breusch–Pagan", "Jarque–Bera", "Leverage", "poly("):
        assert name in html
        assert name in text


def test_nothing_runs_and_nothing_is_fetched(found: Diagnosis) -> None:
    html = diagnosis_html(found)
    page = Page(html)
    assert page.all("script") == page.all("img") == page.all("link") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not re.search(r"(?:src|href)=\"|@import|url\(", re.sub(r"&[a-z]+;", "", html))
    scopes = {head["scope"] for head in page.all("th")}
    assert scopes == {"col", "row"}


def test_no_line_of_the_text_is_broken_by_a_name(found: Diagnosis) -> None:
    lines = diagnosis_text(found).splitlines()
    rows = lines[lines.index("Rows that move the fit most") + 4 :][:10]
    assert [line.split()[0] for line in rows] == [str(row) for row in found.influential["row"].to_pylist()]
