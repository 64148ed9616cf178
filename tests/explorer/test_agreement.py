"""The engine of the page against slopewise's own, on problems drawn at random: every figure to 1e-11, however near
the rate lies to the largest stable one and however many steps are taken, up to a billion."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import explorer_figures
import numpy as np
import pytest
from explorer.node import run

from slopewise.moments import Moments
from slopewise.solvers.descent import Descent, descend
from slopewise.solvers.exact import solve
from slopewise.views.explorer.payload import Subject, payload

pytestmark = pytest.mark.needs("node")

PROBLEMS, RUNS = 60, 5
TO, LAST = 1e-6, 2**53 - 1
TOLERANCE, ROUNDING = (
    1e-11,
    1e-14,
)  # of a figure; of the way from the start to the optimum, and squared of the gap there

THERE = """
import { makeDescent } from "./engine/descent.js";
import { makeProblem } from "./engine/problem.js";
import { fromPayload } from "./engine/state.js";

let text = "";
for await (const piece of process.stdin) text += piece;
const found = JSON.parse(text).map(({ payload, scale, runs }) => {
  const problem = makeProblem(fromPayload(payload), { solution: payload.solution, scale });
  return {
    problem: [...problem.eigen.values, problem.condition, problem.rates.best, problem.rates.limit],
    runs: runs.map(({ steps, ...options }) => {
      const descent = makeDescent(problem, options);
      const state = (k) => ({ theta: Array.from(descent.at(k)), J: descent.costAt(k), gap: descent.gapAt(k) });
      const states = steps.map((k) => (descent.lastFinite < k ? null : state(k)));
      return { states, arrival: descent.iterationsTo(1e-6), slowest: descent.slowestIterationsTo(1e-6) };
    }),
  };
});
console.log(JSON.stringify(found));
"""


@dataclass(frozen=True)
class Drawn:
    """A problem, its analysis here, and the runs on it that the page is asked for."""

    moments: Moments
    analysis: Descent
    runs: list[dict[str, Any]]

    def asked(self) -> dict[str, Any]:
        """What the page is given."""
        names = [f"x{j}" for j in range(self.moments.p)]
        solution = solve(self.moments, intercept=self.analysis.scaling.intercept)
        subject = Subject(self.moments, solution, names, "y", "y ~ x", "drawn")
        return {"payload": payload(subject), "scale": self.analysis.scaled, "runs": self.runs}


def columns(rng: np.random.Generator) -> np.ndarray:
    """Two to five features: any, of a given condition, in balanced categories or levels, or nearly alike."""
    p, m = int(rng.integers(2, 6)), int(rng.integers(8, 30))
    noise = rng.normal(size=(m, p))
    left, _ = np.linalg.qr(np.column_stack([np.ones(m), noise]))
    right, _ = np.linalg.qr(rng.normal(size=(p, p)))
    lengths = np.geomspace(1, 10 ** -rng.uniform(0, 3.5), p)
    levels = np.array(np.meshgrid(*[[-1.0, 0.1, 1.0]] * min(p, 3))).reshape(min(p, 3), -1).T
    kinds = (
        noise * 10 ** rng.uniform(-1, 1, p) + rng.normal(size=p),
        np.sqrt(m) * (left[:, 1:] * lengths) @ right.T,
        np.tile(np.eye(p + 1)[:, 1:], (4, 1)),
        levels + rng.choice([0.0, 0.3]),
        noise[:, :1] + noise * 10 ** rng.uniform(-3, 0),
    )
    return kinds[rng.integers(len(kinds))]


def drawn(rng: np.random.Generator) -> Drawn:
    """A problem of condition 10⁷ or less, with weights or not, scaled or not, from zero or from elsewhere."""
    x = columns(rng)
    y = x @ rng.normal(size=x.shape[1]) + 10 ** rng.uniform(-3, 1) * rng.normal(size=len(x)) + 3 * rng.normal()
    moments = Moments.of(x, y, weights=rng.gamma(2.0, size=len(x)) if rng.integers(2) else None)
    intercept, scale = bool(rng.integers(4)), bool(rng.integers(2))
    start = 10 ** rng.uniform(-1, 2) * rng.normal(size=moments.p + intercept) if rng.integers(2) else None
    analysis = descend(moments, intercept=intercept, scale=scale, start=start, iterations=0)
    if analysis.condition > 1e7:
        return drawn(rng)
    from_there = None if start is None else start.tolist()
    return Drawn(moments, analysis, [{**a_run(rng, analysis), "start": from_there} for _ in range(RUNS)])


def a_run(rng: np.random.Generator, analysis: Descent) -> dict[str, Any]:
    """The best rate, a much smaller one, or one at most a millionth from the largest stable one, on either side."""
    momentum = float(rng.choice([0.0, 0.0, 0.1, 0.5, 0.9, 0.99, rng.uniform()]))
    bound = analysis.form.modes.stable_below(momentum)
    near = bound * (1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -6))
    rates = (analysis.form.modes.best_rate(momentum), bound * 10 ** rng.uniform(-9, 0), near, near)
    steps = sorted({0, 1, int(10 ** rng.uniform(0, 9)), int(10 ** rng.uniform(5, 9)), 10**9})
    return {"rate": float(rates[rng.integers(len(rates))]), "momentum": momentum, "steps": steps}


def differences(problem: Drawn, there: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Of each figure its name, and how far the page's is from ours, in units of what is allowed."""
    analysis, modes = problem.analysis, problem.analysis.form.modes
    marks = [*modes.eigenvalues, modes.condition, modes.best_rate(), modes.stable_below()]
    yield "the problem", float(np.max(np.abs(np.subtract(there["problem"], marks)) / np.multiply(TOLERANCE, marks)))
    for asked, found in zip(problem.runs, there["runs"], strict=True):
        ours = explorer_figures.with_rate(analysis, asked["rate"], asked["momentum"])
        what = f"rate {asked['rate']}, momentum {asked['momentum']}"
        first = explorer_figures.state(ours, 0)
        way = math.dist(first["parameters"], ours.limit)
        for k, state in zip(asked["steps"], found["states"], strict=True):
            for figure, apart in compared(explorer_figures.state(ours, k), state, way, first["gap"]):
                yield f"{what}, {figure} after {k}", apart
        yield f"{what}, steps to {TO}", in_steps(found["arrival"], ours.iterations_to(TO))
        yield f"{what}, steps of the slowest mode", in_steps(found["slowest"], ours.slowest_mode_iterations(TO))


