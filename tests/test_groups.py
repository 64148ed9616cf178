"""One model for each group, from one pass: each is that of its rows alone, and no group stops another."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise import groups, regrouping
from slopewise.design.grouping import ByColumns
from slopewise.errors import ArgumentError, TooManyGroups, UnknownGroup
from slopewise.groups import Models, grouped_fit
from slopewise.inference import geometries
from slopewise.inference.grouped import Chow
from slopewise.moments import stacks
from slopewise.passes import gathered, resolved

FIGURES = (
    "nobs",
    "r_squared",
    "adj_r_squared",
    "sigma",
    "statistic",
    "p_value",
    "df",
    "df_residual",
    "log_lik",
    "aic",
    "bic",
)


def by(formula: str, data: Any, *keys: str, **options: Any) -> Models:
    asked = dict.fromkeys(("sql", "db", "where", "options", "weights", "frequency", "threads")) | {"missing": "drop"}
    source, design = resolved(formula, data, keys=keys, **(asked | options))
    return grouped_fit(
        gathered(source, design, "auto", grouping=ByColumns(tuple(keys)), threads=options.get("threads"))
    )


def table(seed: int = 0, m: int = 300, groups: int = 6) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    x, z, g = rng.normal(size=m) + 3, rng.normal(size=m), rng.integers(0, groups, m)
    s = np.array(["north", "south", "west"])[rng.integers(0, 3, m)]
    y = 1 + g * x - z + rng.normal(size=m)
    return {"y": y, "x": x, "z": z, "g": g, "s": s, "v": rng.gamma(2.0, size=m), "n": rng.integers(0, 3, m)}


def some(t: dict[str, Any], at: Any) -> dict[str, Any]:
    return {name: np.asarray(values)[at] for name, values in t.items()}


def check_alone(models: Models, key: Any, alone: sw.LinearModel) -> None:
    """A group's model, and its rows of the tables, are what fitting its rows alone gives."""
    mine = models[key]
    assert mine.rows.used == alone.rows.used
    assert tuple(mine.coefficients) == tuple(alone.coefficients)
    place = list(models).index(key)
    rows = models.table().slice(place * len(models.names), len(models.names))
    for name in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
        expected = np.array(alone.tidy()[name].to_pylist(), dtype=float)
        assert_allclose(np.array(mine.tidy()[name].to_pylist(), dtype=float), expected, rtol=1e-9, err_msg=name)
        assert_allclose(np.array(rows[name].to_pylist(), dtype=float), expected, rtol=1e-9, err_msg=name)
    values = list(alone.coefficients.values())
    assert_allclose(list(mine.coefficients.values()), values, rtol=1e-12, atol=1e-12)
    assert_allclose(np.array(rows["estimate"].to_pylist(), dtype=float), values, rtol=1e-12, atol=1e-12)
    assert mine.solution.dropped == alone.solution.dropped
    glance, expected = models.glance().slice(place, 1).to_pylist()[0], alone.glance().to_pylist()[0]
    for name in FIGURES:
        assert (glance[name] is None) == (expected[name] is None), name
        if expected[name] is not None:
            assert glance[name] == pytest.approx(expected[name], rel=1e-9), name
    assert glance["rank"] == alone.solution.rank


@pytest.mark.parametrize("formula", ["y ~ x + z", "y ~ x * s", "y ~ 0 + x + z", "y ~ x + I(x^2)", "y ~ 1", "y ~ 0 + s"])
@pytest.mark.parametrize(
    "more", [{}, {"weights": "v"}, {"frequency": "n"}, {"weights": "v", "frequency": "n"}], ids=str
)
def test_each_group_is_as_if_fitted_alone(formula: str, more: dict[str, str]) -> None:
    t = table()
    models = by(formula, t, "g", **more)
    assert list(models) == [0, 1, 2, 3, 4, 5]
    for g in models:
        check_alone(models, g, sw.fit(formula, some(t, t["g"] == g), **more))


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_groups_of_any_size(seed: int, m: int, groups: int) -> None:
    t = table(seed, m, groups)
    models = by("y ~ x + z", t, "g")
    assert list(models) == sorted(set(t["g"].tolist()))
    for place, g in enumerate(models):
        mine = some(t, t["g"] == g)
        if len(mine["y"]) >= 3:
            check_alone(models, g, sw.fit("y ~ x + z", mine))
        else:
            status = models.glance()["status"][place].as_py()
            assert status == "fewer rows than parameters"
            assert models[g].solution.rank == len(mine["y"]) == models.glance()["rank"][place].as_py()


