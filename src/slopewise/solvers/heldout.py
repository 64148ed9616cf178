"""Prediction error on rows held out, exactly, from the states of folds: no row is met again.

    Σ_k Σ v (y − ŷ₋ₖ)²,   the sum over fold k being (−w, 1) S (−w, 1)ᵀ + Σv · ē²

with w the coefficients by the rows of all other folds, whose state is theirs merged, S the fold's own cross-products
about its means, and ē the mean of its residuals. Source: Stone (1974), Journal of the Royal Statistical Society B 36;
that a choice has to be made anew for each fold: Hastie, Tibshirani & Friedman (2009), *The Elements of Statistical
Learning*, 2nd ed., §7.10.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers.blocks import Blocks
from slopewise.solvers.subsets import best_subsets
from slopewise.solvers.tableau import Tableau
from slopewise.typing import Array


@dataclass(frozen=True, eq=False)
class Folds:
    """The states of K folds: what predicting each from the others takes.

    `others`, a stack of K tableaux of the rows of all other folds; of each fold `weight` (K,), `products` (K, q, q)
    about its own means, and by how much those differ from the others', `shift` (K, q).
    """

    others: Tableau
    weight: Array
    products: Pair
    shift: Array

    @classmethod
    def of(cls, folds: Moments, intercept: bool = True) -> Folds:
        """From a stack of K states. Raises `ArgumentError` for fewer than two folds that have rows."""
        folds = _with_rows(folds)
        others = Moments.stack([_without_fold(folds, k) for k in range(len(folds.rows))])
        products = folds.body.centred() if intercept else folds.body.raw()
        mean = folds.body.mean() - others.body.mean()
        shift = mean.value() if intercept else np.zeros(mean.shape)
        return cls(Tableau.of(others, intercept), np.asarray(folds.weight), products, shift)

    def errors(self, w: Array) -> Array:
        """Σ v (y − ŷ)² over the rows of each fold, (K,), by the coefficients `w` (K, q − 1) that it is predicted by."""
        r = np.concatenate([-w, np.ones((len(w), 1))], axis=-1)
        within = ((self.products * r[..., None, :]).total() * r).total().value()
        between = self.weight * (self.shift * r).sum(axis=-1) ** 2
        return np.asarray(np.maximum(within, 0.0) + between)

    def error(self, others: Tableau) -> float:
        """Σ v (y − ŷ)² over the rows of all folds, each predicted by the model that `others` have without it."""
        return float(self.errors(others.coefficients()).sum())


def _with_rows(folds: Moments) -> Moments:
    some = np.flatnonzero(folds.rows) if folds.rows.ndim == 1 else np.arange(0)
    if len(some) < 2:
        raise ArgumentError("cross-validation needs at least two folds that have rows; collect with more folds")
    return Moments.stack([folds[k] for k in some.tolist()])


def _without_fold(folds: Moments, k: int) -> Moments:
    """The state of the rows of all folds but one."""
    return Moments.stack([folds[other] for other in range(len(folds.rows)) if other != k]).pool()


def subset_errors(folds: Moments, blocks: Blocks, ranks: int, *, intercept: bool = True) -> Array:
    """Σ v (y − ŷ)² over held-out rows, for each rank from 0 to `ranks`: (ranks + 1,).

    Each fold is predicted by the best subset of that rank, or of a smaller one, among the rows of the others: what is
    measured is the search for a subset of that size, and not the subset that all rows have chosen.

    >>> x = np.arange(12.0)
    >>> folds = Moments.stack([Moments.of(x[k::3, None], 2 * x[k::3]) for k in range(3)])
    >>> subset_errors(folds, Blocks.singles(1), 1).round(6).tolist()
    [612.0, 0.0]
    """
    folds = _with_rows(folds)
    held, w = Folds.of(folds, intercept), np.zeros((len(folds.rows), ranks + 1, folds.p))
    for k in range(len(folds.rows)):
        state = _without_fold(folds, k)
        found = best_subsets(state, blocks, intercept=intercept)
        whole = Tableau.of(state, intercept).with_columns(blocks.forced)
        for rank in range(ranks + 1):
            best = min((s for s in found if s.rank <= rank), key=lambda s: (s.rss, s.rank), default=None)
            if best is not None:
                w[k, rank] = whole.with_columns([j for b in best.blocks for j in blocks.columns[b]]).coefficients()
    return np.array([held.errors(w[:, rank]).sum() for rank in range(ranks + 1)])
