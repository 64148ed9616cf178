"""Every figure that the lesson prints, to its last printed digit, and what it corrects in its source material."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from slopewise import lesson
from slopewise.errors import ArgumentError, ShapeError

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SPELLINGS = ("vectorized", "loop")
both = pytest.mark.parametrize("spelling", SPELLINGS)


def houses(name: str) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(EXAMPLES / f"{name}.csv", delimiter=",", skiprows=1)
    x, y = table[:, :-1], table[:, -1]
    return (x[:, 0], y) if x.shape[1] == 1 else (x, y)


TWO, SIX, FOUR = houses("two_houses"), houses("six_houses"), houses("houses")
FOUR_W, FOUR_B = np.array([0.39133535, 18.75376741, -53.36032453, -26.42131618]), 785.1811367994083


def rounded(value: float, like: str) -> str:
    """`value` printed with as many digits as the figure `like` has."""
    digits = len(like.split("e")[0].split(".")[1]) if "." in like else 0
    return f"{value:.{digits}{'e' if 'e' in like else 'f'}}"


def assert_prints(values: list[float], figures: str) -> None:
    printed = figures.split()
    assert [rounded(value, like) for value, like in zip(values, printed, strict=True)] == printed


# Two houses.


@both
def test_two_houses_cost_and_predictions(spelling: str) -> None:
    assert lesson.compute_cost(*TWO, 100, 100, spelling=spelling) == 12_500
    assert lesson.compute_cost(*TWO, 200, 100, spelling=spelling) == 0
    assert lesson.predict_single_loop(1.2, 200, 100, spelling=spelling) == 340
    assert lesson.predict([1.2], 200, 100, spelling=spelling).tolist() == [340]
    assert lesson.compute_model(TWO[0], 200, 100, spelling=spelling).tolist() == [300, 500]


TABLE = """
0     7.93e+04  -6.500e+02  -4.000e+02  6.500e+00  4.00000e+00
1000  3.41e+00  -3.712e-01   6.007e-01  1.949e+02  1.08228e+02
2000  7.93e-01  -1.789e-01   2.895e-01  1.975e+02  1.03966e+02
3000  1.84e-01  -8.625e-02   1.396e-01  1.988e+02  1.01912e+02
4000  4.28e-02  -4.158e-02   6.727e-02  1.994e+02  1.00922e+02
5000  9.95e-03  -2.004e-02   3.243e-02  1.997e+02  1.00444e+02
6000  2.31e-03  -9.660e-03   1.563e-02  1.999e+02  1.00214e+02
7000  5.37e-04  -4.657e-03   7.535e-03  1.999e+02  1.00103e+02
8000  1.25e-04  -2.245e-03   3.632e-03  2.000e+02  1.00050e+02
9000  2.90e-05  -1.082e-03   1.751e-03  2.000e+02  1.00024e+02
"""


@both
def test_two_houses_descent_prints_the_lessons_table(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    cost, gradient = (partial(f, spelling=spelling) for f in (lesson.compute_cost, lesson.compute_gradient))
    w, b, costs, parameters = lesson.gradient_descent(*TWO, 0, 0, 0.01, 10_000, cost, gradient)
    printed = capsys.readouterr().out.splitlines()
    lines = TABLE.split("\n")[1:-1]
    number = r"[-+.\de]*\d[-+.\de]*"
    assert [re.findall(rf"(?<![\w]){number}", line) for line in printed] == [line.split() for line in lines]
    for line in lines:
        iteration, *figures = line.split()
        (old_w, old_b), (new_w, new_b) = parameters[int(iteration)], parameters[int(iteration) + 1]
        dj_dw, dj_db = lesson.compute_gradient(*TWO, old_w, old_b)
        assert_prints([costs[int(iteration) + 1], dj_dw, dj_db, new_w, new_b], " ".join(figures))
    assert_prints([w, b], "199.9929 100.0116")
    assert parameters[-1] == (w, b)
    assert_prints(lesson.predict([1.0, 1.2, 2.0], w, b, spelling=spelling).tolist(), "300.0 340.0 500.0")


def test_the_cost_history_begins_at_the_start() -> None:
    """Correction 4: the source's begins after the first step."""
    _, _, costs, parameters = lesson.gradient_descent(*TWO, 0, 0, 0.01, 7)
    assert costs[0] == 85_000
    assert len(costs) == len(parameters) == 8
    assert parameters[0] == (0, 0)
    assert [lesson.compute_cost(*TWO, w, b) for w, b in parameters] == costs.tolist()


