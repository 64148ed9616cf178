"""The whole way from a formula and blocks to the coded moments: formulaic is the referee, and blocks do not matter.

Categories that formulaic would take for numbers (booleans) go to it as text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import formulaic
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.block import Block, Kind
from slopewise.design import Design, Gathered, Rows
from slopewise.design.sample import MAX_ROWS, Sample
from slopewise.errors import ArgumentError
from slopewise.moments import Moments

KINDS: dict[str, Kind] = {
    "y": "number",
    "a": "number",
    "b": "number",
    "n": "number",
    "f": "text",
    "g": "text",
    "t": "boolean",
}
TYPES = {"n": pa.int64(), "f": pa.string(), "g": pa.string(), "t": pa.bool_()}
SCHEMA = pa.schema([(name, TYPES.get(name, pa.float64())) for name in KINDS])

positive = st.integers(10, 1000).map(lambda value: value / 100)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "y": positive,
    "a": positive,
    "b": positive,
    "n": st.sampled_from([10, 9, 2]),
    "f": st.sampled_from("rpq"),
    "g": st.sampled_from("vu"),
    "t": st.booleans(),
}


def tables(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[pa.Table]:
    rows = st.lists(st.fixed_dictionaries(values), min_size=1, max_size=12)
    return rows.map(lambda drawn: pa.Table.from_pylist(drawn, SCHEMA))


full = tables(VALUES)
gappy = tables({name: values if name in "bn" else st.none() | values for name, values in VALUES.items()})


def blocks(table: pa.Table, cuts: Sequence[int]) -> Iterator[Block]:
    places = sorted({0, table.num_rows, *(cut % (table.num_rows + 1) for cut in cuts)})
    for start, end in itertools.pairwise(places):
        yield Block(table.slice(start, end - start), start + 1)


def gather(design: Design, parts: Iterator[Block]) -> Gathered:
    gathered = Gathered.empty(design)
    for block in parts:
        gathered = gathered.add(design.prepare(block))
    return gathered


factors = st.sampled_from(["a", "b", "f", "g", "t", "n", "C(n)", "C(f)", "log(a)", "I(a**2 - b / 2)", "I(-a)"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.builds("{}{}{}".format, inner, st.sampled_from([" + ", "*", ":"]), inner)
    return joined.map("({})".format) | joined.map("({})^2".format)


sums = st.lists(st.recursive(factors, larger, max_leaves=3), min_size=1, max_size=3).map(" + ".join)
right_sides = sums | sums.map("0 + {}".format) | st.builds("{} - {}".format, sums, factors)

CHOSEN = [
    "0 + f",
    "f:g",
    "0 + f:g",
    "f:g + g",
    "0 + f:g + f",
    "a:f",
    "a + f:a",
    "0 + a:f + a:g",
    "a*f*g",
    "f:g:a + f:a",
    "(f + g + t)^3",
    "(f + g + a)^3 - 1",
    "(f + g)^2 - f",
    "a*b*f - a:b",
    "f*g - a - 1",
    "f:t:g",
    "C(n)*f",
    "n:C(n) + log(a + 1):sqrt(b):g",
    "I((a + b)**2 / 2) + exp(-a) + abs(a - b)",
    ". - f",
    "a - a",
]


def check_against_formulaic(right: str, table: pa.Table, cuts: Sequence[int]) -> None:
    """Same names, order and values of the columns; for the rows, and for the moments gathered from blocks."""
    design = Design.of(f"y ~ {right}", KINDS)
    gathered = gather(design, blocks(table, cuts))
    coding = design.code(gathered.keys)
    frame = table.to_pandas()
    frame["t"] = frame["t"].astype(str)
    theirs = formulaic.model_matrix(f"y ~ {right}", frame, context={"sqrt": np.sqrt, "abs": np.abs}).rhs
    wanted = [name.replace(" ** ", "^") for name in theirs.columns if name != "Intercept"]
    assert list(coding.names) == wanted
    assert coding.intercept == ("Intercept" in theirs.columns)
    values = theirs.drop(columns="Intercept", errors="ignore").to_numpy(dtype=float)
    ours = [coding.matrix(design.predictors(block)) for block in blocks(table, cuts)]
    np.testing.assert_allclose(np.vstack(ours), values, rtol=1e-13, atol=1e-13)
    check_moments(coding.apply(gathered.moments), Moments.of(values, frame["y"].to_numpy()))


def check_moments(ours: Moments, theirs: Moments) -> None:
    assert ours.rows == theirs.rows
    scale = np.abs(theirs.raw).max(initial=1.0)
    np.testing.assert_allclose(ours.mean, theirs.mean, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.centred, theirs.centred, rtol=1e-10, atol=1e-12 * scale)
    np.testing.assert_allclose(ours.weight, theirs.weight, rtol=1e-14)
    np.testing.assert_allclose(ours.log_weight, theirs.log_weight, rtol=1e-12, atol=1e-12)


cut_places = st.lists(st.integers(0, 12), max_size=3)


@given(right_sides, full, cut_places)
def test_the_matrix_is_that_of_formulaic(right: str, table: pa.Table, cuts: list[int]) -> None:
    check_against_formulaic(right, table, cuts)


@pytest.mark.parametrize("right", CHOSEN)
def test_chosen_matrices_are_those_of_formulaic(right: str) -> None:
    generator = np.random.default_rng(7)
    columns = {name: generator.uniform(0.5, 3.0, 40) for name in "yab"}
    columns |= {"n": generator.choice([10, 9, 2], 40), "f": generator.choice(["r", "p", "q"], 40)}
    columns |= {"g": generator.choice(["v", "u"], 40), "t": generator.choice([True, False], 40)}
    check_against_formulaic(right, pa.table(columns, SCHEMA), [3, 17])


@given(right_sides, gappy, st.permutations([0, 1, 2, 3]), cut_places)
def test_split_and_merge_equals_the_whole(right: str, table: pa.Table, order: list[int], cuts: list[int]) -> None:
    design = Design.of(f"log(y) ~ {right}", KINDS, weights="b", frequency="n")
    whole = gather(design, blocks(table, []))
    parts = [Gathered.empty(design)]
    parts += [Gathered.of(design, design.prepare(block)) for block in blocks(table, cuts)]
    merged = Gathered.empty(design)
    for place in order:
        merged = merged.merge(parts[place]) if place < len(parts) else merged
    for part in parts[len(order) :]:
        merged = part.merge(merged)
    assert (merged.keys, merged.read, merged.dropped) == (whole.keys, whole.read, whole.dropped)
    assert (merged.dropped_by, merged.weightless) == (whole.dropped_by, whole.weightless)
    np.testing.assert_array_equal(merged.sample.number, whole.sample.number)
    assert merged.sample.table.to_pylist() == whole.sample.table.to_pylist()
    check_moments(merged.moments, whole.moments)
    restored = Gathered.from_dict(Design.from_json(design.to_json()), merged.to_dict())
    assert restored.to_dict() == merged.to_dict()
    assert restored.moments == merged.moments


@pytest.mark.parametrize(
    "change",
    [
        {"keys": [[1, ["p"]]]},
        {"keys": [[0, ["q"]], [0, ["p"]]]},
        {"keys": [[0, []], [0, ["p"]]]},
        {"keys": [[0, ["p"]]]},
        {"keys": 3},
        {"read": "many"},
        {"dropped_by": []},
        {"moments": {}},
    ],
)
def test_a_crafted_record_is_refused(change: dict[str, Any]) -> None:
    design = Design.of("y ~ f", KINDS)
    record = gather(design, iter([Block(pa.table({"y": [1.0, 2.0], "f": ["p", "q"]}), 1)])).to_dict()
    with pytest.raises(ArgumentError, match="record"):
        Gathered.from_dict(design, record | change)
    for name in record:
        with pytest.raises(ArgumentError, match="record"):
            Gathered.from_dict(design, {key: value for key, value in record.items() if key != name})


@given(st.lists(st.integers(0, 5_000), max_size=3))
def test_the_sample_is_one_choice_of_rows_however_they_are_cut(cuts: list[int]) -> None:
    table = pa.table({"y": np.arange(5_000.0)})
    design = Design.of("y ~ 1", {"y": "number"})
    sample = gather(design, blocks(table, cuts)).sample
    assert len(sample.number) == MAX_ROWS
    assert sample.table["y"].to_pylist() == [number - 1 for number in sample.number]
    np.testing.assert_array_equal(sample.number, gather(design, blocks(table, [])).sample.number)


def test_the_sample_is_spread_evenly() -> None:
    design = Design.of("y ~ 1", {"y": "number"})
    rows: Rows = design.prepare(Block(pa.table({"y": np.zeros(100_000)}), 1))
    counts = np.histogram(Sample.of(rows).number, bins=20, range=(1, 100_001))[0]
    assert ((counts - 100) ** 2 / 100).sum() < 43.8  # the 0.1 % point of χ² with 19 degrees of freedom
