"""From the state that a pass leaves to the records that people and views read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from slopewise.data.block import Kind
from slopewise.moments.rows import EXACT
from slopewise.numerals import AS_FAR
from slopewise.survey import across
from slopewise.survey.advice import role_and_use
from slopewise.survey.figures import percent, shown
from slopewise.survey.found import Found
from slopewise.survey.hints import hints
from slopewise.survey.levels import Levels
from slopewise.survey.record import ColumnRecord, Hint, Level, Quantiles, Role, SurveyRecord
from slopewise.survey.shapes import histogram, quantiles
from slopewise.survey.survey import ColumnSurvey, Survey
from slopewise.typing import AnyArray, BoolArray

TOP = 8
"""As many levels as are listed."""

LEFT_OUT: dict[Role, str] = {"id": "a key", "empty": "empty"}
USABLE = ("target", "number", "category", "date")


def record_of(survey: Survey, source: str, why_not: Mapping[str, str], kinds: Mapping[str, Kind]) -> SurveyRecord:
    """The records of all columns in `kinds`, in order; `why_not` says why some cannot be read as what they hold."""
    layout = survey.layout
    place = {name: j for j, name in enumerate(layout.kinds)}
    same = _same(survey)
    records = []
    for name, kind in kinds.items():
        if name in why_not and not (name in place and _is_understood(survey.columns[place[name]], kind)):
            reason = f"refused: {why_not[name]}"
            records.append(ColumnRecord(name, kind, "", "refused", reason, (Hint("refused", "", reason),), 0, 0, ()))
            continue
        record = _column(survey, place[name], name, kind, why_not.get(name))
        records.append(replace(record, hints=(*same.get(name, ()), *record.hints)))
    usable = [place[record.name] for record in records if record.role in USABLE]
    complete = _complete(survey, usable)
    about = tuple(_about_the_table(survey, usable, complete))
    return SurveyRecord(source, survey.rows, tuple(records), layout.target, len(survey.sample.number), complete, about)


def _same(survey: Survey) -> dict[str, tuple[Hint]]:
    """For a column that says the same as an earlier one, a hint."""
    found, place = {}, {name: j for j, name in enumerate(survey.layout.kinds)}
    for name, (other, r) in across.companions(survey).items():
        figure = f"{r:.4f}" if abs(r) < 0.99995 else f"{r:.0f}"
        found[name] = (Hint("same", f"as {other}", f"moves with {other!r} (correlation {figure})"),)
    for name, other in across.twins(survey).items():
        state = survey.columns[place[name]]
        as_far = f", {AS_FAR}" * (state.type == "double" and max(-state.spread.low, state.spread.high) >= EXACT)
        found[name] = (Hint("same", f"as {other}", f"equals {other!r} in every row{as_far}: one of them is enough"),)
    return found


def _hints(found: Found, role: Role, use: str) -> tuple[Hint, ...]:
    """What is worth a look, beginning with why the column cannot or should not be used."""
    further = tuple(hints(found))
    if role == "refused":
        return (Hint("refused", "", use), *(hint for hint in further if hint.topic == "missing"))
    if role == "constant":
        return (Hint("left out", f"always {found.label(0)}", use), *further)
    if role in LEFT_OUT:
        return (Hint("left out", LEFT_OUT[role], use), *further)
    return further


def _as_target(found: Found, role: Role, use: str, seen: tuple[Hint, ...]) -> tuple[Role, str, tuple[Hint, ...]]:
    """What a column is, is used for and asks for as the target, which nobody leaves out."""
    seen = tuple(hint for hint in seen if hint.topic != "left out")
    match role:
        case "constant":
            return role, f"the target: {use.removeprefix('left out: ')}, so that there is nothing to explain", seen
        case "empty":
            return role, "the target: no row has a value, so that there is nothing to fit", seen
        case "id":
            return "target", "the target: a number", seen
    return "target" if role in USABLE else role, f"the target: {use}", seen


def _is_understood(state: ColumnSurvey, kind: Kind) -> bool:
    """Whether most cells, read as written, are of the column's kind: else only the source knows their form."""
    return kind == "text" or state.spelling.fitting > state.spelling.strays


