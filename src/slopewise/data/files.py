"""Files on disk: what a path, a glob or a list of paths means, and the source that reads each format."""

from __future__ import annotations

import difflib
import glob
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from slopewise.data.arrowfile import ArrowFile
from slopewise.data.delimited import DelimitedFile
from slopewise.data.duck import Connect, connect
from slopewise.data.filtered import Filtered
from slopewise.data.jsonlines import JsonFile
from slopewise.data.options import DEFAULT, FOR_JSON, ReadOptions
from slopewise.data.parquet import ParquetFile
from slopewise.data.readable import STANDARD_INPUT, Readable, open_readable
from slopewise.data.shards import Shards
from slopewise.data.tables import TableSource
from slopewise.errors import ArgumentError, SourceError, UnknownColumn

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)

PathLike = str | os.PathLike[str]


def open_files(
    data: PathLike | Sequence[PathLike],
    *,
    where: str | None = None,
    threads: int | None = None,
    options: ReadOptions | None = None,
) -> TableSource:
    """Open one file, or several as one; see `open_source`. Raises SourceError for what cannot be read."""
    options = options or DEFAULT
    files = [open_readable(path, options) for path in paths_of(data)]
    _check_meaning(options, files)
    connection = cache(lambda: connect(threads, [file.place for file in files]))  # one for all, once it is needed
    sources = [_open(file, connection, where, threads, options) for file in files]
    for name in (*options.text, *options.numbers):
        if name not in sources[0].columns:
            raise UnknownColumn(name, sources[0].columns, sources[0].name)
    return sources[0] if len(sources) == 1 else Shards(sources, [file.name for file in files], where)


def paths_of(data: PathLike | Sequence[PathLike]) -> list[Path]:
    """The files that a path, a glob pattern or a list of these means; '-' is standard input.

    Raises SourceError where there is none.
    """
    given: Sequence[PathLike] = [data] if isinstance(data, str | os.PathLike) else data
    paths = [path for pattern in given for path in _resolve(os.fspath(pattern))]
    for path in paths:
        if os.fsencode(path) != str(path).encode(errors="replace"):
            raise SourceError(f"{path} has a name that is not UTF-8 text; rename it")
    return paths


def _check_meaning(options: ReadOptions, files: Sequence[Readable]) -> None:
    """Raise ArgumentError for an option that means nothing to any of the files."""
    formats = {file.format for file in files}
    if "csv" in formats:
        return
    for name in options.given:
        if "json" not in formats or name not in FOR_JSON:
            value = getattr(options, name)
            shown = ",".join(value) if isinstance(value, tuple) else value
            raise ArgumentError(
                f"{name}={shown!r} has no meaning for {files[0].name}, a {files[0].format} file; leave it out"
            )


def _open(
    file: Readable,
    connection: Connect,
    where: str | None,
    threads: int | None,
    options: ReadOptions,
) -> TableSource:
    if file.format == "parquet":
        return ParquetFile(file, connection, where, threads)
    if file.format == "arrow":
        source = ArrowFile(file)
        return source if where is None else Filtered(source, where, threads=threads)
    return (JsonFile if file.format == "json" else DelimitedFile)(file, connection(), where, options, threads)


def _resolve(text: str) -> list[Path]:
    """The files that a path or a glob pattern means; a file that exists under that very name comes first."""
    if _ADDRESS.match(text):
        raise SourceError(f"{text} is an address, and only files on this machine are read; download it first")
    path = Path(text).expanduser()
    if text in STANDARD_INPUT:
        return [path]
    if not text or not os.path.lexists(path):
        if text and glob.has_magic(text):
            matches = sorted(match for match in glob.glob(str(path), recursive=True) if os.path.isfile(match))
            if matches:
                return [Path(match) for match in matches]
            raise SourceError(f"no file matches {text}; check the pattern and the folder")
        raise SourceError(f"{text or 'the empty path'} does not exist; {_did_you_mean(path)}")
    return [path]


def _did_you_mean(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"nor does the folder {folder}"
    try:
        names = {entry.name.casefold(): entry.name for entry in folder.iterdir() if entry.is_file()}
    except OSError:
        names = {}
    close = difflib.get_close_matches(path.name.casefold(), names, n=3, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(str(folder / names[name]) for name in close) + "?"
    return "check the path"
