"""What is packed, or comes through a pipe, is read like the file it holds; cut short it is never a shorter table."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from slopewise.data import ReadOptions, Source, header, open_source
from slopewise.data.spool import Spool
from slopewise.errors import SourceError

ROWS = 30_000
CONTENT = b"x,s\n" + b"".join(b"%d,a\n" % row for row in range(ROWS))
PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, 1),
    ".zst": lambda content: pa.compress(content, "zstd", asbytes=True),  # type: ignore[no-any-return]
    ".bz2": lambda content: bz2.compress(content, 1),
    ".xz": lambda content: lzma.compress(content, preset=0),
}


def total(source: Source) -> tuple[int, float]:
    """The number of rows and the sum of x."""
    values = [value for block in source.blocks(["x"]) for value in block.table["x"].to_pylist()]
    return len(values), sum(values)


EXPECTED = (ROWS, ROWS * (ROWS - 1) / 2)


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("name", ["t.csv{}", "t.csv", "T.TXT{}"])
def test_packed_files(suffix: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name.format(suffix)
    path.write_bytes(PACKED[suffix](CONTENT))
    source = open_source(path)
    assert total(source) == total(source) == EXPECTED
    assert source.describe() == {"name": path.name, "kind": "csv", "bytes": path.stat().st_size}


@pytest.mark.parametrize("suffix", PACKED)
def test_packed_in_two_parts(suffix: str, tmp_path: Path) -> None:
    half = CONTENT.index(b"\n", len(CONTENT) // 2)
    (tmp_path / f"t.csv{suffix}").write_bytes(PACKED[suffix](CONTENT[:half]) + PACKED[suffix](CONTENT[half:]))
    assert total(open_source(tmp_path / f"t.csv{suffix}")) == EXPECTED


@pytest.mark.parametrize("suffix", PACKED)
def test_packed_files_that_are_not_whole(suffix: str, tmp_path: Path) -> None:
    whole = PACKED[suffix](CONTENT)
    flipped = bytearray(whole)
    flipped[-6] ^= 1
    for content in (whole[:-1], whole[:-8], whole[: len(whole) // 2], bytes(flipped), whole[:20]):
        (tmp_path / f"t.csv{suffix}").write_bytes(content)
        with pytest.raises(SourceError, match=r"is not a whole [a-z0-9]+ file; write or copy it anew"):
            open_source(tmp_path / f"t.csv{suffix}")


def test_a_name_that_promises_too_much(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(CONTENT)
    assert total(open_source(tmp_path / "t.csv.gz")) == EXPECTED, "what was unpacked on its way keeps its name at times"


def test_binary_formats_can_be_packed(tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pa.table({"x": [1, 2]}), tmp_path / "t.parquet")
    (tmp_path / "t.parquet.gz").write_bytes(gzip.compress((tmp_path / "t.parquet").read_bytes()))
    assert total(open_source(tmp_path / "t.parquet.gz")) == (2, 3)


def test_a_fault_in_a_packed_file_bears_the_name_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv.xz").write_bytes(lzma.compress(CONTENT + b"1,2,3\n"))
    with pytest.raises(SourceError) as caught:
        total(open_source(tmp_path / "t.csv.xz"))
    assert str(caught.value).startswith(f"{tmp_path / 't.csv.xz'} cannot be read: row {ROWS + 1} (line {ROWS + 2})")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def fileno(self) -> int:
            return 0

        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(CONTENT))
    with pytest.raises(SourceError, match=r"t.csv.gz cannot be copied to .* \(No space left on device\).*TMPDIR"):
        open_source(tmp_path / "t.csv.gz")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files can be opened by their descriptors, and where they cannot."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for exists in (os.path.exists, lambda _: False):
        monkeypatch.setattr(os.path, "exists", exists)
        spool = Spool([b"a", b"b"], "it")
        assert spool.place.read_bytes() == spool.place.read_bytes() == b"ab"
        del spool
        assert list(tmp_path.iterdir()) == []


# Standard input and other pipes


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def send(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return send


def as_parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    return sink.getvalue()


def as_arrow(table: pa.Table, new: Callable[..., Any]) -> bytes:
    sink = io.BytesIO()
    with new(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


SMALL = pa.table({"x": [1.0, 2.0], "s": ["é", None]})
STREAMS = {
    "csv": "x,s\n1,é\n2,\n".encode(),
    "tabs": "x\ts\n1\té\n2\t\n".encode(),
    "utf-16": "x,s\n1,é\n2,\n".encode("utf-16"),
    "gzip": gzip.compress("x,s\n1,é\n2,\n".encode()),
    "json lines": b'{"x": 1, "s": "\\u00e9"}\n{"x": 2}\n',
    "json array": b'\xef\xbb\xbf [ {"x": 1, "s": "\\u00e9"}, {"x": 2}]',
    "parquet": as_parquet(SMALL),
    "arrow file": as_arrow(SMALL, pa.ipc.new_file),
    "arrow stream": as_arrow(SMALL, pa.ipc.new_stream),
}


@pytest.mark.parametrize("form", STREAMS)
def test_standard_input_is_any_format(form: str, pipe: Callable[[bytes], None]) -> None:
    pipe(STREAMS[form])
    for data in ("-", "/dev/stdin", ["-"]):
        source = open_source(data)
        for _ in range(2):
            (block,) = source.blocks(["s", "x"])
            assert block.table.to_pydict() == {"s": ["é", None], "x": [1, 2]}
        assert source.name == source.describe()["name"] == "standard input"
    filtered = open_source("-", where="x > 1")
    assert [block.table.to_pydict() for block in filtered.blocks(["x"])] == [{"x": [2]}]


def test_standard_input_with_options(pipe: Callable[[bytes], None]) -> None:
    pipe("x;s\n0,5;é\n".encode("latin-1"))
    (block,) = open_source("-", options=ReadOptions(encoding="latin-1", decimal=",")).blocks(["x", "s"])
    assert block.table.to_pydict() == {"x": [0.5], "s": ["é"]}


def test_faults_of_standard_input(pipe: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(b"")
    with pytest.raises(SourceError, match=r"standard input is empty \(0 bytes\)"):
        open_source("-")
    pipe(b"a,b\n1\n")
    with pytest.raises(SourceError, match=r"standard input cannot be read: row 1 \(line 2\)"):
        open_source("-")
    pipe(gzip.compress(CONTENT)[:-9])
    with pytest.raises(SourceError, match="standard input is not a whole gzip file"):
        open_source("-")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(SourceError, match="is a terminal"):
        open_source("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="is a terminal"):
        open_source("-")


def test_a_pipe_of_the_shell() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x\n1\n2\n")
    os.close(writing)
    assert total(open_source(f"/dev/fd/{reading}")) == (2, 3)
    os.close(reading)


READER = """
import sys
from slopewise.data import open_source
source = open_source("-")
print(source.columns, sum(block.table.num_rows for block in source.blocks(["x"])), flush=True)
if "wait" in sys.argv:
    import time
    time.sleep(60)
