"""A pass that is interrupted and taken up again: the same answer, to the bit, wherever it was stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slopewise as sw
from slopewise import checkpoint
from slopewise.data import tables
from slopewise.data.containers import read_container, write_container
from slopewise.data.readable import Readable
from slopewise.errors import ArgumentError, OutputError, SourceError

FORMULA = "y ~ x + zone"


def table(m: int, seed: int = 0) -> pa.Table:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=m)
    zone = draw.choice(["a", "b", "c"], m)
    return pa.table({"x": x, "zone": zone, "y": 3.0 * x + (zone == "b") + draw.normal(size=m)})


@pytest.fixture
def shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Five Parquet files of row groups that fit no block; blocks are small, and each one is written to the file."""
    monkeypatch.setattr(tables, "ROWS", 1_000)
    monkeypatch.setattr(tables, "rows_per_block", lambda columns: 1_000)
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    for part in range(5):
        pq.write_table(table(1_700 + part, seed=part), tmp_path / f"part{part}.parquet", row_group_size=450)
    return str(tmp_path / "part*.parquet")


class Stopped(Exception):
    """What stands for an interruption."""


def stop_after(rows: int) -> Callable[[int, int | None], None]:
    def progress(done: int, total: int | None) -> None:
        if done >= rows:
            raise Stopped

    return progress


@pytest.mark.parametrize("precision", ["double", "double-double", "exact"])
@pytest.mark.parametrize("rows", [1_000, 2_000, 5_000, 8_000])
def test_an_interrupted_pass_goes_on_to_the_same_bits(shards: str, tmp_path: Path, precision: Any, rows: int) -> None:
    whole = sw.collect(FORMULA, shards, precision=precision)
    file = tmp_path / "pass.json"
    with pytest.raises(Stopped):
        sw.collect(FORMULA, shards, precision=precision, checkpoint=file, progress=stop_after(rows))
    assert read_container(file, "a checkpoint")["rows"] == rows
    seen: list[int] = []
    resumed = sw.collect(
        FORMULA, shards, precision=precision, checkpoint=file, progress=lambda done, _: seen.append(done)
    )
    assert seen[0] == min(rows + 1_000, 8_510)
    assert resumed.digest() == whole.digest()
    assert resumed.rows == whole.rows
    assert not file.exists()


