"""The exact state: equal to sums of fractions, and the same bits whatever the chunks, the order and the merges."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from slopewise.errors import ArgumentError, NotFinite, ShapeError
from slopewise.moments.integral import Integral
from slopewise.moments.pair import Pair, two_product
from slopewise.moments.rows import WeightedRows
from slopewise.moments.slices import STRETCH
from slopewise.typing import AnyArray, Array

Fractions = list[list[Fraction]]


@dataclass(frozen=True)
class Table:
    Z: AnyArray
    v: Array | None

    def rows(self, part: slice | AnyArray = slice(None)) -> WeightedRows:
        weights = None if self.v is None else self.v[part]
        return WeightedRows.of(self.Z[part, :-1], self.Z[part, -1], weights, None)

    def state(self, part: slice | AnyArray = slice(None)) -> Integral:
        return state(self.rows(part))


def state(rows: WeightedRows) -> Integral:
    return Integral.of(rows, None)[0]


def of_columns(Z: AnyArray, v: Array | None = None) -> Integral:
    return Table(Z, v).state()


@st.composite
def tables(draw: st.DrawFn, min_rows: int = 0, any_float: bool = True) -> Table:
    """Any float64 or float32 at all, normal numbers, or whole numbers; no weights, or weights of all sizes."""
    m, q = draw(st.integers(min_rows, 12)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(["any", "any32", "normal", "whole"] if any_float else ["normal", "whole"]))
    if kind.startswith("any"):
        floats = st.floats(allow_nan=False, allow_infinity=False, width=32 if kind == "any32" else 64)
        drawn = draw(st.lists(floats, min_size=m * q, max_size=m * q))
        Z = np.array(drawn, dtype=np.float32 if kind == "any32" else np.float64).reshape(m, q)
    else:
        Z = (
            rng.normal(size=(m, q)) * 10.0 ** rng.integers(-5, 6, q)
            if kind == "normal"
            else rng.integers(-99, 99, (m, q))
        )
    sizes = 10.0 ** rng.integers(-300, 300, m) if draw(st.booleans()) and any_float else np.ones(m)
    weights = np.where(rng.random(m) < 0.2, 0.0, rng.gamma(2.0, size=m) * sizes)
    return Table(Z, weights if draw(st.booleans()) else None)


def summed(Z: AnyArray, v: Array | None) -> Fractions:
    """Σ v z zᵀ over [1, z] in fractions."""
    rows = [[Fraction(1), *(Fraction(float(value)) for value in row)] for row in Z]
    weights = [Fraction(1)] * len(rows) if v is None else [Fraction(float(weight)) for weight in v]
    k = Z.shape[1] + 1
    pairs = list(zip(weights, rows, strict=True))
    return [[sum((w * z[i] * z[j] for w, z in pairs), Fraction(0)) for j in range(k)] for i in range(k)]


def fractions(body: Integral) -> Fractions:
    unit = Fraction(2) ** int(body.exponents)
    return [[n * unit for n in row] for row in body.products.tolist()]


def same(a: Integral, b: Integral) -> bool:
    return np.array_equal(a.products, b.products) and np.array_equal(a.exponents, b.exponents)


@given(tables())
def test_the_sums_are_those_of_fractions(table: Table) -> None:
    assert fractions(table.state()) == summed(table.Z, table.v)


@given(tables(), st.data())
def test_any_order_any_chunks_and_any_tree_of_merges_give_one_digest(table: Table, data: st.DataObject) -> None:
    m = len(table.Z)
    order = np.array(data.draw(st.permutations(range(m))), dtype=np.intp)
    cuts = sorted(data.draw(st.lists(st.integers(0, m), max_size=4)))
    parts = [table.state(part) for part in np.split(order, cuts)]
    while len(parts) > 1:
        one, other = (parts.pop(data.draw(st.integers(0, len(parts) - 1))) for _ in range(2))
        parts.append(one.merge(other))
    assert same(parts[0], table.state())
    assert parts[0].digest() == table.state().digest()


def test_the_digest_is_that_of_these_numbers_and_no_others() -> None:
    Z = np.array([[1.0, 300.0], [2.0, 500.0]])
    moved = Z.copy()
    moved[1, 1] = np.nextafter(500.0, 501.0)
    assert of_columns(Z).digest() == of_columns(Z[::-1]).digest() != of_columns(moved).digest()
    assert of_columns(Z).digest() != of_columns(2 * Z).digest()


@given(tables())
def test_the_empty_state_is_the_identity(table: Table) -> None:
    body, empty = table.state(), Integral.empty(table.Z.shape[1])
    assert same(body.merge(empty), body)
    assert same(empty.merge(body), body)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_many_rows_of_the_fullest_mantissas_fill_but_never_overflow_a_sum(weighted: bool, dtype: type) -> None:
    m = STRETCH + 5000
    largest = float(np.nextafter(dtype(1.0), dtype(0.0)))
    Z = np.tile(np.array([largest, -largest, 2.0**21 - 0.5], dtype=dtype), (m, 1))
    v = np.full(m, np.nextafter(2.0, 0.0)) if weighted else None
    one = fractions(of_columns(Z[:1], None if v is None else v[:1]))
    assert fractions(of_columns(Z, v)) == [[m * value for value in row] for row in one]


def test_a_long_table_of_whole_numbers_is_what_int64_gives() -> None:
    rng = np.random.default_rng(4)
    Z = rng.integers(-(2**20), 2**20, (STRETCH + 777, 3))
    ones = np.column_stack([np.ones(len(Z), dtype=np.int64), Z])
    body, whole = Integral.of(WeightedRows.of(Z[:, :-1], Z[:, -1], None, None), None)
    unit = int(body.exponents)
    assert_array_equal(body.products << unit, (ones.T @ ones).astype(object))
    assert whole.all()


@given(tables(any_float=False))
def test_columns_in_two_parts_are_summed_as_their_sum(table: Table) -> None:
    Z = table.Z.astype(np.float64)
    high, low = two_product(Z, np.full_like(Z, 1 / 3))
    v = table.v
    rows = replace(Table(high, v).rows(), X_low=low[:, :-1], y_low=low[:, -1])
    third = Fraction(1 / 3)
    exact = summed(Z, v)
    powers = [third if i else Fraction(1) for i in range(Z.shape[1] + 1)]
    assert fractions(state(rows)) == [
        [powers[i] * powers[j] * e for j, e in enumerate(row)] for i, row in enumerate(exact)
    ]


@given(tables(any_float=False), st.integers(1, 7))
def test_weight_k_is_k_copies(table: Table, k: int) -> None:
    weighted = Table(table.Z, np.full(len(table.Z), float(k)))
    assert same(weighted.state(), of_columns(np.repeat(table.Z, k, axis=0)))


def test_frequencies_are_copies() -> None:
    rng = np.random.default_rng(5)
    Z, f = rng.normal(size=(30, 3)), rng.integers(0, 4, 30)
    counted = state(WeightedRows.of(Z[:, :-1], Z[:, -1], None, f))
    assert same(counted, of_columns(np.repeat(Z, f, axis=0)))


def test_a_column_that_spans_all_of_float64_stays_exact() -> None:
    x = np.array([1.7e308, 5e-324, -1e-300, 1e300, 0.1, 3.0, -0.0, 2.0**-1022])
    Z, v = np.column_stack([x, x[::-1], np.ones(8)]), np.array([5e-324, 1.7e308, 1e300, 0.0, 1e-300, 1.0, 2.0, 0.1])
    assert fractions(of_columns(Z)) == summed(Z, None)
    assert fractions(of_columns(Z, v)) == summed(Z, v)
    assert np.isinf(of_columns(Z).raw().hi[0, 0])
    assert of_columns(Z).raw().lo[0, 0] == 0


def test_rows_of_weight_zero_are_not_there_and_others_must_be_finite() -> None:
    Z = np.array([[1.0, 2.0], [np.nan, np.inf], [3.0, 5.0]])
    assert same(of_columns(Z, np.array([2.0, 0.0, 1.0])), of_columns(Z[[0, 2]], np.array([2.0, 1.0])))
    with pytest.raises(NotFinite, match="row 1"):
        of_columns(Z)


def test_whole_columns_are_seen_in_all_rows_that_count() -> None:
    Z = np.array([[1.0, 0.5, 2.0**53 - 1, 2.0**53, 3.0], [2.5, 1.0, 1.0, 1.0, -4.0]])
    assert Integral.of(Table(Z, None).rows(), None)[1].tolist() == [False, False, True, False, True]
    assert Integral.of(Table(Z, np.array([1.0, 0.0])).rows(), None)[1].tolist() == [True, False, True, False, True]


def is_nearest(pair: Pair, exact: list[Fraction]) -> bool:
    found = zip(pair.hi.ravel().tolist(), pair.lo.ravel().tolist(), exact, strict=True)
    return all(hi == float(value) and lo == float(value - Fraction(hi)) for hi, lo, value in found)


@given(tables(min_rows=1, any_float=False))
def test_what_is_read_is_the_nearest_pair_to_the_fraction(table: Table) -> None:
    body, R = table.state(), summed(table.Z, table.v)
    W, q = R[0][0], table.Z.shape[1]
    some = W or Fraction(1)
    assert body.weight == float(W)
    assert is_nearest(body.mean(), [R[0][j] / some for j in range(1, q + 1)])
    assert is_nearest(body.raw(), [R[i][j] for i in range(1, q + 1) for j in range(1, q + 1)])
    centred = [R[i][j] - R[0][i] * R[0][j] / some for i in range(1, q + 1) for j in range(1, q + 1)]
    assert is_nearest(body.centred(), centred)
    assert not body.noise().any()


@given(tables(), st.data())
def test_a_linear_map_is_applied_exactly(table: Table, data: st.DataObject) -> None:
    q, r = table.Z.shape[1], data.draw(st.integers(1, 3))
    numbers = st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0, 5e-324])
    T = np.array(data.draw(st.lists(numbers, min_size=q * r, max_size=q * r))).reshape(q, r)
    offset = np.array(data.draw(st.lists(numbers, min_size=r, max_size=r)))
    M = [[Fraction(int(i == 0)), *map(Fraction, offset if i == 0 else T[i - 1])] for i in range(q + 1)]
    R, both = summed(table.Z, table.v), range(q + 1)
    half = [[sum(R[i][k] * M[k][j] for k in both) for j in range(r + 1)] for i in both]
    mapped = [[sum(M[k][i] * half[k][j] for k in both) for j in range(r + 1)] for i in range(r + 1)]
    assert fractions(table.state().transform(T, offset)) == mapped


def test_a_map_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be finite"):
        of_columns(np.ones((2, 1))).transform(np.array([[np.nan]]), np.zeros(1))


@given(tables(min_rows=1), st.data())
def test_some_columns_and_wider_tables_are_those_of_the_rows(table: Table, data: st.DataObject) -> None:
    q = table.Z.shape[1]
    columns = data.draw(st.lists(st.integers(0, q - 1), min_size=1, max_size=q, unique=True))
    assert same(table.state().select(columns), of_columns(table.Z[:, columns], table.v))
    wide = np.zeros((len(table.Z), q + 2), dtype=table.Z.dtype)
    places = [*range(1, q), q + 1]
    wide[:, places] = table.Z
    assert same(table.state().embed(places, q + 2), of_columns(wide, table.v))


def stacked(bodies: list[Integral]) -> Integral:
    arrays = [body.arrays() for body in bodies]
    return Integral.from_arrays({name: np.stack([a[name] for a in arrays]) for name in arrays[0]})


@given(tables(min_rows=4))
def test_a_stack_holds_its_groups_and_every_operation_acts_on_each(table: Table) -> None:
    q = table.Z.shape[1]
    groups = [table.state(slice(k, None, 3)) for k in range(3)]
    stack = stacked(groups)
    T, offset = np.ones((q, 2)), np.array([0.5, 3.0])
    operations = [
        lambda body: body.merge(body),
        lambda body: body.select([q - 1]),
        lambda body: body.embed(range(1, q + 1), q + 1),
        lambda body: body.transform(T, offset),
    ]
    for operation in operations:
        assert same(operation(stack), stacked([operation(body) for body in groups]))
    for read in (Integral.mean, Integral.centred, Integral.raw):
        assert_array_equal(read(stack).hi, [read(body).hi for body in groups])
    assert_array_equal(stack.weight, [body.weight for body in groups])
    assert same(stack.normalised()[0], stacked([body.normalised()[0] for body in groups]))
    assert_array_equal(stack.normalised()[1], [body.normalised()[1] for body in groups])
    assert_array_equal(stack.noise(), np.zeros((3, q)))
    one_by_one = [Integral.from_arrays({n: a[k] for n, a in stack.arrays().items()}) for k in range(3)]
    assert same(reduce(Integral.merge, one_by_one), table.state())


@given(tables())
def test_a_state_survives_json(table: Table) -> None:
    body = table.state()
    written = json.dumps({name: array.tolist() for name, array in body.arrays().items()})
    assert same(Integral.from_arrays(json.loads(written)), body)


@pytest.mark.parametrize(
    ("products", "exponents", "message"),
    [
        ([[1, 2]], 0, "do not fit"),
        ([[1, 2], [2, 4]], [0], "do not fit"),
        ([1, 2], 0, "do not fit"),
        ([[1, 2], [2, 4.5]], 0, "whole numbers"),
        ([[1, 2], [2, "4"]], 0, "whole numbers"),
        ([[1, 2], [2, 4]], 0.5, "whole numbers"),
    ],
)
def test_a_record_that_is_no_state_is_refused(products: object, exponents: object, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Integral.from_arrays({"products": products, "exponents": exponents})


@given(tables(min_rows=1, any_float=False))
def test_in_double_double_every_sum_is_the_nearest_pair(table: Table) -> None:
    lowered = table.state().lowered()
    assert not lowered.exponents.any()
    assert is_nearest(lowered.products, [value for row in summed(table.Z, table.v) for value in row])


def test_extreme_columns_come_with_a_power_of_two() -> None:
    rng = np.random.default_rng(6)
    Z = rng.normal(size=(40, 4)) * [1e250, 1e-250, 1.0, 1e307]
    body, lowered = of_columns(Z), of_columns(Z).lowered()
    near, exponents = body.normalised()
    assert (np.abs(exponents) > 800).tolist() == [True, True, False, True]
    assert same(near, of_columns(np.ldexp(Z, -exponents.astype(np.int64))))
    assert_array_equal(lowered.exponents, exponents)
    assert_array_equal(lowered.products.hi[1:, 1:], near.raw().hi)
    assert_array_equal(lowered.mean().hi[1:], body.mean().hi[1:])
    plain, none = of_columns(Z / Z).normalised()
    assert same(plain, of_columns(Z / Z))
    assert not none.any()
