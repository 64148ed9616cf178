"""The pictures of the documentation, drawn while it is built: a function each, which returns the figure."""

from __future__ import annotations

from matplotlib.figure import Figure

import slopewise as sw
from slopewise.views import plots


def two_houses() -> Figure:
    """Ten thousand steps towards the line through two houses."""
    return sw.descend(sw.collect("price ~ size", sw.datasets.path("two_houses")), learning_rate=0.01).figure()


def diverging() -> Figure:
    """The same with a step that is too long."""
    kept = sw.collect("price ~ size", sw.datasets.path("two_houses"))
    return sw.descend(kept, learning_rate=0.8, iterations=10).figure()


def scaling() -> Figure:
    """The valley of the cost before and after standardising."""
    kept = sw.collect("price ~ size_sqft + bedrooms + floors + age", sw.datasets.path("houses"))
    raw = sw.descend(kept, iterations=30)
    return plots.scaling(raw, sw.descend(kept, iterations=30, scale=True), names=kept.names)


def _ames() -> sw.LinearModel:
    return sw.fit("log(price) ~ log(area) + Overall.Qual + poly(Year.Built, 2) + Bldg.Type", sw.datasets.path("ames"))


def effects() -> Figure:
    """What each column does to the price of a house."""
    return _ames().plot.effects()


def diagnosis() -> Figure:
    """The residuals of that model."""
    return _ames().diagnose(sw.datasets.path("ames"), keep=["PID"]).figure()


def lasso() -> Figure:
    """The path of the lasso for the price of a house."""
    formula = "price ~ area + Overall.Qual + Year.Built + Lot.Area + Bldg.Type + Street"
    return sw.lasso_path(sw.collect(formula, sw.datasets.path("ames"))).figure()


def cross_validation() -> Figure:
    """The error of each penalty on rows that it has not seen."""
    formula = "price ~ area + Overall.Qual + Year.Built + Lot.Area + Neighborhood"
    return sw.cross_validate(sw.collect(formula, sw.datasets.path("ames"), folds=10), penalty="lasso").figure()