def test_row_groups_that_are_done_are_not_read_again(shards: str, tmp_path: Path) -> None:
    first, second = (tmp_path / f"part{k}.parquet" for k in (0, 1))
    file = tmp_path / "pass.json"
    with pytest.raises(Stopped):
        sw.collect(FORMULA, [first, second], checkpoint=file, progress=stop_after(2_000))
    size = first.stat().st_size
    kept = first.read_bytes()
    times = first.stat().st_atime_ns, first.stat().st_mtime_ns
    # what is done is spoiled, and the footer, which says how many rows those were, left as it is
    first.write_bytes(kept[:4] + bytes(size // 2) + kept[4 + size // 2 :])
    os.utime(first, ns=times)
    assert sw.collect(FORMULA, [first, second], checkpoint=file).rows.used == 3_401


@pytest.mark.parametrize("kind", ["csv", "frame", "where"])
def test_other_sources_go_on_too(shards: str, tmp_path: Path, kind: str) -> None:
    rows = table(4_000)
    path = tmp_path / "rows.csv"
    rows.to_pandas().to_csv(path, index=False)
    given: dict[str, Any] = {
        "csv": {"data": path},
        "frame": {"data": rows},
        "where": {"data": path, "where": "x > -1"},
    }[kind]
    file = tmp_path / "pass.json"
    with pytest.raises(Stopped):
        sw.collect(FORMULA, **given, checkpoint=file, progress=stop_after(2_000))
    assert sw.collect(FORMULA, **given, checkpoint=file).digest() == sw.collect(FORMULA, **given).digest()


def test_the_checkpoint_of_another_pass_is_refused(shards: str, tmp_path: Path) -> None:
    file = tmp_path / "pass.json"
    with pytest.raises(Stopped):
        sw.fit(FORMULA, shards, checkpoint=file, progress=stop_after(3_000))
    with pytest.raises(ArgumentError, match="another pass: it has a formula"):
        sw.fit("y ~ x", shards, checkpoint=file)
    with pytest.raises(ArgumentError, match="another pass: it has rows"):
        sw.fit(FORMULA, tmp_path / "part1.parquet", checkpoint=file)
    with pytest.raises(ArgumentError, match="another pass: it has a precision"):
        sw.fit(FORMULA, shards, checkpoint=file, precision="exact")


@pytest.mark.parametrize("folder", ["one", "many"])
def test_a_file_that_has_changed_since_is_refused_though_it_is_as_long(
    shards: str, tmp_path: Path, folder: str
) -> None:
    changed = tmp_path / "part0.parquet"
    data = changed if folder == "one" else shards
    with pytest.raises(Stopped):
        sw.fit(FORMULA, data, checkpoint=tmp_path / "pass.json", progress=stop_after(1_000))
    os.utime(changed, ns=(0, 0))
    with pytest.raises(ArgumentError, match="rows \\(other files, or changed since"):
        sw.fit(FORMULA, data, checkpoint=tmp_path / "pass.json")


def test_a_file_that_is_read_otherwise_is_refused(shards: str, tmp_path: Path) -> None:
    table(3_000).to_pandas().to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(Stopped):
        sw.fit("y ~ x", tmp_path / "rows.csv", checkpoint=tmp_path / "pass.json", progress=stop_after(1_000))
    otherwise = sw.ReadOptions(missing_values="-999")
    with pytest.raises(ArgumentError, match="or read with other options"):
        sw.fit("y ~ x", tmp_path / "rows.csv", options=otherwise, checkpoint=tmp_path / "pass.json")


def test_weights_given_as_other_arrays_are_refused(shards: str, tmp_path: Path) -> None:
    rows, weights = table(3_000), np.ones(3_000)
    with pytest.raises(Stopped):
        sw.fit("y ~ x", rows, weights=weights, checkpoint=tmp_path / "pass.json", progress=stop_after(1_000))
    with pytest.raises(ArgumentError, match="another pass: it has rows"):
        sw.fit("y ~ x", rows, weights=2 * weights, checkpoint=tmp_path / "pass.json")


def test_what_comes_through_a_pipe_is_known_by_what_it_holds(tmp_path: Path) -> None:
    for name, text in (("a", "x,y\n1,2\n"), ("b", "x,y\n1,2\n"), ("c", "x,y\n1,3\n")):
        (tmp_path / name).write_text(text)
    first, same, other = (
        Readable("standard input", "standard input", tmp_path / name, "csv", 8).fingerprint(None) for name in "abc"
    )
    assert first == same != other


def test_a_query_needs_an_order_to_be_taken_up_again(shards: str, tmp_path: Path) -> None:
    query, file = f"SELECT * FROM '{shards}'", tmp_path / "pass.json"
    with pytest.raises(ArgumentError, match=r"no certain order.*ORDER BY"):
        sw.collect(FORMULA, sql=query, checkpoint=file)
    assert not file.exists()
    ordered = f"{query} ORDER BY x"
    with pytest.raises(Stopped):
        sw.collect(FORMULA, sql=ordered, checkpoint=file, progress=stop_after(2_000))
    assert sw.collect(FORMULA, sql=ordered, checkpoint=file).digest() == sw.collect(FORMULA, sql=ordered).digest()


def test_what_is_no_checkpoint_is_refused_and_kept(shards: str, tmp_path: Path) -> None:
    file = tmp_path / "pass.json"
    for content in ("", "{}", "no JSON", '{"kind": "slopewise model"}', "[" * 100_000):
        file.write_text(content)
        if content:
            with pytest.raises(SourceError, match="is not a checkpoint"):
                sw.fit(FORMULA, shards, checkpoint=file)
            assert file.read_text() == content
    with pytest.raises(OutputError, match="there is no folder"):
        sw.fit(FORMULA, shards, checkpoint=tmp_path / "none" / "pass.json")


def test_a_damaged_checkpoint_is_refused(shards: str, tmp_path: Path) -> None:
    file = tmp_path / "pass.json"
    with pytest.raises(Stopped):
        sw.fit(FORMULA, shards, checkpoint=file, progress=stop_after(3_000))
    record, whole = read_container(file, "a checkpoint"), file.read_bytes()
    for part in ("rows", "gathered"):
        write_container(file, {**record, part: None})
        with pytest.raises(SourceError, match="is a damaged checkpoint"):
            sw.fit(FORMULA, shards, checkpoint=file)
    write_container(file, {**record, "schema": 1})
    with pytest.raises(SourceError, match="another version of slopewise"):
        sw.fit(FORMULA, shards, checkpoint=file)
    file.write_bytes(whole[:-1])
    with pytest.raises(SourceError, match="was cut short"):
        sw.fit(FORMULA, shards, checkpoint=file)


PROGRAM = """
import sys, time
import slopewise as sw
from slopewise import checkpoint
from slopewise.data import tables
tables.rows_per_block = lambda columns: 500
checkpoint.SECONDS = 0.0
data, file = sys.argv[1:]
kept = sw.collect("y ~ x + zone", data, checkpoint=file, precision="exact", progress=lambda *_: time.sleep(0.01))
print(kept.digest())
"""


def test_a_pass_that_is_killed_at_random_moments_ends_with_the_same_bits(shards: str, tmp_path: Path) -> None:
    expected = sw.collect(FORMULA, shards, precision="exact").digest()
    file, draw = tmp_path / "pass.json", random.Random(5)
    command = [sys.executable, "-c", PROGRAM, shards, str(file)]
    killed = 0
    for _ in range(40):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        before = file.stat().st_mtime_ns if file.exists() else 0
        while process.poll() is None and (not file.exists() or file.stat().st_mtime_ns == before):
            time.sleep(0.002)
        time.sleep(draw.random() * 0.05)
        if process.poll() is None and killed < 3:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        answer, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            break
    assert killed == 3
    assert answer.strip() == expected
    assert not file.exists()
