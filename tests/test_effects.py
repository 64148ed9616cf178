"""Average predictions and slopes: as if every row of the table were changed, predicted, and averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.collected import Collected
from slopewise.effects import Averages, average_predictions, average_slopes, prediction_rows, slope_rows
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.covariance import Covariance
from slopewise.inference.geometry import Geometry
from slopewise.predictions import open_rows, row_blocks
from slopewise.typing import Array

PREDICTING = [
    "y ~ f",
    "y ~ f + x",
    "y ~ f * x + g",
    "y ~ f * g * x + z",
    "y ~ 0 + f:g + x:z",
    "y ~ C(f, Sum) * C(g, Sum) + poly(z, 2):f",
    "y ~ C(f, Poly) * poly(x, 3) + g",
    "y ~ C(f, Helmert):x + center(z):f",
    'y ~ C(f, Treatment("b")) * scale(x) + g',
    "y ~ poly(x, 2, raw=True) * f + f:I(z^2) + g",
    "y ~ f + C(f, Sum):log(x)",
    "y ~ f:g - 1",
    "y ~ f:g:x + g:poly(z, 2)",
]
SLOPING = [
    "y ~ f + x",
    "y ~ f * x + g",
    "y ~ f * g * x + z",
    "y ~ f * g + x * z",
    "y ~ C(f, Sum) * center(x) + z * x + g",
    "y ~ 0 + f + scale(x) * g * z",
    "y ~ poly(x, 1) * C(f, Poly) + g:z + x:g:z",
    "y ~ poly(x, 1, raw=True):f:g + f:g + poly(z, 2) * x",
    "y ~ f:g + f:x + log(z^2) * x",
]


def table(seed: int = 0, n: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn: dict[str, Any] = {"x": rng.normal(size=n) ** 2 + 1, "z": rng.normal(size=n), "w": rng.gamma(2.0, size=n)}
    drawn |= {"f": rng.choice(list("abc"), n), "g": rng.choice(["u", "v"], n), "k": rng.integers(1, 4, n)}
    drawn["y"] = drawn["x"] * (drawn["f"] == "b") + drawn["z"] + rng.normal(size=n)
    return pd.DataFrame(drawn)


def parts(model: sw.LinearModel) -> tuple[Collected, Geometry, Covariance]:
    return model.kept, Geometry.of(model.moments, model.solution), model.covariance


def with_g(formula: str, data: pd.DataFrame, weights: str | None) -> sw.LinearModel:
    """The formula's model, with g added if it has none."""
    model = sw.fit(formula, data, weights=weights)
    return model if "g" in model.kept.design.inputs else sw.fit(f"{formula} + g", data, weights=weights)


def coded(model: sw.LinearModel, data: pd.DataFrame) -> Array:
    """The model's columns in the rows of a table, the intercept's first if it has one."""
    X = np.concatenate([X for _, X in row_blocks(model.kept, open_rows(model.kept.design, data))])
    return np.column_stack([np.ones(len(X)), X]) if model.solution.has_intercept else X


def check(model: sw.LinearModel, found: Averages, rows: list[Array], v: Array) -> None:
    """Against the averages of rows (m, k) whose products with θ are meant."""
    theta, V = np.nan_to_num(list(model.coefficients.values())), np.nan_to_num(model.vcov())
    lines = np.array([np.average(X, axis=0, weights=v) for X in rows])
    assert_allclose(found.estimate, lines @ theta, rtol=1e-9, atol=1e-10)
    assert_allclose(found.std_error, np.sqrt(np.diagonal(lines @ V @ lines.T)), rtol=1e-7)


def at(data: pd.DataFrame, found: Averages, levels: tuple[str, ...]) -> pd.DataFrame:
    return data.assign(**dict(zip(found.by, levels, strict=True)))


