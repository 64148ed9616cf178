"""`Ridge`: least squares with a penalty on the squares of the coefficients, in scikit-learn's units."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import linear_model

from slopewise.sklearn.answering import Answered, Problem, answer, from_state
from slopewise.sklearn.intake import Table
from slopewise.sklearn.shared import Penalised, checked, gone_on, keep_answer
from slopewise.typing import Array

WITH_INTERCEPT = ("auto", "lsqr", "sparse_cg", "sag", "lbfgs")
"""The solvers that scikit-learn lets fit an intercept to sparse X."""


class Ridge(Penalised, linear_model.Ridge):  # type: ignore[misc]
    """Ridge regression, as `sklearn.linear_model.Ridge`.

        minimise Σ v (y − b − w·x)² + alpha ‖w‖²

    The features are not standardised, and the intercept is not penalised. `alpha` is one penalty, or one for each of k
    targets. With `positive` no coefficient is negative. There is one minimiser, and it is found directly, whichever
    `solver` is named: the name is checked as scikit-learn checks it and kept as `solver_`, and `max_iter`, `tol`,
    `copy_X` and `random_state` change nothing. At alpha = 0 the answer is the shortest one of least squares.

    `fit(X, y, sample_weight=None)` and `partial_fit(X, y, sample_weight=None)` take X (m, p), dense or sparse, y (m,)
    or (m, k), and weights v (m,). `partial_fit` adds the rows to those before: its answer is that of all of them
    together. Both raise `ValueError` for what scikit-learn's own refuses, with its words.

    | attribute    | shape          | meaning                                                                         |
    |--------------|----------------|---------------------------------------------------------------------------------|
    | `coef_`      | (p,) or (k, p) | w, in target units per feature unit                                             |
    | `intercept_` | () or (k,)     | b; 0.0 where `fit_intercept=False`                                              |
    | `n_iter_`    | (k,)           | ones: the answer is found in one step, where scikit-learn may say None          |
    | `solver_`    |                | what `solver` stands for in scikit-learn                                        |
    | `moments_`   |                | the state of [X, y], see `slopewise.Moments`; none if m ≤ p, but by partial_fit |

    A sparse table of more than 4,096 columns is left to scikit-learn's own solver. Source: Hastie, Tibshirani &
    Friedman (2009), *The Elements of Statistical Learning*, 2nd ed., §3.4.1.

    >>> model = Ridge(alpha=2.0).fit([[1.0], [3.0]], [300.0, 700.0])
    >>> model.coef_.tolist(), float(model.intercept_)
    ([100.0], 300.0)
    """

    @checked
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit to these rows, and forget any others."""
        table = Table.of(self, X, y, sample_weight, accept_sparse=_sparse_formats(self.solver))
        self.solver_ = self._named_solver(table)
        if table.is_sparse and table.too_wide:
            self.__dict__.pop("moments_", None)
            return super().fit(X, y, sample_weight)
        return self._keep(answer(table, self._problem(table)), table)

    @checked
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Ridge:
        """Fit to these rows and all before: those of earlier calls, and of `fit`."""
        first = not hasattr(self, "coef_")
        table = Table.of(self, X, y, sample_weight, reset=first, accept_sparse=_sparse_formats(self.solver))
        self.solver_ = self._named_solver(table)
        return self._keep(from_state(gone_on(self, table), self._problem(table)), table)

    def _problem(self, table: Table) -> Problem:
        return Problem(penalties(self.alpha, table.k), self.fit_intercept, positive=self.positive)

    def _keep(self, found: Answered, table: Table) -> Ridge:
        self.__dict__.pop("moments_", None)
        keep_answer(self, found.found, table, flat=table.k == 1)
        if found.moments is not None:
            self.moments_ = found.moments
        self.n_iter_ = np.ones(table.k, dtype=np.int32)
        return self

    def _named_solver(self, table: Table) -> str:
        """The solver that scikit-learn would take; its `ValueError` for one that cannot do what is asked."""
        named: str = self.solver
        if named == "lbfgs" and not self.positive:
            raise ValueError("'lbfgs' solver can be used only when positive=True. Please use another solver.")
        if self.positive and named not in ("auto", "lbfgs"):
            raise ValueError(
                f"solver='{named}' does not support positive fitting. Please set the solver to 'auto' or 'lbfgs', or "
                "set `positive=False`"
            )
        if table.is_sparse and named == "svd":
            raise TypeError("SVD solver does not support sparse inputs currently")
        if table.is_sparse and self.fit_intercept and named not in WITH_INTERCEPT:
            raise ValueError(
                f"solver='{named}' does not support fitting the intercept on sparse data. Please set the solver to "
                "'auto' or 'lsqr', 'sparse_cg', 'sag', 'lbfgs' or set `fit_intercept=False`"
            )
        return named if named != "auto" else automatic(self.positive, table)

    def _penalty(self) -> tuple[Array, float]:
        weight = float(self.moments_.weight)
        return penalties(self.alpha, 1) / weight, 0.0

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.array_api_support = False
        return tags


def penalties(alpha: Any, k: int) -> Array:
    """ρ (k,) of one penalty or of one for each target; scikit-learn's `ValueError` for any other number of them."""
    given = np.asarray(alpha, dtype=np.float64).ravel()
    if len(given) not in (1, k):
        raise ValueError(f"Number of targets and number of penalties do not correspond: {len(given)} != {k}")
    return np.broadcast_to(given, (k,)).copy()


def automatic(positive: bool, table: Table) -> str:
    """What solver="auto" stands for in scikit-learn."""
    if positive:
        return "lbfgs"
    return "sparse_cg" if table.is_sparse else "cholesky"


def _sparse_formats(solver: str) -> Any:
    return "csr" if solver in ("auto", "sag", "saga") else ["csr", "csc", "coo"]
