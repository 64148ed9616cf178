"""One of every picture, of the tables that come with slopewise: what `test_pictures.py` compares.

A name is that of the function that draws, what sets one drawing of it apart from another after a dash.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

import slopewise as sw
from slopewise.diagnosis import Diagnosis
from slopewise.views import plots

AMES = sw.datasets.path("ames")
BENT = "log(price) ~ log(area) + Overall.Qual + poly(Year.Built, 2) + Bldg.Type"
PENALISED = "price ~ area + Overall.Qual + Year.Built + Lot.Area + Bldg.Type + Street + Neighborhood"


@functools.cache
def two_houses() -> sw.Collected:
    return sw.collect("price ~ size", sw.datasets.path("two_houses"))


@functools.cache
def houses() -> sw.Collected:
    return sw.collect("price ~ size_sqft + bedrooms + floors + age", sw.datasets.path("houses"))


@functools.cache
def six_houses() -> sw.LinearModel:
    return sw.fit("price ~ size", sw.datasets.path("six_houses"))


@functools.cache
def ames() -> sw.LinearModel:
    return sw.fit(BENT, AMES)


@functools.cache
def diagnosis() -> Diagnosis:
    return ames().diagnose(AMES, keep=["PID"])


@functools.cache
def folded() -> sw.Collected:
    return sw.collect(PENALISED, AMES, folds=10)


@functools.cache
def six_rows() -> tuple[np.ndarray, np.ndarray]:
    table = sw.datasets.load("six_houses")
    return table["size"].to_numpy(), table["price"].to_numpy()


@functools.cache
def crowd() -> tuple[np.ndarray, np.ndarray]:
    """More rows than are drawn one by one."""
    rng = np.random.default_rng(5)
    x = rng.gamma(4.0, 400.0, size=20_000)
    return x, 100.0 * x + 20_000.0 * rng.standard_normal(20_000)


def line() -> Figure:
    return plots.line(*six_rows(), 86.5, 171.7, before=(0.0, 100.0), x_label="size", y_label="price")


def away() -> sw.Run:
    return sw.descend(two_houses(), learning_rate=0.8, iterations=10)


GALLERY: dict[str, Callable[[], Figure]] = {
    "scatter": lambda: plots.scatter(*six_rows(), x_label="size", y_label="price"),
    "scatter-crowd": lambda: plots.scatter(*crowd(), x_label="area", y_label="price"),
    "line": line,
    "residual_sticks": lambda: plots.residual_sticks(*six_rows(), 86.5, 171.7, x_label="size", y_label="price"),
    "residuals": lambda: plots.residuals(86.5 + 171.7 * six_rows()[0], six_rows()[1], target="price"),
    "predicted_against_actual": lambda: plots.predicted_against_actual(
        crowd()[1], 100.0 * crowd()[0], target="price", r_squared=0.949
    ),
    "coefficients": lambda: ames().plot.coefficients(),
    "coefficients-many": lambda: sw.fit("price ~ area + Neighborhood + MS.Zoning", AMES).plot.coefficients(),
    "fit_overview": lambda: ames().figure(),
    "fit_overview-line": lambda: six_houses().figure(),
    "learning_curve": lambda: plots.learning_curve(sw.descend(two_houses(), learning_rate=0.01, iterations=2000).costs),
    "learning_curve-log": lambda: plots.learning_curve(
        sw.descend(two_houses(), iterations=60).costs, minimum=0.0, log=True
    ),
    "diverging": lambda: plots.diverging(away(), names=["size"]),
    "descent_overview": lambda: sw.descend(two_houses(), learning_rate=0.01).figure(),
    "descent_overview-away": lambda: away().figure(),
    "contours": lambda: six_houses().plot.contours(),
    "contours-descent": lambda: plots.contours(
        houses().moments, sw.descend(houses(), iterations=300, scale=True), names=houses().names
    ),
    "cost_slice": lambda: plots.cost_slice(houses().moments, "bedrooms", names=houses().names),
    "bowl": lambda: plots.bowl(
        six_houses().moments, sw.descend(six_houses().kept, learning_rate=0.05, iterations=200), names=["size"]
    ),
    "scaling": lambda: plots.scaling(
        sw.descend(houses(), iterations=30), sw.descend(houses(), iterations=30, scale=True), names=houses().names
    ),
    "penalty_paths-ridge": lambda: sw.ridge_path(folded()).figure(),
    "penalty_paths-lasso": lambda: sw.lasso_path(folded()).figure(),
    "cross_validation": lambda: sw.cross_validate(folded(), penalty="lasso").figure(),
    "effects": lambda: ames().plot.effects(),
    "effect-curve": lambda: ames().plot.effects("Year.Built"),
    "effect-by": lambda: sw.fit("price ~ area * Bldg.Type", AMES).plot.effects("area"),
    "effect-levels": lambda: sw.fit("price ~ area + Neighborhood", AMES).plot.effects("Neighborhood"),
    "diagnosis_overview": lambda: diagnosis().figure(),
    "residuals_along": lambda: diagnosis().figure("residuals"),
    "normal_plot": lambda: diagnosis().figure("qq"),
    "spread_along": lambda: diagnosis().figure("spread"),
    "leverage_plot": lambda: diagnosis().figure("leverage"),
    "partial_plot": lambda: ames().partial_regression("Overall.Qual"),
    "component_plot": lambda: ames().component_residual("Year.Built"),
}
