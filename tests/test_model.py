"""The model as people use it: predictions with intervals, scores, diagnostics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.errors import (
    ArgumentError,
    FitError,
    ShapeError,
    UnknownColumn,
    UnseenLevel,
)
from slopewise.model import AUGMENTED

EXAMPLES = Path(__file__).parents[1] / "examples"
AMES = EXAMPLES / "ames.csv"


@pytest.fixture(scope="module")
def weighted() -> tuple[sw.LinearModel, Any, pd.DataFrame]:
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"x": rng.normal(size=40), "z": rng.random(40) * 9, "v": rng.gamma(2.0, size=40)})
    table["y"] = 3 + 2 * table.x - table.z + rng.normal(size=40)
    theirs = sm.WLS(table.y, sm.add_constant(table[["x", "z"]]), weights=table.v).fit()
    return sw.fit("y ~ x + z", table, weights="v"), theirs, table


@pytest.mark.parametrize(("kind", "columns"), [("confidence", "mean_ci"), ("prediction", "obs_ci")])
def test_intervals_as_statsmodels_has_them(weighted: Any, kind: str, columns: str) -> None:
    model, theirs, _ = weighted
    new = pd.DataFrame({"x": [0.0, 3.0], "z": [4.0, -2.0]})
    expected = theirs.get_prediction(sm.add_constant(new, has_constant="add")).summary_frame(alpha=0.1)
    ours = model.predict(new, interval=kind, level=0.9).to_pandas()
    assert_allclose(ours.fitted, expected["mean"], rtol=1e-10)
    assert_allclose(ours.lower, expected[f"{columns}_lower"], rtol=1e-9)
    assert_allclose(ours.upper, expected[f"{columns}_upper"], rtol=1e-9)


def test_influence_as_statsmodels_has_it(weighted: Any) -> None:
    model, theirs, table = weighted
    root = np.sqrt(table.v)  # weighted least squares is plain least squares on rows times √v
    whitened = sm.OLS(root * table.y, sm.add_constant(table[["x", "z"]]).mul(root, axis=0)).fit()
    influence = whitened.get_influence()
    ours = model.augment(table).to_pandas()
    assert_allclose(ours.fitted, theirs.fittedvalues, rtol=1e-10)
    assert_allclose(ours.residual, theirs.resid, rtol=1e-9, atol=1e-10)
    assert_allclose(ours.leverage, influence.hat_matrix_diag, rtol=1e-9)
    assert_allclose(ours.std_residual, influence.resid_studentized_internal, rtol=1e-8)
    assert_allclose(ours.cooks_d, influence.cooks_distance[0], rtol=1e-8)


@pytest.mark.parametrize("carrier", [dict, pd.DataFrame, pl.DataFrame, lambda columns: pl.DataFrame(columns).lazy()])
def test_any_carrier_is_predicted(weighted: Any, carrier: Any) -> None:
    model, theirs, _ = weighted
    assert_allclose(model.predict(carrier({"z": [4.0], "x": [1.0]})), theirs.params @ [1.0, 1.0, 4.0], rtol=1e-12)


def test_arrays_and_single_rows_are_predicted(weighted: Any) -> None:
    model, _, _ = weighted
    expected = model.predict({"x": [1.0, 2.0], "z": [4.0, 5.0]})
    assert_allclose(model.predict(np.array([[1.0, 4.0], [2.0, 5.0]])), expected)
    assert_allclose(model.predict([1.0, 4.0]), expected[:1])
    assert_allclose(model.predict({"x": 1.0, "z": 4.0}), expected[:1])
    with pytest.raises(ShapeError, match="the model reads 2 columns: x, z"):
        model.predict([[1.0, 2.0, 3.0]])


def test_incomplete_rows_and_unseen_levels_have_no_prediction() -> None:
    model = sw.fit("y ~ x + f", {"x": [1.0, 2.0, 3.0, 5.0], "f": ["a", "b", "a", "b"], "y": [1.0, 2.0, 4.0, 4.0]})
    new = {"x": [1.0, None, 3.0], "f": ["a", "b", "c"]}
    assert np.isnan(model.predict(new, unseen="missing")).tolist() == [False, True, True]
    assert model.predict(new, unseen="missing", interval="prediction")["lower"].to_pylist()[1:] == [None, None]
    with pytest.raises(UnseenLevel, match="row 3: f is 'c'"):
        model.predict(new)
    with pytest.raises(ArgumentError, match="unseen='guess'"):
        model.predict(new, unseen="guess")
    with pytest.raises(ArgumentError, match="interval='both' is not one of"):
        model.predict({"x": [1.0], "f": ["a"]}, interval="both")


def test_intervals_need_standard_errors() -> None:
    two = sw.fit("price ~ size", EXAMPLES / "two_houses.csv")
    with pytest.raises(FitError, match="no degrees of freedom are left"):
        two.predict({"size": [1.5]}, interval="prediction")
    run = sw.descend(sw.Moments.of([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    with pytest.raises(FitError, match="has no standard errors"):
        run.model().predict([[1.0]], interval="confidence")


def test_evaluation_is_what_its_formulas_say() -> None:
    model = sw.fit("log(price) ~ log(area) + Bldg.Type", AMES, where='"Order" <= 2000')
    table = pd.read_csv(AMES, keep_default_na=False, na_values=[""])
    later = table[table.Order > 2000]
    error = np.log(later.price) - model.predict(later)
    score = model.evaluate(later)
    assert (score.rows, score.dropped) == (930, 0)
    assert_allclose(score.rmse, np.sqrt(np.mean(error**2)), rtol=1e-12)
    assert_allclose(score.mae, np.mean(np.abs(error)), rtol=1e-12)
    target = np.log(later.price)
    assert_allclose(score.r2, 1 - np.sum(error**2) / np.sum((target - target.mean()) ** 2), rtol=1e-10)


def test_a_weighted_evaluation_is_that_of_copies(weighted: Any) -> None:
    model, _, table = weighted
    copies = np.arange(len(table)) % 3
    repeated = model.evaluate(table.loc[np.repeat(table.index, copies)])
    for given in ({"frequency": copies}, {"frequency": "n"}, {"weights": copies}):
        score = model.evaluate(table.assign(n=copies), **given)
        assert_allclose([score.r2, score.rmse, score.mae], [repeated.r2, repeated.rmse, repeated.mae], rtol=1e-12)
        assert score.rows == (repeated.rows if "frequency" in given else np.count_nonzero(copies))
    assert_allclose(model.evaluate(table, weights="v").r2, model.r2, rtol=1e-12)


def test_an_evaluation_leaves_out_what_it_cannot_predict() -> None:
    model = sw.fit("y ~ f", {"f": ["a", "b", "a", "b"], "y": [1.0, 2.0, 4.0, 4.0]})
    rows = {"f": ["a", "c", None, "b"], "y": [1.0, 2.0, 3.0, 4.0]}
    with pytest.raises(UnseenLevel, match="row 2"):
        model.evaluate(rows)
    score = model.evaluate(rows, unseen="missing")
    assert (score.rows, score.dropped) == (2, 2)
    assert score == replace(model.evaluate({"f": ["a", "b"], "y": [1.0, 4.0]}), dropped=2)


def test_evaluation_on_the_rows_of_the_fit_is_the_fit(weighted: Any) -> None:
    _, _, table = weighted
    plain = sw.fit("y ~ x + z", table)
    score = plain.evaluate(table)
    assert_allclose([score.r2, score.rmse], [plain.r2, plain.rmse], rtol=1e-12)
    arrays = sw.fit_arrays(table[["x", "z"]].to_numpy(), table.y.to_numpy())
    assert_allclose(arrays.evaluate(table[["x", "z"]].to_numpy(), table.y.to_numpy()).r2, plain.r2, rtol=1e-12)


def test_the_summary_holds_what_a_reader_needs() -> None:
    text = sw.fit("price ~ area + Garage.Yr.Blt", AMES).summary()
    for part in (
        "price ~ area + Garage.Yr.Blt",
        "2,771 rows used, 159 dropped",
        "Garage.Yr.Blt (159: rows 28, 120, 126, …)",
        "R²",
        "95 % low",
    ):
        assert part in text
    assert repr(sw.fit("price ~ area", AMES)) == "<LinearModel 'price ~ area': 2,930 rows, R² 0.4995>"


def test_every_column_that_is_lacking_is_named() -> None:
    model = sw.fit("y ~ a + b + c", {name: [1.0, 2.0, 4.0, 8.0] for name in "yabc"})
    with pytest.raises(UnknownColumn, match=r"lacks 2 columns: 'a', 'c'; it has 'b', 'z'"):
        model.predict({"b": [1.0], "z": [1.0]})
    with pytest.raises(UnknownColumn, match=r"lacks 3 columns: 'y', 'a', 'c'; it has 'b'"):
        model.evaluate({"b": [1.0]})
    with pytest.raises(UnknownColumn, match="no column 'y'"):
        model.evaluate({"a": [1.0], "b": [1.0], "c": [1.0]})


def test_a_mean_is_predicted_for_every_row() -> None:
    mean = sw.fit("y ~ 1", {"y": [1.0, 2.0, 6.0]})
    for new in (pd.DataFrame({"z": [1, 2]}), {"z": ["a", "b"]}, np.empty((2, 0))):
        assert_allclose(mean.predict(new), [3.0, 3.0])
    assert mean.predict({"z": [1]}, interval="prediction")["lower"][0].as_py() < 3.0


@pytest.mark.parametrize("series", [pd.Series, lambda values, name: pl.Series(name, values)])
def test_a_series_is_a_table_of_one_column(series: Any) -> None:
    model = sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]})
    assert model.predict(series([4.0, 5.0], name="x")).tolist() == [7.0, 9.0]
    with pytest.raises(UnknownColumn, match="no column 'x'"):
        model.predict(series([4.0, 5.0], name="z"))


def test_a_single_number_is_a_row() -> None:
    assert sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]}).predict(4.0).tolist() == [7.0]
    with pytest.raises(ShapeError, match="reads 2 columns"):
        sw.fit("y ~ a + b", {"a": [1.0, 2, 4], "b": [1.0, 0, 0], "y": [1.0, 3, 0]}).predict(4.0)


def test_no_rows_give_no_rows() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
    model = sw.fit("y ~ x", table)
    assert model.predict(table.head(0)).shape == (0,)
    assert model.augment(table.head(0)).to_pydict() == {name: [] for name in ("row", *AUGMENTED)}


def test_rows_are_augmented_with_weights_of_their_own() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 5.0], "y": [1.0, 2.0, 4.0, 4.0], "v": [1.0, 2.0, 1.0, 3.0]})
    by_name, by_array = sw.fit("y ~ x", table, weights="v"), sw.fit("y ~ x", table, weights=table.v)
    expected = by_name.augment(table)
    assert by_array.augment(table, weights=table.v).equals(expected)
    assert by_name.augment(table[["x", "y"]], weights=table.v).equals(expected)
    for model in (by_name, by_array):
        with pytest.raises(ArgumentError, match="the fit had weights"):
            model.augment(table[["x", "y"]])
    with pytest.raises(ArgumentError, match="the fit had no frequency"):
        by_array.augment(table, weights=table.v, frequency=[1, 1, 1, 1])
    assert by_array.figure(table[["x", "y"]]).axes  # a picture of rows needs no weights


def test_a_target_beside_a_table_goes_by_name() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"a": rng.normal(size=9), "b": rng.normal(size=9), "f": list("pqrpqrpqr")})
    table["y"] = table.a - 3 * table.b + rng.normal(size=9)
    model = sw.fit("y ~ a + b + f", table)
    assert model.evaluate(table[["f", "b", "a"]], table.y) == model.evaluate(table)


def test_what_is_read_from_a_model_changes_nothing_in_it() -> None:
    model = sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]})
    model.coefficients["x"] = 9.0  # type: ignore[index]
    assert model.coefficients == {"Intercept": -1.0, "x": 2.0}
