"""What do ten thousand steps of descent cost, the pass included? On the moments, and on the rows."""

from __future__ import annotations

import numpy as np

import slopewise as sw
from benchmarks.tables import Goal, Table, ratio, seconds
from benchmarks.timing import REPETITIONS, medians
from slopewise.typing import Array

QUESTION = "What do 10,000 steps of gradient descent cost?"
ITERATIONS, TIMED = 10_000, 20
GOAL = Goal(2000.0, False, "≥ 2,000×")


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows. Raises `RuntimeError` if the two descents part ways."""
    m, p = (200_000 if quick else 2_000_000), 10
    draw = np.random.default_rng(1)
    X = draw.normal(size=(m, p))
    y = 3.0 + X @ np.linspace(1.0, 2.0, p) + draw.normal(size=m)
    found = medians(
        {
            "moments": lambda: sw.descend(
                sw.Moments.of(X, y, precision="double"), learning_rate=0.1, iterations=ITERATIONS, tolerance=0
            ),
            "rows": lambda: rows_descent(X, y, 0.1, TIMED),
        }
    )
    _check_agreement(X, y)
    per_step = found["rows"] / TIMED
    quotient = ITERATIONS * per_step / found["moments"]
    rows = (
        ("slopewise: Moments.of, then descend, history kept", seconds(found["moments"]), "1", ""),
        (
            f"NumPy on the rows, extrapolated from {TIMED} of its steps",
            seconds(ITERATIONS * per_step),
            ratio(quotient),
            GOAL.verdict(quotient),
        ),
    )
    notes = (
        f"{m:,} rows × {p} features; medians of {REPETITIONS} interleaved runs. Constant rate 0.1, cost at every step.",
        f"One step over the rows takes {seconds(per_step)}; the {TIMED} timed steps give the same parameters as ours.",
    )
    return Table(QUESTION, ("method", "time", "× slopewise", "goal"), rows, notes)


def rows_descent(X: Array, y: Array, rate: float, iterations: int) -> tuple[Array, list[float]]:
    """Descent as every course writes it with NumPy: parameters, intercept first, and the cost before each step."""
    m, p = X.shape
    w, b, costs = np.zeros(p), 0.0, []
    for _ in range(iterations):
        residuals = X @ w + b - y
        costs.append(float(residuals @ residuals) / (2 * m))
        w, b = w - rate * (X.T @ residuals) / m, b - rate * float(residuals.mean())
    return np.append(b, w), costs


def _check_agreement(X: Array, y: Array) -> None:
    theirs, costs = rows_descent(X, y, 0.1, TIMED)
    run = sw.descend(sw.Moments.of(X, y, precision="double"), learning_rate=0.1, iterations=TIMED, tolerance=0)
    ours = np.append(run.intercept, np.asarray(run.coefficients))
    if not (np.allclose(ours, theirs, rtol=1e-9) and np.allclose(run.costs[:-1], costs, rtol=1e-9)):
        raise RuntimeError("the descent on moments and the descent on rows do not agree; nothing was measured")
