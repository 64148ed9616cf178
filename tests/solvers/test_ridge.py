"""Ridge from moments: the normal equations as a law, least squares at zero, and scikit-learn and glmnet as referees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from slopewise.errors import ArgumentError, NotFinite, ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.solvers.exact import solve
from slopewise.solvers.penalised import PenaltyPath, penalty_path
from slopewise.solvers.penalty import Penalty
from slopewise.solvers.ridge import RidgePath
from slopewise.solvers.standard import Standard

LAMBDAS = np.array([1e4, 30.0, 1.0, 1e-2, 1e-4, 0.0])


def drawn(m: int, p: int, seed: int, offset: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns of many units that go along with one another, a target of some of them, and weights."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, p)) + rng.normal(size=(m, 1))
    y = X[:, : min(p, 3)].sum(axis=1) * 2 + rng.normal(size=m)
    X = X * 10.0 ** rng.integers(-3, 4, p)
    return X + offset * np.abs(X).max(axis=0), y + offset, rng.gamma(2.0, size=m)


def rows_gradient(X: np.ndarray, y: np.ndarray, v: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """∂J/∂w and ∂J/∂b from the rows."""
    r = v * (X @ w + b - y) / v.sum()
    return np.append(X.T @ r, r.sum())


@given(st.integers(1, 7), st.integers(0, 999), st.booleans(), st.booleans(), st.sampled_from([0.0, 1e3]))
def test_the_gradient_of_the_penalised_cost_is_zero(
    p: int, seed: int, intercept: bool, standardize: bool, offset: float
) -> None:
    X, y, v = drawn(30, p, seed, offset)
    rng = np.random.default_rng(seed)
    factors = rng.choice([0.0, 0.5, 1.0, 3.0], p)
    penalty = Penalty(factors=tuple(factors), standardize=standardize)
    path = penalty_path(Moments.of(X, y, weights=v), penalty, LAMBDAS, intercept=intercept)
    centre = np.average(X, axis=0, weights=v) if intercept else np.zeros(p)
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v))
    units = s if standardize else np.ones(p)
    for k, lmbda in enumerate(LAMBDAS):
        w, b = path.coefficients[k], path.intercepts[k]
        gradient = rows_gradient(X - centre, y, v, w, b + w @ centre)
        gradient[:-1] += lmbda * factors * units**2 * w
        size = np.sqrt(np.average(y**2, weights=v))
        assert_allclose(gradient[:-1] / s / size, 0, atol=1e-9 * max(1, (lmbda * units**2 / s**2).max()))
        assert abs(gradient[-1]) < 1e-9 * size * (1 + offset) or not intercept


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_scikit_learn_agrees(weighted: bool, intercept: bool) -> None:
    X, y, v = drawn(80, 6, 3)
    v = v if weighted else np.ones(80)
    path = penalty_path(Moments.of(X, y, weights=v), None, LAMBDAS[:-1], intercept=intercept)
    centre = np.average(X, axis=0, weights=v) if intercept else 0.0
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v))
    for k, lmbda in enumerate(path.lambdas):
        referee = Ridge(alpha=lmbda * v.sum(), fit_intercept=intercept, solver="svd").fit(X / s, y, sample_weight=v)
        assert_allclose(path.coefficients[k], referee.coef_ / s, rtol=1e-9)
        assert_allclose(path.intercepts[k], referee.intercept_, rtol=1e-9, atol=1e-12)
        r = y - X @ path.coefficients[k] - path.intercepts[k]
        assert_allclose(path.rss[k], v @ r**2, rtol=1e-10)
        J = v @ r**2 / (2 * v.sum()) + lmbda / 2 * np.sum(referee.coef_**2)
        assert_allclose(path.objectives[k], J, rtol=1e-10)


@given(st.integers(1, 6), st.integers(0, 99), st.booleans(), st.sampled_from([0.0, 1e6]))
def test_no_penalty_is_least_squares_and_a_huge_one_leaves_nothing(
    p: int, seed: int, intercept: bool, offset: float
) -> None:
    X, y, v = drawn(25, p, seed, offset)
    state = Moments.of(X, y, weights=v)
    path = penalty_path(state, None, [0.0, 1e12], intercept=intercept)
    answer = solve(state, intercept=intercept)
    assert_allclose(path.coefficients[0], answer.coefficients, rtol=1e-12)
    assert_allclose(path.intercepts[0], answer.intercept, rtol=1e-9, atol=1e-9 * (1 + offset))
    assert_allclose(path.rss[0], answer.residual_sum_of_squares, rtol=1e-9)
    assert_allclose(path.df, [p, 0], atol=1e-9)
    mean = np.average(y, weights=v) if intercept else 0.0
    assert_allclose(path.intercepts[1], mean, rtol=1e-6)
    assert np.abs(path.coefficients[1] * np.abs(X).max(axis=0)).max() < 1e-6 * (1 + np.abs(y).max())


def test_the_answer_of_hard_columns_at_zero_is_that_of_double_double() -> None:
    x = np.linspace(0, 1, 40)
    X = np.column_stack([x**k for k in range(1, 9)])
    w = np.arange(1.0, 9.0)
    path = penalty_path(Moments.of(X, X @ w + 3), None, [1e-3, 0.0])
    assert_allclose(path.coefficients[1], w, rtol=1e-6)  # rounding of the columns' values alone leaves as much
    assert path.status == "converged"


@given(st.integers(0, 99))
def test_of_dependent_columns_the_shortest_answer_is_given(seed: int) -> None:
    X, y, v = drawn(30, 4, seed)
    X = np.column_stack([X, X[:, 0] * 3 + 1, X[:, 1], np.full(30, 0.1)])
    path = penalty_path(Moments.of(X, y, weights=v), None, [0.0, 1e-9])
    centre = np.average(X, axis=0, weights=v)
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v))[:-1]
    Z = np.sqrt(v)[:, None] * (X - centre)[:, :-1] / s
    shortest = np.linalg.lstsq(Z, np.sqrt(v) * (y - np.average(y, weights=v)), rcond=1e-10)[0]
    assert_allclose(path.coefficients[0, :-1] * s, shortest, rtol=1e-6, atol=1e-8)
    assert_allclose(path.coefficients[1], path.coefficients[0], rtol=1e-5, atol=1e-8)
    assert path.coefficients[0, -1] == 0
    assert_allclose(path.df[0], 4, rtol=1e-9)


@given(st.integers(0, 99), st.integers(1, 4))
def test_weight_k_is_k_copies_and_units_do_not_matter(seed: int, k: int) -> None:
    X, y, _ = drawn(20, 4, seed)
    one, copies = Moments.of(X, y, frequency=np.full(20, k)), Moments.of(np.tile(X, (k, 1)), np.tile(y, k))
    path = penalty_path(one, None, LAMBDAS)
    for other in (penalty_path(copies, None, LAMBDAS), penalty_path(Moments.of(X, y), None, LAMBDAS)):
        assert_allclose(other.coefficients, path.coefficients, rtol=1e-9)
        assert_allclose(other.costs, path.costs, rtol=1e-9)
    units = np.array([1e-6, 3.0, 1e5, 0.1])
    scaled = penalty_path(Moments.of(X * units + 7 * units, y * 2 - 1), None, LAMBDAS)
    assert_allclose(scaled.coefficients, path.coefficients / units * 2, rtol=1e-8)
    assert_allclose(scaled.costs, path.costs * 4, rtol=1e-8)


def test_fewer_rows_than_columns() -> None:
    X, y, v = drawn(8, 20, 5)
    path = penalty_path(Moments.of(X, y, weights=v), None, [1.0, 1e-6, 0.0])
    assert path.status == "converged"
    assert path.rss[2] < 1e-20 * path.tss
    assert_allclose(path.df[2], 7)
    assert (np.diff(path.rss) < 0).all()


def test_extreme_units_leave_the_answers_as_they_are() -> None:
    X, y, v = drawn(30, 3, 1)
    usual = penalty_path(Moments.of(X, y, weights=v), None, LAMBDAS)
    units = np.array([1e140, 1e-140, 1e100])
    extreme = penalty_path(Moments.of(X * units, y, weights=v), None, LAMBDAS)
    assert_allclose(extreme.coefficients * units, usual.coefficients, rtol=1e-9)
    assert_allclose(extreme.rss, usual.rss, rtol=1e-9)


@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
def test_a_stack_is_solved_as_its_states_are(precision: str) -> None:
    states = [Moments.of(*drawn(25, 3, seed)[:2], precision=precision) for seed in range(4)]
    stack = Standard.of(Moments.stack(states), free=(1,))
    lambdas = np.array([1.0, 0.1])
    w, b = stack.to_user(Penalty(factors=(1.0, 0.0, 1.0)).solve(stack, lambdas).u)
    for k, state in enumerate(states):
        path = penalty_path(state, Penalty(factors=(1.0, 0.0, 1.0)), lambdas)
        assert_allclose(w[k], path.coefficients, rtol=1e-11)
        assert_allclose(b[k], path.intercepts, rtol=1e-11)
    assert stack[2].gram.shape == (2, 2)
    with pytest.raises(TypeError, match="not a stack"):
        stack[2][0]


def test_an_unpenalised_column_takes_its_part_first() -> None:
    X, y, v = drawn(50, 4, 8)
    path = penalty_path(Moments.of(X, y, weights=v), Penalty(factors=(0.0, 1, 1, 0.0)), [1e13, 1.0, 0.0])
    free = solve(Moments.of(X[:, [0, 3]], y, weights=v))
    assert_allclose(path.coefficients[0, [0, 3]], free.coefficients, rtol=1e-8)
    assert_allclose(path.coefficients[2], solve(Moments.of(X, y, weights=v)).coefficients, rtol=1e-9)
    assert_allclose(path.df[[0, 2]], [2, 4], atol=1e-8)
    both = Moments.of(np.column_stack([X, X[:, 0] * 2, X[:, 0] - 1]), y, weights=v)  # one free and one penalised copy
    again = penalty_path(both, Penalty(factors=(0.0, 1, 1, 0.0, 0.0, 1.0)), [1.0])
    assert_allclose(again.rss, path.rss[1], rtol=1e-9)
    assert again.coefficients[0, 5] == 0


def test_criteria_are_those_of_the_linear_model_without_a_penalty() -> None:
    X, y, v = drawn(40, 3, 2)
    path = penalty_path(Moments.of(X, y, weights=v), None, [10.0, 0.1, 0.0])
    from slopewise.inference.goodness import goodness

    state = Moments.of(X, y, weights=v)
    figures = goodness(state, solve(state))
    assert_allclose([path.criterion(by)[-1] for by in ("aic", "aicc", "bic")], [figures.aic, figures.aicc, figures.bic])
    assert_allclose(path.log_likelihood[-1], figures.log_lik)
    assert_allclose(path.r_squared[-1], figures.r_squared)
    assert_allclose(path.criterion("gcv")[-1], path.rss[-1] / v.sum() / (1 - 4 / 40) ** 2)
    assert path.best("bic") in path.lambdas
    assert path.place(0.1) == 1
    tight = penalty_path(Moments.of(X[:5], y[:5]), None, [0.0])
    assert np.isinf(tight.criterion("aicc")).all()


def test_gcv_is_leave_one_out_where_all_rows_have_one_leverage() -> None:
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(np.column_stack([np.ones(16), rng.normal(size=(16, 3))]))[0]
    corners = np.array([[(-1.0) ** (i >> k & 1) for k in range(3)] for i in range(16)])
    y = corners @ [1.0, 2.0, 0.5] + Q[:, 3]
    path = penalty_path(Moments.of(corners, y), None, [0.5])
    H = np.full((16, 16), 1 / 16) + corners @ corners.T / 16 / 1.5
    assert_allclose(path.criterion("gcv"), np.mean(((y - H @ y) / (1 - np.diagonal(H))) ** 2), rtol=1e-12)


def test_the_default_grid_spans_the_whole_range() -> None:
    X, y, v = drawn(60, 5, 4)
    path = penalty_path(Moments.of(X, y, weights=v))
    assert len(path.lambdas) == 100
    assert (np.diff(path.lambdas) < 0).all()
    assert path.df[0] < 0.06
    assert path.df[-1] > 4.9


def test_of_a_constant_target_nothing_is_explained() -> None:
    X, _, _ = drawn(10, 2, 0)
    path = penalty_path(Moments.of(X, np.full(10, 0.1)), None, [1.0, 0.0])
    assert (path.coefficients == 0).all()
    assert_allclose(path.intercepts, 0.1)
    assert np.isnan(path.r_squared).all()


def test_what_makes_no_sense_is_refused() -> None:
    state = Moments.of(*drawn(10, 2, 0)[:2])
    for lambdas, error, said in (
        ([-1.0], ArgumentError, "not negative"),
        ([[1.0]], ShapeError, "list of penalties"),
        ([], ShapeError, "list of penalties"),
        ([np.inf], NotFinite, "finite"),
    ):
        with pytest.raises(error, match=said):
            penalty_path(state, None, lambdas)
    for options, said in (
        ({"l1_ratio": 2.0}, "between 0"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"max_sweeps": 0}, "max_sweeps"),
        ({"factors": (1.0,)}, "1 penalty factors for 2"),
        ({"factors": (1.0, -1.0)}, "not negative"),
    ):
        with pytest.raises(ArgumentError, match=said):
            penalty_path(state, Penalty(**options))
    with pytest.raises(ShapeError, match="stack of 2"):
        penalty_path(Moments.stack([state, state]))
    with pytest.raises(TooFewRows, match="add rows"):
        penalty_path(Moments.empty(3))
    path = penalty_path(state, None, [1.0, 0.5])
    with pytest.raises(ArgumentError, match=r"no λ = 0\.7"):
        path.place(0.7)
    with pytest.raises(ArgumentError, match="'press' is not one of"):
        path.best("press")


def test_a_path_says_what_it_is() -> None:
    path: PenaltyPath = penalty_path(Moments.of(*drawn(10, 2, 0)[:2]), None, [1.0])
    assert repr(path) == "<PenaltyPath of ridge: λ = 1, 2 columns, converged>"
    assert "of its minimum" in path.sentence


def test_rounding_of_the_eigenvectors_is_mended() -> None:
    X, y, _ = drawn(200, 40, 6)
    standard = Standard.of(Moments.of(X, y))
    found = RidgePath.of(standard.gram, standard.cross, np.ones(40), np.array([1e-6]))
    H = standard.gram + 1e-6 * np.eye(40)
    assert np.abs(H @ found.coefficients[0] - standard.cross).max() < 1e-14
    assert found.gap[0] < 1e-25
