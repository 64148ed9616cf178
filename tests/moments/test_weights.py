"""The sums of many weights: Numba's reading of them against exact ones, and what it leaves to NumPy."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from slopewise.errors import ArgumentError
from slopewise.moments import Moments, kernels, large, weighing
from slopewise.moments.weight_sums import WeightSums
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


@pytest.fixture
def on_the_way(monkeypatch: pytest.MonkeyPatch) -> list[WeightSums]:
    """Few weights are many, few rows are a large table; and what the kernel found of the weights on its way."""
    found: list[WeightSums] = []
    real = large.weighed_sums

    def noted(*rows: Any, threads: int) -> Any:
        answer = real(*rows, threads=threads)
        found.append(answer[2])
        return answer

    monkeypatch.setattr(weighing, "MANY", 100)
    monkeypatch.setattr(kernels, "LARGE", 1_000)
    monkeypatch.setattr(large, "weighed_sums", noted)
    return found


@pytest.mark.parametrize("p", [2, 7, 70], ids=["done at once", "few columns", "panels"])
def test_the_pass_reads_the_weights_on_its_way(p: int, on_the_way: list[WeightSums]) -> None:
    draw = np.random.default_rng(3)
    X, y, v = draw.normal(size=(5_003, p)), draw.normal(size=5_003), draw.lognormal(size=5_003)
    state = Moments.of(X, y, weights=v, precision="double")
    assert on_the_way == [pytest.approx(weight_sums(v, threads=1), rel=1e-13)]
    assert float(state.weight) == pytest.approx(math.fsum(v), rel=1e-14)
    assert float(state.log_weight) == pytest.approx(math.fsum(np.log(v)), abs=1e-10)


@pytest.mark.parametrize("p", [2, 7, 70])
def test_weights_of_zero_are_found_on_the_way(p: int, on_the_way: list[WeightSums]) -> None:
    """Whatever their rows hold; and they count for nothing."""
    draw = np.random.default_rng(4)
    X, y, v = draw.normal(size=(5_003, p)), draw.normal(size=5_003), draw.integers(0, 3, size=5_003).astype(float)
    X[v == 0] = np.nan
    state, used = Moments.of(X, y, weights=v, precision="double"), v > 0
    assert not on_the_way[0].regular
    assert state.rows == used.sum()
    expected = Moments.of(X[used], y[used], weights=v[used], precision="double")
    np.testing.assert_allclose(state.centred, expected.centred, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_weights_that_are_none_are_refused_after_the_pass(value: float, on_the_way: list[WeightSums]) -> None:
    weights = np.ones(5_003)
    weights[4_321] = value
    with pytest.raises(ArgumentError, match="row 4321 has"):
        Moments.of(np.ones((5_003, 2)), np.ones(5_003), weights=weights, precision="double")
    assert len(on_the_way) == 1


def test_no_row_of_a_weight_is_no_row(on_the_way: list[WeightSums]) -> None:
    state = Moments.of(np.ones((5_003, 2)), np.ones(5_003), weights=np.zeros(5_003), precision="double")
    assert state.rows == 0
    assert len(on_the_way) == 1


def test_many_weights_and_few_give_one_state(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    X, y, v = draw.normal(size=(500, 2)), draw.normal(size=500), draw.lognormal(size=500)
    few = Moments.of(X, y, weights=v)
    monkeypatch.setattr(weighing, "MANY", 100)
    many = Moments.of(X, y, weights=v)
    assert few.rows == many.rows
    np.testing.assert_array_equal(few.raw, many.raw)
    assert float(few.log_weight) == pytest.approx(float(many.log_weight), rel=1e-13)


@pytest.mark.parametrize("value", [-1.0, math.nan])
def test_many_weights_are_refused_with_the_row(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "MANY", 100)
    weights = np.ones(500)
    weights[321] = value
    with pytest.raises(ArgumentError, match="row 321 has"):
        Moments.of(np.arange(500.0), np.ones(500), weights=weights)
