"""The second pass: the rows of a fit once more, each with its residual and leverage, to whoever gathers those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from slopewise.collected import Collected
from slopewise.data import Block, Source
from slopewise.design.rows import Rows
from slopewise.engines import local
from slopewise.engines.local import Accumulator
from slopewise.errors import ArgumentError, UnknownColumn
from slopewise.inference.clusters import Scores
from slopewise.inference.covariance import Assumption, Covariance
from slopewise.inference.geometry import Geometry, Observed
from slopewise.inference.goodness import essentially_perfect
from slopewise.inference.points import InPlace, Points, Written, is_large
from slopewise.inference.robust import Scatter
from slopewise.moments.strips import Strips
from slopewise.solvers.solution import Solution
from slopewise.threads import one_blas_thread

Progress: TypeAlias = "Callable[[int, int | None], None]"

CELLS, LEAST = 2**18, 256
"""Numbers in the matrix of a part, 2 MB of float64, and rows at least: smaller parts cost Python's time, larger ones
fresh pages of memory."""

SAME = 1e-6
"""How near the residual sum of squares must come to that of the fit, relative to it: the rows are the same then."""


@dataclass(frozen=True, eq=False)
class Refit:
    """What the second pass needs of a fit: what was collected, its answer, the geometry of its columns, and the columns
    `also` that rows bring with them."""

    kept: Collected
    solution: Solution
    geometry: Geometry
    also: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Collected, solution: Solution) -> Refit:
        return cls(kept, solution, Geometry.of(kept.moments, solution))

    def observed(self, block: Block) -> Iterator[Observed]:
        """The block's complete rows, in parts that stay in the cache while they are worked on."""
        rows = self.kept.design.prepare(block)
        points, size = self._points(rows), max(CELLS // (self.geometry.rank + 1), LEAST)
        table = rows.values(self.also) if self.also else None
        for start in range(0, len(rows.number), size):
            at = slice(start, min(start + size, len(rows.number)))
            weights = None if rows.weights is None else rows.weights[at]
            frequency = None if rows.frequency is None else rows.frequency[at]
            brought = None if table is None else table.slice(start, size)
            yield self.geometry.observed(rows.number[at], points(at), rows.y[at], weights, frequency, brought)

    @cached_property
    def _large(self) -> bool:
        return is_large(self.geometry.frame, int(self.kept.moments.rows))

    def _points(self, rows: Rows) -> Callable[[slice], Points]:
        """From a run of the rows to its points: of columns where they lie, or of a matrix that has yet to be formed."""
        coding, geometry, large = self.kept.coding, self.geometry, self._large
        if large and (strips := coding.strips(rows)) is not None:
            columns = Strips(tuple(strips[j] for j in geometry.columns))
            return lambda at: InPlace(geometry.frame, columns, at.start, at.stop - at.start)
        joined = rows.joined()

        def formed(at: slice) -> Points:
            X = geometry.kept(coding.matrix(joined.part(at), bases=self.kept.gathered.bases))
            return InPlace.of(geometry.frame, X) if large else Written(geometry.frame, X)

        return formed


@dataclass(frozen=True, eq=False)
class _Several:
    """Accumulators side by side, which meet the rows of a block as the fit sees them; the rows are counted."""

    refit: Refit
    parts: tuple[Accumulator[Observed], ...]
    rows: int = 0
    squares: float = 0.0

    def add(self, block: Block) -> _Several:
        parts, rows, squares = self.parts, self.rows, self.squares
        for observed in self.refit.observed(block):
            parts = tuple(part.add(observed) for part in parts)
            rows += observed.rows
            squares += float(observed.times(observed.scaled_residual) @ observed.scaled_residual)
        return replace(self, parts=parts, rows=rows, squares=squares)

    def merge(self, other: _Several) -> _Several:
        parts = tuple(one.merge(another) for one, another in zip(self.parts, other.parts, strict=True))
        return replace(self, parts=parts, rows=self.rows + other.rows, squares=self.squares + other.squares)


def reread(
    refit: Refit,
    source: Source,
    accumulators: Sequence[Accumulator[Observed]],
    *,
    also: Sequence[str] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """What the accumulators, each the identity of its `merge`, gather from the rows of the fit; `also` are columns that
    rows bring with them.

    Raises `ArgumentError` where the source holds other rows than those of the fit.
    """
    design = replace(refit.kept.design, source_name=source.name)
    more = {name: source.columns[name] for name in also if name not in design.kinds}
    design = replace(design, kinds={**design.kinds, **more})
    brought = tuple(dict.fromkeys((*also, *design.keys)))
    refit = replace(refit, kept=replace(refit.kept, design=design), also=brought)
    start = _Several(refit, tuple(accumulators))
    with one_blas_thread() if source.rows is None or source.rows > local.FEW else nullcontext():
        found = local.reduce(source, design.variables, _itself, start, threads=threads, progress=progress)
    _check_rows(refit, source, found)
    return list(found.parts)


def robust_covariance(
    refit: Refit,
    source: Source,
    assumption: Assumption,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Covariance:
    """The covariance of the coefficients under an assumption that needs the residuals of all rows."""
    (found,) = reread(refit, source, [_scores(assumption, refit.geometry.rank)], threads=threads, progress=progress)
    covariance: Covariance = found.covariance(int(refit.kept.moments.rows))
    return covariance


def _scores(assumption: Assumption, rank: int) -> Scatter | Scores:
    """What gathers the scores of no rows under an assumption."""
    match assumption.kind:
        case "cluster":
            return Scores(assumption.keys, rank)
        case "HC0" | "HC1" | "HC2" | "HC3":
            return Scatter.empty(assumption.kind, rank)
    raise ArgumentError("the classical covariance follows from the state; no row is read for it")


def keyed(refit: Refit, source: Source, assumption: Assumption) -> Refit:
    """The fit with the keys of its clusters among the columns that its rows must have."""
    design = refit.kept.design
    if missing := [name for name in assumption.keys if name not in source.columns]:
        raise UnknownColumn(missing[0], source.columns, where=source.name)
    kinds = {name: source.columns[name] for name in assumption.keys}
    design = replace(design, kinds={**design.kinds, **kinds}, keys=assumption.keys)
    return replace(refit, kept=replace(refit.kept, design=design))


def check_rereadable(source: Source, what: str) -> None:
    """Refuse a source that can be read once only, before anything is read of it."""
    if not source.rereadable:
        raise ArgumentError(
            f"{what} reads the rows twice, and {source.name} can be read only once; save the rows to a file first, or "
            "do without"
        )


def _itself(block: Block) -> Block:
    return block


def _check_rows(refit: Refit, source: Source, found: _Several) -> None:
    """Refuse rows that are not those of the fit: their number differs, or what the fit leaves of them."""
    expected, rss = int(refit.kept.moments.rows), refit.solution.residual_sum_of_squares
    if found.rows != expected:
        raise ArgumentError(
            f"{source.name} has {found.rows:,} complete rows and the fit had {expected:,}; give the data of the fit"
        )
    perfect = essentially_perfect(refit.kept.moments, refit.solution)
    if not perfect and not np.isclose(found.squares, rss, rtol=SAME, atol=0.0):
        raise ArgumentError(
            f"the rows of {source.name} are not those of the fit: their residuals differ; give the data of the fit"
        )
