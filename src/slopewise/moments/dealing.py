"""Rows of arrays dealt out to groups: the states of folds, and of any groups that codes name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from slopewise.moments.paired import exponents_of
from slopewise.moments.rows import WeightedRows
from slopewise.moments.runs import is_large
from slopewise.moments.stacks import Stack, in_threads
from slopewise.moments.state import Moments
from slopewise.moments.weighing import Weighing
from slopewise.threads import thread_count
from slopewise.typing import Array, IntArray

CHUNK = 2**15
"""Rows that a thread deals out to few groups at a time: so many of ten columns stay in its caches."""

CHUNKS = 4
"""Chunks that are added up one after another; what so many of them come to is added up pairwise."""

FEW = CHUNK // 64
"""Groups that rows of a chunk are dealt out to; for more of them, all rows are sorted first."""


def stacked(rows: WeightedRows, codes: IntArray, count: int, frequency: IntArray | None = None) -> Moments:
    """The states of `count` groups along a first axis, in double-double; `codes` (m,) say which one a row belongs to.

    `frequency` (m,), which the weights of `rows` hold already, counts copies of a row; ones unless given.

    >>> rows = WeightedRows.of([1.0, 2.0, 5.0], [1.0, 3.0, 4.0], None, None)
    >>> states = stacked(rows, np.array([1, 0, 1]), 2)
    >>> states.rows.tolist(), states.mean.tolist()
    ([1, 2], [[2.0, 3.0], [3.0, 2.5]])
    """
    stack = Stack(rows.X.shape[1] + 1)
    stack.grow(count)
    used = codes if rows.weights is None else np.where(rows.weights > 0, codes, -1)
    stack.add(rows, used, count)
    stack.count_rows(np.arange(count), *tallied(rows.weights, frequency, used, count))
    return stack.moments()


def folded(
    given: WeightedRows,
    codes: Callable[[int, int], IntArray],
    count: int,
    *,
    frequency: IntArray | None = None,
    threads: int | None = None,
) -> Moments:
    """The states of `count` groups of the rows of arrays, in double-double; on `threads` threads, chunk by chunk.

    `codes(start, stop)` are the groups, from 0, of the rows start … stop − 1. `frequency` as for `stacked`. Raises
    `NotFinite` as `Moments.of_rows` does.

    >>> rows = WeightedRows.of([1.0, 2.0, 5.0], [1.0, 3.0, 4.0], None, None)
    >>> folded(rows, lambda start, stop: np.arange(start, stop) % 2, 2).mean.tolist()
    [[3.0, 2.5], [2.0, 3.0]]
    """
    m, groups, workers = given.m, np.arange(count), thread_count(threads)
    exponents, large = exponents_of(given.size()), is_large(m, given.p)
    length, alone = (CHUNK, 1) if count <= FEW else (max(m, 1), workers)

    def work(first: int) -> Stack:
        stack = Stack(given.p + 1)
        stack.grow(count)
        for start in range(first, min(first + CHUNKS * length, m), length):
            stop = min(start + length, m)
            rows, copies = part(given, start, stop), None if frequency is None else frequency[start:stop]
            used = codes(start, stop)
            used = used if rows.weights is None else np.where(rows.weights > 0, used, -1)
            stack.add(rows, used, count, exponents=exponents, large=large, threads=alone)
            stack.count_rows(groups, *tallied(rows.weights, copies, used, count))
        return stack

    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is found in the result
        found = in_threads(work, range(0, max(m, 1), CHUNKS * length), workers)
        while len(found) > 1:  # pairwise, so that rounding grows with log₂ of their number
            for one, other in zip(found[::2], found[1::2], strict=False):
                one.merge(other, groups, count)
            found = found[::2]
    if not found[0].finite:
        raise given.refuse()
    return found[0].moments()


def part(given: WeightedRows, start: int, stop: int) -> WeightedRows:
    """Some of the rows: views; the sums of all weights stay as they are."""
    X_low, y_low, weights = (
        None if values is None else values[start:stop] for values in (given.X_low, given.y_low, given.weights)
    )
    return replace(
        given,
        given=(given.X[start:stop], given.y[start:stop]),
        weighing=Weighing.of(given.weighing.found._replace(weights=weights)),
        X_low=X_low,
        y_low=y_low,
    )


def tallied(
    weights: Array | None, frequency: IntArray | None, codes: IntArray, count: int
) -> tuple[IntArray, Array | None]:
    """Σ f and Σ f log v of each group; `weights` are f v. Rows of a negative code do not count."""
    if weights is None:
        return np.bincount(codes[codes >= 0] if codes.min(initial=0) < 0 else codes, minlength=count), None
    used = codes >= 0
    copies = np.ones(len(codes)) if frequency is None else frequency.astype(np.float64)
    f, v, at = copies[used], weights[used], codes[used]
    rows = np.bincount(at, weights=f, minlength=count).astype(np.int64)
    return rows, np.bincount(at, weights=f * np.log(v / f), minlength=count).astype(np.float64)
