"""Arrays as they are given, as float arrays; what is no number is refused."""

from __future__ import annotations

import numpy as np

from slopewise.errors import ColumnTypeError
from slopewise.typing import AnyArray, ArrayLike


def floats(values: ArrayLike, name: str) -> AnyArray:
    """`values` as a float array: float32 and float64 as they are, other numbers as float64, anything else refused."""
    try:
        array = np.asarray(values)
        if array.dtype in (np.float64, np.float32):
            return array
        if array.dtype.kind in "OSUmMcV":
            array = np.asarray([_number(value) for value in array.ravel()]).reshape(array.shape)
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ColumnTypeError(f"{name} must hold numbers only: {error}") from None


def matrix(X: ArrayLike) -> AnyArray:
    """`X` as `floats`; a single column (m,) as a matrix (m, 1)."""
    features = floats(X, "X")
    return features[:, None] if features.ndim == 1 else features


def _number(value: object) -> float:
    if isinstance(value, str | bytes | complex | np.datetime64 | np.timedelta64):
        raise TypeError(f"it holds {str(value)!r}")
    return np.nan if value is None else float(value)  # type: ignore[arg-type]
