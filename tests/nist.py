"""The NIST StRD linear least-squares sets, read as they are published, and the exact answer of their float64 inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from slopewise.typing import Array

FOLDER = Path(__file__).parent / "data" / "nist"
DEGREES = {
    "Norris": 1, "Pontius": 2, "NoInt1": 1, "NoInt2": 1, "Filip": 10, "Longley": 0,
    "Wampler1": 5, "Wampler2": 5, "Wampler3": 5, "Wampler4": 5, "Wampler5": 5,
}  # fmt: skip
"""The degree of the polynomial in the one predictor; 0 where the predictors are columns of their own."""


@dataclass(frozen=True)
class StRD:
    """A set: `X` (m, p) with the powers as float64 columns, `y` (m,), and what is certified."""

    name: str
    X: Array
    y: Array
    x: Array
    intercept: bool
    estimate: list[float]
    std_error: list[float]
    sigma: float
    r_squared: float

    @classmethod
    def read(cls, name: str) -> StRD:
        """Parse the .dat file of that name."""
        text = (FOLDER / f"{name}.dat").read_text()
        first, last = map(int, re.findall(r"Data\s+\(lines\s+(\d+) to\s+(\d+)\)", text)[0])
        rows = np.array([line.split() for line in text.splitlines()[first - 1 : last] if line.strip()], dtype=float)
        parameters = [(float(a), float(b)) for a, b in re.findall(r"^\s+B\d+\s+(\S+)\s+(\S+)", text, re.MULTILINE)]
        sigma, r_squared = (
            float(re.findall(pattern, text)[-1]) for pattern in (r"Standard Deviation\s+(\d\S*)", r"R-Squared\s+(\S+)")
        )
        y, predictors = rows[:, 0], rows[:, 1:]
        powers = range(1, DEGREES[name] + 1)
        X = np.column_stack([predictors[:, 0] ** j for j in powers]) if DEGREES[name] else predictors
        estimate, std_error = map(list, zip(*parameters, strict=True))
        return cls(name, X, y, predictors[:, 0], not name.startswith("NoInt"), estimate, std_error, sigma, r_squared)

    def exact(self) -> list[Fraction]:
        """The least-squares answer of exactly these float64 inputs, intercept first if there is one."""
        return exact_answer(self.X, self.y, intercept=self.intercept)


def exact_answer(X: Array, y: Array, *, intercept: bool = True) -> list[Fraction]:
    """The least-squares parameters of these very floats, in rational arithmetic, intercept first if there is one."""
    table = zip(X.tolist(), y.tolist(), strict=True)
    rows = [[Fraction(value) for value in [*[1.0] * intercept, *row, target]] for row, target in table]
    k = len(rows[0]) - 1
    A = [[sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(k + 1)] for i in range(k)]
    for j in range(k):
        for i in range(k):
            if i != j:
                ratio = A[i][j] / A[j][j]
                A[i] = [a - ratio * b for a, b in zip(A[i], A[j], strict=True)]
    return [A[j][-1] / A[j][j] for j in range(k)]


def correct_digits(found: float, true: float | Fraction) -> float:
    """LRE = −log₁₀ |relative error| (absolute where the truth is 0), from 0 to 15."""
    error = abs(Fraction(found) - Fraction(true)) / (abs(Fraction(true)) or 1)
    return 15.0 if error == 0 else float(np.clip(-np.log10(float(error)), 0, 15))
