"""What the diagnostics of a fit come to, in sentences: what was found, how much it matters, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slopewise.inference.collinearity import HIGH_INDEX, HIGH_VIF, LARGE_SHARE, ConditionIndices, Inflation
from slopewise.inference.heteroscedasticity import BreuschPagan
from slopewise.inference.residuals import Normality
from slopewise.numerals import as_read, plain, probability

SURE = 0.01
"""A test says something from this p-value down."""

SMALL = 0.005
"""A share of the squared residuals that is hardly worth a word."""

GAP = 5.0
"""So many times the next Cook's distance is to stand far out."""

SKEWED, LEANING, TAILED = 0.5, 1.0, 1.0
"""Skewness that one would see, and that asks for another scale; kurtosis, beyond 3, that one would see."""

OPTIMISM = 0.1
"""R² over predicted R² by so much: the fit knows its own rows too well."""

DECIDING = 0.5
"""A leverage from which on a row has the greater part in its own fitted value; Huber (1981) would avoid them."""

ENOUGH = 200
"""Degrees of freedom with which means of errors are near to normal, whatever errors one meets are."""

NAMED = 4
"""Rows, or columns, that a sentence names."""


@dataclass(frozen=True, eq=False)
class Figures:
    """What sentences are made of, under the names that `slopewise.diagnosis.Diagnosis` has for it.

    `degrees` of freedom are left; `perfect`: all residuals are rounding; `influential`: the rows that move the fit, the
    first most, each a mapping of figures and keys.
    """

    rows: int
    rank: int
    degrees: int
    target: str
    perfect: bool
    r_squared: float
    predicted_r_squared: float
    full: int
    full_rows: Sequence[int]
    high: int
    limit: float
    largest: float
    largest_row: int
    breusch_pagan: BreuschPagan
    normality: Normality
    influential: Sequence[Mapping[str, Any]]
    keys: Sequence[str]
    vif: Inflation
    condition_indices: ConditionIndices
    robust_ratios: Mapping[str, float]


def sentences(found: Figures) -> tuple[str, ...]:
    """A sentence for each diagnostic that found something, most important first, and one for all that found nothing."""
    collinear = tuple(_collinearity(found))
    if not found.degrees:
        return ("There are as many parameters as rows: no residual is left to diagnose; fit more rows.", *collinear)
    if found.perfect:
        return ("The fit is essentially perfect: its residuals are rounding, and say nothing of errors.", *collinear)
    by_topic = {
        "influence": tuple(_influence(found)),
        "leverage": tuple(_leverage(found)),
        "collinearity": collinear,
        "the variance of the errors": tuple(_variance(found)),
        "the prediction of new rows": tuple(_prediction(found)),
        "the shape of the errors": tuple(_shape(found)),
    }
    said = [sentence for spoken in by_topic.values() for sentence in spoken]
    untold = {
        "the variance of the errors": found.breusch_pagan.p_value,
        "the prediction of new rows": found.r_squared - found.predicted_r_squared,
        "the shape of the errors": found.normality.p_value,
    }
    known = [topic for topic in by_topic if not math.isnan(untold.get(topic, 0.0))]
    quiet = [topic for topic in known if not by_topic[topic]]
    if not said:
        return (f"Nothing stands in the way of believing this fit: there is nothing to mind in {_and(quiet)}.",)
    return (*said, *([f"There is nothing to mind in {_and(quiet)}."] if quiet else []))


def moving(found: Figures) -> list[Mapping[str, Any]]:
    """The rows that deserve a look: Cook's distance over 1, DFFITS over 1 and 4√(r/n), or far out from all others.

    The usual 2√(r/n) is passed by some row in most small tables; here it is asked of rows that stand far out.
    """
    bound = 2 * math.sqrt(found.rank / found.rows)
    rows = [row for row in found.influential if _number(row["cooks_d"]) > 0]
    if large := [row for row in rows if row["cooks_d"] > 1 or _effect(row) > max(1.0, 2 * bound)]:
        return large
    for place in range(len(rows) - 1):
        distance = rows[place]["cooks_d"]
        if distance <= 4 / found.rows or _effect(rows[place]) <= bound:
            break
        if distance > GAP * rows[place + 1]["cooks_d"]:
            return rows[: place + 1]
    return []


