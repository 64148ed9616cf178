"""How fast is a fit? The whole of it, and the pass over the rows alone, beside the peers on the same arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import slopewise as sw
from benchmarks import peers
from benchmarks.tables import Goal, Table, ratio, seconds
from benchmarks.timing import REPETITIONS, SLOW, medians
from slopewise.typing import Array, Precision

QUESTION = "How fast is a least-squares fit of arrays?"
SHAPES = ((2_000_000, 10), (1_000_000, 50), (400_000, 100), (100_000, 500))
YARDSTICKS = SKLEARNEX, SCIKIT_LEARN = (peers.Sklearnex.name, peers.ScikitLearn.name)
ELSEWHERE = {10: None, 100: (peers.Statsmodels.name, peers.Glum.name, peers.PolarsDs.name)}
"""By features: which peers besides are run at that shape; None for all."""

DOUBLE, PAIRED, DEFAULT = "slopewise double", "slopewise double-double", "slopewise fit_arrays, by default"
PASS = ", the pass"


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows."""
    found, absent = peers.present()
    rows: list[tuple[str, ...]] = []
    for m, p in SHAPES:
        rows += _shape(m // 10 if quick else m, p, found)
    notes = (
        f"Medians of {REPETITIONS} interleaved runs after one to warm up (one run where that takes over "
        f"{SLOW:.0f} s); rows in C order, float64. × is how many times as long the peer takes.",
        "A fit is `solve(Moments.of(X, y, precision=…))`, checks included; the pass is `Moments.of` alone, beside "
        "whole fits of the peers.",
        "Methods without a constant of their own are given [1 X] and make it in the time shown; polars-ds is given a "
        "frame made beforehand.",
    )
    columns = ("rows × features, method", "time", "× sklearnex", "× scikit-learn", "goal")
    return Table(QUESTION, columns, tuple(rows), (*notes, *absent))


def _shape(m: int, p: int, found: tuple[peers.Peer, ...]) -> list[tuple[str, ...]]:
    draw = np.random.default_rng(p)
    X = draw.normal(size=(m, p))
    y = X @ np.linspace(1.0, 2.0, p) + draw.normal(size=m)
    besides = ELSEWHERE.get(p, ())
    contenders = _ours(X, y)
    for peer in found:
        if besides is None or peer.name in (*YARDSTICKS, *besides):
            contenders[peer.name] = partial(peer.fit, peer.prepare(X, y))
    times = medians(contenders)
    slower = {name: {peer: times[peer] / time for peer in YARDSTICKS if peer in times} for name, time in times.items()}
    return [
        (
            f"{m:,} × {p}, {name}",
            seconds(times[name]),
            *(ratio(quotients[peer]) if peer in quotients else "–" for peer in YARDSTICKS),
            _verdict(quotients, _goals(p).get(name, {})),
        )
        for name, quotients in slower.items()
    ]


def _ours(X: Array, y: Array) -> dict[str, Callable[[], Any]]:
    """A fit in each precision, the pass of each alone, and the plain product that a pass cannot do without."""

    def gather(precision: Precision) -> sw.Moments:
        return sw.Moments.of(X, y, precision=precision)

    return {
        DOUBLE: lambda: sw.solve(gather("double")),
        DOUBLE + PASS: lambda: gather("double"),
        PAIRED: lambda: sw.solve(gather("double-double")),
        PAIRED + PASS: lambda: gather("double-double"),
        DEFAULT: lambda: sw.fit_arrays(X, y),
        "numpy X.T @ X": lambda: X.T @ X,
    }


def _goals(p: int) -> dict[str, dict[str, float]]:
    """How many times as long each yardstick must take as our fits, and passes, of `p` features."""
    double = {SKLEARNEX: 2.0 if p == 10 else 1.0, SCIKIT_LEARN: 8.0 if p >= 500 else 20.0}
    paired = ({SKLEARNEX: 1 / 1.3} if p == 10 else {}) | {SCIKIT_LEARN: 1.0}
    return {DOUBLE: double, PAIRED: paired, DOUBLE + PASS: double, PAIRED + PASS: paired}


def _verdict(quotients: dict[str, float], goals: dict[str, float]) -> str:
    """The goals against each yardstick that was run; below 1 we may be slower."""
    verdicts = []
    for peer, bound in goals.items():
        if peer in quotients:
            name = peer.split()[0]
            text = f"≥ {bound:.0f}× {name}" if bound >= 1 else f"within {1 / bound:.1f}× of {name}"
            verdicts.append(Goal(bound, False, text).verdict(quotients[peer]))
    return "; ".join(verdicts)
