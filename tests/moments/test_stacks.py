"""A stack of states gathered at once is the states of its groups, each gathered alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.moments import Moments
from slopewise.moments.rows import WeightedRows
from slopewise.moments.stacks import stacked


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


def test_states_are_scattered_and_merged() -> None:
    rows = WeightedRows.of([1.0, 2.0, 4.0], [1.0, 3.0, 4.0], None, None)
    states = stacked(rows, np.array([0, 1, 1]), 2)
    wide = states.scattered(np.array([2, 0]), 4)
    assert wide.rows.tolist() == [2, 0, 1, 0]
    assert wide[0] == states[1]
    twice = wide.merge(states.scattered(np.array([0, 1]), 4))
    assert twice.rows.tolist() == [3, 2, 1, 0]
    assert_allclose(twice[0].mean, Moments.of([1.0, 2.0, 4.0], [1.0, 3.0, 4.0]).mean)