def test_two_houses_diverging() -> None:
    w, b, costs, _ = lesson.gradient_descent(*TWO, 0, 0, 0.8, 10)
    figures = "2.58e+05 7.82e+05 2.37e+06 7.19e+06 2.18e+07 6.62e+07 2.01e+08 6.09e+08 1.85e+09 5.60e+09"
    assert_prints(costs[1:].tolist(), figures)
    assert_prints([w, b], "-4.845e+04 -2.99567e+04")
    analysis = lesson.analyse(*TWO)
    assert_prints(analysis.eigenvalues.tolist(), "0.0729 3.427")
    assert_prints([analysis.stable_below, analysis.best_rate], "0.5836 0.5714")
    growth = (1 - 0.8 * analysis.eigenvalues[1]) ** 2
    assert_prints([growth, costs[-1] / costs[-2]], "3.033 3.033")


@pytest.mark.parametrize(
    ("rate", "first", "slowest"), [(0.01, 3531, 18_932), (4 / 7, 163, 324), (0.5835, 21_874, 43_747)]
)
def test_larger_rates_are_faster_only_up_to_the_best_one(rate: float, first: int, slowest: int) -> None:
    """Correction 3: 4/7 is the best rate, and 0.5835, just below the threshold, is slower than 0.01."""
    run = lesson.analyse(*TWO, learning_rate=rate)
    assert run.iterations_to(1e-6) == first
    assert int(run.slowest_mode_iterations(1e-6)) in (slowest, slowest - 1)
    assert round(run.slowest_mode_iterations(1e-6)) == slowest
    assert lesson.analyse(*TWO).best_rate == pytest.approx(4 / 7, rel=1e-14)


@pytest.mark.parametrize("rate", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])
def test_of_the_rates_to_try_only_the_last_diverges(rate: float) -> None:
    _, _, costs, _ = lesson.gradient_descent(*TWO, 0, 0, rate, 50)
    assert (costs[-1] > costs[0]) == (rate == 1.0)
    assert (lesson.analyse(*TWO, learning_rate=rate).iterations_to(1e-6) is None) == (rate == 1.0)


@both
def test_the_slice_of_the_cost_has_three_tangents(spelling: str) -> None:
    """At b = 100 the slope of J is 2.5 (w − 200)."""
    for w, slope in ((100, -250), (200, 0), (300, 250)):
        assert lesson.compute_gradient(*TWO, w, 100, spelling=spelling)[0] == slope == 2.5 * (w - 200)
        assert lesson.compute_cost(*TWO, w, 100, spelling=spelling) == 1.25 * (w - 200) ** 2


# Six houses.


@both
def test_six_houses_half_squared_errors(spelling: str) -> None:
    x, y = SIX
    errors = lesson.predict(x, 200, -100, spelling=spelling) - y
    assert_allclose(errors**2 / 2, [11250, 1800, 16200, 450, 8450, 18050], rtol=1e-12)
    assert round(lesson.compute_cost(x, y, 200, -100, spelling=spelling)) == 9367


# Three houses, four features.


@both
def test_four_features_at_the_given_parameters(spelling: str) -> None:
    X, y = FOUR
    for first in (lesson.predict(X, FOUR_W, FOUR_B, spelling)[0], lesson.predict_single_loop(X[0], FOUR_W, FOUR_B)):
        assert first == pytest.approx(459.9999976194083, rel=1e-15)
    assert_prints([lesson.compute_cost(X, y, FOUR_W, FOUR_B, spelling)], "1.55789e-12")
    dj_dw, dj_db = lesson.compute_gradient(X, y, FOUR_W, FOUR_B, spelling)
    assert_prints(dj_dw.tolist(), "-2.726e-03 -6.272e-06 -2.217e-06 -6.924e-05")
    # A residual of 10⁻⁶ between values near 500 has eight digits in float64; the exact mean is −1.67392511415e-06.
    assert dj_db == pytest.approx(-1.6739251122999121e-06, rel=1e-7)


