"""The accumulators against outside referees, and the errors of what is estimated against what they are said to be."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.formula.api import ols
from survey.tables import parts

from slopewise.data.hashing import of_rows
from slopewise.survey import hashing
from slopewise.survey.association import Association
from slopewise.survey.cells import Cells
from slopewise.survey.hashing import of_numbers, of_texts
from slopewise.survey.levels import Levels
from slopewise.survey.spread import Spread
from slopewise.survey.written import parsed

RNG = np.random.default_rng(20)


@given(st.lists(st.text(max_size=12), max_size=20))
def test_a_hash_of_a_text_depends_on_the_text_alone(texts):
    array = pa.array(["before", *texts], pa.string())
    together = of_texts(array[1:]) if texts else of_texts(pa.array([], pa.string()))
    alone = [of_texts(pa.array([text]))[0] for text in texts]
    assert together.tolist() == alone
    assert len(set(alone)) == len(set(texts))


def test_the_hash_of_a_text_is_the_polynomial_it_is_said_to_be():
    polynomial = sum((byte + 1) * hashing._BASE**i for i, byte in enumerate(b"slope")) % 2**64
    assert of_texts(pa.array(["a", "slope"]))[1] == hashing.mixed(np.array([polynomial], dtype=np.uint64))[0]


def test_long_texts_are_hashed_in_pieces(monkeypatch):
    monkeypatch.setattr(hashing, "_PIECE", 8)
    hashing._powers.cache_clear()
    texts = ["12345678" * 3, "12345678" * 3 + "9", "1234567887654321", "8765432112345678", "short", ""]
    hashes = of_texts(pa.array(texts))
    assert len(set(hashes.tolist())) == len(texts)
    assert [of_texts(pa.array([text]))[0] for text in texts] == hashes.tolist()
    hashing._powers.cache_clear()


def test_hashes_are_spread_evenly():
    for hashes in (
        of_rows(np.arange(40_000)),
        of_numbers(np.arange(40_000) / 8),
        of_texts(pa.array(map(str, range(40_000)))),
    ):
        counts = np.bincount((hashes >> np.uint64(60)).astype(np.int64), minlength=16)
        assert np.sum((counts - 2500) ** 2 / 2500) < 44.3  # chi-squared of 15 degrees of freedom, p = 1e-4


def test_large_integers_are_told_apart():
    values = np.arange(2**53, 2**53 + 100)
    assert Levels.of_numbers(values, 1000).distinct == 100
    assert Levels.of_numbers(values.astype(np.float64), 1000).distinct == 51


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40))
def test_spread_is_numpys(values):
    numbers = np.array(values)
    spread = Spread.of(numbers, 1)
    assert spread.mean == pytest.approx(numbers.mean(), rel=1e-12, abs=1e-6)
    assert spread.deviation == pytest.approx(numbers.std(ddof=1), rel=1e-9, abs=1e-6)
    assert (spread.low, spread.high) == (numbers.min(), numbers.max())
    assert spread.at_low == np.sum(numbers == numbers.min())
    assert (spread.zeros, spread.negative) == (np.sum(numbers == 0), np.sum(numbers < 0))
    assert spread.whole == np.all(numbers == np.rint(numbers))


def test_squares_about_a_far_mean_keep_their_digits():
    whole = Spread.of(np.array([1e9 + 4]), 1)
    for value in (7, 13, 16):
        whole = whole.merge(Spread.of(np.array([1e9 + value]), 1))
    assert (whole.mean, whole.squares) == (1e9 + 10, 90.0)


def test_numbers_at_the_end_of_float64_have_no_deviation_and_warn_of_nothing():
    spread = Spread.of(np.array([1.7e308, -1.7e308, 1.7e308]), 1)
    assert spread.mean == pytest.approx(1.7e308 / 3)
    assert spread.deviation is None
    assert spread.merge(Spread.of(np.array([-1.7e308, 1.0]), 4)).deviation is None
    assert spread.merge(spread).mean == pytest.approx(1.7e308 / 3)


def test_infinite_values_are_counted_apart():
    spread = Spread.of(np.array([np.inf, 1.0, -np.inf, np.nan]), 10)
    assert (spread.count, spread.infinite, spread.first_infinite) == (1, 2, (10, 12))


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=30))
def test_correlation_is_numpys(pairs):
    x, y = np.array(pairs).T
    if min(np.ptp(x), np.ptp(y)) < 1e-3:
        return
    assert Association.of(x, y).correlation == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)


def test_no_correlation_with_what_does_not_vary():
    assert Association.of(np.ones(5), np.arange(5.0)).correlation is None
    assert Association.of(np.array([np.nan]), np.ones(1)).correlation is None


def test_what_a_category_explains_is_statsmodels_eta_squared():
    frame = pd.DataFrame({"g": RNG.choice(list("abcde"), 200), "y": RNG.normal(size=200)})
    frame["y"] += frame["g"].map({"a": 0.0, "b": 1.0, "c": 0.5, "d": 2.0, "e": -1.0})
    table = sm.stats.anova_lm(ols("y ~ g", frame).fit())
    surveys = parts(pa.table({"y": frame["y"].to_numpy(), "g": frame["g"].tolist()}), [60, 90])
    column = surveys[0].merge(surveys[1]).merge(surveys[2]).columns[1]
    between, within = table["sum_sq"]
    assert column.levels.explained() / column.association.yy == pytest.approx(between / (between + within), rel=1e-12)


@pytest.mark.parametrize("count", [10, 4_096, 4_097, 60_000])
def test_distinct_values_are_counted_exactly_and_then_within_their_error(count):
    values = np.repeat(np.arange(count) * math.pi, 2)
    whole = Levels.empty(4_096)
    for block in np.array_split(RNG.permutation(values), 5):
        whole = whole.merge(Levels.of_numbers(block, 4_096))
    assert whole.complete == (count <= 4_096)
    assert (whole.counts == 2).all()
    assert whole.distinct == count or abs(whole.distinct / count - 1) < 4 / math.sqrt(4_095)
    assert whole.distinct == count or not whole.complete


def test_the_estimate_of_distinct_values_is_unbiased_and_errs_as_stated():
    """Over 400 sets of 5 000 values of which 100 are kept: mean error 0, relative standard error 1/√99."""
    errors = []
    for seed in range(400):
        hashes = np.sort(of_numbers(np.arange(5_000) + 5_000.0 * seed))[:101]
        none = np.zeros(101, dtype=np.int64)
        errors.append(Levels(100, hashes, none, none, none, none.astype(float)).distinct / 5_000 - 1)
    assert abs(np.mean(errors)) < 4 * np.std(errors) / 20
    assert np.std(errors) == pytest.approx(1 / math.sqrt(99), rel=0.15)


def test_a_sampled_quantile_has_the_rank_it_is_said_to_have():
    """Sorted rows, the worst order there is, in blocks: within four standard errors at each of 19 quantiles."""
    table = pa.table({"x": np.arange(100_000.0)})
    surveys = parts(table, [30_000, 60_000])
    sample = surveys[0].merge(surveys[1]).merge(surveys[2]).sample
    assert len(sample.number) == 16_384
    ranks = np.arange(0.05, 1.0, 0.05)
    found = np.quantile(sample.columns[0], ranks) / 100_000
    assert (np.abs(found - ranks) < 4 * np.sqrt(ranks * (1 - ranks) / 16_384)).all()


def test_equal_columns_have_equal_fingerprints_and_others_do_not():
    base = pa.table({"a": [1.0, 2.0, None], "b": [1, 2, None], "c": [2.0, 1.0, None], "d": [1.0, None, 2.0]})
    (survey,) = parts(base, [])
    a, b, c, d = (column.fingerprint for column in survey.columns)
    assert a == b
    assert len({a, c, d}) == 3


def test_dates_and_times_are_days():
    times = pa.array([0, 43_200_000, None], pa.timestamp("ms"))
    cells = Cells.of(pa.chunked_array([times]), "date", 1)
    assert cells.numbers is not None
    assert cells.numbers.tolist()[:2] == [0.0, 0.5]
    assert cells.missing.tolist() == [False, False, True]
    days = Cells.of(pa.chunked_array([pa.array([86_400_000], pa.date64())]), "date", 1)
    assert days.numbers is not None
    assert days.numbers.tolist() == [1.0]


@pytest.mark.parametrize(
    ("kind", "texts", "values"),
    [
        ("number", ["1", " -2.5e1 ", "inf", "+.5", "1,5", "0x1", ""], [1.0, -25.0, math.inf, 0.5, None, None, None]),
        ("boolean", ["true", "F", " Yes", "0", "maybe"], [True, False, True, False, None]),
        ("date", ["2020-01-02", "2020-01-02 03:04", "2020-02-31", "2.1.2020"], [18263, 18263, None, None]),
    ],
)
def test_cells_as_written(kind, texts, values):
    found, strays = parsed(pa.array(texts), kind)
    assert (found.cast(pa.int32()) if kind == "date" else found).to_pylist() == values
    assert strays.tolist() == [value is None for value in values]
