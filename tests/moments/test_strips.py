"""Columns read where they lie: whatever their types and runs, they are the array they would be copied into."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from slopewise.moments import Moments, cell_sums, cells_large, kernels, paired_large
from slopewise.moments.cells import Columns
from slopewise.moments.kernels import LONG, paired_products, strip_products
from slopewise.moments.pair import Pair
from slopewise.moments.rows import WeightedRows
from slopewise.moments.strips import IN_PLACE, Strip, Strips, joined

LENGTHS = [0, 1, 7, 8, 9, 255, 256, 257, 700, 4097]


@st.composite
def strips(draw: st.DrawFn) -> Strips:
    """Columns of all types, each cut into runs of its own, some of which are empty or begin inside a larger array."""
    m, rng = draw(st.sampled_from(LENGTHS)), np.random.default_rng(draw(st.integers(0, 2**32)))
    columns = []
    for dtype in draw(st.lists(st.sampled_from(IN_PLACE), min_size=1, max_size=6)):
        values = (rng.normal(size=m + 3) * 10.0 ** rng.integers(0, 9)).astype(dtype)[3:]
        cuts = sorted(draw(st.lists(st.integers(0, m), max_size=4)))
        columns.append(Strip(tuple(np.split(values, cuts))))
    return Strips(tuple(columns))


def assert_same(one: tuple[Pair, Any], other: tuple[Pair, Any]) -> None:
    """To the bit."""
    np.testing.assert_array_equal(one[0].hi, other[0].hi)
    np.testing.assert_array_equal(one[0].lo, other[0].lo)
    np.testing.assert_array_equal(one[1], other[1])


@given(strips())
def test_a_strip_is_the_array_it_would_be_copied_into(table: Strips) -> None:
    written = np.column_stack(
        [np.concatenate([run.astype(np.float64) for run in strip.runs]) for strip in table.columns]
    )
    np.testing.assert_array_equal(table.joined, written)
    np.testing.assert_array_equal(np.column_stack([strip.values for strip in table.columns]), written)
    rows = np.unique(np.linspace(0, len(written) - 1, 31).astype(np.int64)) if len(written) else np.arange(0)
    np.testing.assert_array_equal(table.at(rows), written[rows])
    assert table.shape == written.shape


@settings(max_examples=60)
@given(strips(), st.booleans(), st.booleans())
def test_the_kernel_reads_strips_to_the_same_bits(table: Strips, weighted: bool, scaled: bool) -> None:
    m, q = table.shape
    rng = np.random.default_rng(m)
    weights = rng.choice([0.0, 0.5, 1 / 3], m) if weighted else None
    powers = np.ldexp(1.0, rng.integers(-3, 3, q)) if scaled else np.ones(q)
    X, y = table.joined[:, :-1], table.joined[:, -1]
    ours = paired_large.strip_products(table, weights, powers, threads=2)
    assert_same(ours, paired_large.paired_products(X, None, y, None, weights, powers, threads=2))
    assert_same(strip_products(table, weights, powers), paired_products(X, None, y, None, weights, powers))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_reaches_its_sums(value: float) -> None:
    column = np.ones(5000)
    column[4333] = value
    products, _ = paired_large.strip_products(
        Strips((Strip((column,)), Strip.of(np.ones(5000)))), None, np.ones(2), threads=1
    )
    assert np.isfinite(products.hi).tolist() == [[True, False, True], [False, False, False], [True, False, True]]


@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
@given(table=strips())
@settings(max_examples=20)
def test_every_precision_takes_strips(precision: Any, table: Strips) -> None:
    m, q = table.shape
    rounding = np.full(q, 2.0**-53)
    of_strips = WeightedRows.of_strips(table.columns, [None] * q, None, None, rounding)
    of_arrays = WeightedRows.of(table.joined[:, :-1], table.joined[:, -1], None, None)
    assert (of_strips.m, of_strips.p) == (m, q - 1)
    np.testing.assert_array_equal(of_strips.X, of_arrays.X)
    np.testing.assert_array_equal(of_strips.y, of_arrays.y)
    assert Moments.of_rows(of_strips, precision) == Moments.of_rows(of_arrays, precision)


def test_the_last_rows_of_a_long_table_go_where_the_others_went(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    real = paired_large.strip_products

    def counted(table: Strips, *rest: Any, **how: Any) -> Any:
        called.append(table.shape[0])
        return real(table, *rest, **how)

    monkeypatch.setattr(paired_large, "strip_products", counted)
    table = Strips((Strip.of(np.arange(50.0)), Strip.of(np.arange(50))))
    short = kernels.strip_products(table, None, np.ones(2))
    assert not called
    assert_same(kernels.strip_products(table, None, np.ones(2), before=LONG), short)
    assert called == [50]


def test_low_halves_that_are_absent_are_zeros() -> None:
    assert joined([None, None], 2) is None
    table = joined([None, np.array([1.0, 2.0])], 2)
    assert table is not None
    assert table.tolist() == [[0.0, 1.0], [0.0, 2.0]]


@settings(max_examples=60)
@given(strips(), st.integers(1, 5))
def test_sums_over_cells_read_strips_to_the_same_bits(table: Strips, count: int) -> None:
    m = table.shape[0]
    codes = np.random.default_rng(m).integers(0, count, m)
    right = [Columns(table.joined.T), Columns(np.ones((1, m)))]
    for ours, theirs in (
        (cells_large.strip_sums(codes, count, table), cells_large.cell_sums(codes, count, None, right)),
        (cell_sums.strip_sums(codes, count, table), cell_sums.cell_sums(codes, count, None, right)),
        (
            cell_sums.strip_sums(codes, count, table, before=LONG),
            cell_sums.cell_sums(codes, count, None, right, before=LONG),
        ),
    ):
        np.testing.assert_array_equal(ours.hi, theirs.hi)
        np.testing.assert_array_equal(ours.lo, theirs.lo)
