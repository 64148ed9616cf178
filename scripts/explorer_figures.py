"""Writes js/test/figures.json: what slopewise itself computes of many problems, for the explorer's engine to equal.

    python scripts/explorer_figures.py

Each case is a payload, as a page gets it, and runs on it with every figure they have. `tests/explorer/test_engine.py`
makes them again and fails where the file says anything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import slopewise as sw
from slopewise.errors import Diverged
from slopewise.moments import Moments
from slopewise.solvers.descent import Descent, descend
from slopewise.solvers.exact import solve
from slopewise.typing import Array
from slopewise.views.explorer.payload import Subject, payload

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "js" / "test" / "figures.json"
STEPS = (0, 1, 10, 1000, 10**6, 10**9)
FRACTIONS = (1e-3, 1e-6, 1e-12)
SHARES, OF_MANY = (0.01, 0.5, 0.9, 0.999, 1.01, 1.5), (0.9, 1.01)
"""Learning rates, of the largest stable one, and fewer for many columns; the best and 1/λmax come on top."""

AMES_FEW = "price ~ area + Overall.Qual + Year.Built + Garage.Area + Full.Bath"
AMES_MANY = (
    f"{AMES_FEW} + Overall.Cond + Year.Remod.Add + Mas.Vnr.Area + BsmtFin.SF.1 + BsmtFin.SF.2 + Bsmt.Unf.SF"
    " + X1st.Flr.SF + X2nd.Flr.SF + Bsmt.Full.Bath + Bsmt.Half.Bath + Half.Bath + Bedroom.AbvGr + Kitchen.AbvGr"
    " + TotRms.AbvGrd + Fireplaces + Garage.Cars + Wood.Deck.SF + Open.Porch.SF + Enclosed.Porch + X3Ssn.Porch"
    " + Screen.Porch + Pool.Area + Misc.Val + Mo.Sold + Yr.Sold"
)
"""Of 5 and of 30 columns, some of which nearly add up to others."""


@dataclass(frozen=True)
class Case:
    """A state by name, and how descent is run on it."""

    name: str
    moments: Moments
    intercept: bool = True
    scale: bool = False
    momenta: tuple[float, ...] = (0.0,)
    start: Array | None = None


def table(name: str) -> Moments:
    """A table of numbers in examples/, the target last."""
    rows = np.loadtxt(ROOT / "examples" / f"{name}.csv", delimiter=",", skiprows=1)
    return Moments.of(rows[:, :-1], rows[:, -1])


def ames(formula: str) -> Moments:
    """Columns of the Ames table, as a formula says."""
    return sw.collect(formula, ROOT / "examples" / "ames.csv").moments


def random_rows(seed: int, m: int, p: int) -> tuple[Array, Array]:
    """m rows of p features in different units, and a target."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(m, p)) * rng.uniform(0.5, 2, p) + rng.normal(size=p)
    return x, x @ rng.normal(size=p) + rng.normal(size=m)


def conditioned(seed: int, p: int, condition: float) -> Moments:
    """p centred features whose covariance has eigenvalues from 1 down to 1/condition, evenly in their logarithms."""
    rng = np.random.default_rng(seed)
    m = 4 * p
    left, _ = np.linalg.qr(np.column_stack([np.ones(m), rng.normal(size=(m, p))]))
    right, _ = np.linalg.qr(rng.normal(size=(p, p)))
    x = np.sqrt(m) * (left[:, 1:] * np.geomspace(1, condition**-0.5, p)) @ right.T
    return Moments.of(x, x @ rng.normal(size=p) + 0.1 * rng.normal(size=m))


def ill_conditioned(condition: float) -> Moments:
    """Two features so nearly alike that the Hessian has about this condition number."""
    rng = np.random.default_rng(1)
    common, apart, noise = rng.normal(size=(3, 50))
    x = np.column_stack([common, common + 2 * apart / np.sqrt(condition)])
    return Moments.of(x, x @ [1.0, 2000.0] + 3 * apart + noise)


