"""`Penalty`: what is penalised and how, and the answers to it for a state or a stack of states.

    J(w, b) + λ(1 − l1_ratio)/2 Σ f_j (s_j w_j)² + λ l1_ratio Σ f_j |s_j w_j|

with s_j the spread of feature j, or 1 where features are not standardised, and f_j the penalty factors. The intercept
is never penalised. l1_ratio 0 is ridge (`ridge.py`), 1 lasso, and what lies between elastic net (`lasso.py`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from slopewise.errors import ArgumentError, FitError, NotFinite, ShapeError
from slopewise.solvers.lasso import LARGE, LassoPath, LassoProblem
from slopewise.solvers.ridge import RidgePath, ridge_grid
from slopewise.solvers.standard import Standard
from slopewise.threads import one_blas_thread
from slopewise.typing import Array, ArrayLike, IntArray

COUNT = 100
"""Penalties of the default grid."""

ABOVE_ROUNDING = 1 + 2.0**-48
"""At the first λ of a grid every penalised coefficient is zero, and not a coefficient of 10⁻¹⁶ left."""

NEAREST_TO_RIDGE = 1e-3
"""The l1_ratio that the default grid of the elastic net counts with at least, as glmnet's."""


ALONE = range(16, 513)
"""Columns with which BLAS works on one thread: its products are too small to share, and on a busy machine a thread that
waits for another took twenty times as long (measured). The loop over folds gains nothing from threads of its own."""

RIDGE_LIMIT = 1e-10
"""What an answer in closed form must be near to its minimum, as a fraction of J at zero, to count as converged."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to one penalty for a stack (…) of standardised problems and L values of λ, in the order asked.

    `u` (…, L, m) in standard units; `df` (…, L), degrees of freedom of the slopes; `gap` (…, L), how far each can lie
    above its minimum, as a fraction of J at zero; `sweeps` (…, L) of coordinate descent, 0 for ridge.
    """

    u: Array
    df: Array
    gap: Array
    sweeps: IntArray


