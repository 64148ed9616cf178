"""What was taken out of sums stays in their rounding: how much that is, and what becomes of it.

    (S + R) − R = S + δ,        |δ_ik| ≤ u √((S + 2R)_ii (S + 2R)_kk)

with u the noise of sums relative to the lengths of two columns. So a state from which rows were taken remembers R_ii,
the squares of these rows, for as long as it lives: (…, q + 1) over [1, z], in the units and about the origin of its
sums. None stands for nothing taken out. A row more adds to S alone, and a map T of the columns does to R what it does
to lengths at most: √R'_jj = Σ_k |T_kj| √R_kk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from slopewise.errors import ShapeError
from slopewise.typing import Array, IntArray

Removed: TypeAlias = "Array | None"


def total(*parts: Removed) -> Removed:
    """The squares of all that was taken out.

    >>> total(None, np.array([1.0, 4.0]), np.array([1.0, 1.0])).tolist()
    [2.0, 5.0]
    """
    some = [part for part in parts if part is not None]
    return np.sum(some, axis=0) if some else None


def picked(removed: Removed, columns: Sequence[int] | IntArray) -> Removed:
    """Those of the constant and of some columns."""
    return None if removed is None else removed[..., [0, *(int(column) + 1 for column in columns)]]


def placed(removed: Removed, positions: Sequence[int], q: int) -> Removed:
    """Those of q columns, of which those at `positions` are ours."""
    if removed is None:
        return None
    wide = np.zeros((*removed.shape[:-1], q + 1))
    wide[..., [0, *(position + 1 for position in positions)]] = removed
    return wide


def mapped(removed: Removed, T: Array, offset: Array | None = None) -> Removed:
    """Those of the columns z T + offset."""
    if removed is None:
        return None
    lengths = np.sqrt(removed[..., 1:]) @ np.abs(T)
    if offset is not None:
        lengths = lengths + np.sqrt(removed[..., :1]) * np.abs(offset)
    return np.concatenate([removed[..., :1], lengths**2], axis=-1)


def scaled(removed: Removed, powers: Array) -> Removed:
    """Those of the columns times these powers of two, (…, q)."""
    if removed is None:
        return None
    return np.concatenate([removed[..., :1], removed[..., 1:] * powers**2], axis=-1)


def read(arrays: Mapping[str, Any]) -> Removed:
    """Those in a record, which has them if there are any; `ShapeError` for squares that are none."""
    if arrays.get("removed") is None:
        return None
    found = np.asarray(arrays["removed"], dtype=np.float64)
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ShapeError("the record's squares of rows taken out are no squares")
    return found


def noise(unit: float, now: Array, removed: Array, squares: Array) -> Array:
    """unit · (now + 2 removed), relative to the squares Σ v z² that are left, and 1 where nothing else is left."""
    off = unit * (np.maximum(now, 0.0) + 2 * removed)
    relative: Array = np.where(squares > off, off / np.where(squares > off, squares, 1.0), np.where(off > 0, 1.0, 0.0))
    return relative
