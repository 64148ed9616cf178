"""A file that is there whole or not at all: written beside its place and moved there when it is complete."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from slopewise.errors import OutputError

_DEVICE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


@contextlib.contextmanager
def write_whole(path: str | os.PathLike[str], mode: Literal["w", "wb", "w+b"] = "w") -> Iterator[IO[Any]]:
    """Open a file for writing that takes its place at `path` when the block ends, and leaves no trace if it fails.

    Until then the old file, if there is one, stays as it is; an exception (Ctrl-C too) removes what was written.
    Text is UTF-8 with the line ends as written. The new file keeps the old one's permissions. Through a symbolic link
    the file that it names is replaced; what is no regular file (a pipe, /dev/stdout) is written directly.

    Raises OutputError if the file cannot be written: no such folder, a directory, no permission, no space.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with write_whole(folder / "a.txt") as file:
    ...     _ = file.write("whole")
    >>> [entry.name for entry in folder.iterdir()], (folder / "a.txt").read_text()
    (['a.txt'], 'whole')
    """
    shown, target = Path(path), Path(os.path.realpath(path))
    if _is_special(shown):
        with _space_for(shown), _opened(shown, shown, mode) as file:
            yield file
        return
    _check_target(shown, target)
    beside = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        with _space_for(shown), _opened(beside, shown, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _move(beside, target, shown)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise OutputError if `path` cannot be written, so that long work need not be done to find out.

    >>> check_writable("/dev/null")
    """
    shown, target = Path(path), Path(os.path.realpath(path))
    if _is_special(shown):
        return
    _check_target(shown, target)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"{shown} cannot be written: its folder is write-protected; choose another place")


def _is_special(path: Path) -> bool:
    """Whether to write in place: /dev/stdout stays what it is even where it leads to a regular file."""
    if str(path).startswith(("/dev/", "/proc/")):
        return True
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(kind) and not stat.S_ISDIR(kind)


def _check_target(shown: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise OutputError(f"{shown} cannot be written: there is no folder {target.parent}; make it first")
    try:
        kind = target.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise _failure(shown, error) from None
    if stat.S_ISDIR(kind):
        raise OutputError(f"{shown} is a directory; name a file in it")
    if not os.access(target, os.W_OK):
        raise OutputError(f"{shown} cannot be written: it is write-protected; choose another name")


def _opened(path: Path, shown: Path, mode: Literal["w", "wb", "w+b"]) -> IO[Any]:
    try:
        return path.open(mode) if mode != "w" else path.open(mode, encoding="utf-8", newline="")
    except OSError as error:
        raise _failure(shown, error) from None


def _move(beside: Path, target: Path, shown: Path) -> None:
    try:
        if os.path.exists(target):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # so that the new name, too, survives a loss of power
        finally:
            os.close(folder)
    except OSError as error:
        raise _failure(shown, error) from None


@contextlib.contextmanager
def _space_for(shown: Path) -> Iterator[None]:
    """Report a device that is full or fails; the caller's other errors pass as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in _DEVICE:
            raise _failure(shown, error) from None
        raise


def _failure(shown: Path, error: OSError) -> OutputError:
    return OutputError(f"{shown} cannot be written ({error.strerror}); choose another place, or make room there")
