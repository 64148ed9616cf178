"""The second pass: the same covariance however the rows are cut, counted or shuffled; other rows are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise import clustering, rereading
from slopewise.errors import ArgumentError, FitError, UnknownColumn

KINDS: tuple[Any, ...] = ("HC0", "HC1", "HC2", "HC3", ("cluster", "g"), ("cluster", "g", "s"))
AMES = Path(__file__).parents[1] / "examples" / "ames.csv"


def table(seed: int = 0, m: int = 200) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=m) + 3, rng.normal(size=m)
    g, s = rng.integers(0, 12, m), np.array(["north", "south", "west"])[rng.integers(0, 3, m)]
    y = 1 + 2 * x - z + rng.normal(size=m) * (1 + x**2) + rng.normal(size=12)[g]
    return {"x": x, "z": z, "g": g, "s": s, "y": y, "w": rng.gamma(3.0, size=m), "f": rng.integers(0, 4, m)}


@pytest.mark.parametrize("cov", KINDS, ids=str)
@pytest.mark.parametrize("cells", [4, 100, 10**6])
def test_how_the_rows_are_cut_does_not_matter(monkeypatch: pytest.MonkeyPatch, cov: Any, cells: int) -> None:
    t = table()
    whole, model = sw.fit("y ~ x + s", t, cov=cov, weights="w").vcov(), sw.fit("y ~ x + s", t, weights="w")
    monkeypatch.setattr(rereading, "CELLS", cells)
    monkeypatch.setattr(rereading, "LEAST", 1)

    def blocks() -> Iterator[pa.Table]:
        for start in range(0, 200, 37):
            yield pa.table({name: values[start : start + 37] for name, values in t.items()})

    assert_allclose(model.with_covariance(cov, pa.concat_tables(blocks())).vcov(), whole, rtol=1e-11)
    for threads in (1, 3):
        assert_allclose(model.with_covariance(cov, t, threads=threads).vcov(), whole, rtol=1e-11)


@pytest.mark.parametrize("cov", KINDS, ids=str)
def test_a_frequency_counts_as_so_many_copies(cov: Any) -> None:
    t = table()
    copied = {name: np.repeat(values, t["f"]) for name, values in t.items()}
    counted = sw.fit("y ~ x * s", t, cov=cov, frequency="f", weights="w")
    repeated = sw.fit("y ~ x * s", copied, cov=cov, weights="w")
    assert_allclose(counted.vcov(), repeated.vcov(), rtol=1e-10)
    assert counted.covariance.df == repeated.covariance.df
    F, again = (np.array(model.glance()["statistic"].to_pylist(), float) for model in (counted, repeated))
    assert_allclose(F, again, rtol=1e-9)
    assert np.isnan(F) == (cov == ("cluster", "g", "s"))  # whose five slopes have no positive definite covariance


@given(st.integers(0, 2**32 - 1), st.sampled_from(KINDS), st.integers(-8, 8), st.integers(-8, 8))
@settings(max_examples=30, deadline=None)
def test_units_and_order_change_it_as_algebra_says(seed: int, cov: Any, a: int, b: int) -> None:
    t = table(seed, 60)
    order = np.random.default_rng(seed).permutation(60)
    other = {name: values[order] for name, values in t.items()}
    other["x"], other["y"], other["w"] = other["x"] * 2.0**a, other["y"] * 2.0**b, other["w"] * 8
    units = np.array([2.0**b, 2.0 ** (b - a), 2.0**b])
    before = sw.fit("y ~ x + z", t, cov=cov, weights="w").vcov()
    after = sw.fit("y ~ x + z", other, cov=cov, weights="w").vcov()
    size = np.sqrt(np.abs(np.diagonal(before)))
    assert_allclose(after / units / units[:, None] / size / size[:, None], before / size / size[:, None], atol=1e-9)


def test_clusters_of_one_row_each_are_robust_standard_errors() -> None:
    t = table() | {"row": np.arange(200)}
    alone = sw.fit("y ~ x + z", t, cov=("cluster", "row"))
    assert_allclose(alone.vcov(), sw.fit("y ~ x + z", t, cov="HC1").vcov(), rtol=1e-12)
    both = sw.fit("y ~ x + z", t, cov=("cluster", "g", "row"))  # within a row there is nothing more than the row
    assert both.covariance.clusters == (12, 200)
    assert_allclose(both.vcov(), sw.fit("y ~ x + z", t, cov=("cluster", "g")).vcov(), rtol=1e-10)


def test_arrays_have_them_too() -> None:
    t = table()
    X = np.column_stack([t["x"], t["z"]])
    for cov in ("HC0", "HC3"):
        for order in (X, np.asfortranarray(X), X.astype(np.float32)):
            ours = sw.fit_arrays(order, t["y"], cov=cov, weights=t["w"], frequency=t["f"])
            like = {**t, "x": order[:, 0], "z": order[:, 1]}
            assert_allclose(
                ours.vcov(), sw.fit("y ~ x + z", like, cov=cov, weights="w", frequency="f").vcov(), rtol=1e-9
            )
    with pytest.raises(ArgumentError, match="arrays have none of that name; fit a formula"):
        sw.fit_arrays(X, t["y"], cov=("cluster", "g"))


def test_another_covariance_afterwards_is_the_same() -> None:
    t = table()
    model = sw.fit("y ~ x + s", t, weights=t["w"])
    for cov in KINDS:
        later = model.with_covariance(cov, t, weights=t["w"])
        assert_allclose(later.vcov(), sw.fit("y ~ x + s", t, weights="w", cov=cov).vcov(), rtol=1e-12)
        assert later.with_covariance("classical") == model != later


def test_standard_errors_tests_and_intervals_all_follow(tmp_path: Path) -> None:
    t = table()
    model = sw.fit("y ~ x + z", t, cov=("cluster", "g"))
    tidy, df = model.tidy(), 11
    assert_allclose(tidy["std_error"], np.sqrt(np.diagonal(model.vcov())), rtol=1e-14)
    from scipy import stats

    assert_allclose(tidy["p_value"], 2 * stats.t.sf(np.abs(np.array(tidy["statistic"])), df), rtol=1e-10)
    assert_allclose(
        np.array(tidy["conf_high"]) - np.array(tidy["estimate"]), stats.t.ppf(0.975, df) * np.array(tidy["std_error"])
    )
    new = {"x": [1.0, 40.0], "z": [0.0, -3.0]}
    ends, Z = model.predict(new, "confidence"), np.array([[1, 1.0, 0.0], [1, 40.0, -3.0]])
    half = stats.t.ppf(0.975, df) * np.sqrt(np.einsum("ij,jk,ik->i", Z, model.vcov(), Z))
    assert_allclose(np.array(ends["upper"]) - np.array(ends["fitted"]), half, rtol=1e-10)
    assert "standard errors clustered by g (12 clusters, t on 11 degrees of freedom)" in model.summary()
    assert "12 clusters by g are few" in model.summary()
    model.save(tmp_path / "m.json")
    loaded = sw.load(tmp_path / "m.json")
    assert loaded == model
    assert loaded.predict(new, "prediction") == model.predict(new, "prediction")
    assert loaded.summary() == model.summary()


def test_rows_without_a_cluster_are_dropped_and_counted() -> None:
    t = table() | {"g": [None if i % 10 == 3 else i % 7 for i in range(200)]}
    model = sw.fit("y ~ x", t, cov=("cluster", "g"))
    assert model.rows.used == 180
    assert dict(model.rows.dropped_by) == {"g": 20}
    some = {name: np.delete(np.array(values), np.arange(3, 200, 10)) for name, values in t.items()}
    assert_allclose(sw.fit("y ~ x", some, cov=("cluster", "g")).vcov(), model.vcov(), rtol=1e-12)
    with pytest.raises(ArgumentError, match="has 180 complete rows and the fit had 200; give the data of the fit"):
        sw.fit("y ~ x", t).with_covariance(("cluster", "g"), t)


def test_rows_of_leverage_one_add_nothing_and_are_named() -> None:
    t = {"x": [0.0, 1.0, 2.0, 3.0, 5.0], "f": ["a", "a", "b", "a", "a"], "y": [1.0, 2.0, 9.0, 3.0, 7.0]}
    model = sw.fit("y ~ x + f", t, cov="HC3")
    (note,) = [note for note in model.record().notes if "leverage" in note]
    assert note.startswith("1 row has leverage 1 (row 3): a coefficient of its own fits it exactly")
    rest = {name: [value for i, value in enumerate(values) if i != 2] for name, values in t.items()}
    assert_allclose(model.vcov()[1, 1], sw.fit("y ~ x", rest, cov="HC3").vcov()[1, 1], rtol=1e-12)


def test_the_rows_must_be_those_of_the_fit() -> None:
    t = table()
    model = sw.fit("y ~ x", t)
    with pytest.raises(ArgumentError, match="has 100 complete rows and the fit had 200"):
        model.with_covariance("HC3", {name: values[:100] for name, values in t.items()})
    with pytest.raises(ArgumentError, match="the rows of the table are not those of the fit: their residuals differ"):
        model.with_covariance("HC3", t | {"y": t["y"][::-1]})


def test_what_can_be_read_once_is_refused_before_a_row_is_read() -> None:
    def never() -> Iterator[pa.Table]:
        yield pa.table({"x": [1.0], "y": [1.0]})
        raise AssertionError("the rows were read")

    with pytest.raises(ArgumentError, match=r"cov='HC3' reads the rows twice, and .* can be read only once"):
        sw.fit("y ~ x", never(), cov="HC3")


@pytest.mark.parametrize("formula", ["y ~ x + z", "y ~ 0 + x", "y ~ x * s", "y ~ x + I(x^2) + g"])
@pytest.mark.parametrize("rows", [1, 37, 200])
@pytest.mark.parametrize("cov", [("cluster", "g"), ("cluster", "g", "s")], ids=str)
def test_clusters_need_no_second_pass(formula: str, rows: int, cov: Any) -> None:
    t = table()

    def once() -> Iterator[pa.Table]:
        for start in range(0, 200, rows):
            yield pa.table({name: values[start : start + rows] for name, values in t.items()})

    asked: dict[str, Any] = {"cov": cov, "weights": "w", "frequency": "f"}
    without, plain = sw.fit(formula, once(), **asked), sw.fit(formula, t, weights="w", frequency="f")
    twice = plain.with_covariance(asked["cov"], t)
    size = np.sqrt(np.abs(np.diagonal(twice.vcov())))
    assert_allclose(without.vcov() / size / size[:, None], twice.vcov() / size / size[:, None], atol=1e-10)
    assert without.covariance.clusters == twice.covariance.clusters == (12, 3)[: len(cov) - 1]


def test_many_clusters_are_met_in_a_second_pass_if_there_can_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    t, cov = table(), ("cluster", "g")
    usual = sw.fit("y ~ x + z", t, cov=cov)
    assert usual.kept.keyed is not None
    monkeypatch.setattr(clustering, "CLUSTER_BYTES", 1_000)
    twice = sw.fit("y ~ x + z", t, cov=cov)
    assert twice.kept.keyed is None
    assert_allclose(twice.vcov(), usual.vcov(), rtol=1e-12)
    with pytest.raises(ArgumentError, match="of a submodel read the rows again, for the states of these clusters were"):
        sw.submodel(twice, drop="z")
    once = sw.fit("y ~ x + z", iter([pa.table(t)]), cov=cov)
    assert once.kept.keyed is not None


@pytest.mark.parametrize("cov", [("cluster", "g"), ("cluster", "g", "s")], ids=str)
@pytest.mark.parametrize("more", [{}, {"weights": "w"}, {"weights": "w", "frequency": "f"}], ids=str)
@pytest.mark.parametrize("formula", ["y ~ x + s", "y ~ 0 + x + s", "y ~ s:x", "y ~ 1", "z ~ x + y", "y ~ 0 + I(x^2)"])
def test_submodels_are_clustered_from_the_same_state(cov: Any, more: dict[str, str], formula: str) -> None:
    t = table()
    whole = sw.fit("y ~ x * s + z + I(x^2)", t, cov=cov, **more)
    mine = sw.submodel(whole, formula)
    fresh = sw.fit(formula, t, **more).with_covariance(cov, t)
    size = np.sqrt(np.abs(np.diagonal(fresh.vcov())))
    assert_allclose(mine.vcov() / size / size[:, None], fresh.vcov() / size / size[:, None], atol=1e-12)
    assert mine.covariance.clusters == fresh.covariance.clusters
    smaller = sw.submodel(mine, drop=mine.kept.design.terms[-1].label) if len(mine.kept.design.terms) > 1 else mine
    again = sw.fit(smaller.formula, t, **more).with_covariance(cov, t)
    assert_allclose(smaller.tidy()["std_error"], again.tidy()["std_error"], rtol=1e-12)
    collected = sw.collect("y ~ x * s + z + I(x^2)", t, by=list(cov[1:]), **more)
    assert_allclose(sw.submodel(collected, formula).with_covariance(cov).vcov(), mine.vcov(), rtol=1e-12)


def test_a_submodel_with_other_robust_errors_would_need_the_rows() -> None:
    model = sw.fit("y ~ x + z", table(), cov="HC3")
    with pytest.raises(ArgumentError, match=r"HC3 standard errors of a submodel read the rows again, "):
        sw.submodel(model, drop="z")
    assert sw.submodel(model.with_covariance("classical"), drop="z").robust is None


def test_folds_of_arrays_go_along_with_a_submodel() -> None:
    t = table()
    X = np.column_stack([t["x"], t["z"], t["w"]])
    kept = sw.submodel(sw.collect_arrays(X, t["y"], folds=4), "y ~ x3 + x1").kept
    assert_allclose(kept.states.mean, sw.collect_arrays(X[:, [2, 0]], t["y"], folds=4).states.mean, rtol=1e-14)


def test_clusters_without_a_second_pass_have_their_limits() -> None:
    t = table()
    with pytest.raises(ArgumentError, match="is made of all rows, so that no state of one group has it; write powers"):
        sw.fit("y ~ poly(x, 2)", iter([pa.table(t)]), cov=("cluster", "g"))
    with pytest.raises(FitError, match="all rows are of one cluster by g"):
        sw.fit("y ~ x", iter([pa.table(t | {"g": np.ones(200)})]), cov=("cluster", "g"))


@pytest.mark.parametrize(
    ("cov", "message"),
    [
        ("HC4", r"cov='HC4' is not one of 'classical', .*, \('cluster', column\) and 'cluster:column'"),
        ("cluster", "is not one of"),
        (3, "cov=3 is not one of"),
        (("cluster",), "names 0 columns; clusters are by one column, or by two"),
        (("cluster", "g", "g"), "names 2 columns; clusters are by one column, or by two"),
        (("cluster", "g", "s", "x"), "names 3 columns"),
        (("cluster", 3), "is not one of"),
    ],
)
def test_what_is_no_covariance(cov: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        sw.fit("y ~ x", table(), cov=cov)


def test_clusters_need_a_column_and_two_of_them() -> None:
    with pytest.raises(UnknownColumn, match="no column 'schol'; it has"):
        sw.fit("y ~ x", table(), cov=("cluster", "schol"))
    with pytest.raises(FitError, match="all rows are of one cluster by g; clustered standard errors need two at least"):
        sw.fit("y ~ x", table() | {"g": np.ones(200)}, cov=("cluster", "g"))


def test_what_descent_reached_has_none() -> None:
    t = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}
    model = sw.descend(sw.collect("y ~ x", t), iterations=3).model()
    with pytest.raises(FitError, match="has no standard errors: they belong to the least-squares answer"):
        model.with_covariance("HC3", t)


def test_without_degrees_of_freedom_there_is_nothing_to_say() -> None:
    model = sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]}, cov="HC1")
    assert model.tidy()["std_error"].to_pylist() == [None, None]


def test_a_large_category_is_read_in_parts() -> None:
    model = sw.fit("price ~ area + Neighborhood + MS.Zoning", AMES, cov=("cluster", "Neighborhood"))
    assert model.covariance.clusters == (28,)
    assert np.isfinite(np.array(model.tidy()["std_error"].to_pylist(), dtype=float)).all()


def test_a_variance_that_comes_out_negative_gives_no_test_and_says_so() -> None:
    rng = np.random.default_rng(6)
    t = {"x": rng.normal(size=60), "a": rng.integers(0, 4, 60), "b": rng.integers(0, 3, 60), "one": np.ones(60)}
    t["y"] = t["x"] + rng.normal(size=60)
    model = sw.fit("y ~ x", t, cov=("cluster", "a", "b"))
    assert model.vcov()[1, 1] < 0
    assert model.glance()["statistic"].to_pylist() == [None]
    assert "leaves some variance negative: there is no standard error where it is, and no F" in model.summary()
    with pytest.raises(FitError, match="a variance comes out negative; cluster by one of them"):
        model.test("x = 0")
    alone = sw.fit("y ~ x", t, by="one", cov=("cluster", "a", "b"))
    assert alone.glance()["statistic"].to_pylist() == [None]
    assert "negative" not in sw.fit("y ~ x", t, cov=("cluster", "a")).summary()
