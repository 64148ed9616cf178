"""Type II tables against statsmodels, refitting and the algebra of quadratic forms; comparisons of nested models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from statsmodels.stats.anova import anova_lm

import slopewise as sw
from slopewise.errors import ArgumentError, FitError
from slopewise.inference.estimates import degrees_of_freedom
from slopewise.inference.variance_tables import Nested, TermTable, compare, type_two, type_two_wald
from slopewise.typing import Array


def table(seed: int = 0, n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn = {"x": rng.normal(size=n) + 3, "z": rng.normal(size=n), "w": rng.gamma(2.0, size=n)}
    drawn |= {"f": rng.choice(list("abc"), n), "g": rng.choice(["u", "v"], n)}
    drawn["y"] = drawn["x"] * (1 + (drawn["f"] == "b")) + rng.normal(size=n)
    return pd.DataFrame(drawn)


def type_two_of(model: sw.LinearModel) -> TermTable:
    return type_two(model.moments, model.solution, model.kept.coding, model.kept.design.terms)


def wald_of(model: sw.LinearModel, V: Array, df: float) -> TermTable:
    return type_two_wald(model.moments, model.solution, model.kept.coding, model.kept.design.terms, V, df)


def as_nested(model: sw.LinearModel) -> Nested:
    df = degrees_of_freedom(model.moments, model.solution)
    return Nested(model.formula, model.target, model.solution.residual_sum_of_squares, df, model.rows.used)


FORMULAS = ["y ~ x + z", "y ~ f * x + z", "y ~ f * g", "y ~ f * g * x", "y ~ f:g + f + g", "y ~ f + g + x:z + x"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("weights", [None, "w"])
def test_the_table_is_that_of_statsmodels(formula: str, weights: str | None) -> None:
    data = table()
    model = sw.fit(formula, data, weights=weights)
    v = data["w"] if weights else np.ones(len(data))
    said = anova_lm(smf.wls(formula, data, weights=v).fit(), typ=2)
    found = type_two_of(model)
    said = said.loc[[*found.terms[:-1], "Residual"]]
    assert_allclose(found.sum_sq, said["sum_sq"], rtol=1e-8)
    assert_allclose(found.df, said["df"], rtol=0)
    assert_allclose(found.statistic, said["F"], rtol=1e-8)
    assert_allclose(found.p_value, said["PR(>F)"], rtol=1e-6)


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    terms=st.lists(st.sampled_from(["x", "z", "f", "g", "f:x", "f:g", "x:z", "f:g:x"]), min_size=1, unique=True),
    intercept=st.booleans(),
)
def test_a_term_adds_what_refitting_says(seed: int, terms: list[str], intercept: bool) -> None:
    data, start = table(seed, 40), f"y ~ {int(intercept)}"
    model = sw.fit(" + ".join([start, *terms]), data)
    found, sets = type_two_of(model), {term: frozenset(term.split(":")) for term in terms}
    for place, term in enumerate(found.terms[:-1]):
        others = [other for other in terms if not sets[term] <= sets[other]]
        kept = model.kept.coding
        columns = [j for j, c in enumerate(kept.columns) if model.kept.design.terms[c.term].label in (*others, term)]
        without = [j for j in columns if model.kept.design.terms[kept.columns[j].term].label != term]
        both, small = (rss_of(model, data, chosen, intercept) for chosen in (columns, without))
        assert_allclose(found.sum_sq[place] if found.df[place] else 0.0, small[0] - both[0], rtol=1e-7, atol=1e-8)
        assert found.df[place] == both[1] - small[1]


def rss_of(model: sw.LinearModel, data: pd.DataFrame, columns: list[int], intercept: bool) -> tuple[float, int]:
    """The residual sum of squares of some coded columns, from the rows, and their rank."""
    X = np.column_stack([coded(model, data)[:, columns], np.ones((len(data), int(intercept)))])
    y = data["y"].to_numpy()
    theta, _, rank, _ = np.linalg.lstsq(X, y, rcond=1e-10) if X.shape[1] else (np.empty(0), 0, 0, 0)
    return float(np.sum((y - X @ theta) ** 2)), int(rank)


def coded(model: sw.LinearModel, data: pd.DataFrame) -> Array:
    from slopewise.predictions import open_rows, row_blocks

    return np.concatenate([X for _, X in row_blocks(model.kept, open_rows(model.kept.design, data))])


@pytest.mark.parametrize("formula", [*FORMULAS, "y ~ 0 + f * x", "y ~ poly(x, 2) * f"])
def test_with_the_classical_covariance_both_tables_agree(formula: str) -> None:
    model = sw.fit(formula, table())
    df = degrees_of_freedom(model.moments, model.solution)
    found, said = wald_of(model, model.vcov(), df), type_two_of(model)
    assert_allclose(found.statistic, said.statistic, rtol=1e-7)
    assert_allclose(found.p_value, said.p_value, rtol=1e-6)
    assert found.df.tolist() == said.df.tolist()
    assert found.to_dict()["sum_sq"] == [None] * len(found.terms)


def test_empty_cells_and_repeated_columns_count_as_what_they_add() -> None:
    data = table()
    data = data[~((data["f"] == "b") & (data["g"] == "v"))].assign(copy=lambda d: 2 * d["x"] + 1)
    model = sw.fit("y ~ f * g + x + copy", data)
    found = type_two_of(model)
    assert dict(zip(found.terms, found.df.tolist(), strict=True)) == {
        "f": 2,
        "g": 1,
        "x": 0,
        "copy": 0,
        "f:g": 1,
        "Residuals": len(data) - 6,
    }
    assert np.isnan(found.sum_sq[2:4]).all()
    df = degrees_of_freedom(model.moments, model.solution)
    assert_allclose(wald_of(model, model.vcov(), df).statistic[[0, 1, 4]], found.statistic[[0, 1, 4]], rtol=1e-8)
    assert found.to_dict()["p_value"][2] is None


def test_columns_dropped_beside_others_are_tested_beside_those() -> None:
    # z is a combination of columns of f:x, which do not contain it: the fit drops one of them, and z could be one
    data = table().assign(z=lambda d: d["x"] * (d["f"] == "b"))
    model = sw.fit("y ~ x + f + f:x + f:z", data)
    assert model.solution.dropped
    df = degrees_of_freedom(model.moments, model.solution)
    found, said = wald_of(model, model.vcov(), df), type_two_of(model)
    assert found.df.tolist() == said.df.tolist()
    assert_allclose(found.statistic, said.statistic, rtol=1e-7)


@settings(max_examples=20)
@given(units=st.lists(st.integers(-100, 100), min_size=2, max_size=2), offset=st.integers(-1000, 1000))
def test_units_do_not_matter(units: list[int], offset: int) -> None:
    data = table()
    moved = data.assign(x=data["x"] * 10.0 ** units[0], z=(data["z"] + offset) * 10.0 ** units[1])
    found, said = (type_two_of(sw.fit("y ~ x + z + f", rows)) for rows in (moved, data))
    assert_allclose(found.sum_sq, said.sum_sq, rtol=1e-8)


def test_a_small_sum_of_squares_keeps_its_digits() -> None:
    rng = np.random.default_rng(1)
    n = 400
    x = rng.normal(size=n)
    x -= x.mean()
    noise = rng.normal(size=n) * 1e6
    noise -= noise.mean() + x * (noise @ x) / (x @ x)
    data = {"x": x, "y": noise + 1e-2 * x}
    found = type_two_of(sw.fit("y ~ x", data, precision="exact"))
    assert_allclose(found.sum_sq[0], exact_sum(data["x"], data["y"]), rtol=1e-12)


@pytest.mark.parametrize("others", ["z + ", "0 + ", ""])
def test_columns_of_one_term_that_nearly_coincide(others: str) -> None:
    data = table().assign(year=lambda d: 1990 + np.arange(len(d)) % 30)
    found = type_two_of(sw.fit(f"y ~ {others}poly(year, 3, raw=True)", data))
    others_columns = {"z + ": [np.ones(len(data)), data["z"]], "0 + ": [], "": [np.ones(len(data))]}[others]
    t, y = (data["year"] - 2000) / 10, data["y"].to_numpy()
    own = [t**k * (data["year"] / 2000 if others == "0 + " else t) for k in range(3)]  # the same span
    assert_allclose(found.sum_sq[-2], rss(others_columns, y) - rss([*others_columns, *own], y), rtol=1e-8)


def rss(columns: list[Any], y: Array) -> float:
    if not columns:
        return float(y @ y)
    X = np.column_stack(columns)
    return float(np.sum((y - X @ np.linalg.lstsq(X, y, rcond=None)[0]) ** 2))


def exact_sum(x: Array, y: Array) -> float:
    from fractions import Fraction

    X, Y = [Fraction(v) for v in x.tolist()], [Fraction(v) for v in y.tolist()]
    mean_x, mean_y = sum(X) / len(X), sum(Y) / len(Y)
    s_xy = sum((a - mean_x) * (b - mean_y) for a, b in zip(X, Y, strict=True))
    return float(s_xy**2 / sum((a - mean_x) ** 2 for a in X))


def test_a_single_level_adds_nothing() -> None:
    data = table().assign(k="only")
    found = type_two_of(sw.fit("y ~ x + k", data))
    assert found.df[:2].tolist() == [1, 0]
    assert np.isnan(found.statistic[1])


def test_few_clusters_do_not_test_many_columns() -> None:
    model = sw.fit("y ~ f * x", table())
    sums = np.random.default_rng(2).normal(size=(3, 6))
    V = (sums - sums.mean(axis=0)).T @ (sums - sums.mean(axis=0))
    with pytest.raises(FitError, match=r"f cannot be tested: with the terms that contain it, it has 4 coefficients"):
        wald_of(model, V, 2)
    with pytest.raises(FitError, match="no standard errors"):
        wald_of(model, np.full((6, 6), np.nan), 2)
    with pytest.raises(FitError, match="no degrees of freedom"):
        wald_of(model, V, 0)


def test_a_table_in_text() -> None:
    found = type_two_of(sw.fit("y ~ x + f", table()))
    cells = found.cells()
    assert cells[0] == ("term", "sum of squares", "df", "F", "p")
    assert [row[0] for row in cells[1:]] == ["x", "f", "Residuals"]
    assert cells[-1][2:] == ("76", "", "")
    robust = sw.fit("y ~ `a\nb` + f", table().assign(**{"a\nb": lambda data: data["x"]}), cov="HC3").anova().cells()
    assert [row[0] for row in robust] == ["term", "a b", "f", "Residuals"]
    assert robust[0] == ("term", "df", "F", "p")


@pytest.mark.parametrize("weights", [None, "w"])
def test_nested_models_compare_as_statsmodels_does(weights: str | None) -> None:
    data = table()
    formulas = ["y ~ 1", "y ~ x", "y ~ x + f", "y ~ x * f + z"]
    v = data["w"] if weights else np.ones(len(data))
    said = anova_lm(*(smf.wls(formula, data, weights=v).fit() for formula in formulas))
    found = compare([as_nested(sw.fit(formula, data, weights=weights)) for formula in formulas])
    assert found.formulas == tuple(formulas)
    for column, theirs in {"df_residual": "df_resid", "rss": "ssr", "sum_sq": "ss_diff", "statistic": "F"}.items():
        assert_allclose(getattr(found, column), said[theirs], rtol=1e-8)
    assert_allclose(found.df[1:], said["df_diff"][1:])


def test_nested_models_compare_as_r_does() -> None:
    # Rscript -e 'anova(lm(mpg~1,mtcars),lm(mpg~wt,mtcars),lm(mpg~wt+hp,mtcars),lm(mpg~wt*factor(cyl)+hp,mtcars))'
    # (statsmodels takes p from each model's own degrees of freedom, although the scale is the largest one's.)
    path = Path(__file__).parents[1] / "data" / "r" / "tables" / "mtcars.csv"
    formulas = ["mpg ~ 1", "mpg ~ wt", "mpg ~ wt + hp", "mpg ~ wt*C(cyl) + hp"]
    found = compare([as_nested(sw.fit(formula, str(path))) for formula in formulas])
    assert found.df_residual.tolist() == [31, 30, 29, 25]
    assert_allclose(found.statistic[1:], [156.53051915344255, 15.376386472766951, 2.7537799130544061], rtol=1e-10)
    assert_allclose(
        found.p_value[1:], [2.9217838622754188e-12, 6.0630150426602342e-04, 5.0293814953803251e-02], rtol=1e-8
    )


def test_two_nested_models_are_a_table_of_two() -> None:
    small, large = Nested("y ~ 1", "y", 100.0, 19, 20), Nested("y ~ x", "y", 36.0, 18, 20)
    found = compare([small, large])
    assert found.to_dict()["sum_sq"] == [None, 64.0]
    assert found.cells()[2] == ("y ~ x", "18", "36", "1", "64", "32", "<1e-4")
    assert found.cells()[1] == ("y ~ 1", "19", "100", "", "", "", "")


def test_a_perfect_model_is_infinitely_better() -> None:
    found = compare([Nested("y ~ 1", "y", 100.0, 2, 3), Nested("y ~ x", "y", 0.0, 1, 3)])
    assert (found.statistic[1], found.p_value[1]) == (np.inf, 0.0)
    none_left = compare([Nested("y ~ 1", "y", 100.0, 1, 2), Nested("y ~ x", "y", 0.0, 0, 2)])
    assert np.isnan(none_left.statistic[1])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"target": "log(y)"}, r"model y and log\(y\)"),
        ({"nobs": 19}, r"fitted to 20 and 19 rows"),
        ({"df": 19}, r"leave 19 and 19 degrees of freedom: the second adds nothing"),
        ({"rss": 101.0}, r"are not nested: .* \(101, 100\)"),
    ],
)
def test_models_that_are_not_nested_are_refused(change: dict[str, Any], reason: str) -> None:
    small, large = Nested("y ~ 1", "y", 100.0, 19, 20), Nested("y ~ x", "y", 36.0, 18, 20)
    with pytest.raises(ArgumentError, match=reason):
        compare([small, large._replace(**change)])


def test_one_model_is_no_comparison() -> None:
    with pytest.raises(ArgumentError, match="two models or more"):
        compare([Nested("y ~ 1", "y", 100.0, 19, 20)])
