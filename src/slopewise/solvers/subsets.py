"""The best subsets of each size: those with the smallest residual sum of squares, found without trying them all.

What dropping columns costs grows with every further one. So, going down from the whole set, nothing below a set need be
looked at once the least that its subsets can come to is more than what has been found: branch and bound. Blocks of
columns enter and leave together, and some only with others. Small problems are searched here; larger ones by
`compiled_subsets.py`, which has the same tree and tighter bounds.

Source: Furnival & Wilson (1974), "Regressions by leaps and bounds", Technometrics 16(4), 499–511.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers.blocks import Blocks
from slopewise.solvers.criteria import Criterion, penalty
from slopewise.solvers.tableau import Tableau
from slopewise.typing import Array, BoolArray, IntArray

FEW, MOST = 12, 62
"""Blocks up to which NumPy searches, for the compiled search takes 0.7 s to load; and as many as a set can hold."""

SLICE = 20_000
"""Nodes between two looks at whether to go on: some tens of milliseconds."""

TIE = SETTLED = 1e-12
"""As in `compiled_subsets`: what is no smaller, and what is left of a column that depends on others."""

SMALLEST = 1e-15
"""A residual sum of squares below this, relative to the target's square, is a perfect fit in float64."""


class Subset(NamedTuple):
    """Blocks by their places, in order; `rank`: the columns that are estimated, forced ones included; and the RSS."""

    blocks: tuple[int, ...]
    rank: int
    rss: float


class Cut(NamedTuple):
    """Only what comes within `within` of the best by a criterion is wanted."""

    by: Criterion
    within: float = 0.0


class Task(NamedTuple):
    """What is searched: the blocks that have columns of their own, `names` their places, as bits the blocks that each
    one `needs` (2, K), and that need it; the whole set as a node; what to beat."""

    names: tuple[int, ...]
    needs: IntArray
    root: Node
    best: Best


class Node(NamedTuple):
    """A set of blocks: M and coefficients `T` (m, m), and `w` (m,), of the columns that may still go or that wait.

    `block` (m,), the block of each, and `waits` (m,), whether it depends on the others; sets as bits.
    """

    T: Array
    w: Array
    block: IntArray
    waits: BoolArray
    rank: int
    rss: float
    present: int
    fixed: int


class Best:
    """The best `nbest` sets of each rank so far, and what a set of that rank must beat."""

    def __init__(self, cost: Array, nbest: int, rows: int, within: float | None, smallest: float) -> None:
        self.rss, self.sets = np.full((len(cost), nbest), np.inf), np.zeros((len(cost), nbest), dtype=np.int64)
        self.threshold = np.where(np.isfinite(cost), np.inf, -1.0)
        self.cost = cost
        self.cut = np.array([rows, within or 0.0, smallest, within is not None], dtype=np.float64)

    def record(self, rank: int, blocks: int, rss: float) -> None:
        """Enter a set if it is among them."""
        known = self.sets[rank, np.isfinite(self.rss[rank])]
        if not rss < self.rss[rank, -1] * (1 - TIE) or blocks in known:
            return
        at = int(np.searchsorted(self.rss[rank], rss, side="right"))
        for row, value in ((self.rss[rank], rss), (self.sets[rank], blocks)):
            row[at + 1 :] = row[at:-1]
            row[at] = value
        self._set_thresholds()

    def can_win(self, rank: int, rss: float, least: Array, lost: IntArray) -> bool:
        """Whether a set that lacks `lost` of these columns, and so adds `least`, might be among the best."""
        fitting = lost <= rank
        return bool((rss + least[fitting] < self.threshold[rank - lost[fitting]] * (1 - TIE)).any())

    def _set_thresholds(self) -> None:
        rows, within, smallest, cut = self.cut
        allowed, last = np.isfinite(self.cost), self.rss[:, -1]
        self.threshold[:] = np.where(allowed & (last > smallest), last, -1.0)
        if cut and (some := allowed & np.isfinite(self.rss[:, 0])).any():
            best = (rows * np.log(np.maximum(self.rss[some, 0], smallest)) + self.cost[some]).min()
            beaten = np.exp((best + within - self.cost[allowed]) / rows)
            self.threshold[allowed] = np.minimum(self.threshold[allowed], beaten)


