"""The double-double kernels against rational arithmetic: NumPy's, Numba's, and the choice between them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from slopewise.moments import kernels, paired_large, paired_small
from slopewise.moments.pair import Pair, two_product

Answer = tuple[Pair, np.ndarray]
Kernel = Callable[..., Answer]


def numba_on(threads: int) -> Kernel:
    return lambda *rows: paired_large.paired_products(*rows, threads=threads)


KERNELS = {"small": paired_small.paired_products, "large": numba_on(2)}
each_kernel = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())

LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "by rows": np.ascontiguousarray,
    "by columns": np.asfortranarray,
    "every second row and column": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "columns of a wider table": lambda X: np.column_stack([X, X])[:, : X.shape[1]],
    "backwards by columns": lambda X: np.asfortranarray(X[::-1, ::-1])[::-1, ::-1],
}


class Rows(NamedTuple):
    """The arguments of a kernel."""

    X: Any
    X_low: Any
    y: Any
    y_low: Any
    weights: Any
    powers: Any


def rows_of(X: Any, y: Any, weights: Any = None, *, X_low: Any = None, y_low: Any = None, powers: Any = None) -> Rows:
    return Rows(X, X_low, y, y_low, weights, np.ones(X.shape[1] + 1) if powers is None else powers)


def drawn(m: int, p: int, seed: int, weighted: bool = False) -> Rows:
    draw = np.random.default_rng(seed)
    return rows_of(draw.normal(size=(m, p)), draw.normal(size=m), draw.random(m) if weighted else None)


def whole_numbers(m: int, p: int, seed: int) -> Rows:
    """Small whole numbers: every sum of theirs is exact in float64, in any order."""
    table = np.random.default_rng(seed).integers(-1000, 1000, (m, p + 1)).astype(np.float64)
    weights = np.random.default_rng(seed + 1).integers(0, 4, m).astype(np.float64)
    return rows_of(table[:, :p], table[:, p], weights)


def in_whole_numbers(rows: Rows) -> np.ndarray:
    """Σ v z zᵀ of `whole_numbers`."""
    Z = np.column_stack([np.ones(len(rows.y)), rows.X, rows.y]).astype(np.int64)
    return Z.T @ (Z if rows.weights is None else rows.weights.astype(np.int64)[:, None] * Z)


def columns_of(rows: Rows) -> list[list[Fraction]]:
    """[1, x, y]·[1, powers], column by column, exactly."""
    m, p = rows.X.shape
    high = np.column_stack([rows.X, rows.y]).astype(np.float64)
    low = np.zeros((m, p + 1))
    if rows.X_low is not None:
        low[:, :p] = rows.X_low
    if rows.y_low is not None:
        low[:, p] = rows.y_low
    parts = zip(high.T.tolist(), low.T.tolist(), rows.powers.tolist(), strict=True)
    scaled = [
        [(Fraction(h) + Fraction(e)) * Fraction(power) for h, e in zip(*pair, strict=True)] for *pair, power in parts
    ]
    return [[Fraction(1)] * m, *scaled]


def whole_columns(rows: Rows) -> np.ndarray:
    """Which of [x, y] hold whole numbers below 2⁵³ without a low half, in rows that count."""
    m, p = rows.X.shape
    lows = [np.zeros((m, p)) if rows.X_low is None else rows.X_low, np.zeros(m) if rows.y_low is None else rows.y_low]
    z = np.column_stack([rows.X, rows.y])
    whole = (z % 1 == 0) & (np.abs(z) < 2.0**53) & (np.column_stack(lows) == 0)
    return whole[slice(None) if rows.weights is None else rows.weights != 0].all(axis=0)


def exact(rows: Rows) -> np.ndarray:
    """The definition, in fractions."""
    z = columns_of(rows)
    v = [Fraction(1)] * len(rows.y) if rows.weights is None else [Fraction(w) for w in rows.weights.tolist()]
    q = len(z)
    answer = np.zeros((q, q), dtype=object)
    for i in range(q):
        left = [w * a for w, a in zip(v, z[i], strict=True)]
        for j in range(i, q):
            answer[i, j] = answer[j, i] = sum((a * b for a, b in zip(left, z[j], strict=True)), Fraction(0))
    return answer


def distance(products: Pair, expected: np.ndarray) -> float:
    """The largest |error (i, j)|² / (R_ii R_jj), as the square root: how far off relative to the columns' lengths."""
    q = len(expected)
    worst = Fraction(0)
    for i in range(q):
        for j in range(q):
            off = products[i, j].fraction() - expected[i, j]
            if off:
                worst = max(worst, off**2 / (expected[i, i] * expected[j, j]))
    return float(worst) ** 0.5


