"""Cross-validation from states of folds: equal to fitting and predicting rows, fold by fold and penalty by penalty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.linear_model import ElasticNet, Ridge
from solvers.test_ridge import drawn

from slopewise.errors import ArgumentError, FitError, ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.solvers.crossval import FoldErrors, cross_validated, training_states
from slopewise.solvers.penalised import penalty_path
from slopewise.solvers.penalty import Penalty


def stacked(X: np.ndarray, y: np.ndarray, v: np.ndarray, fold: np.ndarray, precision: str = "auto") -> Moments:
    """One state a fold."""
    names = np.unique(fold)
    return Moments.stack(
        [Moments.of(X[fold == k], y[fold == k], weights=v[fold == k], precision=precision) for k in names]
    )


def refitted(found: FoldErrors, X: np.ndarray, y: np.ndarray, v: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The held-out errors (k, L) by fitting the rows of the other folds and predicting those of each."""
    errors = np.empty(found.fold_errors.shape)
    for k, name in enumerate(np.unique(fold)):
        here = fold == name
        state = Moments.of(X[~here], y[~here], weights=v[~here])
        path = penalty_path(state, found.path.penalty, found.lambdas, intercept=found.path.has_intercept)
        predicted = X[here] @ path.coefficients.T + path.intercepts
        errors[k] = np.average((y[here, None] - predicted) ** 2, axis=0, weights=v[here])
    return errors


@settings(max_examples=40)
@given(
    st.integers(1, 6),
    st.integers(0, 999),
    st.sampled_from([0.0, 0.4, 1.0]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 1e4]),
    st.integers(2, 6),
)
def test_every_fold_and_penalty_is_as_refitted(
    p: int, seed: int, ratio: float, intercept: bool, standardize: bool, offset: float, folds: int
) -> None:
    X, y, v = drawn(60, p, seed, offset if intercept else 0.0)
    X = X / np.abs(X).max(axis=0)
    fold = np.random.default_rng(seed).integers(0, folds, 60)
    fold[:folds] = np.arange(folds)
    found = cross_validated(stacked(X, y, v, fold), Penalty(ratio, standardize=standardize), intercept=intercept)
    assert found.status == "converged"
    assert_allclose(found.fold_errors, refitted(found, X, y, v, fold), rtol=1e-9)


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0])
def test_scikit_learn_agrees_fold_by_fold(ratio: float) -> None:
    X, y, _ = drawn(60, 5, 4)
    fold = np.arange(60) % 5
    lambdas = np.array([1.0, 0.1, 0.01])
    found = cross_validated(stacked(X, y, np.ones(60), fold), Penalty(ratio), lambdas)
    for k in range(5):
        train, held = fold != k, fold == k
        m, s = X[train].mean(axis=0), X[train].std(axis=0)
        for place, lmbda in enumerate(lambdas):
            if ratio:
                referee = ElasticNet(alpha=lmbda, l1_ratio=ratio, tol=1e-15, max_iter=10**6)
            else:
                referee = Ridge(alpha=lmbda * train.sum(), solver="svd")
            left = y[held] - referee.fit((X[train] - m) / s, y[train]).predict((X[held] - m) / s)
            assert_allclose(found.fold_errors[k, place], np.mean(left**2), rtol=1e-7)


def test_the_mean_and_its_error_weigh_the_folds_as_glmnet_does() -> None:
    X, y, v = drawn(50, 3, 1)
    fold = np.repeat(np.arange(4), [5, 10, 15, 20])
    found = cross_validated(stacked(X, y, v, fold), Penalty(), [1.0, 0.1])
    W = np.array([v[fold == k].sum() for k in range(4)])
    assert_allclose(found.fold_weights, W)
    mean = W @ found.fold_errors / W.sum()
    assert_allclose(found.mean, mean)
    assert_allclose(found.std_error, np.sqrt(W @ (found.fold_errors - mean) ** 2 / W.sum() / 3))


def test_what_is_chosen() -> None:
    X, y, v = drawn(80, 6, 2)
    y = y + 3 * np.random.default_rng(0).normal(size=80)
    found = cross_validated(stacked(X, y, v, np.arange(80) % 8), Penalty(1.0))
    least = int(np.argmin(found.mean))
    assert found.best == found.lambdas[least]
    within = found.mean <= found.mean[least] + found.std_error[least]
    assert found.one_se == found.lambdas[within].max() > found.best
    assert found.folds == 8
    assert repr(found).startswith("<FoldErrors: 8 folds, best λ = ")
    assert found.path.status == "converged"
    assert_allclose(found.path.coefficients, penalty_path(Moments.of(X, y, weights=v), Penalty(1.0)).coefficients,
                    rtol=1e-8, atol=1e-12)  # fmt: skip


