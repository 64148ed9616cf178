"""The sweeps of `coordinates.py`, compiled: the same operations in the same order, to the bit.

Importing this file imports Numba, so only `lasso` does, and only where it repays.
"""

from __future__ import annotations

from slopewise.moments.compiled import compiled, kept
from slopewise.typing import Array, IntArray


@compiled
def _sweep(
    gram: Array, u: Array, r: Array, working: IntArray, t: Array, q: Array, positive: bool, everything: bool
) -> float:
    """One sweep over the working coordinates, or those of them that are not zero; the largest change that counts."""
    largest = 0.0
    for j in working:
        curvature = gram[j, j] + q[j]
        if curvature <= 0.0 or not (everything or u[j] != 0.0):
            continue
        z = r[j] + gram[j, j] * u[j]
        new = 0.0
        if z > t[j]:
            new = (z - t[j]) / curvature
        elif z < -t[j] and not positive:
            new = (z + t[j]) / curvature
        change = new - u[j]
        if change != 0.0:
            for k in range(len(r)):
                r[k] -= gram[j, k] * change
            u[j] = new
            largest = max(largest, curvature * change * change)
    return largest


@kept
def sweep_coordinates(
    gram: Array,
    u: Array,
    r: Array,
    working: IntArray,
    t: Array,
    q: Array,
    positive: bool,
    level: float,
    most: int,
) -> int:
    """As `coordinates.sweep_coordinates`."""
    sweeps, everything = 0, True
    while sweeps < most:
        largest = _sweep(gram, u, r, working, t, q, positive, everything)
        sweeps += 1
        if everything and largest <= level:
            break
        everything = largest <= level
    return sweeps
