"""What does changing the import cost or save? Our estimators beside scikit-learn's own, on tall tables and wide."""

from __future__ import annotations

import time
import warnings
from statistics import median
from typing import Any

import numpy as np
import sklearn.linear_model as theirs

from benchmarks.tables import Goal, Table, ratio, seconds
from slopewise import sklearn as ours
from slopewise.typing import Array

QUESTION = "How long do our scikit-learn estimators take, beside scikit-learn's own?"
SHAPES = (
    *((100, 2), (200_000, 2), (100, 10), (10_000, 10), (200_000, 10)),
    *((200, 50), (1_000, 100), (20_000, 100), (4_000, 500)),
    *((50, 100), (100, 500)),
)
ESTIMATORS: dict[str, dict[str, Any]] = {
    "LinearRegression": {},
    "Ridge": {},
    "RidgeCV": {},
    "Lasso": {"alpha": 0.1},
    "LassoCV": {"cv": 5},
}
SECONDS, FEWEST, MOST = 0.15, 2, 15
"""Fits of the two take turns until so many seconds are over, at least FEWEST times each and at most MOST."""
GOAL = Goal(1.0, False, "≥ 1×")


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows of those that have many."""
    rows = []
    for m, p in SHAPES:
        X, y = _table(m // 10 if quick and m >= 4_000 else m, p)
        for name, options in ESTIMATORS.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # scikit-learn's lasso may stop before it has converged
                one, other = _taking_turns(getattr(ours, name)(**options), getattr(theirs, name)(**options), X, y)
            quotient = other / one
            rows.append(
                (f"{len(X):,} × {p}, {name}", seconds(one), seconds(other), ratio(quotient), GOAL.verdict(quotient))
            )
    notes = (
        f"Medians of {FEWEST} to {MOST} fits of each, taking turns, after one to warm up; rows in C order, float64; "
        "parameters are the defaults but for alpha=0.1 and cv=5. × is how many times as long scikit-learn takes.",
        "Our lasso is solved to its last digits, scikit-learn's to a duality gap of 10⁻⁴ of the target's square.",
    )
    return Table(QUESTION, ("rows × features, estimator", "slopewise", "scikit-learn", "×", "goal"), tuple(rows), notes)


def _table(m: int, p: int) -> tuple[Array, Array]:
    """Normal features, of which every third counts."""
    draw = np.random.default_rng(p)
    X = draw.normal(size=(m, p))
    w = np.linspace(1.0, 2.0, p) * (np.arange(p) % 3 == 0)
    return X, X @ w + draw.normal(size=m)


def _taking_turns(one: Any, other: Any, X: Array, y: Array) -> tuple[float, float]:
    """Median seconds that each estimator takes to fit."""
    for estimator in (one, other):
        estimator.fit(X, y)
    times: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + SECONDS
    while len(times[0]) < FEWEST or (len(times[0]) < MOST and time.perf_counter() < end):
        for estimator, found in zip((one, other), times, strict=True):
            start = time.perf_counter()
            estimator.fit(X, y)
            found.append(time.perf_counter() - start)
    return median(times[0]), median(times[1])
