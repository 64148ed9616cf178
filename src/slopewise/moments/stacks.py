"""A stack of states, one for each group of rows, from one reading of all of them."""

from __future__ import annotations

import numpy as np

from slopewise.moments.cell_sums import cell_sums
from slopewise.moments.cells import Columns
from slopewise.moments.paired import Paired, exponents_of
from slopewise.moments.rows import WeightedRows
from slopewise.moments.state import Moments
from slopewise.typing import AnyArray, Array, IntArray


def stacked(rows: WeightedRows, codes: IntArray, count: int, frequency: IntArray | None = None) -> Moments:
    """The states of `count` groups along a first axis, in double-double; `codes` (m,) say which one a row belongs to.

    `frequency` (m,), which the weights of `rows` hold already, counts copies of a row; ones unless given.

    >>> rows = WeightedRows.of([1.0, 2.0, 5.0], [1.0, 3.0, 4.0], None, None)
    >>> states = stacked(rows, np.array([1, 0, 1]), 2)
    >>> states.rows.tolist(), states.mean.tolist()
    ([1, 2], [[2.0, 3.0], [3.0, 2.5]])
    """
    exponents = exponents_of(rows.size())
    z = _columns(rows, np.append(0.0, -exponents))
    weighted = z if rows.weights is None else _times(z, rows.weights)
    products = cell_sums(codes, count, weighted, [z])
    symmetric = (products + products.swapped()).scaled(np.asarray(0.5))
    copies = np.ones(len(codes)) if frequency is None else frequency.astype(np.float64)
    whole = np.array([_is_whole(rows.X[:, j]) for j in range(rows.X.shape[1])] + [_is_whole(rows.y)])
    rounding = np.where(whole, 0.0, rows.rounding)
    return Moments(
        np.bincount(codes, weights=copies, minlength=count).astype(np.int64),
        np.bincount(codes, weights=_logarithms(rows.weights, copies), minlength=count).astype(np.float64),
        np.broadcast_to(rounding, (count, len(rounding))).copy(),
        Paired(symmetric, np.broadcast_to(exponents, (count, len(exponents))).copy()),
    )


def _columns(rows: WeightedRows, exponents: Array) -> Columns:
    """[1, x, y] (q + 1, m), times two to these exponents."""
    ones = np.ones((1, len(rows.y)))
    high = np.concatenate([ones, rows.X.T.astype(np.float64), rows.y[None].astype(np.float64)])
    if rows.X_low is None and rows.y_low is None:
        return Columns(high).scaled(exponents)
    X_low = np.zeros_like(rows.X, dtype=np.float64) if rows.X_low is None else rows.X_low
    y_low = np.zeros(len(rows.y)) if rows.y_low is None else rows.y_low
    return Columns(high, np.concatenate([0 * ones, X_low.T, y_low[None]])).scaled(exponents)


def _times(columns: Columns, weights: Array) -> Columns:
    product = columns.pair * weights
    return Columns(product.hi, product.lo)


def _logarithms(weights: Array | None, copies: Array) -> Array:
    """f log v (m,) of weights f v."""
    if weights is None:
        return np.zeros(len(copies))
    logarithms: Array = copies * np.log(weights / copies)
    return logarithms


def _is_whole(column: AnyArray) -> bool:
    return bool((column == np.floor(column)).all())
