"""Sums over cells: both spellings against rational arithmetic, however many rows, and the exact one against both."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.moments import cells_large, cells_small
from slopewise.moments.cell_sums import LARGE_SUMS, cell_counts, cell_sums
from slopewise.moments.cells import Columns
from slopewise.moments.kernels import LONG
from slopewise.moments.pair import Pair
from slopewise.moments.slices import exact_cell_sums
from slopewise.typing import Array, IntArray

KERNELS = [pytest.param(cells_small.cell_sums, id="numpy"), pytest.param(cells_large.cell_sums, id="numba")]


def drawn_columns(rng: np.random.Generator, k: int, m: int, *, low: bool) -> Columns:
    """Columns of unlike sizes, far from zero now and then."""
    size, offset = 10.0 ** rng.integers(-30, 31, (k, 1)), rng.choice([0.0, 1e9], (k, 1))
    high = (rng.normal(size=(k, m)) + offset) * size
    return Columns(high, high * 2.0**-54 * rng.uniform(-1, 1, (k, m)) if low else None)


def fractions(columns: Columns) -> list[list[Fraction]]:
    low = np.zeros_like(columns.high) if columns.low is None else columns.low
    return [
        [Fraction(one) + Fraction(other) for one, other in zip(*row, strict=True)]
        for row in zip(columns.high, low, strict=True)
    ]


def check(sums: Pair, codes: IntArray, left: Columns | None, right: list[Columns], count: int) -> None:
    """Within 2⁻¹⁰⁰ of the lengths of both columns in the cell."""
    ours = [[Fraction(1)] * len(codes)] if left is None else fractions(left)
    theirs = [row for columns in right for row in fractions(columns)]
    assert sums.shape == (count, len(ours), len(theirs))
    for c in range(count):
        rows = np.flatnonzero(codes == c).tolist()
        for a, one in enumerate(ours):
            for b, other in enumerate(theirs):
                exact = sum((one[i] * other[i] for i in rows), Fraction(0))
                bound = sum(one[i] ** 2 for i in rows) * sum(other[i] ** 2 for i in rows)
                assert (sums[c, a, b].fraction() - exact) ** 2 <= bound * Fraction(2) ** -200


cases = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32),
        "m": st.integers(0, 40),
        "count": st.integers(1, 5),
        "left": st.sampled_from([None, (1, False), (2, True)]),
        "right": st.lists(st.tuples(st.integers(0, 11), st.booleans()), min_size=1, max_size=3),
    }
)


@pytest.mark.parametrize("kernel", KERNELS)
@settings(max_examples=40)
@given(case=cases)
def test_sums_are_those_of_fractions(kernel: Any, case: dict[str, Any]) -> None:
    rng = np.random.default_rng(case["seed"])
    m, count = case["m"], case["count"]
    codes = rng.integers(0, count, m)
    left = case["left"] and drawn_columns(rng, case["left"][0], m, low=case["left"][1])
    right = [drawn_columns(rng, k, m, low=low) for k, low in case["right"]]
    check(kernel(codes, count, left, right), codes, left, right, count)


@pytest.mark.parametrize("kernel", KERNELS)
def test_many_rows_cost_no_digits(kernel: Any) -> None:
    """300 000 equal values in a cell: 0.1 three hundred thousand times, and products that are not exact either."""
    m = 300_000
    codes = np.repeat([1, 0], [m - 1, 1])
    tenth, third = Columns(np.full((1, m), 0.1)), Columns(np.full((3, m), 1 / 3))
    plain, product = kernel(codes, 2, None, [third]), kernel(codes, 2, tenth, [third])
    for sums, value in ((plain, Fraction(1 / 3)), (product, Fraction(0.1) * Fraction(1 / 3))):
        exact = (m - 1) * value
        assert all(abs(sums[1, 0, b].fraction() - exact) <= exact * Fraction(2) ** -102 for b in range(3))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("width", [1, 9])
def test_what_is_not_finite_reaches_its_sums_alone(kernel: Any, value: float, width: int) -> None:
    x = np.ones((width, 6))
    x[-1, 2] = value
    sums = kernel(np.array([0, 1, 0, 1, 0, 1]), 2, None, [Columns(x)])
    finite = np.isfinite(sums.hi[:, 0])
    assert finite[1].all()
    assert finite[0].tolist() == [True] * (width - 1) + [False]


@settings(max_examples=40)
@given(case=cases, weighted=st.booleans(), span=st.sampled_from([1, 300]))
def test_exact_sums_are_exact(case: dict[str, Any], weighted: bool, span: int) -> None:
    rng = np.random.default_rng(case["seed"])
    m, count = case["m"], case["count"]
    codes, v = rng.integers(0, count, m), rng.gamma(2.0, size=m)
    x, y = (rng.normal(size=m) * 10.0 ** rng.integers(-span, span, m) for _ in range(2))
    N, e = exact_cell_sums(codes, count, v if weighted else None, [[x], [np.ones(m)]], [[y, y * 2.0**-54]])
    for c in range(count):
        rows = np.flatnonzero(codes == c).tolist()
        for a, left in enumerate((x, np.ones(m))):
            products = (
                Fraction(v[i] if weighted else 1.0) * Fraction(left[i]) * (Fraction(y[i]) + Fraction(y[i] * 2.0**-54))
                for i in rows
            )
            assert int(N[c, a, 0]) * Fraction(2) ** e == sum(products, Fraction(0))


def test_exact_sums_of_many_rows_are_whole() -> None:
    m = 2**17 + 1000
    whole: Array = np.arange(m, dtype=np.float64)
    N, e = exact_cell_sums(np.arange(m) % 2, 2, None, [[np.ones(m)]], [[whole]])
    assert [int(n) * 2**e for n in N[:, 0, 0]] == [sum(range(0, m, 2)), sum(range(1, m, 2))]


@pytest.mark.parametrize(
    ("m", "k", "large"), [(LONG, 1, True), (LONG - 1, 1, False), (1000, LARGE_SUMS // 1000 + 1, True)]
)
def test_the_choice_of_a_kernel_goes_by_shape(m: int, k: int, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = []
    monkeypatch.setattr(cells_small, "cell_sums", lambda *_: chosen.append(False))
    monkeypatch.setattr(cells_large, "cell_sums", lambda *_: chosen.append(True))
    cell_sums(np.zeros(m, dtype=np.int64), 1, None, [Columns(np.zeros((k, m)))])
    assert chosen == [large]


def test_counts() -> None:
    counts = cell_counts(np.array([2, 0, 2]), 4)
    assert counts.shape == (4, 1, 1)
    assert counts.hi.ravel().tolist() == [1, 0, 2, 0]
    assert not counts.lo.any()
