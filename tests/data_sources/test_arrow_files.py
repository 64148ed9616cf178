"""Arrow IPC files and streams: only the columns asked for, whole or not at all, and never a crash."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopewise.data import open_source
from slopewise.errors import SlopewiseError, SourceError

TABLE = pa.table(
    {
        "Lot.Area": pa.array([1.5, None, 3.0] * 500),
        "city": pa.array(["Oslo", None, "Bergen"] * 500).dictionary_encode(),
        "zeros": pa.array([0] * 1500),
    }
)
FORMS = ["file", "stream"]


def written(form: str, table: pa.Table = TABLE, compression: str | None = None) -> bytes:
    sink = io.BytesIO()
    new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
    with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, max_chunksize=100)
    return sink.getvalue()


def rows_of(path: Path) -> int:
    source = open_source(path)
    return sum(block.table.num_rows for block in source.blocks(list(source.columns)))


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
@pytest.mark.parametrize("form", FORMS)
def test_columns_in_the_order_asked_for(form: str, compression: str | None, tmp_path: Path) -> None:
    (tmp_path / "t.arrow").write_bytes(written(form, compression=compression))
    source = open_source(tmp_path / "t.arrow")
    assert source.columns == {"Lot.Area": "number", "city": "text", "zeros": "number"}
    assert source.rows == (len(TABLE) if form == "file" else None)
    (block,) = source.blocks(["city", "Lot.Area"])
    assert block.table.to_pydict() == TABLE.select(["city", "Lot.Area"]).to_pydict()
    assert source.describe()["kind"] == "arrow"


SIZES = pa.DictionaryArray.from_arrays([2, 0] * 200, ["small", "middle", "large"])


@pytest.mark.parametrize("form", FORMS)
def test_declared_levels_are_kept(form: str, tmp_path: Path) -> None:
    (tmp_path / "t.arrow").write_bytes(written(form, pa.table({"x": [1] * 400, "size": SIZES})))
    for where in (None, "x = 1"):
        source = open_source(tmp_path / "t.arrow", where=where)
        assert source.levels == {"size": ("small", "middle", "large")}
        (block,) = source.blocks(["size"])
        assert block.table["size"].chunk(0).dictionary.to_pylist() == ["small", "middle", "large"]


def test_levels_that_are_not_declared(tmp_path: Path) -> None:
    """A stream may change them from batch to batch, and Polars' Categorical has them in the order of the rows."""
    parts = [pa.table({"s": pa.array(values).dictionary_encode()}) for values in (["b", "a"], ["c", "b"])]
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, parts[0].schema) as writer:
        for part in parts:
            writer.write_table(part)
    (tmp_path / "t.arrow").write_bytes(sink.getvalue())
    pl.DataFrame({"s": ["b", "a", "c", "b"]}, schema={"s": pl.Categorical}).write_ipc(tmp_path / "p.arrow")
    for name in ("t.arrow", "p.arrow"):
        source = open_source(tmp_path / name)
        assert source.levels == {}
        (block,) = source.blocks(["s"])
        assert block.table["s"].type == pa.string()
        assert block.table["s"].to_pylist() == ["b", "a", "c", "b"]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_table(form: str, tmp_path: Path) -> None:
    (tmp_path / "t.arrow").write_bytes(written(form, TABLE.slice(0, 0)))
    assert rows_of(tmp_path / "t.arrow") == 0


@pytest.mark.parametrize("form", FORMS)
def test_cut_anywhere_it_is_refused(form: str, tmp_path: Path) -> None:
    """Between two batches of a stream too, where a reader that trusts the end of the file would lose rows."""
    whole = written(form)
    for cut in sorted({1, 8, 9, 400, len(whole) - 1, *range(16, len(whole), 4001), len(whole) // 8 * 4}):
        (tmp_path / "t.arrow").write_bytes(whole[:-cut])
        with pytest.raises(SourceError, match=r"write or copy it anew|not an Arrow file"):
            rows_of(tmp_path / "t.arrow")


def test_cut_between_two_batches(tmp_path: Path) -> None:
    zeros = TABLE.select(["zeros"])
    one, two = (written("stream", zeros.slice(0, rows)) for rows in (100, 200))
    assert two.startswith(one[:-8]), "the first batch and then the end mark, or the second batch"
    (tmp_path / "t.arrow").write_bytes(one[:-8])
    with pytest.raises(SourceError, match="without its end mark, so rows may be lost"):
        open_source(tmp_path / "t.arrow")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMS), place=st.integers(0, 2**40), mask=st.integers(1, 255))
def test_a_corrupt_byte_is_read_or_refused(tmp_path: Path, form: str, place: int, mask: int) -> None:
    content = bytearray(written(form))
    content[place % len(content)] ^= mask
    (tmp_path / "t.arrow").write_bytes(content)
    with contextlib.suppress(SlopewiseError):
        rows_of(tmp_path / "t.arrow")


def test_what_is_no_arrow_file(tmp_path: Path) -> None:
    for content, expected in ((b"FEA1 and so on", "version 1"), (b"a,b\n1,2\n", "not an Arrow file"), (b"x", "not an")):
        (tmp_path / "t.feather").write_bytes(content)
        with pytest.raises(SourceError, match=expected):
            open_source(tmp_path / "t.feather")
    names = pa.schema([("a", pa.int64()), ("a", pa.int64())])
    (tmp_path / "t.arrow").write_bytes(written("file", names.empty_table()))
    with pytest.raises(SourceError, match="two columns named 'a'"):
        open_source(tmp_path / "t.arrow")
