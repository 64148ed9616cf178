"""What every estimator of this door has besides what scikit-learn's has: sums that go on, and words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sklearn.base import _fit_context
from sklearn.utils.validation import check_is_fitted

from slopewise.answering import least_squares, of_moments
from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.penalties import Path
from slopewise.sklearn.intake import Table
from slopewise.solvers.penalised import penalty_path
from slopewise.solvers.penalty import Penalty
from slopewise.solvers.shortest import Shortest
from slopewise.typing import Array

F = TypeVar("F", bound=Callable[..., Any])


def checked(method: F) -> F:
    """`method`, a way to fit, with the parameters of its estimator checked before, as scikit-learn checks them."""
    return cast(F, _fit_context(prefer_skip_nested_validation=True)(method))


def keep_answer(estimator: Any, found: Shortest, table: Table, *, flat: bool | None = None) -> None:
    """Note coef_ and intercept_ in scikit-learn's shapes, and in the float type of X.

    `flat` says whether coef_ has no axis for targets; unless given it has none where y had none.
    """
    W, b = found.coefficients.astype(table.dtype, copy=False), found.intercepts.astype(table.dtype, copy=False)
    estimator.coef_ = W[0] if (table.single if flat is None else flat) else W
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
    """`summary()` of a fitted least-squares estimator."""

    def summary(self) -> str:
        """The fit in words and figures, for one target: coefficients, their errors, and what to think of them.

        Raises `NotFittedError`, and `ArgumentError` for several targets or where no state was kept.
        """
        return least_squares(collected(self)).summary()


class Penalised:
    """`summary()` of a fitted penalised estimator."""

    def summary(self) -> str:
        """The penalised fit in words and figures, for one target: coefficients, degrees of freedom, criteria.

        Raises `NotFittedError`, and `ArgumentError` for several targets or where no state was kept.
        """
        kept = collected(self)
        lambdas, l1_ratio = self._penalty()
        penalty = Penalty(l1_ratio, standardize=False, positive=bool(getattr(self, "positive", False)))
        found = penalty_path(kept.moments, penalty, lambdas, intercept=kept.intercept)
        return str(Path.of(found, kept.names, kept.target, kept.moments))

    def _penalty(self) -> tuple[Array, float]:
        """λ (1,) and the part of it that is the lasso's, as `slopewise.solvers.penalty` counts them."""
        raise NotImplementedError


def collected(estimator: Any) -> Collected:
    """The state of a fitted estimator under the names of its features; `ArgumentError` where there is none."""
    check_is_fitted(estimator)
    if not hasattr(estimator, "moments_"):
        raise ArgumentError("there were no more rows than columns, and no state was kept, which a summary needs")
    moments: Moments = estimator.moments_
    if moments.p != estimator.n_features_in_:
        raise ArgumentError(f"a summary is of one target, and y had {moments.q - estimator.n_features_in_}")
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None and ("y" in names or len(set(names)) < len(names)):
        names = None
    return of_moments(moments, names=names, intercept=bool(estimator.fit_intercept))
