"""The pass of a fit whose rows belong to groups or to clusters: their states are gathered beside all others.

The states of the clusters hold all that their covariance takes, that of any submodel too. Where they would take much
memory and the rows can be read again, that is done instead (`rereading.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from slopewise.choices import Precision
from slopewise.collected import Collected
from slopewise.data import Source
from slopewise.design import Design
from slopewise.design.grouping import ByColumns
from slopewise.errors import ArgumentError, TooManyGroups
from slopewise.groups import Models, grouped_fit
from slopewise.inference.covariance import Assumption
from slopewise.passes import Progress
from slopewise.regrouping import Cells, most_bytes

CLUSTER_BYTES = 2**26
"""What the states of clusters may come to where the rows can be read again: 53,000 clusters of ten columns."""


def by_columns(by: str | Sequence[str]) -> ByColumns:
    """The groups by one column, or by two."""
    found = ByColumns((by,) if isinstance(by, str) else tuple(by))
    if len(found.keys) > 2:
        raise ArgumentError(f"by={found.keys!r} names {len(found.keys)} columns; groups are by one column, or by two")
    return found


def read_groups(
    read: Callable[..., Collected],
    source: Source,
    groups: ByColumns,
    assumption: Assumption,
    precision: Precision,
    checkpoint: str | Path | None,
    threads: int | None,
    progress: Progress | None,
) -> Models:
    """The models of groups; states are gathered of the clusters of each, too, and else a second pass follows."""
    cells = ByColumns((*groups.keys, *assumption.keys))
    most = most_bytes() if assumption.rereads and not assumption.keys else None
    kept = read(precision, checkpoint=checkpoint, grouping=cells, most=most)
    if not assumption.rereads:
        return grouped_fit(kept)
    if not assumption.keys or kept.keyed is None:
        return grouped_fit(kept).with_covariance(assumption.asked, source, threads=threads, progress=progress)
    by_group = kept.keyed.pooled(groups.keys)
    return Models(replace(kept, keyed=by_group), Cells.of(kept.keyed, by_group, assumption))


def check_apart(groups: ByColumns | None, assumption: Assumption) -> None:
    """Refuse clusters that are the groups."""
    if groups is not None and (same := [name for name in assumption.keys if name in groups.keys]):
        raise ArgumentError(
            f"each group by {same[0]} is a single cluster by {same[0]}, and has no clustered standard errors; cluster "
            "by something finer"
        )


def read_clusters(
    read: Callable[..., Collected],
    source: Source,
    design: Design,
    assumption: Assumption,
    precision: Precision,
    checkpoint: str | Path | None,
) -> Collected:
    """One pass, which gathers the states of the clusters, too: they hold all that their covariance takes.

    Not where the rows can be read again and these states are large, or cannot be had; then none are kept.
    """
    again, grouping = source.rereadable, ByColumns(assumption.keys) if assumption.keys else None
    awkward = precision not in ("auto", "double-double") or checkpoint is not None
    if grouping is None or (again and (awkward or any(term.orthogonal for term in design.carried))):
        return read(precision, checkpoint=checkpoint)
    try:
        return read(precision, checkpoint=checkpoint, grouping=grouping, most=CLUSTER_BYTES if again else None)
    except TooManyGroups:
        if not again:
            raise
        return read(precision)