TINY = 2.0**-102


SCALES = st.sampled_from([-100, -30, -3, 0, 0, 0, 5, 40, 100])


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Offsets of 1e9, scales from 1e-100 to 1e100 with powers that undo them, weights, low halves, all together."""
    m, p = draw(st.integers(1, 16)), draw(st.integers(0, 4))
    unit = st.floats(-1.0, 1.0).filter(lambda value: value == 0 or abs(value) > 1e-6)
    offset = np.array(draw(st.lists(st.sampled_from([0.0, 0.0, 1e9]), min_size=p + 1, max_size=p + 1)))
    scale = 10.0 ** np.array(draw(st.lists(SCALES, min_size=p + 1, max_size=p + 1)), dtype=np.float64)
    Z = (draw(arrays(np.float64, (m, p + 1), elements=unit)) + offset) * scale
    powers = np.ldexp(1.0, -np.frexp(scale)[1]) if draw(st.booleans()) else np.ones(p + 1)
    weights = draw(st.none() | arrays(np.float64, m, elements=st.sampled_from([0.0, 1.0, 0.1, 1 / 3, 1e5])))
    low = Z * 2.0**-54 * draw(arrays(np.float64, (m, p + 1), elements=unit)) if draw(st.booleans()) else None
    if low is None:
        return rows_of(Z[:, :p], Z[:, p], weights, powers=powers)
    y_low = low[:, p] if draw(st.booleans()) else None
    return rows_of(Z[:, :p], Z[:, p], weights, X_low=low[:, :p], y_low=y_low, powers=powers)


@settings(max_examples=60)
@given(tables())
def test_both_kernels_are_as_exact_as_double_double_can_be(rows: Rows) -> None:
    expected = exact(rows)
    for kernel in KERNELS.values():
        products, whole = kernel(*rows)
        assert distance(products, expected) <= TINY
        np.testing.assert_array_equal(products.hi, products.hi.T)
        np.testing.assert_array_equal(products.lo, products.lo.T)
        np.testing.assert_array_equal(products.hi, products.hi + products.lo)
        np.testing.assert_array_equal(whole, whole_columns(rows))


@each_kernel
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("p", [0, 1, 2, 3, 6, 7, 8, 17, 40])
def test_sums_of_whole_numbers_are_exact_at_every_shape(kernel: Kernel, weighted: bool, p: int) -> None:
    for m in (0, 1, 7, 8, 9, 255, 256, 257, 4096, 4099):
        rows = whole_numbers(m, p, seed=m + p)
        rows = rows if weighted else rows._replace(weights=None)
        products, whole = kernel(*rows)
        np.testing.assert_array_equal(products.hi, in_whole_numbers(rows))
        assert not products.lo.any()
        assert whole.tolist() == [True] * (p + 1)


@each_kernel
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_do_not_depend_on_layout_or_type(kernel: Kernel, layout: Callable[..., np.ndarray], dtype: type) -> None:
    rows = drawn(613, 5, seed=3, weighted=True)
    rows = rows._replace(X=rows.X.astype(np.float32).astype(np.float64), y=rows.y.astype(np.float32).astype(np.float64))
    expected, _ = kernel(*rows)
    y, weights = np.repeat(rows.y.astype(dtype), 3)[::3], np.repeat(rows.weights, 2)[::2]
    products, _ = kernel(*rows._replace(X=layout(rows.X.astype(dtype)), y=y, weights=weights))
    np.testing.assert_array_equal(products.hi, expected.hi)
    np.testing.assert_array_equal(products.lo, expected.lo)


@pytest.mark.parametrize("lows", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_small_equals_large(weighted: bool, lows: bool) -> None:
    rows = drawn(20_011, 6, seed=4, weighted=weighted)
    rows = rows._replace(X=rows.X + np.array([0.0, 1e9, 3.0, 0.0, 1e-5, 0.0]))
    if lows:
        square = two_product(rows.X[:, :3], rows.X[:, :3])
        rows = rows_of(square[0], rows.y, rows.weights, X_low=square[1])
    (products, _), (others, _) = (kernel(*rows) for kernel in KERNELS.values())
    length = np.sqrt(np.diagonal(products.hi))
    assert (np.abs((products - others).hi) <= 2.0**-98 * np.outer(length, length)).all()


def exact_sums_of_integers(Z: np.ndarray) -> list[list[int]]:
    """ZᵀZ of integers below 2⁵², in Python's: halves of 26 bits, whose products int64 holds 1,024 at a time."""
    halves = [(0, Z & (2**26 - 1)), (26, Z >> 26)]
    total = np.zeros((Z.shape[1], Z.shape[1]), dtype=object)
    for bits, left in halves:
        for more, right in halves:
            for first in range(0, len(Z), 1024):
                product = np.einsum("ki,kj->ij", left[first : first + 1024], right[first : first + 1024])
                total += product.astype(object) << (bits + more)
    return total.tolist()