def _influence(found: Figures) -> Iterator[str]:
    rows = moving(found)
    if not rows:
        return
    first, several = rows[0], len(rows) > 1
    keys = ", ".join(f"{key} {as_read(first[key])}" for key in found.keys if first[key] is not None)
    named = f" ({keys})" if keys else ""
    who = _rows([int(row["row"]) for row in rows], len(rows))
    without = f"without row {_place(first['row'])}{named}" if several else "without it"
    effect = _effect(first)
    moved = f"move by {effect:.3g} standard errors" if math.isfinite(effect) else "go its own way"
    yield (
        f"{who[0].upper()}{who[1:]}{'' if several else named} {'move' if several else 'moves'} the answer: {without}, "
        f"its own fitted value would {moved} (DFFITS, large beyond {2 * math.sqrt(found.rank / found.rows):.2g}; "
        f"Cook's distance {_number(first['cooks_d']):.3g}). {_without(rows, found)}"
    )


def _without(rows: Sequence[Mapping[str, Any]], found: Figures) -> str:
    """What to do about rows: look at them, and fit without them, if a key tells them apart."""
    them, decide = ("them", "they decide") if len(rows) > 1 else ("it", "it decides")
    start = f"Look at {them}: correct what is wrong, and see what {decide} by a fit"
    for key in found.keys:
        values = [row[key] for row in found.influential]
        names = all(isinstance(value, int | str) and not isinstance(value, bool) for value in values)
        if names and len({*values}) == len(values) > 1:  # or else it may be the name of many more rows
            return f"{start} where {_condition(key, [row[key] for row in rows])}."
    return f"{start} without {them} (a kept column that tells rows apart would name {them} in a condition)."


