"""Cross-validation of a whole path from one read: what was held out is a state, and so is what was trained on.

Of k folds with states S₁ … S_k the training state of fold i is the merge of all the others, (S₁ + … + S_{i−1}) +
(S_{i+1} + … + S_k), from sums running forwards and backwards: 3k merges, and nothing is ever subtracted. Features are
standardised within each training state, so nothing of the held-out rows leaks into it. The held-out error

    e_i(λ) = Σ v (y − b − w·x)² / Σ v     over the rows of fold i

is a quadratic form of the fold's own state, exactly what a pass over its rows would give. Source: Hastie, Tibshirani &
Friedman (2009), *The Elements of Statistical Learning*, 2nd ed., §7.10; the weighting of folds is glmnet's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.errors import ArgumentError, FitError, ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.solvers.forms import residual_squares
from slopewise.solvers.penalised import PenaltyPath, described, solved
from slopewise.solvers.penalty import Penalty, check_lambdas, undisturbed
from slopewise.solvers.standard import Standard
from slopewise.typing import Array, ArrayLike


@dataclass(frozen=True, eq=False, repr=False)
class FoldErrors:
    """The held-out errors of L penalties in k folds, and the path of all rows together.

    `fold_errors` (k, L): mean squared errors e_i(λ), in the target's unit squared; `fold_weights` (k,): Σ v of each
    fold; `path`: the answers on all rows, at the same λ; `fold_gaps` (k, L): the duality gaps in the training states.
    """

    path: PenaltyPath
    fold_errors: Array
    fold_weights: Array
    fold_gaps: Array

    @property
    def lambdas(self) -> Array:
        """λ (L,), in the order asked."""
        return self.path.lambdas

    @property
    def folds(self) -> int:
        """k."""
        return len(self.fold_weights)

    @property
    def mean(self) -> Array:
        """ē = Σ W_i e_i / Σ W_i, (L,), with W_i the weights of the folds."""
        return np.average(self.fold_errors, axis=0, weights=self.fold_weights)

    @property
    def std_error(self) -> Array:
        """√(Σ W_i (e_i − ē)² / Σ W_i / (k − 1)), (L,): that of the mean of the folds, as glmnet's `cvsd`."""
        squares = np.average((self.fold_errors - self.mean) ** 2, axis=0, weights=self.fold_weights)
        return np.asarray(np.sqrt(squares / (self.folds - 1)))

    @property
    def best(self) -> float:
        """The λ of the least mean; of several alike the largest."""
        mean = self.mean
        return float(self.lambdas[mean == mean.min()].max())

    @property
    def one_se(self) -> float:
        """The largest λ whose mean is within one standard error of the least: the simplest model about as good."""
        mean, least = self.mean, self.path.place(self.best)
        return float(self.lambdas[mean <= mean[least] + self.std_error[least]].max())

    @property
    def status(self) -> str:
        """'converged', or 'not converged' where a duality gap, of all rows or of a fold, is above the tolerance."""
        folds = (self.fold_gaps <= self.path.penalty.limit).all()
        return self.path.status if folds else "not converged"

    @property
    def sentence(self) -> str:
        """What `status` means here, and what to do where it is not 'converged'."""
        if self.status == self.path.status:
            return self.path.sentence
        folds = np.flatnonzero((self.fold_gaps > self.path.penalty.limit).any(axis=1))
        return (
            f"In {len(folds)} of {self.folds} folds the duality gap stayed above the tolerance, at most "
            f"{self.fold_gaps.max():.1e} of the cost at zero; raise max_sweeps={self.path.penalty.max_sweeps:,}."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.folds} folds, best λ = {self.best:.4g}, one_se {self.one_se:.4g}>"


