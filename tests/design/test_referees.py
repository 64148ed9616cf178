"""Formulaic and statsmodels are the referees of whole fits: drawn formulas and tables, missing values and weights.

Formulaic takes booleans for numbers, so that they go to it as text; it knows our spellings of contrasts by R's names.
"""

from __future__ import annotations

import re
from typing import Any

import formulaic
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw

OURS = {
    "contr.sum": "Sum",
    "contr.poly": "Poly",
    "contr.helmert": "Helmert",
    "contr.treatment('q')": 'Treatment("q")',
    "contr.treatment('v')": 'Treatment("v")',
    " ** ": "^",
}

pytestmark = pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")  # they say so, and go on

plain = st.sampled_from(["a", "b", "f", "g", "t", "C(n)", "log(a)", "I(a**2)", "exp(-b)", "log(a + 1)", "C(f)"])
contrasts = st.sampled_from(
    [
        "C(f, contr.sum)",
        "C(n, contr.poly)",
        "C(g, contr.helmert)",
        "C(f, contr.treatment('q'))",
        "C(g, contr.treatment('v'))",
    ]
)
after_the_read = st.sampled_from(["center(a)", "scale(b)", "poly(b, 2)", "scale(log(a))", "poly(log(a), 3)"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds("{}{}{}".format, inner, st.sampled_from([" + ", "*", ":", "/"]), inner).map("({})".format)
    return joined | joined.map("{}**2".format)


def right_sides(factors: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sums = st.lists(st.recursive(factors, larger, max_leaves=3), min_size=1, max_size=3).map(" + ".join)
    return sums | sums.map("0 + {}".format) | st.builds("{} - {}".format, sums, factors)


def table(seed: int, gaps: bool) -> pd.DataFrame:
    """80 rows with every level; about one value in thirty is missing, but for n and w."""
    generator = np.random.default_rng(seed)
    columns: dict[str, Any] = {name: generator.uniform(0.5, 3.0, 80) for name in "yabw"}
    for name, levels in {"f": ["p", "q", "r"], "g": ["u", "v"], "t": ["False", "True"]}.items():
        columns[name] = generator.permutation(np.resize(np.array(levels, dtype=object), 80))
    frame = pd.DataFrame(columns).mask(generator.random((80, 7)) < gaps / 30)
    return frame.assign(n=generator.permutation(np.resize([2, 9, 10], 80)), w=columns["w"])


def fitted_by_referees(formula: str, frame: pd.DataFrame, weights: str | None) -> tuple[Any, Any]:
    terms = " ".join(map(str, formulaic.Formula(formula).rhs))  # of a column that is taken away no row is missed
    used = [name for name in frame.columns if re.search(rf"\b{name}\b", terms) or name in ("y", weights)]
    complete = frame.dropna(subset=used)
    matrices = formulaic.model_matrix(formula, complete)
    weight = complete[weights] if weights else np.ones(len(complete))
    return matrices.rhs, sm.WLS(matrices.lhs.iloc[:, 0], matrices.rhs, weights=weight).fit()


def check(right: str, seed: int, gaps: bool, weights: str | None) -> None:
    frame = table(seed, gaps)
    matrix, theirs = fitted_by_referees(f"y ~ {right}", frame, weights)
    if not matrix.shape[1]:
        return
    arrow = pa.Table.from_pandas(frame.assign(t=frame["t"].map({"True": True, "False": False})), preserve_index=False)
    model = sw.fit(f"y ~ {right}", arrow, weights=weights)
    names = list(matrix.columns)
    for given_name, written in OURS.items():
        names = [name.replace(given_name, written) for name in names]
    assert list(model.coefficients) == names
    spread = np.linalg.svd(matrix.to_numpy(dtype=float), compute_uv=False)
    if ((spread > 1e-13 * spread[0]) & (spread < 1e-11 * spread[0])).any():
        return  # the referee, in float64, cannot tell whether such columns are dependent
    rank = int((spread > 1e-12 * spread[0]).sum())
    close = max(1e-9, 1e-16 * spread[0] / spread[rank - 1])  # float64 can tell no more of nearly collinear columns
    np.testing.assert_allclose(model.predict(arrow)[matrix.index], theirs.fittedvalues, rtol=close, atol=close)
    assert model.rows.used == len(matrix)
    if rank == len(spread) and spread[0] < 1e5 * spread[-1]:
        np.testing.assert_allclose(list(model.coefficients.values()), theirs.params, rtol=1e-8, atol=1e-8)


@given(right_sides(plain | contrasts), st.integers(0, 99), st.booleans(), st.sampled_from([None, "w"]))
@settings(max_examples=40)
def test_drawn_fits_with_missing_values_and_weights(right: str, seed: int, gaps: bool, weights: str | None) -> None:
    check(right, seed, gaps, weights)


@given(right_sides(plain | contrasts | after_the_read), st.integers(0, 99), st.booleans())
@settings(max_examples=25)
def test_drawn_fits_of_what_is_known_after_the_read(right: str, seed: int, gaps: bool) -> None:
    check(right, seed, gaps, None)  # with weights our means and deviations are weighted, and theirs are not


CHOSEN = [
    "f/a - 1",
    "(a + f)/g",
    "f*g*t - f:g:t",
    "C(n, contr.poly)*f",
    "0 + C(f, contr.sum):a + g",
    "C(f, contr.treatment('q'))/a",
    "center(a)*f",
    "0 + scale(a):C(f, contr.sum)",
    "poly(b, 2):C(g, contr.helmert) + log(a)/f",
]


@pytest.mark.parametrize("right", CHOSEN)
def test_chosen_fits(right: str) -> None:
    check(right, 5, True, None)
