"""How many digits are right? The eleven linear sets of the NIST Statistical Reference Datasets, ours and the peers'.

    LRE = −log₁₀ |relative error|,  the number of correct digits, from 0 to 15, the worst of a fit's parameters

against the certified values, and for the coefficients also against the exact rational answer of the float64 columns
that every method was given: the certified values belong to decimal data, which those columns round. Every method is
called by default settings. Source: McCullough (1998), The American Statistician 52(4), 358-366.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias, get_args

import numpy as np

import slopewise as sw
from benchmarks import peers
from benchmarks.peers import Figures
from benchmarks.tables import Table
from slopewise.typing import Precision
from tests.nist import DEGREES, StRD, correct_digits

Fitted: TypeAlias = Mapping[str, Figures | str]
"""By data set; a text, why not, where a method gave no answer."""

DEFAULT, EXACT, POWERS = "slopewise, by default", 'slopewise, precision="exact"', "slopewise, powers in the formula"
HIGHEST = 15.0
NONE, FAILED = "–", "fails"

CERTIFIED = {
    "Norris": 14.0, "Pontius": 13.4, "NoInt1": 14.6, "NoInt2": 14.9, "Filip": 7.5, "Longley": 14.5,
    "Wampler1": 14.9, "Wampler2": 13.1, "Wampler3": 14.9, "Wampler4": 14.9, "Wampler5": 14.9,
}  # fmt: skip
OF_INPUTS = dict.fromkeys(DEGREES, 14.9) | {"Filip": 12.5}
BIT_FOR_BIT = dict.fromkeys(DEGREES, HIGHEST)
ERRORS = {name: 13.5 for name in DEGREES if name not in ("Filip", "Wampler2")}


def coefficients() -> Table:
    """LRE of the coefficients against the certified values."""

    def lre(data: StRD, found: Figures) -> float:
        return _worst(found.coefficients, data.estimate)

    goals = {DEFAULT: CERTIFIED, POWERS: {"Filip": 13.9}}
    return _table("How many digits of the coefficients are right, by the certified values?", lre, goals, powers=True)


def exact_inputs() -> Table:
    """LRE of the coefficients against the exact answer of the float64 columns."""
    goals = {DEFAULT: OF_INPUTS, EXACT: BIT_FOR_BIT}
    question = "How many digits of the coefficients are right, by the exact answer of the given columns?"
    note = f"{HIGHEST:.1f} stands for the very bits of the rounded rational answer, in every parameter."
    return _table(question, _lre_of_inputs, goals, note)


def std_errors() -> Table:
    """LRE of the standard errors against the certified values."""

    def lre(data: StRD, found: Figures) -> float | None:
        return None if found.std_errors is None else _worst(found.std_errors, data.std_error)

    note = "No goal for Wampler2 and Filip, whose columns of powers do not determine so many digits."
    return _table("How many digits of the standard errors are right?", lre, {DEFAULT: ERRORS}, note)


def sigma() -> Table:
    """LRE of the residual standard deviation against the certified values."""

    def lre(data: StRD, found: Figures) -> float | None:
        return None if found.sigma is None else _worst([found.sigma], [data.sigma])

    note = "numpy and scipy return the sum of squared residuals, from which it is computed here, at full rank only."
    return _table("How many digits of the residual standard deviation are right?", lre, {}, note)


def r_squared() -> Table:
    """LRE of R² against the certified values."""

    def lre(data: StRD, found: Figures) -> float | None:
        return None if found.r_squared is None else _worst([found.r_squared], [data.r_squared])

    return _table("How many digits of R² are right?", lre, {})


def _table(
    question: str,
    lre: Callable[[StRD, Figures], float | None],
    goals: Mapping[str, Mapping[str, float]],
    *notes: str,
    powers: bool = False,
) -> Table:
    """A row a method and a column a data set; the goals of a method are judged in its last cell."""
    rows, silent, reasons = [], [], []
    fits, absent = _every_fit()
    for method, found in fits.items():
        scores = {name: lre(_data(name), fit) if isinstance(fit, Figures) else None for name, fit in found.items()}
        if method == POWERS and not powers:
            continue
        if all(score is None for score in scores.values()):
            silent.append(method)
            continue
        reasons += [f"{method}: {why}." for why in sorted({fit for fit in found.values() if isinstance(fit, str)})]
        cells = [_cell(name, found, scores) for name in DEGREES]
        rows.append((method, *cells, _verdict(scores, goals.get(method, {}))))
    told = [
        f"LRE, the worst over the parameters, capped at {HIGHEST:.0f}; of the absolute error where the truth is 0. "
        f"{NONE}: not given; {FAILED}: no answer, for the reason below.",
        *notes,
        *reasons,
        *absent,
    ]
    if silent:
        told.append(f"Not given at all by {'; '.join(silent)}.")
    return Table(question, ("method", *DEGREES, "goal"), tuple(rows), tuple(told))


def _cell(name: str, found: Fitted, scores: Mapping[str, float | None]) -> str:
    if name not in found:
        return NONE
    score = scores[name]
    return FAILED if isinstance(found[name], str) else NONE if score is None else f"{math.floor(10 * score) / 10:.1f}"


def _verdict(scores: Mapping[str, float | None], goals: Mapping[str, float]) -> str:
    """Met, or where it was missed and by what; each set has a goal of its own."""
    if not goals:
        return ""
    short = [name for name, goal in goals.items() if (scores.get(name) or 0.0) < goal]
    if short:
        return "MISSED: " + ", ".join(f"{name} ≥ {goals[name]:.1f}" for name in short)
    lowest, highest = min(goals.values()), max(goals.values())
    return f"≥ {lowest:.1f}: met" if lowest == highest else f"≥ {lowest:.1f} to {highest:.1f}, by set: met"


def _worst(found: Sequence[float], true: Iterable[float | Fraction]) -> float:
    """The fewest correct digits; an answer that is not a number has none."""
    return min(
        correct_digits(value, truth) if math.isfinite(value) else 0.0 for value, truth in zip(found, true, strict=True)
    )


def _lre_of_inputs(data: StRD, found: Figures) -> float:
    """As `_worst`, but 15 is kept for the very bits of the rounded answer."""
    exact = _exact(data.name)
    if all(value == float(truth) for value, truth in zip(found.coefficients, exact, strict=True)):
        return HIGHEST
    return min(_worst(found.coefficients, exact), HIGHEST - 0.01)


@cache
def _data(name: str) -> StRD:
    return StRD.read(name)


@cache
def _exact(name: str) -> list[Fraction]:
    return _data(name).exact()


@cache
def _every_fit() -> tuple[dict[str, Fitted], tuple[str, ...]]:
    """Every method's figures of every set, once for all tables; and what could not be run."""
    fits: dict[str, Fitted] = {}
    for precision in get_args(Precision):
        name = DEFAULT if precision == "auto" else f'slopewise, precision="{precision}"'
        fits[name] = {data: _ours(_data(data), precision) for data in DEGREES}
    fits[POWERS] = {data: _powers(_data(data)) for data, degree in DEGREES.items() if degree > 1}
    found, absent = peers.present()
    for peer in found:
        fits[peer.name] = {data: _theirs(peer, _data(data)) for data in DEGREES}
    return fits, absent


def _ours(data: StRD, precision: Precision) -> Figures:
    return _read(sw.fit_arrays(data.X, data.y, intercept=data.intercept, precision=precision))


def _powers(data: StRD) -> Figures:
    """The polynomial as a user writes it, of the one predictor: the powers are formed by the engine."""
    terms = ["x", *(f"I(x^{j})" for j in range(2, DEGREES[data.name] + 1))]
    return _read(sw.fit(f"y ~ {' + '.join(terms)}", {"x": data.x, "y": data.y}))


def _read(model: sw.LinearModel) -> Figures:
    errors = np.sqrt(np.diagonal(model.vcov())).tolist()
    figures = model.glance().to_pylist()[0]
    return Figures(list(model.coefficients.values()), errors, figures["sigma"], figures["r_squared"])


def _theirs(peer: peers.Peer, data: StRD) -> Figures | str:
    """What a peer says, its warnings aside; or the reason where it refuses, whatever the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            rows: Any = peer.prepare(data.X, data.y)
            return peer.read(peer.fit(rows, data.intercept), rows, data.intercept)
        except Exception as error:  # noqa: BLE001 - peers raise what they like; the table says that they failed
            return f"{type(error).__name__}, {' '.join(str(error).split())}"
