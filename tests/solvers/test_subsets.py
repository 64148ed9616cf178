"""Best subsets against trying all of them, the two spellings of the search against each other, and stepwise choice
against fitting every model on the way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers import subsets
from slopewise.solvers.blocks import Blocks
from slopewise.solvers.criteria import criterion
from slopewise.solvers.exact import solve
from slopewise.solvers.heldout import Folds, subset_errors
from slopewise.solvers.stepwise import steps
from slopewise.solvers.subsets import Cut, Subset, best_subsets
from slopewise.solvers.tableau import Tableau
from slopewise.typing import Array

BOTH = pytest.mark.parametrize("few", [subsets.MOST, -1], ids=["NumPy", "Numba"])


@st.composite
def problems(draw: st.DrawFn) -> tuple[Array, Array, Blocks, bool]:
    """Up to six blocks of one to three columns, some of them dependent, some that need others, some forced."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(1, draw(st.sampled_from([1, 3]))), min_size=1, max_size=6))
    p = sum(sizes)
    n = p + draw(st.integers(3, 20))
    X = rng.normal(size=(n, p))
    for _ in range(draw(st.integers(0, 2)) if p > 2 else 0):  # a copy, a sum, a difference, zeros
        j = rng.integers(p)
        others = rng.choice(np.delete(np.arange(p), j), size=2, replace=False)
        X[:, j] = X[:, others] @ rng.integers(-1, 2, size=2)
    starts = np.cumsum([0, *sizes])
    order = rng.permutation(p).tolist()
    columns = [tuple(order[a:b]) for a, b in itertools.pairwise(starts)]
    forced = columns.pop() if draw(st.booleans()) and len(columns) > 1 else ()
    needs = [
        tuple(sorted(draw(st.sets(st.integers(0, b - 1), max_size=2)))) if b and draw(st.booleans()) else ()
        for b in range(len(columns))
    ]
    y = X @ rng.normal(size=p) * draw(st.sampled_from([0, 1])) + rng.normal(size=n) * draw(st.sampled_from([0.1, 1, 5]))
    return X, y, Blocks(tuple(columns), tuple(needs), forced), draw(st.booleans())


def exhaustive(X: Array, y: Array, blocks: Blocks, intercept: bool) -> dict[int, list[float]]:
    """By rank, the sums of squares of all sets that hold what their blocks need and are worse without any of these."""
    Z = np.column_stack([np.ones((len(y), int(intercept))), X])
    first = [*range(intercept), *(j + intercept for j in blocks.forced)]

    def design(chosen: tuple[int, ...]) -> Array:
        return Z[:, first + [j + intercept for b in chosen for j in blocks.columns[b]]]

    def rank(chosen: tuple[int, ...]) -> int:
        return int(np.linalg.matrix_rank(design(chosen), tol=1e-8)) if design(chosen).size else 0

    found: dict[int, list[float]] = {}
    for count in range(len(blocks.columns) + 1):
        for chosen in itertools.combinations(range(len(blocks.columns)), count):
            top = [b for b in chosen if not any(b in blocks.below(other) for other in chosen)]
            idle = any(rank(tuple(other for other in chosen if other != b)) == rank(chosen) for b in top)
            if blocks.held(chosen) == set(chosen) and not idle:
                e = y - design(chosen) @ np.linalg.lstsq(design(chosen), y, rcond=1e-9)[0] if design(chosen).size else y
                found.setdefault(rank(chosen) - intercept, []).append(float(e @ e))
    return {size: sorted(values) for size, values in found.items()}


def by_rank(found: tuple[Subset, ...]) -> dict[int, list[float]]:
    return {rank: [one.rss for one in ones] for rank, ones in itertools.groupby(found, key=lambda one: one.rank)}


@BOTH
@given(problem=problems(), nbest=st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_the_best_of_each_size_are_those_of_an_exhaustive_search(
    few: int, problem: tuple[Array, Array, Blocks, bool], nbest: int
) -> None:
    X, y, blocks, intercept = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subsets, "FEW", few)
        found = best_subsets(Moments.of(X, y), blocks, intercept=intercept, nbest=nbest)
    theirs, size = exhaustive(X, y, blocks, intercept), float(((y - y.mean() * intercept) ** 2).sum())
    assert by_rank(found).keys() == theirs.keys()
    for rank, ours in by_rank(found).items():
        assert_allclose(ours, theirs[rank][: len(ours)], rtol=1e-8, atol=1e-10 * size)