@pytest.mark.parametrize("m", [20_000, 2_000_000])
def test_accuracy_does_not_decay_with_rows(m: int) -> None:
    """A rounding that all rows share would pile up: multiples of one another, sawteeth and a constant."""
    draw = np.random.default_rng(5)
    Z = np.empty((m, 3), dtype=np.int64)
    Z[:, 0] = draw.integers(2**50, 2**52, m)
    Z[:, 1] = (np.arange(m) % 97) * 2**45 + 1_234_567_891
    Z[:, 2] = round(0.1 * 2**52)
    X = Z * 2.0**-40
    (products, _), sums = numba_on(2)(*rows_of(X[:, :2], X[:, 2])), exact_sums_of_integers(Z)
    expected = np.array([[Fraction(value, 2**80) for value in row] for row in sums], dtype=object)
    assert distance(products[1:, 1:], expected) <= TINY


@pytest.mark.parametrize("m", [3000, 300_000])
def test_the_sums_of_a_constant_column_leave_nothing_about_the_mean(m: int) -> None:
    constants = np.array([0.1, 1 / 3, 1e9 + 0.1, 1e-9 / 7, np.pi])
    (products, _) = numba_on(2)(*rows_of(np.broadcast_to(constants[:4], (m, 4)).copy(), np.full(m, constants[4])))
    z = [Fraction(1), *map(Fraction, constants.tolist())]
    expected = np.array([[m * a * b for b in z] for a in z], dtype=object)
    assert distance(products, expected) <= TINY


@pytest.mark.parametrize("weighted", [False, True])
def test_the_number_of_threads_does_not_change_a_bit(weighted: bool) -> None:
    rows = drawn(50_011, 4, seed=8, weighted=weighted)
    (one, _), *others = (numba_on(threads)(*rows) for threads in (1, 2, 5))
    for products, _ in others:
        np.testing.assert_array_equal(products.hi, one.hi)
        np.testing.assert_array_equal(products.lo, one.lo)


@each_kernel
def test_whole_numbers_are_told_from_others(kernel: Kernel) -> None:
    m = 5000
    X = np.repeat(np.arange(m, dtype=np.float64)[:, None], 5, axis=1)
    X[:, 1] = 2.0**53 - 1 - X[:, 1]
    X[m - 1, 2] += 0.5
    X_low = np.zeros((m, 5))
    X_low[17, 3] = 2.0**-60
    X[9, 4], weights = 0.25, np.ones(m)
    weights[9] = 0.0
    y = -np.arange(m, dtype=np.float64)
    powers = np.array([0.25, 1.0, 2.0, 1.0, 1.0, 0.5])
    _, whole = kernel(X, X_low, y, None, weights, powers)
    assert whole.tolist() == [True, True, False, False, True, True]
    _, whole = kernel(X, None, y, None, None, powers)
    assert whole.tolist() == [True, True, False, True, False, True]