def test_two_keys_make_tuples() -> None:
    t = table()
    models = by("y ~ x", t, "s", "g")
    assert list(models)[:2] == [("north", 0), ("north", 1)]
    check_alone(models, ("west", 3), sw.fit("y ~ x", some(t, (t["s"] == "west") & (t["g"] == 3))))
    assert models.table().column_names[:3] == ["s", "g", "term"]


def test_columns_keep_their_names_apart() -> None:
    t = table() | {"term": table()["g"]}
    assert by("y ~ x", t, "term").table().column_names[:2] == ["key.term", "term"]


def test_rows_without_a_key_are_dropped_and_counted() -> None:
    t = table() | {"k": [None if i % 10 == 3 else "ab"[i % 2] for i in range(300)]}
    models = by("y ~ x", t, "k")
    assert list(models) == ["a", "b"]
    assert dict(models.kept.rows.dropped_by) == {"k": 30}
    assert sum(model.rows.used for model in models.values()) == 270


def test_degenerate_groups_say_so_and_stop_nobody() -> None:
    rows = {
        "fine": [(1, 1), (2, 3), (3, 4), (4, 7)],
        "one": [(1, 1)],
        "two": [(1, 1), (2, 3)],
        "flat": [(1, 5), (2, 5), (3, 5)],
        "still": [(2, 1), (2, 3), (2, 4)],
    }
    t = {
        name: [r[i] if i < 2 else k for k, group in rows.items() for r in group]
        for i, name in enumerate(("x", "y", "k"))
    }
    models = by("y ~ x", t, "k")
    status = dict(zip(models, models.glance()["status"].to_pylist(), strict=True))
    assert status == {
        "fine": "ok",
        "one": "fewer rows than parameters",
        "two": "no residual degrees of freedom",
        "flat": "constant target",
        "still": "columns dropped",
    }
    assert models["one"].coefficients["Intercept"] == 1.0
    assert math.isnan(models["one"].coefficients["x"])
    assert models["two"].tidy()["std_error"].to_pylist() == [None, None]
    assert models["still"].solution.dropped == (0,)
    for model in models.values():
        assert model.summary()
    text = str(models)
    assert (
        "Degenerate groups: 1 with fewer rows than parameters: one; 1 with no residual degrees of freedom: two" in text
    )


def test_a_level_that_a_group_lacks_is_dropped_there() -> None:
    t = table()
    t["s"] = np.where((t["g"] == 2) & (t["s"] == "west"), "south", t["s"])
    models = by("y ~ x + s", t, "g")
    assert all(tuple(model.coefficients) == ("Intercept", "x", "s[T.south]", "s[T.west]") for model in models.values())
    assert math.isnan(models[2].coefficients["s[T.west]"])
    alone = sw.fit("y ~ x + s", some(t, t["g"] == 2))
    assert_allclose([models[2].coefficients[name] for name in alone.coefficients], list(alone.coefficients.values()))
    assert models.glance()["status"].to_pylist() == ["ok", "ok", "columns dropped", "ok", "ok", "ok"]


def test_a_group_is_a_whole_model(tmp_path: Path) -> None:
    t = table()
    models = by("y ~ x * s", t, "g")
    mine, alone = models[4], sw.fit("y ~ x * s", some(t, t["g"] == 4))
    mine.save(tmp_path / "m.json")
    loaded = sw.load(tmp_path / "m.json")
    assert loaded == mine
    assert_allclose(mine.predict(t), alone.predict(t), rtol=1e-10)
    assert_allclose(loaded.predict(t), alone.predict(t), rtol=1e-10)
    assert mine.kept.source.endswith("g = 4")
    assert mine.anova().terms == alone.anova().terms


def test_unions_and_all_rows() -> None:
    t = table()
    models = by("y ~ x + s", t, "g")
    both = models.union([1, 4, 1])
    alone = sw.fit("y ~ x + s", some(t, np.isin(t["g"], [1, 4])))
    assert_allclose(list(both.coefficients.values()), list(alone.coefficients.values()), rtol=1e-12)
    assert both.rows.used == alone.rows.used
    assert models.pooled() == sw.fit("y ~ x + s", t) or models.pooled().coefficients == pytest.approx(
        sw.fit("y ~ x + s", t).coefficients, rel=1e-12
    )
    assert_allclose(
        list(models.union(models).coefficients.values()), list(models.pooled().coefficients.values()), rtol=1e-12
    )
    with pytest.raises(ArgumentError, match="a union is of one group at least"):
        models.union([])


