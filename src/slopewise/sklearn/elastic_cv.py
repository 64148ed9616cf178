"""`ElasticNetCV` and `LassoCV`: penalties on the sizes of the coefficients, chosen by folds."""

from __future__ import annotations

import numbers
import warnings
from typing import Any

import numpy as np
from sklearn import linear_model
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import check_cv
from sklearn.utils import check_scalar
from sklearn.utils._metadata_requests import _raise_for_params, _routing_enabled
from sklearn.utils.metadata_routing import process_routing

from slopewise.moments import Moments
from slopewise.sklearn.elastic import check_gram, not_converged
from slopewise.sklearn.folding import Split, splits_of, training
from slopewise.sklearn.intake import Table
from slopewise.sklearn.shared import Penalised, checked, keep_answer
from slopewise.sklearn.sparsest import Net, Netted, grid, netted
from slopewise.solvers.shortest import Shortest
from slopewise.typing import Array


class _Chosen(Penalised):
    """What `ElasticNetCV` and `LassoCV` do alike; l1_ratio is 1 for the lasso."""

    @checked
    def fit(self: Any, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Any:
        """Choose the penalty by folds and fit to all rows; `params` are routed to the splitter."""
        _raise_for_params(params, self, "fit")
        weights = None if isinstance(sample_weight, numbers.Number) else sample_weight
        table = Table.of(self, X, y, weights, accept_sparse="csc", accept_large_sparse=False, multi_output=False)
        if table.too_wide:
            self.__dict__.pop("moments_", None)
            return super().fit(X, y, sample_weight=sample_weight, **params)  # type: ignore[misc]
        whole = table.state("double")
        check_gram(self.precompute, whole, table, self.fit_intercept)
        ratios = np.atleast_1d(getattr(self, "l1_ratio", 1.0))
        nets = [Net(float(r), self.fit_intercept, self.positive, self.tol, self.max_iter) for r in ratios]
        alphas = self._alphas(whole, nets)
        splits = self._splits(table, params | {"sample_weight": weights})
        errors = fold_errors(table, splits, nets, alphas)
        self.mse_path_ = np.squeeze(np.moveaxis(errors, 2, 1))
        means = errors.mean(axis=1)
        r, i = np.unravel_index(int(np.nanargmin(means)), means.shape)
        self.alphas_ = alphas[0] if len(nets) == 1 or not isinstance(self.alphas, numbers.Integral) else alphas
        self.alpha_ = alphas[r, i]
        if hasattr(self, "l1_ratio"):
            self.l1_ratio_ = ratios[r]
        return self._keep(table, whole, netted(whole, nets[r], alphas[r, i : i + 1]))

    def _alphas(self: Any, whole: Moments, nets: list[Net]) -> Array:
        """The penalties (n, L) for each of n l1_ratios, decreasing."""
        if isinstance(self.alphas, numbers.Integral):
            return np.array([grid(whole, net, self.eps, int(self.alphas)) for net in nets])
        for index, value in enumerate(self.alphas):
            name = f"alphas[{index}]"
            check_scalar(value, name, target_type=numbers.Real, min_val=0.0, include_boundaries="left")
        return np.tile(np.sort(np.asarray(self.alphas, dtype=np.float64))[::-1], (len(nets), 1))

    def _splits(self: Any, table: Table, params: dict[str, Any]) -> list[Split]:
        routed = process_routing(self, "fit", **params).splitter.split if _routing_enabled() else {}
        return splits_of(check_cv(self.cv).split(table.X, table.Y[:, 0], **routed), table.m)

    def _keep(self: Any, table: Table, whole: Moments, found: Netted) -> Any:
        keep_answer(self, Shortest(found.coefficients, found.intercepts, 0), table)
        self.dual_gap_, self.n_iter_ = found.gaps[0], max(int(found.sweeps[0]), 1)
        self.moments_ = whole
        if not found.converged.all():
            warnings.warn(not_converged(float(found.gaps.max()), self.max_iter), ConvergenceWarning, stacklevel=3)
        return self

    def _penalty(self: Any) -> tuple[Array, float]:
        return np.array([self.alpha_]), float(getattr(self, "l1_ratio_", 1.0))


class ElasticNetCV(_Chosen, linear_model.ElasticNetCV):  # type: ignore[misc]
    """The elastic net with its penalty chosen, as `sklearn.linear_model.ElasticNetCV`.

        minimise 1/(2Σv) Σ v (y − b − w·x)² + alpha_ l1_ratio_ ‖w‖₁ + alpha_ (1 − l1_ratio_)/2 ‖w‖²

    alpha_ and l1_ratio_ have the least mean, over the test sets of `cv`, of the weighted mean square of the residuals
    by the answers of the training sets; the first of several. `alphas` are penalties, or how many: from the least
    that leaves all coefficients zero down to `eps` times it. Wherever the test sets are a partition of the rows, each
    row is summed once, into the state of its fold, and a training set is the others merged. Every answer is found to
    rounding, as by `ElasticNet`, whose options mean here what they mean there; `n_jobs` and `verbose` change nothing.

    `fit(X, y, sample_weight=None, **params)` takes X (m, p), dense or sparse, y (m,) and weights v (m,); `params` are
    routed to the splitter. It raises `ValueError` for what scikit-learn's own refuses.

    | attribute    | shape              | meaning                                                                    |
    |--------------|--------------------|----------------------------------------------------------------------------|
    | `alpha_`     | ()                 | the penalty; `l1_ratio_` beside it                                         |
    | `alphas_`    | (L,) or (n, L)     | the penalties tried, decreasing; for each of n l1_ratios                   |
    | `mse_path_`  | (L, folds), (n, …) | the mean squares of the residuals of each test set                         |
    | `coef_`      | (p,)               | w, in target units per feature unit, by all rows                           |
    | `intercept_` | ()                 | b; 0.0 where `fit_intercept=False`                                         |
    | `dual_gap_`  | ()                 | how far the objective can lie above its minimum                            |
    | `n_iter_`    | int                | linear systems solved and sweeps over the coefficients                     |
    | `moments_`   |                    | the state of [X, y], see `slopewise.Moments`                               |

    Source: Hastie, Tibshirani & Friedman (2009), *The Elements of Statistical Learning*, 2nd ed., §7.10.

    >>> X = np.arange(12.0)[:, None]
    >>> model = ElasticNetCV(cv=3, alphas=[10.0, 0.1]).fit(X, 3 * X[:, 0] + 1)
    >>> float(model.alpha_), model.mse_path_.shape, model.coef_.round(3).tolist()
    (0.1, (2, 3), [2.983])
    """


class LassoCV(_Chosen, linear_model.LassoCV):  # type: ignore[misc]
    """The lasso with its penalty chosen, as `sklearn.linear_model.LassoCV`: an `ElasticNetCV` whose l1_ratio is 1.

        minimise 1/(2Σv) Σ v (y − b − w·x)² + alpha_ ‖w‖₁

    Parameters, attributes and errors as for `ElasticNetCV`, but for `l1_ratio`.

    >>> X = np.arange(12.0)[:, None]
    >>> model = LassoCV(cv=3, alphas=[10.0, 0.1]).fit(X, 3 * X[:, 0] + 1)
    >>> float(model.alpha_), model.coef_.round(3).tolist()
    (0.1, [2.992])
    """


def fold_errors(table: Table, splits: list[Split], nets: list[Net], alphas: Array) -> Array:
    """Weighted mean squares (n, folds, L) of the residuals of the test sets, by the answers of the training sets."""
    errors = np.empty((len(nets), len(splits), alphas.shape[1]))
    for fold, (split, state) in enumerate(zip(splits, training(table, splits), strict=True)):
        X, y = table.X[split.test], table.Y[split.test]
        weights = None if table.weights is None else table.weights[split.test]
        for r, net in enumerate(nets):
            found = netted(state, net, alphas[r])
            residuals = X @ found.coefficients.T + (found.intercepts - y)
            errors[r, fold] = np.average(residuals**2, axis=0, weights=weights)
    return errors
