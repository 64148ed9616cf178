"""Rows taken out of a state again: what is left is the rest, and its digits say how much of it can be believed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.answering import least_squares, of_moments
from slopewise.errors import ArgumentError, PrecisionLost, ShapeError
from slopewise.moments import Moments
from slopewise.moments.paired import Paired
from slopewise.typing import Array

PRECISIONS = ("double", "double-double", "exact")


def table(seed: int, m: int, p: int) -> tuple[Array, Array, Array]:
    """Columns with offsets and scales of their own, and weights."""
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(m, p)) + rng.normal(size=p) * 5) * 10.0 ** rng.integers(-2, 3, p)
    return X, X.sum(axis=1) + rng.normal(size=m), rng.gamma(2.0, size=m)


@given(st.integers(0, 10**6), st.integers(3, 40), st.integers(1, 30), st.integers(1, 4), st.sampled_from(PRECISIONS))
def test_what_was_added_can_be_taken_out_again(seed: int, m: int, k: int, p: int, precision: Any) -> None:
    X, y, v = table(seed, m + k, p)
    a, b = (Moments.of(X[at], y[at], weights=v[at], precision=precision) for at in (slice(m), slice(m, None)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionLost)
        left = a + b - b
        through_a_map = (a + b).transform(np.eye(p + 1)[::-1]) - b.transform(np.eye(p + 1)[::-1])
    assert left.rows == a.rows
    if precision == "exact":
        assert left.body.digest() == a.body.digest()
        return
    off = 4 * np.sqrt(left.body.off())
    assert (np.abs(left.centred - a.centred) <= np.outer(off, off) + 1e-13 * np.abs(a.centred)).all()
    assert_allclose(left.weight, a.weight, rtol=1e-12)
    assert_allclose(left.log_weight, a.log_weight, atol=1e-10 * (1 + abs(float(b.log_weight))))
    assert_allclose(through_a_map.rows, a.rows)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("far", [False, True])
def test_the_digits_say_the_truth_after_a_huge_customer_is_gone(precision: Any, seed: int, far: bool) -> None:
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(20, 300)), int(rng.integers(1, 40))
    X = rng.normal(size=(n, 3)) + 5
    y = X @ [1.0, 2.0, 3.0] + rng.normal(size=n)
    truth = np.array(list(sw.fit_arrays(X, y, precision="exact").coefficients.values()))
    claimed = []
    for size in range(0, 26, 2):
        big = (rng.normal(size=(k, 3)) + 1) * 10.0**size + (10.0**size if far else 0)
        big_y = big @ [3.0, 1.0, 1.0] + rng.normal(size=k)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            both = Moments.of(np.vstack([X, big]), np.append(y, big_y), precision=precision)
            left = both - Moments.of(big, big_y, precision=precision)
        model = least_squares(of_moments(left))
        found = np.nan_to_num(np.array(list(model.coefficients.values())))
        error = np.abs(found - truth) / np.abs(truth)
        actual = min(15.95, -np.log10(max(float(error.max()), 1e-17)))
        assert actual >= model.digits - 0.1 or model.digits == 0
        assert caught or precision == "exact" or model.digits > 6  # nothing of the kind happens in silence
        claimed.append(model.digits)
    assert claimed[-1] == (pytest.approx(15.95) if precision == "exact" else 0)
    assert claimed[0] > (15 if precision != "double" else 8)


def test_later_rows_and_maps_do_not_make_the_loss_forgotten() -> None:
    rng = np.random.default_rng(1)
    X, big = rng.normal(size=(50, 2)), rng.normal(size=(9, 2)) * 1e12
    a, b = Moments.of(X, X[:, 0]), Moments.of(big, big[:, 1])
    with pytest.warns(PrecisionLost, match=r"leaves 7\.\d digits in the sums of column 0"):
        left = a + b - b
    for state in (left + a, a + left, left.select([1, 0, 2]), left.embed([0, 1, 3], 4), Moments.stack([left, a])[0]):
        assert 1e-8 < state.body.noise().max() < 1e-6
    assert_allclose(left.transform(np.eye(3)).body.noise(), left.body.noise(), rtol=1e-9)
    assert isinstance(left.body, Paired)
    assert_allclose(left.body.lowered().noise(), left.body.noise(), rtol=0.5)
    assert Moments.from_dict(left.to_dict()) == left


@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_that_were_not_there_are_refused(precision: Any) -> None:
    rng = np.random.default_rng(2)
    X, other = rng.normal(size=(40, 2)), rng.normal(size=(10, 2)) * 30
    a = Moments.of(X, X[:, 0], precision=precision)
    with pytest.raises(ArgumentError, match=r"not all in this state: a (square|variance) of column 0 below zero"):
        a - Moments.of(other, other[:, 0], precision=precision)
    with pytest.raises(ArgumentError, match="-10 rows"):
        Moments.of(X[:10], X[:10, 0], precision=precision) - Moments.of(X[:20], X[:20, 0], precision=precision)
    with pytest.raises(ShapeError, match="3 columns"):
        Moments.of(X[:, :1], X[:, 0]) - a
    slanted = np.column_stack([np.linspace(-1, 1, 20), np.linspace(1, -1, 20)])
    upright = np.column_stack([np.linspace(-1, 1, 40), np.linspace(-1, 1, 40)]) * 1.1
    with pytest.raises(ArgumentError, match="a combination of columns with a variance below zero"):
        Moments.of(upright, upright[:, 0], precision=precision) - Moments.of(
            slanted, slanted[:, 0], precision=precision
        )


def test_all_rows_leave_the_empty_state_and_none_the_whole() -> None:
    a = Moments.of([[1.0], [2.0]], [3.0, 5.0])
    assert a - a == Moments.empty(2)
    assert a - Moments.empty(2) == a


def test_unequal_precisions_meet_in_the_lower_one() -> None:
    X = np.arange(12.0).reshape(6, 2)
    with pytest.warns(PrecisionLost, match="unequal precision"):
        left = Moments.of(X, X[:, 0] ** 2, precision="exact") - Moments.of(X[:2], X[:2, 0] ** 2, precision="double")
    assert left.precision == "double"
    assert_allclose(left.mean, Moments.of(X[2:], X[2:, 0] ** 2).mean, rtol=1e-12)
