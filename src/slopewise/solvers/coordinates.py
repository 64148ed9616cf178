"""Sweeps of coordinate descent on the cross-products: one coordinate at a time is set to its best value.

With r = c − Gu kept up to date, the best u_j, the others as they are, is

    S(r_j + G_jj u_j, t_j) / (G_jj + q_j)        S(z, t) = sign(z) max(|z| − t, 0), or max(z − t, 0) where u ≥ 0

and a change of u_j costs one row of G ("covariance updates": no row of data is met). Source: Friedman, Hastie &
Tibshirani (2010), "Regularization paths for generalized linear models via coordinate descent", Journal of Statistical
Software 33(1), §2.2. `compiled_coordinates.py` has the same lines compiled; tests hold the two equal to the bit.
"""

from __future__ import annotations

from slopewise.typing import Array, IntArray


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
    """Change `u` (m,) and r = c − Gu (m,) in place, over the `working` coordinates; the number of sweeps done.

    After each sweep over all of them the ones that are not zero are swept until no change counts: until no
    (G_jj + q_j)(change of u_j)² exceeds `level`. It ends when a sweep over all has changed nothing that counts, and
    after `most` sweeps in any case. `t` and `q` (m,) are the lasso and the ridge of each coordinate.

    >>> import numpy as np
    >>> u, r = np.zeros(1), np.ones(1)
    >>> sweep_coordinates(np.eye(1), u, r, np.array([0]), np.array([0.25]), np.zeros(1), False, 1e-9, 10), u.item()
    (3, 0.75)
    """
    sweeps, everything = 0, True
    while sweeps < most:
        largest = _sweep(gram, u, r, working, t, q, positive, everything)
        sweeps += 1
        if everything and largest <= level:
            break
        everything = largest <= level
    return sweeps


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
            r -= gram[j] * change
            u[j] = new
            largest = max(largest, curvature * change * change)
    return largest
