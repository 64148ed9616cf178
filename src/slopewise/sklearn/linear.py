"""`LinearRegression`: ordinary least squares, the shortest answer where there are several."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import linear_model
from sklearn.utils.validation import check_is_fitted

from slopewise.sklearn.answering import Answered, Problem, answer, from_state
from slopewise.sklearn.intake import Table
from slopewise.sklearn.shared import Summarised, checked, gone_on, keep_answer
from slopewise.solvers.shortest import singular_values
from slopewise.typing import Array


class LinearRegression(Summarised, linear_model.LinearRegression):  # type: ignore[misc]
    """Ordinary least squares, as `sklearn.linear_model.LinearRegression`.

        minimise Σ v (y − b − w·x)²,    and of all minimisers take the shortest w

    Directions of the centred features whose singular value is at most `tol` times the largest do not count. With
    `positive` no coefficient is negative, and of several minimisers it is the one that Lawson & Hanson's method
    finds. `copy_X` and `n_jobs` are accepted and change nothing: X is never written to, and all targets are solved
    for at once.

    `fit(X, y, sample_weight=None)` and `partial_fit(X, y, sample_weight=None)` take X (m, p), dense or sparse, y (m,)
    or (m, k), and weights v (m,). `partial_fit` adds the rows to those before: its answer is that of all of them
    together. Both raise `ValueError` for what scikit-learn's own refuses, with its words.

    | attribute     | shape          | meaning                                                                        |
    |---------------|----------------|--------------------------------------------------------------------------------|
    | `coef_`       | (p,) or (k, p) | w, in target units per feature unit                                            |
    | `intercept_`  | () or (k,)     | b; 0.0 where `fit_intercept=False`                                             |
    | `rank_`       | ()             | how many directions of X count; dense X, without `positive`                    |
    | `singular_`   | (min(m, p),)   | singular values of the centred X; where `rank_` is                             |
    | `moments_`    |                | the state of [X, y], see `slopewise.Moments`; none if m ≤ p, but by partial_fit |

    A sparse table of more than 4,096 columns is left to scikit-learn's own solver. Source: Golub & Van Loan (2013),
    *Matrix Computations*, 4th ed., §5.5.

    >>> model = LinearRegression().fit([[1.0], [2.0], [4.0]], [300.0, 500.0, 900.0])
    >>> model.coef_.round(9).tolist(), round(float(model.intercept_), 9), model.predict([[3.0]]).round(9).tolist()
    ([200.0], 100.0, [700.0])
    >>> model.partial_fit([[5.0]], [1100.0]).moments_.rows.item()
    4
    """

    @checked
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit to these rows, and forget any others."""
        table = Table.of(self, X, y, sample_weight, accept_sparse=self._sparse_formats)
        if table.is_sparse and table.too_wide:
            self._forget()
            return super().fit(X, y, sample_weight)
        return self._keep(answer(table, self._problem(table)), table)

    @checked
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearRegression:
        """Fit to these rows and all before: those of earlier calls, and of `fit`."""
        first = not hasattr(self, "coef_")
        table = Table.of(self, X, y, sample_weight, reset=first, accept_sparse=self._sparse_formats)
        return self._keep(from_state(gone_on(self, table), self._problem(table)), table)

    @property
    def singular_(self) -> Array:
        """The singular values of the centred X times √v, (min(m, p),), the largest first.

        >>> LinearRegression().fit([[0.0], [2.0]], [1.0, 3.0]).singular_.round(4).tolist()
        [1.4142]
        """
        check_is_fitted(self)
        if not hasattr(self, "rank_"):
            raise AttributeError("singular values are found for dense X, and without positive=True")
        if not hasattr(self, "moments_"):
            return np.asarray(self._singular)
        return singular_values(self.moments_, self.n_features_in_, intercept=self.fit_intercept)

    @property
    def _sparse_formats(self) -> Any:
        return False if self.positive else ["csr", "csc", "coo"]

    def _problem(self, table: Table) -> Problem:
        return Problem(np.zeros(table.k), self.fit_intercept, self.tol, self.positive)

    def _forget(self) -> None:
        for name in ("rank_", "_singular", "moments_"):
            self.__dict__.pop(name, None)

    def _keep(self, found: Answered, table: Table) -> LinearRegression:
        self._forget()
        keep_answer(self, found.found, table)
        if found.moments is not None:
            self.moments_ = found.moments
        if not (table.is_sparse or self.positive):
            self.rank_ = found.found.rank
            if found.products is not None:
                self._singular = np.sqrt(np.maximum(np.linalg.eigvalsh(found.products)[::-1], 0.0))
        return self