@pytest.mark.parametrize("formula", ["y ~ x + z", "y ~ 0 + x"])
def test_chow_is_the_comparison_of_two_models(formula: str) -> None:
    t = table()
    test = by(formula, t, "g").chow()
    separate = formula.replace("x", "C(g):x").replace("z", "C(g):z").replace("y ~ C", "y ~ 0 + C(g) + C")
    nested = sw.fit(separate, t), sw.fit(formula, t)
    rss = [model.solution.residual_sum_of_squares for model in nested]
    df = [int(model.solution.rank) for model in nested]
    F = ((rss[1] - rss[0]) / (df[0] - df[1])) / (rss[0] / (300 - df[0]))
    assert (test.df, test.df_residual) == (df[0] - df[1], 300 - df[0])
    assert test.statistic == pytest.approx(F, rel=1e-9)
    from scipy import stats

    assert test.p_value == pytest.approx(stats.f.sf(F, test.df, test.df_residual), rel=1e-8)
    assert str(test).startswith("The coefficients differ by group: F(")


def test_chow_without_degrees_of_freedom_says_so() -> None:
    test = by("y ~ x", {"x": [1.0, 2, 1, 2], "y": [1.0, 2, 4, 1], "g": [1, 1, 2, 2]}, "g").chow()
    assert math.isnan(test.statistic)
    assert "cannot be tested" in str(test)
    alike = Chow(0.5, 2, 30, 0.61, 2, 1.1, 1.0)
    assert str(alike) == (
        "The coefficients are not seen to differ by group: F(2, 30) = 0.5, p 0.610, for one model of all 2 groups "
        "against one for each."
    )


def test_neither_threads_nor_blocks_change_a_group() -> None:
    t = table(m=5000, groups=40)
    whole = by("y ~ x + z", t, "g", threads=1)

    def blocks(size: int) -> Any:
        return (pa.table(some(t, slice(a, a + size))) for a in range(0, 5000, size))

    assert by("y ~ x + z", t, "g", threads=2).table().equals(whole.table())
    for size in (37, 1000):
        found = by("y ~ x + z", blocks(size), "g").table()
        assert_allclose(found["estimate"].to_pylist(), whole.table()["estimate"].to_pylist(), rtol=1e-13)


def test_what_is_no_group() -> None:
    models = by("y ~ x", table(), "g")
    assert 3 in models
    assert 99 not in models
    assert models.get(99) is None
    with pytest.raises(UnknownGroup, match=r"no group 99 by g; there are 0, 1, 2, 3, 4, …"):
        _ = models[99]
    with pytest.raises(ArgumentError, match="no groups were collected; say by which column"):
        grouped_fit(sw.collect("y ~ x", table()))


def test_the_text_is_a_table_of_the_first_groups() -> None:
    t = table(m=2000, groups=30)
    models = by("y ~ x + z", t, "g")
    lines = str(models).splitlines()
    assert lines[0] == "y ~ x + z, by g: 30 models"
    assert lines[2].split() == ["g", "rows", "R²", "Intercept", "x", "z"]
    assert lines[4].split()[:2] == ["0", f"{np.sum(t['g'] == 0)}"]
    assert lines[-3:] == ["… 10 more groups", "", "No group is degenerate."]
    assert repr(models) == "<Models 'y ~ x + z' by g: 30 groups>"


