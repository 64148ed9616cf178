"""What `fit` is given, checked as scikit-learn checks it, and the states that its rows come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import _check_sample_weight, validate_data

from slopewise.moments import Moments
from slopewise.moments.rows import UNIT, WeightedRows
from slopewise.moments.shifted import Shifted
from slopewise.typing import AnyArray, Array, IntArray, Precision

FLOATS = [np.float64, np.float32]

SMALL = 2**22
"""Values of a sparse table up to which it is spread out where float64 sums about zero have too few digits."""

CANCELLED = 1e3
"""Sums of squares about zero, beside those about the mean, beyond which a column is summed about one of its values."""

MOST = 4096
"""Columns up to which a state, 128 MiB for so many, is made of sparse or wide tables; wider ones are left to
scikit-learn's own solvers."""


@dataclass(frozen=True, eq=False)
class Table:
    """m checked rows: `X` (m, p), dense or a sparse matrix, `Y` (m, k), and `weights` (m,) or None for ones.

    `single` says whether y came as (m,), and the answers go out without an axis for targets.
    """

    X: Any
    Y: AnyArray
    weights: Array | None
    single: bool

    @classmethod
    def of(cls, estimator: Any, X: Any, y: Any, sample_weight: Any, *, reset: bool = True, **checks: Any) -> Table:
        """Checked by scikit-learn's `validate_data`, which also notes the names and the number of the features.

        Of arrays that are float64 and finite it would say nothing, in more time than a small fit takes: they pass.
        """
        if reset and is_plain(X, y, checks):
            estimator.n_features_in_ = X.shape[1]
            estimator.__dict__.pop("feature_names_in_", None)
        else:
            options = {"dtype": FLOATS, "y_numeric": True, "multi_output": True} | checks
            X, y = validate_data(estimator, X, y, reset=reset, **options)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return cls(X, y[:, None] if y.ndim == 1 else y, weights, y.ndim == 1)

    @property
    def m(self) -> int:
        """How many rows."""
        return int(self.X.shape[0])

    @property
    def p(self) -> int:
        """How many features."""
        return int(self.X.shape[1])

    @property
    def k(self) -> int:
        """How many targets."""
        return int(self.Y.shape[1])

    @property
    def is_sparse(self) -> bool:
        """Whether X is a sparse matrix."""
        return bool(sparse.issparse(self.X))

    @property
    def too_wide(self) -> bool:
        """Whether the state would hold far more than the rows: of very many columns, X sparse or of fewer rows yet."""
        return self.p > MOST and (self.is_sparse or self.m < self.p)

    @property
    def dtype(self) -> Any:
        """float64 or float32: that of the answers."""
        return self.X.dtype

    def take(self, rows: IntArray) -> Table:
        """Some of the rows."""
        return Table(self.X[rows], self.Y[rows], None if self.weights is None else self.weights[rows], self.single)

    def dense(self) -> Table:
        """The same rows with what a sparse matrix does not store."""
        return replace(self, X=self.X.toarray())

    @cached_property
    def columns(self) -> AnyArray:
        """The features and all targets but the last, (m, p + k − 1); the features themselves where k is 1."""
        return self.X if self.k == 1 else np.hstack([self.X, self.Y[:, :-1]])

    def state(self, precision: Precision, rows: IntArray | None = None) -> Moments:
        """The state of the columns [X, Y], or of some of the rows."""
        some = slice(None) if rows is None else rows
        if self.is_sparse:
            state = self._sparse_state(some)
            spread_out = self.m * self.p <= SMALL and _cancels(state)
            return self.dense().state(precision, rows) if spread_out else state
        weights = None if self.weights is None else self.weights[some]
        X, y = (self.columns, self.Y[:, -1]) if rows is None else (self.columns[rows], self.Y[rows, -1])
        return Moments.of_rows(WeightedRows.of(X, y, weights, None), precision)

    def _sparse_state(self, some: Any) -> Moments:
        """About zero, where most values are: what is not stored adds nothing."""
        X, Y = self.X.tocsr()[some].astype(np.float64), self.Y[some].astype(np.float64)
        v = np.ones(len(Y)) if self.weights is None else self.weights[some]
        used = v > 0
        weighted = X.multiply(v[:, None]).tocsr()
        cross = np.asarray(weighted.T @ Y)
        gram = (X.T @ weighted).toarray()
        products = np.block([[gram, cross], [cross.T, (Y * v[:, None]).T @ Y]])
        sums = np.concatenate([np.asarray(X.T @ v).ravel(), v @ Y])
        body = Shifted(np.asarray(v.sum()), np.zeros(len(sums)), sums, (products + products.T) / 2)
        rounding = np.full(len(sums), 2.0**-24 if self.dtype == np.float32 else UNIT)
        log_weight = np.asarray(np.log(v[used]).sum())
        return Moments(np.asarray(np.count_nonzero(used), dtype=np.int64), log_weight, rounding, body)

    def centred(self, *, intercept: bool) -> tuple[Array, Array, Array]:
        """√v (X − x̄), √v (Y − ȳ) and the means [x̄, ȳ] (p + k,), zeros without an intercept, in float64."""
        X, Y = self.X.toarray() if self.is_sparse else self.X, self.Y
        X, Y = X.astype(np.float64, copy=False), Y.astype(np.float64, copy=False)
        mean = np.zeros(self.p + self.k)
        if intercept:
            mean = np.concatenate([np.average(part, axis=0, weights=self.weights) for part in (X, Y)])
            X, Y = X - mean[: self.p], Y - mean[self.p :]
        if self.weights is None:
            return X, Y, mean
        root = np.sqrt(self.weights)[:, None]
        return X * root, Y * root, mean


def _cancels(state: Moments) -> bool:
    """Whether centring takes more than three digits of some column, whose values lie far from zero, and not apart."""
    centred, raw = np.diagonal(state.centred), np.diagonal(state.raw)
    return bool((CANCELLED * np.abs(centred) < raw).any())


def is_plain(X: Any, y: Any, checks: dict[str, Any]) -> bool:
    """Whether X and y are arrays of finite float64 values that fit each other, with rows enough.

    A sum is not finite where a value is not; where a sum alone is not, `validate_data` finds out.
    """
    if not (type(X) is type(y) is np.ndarray and X.dtype == y.dtype == np.float64):
        return False
    if not (X.ndim == 2 and y.ndim in (1, 2) and len(X) == len(y) and X.size and y.size):
        return False
    if (y.ndim == 2 and not checks.get("multi_output", True)) or len(X) < checks.get("ensure_min_samples", 1):
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(X.sum()) and np.isfinite(y.sum()))
