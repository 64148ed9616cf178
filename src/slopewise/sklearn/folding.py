"""What scikit-learn's splitters put into training and test sets, as states: one a fold, merged, wherever that will do.

Where the test sets are a partition of the rows, and each is trained on by all the others, every row is summed once: the
state of a training set is that of all other test sets, merged. Elsewhere each training set is summed for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopewise.moments import Moments
from slopewise.sklearn.intake import Table
from slopewise.solvers.crossval import training_states
from slopewise.typing import IntArray

AT_ONCE = 2**25
"""Numbers that the states of all folds may hold together."""


@dataclass(frozen=True, eq=False)
class Split:
    """The row numbers of a training and of a test set."""

    train: IntArray
    test: IntArray


def splits_of(pairs: Iterator[tuple[Any, Any]], m: int) -> list[Split]:
    """What a splitter gave, indices or masks, as row numbers of m rows."""
    rows = np.arange(m)
    return [Split(rows[train], rows[test]) for train, test in pairs]


def training(table: Table, splits: Sequence[Split]) -> Iterator[Moments]:
    """The state of each training set, in float64."""
    if partitioned(splits, table.m) and len(splits) * (table.p + table.k) ** 2 <= AT_ONCE:
        folds = Moments.stack([table.state("double", split.test) for split in splits])
        trained = training_states(folds)
        yield from (trained[i] for i in range(len(splits)))
    else:
        yield from (table.state("double", split.train) for split in splits)


def partitioned(splits: Sequence[Split], m: int) -> bool:
    """Whether two or more test sets are a partition of m rows, and each training set is what its test set lacks."""
    tests = np.concatenate([split.test for split in splits]) if splits else np.empty(0, dtype=np.int64)
    if len(splits) < 2 or len(tests) != m or not np.array_equal(np.sort(tests), np.arange(m)):
        return False
    seen = np.zeros(m, dtype=np.bool_)
    for split in splits:
        seen[:] = False
        seen[split.train] = True
        if len(split.train) != m - len(split.test) or np.count_nonzero(seen) != len(split.train):
            return False
        if seen[split.test].any():
            return False
    return True
