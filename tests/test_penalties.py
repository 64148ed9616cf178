"""Penalised paths by name: glmnet as referee on real tables, folds, tables, texts, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import ElasticNet, Ridge

from slopewise.answering import of_moments
from slopewise.collected import Collected
from slopewise.design.grouping import Folds
from slopewise.design.keyed import Keyed
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.penalties import CrossValidated, cross_validate, elastic_net_path, lasso_path, ridge_path
from slopewise.penalties import Path as NamedPath
from slopewise.pipeline import collect
from slopewise.solvers.penalised import penalty_path
from slopewise.solvers.penalty import Penalty

R = Path(__file__).parent / "data" / "r"
SAID: dict[str, list[dict[str, Any]]] = json.loads((R / "penalties.json").read_text(encoding="utf-8"))
CASES, FOLDS = SAID["cases"], SAID["folds"]
DATA = {
    "size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.5, 9.0],
    "kind": ["a", "b", "a", "c", "b", "a", "c", "a", "b"],
    "age": [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0],
    "price": [3.0, 6.0, 6.0, 9.0, 13.0, 10.0, 18.0, 19.0, 22.0],
}


def complete(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """X, y and the weights of the rows of a case that lack nothing."""
    names = [*case["columns"], case["target"], *([case["weights"]] if case["weights"] else [])]
    convert = pyarrow.csv.ConvertOptions(include_columns=names, null_values=["", "NA"])
    table = pyarrow.csv.read_csv(R / case["table"], convert_options=convert)
    rows = np.array([[float("nan") if v is None else float(v) for v in table[name].to_pylist()] for name in names]).T
    rows = rows[~np.isnan(rows).any(axis=1)]
    p = len(case["columns"])
    return rows[:, :p], rows[:, p], rows[:, p + 1] if case["weights"] else np.ones(len(rows))


def objective(case: dict[str, Any], k: int, w: np.ndarray, b: float) -> float:
    """The penalised cost of coefficients, from the rows."""
    X, y, v = complete(case)
    centre = np.average(X, axis=0, weights=v) if case["intercept"] else 0.0
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v)) if case["standardize"] else 1.0
    f, lmbda, ratio = np.array(case["factors"]), case["lambdas"][k], case["l1_ratio"]
    J = np.average((y - b - X @ w) ** 2, weights=v) / 2
    return float(J + lmbda * (1 - ratio) / 2 * f @ (s * w) ** 2 + lmbda * ratio * f @ np.abs(s * w))


def told(case: dict[str, Any]) -> str:
    return f"{Path(case['table']).stem}-{case.get('l1_ratio', 'folds')}"


@pytest.mark.parametrize("case", CASES, ids=told)
def test_glmnet_agrees(case: dict[str, Any]) -> None:
    X, y, v = complete(case)
    assert len(y) == case["rows"]
    kept = of_moments(Moments.of(X, y, weights=v), names=case["columns"], intercept=case["intercept"])
    path = elastic_net_path(
        kept,
        case["lambdas"],
        l1_ratio=case["l1_ratio"],
        positive=case["positive"],
        penalty_factors=case["factors"],
        standardize=case["standardize"],
    )
    assert path.status == "converged"
    assert path.gaps.max() <= 1e-10
    for k, (w, b) in enumerate(zip(case["coefficients"], case["intercepts"], strict=True)):
        ours = objective(case, k, path.coefficients[k], path.intercepts[k])
        assert_allclose(path.objectives[k], ours, rtol=1e-10)
        assert_allclose(ours, objective(case, k, np.array(w), b), rtol=1e-8)
        assert_allclose(path.coefficients[k], w, atol=1e-7 * np.abs(path.coefficients).max())
        assert_allclose(path.intercepts[k], b, rtol=1e-6, atol=1e-9)


STANDARD = [case for case in CASES if case["standardize"] and case["intercept"] and set(case["factors"]) == {1}]


@pytest.mark.parametrize("case", STANDARD, ids=told)
def test_scikit_learn_agrees_on_the_objective(case: dict[str, Any]) -> None:
    X, y, v = complete(case)
    m = np.average(X, axis=0, weights=v)
    s = np.sqrt(np.average((X - m) ** 2, axis=0, weights=v))
    kept = of_moments(Moments.of(X, y, weights=v), names=case["columns"])
    path = elastic_net_path(kept, case["lambdas"], l1_ratio=case["l1_ratio"], positive=case["positive"])
    for k, lmbda in enumerate(case["lambdas"]):
        if case["l1_ratio"]:
            options = {"l1_ratio": case["l1_ratio"], "positive": case["positive"]}
            referee = ElasticNet(alpha=lmbda, tol=1e-13, max_iter=10**6, **options)
        else:
            referee = Ridge(alpha=lmbda * v.sum(), solver="svd")
        referee.fit((X - m) / s, y, sample_weight=v)
        b = referee.intercept_ - (referee.coef_ / s) @ m
        assert_allclose(path.objectives[k], objective(case, k, referee.coef_ / s, b), rtol=1e-8)


def test_scikit_learn_was_asked_on_five_tables() -> None:
    assert len({case["table"] for case in STANDARD}) == 5


@pytest.mark.parametrize("kind", ["ridge", "lasso", "elastic_net"])
def test_held_out_errors_of_a_file_are_those_of_refitting(kind: Any) -> None:
    formula, names = "price ~ area + Overall.Qual + Year.Built + Lot.Area", ["area", "Overall.Qual", "Year.Built"]
    table = pyarrow.csv.read_csv(R / "../../../examples/ames.csv")
    columns = [*names, "Lot.Area", "price"]
    rows = np.column_stack([np.array(table[name].to_pylist(), dtype=float) for name in columns])
    number = np.arange(1, len(rows) + 1)
    found = cross_validate(collect(formula, table, folds=5, seed=3), kind)
    fold, whole = Folds(5, 3).of_numbers(number), ~np.isnan(rows).any(axis=1)
    walk = {"ridge": ridge_path, "lasso": lasso_path, "elastic_net": elastic_net_path}[kind]
    for k in range(5):
        train, held = rows[whole & (fold != k)], rows[whole & (fold == k)]
        for place in range(0, 100, 9):
            path = walk(Moments.of(train[:, :-1], train[:, -1]), [found.lambdas[place]])
            left = held[:, -1] - path.intercepts[0] - held[:, :-1] @ path.coefficients[0]
            assert_allclose(found.fold_errors[k, place], np.mean(left**2), rtol=1e-9)


def test_the_gap_that_is_printed_is_within_the_tolerance() -> None:
    for case in CASES:
        X, y, v = complete(case)
        path = elastic_net_path(Moments.of(X, y, weights=v), l1_ratio=case["l1_ratio"])
        assert path.gaps.max() <= path.penalty.tolerance
        assert max(path.table()["gap"].to_pylist()) == path.gaps.max()
        lines = [line.split("←")[0].split() for line in str(path).splitlines() if line[:1].isdigit()]
        raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        shown = [float(line[-1].replace("×10", "e").translate(raised)) for line in lines]
        assert 10 <= len(shown) <= 12
        assert max(shown) <= path.penalty.tolerance


@pytest.mark.parametrize("case", FOLDS, ids=told)
def test_glmnet_agrees_on_held_out_errors(case: dict[str, Any]) -> None:
    X, y, v = complete(case)
    fold = np.arange(len(y)) % case["folds"]
    states = [Moments.of(X[fold == k], y[fold == k], weights=v[fold == k]) for k in range(case["folds"])]
    found = cross_validate(Moments.stack(states), "lasso", case["lambdas"], positive=case["positive"])
    assert_allclose(found.mean, case["mean"], rtol=1e-8)
    assert_allclose(found.std_error, case["std_error"], rtol=1e-7)
    assert found.path.nonzero.tolist() == case["nonzero"]
    assert_allclose([found.best, found.one_se], [case["best"], case["one_se"]])


def test_glmnet_was_asked_on_six_tables_in_every_way() -> None:
    assert len({case["table"] for case in CASES}) == 6
    assert {case["l1_ratio"] for case in CASES} >= {0, 0.5, 1}
    for key, values in (("intercept", {True, False}), ("standardize", {True, False}), ("positive", {True, False})):
        assert {case[key] for case in CASES} == values
    assert any(case["weights"] for case in CASES)
    assert any(0 in case["factors"] for case in CASES)


def test_names_come_with_the_coefficients() -> None:
    kept = collect("price ~ size + kind + log(age)", DATA)
    path = lasso_path(kept)
    assert path.names == kept.names == ("size", "kind[T.b]", "kind[T.c]", "log(age)")
    assert path.target == "price"
    assert path.coefficients.shape == (100, 4)
    at = path.at(path.lambdas[50])
    assert list(at) == ["Intercept", *path.names]
    assert list(at.values()) == [path.intercepts[50], *path.coefficients[50]]
    between = float(np.sqrt(path.lambdas[50] * path.lambdas[51]))
    low, high = sorted([path.coefficients[50, 0], path.coefficients[51, 0]])
    assert low <= path.at(between)["size"] <= high
    bare = ridge_path(kept.moments)
    assert bare.names == ("x1", "x2", "x3", "x4")
    assert_allclose(bare.coefficients, ridge_path(kept).coefficients)
    assert list(ridge_path(collect("price ~ size + 0", DATA)).at(1.0)) == ["size"]


def test_the_three_doors_are_one_house() -> None:
    kept = collect("price ~ size + kind + age", DATA)
    lambdas = [1.0, 0.1]
    assert_allclose(elastic_net_path(kept, lambdas, l1_ratio=0.0).coefficients, ridge_path(kept, lambdas).coefficients)
    assert_allclose(elastic_net_path(kept, lambdas, l1_ratio=1.0).coefficients, lasso_path(kept, lambdas).coefficients)
    assert elastic_net_path(kept).l1_ratio == 0.5
    assert (lasso_path(kept, positive=True).coefficients >= 0).all()
    loose = lasso_path(kept, [0.1], standardize=False)
    assert_allclose(loose.coefficients, penalty_path(kept.moments, Penalty(1.0, standardize=False), [0.1]).coefficients)


def test_factors_by_term_or_coefficient() -> None:
    kept = collect("price ~ size + kind + age", DATA)
    by_term = lasso_path(kept, [0.5], penalty_factors={"kind": 3.0, "size": 0.0})
    assert by_term.penalty.factors == (0.0, 3.0, 3.0, 1.0)
    by_name = ridge_path(kept, [0.5], penalty_factors={"kind": 3.0, "kind[T.c]": 2.0})
    assert by_name.penalty.factors == (1.0, 3.0, 2.0, 1.0)
    assert lasso_path(kept.moments, [0.5], penalty_factors={"x4": 0.5}).penalty.factors == (1.0, 1.0, 1.0, 0.5)
    with pytest.raises(ArgumentError, match=r"called 'kidn'; did you mean 'kind'"):
        lasso_path(kept, [0.5], penalty_factors={"kidn": 1.0})


def test_tables_are_long() -> None:
    path = elastic_net_path(collect("price ~ size + age", DATA), [1.0, 0.1])
    table = path.table()
    assert table.column_names == ["lambda", "term", "estimate", "df", "r_squared", "objective", "gap"]
    assert table["term"].to_pylist() == ["Intercept", "size", "age"] * 2
    assert table["estimate"].to_pylist()[3:] == list(path.at(0.1).values())
    assert ridge_path(collect("price ~ 0 + size", DATA), [1.0]).table()["term"].to_pylist() == ["size"]
    constant = ridge_path(Moments.of([1.0, 2.0], [3.0, 3.0]), [1.0]).table()
    assert constant["r_squared"].null_count == 2


def test_cross_validation_of_what_was_collected_with_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = collect("price ~ size + age", DATA)
    parts = [collect("price ~ size + age", {name: values[k::3] for name, values in DATA.items()}) for k in range(3)]
    states = Moments.stack([part.moments for part in parts])
    monkeypatch.setattr(Collected, "states", property(lambda self: states))
    kept = replace(plain, keyed=Keyed.__new__(Keyed))  # any will do: only `states` is read
    found = cross_validate(kept, "lasso")
    bare = cross_validate(states, "lasso")
    assert isinstance(found, CrossValidated)
    assert isinstance(found.path, NamedPath)
    assert_allclose(found.mean, bare.mean)
    assert_allclose(found.path.coefficients, lasso_path(plain).coefficients, rtol=1e-8, atol=1e-10)
    errors = np.zeros((3, 100))
    for k in range(3):
        train = Moments.stack([parts[i].moments for i in range(3) if i != k]).pool()
        path = lasso_path(train, found.lambdas)
        X = np.column_stack([DATA[name][k::3] for name in ("size", "age")])
        y = np.array(DATA["price"][k::3])
        errors[k] = ((y[:, None] - X @ path.coefficients.T - path.intercepts) ** 2).mean(axis=0)
    assert_allclose(found.fold_errors, errors, rtol=1e-9)
    assert list(found.at()) == ["Intercept", "size", "age"]
    assert found.at() == found.path.at(found.one_se)
    assert found.at("best") == found.path.at(found.best)
    assert found.at(found.lambdas[3]) == found.path.at(found.lambdas[3])
    assert "price" in str(found)
    with pytest.raises(ArgumentError, match="'least'"):
        found.at("least")


def ames_folds() -> Moments:
    case = next(case for case in CASES if "ames" in case["table"])
    X, y, _ = complete(case)
    return Moments.stack([Moments.of(X[k::10], y[k::10]) for k in range(10)])


@pytest.mark.parametrize("kind", ["ridge", "lasso", "elastic_net"])
def test_cross_validation_says_what_it_found(kind: str) -> None:
    found = cross_validate(ames_folds(), kind)
    table = found.table()
    assert table.column_names == ["lambda", "mean", "std_error", "df", "nonzero", "chosen"]
    marks = dict(zip(table["chosen"].to_pylist(), table["lambda"].to_pylist(), strict=True))
    assert marks["best"] == found.best
    assert marks["one_se"] == found.one_se
    text = str(found)
    assert text.startswith(kind.replace("_", " "))
    assert "10 folds" in text.splitlines()[0]
    assert sum("← best" in line for line in text.splitlines()) == 1
    assert sum("← one_se" in line for line in text.splitlines()) == 1
    assert max(map(len, text.splitlines())) <= 101
    assert found.status == "converged"
    assert repr(found).startswith("<CrossValidated: 10 folds")
    one = cross_validate(ames_folds(), kind, [found.best])
    assert one.table()["chosen"].to_pylist() == ["best, one_se"]
    assert_allclose(one.mean, found.mean[found.path.place(found.best)], rtol=1e-9)


def test_a_path_as_text() -> None:
    path = lasso_path(collect("price ~ size + kind + age", DATA))
    lines = str(path).splitlines()
    assert lines[0] == "lasso of price: 4 columns, 9 rows, 100 penalties"
    assert lines[2].split() == ["λ", "df", "not", "zero", "R²", "objective", "gap"]
    assert 10 <= sum(line[:1].isdigit() for line in lines) <= 12
    assert sum("← bic" in line or ", bic" in line for line in lines) == 1
    assert any(line.startswith("Every objective is within") for line in lines)
    assert repr(path).startswith("<Path of lasso: 100 penalties from ")
    shown = str(elastic_net_path(collect("price ~ size", DATA), [1e9], l1_ratio=0.25, positive=True))
    assert shown.splitlines()[0] == "elastic net (l1_ratio 0.25) of price: 1 column, none negative, 9 rows, 1 penalty"
    assert "every coefficient is zero" in str(lasso_path(collect("price ~ 0 + size", DATA), [1e9]))


def test_what_makes_no_sense_is_refused() -> None:
    kept = collect("price ~ size", DATA)
    for call, said in (
        (lambda: cross_validate(kept), r"no folds to hold out; collect it with folds.*folds=10"),
        (lambda: cross_validate(kept.moments), "one state a fold"),
        (lambda: cross_validate(kept, "ridg"), "'ridg' is not one of 'ridge', 'lasso', 'elastic_net'"),
        (lambda: cross_validate(ames_folds(), "lasso", l1_ratio=0.5), "is for penalty='elastic_net'"),
        (lambda: ridge_path(kept, intercept=False), "said by the formula"),
        (lambda: ridge_path([1.0]), "a list is not a state"),
        (lambda: elastic_net_path(kept, l1_ratio=1.5), "between 0"),
    ):
        with pytest.raises(ArgumentError, match=said):
            call()
    assert ridge_path(kept, intercept=True).has_intercept
    assert (ridge_path(kept.moments, intercept=False).intercepts == 0).all()
