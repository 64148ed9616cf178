"""Covariances of the models of groups that are not classical: what has to be kept for them, and how it is gathered.

For clusters within groups that is the states of all clusters of all groups, of the one pass. For errors of any variance
the rows are read again: each is weighted by the square of its residual, and one state a group is gathered once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from slopewise.collected import Collected
from slopewise.data import Block, Source
from slopewise.data.keys import coded, joined, taken
from slopewise.design.grouping import ByColumns
from slopewise.design.keyed import Keyed
from slopewise.design.rows import Rows
from slopewise.engines import places
from slopewise.errors import ArgumentError
from slopewise.inference.clusters import Scores, scores_of
from slopewise.inference.covariance import Assumption, Covariance
from slopewise.inference.geometries import Geometries
from slopewise.inference.geometry import FULL, Geometry
from slopewise.inference.robust import FIRST, POWER
from slopewise.inference.scatters import Scatters, of_clusters, of_squares
from slopewise.inference.scatters import scores_of as scores_of_groups
from slopewise.moments import Moments
from slopewise.moments.stacks import MOST_BYTES, check_size
from slopewise.threads import one_blas_thread
from slopewise.typing import Array, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

SHARE = 2 / 5
"""Of the memory for states, those of the groups: as much again is taken by those of the second pass, and some more."""

PIECE = 2_048
"""States that are looked at at a time."""

NEARLY_NONE = 1e-200
"""What a row without a residual weighs: with nothing at all it would not be counted."""

SAME = 1e-6
"""How near the residual sum of squares must come to that of the fits, relative to it: the rows are the same then."""

Progress = Callable[[int, "int | None"], None]


class Robust(Protocol):
    """What the covariances of all groups come from; groups by their place in the states of the fit."""

    @property
    def assumption(self) -> Assumption: ...

    def scatters(self, kept: Collected, groups: IntArray, geometries: Geometries) -> Scatters:
        """S of some groups, which have these geometries."""
        ...

    def named(self, covariance: Covariance, group: int) -> Covariance:
        """The covariance of one group with what there is to tell of its rows."""
        ...

    def union(self, kept: Collected, groups: IntArray, geometry: Geometry) -> Covariance:
        """The covariance of one model of all rows of some groups. Raises `ArgumentError` where it takes the rows."""
        ...


@dataclass(frozen=True, eq=False)
class Squares:
    """The states `keyed` of the rows of each group, weighted by v²e²/((1 − h)ᵖ σ̂²): group g of the fit is at `at[g]`.

    `variance` (G,) is σ̂²; of each group `full` rows have leverage 1, and add nothing to HC2 and HC3; `first_full` are
    the numbers of the first of them.
    """

    assumption: Assumption
    keyed: Keyed
    at: IntArray
    variance: Array
    full: IntArray
    first_full: Mapping[int, tuple[int, ...]]

    def scatters(self, kept: Collected, groups: IntArray, geometries: Geometries) -> Scatters:
        """See `Robust`."""
        states, at = coded_states(kept, self.keyed, self.at[groups]), self.at[groups]
        found = of_squares(states, geometries, self.keyed.rows[at], self.assumption.kind)
        return replace(found, scatter=found.scatter * self.variance[groups, None, None])

    def named(self, covariance: Covariance, group: int) -> Covariance:
        """See `Robust`."""
        if not POWER[self.assumption.kind]:
            return covariance
        first = self.first_full.get(group, ())
        return replace(covariance, left_out=int(self.full[group]), first_left_out=first)

    def union(self, kept: Collected, groups: IntArray, geometry: Geometry) -> Covariance:
        """See `Robust`."""
        raise ArgumentError(
            f"{self.assumption.kind} standard errors of a model of several groups take its own residuals: take it of "
            f"models.with_covariance('classical'), and of that .with_covariance({self.assumption.kind!r}, its rows)"
        )


@dataclass(frozen=True, eq=False)
class Cells:
    """The states `keyed` of the clusters of each group: cell c is `order[c]` of them, and of the group `owners[c]`."""

    assumption: Assumption
    keyed: Keyed
    order: IntArray
    owners: IntArray

    @classmethod
    def of(cls, keyed: Keyed, groups: Keyed, assumption: Assumption) -> Cells:
        """Those that belong to the states of `groups`, by the same columns but for those of the clusters."""
        owners = places_among(groups, keyed.values)
        order = np.argsort(owners, kind="stable")
        return cls(assumption, keyed, order, owners[order])

    def scatters(self, kept: Collected, groups: IntArray, geometries: Geometries) -> Scatters:
        """See `Robust`."""
        at, owners = self._of(groups)
        parts = [
            scores_of_groups(coded_states(kept, self.keyed, at[a : a + PIECE]), geometries, owners[a : a + PIECE])
            for a in range(0, len(at), PIECE)
        ]
        rows = np.bincount(owners, weights=self.keyed.rows[at], minlength=len(groups)).astype(np.int64)
        return of_clusters(np.concatenate(parts), owners, self._keys(at), geometries, rows)

    def named(self, covariance: Covariance, group: int) -> Covariance:
        """See `Robust`."""
        return covariance

    def union(self, kept: Collected, groups: IntArray, geometry: Geometry) -> Covariance:
        """See `Robust`."""
        at, _ = self._of(groups)
        pieces = [at[a : a + PIECE] for a in range(0, len(at), PIECE)]
        parts = ((self._keys(here), scores_of(coded_states(kept, self.keyed, here), geometry)) for here in pieces)
        scores = Scores(self.assumption.keys, geometry.rank, tuple(parts))
        return scores.covariance(int(self.keyed.rows[at].sum()))

    def _keys(self, at: IntArray) -> pa.Table:
        assert self.keyed.values is not None
        return taken(self.keyed.values, at).select(self.assumption.keys)

    def _of(self, groups: IntArray) -> tuple[IntArray, IntArray]:
        """The cells with rows of some groups, and for each the place of its group among these, in order."""
        starts, stops = (np.searchsorted(self.owners, groups, side) for side in ("left", "right"))
        sizes = stops - starts
        owners = np.repeat(np.arange(len(groups)), sizes)
        at = self.order[np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(starts, sizes)]
        counted = self.keyed.rows[at] > 0
        return at[counted], owners[counted]


def coded_states(kept: Collected, keyed: Keyed, groups: IntArray) -> Moments:
    """The states of some groups, of the coded columns."""
    return kept.coding.apply(keyed.widened(kept.gathered.keys, groups))


def places_among(groups: Keyed, values: pa.Table | None) -> IntArray:
    """For each row of a table of keys which of the groups it belongs to; `ArgumentError` for one that is none."""
    known = groups.values
    assert known is not None
    assert values is not None
    found = coded(joined([known, values.select(known.column_names)]))[0][known.num_rows :]
    if found.max(initial=-1) >= known.num_rows:
        raise ArgumentError("there is a group that the fit did not have; give the data of the fit")
    return found


def check_room(groups: int, q: int) -> None:
    """Refuse so many groups of q columns where a second pass would take too much memory."""
    check_size(groups, q, most_bytes())


def most_bytes() -> int:
    """What the states of groups may come to where a second pass is to follow."""
    return int(MOST_BYTES * SHARE)


@dataclass(frozen=True, eq=False)
class Refits:
    """What the second pass needs of the fits of all groups: their geometries, the variances σ̂² that scale the squares
    of residuals, and the power p of 1/(1 − h)."""

    kept: Collected
    groups: Keyed
    geometries: Geometries
    variance: Array
    power: int


@dataclass(frozen=True, eq=False)
class _Weighed:
    """The states of rows weighted by the squares of their residuals, gathered block by block."""

    refits: Refits
    keyed: Keyed
    squares: float = 0.0
    full: tuple[tuple[IntArray, IntArray, IntArray], ...] = field(default=())

    def add(self, block: Block) -> _Weighed:
        rows = self.refits.kept.design.prepare(block)
        if not len(rows.number):
            return replace(self, keyed=self.keyed.add(rows))
        members = self.refits.groups.grouping.members(rows)
        groups = places_among(self.refits.groups, members.values)[members.codes]
        weights, squares, full = _weights(self.refits, rows, groups)
        at = np.flatnonzero(full)
        copies = np.ones(len(at), dtype=np.int64) if rows.frequency is None else rows.frequency[at]
        found = ((groups[at], rows.number[at], copies),) if len(at) else ()
        return replace(self, keyed=self.keyed.add(replace(rows, weights=weights)), squares=squares, full=found)

    def merge(self, other: _Weighed) -> _Weighed:
        keyed, squares = self.keyed.merge(other.keyed), self.squares + other.squares
        return replace(self, keyed=keyed, squares=squares, full=(*self.full, *other.full))


def _weights(refits: Refits, rows: Rows, groups: IntArray) -> tuple[Array, float, Array]:
    """v²e²/((1 − h)ᵖ σ̂²) of each row (m,), Σ f v e² of all, and which rows have leverage 1."""
    X = refits.kept.coding.matrix(rows, bases=refits.kept.gathered.bases)
    fitted, u = refits.geometries.rows(X, groups)
    v = np.ones(len(X)) if rows.weights is None else rows.weights
    f = np.ones(len(X)) if rows.frequency is None else rows.frequency
    error = rows.y - fitted
    left = 1 - v * (u**2).sum(axis=1)
    full = left <= FULL
    scale = refits.variance[groups]
    weights = (v * error) ** 2 / np.where(scale > 0, scale, 1.0)
    if refits.power:
        weights = np.where(full, 0.0, weights / np.where(full, 1.0, left) ** refits.power)
    return np.maximum(weights, NEARLY_NONE), float((f * v * error**2).sum()), full


def squares_of(
    refits: Refits,
    source: Source,
    assumption: Assumption,
    rss: float,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Squares:
    """What the second pass gathers for "HC0" … "HC3"; `rss` is what the fits of all groups leave.

    Raises `ArgumentError` where the source holds other rows than those of the fits.
    """
    design, groups = replace(refits.kept.design, source_name=source.name), refits.groups
    refits = replace(refits, kept=replace(refits.kept, design=design))
    start = _Weighed(refits, Keyed.empty(design, ByColumns(groups.keys), threads))
    with one_blas_thread():
        found = places.reduce(source, design.variables, _itself, start, threads=threads, progress=progress)
    back = places_among(groups, found.keyed.values) if found.keyed.count else np.zeros(0, dtype=np.int64)
    at = np.argsort(back)
    if len(at) != groups.count or not (found.keyed.rows[at] == groups.rows).all():
        raise ArgumentError(f"{source.name} has other complete rows than the fit had; give the data of the fit")
    if not np.isclose(found.squares, rss, rtol=SAME, atol=NEARLY_NONE) and rss > 0:
        raise ArgumentError(
            f"the rows of {source.name} are not those of the fit: their residuals differ; give the data of the fit"
        )
    full, first = _full(found.full, groups.count)
    return Squares(assumption, found.keyed, at, refits.variance, full, first)


def _full(
    parts: tuple[tuple[IntArray, IntArray, IntArray], ...], groups: int
) -> tuple[IntArray, dict[int, tuple[int, ...]]]:
    """How many rows of each group have leverage 1 (G,), and the numbers of the first of them."""
    count, first = np.zeros(groups, dtype=np.int64), dict[int, tuple[int, ...]]()
    for at, numbers, copies in parts:
        np.add.at(count, at, copies)
        for group, number in _pairs(at, numbers):
            if len(mine := first.get(group, ())) < FIRST:
                first[group] = (*mine, number)
    return count, first


def _pairs(at: IntArray, numbers: IntArray) -> Iterator[tuple[int, int]]:
    return zip(at.tolist(), numbers.tolist(), strict=True)


def _itself(block: Block) -> Block:
    return block
