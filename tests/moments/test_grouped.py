"""The state by parts is that of columns written out: bit for bit where sums are exact, to their digits elsewhere."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.choices import Precision
from slopewise.errors import NotFinite, PrecisionLost, ShapeError
from slopewise.moments import Moments
from slopewise.moments.assembling import Places, dense, split
from slopewise.moments.cells import Cells, Columns
from slopewise.moments.grouped import Grouped
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired
from slopewise.moments.rows import UNIT, WeightedRows
from slopewise.moments.shifted import Shifted
from slopewise.typing import Array, IntArray

PRECISIONS: list[Precision] = ["double", "double-double", "exact"]
few = settings(max_examples=40)
each_precision = pytest.mark.parametrize("precision", PRECISIONS)


@dataclass(frozen=True)
class Table:
    """Rows with groupings, of each of which some columns are plain indicators (None) and others spread numbers."""

    X: Array
    y: Array
    weights: Array | None
    frequency: Array | None
    codes: tuple[IntArray, ...]
    counts: tuple[int, ...]
    factors: tuple[tuple[Array | None, ...], ...]

    def rows(self, part: Any = slice(None)) -> WeightedRows:
        """Some rows, without the groupings."""
        extra = (None if array is None else array[part] for array in (self.weights, self.frequency))
        return WeightedRows.of(self.X[part], self.y[part], *extra)

    def cells(self, part: Any = slice(None)) -> list[Cells]:
        """The groupings of some rows."""
        found = []
        for codes, count, factors in zip(self.codes, self.counts, self.factors, strict=True):
            given = [np.ones(len(codes)) if factor is None else factor for factor in factors]
            rounding = np.array([0.0 if factor is None else UNIT for factor in factors])
            spread = None if all(f is None for f in factors) else Columns(np.stack(given)[:, part])
            found.append(Cells(codes[part], count, spread, rounding[: len(given)]))
        return found

    def grouped(self, precision: Precision, part: Any = slice(None)) -> Grouped:
        """The state by parts."""
        return Grouped.of(self.rows(part), self.cells(part), precision)

    def written(self, precision: Precision) -> Moments:
        """The state of all columns written out, the target last."""
        columns = [self.X]
        for codes, count, factors in zip(self.codes, self.counts, self.factors, strict=True):
            indicators = np.equal.outer(codes, np.arange(count)).astype(np.float64)
            columns += [
                np.column_stack([indicators[:, c] * (1.0 if f is None else f) for f in factors]) for c in range(count)
            ]
        return Moments.of_rows(replace(self.rows().beside(np.hstack(columns)), rounding=self.rounding()), precision)

    def rounding(self) -> Array:
        """That of the columns written out, were no column whole."""
        spread = [count * len(factors) for count, factors in zip(self.counts, self.factors, strict=True)]
        return np.full(self.X.shape[1] + sum(spread) + 1, UNIT)

    @property
    def places(self) -> Places:
        """The numbers first, then cell by cell of each grouping, the target last."""
        next_place, groupings = self.X.shape[1], []
        for count, factors in zip(self.counts, self.factors, strict=True):
            size = count * len(factors)
            groupings.append(np.arange(next_place, next_place + size).reshape(count, len(factors)))
            next_place += size
        return Places(np.array([*range(self.X.shape[1]), next_place]), tuple(groupings))


@st.composite
def tables(draw: st.DrawFn, min_rows: int = 0) -> Table:
    m, d = draw(st.integers(min_rows, 25)), draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = draw(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["1", "z", "1z", "z1z"])), max_size=3))
    Z = rng.normal(size=(m, d + 1)) * 10.0 ** rng.integers(-3, 4, d + 1) + rng.normal(size=d + 1) * 10
    return Table(
        Z[:, :d],
        Z[:, d],
        draw(st.sampled_from([None, np.where(rng.random(m) < 0.1, 0.0, rng.gamma(2.0, size=m))])),
        draw(st.sampled_from([None, rng.integers(0, 3, m).astype(float)])),
        tuple(rng.integers(0, count, m) for count, _ in shapes),
        tuple(count for count, _ in shapes),
        tuple(tuple(None if kind == "1" else rng.normal(size=m) * 100 for kind in kinds) for _, kinds in shapes),
    )


BITS = {"double": 40, "double-double": 98}


def assert_same(ours: Moments, theirs: Moments) -> None:
    """Equal to the bit if exact, and else within the digits of the sums, relative to the columns' lengths."""
    assert (ours.rows, ours.q, ours.precision) == (theirs.rows, theirs.q, theirs.precision)
    if isinstance(ours.body, Integral) and isinstance(theirs.body, Integral):
        assert ours.body.digest() == theirs.body.digest()
        return
    scale = np.sqrt(np.diagonal(theirs.raw))
    bound = 2.0 ** -BITS[ours.precision] * np.outer(scale, scale)
    assert np.all(np.abs((ours.body.raw() - theirs.body.raw()).value()) <= bound)
    assert np.all(np.abs((ours.body.centred() - theirs.body.centred()).value()) <= bound)
    lengths = 2.0 ** -BITS[ours.precision] * (scale / np.sqrt(np.maximum(theirs.weight, 1e-300)))
    assert np.all(np.abs((ours.body.mean() - theirs.body.mean()).value()) <= lengths)


