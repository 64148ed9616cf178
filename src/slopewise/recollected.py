"""`fit` of what was collected: the same models as of rows, from their sums, in memory or in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from slopewise.answering import least_squares, penalised
from slopewise.clustering import by_columns
from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.groups import Models, grouped_fit
from slopewise.inference.covariance import Assumption
from slopewise.model import LinearModel
from slopewise.rereading import has_states
from slopewise.state_files import is_state
from slopewise.submodels import part_of


def sums_in(data: Any) -> Collected | None:
    """What was collected, if `data` is that or the file of it; None where it is rows."""
    if isinstance(data, Collected):
        return data
    return Collected.load(data) if isinstance(data, str | Path) and is_state(data) else None


def of_collected(
    formula: str,
    kept: Collected,
    assumption: Assumption,
    by: str | Sequence[str] | None,
    penalty: tuple[float, float],
    reading: Mapping[str, Any],
) -> LinearModel | Models:
    """The model, or the models of groups, of a formula of which all terms were collected.

    `penalty`: ridge and lasso; `reading`: options that say how rows are read, by name, None unless given. Raises
    `ArgumentError` for those, and for groups or clusters whose states were not collected.
    """
    for name, value in reading.items():
        if value is not None:
            raise ArgumentError(f"{name}= says how rows are read, and these are sums of rows read before; leave it out")
    part = part_of(kept, formula)
    if by is not None:
        _check_groups(part, by, assumption)
        return grouped_fit(part)
    if any(penalty):
        return penalised(part, *penalty)
    model = least_squares(part)
    if not assumption.rereads:
        return model
    if not has_states(part, assumption):
        how = f"collect them with by={assumption.keys[0]!r}, or fit" if len(assumption.keys) == 1 else "fit"
        raise ArgumentError(
            f"cov={assumption.asked!r} needs more of the rows than these sums hold; {how} the rows themselves"
        )
    return model.with_covariance(assumption.asked)


def _check_groups(kept: Collected, by: str | Sequence[str], assumption: Assumption) -> None:
    wanted = by_columns(by)
    if kept.keyed is None or kept.keyed.grouping != wanted:
        raise ArgumentError(
            f"these sums have no states by {' and '.join(wanted.keys)}; collect the rows with by={by!r}, or fit them"
        )
    if assumption.rereads:
        raise ArgumentError(f"cov={assumption.asked!r} of groups needs the rows; fit these with by={by!r}")
