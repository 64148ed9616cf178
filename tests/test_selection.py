"""Submodels against fits of the smaller formula; choices against R's step, all models, and statsmodels."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.errors import ArgumentError, TooFewRows
from slopewise.selection import WARNING, best_subset, step
from slopewise.submodels import submodel

R = json.loads((Path(__file__).parent / "data" / "r" / "step.json").read_text(encoding="utf-8"))
RICH = "y ~ a + b + log(b) + f*g + a:f + C(h, Sum) + poly(a, 2) + poly(b, 2):g + I(a^2) + b:f:g + poly(b, 2, raw=True)"


def table(n: int = 90, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    a, b, f = rng.normal(3, 1, n), rng.uniform(1, 5, n), rng.choice(list("pqr"), n)
    return {
        "a": a,
        "b": b,
        "f": f,
        "g": rng.choice(list("uv"), n),
        "h": rng.choice(list("xyz"), n),
        "v": rng.uniform(0.5, 2, n),
        "k": rng.integers(1, 4, n),
        "y": a + (f == "q") * a + rng.normal(size=n),
    }


def assert_same_model(ours: sw.LinearModel, theirs: sw.LinearModel, tolerance: float = 1e-10) -> None:
    assert ours.names == theirs.names
    for one, other in zip(
        vars(ours.record().estimates).values(), vars(theirs.record().estimates).values(), strict=True
    ):
        assert_allclose(one, other, rtol=tolerance, atol=tolerance)
    assert_allclose(ours.vcov(), theirs.vcov(), rtol=tolerance, atol=tolerance * np.nanmax(np.abs(theirs.vcov())))
    ours_glance, theirs_glance = (model.glance().to_pylist()[0] for model in (ours, theirs))
    for name in ("r_squared", "sigma", "statistic", "log_lik", "aic", "bic", "df_residual", "nobs"):
        assert_allclose(float(ours_glance[name] or 0), float(theirs_glance[name] or 0), rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
@pytest.mark.parametrize("weighting", [{}, {"weights": "v"}, {"frequency": "k"}], ids=["plain", "weights", "frequency"])
@pytest.mark.parametrize("start", ["", "0 + "], ids=["intercept", "none"])
def test_a_submodel_is_the_fit_of_the_smaller_formula(precision: Any, weighting: dict[str, str], start: str) -> None:
    rows = table()
    kept = sw.collect(RICH.replace("~ ", f"~ {start}"), rows, **weighting, precision=precision)
    formulas = (
        *("y ~ a", "y ~ f", "y ~ 0 + f", "y ~ f:g", "y ~ a:f", "y ~ 0 + a:f + g", "y ~ C(h, Sum) + f", "y ~ 1"),
        *("y ~ poly(a, 2)", "y ~ poly(b, 2):g + a", "y ~ f + f:g + b:f:g", "y ~ poly(b, 2, raw=True) + I(a^2)"),
        *("a ~ b + f + y", "log(b) ~ a + f*g", "b ~ y + g", "a ~ 0 + f + b:f:g"),
    )
    tolerance = 1e-7 if precision == "double" else 1e-10
    for formula in formulas:
        ours, theirs = submodel(kept, formula), sw.fit(formula, rows, **weighting, precision=precision)
        assert_same_model(ours, theirs, tolerance)
        assert_allclose(ours.predict(rows), theirs.predict(rows), rtol=1e-8)
        assert sw.LinearModel.from_dict(ours.to_dict()) == ours
        if precision == "exact":
            assert ours.kept.digest() == theirs.kept.digest()


def test_terms_can_be_dropped_named_and_added() -> None:
    rows = table()
    kept = sw.collect("y ~ a + b + f + a:f", rows)
    asked: list[tuple[dict[str, Any], str]] = [
        ({"drop": "b"}, "y ~ a + f + a:f"),
        ({"drop": ["a:f", "b"]}, "y ~ a + f"),
        ({"drop": "f:a"}, "y ~ a + b + f"),
        ({"terms": ["f", "a"]}, "y ~ f + a"),
        ({"terms": "a*f"}, "y ~ a + f + a:f"),
        ({"terms": [], "add": "b"}, "y ~ b"),
        ({"target": "b"}, "b ~ a + f + a:f"),
        ({"target": "a"}, "a ~ b + f"),
        ({"target": "a", "add": "y", "drop": "f"}, "a ~ b + y"),
    ]
    for how, formula in asked:
        found = submodel(kept, **how)
        assert found.formula == formula
        assert_same_model(found, sw.fit(formula, rows))
    assert submodel(kept, "y ~ . - f").names == ("Intercept", "a", "b")
    assert submodel(sw.fit("y ~ a + b", rows), drop="a").formula == "y ~ b"


def test_names_with_spaces_are_found_with_backticks_or_without() -> None:
    rows = {"lot area": [1.0, 2.0, 4.0, 3.0], "x": [1.0, 0.0, 1.0, 1.0], "y": [1.0, 2.0, 5.0, 3.0]}
    kept = sw.collect("y ~ `lot area` + x", rows)
    assert submodel(kept, drop="x").formula == submodel(kept, terms="`lot area`").formula == "y ~ `lot area`"
    assert submodel(kept, target="lot area").formula == "`lot area` ~ x"


def test_arrays_have_submodels() -> None:
    X, y = np.random.default_rng(1).normal(size=(30, 4)), np.random.default_rng(2).normal(size=30)
    found = submodel(sw.fit_arrays(X, y), drop=["x2", "x4"])
    assert_allclose(list(found.coefficients.values()), list(sw.fit_arrays(X[:, [0, 2]], y).coefficients.values()))


def test_rows_dropped_for_a_column_left_out_stay_dropped_and_counted() -> None:
    rows = table(40)
    rows["b"][3] = np.nan
    kept = sw.collect("y ~ a + b", rows)
    found = submodel(kept, drop="b")
    assert found.rows == kept.rows
    assert found.rows.dropped_by == {"b": 1}
    complete = {name: np.delete(values, 3) for name, values in rows.items()}
    assert_same_model(found, sw.fit("y ~ a", complete))
    assert found.kept.provenance == kept.provenance
    assert sw.LinearModel.from_dict(found.to_dict()).rows == kept.rows


def test_a_submodel_of_a_loaded_model_and_of_a_sum(tmp_path: Path) -> None:
    one, other = table(50, 1), table(60, 2)
    kept = sw.collect("y ~ a + b + f", one) + sw.collect("y ~ a + b + f", other)
    both = {name: np.concatenate([one[name], other[name]]) for name in one}
    assert_same_model(submodel(kept, drop="b"), sw.fit("y ~ a + f", both))
    sw.fit("y ~ a + b + f", one).save(tmp_path / "m.json")
    assert_same_model(submodel(sw.load(tmp_path / "m.json"), drop="f"), sw.fit("y ~ a + b", one))


def test_the_sample_of_rows_goes_along() -> None:
    rows = table()
    found = submodel(sw.collect("y ~ a + b + f", rows), drop="f")
    assert found.kept.gathered.sample.table.column_names == ["y", "a", "b"]
    assert found.kept.gathered.sample.table.num_rows == 90
    assert found.figure() is not None


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"drop": "aa"}, "'y ~ a \\+ b \\+ f \\+ a:f' has no term 'aa'; did you mean 'a"),
        ({"terms": ["a", "b:f"]}, "has no term 'b:f'"),
        ({"add": "a +"}, "has no term 'a \\+'"),
        ({"formula": "y ~ a + log(b)"}, "has no term 'log\\(b\\)'"),
        ({"formula": "z ~ a"}, "has no column 'z'"),
        ({"formula": "y ~ a", "drop": "b"}, "a formula says all of it"),
        ({"target": "f"}, "f is a category; name another term"),
        ({"target": "a:f"}, "a:f is made of several"),
        ({"target": "w"}, "has no column 'w'"),
        ({"terms": ["a"], "drop": "b"}, "'b' cannot be dropped from a model that has no such term"),
        ({"target": "a", "terms": ["a"]}, "cannot predict itself"),
        ({"terms": [], "formula": None, "drop": "a"}, "'a' cannot be dropped"),
    ],
)
def test_what_cannot_be_had_is_said(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        submodel(sw.collect("y ~ a + b + f + a:f", table()), **how)


def test_dropping_everything_leaves_the_mean_or_nothing() -> None:
    rows = table()
    assert submodel(sw.collect("y ~ a + b", rows), drop=["a", "b"]).formula == "y ~ 1"
    with pytest.raises(ArgumentError, match="no term of 'y ~ 0 \\+ a' is left, and no intercept"):
        submodel(sw.collect("y ~ 0 + a", rows), drop="a")
    with pytest.raises(ArgumentError, match="a dict is no state of rows"):
        submodel(rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", R["paths"], ids=lambda case: f"{case['table']}-{case['direction']}-{case['by']}")
def test_steps_are_those_of_r(case: dict[str, Any]) -> None:
    found = step(sw.collect(case["formula"], R["tables"][case["table"]]), case["direction"], case["by"])
    signs = {"add": "+", "drop": "-", "start": ""}
    assert [signs[one.action] + one.term for one in found.steps] == case["steps"]
    assert_allclose([one.rss for one in found.steps], case["rss"], rtol=1e-10)
    assert_allclose([one.criterion for one in found.steps], case["criterion"], rtol=1e-11)
    assert set(found.steps[-1].terms) == set(case["terms"])
    assert_allclose(found.model().glance()[case["by"]].to_pylist()[0], case["criterion"][-1], rtol=1e-11)


@pytest.mark.parametrize("by", ["aic", "aicc", "bic"])
@pytest.mark.parametrize("start", ["", "0 + "], ids=["intercept", "none"])
def test_the_best_subset_is_the_best_of_all_models(by: Any, start: str) -> None:
    rows = table(70, 4)
    kept = sw.collect(f"y ~ {start}a + b + f + g + a:f + f:g + C(h)", rows, weights="v")
    terms = {term.text: term for term in kept.design.terms}
    every = {}
    for count in range(1, len(terms) + 1):
        for chosen in itertools.combinations(terms, count):
            if all(t in chosen for c in chosen for t in terms if terms[t].key < terms[c].key):
                model = submodel(kept, terms=chosen)
                every[frozenset(chosen)] = model.glance().to_pylist()[0] | {"rank": model.solution.rank}
    found = best_subset(kept, by)
    best = min(every, key=lambda one: every[one][by])
    assert set(found.steps[found.place].terms) == best
    assert_allclose(found.steps[found.place].criterion, every[best][by], rtol=1e-11)
    for one in (one for one in found.steps if one.terms):
        assert_allclose(one.criterion, min(all_[by] for all_ in every.values() if all_["rank"] == one.df), rtol=1e-11)
        assert one.df == every[frozenset(one.terms)]["rank"]
    theirs = smf.wls("y ~ a + b", pa.table(rows).to_pandas(), weights=rows["v"]).fit()
    smaller = smf.wls("y ~ a", pa.table(rows).to_pandas(), weights=rows["v"]).fit()
    ours = [submodel(kept, f"y ~ {names}").glance()["aic"].to_pylist()[0] for names in ("a + b", "a")]
    assert_allclose(ours[0] - ours[1], theirs.aic - smaller.aic, rtol=1e-8)


def test_coding_without_an_intercept_changes_as_categories_leave() -> None:
    """In y ~ 0 + f + g only f has all of its levels; a model of g alone has all of g's."""
    rows = table(60, 6)
    found = step(sw.collect("y ~ 0 + f + g + h", rows), "backward", "bic")
    for one in found.steps[:-1]:
        assert_allclose(one.criterion, sw.fit("y ~ 0 + " + " + ".join(one.terms), rows).glance()["bic"][0].as_py())
    assert found.model().names == sw.fit(found.formula, rows).names


