"""`Scores`: what each cluster of rows adds up to, from which the covariance for clustered errors comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from slopewise.data.keys import coded, firsts, taken
from slopewise.errors import FitError
from slopewise.inference.covariance import Assumption, Covariance
from slopewise.inference.geometry import Geometry, Observed
from slopewise.moments import Moments
from slopewise.typing import Array, IntArray

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Scores:
    """s = Σ f v e u (r,) over the rows of each cluster: an accumulator.

    Clusters are the combinations of values of the columns `keys`. `parts` are tables of these, a row a cluster, each
    with the sums (G, r) of its clusters; a cluster may be in several parts.
    """

    keys: tuple[str, ...]
    rank: int
    parts: tuple[tuple[pa.Table, Array], ...] = ()

    def add(self, rows: Observed) -> Scores:
        """These rows and those of one more block."""
        if rows.table is None:
            raise TypeError("the keys of clusters are columns of the rows' table")
        return self.merge(replace(self, parts=(_summed(rows.table.select(self.keys), rows.scores, rows.copies),)))

    def merge(self, other: Scores) -> Scores:
        """The rows of both."""
        parts = (*self.parts, *other.parts)
        sizes = [len(sums) for _, sums in parts]
        crowded = len(parts) > 1 and sum(sizes) > 2 * max(sizes)
        return replace(self, parts=(_joined(parts),) if crowded else parts)

    def covariance(self, rows: int) -> Covariance:
        """The covariance of a fit to so many rows, by one key or by two. Raises `FitError` for a single cluster."""
        keys, sums = _joined(self.parts)
        codes = [coded(keys.select([name])) for name in self.keys]
        counts = tuple(count for _, count in codes)
        for name, count in zip(self.keys, counts, strict=True):
            _check_number(name, count)
        factor = (rows - 1) / (rows - self.rank) if rows > self.rank else np.nan
        S = sum(_scatter(sums, *code) for code in codes)
        if len(codes) == 2:
            S = S - _scatter(sums, np.arange(len(sums)), len(sums))
        return Covariance(Assumption("cluster", self.keys), np.asarray(factor * S), min(counts) - 1, counts)


def of_states(states: Moments, keys: pa.Table, geometry: Geometry) -> Covariance:
    """The covariance for errors dependent within clusters, from a stack of the clusters' states, without a row.

        Σ v (x − c) e = (C_xy − C_xx w) + W ē (x̄ − c)

    over the rows of a cluster, with C its centred cross-products, W its weight, and x̄ and ē its means. `states` (G, …)
    are of the columns of the fit, the target last, and `keys` the values of one column, or of two, that make them.
    Raises `FitError` for a single cluster.

    >>> import pyarrow as pa
    >>> from slopewise.solvers.exact import solve
    >>> x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 4.0, 4.0])
    >>> states = Moments.stack([Moments.of(x[:2], y[:2]), Moments.of(x[2:], y[2:])])
    >>> answer = solve(states.pool())
    >>> of_states(states, pa.table({"half": [1, 2]}), Geometry.of(states.pool(), answer)).clusters
    (2,)
    """
    counted = np.flatnonzero(states.rows > 0)
    sums = scores_of(states, geometry)[counted]
    scores = Scores(tuple(keys.column_names), geometry.rank, ((taken(keys, counted), sums),))
    return scores.covariance(int(states.rows.sum()))


def scores_of(states: Moments, geometry: Geometry) -> Array:
    """s (G, r) of each state of a stack (G, …), the target last, of one fit."""
    inverse, kept = np.zeros((states.p, len(geometry.columns))), geometry.columns
    inverse[kept] = geometry.inverse
    parts = geometry.coefficients, geometry.centre, geometry.level, inverse, geometry.shift
    constant = None if geometry.constant is None else np.asarray(geometry.constant)
    return sums_of_scores(states, *parts, constant)


def sums_of_scores(
    states: Moments, w: Array, centre: Array, level: Array | float, inverse: Array, shift: Array, constant: Array | None
) -> Array:
    """s (G, r) of each state of a stack (G, …), the target last: of one fit, or of a fit for each along a first axis.

    `w` (p,) are its coefficients, `level` the fitted value at `centre` (p,); `inverse` (p, r), `shift` (r,) and
    `constant` take rows to coordinates, as in `Geometry`.
    """
    mean, weight = states.body.mean(), states.weight[:, None]
    theta = np.concatenate([-w, np.ones((*w.shape[:-1], 1))], axis=-1)
    about = mean[:, :-1] - centre  # x̄_g − c, and what the mean of the errors is there
    error = (mean[:, -1:] - level - (about * w).total()[:, None]).value()
    body, exponents = states.body.normalised()  # whose squares stay in the floats
    e = exponents.astype(np.int64)
    scaled = np.ldexp(inverse, e[:, :-1, None]) if e.any() else inverse
    within = (body.centred() * np.ldexp(theta, e)[:, None, :]).total().value()[:, :-1]  # Σ v (x − x̄_g) e
    rows = within + weight * error * np.ldexp(about.value(), -e[:, :-1])
    slopes = (rows[:, None, :] @ scaled)[:, 0] - weight * error * shift
    return slopes if constant is None else np.hstack([weight * error * constant, slopes])


def _check_number(key: str, count: int) -> None:
    if count < 2:
        raise FitError(
            f"all rows are of one cluster by {key}; clustered standard errors need two at least, and some forty to be "
            "trusted"
        )


def _scatter(sums: Array, codes: IntArray, clusters: int) -> Array:
    """G/(G − 1) Σ_g s_g s_gᵀ for the clusters that `codes` (n,) make of the parts `sums` (n, r)."""
    s = _added(codes, clusters, sums)
    return clusters / (clusters - 1) * (s.T @ s)


def _summed(keys: pa.Table, scores: Array, copies: IntArray) -> tuple[pa.Table, Array]:
    """The clusters among the rows with these keys, and the sums of their scores."""
    codes, count = coded(keys)
    return keys.take(firsts(codes, count)), _added(codes, count, scores * copies[:, None])


def _joined(parts: Sequence[tuple[pa.Table, Array]]) -> tuple[pa.Table, Array]:
    """The clusters of several parts as one, each there once."""
    import pyarrow as pa

    keys = pa.concat_tables([keys for keys, _ in parts])
    return _summed(keys, np.concatenate([sums for _, sums in parts]), np.ones(keys.num_rows, dtype=np.int64))


def _added(codes: IntArray, count: int, values: Array) -> Array:
    """Sums of the rows of `values` (m, r) by code, (count, r)."""
    columns = [np.bincount(codes, weights=column, minlength=count) for column in values.T]
    return np.column_stack(columns) if columns else np.zeros((count, 0))