@dataclass(frozen=True)
class Penalty:
    """`l1_ratio` in [0, 1]; `factors` (p,), not negative, 1 each unless given; `standardize`: whether s_j counts;
    `positive`: whether coefficients must not be negative; `tolerance`: the duality gap to stop at, relative to J at
    zero, and `max_sweeps` of coordinate descent for each λ.

    A factor of 0 leaves a column unpenalised. Factors are taken as they are: glmnet scales its own to a sum of p.

    >>> Penalty(l1_ratio=0.5).name, Penalty().name
    ('elastic net', 'ridge')
    """

    l1_ratio: float = 0.0
    factors: tuple[float, ...] | None = None
    standardize: bool = True
    positive: bool = False
    tolerance: float = 1e-10
    max_sweeps: int = 10_000

    def __post_init__(self) -> None:
        if not 0 <= self.l1_ratio <= 1:
            raise ArgumentError(f"l1_ratio={self.l1_ratio!r} must lie between 0 (ridge) and 1 (lasso)")
        if not 0 <= self.tolerance < np.inf:
            raise ArgumentError(f"tolerance={self.tolerance!r} must be a fraction of the cost at zero, such as 1e-10")
        if isinstance(self.max_sweeps, bool) or not isinstance(self.max_sweeps, int) or self.max_sweeps < 1:
            raise ArgumentError(f"max_sweeps={self.max_sweeps!r} must be a whole number of at least 1")

    @property
    def name(self) -> str:
        """'ridge', 'lasso' or 'elastic net'."""
        return {0.0: "ridge", 1.0: "lasso"}.get(float(self.l1_ratio), "elastic net")

    @property
    def by_eigenvectors(self) -> bool:
        """Whether the answers are in closed form."""
        return self.l1_ratio == 0 and not self.positive

    @property
    def limit(self) -> float:
        """The largest duality gap of an answer that counts as converged, as a fraction of J at zero."""
        return RIDGE_LIMIT if self.by_eigenvectors else self.tolerance

    def check(self, p: int) -> Array:
        """The factors (p,); `ShapeError` or `ArgumentError` for such as do not fit."""
        if self.factors is None:
            return np.ones(p)
        factors = np.asarray(self.factors, dtype=np.float64)
        if factors.shape != (p,):
            raise ShapeError(f"there are {factors.size} penalty factors for {p} columns; give one for each")
        if not (np.isfinite(factors).all() and (factors >= 0).all()):
            raise ArgumentError(f"penalty factors must be finite and not negative; these are {list(self.factors)}")
        return factors

    def free(self, p: int) -> tuple[int, ...]:
        """Positions that no penalty and no bound touches, which are swept out beforehand."""
        return () if self.positive else tuple(np.flatnonzero(self.check(p) == 0).tolist())

    def weights(self, standard: Standard) -> tuple[Array, Array]:
        """The factors (…, m) of lasso and ridge in standard units: f and f, or f/s and f/s²."""
        p = standard.spread.shape[-1] - 1
        f = np.broadcast_to(self.check(p)[list(standard.penalised)], standard.scale.shape)
        if self.standardize:
            return f, f
        return f / standard.scale, np.clip(f / standard.scale / standard.scale, 1e-280 * (f > 0), 1e280)

    def amounts(self, standard: Standard, lambdas: Array) -> tuple[Array, Array]:
        """Lasso (…, L) and ridge (L,) in standard units, where the target is divided by its spread."""
        return lambdas * self.l1_ratio / standard.spread[..., -1, None], lambdas * (1 - self.l1_ratio)

    def grid(self, standard: Standard, rows: int, count: int = COUNT) -> Array:
        """The default λ (count,) of one problem, decreasing, see `penalty_path`; `FitError` where there is none."""
        lasso_factors, ridge_factors = self.weights(standard)
        if self.l1_ratio == 0:
            return ridge_grid(standard.gram, np.where(ridge_factors > 0, ridge_factors, 1.0), count)
        problem = self._problem(standard, lasso_factors, ridge_factors)
        largest = ABOVE_ROUNDING * problem.entry() * float(standard.spread[-1]) / max(self.l1_ratio, NEAREST_TO_RIDGE)
        if not largest > 0:
            raise FitError(
                "no penalised column goes along with the target, so that no penalty changes anything and there is no "
                "grid of them to choose; give lambdas"
            )
        smallest = 1e-2 if rows < standard.spread.shape[-1] - 1 else 1e-4
        return np.asarray(largest * 10.0 ** np.linspace(0.0, np.log10(smallest), count))

    def solve(self, standard: Standard, lambdas: Array, *, degrees: bool = True) -> Answers:
        """The answers for every problem of a stack, or for one; λ in any order. `df` is NaN unless `degrees`."""
        if self.by_eigenvectors:
            return self._by_eigenvectors(standard, lambdas)
        return self._by_descent(standard, lambdas, degrees)

    def _by_eigenvectors(self, standard: Standard, lambdas: Array) -> Answers:
        ridge = RidgePath.of(standard.gram, standard.cross, self.weights(standard)[1], lambdas)
        gap = ridge.gap / _half(standard.target)
        df = ridge.df + standard.rank[..., None]
        return Answers(ridge.coefficients, df, gap, np.zeros(gap.shape, dtype=np.int64))

    def _by_descent(self, standard: Standard, lambdas: Array, degrees: bool) -> Answers:
        groups = list(np.ndindex(standard.weight.shape))
        compiled = len(groups) * len(lambdas) * standard.gram.shape[-1] > LARGE
        work = (standard[k[0]] if k else standard for k in groups)
        found = [self._descend(one, lambdas, degrees, compiled) for one in work]
        stacked = (np.stack(part).reshape(*standard.weight.shape, *part[0].shape) for part in zip(*found, strict=True))
        return Answers(*stacked)

    def _problem(self, standard: Standard, lasso_factors: Array, ridge_factors: Array) -> LassoProblem:
        gram = np.ascontiguousarray(standard.gram)
        square = float(standard.target)
        return LassoProblem(gram, standard.cross, square, lasso_factors, ridge_factors, self.positive)

    def _descend(
        self, standard: Standard, lambdas: Array, degrees: bool, compiled: bool
    ) -> tuple[Array, Array, Array, IntArray]:
        """One problem by coordinate descent, from the largest λ down."""
        problem = self._problem(standard, *self.weights(standard))
        lasso, ridge = self.amounts(standard, lambdas)
        order = np.argsort(-lambdas, kind="stable")
        back = np.argsort(order)
        options = {"tolerance": self.tolerance, "max_sweeps": self.max_sweeps}
        path: LassoPath = problem.path(lasso[order], ridge[order], compiled=compiled, **options)  # type: ignore[arg-type]
        u = path.coefficients[back]
        df = float(standard.rank) + problem.degrees_of_freedom(u, ridge) if degrees else np.full(len(u), np.nan)
        return u, df, path.gap[back] / _half(standard.target), path.sweeps[back]


def undisturbed(p: int) -> AbstractContextManager[None]:
    """A block in which BLAS takes one thread, where that is better for `p` columns; see `ALONE`."""
    return one_blas_thread() if p in ALONE else nullcontext()


def check_lambdas(lambdas: ArrayLike) -> Array:
    """Penalties (L,) as given; `ShapeError`, `NotFinite` or `ArgumentError` for what are none."""
    given = np.asarray(lambdas, dtype=np.float64)
    if given.ndim != 1 or not given.size:
        raise ShapeError(f"lambdas have the shape {given.shape}; give a list of penalties, as [0.1, 1.0]")
    if not np.isfinite(given).all():
        raise NotFinite(f"lambdas hold {given[~np.isfinite(given)][0]}; give finite penalties")
    if (given < 0).any():
        raise ArgumentError(f"lambdas hold {given.min():.6g}; a penalty is not negative")
    return given


def _half(square: Array) -> Array:
    """J at zero in standard units, (…, 1); 1 where the target leaves nothing to explain."""
    half: Array = 0.5 * np.where(square > 0, square, 2.0)[..., None]
    return half
