"""Inflation of variances and condition indices against statsmodels, and against the rows themselves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from statsmodels.stats.outliers_influence import variance_inflation_factor

import slopewise as sw
from slopewise.inference.collinearity import ConditionIndices, Inflation, condition_indices, vif
from slopewise.typing import Array


def table(seed: int = 0, n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    base = rng.normal(size=n)
    drawn = {"a": base + 5, "b": base + rng.normal(size=n) / 2, "c": rng.normal(size=n), "w": rng.gamma(2.0, size=n)}
    drawn |= {"f": rng.choice(list("pqr"), n), "y": rng.normal(size=n)}
    return pd.DataFrame(drawn)


def vif_of(model: sw.LinearModel) -> Inflation:
    return vif(model.moments, model.solution, model.kept.coding, model.kept.design.terms)


def indices_of(model: sw.LinearModel) -> ConditionIndices:
    return condition_indices(model.moments, model.solution, model.names)


def test_each_factor_is_that_of_statsmodels() -> None:
    data = table()
    found = vif_of(sw.fit("y ~ a + b + c", data))
    Z = np.column_stack([np.ones(len(data)), data[["a", "b", "c"]]])
    expected = [variance_inflation_factor(Z, j) for j in (1, 2, 3)]
    assert_allclose(found.gvif, expected, rtol=1e-10)
    assert_allclose(found.factor, np.sqrt(expected), rtol=1e-10)
    assert found.df.tolist() == [1, 1, 1]


@pytest.mark.parametrize("weights", [None, "w"])
def test_each_factor_is_what_regression_on_the_others_says(weights: str | None) -> None:
    data = table()
    found = vif_of(sw.fit("y ~ a + b + c", data, weights=weights))
    for place, name in enumerate("abc"):
        others = " + ".join(other for other in "abc" if other != name)
        assert_allclose(found.gvif[place], 1 / (1 - sw.fit(f"{name} ~ {others}", data, weights=weights).r2), rtol=1e-9)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), intercept=st.booleans())
def test_generalised_factors_are_determinants_of_correlations(seed: int, intercept: bool) -> None:
    model = sw.fit(f"y ~ {int(intercept)} + a * f + poly(b, 3) + c", table(seed))
    found, V = vif_of(model), model.vcov()[int(intercept) :, int(intercept) :]
    spread = np.sqrt(np.diagonal(V))
    R = V / spread / spread[:, None]
    owner = np.array([column.term for column in model.kept.coding.columns])
    for t in range(len(found.terms)):
        own = owner == t
        blocks = np.linalg.det(R[np.ix_(own, own)]) * np.linalg.det(R[np.ix_(~own, ~own)])
        assert_allclose(found.gvif[t], blocks / np.linalg.det(R), rtol=1e-6)
        assert_allclose(found.factor[t], found.gvif[t] ** (1 / (2 * own.sum())), rtol=1e-12)


@settings(max_examples=25)
@given(units=st.lists(st.integers(-120, 120), min_size=3, max_size=3), offset=st.integers(-1000, 1000))
def test_units_order_and_offsets_do_not_matter(units: list[int], offset: int) -> None:
    data = table()
    moved = data.assign(a=(data["a"] + offset) * 10.0 ** units[0], b=data["b"] * 10.0 ** units[1])
    found = vif_of(sw.fit("y ~ a + b + f", moved.assign(y=data["y"] * 10.0 ** units[2])))
    turned = vif_of(sw.fit("y ~ f + b + a", data))
    assert_allclose(found.gvif, turned.gvif[::-1], rtol=1e-9)


def test_unrelated_columns_are_not_inflated() -> None:
    data = {"a": [-1.0, -1, 1, 1], "b": [-1.0, 1, -1, 1], "y": [1.0, 2, 3, 5]}
    found = vif_of(sw.fit("y ~ a + b", data))
    assert found.gvif.tolist() == [1.0, 1.0]
    assert found.advice[0].endswith("1.0 times what it would be were a unrelated to the other terms.")


def test_a_single_term_is_inflated_by_nothing() -> None:
    assert_allclose(vif_of(sw.fit("y ~ f", table())).gvif, [1.0], rtol=1e-10)


def test_near_collinearity_costs_no_digits() -> None:
    n = 40
    a = np.arange(n, dtype=float)
    b = a + np.where(np.arange(n) % 3 == 0, 2.0**-20, 0.0)
    found = vif_of(sw.fit("y ~ a + b", {"a": a, "b": b, "y": a % 7}))
    A, B = ([Fraction(v) - Fraction(int(np.sum(col * 2**20)), n * 2**20) for v in col.tolist()] for col in (a, b))
    s_aa, s_bb = (sum(v * v for v in col) for col in (A, B))
    s_ab = sum(u * v for u, v in zip(A, B, strict=True))
    exact = float(1 / (1 - s_ab**2 / (s_aa * s_bb)))
    assert exact > 1e13
    assert_allclose(found.gvif, exact, rtol=1e-12)


def test_columns_that_are_left_out_do_not_count() -> None:
    data = table().assign(copy=lambda d: 2 * d["a"] - 1)
    found, without = vif_of(sw.fit("y ~ a + copy + b", data)), vif_of(sw.fit("y ~ a + b", data))
    assert found.df.tolist() == [1, 0, 1]
    assert_allclose(found.gvif[[0, 2]], without.gvif, rtol=1e-10)
    assert np.isnan(found.gvif[1])
    assert found.advice[1] == "copy has no estimate: other terms determine its columns."
    assert found.to_dict()["gvif"][1] is None


def test_advice_for_terms_that_move_together() -> None:
    rng = np.random.default_rng(1)
    data = table().assign(b=lambda d: d["a"] + rng.normal(size=60) / 10)
    found = vif_of(sw.fit("y ~ a + b", data))
    assert found.advice[0].startswith("VIF ")
    assert found.advice[0].endswith("; leave out one of those that move together.")
    square = vif_of(sw.fit("y ~ a + I(a^2) + f", data))
    assert "it shares a with I(a^2), which measuring that from its mean" in square.advice[0]
    assert square.advice[2].startswith("GVIF ")
    assert "for the 2 columns of f: their standard errors are, on the whole," in square.advice[2]


def scaled(data: pd.DataFrame, columns: list[str], weights: Array | None, intercept: bool) -> Array:
    root = np.ones(len(data)) if weights is None else np.sqrt(weights)
    Z = np.column_stack([*([np.ones(len(data))] if intercept else []), *(data[name] for name in columns)])
    Z = Z * root[:, None]
    return np.asarray(Z / np.linalg.norm(Z, axis=0))


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("intercept", [True, False])
def test_condition_indices_are_singular_values_of_the_rows(weights: str | None, intercept: bool) -> None:
    data = table()
    found = indices_of(sw.fit(f"y ~ {int(intercept)} + a + b + c", data, weights=weights))
    Z = scaled(data, ["a", "b", "c"], data["w"].to_numpy() if weights else None, intercept)
    _, s, Vt = np.linalg.svd(Z, full_matrices=False)
    assert_allclose(found.indices, s[0] / s, rtol=1e-10)
    shares = (Vt.T / s) ** 2
    assert_allclose(found.proportions, (shares / shares.sum(axis=1, keepdims=True)).T, rtol=1e-7, atol=1e-12)
    assert_allclose(found.proportions.sum(axis=0), 1.0)
    assert found.names == (*["Intercept"] * intercept, "a", "b", "c")


@pytest.mark.parametrize("gap", [2.0**-10, 2.0**-20, 2.0**-30])
def test_large_indices_keep_their_digits(gap: float) -> None:
    n = 48
    a = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    e = np.where(np.arange(n) % 4 < 2, 1.0, -1.0)
    c = np.where(np.arange(n) % 8 < 4, 1.0, -1.0)
    data = {"a": a, "b": a + gap * e, "c": c, "y": np.arange(n, dtype=float)}
    found = indices_of(sw.fit("y ~ a + b + c", data))
    # a and b have the cosine ρ = 1/√(1 + gap²), and eigenvalues 1 ± ρ; the others are orthogonal
    less = gap**2 / (1 + gap**2) / (1 + 1 / np.sqrt(1 + gap**2))  # 1 − ρ without cancellation
    expected = np.sqrt((2 - less) / np.array([2 - less, 1.0, 1.0, less]))
    assert_allclose(found.indices, expected, rtol=1e-9)
    assert_allclose(found.proportions[-1], [0.0, 1.0, 1.0, 0.0], atol=1e-4)
    assert found.advice[0].endswith("a and b move together, so their effects can hardly be told apart; leave out one "
                                    "of them.")  # fmt: skip


def test_an_offset_harms_the_intercept_alone() -> None:
    data = {"year": [1990.0, 1995, 2000, 2005, 2011], "y": [1.0, 3, 2, 5, 4]}
    (sentence,) = indices_of(sw.fit("y ~ year", data)).advice
    assert "year varies little for its size, so the intercept" in sentence


def test_advice_where_columns_are_told_apart_and_where_blame_is_shared() -> None:
    (sentence,) = indices_of(sw.fit("y ~ c", table())).advice
    assert sentence.startswith("The largest condition index is 1.")
    rng = np.random.default_rng(0)
    a = rng.normal(size=50)
    data = {"a": a, "b": a + rng.normal(size=50) / 100, "c": a + rng.normal(size=50) / 1000, "y": a}
    sentences = indices_of(sw.fit("y ~ a + b + c", data)).advice
    assert len(sentences) == 2
    assert "a and c move together" in sentences[0]
    assert "and more in others" in sentences[1]


def test_models_of_few_columns() -> None:
    data = table()
    nothing = indices_of(sw.fit("y ~ 0 + a", data.assign(a=0.0)))
    assert (nothing.names, nothing.advice, nothing.indices.shape) == ((), (), (0,))
    alone = indices_of(sw.fit("y ~ 1", data))
    assert alone.to_dict() == {"index": [1.0], "proportions": {"Intercept": [1.0]}}
    dropped = indices_of(sw.fit("y ~ a + copy", data.assign(copy=data["a"])))
    assert dropped.names == ("Intercept", "a")


def test_a_sentence_names_a_few_columns() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(50, 1))
    X = base + rng.normal(size=(50, 8)) / 1000
    X[:, 0] = 9 * base[:, 0] - X[:, 1:].sum(axis=1) + rng.normal(size=50) / 1e6
    columns = {f"x{j}": X[:, j] for j in range(8)}
    base_sum = X.sum(axis=1) + rng.normal(size=50) / 1e6
    model = sw.fit("y ~ " + " + ".join(["s", *columns]), {**columns, "s": base_sum, "y": base[:, 0]})
    assert "s, x0, x1, x2, x3 and 4 more move together" in indices_of(model).advice[0]
