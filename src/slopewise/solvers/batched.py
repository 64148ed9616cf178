"""Least squares for a stack of states at once: the sweep of `exact`, one step of it in all groups at a time.

    w_g = S_xx⁺ s_xy        b_g = ȳ_g − w_g·x̄_g        for every group g

The same centring, scaling, rule of rank and double-double arithmetic as `exact.solve`, and the same answers. No group
fails: one without rows, or with fewer rows than parameters, has what can be estimated, NaN elsewhere, and its rank.
NumPy takes some 40 µs a group of ten columns, Numba 5 µs; which one it is depends on the size of the stack alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.solvers.sweep import plus_product, powers_of_two, quotient
from slopewise.typing import Array, BoolArray, IntArray

PAGE = 2**18
"""Numbers of a stack that NumPy works on at a time."""

LARGE = 5_000_000
"""Numbers G q³ of a stack from which on Numba solves it: some 0.5 s of NumPy's."""


@dataclass(frozen=True, eq=False)
class Solutions:
    """The answers of G groups, each as `Solution` has it.

    `intercept` (G,), 0 in a model without one, which `has_intercept` tells; `coefficients` (G, p), NaN for a column
    that earlier ones determine; `rank` (G,), parameters estimated, the intercept included; `rss` Σ v (y − ŷ)², `ess`
    what that lacks of `tss` Σ v (y − ȳ)² (Σ v y² without an intercept), (G,) each; `unscaled_variances` (G, p + 1),
    the diagonal of (ZᵀVZ)⁻¹ of Z = [1 X], intercept first, NaN for what was not estimated. A group without rows has
    NaN throughout, and rank 0.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.fit("price ~ area", ames, by="Street").solutions
    >>> found.rank.tolist(), found.intercept.round().tolist()
    ([2, 2], [-44995.0, 13710.0])
    """

    intercept: Array
    coefficients: Array
    rank: IntArray
    rss: Array
    ess: Array
    tss: Array
    unscaled_variances: Array
    has_intercept: bool = True

    @classmethod
    def empty(cls, groups: int, p: int, *, has_intercept: bool = True) -> Solutions:
        """Room for the answers of so many groups, nothing in it; `put` fills it."""
        single = (np.full(groups, np.nan) for _ in range(4))
        intercept, rss, ess, tss = single
        many = np.full((groups, p), np.nan), np.full((groups, p + 1), np.nan)
        return cls(intercept, many[0], np.zeros(groups, dtype=np.int64), rss, ess, tss, many[1], has_intercept)

    def put(self, places: IntArray, part: Solutions) -> None:
        """The answers of a part at their places."""
        for name in self._arrays():
            getattr(self, name)[places] = getattr(part, name)

    @classmethod
    def _arrays(cls) -> list[str]:
        return [field.name for field in fields(cls) if field.name != "has_intercept"]