def best_subsets(
    moments: Moments,
    blocks: Blocks,
    *,
    intercept: bool = True,
    nbest: int = 1,
    most: int | None = None,
    cut: Cut | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Subset, ...]:
    """For each rank, in order, the `nbest` sets of blocks with the smallest residual sums of squares, best first.

    `blocks` says which columns enter together, which blocks need others, and which columns are always in. Sets in
    which a column depends on others count by their rank; a block all of whose columns depend on what it needs is never
    chosen. `most`: as many columns as a set may have, forced ones aside. With a `cut`, only sets that come within so
    much of the best by its criterion are sure to be there, which takes less time. `progress(nodes)` is called as the
    search goes on, and may interrupt it by raising; so does Ctrl-C.
    Raises `ArgumentError` for more than `MOST` blocks that are free.

    >>> rows = [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 2.0]]
    >>> found = best_subsets(Moments.of(rows, [1.0, 3.0, 3.0, 6.0]), Blocks.singles(2))
    >>> [(best.blocks, round(best.rss, 4)) for best in found]
    [((), 12.75), ((0,), 1.5), ((0, 1), 0.0)]
    """
    if nbest < 1 or (most is not None and most < 0):
        raise ArgumentError(f"nbest={nbest} and most={most} count subsets and columns: from 1, and from 0 on")
    base = Tableau.of(moments, intercept).with_columns(blocks.forced)
    own = blocks.reduced(base)
    task = _task(moments, base, own, intercept, nbest, most, cut)
    _record(task.root, task)
    _greedy(task)
    if len(task.names) > FEW:
        _search_compiled(task, progress)
    else:
        _search(task.root, task)
    return tuple(_named(base, own, task))


def _task(
    moments: Moments, base: Tableau, own: Blocks, intercept: bool, nbest: int, most: int | None, cut: Cut | None
) -> Task:
    """The search from the whole set down; see `best_subsets`."""
    names = tuple(b for b, columns in enumerate(own.columns) if columns)
    if len(names) > MOST:
        raise ArgumentError(f"best subsets of {len(names)} terms cannot be found, of {MOST} at most; choose by steps")
    columns = [j for b in names for j in own.columns[b]]
    whole = base.part(columns).with_columns(range(len(columns)))
    swept = whole.swept[:-1]
    T = np.where(swept[:, None] & swept, -1.0, 1.0) * whole.A.value()[:-1, :-1]
    T[~swept[:, None] & ~swept] = 0.0
    w = np.where(swept, whole.A.value()[:-1, -1], 0.0)
    block = np.array([k for k, b in enumerate(names) for _ in own.columns[b]], dtype=np.int64)
    place = {b: k for k, b in enumerate(names)}
    down = [sum(1 << place[n] for n in {*own.needs[b], b} if n in place) for b in names]
    up = [sum(1 << k for k, below in enumerate(down) if below >> b & 1) for b in range(len(names))]
    needs = np.array([down, up], dtype=np.int64).reshape(2, len(names))
    forced, rank = int(base.rank()), int(np.count_nonzero(swept))
    unit = float(whole.scale[-1]) ** 2
    root = Node(T, w, block, ~swept, rank, float(whole.rss()) * unit, (1 << len(names)) - 1, 0)
    rows = int(moments.rows)
    cost = np.zeros(rank + 1) if cut is None else penalty(cut.by, rows, np.arange(rank + 1) + forced + intercept)
    cost = np.where(np.arange(rank + 1) > (math.inf if most is None else most), np.inf, cost)
    square = float(whole.floors[-1]) + SMALLEST * float(np.abs(base.A.value()[-1, -1]))
    best = Best(cost, nbest, rows, None if cut is None else cut.within, square)
    return Task(names, needs, root, best)


def _greedy(task: Task) -> None:
    """Sets to begin with: dropping, one after another, the block that adds least, the last of equal ones."""
    node = task.root
    while node.present:
        below = [_without(node, 1 << b) for b in _droppable(node, task)]
        least = min(one.rss for one in below)
        node = [one for one in below if one.rss <= least + TIE * abs(least)][-1]
        _record(node, task)


def _droppable(node: Node, task: Task) -> list[int]:
    """The blocks of a set that no other of its blocks needs."""
    inside = [b for b in range(len(task.names)) if node.present >> b & 1]
    return [b for b in inside if not int(task.needs[1, b]) & node.present & ~(1 << b)]


def _record(node: Node, task: Task) -> None:
    """Enter a set, unless it is as good without one of its blocks, all of whose columns depend on the others."""
    idle = node.waits.any() and any(_without(node, 1 << b).rank == node.rank for b in _droppable(node, task))
    if not idle:
        task.best.record(node.rank, node.present, node.rss)


def _search(node: Node, task: Task) -> None:
    """All of the sets below a node that might be among the best."""
    while free := node.present & ~node.fixed:
        gain = _gains(node, free)
        if not task.best.can_win(node.rank, node.rss, *_least(node, gain)):
            return
        block = max(gain, key=lambda b: gain[b])
        below = _without(node, int(task.needs[1, block]) & free)
        _record(below, task)
        _search(below, task)
        node = _fixed(node, int(task.needs[0, block]) & free)


def _gains(node: Node, free: int) -> dict[int, float]:
    """What dropping each free block adds to the residual sum of squares, or zero where another may take its place."""
    involved = node.waits | (node.T[:, node.waits] ** 2 > SETTLED * np.diagonal(node.T)[:, None]).any(axis=1)
    found = {}
    for b in range(free.bit_length()):
        if free >> b & 1:
            at = np.flatnonzero(node.block == b)
            found[b] = 0.0 if involved[at].any() else _joint(node.T[np.ix_(at, at)], node.w[at])
    return found


def _joint(M: Array, w: Array) -> float:
    """wᵀM⁻¹w."""
    return float(w @ np.linalg.solve(M, w)) if len(w) > 1 else float(w[0] ** 2 / M[0, 0]) if len(w) else 0.0


