"""The path of an elastic net by its active sets: given what is not zero, and its signs, the answer is a linear system.

    u_A(λ) = (G_AA + Q)⁻¹ (c_A − t ∘ sign_A)            the others zero,   t = λ f

holds as long as no sign turns and no gradient |c_j − G_j u| of the others exceeds t_j. So the same system serves a whole
stretch of penalties (where Q is the same for all), and at its end the set changes: what turned leaves, what exceeds its
bound enters. From one penalty to the next on a grid that takes few changes. Source: Osborne, Presnell & Turlach (2000),
"A new approach to variable selection in least squares problems", IMA Journal of Numerical Analysis 20(3); Hintermüller,
Ito & Kunisch (2002), "The primal-dual active set strategy as a semismooth Newton method", SIAM J. Optim. 13(3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dposv

from slopewise.solvers.lasso import BROKEN, FLAT, LassoProblem
from slopewise.typing import Array, IntArray

TOGETHER, TRIES = 8, 60
"""Up to so many changes of the set at one penalty are made together, then one by one, and after so many it is given up."""


@dataclass(frozen=True, eq=False)
class Followed:
    """`coefficients` (L, m), of which the first `count` penalties are solved; `rounds` (L,): systems solved for each."""

    coefficients: Array
    count: int
    rounds: IntArray


def follow(problem: LassoProblem, lasso: Array, ridge: Array) -> Followed:
    """The answers for `lasso` (L,), decreasing, and `ridge` (L,), as far as the sets can be followed.

    They end at a penalty whose set was not found in `TRIES` rounds, or whose columns are dependent.

    >>> problem = LassoProblem(np.eye(2), np.array([0.5, -0.8]), 1.0, np.ones(2), np.ones(2))
    >>> found = follow(problem, np.array([0.5, 0.25]), np.zeros(2))
    >>> found.coefficients.round(9).tolist(), found.count
    ([[0.0, -0.3], [0.25, -0.55]], 2)
    """
    count, m = len(lasso), len(problem.cross)
    U, rounds = np.zeros((count, m)), np.zeros(count, dtype=np.int64)
    sign, k, tries, window, alike = np.zeros(m), 0, 0, 1, not ridge.any()
    while k < count and tries < TRIES:
        some = slice(k, k + window if alike else k + 1)
        found = _solved(problem, sign, lasso[some], ridge[some])
        rounds[k] += 1
        if found is None:
            break
        u, over = found
        wrong = np.maximum(over, np.where(sign != 0, -u * sign, 0.0)) > BROKEN
        wrong |= (sign != 0) & (u * sign <= 0) & (problem.positive | (lasso[some, None] * problem.lasso_factors > 0))
        good = int(np.argmax(np.append(wrong.any(axis=1), True)))
        U[k : k + good] = u[:good]
        k, tries = k + good, 0 if good else tries + 1
        window = min(2 * window, count) if good == len(u) else max(1, good)
        if good < len(u):
            _change(problem, sign, u[good], over[good], wrong[good], tries >= TOGETHER)
    return Followed(U, k, rounds)


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


def _change(
    problem: LassoProblem, sign: Array, u: Array, over: Array, wrong: Array, one_by_one: bool
) -> None:
    """Change `sign` in place: what has turned leaves, what exceeds its bound enters; or only the worst of these."""
    places = np.flatnonzero(wrong)
    if one_by_one:
        places = places[[int(np.argmax(np.where(sign[places] != 0, np.abs(u[places]), over[places])))]]
    inside = sign[places] != 0
    enters = places[~inside]
    sign[places[inside]] = 0.0
    if len(enters):
        gradient = problem.cross[enters] - u @ problem.gram[:, enters]
        sign[enters] = np.sign(gradient)
