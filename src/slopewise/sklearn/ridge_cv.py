"""`RidgeCV`: ridge with its penalty chosen, by leaving rows out one by one, or by folds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from numbers import Real
from typing import Any

import numpy as np
from sklearn import linear_model
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, check_scalar, indexable
from sklearn.utils._metadata_requests import _raise_for_params, _routing_enabled
from sklearn.utils.metadata_routing import process_routing
from sklearn.utils.validation import _check_method_params

from slopewise.moments import Moments
from slopewise.sklearn.answering import Problem, answer
from slopewise.sklearn.folding import Split, splits_of, training
from slopewise.sklearn.intake import Table
from slopewise.sklearn.ridge import Ridge
from slopewise.sklearn.shared import Penalised, checked, keep_answer
from slopewise.solvers.left_out import Axes
from slopewise.solvers.shortest import Shortest, ridge_answers
from slopewise.typing import Array

AT_ONCE = 2**22
"""Numbers of the errors of rows left out that are formed at a time."""


class RidgeCV(Penalised, linear_model.RidgeCV):  # type: ignore[misc]
    """Ridge regression with its penalty chosen, as `sklearn.linear_model.RidgeCV`.

        minimise Σ v (y − b − w·x)² + alpha_ ‖w‖²,    alpha_ the best of `alphas`

    Without `cv` each row is left out in turn, which takes no refitting: the score of an alpha is minus the mean of
    v (y − ŷ₋ᵢ)², or that of `scoring` on the ŷ₋ᵢ. With `cv` it is the mean score of the test sets; wherever these are a
    partition of the rows, each row is summed once, into the state of its fold. The first of several best is taken.
    `gcv_mode` is checked and changes nothing: the more exact of its ways is taken where it is needed.

    `fit(X, y, sample_weight=None, **params)` takes X (m, p), dense or sparse, y (m,) or (m, k), and weights v (m,);
    `params` are routed to the scorer and the splitter. It raises `ValueError` for what scikit-learn's own refuses.

    | attribute     | shape                 | meaning                                                                  |
    |---------------|-----------------------|--------------------------------------------------------------------------|
    | `alpha_`      | () or (k,)            | the penalty; one a target with `alpha_per_target`                        |
    | `best_score_` | () or (k,)            | its score                                                                |
    | `coef_`       | (p,) or (k, p)        | w, in target units per feature unit                                      |
    | `intercept_`  | () or (k,)            | b; 0.0 where `fit_intercept=False`                                       |
    | `cv_results_` | (m, L) or (m, k, L)   | with `store_cv_results`: v (y − ŷ₋ᵢ)², or with `scoring` the ŷ₋ᵢ         |
    | `moments_`    |                       | the state of [X, y], see `slopewise.Moments`; none if m ≤ p              |

    Source: Golub, Heath & Wahba (1979), Technometrics 21(2), 215–223.

    >>> X = np.arange(8.0)[:, None]
    >>> model = RidgeCV(alphas=[0.01, 1.0, 100.0]).fit(X, 3 * X[:, 0] + 1)
    >>> float(model.alpha_), model.coef_.round(3).tolist()
    (0.01, [2.999])
    """

    @checked
    def fit(self, X: Any, y: Any, sample_weight: Any = None, **params: Any) -> Any:
        """Choose the penalty and fit to all rows."""
        _raise_for_params(params, self, "fit")
        scorer, alphas = self._get_scorer(), self._checked_alphas()
        rows = 2 if self.cv is None and self.fit_intercept else 1  # of one row nothing is left when it is left out
        formats = ["csr", "csc", "coo"]
        table = Table.of(self, X, y, sample_weight, accept_sparse=formats, ensure_min_samples=rows)
        for name in ("cv_results_", "moments_"):
            self.__dict__.pop(name, None)
        if table.is_sparse and table.too_wide:
            return super().fit(X, y, sample_weight=sample_weight, **params)
        if sample_weight is not None:
            params["sample_weight"] = sample_weight
        if self.cv is None:
            self._leave_one_out(table, alphas, None if self.scoring is None else scorer, params)
        else:
            self._by_folds(table, alphas, scorer, (X, y), params)
        return self

    def _checked_alphas(self) -> Array:
        """`alphas` (L,), each a number above zero, or with folds not below it."""
        given = (
            self.alphas
            if isinstance(self.alphas, (np.ndarray, list, tuple)) and np.ndim(self.alphas)
            else [self.alphas]
        )
        closed = "neither" if self.cv is None else "left"
        for index, value in enumerate(given):
            name = "alphas" if len(given) == 1 else f"alphas[{index}]"
            check_scalar(value, name, target_type=Real, min_val=0.0, include_boundaries=closed)
        return np.asarray(given, dtype=np.float64)

    def _leave_one_out(self, table: Table, alphas: Array, scorer: Any, params: dict[str, Any]) -> None:
        """Choose by the errors of the rows, each by the answer of all others."""
        score_params = self._routed(params)[0] if scorer is not None else {}
        rows = Rows.of(table, alphas, intercept=self.fit_intercept)
        scores = np.empty((table.k if self.alpha_per_target else 1, len(alphas)))
        kept = np.empty((table.m, table.k, len(alphas))) if self.store_cv_results else None
        step = max(1, AT_ONCE // (table.m * table.k))
        for start in range(0, len(alphas), step):
            some = slice(start, start + step)
            errors = rows.axes.errors(alphas[some])
            if scorer is None:
                told, squares = errors**2, errors**2
                scores[:, some] = -squares.mean(axis=0 if self.alpha_per_target else (0, 1))
            else:
                told = rows.predictions(errors)
                scores[:, some] = self._scored(table, told, scorer, score_params)
            if kept is not None:
                kept[:, :, some] = told
        if kept is not None:
            self.cv_results_ = (kept[:, 0] if table.single else kept).astype(table.dtype, copy=False)
        best = scores.argmax(axis=1)
        W = np.empty((table.k, table.p))
        for t, place in enumerate(np.broadcast_to(best, table.k)):
            W[t] = rows.axes.coefficients(alphas[place])[:, t]
        self._note(alphas[best], scores[np.arange(len(best)), best], table, rows.answer(W), rows.moments)

    def _scored(self, table: Table, predictions: Array, scorer: Any, score_params: dict[str, Any]) -> Array:
        """The scores (1 or k, L) of predictions (m, k, L), by a scorer that is told them as if they were predicted."""
        Y, told = table.Y, _Told()
        if self.alpha_per_target:
            pairs = [(predictions[:, t], Y[:, t]) for t in range(table.k)]
        else:
            pairs = [(predictions[:, 0], Y[:, 0])] if table.single else [(predictions, Y)]
        count = predictions.shape[-1]
        return np.array([[scorer(told, P[..., i], y, **score_params) for i in range(count)] for P, y in pairs])

    def _by_folds(
        self, table: Table, alphas: Array, scorer: Any, given: tuple[Any, Any], params: dict[str, Any]
    ) -> None:
        """Choose by the mean score of the test sets."""
        for name in ("store_cv_results", "alpha_per_target"):
            if getattr(self, name):
                raise ValueError(f"cv!=None and {name}=True are incompatible")
        given = tuple(indexable(*given))
        score_params, split_params = self._routed(params)
        splits = splits_of(check_cv(self.cv, given[1], classifier=False).split(*given, **split_params), table.m)
        judge = Judge(self, table, scorer, given, score_params)
        scores = np.array(
            [judge.scores(split, *found, alphas) for split, found in self._answers(table, splits, alphas)]
        )
        mean = scores.mean(axis=0)
        best = int(np.nanargmax(mean)) if np.isfinite(mean).any() else 0
        found = answer(table, Problem(np.full(table.k, alphas[best]), self.fit_intercept))
        self._note(alphas[best : best + 1], mean[best : best + 1], table, found.found, found.moments)

    def _answers(self, table: Table, splits: list[Split], alphas: Array) -> Iterator[tuple[Split, tuple[Array, Array]]]:
        """The answers of each training set for all penalties: coefficients (L, k, p) and intercepts (L, k)."""
        smallest = min((len(split.train) for split in splits), default=0)
        states = training(table, splits) if smallest > table.p or table.is_sparse else repeat(None)
        for split, state in zip(splits, states, strict=False):
            found = None
            if state is not None:
                found = ridge_answers(state, alphas, table.k, intercept=self.fit_intercept)
            if found is None:
                part = table.take(split.train)
                each = [answer(part, Problem(np.full(part.k, rho), self.fit_intercept)).found for rho in alphas]
                found = np.array([one.coefficients for one in each]), np.array([one.intercepts for one in each])
            yield split, found

    def _routed(self, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of `params` the scorer and the splitter are given."""
        if _routing_enabled():
            routed = process_routing(self, "fit", **params)
            return dict(routed.scorer.score), dict(routed.splitter.split) if self.cv is not None else {}
        weights = params.get("sample_weight")
        return {} if weights is None else {"sample_weight": weights}, {}

    def _note(self, alpha: Array, score: Array, table: Table, found: Shortest, moments: Moments | None) -> None:
        several = self.alpha_per_target and not table.single
        self.alpha_ = alpha if several and table.k > 1 else float(alpha[0])
        self.best_score_ = score if several else score[0]
        keep_answer(self, found, table, flat=table.k == 1)
        if moments is not None:
            self.moments_ = moments

    def _penalty(self) -> tuple[Array, float]:
        return np.array([self.alpha_]) / float(self.moments_.weight), 0.0

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.array_api_support = False
        return tags


