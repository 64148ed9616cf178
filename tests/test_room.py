"""Too many columns for the memory there is: said before a row is read, with the number that would fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slopewise as sw
from slopewise import room
from slopewise.cli import run
from slopewise.data import open_source
from slopewise.errors import DataError

P = 40
NAMES = [f"x{j}" for j in range(P)]
TABLE: dict[str, Any] = {"y": np.arange(5.0), "f": list("abcde"), **{name: np.arange(5.0) for name in NAMES}}
LIMIT = 232 * 31**2  # as much as 30 columns and the target take on 2 threads


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with room for 30 columns."""
    monkeypatch.setattr(room, "SMALL", 0)
    monkeypatch.setattr(room, "available", lambda: LIMIT)


class Unread:
    """A source of which no row may be read."""

    def __init__(self, table: Any) -> None:
        self.source = open_source(table)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def blocks(self, columns: Any, **how: Any) -> Iterator[Any]:
        raise AssertionError("a row was read")


@pytest.mark.parametrize("call", [sw.fit, sw.collect])
def test_it_is_said_before_a_row_is_read(call: Any) -> None:
    with pytest.raises(DataError, match=r"the formula, on .* has 40 columns, .* on 2 threads.*; 30 columns would fit"):
        call(" + ".join(["y ~ x0", *NAMES[1:]]), Unread(TABLE), threads=2)
    with pytest.raises(AssertionError, match="a row was read"):
        call(" + ".join(["y ~ x0", *NAMES[1:30]]), Unread(TABLE), threads=2)
    with pytest.raises(DataError, match="28 columns would fit"):  # a thread more has a state more
        call(" + ".join(["y ~ x0", *NAMES[1:]]), Unread(TABLE), threads=3)


def test_it_is_said_as_soon_as_the_levels_make_it_so() -> None:
    formula = " + ".join(["y ~ f", *NAMES[:29]])
    with pytest.raises(DataError, match="the formula has 34 columns"):
        sw.fit(formula, TABLE, threads=2)


def test_arrays_are_looked_at_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DataError, match="X has 40 columns"):
        sw.Moments.of(np.zeros((3, P)), np.zeros(3))
    with pytest.raises(DataError, match="X has 40 columns"):
        sw.fit_arrays(np.zeros((3, P)), np.zeros(3))
    ames = str(Path(__file__).parents[1] / "examples" / "ames.csv")
    assert run(["collect", ames, "price ~ .", "-o", "/nowhere.moments"]) == 1
    assert "columns would fit: take terms out of the formula" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"memory.max": "3000", "memory.current": "1200", "memory.stat": "anon 5\ninactive_file 200\n"}, 2000),
        ({"memory.max": "max", "memory.current": "1200", "memory.stat": ""}, 8192),
        ({"memory.max": "1000", "memory.current": "1200", "memory.stat": ""}, 0),
        (
            {
                "memory/memory.limit_in_bytes": "5000",
                "memory/memory.usage_in_bytes": "1000",
                "memory/memory.stat": "total_inactive_file 500",
            },
            4500,
        ),
        (
            {
                "a/memory.max": "2000",
                "a/memory.current": "0",
                "a/memory.stat": "",
                "a/b/memory.max": "max",
                "a/b/memory.current": "0",
                "a/b/memory.stat": "",
            },
            2000,
        ),
        ({}, 8192),
    ],
)
def test_what_is_free_is_the_least_of_machine_and_group(
    files: dict[str, str], free: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(room, "GROUPS", tmp_path)
    monkeypatch.setattr(room, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(room, "OWN", tmp_path / "own")
    (tmp_path / "own").write_text("0::/a/b\n", encoding="ascii")
    (tmp_path / "meminfo").write_text("MemTotal: 16 kB\nMemAvailable: 8 kB\n", encoding="ascii")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="ascii")
    assert room.available() == free


def test_room_that_was_found_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    now = [1e6]
    monkeypatch.setattr(room, "available", lambda: asked.append(1) or LIMIT)
    monkeypatch.setattr(room, "_found", (0.0, 0))
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    for columns, later, times in ((20, 0.0, 1), (20, 0.1, 1), (10, 0.0, 1), (25, 0.0, 2), (25, 1.5, 3)):
        now[0] += later
        room.check_room(columns, 2, "X")
        assert len(asked) == times
    with pytest.raises(DataError, match="30 columns would fit"):
        room.check_room(31, 2, "X")
