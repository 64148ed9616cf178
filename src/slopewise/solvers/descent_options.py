"""What descent may be told: each option checked, before a row is read."""

from __future__ import annotations

import math
from numbers import Real
from typing import Literal

from slopewise.errors import ArgumentError

MOST_ITERATIONS = 10**9
"""Steps whose costs, eight bytes each, can be kept."""


def check_options(
    *, learning_rate: float | Literal["auto"], iterations: int, momentum: float, tolerance: float
) -> None:
    """Raise `ArgumentError` for an option of `descend` that makes no sense, before any row is read."""
    if learning_rate != "auto":
        check_learning_rate(learning_rate, ", or 'auto'")
    check_iterations(iterations)
    check_momentum(momentum)
    check_tolerance(tolerance)


def check_learning_rate(value: float | str, otherwise: str = "") -> float:
    """A positive finite number, or an `ArgumentError` that offers `otherwise` too."""
    if isinstance(value, str) or not (_is_number(value) and 0 < value < math.inf):
        raise ArgumentError(f"learning_rate={value!r} makes no steps; give a positive number, as 0.01{otherwise}")
    return float(value)


def check_iterations(value: int) -> int:
    """A whole number from 0 to `MOST_ITERATIONS`, or an `ArgumentError`."""
    if check_step(value, "iterations") > MOST_ITERATIONS:
        raise ArgumentError(
            f"iterations={int(value)} are more than the {MOST_ITERATIONS:,} whose costs can be kept; with "
            "iterations=0, run.at(k) and run.cost_at(k) say at once where descent is after k steps"
        )
    return int(value)


def check_step(value: int, name: str) -> int:
    """A whole number ≥ 0, or an `ArgumentError` that calls it `name`."""
    if not (_is_number(value) and 0 <= value < math.inf and value == int(value)):
        raise ArgumentError(f"{name}={value!r} is not a number of steps; give a whole number, 0 or more")
    return int(value)


def check_momentum(value: float) -> float:
    """A number in [0, 1), or an `ArgumentError`."""
    if not (_is_number(value) and 0 <= value < 1):
        raise ArgumentError(f"momentum={value!r} does not lie in [0, 1); 0 is plain descent, 0.9 a common choice")
    return float(value)


def check_tolerance(value: float) -> float:
    """A finite number ≥ 0, or an `ArgumentError`."""
    if not (_is_number(value) and 0 <= value < math.inf):
        raise ArgumentError(f"tolerance={value!r} makes no sense; give a number ≥ 0, as 1e-10; 0 never stops early")
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
