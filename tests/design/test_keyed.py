"""States gathered by group are those of each group's rows alone, however the rows come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.data.block import Block
from slopewise.design import Design, Gathered, Rows, grouping, waiting
from slopewise.design import keyed as keyed_file
from slopewise.design.grouping import Folds
from slopewise.design.keyed import Keyed
from slopewise.design.rows import ColumnKey
from slopewise.errors import ArgumentError
from slopewise.moments import Moments, runs, stacks

KINDS: dict[str, Any] = {"y": "number", "x": "number", "f": "text", "g": "number", "v": "number", "n": "number"}


def table(seed: int, m: int, groups: int, skew: bool) -> pa.Table:
    rng = np.random.default_rng(seed)
    g = rng.integers(0, groups, m)
    if skew:
        g[rng.random(m) < 0.8] = 0
    f = np.array(["p", "q", "r"])[rng.integers(0, 3, m)]
    columns = {"x": rng.normal(size=m) + 3, "f": f, "g": g, "v": rng.gamma(2.0, size=m), "n": rng.integers(0, 3, m)}
    return pa.table({"y": rng.normal(size=m), **columns})


def design(formula: str = "y ~ x + f", **more: Any) -> Design:
    return Design.of(formula, KINDS, keys=["g"], **more)


def cut(whole: pa.Table, made: Design, size: int) -> list[Rows]:
    return [made.prepare(Block(whole.slice(start, size), start + 1)) for start in range(0, whole.num_rows, size)]


def check(keyed: Keyed, whole: pa.Table, made: Design) -> None:
    """Every group's state is that of its rows, gathered alone."""
    assert keyed.values is not None
    for place, g in enumerate(keyed.values["g"].to_pylist()):
        mine = whole.filter(pa.compute.equal(whole["g"], g))
        alone = Gathered.empty(made).add(made.prepare(Block(mine, 1)))
        at = [keyed.columns.index(key) for key in alone.keys]
        state = keyed.widened(keyed.columns, slice(place, place + 1))[0].select([*at, len(keyed.columns)])
        same(state, alone.moments)


def same(state: Moments, alone: Moments) -> None:
    assert state.rows == alone.rows
    assert_allclose(state.log_weight, alone.log_weight, rtol=1e-12, atol=1e-12)
    size = np.sqrt(np.maximum(np.diagonal(alone.raw), 1e-300))
    assert_allclose(state.raw / size / size[:, None], alone.raw / size / size[:, None], atol=1e-15)
    assert_allclose(state.centred / size / size[:, None], alone.centred / size / size[:, None], atol=1e-15)
    assert np.all(state.rounding >= alone.rounding)


@given(st.integers(0, 2**32 - 1), st.integers(1, 150), st.integers(1, 20), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_each_state_is_that_of_its_rows(
    seed: int, size: int, groups: int, skew: bool, weighted: bool, counted: bool
) -> None:
    whole = table(seed, 120, groups, skew)
    made = design(weights="v" if weighted else None, frequency="n" if counted else None)
    total = Keyed.empty(made, ["g"])
    for rows in cut(whole, made, size):
        total = total.merge(Keyed.empty(made, ["g"]).add(rows))
    check(total, whole, made)


@pytest.mark.parametrize("formula", ["y ~ x + f", "y ~ x + I(x^2) + f:x", "y ~ 0 + f", "y ~ 1"])
@pytest.mark.parametrize("large", [False, True])
def test_small_and_large_tables_agree(monkeypatch: pytest.MonkeyPatch, formula: str, large: bool) -> None:
    """With everything as in a large pass: Numba, groups with many rows summed by block, the others waiting."""
    if large:
        for module in (runs, stacks, waiting):
            monkeypatch.setattr(module, "is_large", lambda rows, p: True)
        monkeypatch.setattr(keyed_file, "WAITING", 20_000)
        monkeypatch.setattr(stacks, "PAGE", 4)
    whole, made = table(3, 3000, 30, skew=True), design(formula, weights="v")
    for threads in (1, 2):
        total = Keyed.empty(made, ["g"], threads)
        for rows in cut(whole, made, 500):
            total = total.merge(Keyed.empty(made, ["g"], threads).add(rows))
        check(total, whole, made)
        assert total.states is not None
        same(total.states.pool(), Gathered.empty(made).add(made.prepare(Block(whole, 1))).moments)


def test_as_many_groups_as_rows_nearly(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (runs, stacks, waiting):
        monkeypatch.setattr(module, "is_large", lambda rows, p: True)
    monkeypatch.setattr(grouping, "FIRST", 16)
    whole, made = table(3, 300, 200, skew=False), design(weights="v", frequency="n")
    total = Keyed.empty(made, ["g"])
    for rows in cut(whole, made, 100):
        total = total.merge(Keyed.empty(made, ["g"]).add(rows))
    check(total, whole, made)


def test_threads_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_file, "WAITING", 20_000)
    whole, made = table(5, 3000, 30, skew=False), design()
    found = []
    for threads in (1, 2, 3):
        total = Keyed.empty(made, ["g"], threads)
        for rows in cut(whole, made, 300):
            total = total.merge(Keyed.empty(made, ["g"], threads).add(rows))
        found.append(total.states)
    assert found[0] == found[1] == found[2]


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 90), min_size=2, max_size=2).map(sorted))
@settings(max_examples=30, deadline=None)
def test_merging_is_associative_and_no_rows_its_identity(seed: int, cuts: list[int]) -> None:
    whole, made = table(seed, 90, 9, skew=False), design()

    def part(a: int, b: int) -> Keyed:
        return Keyed.empty(made, ["g"]).add(made.prepare(Block(whole.slice(a, b - a), a + 1)))

    def parts() -> list[Keyed]:
        return [part(a, b) for a, b in zip([0, *cuts], [*cuts, 90], strict=True)]

    a, b, c = parts()
    check(a.merge(b).merge(c), whole, made)
    a, b, c = parts()
    check(a.merge(b.merge(c)), whole, made)
    a, b, c = parts()
    for one in (a, b, c):
        assert one.count == len(one.rows)  # settled, so that states are added to states
    check(a.merge(b).merge(c), whole, made)
    nothing = Keyed.empty(made, ["g"])
    check(nothing.merge(part(0, 90)).merge(nothing), whole, made)
    assert nothing.count == 0
    assert nothing.states is None