def hard(kind: str, p: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(p)
    noise = rng.normal(size=(100, p))
    common = rng.normal(size=(100, 1))
    X = {
        "noise": noise,
        "equicorrelated": noise + 3 * common,
        "pairs": np.repeat(noise[:, : (p + 1) // 2], 2, axis=1)[:, :p] + 0.1 * rng.normal(size=(100, p)),
        "whole numbers": rng.integers(0, 3, size=(100, p)).astype(float),
    }[kind]
    return X, X.sum(axis=1) * (kind != "noise") + 3 * rng.normal(size=100)


def all_by_gray_code(X: Array, y: Array) -> Array:
    """The least sum of squares of each size, of all 2^p sets: each differs from the one before by one sweep."""
    Z = np.column_stack([X - X.mean(axis=0), y - y.mean()])
    A, p = Z.T @ Z, X.shape[1]
    inside, best = np.zeros(p, dtype=bool), np.full(p + 1, np.inf)
    best[0] = A[-1, -1]
    for number in range(1, 2**p):
        j = (number & -number).bit_length() - 1
        u, d = A[:, j].copy(), A[j, j]
        A -= np.outer(u, u) / d
        A[j] = A[:, j] = -u / d if inside[j] else u / d
        A[j, j] = -1 / d
        inside[j] ^= True
        best[inside.sum()] = min(best[inside.sum()], A[-1, -1])
    return best


@pytest.mark.parametrize("kind", ["noise", "equicorrelated", "pairs", "whole numbers"])
@pytest.mark.parametrize("p", [12, 13])
def test_twelve_and_thirteen_columns_equal_all_subsets(kind: str, p: int) -> None:
    X, y = hard(kind, p)
    found = best_subsets(Moments.of(X, y), Blocks.singles(p))
    assert [len(one.blocks) for one in found] == list(range(p + 1))
    assert_allclose([one.rss for one in found], all_by_gray_code(X, y), rtol=1e-9)


@pytest.mark.parametrize("kind", ["noise", "equicorrelated", "pairs", "whole numbers"])
def test_both_searches_find_the_same_sets_of_sixteen_columns(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = hard(kind, 16)
    fast = best_subsets(Moments.of(X, y), Blocks.singles(16), nbest=2)
    monkeypatch.setattr(subsets, "FEW", 16)
    assert best_subsets(Moments.of(X, y), Blocks.singles(16), nbest=2) == fast


@BOTH
@pytest.mark.parametrize("by", ["aic", "aicc", "bic"])
def test_a_cut_keeps_whatever_is_near_the_best(few: int, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subsets, "FEW", few)
    X, y = hard("equicorrelated", 12)
    state = Moments.of(X, y)
    whole, cut = (
        {one.rank: one for one in best_subsets(state, Blocks.singles(12), cut=cut)} for cut in (None, Cut(by, 5.0))
    )
    values = {rank: float(criterion(by, 100, one.rss, rank + 1)) for rank, one in whole.items()}
    near = [rank for rank, value in values.items() if value <= min(values.values()) + 5]
    assert len(near) < 13
    assert [cut[rank] for rank in near] == [whole[rank] for rank in near]


def test_as_many_columns_as_asked_for_and_no_more() -> None:
    X, y = hard("noise", 8)
    found = best_subsets(Moments.of(X, y), Blocks.singles(8), most=3)
    assert found == best_subsets(Moments.of(X, y), Blocks.singles(8))[:4]


def test_a_perfect_fit_is_found_and_ends_the_search() -> None:
    X = np.random.default_rng(3).normal(size=(60, 25))
    found = best_subsets(Moments.of(X, X[:, 4] - 2 * X[:, 17]), Blocks.singles(25), cut=Cut("bic"))
    perfect = next(one for one in found if one.rank == 2)
    assert perfect.blocks == (4, 17)
    assert perfect.rss <= 1e-25


def test_a_search_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stop(Exception):
        pass

    def stop(nodes: int) -> None:
        raise Stop

    Q = np.linalg.qr(np.random.default_rng(1).normal(size=(100, 26)))[0]
    monkeypatch.setattr(subsets, "SLICE", 100)
    with pytest.raises(Stop):
        best_subsets(Moments.of(Q, Q.sum(axis=1)), Blocks.singles(26), progress=stop)


def test_what_cannot_be_searched_is_refused() -> None:
    state = Moments.of(np.eye(70), np.arange(70.0))
    with pytest.raises(ArgumentError, match="best subsets of 63 terms cannot be found, of 62 at most"):
        best_subsets(state, Blocks.singles(63), intercept=False)
    with pytest.raises(ArgumentError, match="nbest=0"):
        best_subsets(state, Blocks.singles(3), nbest=0)
    with pytest.raises(ArgumentError, match="each of them once"):
        Blocks(((0,), (0,)), ((), ()))
    with pytest.raises(ArgumentError, match="come before it"):
        Blocks(((0,), (1,)), ((1,), ()))


def test_criteria_are_those_of_statsmodels() -> None:
    X, y = hard("noise", 4)
    v = np.random.default_rng(0).uniform(0.5, 2, 100)
    state, theirs = Moments.of(X, y, weights=v), sm.WLS(y, sm.add_constant(X), weights=v).fit()
    rss = solve(state).residual_sum_of_squares
    for by, correct in (("aic", theirs.aic), ("bic", theirs.bic)):  # they do not count σ
        one = {"aic": 2.0, "bic": math.log(100)}[by]
        assert_allclose(criterion(by, 100, rss, 5, float(state.log_weight)), correct + one, rtol=1e-12)


@given(problem=problems(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_sweeping_in_and_out_gives_the_answer_of_the_exact_solver(
    problem: tuple[Array, Array, Blocks, bool], seed: int
) -> None:
    X, y, _, intercept = problem
    rng, state = np.random.default_rng(seed), Moments.of(X, y)
    order = rng.permutation(X.shape[1])
    out = order[: len(order) // 2].tolist()
    tableau = Tableau.of(state, intercept).with_columns(order.tolist()).without(out)
    tableau = tableau.with_columns([j for j in order.tolist() if j not in out])
    columns = sorted(set(order.tolist()) - set(out))
    answer = solve(state.select([*columns, X.shape[1]]), intercept=intercept)
    assert int(tableau.rank()) == answer.rank - intercept
    assert_allclose(tableau.rss(), answer.residual_sum_of_squares, rtol=1e-9, atol=1e-12)


def walked(state: Moments, blocks: Blocks, by: str, direction: str, intercept: bool) -> list[tuple[int, ...]]:
    """The sets on the way, every model fitted anew."""

    def fitted(chosen: frozenset[int]) -> tuple[float, int]:
        columns = [*blocks.forced, *(j for b in sorted(chosen) for j in blocks.columns[b])]
        answer = solve(state.select([*columns, state.p]), intercept=intercept)
        value = criterion(by, int(state.rows), answer.residual_sum_of_squares, answer.rank, float(state.log_weight))
        return float(value), answer.rank

    here = frozenset() if direction == "forward" else frozenset(range(len(blocks.columns)))
    path = [tuple(sorted(here))]
    while True:
        tried = []
        if direction != "forward":
            free = [b for b in sorted(here) if not any(b in blocks.below(other) for other in here)]
            tried += [here - {b} for b in free]
        if direction != "backward":
            able = [b for b in range(len(blocks.columns)) if b not in here and set(blocks.below(b)) <= here]
            tried += [here | {b} for b in able if fitted(here | {b})[1] > fitted(here)[1]]
        best = min(tried, key=lambda one: round(fitted(one)[0], 9), default=None)
        if best is None or not fitted(best)[0] < fitted(here)[0] - 1e-9:
            return path
        here = best
        path.append(tuple(sorted(here)))


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@given(problem=problems(), by=st.sampled_from(["aic", "bic"]))
@settings(max_examples=25, deadline=None)
def test_each_step_is_the_best_of_all_models_fitted_anew(
    direction: str, problem: tuple[Array, Array, Blocks, bool], by: str
) -> None:
    X, y, blocks, intercept = problem
    X = X + np.random.default_rng(0).normal(size=X.shape)  # no ties: which of equal sets comes first is another matter
    state = Moments.of(X, y)
    found = steps(state, blocks, direction=direction, by=by, intercept=intercept)
    assert [stride.blocks for stride in found] == walked(state, blocks, by, direction, intercept)
    for stride in found:
        columns = [*blocks.forced, *(j for b in stride.blocks for j in blocks.columns[b])]
        answer = solve(state.select([*columns, state.p]), intercept=intercept)
        assert_allclose(stride.rss, answer.residual_sum_of_squares, rtol=1e-10)


@pytest.mark.parametrize("direction", ["backward", "both", "forward"])
def test_a_copy_of_a_column_is_never_chosen(direction: str) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=40)
    state = Moments.of(np.column_stack([x, x, rng.normal(size=40)]), x + 0.1 * rng.normal(size=40))
    path = steps(state, Blocks.singles(3), direction=direction)
    assert [stride.blocks for stride in path] == ([(), (0,)] if direction == "forward" else [(0, 2), (0,)])


def test_a_step_that_changes_nothing_is_not_taken() -> None:
    rng = np.random.default_rng(2)
    x, z = rng.normal(size=(2, 40))
    state = Moments.of(np.column_stack([x, x, z, z + x]), z + 0.1 * rng.normal(size=40))
    path = steps(state, Blocks(((0,), (1, 2), (3,)), ((), (), ())), direction="backward")
    assert [(stride.blocks, stride.rank) for stride in path] == [((0, 1), 2)]  # {1} alone has the same rank and error


def folded(X: Array, y: Array, count: int) -> Moments:
    return Moments.stack([Moments.of(X[k::count], y[k::count]) for k in range(count)])


@pytest.mark.parametrize("intercept", [True, False])
def test_held_out_error_is_that_of_predicting_each_fold_from_the_rows_of_the_others(intercept: bool) -> None:
    X, y = hard("equicorrelated", 5)
    X, y = X + 100, y + 1000 * intercept
    chosen, error, fold = [0, 3], 0.0, np.arange(100) % 4
    Z = np.column_stack([np.ones((100, int(intercept))), X[:, chosen]])
    for k in range(4):
        theta = np.linalg.lstsq(Z[fold != k], y[fold != k], rcond=None)[0]
        error += float(((y - Z @ theta)[fold == k] ** 2).sum())
    folds = Folds.of(folded(X, y, 4), intercept)
    assert_allclose(folds.error(folds.others.with_columns(chosen)), error, rtol=1e-9)
    path = steps(
        Moments.of(X, y), Blocks.singles(5), by="cv", folds=folded(X, y, 4), intercept=intercept, direction="forward"
    )
    assert all(a.value > b.value for a, b in itertools.pairwise(path))


def test_the_error_of_a_size_is_that_of_choosing_anew_without_each_fold() -> None:
    X, y = hard("noise", 6)
    fold, errors = np.arange(100) % 5, np.zeros(7)
    for k in range(5):
        for one in best_subsets(Moments.of(X[fold != k], y[fold != k]), Blocks.singles(6)):
            Z = np.column_stack([np.ones(100), X[:, list(one.blocks)]])
            theta = np.linalg.lstsq(Z[fold != k], y[fold != k], rcond=None)[0]
            errors[one.rank] += ((y - Z @ theta)[fold == k] ** 2).sum()
    assert_allclose(subset_errors(folded(X, y, 5), Blocks.singles(6), 6), errors, rtol=1e-9)


def test_folds_are_wanted_for_cross_validation_and_for_nothing_else() -> None:
    X, y = hard("noise", 3)
    state = Moments.of(X, y)
    with pytest.raises(ArgumentError, match="needs the states of folds"):
        steps(state, Blocks.singles(3), by="cv")
    with pytest.raises(ArgumentError, match="at least two folds"):
        steps(state, Blocks.singles(3), by="cv", folds=Moments.stack([state]))
