"""Tables for the tests of the survey: drawn by hypothesis, cut into blocks, and merged in any way."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from slopewise.data import Kind
from slopewise.data.block import Block
from slopewise.data.columns import kind_of
from slopewise.survey import Layout, Survey

NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, -0.0, 7.0, float("nan"), float("inf")]))
INTEGERS = st.one_of(st.none(), st.integers(-5, 5), st.integers(2**53, 2**53 + 3))
TEXTS = st.one_of(st.none(), st.sampled_from(["a", "b", "1", "2.5", "n/a", ""]), st.text(max_size=4))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """A table of some rows with a column of each kind."""
    rows = draw(st.integers(1, 30))

    def column(values: st.SearchStrategy[Any], arrow_type: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=rows, max_size=rows)), arrow_type)

    days = st.one_of(st.none(), st.integers(0, 20_000))
    return pa.table(
        {
            "y": column(st.one_of(st.none(), st.floats(-100, 100)), pa.float64()),
            "x": column(NUMBERS, pa.float64()),
            "n": column(INTEGERS, pa.int64()),
            "s": column(TEXTS, pa.string()),
            "b": column(st.sampled_from([None, True, False]), pa.bool_()),
            "d": column(days, pa.int32()).cast(pa.date32()),
        }
    )


def layout(table: pa.Table, **options: Any) -> Layout:
    """All columns of an Arrow table; `y` is the target if there is such a column."""
    kinds: dict[str, Kind] = {field.name: kind_of(field.type) for field in table.schema}
    return Layout(kinds, "y" if "y" in kinds else None, **options)


def parts(table: pa.Table, cuts: list[int], plan: Layout | None = None) -> list[Survey]:
    """The surveys of the blocks between `cuts`."""
    plan = plan or layout(table)
    ends = [0, *sorted(min(cut, table.num_rows) for cut in cuts), table.num_rows]
    pieces = [table.slice(a, b - a).combine_chunks() for a, b in itertools.pairwise(ends)]
    firsts = [end + 1 for end in ends]
    blocks = [Block(piece, first) for piece, first in zip(pieces, firsts, strict=False) if piece.num_rows]
    return [Survey.empty(plan).add(plan.prepare(block)) for block in blocks]


def merged(surveys: list[Survey], start: Survey) -> Survey:
    """All of them merged into `start`, from left to right."""
    for survey in surveys:
        start = start.merge(survey)
    return start
