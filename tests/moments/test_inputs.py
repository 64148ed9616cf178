"""What `Moments` refuses, and the sentence it refuses it with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from slopewise.errors import ArgumentError, ColumnTypeError, NotFinite, ShapeError, SlopewiseError
from slopewise.moments import Moments

X = [[1.0, 2.0], [3.0, 4.0]]
Y = [1.0, 2.0]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"X": X, "y": [1.0]}, ShapeError, r"X has shape \(2, 2\) and y has shape \(1,\)"),
        ({"X": [[X]], "y": Y}, ShapeError, "give X as"),
        ({"X": [["a", "b"], ["c", "d"]], "y": Y}, ColumnTypeError, "X must hold numbers only: it holds 'a'"),
        ({"X": X, "y": [1j, 2.0]}, ColumnTypeError, "y must hold numbers only"),
        ({"X": X, "y": np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]")}, ColumnTypeError, "y must hold numbers"),
        ({"X": [[1.0], [1.0, 2.0]], "y": Y}, ColumnTypeError, "X must hold numbers only"),
        ({"X": [[1.0, np.nan], [3.0, 4.0]], "y": Y}, NotFinite, r"missing value \(NaN\) in X, row 0, column 1"),
        ({"X": [[1.0, None], [3.0, 4.0]], "y": Y}, NotFinite, r"missing value \(NaN\) in X, row 0, column 1"),
        ({"X": X, "y": [0.0, np.inf]}, NotFinite, "infinite value in y, row 1"),
        (
            {"X": [[1e200, 1.0], [3.0, 4.0]], "y": Y, "precision": "double"},
            NotFinite,
            "the squares of some column leave float64; give it in another unit",
        ),
        ({"X": X, "y": Y, "weights": [1.0, -1.0]}, ArgumentError, "weights must be finite and not negative: row 1"),
        ({"X": X, "y": Y, "weights": [1.0, np.nan]}, ArgumentError, "weights must be finite and not negative: row 1"),
        ({"X": X, "y": Y, "weights": [1.0]}, ShapeError, r"weights has shape \(1,\)"),
        ({"X": X, "y": Y, "frequency": [1.0, 1.5]}, ArgumentError, "must be whole: row 1 has 1.5"),
        ({"X": X, "y": Y, "precision": "quad"}, ArgumentError, "'quad' is not one of"),
    ],
)
def test_a_bad_argument_gets_one_clear_sentence(
    arguments: dict[str, Any], error: type[SlopewiseError], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        Moments.of(**arguments)
    assert isinstance(caught.value, ValueError)


def test_states_of_other_columns_do_not_merge() -> None:
    with pytest.raises(ShapeError, match="3 columns cannot merge with one of 2"):
        Moments.of(X, Y) + Moments.of([1.0], [2.0])
    with pytest.raises(ShapeError, match="must have the same columns"):
        Moments.stack([Moments.empty(2), Moments.empty(3)])
    with pytest.raises(TypeError, match="not a stack"):
        Moments.of(X, Y)[0]


def test_positions_and_maps_are_checked() -> None:
    with pytest.raises(ArgumentError, match=r"do not all lie in 0 … 2"):
        Moments.of(X, Y).select([0, 3])
    with pytest.raises(ShapeError, match=r"must be \(3, r\)"):
        Moments.of(X, Y).transform(np.eye(2))
    with pytest.raises(ShapeError, match="makes 3 columns"):
        Moments.of(X, Y).transform(np.eye(3), [1.0])
    with pytest.raises(ArgumentError, match="at least one column"):
        Moments.empty(0)


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.float16, np.float32, bool, object])
def test_any_numbers_will_do(dtype: type) -> None:
    given = np.array([[1, 0], [0, 1], [1, 1]]).astype(dtype)
    assert Moments.of(given, [1.0, 2.0, 3.0]) == Moments.of(given.astype(float), [1.0, 2.0, 3.0])


def test_float32_is_widened_before_it_is_multiplied() -> None:
    x = (np.arange(1000) + 1e4).astype(np.float32)
    narrow, wide = Moments.of(x, x), Moments.of(x.astype(float), x.astype(float))
    np.testing.assert_allclose(narrow.centred, wide.centred, rtol=1e-15)


def test_a_row_of_weight_zero_may_hold_anything() -> None:
    given, target = np.array([[1.0], [np.nan], [3.0], [np.inf]]), np.array([1.0, 2.0, np.nan, 4.0])
    state = Moments.of(given, target, weights=[2.0, 0.0, 0.0, 0.0])
    assert (state.rows, state.mean.tolist()) == (1, [1.0, 1.0])
    with pytest.raises(NotFinite, match="X, row 3, column 0"):
        Moments.of(given, target, weights=[2.0, 0.0, 0.0, 1.0])


def test_the_inputs_are_left_as_they_were() -> None:
    given, target = np.array(X), np.array(Y)
    given.flags.writeable = target.flags.writeable = False
    Moments.of(given, target, weights=np.ones(2))
    assert given.tolist() == X


def test_a_state_survives_json_to_the_bit() -> None:
    import json

    state = Moments.of(np.random.default_rng(0).normal(size=(50, 3)), np.arange(50.0), weights=np.linspace(0.1, 3, 50))
    assert Moments.from_dict(json.loads(json.dumps(state.to_dict()))) == state
    broken = state.to_dict() | {"exponents": [0.0]}
    with pytest.raises(ShapeError, match="do not fit each other"):
        Moments.from_dict(broken)
