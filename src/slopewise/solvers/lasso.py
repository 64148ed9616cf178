"""Lasso and elastic net for a path of penalties: coordinate descent finds what enters, a solve its values.

In standard units (`standard.py`) it minimises

    P(u) = ½ (s − 2 cᵀu + uᵀGu) + ½ Σ q_j u_j² + Σ t_j |u_j|        t = lasso·f, q = ridge·f'; u ≥ 0 if asked

from the largest penalty down, each from the answer before. A step looks only at columns that the strong rule lets
through, |g_j| ≥ (2 lasso − lasso_before) f_j, and at any others whose condition is found broken afterwards. Sweeps of
coordinate descent (`coordinates.py`) settle which coefficients are not zero, and their signs; given these, P is a
quadratic, and Newton's step (never past a zero) gives the values to the last digits. It stops when the duality gap
(`duality.py`) is small beside P(0). Source: Friedman, Hastie & Tibshirani (2010), Journal of Statistical Software
33(1); Tibshirani and others (2012), "Strong rules for discarding predictors in lasso-type problems", JRSS B 74(2).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg.lapack import dposv, dpotrf, dpotri

from slopewise.solvers import coordinates
from slopewise.solvers.duality import duality_gap
from slopewise.typing import Array, BoolArray, IntArray

LARGE = 80_000
"""Coefficients times penalties beyond which the compiled sweeps are loaded: about where NumPy's take half a second."""

LOADED = "slopewise.moments.compiled"
"""What is there once a pass has loaded Numba."""

LOOSE, CLOSE = (1e-6, 20), (1e-9, 200)
"""The first sweeps end at changes of so much, in units of the target's variance, or after so many, and a Newton step is
tried: early where NumPy sweeps, late where compiled sweeps cost less than a solve."""

BROKEN, TRIES, CROSSINGS = 1e-13, 20, 4
"""A condition counts as broken beyond BROKEN, which at most so many TRIES are made to mend. Where Newton's step meets
more than so many CROSSINGS, sweeps sort the signs out sooner."""

FLAT = 1e-11
"""A pivot below which a Newton step goes by eigenvectors."""

FEW = 200
"""Columns up to which a product with all of G is sooner done than picking its rows."""

Sweeps = Callable[[Array, Array, Array, IntArray, Array, Array, bool, float, int], int]


@dataclass(frozen=True, eq=False)
class LassoPath:
    """The answers for L penalties: `coefficients` (L, m) in standard units, `gap` (L,) in units of the target's
    variance, `sweeps` (L,), the sweeps of coordinate descent that each took."""

    coefficients: Array
    gap: Array
    sweeps: IntArray


@dataclass(frozen=True, eq=False)
class LassoProblem:
    """`gram` G (m, m), `cross` c (m,), `square` s; the factors f and f' (m,) of lasso and ridge; whether u ≥ 0."""

    gram: Array
    cross: Array
    square: float
    lasso_factors: Array
    ridge_factors: Array
    positive: bool = False

    def largest(self) -> float:
        """The smallest lasso at which every penalised coefficient is zero: max |c_j| / f_j (of c_j where u ≥ 0).

        >>> LassoProblem(np.eye(2), np.array([0.5, -0.8]), 1.0, np.ones(2), np.ones(2)).largest()
        0.8
        """
        size = self.cross if self.positive else np.abs(self.cross)
        some = self.lasso_factors > 0
        return float((size[some] / self.lasso_factors[some]).max(initial=0.0))

    def entry(self) -> float:
        """As `largest`, once the columns without a lasso of their own are fitted (with u ≥ 0 they can remain)."""
        if (self.lasso_factors > 0).all() or not self.largest() > 0:
            return self.largest()
        wall, none = np.array([1e6 * self.largest()]), np.zeros(1)
        u = self.path(wall, none, tolerance=1e-10, max_sweeps=10_000, compiled=False).coefficients[0]
        return replace(self, cross=self.cross - self.gram @ u).largest()

    def degrees_of_freedom(self, u: Array, ridge: Array) -> Array:
        """For `u` (L, m) and `ridge` (L,): the rank of the columns A with u_j not zero, which is their number unless
        they are dependent; or with a ridge tr G_AA (G_AA + ridge f')⁻¹. Source: Zou, Hastie & Tibshirani (2007), Annals
        of Statistics 35(5); Tibshirani & Taylor (2012), Annals of Statistics 40(2).

        >>> problem = LassoProblem(np.eye(2), np.ones(2), 1.0, np.ones(2), np.ones(2))
        >>> problem.degrees_of_freedom(np.array([[0.5, 0.0], [0.5, 0.5]]), np.array([0.0, 1.0])).round(9).tolist()
        [1.0, 1.0]
        """
        df = np.count_nonzero(u, axis=-1).astype(np.float64)
        dependent = _rank(self.gram) < len(self.gram)
        for k in np.flatnonzero(((ridge > 0) | dependent) & (df > 0)):
            active = np.flatnonzero(u[k])
            H = self.gram[np.ix_(active, active)]
            if ridge[k] > 0:
                q = ridge[k] * self.ridge_factors[active]
                H.flat[:: len(q) + 1] += q
                factor, failed = dpotrf(H)
                df[k] = _rank(H) if failed else df[k] - q @ np.diagonal(dpotri(factor)[0])
            else:
                df[k] = _rank(H)
        return np.asarray(df)

    def path(self, lasso: Array, ridge: Array, *, tolerance: float, max_sweeps: int, compiled: bool) -> LassoPath:
        """The answers for `lasso` (L,), not increasing, and `ridge` (L,); `gap` ≤ tolerance · s/2 where it converged.

        >>> problem = LassoProblem(np.eye(2), np.array([0.5, -0.8]), 1.0, np.ones(2), np.ones(2))
        >>> half = np.array([0.5, 0.25])
        >>> problem.path(half, 0 * half, tolerance=1e-10, max_sweeps=9, compiled=False).coefficients.round(9).tolist()
        [[0.0, -0.3], [0.25, -0.55]]
        """
        count, m = len(lasso), len(self.cross)
        answer = LassoPath(np.zeros((count, m)), np.zeros(count), np.zeros(count, dtype=np.int64))
        u, before = np.zeros(m), max(self.largest(), float(lasso[0]) if count else 0.0)
        sweeps = chosen_sweeps(compiled)
        for k in range(count):
            point = Point(self, lasso[k] * self.lasso_factors, ridge[k] * self.ridge_factors, u)
            strong = point.strong((2 * lasso[k] - before) * self.lasso_factors)
            answer.sweeps[k], answer.gap[k] = point.descend(sweeps, strong, tolerance, max_sweeps)
            answer.coefficients[k] = u = point.u
            before = float(lasso[k])
        return answer