def compared(ours: dict[str, Any], there: dict[str, Any] | None, way: float, gap: float) -> Iterator[tuple[str, float]]:
    if there is None or ours["cost"] is None:
        yield "the end", 0.0 if there is ours["cost"] else np.inf
        return
    for figure, mine, other, rounding in (
        ("θ", ours["parameters"], there["theta"], ROUNDING * way),
        ("J", [ours["cost"]], [there["J"]], ROUNDING**2 * gap),
        ("J − J*", [ours["gap"]], [there["gap"]], ROUNDING**2 * gap),
    ):
        yield figure, math.dist(mine, other) / (TOLERANCE * math.hypot(*mine) + rounding)


def in_steps(there: float | None, ours: float | None) -> float:
    """Both may miss by one step, and count only up to 2⁵³."""
    mine = None if ours is None or ours > LAST else ours
    if there is None or mine is None:
        return 0.0 if there is mine else np.inf
    return abs(there - mine) / (TOLERANCE * mine + 1)


def test_the_page_and_slopewise_agree_near_the_limit_and_a_billion_steps_far() -> None:
    rng = np.random.default_rng(100)
    problems = [drawn(rng) for _ in range(PROBLEMS)]
    asked = json.dumps([problem.asked() for problem in problems])
    there = json.loads(run("node", "--input-type=module", "-e", THERE, text=asked))
    wrong = [
        f"problem {n}, {figure}: {apart:.2g} times what is allowed"
        for n, (problem, found) in enumerate(zip(problems, there, strict=True))
        for figure, apart in differences(problem, found)
        if not apart <= 1
    ]
    assert not wrong, "\n".join(wrong)
