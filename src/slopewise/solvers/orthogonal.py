"""Least squares of many columns, most of which are orthogonal to each other, as the indicators of a category are.

Swept first, such columns change nothing where they meet: with D diagonal,

    [[D, B], [Bᵀ, C]]   becomes   [[−D⁻¹, D⁻¹B], [BᵀD⁻¹, C − BᵀD⁻¹B]]

and only the few others are left to be swept in full. In another order than the model's the same columns need not be
found to depend on the others. So the answer counts only where none comes near to it, in whatever order; elsewhere there
is none, and `sweep` goes through the columns one after another.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.solvers.sweep import Swept, answers, powers_of_two
from slopewise.typing import Array, BoolArray, IntArray

INVERSE = 2.0**30
"""The largest trace of the inverse, of columns with squares of about 1, where none is near to depending on others."""

DENSE = 0.75
"""The share of columns which those meet that are hardly orthogonal to many."""


def orthogonal_columns(products: Array) -> IntArray:
    """Columns of `products` (n, n) whose products with each other are all zero: many of them, in order.

    One after another is taken that goes with those taken before: first those with the fewest products that are not
    zero; or in order, but for those that have nearly all. The longer list counts. Where two categories meet in most of
    their levels, it is the second that takes one of them whole.

    >>> orthogonal_columns(np.array([[2.0, 1.0, 1.0], [1.0, 3.0, 0.0], [1.0, 0.0, 4.0]])).tolist()
    [1, 2]
    """
    meets = products != 0
    met = np.count_nonzero(meets, axis=0)
    orders = np.argsort(met, kind="stable"), np.argsort(met > DENSE * len(met), kind="stable")
    return max((_taken_in(order, meets) for order in orders), key=len)


def _taken_in(order: IntArray, meets: BoolArray) -> IntArray:
    barred = np.zeros(len(meets), dtype=np.bool_)
    taken = []
    for j in order.tolist():
        if not barred[j]:
            taken.append(j)
            barred |= meets[j]
    return np.sort(np.array(taken, dtype=np.intp))


def sweep_orthogonal(
    products: Pair, orthogonal: IntArray, mean: Pair | None, floors: Array, noise: Array, threads: int
) -> Swept | None:
    """As `sweep.sweep`, of products whose columns `orthogonal` meet no other one of these; None where it must decide.

    It must where a column might depend on others: the part of ‖x_j‖² that columns before it leave unexplained is at
    least 1 / h_jj, where H is the inverse of the products A, and its coefficients a on these have ‖a‖² ≤ a_jj tr H. So
    no column is dropped in any order when 1 / h_jj > floor_j + (max_i floor_i) a_jj tr H for all of them.

    With a `mean` (k + 1,) the first column is of ones, and the others that are not orthogonal are about their means:
    what goes back is of the columns themselves, by taking mⱼ times column j out of the first.
    """
    from slopewise.solvers.compiled_sweep import swept_columns

    k = len(floors) - 1
    others = np.setdiff1d(np.arange(k + 1), orthogonal)  # the target, which is the last, stays so
    order = np.concatenate([orthogonal, others])
    scale = powers_of_two(np.abs(np.diagonal(products.hi)))
    A = products[order[:, None], order]
    for half in (A.hi, A.lo):
        half *= scale[order, None]
        half *= scale[order]
    squares, floors = np.diagonal(A.hi)[:k].copy(), (floors * scale**2)[order[:k]]
    kept = swept_columns(A, np.append(floors, 0.0), 0, threads, orthogonal=len(orthogonal))
    inverse = -np.diagonal(A.hi)[:k]
    if not (kept.all() and inverse.sum() < INVERSE):
        return None
    if not (1 / inverse > floors + floors.max() * squares * inverse.sum()).all():
        return None
    back = np.argsort(order)
    high = (np.triu(A.hi) + np.triu(A.hi, 1).T)[back[:, None], back]
    swept = Pair(high, np.zeros_like(high))
    swept.lo[k, k] = A.lo[k, k]
    if mean is not None:
        first = _about_zero(A, back, others, mean.scaled(scale / scale[0]))
        swept[0], swept[:, 0] = first, first
    return answers(swept, kept, noise * scale**2, 0, scale)


def _about_zero(A: Pair, back: IntArray, others: IntArray, mean: Pair) -> Pair:
    """The first row of the swept matrix for columns that are not about their means; column j is `back`[j] of `A`."""
    k = len(back) - 1

    def row(j: int) -> Pair:
        at = back[j]
        return Pair(*(np.concatenate([half[:at, at], half[at, at:]])[back] for half in (A.hi, A.lo)))

    moved = [j for j in others.tolist() if 0 < j < k]
    first, rows = row(0), [row(j) for j in moved]
    for j, other in zip(moved, rows, strict=True):
        first = first - other * mean[j]
    corner = first[0]
    for j in moved:
        corner = corner - first[j] * mean[j]
    first[0], first[k] = corner, first[k] + mean[k]
    return first
