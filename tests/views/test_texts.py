"""The summaries as text: what they say is true, and what they advise works."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slopewise as sw
from slopewise.views.descent_text import advised_rate
from slopewise.views.summary import goodness_sentence

HOUSES = sw.Moments.of([1.0, 2.0], [300.0, 500.0])


@given(st.floats(1e-300, 1e300))
def test_an_advised_rate_is_never_rounded_up(rate: float) -> None:
    assert 0.998 * rate <= float(advised_rate(rate)) <= rate


def test_the_advised_rate_is_stable_where_the_fastest_nearly_is_not() -> None:
    X = np.column_stack([np.array([1.0, 2.0, 3.0]) * 1239.0, [1.0, 0.0, 0.0]])
    moments = sw.Moments.of(X, [1.0, 5.0, 2.0])
    text = sw.descend(moments, learning_rate=1e-12, iterations=10).summary()
    advised = re.search(r"--learning-rate (\S+), the fastest", text)
    assert advised is not None
    assert float(advised[1]) < sw.descend(moments, iterations=0).stable_below


def test_a_run_at_the_fastest_rate_is_not_told_to_take_it() -> None:
    text = sw.descend(HOUSES, iterations=20).summary()
    assert "--learning-rate" not in text
    assert "Or --iterations 163 at this rate, the fastest." in text


@pytest.mark.parametrize("rate", [0.1, 1e300])
def test_a_run_without_a_step_has_no_empty_table(rate: float) -> None:
    lines = sw.descend(HOUSES, learning_rate=rate, iterations=int(rate > 1)).summary().splitlines()
    assert "after 0 iterations: cost 85000" in lines[0]


def test_a_run_and_what_was_collected_show_themselves_in_a_line() -> None:
    run = sw.descend(HOUSES, learning_rate=0.01, iterations=10)
    assert repr(run) == "<Run: descending after 10 iterations at learning rate 0.01, cost 3.0e+04>".replace(
        "3.0e+04", f"{run.costs[-1]:.4g}"
    )
    assert str(run) == run.summary()
    assert repr(sw.lesson.analyse([1.0, 2.0], [300.0, 500.0])).startswith("<Descent: descending after 0 iterations")
    kept = sw.collect("price ~ size", {"size": [1.0, 2.0], "price": [3.0, 4.0]})
    assert repr(kept) == "<Collected 'price ~ size': the table, 2 rows used>"


def test_large_figures_have_separators_and_one_degree_is_one() -> None:
    model = sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1e6, 2e7, 9e6]})
    sentence = goodness_sentence(model.record())
    assert "on 1 degree of freedom" in sentence
    assert f"σ {model.glance()['sigma'][0].as_py():,.0f} " in sentence
