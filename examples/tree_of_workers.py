"""Ten thousand workers, a tree of merges, stragglers and failures: a small simulation, the same in every run.

    seconds of a task  = rows · max(bytes of a row / storage, products of a row) · how slow its worker is just then
    seconds of a merge = latency + children · bytes of a state / network + (children − 1) · seconds to add two states

Tasks go to whoever is free. One that fails is done anew by another worker; towards the end idle workers do once more
what others are slow with, and the first answer counts. `python examples/tree_of_workers.py` prints the tables of
docs/scale.md.
"""

from __future__ import annotations

import functools
import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

import slopewise as sw


@dataclass(frozen=True)
class Measured:
    """What one core takes for `p` features in double-double: measured, `python -m benchmarks constants`."""

    p: int
    row: float
    """Seconds for the products of a row."""
    merge: float
    """Seconds to add two states."""
    state: int
    """Bytes of a state."""

    @property
    def row_bytes(self) -> int:
        """Features and target in float64."""
        return 8 * (self.p + 1)


MEASURED = (
    Measured(10, 45e-9, 28e-6, 3_000),
    Measured(100, 2e-6, 94e-6, 169_000),
    Measured(1000, 225e-6, 17e-3, 16_100_000),
)


@dataclass(frozen=True)
class Cluster:
    """What the workers are assumed to be; bytes per second, seconds, shares of tasks."""

    workers: int = 10_000
    storage: float = 1e9
    network: float = 1.25e9
    latency: float = 1e-3
    tasks_per_worker: int = 20
    spread: float = 0.25
    """Of the logarithm of how slow a worker is at a task."""
    stragglers: float = 0.01
    straggling: float = 8.0
    failures: float = 0.01
    repeats: bool = True
    """Whether idle workers do once more what others are slow with."""
    fan_in: int = 16


@dataclass(frozen=True)
class Outcome:
    """Seconds until all rows are added up, without trouble and with it, and from then until their states are merged."""

    ideal: float
    reading: float
    tree: float
    star: float
    repeated: int
    """Tasks that were done more than once."""
    sent: float
    """Bytes of states."""


def simulate(rows: float, of: Measured, cluster: Cluster, seed: int = 8) -> Outcome:
    """One pass over so many rows."""
    tasks = cluster.workers * cluster.tasks_per_worker
    alone = rows / tasks * max(of.row_bytes / cluster.storage, of.row)
    relative, repeated = _ends(cluster, seed)
    ends = alone * relative
    reading = float(ends.max())
    root = _root(ends, of, cluster)
    star = cluster.latency + tasks * (of.state / cluster.network + of.merge)
    return Outcome(alone * cluster.tasks_per_worker, reading, root - reading, star, repeated, float(tasks * of.state))


@functools.cache
def _ends(cluster: Cluster, seed: int) -> tuple[np.ndarray, int]:
    """When each task is done, in times that one takes by itself, and how many tasks were done more than once."""
    draw = np.random.default_rng(seed)
    slowness = _slowness(cluster, draw)
    tasks = cluster.workers * cluster.tasks_per_worker
    ends, repeated = np.zeros(tasks), 0
    free = [0.0] * cluster.workers
    waiting = list(range(tasks))
    for task in waiting:  # grows by those that fail
        start, took = heapq.heappop(free), next(slowness)
        if draw.random() < cluster.failures:
            took *= draw.random()  # it dies on the way
            waiting.append(task)
            repeated += 1
        ends[task] = start + took
        heapq.heappush(free, start + took)
    if not cluster.repeats:
        return ends, repeated
    for task in np.argsort(-ends).tolist():  # the one that would be last first
        start = heapq.heappop(free)
        if ends[task] - start < 1.5:
            break
        ends[task] = min(ends[task], start + next(slowness))
        heapq.heappush(free, ends[task])
        repeated += 1
    return ends, repeated


def _slowness(cluster: Cluster, draw: np.random.Generator) -> Iterator[float]:
    """How many times as long as it should a task takes: about 1, and a few far more."""
    while True:
        times = np.exp(cluster.spread * draw.standard_normal(4096))
        yield from (times * np.where(draw.random(4096) < cluster.stragglers, cluster.straggling, 1.0)).tolist()