def test_what_was_merged_into_is_spent_and_a_sum_is_not() -> None:
    whole, made = table(0, 60, 5, skew=False), design()
    one, other = (Keyed.empty(made, ["g"]).add(rows) for rows in cut(whole, made, 30))
    check(one.plus(other), whole, made)
    check(other, whole.slice(30), made)
    check(one, whole.slice(0, 30), made)
    both = one.merge(other)
    check(both, whole, made)
    check(other, whole.slice(30), made)
    for use in (lambda: one.states, lambda: one.merge(other), lambda: other.merge(one), lambda: one.plus(other)):
        with pytest.raises(ArgumentError, match="added to by a merge, and hold the rows of others now"):
            use()


def test_too_many_groups_are_refused_before_memory_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "MOST_BYTES", 16 * 21 * 100)  # 100 groups of [1, x, f[p], f[q], f[r], y]
    whole, made = table(0, 3000, 300, skew=False), design()
    keyed = Keyed.empty(made, ["g"]).add(made.prepare(Block(whole, 1)))
    message = (
        r"the states of 300 groups of 4 columns come to .*; 100 groups of so many columns, or so many of 1 would fit"
    )
    with pytest.raises(ArgumentError, match=message):
        _ = keyed.states


def test_polynomials_about_all_rows_are_refused() -> None:
    for term, instead in (("poly(x, 2)", r"powers, such as x \+ I\(x\^2\)"), ("center(x)", "x"), ("scale(x)", "x")):
        with pytest.raises(ArgumentError, match=f"so that no state of one group has it; write {instead}, which fits"):
            Keyed.empty(design(f"y ~ {term}"), ["g"])


def test_folds_are_states_too() -> None:
    whole, made = table(0, 500, 5, skew=False), design()
    folds = Folds(4, seed=2)
    found = []
    for size in (500, 90):
        total = Keyed.empty(made, folds)
        for rows in cut(whole, made, size):
            total = total.merge(Keyed.empty(made, folds).add(rows))
        assert total.values is not None
        assert total.values.to_pydict() == {"fold": [0, 1, 2, 3]}
        found.append(total.states)
    numbers = np.bincount(folds.of_numbers(np.arange(1, 501)), minlength=4)
    assert found[0] is not None
    assert found[1] is not None
    for fold in range(4):
        same(found[0][fold], found[1][fold])
        assert found[0][fold].rows == numbers[fold]


def test_a_fold_without_rows_is_there() -> None:
    whole, made = table(0, 2, 5, skew=False), design("y ~ x")
    keyed = Keyed.empty(made, Folds(5)).add(made.prepare(Block(whole, 1)))
    assert keyed.count == 5
    assert keyed.rows.sum() == 2


def test_extreme_columns_keep_their_digits() -> None:
    rng = np.random.default_rng(0)
    whole = table(0, 200, 7, skew=False)
    for scale in (1e120, 1e-120):
        for start in (0, 100):  # from the first block on, or from the second
            x = rng.normal(size=200)
            x[start:] *= scale
            mine, made = whole.set_column(1, "x", pa.array(x)), design("y ~ x")
            total = Keyed.empty(made, ["g"])
            for rows in cut(mine, made, 100):
                total = total.merge(Keyed.empty(made, ["g"]).add(rows))
            state = total.states
            assert state is not None
            alone = Gathered.empty(made).add(made.prepare(Block(mine, 1))).moments
            assert_allclose(state.pool().body.mean().value()[0], alone.mean[0], rtol=1e-13)


def test_a_block_of_no_rows_changes_nothing() -> None:
    whole, made = table(0, 20, 3, skew=False), design()
    none = Keyed.empty(made, ["g"]).add(made.prepare(Block(whole.slice(0, 0), 1)))
    check(none.merge(Keyed.empty(made, ["g"]).add(made.prepare(Block(whole, 1)))).merge(none), whole, made)
    assert none.columns == ()
    assert isinstance(none.merge(none).columns, tuple)
    with pytest.raises(ValueError, match="no rows were gathered"):
        none.widened((ColumnKey(0),))
