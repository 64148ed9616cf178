"""How near is the float64 pass to what the machine can do? Its time against the larger of two that cannot be undercut:

    bytes of the rows / bytes read a second        and        m q (q + 1) operations / operations a second

for m rows of q = p + 1 columns: each of the q (q + 1)/2 cross-products takes a product and a sum. Both speeds are
measured in the same rounds. Source: Williams, Waterman & Patterson (2009), Communications of the ACM 52(4).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import slopewise as sw
from benchmarks import ceilings
from benchmarks.tables import Goal, Table, seconds
from benchmarks.timing import medians
from slopewise.typing import AnyArray, Array

QUESTION = "How near is the float64 pass to the speed of memory or arithmetic?"
FEATURES = (2, 4, 8, 10, 20, 50, 100, 200, 500)
VALUES = 50_000_000
VARIANTS = ("C order", "F order", "float32", "weights")
READ, MULTIPLY = "read", "multiply"
REPETITIONS = 9
"""More than elsewhere: a pass takes some twenty milliseconds, which a busy neighbour of the machine can double."""


def answer(quick: bool) -> Table:
    """The table; `quick` takes a tenth of the rows."""
    draw = np.random.default_rng(4)
    values = draw.normal(size=VALUES // 10 if quick else VALUES)
    multiply, operations = ceilings.multiply()
    speeds, rows = [], []
    for p in FEATURES:
        times = medians({READ: lambda: ceilings.read(values), MULTIPLY: multiply, **_passes(values, p)}, REPETITIONS)
        speed = (values.nbytes / times[READ], operations / times[MULTIPLY])
        speeds.append(speed)
        rows.append(_row(len(values) // (p + 1), p, speed, times))
    bandwidth, peak = np.median(speeds, axis=0)
    notes = (
        f'Medians of {REPETITIONS} interleaved runs of Moments.of with precision="double", its checks included, those '
        "of the weights too; each with the share of the limit that it reaches.",
        f"Measured in the same rounds, and their medians over the rows of this table: {bandwidth / 1e9:.1f} GB/s (all "
        f"threads sum {values.nbytes / 1e6:.0f} MB), {peak / 1e9:.0f} Gflop/s (a product of matrices of side "
        f"{ceilings.SIDE:,}). The limit of each row uses those of its own rounds.",
        "The limit shown is that of float64 rows without weights; float32 rows have half the bytes, weights add some.",
    )
    return Table(QUESTION, ("rows × features", "limit", "by", *VARIANTS, "goal"), tuple(rows), notes)


def _passes(values: Array, p: int) -> dict[str, Callable[[], Any]]:
    """The pass over the same values in each variant; the target is a stretch of them of its own."""
    m = len(values) // (p + 1)
    flat, y = values[: m * p], values[m * p : m * (p + 1)]
    narrow = values[: m * (p + 1)].astype(np.float32)
    of: Callable[..., Any] = partial(sw.Moments.of, precision="double")
    weights = 0.5 + np.random.default_rng(p).random(m)
    rows: dict[str, tuple[AnyArray, AnyArray]] = {
        "C order": (flat.reshape(m, p), y),
        "F order": (flat.reshape(p, m).T, y),
        "float32": (narrow[: m * p].reshape(m, p), narrow[m * p :]),
    }
    return {name: partial(of, *arrays) for name, arrays in rows.items()} | {
        "weights": partial(of, flat.reshape(m, p), y, weights=weights)
    }


def _row(m: int, p: int, speed: tuple[float, float], times: dict[str, float]) -> tuple[str, ...]:
    limits = {name: _limit(name, m, p, *speed) for name in VARIANTS}
    shares = {name: max(limits[name]) / times[name] for name in VARIANTS}
    cells = [f"{seconds(times[name])}, {shares[name]:.0%}" for name in VARIANTS]
    reading, computing = limits["C order"]
    by = "memory" if reading > computing else "arithmetic"
    return (f"{m:,} × {p}", seconds(max(reading, computing)), by, *cells, _verdict(p, shares))


def _limit(variant: str, m: int, p: int, bandwidth: float, peak: float) -> tuple[float, float]:
    """Seconds that reading takes at least, and that computing takes at least."""
    size = m * (p + 1) * (4 if variant == "float32" else 8) + (8 * m if variant == "weights" else 0)
    return size / bandwidth, m * (p + 1) * (p + 2) / peak


def _verdict(p: int, shares: dict[str, float]) -> str:
    share = 0.60 if p <= 8 or p >= 500 else 0.45
    verdict = Goal(share, False, f"≥ {share:.0%}").verdict(min(shares.values()))
    short = [name for name in VARIANTS if shares[name] < share]
    return f"{verdict} by {', '.join(short)}" if short else verdict
