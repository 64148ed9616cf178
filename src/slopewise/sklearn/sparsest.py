"""Elastic nets from a state, in scikit-learn's units: 1/(2Σv) Σ v (y − b − w·x)² + a l1_ratio ‖w‖₁ + a (1 − l1_ratio)/2 ‖w‖².

That is J and a penalty λ = a on features that are not standardised: what `slopewise.solvers` minimises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.moments import Moments
from slopewise.solvers.penalty import Penalty
from slopewise.solvers.standard import Standard
from slopewise.typing import Array, BoolArray, IntArray

EXACT = 1e-10
"""The duality gap, as a fraction of J at zero, that is reached in any case: `tol` can only ask for less."""


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
    found = penalty.solve(standard, penalties, degrees=False)
    w, b = standard.to_user(found.u)
    unit = 0.5 * standard.target * standard.spread[-1] ** 2
    return Netted(w, b, found.gap * unit, found.sweeps, found.gap <= penalty.limit)
