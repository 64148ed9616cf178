"""The sweep operator: least squares by eliminating one column of the cross-products after another.

Sweeping the columns of A = [[XᵀX, Xᵀy], [yᵀX, yᵀy]] in order leaves

    [[(XᵀX)⁻¹, w], [−wᵀ, RSS]]

and, before column j is swept, the coefficients of x_j on the earlier columns (above the diagonal) and the part of
‖x_j‖² they do not explain (the pivot). So collinear columns are found, with the combination they equal, on the way.
Source: Goodnight, J. H. (1979), "A tutorial on the SWEEP operator", The American Statistician 33(3), 149–158.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from slopewise.typing import Array, IntArray

_UNIT = 2.0**-53
_DATA_FLOOR = (4 * _UNIT) ** 2  # what rounding the values of a column to float64 can leave of a dependent one
_SUM_FLOOR = 64 * _UNIT  # what float64 sums of products can leave


@dataclass(frozen=True)
class Swept:
    """The result of sweeping p columns, the target last.

    `inverse` (p, p): (XᵀX)⁻¹ over the kept columns, zero elsewhere; `coefficients` (p,), zero where dropped;
    `rss`: the residual sum of squares; `kept`, `dropped`: positions; `combinations`: for each dropped column, its
    coefficients on the kept ones before it.
    """

    inverse: Array
    coefficients: Array
    rss: float
    kept: IntArray
    dropped: tuple[int, ...]
    combinations: Mapping[int, Array]


def sweep(products: Array, lengths: Array) -> Swept:
    """Sweep the first p columns of `products` (p + 1, p + 1), skipping those that depend on earlier ones.

    `lengths` (p + 1,) are those of the columns about zero, √Σ v x²: the rounding of the values themselves is relative
    to these. Column j is dropped when its pivot is at most the noise of the sums, or of the values,

        64 u (G_jj + Σ_k a_jk² G_kk)   or   (4u)² (ℓ_j² + Σ_k a_jk² ℓ_k²),        u = 2⁻⁵³,

    with a_jk its coefficients on the earlier columns, G the products and ℓ the lengths.

    >>> swept = sweep(np.array([[2.0, 4.0, 3.0], [4.0, 8.0, 6.0], [3.0, 6.0, 5.0]]), np.array([1.5, 2.9, 2.3]))
    >>> swept.coefficients.tolist(), swept.rss, swept.dropped, swept.combinations[1].tolist()
    ([1.5, 0.0], 0.5, (1,), [2.0, 0.0])
    """
    scale = _powers_of_two(np.diagonal(products))
    A = products * scale[:, None] * scale
    norms = np.diagonal(A).copy()
    with np.errstate(over="ignore"):  # an infinite square drops the column, as it should: it is all offset
        magnitudes = (lengths * scale) ** 2
    p = len(A) - 1
    kept: list[int] = []
    combinations: dict[int, Array] = {}
    for j in range(p):
        a = A[kept, j]
        sums_floor = _SUM_FLOOR * (norms[j] + a**2 @ norms[kept])
        data_floor = _DATA_FLOOR * (magnitudes[j] + a**2 @ magnitudes[kept])
        if A[j, j] <= max(sums_floor, data_floor):
            combinations[j] = np.zeros(p)
            combinations[j][kept] = a * scale[kept] / scale[j]
            continue
        _eliminate(A, j)
        kept.append(j)
    inverse = np.zeros((p, p))
    inverse[np.ix_(kept, kept)] = A[np.ix_(kept, kept)] * scale[kept, None] * scale[kept]
    coefficients = np.zeros(p)
    coefficients[kept] = A[kept, p] * scale[kept] / scale[p]
    rss = max(float(A[p, p]), 0.0) / float(scale[p]) ** 2
    return Swept(inverse, coefficients, rss, np.asarray(kept, dtype=np.int64), tuple(combinations), combinations)


def _eliminate(A: Array, j: int) -> None:
    """Sweep column j of A in place."""
    pivot = A[j, j]
    row = A[j] / pivot
    column = A[:, j].copy()
    A -= column[:, None] * row
    A[j] = row
    A[:, j] = -column / pivot
    A[j, j] = 1 / pivot


def _powers_of_two(squares: Array) -> Array:
    """A power of two for each column that brings its norm to about 1: scaling by it rounds nothing."""
    _, exponents = np.frexp(np.where(squares > 0, squares, 1.0))
    powers: Array = np.ldexp(1.0, -((exponents + 1) // 2))
    return powers
