"""What do penalties, folds, subsets, groups and merges cost once the rows are read? Beside scikit-learn."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np

import slopewise as sw
from benchmarks.tables import Goal, Table, ratio, seconds
from benchmarks.timing import medians, run_process
from slopewise.typing import Array

QUESTION = "What do penalties, folds, subsets, groups and merges cost from one state?"
FOLDS, PENALTIES, ROUNDS = 10, 100, 3
GRID, OWN_PATH = Goal(50.0, False, "≥ 50×"), Goal(5.0, False, "≥ 5×")
WHOLE = Goal(3.0, True, "≤ 3× the pass")
SUBSET, MERGE = Goal(10.0, True, "≤ 10 s"), Goal(1.0, True, "≤ 1 s")
GROUPED, MEMORY = Goal(5.0, True, "≤ 5× the fit"), Goal(2e9, True, "≤ 2 GB")
NEAR = 0.02
"""How near the least held-out errors must be, relative to theirs: the rows are dealt to folds otherwise there."""

Row = tuple[str, str, str, str]

MANY_GROUPS = """
import sys, numpy as np, pyarrow as pa, slopewise as sw
groups, draw = int(sys.argv[1]), np.random.default_rng(0)
def tables():
    for start in range(0, 4 * groups, 200_000):
        g = np.arange(start, min(start + 200_000, 4 * groups)) * 7_919 % groups
        x = {f"x{j}": draw.normal(size=len(g)) for j in range(1, 11)}
        yield pa.table({"g": g, "y": draw.normal(size=len(g)), **x})