def test_polynomials_and_copies_in_a_choice() -> None:
    rows = table(60, 7) | {"c": table(60, 7)["a"] * 2 + 1}
    found = best_subset(sw.collect("y ~ a + c + poly(b, 3) + f", rows))
    assert all(not {"a", "c"} <= set(one.terms) for one in found.steps)
    assert found.steps[found.place].terms == ("a", "f")
    for one in found.steps:
        formula = "y ~ " + (" + ".join(one.terms) or "1")
        assert_allclose(one.rss, sw.fit(formula, rows).solution.residual_sum_of_squares, rtol=1e-10)


def with_folds(formula: str, rows: dict[str, Any], count: int) -> sw.Collected:
    """What collecting with folds keeps: here the fold is a column."""
    from slopewise.data import open_source
    from slopewise.design import Design
    from slopewise.design.grouping import ByColumns
    from slopewise.passes import gathered

    source = open_source(rows | {"fold": np.arange(len(rows["y"])) % count})
    design = Design.of(formula, source.columns, keys=("fold",))
    return gathered(source, design, "double-double", grouping=ByColumns(("fold",)))


def test_cross_validation_is_that_of_the_rows() -> None:
    rows = table(80, 8)
    kept = with_folds("y ~ a + b + f + a:f", rows, 4)
    found, fold = step(kept, "backward", "cv"), np.arange(80) % 4
    for one in found.steps:
        error = 0.0
        for k in range(4):
            model = sw.fit("y ~ " + " + ".join(one.terms), {name: v[fold != k] for name, v in rows.items()})
            held = {name: v[fold == k] for name, v in rows.items()}
            error += float(((held["y"] - model.predict(held)) ** 2).sum())
        assert_allclose(one.criterion, error / 80, rtol=1e-9)
    best = best_subset(kept, "cv")
    assert best.steps[best.place].criterion == min(one.criterion for one in best.steps)
    assert set(best.steps[best.place].terms) == {"a", "f", "a:f"}