def _root(ready: np.ndarray, of: Measured, cluster: Cluster) -> float:
    """When the one state of all rows is there: each node of the tree begins as soon as its children are there."""
    while len(ready) > 1:
        groups = [ready[at : at + cluster.fan_in] for at in range(0, len(ready), cluster.fan_in)]
        ready = np.array([float(group.max()) + _merging(len(group), of, cluster) for group in groups])
    return float(ready[0])


def _merging(children: int, of: Measured, cluster: Cluster) -> float:
    return cluster.latency + children * of.state / cluster.network + (children - 1) * of.merge


def same_bits(workers: int = 10_000, seed: int = 8) -> bool:
    """Whether exact states of so many workers, some of them sent twice and all in any order, are the state of all rows.

    What is sent is known by its worker, so that a state that comes again is no other one.
    """
    draw = np.random.default_rng(seed)
    x, y = draw.normal(size=(3 * workers, 2)), draw.normal(size=3 * workers)
    sent = draw.permutation(np.concatenate([np.arange(workers), draw.integers(0, workers, workers // 100)]))
    come: dict[int, sw.Moments] = {}
    for worker in sent.tolist():
        own = slice(3 * worker, 3 * worker + 3)
        come[worker] = sw.Moments.of(x[own], y[own], precision="exact")
    level = list(come.values())
    while len(level) > 1:
        level = [sum(level[at + 1 : at + 16], level[at]) for at in range(0, len(level), 16)]
    return bool(level[0] == sw.Moments.of(x, y, precision="exact"))


def predictions() -> str:
    """What the model says of 10¹² and 10¹⁵ rows, as a table in Markdown."""
    lines = ["| rows | features | ideal | with stragglers and failures | tasks repeated | tree | all to one | sent |"]
    lines.append("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for power in (12, 15):
        for of in MEASURED:
            found = simulate(10.0**power, of, Cluster())
            ideal, reading, tree, star = map(_time, (found.ideal, found.reading, found.tree, found.star))
            cells = (_power(power), f"{of.p:,}", ideal, reading, f"{found.repeated:,}", tree, star, _bytes(found.sent))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def troubles() -> str:
    """What stragglers and failures cost 10¹² rows of ten features, and what repeating tasks saves."""
    calm = Cluster(spread=0.0, stragglers=0.0, failures=0.0, repeats=False)
    slow = replace(calm, spread=0.25, stragglers=0.01)
    cases = {
        "none": calm,
        "stragglers": slow,
        "stragglers and failures": replace(slow, failures=0.01),
        "the same, slow tasks repeated": Cluster(),
    }
    lines = ["| trouble | until all rows are added up | × the ideal |", "|---|---:|---:|"]
    for name, cluster in cases.items():
        found = simulate(1e12, MEASURED[0], cluster)
        lines.append(f"| {name} | {_time(found.reading)} | {found.reading / found.ideal:.2f} |")
    return "\n".join(lines)


def constants() -> str:
    """What was measured, as a table in Markdown."""
    lines = ["| features | bytes of a row | products of a row | two states added | bytes of a state |"]
    lines.append("|---:|---:|---:|---:|---:|")
    lines += [
        f"| {of.p:,} | {of.row_bytes:,} | {_time(of.row)} | {_time(of.merge)} | {_bytes(of.state)} |" for of in MEASURED
    ]
    return "\n".join(lines)


def tables() -> Sequence[str]:
    """All that docs/scale.md shows."""
    return constants(), troubles(), predictions()


def _time(seconds: float) -> str:
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size * 1.5 or (size <= 1 and seconds >= size):
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _bytes(count: float) -> str:
    power = min(int(math.log10(max(count, 1)) // 3), 5)
    return f"{count / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB', 'PB')[power]}"


def _power(exponent: int) -> str:
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(exponent))


if __name__ == "__main__":
    print("\n\n".join(tables()))
    print(f"\nthe same bits from 10,000 workers: {same_bits()}")
