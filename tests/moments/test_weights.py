"""The sums of many weights: Numba's reading of them against exact ones, and what it leaves to NumPy."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.moments import rows as given_rows
from slopewise.moments.weights_large import weight_sums

positive = st.floats(np.finfo(np.float64).tiny, 1e300)


@given(arrays(np.float64, st.integers(1, 300), elements=positive, fill=positive))
def test_the_sums_are_those_of_exact_arithmetic(weights: np.ndarray) -> None:
    sums = weight_sums(weights, threads=2)
    assert sums.regular
    assert sums.total == pytest.approx(math.fsum(weights), rel=1e-14)
    logs = [math.log(v) for v in weights]
    assert sums.log_total == pytest.approx(math.fsum(logs), abs=1e-13 * sum(map(abs, logs)) + 1e-300)


@pytest.mark.parametrize("at", [0, 77, 999], ids=["first", "inside", "after the last whole group"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, 5e-324])
def test_what_is_no_plain_weight_is_noticed_wherever_it_stands(value: float, at: int) -> None:
    weights = np.ones(1000)
    weights[at] = value
    assert not weight_sums(weights, threads=1).regular


def test_the_sums_do_not_depend_on_the_number_of_threads() -> None:
    weights = np.random.default_rng(1).lognormal(size=200_003)
    assert weight_sums(weights, threads=1) == weight_sums(weights, threads=3)


def test_many_weights_and_few_give_one_state(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    X, y, v = draw.normal(size=(500, 2)), draw.normal(size=500), draw.lognormal(size=500)
    few = Moments.of(X, y, weights=v)
    monkeypatch.setattr(given_rows, "MANY", 100)
    many = Moments.of(X, y, weights=v)
    assert few.rows == many.rows
    np.testing.assert_array_equal(few.raw, many.raw)
    assert float(few.log_weight) == pytest.approx(float(many.log_weight), rel=1e-13)


@pytest.mark.parametrize("value", [-1.0, math.nan])
def test_many_weights_are_refused_with_the_row(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_rows, "MANY", 100)
    weights = np.ones(500)
    weights[321] = value
    with pytest.raises(ArgumentError, match="row 321 has"):
        Moments.of(np.arange(500.0), np.ones(500), weights=weights)
