"""The NIST reference sets by default settings: against certified values, and the exact answer of the inputs."""

from __future__ import annotations

import numpy as np
import pytest
from nist import DEGREES, StRD, correct_digits

import slopewise as sw

# What the certified values can show of float64 columns: their last digit, and the rounding of the inputs.
COEFFICIENTS = {
    "Norris": 14.0, "Pontius": 13.4, "NoInt1": 14.6, "NoInt2": 14.9, "Filip": 7.5, "Longley": 14.5,
    "Wampler1": 14.9, "Wampler2": 13.1, "Wampler3": 14.9, "Wampler4": 14.9, "Wampler5": 14.9,
}  # fmt: skip
each_set = pytest.mark.parametrize("name", DEGREES)


def fitted(data: StRD) -> sw.LinearModel:
    return sw.fit_arrays(data.X, data.y, intercept=data.intercept)


@each_set
def test_coefficients_against_certified_values(name: str) -> None:
    data = StRD.read(name)
    found = fitted(data).coefficients.values()
    assert min(map(correct_digits, found, data.estimate)) >= COEFFICIENTS[name]


@each_set
def test_coefficients_against_the_exact_answer_of_the_inputs(name: str) -> None:
    data = StRD.read(name)
    model = fitted(data)
    true = [
        correct_digits(found, exact) for found, exact in zip(model.coefficients.values(), data.exact(), strict=True)
    ]
    assert min(true) >= (12.5 if name == "Filip" else 14.9)
    assert model.digits <= min(true) + 0.5 or min(true) == 15


@each_set
def test_standard_errors_against_certified_values(name: str) -> None:
    data = StRD.read(name)
    found = np.sqrt(np.diagonal(fitted(data).vcov()))
    digits = min(map(correct_digits, found.tolist(), data.std_error))
    assert digits >= {"Filip": 7.5, "Wampler2": 13.0}.get(name, 13.5)


@each_set
def test_the_whole_fit_against_certified_values(name: str) -> None:
    data = StRD.read(name)
    figures = fitted(data).glance().to_pylist()[0]
    assert correct_digits(figures["sigma"], data.sigma) >= (7.5 if name == "Filip" else 13.5)
    assert correct_digits(figures["r_squared"], data.r_squared) >= (9 if name == "Filip" else 14)


@each_set
def test_exact_precision_rounds_the_rational_answer_once(name: str) -> None:
    data = StRD.read(name)
    model = sw.fit_arrays(data.X, data.y, intercept=data.intercept, precision="exact")
    assert list(model.coefficients.values()) == [float(exact) for exact in data.exact()]
    assert model.digits == pytest.approx(15.95)
