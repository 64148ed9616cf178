"""What every estimator of this door has besides what scikit-learn's has: sums that go on, and words."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted

from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.pipeline import least_squares, of_moments
from slopewise.sklearn.intake import Table
from slopewise.solvers.shortest import Shortest


def keep_answer(estimator: Any, found: Shortest, table: Table) -> None:
    """Note coef_ and intercept_ in scikit-learn's shapes, and in the float type of X."""
    W, b = found.coefficients.astype(table.dtype, copy=False), found.intercepts.astype(table.dtype, copy=False)
    estimator.coef_ = W[0] if table.single else W
    if not estimator.fit_intercept:
        estimator.intercept_ = 0.0
    else:
        estimator.intercept_ = b[0] if table.single else b


def gone_on(estimator: Any, table: Table) -> Moments:
    """The state of the rows so far and those of `table`: in double-double from the first `partial_fit` on."""
    if not hasattr(estimator, "coef_"):
        return table.state("double-double")
    if not hasattr(estimator, "moments_"):
        raise ArgumentError(
            "this estimator was fitted to no more rows than columns, without a state that could go on; give all rows "
            "to partial_fit from the start"
        )
    before: Moments = estimator.moments_
    if before.q != table.p + table.k:
        raise ArgumentError(f"y has {table.k} targets; the rows before had {before.q - table.p}")
    return before + table.state(before.precision)


class Summarised:
    """`summary()` of a fitted estimator."""

    def summary(self) -> str:
        """The least-squares fit in words and figures, for one target: coefficients, their errors, and what to think.

        Raises `NotFittedError`, and `ArgumentError` for several targets or a state that was not kept.
        """
        return least_squares(collected(self)).summary()


def collected(estimator: Any) -> Collected:
    """The state of a fitted estimator under the names of its features; `ArgumentError` where there is none."""
    check_is_fitted(estimator)
    if getattr(estimator, "moments_", None) is None:
        raise ArgumentError("there are no more rows than columns, and no state was kept: a summary needs one")
    moments: Moments = estimator.moments_
    if moments.p != estimator.n_features_in_:
        raise ArgumentError(f"a summary is of one target, and y had {moments.q - estimator.n_features_in_}")
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None and ("y" in names or len(set(names)) < len(names)):
        names = None
    return of_moments(moments, names=names, intercept=estimator.fit_intercept)
