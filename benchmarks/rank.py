"""Are dependent columns dropped and named, and independent ones kept, however many rows there are?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np

import slopewise as sw
from benchmarks.tables import Table
from slopewise.typing import Array, Precision

QUESTION = "Are dependent columns dropped and named?"
FEW, MANY = 300, 10_000_000
NAMES = ("north", "south", "west", "celsius", "fahrenheit", "cellar", "attic", "total", "tenth", "nearly_celsius")
EQUALS = {
    "west": "-north - south + 1",
    "fahrenheit": "1.8·celsius + 32",
    "total": "cellar + attic",
    "tenth": "0.1",
}
"""What is dependent, and what it equals; `nearly_celsius` differs from `celsius` by a part in 1e8 and must stay."""


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the many rows."""
    rows: list[tuple[str, ...]] = []
    for m in (FEW, MANY // 10 if quick else MANY):
        X, y = dependent_table(m)
        for precision in get_args(Precision):
            rows += _judged(m, precision, sw.fit_arrays(X, y, names=NAMES, precision=precision))
    notes = (
        'One fit a number of rows and precision; "auto" is the default. Three indicators that sum to one, a '
        "temperature in two units, a sum of two columns (each rounded to float64), and a constant that is no float64.",
        "Beside them a column that differs from celsius by a part in 1e8 only, which must be kept, except by the sums "
        "of float64, which cannot hold the difference.",
    )
    return Table(QUESTION, ("rows, precision", "column", "is said to equal", "goal"), tuple(rows), notes)


def dependent_table(m: int) -> tuple[Array, Array]:
    """X (m, 10) in the order of `NAMES`, and a target of noise."""
    draw = np.random.default_rng(6)
    X = np.empty((m, len(NAMES)))
    region = draw.integers(0, 3, m)
    for place in range(3):
        X[:, place] = region == place
    celsius, cellar, attic = draw.normal(15.0, 8.0, m), draw.lognormal(3.0, 1.0, m), draw.lognormal(2.0, 1.0, m)
    X[:, 3], X[:, 4] = celsius, 1.8 * celsius + 32
    X[:, 5], X[:, 6], X[:, 7] = cellar, attic, cellar + attic
    X[:, 8] = 0.1
    X[:, 9] = celsius * (1 + 1e-8 * draw.normal(size=m))
    return X, draw.normal(size=m)


def _judged(m: int, precision: Precision, model: sw.LinearModel) -> Iterator[tuple[str, ...]]:
    """A row for each dependent column, and one for the rest, which must all be there."""
    said = dict(_equations(model))
    for name, equals in EQUALS.items():
        told = said.pop(name, "kept")
        verdict = "met" if told == equals else "MISSED"
        yield f"{m:,}, {precision}", name, told, f"{equals}: {verdict}"
    verdict = "" if precision == "double" else f"kept: {'MISSED' if said else 'met'}"
    yield f"{m:,}, {precision}", "the others", f"{', '.join(said)} dropped" if said else "kept", verdict


def _equations(model: sw.LinearModel) -> Iterator[tuple[str, str]]:
    """What the model says of each column that it left out, as a reader sees it: the name, and what it equals."""
    for sentence in model.record().notes:
        name, found, rest = sentence.partition(" is left out: it equals ")
        if found:
            yield name, rest.partition(" in every row")[0]
