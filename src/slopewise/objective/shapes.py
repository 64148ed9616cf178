"""The one place that says which shapes of rows, targets and parameters fit each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slopewise.errors import ArgumentError, ShapeError
from slopewise.typing import Array, ArrayLike


class Fitted(NamedTuple):
    """Arguments that fit: `x` (m, n), `w` (n,) and `b`, as float64. With one feature and a scalar w, n is 1."""

    x: Array
    w: Array
    b: float


def fit_rows(x: ArrayLike, w: ArrayLike, b: float) -> Fitted:
    """`x` (m,) with a scalar `w`, or (m, n) with `w` (n,); m ≥ 1. Raises `ShapeError` that names the shapes.

    >>> fit_rows([1.0, 2.0], 200.0, 100.0).x.shape
    (2, 1)
    >>> fit_rows([[1.0, 2.0]], [3.0], 0.0)
    Traceback (most recent call last):
    slopewise.errors.ShapeError: x has shape (1, 2), w has shape (1,): x (m,) goes with a scalar w, x (m, n) with w (n,)
    """
    rows, weights = numbers("x", x), numbers("w", w)
    if rows.ndim not in (1, 2) or rows.shape[1:] != weights.shape:
        raise ShapeError(
            f"x has shape {rows.shape}, w has shape {weights.shape}: x (m,) goes with a scalar w, x (m, n) with w (n,)"
        )
    if not len(rows):
        raise ShapeError(f"x has shape {rows.shape}: without a row there is no cost; give at least one")
    return Fitted(rows.reshape(len(rows), weights.size), weights.reshape(-1), _scalar(b))


def fit_row(x: ArrayLike, w: ArrayLike, b: float) -> Fitted:
    """One row: scalars `x` and `w`, or `x` (n,) with `w` (n,); the result has m = 1."""
    row, weights = numbers("x", x), numbers("w", w)
    if row.ndim > 1 or row.shape != weights.shape:
        raise ShapeError(
            f"x has shape {row.shape}, w has shape {weights.shape}: one row is a scalar x with a scalar w, "
            "or x (n,) with w (n,)"
        )
    return Fitted(row.reshape(1, weights.size), weights.reshape(-1), _scalar(b))


def fit_targets(x: ArrayLike, y: ArrayLike) -> Array:
    """`y` (m,) as float64, one target for each row of `x`."""
    targets, shape = numbers("y", y), np.shape(x)
    if targets.shape != shape[:1]:
        raise ShapeError(f"x has shape {shape}, y has shape {targets.shape}: y needs one target for each row of x")
    return targets


def numbers(name: str, values: ArrayLike) -> Array:
    """`values` as a float64 array, or an `ArgumentError` that names the argument."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} must be a number or an array of numbers of one shape ({error})") from None


def _scalar(b: float) -> float:
    bias = numbers("b", b)
    if bias.ndim:
        raise ShapeError(f"b has shape {bias.shape}; it must be a single number")
    return float(bias)
