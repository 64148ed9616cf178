"""The whole way from a formula and blocks to the coded moments: formulaic is the referee, and blocks do not matter.

Categories that formulaic would take for numbers (booleans) go to it as text.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import formulaic
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw
from slopewise.choices import Precision
from slopewise.data.block import Block, Kind
from slopewise.design import Design, Gathered, Rows
from slopewise.design.rows import MAX_COLUMNS
from slopewise.design.sample import MAX_ROWS, Sample
from slopewise.errors import ArgumentError, DataError
from slopewise.moments import Moments
from slopewise.moments.integral import Integral

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


def gather(design: Design, parts: Iterator[Block], precision: Precision = "auto") -> Gathered:
    gathered = Gathered.empty(design, precision)
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


def chosen_table() -> pa.Table:
    generator = np.random.default_rng(7)
    columns = {name: generator.uniform(0.5, 3.0, 40) for name in "yab"}
    columns |= {"n": generator.choice([10, 9, 2], 40), "f": generator.choice(["r", "p", "q"], 40)}
    columns |= {"g": generator.choice(["v", "u"], 40), "t": generator.choice([True, False], 40)}
    return pa.table(columns, SCHEMA)


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
    theta = np.cos(np.arange(values.shape[1]))
    fitted = [coding.fitted(design.predictors(block), theta) for block in blocks(table, cuts)]
    np.testing.assert_allclose(
        np.concatenate(fitted), values @ theta, rtol=1e-12, atol=1e-12 * (1 + np.abs(values).sum())
    )
    check_moments(coding.apply(gathered.moments), Moments.of(values, frame["y"].to_numpy()))


def check_moments(ours: Moments, theirs: Moments) -> None:
    assert ours.rows == theirs.rows
    scale = np.abs(theirs.raw).max(initial=1.0)
    np.testing.assert_allclose(ours.mean, theirs.mean, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.centred, theirs.centred, rtol=1e-10, atol=1e-12 * scale)
    np.testing.assert_allclose(ours.weight, theirs.weight, rtol=1e-14)
    np.testing.assert_allclose(ours.log_weight, theirs.log_weight, rtol=1e-12, atol=1e-12)


cut_places = st.lists(st.integers(0, 12), max_size=3)


@settings(max_examples=50)
@given(right_sides, full, cut_places)
def test_the_matrix_is_that_of_formulaic(right: str, table: pa.Table, cuts: list[int]) -> None:
    check_against_formulaic(right, table, cuts)


@pytest.mark.parametrize("right", CHOSEN)
def test_chosen_matrices_are_those_of_formulaic(right: str) -> None:
    check_against_formulaic(right, chosen_table(), [3, 17])


@settings(max_examples=50)
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
    assert merged.first_missing == whole.first_missing
    np.testing.assert_array_equal(merged.sample.number, whole.sample.number)
    assert merged.sample.table.to_pylist() == whole.sample.table.to_pylist()
    check_moments(merged.moments, whole.moments)
    restored = Gathered.from_dict(Design.from_json(design.to_json()), merged.to_dict())
    assert restored.to_dict() == merged.to_dict()
    assert restored.moments == merged.moments


RECORD_CHANGES: list[dict[str, Any]] = [
    {"cells": [[["q"], ["p"]]]},
    {"cells": [[["p"], ["p"]]]},
    {"cells": [[["p"]]]},
    {"cells": [[["p", "q"], ["q", "q"]]]},
    {"cells": [[[1], [2]]]},
    {"cells": []},
    {"cells": 3},
    {"sums": {}},
    {"read": "many"},
    {"dropped_by": []},
    {"first_missing": {"y": 7}},
    {"origins": {"x": [0.0, 0]}},
]
DENSE_CHANGES: list[dict[str, Any]] = [
    {"keys": [[1, ["p"]]]},
    {"keys": [[0, ["q"]], [0, ["p"]]]},
    {"keys": [[0, []], [0, ["p"]]]},
    {"keys": [[0, ["p"]]]},
    {"keys": 3},
    {"moments": {}},
]


def dense_record(gathered: Gathered) -> dict[str, Any]:
    """The record as the first version wrote it: of all columns alike."""
    record = gathered.to_dict()
    del record["cells"], record["sums"], record["first_missing"]
    return record | {
        "keys": [[key.term, list(key.levels)] for key in gathered.keys],
        "moments": gathered.moments.to_dict(),
    }


@pytest.mark.parametrize("change", [*RECORD_CHANGES, *DENSE_CHANGES])
def test_a_crafted_record_is_refused(change: dict[str, Any]) -> None:
    design = Design.of("y ~ f", KINDS)
    gathered = gather(design, iter([Block(pa.table({"y": [1.0, 2.0], "f": ["p", "q"]}), 1)]))
    record = dense_record(gathered) if change in DENSE_CHANGES else gathered.to_dict()
    with pytest.raises(ArgumentError, match="record"):
        Gathered.from_dict(design, record | change)
    for name in record:
        with pytest.raises(ArgumentError, match="record"):
            Gathered.from_dict(design, {key: value for key, value in record.items() if key != name})


@settings(max_examples=50)
@given(right_sides, gappy, cut_places)
def test_exact_sums_do_not_depend_on_the_blocks(right: str, table: pa.Table, cuts: list[int]) -> None:
    design = Design.of(f"y ~ {right}", KINDS, weights="b", frequency="n")
    whole, cut = (gather(design, blocks(table, places), "exact").moments for places in ([], cuts))
    assert isinstance(whole.body, Integral)
    assert isinstance(cut.body, Integral)
    assert whole.body.digest() == cut.body.digest()


def test_polynomials_of_a_category_move_to_a_common_origin() -> None:
    """Blocks of 0 … 9 and 1000 … 1009: each has its powers about a middle of its own."""
    x = np.concatenate([np.arange(10.0), 1000 + np.arange(10.0)])
    table = pa.table(
        {"y": np.sin(x), "a": x, "f": ["p", "q", "p", "p", "q"] * 4, "b": np.ones(20)},
        pa.schema([SCHEMA.field(name) for name in "yafb"]),
    )
    precisions: tuple[Precision, ...] = ("double", "double-double", "exact")
    for precision in precisions:
        design = Design.of("y ~ poly(a, 2):f + b", KINDS)
        whole, merged = (gather(design, blocks(table, cuts), precision) for cuts in ([], [10]))
        ours, theirs = (g.design.code(g.keys).apply(g.moments) for g in (merged, whole))
        np.testing.assert_allclose(ours.centred, theirs.centred, rtol=1e-9, atol=1e-9)


def test_too_many_levels_are_refused_wherever_they_meet() -> None:
    design = Design.of("y ~ f", {"y": "number", "f": "text"})
    levels = [f"{level:04}" for level in range(MAX_COLUMNS + 1)]
    table = pa.table({"y": np.zeros(len(levels)), "f": levels})
    with pytest.raises(DataError, match=r"the term f alone makes 2,001 of 2,001 columns.*61 MB"):
        design.prepare(Block(table, 1))
    halves = [Gathered.of(design, design.prepare(block)) for block in blocks(table, [1000])]
    with pytest.raises(DataError, match="2,001"):
        halves[0].merge(halves[1])


@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
@pytest.mark.parametrize("right", ["a + f*g", "0 + a:f + g", "poly(a, 2):f + t", "1"])
def test_a_dense_record_is_read_as_well(right: str, precision: Precision) -> None:
    """The same moments: to the bit, but in float64, whose tables are kept about zero."""
    table = chosen_table()
    design = Design.of(f"y ~ {right}", KINDS, weights="b")
    gathered = gather(design, blocks(table, [17]), precision)
    restored = Gathered.from_dict(design, json.loads(json.dumps(dense_record(gathered))))
    assert restored.cells == gathered.cells
    if precision == "double":
        check_moments(restored.moments, gathered.moments)
    else:
        assert restored.moments == gathered.moments


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


def test_levels_that_are_null_drop_their_rows() -> None:
    zone = pa.DictionaryArray.from_arrays([0, 1, 2, 0, 2], ["b", None, "a"])
    model = sw.fit("y ~ zone", pa.table({"zone": zone, "y": [1.0, 9.0, 2.0, 3.0, 6.0]}))
    assert model.kept.rows.sentence() == "4 rows used, 1 dropped for missing values in zone (1: row 2)"
    assert model.coefficients == pytest.approx({"Intercept": 2.0, "zone[T.a]": 2.0})
