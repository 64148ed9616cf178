"""No digit is claimed that is not there: the digits reported for each coefficient against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from nist import exact_answer

import slopewise as sw
from slopewise.choices import Precision
from slopewise.inference.digits import digits
from slopewise.moments import Moments
from slopewise.solvers.exact import solve
from slopewise.typing import Array

TABLES = 120  # `make bench` runs a thousand


def ill_conditioned(rng: np.random.Generator) -> tuple[Array, Array]:
    """A table whose columns have a condition number of 10⁰ to 10¹⁴, scales, offsets and noise of their own."""
    m, p = int(rng.integers(12, 40)), int(rng.integers(1, 5))
    U, V = np.linalg.qr(rng.normal(size=(m, p)))[0], np.linalg.qr(rng.normal(size=(p, p)))[0]
    X = (U * np.geomspace(1, 10 ** -rng.uniform(0, 14), p)) @ V.T if p > 1 else U
    X = X * 10.0 ** rng.uniform(-3, 3, p) + 10.0 ** rng.uniform(-3, 3, p) * rng.choice([0, 1], p)
    y = X @ (rng.normal(size=p) * 10.0 ** rng.uniform(-2, 2, p))
    return X, y + 10.0 ** rng.uniform(-8, 1) * np.std(y) * rng.normal(size=m) + rng.choice([0.0, 5.0])


@pytest.mark.parametrize("precision", [precision for precision in get_args(Precision) if precision != "auto"])
def test_claims_are_never_above_the_truth_and_seldom_far_below(precision: Precision) -> None:
    rng = np.random.default_rng(20)
    over, true = [], []
    for _ in range(TABLES):
        X, y = ill_conditioned(rng)
        state = Moments.of(X, y, precision=precision)
        answer = solve(state)
        if answer.dropped:
            continue
        claimed = digits(state, answer).delivered
        for found, truth, claim in zip(answer.theta.tolist(), exact_answer(X, y), claimed, strict=True):
            error = abs(Fraction(found) - truth) / abs(truth)
            true.append(min(15.95, -np.log10(float(error)) if error else 15.95))
            over.append(claim - true[-1])
    assert len(over) > TABLES
    assert max(over) <= 0.5
    assert -np.median(over) <= 2


def test_the_limit_of_the_data_is_what_their_rounding_does() -> None:
    rng = np.random.default_rng(21)
    X = rng.normal(size=(200, 2)) + 1e5
    X[:, 1] = X[:, 0] + rng.normal(size=200) * 1e-3
    y = X @ [1.0, 2.0] + rng.normal(size=200)
    state = Moments.of(X, y)
    limit = digits(state, solve(state)).limit
    unit = 2.0**-53
    answers = []
    for _ in range(200):
        jittered = (
            X * (1 + rng.uniform(-unit, unit, X.shape) * 2**20),
            y * (1 + rng.uniform(-unit, unit, y.shape) * 2**20),
        )
        answers.append(solve(Moments.of(*jittered)).theta)
    # a million times the rounding moves the answer a million times as far
    seen = -np.log10(2 * np.std(answers, axis=0) / 2**20 / np.abs(solve(state).theta))
    assert np.all(np.abs(limit - seen) < 0.3)


@pytest.mark.parametrize("p", range(6, 13))
def test_hilbert_columns_are_right_or_say_how_far(p: int) -> None:
    i = np.arange(1, 3 * p + 1)[:, None]
    X = 1.0 / (i + np.arange(p))
    y = X.sum(axis=1)
    model = sw.fit_arrays(X, y, intercept=False)
    wrong = np.abs(np.array(list(model.coefficients.values())) - 1).max()
    true = -np.log10(max(wrong, 1e-16))
    limit = model.glance()["digits_limit"][0].as_py()
    assert true >= min(model.digits, limit) - 0.5


HARD = {
    "offsets of 1e9": lambda x, e: (x + 1e9, 2.0),
    "nanoseconds": lambda x, e: (1.7e18 + np.round(x * 1e9), 2.0),
    "scale 1e150": lambda x, e: (x * 1e150, 2.0),
    "scale 1e-150": lambda x, e: (x * 1e-150, 2.0),
}


@pytest.mark.parametrize("case", HARD)
def test_hard_columns_to_ten_digits_or_as_many_as_are_said(case: str) -> None:
    rng = np.random.default_rng(22)
    x, e = rng.normal(size=500), rng.normal(size=500)
    column, slope = HARD[case](x, e)
    y = slope * x + e
    model = sw.fit_arrays(column, y)
    exact = exact_answer(column[:40, None], y[:40])
    part = sw.fit_arrays(column[:40], y[:40])
    for found, truth in zip(part.coefficients.values(), exact, strict=True):
        true = -np.log10(max(float(abs(Fraction(found) - truth) / abs(truth)), 1e-16))
        assert true >= min(10, part.digits)
        assert part.digits <= true + 0.5
    assert model.digits > 9


def test_near_duplicates_a_near_perfect_fit_and_float32() -> None:
    rng = np.random.default_rng(23)
    x = rng.normal(size=300)
    near = sw.fit_arrays(np.column_stack([x, x + 1e-8 * rng.normal(size=300)]), rng.normal(size=300))
    assert near.solution.dropped == ()
    assert near.digits > 10
    perfect = sw.fit_arrays(x, 3 * x + 1 + 1e-12 * rng.normal(size=300))
    assert perfect.digits > 15
    assert 0.9e-12 < perfect.glance()["sigma"][0].as_py() < 1.1e-12
    narrow = np.column_stack([x, x * 1.8 + 32]).astype(np.float32)
    assert sw.fit_arrays(narrow, rng.normal(size=300)).solution.dropped == (1,)
