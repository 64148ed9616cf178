"""Texts that a file keeps in a dictionary come as they are stored, and mean what the same texts mean elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw
from slopewise.data import Block, open_source
from slopewise.data.tables import ROWS, blocks_of
from slopewise.design import Design, Gathered
from slopewise.errors import ColumnTypeError

texts = st.lists(st.none() | st.sampled_from(["b", "a", "", "NA", "é"]), min_size=1, max_size=30)


def written(table: pa.Table, path: Path, **how: Any) -> Path:
    pq.write_table(table, path, **how)
    return path


def as_blocks(path: Path, names: list[str]) -> list[Block]:
    return list(open_source(path).blocks(names))


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_only_what_the_file_keeps_in_dictionaries_is_coded(kind: pa.DataType, tmp_path: Path) -> None:
    table = pa.table({"s": ["b", "a", None, "b"], "t": ["x", "y", "z", "w"], "n": [1, 2, 3, 4]})
    given = table.set_column(0, "s", table["s"].cast(kind))
    path = written(given, tmp_path / "a.parquet", use_dictionary=["s", "n"])
    (block,) = as_blocks(path, ["n", "s", "t"])
    assert block.coded == {"s"}
    assert pa.types.is_dictionary(block.stored.schema.field("s").type)
    assert block.table.equals(table.select(["n", "s", "t"]))
    assert (block.rows, open_source(path).levels) == (4, {})
    (filtered,) = open_source(path, where="n > 1").blocks(["s"])
    assert (filtered.coded, filtered.table["s"].to_pylist()) == (frozenset(), ["a", None, "b"])


def test_row_groups_have_dictionaries_of_their_own(tmp_path: Path) -> None:
    table = pa.table({"s": [f"level {i * i % 1009}" for i in range(ROWS + 5000)], "y": np.arange(ROWS + 5000.0)})
    path = written(table, tmp_path / "a.parquet", row_group_size=999)
    blocks = as_blocks(path, ["s", "y"])
    assert [block.rows for block in blocks] == [ROWS, 5000]
    assert all(block.coded == {"s"} for block in blocks)
    assert pa.concat_tables([block.table for block in blocks]).equals(table)


@settings(max_examples=40)
@given(texts, texts)
def test_a_block_of_coded_texts_and_plain_ones_has_plain_texts(one: list[str | None], other: list[str | None]) -> None:
    parts = [
        pa.table({"s": pa.array(one, pa.string()).dictionary_encode()}),
        pa.table({"s": pa.array(other, pa.string())}),
    ]
    (block,) = blocks_of(parts, 100, coded=["s"])
    assert (block.coded, block.stored["s"].to_pylist()) == (frozenset(), one + other)
    (block,) = blocks_of([*parts[:1], *parts[:1]], 100, coded=["s"])
    assert (block.coded, block.table["s"].to_pylist()) == ({"s"}, one + one)


def test_files_of_which_one_is_coded_are_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("s,y\nb,1\na,2\n")
    written(pa.table({"s": ["a", "c"], "y": [3.0, 5.0]}), tmp_path / "b.parquet")
    source = open_source([tmp_path / "a.csv", tmp_path / "b.parquet"])
    assert [row for block in source.blocks(["s", "y"]) for row in block.table["s"].to_pylist()] == ["b", "a", "a", "c"]
    model = sw.fit("y ~ s", [tmp_path / "a.csv", tmp_path / "b.parquet"])
    assert model.coefficients == pytest.approx({"Intercept": 2.5, "s[T.b]": -1.5, "s[T.c]": 2.5})


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.none() | st.sampled_from("abcde"), st.integers(-9, 9)), min_size=1, max_size=60),
    st.integers(1, 9),
)
def test_coded_texts_gather_to_the_bits_of_plain_ones(rows: list[tuple[str | None, int]], at_a_time: int) -> None:
    table = pa.table({"s": pa.array([s for s, _ in rows], pa.string()), "y": pa.array([y / 7 for _, y in rows])})
    encoded = [
        table.slice(start, at_a_time).set_column(0, "s", table["s"].slice(start, at_a_time).dictionary_encode())
        for start in range(0, len(rows), at_a_time)
    ]
    design = Design.of("y ~ s", {"s": "text", "y": "number"})
    (plain,), (coded,) = blocks_of([table], 100), blocks_of(encoded, 100, coded=["s"])
    ours, theirs = (Gathered.empty(design).add(design.prepare(block)) for block in (coded, plain))
    assert ours.to_dict() == theirs.to_dict()
    assert ours.sample.table.equals(theirs.sample.table)


def test_a_stray_text_is_named_by_its_first_row_and_levels_that_do_not_occur_do_not_count() -> None:
    design = Design.of("y ~ s", {"s": "text", "y": "number"})
    dictionary = pa.array(["unused", "what", "1", "2", "n/a", "3", "4", "5"])
    s = pa.DictionaryArray.from_arrays(pa.array([2, 3, 4, 5, 1, 6, 7], pa.int32()), dictionary)
    block = Block(pa.table({"s": s, "y": np.arange(7.0)}), 1, frozenset(["s"]))
    with pytest.raises(ColumnTypeError, match=r"row 3: column 's' holds 'n/a' among values that are numbers"):
        design.prepare(block)
    design.prepare(Block(block.stored, 1))  # declared by whoever made the dictionary, they are levels


def test_a_code_that_points_nowhere_is_a_file_that_cannot_be_read() -> None:
    from slopewise.data.parquet import _valid

    s = pa.DictionaryArray.from_arrays(pa.array([0, 7], pa.int32()), pa.array(["a"]), safe=False)
    with pytest.raises(pa.ArrowInvalid):
        _valid(pa.table({"s": s}), ["s"])
