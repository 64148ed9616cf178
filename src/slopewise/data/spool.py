"""`Spool`: a temporary file that nobody has to remove, not even after a crash."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from slopewise.errors import SourceError


class Spool:
    """Bytes kept on disk for as long as this object lives.

    Where the system can open a file by its descriptor (Linux), the file has no name at all and is gone with the
    process, however that ends; elsewhere it has one and is removed when the interpreter ends.

    `place` is the path that opens it, again and again. Raises `SourceError` when the disk is full.

    >>> spool = Spool([b"a,b", b"1,2"], "the example")
    >>> spool.place.read_bytes()
    b'a,b1,2'
    """

    def __init__(self, parts: Iterable[bytes], shown: str) -> None:
        file: IO[bytes] = tempfile.TemporaryFile(prefix="slopewise-")  # noqa: SIM115 — closed with this object
        self.place = Path(f"/proc/self/fd/{file.fileno()}")
        if not os.path.exists(self.place):
            file.close()
            file = tempfile.NamedTemporaryFile(prefix="slopewise-", delete=False)  # noqa: SIM115
            self.place = Path(file.name)
            weakref.finalize(self, self.place.unlink, missing_ok=True)
        weakref.finalize(self, file.close)  # called before the one above
        for part in parts:
            _write(file, part, shown)
        _write(file, b"", shown)


def _write(file: IO[bytes], part: bytes, shown: str) -> None:
    """Append `part`; at its end, marked by none, nothing is left in the buffer."""
    try:
        file.write(part) if part else file.flush()
    except OSError as error:
        raise SourceError(
            f"{shown} cannot be copied to {tempfile.gettempdir()} ({error.strerror}); "
            "make room there, or name a folder that has it in TMPDIR"
        ) from None
