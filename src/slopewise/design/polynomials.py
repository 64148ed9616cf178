"""Polynomials of one variable: the pass has powers about some origin, and the model orthonormal ones, a linear map.

    z = (x − c)·2⁻ᵉ        p_d(x) = Σ_i C_id zⁱ,  d = 1 … k        Σ v p_d p_e = 1 if d = e, else 0;  Σ v p_d = 0

center(x) = x − x̄ and scale(x) = (x − x̄)/s are p₁ but for its size, s² = n/(n − 1) · Σ v (x − x̄)²/Σ v.

C comes from the moments after the pass. Every block takes an origin (c, e) of its own, so that no offset of x costs
digits, and where two blocks meet one moves its powers to the other's: a linear map, too. All of it in double-double.

With row weights v the polynomials are orthonormal, and means and deviations are taken, under these weights and over the
rows that are used (R's `poly` and `scale` see neither): beside an intercept the columns' span is the same, and the fit.
Source: Chambers & Hastie (1992), *Statistical Models in S*, §2.3.1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from slopewise.design.expressions import FORMED, Numbers, product
from slopewise.design.terms import Term, is_orthogonal
from slopewise.errors import DataError
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.moments.rows import is_whole
from slopewise.typing import Array

Level: TypeAlias = str | int
"""What tells the columns of a factor apart: a category's level, a polynomial's power or degree."""

Step: TypeAlias = tuple[str, int, int]
"""The part of one column of a factor (with this text) in another: a place in that factor's matrix.