models = sw.fit("y ~ " + " + ".join(f"x{j}" for j in range(1, 11)), tables(), by="g")
assert len(models.solutions.intercept) == groups
"""
"""A process that fits so many groups of ten columns, four rows each, from tables that come one after another."""


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows, groups and states. Raises `RuntimeError` where answers differ."""
    tenth = 10 if quick else 1
    rows = (
        *_ridge(2_000_000 // tenth),
        *_lasso(400_000 // tenth),
        *_subsets(20 if quick else 30),
        *_groups(10_000_000 // tenth, 100_000 // tenth),
        *_merging(10_000 // tenth),
        *_memory(1_000_000 // tenth),
    )
    notes = (
        f"Medians of {ROUNDS} interleaved runs after one to warm up (one run where that takes over 5 s, and of RidgeCV "
        f"and LassoCV); arrays in C order, float64. Paths have {PENALTIES} penalties, and {FOLDS} folds where they are "
        "cross-validated.",
        "× is how many times as long the peer takes, but beside the pass or the fit: how many times as long we take.",
        "GridSearchCV is extrapolated: one fit on nine tenths of the rows and its error on the others, times "
        f"{FOLDS} folds × {PENALTIES} penalties. RidgeCV leaves out row by row instead of folds.",
        "The best subsets are those of every size, of the worst of three kinds of columns. Solving the groups is part "
        "of fitting them. The memory is the largest of a process of its own, Python and libraries included.",
    )
    return Table(QUESTION, ("what", "time", "×", "goal"), rows, notes)


def _ridge(m: int) -> list[Row]:
    from sklearn.linear_model import Ridge, RidgeCV

    X, y = _drawn(m, 10)
    lambdas = np.geomspace(10.0, 1e-3, PENALTIES)
    ours = partial(_validated, X, y, "ridge", lambdas)
    found = medians(
        {
            "whole": ours,
            "pass": partial(sw.collect_arrays, X, y),
            "grid": partial(_one_of_grid, Ridge(alpha=lambdas[50] * 0.9 * m), X, y),
        },
        ROUNDS,
    )
    own = _once(partial(RidgeCV(alphas=lambdas * m).fit, X, y))
    error = _one_of_grid(Ridge(alpha=lambdas[-1] * 0.9 * m), X, y)
    _check_near(ours().mean[-1], error)
    size, whole, grid = f"{m:,} × 10", found["whole"], found["grid"] * FOLDS * PENALTIES
    over = whole / found["pass"]
    return [
        (f"{size}, ridge path and its folds, the pass included", seconds(whole), "1", ""),
        (f"{size}, the default pass alone", seconds(found["pass"]), ratio(over), WHOLE.verdict(over)),
        (
            f"{size}, GridSearchCV of Ridge, extrapolated",
            seconds(grid),
            ratio(grid / whole),
            GRID.verdict(grid / whole),
        ),
        (f"{size}, RidgeCV", seconds(own), ratio(own / whole), ""),
    ]


def _lasso(m: int) -> list[Row]:
    from sklearn.linear_model import Lasso, LassoCV

    X, y = _drawn(m, 100)
    lambdas = sw.lasso_path(sw.collect_arrays(X, y)).lambdas
    ours = partial(_validated, X, y, "lasso", lambdas)
    theirs = LassoCV(alphas=lambdas, cv=FOLDS, n_jobs=-1)
    found = medians({"whole": ours, "grid": partial(_one_of_grid, Lasso(alpha=lambdas[50]), X, y)}, ROUNDS)
    spent = _once(partial(theirs.fit, X, y))
    _check_near(ours().mean.min(), theirs.mse_path_.mean(axis=1).min())
    size, whole, grid = f"{m:,} × 100", found["whole"], found["grid"] * FOLDS * PENALTIES
    own = spent / whole
    return [
        (f"{size}, lasso path and its folds, the pass included", seconds(whole), "1", ""),
        (
            f"{size}, GridSearchCV of Lasso, extrapolated",
            seconds(grid),
            ratio(grid / whole),
            GRID.verdict(grid / whole),
        ),
        (f"{size}, LassoCV on all cores", seconds(spent), ratio(own), OWN_PATH.verdict(own)),
    ]


def _subsets(p: int) -> list[Row]:
    draw = np.random.default_rng(0)
    noise, common = draw.normal(size=(1_000, p)), draw.normal(size=(1_000, 1))
    pairs = np.repeat(noise[:, ::2], 2, axis=1)[:, :p] + 0.1 * draw.normal(size=(1_000, p))
    contenders = {}
    for name, X in (("noise", noise), ("one factor", noise + 3 * common), ("pairs", pairs)):
        y = X[:, ::3] @ draw.normal(size=len(range(0, p, 3))) + 5 * draw.normal(size=1_000)
        contenders[name] = partial(sw.best_subset, sw.collect_arrays(X, y))
    slowest = max(medians(contenders, ROUNDS).values())
    return [(f"best subsets of {p} columns", seconds(slowest), "", SUBSET.verdict(slowest))]


def _groups(m: int, groups: int) -> list[Row]:
    import pyarrow as pa

    X, y = _drawn(m, 10)
    g = np.random.default_rng(2).integers(0, groups, m)
    table = pa.table({"y": y, "g": g, **{f"x{j + 1}": np.ascontiguousarray(column) for j, column in enumerate(X.T)}})
    del X
    formula = "y ~ " + " + ".join(f"x{j + 1}" for j in range(10))
    found = medians(
        {
            "fit": partial(sw.fit, formula, table),
            "groups": lambda: sw.fit(formula, table, by="g").solutions,
        },
        ROUNDS,
    )
    times = found["groups"] / found["fit"]
    size = f"{m:,} × 10"
    return [
        (f"{size}, one fit of a table in memory", seconds(found["fit"]), "1", ""),
        (
            f"{size}, a model for each of {groups:,} groups",
            seconds(found["groups"]),
            ratio(times),
            GROUPED.verdict(times),
        ),
    ]


def _merging(states: int) -> list[Row]:
    X, y = _drawn(60 * states, 50)
    stack = sw.Moments.stack([sw.Moments.of(X[a : a + 60], y[a : a + 60]) for a in range(0, len(y), 60)])
    taken = medians({"merge": stack.pool}, ROUNDS)["merge"]
    return [(f"merging a stack of {states:,} states of 50 columns", seconds(taken), "", MERGE.verdict(taken))]


def _memory(groups: int) -> list[Row]:
    spent = run_process(["-c", MANY_GROUPS, str(groups)])
    what = f"{groups:,} groups of 10 columns, a process of {spent.peak_bytes / 1e6:,.0f} MB"
    return [(what, seconds(spent.seconds), "", MEMORY.verdict(spent.peak_bytes))]


def _drawn(m: int, p: int) -> tuple[Array, Array]:
    """Standard normal columns, some of which have part in the target."""
    draw = np.random.default_rng(1)
    X = draw.normal(size=(m, p))
    w = np.where(np.arange(p) % 4 == 0, np.linspace(1.0, 2.0, p), 0.0)
    return X, 3.0 + X @ w + draw.normal(size=m)


def _validated(X: Array, y: Array, penalty: Literal["ridge", "lasso"], lambdas: Array) -> Any:
    """Our whole: the rows are read once, every penalty is fitted in every fold, and judged by its rows."""
    return sw.cross_validate(sw.collect_arrays(X, y, folds=FOLDS), penalty, lambdas)


def _one_of_grid(model: Any, X: Array, y: Array) -> float:
    """What GridSearchCV does for one penalty and one fold: the mean squared error on the last tenth of the rows."""
    a = len(y) * 9 // 10
    model.fit(X[:a], y[:a])
    return float(np.mean((y[a:] - model.predict(X[a:])) ** 2))


def _check_near(ours: float, theirs: float) -> None:
    if abs(ours - theirs) > NEAR * theirs:
        raise RuntimeError(
            f"held-out errors of {ours} and {theirs}: this is not the same problem; nothing was measured"
        )


def _once(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
