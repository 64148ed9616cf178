"""A descent as text: ten lines of progress, how fast it can be, and what to try next."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from slopewise.moments import Moments
from slopewise.objective.quadratic import compute_gradient
from slopewise.solvers.descent import Descent
from slopewise.typing import Array
from slopewise.views.summary import aligned

FRACTION = 1e-6  # of the starting cost gap: the precision that predicted iterations speak of
SHOWN_COEFFICIENTS = 4


def descent_text(run: Descent, best: Descent, scaled: Descent, moments: Moments, names: Sequence[str]) -> str:
    """What happened, as ten evenly spaced lines, and the figures that explain it.

    `names` are those of the parameters, the intercept first if there is one; `best` is the same descent at the best
    constant rate, and `scaled` the best one in standardised features; neither needs to have taken a step.
    """
    table = [*aligned(progress_cells(run, moments, names)), ""] if run.iterations else []
    return "\n".join([*table, *_findings(run, best, names), "", *_advice(run, best, scaled)])


def progress_cells(run: Descent, moments: Moments, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Ten evenly spaced iterations: the state after each one's update, and the gradient that the update used.

    With one feature the gradient is shown whole, as in the lesson; with more, its length.
    """
    whole = len(names) <= 2
    shown = names[: SHOWN_COEFFICIENTS + run.scaling.intercept]
    gradient_titles = [f"dJ/d{name}" for name in names] if whole else ["|gradient|"]
    cells = [("iteration", "cost", *gradient_titles, *shown)]
    for i in range(0, run.iterations, max(math.ceil(run.iterations / 10), 1)):
        gradient = _gradient(run, moments, _state(run, i))
        slopes = gradient if whole else [np.linalg.norm(gradient)]
        state = _state(run, i + 1)[: len(shown)]
        cells.append(
            (str(i), f"{run.costs[i + 1]:.2e}", *(f"{g:.3e}" for g in slopes), *(f"{value:.5e}" for value in state))
        )
    return cells


def _state(run: Descent, k: int) -> Array:
    """The parameters after k of the steps done: from the path, or in closed form where it was thinned."""
    place = int(np.searchsorted(run.steps, k))
    return run.path[place] if run.steps[place] == k else run.at(k)


def _gradient(run: Descent, moments: Moments, theta: Array) -> Array:
    first = int(run.scaling.intercept)
    dj_dw, dj_db = compute_gradient(moments, theta[first:], float(theta[0]) if first else 0.0)
    return np.append([dj_db] * first, dj_dw)


def _findings(run: Descent, best: Descent, names: Sequence[str]) -> list[str]:
    end = ", ".join(f"{name} {value:.6g}" for name, value in zip(names, run.path[-1], strict=True))
    outcome = {"converged": "Converged", "diverged": "Diverged, the cost growing,", "descending": "Still descending"}
    gap = run.costs[-1] - run.minimum
    lines = [
        f"{outcome[run.status]} after {_times(run.iterations)}: cost {run.costs[-1]:.6g}, "
        f"{gap:.3g} above the least possible.",
        f"Parameters: {end}" if len(names) <= 12 else f"Parameters: {len(names)} (--save or --format json lists them)",
        f"Learning rate {run.learning_rate:.4g}: stable below {run.stable_below:.4g}, fastest {run.best_rate:.4g}; "
        f"condition number {run.condition:.3g}{' (standardised features)' if run.scaled else ''}.",
        f"The gap to the least cost falls to {FRACTION:g} of what it was: {_needed(run)} at this rate, "
        f"{_needed(best)} at the fastest.",
    ]
    if run.rank < len(names):
        lines.append(
            f"The rows determine only {run.rank} of {len(names)} parameters: infinitely many answers fit equally well, "
            "and descent goes to the one nearest to its start."
        )
    return lines


def _advice(run: Descent, best: Descent, scaled: Descent) -> list[str]:
    needed = run.iterations_to(FRACTION)
    if run.status == "converged" or (needed is not None and needed <= run.iterations):
        if run.rank < run.path.shape[1]:
            return ["Next: this is one answer of many; more rows or fewer features would leave a single one."]
        return ["Next: nothing worth gaining is left; `slopewise fit` gives the exact answer, with its uncertainty."]
    rate = f"--learning-rate {advised_rate(best.learning_rate)}, the fastest: there {_needed(best)}."
    if run.learning_rate == best.learning_rate and needed is not None:
        rate = f"--iterations {needed} at this rate, the fastest."
    if run.scaled or scaled.condition > run.condition / 2:
        return [f"Next: try {rate}"]
    scale = (
        f"--scale: in standardised features the condition number is {scaled.condition:.3g} instead of "
        f"{run.condition:.3g}: there {_needed(scaled)}."
    )
    return [f"Next: try {scale}", f"Or {rate}"]


def advised_rate(rate: float) -> str:
    """A learning rate to four digits, never rounded up: the fastest may lie closer than that to the largest stable one.

    >>> advised_rate(4 / 7), advised_rate(8.3779e-7)
    ('0.5714', '8.377e-07')
    """
    digits, exponent = f"{rate:.16e}".split("e")
    return f"{float(f'{digits[:5]}e{exponent}'):.4g}"


def _needed(run: Descent) -> str:
    count = run.iterations_to(FRACTION)
    if count is None:
        return "never" if run.learning_rate >= run.stable_below else "later than can be looked up"
    return f"after {_times(count)}"


def _times(count: int) -> str:
    return f"{count:,} iteration{'s' * (count != 1)}"
