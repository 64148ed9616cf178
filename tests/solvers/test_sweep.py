"""The sweep against rational arithmetic, and its two spellings, NumPy's and Numba's, against each other to the bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.moments.pair import Pair
from slopewise.solvers import compiled_sweep
from slopewise.solvers import sweep as sweeping
from slopewise.solvers.sweep import plus_product, quotient, sweep, swept_columns
from slopewise.typing import Array, BoolArray

Spelling = Callable[[Pair, Array, int], BoolArray]


def numba_on(threads: int) -> Spelling:
    return lambda A, floors, start: compiled_sweep.swept_columns(A, floors, start, threads)


each_spelling = pytest.mark.parametrize("spelling", [swept_columns, numba_on(2)], ids=["NumPy", "Numba"])
doubles = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


def products_of(n: int, seed: int, dependent: int = 0) -> Pair:
    """XᵀX in double-double for n columns, the last `dependent` of the features sums of earlier ones."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(2 * n + 2, n))
    for j in range(n - 1 - dependent, n - 1):
        X[:, j] = X[:, draw.integers(0, max(j, 1), 2)].sum(axis=1)
    A = X.T @ X
    return Pair.of((A + A.T) / 2, np.triu(A, 1) * 2.0**-60 + np.triu(A, 1).T * 2.0**-60)


def above(A: Pair) -> Array:
    return np.triu(np.stack([A.hi, A.lo]))


@given(
    n=st.integers(1, 60), seed=st.integers(0, 999), start=st.integers(0, 1), dependent=st.integers(0, 20),
    threads=st.integers(1, 4),
)  # fmt: skip
@settings(max_examples=60)
def test_both_spellings_give_the_same_bits(n: int, seed: int, start: int, dependent: int, threads: int) -> None:
    ours = products_of(n, seed, min(dependent, max(n - 3, 0)))
    theirs, floors, start = ours.copy(), np.full(n, 1e-12), min(start, n - 1)
    kept = swept_columns(ours, floors, start)
    assert np.array_equal(kept, numba_on(threads)(theirs, floors, start))
    assert np.array_equal(above(ours), above(theirs))


def test_both_spellings_give_the_same_bits_over_several_strips_and_panels() -> None:
    ours = products_of(141, 7, dependent=30)
    theirs, floors = ours.copy(), np.full(141, 1e-12)
    kept = swept_columns(ours, floors, 0)
    assert 105 <= np.count_nonzero(kept) < 140
    assert np.array_equal(kept, numba_on(3)(theirs, floors, 0))
    assert np.array_equal(above(ours), above(theirs))


@given(doubles, doubles, doubles, st.floats(-0.5, 0.5))
def test_one_entry_is_right_to_a_hundred_bits(a: float, u: float, v: float, rest: float) -> None:
    A, U, V = (Pair.of(value, value * rest * 2.0**-53) for value in (a, u, v))
    exact = A.fraction() + U.fraction() * V.fraction()
    size = max(abs(A.fraction()), abs(U.fraction() * V.fraction()))
    assert abs(plus_product(A, U, V).fraction() - exact) <= size * Fraction(2) ** -101
    if v:
        ratio = U.fraction() / V.fraction()
        assert abs(quotient(U, V).fraction() - ratio) <= abs(ratio) * Fraction(2) ** -101


def swept_exactly(A: list[list[Fraction]]) -> list[list[Fraction]]:
    """The definition, in fractions."""
    n = len(A)
    for j in range(n - 1):
        d, U = A[j][j], A[j][:]
        for i in range(n):
            for k in range(n):
                A[i][k] -= U[i] * U[k] / d
        for k in range(n):
            A[j][k] = A[k][j] = U[k] / d
        A[j][j] = -1 / d
    return A


@each_spelling
@pytest.mark.parametrize("n", [2, 5, 9])
def test_a_hilbert_matrix_keeps_the_digits_that_its_condition_leaves(spelling: Spelling, n: int) -> None:
    A = Pair.of(1.0) / (1.0 + np.add.outer(np.arange(n), np.arange(n)))
    truth = swept_exactly([[A[i, k].fraction() for k in range(n)] for i in range(n)])
    assert spelling(A, np.zeros(n), 0).all()
    lost = float(np.linalg.cond(1 / (1.0 + np.add.outer(np.arange(n), np.arange(n)))))  # 5e11 at n = 9
    for i in range(n):
        for k in range(i, n):
            assert abs(A[i, k].fraction() - truth[i][k]) <= abs(truth[i][k]) * Fraction(lost) * Fraction(2) ** -98


