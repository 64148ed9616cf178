"""`Readable`: a file as people have it, made plain — unpacked, in UTF-8, and there to be read again.

A packed file (.gz, .zst, .bz2, .xz, by its first bytes, whatever its name), text in another encoding, and what comes
through a pipe are copied once into a `Spool`, checksums and all. What is read afterwards, as often as it takes, is
always a regular file of UTF-8 text, Parquet or Arrow.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias
from weakref import WeakKeyDictionary

from slopewise.data.options import ReadOptions
from slopewise.data.spool import Spool
from slopewise.errors import SourceError

Format: TypeAlias = Literal["csv", "json", "parquet", "arrow"]
FORMATS: dict[str, Format] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".arrow", ".arrows", ".feather", ".ipc"), "arrow"),
}
PACKED = (".gz", ".zst", ".bz2", ".xz")
DATABASES = (".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3")
STANDARD_INPUT = ("-", "/dev/stdin")

_MAGIC = {"gzip": rb"\x1f\x8b\x08", "zstd": rb"\x28\xb5\x2f\xfd", "bz2": rb"BZh[1-9]1AY&SY", "xz": rb"\xfd7zXZ\x00"}
_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16"}
_MARKS |= {codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
_PIPES = re.compile(r"/dev/fd/\d+|/proc/\w+/fd/\d+")
_HEAD = 4096
_PART = 2**20
_piped: WeakKeyDictionary[Any, Spool] = WeakKeyDictionary()  # standard input can be read only once


@dataclass(frozen=True)
class Readable:
    """A file to read: `place` is what to open, `shown` what messages call it, `name` the same without its folder.

    `copy` keeps what stands at `place` alive where that is not the file itself. `size` counts the bytes as stored, and
    `changed` says when they were last written, in nanoseconds; None for what came through a pipe.
    """

    shown: str
    name: str
    place: Path
    format: Format
    size: int
    changed: int | None = None
    copy: Spool | None = None

    def describe(self, where: str | None) -> dict[str, Any]:
        """For provenance: never the folder it lies in."""
        described = {"name": self.name, "kind": self.format, "bytes": self.size}
        return described if where is None else {**described, "where": where}

    def fingerprint(self, where: str | None) -> dict[str, Any]:
        """As `describe`, and when the bytes were written, or their digest."""
        if self.changed is not None:
            return {**self.describe(where), "changed": self.changed}
        with self.place.open("rb") as file:
            return {**self.describe(where), "digest": hashlib.file_digest(file, "sha256").hexdigest()}

    def ends(self) -> tuple[bytes, bytes]:
        """The first bytes and the last ones, 4096 of each where there are so many."""
        with self.place.open("rb") as file:
            start = file.read(_HEAD)
            file.seek(-len(start), os.SEEK_END)
            return start, file.read()

    def gone(self) -> SourceError | None:
        """The error for a file that was there when it was opened and is no more; None if it is."""
        if self.place.exists():
            return None
        return SourceError(f"{self.shown} was there and is gone; put it back, and let it be until all is read")

    def plainly(self, text: str) -> str:
        """`text`, in which the place goes by what the user calls it."""
        return text.replace(str(self.place), self.shown)


def open_readable(path: Path, options: ReadOptions) -> Readable:
    """The file at `path`, or standard input for '-', made plain.

    Raises SourceError for what is no file, is packed and not whole, is not of a kind that can be read, or is not in
    the encoding that was told.
    """
    if str(path) in STANDARD_INPUT:
        whole = _standard_input()
        return _plain("standard input", "standard input", whole.place, options, whole)
    if _PIPES.fullmatch(str(path)) and path.exists() and not path.is_file():
        with _opened(path, str(path)) as pipe:
            whole = Spool(_parts(pipe), str(path))
        return _plain(str(path), path.name, whole.place, options, whole)
    _check_file(path)
    return _plain(str(path), path.name, path, options, None)


def _plain(shown: str, name: str, place: Path, options: ReadOptions, copy: Spool | None) -> Readable:
    stored_as = place.stat()
    size, changed = stored_as.st_size, stored_as.st_mtime_ns if copy is None else None
    if not size:
        raise SourceError(f"{shown} is empty (0 bytes); a table needs a header and rows")
    with _opened(place, shown) as stored:
        head = stored.read(_HEAD)
    packing = next((packing for packing, magic in _MAGIC.items() if re.match(magic, head)), None)
    if packing:
        head = next(_unpacked(place, packing, shown), b"")[:_HEAD]
    form = _format_by_name(name) if copy is None else _format_by_content(head)
    encoding = _encoding_of(head, form, options)
    if packing or encoding:
        with _opened(place, shown) as stored:
            parts = _unpacked(place, packing, shown) if packing else _parts(stored)
            copy = Spool(_decoded(parts, encoding, shown) if encoding else parts, shown)
        place = copy.place
    return Readable(shown, name, place, form, size, changed, copy)


def _standard_input() -> Spool:
    stream = sys.stdin
    if stream is None or stream.isatty():
        raise SourceError("standard input is a terminal; send a file into it, or name one")
    if stream not in _piped:
        _piped[stream] = Spool(_parts(stream.buffer), "standard input")
    return _piped[stream]


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError(f"{path} is a directory; name the files in it, for example {path / '*.csv'}")
    _format_by_name(path.name)
    if not path.exists():
        raise SourceError(f"{path} is a link to a file that does not exist; mend the link")
    if not path.is_file():
        raise SourceError(f"{path} is not a regular file, and rows may be read twice; save it as a file first")


def _opened(place: Path, shown: str) -> IO[bytes]:
    try:
        return place.open("rb")
    except OSError as error:
        raise SourceError(f"{shown} cannot be opened ({error.strerror}); check its permissions") from None


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_PART):
        yield part


def _unpacked(place: Path, packing: str, shown: str) -> Iterator[bytes]:
    """The bytes inside, checked against the checksums; a file cut short is an error and not a shorter table."""
    import lzma

    import pyarrow as pa

    try:
        with lzma.open(place) if packing == "xz" else pa.input_stream(str(place), compression=packing) as file:
            yield from _parts(file)
    except (OSError, EOFError, lzma.LZMAError, pa.ArrowException):
        raise SourceError(f"{shown} is not a whole {packing} file; write or copy it anew") from None


def _format_by_name(name: str) -> Format:
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in DATABASES:
        raise SourceError(f"{name} is a database; give it as db={name!r}, and say which rows, with sql='SELECT …'")
    if not suffixes or suffixes[-1] not in FORMATS:
        raise SourceError(
            f"{name} is not of a kind that can be read; give a .csv, .tsv, .txt, .jsonl, .json, .parquet, .arrow or "
            ".feather file, or one of these packed as .gz, .zst, .bz2 or .xz"
        )
    return FORMATS[suffixes[-1]]


def _format_by_content(head: bytes) -> Format:
    """The format of what comes without a name.

    >>> [_format_by_content(head) for head in (b"PAR1", b' [ {"a": 1}', b"{a},b", b"[a],[b]")]
    ['parquet', 'json', 'csv', 'csv']
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow"
    return "json" if re.match(rb'(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*["}]', head) else "csv"


def _encoding_of(head: bytes, form: Format, options: ReadOptions) -> str | None:
    """The encoding to turn into UTF-8; None for text that can be read as it is, and for what is no text."""
    if form not in ("csv", "json"):
        return None
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    if marked == "utf-8-sig":
        return marked if form == "json" else None  # DuckDB skips the mark in CSV alone
    told = codecs.lookup(options.encoding or "utf-8").name
    return marked if told == "utf-8" else told


def _decoded(parts: Iterator[bytes], encoding: str, shown: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        for part in parts:
            text = decoder.decode(part)
            yield text.encode()
            lines += text.count("\n")
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError):
            lines += error.object[: error.start].count(b"\n")
        raise SourceError(
            f'{shown} is not {encoding} text at line {lines}; give the encoding it has (encoding="latin-1" reads any)'
        ) from None
