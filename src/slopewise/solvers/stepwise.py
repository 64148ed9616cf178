"""Stepwise choice: from one model to the next by the block whose entering or leaving improves a criterion most.

Every step sweeps the block's columns in or out of a `Tableau`: O(q²) a column, and no model is fitted anew. What a step
would come to is read off the block's own part of the tableau. The criterion is one of `criteria.py`, or the error of
predicting each fold from the others (`heldout.py`). Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed.,
§12.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers.blocks import Blocks
from slopewise.solvers.criteria import Criterion, criterion
from slopewise.solvers.heldout import Folds
from slopewise.solvers.tableau import Tableau

Direction: TypeAlias = Literal["forward", "backward", "both"]


class Stride(NamedTuple):
    """One model on the way: the block that was added or dropped to come to it (−1 at the start), all blocks in it, its
    rank (forced columns included, the intercept not), its RSS and its criterion."""

    action: Literal["start", "add", "drop"]
    block: int
    blocks: tuple[int, ...]
    rank: int
    rss: float
    value: float


class _Model(NamedTuple):
    """The blocks that are in, and the tableaux of all rows and, for cross-validation, of the folds."""

    blocks: frozenset[int]
    whole: Tableau
    others: Tableau | None


@dataclass(frozen=True, eq=False)
class _Judge:
    """What a model is worth: the smaller the better. A perfect fit counts as one whose residuals are rounding."""

    own: Blocks
    by: Criterion | Literal["cv"]
    rows: int
    log_weight: float
    constant: int
    folds: Folds | None

    def value(self, whole: Tableau, rank: int, others: Tableau | None) -> float:
        if self.folds is not None and others is not None:
            return self.folds.error(others)
        rss = max(float(whole.rss()), float(whole.rounding_of_target()))
        assert self.by != "cv"
        return float(criterion(self.by, self.rows, rss, rank + self.constant, self.log_weight))

    def stride(self, action: Literal["start", "add", "drop"], block: int, model: _Model) -> Stride:
        """A model as it is reported."""
        rank = int(model.whole.rank())
        value = self.value(model.whole, rank, model.others)
        return Stride(action, block, tuple(sorted(model.blocks)), rank, float(model.whole.rss()), value)


def steps(
    moments: Moments,
    blocks: Blocks,
    *,
    direction: Direction = "backward",
    by: Criterion | Literal["cv"] = "aic",
    intercept: bool = True,
    folds: Moments | None = None,
) -> tuple[Stride, ...]:
    """The models on the way from the whole one ("backward", "both"), less blocks that earlier ones determine, or from
    the smallest ("forward"), to the last that is better than the one before it.

    "both" may take back in what it has dropped. `by="cv"` needs `folds`, a stack of their states with the columns of
    `moments`. Blocks enter after those that they need, and leave before them. Of equally good steps the first is taken,
    in the order of the blocks, dropping before adding. Raises `ArgumentError`.

    >>> rows = [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 2.0], [5.0, 0.0], [6.0, 1.0]]
    >>> state = Moments.of(rows, [1.1, 1.8, 3.1, 4.1, 4.9, 6.1])
    >>> [(stride.action, stride.block, round(stride.value, 3)) for stride in steps(state, Blocks.singles(2))]
    [('start', -1, -0.377), ('drop', 1, -2.371)]
    """
    if (by == "cv") != (folds is not None):
        raise ArgumentError('by="cv" needs the states of folds, and no other criterion does')
    checked = None if folds is None else Folds.of(folds, intercept)
    whole = Tableau.of(moments, intercept).with_columns(blocks.forced)
    others = None if checked is None else checked.others.with_columns(blocks.forced)
    own = blocks.reduced(whole)
    judge = _Judge(own, by, int(moments.rows), float(moments.log_weight), int(intercept), checked)
    model = _Model(frozenset(), whole, others)
    if direction != "forward":
        for b in range(len(own.columns)):
            more = _added(model, own, b)
            model = more if int(more.whole.rank()) > int(model.whole.rank()) else model
    return tuple(_walk(model, judge, direction))


def _walk(model: _Model, judge: _Judge, direction: Direction) -> Iterator[Stride]:
    here = judge.stride("start", -1, model)
    yield here
    while True:
        found = [(value, k, action, b) for k, (action, b, value) in enumerate(_candidates(model, judge, direction))]
        best = min(found, default=None)
        if best is None or not best[0] < here.value:
            return
        _, _, action, b = best
        model = _added(model, judge.own, b) if action == "add" else _dropped(model, judge.own, b)
        here = judge.stride(action, b, model)
        yield here


def _candidates(
    model: _Model, judge: _Judge, direction: Direction
) -> Iterator[tuple[Literal["add", "drop"], int, float]]:
    """Each block that may leave or enter, and what the model would be worth."""
    own = judge.own
    if direction != "forward":
        for b in sorted(model.blocks):
            if not any(b in own.below(other) for other in model.blocks):
                yield "drop", b, _worth(model, judge, b, "drop")
    if direction != "backward":
        for b, columns in enumerate(own.columns):
            if columns and b not in model.blocks and all(n in model.blocks or not own.columns[n] for n in own.below(b)):
                worth = _worth(model, judge, b, "add")
                if np.isfinite(worth):
                    yield "add", b, worth


def _worth(model: _Model, judge: _Judge, b: int, action: Literal["add", "drop"]) -> float:
    """What the model would be worth with block b added or dropped; ∞ where it adds nothing."""
    own, rank = judge.own, int(model.whole.rank())
    if judge.folds is not None or _waits(model, own):
        changed = _added(model, own, b) if action == "add" else _dropped(model, own, b)
        changed_rank = int(changed.whole.rank())
        if action == "add" and changed_rank == rank:
            return np.inf
        return judge.value(changed.whole, changed_rank, changed.others)
    part, places = model.whole.part(own.columns[b]), range(len(own.columns[b]))
    before = int(part.rank())
    part = part.with_columns(places) if action == "add" else part.without(places)
    gained = int(part.rank()) - before
    if not gained or (action == "add" and rank + gained + judge.constant >= judge.rows):
        return np.inf  # as many parameters as rows fit anything
    return judge.value(part, rank + gained, None)


def _waits(model: _Model, own: Blocks) -> bool:
    """Whether some column of the model's blocks depends on the others."""
    columns = [j for b in model.blocks for j in own.columns[b]]
    return not bool(model.whole.swept[columns].all())


def _added(model: _Model, own: Blocks, b: int) -> _Model:
    others = None if model.others is None else model.others.with_columns(own.columns[b])
    return _Model(model.blocks | {b}, model.whole.with_columns(own.columns[b]), others)


def _dropped(model: _Model, own: Blocks, b: int) -> _Model:
    """Without block b; columns that depended on it may now be new."""
    left = model.blocks - {b}
    rest = [*own.forced, *(j for other in sorted(left) for j in own.columns[other])]
    whole = _without(model.whole, own.columns[b], rest)
    return _Model(left, whole, None if model.others is None else _without(model.others, own.columns[b], rest))


def _without(tableau: Tableau, columns: Sequence[int], rest: Sequence[int]) -> Tableau:
    left = tableau.without(columns)
    waiting = [j for j in rest if not left.swept[..., j].all()]
    return left.with_columns(waiting)
