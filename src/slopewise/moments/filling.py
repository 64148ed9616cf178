"""What fills the tables of a `Grouped` state from rows: sums over cells in double-double, or exactly.

A grouping's own table has its columns beside z = [x₁ … x_d, y, 1, m₁ … m_k]; a table of two groupings has theirs.
"""

from __future__ import annotations

import numpy as np

from slopewise.moments.cell_sums import cell_counts, cell_sums, strip_sums
from slopewise.moments.cells import Cells, Columns
from slopewise.moments.pair import Pair
from slopewise.moments.paired import exponents_of
from slopewise.moments.rows import WeightedRows
from slopewise.moments.slices import Parts, exact_cell_sums
from slopewise.moments.strips import Strips
from slopewise.moments.tables import IntegralTable, PairedTable, Table
from slopewise.typing import Array

_EXTREME = 200  # binary orders of magnitude from 1 beyond which low halves of products may leave the floats


def own_table(rows: WeightedRows, cells: Cells, *, exact: bool) -> Table:
    """The sums of a grouping's columns with the numbers and with one another, (L, k, d + 2 + k).

    `rows` have no weight zero. Raises `NotFinite`, as for a column whose squares leave the floats.
    """
    if cells.factors is not None and rows.beside(cells.factors.high.T).extreme()[:-1].any():
        raise rows.refuse()
    if exact:
        parts = _spread_parts(rows, cells)
        beside = [*_parts(rows), [np.ones(rows.m)], *parts]
        return IntegralTable(*exact_cell_sums(cells.codes, cells.count, rows.weights, parts, beside))
    factors, exponents = _spread(rows, cells)
    of_numbers = exponents_of(rows.size())
    sums = _plain_sums(rows, cells) if factors is None and not of_numbers.any() else None
    if sums is None:
        sums = _sums_beside(rows, cells, factors, of_numbers)
    if factors is None:  # the constant is the grouping's own column, too
        sums = sums[..., [*range(sums.shape[-1]), -1]]
    return PairedTable(_finite(rows, sums), exponents, np.concatenate([of_numbers, [0.0], exponents]))


def _plain_sums(rows: WeightedRows, cells: Cells) -> Pair | None:
    """The sums of indicators with [x, y, 1] where the numbers lie; None if they are not so plain."""
    if not isinstance(rows.given, Strips) or not (rows.weights is rows.X_low is rows.y_low is None):
        return None
    return strip_sums(cells.codes, cells.count, rows.given, before=rows.before)


def _sums_beside(rows: WeightedRows, cells: Cells, factors: Columns | None, of_numbers: Array) -> Pair:
    """The sums of the columns of a grouping, times the weights, with [x, y, 1] and with themselves."""
    numbers = Columns(rows.X.T, None if rows.X_low is None else rows.X_low.T).scaled(-of_numbers[:-1])
    target = Columns(rows.y[None], None if rows.y_low is None else rows.y_low[None]).scaled(-of_numbers[-1:])
    right = [numbers, target, Columns(np.ones((1, rows.m)))]
    weights, unit = _near_one(rows.weights)
    left = _weighted(factors, weights)
    right = right if factors is None else [*right, factors]
    return cell_sums(cells.codes, cells.count, left, right, before=rows.before).scaled(unit)


def pair_table(rows: WeightedRows, cells: Cells, other: Cells, *, exact: bool) -> Table:
    """The sums of a grouping's columns with another's, (L, L', k, k'). `rows` have no weight zero."""
    codes, counts = cells.codes * other.count + other.codes, (cells.count, other.count)
    if exact:
        left, right = _spread_parts(rows, cells), _spread_parts(rows, other)
        products, exponent = exact_cell_sums(codes, cells.count * other.count, rows.weights, left, right)
        return IntegralTable(products.reshape(*counts, cells.k, other.k), exponent)
    (factors, e), (others, f) = _spread(rows, cells), _spread(rows, other)
    weights, unit = _near_one(rows.weights)
    left_columns = _weighted(factors, weights)
    if left_columns is None and others is None:
        sums = cell_counts(codes, cells.count * other.count)
    else:
        right_columns = others or Columns(np.ones((1, len(codes))))
        sums = cell_sums(codes, cells.count * other.count, left_columns, [right_columns], before=rows.before)
    sums = _finite(rows, sums.scaled(unit))
    shape = (*counts, cells.k, other.k)
    return PairedTable(Pair(sums.hi.reshape(shape), sums.lo.reshape(shape)), e, f)


def _spread(rows: WeightedRows, cells: Cells) -> tuple[Columns | None, Array]:
    """The columns that a grouping spreads, times 2^−e, and e (k,): zero unless a column is extreme."""
    if cells.factors is None:
        return None, np.zeros(1)
    exponents = exponents_of(rows.beside(cells.factors.high.T).size()[:-1])
    return cells.factors.scaled(-exponents), exponents


def _weighted(factors: Columns | None, weights: Array | None) -> Columns | None:
    """The columns times the weights, without an error where the columns have no low halves; None is ones."""
    if weights is None:
        return factors
    if factors is None:
        return Columns(weights[None])
    products = factors.pair * weights
    return Columns(products.hi, products.lo)


def _near_one(weights: Array | None) -> tuple[Array | None, Array]:
    """The weights in a unit that is a power of two: 1, unless the largest of them is extreme."""
    _, exponent = np.frexp(0.0 if weights is None else weights.max(initial=0.0))
    if weights is None or abs(exponent) <= _EXTREME:
        return weights, np.asarray(1.0)
    return np.ldexp(weights, -exponent), np.ldexp(1.0, exponent)


def _finite(rows: WeightedRows, sums: Pair) -> Pair:
    """The sums; `NotFinite` if they are not."""
    if not np.isfinite(sums.hi).all():
        raise rows.refuse()
    return sums


def _parts(rows: WeightedRows) -> list[Parts]:
    """The columns [x, y], each as the arrays whose sum it is."""
    features, target = (
        [half for half in halves if half is not None] for halves in ((rows.X, rows.X_low), (rows.y, rows.y_low))
    )
    return [*([half[:, j] for half in features] for j in range(rows.p)), target]


def _spread_parts(rows: WeightedRows, cells: Cells) -> list[Parts]:
    """The columns that a grouping spreads, each as the arrays whose sum it is. Raises `NotFinite`."""
    if cells.factors is None:
        return [[np.ones(len(cells.codes))]]
    given = [half for half in (cells.factors.high, cells.factors.low) if half is not None]
    if not all(np.isfinite(half).all() for half in given):
        raise rows.refuse()
    return [list(column) for column in zip(*given, strict=True)]
