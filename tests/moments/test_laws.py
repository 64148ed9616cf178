"""The laws of the mergeable state, on tables that hypothesis draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.moments import Moments
from slopewise.moments.shifted import Shifted
from slopewise.solvers.exact import solve
from slopewise.typing import Array


@dataclass(frozen=True)
class Table:
    X: Array
    y: Array
    v: Array
    f: Array

    def moments(self, rows: slice | Array = slice(None)) -> Moments:
        return Moments.of(self.X[rows], self.y[rows], weights=self.v[rows], frequency=self.f[rows])


@st.composite
def tables(draw: st.DrawFn, min_rows: int = 0) -> Table:
    """Tables of normal columns with offsets and scales of their own, weights (some zero) and frequencies."""
    m = draw(st.integers(min_rows, 40))
    p = draw(st.integers(0, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = 10.0 ** rng.integers(-3, 4, p + 1)
    Z = (rng.normal(size=(m, p + 1)) + rng.normal(size=p + 1) * 10) * scale
    v = np.where(rng.random(m) < 0.1, 0.0, rng.gamma(2.0, size=m))
    return Table(Z[:, :p], Z[:, p], v, rng.integers(0, 4, m).astype(float))


def assert_same(a: Moments, b: Moments) -> None:
    """The same rows by every figure that can be read, to rounding of the largest entry about zero."""
    assert a.rows == b.rows
    assert_allclose(a.weight, b.weight, rtol=1e-13)
    assert_allclose(a.log_weight, b.log_weight, rtol=1e-12, atol=1e-12)
    size = np.sqrt(np.maximum(np.diagonal(a.raw), np.diagonal(b.raw)))
    assert_allclose(a.mean, b.mean, atol=1e-13 * (1 + size.max(initial=0)))
    assert np.all(np.abs(a.centred - b.centred) <= 1e-12 * np.outer(size, size))


@given(tables())
def test_the_empty_state_is_the_identity(table: Table) -> None:
    state, empty = table.moments(), Moments.empty(table.X.shape[1] + 1)
    assert state + empty == empty + state == state


@given(tables(), st.data())
def test_split_and_merge_equals_the_whole(table: Table, data: st.DataObject) -> None:
    m = len(table.y)
    i, j = sorted(data.draw(st.tuples(st.integers(0, m), st.integers(0, m))))
    a, b, c = (table.moments(part) for part in (slice(0, i), slice(i, j), slice(j, m)))
    whole = table.moments()
    assert_same((a + b) + c, whole)
    assert_same(a + (b + c), whole)
    assert_same(c + a + b, whole)


@given(tables(min_rows=1), st.data())
def test_adding_rows_is_merging_their_state(table: Table, data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(table.y)))
    tail = {"weights": table.v[i:], "frequency": table.f[i:]}
    assert_same(table.moments(slice(0, i)).add(table.X[i:], table.y[i:], **tail), table.moments())


@given(tables())
def test_frequency_k_is_k_copies(table: Table) -> None:
    copies = np.repeat(np.arange(len(table.y)), table.f.astype(int))
    copied = Moments.of(table.X[copies], table.y[copies], weights=table.v[copies])
    assert_same(table.moments(), copied)


@given(tables(), st.integers(1, 5))
def test_weight_k_gives_the_sums_of_k_copies_of_every_row(table: Table, k: int) -> None:
    weighted = Moments.of(table.X, table.y, weights=np.full(len(table.y), float(k)))
    copied = Moments.of(np.repeat(table.X, k, axis=0), np.repeat(table.y, k))
    assert weighted.rows * k == copied.rows
    assert_allclose(weighted.weight, copied.weight)
    size = np.sqrt(np.diagonal(copied.raw))
    assert np.all(np.abs(weighted.centred - copied.centred) <= 1e-12 * np.outer(size, size))


@given(tables())
def test_rows_of_weight_zero_are_not_there(table: Table) -> None:
    used = (table.v > 0) & (table.f > 0)
    assert_same(table.moments(), table.moments(used))
    assert table.moments().rows == table.f[used].sum()


@given(tables(min_rows=1), st.data())
def test_transform_is_the_state_of_the_transformed_columns(table: Table, data: st.DataObject) -> None:
    q, r = table.X.shape[1] + 1, data.draw(st.integers(1, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    T, offset = rng.normal(size=(q, r)), rng.normal(size=r)
    Z = np.column_stack([table.X, table.y]) @ T + offset
    again = Moments.of(Z[:, :-1], Z[:, -1], weights=table.v, frequency=table.f)
    mapped = table.moments().transform(T, offset)
    bound = np.sqrt(np.diagonal(table.moments().raw))
    size = np.abs(T).T @ bound + np.sqrt(np.maximum(np.diagonal(again.raw), 0))
    assert np.all(np.abs(mapped.centred - again.centred) <= 1e-12 * np.outer(size, size))
    assert_allclose(mapped.mean, again.mean, atol=1e-11 * (1 + size.max()))


@given(tables(min_rows=1), st.data())
def test_select_is_the_state_of_those_columns(table: Table, data: st.DataObject) -> None:
    q = table.X.shape[1] + 1
    columns = data.draw(st.lists(st.integers(0, q - 1), min_size=1, max_size=q, unique=True))
    Z = np.column_stack([table.X, table.y])[:, columns]
    again = Moments.of(Z[:, :-1], Z[:, -1], weights=table.v, frequency=table.f)
    assert_same(table.moments().select(columns), again)


@given(tables(min_rows=1))
def test_embedding_adds_columns_of_zeros(table: Table) -> None:
    p = table.X.shape[1]
    wide = np.zeros((len(table.y), p + 2))
    wide[:, 1 : p + 1] = table.X
    again = Moments.of(wide, table.y, weights=table.v, frequency=table.f)
    assert_same(table.moments().embed([*range(1, p + 1), p + 2], p + 3), again)


@given(tables(min_rows=8), st.integers(1, 7))
def test_a_stack_of_groups_pools_to_the_whole(table: Table, groups: int) -> None:
    parts = [table.moments(np.arange(k, len(table.y), groups)) for k in range(groups)]
    stack = Moments.stack(parts)
    assert all(stack[k] == part for k, part in enumerate(parts))
    assert_same(stack.pool(), table.moments())
    assert_allclose(stack.centred, [part.centred for part in parts])
    T = np.eye(stack.q)[:, ::-1]
    assert_same(stack.transform(T).pool(), table.moments().select(range(stack.q)[::-1]))


@given(tables(min_rows=20), st.data())
def test_shift_and_scale_move_the_answer_as_algebra_says(table: Table, data: st.DataObject) -> None:
    p = table.X.shape[1]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    factor, shift = 2.0 ** rng.integers(-4, 5, p), rng.normal(size=p)
    before = solve(Moments.of(table.X, table.y))
    after = solve(Moments.of(table.X * factor + shift, table.y))
    spread = np.std(table.X, axis=0) / np.std(table.y)
    assert_allclose(after.coefficients * factor * spread, before.coefficients * spread, atol=1e-8)
    moved = before.intercept - np.sum(before.coefficients * shift / factor)
    assert_allclose(after.intercept, moved, atol=1e-8 * (1 + abs(moved) + np.std(table.y) * 100))


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e9 + 0.1, -1e300, 5e-324])
def test_a_constant_column_has_exact_zeros(constant: float) -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([np.full(1000, constant), rng.normal(size=1000)])
    parts = [Moments.of(part, part[:, 1]) for part in np.array_split(X, 7)]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged + part
    assert not merged.centred[0].any()
    assert solve(merged).dropped == (0,)


def test_an_outlying_first_row_costs_no_digits() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=1001) + 5
    x[0] = 1e9
    exact, double = Moments.of(x, x, precision="double-double"), Moments.of(x, x, precision="double")
    assert_allclose(double.centred, exact.centred, rtol=1e-14)
    assert isinstance(double.body, Shifted)
    assert abs(double.body.origin[0]) < 10