def _least(node: Node, gain: dict[int, float]) -> tuple[Array, IntArray]:
    """The least that losing columns adds, and how many: those of d columns count the most of any block among them."""
    least: list[float] = []
    for b in sorted(gain, key=lambda b: gain[b]):
        least += [gain[b]] * int(np.count_nonzero(node.block == b))
    if node.waits.any():  # some may be lost at no cost, and another take their place
        return np.array([0.0, *least]), np.arange(len(least) + 1)
    return np.array(least), np.arange(1, len(least) + 1)


def _without(node: Node, blocks: int) -> Node:
    """The set without some blocks: first their columns that wait, then the others one by one."""
    gone = (blocks >> node.block & 1).astype(np.bool_)
    node = _part(node, ~(gone & node.waits))._replace(present=node.present & ~blocks)
    while (gone := (blocks >> node.block & 1).astype(np.bool_)).any():
        node = _without_column(node, int(np.argmax(gone)))
    return node


def _without_column(node: Node, j: int) -> Node:
    """Column j, which is in, goes; one that waits and depends on it takes its place."""
    T, w, waits = node.T, node.w, node.waits.copy()
    u, p = T[:, j], T[j, j]
    rss, rank = node.rss + float(w[j] ** 2 / p), node.rank - 1
    T = T + np.where(waits[:, None] & waits, 1.0, -1.0) * u[:, None] * u / p
    w = w + np.where(waits, 1.0, -1.0) * u * w[j] / p
    share = np.where(waits, u**2 / p, 0.0)
    if share.max(initial=0.0) > SETTLED:
        h = int(np.argmax(share))
        v, d = T[:, h].copy(), T[h, h]
        rss, rank = rss - float(w[h] ** 2 / d), rank + 1
        T = T + np.where(~waits[:, None] & ~waits, 1.0, -1.0) * v[:, None] * v / d
        w = np.where(waits, 0.0, w - v * w[h] / d) + np.where(np.arange(len(w)) == h, w[h] / d, 0.0)
        T[h] = T[:, h] = np.where(waits, v / d, -v / d)
        T[h, h], waits[h] = 1 / d, False
        T[waits[:, None] & waits] = 0.0
    node = node._replace(T=T, w=w, waits=waits, rss=rss, rank=rank)
    return _part(node, np.arange(len(w)) != j)


def _fixed(node: Node, blocks: int) -> Node:
    """All sets below keep these blocks: their columns need no place any more, once none waits."""
    node = node._replace(fixed=node.fixed | blocks)
    return node if node.waits.any() else _part(node, ~(node.fixed >> node.block & 1).astype(np.bool_))


def _part(node: Node, chosen: BoolArray) -> Node:
    at = np.flatnonzero(chosen)
    return node._replace(T=node.T[np.ix_(at, at)], w=node.w[at], block=node.block[at], waits=node.waits[at])


def _search_compiled(task: Task, progress: Callable[[int], None] | None) -> None:
    """As `_search` from the root, slice by slice, so that it can be interrupted."""
    from slopewise.solvers import compiled_subsets as fast

    root, best, q, K = task.root, task.best, len(task.root.w), len(task.names)
    L = K + 3
    levels = fast.Levels(
        np.zeros((L, q, q)), np.zeros((L, q)), np.zeros((L, q), np.int64), np.zeros((L, q), np.int64),
        np.zeros((L, q)), np.full((L, q), -1, np.int64), np.zeros((L, q)), np.zeros((L, 5), np.int64),
        np.full((L, 2), np.inf), np.zeros(2, np.int64),
    )  # fmt: skip
    levels.T[0], levels.w[0], levels.block[0], levels.waits[0] = root.T, root.w, root.block, root.waits
    levels.counts[0], levels.sums[0, 0] = (q, root.rank, 0, root.present, 0), root.rss
    found = fast.Found(best.rss, best.sets, best.threshold, best.cost, best.cut)
    room = fast.space(q, K)
    while not fast.advance(levels, found, task.needs, room, SLICE):
        if progress:
            progress(int(levels.at[1]))


def _named(base: Tableau, own: Blocks, task: Task) -> Iterator[Subset]:
    """The sets found, with their sums of squares once more, in double-double."""
    for rank in range(len(task.best.cost)):
        found = []
        for rss, bits in zip(task.best.rss[rank].tolist(), task.best.sets[rank].tolist(), strict=True):
            if math.isfinite(rss) and math.isfinite(task.best.cost[rank]):
                chosen = [b for k, b in enumerate(task.names) if bits >> k & 1]
                found.append(_exactly(base, own, chosen))
        yield from sorted(found, key=lambda subset: subset.rss)


def _exactly(base: Tableau, own: Blocks, chosen: Sequence[int]) -> Subset:
    columns = [j for b in chosen for j in own.columns[b]]
    model = base.part(columns).with_columns(range(len(columns)))
    return Subset(tuple(chosen), int(base.rank() + model.rank()), float(model.rss()))
