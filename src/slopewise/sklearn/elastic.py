"""`ElasticNet` and `Lasso`: penalties on the sizes of the coefficients, in scikit-learn's units."""

from __future__ import annotations

import numbers
import warnings
from typing import Any

import numpy as np
from sklearn import linear_model
from sklearn.exceptions import ConvergenceWarning

from slopewise.moments import Moments
from slopewise.sklearn.intake import Table
from slopewise.sklearn.shared import Penalised, checked, gone_on, keep_answer
from slopewise.sklearn.sparsest import Net, netted
from slopewise.solvers.shortest import Shortest
from slopewise.typing import Array

ZERO = "With alpha=0, this algorithm does not converge well. You are advised to use the LinearRegression estimator"


class _Descended(Penalised):
    """What `ElasticNet` and `Lasso` do alike; l1_ratio is 1 for the lasso."""

    @checked
    def fit(self, X: Any, y: Any, sample_weight: Any = None, check_input: bool = True) -> Any:
        """Fit to these rows, and forget any others; `check_input=False` trusts that X and y are float arrays."""
        table = self._table(X, y, sample_weight, check_input=check_input)
        if table.too_wide:
            self.__dict__.pop("moments_", None)
            return super().fit(X, y, sample_weight, check_input=check_input)  # type: ignore[misc]
        return self._keep(table, table.state("double"))

    @checked
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit to these rows and all before: those of earlier calls, and of `fit`."""
        table = self._table(X, y, sample_weight, reset=not hasattr(self, "coef_"))
        return self._keep(table, gone_on(self, table))

    def _table(self, X: Any, y: Any, sample_weight: Any, *, check_input: bool = True, reset: bool = True) -> Table:
        """The rows, checked; one number for all weights changes nothing."""
        weights = None if isinstance(sample_weight, numbers.Number) else sample_weight
        if not check_input:
            y = np.asarray(y)
            return Table(X, y[:, None] if y.ndim == 1 else y, weights, y.ndim == 1)
        return Table.of(self, X, y, weights, reset=reset, accept_sparse="csc", accept_large_sparse=False)

    def _keep(self: Any, table: Table, state: Moments) -> Any:
        if self.alpha == 0:
            warnings.warn(ZERO, stacklevel=3)
        check_gram(self.precompute, state, table, self.fit_intercept)
        net = Net(self.l1_ratio, self.fit_intercept, self.positive, self.tol, self.max_iter)
        found = [netted(target, net, np.array([float(self.alpha)])) for target in targets(state, table.k)]
        W, b = (np.concatenate([getattr(one, name) for one in found]) for name in ("coefficients", "intercepts"))
        keep_answer(self, Shortest(W, b, 0), table, flat=table.k == 1)
        gaps = np.array([one.gaps[0] for one in found], dtype=table.dtype)
        sweeps = [max(int(one.sweeps[0]), 1) for one in found]
        self.dual_gap_ = gaps[0] if table.k == 1 else gaps
        self.n_iter_ = sweeps[0] if table.k == 1 else sweeps
        self.moments_ = state
        if not all(one.converged.all() for one in found):
            warnings.warn(not_converged(float(gaps.max()), self.max_iter), ConvergenceWarning, stacklevel=3)
        return self

    def _penalty(self: Any) -> tuple[Array, float]:
        return np.array([float(self.alpha)]), float(self.l1_ratio)


class ElasticNet(_Descended, linear_model.ElasticNet):  # type: ignore[misc]
    """The elastic net, as `sklearn.linear_model.ElasticNet`.

        minimise 1/(2Σv) Σ v (y − b − w·x)² + alpha l1_ratio ‖w‖₁ + alpha (1 − l1_ratio)/2 ‖w‖²

    The features are not standardised, and the intercept is not penalised; several targets are fitted one by one. With
    `positive` no coefficient is negative. The answer is found to rounding, whatever `tol` allows, so that where it
    starts (`warm_start`), the order of its steps (`selection`, `random_state`) and `copy_X` change nothing.
    `max_iter` bounds the sweeps over the coefficients where sweeps are needed; a `ConvergenceWarning` says when it
    was reached. A Gram matrix given as `precompute` is held beside the one that is found here, and `ValueError`
    raised if it is another.

    `fit(X, y, sample_weight=None)` and `partial_fit(X, y, sample_weight=None)` take X (m, p), dense or sparse, y (m,)
    or (m, k), and weights v (m,). `partial_fit` adds the rows to those before: its answer is that of all of them
    together. Both raise `ValueError` for what scikit-learn's own refuses, with its words.

    | attribute    | shape          | meaning                                                                        |
    |--------------|----------------|--------------------------------------------------------------------------------|
    | `coef_`      | (p,) or (k, p) | w, in target units per feature unit; `sparse_coef_` the same, sparse           |
    | `intercept_` | () or (k,)     | b; 0.0 where `fit_intercept=False`                                             |
    | `dual_gap_`  | () or (k,)     | how far the objective can lie above its minimum                                |
    | `n_iter_`    | int or list    | linear systems solved and sweeps over the coefficients                         |
    | `moments_`   |                | the state of [X, y], see `slopewise.Moments`                                   |

    A table of more than 4,096 columns that is sparse, or of fewer rows, is left to scikit-learn's own descent.
    Source: Friedman, Hastie & Tibshirani (2010), Journal of Statistical Software 33(1).

    >>> model = ElasticNet(alpha=100.0, l1_ratio=0.5).fit([[1.0], [3.0]], [300.0, 700.0])
    >>> model.coef_.round(6).tolist(), round(float(model.intercept_), 6)
    ([2.941176], 494.117647)
    """


class Lasso(_Descended, linear_model.Lasso):  # type: ignore[misc]
    """The lasso, as `sklearn.linear_model.Lasso`: an elastic net whose l1_ratio is 1.

        minimise 1/(2Σv) Σ v (y − b − w·x)² + alpha ‖w‖₁

    Parameters, attributes and errors as for `ElasticNet`. Of a wide table, where several answers may share the minimum,
    one of them is given. Source: Tibshirani (1996), Journal of the Royal Statistical Society B 58(1), 267–288.

    >>> model = Lasso(alpha=50.0).fit([[1.0, 0.0], [3.0, 1.0], [5.0, 0.0]], [300.0, 700.0, 1100.0])
    >>> model.coef_.round(6).tolist(), round(float(model.intercept_), 6)
    ([181.25, 0.0], 156.25)
    """


def targets(state: Moments, k: int) -> list[Moments]:
    """The state of each target with the features, of a state whose last k columns are targets."""
    p = state.q - k
    return [state] if k == 1 else [state.select([*range(p), p + t]) for t in range(k)]


def not_converged(gap: float, max_iter: int) -> str:
    """What to say of a descent that was stopped."""
    return (
        f"Objective did not converge: after max_iter={max_iter} sweeps the duality gap is {gap:.3e}. Raise max_iter, "
        "or drop columns that others nearly determine."
    )


def check_gram(given: Any, state: Moments, table: Table, intercept: bool) -> None:
    """Hold a Gram matrix that was given beside our own, which is used in any case, as scikit-learn does."""
    if isinstance(given, (bool, str)) or given is None:
        return
    gram, p = np.asarray(given, dtype=np.float64), table.p
    if gram.shape != (p, p):
        raise ValueError(f"precompute has shape {gram.shape}; a Gram matrix of {p} features is ({p}, {p})")
    if intercept and not np.allclose(state.mean[:p], 0.0):
        warnings.warn(
            "Gram matrix was provided but X was centered to fit intercept: recomputing Gram matrix.",
            UserWarning,
            stacklevel=4,
        )
        return
    own = (state.centred if intercept else state.raw)[:p, :p] * (table.m / float(state.weight))
    if not np.allclose(gram, own, rtol=1e-4 if gram.dtype == np.float32 else 1e-7, atol=1e-5):
        i, j = np.unravel_index(np.argmax(np.abs(gram - own)), gram.shape)
        raise ValueError(
            "Gram matrix passed in via 'precompute' parameter did not pass validation - please check that it was "
            f"computed properly. For element ({i},{j}) we computed {own[i, j]} but the user-supplied value was "
            f"{gram[i, j]}."
        )