@pytest.mark.parametrize("formula", PREDICTING)
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("by", ["f", ["f", "g"]])
def test_average_predictions_are_those_of_overwritten_rows(formula: str, weights: str | None, by: str) -> None:
    data = table()
    model = with_g(formula, data, weights) if by != "f" else sw.fit(formula, data, weights=weights)
    found = average_predictions(*parts(model), by)
    assert len(found.levels) == (3 if by == "f" else 6)
    rows = [coded(model, at(data, found, levels)) for levels in found.levels]
    check(model, found, rows, data["w"].to_numpy() if weights else np.ones(len(data)))
    predicted = [model.predict(at(data, found, one)) for one in found.levels]
    fitted = np.average(predicted, axis=1, weights=data["w"] if weights else None)
    assert_allclose(found.estimate, fitted, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("formula", SLOPING)
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("by", [None, "f", ["g", "f"]])
def test_average_slopes_are_differences_of_overwritten_rows(formula: str, weights: str | None, by: Any) -> None:
    data = table()
    model = with_g(formula, data, weights)
    found = average_slopes(*parts(model), "x", by)
    moved = data.assign(x=data["x"] + 1)
    rows = [coded(model, at(moved, found, one)) - coded(model, at(data, found, one)) for one in found.levels]
    check(model, found, rows, data["w"].to_numpy() if weights else np.ones(len(data)))
    assert found.of == "x"


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), a=st.integers(-60, 60), c=st.integers(-1000, 1000))
def test_units_and_the_order_of_rows_do_not_matter(seed: int, a: int, c: int) -> None:
    data = table(seed)
    unit = 10.0**a
    moved = data.sample(frac=1, random_state=seed).assign(z=lambda d: (d["z"] + c) * unit)
    first, second = (parts(sw.fit("y ~ f * z + C(g, Sum) + x:f", rows)) for rows in (data, moved))
    p, q = average_predictions(*first, ["f", "g"]), average_predictions(*second, ["f", "g"])
    assert_allclose(q.estimate, p.estimate, rtol=1e-8, atol=1e-8)
    assert_allclose(q.std_error, p.std_error, rtol=1e-6)
    s, t = average_slopes(*first, "z", "f"), average_slopes(*second, "z", "f")
    assert_allclose(t.estimate * unit, s.estimate, rtol=1e-8, atol=1e-8)
    assert_allclose(t.p_value, s.p_value, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("coding", ["f", "C(f, Sum)", "C(f, Helmert)", "C(f, Poly)", 'C(f, Treatment("c"))'])
def test_contrasts_do_not_matter(coding: str) -> None:
    plain, other = (sw.fit(f"y ~ {how} * x + {how}:g", table()) for how in ("f", coding))
    p, q = (average_predictions(*parts(model), ["f", "g"]) for model in (plain, other))
    assert_allclose(q.estimate, p.estimate, rtol=1e-9)
    assert_allclose(q.std_error, p.std_error, rtol=1e-8)


def test_without_interactions_the_levels_differ_by_their_coefficients() -> None:
    model = sw.fit("y ~ f + x", table())
    found = average_predictions(*parts(model), "f")
    differences = found.estimate[1:] - found.estimate[0]
    assert_allclose(differences, [model.coefficients["f[T.b]"], model.coefficients["f[T.c]"]], rtol=1e-10)


def test_a_slope_alone_is_its_coefficient_with_its_own_test() -> None:
    model = sw.fit("y ~ f + x", table())
    found = average_slopes(*parts(model), "x", level=0.9)
    row = model.tidy(0.9).to_pylist()[-1]
    for figure in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
        assert_allclose(getattr(found, figure), [row[figure]], rtol=1e-10)
    assert found.levels == ((),)


def test_numbers_and_booleans_as_categories_and_levels_in_their_order() -> None:
    data = table().assign(b=lambda d: d["x"] > 2)
    model = sw.fit('y ~ C(k) * b + C(f, levels=["c", "a", "b"])', data)
    assert average_predictions(*parts(model), "k").levels == (("1",), ("2",), ("3",))
    assert average_predictions(*parts(model), "f").levels == (("c",), ("a",), ("b",))
    found = average_predictions(*parts(model), "b")
    assert found.levels == (("False",), ("True",))
    predicted = [model.predict(data.assign(b=value)).mean() for value in (False, True)]
    assert_allclose(found.estimate, predicted, rtol=1e-10)


def test_a_category_of_one_level_is_the_mean() -> None:
    model = sw.fit("y ~ x + f", table().assign(f="only"))
    assert_allclose(average_predictions(*parts(model), "f").estimate, [table()["y"].mean()], rtol=1e-10)


def test_what_the_rows_cannot_tell_is_left_open() -> None:
    data = table()
    data = data[~((data["f"] == "b") & (data["g"] == "v"))]
    model = sw.fit("y ~ f * g + x", data)
    found = average_predictions(*parts(model), ["f", "g"])
    unknown = [levels == ("b", "v") for levels in found.levels]
    assert np.isnan(found.estimate).tolist() == unknown
    assert np.isnan(found.p_value).tolist() == unknown
    # every other cell is the same as with one category of the cells that there are
    cells = sw.fit("y ~ fg + x", data.assign(fg=data["f"] + data["g"]))
    by_cell = average_predictions(*parts(cells), "fg")
    said = dict(zip(by_cell.levels, by_cell.estimate, strict=True))
    for levels, estimate in zip(found.levels, found.estimate, strict=True):
        if levels != ("b", "v"):
            assert_allclose(estimate, said[("".join(levels),)], rtol=1e-9)
    additive = sw.fit("y ~ f + g + x", data)
    assert np.isfinite(average_predictions(*parts(additive), ["f", "g"]).estimate).all()
    assert np.isnan(average_predictions(*parts(model), "f").estimate).tolist() == [False, True, False]


def test_a_dropped_copy_changes_nothing() -> None:
    data = table().assign(copy=lambda d: 2 * d["z"] + 1)
    with_copy, without = sw.fit("y ~ f + z + copy", data), sw.fit("y ~ f + z", data)
    p, q = (average_predictions(*parts(model), "f") for model in (with_copy, without))
    assert_allclose(p.estimate, q.estimate, rtol=1e-10)
    assert_allclose(p.std_error, q.std_error, rtol=1e-10)
    assert np.isnan(average_slopes(*parts(with_copy), "z").estimate).all()


def test_without_degrees_of_freedom_there_are_no_errors() -> None:
    model = sw.fit("y ~ f + x", {"f": ["a", "b", "b"], "x": [1.0, 2, 3], "y": [1.0, 2, 4]})
    found = average_predictions(*parts(model), "f")
    assert np.isfinite(found.estimate).all()
    assert np.isnan(found.std_error).all()
    assert np.isnan(found.p_value).all()


def test_many_levels() -> None:
    rng = np.random.default_rng(0)
    n, levels = 3000, 300
    data = pd.DataFrame({"f": rng.integers(0, levels, n), "x": rng.normal(size=n), "y": rng.normal(size=n)})
    model = sw.fit("y ~ C(f) * x", data)
    found = average_predictions(*parts(model), "f")
    assert len(found.levels) == levels
    fitted = model.predict(data.assign(f=17)).mean()
    assert_allclose(found.estimate[17], fitted, rtol=1e-9)


def test_the_rows_behind_the_averages() -> None:
    model = sw.fit("y ~ f + x", table())
    by, levels, rows = prediction_rows(model.kept, "f")
    assert (by, levels) == (("f",), (("a",), ("b",), ("c",)))
    assert_allclose(rows[:, :2], [[0, 0], [1, 0], [0, 1]], atol=1e-15)
    assert slope_rows(model.kept, "x")[2].tolist() == [[0.0, 0.0, 1.0]]


def test_tables_and_dictionaries() -> None:
    model = sw.fit("y ~ f * x + g", table())
    predictions = average_predictions(*parts(model), ["f", "g"]).table()
    assert predictions.column_names[:3] == ["f", "g", "estimate"]
    assert predictions["g"].to_pylist() == ["u", "v"] * 3
    slopes = average_slopes(*parts(model), "x", "f").table()
    assert slopes.column_names[:3] == ["term", "f", "estimate"]
    assert slopes["term"].to_pylist() == ["x"] * 3
    record = average_slopes(*parts(model), "x").to_dict()
    assert (record["of"], record["by"], record["levels"], record["level"]) == ("x", [], [[]], 0.95)


@pytest.mark.parametrize(
    ("formula", "by", "reason"),
    [
        ("y ~ f + x", "x", r"x enters as a number \(x\), .* average slope, or make it a category .* C\(x\)"),
        ("y ~ f + C(k) + k", "k", r"k enters as a number as well \(k\)"),
        ("y ~ f + g + C(k)", ["f", "g", "k"], r"by one category, or by two"),
        ("y ~ f + x", ["f", "f"], r"by one category, or by two"),
        ("y ~ f + x", [], r"by one category, or by two"),
    ],
)
def test_averages_are_by_categories(formula: str, by: Any, reason: str) -> None:
    with pytest.raises(ArgumentError, match=reason):
        average_predictions(*parts(sw.fit(formula, table())), by)


@pytest.mark.parametrize(
    ("formula", "of", "by", "reason"),
    [
        ("y ~ log(x)", "x", None, r"x enters as log\(x\), which is not linear"),
        ("y ~ x + poly(x, 2)", "x", None, r"x enters as poly\(x, 2\), which is not linear"),
        ("y ~ x + I(x^2)", "x", None, r"x enters as I\(x\^2\), which is not linear"),
        ("y ~ x:center(x)", "x", None, r"x enters more than once in x:center\(x\)"),
        ("y ~ f + x", "f", None, r"f is a category in f, and has no slope; .* by='f'"),
        ("y ~ x + C(k) + k", "k", None, r"k is a category in C\(k\)"),
        ("y ~ x + x:z", "x", None, r"takes the mean of z, by which x:z multiplies it, .*; add z to the formula"),
        ("y ~ x:f", "x", None, r"takes the mean of f, .*; add f to the formula and fit again, or ask for it by='f'"),
        ("y ~ x:f:z", "x", "f", r"takes the mean of z"),
    ],
)
def test_slopes_are_of_columns_that_enter_linearly(formula: str, of: str, by: Any, reason: str) -> None:
    with pytest.raises(ArgumentError, match=reason):
        average_slopes(*parts(sw.fit(formula, table())), of, by)


def test_names_that_are_not_in_the_formula() -> None:
    model = sw.fit("y ~ f + x", table())
    with pytest.raises(
        UnknownColumn, match=r"the right-hand side of 'y ~ f \+ x' has no column 'ff'; did you mean 'f'"
    ):
        average_predictions(*parts(model), "ff")
    with pytest.raises(UnknownColumn, match="has no column 'z'"):
        average_slopes(*parts(model), "z")
    with pytest.raises(ArgumentError, match="level=2"):
        average_slopes(*parts(model), "x", level=2)