def test_a_choice_says_what_it_is_and_what_it_does_to_p_values() -> None:
    found = step(sw.collect(R["paths"][0]["formula"], R["tables"]["mtcars"]), "forward")
    lines = str(found).splitlines()
    assert lines[0] == "stepwise, forward by AIC · the table · 32 rows used"
    assert lines[2].split() == ["step", "parameters", "RSS", "AIC"]
    assert lines[-4].split() == ["+", "hp", "4", "176.621", "155.48", "←"]
    assert lines[-1] == WARNING == found.warning
    assert "p-values" in WARNING
    assert found.path["chosen"].to_pylist() == [False, False, False, True]
    assert found.path["formula"].to_pylist()[-1] == found.formula == found.model().formula
    assert json.loads(json.dumps(found.to_dict()))["warning"] == WARNING
    assert repr(found) == "<Selection by aic, forward: 'mpg ~ cyl + hp + wt', one of 4 models>"
    assert "best subset by BIC" in str(best_subset(found.kept, most=2))


def test_what_cannot_be_chosen_is_said() -> None:
    rows = table(8)
    kept = sw.collect("y ~ a + b + f + g + h + I(a^2) + I(b^2)", rows)
    with pytest.raises(ArgumentError, match="direction='up' is not one of"):
        step(kept, "up")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="by='r2' is not one of 'aic', 'aicc', 'bic', 'cv'"):
        best_subset(kept, "r2")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="most=-1 is the number of coefficients"):
        best_subset(kept, most=-1)
    with pytest.raises(ArgumentError, match="was collected without: collect with folds"):
        step(kept, by="cv")
    with pytest.raises(TooFewRows, match="choose forward"):
        step(kept, "backward")
    assert len(step(kept, "forward", "bic").steps) > 0
    assert best_subset(kept, "aicc").steps[-1].df < 8
    with pytest.raises(ArgumentError, match="has no term to choose from"):
        step(sw.collect("y ~ 1", rows))
