"""The coding: its map, and rows that hold levels the pass has not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from slopewise.data.block import Block, Kind
from slopewise.design import Coding, Design, Gathered
from slopewise.errors import ArgumentError, DataError, UnseenLevel

KINDS: dict[str, Kind] = {"y": "number", "a": "number", "f": "text", "g": "text"}
DATA = {"y": [1.0, 2.0, 4.0], "a": [3.0, 5.0, 7.0], "f": ["q", "p", "p"], "g": ["v", "v", "u"]}


def coded(right: str, data: dict[str, Any] = DATA) -> tuple[Design, Gathered, Coding]:
    design = Design.of(f"y ~ {right}", KINDS, source_name="new.csv")
    gathered = Gathered.empty(design).add(design.prepare(Block(pa.table(data), 1)))
    return design, gathered, design.code(gathered.keys)


def test_treatment_coding_is_a_selection_of_columns() -> None:
    _, gathered, coding = coded("a*f")
    assert coding.names == ("a", "f[T.q]", "a:f[T.q]")
    assert coding.terms == ("a", "f", "a:f")
    assert coding.selection == (0, 2, 4)
    assert coding.apply(gathered.moments) == gathered.moments.select([0, 2, 4, 5])
    assert coding.apply(gathered.moments) == gathered.moments.transform(coding.map({}).hi)


def test_levels_are_added_up_where_a_term_spans_its_parts() -> None:
    _, gathered, coding = coded("f:g")
    assert coding.names == ("g[T.v]", "f[T.q]:g[u]", "f[T.q]:g[v]")
    assert [key.levels for key in coding.keys] == [("p", "u"), ("p", "v"), ("q", "v")]
    # p:v and q:v add up to v; no row is q:u; q:v is a column of its own
    assert coding.map({}).hi.T.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert coding.selection is None
    assert coding.apply(gathered.moments).mean.tolist() == pytest.approx([2 / 3, 0, 1 / 3, 7 / 3])


def test_the_order_of_the_keys_does_not_matter() -> None:
    design, gathered, coding = coded("a*f*g")
    assert design.code(reversed(gathered.keys)) == coding
    assert Coding.of(design.terms, True, set(gathered.keys)) == coding


def test_a_category_of_one_level_adds_nothing_to_an_intercept() -> None:
    one = DATA | {"f": ["p", "p", "p"]}
    assert coded("f", one)[2].names == ()
    assert coded("0 + f", one)[2].names == ("f[p]",)


def test_unseen_levels() -> None:
    design, _, coding = coded("a*f")
    new = Block(pa.table({"a": [1.0, 2.0, None, 3.0], "f": ["q", "mars", "p", "p"]}), first_row=5)
    predictors = design.predictors(new)
    with pytest.raises(UnseenLevel) as caught:
        coding.matrix(predictors)
    assert "new.csv, row 6: f is 'mars', which the fit has not seen; it knows 'p', 'q'" in str(caught.value)
    matrix = coding.matrix(predictors, unseen="missing")
    np.testing.assert_array_equal(matrix, [[1, 1, 1], [np.nan] * 3, [3, 0, 0]])
    with pytest.raises(ArgumentError, match="unseen='null'"):
        coding.matrix(predictors, unseen="null")  # type: ignore[arg-type]


def test_an_unseen_combination_of_seen_levels_has_its_column() -> None:
    design, _, coding = coded("0 + f:g")
    new = Block(pa.table({"f": ["q", "p"], "g": ["u", "u"]}), first_row=1)
    assert coding.names == ("f[p]:g[u]", "f[q]:g[u]", "f[p]:g[v]", "f[q]:g[v]")
    assert coding.matrix(design.predictors(new)).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0]]


def test_rows_of_another_table_are_coded_alike() -> None:
    design, _, coding = coded("f*g")
    other = design.prepare(Block(pa.table({"y": [0.0], "f": ["q"], "g": ["v"]}), 1))
    assert coding.matrix(other).tolist() == [[1, 1, 1]]


def test_a_crossing_of_many_levels_is_refused() -> None:
    many = [str(i) + "x" for i in range(60)]
    with pytest.raises(DataError, match="the term f:g alone makes 3,481"):
        coded("f*g", {"y": np.ones(60), "f": many, "g": many})