def test_whole_numbers_of_a_csv_are_keys_without_a_point(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("y,x,g\n" + "".join(f"{i * i % 7},{i % 5},{i % 2}\n" for i in range(20)))
    models = sw.fit("y ~ x", tmp_path / "t.csv", by="g")
    assert [line.split()[0] for line in str(models).splitlines()[4:6]] == ["0", "1"]
    assert "t.csv, g = 1 ·" in models[1].summary()


def test_models_are_equal_to_those_of_the_same_rows() -> None:
    t = table()
    assert by("y ~ x", t, "g") == by("y ~ x", t, "g")
    assert by("y ~ x", t, "g") != by("y ~ x", t, "s")
    assert by("y ~ x", t, "g") != 3


KINDS: tuple[Any, ...] = ("HC0", "HC1", "HC2", "HC3", ("cluster", "c"), ("cluster", "c", "s"))


def clustered(m: int = 400) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    c = rng.integers(0, 20, m)
    t = table(1, m, 5) | {"c": c}
    return t | {"y": t["y"] + rng.normal(size=20)[c] + t["x"] * rng.normal(size=m)}


@pytest.mark.parametrize("cov", KINDS, ids=str)
@pytest.mark.parametrize("formula", ["y ~ x + z", "y ~ x * s", "y ~ 0 + x + I(2 * x) + z", "y ~ 1"])
@pytest.mark.parametrize("more", [{}, {"weights": "v", "frequency": "n"}], ids=str)
def test_each_group_has_the_covariance_of_its_rows(cov: Any, formula: str, more: dict[str, str]) -> None:
    t = clustered()
    models = sw.fit(formula, t, by="g", cov=cov, **more)
    k, glances = len(models.names), models.glance().to_pylist()
    for place, (g, mine) in enumerate(models.items()):
        rows = some(t, t["g"] == g)
        alone = sw.fit(formula, rows, **more).with_covariance(cov, rows)
        size = np.sqrt(np.abs(np.diagonal(alone.vcov())))
        assert_allclose(mine.vcov() / size / size[:, None], alone.vcov() / size / size[:, None], atol=1e-10)
        assert (mine.covariance.df, mine.covariance.clusters) == (alone.covariance.df, alone.covariance.clusters)
        for name in ("std_error", "statistic", "p_value", "conf_low", "conf_high"):
            expected = np.array(alone.tidy()[name].to_pylist(), dtype=float)
            listed = np.array(models.table()[name].to_pylist()[place * k : place * k + k], dtype=float)
            assert_allclose(listed, expected, rtol=1e-9, err_msg=name)
            assert_allclose(np.array(mine.tidy()[name].to_pylist(), dtype=float), expected, rtol=1e-9)
        theirs = alone.glance().to_pylist()[0]
        for name in ("statistic", "p_value", "sigma", "df_residual"):
            assert glances[place][name] == (theirs[name] and pytest.approx(theirs[name], rel=1e-8)), name


def test_statsmodels_agrees_on_the_rows_of_a_group() -> None:
    import statsmodels.api as sm

    t = clustered()
    mine = some(t, t["g"] == 3)
    theirs = sm.OLS(mine["y"], np.column_stack([np.ones(len(mine["y"])), mine["x"], mine["z"]]))
    robust = theirs.fit(cov_type="HC3")
    assert_allclose(sw.fit("y ~ x + z", t, by="g", cov="HC3")[3].vcov(), robust.cov_params(), rtol=1e-10)
    within = theirs.fit(cov_type="cluster", cov_kwds={"groups": mine["c"]})
    assert_allclose(sw.fit("y ~ x + z", t, by="g", cov=("cluster", "c"))[3].vcov(), within.cov_params(), rtol=1e-10)


@pytest.mark.parametrize("cov", ["HC2", ("cluster", "c", "s")], ids=str)
def test_neither_blocks_threads_nor_keys_change_a_covariance(monkeypatch: pytest.MonkeyPatch, cov: Any) -> None:
    t = clustered() | {"h": np.arange(400) % 3}
    usual = sw.fit("y ~ x + z", t, by=["h", "g"], cov=cov)
    errors, keys = np.array(usual.table()["std_error"].to_pylist(), dtype=float), list(usual)
    parts = pa.concat_tables([pa.table(some(t, slice(a, a + 37))) for a in range(0, 400, 37)])
    for module, name in ((groups, "PAGE"), (regrouping, "PIECE"), (geometries, "FEW"), (stacks, "PAGE")):
        monkeypatch.setattr(module, name, 3)
    for threads in (1, 3):
        found = sw.fit("y ~ x + z", parts, by=["h", "g"], cov=cov, threads=threads)
        assert list(found) == keys
        assert_allclose(np.array(found.table()["std_error"].to_pylist(), dtype=float), errors, rtol=1e-9)
    alone = some(t, (t["h"] == 2) & (t["g"] == 1))
    expected = sw.fit("y ~ x + z", alone).with_covariance(cov, alone).vcov()
    assert_allclose(found[2, 1].vcov(), expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


def test_unions_are_clustered_and_else_say_what_they_take() -> None:
    t = clustered()
    models = sw.fit("y ~ x + s", t, by="g", cov=("cluster", "c"))
    rows = some(t, np.isin(t["g"], [1, 4]))
    alone = sw.fit("y ~ x + s", rows).with_covariance(("cluster", "c"), rows)
    assert_allclose(models.union([4, 1]).vcov(), alone.vcov(), rtol=1e-9)
    whole = sw.fit("y ~ x + s", t).with_covariance(("cluster", "c"), t)
    assert_allclose(models.pooled().vcov(), whole.vcov(), rtol=1e-9)
    robust = models.with_covariance("HC1", t)
    assert_allclose(robust[2].vcov(), sw.fit("y ~ x + s", t, by="g", cov="HC1")[2].vcov(), rtol=1e-12)
    assert str(robust).startswith("y ~ x + s, by g: 5 models, HC1")
    assert str(models).startswith("y ~ x + s, by g: 5 models, errors clustered by c")
    for call in (robust.pooled, lambda: robust.union([1])):
        with pytest.raises(ArgumentError, match="HC1 standard errors of a model of several groups take its own residu"):
            call()
    assert robust.with_covariance("classical").pooled().robust is None


def test_groups_without_a_covariance_stop_nobody() -> None:
    t = {
        "g": ["fine"] * 8 + ["one cluster"] * 4 + ["full"] * 2 + ["lone level"] * 5,
        "c": [1, 1, 2, 2, 3, 3, 4, 4] + [9] * 4 + [1, 2] + [1, 2, 3, 4, 5],
        "x": [1.0, 2, 3, 4, 5, 6, 7, 9, 1, 2, 3, 5, 1, 2, 1, 2, 3, 4, 9],
        "f": [*"aabbabab", *"aabb", *"ab", *"aaaab"],
        "y": [1.0, 3, 2, 5, 4, 7, 6, 9, 1, 3, 2, 6, 1, 3, 1, 3, 2, 5, 7],
    }
    models = sw.fit("y ~ x + f", t, by="g", cov=("cluster", "c"))
    status = dict(zip(models, models.glance()["status"].to_pylist(), strict=True))
    assert status == {
        "fine": "ok",
        "full": "fewer rows than parameters",
        "lone level": "ok",
        "one cluster": "a single cluster",
    }
    assert models["one cluster"].tidy()["std_error"].to_pylist() == [None] * 3
    for robust in (models, models.with_covariance("HC3", t)):
        assert all(model.summary() for model in robust.values())
        assert "Degenerate groups: " in str(robust)
    (note,) = [note for note in robust["lone level"].record().notes if "leverage" in note]
    assert note.startswith("1 row has leverage 1 (row 19): a coefficient of its own fits it exactly")
    assert robust["full"].tidy()["std_error"].to_pylist() == [None] * 3


def test_what_is_refused_of_covariances_of_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> Any:
        yield pa.table(some(clustered(), slice(0, 3)))
        raise AssertionError("the rows were read")

    t = clustered()
    with pytest.raises(ArgumentError, match=r"cov='HC3' reads the rows twice, and .* can be read only once"):
        sw.fit("y ~ x", never(), by="g", cov="HC3")
    with pytest.raises(ArgumentError, match="each group by g is a single cluster by g"):
        sw.fit("y ~ x", never(), by="g", cov=("cluster", "g"))
    models = sw.fit("y ~ x", t, by="g")
    with pytest.raises(ArgumentError, match="the states of clusters are gathered with those of the groups: fit"):
        models.with_covariance(("cluster", "c"), t)
    for other in (some(t, slice(0, 300)), some(t, t["g"] < 4)):
        with pytest.raises(ArgumentError, match="has other complete rows than the fit had; give the data of the fit"):
            models.with_covariance("HC3", other)
    with pytest.raises(ArgumentError, match="there is a group that the fit did not have"):
        models.with_covariance("HC3", t | {"g": t["g"] + 1})
    with pytest.raises(ArgumentError, match="are not those of the fit: their residuals differ"):
        models.with_covariance("HC3", t | {"y": t["y"][::-1]})
    monkeypatch.setattr(regrouping, "MOST_BYTES", 8 * 12 * 5)
    for call in (lambda: models.with_covariance("HC3", t), lambda: sw.fit("y ~ x", t, by="g", cov="HC3")):
        with pytest.raises(TooManyGroups, match=r"the states of 5 groups of 1 columns come to .*; 2 groups of so many"):
            call()


def test_states_of_groups_whose_values_no_type_holds_are_not_added() -> None:
    whole, fraction = (
        sw.collect("y ~ x", pa.table({"g": pa.array(g), "x": [1.0, 2.0], "y": [3.0, 5.0]}), by="g")
        for g in ([2**53, 2**53 + 1], [0.5, 1.5])
    )
    with pytest.raises(ArgumentError, match="groups by g are of types that do not go together"):
        whole + fraction
