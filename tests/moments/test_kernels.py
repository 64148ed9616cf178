"""The kernels against exact arithmetic: NumPy's, Numba's, and the choice between them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from slopewise.errors import ArgumentError, ShapeError
from slopewise.moments import compiled, kernels, large, small

Kernel = Callable[[Any, Any, Any, Any], tuple[np.ndarray, np.ndarray]]


def numba_on(threads: int) -> Kernel:
    return lambda X, y, weights, origin: large.shifted_sums(X, y, weights, origin, threads=threads)


KERNELS = {"small": small.shifted_sums, "large, 1 thread": numba_on(1), "large, 2 threads": numba_on(2)}
each_kernel = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())

LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "by rows": np.ascontiguousarray,
    "by columns": np.asfortranarray,
    "every second row and column": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "columns of a wider table": lambda X: np.column_stack([X, X])[:, : X.shape[1]],
    "backwards by columns": lambda X: np.asfortranarray(X[::-1, ::-1])[::-1, ::-1],
}


def whole_numbers(m: int, p: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """X, y, weights and an origin of small whole numbers: every sum of theirs is exact in float64, in any order."""
    draw = np.random.default_rng(seed)
    table = draw.integers(-1000, 1000, (m, p + 1)).astype(np.float64)
    return table[:, :p], table[:, p], draw.integers(0, 4, m).astype(np.float64), np.arange(p + 1.0) - 2.0


def exact_sums(X: Any, y: Any, weights: Any, origin: Any) -> tuple[np.ndarray, np.ndarray]:
    """The definition, in whole numbers."""
    Z = (np.column_stack([X, y]) - origin).astype(np.int64)
    V = (np.ones(len(y)) if weights is None else weights).astype(np.int64)[:, None] * Z
    return V.sum(axis=0), V.T @ Z


@each_kernel
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("p", [0, 1, 2, 3, 5, 6, 7, 8, 17, 23, 130])
def test_sums_of_whole_numbers_are_exact_at_every_shape(kernel: Kernel, weighted: bool, p: int) -> None:
    for m in (0, 1, 127, 128, 129, 4096, 4099):
        X, y, weights, origin = whole_numbers(m, p, seed=m + p)
        v = weights if weighted else None
        sums, products = kernel(X, y, v, origin)
        expected_sums, expected_products = exact_sums(X, y, v, origin)
        np.testing.assert_array_equal(sums, expected_sums)
        np.testing.assert_array_equal(products, expected_products)


@each_kernel
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_do_not_depend_on_layout_or_type(kernel: Kernel, layout: Callable[..., np.ndarray], dtype: type) -> None:
    X, y, weights, origin = whole_numbers(261, 11, seed=3)
    given_rows = layout(X.astype(dtype))
    np.testing.assert_array_equal(given_rows, X)
    sums, products = kernel(given_rows, y.astype(dtype)[::1], weights, origin)
    expected_sums, expected_products = exact_sums(X, y, weights, origin)
    np.testing.assert_array_equal(sums, expected_sums)
    np.testing.assert_array_equal(products, expected_products)


@each_kernel
def test_strided_target_and_weights(kernel: Kernel) -> None:
    X, y, weights, origin = whole_numbers(300, 4, seed=4)
    sums, products = kernel(X, np.repeat(y, 3)[::3], np.repeat(weights, 2)[::2], origin)
    expected_sums, expected_products = exact_sums(X, y, weights, origin)
    np.testing.assert_array_equal(sums, expected_sums)
    np.testing.assert_array_equal(products, expected_products)


@each_kernel
def test_read_only_arrays_are_accepted_and_nothing_is_written(kernel: Kernel) -> None:
    X, y, weights, origin = whole_numbers(200, 3, seed=5)
    rows = [X, y, weights, origin]
    copies = [array.copy() for array in rows]
    for array in rows:
        array.flags.writeable = False
    kernel(*rows)
    for array, copy in zip(rows, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@each_kernel
def test_float32_is_widened_before_anything_is_computed(kernel: Kernel) -> None:
    X = np.array([[1e8], [1e8 + 8.0]], dtype=np.float32)
    y = np.array([0.1, 0.2], dtype=np.float32)
    origin = np.array([1e8 + 1.0, 0.1])
    sums, products = kernel(X, y, None, origin)
    shifted = np.column_stack([X, y]).astype(np.float64) - origin
    np.testing.assert_allclose(sums, shifted.sum(axis=0), rtol=1e-15)
    np.testing.assert_allclose(products, shifted.T @ shifted, rtol=1e-15)


VALUES = st.floats(-1e6, 1e6, allow_subnormal=False)


@settings(max_examples=60)
@given(st.data())
def test_both_kernels_are_within_rounding_of_the_exact_sums(data: st.DataObject) -> None:
    m, p = data.draw(st.integers(1, 12)), data.draw(st.integers(0, 4))
    X, y = data.draw(arrays(np.float64, (m, p), elements=VALUES)), data.draw(arrays(np.float64, m, elements=VALUES))
    weights = data.draw(st.none() | arrays(np.float64, m, elements=st.floats(0.0, 100.0, allow_subnormal=False)))
    origin = np.append(X[0], y[0])
    shifted = np.column_stack([X, y]) - origin
    z = [[Fraction(value) for value in row] for row in shifted.tolist()]
    v = [Fraction(value) for value in (np.ones(m) if weights is None else weights).tolist()]
    exact = [
        [sum(w * row[i] * row[j] for w, row in zip(v, z, strict=True)) for j in range(p + 1)] for i in range(p + 1)
    ]
    size = np.abs(shifted).T @ (np.abs(shifted) * (1.0 if weights is None else weights[:, None]))
    for kernel in KERNELS.values():
        _, products = kernel(X, y, weights, origin)
        off = [[float(abs(Fraction(products[i, j]) - exact[i][j])) for j in range(p + 1)] for i in range(p + 1)]
        assert (off <= (m + 3) * 2.0**-53 * size + 1e-300).all()


@each_kernel
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", [0, 4, 9])
def test_a_value_that_is_not_finite_reaches_its_sums(kernel: Kernel, weighted: bool, value: float, column: int) -> None:
    Z = np.random.default_rng(6).normal(size=(500, 10))
    Z[333, column] = value
    sums, products = kernel(Z[:, :9], Z[:, 9], np.full(500, 2.0) if weighted else None, np.zeros(10))
    touched = np.arange(10) == column
    np.testing.assert_array_equal(np.isfinite(sums), ~touched)
    np.testing.assert_array_equal(np.isfinite(products), ~(touched[:, None] | touched))


@each_kernel
def test_infinities_of_both_signs_far_apart_give_nan_without_a_warning(kernel: Kernel) -> None:
    X, y, _, origin = whole_numbers(9000, 2, seed=11)
    X[0, 1], X[-1, 1] = np.inf, -np.inf
    sums, products = kernel(X, y, None, origin)
    assert np.isnan(sums[1])
    assert products[1, 1] == np.inf
    assert np.isfinite(sums[[0, 2]]).all()


@each_kernel
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rows_of_weight_zero_add_nothing_whatever_they_hold(kernel: Kernel, value: float) -> None:
    X, y, weights, origin = whole_numbers(400, 6, seed=7)
    weights[[0, 127, 128, 399]] = 0.0
    expected_sums, expected_products = exact_sums(X, y, weights, origin)
    X[[0, 128]] = value
    y[[127, 399]] = value
    sums, products = kernel(X, y, weights, origin)
    np.testing.assert_array_equal(sums, expected_sums)
    np.testing.assert_array_equal(products, expected_products)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_number_of_threads_does_not_change_a_bit(weighted: bool) -> None:
    draw = np.random.default_rng(8)
    X, y, weights = draw.normal(size=(30_011, 5)), draw.normal(size=30_011), draw.random(30_011)
    of = [large.shifted_sums(X, y, weights if weighted else None, np.zeros(6), threads=n) for n in (1, 2, 3, 50)]
    for sums, products in of[1:]:
        np.testing.assert_array_equal(sums, of[0][0])
        np.testing.assert_array_equal(products, of[0][1])


@each_kernel
def test_products_are_exactly_symmetric(kernel: Kernel) -> None:
    draw = np.random.default_rng(9)
    _, products = kernel(draw.normal(size=(1000, 20)), draw.normal(size=1000), draw.random(1000), draw.normal(size=21))
    np.testing.assert_array_equal(products, products.T)


def test_a_large_table_goes_to_numba_and_a_small_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = large.shifted_sums

    def counted(*rows: Any, threads: int) -> tuple[np.ndarray, np.ndarray]:
        calls.append(threads)
        return real(*rows, threads=threads)

    X, y, weights, origin = whole_numbers(50, 3, seed=10)
    monkeypatch.setattr(large, "shifted_sums", counted)
    monkeypatch.setattr(kernels, "LARGE", 200)
    kernels.shifted_sums(X, y, weights, origin, threads=3)
    assert calls == []
    monkeypatch.setattr(kernels, "LARGE", 199)
    _, products = kernels.shifted_sums(X, y, weights, origin, threads=3)
    assert calls == [3]
    np.testing.assert_array_equal(products, exact_sums(X, y, weights, origin)[1])


def test_a_small_table_does_not_import_numba() -> None:
    code = "import sys, slopewise as sw; sw.Moments.of([[1.0], [2.0]], [3.0, 5.0]); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("threads", [0, -1, 1.5, True])
def test_a_number_of_threads_that_makes_no_sense_is_refused(threads: Any) -> None:
    with pytest.raises(ArgumentError, match="threads"):
        kernels.shifted_sums(np.zeros((1, 1)), np.zeros(1), None, np.zeros(2), threads=threads)


def test_without_a_writable_cache_folder_the_kernel_still_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(**options: Any) -> Callable[[Any], Any]:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(compiled, "njit", nowhere)

    def double(x: float) -> float:
        return 2.0 * x

    assert compiled.kept(double)(4.0) == 8.0


def test_chunks_are_handed_over_in_order_whoever_is_done_first() -> None:
    second_done = threading.Event()

    def work(start: int) -> int:
        if start == 0:
            assert second_done.wait(timeout=30)
        elif start == 1:
            second_done.set()
        return start

    assert list(compiled.in_order(work, range(5), threads=2)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("terminal", "module", "lines"),
    [(True, "slopewise.moments.large", 1), (False, "slopewise.moments.large", 0), (True, "theirs", 0)],
)
def test_compiling_is_announced_once_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool, module: str, lines: int
) -> None:
    def kernel(x: float) -> float:
        return x + 1.0

    kernel.__module__ = module
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(compiled.ANNOUNCEMENT, "said", False)
    assert compiled.compiled(kernel)(1.0) == 2.0
    assert compiled.compiled(kernel)(1) == 2.0
    assert capsys.readouterr().err.count("compiling") == lines


def test_all_threads_work_until_nothing_is_left_and_what_fails_is_raised() -> None:
    both = threading.Barrier(2, timeout=30)
    left, done, seen = deque(range(6)), [], set()

    def work() -> bool:
        if threading.get_ident() not in seen:
            seen.add(threading.get_ident())
            both.wait()  # nobody begins alone
        with contextlib.suppress(IndexError):
            done.append(left.popleft())
        return bool(left)

    compiled.in_turn(work, 2)
    assert sorted(done) == list(range(6))
    assert threading.get_ident() in seen

    def fails_elsewhere() -> bool:
        both.wait()
        if threading.current_thread() is not threading.main_thread():
            raise ShapeError("not here")
        return False

    with pytest.raises(ShapeError, match="not here"):
        compiled.in_turn(fails_elsewhere, 2)


def test_no_two_threads_take_the_same_number() -> None:
    counter, taken = np.zeros(1, dtype=np.int64), np.zeros(40_000, dtype=np.int64)

    def takes(counter: np.ndarray, taken: np.ndarray) -> None:
        for _ in range(len(taken)):
            place = compiled.take(counter)
            if place >= len(taken):
                return
            taken[place] += 1

    taking = compiled.compiled(takes)

    def work() -> bool:
        taking(counter, taken)
        return False

    compiled.in_turn(work, 2)
    assert (taken == 1).all()


@pytest.mark.parametrize("layout", ["C", "F", "one column of another", "reversed column"])
def test_one_feature_is_read_however_it_lies(layout: str) -> None:
    """NumPy says of one column that it is contiguous either way, whatever its strides across are."""
    Z = np.arange(6_000.0).reshape(3_000, 2) % 17
    X = {
        "C": np.ascontiguousarray(Z[:, :1]),
        "F": np.asfortranarray(Z[:, :1]),
        "one column of another": Z[:, 1:],
        "reversed column": np.ascontiguousarray(Z[:, :1])[:, ::-1],
    }[layout]
    y = np.arange(3_000.0) % 5
    expected_sums, expected_products = exact_sums(X, y, np.ones(3_000), np.zeros(2))
    sums, products = large.shifted_sums(X, y, None, np.zeros(2), threads=2)
    np.testing.assert_array_equal(sums, expected_sums)
    np.testing.assert_array_equal(products, expected_products)