@given(st.integers(2, 7), st.integers(0, 99))
def test_training_states_are_those_of_the_other_rows(folds: int, seed: int) -> None:
    X, y, v = drawn(40, 3, seed, offset=1e6)
    fold = np.arange(40) % folds
    for precision in ("double", "double-double", "exact"):
        trained = training_states(stacked(X, y, v, fold, precision))
        for k in range(folds):
            state = Moments.of(X[fold != k], y[fold != k], weights=v[fold != k], precision=precision)
            assert trained.rows[k] == state.rows
            scale = np.sqrt(np.diagonal(state.centred))
            assert_allclose(trained[k].centred / scale[:, None] / scale, state.centred / scale[:, None] / scale,
                            atol=1e-7 if precision == "double" else 1e-14)  # fmt: skip
            if precision == "exact":
                assert (trained[k].centred == state.centred).all()


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_every_precision_gives_the_same_errors(ratio: float) -> None:
    X, y, v = drawn(40, 4, 5)
    X, y, v, fold = X.round(3), y.round(2), v.round(2) + 0.5, np.arange(40) % 4
    usual = cross_validated(stacked(X, y, v, fold), Penalty(ratio), [1.0, 0.1, 0.0])
    for precision in ("double", "exact"):
        other = cross_validated(stacked(X, y, v, fold, precision), Penalty(ratio), [1.0, 0.1, 0.0])
        assert_allclose(other.fold_errors, usual.fold_errors, rtol=1e-9)
        assert_allclose(other.path.coefficients, usual.path.coefficients, rtol=1e-9, atol=1e-12)


def test_a_fit_without_error_has_none_on_held_out_rows() -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(-9, 10, size=(40, 3)) + 1e6
    y = X @ [1.0, -2.0, 3.0] + 5
    found = cross_validated(stacked(X, y, np.ones(40), np.arange(40) % 4), Penalty(), [1.0, 0.0])
    assert (found.fold_errors[:, 1] < 1e-16).all()
    assert found.best == 0.0


def test_a_column_that_is_constant_in_one_training_state() -> None:
    X, y, v = drawn(40, 2, 3)
    fold = np.arange(40) % 4
    flag = ((fold == 1) & (np.arange(40) > 20)).astype(float)
    X = np.column_stack([X, flag])
    for ratio in (0.0, 1.0):
        found = cross_validated(stacked(X, y, v, fold), Penalty(ratio))
        assert np.isfinite(found.fold_errors).all()
        assert_allclose(found.fold_errors, refitted(found, X, y, v, fold), rtol=1e-9)


def test_factors_bounds_and_more_columns_than_rows() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(40, 60))
    y = X[:, 0] - X[:, 1] + rng.normal(size=40)
    fold = np.arange(40) % 5
    factors = tuple(rng.choice([0.0, 1.0, 2.0], 60, p=[0.05, 0.5, 0.45]))
    for penalty in (Penalty(1.0, factors), Penalty(0.0, factors), Penalty(0.5, factors, positive=True)):
        found = cross_validated(stacked(X, y, np.ones(40), fold), penalty)
        assert found.status == "converged"
        assert_allclose(found.fold_errors, refitted(found, X, y, np.ones(40), fold), rtol=1e-9)


def test_what_does_not_converge_says_so() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 30)) + 3 * rng.normal(size=(60, 1))
    y = X @ rng.normal(size=30)
    states = stacked(X, y, np.ones(60), np.arange(60) % 3)
    found = cross_validated(states, Penalty(1.0, max_sweeps=1), [1e-3])
    assert found.status == "not converged"
    assert "max_sweeps" in found.sentence
    whole = cross_validated(states, Penalty(1.0), [1e-3])
    assert whole.sentence == whole.path.sentence
    one = replace(whole, fold_gaps=np.array([[0.0], [1e-3], [0.0]]))
    assert one.status == "not converged"
    assert one.sentence.startswith("In 1 of 3 folds the duality gap stayed above the tolerance, at most 1.0e-03")


def test_what_cannot_be_validated_is_refused() -> None:
    X, y, v = drawn(20, 2, 0)
    fold = np.arange(20) % 4
    states = stacked(X, y, v, fold)
    with pytest.raises(ShapeError, match="one state, not a stack"):
        cross_validated(states[0])
    with pytest.raises(ArgumentError, match="at least two"):
        cross_validated(states[:1])
    with pytest.raises(TooFewRows, match="fold 2 of 5"):
        cross_validated(Moments.stack([states[0], states[1], Moments.empty(3), states[2], states[3]]))
    same = np.where(fold == 1, y, 7.0)
    with pytest.raises(FitError, match=r"without fold 1 .* constant \(7\)"):
        cross_validated(stacked(X, same, v, fold))
