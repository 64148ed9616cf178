"""Levels of one block after another: whatever was met before, the same as of each dictionary alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.design.levels import name_of, sorted_levels, text_levels

texts = st.text(alphabet="ab10.é ", max_size=3)


@given(st.lists(st.lists(st.one_of(texts, st.none()), max_size=6), max_size=8))
def test_what_was_met_before_changes_nothing(dictionaries: list[list[str | None]]) -> None:
    for names in [*dictionaries, *(names[::-1] for names in dictionaries)]:
        found, places = text_levels(pa.array(names, pa.string()))
        levels, alone = sorted_levels(tuple(names), numeric=False)
        assert (found.levels, places.tolist(), places.dtype) == (levels, alone.tolist(), np.int64)
        assert [level for level, spells in zip(levels, found.numbers, strict=True) if spells] == [
            level for level in levels if level.strip().replace(".", "", 1).isdecimal() and level.isascii()
        ]


@pytest.mark.parametrize(("value", "name"), [(None, None), (float("nan"), None), (3.0, "3"), (True, "True")])
def test_names_of_values(value: object, name: str | None) -> None:
    assert name_of(value) == name
