"""What is worth a look in a column before fitting: each hint names its topic, its figure in brief, and says more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from slopewise.survey.cells import CUT
from slopewise.survey.figures import estimated, figure, percent, rows
from slopewise.survey.found import ENOUGH, Found
from slopewise.survey.record import Hint, Quantiles
from slopewise.survey.shapes import FAR, fences, skewness

FEW = 20
"""Distinct whole values, up to which they may as well name kinds."""

MANY = 50
"""Levels, from which they may be too many for the rows."""

SKEWED = 1.0
RARE = 0.02
WORTH_A_WORD = 0.05
NEARLY_ALL = 0.95

_LIKE_A_NUMBER = re.compile(r"[$€£¥]?\s*[+-]?[0-9][0-9., ']*\s*[%$€£¥]?")
_SIGNS = (-1, 0, 1)
_CODE = re.compile(r"-?9{2,}|-1|-9")


def hints(found: Found) -> Iterator[Hint]:
    """What is worth a look, most important first."""
    gaps, levels = found.state.gaps, found.state.levels
    if found.count and gaps.missing >= WORTH_A_WORD * gaps.rows:
        lacking = percent(gaps.missing / gaps.rows)
        yield Hint("missing", lacking, f"{lacking} is missing, first in {rows(gaps.first)}")
    if found.kind == "text" and found.count and not found.is_declared:
        yield from _spelled(found)
    if found.kind == "other" or levels.distinct < 2 or found.is_key:
        return
    top = int(np.argmax(levels.counts))
    share = int(levels.counts[top]) / max(found.count, 1)
    if levels.complete and share >= NEARLY_ALL:
        brief = f"{found.label(top)} in {percent(share)}"
        yield Hint("even", brief, f"is {found.label(top)} in {percent(share)} of the rows")
    elif found.kind == "text":
        yield from _levels(found)
    elif found.kind == "number" and found.quantiles is not None:
        yield from _numbers(found, found.quantiles)


def _spelled(found: Found) -> Iterator[Hint]:
    if not found.state.spelling.strays:
        yield Hint(
            "spelled", "", "is text, though every value spells a number: make numbers of it, or let it name kinds"
        )
        return
    labels = found.state.levels.labels.tolist()
    like = [repr(label) for label in labels if _LIKE_A_NUMBER.fullmatch(label.strip())]
    if 2 * len(like) > len(labels):
        text = f"is text that looks like numbers, such as {like[0]}: take out signs and separators"
        yield Hint("spelled", like[0], text)


def _levels(found: Found) -> Iterator[Hint]:
    levels = found.state.levels
    alike = _alike(levels.labels.tolist())
    if alike:
        pair = f"{alike[0][0]!r} and {alike[0][1]!r}"
        more = f", and {len(alike) - 1} more such pairs" if len(alike) > 1 else ""
        yield Hint("alike", pair, f"holds {pair}, which differ only in case or spaces{more}")
    if levels.distinct > MANY and 10 * levels.distinct > found.count:
        count = f"{levels.distinct:,}" if levels.complete else f"about {estimated(levels.distinct)}"
        each = figure(found.count / levels.distinct, 2)
        yield Hint("many", f"{count} levels", f"has {count} levels, with {each} rows each on average")
        return
    single = int(np.count_nonzero(levels.counts == 1)) if levels.complete else 0
    if single:
        one = single == 1
        yield Hint("rare", f"{single}", f"has {single} level{'s' * (not one)} that occur{'s' * one} in one row only")


def _numbers(found: Found, quantiles: Quantiles) -> Iterator[Hint]:
    spread, levels = found.state.spread, found.state.levels
    few = levels.complete and spread.whole and levels.distinct <= FEW
    if few and levels.distinct > 2 and found.count >= 5 * levels.distinct:
        brief = f"{levels.distinct} values"
        yield Hint("kinds", brief, f"has only {brief}, all whole: if they name kinds, C(…) makes a category of it")
    code = _code(found, quantiles)
    if code is not None:
        end, times = code
        brief = f"{figure(end)} in {times:,} rows"
        yield Hint("code", brief, f"holds {brief}, apart from the rest: perhaps it means 'missing'")
    if few or len(found.values) < ENOUGH:
        return
    lean = skewness(found.values)
    spans = spread.low > 0 and spread.high > 10 * spread.low
    if spans and lean > SKEWED and abs(skewness(np.log(found.values))) < lean / 2:
        yield Hint(
            "log", f"{lean:.1f}", f"leans to the right (skewness {lean:.1f}): its logarithm, log(…), is more even"
        )
    elif code is None:
        yield from _far(found, quantiles)


def _far(found: Found, quantiles: Quantiles) -> Iterator[Hint]:
    """Values far out, where they are few and most values differ."""
    low, high = fences(quantiles)
    share = np.count_nonzero((found.values < low) | (found.values > high)) / len(found.values)
    if low == high or not 0 < share <= RARE:
        return
    above = found.state.spread.high - quantiles.q75
    below = quantiles.q25 - found.state.spread.low
    end = figure(found.state.spread.high if above > below else found.state.spread.low)
    rest = f"{percent(share)} of the values lie more than {FAR:g} quartile distances beyond the quartiles"
    yield Hint("far", end, f"has values far out, {end} the farthest: {rest}")


def _code(found: Found, quantiles: Quantiles) -> tuple[float, int] | None:
    """The lowest or highest value, and how often it occurs, where it repeats, lies apart, and is a code people use."""
    spread = found.state.spread
    low, high = fences(quantiles, 1.5)
    others = found.values[found.values > spread.low]
    alone = spread.low < 0 and not (others < 0).any() and found.state.levels.distinct > len(_SIGNS)
    if spread.at_low > 1 and (alone or spread.low < low) and _CODE.fullmatch(f"{spread.low:.17g}"):
        return spread.low, spread.at_low
    if spread.at_high > 1 and spread.high > high and _CODE.fullmatch(f"{spread.high:.17g}"):
        return spread.high, spread.at_high
    return None


def _alike(labels: list[str]) -> list[list[str]]:
    """Groups of levels that differ only in case or spaces."""
    groups = defaultdict(list)
    for label in sorted(label for label in labels if not label.endswith(CUT)):
        groups[" ".join(label.split()).casefold()].append(label)
    return [group for group in groups.values() if len(group) > 1]
