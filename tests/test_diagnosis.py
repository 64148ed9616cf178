"""A diagnosis is what other programs say of the same rows, however they are cut, and its sentences say it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from inference.cases import CASES, Case
from numpy.testing import assert_allclose
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import OLSInfluence
from statsmodels.stats.stattools import jarque_bera

import slopewise as sw
from slopewise.diagnosis import Diagnosis
from slopewise.errors import ArgumentError, FitError, UnknownColumn
from slopewise.findings import moving

RNG = np.random.default_rng(20)


def table(n: int = 300, seed: int = 1) -> dict[str, Any]:
    """Rows whose errors grow with a, are skewed, and of which one lies far out."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(10, 2, n), rng.uniform(0, 5, n)
    y = 3 + 2 * a - b + a * (rng.exponential(size=n) - 1)
    a[n // 2], y[n // 2] = 30.0, 0.0
    group = rng.choice(["x", "y", "z"], n)
    return {"key": np.arange(n) + 1000, "a": a, "b": b, "g": group, "w": rng.uniform(0.5, 2, n), "y": y}


def figures(found: Diagnosis) -> list[float]:
    tests = [*vars(found.breusch_pagan).values(), *vars(found.normality).values()]
    return [found.press, found.predicted_r_squared, found.limit, found.largest, *tests]


def assert_same(one: Diagnosis, other: Diagnosis, rtol: float = 1e-10) -> None:
    assert_allclose(figures(one), figures(other), rtol=rtol)
    assert (one.full, one.high, one.largest_row) == (other.full, other.high, other.largest_row)
    assert one.influential["row"].to_pylist() == other.influential["row"].to_pylist()
    for name in ("cooks_d", "dffits", "student_residual"):
        assert_allclose(np.array(one.influential[name]), np.array(other.influential[name]), rtol=rtol)
    assert one.drawn.number.tolist() == other.drawn.number.tolist()
    assert_allclose(one.drawn.std_residual, other.drawn.std_residual, rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_r_says_the_same(case: Case) -> None:
    found = case.model.diagnose(str(case.table), top=2000)
    near = 1e-7 if case.name == "longley" else 1e-8
    assert_allclose(found.press, case.figure("goodness", "press"), rtol=near)
    assert_allclose(found.predicted_r_squared, case.figure("goodness", "predicted_r_squared"), rtol=near)
    assert list(found.full_rows) == case.said["robust"]["full_leverage"][:5]
    assert_allclose(found.r_squared, case.figure("goodness", "r_squared"), rtol=1e-8)
    if (theirs := case.said["breusch_pagan"]) is not None:
        test = found.breusch_pagan
        assert_allclose([test.statistic, test.p_value], [theirs["koenker"][k] for k in ("statistic", "p")], rtol=1e-8)
        original = [test.original, test.original_p_value]
        assert_allclose(original, [theirs["normal"][k] for k in ("statistic", "p")], rtol=1e-8)
        assert test.df == theirs["koenker"]["df"]
    if (inflation := case.said["vif"]) is not None:
        assert_allclose(found.vif.gvif, np.array(inflation["gvif"], dtype=float), rtol=1e-6)


def test_statsmodels_says_the_same() -> None:
    data = table()
    found = sw.fit("y ~ a + b", data).diagnose(data, top=len(data["y"]), keep=["key"])
    Z = sm.add_constant(np.column_stack([data["a"], data["b"]]))
    fit = sm.OLS(data["y"], Z).fit()
    theirs = OLSInfluence(fit)
    order = np.array(found.influential["row"]) - 1
    assert found.influential["key"].to_pylist() == (order + 1000).tolist()
    for name, values in {
        "leverage": theirs.hat_matrix_diag,
        "std_residual": theirs.resid_studentized_internal,
        "student_residual": theirs.resid_studentized_external,
        "cooks_d": theirs.cooks_distance[0],
        "dffits": theirs.dffits[0],
    }.items():
        assert_allclose(np.array(found.influential[name]), values[order], rtol=1e-9, atol=1e-15, err_msg=name)
    assert_allclose([found.breusch_pagan.statistic, found.breusch_pagan.p_value], het_breuschpagan(fit.resid, Z)[:2])
    statistic, p_value, skewness, kurtosis = jarque_bera(fit.resid)
    shape = found.normality
    ours = [shape.statistic, shape.p_value, shape.skewness, shape.kurtosis]
    assert_allclose(ours, [statistic, p_value, skewness, kurtosis], rtol=1e-9)
    assert_allclose(found.press, (theirs.resid_press**2).sum(), rtol=1e-10)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("formula", ["y ~ a + g", "y ~ 0 + a + b"])
def test_press_is_that_of_fits_without_each_row(formula: str, weights: str | None) -> None:
    data = pd.DataFrame(table(40))
    found = sw.fit(formula, data, weights=weights).diagnose(data)
    press = 0.0
    for k in range(len(data)):
        without = sw.fit(formula, data.drop(index=k), weights=weights)
        error = data.y[k] - without.predict(data.iloc[[k]])[0]
        press += (1.0 if weights is None else data.w[k]) * error**2
    assert_allclose(found.press, press, rtol=1e-9)
    v = np.ones(40) if weights is None else data.w
    mean = 0.0 if "0 +" in formula else np.average(data.y, weights=v)
    assert_allclose(found.predicted_r_squared, 1 - press / (v @ (data.y - mean) ** 2), rtol=1e-9)


def test_the_few_rows_kept_are_those_of_a_full_sort() -> None:
    data = table(4000)
    model = sw.fit("y ~ a + b + g", data)
    whole = model.augment(data).to_pandas().sort_values(["cooks_d", "row"], ascending=[False, True])
    found = model.diagnose(data, top=25)
    assert found.influential["row"].to_pylist() == whole["row"].tolist()[:25]
    assert found.influential.num_rows == 25
    assert len(found.drawn.number) == 4000
    high = (whole["leverage"] > found.limit).sum()
    assert (found.high, found.largest_row) == (high, whole.loc[whole["leverage"].idxmax(), "row"])


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("size", [7, 50, 1000])
def test_neither_blocks_nor_threads_matter(size: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pa.table({name: pa.array(values) for name, values in table(1000).items()})
    model = sw.fit("y ~ a + b + g", data, weights="w")
    whole = model.diagnose(data, keep=["key"])
    monkeypatch.setattr("slopewise.data.tables.rows_per_block", lambda _: size)
    assert_same(model.diagnose(data, keep=["key"], threads=threads), whole)


def test_no_more_is_held_than_what_was_asked_for() -> None:
    data = table(20_000)
    found = sw.fit("y ~ a + b", data).diagnose(data, top=3, keep=["key", "g"])
    assert found.influential.num_rows == 3
    assert found.influential.column_names[:3] == ["row", "key", "g"]
    assert len(found.drawn.number) == 5000
    assert found.distinct == found.rows == 20_000


def test_a_frequency_counts_copies() -> None:
    data = pd.DataFrame(table(60)).assign(f=RNG.integers(1, 4, 60))
    copies = data.loc[data.index.repeat(data.f)].reset_index(drop=True)
    one = sw.fit("y ~ a + g", data, frequency="f").diagnose(data, top=60)
    many = sw.fit("y ~ a + g", copies).diagnose(copies, top=500)
    assert_allclose(figures(one), figures(many), rtol=1e-9)
    assert (one.rows, one.distinct) == (many.rows, 60)
    assert (one.full, one.high) == (many.full, many.high)
    worst = one.influential["row"].to_pylist()[0]
    assert copies.a[many.influential["row"].to_pylist()[0] - 1] == data.a[worst - 1]


def test_rows_of_leverage_1_are_named_and_take_press_away() -> None:
    data = table(50)
    data["g"] = np.array(["x", "y"] * 25, dtype=object)
    data["g"][[4, 30]] = ["alone", "single"]
    found = sw.fit("y ~ a + g", data).diagnose(data, top=50)
    assert (found.full, found.full_rows) == (2, (5, 31))
    assert np.isnan(found.press)
    assert np.isnan(found.predicted_r_squared)
    assert found.to_dict()["press"] is None
    (said,) = [sentence for sentence in found.sentences if "leverage 1" in sentence]
    assert said.startswith("2 rows have leverage 1 (rows 5 and 31): a coefficient of their own fits each exactly")
    assert not any("prediction of new rows" in sentence for sentence in found.sentences)
    last = found.influential.to_pylist()[-1]
    assert last["cooks_d"] is None


def test_the_row_that_moves_the_fit_is_named_by_its_key() -> None:
    data = table()
    found = sw.fit("y ~ a + b", data).diagnose(data, keep=["g", "key"])
    first = found.sentences[0]
    assert first.startswith(
        f"Row 151 (g {data['g'][150]}, key 1150) moves the answer: without it, its own fitted value"
    )
    assert 'by a fit where "key" <> 1150.' in first
    without = {name: np.delete(values, 150) for name, values in data.items()}
    again = sw.fit("y ~ a + b", data, where='"key" <> 1150')
    assert again.coefficients == pytest.approx(sw.fit("y ~ a + b", without).coefficients)
    variance = [sentence for sentence in found.sentences if "Breusch" in sentence]
    assert variance
    assert 'cov "HC3"' in variance[0]


def test_its_fitted_value_moves_as_far_as_is_said() -> None:
    data = table()
    model = sw.fit("y ~ a + b", data)
    row = model.diagnose(data).influential.to_pylist()[0]
    rest = {name: np.delete(values, 150) for name, values in data.items()}
    without = sw.fit("y ~ a + b", rest)
    here = {name: values[150:151] for name, values in data.items()}
    sigma = without.glance()["sigma"][0].as_py()
    moved = (model.predict(here) - without.predict(here))[0] / (sigma * np.sqrt(row["leverage"]))
    assert_allclose(moved, row["dffits"], rtol=1e-9)


def test_when_all_is_well_one_sentence_says_so() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(500, 2))
    data = {"a": x[:, 0], "b": x[:, 1], "y": x.sum(axis=1) + rng.normal(size=500)}
    (said,) = sw.fit("y ~ a + b", data).diagnose(data).sentences
    assert said.startswith("Nothing stands in the way of believing this fit: there is nothing to mind in influence,")


def test_a_fit_that_knows_its_rows_too_well_is_told() -> None:
    rng = np.random.default_rng(8)
    data = {f"x{j}": rng.normal(size=40) for j in range(25)} | {"y": rng.normal(size=40)}
    found = sw.fit("y ~ .", data).diagnose(data)
    assert any("describes these rows better than it would predict new ones" in said for said in found.sentences)


def test_columns_that_move_together_are_named() -> None:
    rng = np.random.default_rng(9)
    a = rng.normal(size=200)
    data = {"a": a, "b": a + 1e-3 * rng.normal(size=200), "y": a + rng.normal(size=200)}
    found = sw.fit("y ~ a + b", data).diagnose(data)
    assert any(said.startswith("VIF") for said in found.sentences)
    assert any("a and b move together" in said for said in found.sentences)
    assert found.vif.terms == ("a", "b")
    assert found.condition_indices.names == ("Intercept", "a", "b")


@pytest.mark.parametrize(("skew", "words"), [(True, "to the right"), (False, "longer tails")])
def test_errors_that_are_not_normal(skew: bool, words: str) -> None:
    rng = np.random.default_rng(10)
    x = rng.normal(size=2000)
    errors = rng.exponential(size=2000) if skew else rng.standard_t(4, size=2000)
    data = {"x": x, "y": x + errors}
    (said,) = [s for s in sw.fit("y ~ x", data).diagnose(data).sentences if "kurtosis" in s]
    assert words in said
    assert "hardly mind with so many rows" in said
    assert ("its logarithm" in said) == skew


def test_nothing_left_to_diagnose() -> None:
    data = {"x": [1.0, 2.0], "y": [1.0, 3.0]}
    found = sw.fit("y ~ x", data).diagnose(data)
    assert found.sentences[0].startswith("There are as many parameters as rows")
    with pytest.raises(FitError, match="no standardised residual to draw"):
        found.figure()
    data = {"x": np.arange(9.0), "y": 2 * np.arange(9.0) + 1}
    found = sw.fit("y ~ x", data).diagnose(data)
    assert found.sentences[0].startswith("The fit is essentially perfect")
    assert "Breusch" not in " ".join(found.sentences)
    assert "nan" not in str(found)
    assert "nan" not in found._repr_html_()
    with pytest.raises(FitError, match="the fit is perfect"):
        found.figure()


def test_a_mean_alone_can_be_diagnosed() -> None:
    data = {"y": RNG.normal(size=30)}
    found = sw.fit("y ~ 1", data).diagnose(data)
    assert np.isnan(found.breusch_pagan.p_value)
    assert "y ~ 1" in str(found)
    found.figure()


def test_what_is_asked_amiss_is_refused_before_a_row_is_read() -> None:
    data = table(20)
    model = sw.fit("y ~ a", data)
    for options, says in (
        ({"top": 0}, "top=0 must be a whole number"),
        ({"top": True}, "top=True must be a whole number"),
        ({"keep": "key"}, "must be a list of columns"),
    ):
        with pytest.raises(ArgumentError, match=says):
            model.diagnose(data, **options)
    with pytest.raises(UnknownColumn, match="did you mean 'key'"):
        model.diagnose(data, keep=["kye"])
    with pytest.raises(ArgumentError, match="a column 'row' of its own"):
        model.diagnose(data | {"row": np.arange(20)}, keep=["row"])
    with pytest.raises(ArgumentError, match="can be read only once; save the rows to a file"):
        model.diagnose(pa.table(data).to_batches(5).__iter__())
    with pytest.raises(ArgumentError, match="the fit had 20"):
        model.diagnose(table(21))


def test_it_is_json_text_and_page() -> None:
    data = table()
    found = sw.fit("y ~ a + b + g", data).diagnose(data, keep=["key", "g"], top=4)
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["sentences"] == list(found.sentences)
    assert [row["row"] for row in record["influential"]] == found.influential["row"].to_pylist()
    assert record["influential"][0]["key"] == 1150
    assert record["vif"]["term"] == ["a", "b", "g"]
    text = str(found)
    for words in ("y ~ a + b + g", "Rows that move the fit most", "Cook's D", "Breusch–Pagan", "PRESS", "Condition"):
        assert words in text
    assert "nan" not in text.lower()
    assert repr(found).startswith("<Diagnosis of 'y ~ a + b + g': 300 rows, ")


def test_rows_that_stand_far_out_from_the_others_are_found_by_the_gap() -> None:
    from slopewise.findings import Figures

    rows = [
        {"row": k + 1, "cooks_d": d, "dffits": f} for k, (d, f) in enumerate([(0.2, 0.8), (0.03, 0.3), (0.02, 0.2)])
    ]
    blank: dict[str, Any] = dict.fromkeys(Figures.__dataclass_fields__)
    assert [row["row"] for row in moving(Figures(**blank | {"rows": 100, "rank": 2, "influential": rows}))] == [1]
    assert moving(Figures(**blank | {"rows": 100, "rank": 2, "influential": rows[1:]})) == []