def _condition(key: str, values: Sequence[int | str]) -> str:
    """The rows whose key has other values than these, in SQL.

    >>> _condition("lot no", [12, 7]), _condition("who", ["O'Hara"])
    ('"lot no" NOT IN (12, 7)', '"who" <> \\'O\\'\\'Hara\\'')
    """
    name = '"' + key.replace('"', '""') + '"'
    written = [str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'" for value in values]
    return f"{name} <> {written[0]}" if len(written) == 1 else f"{name} NOT IN ({', '.join(written)})"


def _leverage(found: Figures) -> Iterator[str]:
    if found.full:
        many = found.full > 1
        yield (
            f"{found.full:,} row{'s have' if many else ' has'} leverage 1 ({_rows(found.full_rows, found.full)}): a "
            f"coefficient of {'their' if many else 'its'} own fits {'each' if many else 'it'} exactly, whatever its "
            "target is, and neither PRESS nor predicted R² exists. Merge such a level with others, or leave the "
            f"row{'s' * many} out."
        )
    elif found.largest >= DECIDING:
        yield (
            f"Row {_place(found.largest_row)} has leverage {found.largest:.2g}, the greater part in its own fitted "
            f"value ({found.high:,} of {found.rows:,} rows have more than 3r/n = {found.limit:.2g}): it lies far out, "
            "or in a group of few rows. Check its values, or merge the group with another."
        )


def _collinearity(found: Figures) -> Iterator[str]:
    inflation, indices = found.vif, found.condition_indices
    high = [t for t, factor in enumerate(inflation.factor.tolist()) if factor**2 >= HIGH_VIF]
    if not high:
        return
    worst = sorted(high, key=lambda t: -inflation.factor[t])
    yield inflation.advice[worst[0]]
    if len(worst) > 1:
        others = [f"{inflation.terms[t]} ({inflation.factor[t]:.1f} times)" for t in worst[1 : NAMED + 1]]
        others += [f"{len(worst) - NAMED - 1} more"] if len(worst) > NAMED + 1 else []
        yield f"The same holds for {_and(others)}."
    places = [j for j in range(len(indices.indices)) if indices.indices[j] > HIGH_INDEX][::-1]
    for j, advice in zip(places, indices.advice, strict=False):
        together = [name for k, name in enumerate(indices.names) if indices.proportions[j, k] > LARGE_SHARE]
        if len([name for name in together if name != "Intercept"]) > 1:
            yield advice
            return


def _variance(found: Figures) -> Iterator[str]:
    test = found.breusch_pagan
    if not test.p_value < SURE:
        return
    share = test.statistic / found.rows
    little = (
        f"; it does so little, the columns explain {100 * share:.1g} % of the squared residuals, that many rows alone "
        "make it seen"
        if share < SMALL
        else ""
    )
    yield (
        f"The variance of the errors changes with the columns (Breusch–Pagan p {probability(test.p_value)}){little}: "
        f'classical standard errors are off{_beside(found.robust_ratios)}. Ask for those of cov "HC3".'
    )


def _beside(ratios: Mapping[str, float]) -> str:
    """How far robust standard errors are from classical ones, where that is furthest."""
    if not ratios:
        return ""
    name = max(ratios, key=lambda name: abs(math.log(ratios[name])) if ratios[name] > 0 else math.inf)
    return f", that of {name} most: robust ones are {ratios[name]:.2f} times as large there"


def _prediction(found: Figures) -> Iterator[str]:
    if found.r_squared - found.predicted_r_squared > OPTIMISM:
        yield (
            f"Predicted R² is {plain(found.predicted_r_squared)}, and R² {plain(found.r_squared)}: the fit describes "
            "these rows better than it would predict new ones. Leave out terms, or merge rare levels, and go by "
            "predicted R²."
        )


def _shape(found: Figures) -> Iterator[str]:
    errors = found.normality
    skewed, tailed = abs(errors.skewness) > SKEWED, abs(errors.kurtosis - 3) > TAILED
    if not errors.p_value < SURE or not (skewed or tailed):
        return
    parts = []
    if tailed:
        parts.append(
            f"{'longer' if errors.kurtosis > 3 else 'shorter'} tails than normal ones (kurtosis "
            f"{errors.kurtosis:.3g}, normal 3)"
        )
    if skewed:
        side = "right" if errors.skewness > 0 else "left"
        parts.append(
            f"{'more of them ' if tailed else 'more of a tail '}to the {side} (skewness {errors.skewness:.2g})"
        )
    enough = (
        "coefficients and their tests hardly mind with so many rows"
        if found.degrees >= ENOUGH
        else "tests and intervals of coefficients are approximate with so few rows"
    )
    cure = f" Where {found.target} is positive, its logarithm may be the better target." * _log_may_help(found)
    yield (
        f"The residuals have {', '.join(parts)}: {enough}, and intervals of predictions, which take errors to be "
        f"normal, are off.{cure}"
    )


def _log_may_help(found: Figures) -> bool:
    return found.normality.skewness > LEANING and not found.target.startswith("log")


def _rows(numbers: Sequence[int], count: int) -> str:
    """
    >>> _rows([3], 1), _rows([3, 5, 8, 9, 11], 12)
    ('row 3', 'rows 3, 5, 8, 9 and 8 more')
    """
    shown = [_place(number) for number in numbers[:NAMED]]
    if count > len(shown):
        return f"rows {', '.join(shown)} and {count - len(shown):,} more"
    return f"row{'s' * (count > 1)} {_and(shown)}"


def _place(row: int) -> str:
    """A row's number: with separators from 10,000 on."""
    return f"{row:,}" if row >= 10_000 else str(row)


def _effect(row: Mapping[str, Any]) -> float:
    return abs(_number(row["dffits"]))


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
