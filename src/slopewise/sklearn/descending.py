"""`GradientDescentRegressor`: least squares by gradient descent, step by step, with its whole history."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from slopewise.answering import of_moments
from slopewise.moments import Moments
from slopewise.run import Run
from slopewise.sklearn.elastic import targets
from slopewise.sklearn.intake import FLOATS, Table
from slopewise.sklearn.shared import checked, collected, gone_on, keep_answer
from slopewise.solvers.descent import Descent, descend
from slopewise.solvers.shortest import Shortest
from slopewise.typing import Array


class GradientDescentRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Least squares by steps of a constant learning rate down the gradient of the cost.

         J(w, b) = 1/(2Σv) Σ v (w·x + b − y)²        v ← momentum v − learning_rate ∇J,   (w, b) ← (w, b) + v

     scikit-learn has no such estimator: `SGDRegressor` takes a row at a time, in random order. Here every step sees all
     rows, through their sums, so that it costs p² whatever their number, and the same call gives the same steps.

    | parameter       | default | meaning                                                |
    |-----------------|---------|--------------------------------------------------------|
    | `learning_rate` | "auto"  | the size of a step; "auto" is the fastest constant one |
    | `max_iter`      | 10,000  | the most steps                                         |
    | `tol`           | 1e-10   | stop when ‖∇J‖ ≤ tol ‖∇J at the start‖; 0 means never  |
    | `momentum`      | 0.0     | of the heavy ball, in [0, 1)                           |
    | `scale`         | True    | whether the steps are taken in standardised features   |
    | `fit_intercept` | True    | whether there is a b                                   |
    | `warm_start`    | False   | start where the last fit ended, and not at zero        |

    | attribute        | shape            | meaning                                                       |
    |------------------|------------------|---------------------------------------------------------------|
    | `coef_`          | (p,) or (k, p)   | w, in target units per feature unit, scaled or not            |
    | `intercept_`     | () or (k,)       | b; 0.0 where `fit_intercept=False`                            |
    | `n_iter_`        | int or list      | steps done, for each target                                   |
    | `costs_`         | (n + 1,) or list | J from the start on                                           |
    | `learning_rate_` | float or list    | the rate that was used                                        |
    | `runs_`          | list             | a `slopewise.Run` for each target: path, stable rate, formula |
    | `moments_`       |                  | the state of [X, y], see `slopewise.Moments`                  |

    A run that ends before the tolerance is met gives a `ConvergenceWarning`; one that diverges says the largest stable
     rate. Source: Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4(5), 1–17.

     >>> model = GradientDescentRegressor(learning_rate=0.5, tol=1e-9).fit([[1.0], [2.0]], [300.0, 500.0])
     >>> model.coef_.round(4).tolist(), model.costs_[:2].round(1).tolist(), model.n_iter_
     ([200.0], [85000.0, 21250.0], 30)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "learning_rate": [Interval(Real, 0, None, closed="neither"), StrOptions({"auto"})],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "scale": ["boolean"],
        "fit_intercept": ["boolean"],
        "warm_start": ["boolean"],
    }

    def __init__(
        self,
        learning_rate: float | Literal["auto"] = "auto",
        *,
        max_iter: int = 10_000,
        tol: float = 1e-10,
        momentum: float = 0.0,
        scale: bool = True,
        fit_intercept: bool = True,
        warm_start: bool = False,
    ) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.momentum = momentum
        self.scale = scale
        self.fit_intercept = fit_intercept
        self.warm_start = warm_start

    @checked
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientDescentRegressor:
        """Descend on these rows: X (m, p), dense or sparse, y (m,) or (m, k), weights v (m,)."""
        table = Table.of(self, X, y, sample_weight, accept_sparse="csr")
        return self._descend(table, table.state("double"))

    @checked
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientDescentRegressor:
        """Descend on these rows and all before, those of earlier calls and of `fit`."""
        table = Table.of(self, X, y, sample_weight, reset=not hasattr(self, "coef_"), accept_sparse="csr")
        return self._descend(table, gone_on(self, table))

    def predict(self, X: Any) -> Array:
        """b + w·x, (m,) or (m, k), for X (m, p)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, accept_sparse="csr", dtype=FLOATS)
        return np.asarray(X @ self.coef_.T + self.intercept_)

    def summary(self) -> str:
        """The descent in words and figures, for one target: how it went, and where it led."""
        collected(self)
        return str(self.runs_[0])

    def _descend(self, table: Table, state: Moments) -> GradientDescentRegressor:
        starts = self._starts(table)
        states = targets(state, table.k)
        found = [self._run(one, start) for one, start in zip(states, starts, strict=True)]
        names = list(getattr(self, "feature_names_in_", [])) or None
        if names and ("y" in names or len(set(names)) < len(names)):
            names = None
        self.runs_ = [
            Run.of(run, of_moments(one, names=names, intercept=self.fit_intercept))
            for run, one in zip(found, states, strict=True)
        ]
        W, b = np.array([run.coefficients for run in found]), np.array([run.intercept for run in found])
        keep_answer(self, Shortest(W, b, 0), table)
        self.n_iter_ = found[0].iterations if table.single else [run.iterations for run in found]
        self.costs_ = found[0].costs if table.single else [run.costs for run in found]
        self.learning_rate_ = found[0].learning_rate if table.single else [run.learning_rate for run in found]
        self.moments_ = state
        return self

    def _starts(self, table: Table) -> list[Array | None]:
        """Where each descent starts: None is zero."""
        if not (self.warm_start and hasattr(self, "coef_")):
            return [None] * table.k
        W = np.atleast_2d(self.coef_)
        if W.shape != (table.k, table.p):
            raise ValueError(f"warm_start: coef_ has shape {W.shape}, and these rows need ({table.k}, {table.p})")
        b = np.broadcast_to(self.intercept_, table.k)[:, None]
        return list(np.hstack([b, W]) if self.fit_intercept else W)

    def _run(self, state: Moments, start: Array | None) -> Descent:
        run = descend(
            state,
            intercept=self.fit_intercept,
            learning_rate=self.learning_rate,
            iterations=self.max_iter,
            start=start,
            scale=self.scale,
            momentum=self.momentum,
            tolerance=self.tol,
        )
        if run.status == "diverged":
            advice = (
                f"stay below learning_rate={run.stable_below:.6g}; the fastest constant rate is {run.best_rate:.6g}"
            )
            warnings.warn(f"Gradient descent diverged: {advice}.", ConvergenceWarning, stacklevel=4)
        elif run.status == "descending" and self.tol > 0:
            message = (
                f"Gradient descent was stopped after max_iter={self.max_iter} steps, before the gradient was small: "
            )
            warnings.warn(message + "raise max_iter, or set scale=True.", ConvergenceWarning, stacklevel=4)
        return run

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