Of a polynomial that is a power in a degree, of a category a level in a contrast."""

_POINT = -1_000
"""The exponent of an origin whose rows all share one value."""


@dataclass(frozen=True)
class Origin:
    """Where z = (x − centre)·2^−exponent is measured from: |z| < 1 in the rows it was chosen for.

    The exponent 0 is that of a z in the units of x, however large, which no other origin of its rows changes.
    """

    centre: float = 0.0
    exponent: int = _POINT

    @classmethod
    def of(cls, x: Numbers, *, scaled: bool = True) -> Origin:
        """One of the middle values of `x`: then whole numbers stay whole, and neighbours lose nothing."""
        if not len(x.high):
            return cls() if scaled else cls(0.0, 0)
        centre = float(np.partition(x.high, len(x.high) // 2)[len(x.high) // 2])
        return cls(centre, _exponent(float(np.abs((x.pair - centre).hi).max())) or 1 if scaled else 0)

    def common(self, other: Origin) -> Origin:
        """The origin of the rows of both: this centre, with a unit large enough to reach the other."""
        if not self.exponent:
            return self
        exponent = max(self.exponent, other.exponent, _exponent(abs(other.centre - self.centre)))
        return Origin(self.centre, exponent or 1)

    def measure(self, x: Numbers) -> Pair:
        """z in each row."""
        return (x.pair - self.centre).scaled(np.ldexp(1.0, [-self.exponent]))

    def moved(self, to: Origin, degree: int) -> Pair:
        """B (degree + 1, degree + 1): the powers [1, z', z'² …] about the origin `to` are [1, z, z² …] B."""
        unit = math.ldexp(1.0, self.exponent - to.exponent)
        shift = (Pair.of(self.centre) - to.centre).scaled(np.ldexp(1.0, -to.exponent))
        B = Pair.zeros((degree + 1, degree + 1))
        B.hi[0, 0] = 1.0
        for k in range(degree):  # z' = unit·z + shift
            B[:, k + 1] = B[:, k] * shift
            B[1:, k + 1] = B[1:, k + 1] + B[:-1, k] * unit
        return B

    def powers(self, x: Numbers, degree: int) -> tuple[Numbers, ...]:
        """[1, z, … z^degree], (m,) each; z is as rounded as x is, for its size, unless x is whole numbers."""
        whole = x.low is None and bool(is_whole(x.high).all())
        z = self.measure(x)
        size = float(np.abs(z.hi).max(initial=0.0))
        offset = max(1.0, abs(math.ldexp(self.centre, -self.exponent)) / size) if size else 1.0
        rounding = 0.0 if whole else min(1.0, x.rounding * offset)
        return (Numbers(np.ones(len(x.high)), None, 0.0), *raw_powers(Numbers.of(z, rounding), degree))


def raw_powers(x: Numbers, degree: int) -> tuple[Numbers, ...]:
    """[x, x², … x^degree] in double-double, (m,) each; ±inf or NaN where they overflow, without a warning."""
    powers = [x]
    for _ in range(degree - 1):
        powers.append(replace(product([powers[-1], x]), rounding=min(FORMED, x.rounding)))
    return tuple(powers)


@dataclass(frozen=True)
class Basis:
    """The orthonormal polynomials of the rows of a fit: p = [1, z, … z^k] C, with z about `origin`."""

    origin: Origin
    coefficients: Pair

    def about(self, origin: Origin) -> Pair:
        """C for powers about another origin."""
        return _times(origin.moved(self.origin, len(self.coefficients.hi) - 1), self.coefficients)


def orthonormal(products: Pair, noise: float, name: str, variable: str) -> Pair:
    """C (k + 1, k + 1) from the products Σ v zⁱ zʲ: upper triangular, leading coefficients positive, as R has them.

    C = L⁻ᵀ with L Lᵀ the products (Cholesky). A pivot below `noise`, relative to its square, raises `DataError`: there
    are too few distinct values.

    >>> line = Pair.of(np.array([[2.0, 0.0], [0.0, 8.0]]))  # z = -2, 2
    >>> orthonormal(line, 1e-30, "poly(x, 1)", "x").hi.round(4).tolist()
    [[0.7071, 0.0], [0.0, 0.3536]]
    """
    size, rest = products.hi.diagonal().copy(), products.copy()
    L, inverse = Pair.zeros(products.shape), Pair.of(np.eye(len(size)))
    for j in range(len(size)):
        if not rest.hi[j, j] > noise * size[j]:
            raise DataError(
                f"{name} needs at least {len(size)} distinct values of {variable}, and the rows have {j}, as far as "
                "this precision can tell; lower the degree"
            )
        L[j:, j] = rest[j:, j] / rest[j, j].root()
        rest = rest - L[:, j, None] * L[None, :, j]
        done = inverse[j] / L[j, j]
        inverse[j] = done
        inverse[j + 1 :] = inverse[j + 1 :] - L[j + 1 :, j, None] * done[None, :]
    return inverse.swapped()


def standard(products: Pair, noise: float, rows: int, form: str, variable: str) -> Pair:
    """C (2, 2) for "center" and "scale" from the products Σ v zⁱ zʲ of so many rows.

    "scale" raises `DataError` where z never varies: then it has no standard deviation. `noise` is as for `orthonormal`.

    >>> line = Pair.of(np.array([[2.0, 6.0], [6.0, 26.0]]))  # z = 1, 5
    >>> [standard(line, 1e-30, 2, form, "x").hi[:, 1].round(4).tolist() for form in ("center", "scale")]
    [[-3.0, 1.0], [-1.0607, 0.3536]]
    """
    weight, total = products[0, 0], products[0, 1]
    C = Pair.of(np.eye(2))
    C[0, 1] = -(total / weight)
    if form == "center":
        return C
    square = products[1, 1] + total * C[0, 1]
    if not square.hi > noise * products.hi[1, 1]:
        raise DataError(
            f"scale({variable}) needs at least 2 distinct values of {variable}, and the rows have 1, as far as this "
            "precision can tell; leave it out"
        )
    C[:, 1] = C[:, 1] * (weight * (rows - 1.0) / (square * float(rows))).root()
    return C


def images(term: Term, levels: Sequence[Level]) -> Iterator[tuple[tuple[Level, ...], tuple[Step, ...]]]:
    """The columns that a column of the pass has part in, once its orthogonal polynomials are taken about another origin
    or made orthonormal: their levels, and the steps whose product says how large that part is."""
    choices: list[list[tuple[Level, tuple[Step, ...]]]] = []
    for factor, level in zip(term.spread, levels, strict=True):
        if is_orthogonal(factor) and isinstance(level, int):
            choices.append([(d, ((factor.text, level, d),)) for d in factor.powers if d >= level])
        else:
            choices.append([(level, ())])
    for picked in itertools.product(*choices):
        yield tuple(level for level, _ in picked), tuple(itertools.chain.from_iterable(steps for _, steps in picked))


def along(steps: Sequence[Step], matrices: Mapping[str, Pair]) -> Pair:
    """The product of the steps' entries in the matrices of their factors."""
    if not steps:
        return Pair.of(1.0)
    (text, row, column), *rest = steps
    part = matrices[text][row, column]
    for text, row, column in rest:
        part = part * matrices[text][row, column]
    return part


def transformed(moments: Moments, T: Pair) -> Moments:
    """The state of the columns z T, with T (q, r) in double-double: those of [z, z] on its high and its low part."""
    if not T.lo.any():
        return moments.transform(T.hi)
    twice = moments.select([*range(moments.q), *range(moments.q)])
    return twice.transform(np.vstack([T.hi, T.lo]))


def combined(powers: Sequence[Numbers], parts: Sequence[Pair]) -> Array:
    """Σ powers · parts over scalars `parts`, rounded once, (m,)."""
    total = Pair.zeros(powers[0].high.shape)
    for power, part in zip(powers, parts, strict=True):
        total = total + power.pair * part
    return total.value()


def _times(left: Pair, right: Pair) -> Pair:
    """left @ right in double-double."""
    total = Pair.zeros((left.shape[0], right.shape[1]))
    for k in range(left.shape[1]):
        total = total + left[:, k, None] * right[None, k]
    return total


def _exponent(size: float) -> int:
    """e with size < 2^e; the least there is of nothing."""
    return max(_POINT, math.frexp(size)[1]) if size else _POINT
