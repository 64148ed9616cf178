"""Contrasts: the columns that stand for the k levels of a category beside a constant, k − 1 of them.

| contrast | column j of k − 1 | named |
|---|---|---|
| Treatment | 1 where the category is the j-th level but the reference | `f[T.b]` |
| Sum | 1 at level j, −1 at the last level: coefficients are deviations from the mean of the levels | `f[S.a]` |
| Helmert | j at level j + 1, −1 at those before it, 0 behind: a level against the mean of those before it | `f[H.b]` |
| Poly | the orthonormal polynomial of degree j over equally spaced levels | `f[.L]`, `[.Q]`, `[.C]`, `[^4]` |

They are those of R's `contr.treatment`, `contr.sum`, `contr.helmert` and `contr.poly`. Each is a linear map of the
indicators of all levels, so that it is chosen after the pass.

Reference: J. M. Chambers & T. J. Hastie (1992), *Statistical Models in S*, section 2.3.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from slopewise.design.tree import Categorical, text
from slopewise.errors import DataError
from slopewise.typing import Array

MOST_POLYNOMIALS = 300
"""As many levels as Poly takes: their polynomials are whole numbers of ever more digits, half a second's of them."""


class Contrasts(NamedTuple):
    """`matrix` (k, k − 1): the columns in rows of each level; `labels` (k − 1,) name them, as brackets hold them."""

    labels: tuple[str, ...]
    matrix: Array


def contrasts(category: Categorical, levels: Sequence[str]) -> Contrasts:
    """The contrasts of a category that has these levels, in this order; none if it has no level.

    Raises `DataError` for a reference that is not among them, and for polynomials of more than `MOST_POLYNOMIALS`.

    >>> from slopewise.design.tree import Column, Contrast
    >>> contrasts(Categorical(Column("f"), Contrast("Sum")), ["a", "b", "c"]).labels
    ('S.a', 'S.b')
    >>> contrasts(Categorical(Column("f"), Contrast("Helmert")), ["a", "b", "c"]).matrix.tolist()
    [[-1.0, -1.0], [1.0, -1.0], [0.0, 2.0]]
    """
    k = len(levels)
    if not k:
        return Contrasts((), np.zeros((0, 0)))
    match category.contrast.name:
        case "Treatment":
            others = np.delete(np.arange(k), _reference(category, levels)).tolist()
            return Contrasts(tuple(f"T.{levels[j]}" for j in others), np.eye(k)[:, others])
        case "Sum":
            return Contrasts(tuple(f"S.{level}" for level in levels[:-1]), np.vstack([np.eye(k - 1), -np.ones(k - 1)]))
        case "Helmert":
            matrix = np.diag(np.arange(k, dtype=np.float64))[:, 1:] - np.triu(np.ones((k, k)), 1)[:, 1:]
            return Contrasts(tuple(f"H.{level}" for level in levels[1:]), matrix)
        case "Poly" if k > MOST_POLYNOMIALS:
            raise DataError(
                f"{text(category)} has {k:,} levels, and polynomials are taken over {MOST_POLYNOMIALS} at most; code "
                "them otherwise (Sum), or if they are numbers take poly(…, 3) of them"
            )
        case "Poly":
            names = {1: ".L", 2: ".Q", 3: ".C"}
            return Contrasts(tuple(names.get(j, f"^{j}") for j in range(1, k)), equally_spaced(k))


def equally_spaced(k: int) -> Array:
    """The orthonormal polynomials of the degrees 1 … k − 1 over k equally spaced points, (k, k − 1).

    Discrete Chebyshev polynomials, whole numbers at whole points, so that no digit is lost however many levels:
    t₀ = 1,  t₁ = 2x − k + 1,  (j + 1) t_{j+1} = (2j + 1)(2x − k + 1) t_j − j (k² − j²) t_{j−1}.
    Reference: G. Szegő (1975), *Orthogonal Polynomials*, 4th ed., section 2.8.

    >>> (equally_spaced(3) * 6**0.5).round(12).tolist()
    [[-1.732050807569, 1.0], [0.0, -2.0], [1.732050807569, 1.0]]
    """
    about = [2 * x - k + 1 for x in range(k)]
    before, here = [0] * k, [1] * k
    matrix = np.zeros((k, k - 1))
    for j in range(k - 1):
        one, other = 2 * j + 1, j * (k * k - j * j)
        after = [(one * u * t - other * s) // (j + 1) for u, t, s in zip(about, here, before, strict=True)]
        before, here = here, after
        square = sum(t * t for t in here)
        matrix[:, j] = [math.sqrt(t * t / square) if t >= 0 else -math.sqrt(t * t / square) for t in here]
    return matrix


def _reference(category: Categorical, levels: Sequence[str]) -> int:
    """The place of the reference among the levels, from 0: the first unless the contrast says another."""
    match category.contrast.reference:
        case None:
            return 0
        case int(place) if place <= len(levels):
            return place - 1
        case str(level) if level in levels:
            return levels.index(level)
        case reference:
            what = f"level {reference!r}" if isinstance(reference, str) else f"{reference} levels"
            raise DataError(
                f"{text(category)}: {category.column.name} has no {what} in the rows; its levels are {listed(levels)}"
            )


def listed(levels: Sequence[str]) -> str:
    """Levels as a message lists them: eight at most.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    shown = ", ".join(repr(level) for level in levels[:8])
    return shown + (f" and {len(levels) - 8} more" if len(levels) > 8 else "")