@both
def test_four_features_descent(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    X, y = FOUR
    cost, gradient = (partial(f, spelling=spelling) for f in (lesson.compute_cost, lesson.compute_gradient))
    w, b, costs, parameters = lesson.gradient_descent(X, y, np.zeros(4), 0, 5e-7, 1000, cost, gradient)
    figures = "2529.46 695.99 694.92 693.86 692.81 691.77 690.73 689.71 688.70 687.69"
    assert_prints(costs[1::100].tolist(), figures)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == [str(100 * line) for line in range(10)]
    assert [line.split()[3] for line in lines] == figures.split()
    assert_prints([b, *w.tolist()], "-0.0022354 0.20396569 0.00374919 -0.0112487 -0.0658614")
    assert_prints([costs[-1], *lesson.predict(X, w, b, spelling).tolist()], "686.70 426.19 286.17 171.47")
    assert parameters[-1][0].tolist() == w.tolist()
    assert parameters[0][0].tolist() == [0, 0, 0, 0]


def test_that_run_is_far_from_optimal_and_scaling_mends_it() -> None:
    """Correction 1: the rate is stable, but the slowest mode needs over a hundred million iterations."""
    X, y = FOUR
    raw = lesson.analyse(X, y, learning_rate=5e-7)
    assert_prints([raw.stable_below, raw.condition], "8.377e-07 1.0e+07")
    assert_prints([raw.slowest_mode_iterations(1e-6)], "1.2e+08")
    scaled = lesson.analyse(X, y, scale=True)
    assert_prints([scaled.condition, scaled.stable_below], "2.99 0.669")
    z, mean, deviation = lesson.standardise(X)
    assert_allclose(z, (X - X.mean(axis=0)) / X.std(axis=0), atol=1e-12)
    assert_allclose(z * deviation + mean, X, rtol=1e-14)
    w, b, costs, _ = lesson.gradient_descent(z, y, np.zeros(4), 0, 0.5, 10)
    assert_prints([costs[-1]], "0.046")
    assert_allclose(lesson.predict(z, w, b), y, atol=0.5)
    assert lesson.analyse(X, y, learning_rate=0.5, scale=True).cost_at(10) == pytest.approx(costs[-1], rel=1e-9)


def test_three_rows_cannot_tell_five_parameters() -> None:
    """Correction 2: of infinitely many perfect fits, descent from zero finds the one nearest to zero."""
    X, y = FOUR
    run = lesson.analyse(X, y)
    b, *w = run.limit.tolist()
    assert_prints([*w, b], "0.154 23.47 -65.69 1.83 1.24")
    assert (run.rank, len(run.limit)) == (3, 5)
    assert_allclose(lesson.predict(X, w, b), y, rtol=1e-12)
    assert run.minimum < 1e-20
    other = lesson.predict(X, FOUR_W, FOUR_B)
    assert_allclose(other, y, atol=1e-5)
    assert np.linalg.norm(run.limit) < np.linalg.norm([FOUR_B, *FOUR_W])


# The functions themselves.


def test_the_learners_own_functions_are_used() -> None:
    def cost(x: np.ndarray, y: np.ndarray, w: float, b: float) -> float:
        total = 0.0
        for i in range(len(x)):
            total += (w * x[i] + b - y[i]) ** 2
        return total / (2 * len(x))

    def gradient(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
        errors = w * x + b - y
        return (errors * x).mean(), errors.mean()

    own = lesson.gradient_descent(*TWO, 0, 0, 0.01, 200, cost, gradient)
    ours = lesson.gradient_descent(*TWO, 0, 0, 0.01, 200)
    assert_allclose(own[:2], ours[:2], rtol=1e-12)
    assert_allclose(own[2], ours[2], rtol=1e-12)


@both
def test_a_run_that_outgrows_the_floats_keeps_what_is_finite(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    cost = partial(lesson.compute_cost, spelling=spelling)
    w, b, costs, parameters = lesson.gradient_descent(*TWO, 0, 0, 5.0, 10_000, cost)
    assert 50 < len(costs) == len(parameters) < 1000
    assert np.isfinite(costs).all()
    assert np.isfinite(parameters).all()
    assert np.isfinite([w, b]).all()
    assert f"stopped after {len(costs) - 1} iterations" in capsys.readouterr().out


def test_an_overflow_of_plain_python_floats_ends_the_run_too() -> None:
    def cost(x: np.ndarray, y: np.ndarray, w: float, b: float) -> float:
        return sum((w * x_i + b - y_i) ** 2 for x_i, y_i in zip(x.tolist(), y.tolist(), strict=True)) / 4

    _, _, costs, _ = lesson.gradient_descent(*TWO, 0, 0, 5.0, 10_000, cost)
    assert np.isfinite(costs).all()
    assert costs[-1] > 1e300


@pytest.mark.parametrize("iterations", [0, 1, 7, 10, 12, 1234])
def test_ten_lines_or_one_for_each_iteration(iterations: int, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.gradient_descent(*TWO, 0, 0, 0.1, iterations)
    shown = [int(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    assert len(shown) == min(iterations, 10)
    assert shown == sorted(set(shown))
    assert len(set(np.diff(shown))) <= 2  # as even as whole numbers can be


def test_inputs_are_never_changed() -> None:
    X, y = (array.copy() for array in FOUR)
    w = np.zeros(4)
    for array in (X, y, w):
        array.setflags(write=False)
    found, *_ = lesson.gradient_descent(X, y, w, 0, 5e-7, 10)
    lesson.standardise(X)
    assert found.any()
    assert not w.any()


def test_what_does_not_fit_is_said_before_the_first_step(capsys: pytest.CaptureFixture[str]) -> None:
    X, y = FOUR
    with pytest.raises(ShapeError, match=r"\(3, 4\).*\(3,\)"):
        lesson.gradient_descent(X, y, np.zeros(3), 0, 5e-7, 10)
    with pytest.raises(ShapeError, match=r"y has shape \(2,\)"):
        lesson.gradient_descent(X, y[:2], np.zeros(4), 0, 5e-7, 10)
    with pytest.raises(ArgumentError, match="learning_rate=-1"):
        lesson.gradient_descent(X, y, np.zeros(4), 0, -1, 10)
    with pytest.raises(ArgumentError, match=r"iterations=2\.5"):
        lesson.gradient_descent(X, y, np.zeros(4), 0, 5e-7, 2.5)
    with pytest.raises(ArgumentError, match="not one of 'loop' and 'vectorized'"):
        lesson.compute_cost(X, y, np.zeros(4), 0, spelling="quick")
    flipped = lambda x, y, w, b: lesson.compute_gradient(x, y, w, b)[::-1]  # noqa: E731
    with pytest.raises(ShapeError, match=r"must return \(dj_dw, dj_db\) of shapes \(4,\) and \(\)"):
        lesson.gradient_descent(X, y, np.zeros(4), 0, 5e-7, 10, gradient=flipped)
    assert capsys.readouterr().out == ""


def test_functions_in_the_wrong_order_are_said() -> None:
    with pytest.raises(ShapeError, match="the cost function returned a tuple"):
        lesson.gradient_descent([1.0, 2.0], [3.0, 5.0], 0.0, 0.0, 0.1, 3, lesson.compute_gradient, lesson.compute_cost)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="the gradient function returned a float"):
        lesson.gradient_descent([1.0, 2.0], [3.0, 5.0], 0.0, 0.0, 0.1, 3, gradient=lesson.compute_cost)  # type: ignore[arg-type]


def test_rows_with_gaps_are_said() -> None:
    with pytest.raises(ArgumentError, match="rows without missing or infinite values"):
        lesson.gradient_descent([1.0, np.nan], [3.0, 5.0], 0.0, 0.0, 0.1, 3)


@pytest.mark.parametrize("rate", ["auto", -1.0])
def test_a_rate_is_a_number_here(rate: float) -> None:
    with pytest.raises(ArgumentError, match=r"give a positive number, as 0\.01$"):
        lesson.gradient_descent([1.0, 2.0], [3.0, 5.0], 0.0, 0.0, rate, 3)


@pytest.mark.parametrize("x", [3.0, [], [[[1.0]]]])
def test_only_features_are_standardised(x: object) -> None:
    with pytest.raises(ShapeError, match=r"x has shape"):
        lesson.standardise(x)  # type: ignore[arg-type]


def test_long_runs_print_aligned_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lesson.gradient_descent([1.0, 2.0], [3.0, 5.0], 0.0, 0.0, 0.1, 10_001)
    assert len({line.index("cost") for line in capsys.readouterr().out.splitlines()}) == 1
