"""One objective in three spellings: loops over rows, arrays of rows, and moments say the same."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError, ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.objective import loop, quadratic, vectorized
from slopewise.objective.rows import RowsObjective

Table = tuple[np.ndarray, np.ndarray, np.ndarray, float]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """(X, y, w, b) of any small shape, the columns in very different units and about very different means."""
    m, n, seed = draw(st.integers(1, 12)), draw(st.integers(1, 5)), draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    units = 10.0 ** rng.integers(-2, 3, n)
    X = (rng.normal(size=(m, n)) + rng.integers(-3, 4, n)) * units
    return X, rng.normal(size=m) * 10, rng.normal(size=n) / units, float(rng.normal())


def magnitude(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """The size of what is summed in each row: rounding is relative to it."""
    return np.abs(X) @ np.abs(w) + abs(b) + np.abs(y) + 1e-300


@given(tables())
def test_the_three_spellings_agree(table: Table) -> None:
    X, y, w, b = table
    size, moments = magnitude(X, y, w, b).max(), Moments.of(X, y)
    answers = [loop.compute_cost(X, y, w, b), vectorized.compute_cost(X, y, w, b)]
    answers.append(quadratic.compute_cost(moments, w, b))
    assert_allclose(answers, answers[0], atol=1e-13 * size**2, rtol=0)
    gradients = [loop.compute_gradient(X, y, w, b), vectorized.compute_gradient(X, y, w, b)]
    gradients.append(quadratic.compute_gradient(moments, w, b))
    columns = np.abs(X).max(axis=0)
    for dj_dw, dj_db in gradients:
        assert np.all(np.abs(dj_dw - gradients[0][0]) <= 1e-13 * size * columns)
        assert_allclose(dj_db, gradients[0][1], atol=1e-13 * size, rtol=0)
    predictions = loop.compute_model(X, w, b)
    assert_allclose(vectorized.compute_model(X, w, b), predictions, atol=1e-13 * size)
    assert [loop.compute_row(x, w, b) for x in X] == predictions.tolist()
    assert_allclose([vectorized.compute_row(x, w, b) for x in X], predictions, atol=1e-13 * size)


@given(tables())
def test_the_cost_is_exactly_its_definition(table: Table) -> None:
    X, y, w, b = table
    F = np.vectorize(Fraction, otypes=[object])
    errors = F(X) @ F(w) + Fraction(b) - F(y)
    exact, size = float(errors @ errors / (2 * len(y))), magnitude(X, y, w, b).max()
    assert_allclose(loop.compute_cost(X, y, w, b), exact, atol=1e-14 * size**2)
    assert_allclose(quadratic.compute_cost(Moments.of(X, y), w, b), exact, atol=1e-14 * size**2)


@pytest.mark.parametrize("spelling", ["loop", "vectorized"])
@given(table=tables())
def test_the_gradient_is_the_central_difference_of_the_cost(spelling: str, table: Table) -> None:
    """For a quadratic the central difference is exact, whatever the width."""
    X, y, w, b = table
    objective, theta = RowsObjective(X, y, spelling), np.append(b, w)
    widths = np.append(1.0, 1 / np.abs(X).max(axis=0))
    steps = np.diag(widths)
    differences = [(objective.cost(theta + step) - objective.cost(theta - step)) / 2 for step in steps]
    size = magnitude(X, y, w, b).max() + 1
    assert_allclose(objective.gradient(theta) * widths, differences, atol=1e-13 * size**2)
    assert objective.evaluate(theta)[0] == objective.cost(theta)


@pytest.mark.parametrize("spelling", [loop, vectorized])
def test_one_feature_takes_scalars_and_gives_scalars(spelling: ModuleType) -> None:
    x, y = [1, 2, 4], [300, 500, 880]
    dj_dw, dj_db = spelling.compute_gradient(x, y, 190, 110)
    many, again = spelling.compute_gradient(np.reshape(x, (3, 1)), y, [190], 110)
    assert type(dj_dw) is type(dj_db) is type(spelling.compute_cost(x, y, 190, 110)) is float
    assert dj_dw == pytest.approx(float(many[0]), rel=1e-14)
    assert dj_db == pytest.approx(again, rel=1e-14)
    assert many.shape == (1,)
    assert spelling.compute_model(x, 200.0, 100.0).tolist() == [300.0, 500.0, 900.0]
    assert spelling.compute_row(1.2, 200.0, 100.0) == 340.0


@pytest.mark.parametrize("spelling", [loop, vectorized])
def test_inputs_are_never_changed(spelling: ModuleType) -> None:
    X, y, w = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([1.0, 2.0]), np.array([0.5, -0.5])
    for array in (X, y, w):
        array.setflags(write=False)
    spelling.compute_model(X, w, 1.0)
    spelling.compute_cost(X, y, w, 1.0)
    dj_dw, _ = spelling.compute_gradient(X, y, w, 1.0)
    assert not any(np.shares_memory(dj_dw, array) for array in (X, y, w))


@pytest.mark.parametrize("spelling", [loop, vectorized])
@pytest.mark.parametrize(
    ("x", "y", "w", "b", "named"),
    [
        ([1.0, 2.0], [1.0, 2.0], [1.0, 2.0], 0.0, ["(2,)", "(m, n)"]),
        ([1.0, 2.0], [1.0, 2.0], [1.0], 0.0, ["(2,)", "(1,)"]),
        ([[1.0, 2.0]], [1.0], [1.0, 2.0, 3.0], 0.0, ["(1, 2)", "(3,)"]),
        ([[1.0, 2.0]], [1.0], 3.0, 0.0, ["(1, 2)", "()"]),
        ([[[1.0]]], [1.0], [[1.0]], 0.0, ["(1, 1, 1)", "(1, 1)"]),
        ([1.0, 2.0], [1.0], 1.0, 0.0, ["(2,)", "(1,)"]),
        ([1.0, 2.0], [[1.0], [2.0]], 1.0, 0.0, ["(2,)", "(2, 1)"]),
        ([1.0, 2.0], [1.0, 2.0], 1.0, [0.0], ["b has shape (1,)"]),
        ([], [], 1.0, 0.0, ["(0,)"]),
    ],
)
def test_shapes_that_do_not_fit_are_named(
    spelling: ModuleType, x: list, y: list, w: object, b: object, named: list[str]
) -> None:
    for function in (spelling.compute_cost, spelling.compute_gradient):
        with pytest.raises(ShapeError) as caught:
            function(x, y, w, b)
        assert all(name in str(caught.value) for name in named)


@pytest.mark.parametrize("spelling", [loop, vectorized])
def test_what_is_not_a_number_or_not_a_row_is_refused_by_name(spelling: ModuleType) -> None:
    with pytest.raises(ArgumentError, match="w must be a number"):
        spelling.compute_cost([1.0], [1.0], "wide", 0.0)
    with pytest.raises(ArgumentError, match="x must be a number"):
        spelling.compute_model([[1.0, 2.0], [3.0]], [1.0, 1.0], 0.0)
    for x, w in [([[1.0]], [[1.0]]), ([1.0, 2.0], 1.0), ([1.0, 2.0], [1.0])]:
        with pytest.raises(ShapeError, match="one row"):
            spelling.compute_row(x, w, 0.0)


def test_rows_objective_without_intercept_and_unknown_spelling() -> None:
    x, y = [1.0, 2.0], [300.0, 500.0]
    rows = RowsObjective(x, y, "loop")
    assert rows.cost(np.array([250.0])) == vectorized.compute_cost(x, y, 250.0, 0.0)
    assert rows.gradient(np.array([250.0])).tolist() == [vectorized.compute_gradient(x, y, 250.0, 0.0)[0]]
    assert rows.moments() == Moments.of(x, y)
    with pytest.raises(ArgumentError, match="'numba' is not one of 'loop' and 'vectorized'"):
        RowsObjective(x, y, "numba")


def test_moments_refuse_what_does_not_fit_them() -> None:
    two = Moments.of([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0])
    for w in (1.0, [1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(ShapeError, match=r"must be \(2,\)"):
            quadratic.compute_cost(two, w, 0.0)
    with pytest.raises(TooFewRows, match="no rows"):
        quadratic.compute_cost(Moments.empty(2), 1.0, 0.0)
    with pytest.raises(ShapeError, match="stack of 2"):
        quadratic.compute_gradient(Moments.stack([two, two]), [1.0, 1.0], 0.0)
    one = Moments.of([1.0, 2.0], [300.0, 500.0])
    assert quadratic.compute_gradient(one, 0.0, 0.0) == (-650.0, -400.0)
    assert quadratic.compute_gradient(one, [0.0], 0.0)[0].tolist() == [-650.0]
