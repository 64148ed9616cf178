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

TRIES, HALVINGS = 8, 6
"""So many changes of the set are tried at a penalty; then one half way to it is tried before, up to so many times."""

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

    A penalty whose set is not found, in steps however small, is solved by sweeps from the answer before, to a gap of at
    most `tolerance` times half the target's square.

    >>> problem = LassoProblem(np.eye(2), np.array([0.5, -0.8]), 1.0, np.ones(2), np.ones(2))
    >>> found = follow(problem, np.array([0.5, 0.25]), np.zeros(2), tolerance=1e-10, max_sweeps=9)
    >>> found.coefficients.round(9).tolist()
    [[0.0, -0.3], [0.25, -0.55]]
    """
    count, m = len(lasso), len(problem.cross)
    found = Followed(np.zeros((count, m)), np.zeros(count), np.zeros(count, dtype=np.int64))
    walk, k, window, above = _Walk(problem, np.zeros(m)), 0, 1, max(problem.largest(), float(lasso[0]))
    while k < count:
        stop = min(count, k + window) if not ridge.any() else k + 1
        u = walk.stretch(lasso[k:stop], ridge[k:stop])
        if not len(u):
            stop, u = k + 1, walk.reach(above, float(lasso[k]), ridge[k : k + 1], HALVINGS)
        if not len(u):
            before = found.coefficients[k - 1] if k else np.zeros(m)
            u, found.gaps[k], swept = _swept(problem, lasso[k], ridge[k], before, tolerance, max_sweeps)
            walk.sign, walk.rounds = np.sign(u[0]), walk.rounds + swept
        found.coefficients[k : k + len(u)], found.rounds[k] = u, walk.rounds
        above, walk.rounds = float(lasso[k + len(u) - 1]), 0
        k, window = k + len(u), 2 * window if k + len(u) == stop else max(1, len(u))
    return found


class _Walk:
    """The signs (m,) of a set, zero outside it; how they change from one penalty to the next; `rounds` so far."""

    def __init__(self, problem: LassoProblem, sign: Array) -> None:
        self.problem, self.sign, self.rounds = problem, sign, 0

    def stretch(self, lasso: Array, ridge: Array) -> Array:
        """The answers (n, m) of the first of these penalties, as many as have one set, which is left here.

        None of them, and the signs as they were, where no set of independent columns was found in TRIES rounds.
        """
        before = self.sign.copy()
        for _ in range(TRIES):
            self.rounds += 1
            solved = _solved(self.problem, self.sign, lasso, ridge)
            if solved is None:
                break
            u, over = solved
            bounded = self.problem.positive | (lasso[:, None] * self.problem.lasso_factors > 0)
            wrong = (over > BROKEN) | ((self.sign != 0) & (u * self.sign <= 0) & bounded)
            good = int(np.argmax(np.append(wrong.any(axis=1), True)))
            if good:
                return u[:good]
            self._change(np.flatnonzero(wrong[0]), u[0])
        self.sign = before
        return np.empty((0, len(before)))

    def reach(self, above: float, lasso: float, ridge: Array, halvings: int) -> Array:
        """The answer (1, m) of a penalty below one whose signs these are, by way of others between them; or none."""
        before = self.sign.copy()
        between = float(np.sqrt(above * lasso))
        if halvings and len(self._towards(above, between, ridge, halvings - 1)):
            u = self._towards(between, lasso, ridge, halvings - 1)
            if len(u):
                return u
        self.sign = before
        return np.empty((0, len(before)))

    def _towards(self, above: float, lasso: float, ridge: Array, halvings: int) -> Array:
        u = self.stretch(np.array([lasso]), ridge)
        return u if len(u) else self.reach(above, lasso, ridge, halvings)

    def _change(self, places: IntArray, u: Array) -> None:
        """At `places`, what has turned leaves, and what exceeds its bound enters."""
        inside = self.sign[places] != 0
        enters = places[~inside]
        self.sign[places[inside]] = 0.0
        self.sign[enters] = np.sign(self.problem.cross[enters] - u @ self.problem.gram[:, enters])


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