def _column(survey: Survey, place: int, name: str, kind: Kind, why_not: str | None) -> ColumnRecord:
    state, sampled = survey.columns[place], survey.sample.columns[place]
    numeric = kind in ("number", "date") and len(sampled) > 0
    values = np.sort(sampled[np.isfinite(sampled)]) if numeric else np.zeros(0)
    found = Found(name, kind, state, values, quantiles(values) if len(values) else None)
    role, use = role_and_use(found)
    if why_not is not None and role != "refused":
        role, use = "refused", f"refused: {why_not}"
    seen = _hints(found, role, use)
    if name == survey.layout.target:
        role, use, seen = _as_target(found, role, use, seen)
    record = ColumnRecord(
        name,
        kind,
        state.type,
        role,
        use,
        seen,
        found.count,
        state.gaps.missing,
        state.gaps.first,
        distinct=min(state.levels.distinct, found.count) if len(state.levels.hashes) else None,
        distinct_exact=state.levels.complete,
        top=_top(state.levels, kind, sampled, found.count),
    )
    return _with_association(_with_numbers(record, found), state)


def _with_numbers(record: ColumnRecord, found: Found) -> ColumnRecord:
    spread = found.state.spread
    if found.kind == "boolean" or found.quantiles is None:
        return record
    return replace(
        record,
        low=spread.low,
        high=spread.high,
        quantiles=Quantiles(*map(round, found.quantiles)) if found.kind == "date" and spread.whole else found.quantiles,
        mean=spread.mean,
        deviation=spread.deviation,
        zeros=spread.zeros,
        negative=spread.negative,
        infinite=spread.infinite,
        histogram=histogram(found.values, spread.low, spread.high, whole=spread.whole),
    )


def _with_association(record: ColumnRecord, state: ColumnSurvey) -> ColumnRecord:
    association, levels = state.association, state.levels
    if not association.count or (record.kind == "text" and record.role == "id"):
        return record  # texts of which each occurs once explain everything, and nothing
    r = association.correlation
    explained = None if r is None else r * r
    if record.kind == "text" and levels.complete and association.yy > 0:
        explained = min(levels.explained() / association.yy, 1.0)
    return replace(record, correlation=r, r_squared=explained, paired=association.count)


def _top(levels: Levels, kind: Kind, sampled: AnyArray, count: int) -> tuple[Level, ...]:
    """The most frequent values: from all of them, or from the sampled rows where not all are held."""
    labels, counts, of = levels.labels, levels.counts, count
    if not levels.complete:
        there = sampled[_present(sampled)]
        labels, counts = np.unique(there, return_counts=True)
        of = len(there)
    if not len(counts) or (counts.max() == 1 and len(counts) > TOP):
        return ()  # no value is more frequent than others
    least = np.sort(counts)[-TOP:][0]
    places = np.flatnonzero(counts >= least).tolist()
    order = sorted(places, key=lambda i: (-counts[i], labels[i]))[:TOP]
    shares = [float(counts[i]) / of for i in order]
    return tuple(
        Level(_shown(labels[i], kind), int(counts[i]) if levels.complete else round(share * count), share)
        for i, share in zip(order, shares, strict=True)
    )


def _shown(label: str | float, kind: Kind) -> str:
    return label if isinstance(label, str) else shown(float(label), kind)


def _present(values: AnyArray) -> BoolArray:
    """Where there is a value in a sampled column."""
    there: BoolArray = values != np.array(None) if values.dtype == object else ~np.isnan(values)
    return there


def _complete(survey: Survey, places: list[int]) -> float | None:
    """The share of sampled rows in which none of these columns lacks a value."""
    if not len(survey.sample.number) or not places:
        return None
    whole = np.ones(len(survey.sample.number), dtype=np.bool_)
    for place in places:
        whole &= _present(survey.sample.columns[place])
    return float(whole.mean())


def _about_the_table(survey: Survey, usable: list[int], complete: float | None) -> Iterator[str]:
    layout, sampled = survey.layout, len(survey.sample.number)
    if not survey.rows:
        yield "there are no rows"
    elif complete is not None and complete < 0.5:
        yield _incomplete(survey, usable, complete)
    if any(len(state.levels.hashes) and not state.levels.complete for state in survey.columns):
        error = 100 / math.sqrt(layout.levels - 1)
        yield f"more than {layout.levels:,} distinct values are estimated, with a standard error of {error:.2g} %"
    if sampled < survey.rows:
        yield (
            f"quantiles and shapes are those of {sampled:,} rows drawn at random: a quantile's rank is right within "
            f"{100 / math.sqrt(sampled):.1g} percentage points, 95 times in 100"
        )


def _incomplete(survey: Survey, usable: list[int], complete: float) -> str:
    """Which columns leave so few rows complete."""
    names = list(survey.layout.kinds)
    order = sorted(usable, key=lambda place: -survey.columns[place].gaps.missing)
    worst = [f"{names[place]} ({percent(survey.columns[place].gaps.missing / survey.rows)})" for place in order[:4]]
    rows = f"only {percent(complete)} of the rows have" if complete else "no row has"
    return (
        f"{rows} a value in every column that fit could use; most is missing in {', '.join(worst)}: "
        "leave such columns out"
    )
