"""A pass that can be taken up again: what it has gathered so far is written to a file from time to time.

The file, of the same kind as that of a finished pass, holds the state after some number of rows, a whole number of
blocks. A pass that finds it reads on from there, block by block as if it had never stopped, so that the answer is the
same to the bit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from slopewise._version import __version__
from slopewise.data import Source
from slopewise.data.containers import is_container, read_container, write_container
from slopewise.data.writing import check_writable
from slopewise.design import Design, Gathered
from slopewise.errors import ArgumentError, SourceError

KIND, SCHEMA = "slopewise checkpoint", 2
SECONDS = 10.0
"""Between two writings of the file."""


@dataclass
class Checkpoint:
    """The file of one pass: `begin` it, and `keep` what is gathered as it goes on.

    Left as a context, the file is removed if the pass has come to its end, and written once more if it was interrupted.
    `path` holds the state; `source` and `design` say of what, and a file of other rows or of another formula is
    refused. Files are known by their size, by when they were written and by how they are read; rows in memory by their
    number alone. Small samples of rows, which pictures use, are not in the file: rows are never saved.

    >>> import tempfile
    >>> from slopewise.data import open_source
    >>> source = open_source({"x": [1.0, 2.0], "y": [1.0, 3.0]})
    >>> design = Design.of("y ~ x", source.columns)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     begun = Checkpoint(Path(folder, "pass.json"), source, design)
    ...     empty, _ = begun.begin(Gathered.empty(design))
    ...     gathered = empty.add(design.prepare(next(source.blocks(design.variables))))
    ...     begun.keep(gathered, 2)
    ...     begun.write()
    ...     taken_up, rows = Checkpoint(Path(folder, "pass.json"), source, design).begin(Gathered.empty(design))
    >>> rows, taken_up.moments == gathered.moments
    (2, True)
    """

    path: Path
    source: Source
    design: Design
    _header: dict[str, Any] = field(default_factory=dict, init=False)
    _held: tuple[Gathered, int] | None = field(default=None, init=False)
    _written: float = field(default_factory=time.monotonic, init=False)

    def begin(self, empty: Gathered) -> tuple[Gathered, int]:
        """What an earlier pass has left in the file and the rows of the source it has read; `empty` and 0 without one.

        Raises `OutputError` if the file cannot be written, `SourceError` if it is no checkpoint, `ArgumentError` if
        it is that of another pass: other rows, another formula or another precision.
        """
        check_writable(self.path)
        self._header = json.loads(json.dumps(self._describe()))
        if not self.path.exists() or not self.path.stat().st_size:
            return empty, 0
        record = self._read()
        self._check(record, empty)
        try:
            return Gathered.from_dict(self.design, record["gathered"]), int(record["rows"])
        except (ArgumentError, KeyError, TypeError, ValueError) as fault:
            raise SourceError(f"{self.path} is a damaged checkpoint ({fault}); remove it and begin anew") from None

    def keep(self, gathered: Gathered, rows: int) -> None:
        """Hold what the first `rows` rows have given, and write it if the last writing is some seconds ago."""
        self._held = gathered, rows
        if time.monotonic() - self._written >= SECONDS:
            self.write()

    def write(self) -> None:
        """Write what is held, whole or not at all."""
        if self._held is None:
            return
        gathered, rows = self._held
        record = {**self._header, "rows": rows, "precision": gathered.sums.numbers.precision}
        write_container(self.path, {**record, "gathered": gathered.record()})
        self._held, self._written = None, time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.path.unlink(missing_ok=True)
        else:
            self.write()

    def _describe(self) -> dict[str, Any]:
        return {
            "kind": KIND,
            "schema": SCHEMA,
            "slopewise": __version__,
            "source": self.source.fingerprint(),
            "design": self.design.to_json(),
        }

    def _read(self) -> Mapping[str, Any]:
        record = read_container(self.path, "a checkpoint") if is_container(self.path) else {}
        if record.get("kind") != KIND:
            raise SourceError(f"{self.path} is not a checkpoint; name another file, which is made if there is none")
        if record.get("schema") != SCHEMA:
            raise SourceError(f"{self.path} was written by another version of slopewise; remove it and begin anew")
        return record

    def _check(self, record: Mapping[str, Any], empty: Gathered) -> None:
        ours = {**self._header, "precision": empty.sums.numbers.precision}
        rows = "rows (other files, or changed since, or read with other options)"
        named = {"source": rows, "design": "a formula, weights or a policy", "precision": "a precision"}
        for part, what in named.items():
            if record.get(part) != ours[part]:
                raise ArgumentError(
                    f"{self.path} is the checkpoint of another pass: it has {what} that are not those of this one; "
                    "finish that pass, name another file, or remove this one"
                )
