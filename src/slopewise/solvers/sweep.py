"""The sweep operator: least squares by eliminating one column of the cross-products after another.

Sweeping the columns of A = [[XᵀX, Xᵀy], [yᵀX, yᵀy]] in order leaves

    [[(XᵀX)⁻¹, w], [−wᵀ, RSS]]

and, before column j is swept, the coefficients of x_j on the earlier columns (above the diagonal) and the part of
‖x_j‖² they do not explain (the pivot). So collinear columns are found, with the combination they equal, on the way.
In double-double, unless the products are no better than float64. Source: Goodnight, J. H. (1979), "A tutorial on the
SWEEP operator", The American Statistician 33(3), 149–158.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from slopewise.moments.pair import Pair
from slopewise.typing import Array, IntArray

IN_CACHE = 2**14
"""Numbers of a strip of rows that is updated at a time: the temporaries of double-double stay in the second cache."""

Numbers = TypeVar("Numbers", Pair, Array)
"""Double-double, or float64: the operators are the same."""


@dataclass(frozen=True, eq=False)
class Swept:
    """The result of sweeping p columns, the target last.

    `inverse` (p, p): (XᵀX)⁻¹ over the kept columns, zero elsewhere; `coefficients` (p,), zero where dropped;
    `rss`: the residual sum of squares; `kept`, `dropped`: positions; `combinations`: for each dropped column, its
    coefficients on the kept ones before it.
    """

    inverse: Pair
    coefficients: Pair
    rss: Pair
    kept: IntArray
    dropped: tuple[int, ...]
    combinations: Mapping[int, Array]


def sweep(products: Pair, floors: Array, noise: Array, *, plain: bool = False) -> Swept:
    """Sweep the first p columns of `products` (p + 1, p + 1), skipping those that depend on earlier ones.

    `floors` (p + 1,) say how large a sum of squares rounding of the values and of the sums can leave of each column,
    `noise` (p + 1,) that of the sums alone. Column j is dropped when

        pivot_j ≤ floor_j + Σ_k a_jk² floor_k

    with a_jk its coefficients on the earlier columns k. The residual sum of squares, which is the target's pivot, is
    zero when it is no larger than the same expression of `noise`. With `plain` the high parts are swept in float64,
    which is enough where the products themselves are no better.

    >>> A = Pair.of(np.array([[2.0, 4.0, 3.0], [4.0, 8.0, 6.0], [3.0, 6.0, 5.0]]))
    >>> swept = sweep(A, np.full(3, 1e-30), np.full(3, 1e-30))
    >>> swept.coefficients.hi.tolist(), swept.rss.hi.item(), swept.dropped, swept.combinations[1].tolist()
    ([1.5, 0.0], 0.5, (1,), [2.0, 0.0])
    """
    scale = _powers_of_two(np.diagonal(products.hi))
    A = products.scaled(scale[:, None]).scaled(scale)
    if plain:
        swept, kept, aliases = _swept(A.hi, floors * scale**2)
        return _unscaled(Pair(swept, np.zeros_like(swept)), kept, aliases, scale, noise)
    return _unscaled(*_swept(A, floors * scale**2), scale, noise)


def _swept(A: Numbers, floors: Array) -> tuple[Numbers, list[int], dict[int, Array]]:
    """A swept column by column; the positions kept; of each other column its coefficients on the kept ones before."""
    kept: list[int] = []
    aliases: dict[int, Array] = {}
    for j in range(A.shape[0] - 1):
        column = _leading(A[:, j])
        a = column[kept]
        if not column[j] > floors[j] + a**2 @ floors[kept]:  # a floor beyond the floats (NaN) drops the column, too
            aliases[j] = np.zeros(A.shape[0] - 1)
            aliases[j][kept] = a
            continue
        A = _eliminated(A, j)
        kept.append(j)
    return A, kept, aliases


def _eliminated(A: Numbers, j: int) -> Numbers:
    """A after sweeping column j, in place: a_ik − a_ij a_jk / a_jj, and the pivot's row, column and self."""
    pivot, column = A[j, j], A[:, j].copy()
    row = A[j] / pivot
    step = max(1, IN_CACHE // A.shape[0])
    for start in range(0, A.shape[0], step):
        strip = slice(start, start + step)
        A[strip] = A[strip] - column[strip, None] * row
    A[j] = row
    A[:, j] = -(column / pivot)
    A[j, j] = 1.0 / pivot
    return A


def _unscaled(A: Pair, kept: list[int], aliases: dict[int, Array], scale: Array, noise: Array) -> Swept:
    """The answers in the swept matrix, in the units that the columns had."""
    p = A.shape[0] - 1
    inverse, coefficients = Pair.zeros((p, p)), Pair.zeros((p,))
    inverse[np.ix_(kept, kept)] = A[np.ix_(kept, kept)].scaled(scale[kept, None]).scaled(scale[kept])
    coefficients[kept] = A[kept, p].scaled(scale[kept]).scaled(1 / scale[p])
    left = noise * scale**2
    explained = A.hi[p, p] <= left[p] + A.hi[kept, p] ** 2 @ left[kept]
    rss = Pair.zeros(()) if explained else A[p, p].scaled(1 / scale[p]).scaled(1 / scale[p])
    combinations = {j: a * (scale[:p] / scale[j]) for j, a in aliases.items()}
    return Swept(inverse, coefficients, rss, np.asarray(kept, dtype=np.int64), tuple(aliases), combinations)


def _leading(numbers: Pair | Array) -> Array:
    return numbers.hi if isinstance(numbers, Pair) else numbers


def _powers_of_two(squares: Array) -> Array:
    """A power of two for each column that brings its norm to about 1: scaling by it rounds nothing."""
    _, exponents = np.frexp(np.where(squares > 0, squares, 1.0))
    powers: Array = np.ldexp(1.0, -((exponents + 1) // 2))
    return powers
