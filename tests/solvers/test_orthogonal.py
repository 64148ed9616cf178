"""Columns most of which are orthogonal to each other: the same answer as one column after another, or none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers import compiled_sweep, exact, sweep
from slopewise.solvers.exact import solve
from slopewise.solvers.orthogonal import orthogonal_columns
from slopewise.typing import Array


def table(levels: int, numbers: int, seed: int, each: int = 3) -> tuple[Array, Array]:
    """Indicators of all levels but the first after some numbers, in one random order of columns."""
    draw = np.random.default_rng(seed)
    codes = draw.permutation(np.repeat(np.arange(levels), each))
    X = np.hstack([draw.normal(size=(len(codes), numbers)) + 3, np.eye(levels)[codes][:, 1:]])
    X = X[:, draw.permutation(X.shape[1])]
    return X, X @ draw.normal(size=X.shape[1]) + draw.normal(size=len(codes))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """As if a few columns were many; and of each call, whether the orthogonal ones gave an answer."""
    found: list[bool] = []
    spelled = exact.sweep_orthogonal

    def noted(*rest: object) -> object:
        answer = spelled(*rest)  # type: ignore[arg-type]
        found.append(answer is not None)
        return answer

    monkeypatch.setattr(exact, "MANY", 8)
    monkeypatch.setattr(exact, "sweep_orthogonal", noted)
    return found


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("levels", "numbers", "seed"), [(40, 3, 0), (61, 0, 1), (30, 20, 2), (130, 5, 3)])
def test_the_answer_is_that_of_one_column_after_another(
    levels: int, numbers: int, seed: int, intercept: bool, few: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Moments.of(*table(levels, numbers, seed), precision="double-double")
    ours = solve(state, intercept=intercept)
    assert few == [True]
    monkeypatch.setattr(exact, "MANY", 10**9)
    plain = solve(state, intercept=intercept)
    assert few == [True]
    assert (ours.rank, ours.dropped, ours.has_intercept) == (plain.rank, (), intercept)
    for name in ("coefficients", "intercept", "residual_sum_of_squares", "explained_sum_of_squares"):
        assert_allclose(getattr(ours, name), getattr(plain, name), rtol=4e-16, err_msg=name)
    assert_allclose(ours.condition, plain.condition, rtol=1e-9)
    scale = np.sqrt(np.diagonal(plain.unscaled_covariance))[int(not intercept) :]
    both = (each.unscaled_covariance[int(not intercept) :, int(not intercept) :] for each in (ours, plain))
    assert_allclose(*(each / scale[:, None] / scale for each in both), rtol=0, atol=1e-15)


@pytest.mark.parametrize("offset", [1e5, 1e9])
def test_columns_far_from_zero_keep_their_digits(
    offset: float, few: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(3)
    codes = np.repeat(np.arange(40), 4)
    X = np.column_stack([np.eye(40)[codes][:, 1:], draw.integers(0, 99, size=(len(codes), 3)) + offset])
    y = draw.integers(0, 99, size=len(codes)) + 7 * offset
    ours = solve(Moments.of(X, y, precision="double-double"))
    assert few == [True]
    exactly = solve(Moments.of(X, y, precision="exact"))
    for name in ("coefficients", "intercept", "residual_sum_of_squares", "explained_sum_of_squares"):
        assert_allclose(getattr(ours, name), getattr(exactly, name), rtol=4e-15, err_msg=name)
    assert_allclose(ours.unscaled_covariance, exactly.unscaled_covariance, rtol=1e-13)


def test_of_two_categories_that_meet_one_is_taken_whole(few: list[bool]) -> None:
    draw = np.random.default_rng(5)
    g, h = draw.integers(0, 30, 4_000), draw.integers(0, 22, 4_000)
    X = np.column_stack([draw.normal(size=4_000), np.eye(22)[h][:, 1:], np.eye(30)[g][:, 1:]])
    assert len(orthogonal_columns(X.T @ X)) == 29
    solve(Moments.of(X, draw.normal(size=4_000), precision="double-double"))
    assert few == [True]


@pytest.mark.parametrize("seed", range(4))
def test_columns_that_depend_on_others_are_left_to_the_other_way(
    seed: int, few: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = table(40, 3, seed)
    X = np.column_stack([X, X[:, 4] + X[:, 9] + [0.0, 1e-12 * np.arange(len(X))][seed % 2]])
    state = Moments.of(X, y, precision="double-double")
    ours = solve(state)
    monkeypatch.setattr(exact, "MANY", 10**9)
    plain = solve(state)
    assert few == [False]
    assert ours.dropped == plain.dropped
    assert np.array_equal(ours.coefficients, plain.coefficients, equal_nan=True)


def test_few_orthogonal_columns_are_not_worth_it(few: list[bool]) -> None:
    draw = np.random.default_rng(0)
    solve(Moments.of(draw.normal(size=(60, 12)), draw.normal(size=60), precision="double-double"))
    assert few == []


@given(levels=st.integers(3, 60), numbers=st.integers(0, 9), seed=st.integers(0, 99), threads=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_what_is_left_out_of_the_sweep_changes_no_bit(levels: int, numbers: int, seed: int, threads: int) -> None:
    X, y = table(levels, numbers, seed)
    Z = np.column_stack([X, y])
    orthogonal = orthogonal_columns(X.T @ X)
    assert len(orthogonal) >= levels - 1
    order = np.concatenate([orthogonal, np.setdiff1d(np.arange(Z.shape[1]), orthogonal)])
    products = Z[:, order].T @ Z[:, order]
    ours, theirs = Pair.of((products + products.T) / 2), Pair.of((products + products.T) / 2)
    floors = np.full(len(order), 1e-13)
    kept = compiled_sweep.swept_columns(ours, floors, 0, threads, orthogonal=len(orthogonal))
    assert np.array_equal(kept, sweep.swept_columns(theirs, floors, 0))
    for mine, spelled in zip((ours.hi, ours.lo), (theirs.hi, theirs.lo), strict=True):
        assert np.array_equal(np.triu(mine), np.triu(spelled))


@given(st.integers(0, 999), st.floats(0, 1))
def test_orthogonal_columns_meet_no_other_one(seed: int, density: float) -> None:
    draw = np.random.default_rng(seed)
    meets = np.triu(draw.random((12, 12)) < density, 1)
    products = (meets | meets.T) + np.eye(12)
    chosen = orthogonal_columns(products)
    assert np.array_equal(products[np.ix_(chosen, chosen)], np.eye(len(chosen)))
    rest = np.setdiff1d(np.arange(12), chosen)
    assert products[np.ix_(rest, chosen)].any(axis=1).all()  # each of the others meets one of them
