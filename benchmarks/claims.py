"""Are the digits that a fit claims there? Random tables of every condition number, judged by rational arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple, get_args

import numpy as np

import slopewise as sw
from benchmarks.tables import Goal, Table
from slopewise.inference.digits import MOST, digits
from slopewise.typing import Array, Precision
from tests.nist import exact_answer

QUESTION = "Are the digits claimed of each coefficient there?"
TABLES = 1_000
HARDEST = 14
OVER, UNDER = Goal(0.5, True, "≤ 0.5"), Goal(2.0, True, "≤ 2")


class Claim(NamedTuple):
    """The digits claimed for one coefficient, and those that are right."""

    claimed: float
    true: float


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the tables."""
    precisions: list[Precision] = [name for name in get_args(Precision) if name != "auto"]
    claims: dict[Precision, list[Claim]] = {name: [] for name in precisions}
    dropped = dict.fromkeys(precisions, 0)
    count = TABLES // 10 if quick else TABLES
    for X, y in random_tables(count):
        truth = exact_answer(X, y)
        for precision in precisions:
            found = _claims(X, y, truth, precision)
            claims[precision] += found
            dropped[precision] += not found
    notes = (
        f"{count:,} tables of 12 to 60 rows and 1 to 5 features, condition 1 to 1e{HARDEST}, with scales, offsets and "
        "noise of their own. Over: digits claimed less digits that are right; under: the reverse.",
        f"The truth is rational arithmetic on the same float64 values; at most {MOST} digits are counted as right.",
        "Left out: tables in which that precision takes a column for dependent, and claims nothing.",
    )
    columns = ("precision", "coefficients", "left out", "worst over", "goal", "median under", "goal")
    rows = tuple(_row(name, claims[name], dropped[name]) for name in precisions)
    return Table(QUESTION, columns, rows, notes)


def random_tables(count: int) -> Iterator[tuple[Array, Array]]:
    """X (m, p) and y (m,), `count` times, the condition numbers spread evenly on the logarithmic scale."""
    draw = np.random.default_rng(5)
    for exponent in np.linspace(0, HARDEST, count):
        m, p = int(draw.integers(12, 61)), int(draw.integers(1, 6))
        U, V = np.linalg.qr(draw.normal(size=(m, p)))[0], np.linalg.qr(draw.normal(size=(p, p)))[0]
        X = (U * np.geomspace(1, 10.0**-exponent, p)) @ V.T
        X = X * 10.0 ** draw.uniform(-4, 4, p) + 10.0 ** draw.uniform(-3, 3, p) * draw.integers(0, 2, p)
        y = X @ (draw.normal(size=p) * 10.0 ** draw.uniform(-2, 2, p))
        noise = 10.0 ** draw.uniform(-10, 1) * np.std(y) * draw.normal(size=m)
        yield X, y + noise + draw.integers(0, 2) * draw.normal()


def _claims(X: Array, y: Array, truth: list[Fraction], precision: Precision) -> list[Claim]:
    """One claim a coefficient; none where a column was dropped."""
    state = sw.Moments.of(X, y, precision=precision)
    solution = sw.solve(state)
    if solution.dropped:
        return []
    claimed = digits(state, solution).delivered.tolist()
    return [Claim(c, _right(b, t)) for c, b, t in zip(claimed, solution.theta.tolist(), truth, strict=True)]


def _right(found: float, truth: Fraction) -> float:
    """−log₁₀ of the relative error, between 0 (an answer with no digit right, however wrong) and `MOST`."""
    error = abs(Fraction(found) - truth)
    if not error:
        return MOST
    return min(MOST, max(0.0, -math.log10(error / abs(truth)))) if truth else 0.0


def _row(precision: Precision, claims: list[Claim], dropped: int) -> tuple[str, ...]:
    over = np.array([claim.claimed - claim.true for claim in claims])
    worst, under = (round(float(figure), 2) + 0.0 for figure in (over.max(), -np.median(over)))
    figures = (f"{worst:.2f}", OVER.verdict(worst), f"{under:.2f}", UNDER.verdict(under))
    return (precision, f"{len(claims):,}", f"{dropped}", *figures)
