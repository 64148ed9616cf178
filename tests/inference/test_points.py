"""Rows in the coordinates of a fit: the compiled spelling says what NumPy's does, however the columns lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.inference import points
from slopewise.inference.frame import Frame
from slopewise.inference.points import FEW, InPlace, Written
from slopewise.moments.strips import IN_PLACE, Strip, Strips

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS, LENGTHS = (1, 2, 3, 4, 5, 8, 9, 13, FEW - 1), (0, 1, 127, 128, 129, 700)


@given(
    SEEDS,
    st.sampled_from([1, 2, 3, 4, 5, 8, 9, 13, FEW - 1]),
    st.sampled_from([0, 1, 127, 128, 129, 700]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_compiled_points_are_those_of_numpy(seed: int, n: int, m: int, constant: bool) -> None:
    rng = np.random.default_rng(seed)
    before = int(rng.integers(0, 300))
    whole = rng.normal(size=(before + m + 5, n)) * 100
    cuts = [np.unique(rng.integers(0, len(whole) + 1, rng.integers(0, 4))) for _ in range(n)]
    types = rng.choice(len(IN_PLACE), n)
    runs = [np.split(whole[:, j].astype(IN_PLACE[types[j]]), cuts[j]) for j in range(n)]
    columns = Strips(tuple(Strip(tuple(np.ascontiguousarray(run) for run in found)) for found in runs))
    frame = Frame(
        *(rng.normal(size=n), rng.normal(size=n), float(rng.normal())),
        np.triu(rng.normal(size=(n, n))) / n,
        rng.normal(size=n) * rng.integers(0, 2),
        float(rng.normal()) if constant else None,
    )
    few = InPlace(frame, columns, before, m)
    plain = Written(frame, columns.joined[before : before + m])
    factor = rng.normal(size=m)
    size = np.abs(plain.coordinates).max(initial=1.0)
    assert_allclose(few.fitted, plain.fitted, rtol=1e-12, atol=1e-12 * 100 * n)
    assert_allclose(few.squares, plain.squares, rtol=1e-12)
    assert_allclose(few.coordinates, plain.coordinates, rtol=0, atol=0)
    assert_allclose(few.sums(factor), plain.sums(factor), rtol=0, atol=1e-13 * size * (m + 1))
    products = few.products(factor)
    assert_allclose(products, plain.products(factor), rtol=0, atol=1e-13 * size**2 * (m + 1))
    assert_allclose(products, products.T, rtol=0, atol=0)


FORMULAS = (
    "y ~ x + z",
    "y ~ 0 + x + z",
    "y ~ x + z + twice + i",
    "y ~ f * x + poly(z, 2)",
    "y ~ 1",
    "log(y^2) ~ x + i",
)


def table(m: int = 3_000) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=m) + 1e5, rng.normal(size=m)
    y = 3 * x - z + rng.normal(size=m) * (1 + z**2)
    gaps = [None if k % 97 == 5 else float(value) for k, value in enumerate(z)]
    return {
        "x": x,
        "z": gaps,
        "twice": 2 * x,
        "i": rng.integers(0, 9, m).astype(np.int32),
        "y": y,
        "f": rng.choice(list("abc"), m),
        "g": rng.integers(0, 30, m),
        "w": rng.gamma(3.0, size=m),
        "n": rng.integers(0, 3, m),
    }


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("counted", [{}, {"weights": "w", "frequency": "n"}], ids=["ones", "weighted"])
def test_a_second_pass_of_many_rows_finds_what_one_of_few_does(
    monkeypatch: pytest.MonkeyPatch, formula: str, counted: dict[str, Any]
) -> None:
    t = pa.table(table())
    cut = pa.concat_tables([t.slice(0, 700), t.slice(700, 1_100), t.slice(1_800)])
    kinds: tuple[Any, ...] = ("HC0", "HC1", "HC2", "HC3", ("cluster", "g"))
    found = []
    for large in (points.LARGE, 0):
        monkeypatch.setattr(points, "LARGE", large)
        model = sw.fit(formula, cut, **counted)
        covariances = [model.with_covariance(kind, cut).vcov() for kind in kinds]
        found.append((covariances, model.diagnose(cut, keep=["g"])))
    (few, plain), (many, large_one) = found
    for one, other in zip(few, many, strict=True):
        sizes = np.sqrt(np.diagonal(one))
        assert_allclose(other / sizes / sizes[:, None], one / sizes / sizes[:, None], atol=1e-9)
    assert large_one.influential.select(["row", "g"]) == plain.influential.select(["row", "g"])
    assert_allclose(large_one.influential["cooks_d"], plain.influential["cooks_d"], rtol=1e-8)
    assert_allclose(large_one.drawn.figures, plain.drawn.figures, rtol=1e-8, atol=1e-8)
    assert_allclose(_figures(large_one), _figures(plain), rtol=1e-7)


def _figures(found: sw.Diagnosis) -> list[float]:
    tests = (found.breusch_pagan.statistic, found.breusch_pagan.original, found.normality.statistic)
    return [
        found.press,
        found.largest,
        found.high,
        found.full,
        found.largest_row,
        *tests,
        *found.robust_ratios.values(),
    ]