def cases() -> Iterator[Case]:
    """Small and large, raw and scaled, full rank and not, with and without intercept, weights and momentum."""
    two, six, three = table("two_houses"), table("six_houses"), table("houses")
    yield Case("two houses", two, momenta=(0.0, 0.5, 0.9))
    yield Case("two houses scaled", two, scale=True, momenta=(0.0, 0.9))
    yield Case("two houses from afar", two, start=np.array([-300.0, 1e4]))
    yield Case("two houses without intercept", two, intercept=False)
    yield Case("six houses", six, momenta=(0.0, 0.9))
    yield Case("three houses", three, momenta=(0.0, 0.9))
    yield Case("three houses scaled", three, scale=True, momenta=(0.0, 0.9))
    yield Case("three houses without intercept", three, intercept=False, start=np.array([1.0, -2.0, 3.0, 4.0]))
    yield Case("ames", few := ames(AMES_FEW), momenta=(0.0, 0.9))
    yield Case("ames scaled", few, scale=True, momenta=(0.0, 0.9))
    yield Case("ames of many columns scaled", ames(AMES_MANY), scale=True, momenta=(0.0, 0.9))
    yield Case("condition 1e7", ill_conditioned(1e7), momenta=(0.0, 0.5, 0.9))
    yield Case("condition 1e7 scaled", ill_conditioned(1e7), scale=True, momenta=(0.0, 0.9))
    yield Case("50 columns, condition 1e7", conditioned(2, 50, 1e7), momenta=(0.0, 0.9))
    yield Case("20 columns without intercept", conditioned(3, 20, 1e4), intercept=False, start=np.full(20, 10.0))
    x, y = random_rows(4, 40, 3)
    yield Case("weights", Moments.of(x, y, weights=np.linspace(0.1, 3, 40)), momenta=(0.0, 0.9))
    yield Case("a repeated column", Moments.of(np.column_stack([x, x[:, 0]]), y), start=np.arange(5.0))
    yield Case("a constant column", Moments.of(np.column_stack([x, np.full(40, 7.0)]), y), scale=True)
    yield Case("years", Moments.of(np.arange(1990.0, 2020.0), np.sqrt(np.arange(30.0))), momenta=(0.0, 0.9))


def figures(case: Case) -> dict[str, Any]:
    """The payload of a case and all that is to be found in it."""
    moments, solution = case.moments, solve(case.moments, intercept=case.intercept)
    names = [f"x{j + 1}" for j in range(moments.p)]
    analysis = descend(moments, intercept=case.intercept, scale=case.scale, start=case.start, iterations=0)
    rates = {"one": 1 / analysis.eigenvalues[-1], "best": analysis.best_rate, "limit": analysis.stable_below}
    return {
        "name": case.name,
        "scale": case.scale,
        "payload": payload(Subject(moments, solution, names, "y", "y ~ x", "figures")),
        "optimum": solution.theta.tolist(),
        "eigenvalues": analysis.eigenvalues.tolist(),
        "rank": analysis.rank,
        "rates": {name: float(rate) for name, rate in rates.items()},
        "condition": analysis.condition,
        "runs": [
            run(with_rate(analysis, rate, momentum), case.start)
            for momentum in case.momenta
            for rate in tried(analysis, momentum)
        ],
    }


def tried(analysis: Descent, momentum: float) -> list[float]:
    """Learning rates to try: shares of the largest stable one, and the two that are marked."""
    modes = analysis.form.modes
    shares = SHARES if len(analysis.eigenvalues) < 10 else OF_MANY
    marks = [modes.best_rate(momentum), 1 / float(modes.eigenvalues[-1])]
    return [share * modes.stable_below(momentum) for share in shares] + marks


def with_rate(analysis: Descent, rate: float, momentum: float) -> Descent:
    """The same descent at another learning rate and momentum, as far as its formula goes."""
    form = replace(analysis.form, learning_rate=rate, momentum=momentum)
    return replace(analysis, learning_rate=rate, momentum=momentum, form=form)


def run(found: Descent, start: Array | None) -> dict[str, Any]:
    """One run: where it is after each of STEPS (null where that is no float), and when it arrives."""
    slowest = found.slowest_mode_iterations(1e-6)
    return {
        "learning_rate": found.learning_rate,
        "momentum": found.momentum,
        "start": None if start is None else start.tolist(),
        "states": [state(found, k) for k in STEPS],
        "iterations_to": [[t, found.iterations_to(t)] for t in FRACTIONS],
        "slowest_mode_iterations": slowest if np.isfinite(slowest) else None,
        "limit": found.limit.tolist(),
        "stable": bool(found.learning_rate < found.stable_below),
    }


def state(found: Descent, k: int) -> dict[str, Any]:
    """θ_k, J(θ_k) and J(θ_k) − J*."""
    from_zero = replace(found.form, quadratic=replace(found.form.quadratic, minimum=0.0))
    try:
        at, cost, gap = found.at(k).tolist(), found.cost_at(k), from_zero.cost_at(k)
        return {"k": k, "parameters": at, "cost": cost, "gap": gap}
    except Diverged:
        return {"k": k, "parameters": None, "cost": None, "gap": None}


def write() -> None:
    """The file, one case a line."""
    lines = ",\n".join(json.dumps(figures(case), allow_nan=False) for case in cases())
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