@each_precision
@few
@given(table=tables())
def test_parts_are_the_columns_written_out(precision: Precision, table: Table) -> None:
    assert_same(dense(table.grouped(precision), table.places), table.written(precision))


@each_precision
@few
@given(table=tables(), cuts=st.tuples(st.integers(0, 25), st.integers(0, 25)), order=st.permutations([0, 1, 2]))
def test_split_and_merge_equals_the_whole(
    precision: Precision, table: Table, cuts: tuple[int, int], order: list[int]
) -> None:
    i, j = sorted(cuts)
    parts = [table.grouped(precision, part) for part in (slice(0, i), slice(i, j), slice(j, None))]
    a, b, c = (parts[k] for k in order)
    whole = table.grouped(precision)
    for merged in (a.merge(b).merge(c), a.merge(b.merge(c))):
        assert_same(dense(merged, table.places), dense(whole, table.places))


@each_precision
@few
@given(table=tables(), cut=st.integers(0, 25))
def test_merging_changes_neither_and_nothing_is_the_identity(precision: Precision, table: Table, cut: int) -> None:
    one, other = table.grouped(precision, slice(0, cut)), table.grouped(precision, slice(cut, None))
    before = json.dumps([one.to_dict(), other.to_dict()])
    one.merge(other)
    assert json.dumps([one.to_dict(), other.to_dict()]) == before
    spread = [len(factors) for factors in table.factors]
    empty = Grouped.empty(table.X.shape[1] + 1, spread, precision)
    nothing = empty.widened([(np.arange(0), count) for count in table.counts])
    if one.numbers.rows:
        assert nothing.merge(one) is one
        assert one.merge(nothing) is one


@each_precision
@few
@given(table=tables(min_rows=1), seed=st.integers(0, 99))
def test_cells_move_and_others_have_no_rows(precision: Precision, table: Table, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wider = [count + int(rng.integers(0, 3)) for count in table.counts]
    places = [rng.permutation(more)[:count] for more, count in zip(wider, table.counts, strict=True)]
    moved = replace(
        table,
        counts=tuple(wider),
        codes=tuple(at[codes] for at, codes in zip(places, table.codes, strict=True)),
    )
    widened = table.grouped(precision).widened(list(zip(places, wider, strict=True)))
    assert_same(dense(widened, moved.places), moved.written(precision))


@each_precision
@few
@given(table=tables(min_rows=1))
def test_other_columns_by_a_linear_map(precision: Precision, table: Table) -> None:
    """Sums and differences of the spread columns, and twice the numbers."""
    d = table.X.shape[1]
    maps = [np.eye(len(f)) + np.diag(np.full(len(f) - 1, 0.5), 1) for f in table.factors]
    T = np.eye(d + 1) * 2.0
    state = table.grouped(precision)
    mapped = state.mapped(state.numbers.transform(T), Pair.of(T), [Pair.of(M) for M in maps])
    given = [[np.ones(len(table.y)) if f is None else f for f in factors] for factors in table.factors]
    again = replace(
        table,
        X=table.X * 2,
        y=table.y * 2,
        factors=tuple(tuple(M[:, b] @ np.array(f) for b in range(len(f))) for M, f in zip(maps, given, strict=True)),
    )
    ours, theirs = dense(mapped, table.places), dense(again.grouped(precision), table.places)
    scale = np.sqrt(np.diagonal(theirs.raw))
    assert np.all(np.abs(ours.raw - theirs.raw) <= 1e-12 * np.outer(scale, scale))  # the columns themselves are rounded


@each_precision
@few
@given(table=tables())
def test_records_and_dense_states_hold_all_of_it(precision: Precision, table: Table) -> None:
    state = table.grouped(precision)
    whole = dense(state, table.places)
    assert dense(Grouped.from_dict(json.loads(json.dumps(state.to_dict()))), table.places) == whole
    assert_same(dense(split(whole, table.places), table.places), whole)


def simple(precision: Precision = "double-double") -> Grouped:
    rows = WeightedRows.of(np.zeros((3, 0)), [1.0, 2.0, 4.0], None, None)
    return Grouped.of(rows, [Cells(np.array([1, 0, 1]), 2, None, np.zeros(1))], precision)


@each_precision
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("counts", [3]),
        ("counts", []),
        ("roundings", [[0.0, 0.0]]),
        ("own", []),
        ("pairs", [{}]),
        ("own", [{"sums": []}]),
    ],
)
def test_a_crafted_record_is_refused(precision: Precision, name: str, value: Any) -> None:
    record = simple(precision).to_dict()
    with pytest.raises((ShapeError, ValueError, LookupError, TypeError)):
        Grouped.from_dict(record | {name: value})


