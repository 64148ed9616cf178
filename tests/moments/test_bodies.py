"""One test body over every precision: reading, mapping, merging, saving; and what the more precise ones add."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.choices import Precision
from slopewise.errors import NotFinite, PrecisionLost, ShapeError
from slopewise.moments import Moments
from slopewise.solvers.exact import solve
from slopewise.typing import Array

PRECISIONS = [precision for precision in get_args(Precision) if precision != "auto"]
each_precision = pytest.mark.parametrize("precision", PRECISIONS)


def table(seed: int, m: int = 30, p: int = 3) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(m, p)) + rng.normal(size=p) * 10) * 10.0 ** rng.integers(-3, 4, p)
    return X, X @ rng.normal(size=p) + rng.normal(size=m), rng.gamma(2.0, size=m)


@each_precision
@given(seed=st.integers(0, 999), cut=st.integers(0, 30))
def test_merging_parts_is_the_whole(precision: Precision, seed: int, cut: int) -> None:
    X, y, v = table(seed)
    whole = Moments.of(X, y, weights=v, precision=precision)
    parts = [Moments.of(X[s], y[s], weights=v[s], precision=precision) for s in (slice(0, cut), slice(cut, None))]
    merged = parts[1] + parts[0]
    assert merged.precision == whole.precision == precision
    size = np.sqrt(np.diagonal(whole.raw))
    assert np.all(np.abs(merged.centred - whole.centred) <= 1e-12 * np.outer(size, size))
    assert_allclose(merged.mean, whole.mean, rtol=1e-12, atol=1e-12)
    assert_allclose(merged.weight, whole.weight, rtol=1e-14)


@each_precision
def test_maps_of_the_columns_are_maps_of_the_state(precision: Precision) -> None:
    X, y, v = table(3)
    state = Moments.of(X, y, weights=v, precision=precision)
    rng = np.random.default_rng(0)
    T, offset = rng.normal(size=(4, 3)), rng.normal(size=3)
    Z = np.column_stack([X, y]) @ T + offset
    again = Moments.of(Z[:, :-1], Z[:, -1], weights=v, precision=precision)
    assert_allclose(state.transform(T, offset).centred, again.centred, rtol=1e-9)
    assert_allclose(state.transform(T, offset).mean, again.mean, rtol=1e-9)
    wide = state.embed([1, 0, 3, 4], 5).select([1, 0, 3, 4])
    assert wide == state
    assert state.embed([1, 0, 3, 4], 5).mean[2] == 0


@each_precision
def test_stacks_and_files(precision: Precision) -> None:
    X, y, v = table(4)
    parts = [Moments.of(X[k::3], y[k::3], weights=v[k::3], precision=precision) for k in range(3)]
    stack = Moments.stack(parts)
    assert all(stack[k] == part for k, part in enumerate(parts))
    assert_allclose(stack.centred[1], parts[1].centred)
    assert_allclose(stack.pool().centred, Moments.of(X, y, weights=v).centred, rtol=1e-9)
    assert Moments.from_dict(json.loads(json.dumps(stack.to_dict()))) == stack
    with pytest.raises(ShapeError):
        Moments.from_dict(parts[0].to_dict() | {name: [0.0] for name in parts[0].body.arrays()})


@each_precision
@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e9 + 0.1, -1e300, 5e-324, 7.0])
def test_a_constant_column_is_dropped(precision: Precision, constant: float) -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([np.full(1000, constant), rng.normal(size=1000)])
    merged = Moments.empty(3, precision=precision)
    for part in np.array_split(X, 7):
        merged = merged.add(part, part[:, 1])
    assert not merged.centred[0].any()
    assert solve(merged).dropped == (0,)


def test_unequal_precisions_merge_to_the_lower_and_say_so() -> None:
    X, y, v = table(5)
    precise = Moments.of(X[:9], y[:9], weights=v[:9], precision="double-double")
    plain = Moments.of(X[9:], y[9:], weights=v[9:], precision="double")
    for one, other in ((precise, plain), (plain, precise)):
        with pytest.warns(PrecisionLost, match="merge to the lower one"):
            merged = one + other
        assert merged.precision == "double"
        assert_allclose(merged.centred, Moments.of(X, y, weights=v).centred, rtol=1e-11)
    assert plain + Moments.empty(4) == plain


def test_auto_takes_the_digits_where_they_cost_little() -> None:
    assert Moments.of(np.ones((10, 2)), np.ones(10)).precision == "double-double"
    narrow = np.lib.stride_tricks.as_strided(np.zeros(1), shape=(10**7, 20), strides=(0, 0))
    assert Moments.of(narrow, narrow[:, 0], threads=1).precision == "double"


@given(
    seed=st.integers(0, 999), offset=st.sampled_from([0.0, 1e9, 1.7e18]), scale=st.sampled_from([1e-150, 1.0, 1e150])
)
def test_double_double_products_have_31_digits(seed: int, offset: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(12, 2)) + offset) * scale
    body = Moments.of(X, X[:, 0], precision="double-double").body
    normal, exponents = body.normalised()
    z = [
        [Fraction(float(value)) / Fraction(2) ** int(e) for value, e in zip(row, exponents, strict=False)] for row in X
    ]
    for i in range(2):
        for j in range(2):
            exact = sum(row[i] * row[j] for row in z)
            size = sum(abs(row[i] * row[j]) for row in z)
            assert abs(normal.raw()[i, j].fraction() - exact) <= Fraction(2) ** -100 * size


def test_whole_numbers_and_float32_are_known_for_what_they_are() -> None:
    whole, third = np.arange(8.0), np.arange(8.0) / 3
    state = Moments.of(np.column_stack([whole, third]), whole)
    assert state.rounding.tolist() == [0, 2.0**-53, 0]
    assert (state + Moments.of(np.column_stack([third, third]), whole)).rounding.tolist() == [2.0**-53, 2.0**-53, 0]
    assert Moments.of(third.astype(np.float32), third).rounding.tolist() == [2.0**-24, 2.0**-53]
    assert state.select([1, 0]).rounding.tolist() == [2.0**-53, 0]
    assert state.transform([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]).rounding.tolist() == [0, 2.0**-53]


@pytest.mark.parametrize("rows", [8, 200_000])
@pytest.mark.parametrize("precision", ["double-double", "exact"])
def test_whole_numbers_beyond_what_float64_tells_apart_may_have_been_rounded(rows: int, precision: Precision) -> None:
    near = 2**53 - 1 - np.arange(rows) % 100
    state = Moments.of(np.column_stack([near, near + 1, -near - 1]), near, precision=precision)
    assert state.rounding.tolist() == [0, 2.0**-53, 2.0**-53, 0]
    groups = sw.collect(
        "y ~ x + z", {"x": near, "z": near + 1, "y": near, "g": np.arange(rows) % 8 // 7}, by="g"
    ).states
    assert groups is not None
    assert groups.rounding.tolist() == [[0, 2.0**-53, 0]] * 2


@each_precision
@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_a_column_whose_squares_leave_the_floats_is_refused(precision: Precision, unit: float) -> None:
    x = np.linspace(1.0, 2.0, 20)
    with pytest.raises(NotFinite, match="squares of some column leave float64; give it in another unit"):
        Moments.of(x * unit, x, precision=precision)
