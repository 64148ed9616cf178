"""A stack of states, one for each group of rows, that grows as rows come: a million groups of ten columns in 1.3 GB.

    state g = (Σ f, Σ f log v, Σ f v z zᵀ) over the rows of group g,      z = [1, x₁ … x_p, y]

Of the symmetric products only the triangle is kept, as pairs hi + lo, in pages of `PAGE` groups, so that growing copies
next to nothing. Rows are sorted by group, and each group's run of them is added in one go (`runs.py`); each group is
added to by one thread at a time, in the order of its rows, so the number of threads does not change the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

from slopewise.errors import ShapeError, TooManyGroups
from slopewise.moments.pair import Pair
from slopewise.moments.paired import Paired, exponents_of
from slopewise.moments.rows import WeightedRows
from slopewise.moments.runs import Runs, add_runs, add_states, is_large
from slopewise.moments.state import Moments
from slopewise.threads import thread_count
from slopewise.typing import AnyArray, Array, BoolArray, IntArray

Item = TypeVar("Item")
Result = TypeVar("Result")

PAGE = 4096
"""Groups of a page."""

MOST_BYTES = 2**31
"""What the states of all groups may come to."""


class Stack:
    """The states of groups 0 … count − 1 of q = p + 1 columns, the target last: to be added to in place.

    `exponents` (q,) and `rounding` (q,) are common to all groups: see `Paired` and `Moments`.

    >>> stack = Stack(2)
    >>> stack.add(WeightedRows.of([1.0, 2.0, 5.0], [1.0, 3.0, 4.0], None, None), np.array([1, 0, 1]), 2)
    >>> stack.count_rows(np.arange(2), np.array([1, 2]))
    >>> stack.moments().mean.tolist()
    [[2.0, 3.0], [3.0, 2.5]]
    """

    def __init__(self, q: int) -> None:
        self.q, self.count = q, 0
        self.exponents: Array | None = None
        self.rounding = np.zeros(q)
        self.rows, self.log_weight = np.zeros(0, dtype=np.int64), np.zeros(0)
        self.pages: list[Array] = []

    @property
    def T(self) -> int:  # noqa: N802
        """Sums of a state."""
        return (self.q + 1) * (self.q + 2) // 2

    def grow(self, count: int) -> None:
        """Make room for `count` groups. Raises `TooManyGroups` where they would take more than `MOST_BYTES`."""
        if count <= self.count:
            return
        check_size(count, self.q)
        self.count = count
        if count > len(self.rows):
            room = max(count, min(2 * len(self.rows), count + 2**20))
            self.rows, self.log_weight = (
                np.concatenate([old, np.zeros(room - len(old), old.dtype)]) for old in (self.rows, self.log_weight)
            )
        if self.pages and len(self.pages[-1]) < min(PAGE, count - PAGE * (len(self.pages) - 1)):
            last = self.pages.pop()
            self.pages.append(self._page(max(count - PAGE * len(self.pages), 2 * len(last))))
            self.pages[-1][: len(last)] = last
        while PAGE * len(self.pages) < count:
            self.pages.append(self._page(count - PAGE * len(self.pages)))

    def _page(self, groups: int) -> Array:
        return np.zeros((min(PAGE, groups), 2, self.T))

    def add(
        self,
        given: WeightedRows,
        codes: IntArray,
        count: int,
        *,
        exponents: Array | None = None,
        large: bool | None = None,
        threads: int | None = None,
    ) -> None:
        """Add the products of these rows; `codes` (m,) say which of `count` groups a row belongs to, −1 none.

        `exponents` (q,) are those of the rows, found from them unless given; and so is whether the table, of which they
        may be a part, is `large`. Rows are counted by `count_rows`.
        """
        large = is_large(len(codes), self.q - 1) if large is None else large
        runs = Runs.of(codes, count, large=large)
        self.add_sorted(given, runs, count, exponents=exponents, large=large, threads=threads)

    def add_sorted(
        self,
        given: WeightedRows,
        runs: Runs,
        count: int,
        *,
        exponents: Array | None = None,
        large: bool,
        threads: int | None = None,
    ) -> None:
        """As `add`, of rows sorted already."""
        self.grow(count)
        powers = np.ldexp(1.0, -self._common(exponents_of(given.size()) if exponents is None else exponents))
        workers = thread_count(threads) if large else 1
        shares = runs.shares(PAGE) if workers > 1 or count > PAGE else [runs] * (len(runs.places) > 0)

        def work(share: Runs) -> BoolArray:
            page = int(share.places[0]) // PAGE
            return add_runs(
                given, powers, share._replace(places=share.places - page * PAGE), self.pages[page], large=large
            )

        found = in_threads(work, shares, workers)
        whole = np.logical_and.reduce(found) if found else np.ones(self.q, dtype=np.bool_)
        self.rounding = np.maximum(self.rounding, np.where(whole, 0.0, given.rounding))

    def count_rows(self, groups: IntArray, rows: IntArray, log_weight: Array | None = None) -> None:
        """Add Σ f and Σ f log v of some groups."""
        np.add.at(self.rows, groups, rows)
        if log_weight is not None:
            np.add.at(self.log_weight, groups, log_weight)

    def merge(self, other: Stack, places: IntArray, count: int) -> None:
        """Add the states of another stack, of the same columns: its group g to the group places[g] of `count`."""
        self.grow(count)
        self.rounding = np.maximum(self.rounding, other.rounding)
        self.count_rows(places, other.rows[: other.count], other.log_weight[: other.count])
        moved = np.zeros(self.q)
        if other.exponents is not None:
            moved = other.exponents - self._common(other.exponents)
        for start, page in zip(range(0, other.count, PAGE), other.pages, strict=True):
            states = page[: other.count - start] * self._units(moved)
            at = places[start : start + len(states)]
            for home in np.unique(at // PAGE):
                here = at // PAGE == home
                add_states(self.pages[home], at[here] - home * PAGE, states if here.all() else states[here])

    def widen(self, positions: Sequence[int], q: int) -> Stack:
        """The same rows in q columns: column j is at positions[j], the others are zero. This stack is emptied."""
        wide = Stack(q)
        check_size(self.count, q)
        into = [0, *(position + 1 for position in positions)]
        place = np.zeros((q + 1, q + 1), dtype=np.int64)
        place[np.triu_indices(q + 1)] = np.arange(wide.T)
        at = np.maximum(place, place.T)[np.ix_(into, into)][np.triu_indices(self.q + 1)]
        wide.count, wide.rows, wide.log_weight = self.count, self.rows, self.log_weight
        wide.rounding[list(positions)] = self.rounding
        if self.exponents is not None:
            wide.exponents = np.zeros(q)
            wide.exponents[list(positions)] = self.exponents
        while self.pages:
            page = self.pages.pop(0)
            wide.pages.append(np.zeros((len(page), 2, wide.T)))
            wide.pages[-1][:, :, at] = page
        return wide

    def select(self, columns: Sequence[int]) -> Stack:
        """The same rows in some of the columns, in the order given."""
        few = Stack(len(columns))
        into = [0, *(column + 1 for column in columns)]
        place = np.zeros((self.q + 1, self.q + 1), dtype=np.int64)
        place[np.triu_indices(self.q + 1)] = np.arange(self.T)
        at = np.maximum(place, place.T)[np.ix_(into, into)][np.triu_indices(few.q + 1)]
        few.count, few.rows, few.log_weight = self.count, self.rows.copy(), self.log_weight.copy()
        few.rounding = self.rounding[list(columns)]
        few.exponents = None if self.exponents is None else self.exponents[list(columns)]
        few.pages = [np.ascontiguousarray(page[:, :, at]) for page in self.pages]
        return few

    def pooled(self, codes: IntArray, count: int) -> Stack:
        """The states of `count` groups of our groups, which belong to the groups `codes` (self.count,)."""
        whole, order = Stack(self.q), np.argsort(codes, kind="stable")
        whole.grow(count)
        whole.exponents, whole.rounding = self.exponents, self.rounding.copy()
        whole.count_rows(codes, self.rows[: self.count], self.log_weight[: self.count])
        ends = np.flatnonzero(np.diff(codes[order], append=-1)) + 1  # of each group's run
        start = 0
        while start < len(order):
            stop = int(ends[np.searchsorted(ends, min(start + PAGE, len(order)))])
            at = order[start:stop]
            packed, groups = _halved(self._packed(at), codes[at])
            for home in np.unique(groups // PAGE):
                here = groups // PAGE == home
                whole.pages[home][groups[here] - home * PAGE] = packed[here]
            start = stop
        return whole

    def _packed(self, groups: IntArray) -> Array:
        """The sums of some groups, (…, 2, T)."""
        packed = np.empty((len(groups), 2, self.T))
        for home in np.unique(groups // PAGE):
            here = groups // PAGE == home
            packed[here] = self.pages[home][groups[here] - home * PAGE]
        return packed

    def copy(self) -> Stack:
        """Another stack of the same states."""
        twin = Stack(self.q)
        twin.merge(self, np.arange(self.count), self.count)
        return twin

    def moments(self, groups: IntArray | slice = slice(None)) -> Moments:
        """The states of some groups, or of all, as `Moments`, which take twice the memory."""
        at, n = np.arange(self.count)[groups], self.q + 1
        place = np.zeros((n, n), dtype=np.int64)
        place[np.triu_indices(n)] = np.arange(self.T)
        halves = np.empty((2, len(at), n * n))
        for home in np.unique(at // PAGE):
            here = np.flatnonzero(at // PAGE == home)
            packed = self.pages[home][at[here] - home * PAGE]
            for half in range(2):
                halves[half, here] = packed[:, half].take(np.maximum(place, place.T).ravel(), axis=1)
        square = halves.reshape(2, len(at), n, n)
        exponents = np.zeros(self.q) if self.exponents is None else self.exponents
        body = Paired(Pair(square[0], square[1]), np.broadcast_to(exponents, (len(at), self.q)).copy())
        rounding = np.broadcast_to(self.rounding, (len(at), self.q)).copy()
        return Moments(self.rows[at], self.log_weight[at], rounding, body)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stack):
            return NotImplemented
        if (self.q, self.count) != (other.q, other.count):
            return False
        ours, theirs = self.record(), other.record()
        pages = zip(ours.pop("sums"), theirs.pop("sums"), strict=True)
        return all(np.array_equal(*both) for both in [*((ours[name], theirs[name]) for name in ours), *pages])

    __hash__ = None  # type: ignore[assignment]

    def record(self) -> dict[str, Any]:
        """The states as arrays by name, the sums page by page; `from_record` gives the same bits back."""
        n, exponents = self.count, np.zeros(self.q) if self.exponents is None else self.exponents
        sums = [page[: n - start] for start, page in zip(range(0, n, PAGE), self.pages, strict=False)]
        counted = {"rows": self.rows[:n], "log_weight": self.log_weight[:n]}
        return counted | {"rounding": self.rounding, "exponents": exponents, "sums": sums}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Stack:
        """The states that `record` gave. Raises `ShapeError`, or what Python does, for what is none."""
        rounding, exponents = (np.asarray(record[name], dtype=np.float64) for name in ("rounding", "exponents"))
        rows, log_weight, pages = record["rows"], record["log_weight"], list(record["sums"])
        stack = cls(len(rounding))
        sizes = [min(PAGE, len(rows) - start) for start in range(0, len(rows), PAGE)]
        shapes = [(size, 2, stack.T) for size in sizes]
        if [page.shape for page in pages] != shapes or not rows.shape == log_weight.shape == (len(rows),):
            raise ShapeError("the record's states of groups do not fit each other")
        if exponents.shape != rounding.shape or rows.dtype != np.int64 or rows.min(initial=0) < 0:
            raise ShapeError("the record's states of groups do not fit each other")
        check_size(len(rows), stack.q)
        stack.count, stack.rounding, stack.exponents = len(rows), rounding, exponents
        stack.rows, stack.log_weight, stack.pages = rows, np.asarray(log_weight, np.float64), pages
        if not stack.finite or not np.isfinite(stack.log_weight).all():
            raise ShapeError("the record's states of groups are not finite")
        return stack

    @property
    def finite(self) -> bool:
        """Whether every sum is."""
        return all(bool(np.isfinite(page).all()) for page in self.pages)

    def _common(self, exponents: Array) -> AnyArray:
        """The exponents of these states and of others, to which these are brought; as whole numbers."""
        common = exponents if self.exponents is None else np.maximum(self.exponents, exponents)
        if self.exponents is not None and (moved := self.exponents - common).any():
            for page in self.pages:
                page *= self._units(moved)
        self.exponents = common
        return common.astype(np.int64)

    def _units(self, moved: Array) -> Array:
        """2 to the sum of what two columns are moved by, (T,)."""
        i, j = np.triu_indices(self.q + 1)
        by = np.append(0.0, moved).astype(np.int64)
        return np.asarray(np.ldexp(1.0, by[i] + by[j]))


def _halved(packed: Array, codes: IntArray) -> tuple[Array, IntArray]:
    """The sums of states of the same code, which stand side by side; by halves, and once for each code."""
    while len(codes) > 1 and (codes[1:] == codes[:-1]).any():
        first = np.flatnonzero(np.diff(codes, prepend=-1))
        rank = np.arange(len(codes)) - np.repeat(first, np.diff(first, append=len(codes)))
        kept = np.flatnonzero(rank % 2 == 0)
        ours = kept[np.append(codes[1:] == codes[:-1], False)[kept]]
        total = Pair(packed[ours, 0], packed[ours, 1]) + Pair(packed[ours + 1, 0], packed[ours + 1, 1])
        packed[ours, 0], packed[ours, 1] = total.hi, total.lo
        packed, codes = packed[kept], codes[kept]
    return packed, codes


def check_size(count: int, q: int, most: int | None = None) -> None:
    """Refuse `count` states of q columns that take more than `most` bytes, or `MOST_BYTES`: before memory runs out."""
    size, most = 8 * (q + 1) * (q + 2), MOST_BYTES if most is None else most
    if count * size <= most:
        return
    columns = int(np.sqrt(most / 8 / count + 0.25) - 2.5)
    fit = f"{most // size:,} groups of so many columns" + (f", or so many of {columns}" if columns > 0 else "")
    raise TooManyGroups(
        f"the states of {count:,} groups of {q - 1:,} columns come to {count * size / 1e9:.1f} GB, and at most "
        f"{most / 1e9:.1f} GB are used; {fit} would fit: leave out terms, or group by something coarser"
    )


def in_threads(work: Callable[[Item], Result], items: Sequence[Item], threads: int) -> list[Result]:
    """[work(item) for item in items], on up to `threads` threads."""
    if min(threads, len(items)) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(work, items))