def cross_validated(
    states: Moments,
    penalty: Penalty | None = None,
    lambdas: ArrayLike | None = None,
    *,
    intercept: bool = True,
) -> FoldErrors:
    """Cross-validate a path over `states`, a stack of one state a fold, without their rows.

    One grid of λ serves all folds: `lambdas` (L,), or that of the state of all rows (`penalty_path`). J is a mean over
    rows, so that a λ means the same in a training state and in all rows. Raises `ShapeError` for what is no stack of at
    least two, `TooFewRows` for a fold without rows, `FitError` where a training state's target is constant.

    >>> rows = np.arange(12.0)
    >>> folds = Moments.stack([Moments.of(rows[i::3], rows[i::3] ** 2) for i in range(3)])
    >>> errors = cross_validated(folds, lambdas=[1.0, 0.01, 0.0])
    >>> errors.mean.round(2).tolist(), errors.best
    ([514.94, 151.17, 151.5], 0.01)
    """
    chosen = penalty or Penalty()
    _check(states)
    with undisturbed(states.p):
        return _errors(states, chosen, lambdas, intercept)


def _errors(states: Moments, penalty: Penalty, lambdas: ArrayLike | None, intercept: bool) -> FoldErrors:
    pooled, trained, free = states.pool(), training_states(states), penalty.free(states.p)
    _check_targets(trained, intercept)
    whole, standard = (Standard.of(state, intercept=intercept, free=free) for state in (pooled, trained))
    given = penalty.grid(whole, int(pooled.rows)) if lambdas is None else check_lambdas(lambdas)
    answers = solved(trained, standard, penalty, given, intercept, degrees=False)
    w, _ = standard.to_user(answers.u)
    squares = residual_squares(states, w, standard.mean if intercept else None)
    path = described(pooled, whole, penalty, given, solved(pooled, whole, penalty, given, intercept), intercept)
    weights = np.asarray(states.weight)
    return FoldErrors(path, squares / weights[:, None], weights, answers.gap)


def training_states(states: Moments) -> Moments:
    """For each fold of a stack the merge of all the others, a stack: nothing is subtracted.

    >>> folds = Moments.stack([Moments.of([x], [x]) for x in (1.0, 2.0, 4.0)])
    >>> training_states(folds).mean[:, 0].tolist()
    [3.0, 2.5, 1.5]
    """
    count = len(states.rows)
    forwards = [Moments.empty(states.q, precision=states.precision)]
    backwards = list(forwards)
    for i in range(count - 1):
        forwards.append(forwards[-1].merge(states[i]))
        backwards.append(backwards[-1].merge(states[count - 1 - i]))
    return Moments.stack([one.merge(other) for one, other in zip(forwards, reversed(backwards), strict=True)])


def _check(states: Moments) -> None:
    if states.weight.ndim != 1:
        kind = "one state" if not states.weight.ndim else f"a stack of shape {states.weight.shape}"
        raise ShapeError(f"this is {kind}, not a stack of folds; give one state a fold, as Moments.stack makes")
    if len(states.weight) < 2:
        raise ArgumentError("one fold leaves no rows to train on; cross-validation needs at least two")
    if not (states.weight > 0).all():
        empty = np.flatnonzero(~(states.weight > 0)).tolist()
        raise TooFewRows(
            f"{_folds(empty)} of {len(states.weight)} (counted from 0) hold{'s' * (len(empty) == 1)} no rows, and "
            "nothing is held out there: take fewer folds"
        )


def _check_targets(trained: Moments, intercept: bool) -> None:
    """Refuse training states whose target is constant: they have nothing to learn from."""
    squares = (trained.centred if intercept else trained.raw)[:, -1, -1]
    constant = np.flatnonzero(~(squares > 0)).tolist()
    if constant:
        value = float(trained.mean[constant[0], -1]) if intercept else 0.0
        raise FitError(
            f"without {_folds(constant)} (counted from 0) the target is constant ({value:.6g}), and there is nothing "
            "to fit; take other folds, or a target that varies"
        )


def _folds(places: list[int]) -> str:
    shown = ", ".join(map(str, places[:5])) + ", …" * (len(places) > 5)
    return f"fold {shown}" if len(places) == 1 else f"folds {shown}"