class Point:
    """Where a descent is: `u` (m,) and r = c − Gu, for one penalty."""

    def __init__(self, problem: LassoProblem, t: Array, q: Array, u: Array) -> None:
        self.problem, self.t, self.q, self.u = problem, t, q, u.copy()
        self.refresh()

    def refresh(self) -> None:
        """r anew, since each update of it rounds."""
        if len(self.u) <= FEW:
            self.r = self.problem.cross - self.u @ self.problem.gram
        else:
            active = np.flatnonzero(self.u)
            self.r = self.problem.cross - self.u[active] @ self.problem.gram[active]

    def strong(self, bounds: Array) -> BoolArray:
        """The columns that the strong rule lets through, and those that are in already."""
        g = self._gradient()
        return np.asarray((g >= bounds) | (self.u != 0))

    def descend(self, sweeps: Sweeps, working: BoolArray, tolerance: float, most: int) -> tuple[int, float]:
        """Go down until the gap is small and no condition is broken; the sweeps it took, and the gap."""
        problem, done, gap = self.problem, 0, np.inf
        loose, at_once = LOOSE if sweeps is coordinates.sweep_coordinates else CLOSE
        enough, level = 0.5 * tolerance * problem.square, loose * problem.square
        for tried in range(max(most, 1)):
            chosen = np.flatnonzero(working)
            if done < most:
                args = (self.t, self.q, problem.positive, level, min(most - done, at_once))
                done += sweeps(problem.gram, self.u, self.r, chosen, *args)
            settled = self._settle()
            broken = (self.u == 0) & (self._gradient() > self.t + BROKEN)
            if (settled and not broken.any()) or tried >= TRIES or done >= most:
                gap = self._gap(enough)
                if gap <= enough or done >= most:
                    break
            working = working | broken
            level *= 1e-2
        return done, gap

    def _gradient(self) -> Array:
        """|g_j|, or g_j where u ≥ 0: what must not exceed t_j where u_j is zero."""
        g = self.r - self.q * self.u
        return g if self.problem.positive else np.abs(g)

    def _gap(self, enough: float) -> float:
        problem = self.problem
        given = (problem.gram, problem.cross, problem.square)
        return duality_gap(*given, self.u, self.r, self.t, self.q, problem.positive, enough)

    def _settle(self) -> bool:
        """Newton's step in the coefficients that are not zero, as far as their signs hold; what meets zero leaves.

        Whether it went to its end.
        """
        crossing = np.ones(1, dtype=np.bool_)
        for _ in range(CROSSINGS + 1):
            active = np.flatnonzero(self.u)
            if not len(active):
                return True
            here, sign, t = self.u[active], np.sign(self.u[active]), self.t[active]
            H = self.problem.gram[np.ix_(active, active)]
            H.flat[:: len(active) + 1] += self.q[active]
            step = _newton(H, self.r[active] - self.q[active] * here - t * sign)
            crossing = (sign * (here + step) <= 0) & ((t > 0) | self.problem.positive)
            if not crossing.any():
                self.u[active] += step
                break
            shares = -here[crossing] / step[crossing]
            first = int(np.argmin(shares))
            self.u[active] += shares[first] * step
            self.u[active[np.flatnonzero(crossing)[first]]] = 0.0
            self.refresh()
        self.refresh()
        return not crossing.any()


def _rank(G: Array) -> int:
    """How many eigenvalues are more than rounding."""
    d = np.linalg.eigvalsh(G)
    return int(np.count_nonzero(d > len(d) * np.finfo(np.float64).eps * d.max(initial=0.0)))


def _newton(H: Array, rest: Array) -> Array:
    """H⁻¹ rest; where H is singular, along what it lacks if `rest` goes there, where the objective falls for ever."""
    factor, step, failed = dposv(H, rest)
    if not failed and np.diagonal(factor).min() ** 2 > FLAT:
        return np.asarray(step)
    d, V = np.linalg.eigh(H)
    along = rest @ V
    flat = d <= len(d) * np.finfo(np.float64).eps * d[-1]
    lost = np.where(flat, along, 0.0)
    if np.abs(lost).max(initial=0.0) > max(1e-9 * float(np.abs(rest).max(initial=0.0)), 1e-12):
        return np.asarray(V @ lost) * (1e3 / max(float(np.abs(lost).max()), 1e-300))
    return np.asarray(V @ np.where(flat, 0.0, along / np.where(flat, 1.0, d)))


def chosen_sweeps(compiled: bool) -> Sweeps:
    """The compiled sweeps if asked for, or if Numba is loaded in any case; else NumPy's."""
    if compiled or LOADED in sys.modules:
        from slopewise.solvers.compiled_coordinates import sweep_coordinates

        return sweep_coordinates
    return coordinates.sweep_coordinates
