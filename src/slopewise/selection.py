"""Which terms to keep: `step` by step, or the `best_subset` of all, chosen from the state of one pass.

Whole terms enter and leave, and an interaction only with the terms that are parts of it. What a choice does to the
p-values of the model it ends with is said with every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from slopewise.answering import least_squares
from slopewise.collected import Collected
from slopewise.design import Coding
from slopewise.design.polynomials import transformed
from slopewise.design.rows import ColumnKey
from slopewise.design.terms import Term, carried
from slopewise.errors import ArgumentError, TooFewRows
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.numerals import aligned, on_a_line, plain
from slopewise.solvers.blocks import Blocks
from slopewise.solvers.criteria import Criterion, criterion
from slopewise.solvers.heldout import subset_errors
from slopewise.solvers.stepwise import Direction, Stride, steps
from slopewise.solvers.subsets import Cut, Subset, best_subsets
from slopewise.submodels import collected_of, formula_of, restricted

if TYPE_CHECKING:
    import pyarrow as pa

By: TypeAlias = Criterion | Literal["cv"]
NAMES = {"aic": "AIC", "aicc": "AICc", "bic": "BIC", "cv": "held-out MSE"}

WITHIN = 100.0
"""How far behind the best by its criterion a size may be and still be searched to the end, and shown."""

WARNING = (
    "The p-values and intervals of a model chosen this way are too good, for the same rows chose its terms and then "
    "test them: to have honest ones, fit the chosen formula to rows that had no part in the choice, or test a model "
    "that was decided on beforehand."
)


class Step(NamedTuple):
    """One model of a path: what was done, `action` ("start", "add", "drop", or "best" of its size), with which `term`.

    `df` is the number of its parameters (the intercept counts, σ does not), `rss` its Σ v (y − ŷ)², `criterion` what
    was made least, and `terms` are all that it has.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.step(sw.collect("price ~ area + Overall.Qual + Yr.Sold", ames))
    >>> [(one.action, one.term, one.df, round(one.criterion, 2)) for one in found.steps]
    [('start', '', 4, 70614.35), ('drop', 'Yr.Sold', 3, 70613.15)]
    """

    action: str
    term: str
    df: int
    rss: float
    criterion: float
    terms: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Selection:
    """What was chosen by `method` ("forward", "backward", "both", "best") and criterion `by`, and the path to it.

    `steps`, one a model: those of a stepwise choice in order, the last of them chosen; or the best of each size, of
    which `place` is that of the chosen one. `formula` is the chosen one. `kept` is what all of it was computed from.
    Formulas: `slopewise.solvers.criteria`.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2, 3, 4, 5, 6], "z": [1.0, 0, 0, 1, 0, 1], "y": [1.1, 2.0, 2.8, 4.1, 5.2, 5.9]}
    >>> chosen = step(sw.collect("y ~ x + z", table), by="bic")
    >>> chosen.formula, chosen.path["term"].to_pylist(), chosen.model().names
    ('y ~ x', ['', 'z'], ('Intercept', 'x'))
    """

    kept: Collected
    method: str
    by: By
    steps: tuple[Step, ...]
    place: int
    formula: str

    @property
    def path(self) -> pa.Table:
        """An Arrow table, a row a model: step action term df rss criterion formula chosen."""
        import pyarrow as pa

        columns: dict[str, Any] = {"step": list(range(len(self.steps)))}
        columns |= {name: [getattr(one, name) for one in self.steps] for name in ("action", "term", "df", "rss")}
        columns["criterion"] = [one.criterion for one in self.steps]
        columns["formula"] = [self._formula(one) for one in self.steps]
        columns["chosen"] = [place == self.place for place in range(len(self.steps))]
        return pa.table(columns)

    @property
    def warning(self) -> str:
        """What the choice does to the p-values of the model, and what to do instead."""
        return WARNING

    def model(self) -> LinearModel:
        """The chosen model, with full inference (mind the `warning`); no row is read."""
        chosen = {term.text: term for term in self.kept.design.terms}
        terms = [chosen[name] for name in self.steps[self.place].terms]
        return least_squares(restricted(self.kept, self.kept.design.target, terms, self.kept.intercept))

    def to_dict(self) -> dict[str, Any]:
        """The choice in plain numbers and texts, for JSON."""
        return {
            "formula": self.formula,
            "method": self.method,
            "by": self.by,
            "path": self.path.to_pylist(),
            "rows": self.kept.rows.to_dict(),
            "warning": self.warning,
        }

    def __str__(self) -> str:
        how = "best subset" if self.method == "best" else f"stepwise, {self.method}"
        head = f"{how} by {NAMES[self.by]} · {self.kept.source} · {self.kept.rows.sentence()}"
        return "\n".join([on_a_line(head, 2_000), "", *aligned(self._cells()), "", f"chosen: {self.formula}", WARNING])

    def __repr__(self) -> str:
        return f"<Selection by {self.by}, {self.method}: {self.formula!r}, one of {len(self.steps)} models>"

    def _cells(self) -> list[tuple[str, ...]]:
        """The path as text: each change, or each size, and what it comes to."""
        cells: list[tuple[str, ...]] = [
            ("best of its size" if self.method == "best" else "step", "parameters", "RSS", NAMES[self.by], "")
        ]
        for place, one in enumerate(self.steps):
            terms = " + ".join(one.terms) or ("1" if self.kept.intercept else "0")
            sign = {"add": f"+ {one.term}", "drop": f"- {one.term}"}
            title = sign.get(one.action, terms)
            mark = "←" if place == self.place else ""
            cells.append((on_a_line(title, 70), str(one.df), plain(one.rss), _shown(self.by, one.criterion), mark))
        return cells

    def _formula(self, one: Step) -> str:
        known = {term.text: term for term in self.kept.design.terms}
        return formula_of(self.kept.design.target, [known[name] for name in one.terms], self.kept.intercept)


def step(
    kept: Collected | LinearModel, direction: Literal["forward", "backward", "both"] = "both", by: By = "aic"
) -> Selection:
    """Drop or add one term after another, that which improves the criterion most, until none does.

    "backward" starts from all terms that were collected, "forward" from none, "both" from all, and may take back in
    what it has dropped; as R's `step`. `by`: "aic", "aicc", "bic", as R counts them, or "cv", the squared error of
    predicting each fold from the others, for which `kept` is collected with folds. Marginality: a term enters only
    after every collected term whose factors are among its own, and leaves before them: x:z after x and z. I(x^2) is a
    term like others, and needs no x. Equally good steps are taken in the order of the formula.

    Raises `ArgumentError`, and `TooFewRows` where the whole model, which backward choice begins with, has no degrees
    of freedom left. Source: Venables & Ripley (2002), *Modern Applied Statistics with S*, 4th ed., §6.8.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2, 3, 4, 5, 6], "z": [1.0, 0, 0, 1, 0, 1], "y": [1.1, 2.0, 2.8, 4.1, 5.2, 5.9]}
    >>> step(sw.collect("y ~ x + z", table), "forward").formula
    'y ~ x'
    """
    state = collected_of(kept)
    _check(direction, get_args(Direction), "direction")
    _check(by, NAMES, "by")
    task = _Task.of(state, by)
    if direction != "forward":
        _check_rows(state)
    found = steps(task.moments, task.blocks, direction=direction, by=by, intercept=state.intercept, folds=task.folds)
    path = tuple(_step(state, task, stride) for stride in found)
    return Selection(state, direction, by, path, len(path) - 1, _chosen_formula(state, path[-1]))


def best_subset(
    kept: Collected | LinearModel,
    by: By = "bic",
    most: int | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> Selection:
    """The best of all models of these terms by a criterion, found by branch and bound, with the best of each size.

    For each number of parameters the terms with the smallest residual sum of squares are found, without trying all
    2ᵏ sets, and the criterion chooses among them: the answer is that of an exhaustive search. Sizes whose best is more
    than 100 behind by the criterion are left out. `most`: as many coefficients as a model may have, the intercept
    aside. `by` as for `step`; for "cv" the terms are chosen anew without each fold, so that the error is that of the
    whole procedure, and all sizes are shown. Marginality as in `step`: no model has an interaction without its parts.
    Thirty terms take a second, and some ten in the worst cases; Ctrl-C ends it. `progress(models)` is called meanwhile.

    Raises `ArgumentError` for more than 62 terms, for instance.
    Source: Furnival & Wilson (1974), Technometrics 16(4), 499–511.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2, 3, 4, 5, 6], "z": [1.0, 0, 0, 1, 0, 1], "y": [1.1, 2.0, 2.8, 4.1, 5.2, 5.9]}
    >>> [one.terms for one in best_subset(sw.collect("y ~ x + z", table)).steps]
    [(), ('x',), ('x', 'z')]
    """
    state = collected_of(kept)
    _check(by, NAMES, "by")
    if most is not None and (not isinstance(most, int) or most < 0):
        raise ArgumentError(f"most={most!r} is the number of coefficients that a model may have at most, from 0 on")
    task, rows = _Task.of(state, by), state.rows.used
    limit = max(min(len(task.moments.rounding), rows - 1 - state.intercept if most is None else most), 0)
    cut = None if by == "cv" else Cut(by, WITHIN)
    found = best_subsets(task.moments, task.blocks, intercept=state.intercept, most=limit, cut=cut, progress=progress)
    values = _values(state, task, found, by)
    path = tuple(_best(state, task, one, value) for one, value in zip(found, values, strict=True))
    order = sorted(range(len(path)), key=lambda place: (path[place].criterion, path[place].df))
    least = path[order[0]].criterion
    shown = [k for k in range(len(path)) if by == "cv" or not path[k].criterion > least + WITHIN]
    return Selection(
        state, "best", by, tuple(path[k] for k in shown), shown.index(order[0]), _chosen_formula(state, path[order[0]])
    )


class _Task(NamedTuple):
    """The columns of each term by itself, every level of its categories among them; and those of the folds, if any.

    Whatever terms a model has, their columns together span what the coding of that model does.
    """

    moments: Moments
    blocks: Blocks
    folds: Moments | None

    @classmethod
    def of(cls, kept: Collected, by: By) -> _Task:
        design, gathered = kept.design, kept.gathered
        if not design.terms:
            raise ArgumentError(f"{design.formula!r} has no term to choose from; collect those that may enter")
        parts = [_alone(kept, term) for term in design.terms]
        whole, columns, start = Pair.zeros((len(gathered.keys) + 1, sum(p.shape[1] for p in parts) + 1)), [], 0
        whole[-1, -1] = Pair.of(1.0)
        for part in parts:
            stop = start + part.shape[1]
            whole[:-1, start:stop] = part
            columns.append(tuple(range(start, stop)))
            start = stop
        needs = tuple(tuple(a for a, one in enumerate(design.terms) if one.key < term.key) for term in design.terms)
        folds = _mapped(_folds(kept), whole) if by == "cv" else None
        return cls(_mapped(gathered.moments, whole), Blocks(tuple(columns), needs), folds)


def _alone(kept: Collected, term: Term) -> Pair:
    """(len(keys), p): the columns that a term has by itself, without an intercept, from those of the pass."""
    passed = {one.key: place for place, one in enumerate(kept.design.carried)}
    own = carried((term,))
    place = {key: i for i, key in enumerate(kept.gathered.keys)}
    keys = {
        ColumnKey(k, key.levels): place[key]
        for k, one in enumerate(own)
        for key in place
        if key.term == passed[one.key]
    }
    coding = Coding.of((term,), False, keys)
    at = [keys[key] for key in coding.keys]
    coefficients = coding.coefficients(kept.gathered.moments.select([*at, len(place)]))
    T = Pair.zeros((len(place), len(coding.columns)))
    T[at] = coding.map(coefficients)[:-1, :-1]
    return T


def _mapped(moments: Moments, T: Pair) -> Moments:
    """The columns times T; picked out where T only picks."""
    picks = (T.hi == 1) & (T.lo == 0)
    if ((T.hi != 0).sum(axis=0) == 1).all() and picks.sum() == T.shape[1]:
        return moments.select(np.argmax(picks, axis=0).tolist())
    return transformed(moments, T)


def _folds(kept: Collected) -> Moments:
    """The states of the folds, of the columns of the pass."""
    if kept.folds is not None:
        return kept.folds
    if kept.keyed is None:
        raise ArgumentError(
            f'by="cv" needs the states of folds, and {kept.source} was collected without: collect with folds, as in '
            "collect(formula, data, folds=10), or choose by 'aic' or 'bic'"
        )
    return kept.keyed.widened(kept.gathered.keys)


def _shown(by: By, value: float) -> str:
    """A criterion as text: differences of it count, so that hundredths are shown of any size."""
    return plain(value) if by == "cv" or not math.isfinite(value) else f"{value:,.2f}"


def _check(value: str, known: Any, name: str) -> None:
    if value not in known:
        raise ArgumentError(f"{name}={value!r} is not one of {', '.join(map(repr, known))}")


def _check_rows(kept: Collected) -> None:
    parameters, rows = kept.moments.p + kept.intercept, kept.rows.used
    if rows <= parameters:
        raise TooFewRows(
            f"{kept.source} has {rows} usable rows, and the model of all terms, which the choice begins with, "
            f"{parameters} parameters; choose forward, or collect fewer terms"
        )


def _terms(kept: Collected, task: _Task, blocks: Sequence[int]) -> tuple[str, ...]:
    """The terms of these blocks and those that they need, in the order of the formula."""
    return tuple(kept.design.terms[b].text for b in sorted(task.blocks.held(blocks)))


def _chosen_formula(kept: Collected, one: Step) -> str:
    known = {term.text: term for term in kept.design.terms}
    return formula_of(kept.design.target, [known[name] for name in one.terms], kept.intercept)


def _step(kept: Collected, task: _Task, stride: Stride) -> Step:
    label = "" if stride.block < 0 else kept.design.terms[stride.block].label
    value = stride.value if task.folds is None else stride.value / float(task.moments.weight)
    df = stride.rank + kept.intercept
    return Step(stride.action, label, df, stride.rss, value, _terms(kept, task, stride.blocks))


def _best(kept: Collected, task: _Task, one: Subset, value: float) -> Step:
    return Step("best", "", one.rank + kept.intercept, one.rss, value, _terms(kept, task, one.blocks))


def _values(kept: Collected, task: _Task, found: Sequence[Subset], by: By) -> list[float]:
    """The criterion of the best of each size."""
    ranks = [one.rank for one in found]
    if by != "cv":
        least = float(task.moments.lengths()[-1]) ** 2 * 2.0**-100  # a perfect fit is no better than rounding
        rss = np.maximum([one.rss for one in found], least)
        counts = np.array(ranks) + int(kept.intercept)
        values = criterion(by, int(task.moments.rows), rss, counts, float(task.moments.log_weight))
        return [math.inf if math.isnan(value) else value for value in values.tolist()]
    assert task.folds is not None
    errors = subset_errors(task.folds, task.blocks, max(ranks), intercept=kept.intercept)
    return [float(errors[rank]) / float(task.moments.weight) for rank in ranks]
