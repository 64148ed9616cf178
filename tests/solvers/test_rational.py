"""The exact answer against the same sums and the same elimination in fractions, bit for bit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from slopewise.moments.integral import Integral
from slopewise.moments.rows import WeightedRows
from slopewise.solvers.rational import solve_exactly
from slopewise.solvers.solution import Solution
from slopewise.typing import AnyArray, Array

NIST = Path(__file__).parents[1] / "data" / "nist"
DEGREES = {"Filip": 10, "Pontius": 2, **dict.fromkeys(("Wampler1", "Wampler2", "Wampler3", "Wampler4", "Wampler5"), 5)}
SETS = (*DEGREES, "Norris", "NoInt1", "NoInt2", "Longley")

Fractions = list[list[Fraction]]


def answer(X: AnyArray, y: AnyArray, v: Array | None = None, *, intercept: bool = True) -> Solution:
    rows = WeightedRows.of(X, y, v, None)
    body, whole = Integral.of(rows, None)
    return solve_exactly(body, np.where(whole, 0.0, rows.rounding), intercept=intercept)


@dataclass
class Referee:
    """The answer by Gauss and Jordan, in fractions of the rows; `kept` by the same rule, from its definition."""

    X: AnyArray
    y: AnyArray
    v: Array | None
    intercept: bool

    def __post_init__(self) -> None:
        Z = np.column_stack([np.ones(len(self.y)), self.X, self.y])[:, 0 if self.intercept else 1 :]
        columns = [[Fraction(float(value)) for value in column] for column in Z.T]
        weights = [Fraction(float(value)) for value in (np.ones(len(Z)) if self.v is None else self.v)]
        weighted = [[w * z for w, z in zip(weights, column, strict=True)] for column in columns]
        self.R = [[sum(a * b for a, b in zip(left, right, strict=True)) for right in columns] for left in weighted]
        unit = Fraction(1, 2**24 if self.X.dtype == np.float32 else 2**53)
        whole = [all(z.denominator == 1 and abs(z) <= 2**53 for z in column) for column in columns]
        self.floors = [Fraction(0) if whole[j] else (4 * unit) ** 2 * self.R[j][j] for j in range(len(columns))]
        self.combinations: dict[int, list[Fraction]] = {}
        self.kept: list[int] = []
        for j in range(len(columns) - 1):
            self.place(j)

    def place(self, j: int) -> None:
        a = self.on_kept(j)
        pivot = self.R[j][j] - sum(a[i] * self.R[k][j] for i, k in enumerate(self.kept))
        if pivot <= self.floors[j] + sum(a[i] ** 2 * self.floors[k] for i, k in enumerate(self.kept)):
            self.combinations[j] = [
                a[self.kept.index(k)] if k in self.kept else Fraction(0) for k in range(len(self.R) - 1)
            ]
        else:
            self.kept.append(j)

    def on_kept(self, j: int) -> list[Fraction]:
        """The coefficients of column j on the kept ones."""
        return [row[0] for row in solved(self.among_kept(), [[self.R[k][j]] for k in self.kept])]

    def among_kept(self) -> Fractions:
        return [[self.R[i][k] for k in self.kept] for i in self.kept]


def solved(A: Fractions, B: Fractions) -> Fractions:
    """A⁻¹B of a positive definite A, by Gauss and Jordan."""
    rows = [[*a, *b] for a, b in zip(A, B, strict=True)]
    for j in range(len(rows)):
        rows[j] = [value / rows[j][j] for value in rows[j]]
        for i in range(len(rows)):
            if i != j:
                rows[i] = [value - rows[i][j] * pivot for value, pivot in zip(rows[i], rows[j], strict=True)]
    return [row[len(rows) :] for row in rows]


def rounded(value: Fraction) -> float:
    """The nearest float64; an infinity beyond the largest."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def assert_is_the_rounded_answer(found: Solution, X: AnyArray, y: AnyArray, v: Array | None, intercept: bool) -> None:
    referee = Referee(X, y, v, intercept)
    p, first = X.shape[1], int(not intercept)
    kept = [k + first for k in referee.kept]
    theta, covariance = np.full(p + 1, np.nan), np.full((p + 1, p + 1), np.nan)
    coefficients = referee.on_kept(-1)
    theta[0], theta[kept] = 0.0, [float(value) for value in coefficients]
    identity = [[Fraction(i == j) for j in range(len(kept))] for i in range(len(kept))]
    inverse = solved(referee.among_kept(), identity)
    covariance[np.ix_(kept, kept)] = np.reshape([rounded(value) for row in inverse for value in row], (len(kept),) * 2)
    explained = sum(b * referee.R[k][-1] for b, k in zip(coefficients, referee.kept, strict=True))
    assert_array_equal([found.intercept, *found.coefficients], theta)
    assert_array_equal(found.unscaled_covariance, covariance)
    total = referee.R[-1][-1] - (referee.R[0][-1] ** 2 / referee.R[0][0] if intercept else 0)
    assert found.residual_sum_of_squares == float(referee.R[-1][-1] - explained)
    assert found.explained_sum_of_squares == float(total - (referee.R[-1][-1] - explained))
    assert (found.rank, found.has_intercept) == (len(kept), intercept)
    assert found.dropped == tuple(j + first - 1 for j in referee.combinations)
    for j, combination in referee.combinations.items():
        expected = [0.0] * first + [float(value) for value in combination]
        assert_array_equal(found.combinations[j + first - 1], expected)


