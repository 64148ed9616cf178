"""Neither order nor shards change a survey: counts, levels and samples to the bit, means and squares up to rounding."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey.tables import layout, merged, parts, tables

from slopewise.survey import Layout, Survey
from slopewise.survey.association import Association
from slopewise.survey.levels import Levels
from slopewise.survey.sample import Sample
from slopewise.survey.spread import Spread


class Tight(Layout):
    """A layout that keeps so few values and rows that they are chosen by hash."""

    levels = 3  # type: ignore[assignment]
    rows = 5  # type: ignore[assignment]


def tight(table: pa.Table) -> Layout:
    plan = layout(table)
    return Tight(plan.kinds, plan.target)


def assert_close(one: Spread | Association, other: Spread | Association) -> None:
    """Equal, but for the rounding of numbers as large as these are."""
    if isinstance(one, Spread):
        size = max(abs(one.low), abs(one.high)) if one.count else 0.0
        sizes = {"mean": size, "squares": one.count * size**2}
    else:
        x, y = (abs(mean) + squares**0.5 for mean, squares in ((one.mean_x, one.xx), (one.mean_y, one.yy)))
        sizes = {"mean_x": x, "mean_y": y, "xx": one.count * x * x, "yy": one.count * y * y, "xy": one.count * x * y}
    for field in fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        assert mine == pytest.approx(theirs, rel=0, abs=1e-14 * sizes.get(field.name, 0.0)), field.name


def assert_same_levels(one: Levels, other: Levels) -> None:
    assert one.hashes.tolist() == other.hashes.tolist()
    assert one.counts.tolist() == other.counts.tolist()
    assert one.labels.tolist() == other.labels.tolist()
    assert one.paired.tolist() == other.paired.tolist()
    assert one.means == pytest.approx(other.means, rel=1e-9, abs=1e-9)


def assert_same_sample(one: Sample, other: Sample) -> None:
    assert one.number.tolist() == other.number.tolist()
    for mine, theirs in zip(one.columns, other.columns, strict=True):
        assert [repr(value) for value in mine.tolist()] == [repr(value) for value in theirs.tolist()]


def assert_same(one: Survey, other: Survey) -> None:
    assert one.rows == other.rows
    assert_same_sample(one.sample, other.sample)
    for mine, theirs in zip(one.columns, other.columns, strict=True):
        assert (mine.gaps, mine.spelling, mine.fingerprint) == (theirs.gaps, theirs.spelling, theirs.fingerprint)
        assert_close(mine.spread, theirs.spread)
        assert_close(mine.association, theirs.association)
        assert_same_levels(mine.levels, theirs.levels)


CUTS = st.lists(st.integers(0, 30), max_size=4)


@pytest.mark.parametrize("plan", [layout, tight])
@settings(max_examples=25)
@given(data=st.data())
def test_shards_and_their_order_change_nothing(plan, data):
    table = data.draw(tables())
    chosen = plan(table)
    whole = merged(parts(table, [], chosen), Survey.empty(chosen))
    surveys = parts(table, data.draw(CUTS), chosen)
    assert_same(whole, merged(data.draw(st.permutations(surveys)), Survey.empty(chosen)))


@settings(max_examples=25)
@given(table=tables(), cuts=st.lists(st.integers(0, 30), min_size=2, max_size=2))
def test_merge_is_associative_and_the_empty_survey_its_identity(table, cuts):
    plan = tight(table)
    empty = Survey.empty(plan)
    a, b, c = [*parts(table, cuts, plan), empty, empty][:3]
    assert_same(a.merge(b).merge(c), a.merge(b.merge(c)))
    assert_same(empty.merge(a), a)
    assert_same(a.merge(empty), a)


@settings(max_examples=25)
@given(table=tables())
def test_what_is_kept_is_bounded(table):
    chosen = tight(table)
    whole = merged(parts(table, [7, 14], chosen), Survey.empty(chosen))
    assert len(whole.sample.number) == min(table.num_rows, 5)
    assert all(len(column.levels.hashes) <= 4 for column in whole.columns)


@settings(max_examples=25)
@given(table=tables(), cuts=CUTS)
def test_a_dictionary_says_the_same_as_its_texts(table, cuts):
    table = table.select(["s"])
    encoded = pa.table({"s": table["s"].combine_chunks().dictionary_encode()})
    plan = layout(table)
    assert_same(
        merged(parts(encoded, cuts, plan), Survey.empty(plan)), merged(parts(table, cuts, plan), Survey.empty(plan))
    )


def test_a_dictionary_may_hold_a_text_twice_and_null():
    values = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), pa.array(["a", "a", None]))
    (survey,) = parts(pa.table({"s": values}), [])
    assert survey.columns[0].levels.labels.tolist() == ["a"]
    assert survey.columns[0].levels.counts.tolist() == [2]
    assert survey.columns[0].gaps.missing == 2


def test_limits_shrink_where_there_are_many_columns():
    few, many = (Layout(dict.fromkeys(map(str, range(count)), "number")) for count in (10, 10_000))
    assert (few.levels, few.rows) == (4096, 16_384)
    assert (many.levels, many.rows) == (419, 512)


def test_the_states_are_plain_enough_to_travel():
    import pickle

    table = pa.table({"y": [1.0, 2.0], "s": ["a", "b"]})
    (survey,) = parts(table, [])
    assert_same(pickle.loads(pickle.dumps(survey)), replace(survey, rows=2))
    assert np.array_equal(survey.sample.number, [1, 2])
