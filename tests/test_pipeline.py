"""`fit` and its kin from end to end: referees on real tables, every carrier of weights, the errors by name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import formulaic
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.errors import (
    ArgumentError,
    DataError,
    MissingValues,
    ShapeError,
    SlopewiseError,
    TooFewRows,
    UnknownColumn,
)

EXAMPLES = Path(__file__).parents[1] / "examples"
AMES = EXAMPLES / "ames.csv"


def referee(formula: str, table: pd.DataFrame, weights: Any = None) -> Any:
    """The same fit by formulaic and statsmodels."""
    y, X = formulaic.model_matrix(formula, table)
    v = 1.0 if weights is None else weights[X.index]
    return sm.WLS(y.to_numpy(dtype=float), X.astype(float), weights=v).fit()


@pytest.fixture(scope="module")
def ames() -> pd.DataFrame:
    return pd.read_csv(AMES, keep_default_na=False, na_values=["", "NA"])


@pytest.mark.parametrize(
    "formula",
    [
        "price ~ area + Overall.Qual + Year.Built + Neighborhood",
        "log(price) ~ log(area) * Central.Air + Bldg.Type",
        "price ~ 0 + Bldg.Type + area:Street",
        "price ~ area + I(area^2) + Garage.Yr.Blt",
    ],
)
def test_real_houses_as_statsmodels_has_them(formula: str, ames: pd.DataFrame) -> None:
    theirs = referee(_for_formulaic(formula), ames)
    ours = sw.fit(formula, AMES)
    assert_allclose(list(ours.coefficients.values()), theirs.params, rtol=1e-9)
    tidy = ours.tidy().to_pydict()
    assert_allclose(tidy["std_error"], theirs.bse, rtol=1e-8)
    assert_allclose(tidy["p_value"], theirs.pvalues, rtol=1e-6, atol=1e-300)
    assert_allclose(ours.vcov(), theirs.cov_params(), rtol=1e-7)
    assert ours.rows.used == theirs.nobs
    assert ours.rows.dropped == len(ames) - theirs.nobs
    # Without an intercept R² is about zero, as in R; statsmodels looks for a constant among the indicators.
    centred = "Intercept" in ours.coefficients
    assert_allclose(ours.r2, theirs.rsquared if centred else 1 - theirs.ssr / theirs.uncentered_tss, rtol=1e-10)


def _for_formulaic(formula: str) -> str:
    """The formula with dotted names in backticks and ^ as the power that Python knows, as formulaic wants them."""
    for name in ("Overall.Qual", "Year.Built", "Central.Air", "Bldg.Type", "Garage.Yr.Blt"):
        formula = formula.replace(name, f"`{name}`")
    return formula.replace("I(area^2)", "I(area**2)")


def test_weights_come_from_a_column_or_an_array(ames: pd.DataFrame) -> None:
    theirs = referee("price ~ area + Street", ames, ames["Lot.Area"])
    by_name = sw.fit("price ~ area + Street", AMES, weights="Lot.Area")
    by_array = sw.fit("price ~ area + Street", ames, weights=ames["Lot.Area"].to_numpy())
    for ours in (by_name, by_array):
        assert_allclose(list(ours.coefficients.values()), theirs.params, rtol=1e-9)
        assert_allclose(ours.tidy()["std_error"].to_pylist(), theirs.bse, rtol=1e-8)
        assert_allclose(ours.glance()["log_lik"][0].as_py(), theirs.llf, rtol=1e-10)


def test_frequencies_are_copies() -> None:
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 3.0, 2.0, 5.0], "n": [1, 3, 0, 2]}
    copies = {name: np.repeat(table[name], table["n"]) for name in ("x", "y")}
    for frequency in ("n", np.array(table["n"])):
        counted, copied = sw.fit("y ~ x", table, frequency=frequency), sw.fit("y ~ x", copies)
        assert_allclose(list(counted.coefficients.values()), list(copied.coefficients.values()), rtol=1e-12)
        assert_allclose(counted.tidy()["std_error"].to_pylist(), copied.tidy()["std_error"].to_pylist(), rtol=1e-12)
        assert counted.rows.used == 6


@given(st.integers(0, 999), st.integers(1, 4))
def test_arrays_and_formula_agree(seed: int, p: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, p)), rng.normal(size=30)
    table = {f"x{j + 1}": X[:, j] for j in range(p)} | {"y": y}
    by_arrays, by_formula = sw.fit_arrays(X, y), sw.fit("y ~ " + " + ".join(list(table)[:p]), table)
    assert by_arrays.names == by_formula.names
    assert_allclose(
        list(by_arrays.coefficients.values()), list(by_formula.coefficients.values()), rtol=1e-9, atol=1e-12
    )


def test_arrays_take_names_and_may_have_no_intercept() -> None:
    X, y = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]]), np.array([5.0, 4.0, 13.0])
    model = sw.fit_arrays(X, y, names=["size of lot", "beds"], intercept=False)
    assert list(model.coefficients) == ["size of lot", "beds"]
    assert_allclose(model.predict(X), y, atol=1e-12)
    assert_allclose(model.predict({"size of lot": [1.0], "beds": [2.0]}), [5.0])
    with pytest.raises(ShapeError, match="2 distinct names"):
        sw.fit_arrays(X, y, names=["a", "a"])


def test_what_was_collected_merges_over_levels_that_only_one_part_has() -> None:
    early = {"f": ["a", "b", "a", "b"], "x": [1.0, 2.0, 3.0, 5.0], "y": [1.0, 2.0, 4.0, 4.0]}
    late = {"f": ["c", "a", "c"], "x": [0.0, 1.0, 7.0], "y": [3.0, 3.0, 2.0]}
    merged = sw.collect("y ~ f + x", early) + sw.collect("y ~ f + x", late)
    whole = sw.collect("y ~ f + x", {name: early[name] + late[name] for name in early})
    assert merged.names == whole.names == ("f[T.b]", "f[T.c]", "x")
    assert_allclose(sw.solve(merged).coefficients, sw.solve(whole).coefficients, rtol=1e-12)
    with pytest.raises(ArgumentError, match="cannot be added"):
        merged + sw.collect("y ~ x", late)


def test_descent_reaches_the_exact_answer_and_says_how() -> None:
    kept = sw.collect("price ~ area + Overall.Qual", AMES)
    run = sw.descend(kept, scale=True)
    exact = sw.solve(kept)
    assert run.status == "converged"
    assert_allclose([run.intercept, *run.coefficients], exact.theta, rtol=1e-8)
    model = run.model()
    assert list(model.coefficients) == ["Intercept", "area", "Overall.Qual"]
    assert model.method.startswith("gradient descent")
    assert all(error is None for error in model.tidy()["std_error"].to_pylist())
    assert_allclose(model.r2, sw.fit("price ~ area + Overall.Qual", AMES).r2, rtol=1e-9)
    assert any("Standard errors belong to the least-squares answer" in note for note in model.record().notes)


def test_a_diverging_run_is_kept_and_gives_no_model() -> None:
    run = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.8, iterations=100_000)
    assert run.status == "diverged"
    assert np.isfinite(run.costs).all()
    assert np.isfinite(run.path).all()
    with pytest.raises(sw.errors.Diverged, match=r"learning_rate=0.8: stay below 0.58359"):
        run.model()


def test_collinear_columns_are_named_with_what_they_equal() -> None:
    model = sw.fit("price ~ BsmtFin.SF.1 + BsmtFin.SF.2 + Bsmt.Unf.SF + Total.Bsmt.SF", AMES)
    assert math.isnan(model.coefficients["Total.Bsmt.SF"])
    assert model.tidy()["estimate"].to_pylist()[-1] is None
    note = "Total.Bsmt.SF is left out: it equals BsmtFin.SF.1 + BsmtFin.SF.2 + Bsmt.Unf.SF"
    assert any(text.startswith(note) for text in model.record().notes)


def test_a_constant_target_fits_and_says_so() -> None:
    model = sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [5.0, 5.0, 5.0]})
    assert model.coefficients == {"Intercept": 5.0, "x": 0.0}
    assert model.glance()["r_squared"].to_pylist() == [None]
    assert any("y is constant (5)" in note for note in model.record().notes)


def test_as_many_rows_as_parameters_fit_without_standard_errors() -> None:
    model = sw.fit("price ~ size", EXAMPLES / "two_houses.csv")
    assert_allclose(list(model.coefficients.values()), [100.0, 200.0], rtol=1e-13)
    assert model.tidy()["std_error"].to_pylist() == [None, None]
    assert any("as many parameters as rows" in note for note in model.record().notes)


def test_three_houses_with_four_features_are_refused_but_descend() -> None:
    formula = "price ~ size_sqft + bedrooms + floors + age"
    with pytest.raises(TooFewRows, match="3 usable rows for 5 parameters"):
        sw.fit(formula, EXAMPLES / "houses.csv")
    kept = sw.collect(formula, EXAMPLES / "houses.csv")
    assert sw.solve(kept).rank == 3
    assert sw.descend(kept, learning_rate=5e-7, iterations=10).rank == 3


def test_no_complete_row_names_the_columns_to_blame() -> None:
    with pytest.raises(
        MissingValues, match=r"no complete row among 2,930; .*Pool.QC \(2,917\).*- Pool.QC - Misc.Feature"
    ):
        sw.fit("price ~ .", AMES)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("price ~ aera", AMES), UnknownColumn, "ames.csv has no column 'aera'; did you mean 'area'"),
        ((str(AMES), "price ~ area"), ArgumentError, r"swap them, fit\('price ~ area', …\)"),
        (("price", AMES), ArgumentError, "needs '~'"),
        ((7, AMES), ArgumentError, "the formula is a text with a '~' in it"),
        (("price ~ area", 7), ArgumentError, "int is not a table"),
        (("y ~ x", {"x": [], "y": []}), MissingValues, "no rows"),
    ],
)
def test_bad_input_gets_one_clear_sentence(arguments: tuple[Any, Any], error: type[SlopewiseError], says: str) -> None:
    with pytest.raises(error, match=says):
        sw.fit(*arguments)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"weights": "w"}, UnknownColumn, "no column 'w'"),
        ({"weights": [1.0, 2.0]}, ShapeError, "weights has 2 entries and the table has at least 3 rows"),
        ({"weights": [1.0] * 4}, ShapeError, "weights has 4 entries and the table has 3 rows"),
        ({"weights": [[1.0]]}, ShapeError, r"weights has shape \(1, 1\)"),
        ({"weights": [1.0, -1.0, 1.0]}, DataError, "row 2"),
        ({"weights": [0.0, 0.0, 0.0]}, MissingValues, "all 3 rows of the table have weight zero"),
        ({"frequency": [1.0, 1.5, 1.0]}, DataError, "row 2"),
        ({"missing": "ignore"}, ArgumentError, "missing='ignore' is not one of"),
        ({"precision": "quad"}, ArgumentError, "precision='quad' is not one of"),
        ({"threads": 0}, ArgumentError, "threads"),
        ({"where": "x >"}, ArgumentError, "where"),
    ],
)
def test_a_bad_option_gets_one_clear_sentence(options: dict[str, Any], error: type[SlopewiseError], says: str) -> None:
    with pytest.raises(error, match=says):
        sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}, **options)


def test_where_keeps_only_some_rows(ames: pd.DataFrame) -> None:
    ours = sw.fit("price ~ area", AMES, where="\"Bldg.Type\" = '1Fam' AND area < 2000")
    part = ames[(ames["Bldg.Type"] == "1Fam") & (ames["area"] < 2000)]
    assert ours.rows.used == len(part)
    assert_allclose(list(ours.coefficients.values()), referee("price ~ area", part).params, rtol=1e-10)


def test_missing_may_be_an_error() -> None:
    table = {"x": [1.0, None, 3.0], "y": [1.0, 2.0, 4.0]}
    counts = {"used": 2, "dropped": 1, "dropped_by": {"x": 1}, "first_missing": {"x": [2]}}
    assert sw.fit("y ~ x", table).rows.to_dict() == counts
    with pytest.raises(MissingValues, match=r"row 2.*'x'"):
        sw.fit("y ~ x", table, missing="error")


def test_solve_and_descend_take_bare_moments_and_what_was_collected() -> None:
    moments = sw.Moments.of([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.5])
    kept = sw.collect_arrays([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.5])
    assert sw.solve(moments).intercept == sw.solve(kept).intercept
    assert sw.solve(moments, intercept=False).intercept == 0.0
    assert sw.descend(moments, intercept=False).path.shape[1] == 1
    with pytest.raises(ArgumentError, match="said by the formula"):
        sw.solve(kept, intercept=False)
    with pytest.raises(ArgumentError, match="a str is not a state"):
        sw.solve("moments")  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", ["y ~ Intercept", "y ~ f + `f[T.q]`"])
def test_two_coefficients_of_one_name_are_refused(formula: str) -> None:
    table = {
        "Intercept": [1.0, 2.0, 4.0, 9.0],
        "f": ["p", "q", "q", "p"],
        "f[T.q]": [1.0, 5.0, 2.0, 2.0],
        "y": [1.0, 2.0, 3.0, 5.0],
    }
    with pytest.raises(ArgumentError, match="two coefficients would be called"):
        sw.collect(formula, table)
    with pytest.raises(ArgumentError, match="'Intercept'"):
        sw.fit_arrays([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0], names=["Intercept"])
    assert list(sw.fit("y ~ I(Intercept)", table).coefficients) == ["Intercept", "I(Intercept)"]