@each_spelling
@given(seed=st.integers(0, 999))
@settings(max_examples=10)
def test_dependent_columns_are_found_with_what_they_equal(spelling: Spelling, seed: int) -> None:
    draw = np.random.default_rng(seed)
    X = draw.integers(-9, 10, (80, 25)).astype(np.float64)
    X[:, 12] = X[:, 3] - 2 * X[:, 7]
    X[:, 20] = X[:, 12] + 4 * X[:, 15]
    A, floors = Pair.of(X.T @ X), np.full(25, 1e-20)
    kept = spelling(A, floors, 0)
    assert np.flatnonzero(~kept).tolist() == [12, 20]
    expected = np.zeros((2, 20))
    expected[0, [3, 7]] = expected[1, [3, 7]] = 1, -2
    expected[1, 15] = 4
    assert_allclose(np.where(kept[:12], A.hi[:12, 12], 0), expected[0, :12], atol=1e-25)
    assert_allclose(np.where(kept[:20], A.hi[:20, 20], 0), expected[1], atol=1e-25)


@pytest.mark.parametrize("n", [6, 50])
def test_a_sweep_may_be_taken_up_where_another_ended(n: int) -> None:
    A = products_of(n, 3)
    whole = sweep(A, np.zeros(n), np.zeros(n))
    begun = A.copy()
    d, U = A[0, 0], A[0].copy()
    for i in range(n):
        begun[i] = A[i] - U * quotient(U[i], d)
    begun[0] = begun[:, 0] = quotient(U, d)
    begun[0, 0] = -quotient(Pair.of(1.0), d)
    taken_up = sweep(begun, np.zeros(n), np.zeros(n), start=1)
    assert_allclose(taken_up.coefficients, whole.coefficients, rtol=1e-15)
    assert_allclose(taken_up.inverse, whole.inverse, rtol=1e-15)
    assert_allclose(taken_up.rss.value(), whole.rss.value(), rtol=1e-15)


@given(st.integers(0, 99), st.booleans())
def test_units_that_are_powers_of_two_change_no_bit(seed: int, dependent: bool) -> None:
    A = products_of(8, seed, int(dependent))
    units = np.ldexp(1.0, np.random.default_rng(seed).integers(-300, 300, 8))
    floors = 1e-13 * np.diagonal(A.hi)
    plain = sweep(A, floors, floors)
    scaled = sweep(A.scaled(units[:, None]).scaled(units), floors * units**2, floors * units**2)
    assert np.array_equal(scaled.coefficients, plain.coefficients * units[7] / units[:7], equal_nan=True)
    assert scaled.rss.value() == plain.rss.value() * units[7] ** 2
    assert scaled.combinations.keys() == plain.combinations.keys()
    for j, combination in plain.combinations.items():
        assert np.array_equal(scaled.combinations[j], combination * units[j] / units[:7])


def test_the_choice_of_a_spelling_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    A, floors = products_of(30, 4, dependent=2), np.full(30, 1e-12)
    by_numpy = sweep(A, floors, floors)
    used: list[int] = []
    spelled = compiled_sweep.swept_columns
    monkeypatch.setattr(compiled_sweep, "swept_columns", lambda *rest: (used.append(rest[-1]), spelled(*rest))[1])
    monkeypatch.setattr(sweeping, "MANY", 29)
    by_numba = sweep(A, floors, floors, threads=2)
    assert used == [2]
    assert np.array_equal(by_numpy.inverse, by_numba.inverse, equal_nan=True)
    assert np.array_equal(by_numpy.coefficients, by_numba.coefficients, equal_nan=True)
    assert by_numpy.combinations.keys() == by_numba.combinations.keys() == {27, 28}


def test_few_columns_load_no_numba() -> None:
    code = (
        "import sys, numpy as np; from slopewise.moments import Moments; from slopewise.solvers.exact import solve;"
        "X = np.random.default_rng(0).normal(size=(100, 50)); solve(Moments.of(X, X[:, 0] + X[:, 1]));"
        "print('numba' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
