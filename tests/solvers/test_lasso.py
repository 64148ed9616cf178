"""Lasso and elastic net from moments: the conditions of optimality as laws, scikit-learn as referee, hard columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import nnls
from sklearn.linear_model import ElasticNet
from solvers.test_ridge import drawn

from slopewise.errors import FitError
from slopewise.moments import Moments
from slopewise.solvers import compiled_coordinates, coordinates
from slopewise.solvers.duality import duality_gap
from slopewise.solvers.exact import solve
from slopewise.solvers.lasso import LassoProblem
from slopewise.solvers.penalised import PenaltyPath, penalty_path
from slopewise.solvers.penalty import Penalty
from slopewise.solvers.standard import Standard

LASSO = Penalty(l1_ratio=1.0)
FRACTIONS = np.array([1.1, 1.0, 0.6, 0.1, 1e-2, 1e-4, 0.0])
"""Of the smallest penalty at which every coefficient is zero."""


def conditions(path: PenaltyPath, X: np.ndarray, y: np.ndarray, v: np.ndarray) -> float:
    """By how much the rows break the conditions of optimality at worst, in units of the target's spread.

    g = Σ v z (y − ŷ)/Σv − ridge f s² w, in the standardised z, is lasso·f·sign(w) where w is not zero, within ±lasso·f
    where it is; with w ≥ 0 only ≤ lasso·f there.
    """
    penalty = path.penalty
    p = X.shape[1]
    centre = np.average(X, axis=0, weights=v) if path.has_intercept else np.zeros(p)
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v))
    s[s <= 1e-12 * np.abs(X).max(axis=0)] = 1.0
    size = np.sqrt(np.average((y - (np.average(y, weights=v) if path.has_intercept else 0)) ** 2, weights=v))
    f = np.ones(p) if penalty.factors is None else np.array(penalty.factors)
    f1, f2 = (f, f) if penalty.standardize else (f / s, f / s**2)
    worst = 0.0
    for k, lmbda in enumerate(path.lambdas):
        w, b = path.coefficients[k], path.intercepts[k]
        r = y - b - X @ w
        g = (X - centre).T @ (v * r) / v.sum() / s - lmbda * (1 - penalty.l1_ratio) * f2 * (s * w)
        t = lmbda * penalty.l1_ratio * f1
        at_zero = g - t if penalty.positive else np.abs(g) - t
        broken = np.where(w != 0, np.abs(g - t * np.sign(w)), np.maximum(at_zero, 0.0))
        assert not penalty.positive or (w >= 0).all()
        worst = max(worst, float(broken.max()) / size)
    return worst


@settings(max_examples=150)
@given(
    st.integers(1, 9),
    st.integers(0, 9999),
    st.sampled_from([0.05, 0.5, 1.0]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 1e3]),
)
def test_the_conditions_of_optimality_hold(
    p: int, seed: int, ratio: float, intercept: bool, standardize: bool, positive: bool, offset: float
) -> None:
    X, y, v = drawn(30, p, seed, offset if intercept else 0.0)
    rng = np.random.default_rng(seed)
    y = y * rng.choice([-1, 1])
    factors = tuple(rng.choice([0.0, 0.5, 1.0, 3.0], p, p=[0.1, 0.2, 0.5, 0.2]))
    penalty = Penalty(ratio, factors, standardize, positive)
    state = Moments.of(X, y, weights=v)
    standard = Standard.of(state, intercept=intercept, free=penalty.free(p))
    try:
        largest = penalty.grid(standard, 30)[0]
    except FitError:
        largest = float(standard.spread[-1])
    path = penalty_path(state, penalty, largest * FRACTIONS, intercept=intercept)
    assert path.status == "converged"
    assert conditions(path, X, y, v) < 1e-8


@pytest.mark.parametrize("ratio", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learn_agrees(ratio: float, positive: bool, weighted: bool) -> None:
    X, y, v = drawn(80, 12, 7)
    v = v if weighted else np.ones(80)
    centre = np.average(X, axis=0, weights=v)
    s = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=v))
    path = penalty_path(Moments.of(X, y, weights=v), Penalty(ratio, positive=positive))
    for k in range(0, 100, 11):
        referee = ElasticNet(alpha=path.lambdas[k], l1_ratio=ratio, positive=positive, tol=1e-14, max_iter=10**6)
        u = referee.fit((X - centre) / s, y, sample_weight=v).coef_
        cost = np.average((y - referee.predict((X - centre) / s)) ** 2, weights=v) / 2
        objective = cost + path.lambdas[k] * ((1 - ratio) / 2 * u @ u + ratio * np.abs(u).sum())
        assert_allclose(path.objectives[k], objective, rtol=1e-10)
        assert path.objectives[k] <= objective * (1 + 1e-13)
        assert_allclose(path.coefficients[k] * s, u, atol=1e-6 * np.abs(u).max())


def test_the_default_grid_begins_where_the_first_coefficient_enters() -> None:
    X, y, v = drawn(40, 6, 1)
    path = penalty_path(Moments.of(X, y, weights=v), LASSO)
    assert len(path.lambdas) == 100
    assert_allclose(path.lambdas[-1] / path.lambdas[0], 1e-4)
    assert path.nonzero[0] == 0
    assert path.nonzero[1] == 1
    assert_allclose(path.intercepts[0], np.average(y, weights=v))
    assert (np.diff(path.rss) <= 0).all()
    wide = penalty_path(Moments.of(X[:5], y[:5]), LASSO)
    assert_allclose(wide.lambdas[-1] / wide.lambdas[0], 1e-2)
    half = penalty_path(Moments.of(X, y, weights=v), Penalty(0.5))
    assert_allclose(half.lambdas, 2 * path.lambdas)
    below = penalty_path(Moments.of(X, y, weights=v), LASSO, [path.lambdas[0] * 0.999])
    assert below.nonzero[0] == 1


@pytest.mark.parametrize("positive", [False, True])
def test_the_grid_counts_from_the_fit_of_the_unpenalised_columns(positive: bool) -> None:
    X, y, v = drawn(40, 4, 3)
    penalty = Penalty(1.0, (0.0, 1.0, 1.0, 1.0), positive=positive)
    path = penalty_path(Moments.of(X, y, weights=v), penalty)
    assert path.coefficients[0, 0] != 0
    assert (path.coefficients[0, 1:] == 0).all()
    assert (path.coefficients[2, 1:] != 0).any()
    assert_allclose(path.coefficients[0, 0], solve(Moments.of(X[:, 0], y, weights=v)).coefficients[0], rtol=1e-9)


def test_without_correlation_it_is_soft_thresholding() -> None:
    corners = np.array([[(-1.0) ** (i >> k & 1) for k in range(3)] for i in range(8)])
    y = corners @ [3.0, -1.0, 0.2] + 5
    path = penalty_path(Moments.of(corners, y), LASSO, [0.5, 2.0])
    assert_allclose(path.coefficients, [[2.5, -0.5, 0], [1.0, 0, 0]], atol=1e-15)
    net = penalty_path(Moments.of(corners, y), Penalty(0.5), [1.0])
    assert_allclose(net.coefficients, [[2.5 / 1.5, -0.5 / 1.5, 0]], atol=1e-15)
    assert_allclose(net.df, 2 / 1.5)


@given(st.integers(0, 999), st.booleans())
def test_nothing_is_least_squares(seed: int, positive: bool) -> None:
    X, y, v = drawn(30, 5, seed)
    path = penalty_path(Moments.of(X, y, weights=v), Penalty(1.0, positive=positive), [0.0])
    if not positive:
        assert_allclose(path.coefficients[0], solve(Moments.of(X, y, weights=v)).coefficients, rtol=1e-11)
        return
    root, s = np.sqrt(v), np.std(X, axis=0)
    centred = root[:, None] * (X - np.average(X, axis=0, weights=v))
    w, left = nnls(centred / s, root * (y - np.average(y, weights=v)))
    assert_allclose(path.coefficients[0] * s, w, atol=1e-8 * np.abs(w).max())
    assert_allclose(path.rss[0], left**2, rtol=1e-10)


@given(st.integers(0, 999), st.integers(1, 4))
def test_weight_k_is_k_copies_and_units_do_not_matter(seed: int, k: int) -> None:
    X, y, _ = drawn(20, 4, seed)
    path = penalty_path(Moments.of(X, y), LASSO)
    copies = penalty_path(Moments.of(np.tile(X, (k, 1)), np.tile(y, k)), LASSO)
    weighted = penalty_path(Moments.of(X, y, weights=np.full(20, k)), LASSO)
    units = np.array([1e-6, 3.0, 1e5, 0.1])
    scaled = penalty_path(Moments.of(X * units + 7 * units, y * 2 - 1), LASSO)
    for other, factor in ((copies, 1.0), (weighted, 1.0), (scaled, 2 / units)):
        assert_allclose(other.coefficients, path.coefficients * factor, rtol=1e-7, atol=1e-9 * np.max(factor))
    assert_allclose(scaled.lambdas, 2 * path.lambdas)


@given(st.integers(0, 999), st.booleans())
def test_offsets_of_a_million_leave_the_answers(seed: int, positive: bool) -> None:
    X, y, v = drawn(30, 4, seed)
    X = X / np.abs(X).max(axis=0)
    penalty = Penalty(1.0, positive=positive)
    near = penalty_path(Moments.of(X, y, weights=v), penalty, [0.5, 0.05, 0.0])
    far = penalty_path(Moments.of(X + 1e6, y + 1e6, weights=v), penalty, [0.5, 0.05, 0.0])
    assert_allclose(far.coefficients, near.coefficients, rtol=1e-6, atol=1e-7)
    assert_allclose(far.rss, near.rss, rtol=1e-7)


@pytest.mark.parametrize("ratio", [0.5, 1.0])
@pytest.mark.parametrize("positive", [False, True])
def test_copies_dependent_and_constant_columns(ratio: float, positive: bool) -> None:
    X, y, v = drawn(30, 4, 2)
    wide = np.column_stack([X, X[:, 0], X[:, 1] * 2 + 3, X[:, 0] + X[:, 2], np.full(30, 0.1), -X[:, 3]])
    path = penalty_path(Moments.of(wide, y, weights=v), Penalty(ratio, positive=positive))
    assert path.status == "converged"
    assert conditions(path, wide, y, v) < 1e-8
    assert (path.coefficients[:, 7] == 0).all()
    if ratio == 1 and not positive:
        narrow = penalty_path(Moments.of(np.column_stack([X, X[:, 0] + X[:, 2]]), y, weights=v), LASSO, path.lambdas)
        assert_allclose(path.objectives, narrow.objectives, rtol=1e-10)
        assert path.df.max() <= 4
    if ratio < 1:  # a ridge shares equally between copies
        assert_allclose(path.coefficients[:, 0], path.coefficients[:, 4], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_fewer_rows_than_columns(ratio: float) -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(25, 80)) + rng.normal(size=(25, 1))
    y = X[:, :5] @ [3, -2, 1, 1, 2] + rng.normal(size=25)
    path = penalty_path(Moments.of(X, y), Penalty(ratio))
    assert path.status == "converged"
    assert conditions(path, X, y, np.ones(25)) < 1e-9
    assert path.df.max() < 25
    assert path.gaps.max() <= 1e-10
    if ratio == 1:
        assert path.nonzero.max() <= 24


def test_hundreds_of_columns() -> None:
    rng = np.random.default_rng(7)
    X = rng.normal(size=(500, 260)) + rng.normal(size=(500, 1))
    y = X[:, :20] @ rng.normal(size=20) + 3 * rng.normal(size=500)
    path = penalty_path(Moments.of(X, y), LASSO)
    assert path.status == "converged"
    assert conditions(path, X, y, np.ones(500)) < 1e-10
    assert_allclose(penalty_path(Moments.of(X, y), LASSO, [0.0]).rss, solve(Moments.of(X, y)).residual_sum_of_squares)


def test_nearly_collinear_columns_converge() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=200)
    X = np.column_stack([x + 1e-5 * rng.normal(size=200) for _ in range(12)])
    y = X[:, 0] - X[:, 1] + x + rng.normal(size=200) * 0.1
    for ratio in (0.5, 1.0):
        path = penalty_path(Moments.of(X, y), Penalty(ratio))
        assert path.status == "converged"
        assert conditions(path, X, y, np.ones(200)) < 1e-9


def test_what_does_not_converge_says_so() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 40)) + 3 * rng.normal(size=(60, 1))
    state = Moments.of(X, X @ rng.normal(size=40))
    path = penalty_path(state, Penalty(1.0, max_sweeps=1), [1e-3, 1e-4])
    assert path.status == "not converged"
    assert not path.converged[0]
    assert "max_sweeps=1 was reached; raise it" in path.sentence
    assert "0.001" in path.sentence
    assert path.gaps[0] > 1e-10
    full = penalty_path(state, LASSO, [1e-3, 1e-4])
    assert full.status == "converged"
    assert path.objectives[0] > full.objectives[0]
    true = (path.objectives - full.objectives) / (path.tss / path.weight / 2)
    assert (true <= path.gaps * (1 + 1e-9)).all()


@given(st.integers(1, 8), st.integers(0, 999), st.booleans(), st.booleans(), st.sampled_from([0.0, 1e-6, 0.1, 0.7]))
def test_the_gap_is_above_what_is_missing(p: int, seed: int, net: bool, positive: bool, size: float) -> None:
    X, y, _ = drawn(15, p, seed)
    standard = Standard.of(Moments.of(X, y))
    t, q = np.full(p, size), np.full(p, 0.3 if net else 0.0)
    problem = LassoProblem(standard.gram, standard.cross, 1.0, np.ones(p), np.ones(p), positive)

    def value(u: np.ndarray) -> float:
        return 0.5 * u @ standard.gram @ u - standard.cross @ u + 0.5 * q @ u**2 + t @ np.abs(u)

    found = problem.path(t[:1], q[:1], tolerance=1e-12, max_sweeps=9999, compiled=False)
    rng = np.random.default_rng(seed)
    for scale in (0.0, 1e-6, 1e-3, 1.0):
        u = found.coefficients[0] + scale * rng.normal(size=p)
        u = np.maximum(u, 0) if positive else u
        r = standard.cross - standard.gram @ u
        gap = duality_gap(standard.gram, standard.cross, 1.0, u, r, t, q, positive, 0.0)
        missing = value(u) - value(found.coefficients[0])
        assert gap >= missing - 1e-12 * (1 + missing)
    assert found.gap[0] < 1e-12


@given(st.integers(2, 12), st.integers(0, 999), st.booleans())
def test_compiled_sweeps_are_the_same_to_the_bit(p: int, seed: int, positive: bool) -> None:
    X, y, _ = drawn(20, p, seed)
    standard = Standard.of(Moments.of(X, y))
    rng = np.random.default_rng(seed)
    gram, t, q = np.ascontiguousarray(standard.gram), rng.random(p) * 0.2, rng.random(p) * 0.1
    working = np.flatnonzero(rng.random(p) < 0.8)
    both = [(np.zeros(p), standard.cross.copy()) for _ in range(2)]
    counts = [
        spelled.sweep_coordinates(gram, u, r, working, t, q, positive, 1e-12, 50)
        for spelled, (u, r) in zip((coordinates, compiled_coordinates), both, strict=True)
    ]
    assert counts[0] == counts[1]
    assert (both[0][0] == both[1][0]).all()
    assert (both[0][1] == both[1][1]).all()


def test_any_order_of_penalties_gives_the_same_answers() -> None:
    X, y, v = drawn(40, 5, 9)
    state = Moments.of(X, y, weights=v)
    falling = penalty_path(state, LASSO, [1.0, 0.1, 0.01])
    mixed = penalty_path(state, LASSO, [0.1, 0.01, 1.0])
    assert_allclose(mixed.coefficients, falling.coefficients[[1, 2, 0]], rtol=1e-12, atol=1e-15)
    assert mixed.lambdas.tolist() == [0.1, 0.01, 1.0]
    net = penalty_path(state, Penalty(0.0, positive=True), [1e-3, 0.1])
    assert net.penalty.name == "ridge"
    assert (net.coefficients >= 0).all()


def test_where_no_column_matters_there_is_no_grid() -> None:
    X, _, _ = drawn(10, 2, 0)
    with pytest.raises(FitError, match="give lambdas"):
        penalty_path(Moments.of(X, np.full(10, 3.0)), LASSO)
    path = penalty_path(Moments.of(X, np.full(10, 3.0)), LASSO, [1.0])
    assert path.coefficients.tolist() == [[0.0, 0.0]]
    assert path.status == "converged"


def test_degrees_of_freedom_of_the_net_are_the_trace_of_its_map() -> None:
    X, y, _ = drawn(30, 5, 3)
    path = penalty_path(Moments.of(X, y), Penalty(0.4), [0.3])
    s = X.std(axis=0)
    Z = ((X - X.mean(axis=0)) / s)[:, path.coefficients[0] != 0]
    H = Z @ np.linalg.solve(Z.T @ Z + 30 * 0.3 * 0.6 * np.eye(Z.shape[1]), Z.T)
    assert_allclose(path.df[0], np.trace(H), rtol=1e-10)
