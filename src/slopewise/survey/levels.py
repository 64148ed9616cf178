"""`Levels`: the distinct values of a column, and how often each occurs; all of them, or a fair sample of them.

Every value has a hash. The k + 1 values with the smallest hashes are kept, each with its count, which is exact: a
value that is among them at the end was so from its first row on. Of at most k distinct values that is all of them. Of
more, the largest hash kept, u as a share of the whole range, estimates their number by k/u, with a relative
standard error of 1/√(k − 1). The smallest of a whole are the smallest of the smallest of its parts: neither order
nor shards change anything.

References: Z. Bar-Yossef et al. (2002), "Counting distinct elements in a data stream", RANDOM, section 2; P. B. Gibbons
(2001), "Distinct sampling for highly-accurate answers to distinct values queries", VLDB; K. Beyer et al. (2007), "On
synopses for distinct-value estimation under multiset operations", SIGMOD, section 4 (the unbiased estimate).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.data.hashing import SPACE, Hashes, smallest
from slopewise.survey.cells import Texts
from slopewise.survey.hashing import of_numbers
from slopewise.typing import AnyArray, Array, IntArray


@dataclass(frozen=True, eq=False)
class Levels:
    """The v ≤ `limit` + 1 values with the smallest hashes, in the order of these.

    `hashes`, `counts` and `labels` (numbers, or texts cut to a length that can be shown) are (v,). With a target,
    `paired` (v,) counts the rows of each value that have one, and `means` (v,) is its mean in these.
    """

    limit: int
    hashes: Hashes
    counts: IntArray
    labels: AnyArray
    paired: IntArray
    means: Array

    @classmethod
    def empty(cls, limit: int) -> Levels:
        """No values: the identity of `merge`."""
        none = np.zeros(0, dtype=np.int64)
        return cls(limit, none.astype(np.uint64), none, none.astype(object), none, none.astype(np.float64))

    @classmethod
    def of_numbers(cls, keys: AnyArray, limit: int) -> Levels:
        """The distinct values of the numbers `keys` (m,), none of them missing.

        >>> levels = Levels.of_numbers(np.array([3, 5, 3]), limit=10)
        >>> levels.distinct, sorted(zip(levels.labels.tolist(), levels.counts.tolist()))
        (2, [(3.0, 2), (5.0, 1)])
        """
        values, counts = np.unique(keys, return_counts=True)
        hashes = of_numbers(values)
        kept = _smallest(hashes, limit)
        unpaired = np.zeros(len(kept), dtype=np.int64)
        labels = values[kept].astype(np.float64)
        return cls(limit, hashes[kept], counts[kept], labels, unpaired, unpaired.astype(np.float64))

    @classmethod
    def of_texts(cls, texts: Texts, limit: int, target: Array | None = None) -> Levels:
        """The distinct texts of one column of a block, with the mean of `target` (m,), NaN where it is missing."""
        used = np.flatnonzero(texts.counts)
        kept = used[_smallest(texts.hashes[used], limit)]
        paired = np.zeros(len(texts.levels), dtype=np.int64)
        means = np.zeros(len(texts.levels))
        if target is not None:
            rows = np.flatnonzero((texts.codes >= 0) & np.isfinite(target))
            paired, means = _grouped(texts.codes[rows], target[rows], np.ones(len(rows)), len(texts.levels))
        found = cls(limit, texts.hashes[kept], texts.counts[kept], texts.shown(kept), paired[kept], means[kept])
        return found._combined()  # a dictionary may hold a text twice

    def merge(self, other: Levels) -> Levels:
        """The values of both; associative and commutative, `means` up to rounding."""
        if not len(self.hashes) or not len(other.hashes):
            return self if len(self.hashes) else other
        return Levels(
            self.limit,
            np.concatenate([self.hashes, other.hashes]),
            np.concatenate([self.counts, other.counts]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.paired, other.paired]),
            np.concatenate([self.means, other.means]),
        )._combined()

    @property
    def complete(self) -> bool:
        """Whether every distinct value is held."""
        return len(self.hashes) <= self.limit

    @property
    def distinct(self) -> int:
        """The number of distinct values: exact if `complete`, else estimated."""
        if self.complete:
            return len(self.hashes)
        return round(self.limit / ((float(self.hashes[-1]) + 1.0) / SPACE))

    def explained(self) -> float:
        """Σ n_g (ȳ_g − ȳ)² over the values held: the sum of squares of the target between them."""
        if not self.paired.any():
            return 0.0
        centre = float(np.average(self.means, weights=self.paired))
        return float(self.paired @ (self.means - centre) ** 2)

    def _combined(self) -> Levels:
        """Each hash once, in order, and no more than may be held."""
        hashes, first, place = np.unique(self.hashes, return_index=True, return_inverse=True)
        counts = np.bincount(place, weights=self.counts).astype(np.int64)
        paired, means = _grouped(place, self.means, self.paired, len(hashes))
        kept = slice(self.limit + 1)
        return Levels(self.limit, hashes[kept], counts[kept], self.labels[first[kept]], paired[kept], means[kept])


def _smallest(hashes: Hashes, limit: int) -> IntArray:
    """The places of the `limit` + 1 smallest hashes, in the order of these."""
    places = smallest(hashes, limit + 1)
    return places[np.argsort(hashes[places])]


def _grouped(codes: IntArray, values: Array, weights: AnyArray, groups: int) -> tuple[IntArray, Array]:
    """The sum of the weights in each group, and the weighted mean of the values: summed about one of them."""
    total = np.bincount(codes, weights=weights, minlength=groups)
    centre = float(np.average(values, weights=weights)) if np.any(weights) else 0.0
    sums = np.bincount(codes, weights=(values - centre) * weights, minlength=groups)
    return total.astype(np.int64), np.where(total, centre + sums / np.maximum(total, 1), 0.0)
