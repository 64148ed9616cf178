"""The peers: how each fits least squares with an intercept, called as its documentation says, by default settings.

What is timed is `fit` alone. `prepare` brings the rows into the form that the peer's users have them in (a Polars
frame), and `read` picks the figures out of what was fitted.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from slopewise.typing import Array


@dataclass(frozen=True)
class Figures:
    """What a method says of a fit: `coefficients` and `std_errors` (k,), intercept first; None for what it lacks."""

    coefficients: list[float]
    std_errors: list[float] | None = None
    sigma: float | None = None
    r_squared: float | None = None


class Peer(ABC):
    """One way of fitting: `fit(prepare(X, y), intercept)`, then `read` of what that returned."""

    name: ClassVar[str]
    package: ClassVar[str]

    def prepare(self, X: Array, y: Array) -> Any:
        """The rows as the peer's users hold them."""
        return X, y

    @abstractmethod
    def fit(self, data: Any, intercept: bool = True) -> Any:
        """What the peer makes of the rows."""

    @abstractmethod
    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        """The figures of a fit."""


class ScikitLearn(Peer):
    """`score` is R² about the mean, so there is none to compare without an intercept."""

    name = "scikit-learn LinearRegression"
    package = "sklearn.linear_model"

    def fit(self, data: Any, intercept: bool = True) -> Any:
        return importlib.import_module(self.package).LinearRegression(fit_intercept=intercept).fit(*data)

    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        r_squared = float(fitted.score(*data)) if intercept else None
        return Figures(_with_intercept(fitted.intercept_, fitted.coef_, intercept), r_squared=r_squared)


class Sklearnex(ScikitLearn):
    """scikit-learn's interface over oneDAL, which solves the normal equations."""

    name = "sklearnex LinearRegression"
    package = "sklearnex.linear_model"


class Statsmodels(Peer):
    """Everything is said."""

    name = "statsmodels OLS"
    package = "statsmodels.api"

    def fit(self, data: Any, intercept: bool = True) -> Any:
        X, y = data
        return importlib.import_module(self.package).OLS(y, _design(X, intercept)).fit()

    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        errors = np.asarray(fitted.bse).tolist()
        return Figures(np.asarray(fitted.params).tolist(), errors, float(np.sqrt(fitted.scale)), float(fitted.rsquared))


class Glum(Peer):
    """Without a penalty. Its variances are n/(n − k) times the classical ones, so no standard errors are compared."""

    name = "glum GeneralizedLinearRegressor"
    package = "glum"

    def fit(self, data: Any, intercept: bool = True) -> Any:
        glum = importlib.import_module(self.package)
        return glum.GeneralizedLinearRegressor(family="normal", alpha=0, fit_intercept=intercept).fit(*data)

    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        return Figures(_with_intercept(fitted.intercept_, fitted.coef_, intercept))


class PolarsDs(Peer):
    """An expression over a frame, the constant last. Coefficients come from `lin_reg`, the rest from its report."""

    name = "polars-ds lin_reg"
    package = "polars_ds"

    def prepare(self, X: Array, y: Array) -> Any:
        import polars as pl

        return pl.DataFrame({**{f"x{j}": X[:, j] for j in range(X.shape[1])}, "y": y})

    def fit(self, data: Any, intercept: bool = True) -> Any:
        lin_reg = importlib.import_module(self.package).lin_reg
        return data.select(lin_reg(*data.columns[:-1], target="y", add_bias=intercept))

    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        report = importlib.import_module(self.package).lin_reg_report
        told = data.select(report(*data.columns[:-1], target="y", add_bias=intercept).alias("report")).unnest("report")
        coefficients = fitted.item()
        if coefficients is None:
            raise ArithmeticError("it gives null, as it does where it takes columns for dependent")
        values, errors = (np.roll(found, int(intercept)).tolist() for found in (coefficients, told["std_err"]))
        return Figures(values, errors, r_squared=told["r2"][0] if intercept else None)


class NumpyLstsq(Peer):
    """LAPACK's gelsd. It returns the sum of squared residuals where it finds full rank."""

    name = "numpy lstsq"
    package = "numpy.linalg"

    def fit(self, data: Any, intercept: bool = True) -> Any:
        X, y = data
        return np.linalg.lstsq(_design(X, intercept), y)

    def read(self, fitted: Any, data: Any, intercept: bool) -> Figures:
        coefficients, rss = fitted[:2]
        sigma = float(np.sqrt(rss / (len(data[1]) - len(coefficients))).item()) if np.size(rss) else None
        return Figures(coefficients.tolist(), sigma=sigma)


class ScipyGelsd(NumpyLstsq):
    """LAPACK's gelsd again, with another threshold for the rank."""

    name = "scipy lstsq, gelsd"
    package = "scipy.linalg"
    driver = "gelsd"

    def fit(self, data: Any, intercept: bool = True) -> Any:
        X, y = data
        return importlib.import_module(self.package).lstsq(_design(X, intercept), y, lapack_driver=self.driver)


class ScipyGelsy(ScipyGelsd):
    """Orthogonal factorisation with pivoting."""

    name = "scipy lstsq, gelsy"
    driver = "gelsy"


EVERY = (Sklearnex, ScikitLearn, Statsmodels, Glum, PolarsDs, NumpyLstsq, ScipyGelsd, ScipyGelsy)


def present() -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    """The peers that can be imported, and a note for each that cannot."""
    peers, absent = [], []
    for kind in EVERY:
        try:
            importlib.import_module(kind.package)
        except ImportError as error:
            absent.append(f"not run: {kind.name}, because it cannot be imported ({error})")
        else:
            peers.append(kind())
    return tuple(peers), tuple(absent)


def _design(X: Array, intercept: bool) -> Array:
    """[1 X]: what a method without a constant of its own is given, and its user pays for."""
    return np.column_stack([np.ones(len(X)), X]) if intercept else X


def _with_intercept(intercept: float, coefficients: Array, has_intercept: bool) -> list[float]:
    w: list[float] = np.ravel(coefficients).tolist()
    return [float(intercept), *w] if has_intercept else w
