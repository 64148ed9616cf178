"""Do 95 % intervals hold the truth in 95 of 100 tables? Tables drawn from known models, fitted as a user would.

Each kind of standard error meets the errors it is made for: classical and prediction intervals errors of one variance,
HC3 ones whose variance grows with a feature, clustered ones a part that the rows of a cluster share, as does a feature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

import slopewise as sw
from benchmarks.tables import Goal, Table
from slopewise.typing import Array

QUESTION = "Do 95 % intervals hold the truth in 95 of 100 tables?"
ROWS, CLUSTERS, TOGETHER = 200, 250, 4
TRUTH = {"Intercept": 1.0, "x": 2.0, "z": -0.5}
LEAST, MOST = Goal(0.94, False, "≥ 94 %"), Goal(0.96, True, "≤ 96 %")

Drawn: TypeAlias = "dict[str, Any]"


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the tables."""
    count = 1_000 if quick else 10_000
    kinds: dict[str, Callable[[np.random.Generator], bool | list[bool]]] = {
        "classical, of coefficients": lambda rng: _of_coefficients(_even(rng), "classical"),
        "HC3, of coefficients": lambda rng: _of_coefficients(_growing(rng), "HC3"),
        "clustered, of coefficients": lambda rng: _of_coefficients(_shared(rng), ("cluster", "g")),
        "prediction, of a new row": _of_a_new_row,
    }
    rows = []
    for name, held in kinds.items():
        rng = np.random.default_rng(20261128)
        share = float(np.mean([held(rng) for _ in range(count)]))
        verdict = f"{LEAST.verdict(share)}; {MOST.verdict(share)}"
        rows.append((name, f"{count:,}", f"{100 * share:.2f} %", verdict))
    notes = (
        f"{ROWS} rows, two features and an intercept; {CLUSTERS} clusters of {TOGETHER} rows each.",
        "The share is over tables and coefficients.",
        "With so many tables of three coefficients a true 95 % shows as 94.7 to 95.3 %.",
    )
    return Table(QUESTION, ("interval", "tables", "held", "goal"), tuple(rows), notes)


def _features(rng: np.random.Generator) -> Drawn:
    return {"x": rng.normal(size=ROWS), "z": rng.uniform(-1, 1, ROWS)}


def _with_target(table: Drawn, errors: Array) -> Drawn:
    line = TRUTH["Intercept"] + TRUTH["x"] * table["x"] + TRUTH["z"] * table["z"]
    return {**table, "y": line + errors}


def _even(rng: np.random.Generator) -> Drawn:
    return _with_target(_features(rng), rng.normal(size=ROWS))


def _growing(rng: np.random.Generator) -> Drawn:
    table = _features(rng)
    return _with_target(table, rng.normal(size=ROWS) * np.exp(table["z"]))


def _shared(rng: np.random.Generator) -> Drawn:
    g = np.repeat(np.arange(CLUSTERS), TOGETHER)
    table: Drawn = {"x": rng.normal(size=CLUSTERS)[g], "z": rng.uniform(-1, 1, len(g)), "g": g + 0.0}
    return _with_target(table, rng.normal(size=CLUSTERS)[g] + rng.normal(size=len(g)))


def _of_coefficients(table: Drawn, cov: Any) -> list[bool]:
    ends: Any = sw.fit("y ~ x + z", table, cov=cov).tidy(0.95)
    truth = np.array([TRUTH[name] for name in ends["term"].to_pylist()])
    held: list[bool] = ((ends["conf_low"].to_numpy() <= truth) & (truth <= ends["conf_high"].to_numpy())).tolist()
    return held


def _the_first(values: Array) -> Array:
    return values[:1]


def _but_the_first(values: Array) -> Array:
    return values[1:]


def _of_a_new_row(rng: np.random.Generator) -> bool:
    table = _even(rng)
    rows, new = ({name: part(values) for name, values in table.items()} for part in (_but_the_first, _the_first))
    ends: Any = sw.fit("y ~ x + z", rows).predict(new, "prediction", level=0.95)
    return bool(ends["lower"][0].as_py() <= new["y"][0] <= ends["upper"][0].as_py())
