"""The pass: block order, few blocks in flight, the earliest error, and a prompt end to Ctrl-C."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopewise.data import Block, Kind
from slopewise.engines.local import AHEAD, reduce
from slopewise.errors import ArgumentError
from slopewise.threads import one_thread, thread_count


@dataclass(frozen=True)
class Word:
    """Concatenation: associative, with an identity, and not commutative, so that it tells any change of order."""

    letters: tuple[Any, ...] = ()

    def add(self, rows: Sequence[Any]) -> Word:
        return Word((*self.letters, *rows))

    def merge(self, other: Word) -> Word:
        return Word(self.letters + other.letters)


@dataclass
class Counted:
    """Blocks of one row each, numbered; it counts how many are alive, and may raise instead of block `fails_at`."""

    count: int
    fails_at: int | None = None
    error: BaseException = field(default_factory=lambda: OSError("the source failed"))
    name: str = "the counted blocks"
    rows: int | None = None
    rereadable: bool = True
    columns: dict[str, Kind] = field(default_factory=lambda: {"x": "number"})
    alive: int = 0
    most_alive: int = 0
    closed: bool = False

    def blocks(self, columns: Sequence[str]) -> Iterator[Block]:
        try:
            for i in range(self.count):
                if i == self.fails_at:
                    raise self.error
                self.alive += 1
                self.most_alive = max(self.alive, self.most_alive)
                yield Block(pa.table({"x": [i]}), i + 1)
        finally:
            self.closed = True

    def describe(self) -> dict[str, Any]:
        return {"name": self.name}

    def fingerprint(self) -> dict[str, Any]:
        return self.describe()


def values(block: Block) -> list[int]:
    return list(block.table["x"].to_pylist())


def no_workers_left() -> bool:
    return not any(thread.name.startswith("slopewise") for thread in threading.enumerate())


@given(count=st.integers(0, 12), threads=st.integers(1, 5), slow=st.integers(0, 11))
def test_the_order_is_that_of_the_blocks(count: int, threads: int, slow: int) -> None:
    def prepare(block: Block) -> list[int]:
        if block.first_row - 1 == slow:
            time.sleep(0.002)
        return values(block)

    assert reduce(Counted(count), ["x"], prepare, Word(), threads=threads) == Word(tuple(range(count)))
    assert no_workers_left()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_few_blocks_are_alive(threads: int) -> None:
    source = Counted(60)
    lock = threading.Lock()

    def prepare(block: Block) -> list[int]:
        time.sleep(0.001)
        with lock:
            source.alive -= 1
        return values(block)

    reduce(source, ["x"], prepare, Word(), threads=threads)
    assert source.most_alive <= threads + AHEAD


def test_workers_run_side_by_side() -> None:
    barrier = threading.Barrier(3)

    def prepare(block: Block) -> list[int]:
        barrier.wait(timeout=20)
        return values(block)

    assert reduce(Counted(6), ["x"], prepare, Word(), threads=3).letters == tuple(range(6))


@pytest.mark.parametrize("threads", [1, 3])
def test_the_earliest_error_wins(threads: int) -> None:
    """Blocks 4 and 5 fail, 5 sooner than 4; the source fails at 6."""

    def prepare(block: Block) -> list[int]:
        i = block.first_row - 1
        if i in (4, 5):
            time.sleep(0.05 if i == 4 else 0)
            raise ValueError(f"block {i}")
        return values(block)

    source = Counted(100, fails_at=6)
    with pytest.raises(ValueError, match="block 4"):
        reduce(source, ["x"], prepare, Word(), threads=threads)
    assert source.closed
    assert no_workers_left()


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_of_the_source_is_raised_as_itself(threads: int) -> None:
    source = Counted(100, fails_at=6)
    with pytest.raises(OSError, match="the source failed") as caught:
        reduce(source, ["x"], values, Word(), threads=threads)
    assert caught.value is source.error


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("place", ["source", "worker", "progress"])
def test_an_interruption_ends_the_pass_at_once(threads: int, place: str) -> None:
    def interrupt(at: bool) -> None:
        if at:
            raise KeyboardInterrupt

    def prepare(block: Block) -> list[int]:
        interrupt(place == "worker" and block.first_row == 5)
        time.sleep(0.01)
        return values(block)

    source = Counted(10_000, fails_at=5 if place == "source" else None, error=KeyboardInterrupt())
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        reduce(
            source,
            ["x"],
            prepare,
            Word(),
            threads=threads,
            progress=lambda done, _: interrupt(place == "progress" and done == 5),
        )
    assert time.monotonic() - start < 10, "10 000 blocks would take longer"
    assert source.alive < 5 + threads + AHEAD + 2
    assert source.closed
    assert no_workers_left()


def test_progress() -> None:
    seen: list[tuple[int, int | None]] = []
    reduce(Counted(4, rows=4), ["x"], values, Word(), threads=2, progress=lambda *at: seen.append(at))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_worker_has_one_thread(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOPEWISE_THREADS", "7")
    word = reduce(Counted(5), ["x"], lambda _: [thread_count()], Word(), threads=threads)
    assert word.letters == (1,) * 5
    assert thread_count() == 7
    with one_thread():
        assert (thread_count(), thread_count(3)) == (1, 3)


@pytest.mark.parametrize("setting", ["0", "-2", "two", "1.5"])
def test_thread_settings_that_make_no_sense(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOPEWISE_THREADS", setting)
    with pytest.raises(ArgumentError, match=f"SLOPEWISE_THREADS is '{setting}'; give"):
        reduce(Counted(1), ["x"], values, Word())


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "two"])
def test_thread_arguments_that_make_no_sense(threads: Any) -> None:
    with pytest.raises(ArgumentError, match="threads is"):
        thread_count(threads)


def test_threads_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOPEWISE_THREADS", " ")
    assert thread_count() >= 1
    monkeypatch.delenv("SLOPEWISE_THREADS")
    assert thread_count() >= 1
