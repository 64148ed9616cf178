"""Partial effects are averages of predictions: held against predicting for every row, and against statsmodels."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_allclose

import slopewise as sw
from slopewise.errors import ArgumentError, UnknownColumn

RNG = np.random.default_rng(7)
N = 120
TABLE = pd.DataFrame(
    {
        "x": np.exp(RNG.normal(size=N)),
        "z": RNG.normal(size=N),
        "f": RNG.choice(list("abc"), size=N),
        "g": RNG.choice(["no", "yes"], size=N),
        "v": RNG.uniform(0.5, 2.0, size=N),
        "y": RNG.normal(size=N),
    }
)
FORMULAS = (
    "y ~ x + f",
    "y ~ log(x) + poly(z, 2) + f",
    "y ~ poly(x, 3) * f + z",
    "y ~ x * z + I(x^2) + g:f",
    "y ~ 0 + x + f + x:z",
)


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("weights", [None, "v"])
def test_a_curve_is_the_average_of_the_predictions_with_every_row_there(formula, weights):
    model = sw.fit(formula, TABLE, weights=weights)
    v = np.ones(N) if weights is None else TABLE["v"].to_numpy()
    effect = model.partial_effect("x")
    for curve in effect.curves:
        for at, estimate in zip(effect.at[::9], curve.estimate[::9], strict=True):
            there = TABLE.assign(x=at, **({effect.by: curve.of} if effect.by else {}))
            assert_allclose(estimate, np.average(model.predict(there), weights=v), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cov", ["classical", "HC3"])
def test_intervals_are_those_of_statsmodels_at_the_mean_row(cov):
    model = sw.fit("y ~ x + I(x^2) + f", TABLE, cov=cov)
    theirs = smf.ols("y ~ x + I(x**2) + f", TABLE).fit(cov_type="nonrobust" if cov == "classical" else cov, use_t=True)
    effect = model.partial_effect("x", level=0.9)
    for k in (0, 20, -1):
        frame = TABLE.assign(x=effect.at[k])
        rows = smf.ols("y ~ x + I(x**2) + f", frame).exog
        low, high = theirs.t_test(rows.mean(axis=0)).conf_int(alpha=0.1)[0]
        assert_allclose([effect.curves[0].conf_low[k], effect.curves[0].conf_high[k]], [low, high], rtol=1e-9)


def test_a_category_has_its_average_predictions():
    model = sw.fit("y ~ x * f", TABLE)
    effect = model.partial_effect("f")
    assert effect.levels == ("a", "b", "c")
    assert_allclose(effect.curves[0].estimate, model.average_predictions("f").estimate)
    assert [curve.of for curve in model.partial_effect("x").curves] == ["a", "b", "c"]


def test_dates_stay_dates_and_values_are_those_of_rows():
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(days=30 * i) for i in range(12)]
    effect = sw.fit("y ~ d", {"d": days, "y": np.arange(12.0)}).partial_effect("d")
    assert effect.dated
    assert effect.at.tolist() == [(day - datetime.date(1970, 1, 1)).days for day in days]
    assert_allclose(effect.curves[0].estimate, np.arange(12.0), atol=1e-9)


def test_it_says_what_is_missing(tmp_path):
    model = sw.fit("y ~ x + f", TABLE)
    with pytest.raises(UnknownColumn, match="has no column 'q'"):
        model.partial_effect("q")
    model.save(tmp_path / "m.json")
    loaded = sw.load(tmp_path / "m.json")
    with pytest.raises(ArgumentError, match="give data to draw from"):
        loaded.partial_effect("x")
    assert_allclose(loaded.partial_effect("x", TABLE).curves[0].estimate, model.partial_effect("x").curves[0].estimate)
    with pytest.raises(ArgumentError, match="name one, or leave out ax="):
        model.plot.effects(ax=sw.plots.scatter([1.0], [1.0]).axes[0])
