"""How much, in words: "60.0 more price (95 % CI 56.2 to 63.7)", "12 % less price", "2.3 times the price".

A figure has the digits that its standard error supports. Where the interval reaches to both sides of nothing, the words
say so. No word says that one thing causes another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from slopewise.numerals import decimals, fixed, typeset

Scale: TypeAlias = Literal["sum", "days", "ratio"]
UNTOLD = "the data do not tell its direction"
SMALLEST, LARGEST = 0.05, 2.0  # ratios between these are read as so many percent more or less
FARTHEST = {"sum": 1e300, "days": 1e300, "ratio": 700.0}  # beyond it there is no figure to say


@dataclass(frozen=True)
class Effect:
    """A coefficient with its standard error and its interval at `level`; all three NaN where there is no error."""

    estimate: float
    error: float
    low: float
    high: float
    level: float

    def times(self, factor: float) -> Effect:
        """The effect of `factor` > 0 units.

        >>> Effect(2.0, 0.5, 1.0, 3.0, 0.95).times(2.0).high
        6.0
        """
        return Effect(self.estimate * factor, self.error * factor, self.low * factor, self.high * factor, self.level)

    @property
    def known(self) -> bool:
        """Whether there is a standard error."""
        return not math.isnan(self.error)

    @property
    def told(self) -> bool:
        """Whether the interval, if there is one, leaves out nothing at all."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True)
class Target:
    """What is modelled, by name, and how effects on it are said: as sums, in days, or as ratios.

    What is modelled of a ratio is its logarithm; `unit` is the natural one of that logarithm's base.
    """

    name: str
    scale: Scale = "sum"
    unit: float = 1.0


def amount(effect: Effect, target: Target, here: str = "", there: str = "") -> str | None:
    """The effect in words; with two places, how much more it is `here` than `there`. None if no figure can hold it.

    With `here` alone it is that much for each step of something else.

    >>> amount(Effect(60.0, 1.9, 56.2, 63.7, 0.95), Target("price"))
    '60.0 more price (95 % CI 56.2 to 63.7)'
    >>> amount(Effect(-12.0, 8.7, -29.0, 5.0, 0.95), Target("price"))
    '12.0 less price (95 % CI 29.0 less to 5.0 more: the data do not tell its direction)'
    >>> amount(Effect(-0.128, 0.01, -0.147, -0.108, 0.95), Target("price", "ratio"))
    '12.01 % less price (95 % CI 10.24 to 13.67 %)'
    >>> amount(Effect(1.2, 0.05, 1.1, 1.3, 0.95), Target("price", "ratio"))
    '3.32 times the price (95 % CI 3.00 to 3.67)'
    """
    effect = effect.times(target.unit)
    if not _sayable(effect, target):
        return None
    compared = (f" {here}" if here else "") + (f" than {there}" if there else "")
    if target.scale == "sum":
        return _more(effect, target.name, "", compared)
    if target.scale == "days":
        return _later(effect, target.name, compared)
    ratio = _exponential(effect)
    if SMALLEST < ratio.estimate < LARGEST:
        estimate, low, high = (100 * math.expm1(value) for value in (effect.estimate, effect.low, effect.high))
        return _more(Effect(estimate, 100 * ratio.error, low, high, effect.level), target.name, " %", compared)
    named = f" as much {target.name} {here} as {there}" if there else f" the {target.name}{compared}"
    places = decimals(ratio.estimate, ratio.error)
    doubt = "" if effect.told else f" times: {UNTOLD}"
    return f"{_figure(ratio.estimate, places)} times{named}" + _interval(ratio, places, doubt)


def average(effect: Effect, target: Target) -> str | None:
    """What the target is, in words. None if no figure can hold it, and for dates.

    >>> average(Effect(-3.0, 0.25, -3.5, -2.5, 0.9), Target("t"))
    't is −3.00 on average (90 % CI −3.50 to −2.50)'
    """
    effect = effect.times(target.unit)
    if target.scale == "days" or not _sayable(effect, target):
        return None
    shown, how = (effect, "on average") if target.scale == "sum" else (_exponential(effect), "in geometric mean")
    places = decimals(shown.estimate, shown.error)
    return f"{target.name} is {_figure(shown.estimate, places)} {how}" + _interval(shown, places)


def _more(effect: Effect, name: str, unit: str, compared: str) -> str:
    places = decimals(effect.estimate, effect.error)
    size = f"{_figure(abs(effect.estimate), places)}{unit} {_side(effect.estimate, 'more', 'less')}"
    return f"{size} {name}{compared}{_ends(effect, places, unit, 'more', 'less')}"


def _later(effect: Effect, name: str, compared: str) -> str:
    places = decimals(effect.estimate, effect.error)
    size = f"{_figure(abs(effect.estimate), places)} days {_side(effect.estimate, 'later', 'earlier')}"
    return f"{name} {size}{compared}{_ends(effect, places, ' days', 'later', 'earlier')}"


def _ends(effect: Effect, places: int | None, unit: str, more: str, less: str) -> str:
    """The interval of an effect whose direction its words have said."""
    if effect.told:
        low, high = sorted((abs(effect.low), abs(effect.high)))
        return _interval(Effect(effect.estimate, effect.error, low, high, effect.level), places, unit)
    ends = (f"{_figure(abs(end), places)}{unit} {_side(end, more, less)}" for end in (effect.low, effect.high))
    return f" ({100 * effect.level:g} % CI {' to '.join(ends)}: {UNTOLD})"


def _interval(effect: Effect, places: int | None, behind: str = "") -> str:
    """The interval in parentheses; nothing where there is none, or where it has no width that could be seen."""
    low, high = _figure(effect.low, places), _figure(effect.high, places)
    return f" ({100 * effect.level:g} % CI {low} to {high}{behind})" if effect.known and low != high else ""


def _sayable(effect: Effect, target: Target) -> bool:
    ends = [end for end in (effect.low, effect.high) if not math.isnan(end)]
    return all(abs(value) < FARTHEST[target.scale] for value in (effect.estimate, *ends))


def _exponential(effect: Effect) -> Effect:
    """The ratio that a logarithm is of; its error to first order, for the digits only."""
    ratio, low, high = (math.exp(value) for value in (effect.estimate, effect.low, effect.high))
    return Effect(ratio, ratio * effect.error, low, high, effect.level)


def _figure(value: float, places: int | None) -> str:
    return typeset(fixed(value, places))


def _side(value: float, more: str, less: str) -> str:
    return less if value < 0 else more
