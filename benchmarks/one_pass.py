"""How fast is the one pass? `Moments.of` beside the plain product and the peers that fit from cross-products."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import slopewise as sw
from benchmarks.tables import Goal, Table, ratio, seconds
from benchmarks.timing import REPETITIONS, medians
from slopewise.typing import Array

QUESTION = "How fast is the one pass over the rows?"
SHAPES = ((2_000_000, 10), (1_000_000, 50), (400_000, 100))

OURS = "slopewise Moments.of"
GOALS = {
    "numpy X.T @ X": Goal(1.0, False, "not slower"),
    "scikit-learn LinearRegression": Goal(20.0, False, "≥ 20×"),
    "sklearnex LinearRegression": Goal(1.0, False, "not slower"),
}


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows."""
    rows: list[tuple[str, ...]] = []
    notes = [
        f"Medians of {REPETITIONS} interleaved runs after one to warm up; rows in C order, float64.",
        'Moments.of is called with precision="double"; its checks count, and the target, which X.T @ X lacks.',
    ]
    peers, absent = _peers()
    for m, p in SHAPES:
        rows += _shape(m // 10 if quick else m, p, peers)
    return Table(QUESTION, ("rows × features, method", "time", "× slopewise", "goal"), tuple(rows), (*notes, *absent))


def _shape(m: int, p: int, peers: dict[str, Callable[[Array, Array], Any]]) -> list[tuple[str, ...]]:
    draw = np.random.default_rng(p)
    X = draw.normal(size=(m, p))
    y = X @ np.linspace(1.0, 2.0, p) + draw.normal(size=m)
    contenders: dict[str, Callable[[], Any]] = {OURS: lambda: sw.Moments.of(X, y, precision="double")}
    contenders |= {name: partial(fit, X, y) for name, fit in peers.items()}
    found = medians(contenders)
    return [
        (f"{m:,} × {p}, {name}", seconds(time), ratio(time / found[OURS]), _verdict(name, time / found[OURS]))
        for name, time in found.items()
    ]


def _verdict(name: str, times_ours: float) -> str:
    return GOALS[name].verdict(times_ours) if name in GOALS else ""


def _peers() -> tuple[dict[str, Callable[[Array, Array], Any]], list[str]]:
    """The peers that can be imported, and a note for each that cannot."""
    peers: dict[str, Callable[[Array, Array], Any]] = {"numpy X.T @ X": lambda X, y: X.T @ X}
    absent = []
    try:
        from sklearn.linear_model import LinearRegression

        peers["scikit-learn LinearRegression"] = lambda X, y: LinearRegression().fit(X, y)
    except ImportError as error:
        absent.append(f"not run: scikit-learn, because it cannot be imported ({error})")
    try:
        from sklearnex.linear_model import LinearRegression as Accelerated

        peers["sklearnex LinearRegression"] = lambda X, y: Accelerated().fit(X, y)
    except ImportError as error:
        absent.append(f"not run: sklearnex, because it cannot be imported ({error})")
    return peers, absent
