"""The path of an elastic net by its active sets: given what is not zero, and its signs, the answer is a linear system.

    u_A(λ) = (G_AA + Q)⁻¹ (c_A − t ∘ sign_A)            the others zero,   t = λ f

holds as long as no sign turns and no gradient |c_j − G_j u| of the others exceeds t_j. So the same system serves a
whole stretch of penalties (where Q is the same for all), and at its end the set changes: what turned leaves, what
exceeds its bound enters. From one penalty to the next on a grid that takes few changes. Source: Osborne, Presnell &
Turlach (2000), "A new approach to variable selection in least squares problems", IMA Journal of Numerical Analysis
20(3); Hintermüller, Ito & Kunisch (2002), "The primal-dual active set strategy as a semismooth Newton method", SIAM
J. Optim. 13(3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dposv

from slopewise.solvers.lasso import BROKEN, FLAT, LassoProblem, Point, chosen_sweeps
from slopewise.typing import Array, IntArray

TOGETHER, TRIES = 8, 24
"""Up to so many changes of the set at one penalty are made together, then one by one; after so many, sweeps find it."""

LARGE = 200
"""Columns from which on sweeps are compiled: NumPy's take seconds for one penalty."""


@dataclass(frozen=True, eq=False)
class Followed:
    """`coefficients` (L, m); `gaps` (L,), zero where the conditions of the minimum were held to rounding; `rounds`
    (L,): systems solved, and sweeps of coordinate descent, for each."""

    coefficients: Array
    gaps: Array
    rounds: IntArray


def follow(problem: LassoProblem, lasso: Array, ridge: Array, *, tolerance: float, max_sweeps: int) -> Followed:
    """The answers for `lasso` (L,), decreasing and above zero, and `ridge` (L,).

    A penalty whose set is not found in `TRIES` rounds, or whose columns are dependent, is solved by sweeps from the
    answer before, to a gap of at most `tolerance` times half the target's square.

    >>> problem = LassoProblem(np.eye(2), np.array([0.5, -0.8]), 1.0, np.ones(2), np.ones(2))
    >>> found = follow(problem, np.array([0.5, 0.25]), np.zeros(2), tolerance=1e-10, max_sweeps=9)
    >>> found.coefficients.round(9).tolist()
    [[0.0, -0.3], [0.25, -0.55]]
    """
    count, m = len(lasso), len(problem.cross)
    found = Followed(np.zeros((count, m)), np.zeros(count), np.zeros(count, dtype=np.int64))
    walk, k, window = _Walk(problem, np.zeros(m)), 0, 1
    while k < count:
        stop = min(count, k + window) if not ridge.any() else k + 1
        u = walk.stretch(lasso[k:stop], ridge[k:stop])
        found.rounds[k] += 1
        if u is None or walk.tries >= TRIES:
            before = found.coefficients[k - 1] if k else np.zeros(m)
            u, gap, swept = _swept(problem, lasso[k], ridge[k], before, tolerance, max_sweeps)
            found.gaps[k], found.rounds[k] = gap, found.rounds[k] + swept
            walk = _Walk(problem, np.sign(u[0]))
        found.coefficients[k : k + len(u)] = u
        k, window = k + len(u), 2 * window if k + len(u) == stop else max(1, len(u))
    return found


class _Walk:
    """A set with its signs, (m,), zero outside it, and how it changes until it is that of a penalty."""

    def __init__(self, problem: LassoProblem, sign: Array) -> None:
        self.problem, self.sign, self.tries = problem, sign, 0
        self._before: tuple[Array, Array, Array] | None = None

    def stretch(self, lasso: Array, ridge: Array) -> Array | None:
        """The answers (n, m) of the first penalties whose set this is; of none, the set is changed for the next call.

        None where no set of independent columns was found.
        """
        solved = _solved(self.problem, self.sign, lasso, ridge)
        if solved is None:
            return self._one_only()
        u, over = solved
        bounded = self.problem.positive | (lasso[:, None] * self.problem.lasso_factors > 0)
        wrong = (over > BROKEN) | ((self.sign != 0) & (u * self.sign <= 0) & bounded)
        good = int(np.argmax(np.append(wrong.any(axis=1), True)))
        self.tries = 0 if good else self.tries + 1
        if good < len(u):
            severity = np.where(wrong[good], np.where(self.sign != 0, np.abs(u[good]), over[good]), 0.0)
            self._before = self.sign.copy(), u[good], severity
            self._change(severity if self.tries <= TOGETHER else _largest(severity), u[good])
        return u[:good]

    def _one_only(self) -> Array | None:
        """What came in together depends on one another: let only one of them in."""
        if self._before is None:
            return None
        self.sign, u, severity = self._before
        self._before = None
        self._change(_largest(severity), u)
        return np.empty((0, len(self.sign)))

    def _change(self, severity: Array, u: Array) -> None:
        """What has turned leaves, what exceeds its bound enters, wherever `severity` (m,) is not zero."""
        places = np.flatnonzero(severity)
        inside = self.sign[places] != 0
        enters = places[~inside]
        self.sign[places[inside]] = 0.0
        self.sign[enters] = np.sign(self.problem.cross[enters] - u @ self.problem.gram[:, enters])


def _largest(severity: Array) -> Array:
    """The largest alone."""
    return np.where(np.arange(len(severity)) == np.argmax(severity), severity, 0.0)


def _swept(
    problem: LassoProblem, lasso: float, ridge: float, start: Array, tolerance: float, most: int
) -> tuple[Array, float, int]:
    """One penalty by coordinate descent from `start`: u (1, m), its duality gap, and the sweeps."""
    point = Point(problem, lasso * problem.lasso_factors, ridge * problem.ridge_factors, start)
    working = point.strong(lasso * problem.lasso_factors)
    done, gap = point.descend(chosen_sweeps(len(start) >= LARGE), working, tolerance, most)
    return point.u[None], gap, done


def _solved(problem: LassoProblem, sign: Array, lasso: Array, ridge: Array) -> tuple[Array, Array] | None:
    """u (n, m) of a set with its signs for n penalties, and by how much each other gradient exceeds its bound, (n, m).

    None where the columns of the set are dependent. All n have one ridge.
    """
    active = np.flatnonzero(sign)
    u = np.zeros((len(lasso), len(sign)))
    gradient = problem.cross
    if len(active):
        rows = problem.gram[active]
        H = rows[:, active]
        if ridge[0]:
            H.flat[:: len(active) + 1] += ridge[0] * problem.ridge_factors[active]
        right = np.column_stack([problem.cross[active], problem.lasso_factors[active] * sign[active]])
        factor, found, failed = dposv(H, right)
        if failed or np.diagonal(factor).min() ** 2 <= FLAT:
            return None
        here = found[:, 0] - lasso[:, None] * found[:, 1]
        u[:, active] = here
        gradient = problem.cross - here @ rows
    size = gradient if problem.positive else np.abs(gradient)
    over = size - lasso[:, None] * problem.lasso_factors
    over[:, active] = 0.0
    return u, over
