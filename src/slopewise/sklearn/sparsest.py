"""Elastic nets from a state, in scikit-learn's units, with its alpha as λ.

    minimise 1/(2Σv) Σ v (y − b − w·x)² + λ l1_ratio ‖w‖₁ + λ (1 − l1_ratio)/2 ‖w‖²

That is J and a penalty on features that are not standardised: what `slopewise.solvers` minimises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments import Moments
from slopewise.solvers.active_sets import follow
from slopewise.solvers.duality import duality_gap
from slopewise.solvers.lasso import LassoProblem
from slopewise.solvers.penalty import Penalty, undisturbed
from slopewise.solvers.standard import Standard
from slopewise.typing import Array, BoolArray, IntArray

EXACT = 1e-10
"""The duality gap, as a fraction of J at zero, that is reached in any case: `tol` can only ask for less."""

ZERO = 1e-14
"""A coefficient in standard units that is rounding and no more: at the largest penalty of a grid all are zero."""


@dataclass(frozen=True)
class Net:
    """What is asked for: the lasso's part of the penalty, and scikit-learn's options that mean something here."""

    l1_ratio: float
    intercept: bool
    positive: bool
    tol: float
    max_iter: int

    @property
    def penalty(self) -> Penalty:
        """The same as the solvers have it."""
        most = 1000 if self.max_iter is None else int(self.max_iter)
        return Penalty(float(self.l1_ratio), None, False, bool(self.positive), EXACT, most)


@dataclass(frozen=True, eq=False)
class Netted:
    """The answers to L penalties: `coefficients` (L, p), `intercepts` (L,), and of each the duality gap in units of J,
    the sweeps, and whether it converged, (L,)."""

    coefficients: Array
    intercepts: Array
    gaps: Array
    sweeps: IntArray
    converged: BoolArray


def netted(state: Moments, net: Net, penalties: Array) -> Netted:
    """The answers for one target from its state, `penalties` (L,) in any order."""
    scaled, penalty = Scaled.of(state, net), net.penalty
    if not scaled.problem.square > 0 or not net.l1_ratio > 0 or not (penalties > 0).all():
        standard = Standard.of(state, intercept=net.intercept)
        found = penalty.solve(standard, penalties, degrees=False)
        w, b = standard.to_user(found.u)
        return Netted(w, b, found.gap * 0.5 * standard.spread[-1] ** 2, found.sweeps, found.gap <= penalty.limit)
    order = np.argsort(-penalties, kind="stable")
    lasso, ridge = net.l1_ratio * penalties[order] / scaled.spread[-1], (1 - net.l1_ratio) * penalties[order]
    options = {"tolerance": penalty.tolerance, "max_sweeps": penalty.max_sweeps}
    with undisturbed(state.q - 1):
        followed = follow(scaled.problem, lasso, ridge, **options)  # type: ignore[arg-type]
    back = np.argsort(order)
    u, gaps = followed.coefficients[back], followed.gaps[back]
    if len(u) == 1:
        gaps[0] = scaled.gap(u[0], float(lasso[0]), float(ridge[0]), 0.5 * penalty.tolerance)
    w, b = scaled.to_user(u)
    return Netted(w, b, gaps * scaled.spread[-1] ** 2, followed.rounds[back], gaps <= 0.5 * penalty.tolerance)


@dataclass(frozen=True, eq=False)
class Scaled:
    """`problem`, in columns of unit `spread` (p + 1,), the target last, about `mean` (p + 1,), zeros without an
    intercept: what `Standard` is, in float64 alone."""

    problem: LassoProblem
    spread: Array
    mean: Array

    @classmethod
    def of(cls, state: Moments, net: Net) -> Scaled:
        """A column is constant where its variance is no more than rounding of its values can make."""
        S, mean, weight = state.centred if net.intercept else state.raw, state.mean, float(state.weight)
        squares = np.diagonal(S) / weight
        varied = squares > (4 * state.rounding) ** 2 * (squares + mean**2)
        spread = np.sqrt(np.where(varied, squares, 1.0))
        unit = np.where(varied, 1 / spread, 0.0)
        A = S * unit[:, None] * (unit / weight)
        factors = 1 / spread[:-1]
        gram = np.ascontiguousarray(A[:-1, :-1])
        problem = LassoProblem(gram, A[:-1, -1].copy(), float(A[-1, -1]), factors, factors**2, net.positive)
        return cls(problem, spread, mean if net.intercept else np.zeros_like(mean))

    def to_user(self, u: Array) -> tuple[Array, Array]:
        """Coefficients (L, p) and intercepts (L,) in the columns' own units."""
        w = np.where(np.abs(u) > ZERO, u, 0.0) * (self.spread[-1] / self.spread[:-1])
        return w, self.mean[-1] - w @ self.mean[:-1]

    def gap(self, u: Array, lasso: float, ridge: float, enough: float) -> float:
        """The duality gap at u (p,)."""
        one = self.problem
        t, q, rest = lasso * one.lasso_factors, ridge * one.ridge_factors, one.cross - u @ one.gram
        return duality_gap(one.gram, one.cross, one.square, u, rest, t, q, one.positive, enough)


def grid(state: Moments, net: Net, eps: float, count: int) -> Array:
    """scikit-learn's `count` penalties from the least at which all coefficients are zero down to `eps` times it."""
    if net.l1_ratio == 0:
        raise ValueError(
            "Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing your "
            "estimator with the appropriate `alphas=` argument."
        )
    cross = (state.centred if net.intercept else state.raw)[:-1, -1]
    size = np.max(cross, initial=0.0) if net.positive else np.abs(cross).max(initial=0.0)
    largest, smallest = float(size) / float(state.weight) / net.l1_ratio, np.finfo(np.float64).resolution
    if largest <= smallest:
        return np.full(count, smallest)
    return np.geomspace(largest, largest * eps, num=count)
