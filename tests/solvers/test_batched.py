"""A stack of states is solved as each of its states alone, by NumPy and by Numba, and no group stops another."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from slopewise.moments import Moments
from slopewise.moments.dealing import stacked
from slopewise.moments.rows import WeightedRows
from slopewise.solvers import batched
from slopewise.solvers.batched import Solutions, solve_stack
from slopewise.solvers.exact import solve


def same(one: Solutions, other: Solutions) -> None:
    for field in fields(Solutions):
        assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def check(states: Moments, intercept: bool) -> None:
    """Every group has the bits of `exact.solve`, in either spelling."""
    found = solve_stack(states, intercept=intercept, large=False)
    same(solve_stack(states, intercept=intercept, large=True, threads=2), found)
    for g, rows in enumerate(states.rows):
        if not rows:
            assert found.rank[g] == 0
            assert np.isnan([found.intercept[g], found.rss[g], *found.coefficients[g]]).all()
            continue
        alone = solve(states[g], intercept=intercept)
        assert found.rank[g] == alone.rank
        assert_array_equal(found.intercept[g], alone.intercept)
        assert_array_equal(found.coefficients[g], alone.coefficients)
        assert tuple(np.flatnonzero(np.isnan(found.coefficients[g]))) == alone.dropped
        assert_array_equal(found.rss[g], alone.residual_sum_of_squares)
        assert_array_equal(found.unscaled_variances[g], np.diagonal(alone.unscaled_covariance))


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans(), st.sampled_from([1.0, 1e100, 1e-100]))
@settings(max_examples=60, deadline=None)
def test_each_group_is_solved_as_if_alone(seed: int, intercept: bool, weighted: bool, scale: float) -> None:
    rng = np.random.default_rng(seed)
    m, p, groups = int(rng.integers(1, 60)), int(rng.integers(0, 5)), int(rng.integers(1, 7))
    X, codes = (rng.normal(size=(m, p)) + rng.integers(0, 3) * 1e4) * scale, rng.integers(0, groups, m)
    if p > 2:
        X[:, 2] = X[:, 0] + X[:, 1]
    if p > 1:
        X[codes == 0, 1] = 7.0
    y = X.sum(axis=1) / scale + rng.integers(0, 9, m)
    y[codes == 1] = 0.1
    v = rng.gamma(2.0, size=m) if weighted else None
    check(stacked(WeightedRows.of(X, y, v, None), codes, groups), intercept)


def test_pages_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    states = stacked(
        WeightedRows.of(rng.normal(size=(300, 3)), rng.normal(size=300), None, None), np.arange(300) % 40, 40
    )
    whole = solve_stack(states)
    monkeypatch.setattr(batched, "PAGE", 100)
    same(solve_stack(states), whole)
    parts = Solutions.empty(40, 3)
    parts.put(np.arange(7, 40), solve_stack(states[7:]))
    parts.put(np.arange(7), solve_stack(states[:7]))
    same(parts, whole)
    check(states, True)


def test_no_groups_have_no_solutions() -> None:
    states = stacked(WeightedRows.of(np.zeros((0, 2)), np.zeros(0), None, None), np.zeros(0, dtype=np.int64), 0)
    assert solve_stack(states).coefficients.shape == (0, 2)
    assert solve_stack(states, large=True).coefficients.shape == (0, 2)


def test_other_precisions_are_refused() -> None:
    states = Moments.stack([Moments.of([1.0, 2.0], [1.0, 2.0], precision="double")])
    with pytest.raises(TypeError, match="double-double, and this one is double"):
        solve_stack(states)