@each_kernel
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", [0, 4, 5])
def test_a_value_that_is_not_finite_reaches_its_sums(kernel: Kernel, weighted: bool, value: float, column: int) -> None:
    Z = np.random.default_rng(6).normal(size=(5000, 6))
    Z[4333, column] = value
    products, _ = kernel(*rows_of(Z[:, :5], Z[:, 5], np.full(5000, 2.0) if weighted else None))
    touched = np.arange(7) == column + 1
    np.testing.assert_array_equal(np.isfinite(products.hi), ~(touched[:, None] | touched))


@each_kernel
def test_squares_that_overflow_are_not_finite(kernel: Kernel) -> None:
    products, _ = kernel(*rows_of(np.array([[1e200], [1.0]]), np.ones(2)))
    assert not np.isfinite(products.hi[1, 1])


@each_kernel
@pytest.mark.parametrize("value", [np.nan, np.inf, 0.5])
def test_rows_of_weight_zero_add_nothing_whatever_they_hold(kernel: Kernel, value: float) -> None:
    rows = whole_numbers(700, 4, seed=7)
    rows.weights[[0, 255, 256, 699]] = 0.0
    expected = in_whole_numbers(rows)
    rows.X[[0, 256]] = value
    rows.y[[255, 699]] = value
    low = np.zeros((700, 4))
    low[0] = value
    for X_low in (None, low):
        products, whole = kernel(*rows._replace(X_low=X_low))
        np.testing.assert_array_equal(products.hi, expected)
        assert whole.all()


@each_kernel
def test_nothing_is_written_to_what_is_given(kernel: Kernel) -> None:
    rows = drawn(300, 3, seed=9, weighted=True)._replace(X_low=np.full((300, 3), 1e-20), y_low=np.full(300, 1e-20))
    copies = [array.copy() for array in rows]
    for array in rows:
        array.flags.writeable = False
    kernel(*rows)
    for array, copy in zip(rows, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("unit", [2.0**-900, 2.0**900])
def test_weights_of_any_size_keep_the_digits(unit: float) -> None:
    rows = drawn(50, 2, seed=10, weighted=True)
    expected, _ = kernels.paired_products(*rows)
    products, _ = kernels.paired_products(*rows._replace(weights=rows.weights * unit))
    np.testing.assert_array_equal(products.hi, expected.hi * unit)
    np.testing.assert_array_equal(products.lo, expected.lo * unit)


@pytest.mark.parametrize(("limit", "long", "called"), [(500, 51, []), (499, 51, [3]), (500, 50, [3])])
def test_the_choice_depends_on_the_shape(
    monkeypatch: pytest.MonkeyPatch, limit: int, long: int, called: list[int]
) -> None:
    calls: list[int] = []
    real = paired_large.paired_products

    def counted(*rows: Any, threads: int) -> Answer:
        calls.append(threads)
        return real(*rows, threads=threads)

    rows = whole_numbers(50, 2, seed=11)  # 50 rows of 10 products
    monkeypatch.setattr(paired_large, "paired_products", counted)
    monkeypatch.setattr(kernels, "LARGE_PRODUCTS", limit)
    monkeypatch.setattr(kernels, "LONG", long)
    products, _ = kernels.paired_products(*rows, threads=3)
    assert calls == called
    np.testing.assert_array_equal(products.hi, in_whole_numbers(rows))


def test_a_small_table_does_not_import_numba() -> None:
    code = (
        "import sys, numpy as np; from slopewise.moments.kernels import paired_products;"
        "paired_products(np.ones((3000, 30)), None, np.ones(3000), None, None, np.ones(31));"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
