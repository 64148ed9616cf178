"""Parcels: any tree of merges, in which tasks are done again, gives what one pass gives, rows numbered through."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.data import open_source
from slopewise.data.columns import kind_of
from slopewise.data.partitioned import Schema
from slopewise.data.tables import TableSource
from slopewise.design import Design, Gathered
from slopewise.engines import local
from slopewise.engines.partitions import Work, _Failure, finished, merged
from slopewise.errors import NotFinite, UnknownColumn

DRAW = np.random.default_rng(3)
ROWS = pa.table(
    {
        "x": pa.array(DRAW.normal(size=200), mask=DRAW.random(200) < 0.1),
        "y": DRAW.normal(size=200),
        "f": DRAW.choice(["p", "q", "r"], 200),
    }
)
TYPES = {field.name: field.type for field in ROWS.schema}
SCHEMA = Schema("the parts", {name: kind_of(kind) for name, kind in TYPES.items()}, TYPES, {})
DESIGN = Design.of("y ~ x * f", SCHEMA.columns, source_name="the parts")


def opened(table: pa.Table) -> TableSource:
    source = open_source(table)
    assert isinstance(source, TableSource)
    return source


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, 200), max_size=12), seed=st.integers(0, 99))
def test_any_cut_and_any_tree(cuts: list[int], seed: int) -> None:
    whole = local.reduce(opened(ROWS), DESIGN.variables, DESIGN.prepare, Gathered.empty(DESIGN, "exact"))
    work = Work(SCHEMA, DESIGN.variables, DESIGN.prepare, Gathered.empty(DESIGN, "exact"))
    ends = sorted([0, *cuts, 200])
    parts = [ROWS.slice(start, stop - start) for start, stop in itertools.pairwise(ends)]
    parcels = [work.parcel(index, opened(part)) for index, part in enumerate(parts)]
    assert parcels[0] == work.parcel(0, opened(parts[0])), "a task done again gives the same bytes"
    shuffled = random.Random(seed)
    while len(parcels) > 1:
        at = shuffled.randrange(len(parcels) - 1)
        parcels[at : at + 2] = [merged(parcels[at : at + 2])]
    found, rows = finished(parcels, work.empty)
    assert rows == 200
    assert found.moments == whole.moments
    assert (found.keys, found.dropped_by, found.first_missing) == (whole.keys, whole.dropped_by, whole.first_missing)
    assert found.sample.number.tolist() == whole.sample.number.tolist()
    assert found.sample.table == whole.sample.table


def test_no_partitions_are_no_rows() -> None:
    assert finished([], Gathered.empty(DESIGN))[1] == 0


def test_the_earliest_error_is_raised_whoever_finds_it_first() -> None:
    design = Design.of("log(y) ~ x", SCHEMA.columns, source_name="the parts")
    work = Work(SCHEMA, design.variables, design.prepare, Gathered.empty(design))
    parcels = [work.parcel(index, opened(ROWS.slice(50 * index, 50))) for index in range(4)]
    with pytest.raises(NotFinite, match=r"^partition 0: the parts, row \d: log\(y\) is nan"):
        finished([merged(parcels[2:]), merged(parcels[:2])], work.empty)


def test_an_error_that_is_not_made_from_its_message_arrives_as_it_is() -> None:
    error = UnknownColumn("aera", ["area"], where="the parts")
    arrived = _Failure(0, type(error), str(error)).error()
    assert isinstance(arrived, UnknownColumn)
    assert str(arrived) == str(error)
