"""Files on disk: what a path, a glob or a list of paths means, and one source over one file or many."""

from __future__ import annotations

import difflib
import glob
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopewise.data.delimited import DelimitedFile, Tally
from slopewise.data.duck import connect
from slopewise.data.parquet import ParquetFile
from slopewise.data.tables import TableSource, named
from slopewise.errors import ColumnTypeError, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

DELIMITED = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)

PathLike = str | os.PathLike[str]
File = DelimitedFile | ParquetFile


def open_files(
    data: PathLike | Sequence[PathLike], *, where: str | None = None, threads: int | None = None
) -> File | Shards:
    """Open one file, or several as one; see `open_source`. Raises SourceError for what cannot be read."""
    paths = paths_of(data)
    connection = connect(threads, paths)
    files = [_open_file(path, connection, where) for path in paths]
    return files[0] if len(files) == 1 else Shards(files, where)


def paths_of(data: PathLike | Sequence[PathLike]) -> list[Path]:
    """The files that a path, a glob pattern or a list of these means. Raises SourceError where there is none."""
    given: Sequence[PathLike] = [data] if isinstance(data, str | os.PathLike) else data
    paths = [path for pattern in given for path in _resolve(os.fspath(pattern))]
    for path in paths:
        if os.fsencode(path) != str(path).encode(errors="replace"):
            raise SourceError(f"{path} has a name that is not UTF-8 text; rename it")
    return paths


class Shards(TableSource):
    """Several files read one after the other, as if they were one; rows are counted through all of them.

    They need the same columns, in any order. What a column holds is decided from all of them together.
    """

    def __init__(self, files: Sequence[File], where: str | None = None) -> None:
        first, last = files[0], files[-1]
        self._files = list(files)
        self._where = where
        self.name = named(f"{len(files)} files ({first.path.name} … {last.path.name})", where)
        for file in files[1:]:
            _check_same_columns(first, file)
        _agree_on_kinds(self._files)
        self.columns = dict(first.columns)
        self.written = _written_in_all(files)
        counts = [file.rows for file in files]
        self.rows = None if None in counts else sum(count for count in counts if count is not None)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        for file in self._files:
            yield from file.tables(columns, rows)

    def describe(self) -> dict[str, Any]:
        described = {"name": self.name, "kind": "files", "files": [file.describe() for file in self._files]}
        return described if self._where is None else {**described, "where": self._where}


def _written_in_all(files: Sequence[File]) -> dict[str, str]:
    written = files[0].written
    return {name: written[name] for name in written if all(name in file.written for file in files)}


def _check_same_columns(first: File, other: File) -> None:
    lacks = [name for name in first.columns if name not in other.columns]
    extra = [name for name in other.columns if name not in first.columns]
    if lacks or extra:
        difference = f"lacks {lacks[0]!r}" if lacks else f"has {extra[0]!r}"
        raise SourceError(
            f"{other.name} {difference}, unlike {first.name}; files that are read as one need the same columns"
        )


def _agree_on_kinds(files: Sequence[File]) -> None:
    delimited = [file for file in files if isinstance(file, DelimitedFile)]
    for name in files[0].columns:
        total = sum((file.tallies[name] for file in delimited), Tally())
        typed = {file.columns[name] for file in files if isinstance(file, ParquetFile)}
        for text_file in delimited:
            text_file.settle(name, total, only=typed)
        for file in files[1:]:
            if file.columns[name] != files[0].columns[name]:
                raise ColumnTypeError(
                    f"column {name!r} holds {file.columns[name]} values in {file.name} and {files[0].columns[name]} "
                    f"values in {files[0].name}; files that are read as one need columns of the same kinds"
                )


def _resolve(text: str) -> list[Path]:
    """The files that a path or a glob pattern means; a file that exists under that very name comes first."""
    if _ADDRESS.match(text):
        raise SourceError(f"{text} is an address, and only files on this machine are read; download it first")
    if text in ("-", "/dev/stdin"):
        raise SourceError("rows are read from files and not from standard input; save them as a .csv file first")
    path = Path(text).expanduser()
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


def _open_file(path: Path, connection: duckdb.DuckDBPyConnection, where: str | None) -> File:
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if path.is_dir():
        raise SourceError(f"{path} is a directory; name the files in it, for example {path / '*.csv'}")
    if suffix.lower() not in DELIMITED + PARQUET:
        raise SourceError(f"{path} is not of a kind that can be read; give a .csv, .tsv, .txt or .parquet file")
    if not path.exists():
        raise SourceError(f"{path} is a link to a file that does not exist; mend the link")
    if not path.is_file():
        raise SourceError(f"{path} is not a regular file, and rows may be read twice; save it as a file first")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened ({error.strerror}); check its permissions") from None
    if empty:
        raise SourceError(f"{path} is empty (0 bytes); a table needs a header and rows")
    return (ParquetFile if suffix.lower() in PARQUET else DelimitedFile)(path, connection, where)
