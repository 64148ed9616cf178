"""A file is there whole or not at all, whatever interrupts its writing."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from slopewise.data.writing import write_whole
from slopewise.errors import OutputError, SourceError


def listing(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("before", [None, "old"])
def test_written_whole(before: str | None, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    if before is not None:
        path.write_text(before)
    with write_whole(path) as file:
        file.write("new é\n")
        file.flush()
        assert path.exists() == (before is not None), "nothing is in place before the end"
    assert path.read_bytes() == "new é\n".encode()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, SourceError, OSError])
@pytest.mark.parametrize("before", [{}, {"out.csv": "old"}])
def test_an_error_leaves_no_trace(error: type[BaseException], before: dict[str, str], tmp_path: Path) -> None:
    for name, text in before.items():
        (tmp_path / name).write_text(text)

    def write() -> None:
        with write_whole(tmp_path / "out.csv") as file:
            file.write("half")
            raise error("midway")

    with pytest.raises(error, match="midway"):
        write()
    assert listing(tmp_path) == before


def test_a_kill_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    script = (
        "import sys\nfrom slopewise.data.writing import write_whole\n"
        "with write_whole(sys.argv[1]) as file:\n"
        "    file.write('half'); file.flush(); print('ready', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=os.environ | _path(), stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert path.read_text() == "old"


def _path() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(OutputError) as caught, write_whole(path):
            pytest.fail("the body must not run")
        return str(caught.value)

    assert "there is no folder" in refusal(tmp_path / "nowhere" / "out.csv")
    assert "is a directory" in refusal(tmp_path)
    assert "File name too long" in refusal(tmp_path / ("x" * 300))


def test_a_full_device() -> None:
    with (
        pytest.raises(OutputError, match=r"/dev/full cannot be written \(No space left"),
        write_whole("/dev/full") as file,
    ):
        file.write("x")


def test_a_failing_device(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="make room"), write_whole(tmp_path / "out.csv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert listing(tmp_path) == {}


def test_a_folder_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="Permission denied"), write_whole(tmp_path / "out.csv"):
        pytest.fail("the body must not run")
    monkeypatch.undo()
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="Permission denied"), write_whole(tmp_path / "out.csv") as file:
        file.write("x")
    assert listing(tmp_path) == {}


def test_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    mask = os.umask(0o027)
    try:
        with write_whole(path, "wb") as file:
            file.write(b"\0\1")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    with write_whole(path, "wb") as file:
        file.write(b"\2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert path.read_bytes() == b"\2"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to("target.csv")
    with write_whole(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_special_files_are_written_directly(tmp_path: Path) -> None:
    with write_whole("/dev/null") as file:
        file.write("x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    script = "from slopewise.data.writing import write_whole\nwith write_whole('/dev/stdout') as f: f.write('through')"
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | _path(), capture_output=True, check=True)
    assert done.stdout == b"through"
