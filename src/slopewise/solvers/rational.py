"""The least-squares answer of an exact state: rational numbers, each rounded once, to the nearest float64.

The cross-products A are integers. Sweeping columns of them, A_ij ← A_ij − A_ik A_kj / A_kk, gives fractions over one
denominator, the determinant d of the columns swept; every numerator is a minor of A, and so, by Hadamard's inequality,
at most Π A_jj. Hence the sweep is done in machine integers, modulo enough primes for their product to be larger, and
the Chinese remainder theorem gives d and the numerators. Nothing is rounded on the way: a pivot of zero is zero.

Source: Goodnight (1979), The American Statistician 33(3), 149–158, for the sweep; von zur Gathen & Gerhard (2013),
*Modern Computer Algebra*, 3rd ed., §5.5, for determinants modulo many primes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from slopewise.moments.integral import Integral, integers, nearest, trailing_zeros
from slopewise.solvers.solution import Solution
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

_NEAREST = np.frompyfunc(nearest, 3, 1)


def solve_exactly(body: Integral, rounding: Array, *, intercept: bool) -> Solution:
    """Minimise Σ v (w·x + b − y)² from a state with rows, without rounding before the end.

    `rounding` (q,): the relative rounding u of the values of each column. As in `sweep`, column j depends on the kept
    ones before it when

        pivot_j ≤ f_j + Σ_k a_jk² f_k,      f = (4 u)² Σ v x²

    Both sides are exact, so that whole numbers (u = 0) are dropped only where they are a combination to the last bit.
    With p columns of ordinary numbers there are some 5 p primes, and each takes p³ steps: a hundredth of a second at
    p = 10, a third of one at 30, 15 seconds at 100.

    >>> from slopewise.moments.rows import WeightedRows
    >>> body, _ = Integral.of(WeightedRows.of([1.0, 2.0, 3.0], [1.0, 2.0, 2.0], None, None), None)
    >>> line = solve_exactly(body, np.zeros(2), intercept=True)
    >>> line.intercept, line.coefficients.tolist(), line.residual_sum_of_squares
    (0.6666666666666666, [0.5], 0.16666666666666666)
    """
    first = 0 if intercept else 1
    scaled = _Scaled.of(body, first)
    floors, unit = integers(4 * np.append(np.zeros(1 - first), rounding))
    swept = _sweep(scaled.products, floors**2 * np.diagonal(scaled.products), -2 * unit, always=1 - first)
    return _answer(scaled, swept, body.q - 1, intercept)


@dataclass(frozen=True, eq=False)
class _Scaled:
    """R_ij = `products`_ij · 2^(c + g_i + g_j), integers freed of the powers of two that columns bring along.

    `unit` is c and `exponents` (k,) are g, for the k columns [1] x₁ … x_p, y.
    """

    products: AnyArray
    unit: int
    exponents: list[int]

    @classmethod
    def of(cls, body: Integral, first: int) -> _Scaled:
        N = body.products[first:, first:]
        some = N != 0
        twos = trailing_zeros(N).astype(np.int64)
        most = np.where(some, twos, np.iinfo(np.int64).max).min(axis=1)
        g = np.where(some.any(axis=1), np.minimum(most, np.diagonal(twos) // 2), 0)
        shifts = g[:, None] + g
        missing = int(np.where(some, shifts - twos, 0).max(initial=0))
        return cls((N << missing) >> shifts, int(body.exponents) - missing, g.tolist())


@dataclass(frozen=True, eq=False)
class _Swept:
    """A swept on the columns `kept`, as fractions: `entries` (k, k) over `minor`, −A⁻¹ where both columns are kept.

    `combinations`: for each dropped column a denominator, and the numerators of its coefficients on those kept by then.
    """

    entries: AnyArray
    minor: int
    kept: list[int]
    combinations: dict[int, tuple[int, dict[int, int]]]


def _sweep(A: AnyArray, floors: AnyArray, bits: int, always: int, avoid: frozenset[int] = frozenset()) -> _Swept:
    """Sweep all columns but the last, those aside that depend on earlier ones; `floors` in units of 2^−bits.

    The first `always` columns are swept whatever they hold. Primes to `avoid` divide a minor.
    """
    residues = _Residues(A, avoid)
    kept: list[int] = []
    combinations: dict[int, tuple[int, dict[int, int]]] = {}
    for j in range(len(A) - 1):
        zero = residues.zeros(j)
        d, minor, *numerators = residues.integers(j, [j, *kept])
        explained = floors[j] * d * d + sum(n * n * floors[k] for n, k in zip(numerators, kept, strict=True))
        if j >= always and (minor * d << bits) <= explained:
            combinations[j] = d, dict(zip(kept, numerators, strict=True))
        elif zero.any():
            return _sweep(A, floors, bits, always, avoid | {*residues.primes[zero].tolist()})
        else:
            residues.sweep(j)
            kept.append(j)
    k = len(A)
    entries = np.zeros((k, k), dtype=object)
    for i in range(k):
        d, *row = residues.integers(i, range(i, k))
        entries[i, i:] = entries[i:, i] = row
    return _Swept(entries, d, kept, combinations)


class _Residues:
    """A symmetric integer matrix that is positive semidefinite, modulo enough primes, and the minor swept so far."""

    def __init__(self, A: AnyArray, avoid: frozenset[int]) -> None:
        bits = 2 + sum(int(n).bit_length() for n in np.diagonal(A))
        self.primes = _primes(bits // 30 + 1, avoid)
        self.modulus = math.prod(self.primes.tolist())
        self.parts = np.array([_part(self.modulus, prime) for prime in self.primes.tolist()], dtype=object)
        self.entries = np.stack([(A % prime).astype(np.int64) for prime in self.primes.tolist()])
        self.minor = np.ones(len(self.primes), dtype=np.int64)

    def zeros(self, j: int) -> BoolArray:
        """The primes for which the next pivot, of column j, is zero, (primes,)."""
        zero: BoolArray = self.entries[:, j, j] == 0
        return zero

    def integers(self, i: int, columns: Sequence[int]) -> list[int]:
        """The minor d, and the integers d·A_ij for j in `columns`, from their residues."""
        found = self.entries[:, i, list(columns)] * self.minor[:, None] % self.primes[:, None]
        residues = np.column_stack([self.minor, found]).astype(object)
        half = self.modulus // 2
        return [(int(n) + half) % self.modulus - half for n in self.parts @ residues]

    def sweep(self, j: int) -> None:
        """Sweep column j: A_ik − A_ij A_jk / A_jj, A_ij / A_jj in its row and column, −1 / A_jj in its own place."""
        for n, prime in enumerate(self.primes.tolist()):
            A = self.entries[n]
            column = A[j].copy()
            pivot = int(column[j])
            inverse = pow(pivot, -1, prime)
            row = column * inverse % prime
            A -= column[:, None] * row
            A %= prime
            A[j], A[:, j] = row, row
            A[j, j] = prime - inverse
            self.minor[n] = int(self.minor[n]) * pivot % prime


def _part(modulus: int, prime: int) -> int:
    """The number that is 1 modulo `prime` and 0 modulo the other primes of `modulus`."""
    others = modulus // prime
    return others * pow(others, -1, prime)


def _primes(count: int, avoid: frozenset[int]) -> IntArray:
    """The `count` largest primes below 2³¹ that are not to be avoided."""
    wanted = count + len(avoid)
    primes = _largest_primes(max(64, 1 << (wanted - 1).bit_length()))
    return primes[~np.isin(primes, list(avoid))][:count]


@lru_cache(maxsize=8)
def _largest_primes(count: int) -> IntArray:
    """The `count` largest primes below 2³¹, by the sieve of Eratosthenes; one number in 21.5 is prime there."""
    low = 2**31 - (32 * count + 4096)
    small, prime = np.ones(46341, dtype=np.bool_), np.ones(2**31 - low, dtype=np.bool_)
    for n in range(2, 46341):  # up to √2³¹
        if small[n]:
            small[n * n :: n] = False
            prime[-low % n :: n] = False
    return low + np.flatnonzero(prime)[::-1][:count]


def _answer(scaled: _Scaled, swept: _Swept, p: int, intercept: bool) -> Solution:
    """The rounded numbers in the columns' units; position i of the sweep is column i − 1, or i without an intercept."""
    B, d, g, before = swept.entries, swept.minor, scaled.exponents, int(intercept)
    theta, covariance = np.full(p + 1, np.nan), np.full((p + 1, p + 1), np.nan)
    theta[0] = 0.0
    place = 1 - before
    for i in swept.kept:
        theta[i + place] = nearest(B[i, -1], d, g[-1] - g[i])
        for k in swept.kept:
            covariance[i + place, k + place] = nearest(-B[i, k], d, -(scaled.unit + g[i] + g[k]))
    combinations = {}
    for j, (minor, numerators) in swept.combinations.items():
        combinations[j - before] = np.zeros(p + 1)
        for k, n in numerators.items():
            combinations[j - before][k + place] = nearest(n, minor, g[j] - g[k])
    A, squares = scaled.products, scaled.unit + 2 * g[-1]
    weight, total = (A[0, 0], A[0, 0] * A[-1, -1] - A[0, -1] ** 2) if intercept else (1, A[-1, -1])
    return Solution(
        intercept=float(theta[0]),
        coefficients=theta[1:],
        has_intercept=intercept,
        rank=len(swept.kept),
        dropped=tuple(combinations),
        combinations=combinations,
        condition=_condition(A, swept, before),
        residual_sum_of_squares=nearest(B[-1, -1], d, squares),
        explained_sum_of_squares=nearest(total * d - weight * B[-1, -1], weight * d, squares),
        unscaled_covariance=covariance,
    )


def _condition(A: AnyArray, swept: _Swept, before: int) -> float:
    """√(λmax(C) λmax(C⁻¹)) of the kept products C, centred if there is an intercept, scaled to a unit diagonal."""
    kept = swept.kept[before:]
    if not kept:
        return 1.0
    C, inverse, weight = A[np.ix_(kept, kept)], -swept.entries[np.ix_(kept, kept)], 1
    if before:
        weight = A[0, 0]
        C = weight * C - A[kept, 0][:, None] * A[0, kept]
    sizes = np.array([int(n).bit_length() // 2 for n in np.diagonal(C)])
    e = sizes[:, None] + sizes
    products = _NEAREST(C, 1, -e).astype(np.float64)
    inverse = _NEAREST(inverse, swept.minor * weight, e).astype(np.float64)
    scale = np.sqrt(np.diagonal(products))
    largest = np.linalg.eigvalsh(products / scale[:, None] / scale)[-1]
    return float(np.sqrt(largest * np.linalg.eigvalsh(inverse * scale[:, None] * scale)[-1]))