"""


@pytest.mark.parametrize("end", [None, signal.SIGTERM, signal.SIGINT])
def test_a_real_pipe_leaves_no_file_however_it_ends(end: signal.Signals | None, tmp_path: Path) -> None:
    command = [sys.executable, "-c", READER, *(["wait"] if end else [])]
    process = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(CONTENT)
    process.stdin.close()
    assert process.stdout.readline().decode().strip() == f"{{'x': 'number', 's': 'text'}} {ROWS}"
    if end:
        process.send_signal(end)
    process.wait(timeout=60)
    process.stdout.close()
    assert list(tmp_path.iterdir()) == []


# Lines without an end


def test_a_line_without_end_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header, "LONGEST_LINE", 2**12)
    monkeypatch.setattr(header, "BUFFER", 2**16)
    path = tmp_path / "t.csv"
    for content, line in ((b"x" * 2**17, 1), (b"x\n1\n" + b"2" * 2**17, 3), (b"x\n" * 2**16 + b"2" * 2**17, 2**16 + 1)):
        path.write_bytes(content)
        with pytest.raises(SourceError, match=rf"line {line} is longer than 0\.0039 MB"):
            open_source(path)
    path.write_bytes(b"x" * 5000 + b"\n1\n")
    with pytest.raises(SourceError, match=r"begins with a line longer than 0\.0039 MB"):
        open_source(path)
    path.write_bytes(b'"x\n' * 5000)
    with pytest.raises(SourceError, match="quote in its header"):
        open_source(path)