def solve_stack(
    states: Moments, *, intercept: bool = True, large: bool | None = None, threads: int | None = None
) -> Solutions:
    """Minimise Σ v (w·x + b − y)² in each group of a stack of states, in double-double. No group fails.

    `states` (G, …) of precision "double-double", the target last. Many groups are solved on `threads` threads, whose
    number does not change the answer; `large` says whether they are a part of many. Source: `slopewise.solvers.exact`.

    >>> states = Moments.stack([Moments.of([1.0, 2.0], [3.0, 5.0]), Moments.of([1.0, 1.0], [3.0, 5.0])])
    >>> found = solve_stack(states)
    >>> found.intercept.tolist(), found.coefficients.ravel().tolist(), found.rank.tolist()
    ([1.0, 4.0], [2.0, nan], [2, 1])
    """
    if not isinstance(states.body, Paired):
        raise TypeError(f"a stack of states is double-double, and this one is {states.precision}")
    body, exponents = states.body.normalised()
    if is_large(len(states.rows), states.q) if large is None else large:
        from slopewise.solvers import batched_large

        arrays = batched_large.solve_products(body.products, states.rounding, intercept, threads)
        found = Solutions(*arrays, has_intercept=intercept)
    else:
        step = max(1, PAGE // (states.q + 1) ** 2)
        found = Solutions.empty(len(states.rows), states.p, has_intercept=intercept)
        for a in range(0, len(states.rows), step):
            at = np.arange(a, min(a + step, len(states.rows)))
            found.put(at, solve_products(body.products[at], states.rounding[at], intercept))
    return _in_units(found, exponents) if exponents.any() else found


def is_large(groups: int, q: int) -> bool:
    """Whether a stack of so many groups of q columns repays Numba."""
    return groups * q**3 > LARGE


def solve_products(products: Pair, rounding: Array, intercept: bool) -> Solutions:
    """The answers from R = Σ v z zᵀ, z = [1, x, y], (G, q + 1, q + 1), and the rounding of values, (G, q): by NumPy."""
    body = Paired(products, np.zeros(rounding.shape))
    ones = int(intercept)
    A = _with_means(body) if intercept else body.raw()
    noise = np.concatenate([np.zeros((len(rounding), ones)), body.noise()], axis=1)
    rounded = np.concatenate([np.zeros((len(rounding), ones)), rounding], axis=1)
    diagonal = np.diagonal(A.hi, axis1=1, axis2=2)
    with np.errstate(over="ignore", invalid="ignore"):
        squares = diagonal + A.hi[:, 0] ** 2 / -A.hi[:, :1, 0] if intercept else diagonal.copy()
        if intercept:
            squares[:, 0] = 0.0
        squares = np.where(np.isfinite(squares), squares, np.nan)
        tss = A[:, -1, -1].value()
        scale = powers_of_two(np.abs(diagonal))
        floors, noise = (np.asarray(f) * squares * scale**2 for f in (np.maximum((4 * rounded) ** 2, noise), noise))
        swept = A.scaled(scale[:, :, None]).scaled(scale[:, None, :]).copy()
        kept = _sweep(swept, floors, ones)
    found = _answers(swept, kept, noise, ones, scale, tss)
    return _without(found, body.weight <= 0)


def _with_means(body: Paired) -> Pair:
    """[[−1/W, z̄ᵀ], [z̄, S_zz]] of each group, (G, q + 1, q + 1); with W = 1 where there are no rows."""
    weight = body.weight
    A = Pair.zeros((len(weight), body.q + 1, body.q + 1))
    A[:, 0, 0] = Pair.of(-np.ones(len(weight))) / np.where(weight > 0, weight, 1.0)
    A[:, 0, 1:] = A[:, 1:, 0] = body.mean()
    A[:, 1:, 1:] = body.centred()
    return A


def _sweep(A: Pair, floors: Array, start: int) -> BoolArray:
    """As `sweep.swept_columns`, in every group: which columns are swept, (G, k)."""
    G, n = floors.shape
    swept = np.zeros((G, n - 1), dtype=np.bool_)
    swept[:, :start] = True
    for j in range(start, n - 1):
        U = Pair(*(np.concatenate([half[:, :j, j], half[:, j, j:]], axis=1) for half in (A.hi, A.lo)))
        d = U[:, j]
        share = np.cumsum(np.where(swept[:, start:j], U.hi[:, start:j] ** 2 * floors[:, start:j], 0.0), axis=1)[
            :, -1:
        ].sum(axis=1)
        here = d.hi > share + floors[:, j]  # nor if a floor is beyond the floats (NaN)
        aside = np.zeros((G, n), dtype=np.bool_)
        aside[:, :j] = ~swept[:, :j]
        aside |= ~here[:, None]
        U = Pair(np.where(aside, 0.0, U.hi), np.where(aside, 0.0, U.lo))
        U[:, j] = Pair(np.where(here, -1.0, 0.0), np.zeros(G))
        V = quotient(U, Pair(np.where(here, d.hi, 1.0), np.where(here, d.lo, 0.0))[:, None])
        column, row = A[:, :j, j].copy(), A[:, j, j:].copy()
        for i in range(n):
            A[:, i, i:] = plus_product(A[:, i, i:], (-U)[:, i, None], V[:, i:])
        A[:, :j, j], A[:, j, j:] = _chosen(here, V[:, :j], column), _chosen(here, V[:, j:], row)
        swept[:, j] = here
    return swept


def _chosen(here: BoolArray, one: Pair, other: Pair) -> Pair:
    return Pair(*(np.where(here[:, None], a, b) for a, b in ((one.hi, other.hi), (one.lo, other.lo))))


def _answers(A: Pair, kept: BoolArray, noise: Array, start: int, scale: Array, tss: Array) -> Solutions:
    """The answers in the swept matrices, in the units that the columns had."""
    k = kept.shape[1]
    units = np.where(np.arange(k) < start, 1 / scale[:, :k], scale[:, :k])
    variances = np.where(kept, -np.diagonal(A.hi, axis1=1, axis2=2)[:, :k] * units * units, np.nan)
    theta = np.where(kept, A.hi[:, :k, k] * units / scale[:, k:], np.nan)
    share = np.where(kept, A.hi[:, :k, k] ** 2 * noise[:, :k], 0.0)[:, start:].sum(axis=1)
    explained = A.hi[:, k, k] <= noise[:, k] + share
    last = A[:, k, k].scaled(1 / scale[:, k]).scaled(1 / scale[:, k])
    rss = Pair(np.where(explained, 0.0, last.hi), np.where(explained, 0.0, last.lo))
    none = np.zeros((len(kept), 1 - start))
    theta, variances = np.hstack([none, theta]), np.hstack([none * np.nan, variances])
    value = rss.value()
    return Solutions(
        theta[:, 0], theta[:, 1:], kept.sum(axis=1), value, tss - value, tss, variances, has_intercept=bool(start)
    )


def _without(found: Solutions, empty: BoolArray) -> Solutions:
    """The same, but nothing for groups without rows."""
    for name in ("intercept", "coefficients", "rss", "ess", "tss", "unscaled_variances"):
        getattr(found, name)[empty] = np.nan
    found.rank[empty] = 0
    return found


def _in_units(found: Solutions, exponents: Array) -> Solutions:
    """The answers for columns z from those for z·2^−e: powers of two round nothing."""
    e, e_y = exponents[:, :-1].astype(np.int64), exponents[:, -1].astype(np.int64)
    whole = np.hstack([np.zeros((len(e), 1), dtype=np.int64), e])
    return Solutions(
        np.ldexp(found.intercept, e_y),
        np.ldexp(found.coefficients, e_y[:, None] - e),
        found.rank,
        np.ldexp(found.rss, 2 * e_y),
        np.ldexp(found.ess, 2 * e_y),
        np.ldexp(found.tss, 2 * e_y),
        np.ldexp(found.unscaled_variances, -2 * whole),
        found.has_intercept,
    )
