"""The formula of a target and a list of features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.block import Kind
from slopewise.design import Design
from slopewise.design.plain import formula_of
from slopewise.errors import ArgumentError, UnknownColumn

COLUMNS: dict[str, Kind] = {"price": "number", "my area": "number", "zone": "text", "sold": "date", "tags": "other"}


def test_every_other_column() -> None:
    assert formula_of("price", None, COLUMNS) == ("price ~ `my area` + zone + sold", ("tags",))
    assert formula_of("my area", None, COLUMNS, without=["sold", "tags"]) == ("`my area` ~ price + zone", ())
    assert formula_of("tags", None, COLUMNS).formula == "tags ~ price + `my area` + zone + sold"


def test_chosen_columns_in_their_order() -> None:
    assert formula_of("price", ["zone", "my area", "zone"], COLUMNS) == ("price ~ zone + `my area`", ())
    assert formula_of("price", ["tags"], COLUMNS) == ("price ~ tags", ())


def test_what_is_refused() -> None:
    with pytest.raises(UnknownColumn, match="ames has no column 'prize'; did you mean 'price'"):
        formula_of("prize", None, COLUMNS, source_name="ames")
    with pytest.raises(UnknownColumn, match="no column 'log\\(zone\\)'"):
        formula_of("price", ["log(zone)"], COLUMNS)
    with pytest.raises(ArgumentError, match="'price' is the target and cannot be one of its own features"):
        formula_of("price", ["zone", "price"], COLUMNS)
    for features in (None, []):
        with pytest.raises(ArgumentError, match=r"no column is left to explain 'price'; .* price ~ 1"):
            formula_of("price", features, {"price": "number", "tags": "other"})


@given(st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=5, unique=True))
def test_any_names_come_back(names: list[str]) -> None:
    columns: dict[str, Kind] = dict.fromkeys(names, "number")
    assert Design.of(formula_of(names[0], None, columns).formula, columns).variables == tuple(names)
