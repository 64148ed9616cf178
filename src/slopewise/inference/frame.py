"""`Frame`: the affine map from the columns of a fit to its fitted values and its coordinates, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopewise.typing import Array


@dataclass(frozen=True, eq=False)
class Frame:
    """How n columns become ŷ and r coordinates, r = n, or n + 1 with a constant one.

    `centre` (n,), `slopes` (n,), `level`; `inverse` R⁻¹ (n, n), upper triangular; `shift` (n,); `constant`, the first
    coordinate of every row, or None.
    """

    centre: Array
    slopes: Array
    level: float
    inverse: Array
    shift: Array
    constant: float | None

    @property
    def rank(self) -> int:
        """r."""
        return len(self.centre) + (self.constant is not None)

    @cached_property
    def arrays(self) -> tuple[Array, ...]:
        """`centre`, R⁻ᵀ, `shift`, `constant` (1,) or (0,), and the line, `slopes` and `level` (n + 1,): as kernels
        take them, read-only."""
        constant = np.empty(0) if self.constant is None else np.array([self.constant])
        line = np.append(self.slopes, self.level)
        return tuple(_read_only(array) for array in (self.centre, self.inverse.T, self.shift, constant, line))


def _read_only(array: Array) -> Array:
    """The same values together in memory: Numba compiles anew for each kind of array it meets."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
