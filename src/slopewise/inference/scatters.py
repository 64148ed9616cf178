"""`Scatters`: the covariance of the scores of many fits at once, and what follows of standard errors and F.

For errors of any variance, from states of the rows weighted by the squares of their residuals ("HC0" … "HC3"):

    S = Σ a u uᵀ = Q⁻ᵀ (Σ a z zᵀ) Q⁻¹,        a = f v²e²/(1 − h)ᵖ

and for clusters from the states of each cluster of each group: see `clusters.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slopewise.data.keys import coded
from slopewise.inference.clusters import sums_of_scores
from slopewise.inference.covariance import Assumption, Covariance, positive_definite
from slopewise.inference.geometries import Geometries
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.typing import Array, BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Scatters:
    """Of G fits: `scatter` (G, r, r), S in the coordinates of `Geometries`, NaN where it cannot be had; `df` (G,) of t;
    `clusters` (G, keys), how many there are by each key."""

    scatter: Array
    df: IntArray
    clusters: IntArray

    def covariance(self, place: int, geometries: Geometries, assumption: Assumption) -> Covariance:
        """The covariance of one of the fits."""
        has = geometries.coordinates[place]
        counts = tuple(self.clusters[place].tolist())
        return Covariance(assumption, self.scatter[place][np.ix_(has, has)], int(self.df[place]), counts)


class Sureness(NamedTuple):
    """Of G fits: `std_error` (G, k), intercept first, NaN for what is left out; Wald's F (G,) of all slopes; `df` (G,)
    of t, and which groups have a single cluster, (G,)."""

    std_error: Array
    statistic: Array
    df: IntArray
    single: BoolArray


def of_squares(states: Moments, geometries: Geometries, rows: IntArray, kind: str) -> Scatters:
    """S of each fit from the states (G, …), the target last, of its rows weighted by a; and its number of rows (G,)."""
    ones, weight = int(geometries.has_intercept), states.weight[:, None]
    inverse, p = geometries.inverse, geometries.kept.shape[1]
    S = np.empty((len(rows), p + ones, p + ones))
    mean = (states.body.mean()[:, :-1] - geometries.centre).value()
    mean = (mean[:, None, :] @ inverse)[:, 0] - geometries.shift
    body, e = states.body.normalised()  # whose squares stay in the floats
    scaled = np.ldexp(inverse, e[:, :-1, None].astype(np.int64))
    half = _times(body.centred()[:, :-1, :-1], scaled)
    S[:, ones:, ones:] = _times(half.swapped(), scaled).value() + weight[:, :, None] * mean[:, :, None] * mean[:, None]
    if ones:
        S[:, 0, 1:] = S[:, 1:, 0] = geometries.constant[:, None] * weight * mean
        S[:, 0, 0] = geometries.constant**2 * weight[:, 0]
    df = np.maximum(rows - geometries.rank, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(df > 0, rows / df if kind == "HC1" else 1.0, np.nan)
    S = (S + np.swapaxes(S, 1, 2)) / 2 * factor[:, None, None]
    return Scatters(S, df, np.zeros((len(rows), 0), dtype=np.int64))


def of_clusters(sums: Array, owners: IntArray, keys: pa.Table, geometries: Geometries, rows: IntArray) -> Scatters:
    """S of each fit from the sums of scores `sums` (C, r) of cells, each of a fit, `owners` (C,) in order, and of a
    combination of values of the `keys`, a row a cell."""
    codes = [coded(keys.select([name]))[0] for name in keys.column_names]
    G, r = len(rows), sums.shape[1]
    S, counts = np.zeros((G, r, r)), np.zeros((G, len(codes)), dtype=np.int64)
    for j, code in enumerate(codes):
        part, counts[:, j] = _scatter(sums, owners, code, G)
        S += part
    if len(codes) == 2:
        S -= _scatter(sums, owners, np.arange(len(sums)), G)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(rows > geometries.rank, (rows - 1) / (rows - geometries.rank), np.nan)
    least = counts.min(axis=1, initial=np.iinfo(np.int64).max) if len(codes) else np.zeros(G, dtype=np.int64)
    return Scatters(S * factor[:, None, None], np.maximum(least - 1, 0), counts)


def scores_of(states: Moments, geometries: Geometries, owners: IntArray) -> Array:
    """Σ v e u (C, r) of each state of a stack (C, …), the target last, of the fits `owners` (C,)."""
    g = geometries.at(owners)
    constant = g.constant[:, None] if g.has_intercept else None
    return sums_of_scores(states, g.coefficients, g.centre, g.level[:, None], g.inverse, g.shift, constant)


def sureness(scatters: Scatters, geometries: Geometries) -> Sureness:
    """Standard errors and F of all fits."""
    back, ones = geometries.to_parameters(), int(geometries.has_intercept)
    with np.errstate(invalid="ignore"):
        std_error = np.sqrt(((back @ scatters.scatter) * back).sum(axis=2))
    std_error[:, ones:][~geometries.kept] = np.nan
    single = np.asarray((scatters.clusters < 2).any(axis=1))
    return Sureness(std_error, _wald(scatters.scatter[:, ones:, ones:], geometries), scatters.df, single)


def _wald(S: Array, geometries: Geometries) -> Array:
    """gᵀ S⁻¹ g / q, g the coordinates of the slopes; NaN where S is not positive definite."""
    g, kept = geometries.slopes(), geometries.kept
    p, found = kept.shape[1], np.full(len(S), np.nan)
    usable = np.flatnonzero(kept.any(axis=1) & np.isfinite(S).all(axis=(1, 2)))
    if not len(usable):
        return found
    size = np.diagonal(S[usable], axis1=1, axis2=2).max(axis=1)
    filled = S[usable] + np.eye(p) * (~kept[usable] * size[:, None])[:, None, :]
    full = positive_definite(filled)
    usable, filled = usable[full], filled[full]
    solved = np.linalg.solve(filled, g[usable][:, :, None])[:, :, 0]
    found[usable] = (g[usable] * solved).sum(axis=1) / kept[usable].sum(axis=1)
    return found


def _scatter(sums: Array, owners: IntArray, codes: IntArray, groups: int) -> tuple[Array, IntArray]:
    """c/(c − 1) Σ s sᵀ over the c clusters that `codes` (C,) make of the cells of each group; and c (G,)."""
    pairs, at = np.unique(np.stack([owners, codes]), axis=1, return_inverse=True)
    s = np.stack([np.bincount(at.ravel(), weights=column, minlength=pairs.shape[1]) for column in sums.T], axis=1)
    starts = np.searchsorted(pairs[0], np.arange(groups + 1))
    count, S = np.diff(starts), np.zeros((groups, sums.shape[1], sums.shape[1]))
    for g, (a, b) in enumerate(pairwise(starts.tolist())):
        S[g] = s[a:b].T @ s[a:b] * ((b - a) / (b - a - 1) if b - a > 1 else np.nan)
    return S, count


def _times(left: Pair, right: Array) -> Pair:
    """left @ right (G, b, b) in double-double, for upper triangular ones on the right."""
    total = Pair.zeros(left.shape)
    for k in range(right.shape[1]):
        total[:, :, k:] = total[:, :, k:] + left[:, :, k, None] * right[:, k, None, k:]
    return total
