"""Groups are numbered in the order in which they are met, whatever the values are and however far apart."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.keys import coded

KINDS = (pa.int8(), pa.uint8(), pa.int32(), pa.int64(), pa.uint64())


@given(st.data())
def test_whole_numbers_are_numbered_as_a_dictionary_of_them_is(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    top = 2**kind.bit_width // (1 if str(kind).startswith("u") else 2)
    lowest = 0 if str(kind).startswith("u") else -top
    start = data.draw(st.integers(lowest, top - 1))
    near = st.integers(start, min(start + 30, top - 1))
    values = pa.array(
        data.draw(st.lists(near | st.integers(lowest, top - 1) if data.draw(st.booleans()) else near)), kind
    )
    codes, count = coded(pa.table({"key": values}))
    expected = values.dictionary_encode()
    assert codes.tolist() == expected.indices.to_pylist()
    assert count == len(expected.dictionary)


@pytest.mark.parametrize("apart", [1, 1_000_003], ids=["dense", "sparse"])
def test_two_columns_make_the_combinations_that_are_there(apart: int) -> None:
    draw = np.random.default_rng(0)
    a, b = draw.integers(0, 40, 2_000) * apart, draw.integers(0, 7, 2_000)
    codes, count = coded(pa.table({"a": a, "b": b}))
    met = dict.fromkeys(zip(a.tolist(), b.tolist(), strict=True))
    assert count == len(met)
    assert codes.tolist() == [list(met).index(pair) for pair in zip(a.tolist(), b.tolist(), strict=True)]
