"""The rows that a sample keeps are those with the smallest hashes, whichever spelling looks for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data.hashing import drawn, of_rows
from slopewise.design import sample_large


@given(st.integers(1, 2**62), st.integers(1, 30_000), st.integers(1, 40))
def test_both_spellings_keep_the_same_rows(first: int, rows: int, limit: int) -> None:
    number = np.arange(first, first + rows)
    expected = np.sort(np.argsort(of_rows(number))[:limit])
    assert drawn(number, limit).tolist() == expected.tolist()
    assert sample_large.drawn(number, limit).tolist() == expected.tolist()


@pytest.mark.parametrize("first", [0, 5_000])
def test_more_small_hashes_than_there_is_room_for(first: int) -> None:
    hashes = of_rows(np.arange(2**18))
    number = np.argsort(hashes)[first : first + 3_000]  # hashes that are all smaller, or larger, than is likely
    assert sample_large.drawn(number, 100).tolist() == np.sort(np.argsort(of_rows(number))[:100]).tolist()
