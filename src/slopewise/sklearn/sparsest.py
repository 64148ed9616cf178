"""Elastic nets from a state, in scikit-learn's units, with its alpha as λ.

    minimise 1/(2Σv) Σ v (y − b − w·x)² + λ l1_ratio ‖w‖₁ + λ (1 − l1_ratio)/2 ‖w‖²

That is J and a penalty on features that are not standardised: what `slopewise.solvers` minimises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments import Moments
from slopewise.solvers.active_sets import Followed, follow
from slopewise.solvers.duality import duality_gap
from slopewise.solvers.lasso import LassoProblem
from slopewise.solvers.penalty import Penalty
from slopewise.solvers.standard import Standard
from slopewise.typing import Array, BoolArray, IntArray

EXACT = 1e-10
"""The duality gap, as a fraction of J at zero, that is reached in any case: `tol` can only ask for less."""

ZERO = 1e-14
"""A coefficient in standard units that is rounding and no more: at the largest penalty of a grid all are zero."""

FEW, STEPS = 64, 60
"""Where more than FEW coefficients would leave zero at once, their sets are followed from the largest penalty down in
so many STEPS."""


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
    standard, penalty = Standard.of(state, intercept=net.intercept), net.penalty
    u, gaps, rounds = _solved(standard, penalty, penalties)
    w, b = standard.to_user(np.where(np.abs(u) > ZERO, u, 0.0))
    unit = 0.5 * standard.target * standard.spread[-1] ** 2
    return Netted(w, b, gaps * unit, rounds, gaps <= penalty.limit)


def _solved(standard: Standard, penalty: Penalty, penalties: Array) -> tuple[Array, Array, IntArray]:
    """u (L, p) in standard units, duality gaps as fractions of J at zero (L,), and rounds (L,).

    By active sets; without a lasso, in the way of `slopewise.solvers.penalty`.
    """
    lasso_factors, ridge_factors = penalty.weights(standard)
    lasso, ridge = penalty.amounts(standard, penalties)
    square = float(standard.target)
    if not square > 0 or not (lasso > 0).all():
        descended = penalty.solve(standard, penalties, degrees=False)
        return descended.u, descended.gap, descended.sweeps
    gram = np.ascontiguousarray(standard.gram)
    problem = LassoProblem(gram, standard.cross, square, lasso_factors, ridge_factors, penalty.positive)
    order = np.argsort(-penalties, kind="stable")
    found = _followed(problem, penalty, lasso[order], ridge[order])
    back = np.argsort(order)
    u, gaps = found.coefficients[back], found.gaps[back]
    if len(u) == 1:
        t, q = lasso[0] * lasso_factors, ridge[0] * ridge_factors
        given = (gram, standard.cross, square, u[0], standard.cross - u[0] @ gram)
        gaps[0] = duality_gap(*given, t, q, penalty.positive, 0.5 * penalty.tolerance * square)
    return u, gaps / (0.5 * square), found.rounds[back]


def _followed(problem: LassoProblem, penalty: Penalty, lasso: Array, ridge: Array) -> Followed:
    """As `follow`, in steps from the largest penalty down where many columns would enter at once."""
    options = {"tolerance": penalty.tolerance, "max_sweeps": penalty.max_sweeps}
    size = problem.cross if problem.positive else np.abs(problem.cross)
    entering = np.count_nonzero(size > lasso[0] * problem.lasso_factors)
    if entering <= FEW:
        return follow(problem, lasso, ridge, **options)  # type: ignore[arg-type]
    between = np.geomspace(problem.largest(), lasso[0], STEPS, endpoint=False)[1:]
    steps, ridges = np.concatenate([between, lasso]), np.concatenate([np.full(len(between), ridge[0]), ridge])
    found = follow(problem, steps, ridges, **options)  # type: ignore[arg-type]
    n = len(between)
    return Followed(found.coefficients[n:], found.gaps[n:], found.rounds[n:])


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
