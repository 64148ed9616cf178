"""A stack of states gathered at once is the states of its groups, each gathered alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError, NotFinite
from slopewise.moments import Moments, dealing, pooling, runs, stacks
from slopewise.moments.dealing import folded, stacked
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows
from slopewise.moments.stacks import Stack, check_size
from slopewise.typing import AnyArray

PLACES = [(0, 0), (1, 64), (2, 99)]


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans(), st.sampled_from([1.0, 1e100, 1e-100]))
@settings(max_examples=40, deadline=None)
def test_each_state_is_that_of_its_rows(seed: int, weighted: bool, counted: bool, scale: float) -> None:
    rng = np.random.default_rng(seed)
    m, p, groups = int(rng.integers(1, 50)), int(rng.integers(0, 4)), int(rng.integers(1, 6))
    X, y, codes = rng.normal(size=(m, p)) * scale, rng.integers(0, 9, m) + 0.0, rng.integers(0, groups, m)
    v = rng.gamma(2.0, size=m) if weighted else None
    f = rng.integers(1, 4, m) if counted else None
    states = stacked(WeightedRows.of(X, y, v, f), codes, groups, f)
    for group in range(groups):
        at = codes == group
        if not at.any():
            assert states[group].rows == 0
            continue
        parts = [None if given is None else given[at] for given in (v, f)]
        alone = Moments.of(X[at], y[at], weights=parts[0], frequency=parts[1])
        assert states[group].rows == alone.rows
        assert_allclose(states[group].mean, alone.mean, rtol=1e-14, atol=1e-15 * scale)
        assert_allclose(states[group].log_weight, alone.log_weight, rtol=1e-12, atol=1e-12)
        size = np.sqrt(np.diagonal(alone.raw)) + (np.diagonal(alone.raw) == 0)
        assert_allclose(states[group].centred / size / size[:, None], alone.centred / size / size[:, None], atol=1e-15)
        assert states[group].rounding[-1] == alone.rounding[-1] == 0
    whole = Moments.of(X, y, weights=v, frequency=f)
    assert_allclose(states.pool().mean, whole.mean, rtol=1e-14, atol=1e-15 * scale)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 12, 100])
def test_both_spellings_pool_to_the_last_digits(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    rng = np.random.default_rng(count)
    high = rng.normal(size=(count, 3, 100)) * 10.0 ** rng.integers(-9, 9, (count, 1, 1))
    terms = Pair(high, high * 2.0**-54 * rng.uniform(-1, 1, high.shape))
    exact = [sum((pair.fraction() for pair in (terms[k, i, j] for k in range(count))), Fraction(0)) for i, j in PLACES]
    for large in (2**22, 0):
        monkeypatch.setattr(pooling, "LARGE", large)
        monkeypatch.setattr(pooling, "IN_CACHE", 1_500)
        total = pooling.summed(terms)
        size = np.abs(high).sum(axis=0)
        for (i, j), value in zip(PLACES, exact, strict=True):
            assert abs(total[i, j].fraction() - value) <= 2.0**-100 * size[i, j]


def test_a_stack_of_some_columns_is_that_of_these_columns() -> None:
    rng = np.random.default_rng(0)
    X, y, codes = rng.normal(size=(60, 3)) * [1.0, 1e100, 1.0], rng.normal(size=60), rng.integers(0, 5, 60)
    whole, few = Stack(4), Stack(3)
    whole.add(WeightedRows.of(X, y, None, None), codes, 5)
    few.add(WeightedRows.of(np.column_stack([y, X[:, 2]]), X[:, 1], None, None), codes, 5)
    whole.count_rows(np.arange(5), np.bincount(codes))
    few.count_rows(np.arange(5), np.bincount(codes))
    picked = whole.select([3, 2, 1])
    assert picked.moments() == few.moments()
    picked.rows[0] = -1
    assert whole.rows[0] != -1


def alone(given: WeightedRows, codes: AnyArray, group: int) -> Moments:
    """The state of the rows of one group."""
    at = codes == group
    lows = (None if low is None else low[at] for low in (given.X_low, given.y_low))
    mine = WeightedRows.of(given.X[at], given.y[at], None if given.weights is None else given.weights[at], None)
    X_low, y_low = lows
    return Moments.of_rows(replace(mine, X_low=X_low, y_low=y_low), "double-double")


def same(state: Moments, other: Moments) -> None:
    """To some thirty digits, relative to the lengths of the columns."""
    assert state.rows == other.rows
    ours, theirs = state.body.raw(), other.body.raw()
    size = np.sqrt(np.diagonal(theirs.hi)) + (np.diagonal(theirs.hi) == 0)
    assert_allclose((ours - theirs).hi / size / size[:, None], 0.0, atol=2.0**-98)
    assert_allclose(state.weight, other.weight, rtol=1e-15)
    assert_allclose(state.log_weight, other.log_weight, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [0, 1, 2, 6, 7, 13])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("lows", [False, True])
@pytest.mark.parametrize("order", ["C", "F", "strided", "float32"])
def test_numba_adds_what_numpy_adds(
    monkeypatch: pytest.MonkeyPatch, p: int, weighted: bool, lows: bool, order: str
) -> None:
    """Runs of one row, of some, and of more than a block."""
    rng = np.random.default_rng(p)
    m = 1500
    codes = np.where(rng.random(m) < 0.5, 1, rng.integers(0, 60, m))
    codes[rng.random(m) < 0.05] = -1
    X: Any = rng.normal(size=(m, 2 * p))[:, ::2] if order == "strided" else rng.normal(size=(m, p))
    X = {"C": X, "strided": X, "F": np.asfortranarray(X), "float32": X.astype(np.float32)}[order]
    given = WeightedRows.of(X, rng.normal(size=m), rng.gamma(2.0, size=m) if weighted else None, None)
    if lows:
        given = replace(given, X_low=X * 2.0**-55 * rng.random((m, p)), y_low=given.y * 2.0**-56)
    found = []
    for large in (False, True):
        monkeypatch.setattr(stacks, "PAGE", 16)
        stack = Stack(p + 1)
        stack.add(given, codes, 60, large=large, threads=2)
        stack.add(given, codes, 60, large=large, threads=1)
        found.append(stack.moments())
    for group in range(60):
        same(found[1][group], found[0][group])


@pytest.mark.parametrize("count", [3, 1000])
@pytest.mark.parametrize("kind", ["plain", "weighted", "counted", "some of no weight"])
def test_folds_of_arrays_are_the_states_of_their_rows(monkeypatch: pytest.MonkeyPatch, count: int, kind: str) -> None:
    rng = np.random.default_rng(0)
    m = 5000
    X, y, codes = rng.normal(size=(m, 4)), rng.normal(size=m), rng.integers(0, count, m)
    v = None if kind == "plain" else rng.gamma(2.0, size=m)
    f = rng.integers(0, 3, m) if kind == "counted" else None
    if v is not None and kind == "some of no weight":
        v[::7], X[::7] = 0.0, np.nan
    given = WeightedRows.of(X, y, v, f)
    whole = folded(given, lambda a, b: codes[a:b], count, frequency=f, threads=1)
    monkeypatch.setattr(dealing, "CHUNK", 300)
    for large in (False, True):
        monkeypatch.setattr(dealing, "is_large", lambda rows, p, large=large: large)
        for threads in (1, 2):
            cut = folded(given, lambda a, b: codes[a:b], count, frequency=f, threads=threads)
            for group in range(min(count, 20)):
                at = codes == group
                weights, copies = (None if values is None else values[at] for values in (v, f))
                same(cut[group], Moments.of_rows(WeightedRows.of(X[at], y[at], weights, copies), "double-double"))
                same(whole[group], cut[group])


def test_a_value_that_is_not_finite_is_named() -> None:
    X = np.ones((50, 2))
    X[17, 1] = np.nan
    with pytest.raises(NotFinite, match=r"a missing value \(NaN\) in X, row 17, column 1"):
        folded(WeightedRows.of(X, np.ones(50), None, None), lambda a, b: np.arange(a, b) % 3, 3)


def test_no_rows_are_empty_states() -> None:
    states = folded(WeightedRows.of(np.zeros((0, 2)), np.zeros(0), None, None), lambda a, b: np.arange(a, b), 3)
    assert states.rows.tolist() == [0, 0, 0]


def test_stacks_grow_merge_widen_and_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "PAGE", 8)
    rng = np.random.default_rng(0)
    m = 400
    X, y, codes = rng.normal(size=(m, 2)), rng.normal(size=m), np.sort(rng.integers(0, 50, m))
    given, stack = WeightedRows.of(X, y, None, None), Stack(3)
    for start in range(0, m, 90):  # groups that come later are new
        here = codes[start : start + 90]
        stack.add(dealing.part(given, start, start + 90), here, int(here.max()) + 1)
        stack.count_rows(np.arange(here.max() + 1), np.bincount(here, minlength=here.max() + 1))
    other, places = stack.copy(), rng.permutation(70)[:50]
    other.merge(stack, places, 70)
    wide = stack.copy().widen([0, 3, 4], 5)
    for group in range(50):
        mine = alone(given, codes, group)
        same(stack.moments()[group], mine)
        same(wide.moments(np.array([group]))[0], mine.embed([0, 3, 4], 5))
    total = other.moments()
    assert total.rows.sum() == 2 * m
    same(total.pool(), stack.moments().pool().merge(stack.moments().pool()))
    assert stack.finite


def test_states_beyond_memory_are_refused_with_what_would_fit() -> None:
    check_size(1_000_000, 11)
    message = (
        r"the states of 2,000,000 groups of 10 columns come to 2.5 GB, and at most 2.1 GB are used; 1,720,740 groups "
        r"of so many columns, or so many of 9 would fit"
    )
    with pytest.raises(ArgumentError, match=message):
        check_size(2_000_000, 11)
    with pytest.raises(ArgumentError, match="groups of so many columns would fit: leave out terms"):
        check_size(10**9, 11)


def test_the_kernel_is_chosen_by_size_alone() -> None:
    assert not runs.is_large(1000, 10)
    assert runs.is_large(100_000, 0)
    assert runs.is_large(30_000, 10)