class _Told(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor that predicts what it is given."""

    def predict(self, predictions: Array) -> Array:
        return predictions


@dataclass(frozen=True, eq=False)
class Rows:
    """A table for leaving rows out: its axes, its state (None if m ≤ p), `root` √v (m, 1) or 1, and the means."""

    axes: Axes
    moments: Moments | None
    root: Array | float
    mean: Array

    @classmethod
    def of(cls, table: Table, alphas: Array, *, intercept: bool) -> Rows:
        X, Y, mean = table.centred(intercept=intercept)
        moments = None if table.m <= table.p else table.state("double")
        S = None if moments is None else (moments.centred if intercept else moments.raw)[: table.p, : table.p]
        root = np.ones(table.m) if table.weights is None else np.sqrt(table.weights)
        axes = Axes.of(X, Y, root if intercept else None, float(alphas.min()), S)
        return cls(axes, moments, 1.0 if table.weights is None else root[:, None, None], mean)

    def predictions(self, errors: Array) -> Array:
        """ŷ₋ᵢ (m, k, L) in the targets' units."""
        return (self.axes.Y[:, :, None] - errors) / self.root + self.mean[-errors.shape[1] :, None]

    def answer(self, W: Array) -> Shortest:
        """Coefficients W (k, p) with their intercepts."""
        p = W.shape[1]
        return Shortest(W, self.mean[p:] - W @ self.mean[:p], p)


@dataclass(frozen=True, eq=False)
class Judge:
    """Scores answers on test sets, as the scorer of an estimator does; scikit-learn's default one all at once."""

    owner: Any
    table: Table
    scorer: Any
    given: tuple[Any, Any]
    score_params: dict[str, Any]

    def scores(self, split: Split, W: Array, b: Array, alphas: Array) -> Array:
        """(L,), of `W` (L, k, p) and `b` (L, k)."""
        plain = self.owner.scoring is None and set(self.score_params) <= {"sample_weight"} and not _routing_enabled()
        found = self._r_squared(split, W, b) if plain and not self.table.is_sparse else None
        return self._by_scorer(split, W, b, alphas) if found is None else found

    def _r_squared(self, split: Split, W: Array, b: Array) -> Array | None:
        """The mean of R² over the targets; None where a target is constant, of which scikit-learn makes a case."""
        X, Y = self.table.X[split.test], self.table.Y[split.test]
        v = np.ones(len(Y)) if self.table.weights is None else self.table.weights[split.test]
        if len(Y) < 2 or not v.any():
            return None
        total = v @ (Y - np.average(Y, axis=0, weights=v)) ** 2
        if not (total > 0).all():
            return None
        count, k, p = W.shape
        residuals = (X @ W.reshape(-1, p).T + b.ravel()).reshape(len(Y), count, k) - Y[:, None, :]
        return np.asarray((1 - np.einsum("i,ilk->lk", v, residuals**2) / total).mean(axis=1))

    def _by_scorer(self, split: Split, W: Array, b: Array, alphas: Array) -> Array:
        X, y = (_safe_indexing(part, split.test) for part in self.given)
        params = _check_method_params(self.given[0], self.score_params, split.test)
        return np.array([self.scorer(self._fitted(*one), X, y, **params) for one in zip(W, b, alphas, strict=True)])

    def _fitted(self, W: Array, b: Array, rho: float) -> Ridge:
        """A fitted ridge with these answers."""
        model = Ridge(alpha=rho, fit_intercept=self.owner.fit_intercept)
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self.owner, name):
                setattr(model, name, getattr(self.owner, name))
        keep_answer(model, Shortest(W, b, 0), self.table, flat=self.table.k == 1)
        return model
