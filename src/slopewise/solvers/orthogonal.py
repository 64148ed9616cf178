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
from slopewise.typing import Array, IntArray

INVERSE = 2.0**30
"""The largest trace of the inverse, of columns with squares of about 1, where none is near to depending on others."""


def orthogonal_columns(products: Array) -> IntArray:
    """Columns of `products` (n, n) whose products with each other are all zero: many of them, in order.

    Those with the fewest products that are not zero are taken first, each one that goes with those taken before.

    >>> orthogonal_columns(np.array([[2.0, 1.0, 1.0], [1.0, 3.0, 0.0], [1.0, 0.0, 4.0]])).tolist()
    [1, 2]
    """
    meets = products != 0
    barred = np.zeros(len(meets), dtype=np.bool_)
    taken = []
    for j in np.argsort(np.count_nonzero(meets, axis=0), kind="stable").tolist():
        if not barred[j]:
            taken.append(j)
            barred |= meets[j]
    return np.sort(np.array(taken, dtype=np.intp))


def sweep_orthogonal(products: Pair, orthogonal: IntArray, floors: Array, noise: Array, threads: int) -> Swept | None:
    """As `sweep.sweep`, of products whose columns `orthogonal` meet no other one of these; None where it must decide.

    It must where a column might depend on others: the part of ‖x_j‖² that columns before it leave unexplained is at
    least 1 / h_jj, where H is the inverse of the products A, and its coefficients a on these have ‖a‖² ≤ a_jj tr H. So
    no column is dropped in any order when 1 / h_jj > floor_j + (max_i floor_i) a_jj tr H for all of them.
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
    return answers(swept, kept, noise * scale**2, 0, scale)