def test_whole_numbers_stay_so_in_a_record() -> None:
    record = simple("exact").to_dict()
    record["own"][0]["sums"][0][0][0] = 1.5
    with pytest.raises(ShapeError, match="whole numbers"):
        Grouped.from_dict(record)


def test_other_cells_do_not_merge() -> None:
    with pytest.raises(ShapeError, match="cells"):
        simple().merge(simple().widened([(np.array([0, 1]), 3)]))


@pytest.mark.parametrize("other", ["double", "double-double"])
def test_unequal_precisions_merge_to_the_lower(other: Precision) -> None:
    with pytest.warns(PrecisionLost):
        merged = simple("exact").merge(simple(other))
    assert merged.numbers.precision == other
    assert merged.own[0].sums.hi.tolist() == [[[4.0, 2.0, 2.0]], [[10.0, 4.0, 4.0]]]  # type: ignore[union-attr]
    body = dense(merged, Places(np.array([2]), (np.array([[0], [1]]),))).body
    assert isinstance(body, Shifted if other == "double" else Paired)


@each_precision
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_spread_column_that_is_not_finite_is_refused(precision: Precision, value: float) -> None:
    factor = np.array([[1.0, value, 2.0]])
    rows = WeightedRows.of(np.zeros((3, 0)), [1.0, 2.0, 4.0], None, None)
    with pytest.raises(NotFinite):
        Grouped.of(rows, [Cells(np.array([1, 0, 1]), 2, Columns(factor), np.array([UNIT]))], precision)


@each_precision
@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_a_spread_column_whose_squares_leave_the_floats_is_refused(precision: Precision, unit: float) -> None:
    factor = np.array([[1.0, 3.0, 2.0]]) * unit
    rows = WeightedRows.of(np.zeros((3, 0)), [1.0, 2.0, 4.0], None, None)
    with pytest.raises(NotFinite, match="another unit"):
        Grouped.of(rows, [Cells(np.array([1, 0, 1]), 2, Columns(factor), np.array([UNIT]))], precision)


@pytest.mark.parametrize("unit", [1e-140, 1e-70, 1e70, 1e140])
def test_digits_do_not_depend_on_the_unit(unit: float) -> None:
    """Columns of 1e±140 have all their digits: the low parts of their products would leave the floats."""
    rng = np.random.default_rng(1)
    x, z, f = rng.normal(size=(3, 40))
    v = rng.gamma(2.0, size=40)
    codes = rng.integers(0, 3, 40)

    def table(size: float, weight: float) -> Table:
        return Table(x[:, None] * size, z, v * weight, None, (codes,), (3,), ((f * size,),))

    power = 2.0 ** round(math.log2(unit))
    for extreme in (table(power, 1.0), table(1.0, power), table(1.0, 1.0)):
        state, known = (dense(extreme.grouped(precision), extreme.places).body for precision in PRECISIONS[1:])
        (ours, exponents), (theirs, known_exponents) = state.normalised(), known.normalised()
        powers = np.ldexp(1.0, (known_exponents - exponents).astype(int))
        expected = theirs.raw().scaled(powers[:, None]).scaled(powers)
        scale = np.sqrt(np.diagonal(expected.hi))
        assert np.all(np.abs((ours.raw() - expected).value()) <= 2.0**-100 * np.outer(scale, scale))