def nist(name: str) -> tuple[Array, Array]:
    """The columns X and y of a data set; powers as float64 makes them."""
    lines = (NIST / f"{name}.dat").read_text().splitlines()
    start = max(number for number, line in enumerate(lines) if line.startswith("Data:"))
    table = np.array([line.split() for line in lines[start + 1 :] if line.strip()], dtype=np.float64)
    if name in DEGREES:
        return table[:, 1:] ** np.arange(1, DEGREES[name] + 1), table[:, 0]
    return table[:, 1:], table[:, 0]


@pytest.mark.parametrize("name", SETS)
def test_the_sets_of_nist(name: str) -> None:
    X, y = nist(name)
    intercept = not name.startswith("NoInt")
    assert_is_the_rounded_answer(answer(X, y, intercept=intercept), X, y, None, intercept)


@given(
    st.integers(0, 2**32),
    st.integers(0, 12),
    st.integers(0, 4),
    st.sampled_from(["normal", "whole", "float32", "rounded"]),
)
def test_any_table(seed: int, m: int, p: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    intercept, weighted = rng.random(2) < 0.5
    Z = rng.normal(size=(m, p + 1)) * 10.0 ** rng.integers(-9, 10, p + 1) + rng.normal(size=p + 1)
    if kind == "whole":
        Z = rng.integers(-2, 3, (m, p + 1)).astype(float)
    elif kind == "float32":
        Z = Z.astype(np.float32)
    elif p > 1:
        Z[:, 1] = Z[:, 0] * 1.8 + 32  # a combination up to rounding
    v = rng.gamma(2.0, size=m) if weighted else None
    if m:
        found = answer(Z[:, :-1], Z[:, -1], v, intercept=bool(intercept))
        assert_is_the_rounded_answer(found, Z[:, :-1], Z[:, -1], v, bool(intercept))


@given(st.integers(0, 999))
def test_a_plane_built_backwards_is_found_to_the_bit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(-(10**6), 10**6, (9, 4)) / 8
    w, b = rng.integers(-99, 99, 4) / 4, 7.0
    found = answer(X, X @ w + b)
    assert (found.intercept, found.residual_sum_of_squares) == (b, 0.0)
    assert_array_equal(found.coefficients, w)


def test_columns_that_depend_are_dropped_with_what_they_equal() -> None:
    rng = np.random.default_rng(3)
    celsius, b, flag = rng.normal(size=300) * 8 + 15, rng.random(300) * 1e3, (rng.random(300) > 0.4).astype(float)
    columns = [celsius, b, celsius * 1.8 + 32, celsius + b, np.full(300, 0.1), flag, 1 - flag, flag * 0]
    found = answer(np.column_stack(columns), rng.normal(size=300))
    assert (found.dropped, found.rank) == ((2, 3, 4, 6, 7), 4)
    expected = {2: [32, 1.8, 0, 0], 3: [0, 1, 1, 0], 4: [0.1, 0, 0, 0], 6: [1, 0, 0, -1], 7: [0, 0, 0, 0]}
    for j, combination in expected.items():
        assert_allclose(found.combinations[j][[0, 1, 2, 6]], combination, atol=1e-12)
    assert np.isnan(found.coefficients[[2, 3, 4, 6, 7]]).all()


def test_whole_numbers_that_depend_but_for_a_last_unit_are_kept() -> None:
    x = np.array([2.0**52, 2.0**51, 3.0, 5.0, 7.0])
    nearly = x + np.array([0.0, 1.0, 0.0, 0.0, 0.0])
    found = answer(np.column_stack([x, nearly]), np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert found.dropped == ()
    assert answer(np.column_stack([x, x + 1]), np.ones(5)).dropped == (1,)


def test_a_prime_that_divides_a_pivot_is_not_used() -> None:
    x = np.array([46340.0, 296, 20, 5, 2, 1, 1])  # squares that sum to the largest prime below 2³¹
    assert float(x @ x) == 2.0**31 - 1
    y = np.arange(7.0)
    assert_is_the_rounded_answer(answer(x[:, None], y, intercept=False), x[:, None], y, None, intercept=False)


@pytest.mark.parametrize("units", [[1e-150, 1.0, 1e150], [1e150, 1e-150, 1e150], [1e-300, 1e150, 1.0]])
def test_units_of_any_size(units: list[float]) -> None:
    rng = np.random.default_rng(7)
    Z = rng.normal(size=(10, 3)) * units
    found = answer(Z[:, :2], Z[:, 2])
    assert_is_the_rounded_answer(found, Z[:, :2], Z[:, 2], None, intercept=True)
    assert found.condition < 10


@pytest.mark.parametrize("intercept", [True, False])
def test_the_condition_is_that_of_the_centred_columns_at_unit_length(intercept: bool) -> None:
    rng = np.random.default_rng(8)
    X = rng.normal(size=(50, 4)) * [1, 10, 1e-3, 1e5] + 3
    X[:, 3] = X[:, 0] + X[:, 3] * 1e-8
    X = np.column_stack([X, X[:, 0] * 2])
    found = answer(X, rng.normal(size=50), intercept=intercept)
    kept = X[:, :4] - X[:, :4].mean(axis=0) * intercept
    assert_allclose(found.condition, np.linalg.cond(kept / np.linalg.norm(kept, axis=0)), rtol=1e-9)


def test_only_a_target_and_fewer_rows_than_parameters() -> None:
    constant = answer(np.empty((3, 0)), np.array([1.0, 2.0, 6.0]))
    assert (constant.intercept, constant.rank, constant.condition, constant.residual_sum_of_squares) == (
        3.0,
        1,
        1.0,
        14,
    )
    X, y = np.array([[2104.0, 5, 1, 45], [1416, 3, 2, 40], [852, 2, 1, 35]]), np.array([460.0, 232, 178])
    found = answer(X, y)
    assert (found.rank, found.dropped, found.residual_sum_of_squares) == (3, (2, 3), 0.0)
    assert_is_the_rounded_answer(found, X, y, None, intercept=True)


def test_thirty_columns_against_float64() -> None:
    rng = np.random.default_rng(9)
    Z = np.column_stack([np.ones(100), rng.normal(size=(100, 30))])
    y = rng.normal(size=100)
    found = answer(Z[:, 1:], y)
    w, rss, *_ = np.linalg.lstsq(Z, y)
    assert_allclose([found.intercept, *found.coefficients], w, rtol=1e-10, atol=1e-13)
    assert_allclose(found.unscaled_covariance, np.linalg.inv(Z.T @ Z), rtol=1e-10, atol=1e-14)
    assert_allclose(found.residual_sum_of_squares, rss[0])
