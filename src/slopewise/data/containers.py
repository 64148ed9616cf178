"""A document with arrays beside it, as one ZIP file that any tool opens, and in which any flipped bit is found.

`header.json` is the document. An array of it is an entry of its own, whose name says where in the document it belongs:
`sums/numbers/products.npy` is the array at `sums`, `numbers`, `products`, where the header has null. Arrays of float64
and int64 are `.npy`; whole numbers of any size are `.txt`: the shape on the first line, then a hexadecimal number on
each, in row-major order. Nothing is compressed, so that no array is larger than the file; and the comment of the ZIP
file is `sha256:` and the hexadecimal SHA-256 of all bytes before that comment.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from slopewise.data.documents import parsed, text, unfit
from slopewise.data.writing import write_whole
from slopewise.errors import OutputError, SourceError
from slopewise.typing import AnyArray

HEADER = "header.json"
MARK = b"sha256:"
SEAL = len(MARK) + 64
"""Bytes of the comment."""

NPY = re.compile(
    r"\{'descr': '(?P<dtype><f8|<i8)', 'fortran_order': False, 'shape': \((?P<shape>(?:\d{1,15}, ?)*\d{0,15})\), \} *\n"
)
"""The header of a `.npy`, which is read as what it is and not as Python."""

ENTRIES, DEPTH, DIGITS = 10_000, 12, 100_000
"""As many entries as a file may have, parts as the name of one, and characters as a whole number."""

PIECE = 2**22
EPOCH = (1980, 1, 1, 0, 0, 0)  # equal documents are equal files


def write_container(path: str | Path, record: Mapping[str, Any]) -> None:
    """Write a document of plain values and arrays to `path`, whole or not at all. Raises `OutputError`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_container(f"{folder}/a", {"kind": "a pair", "pair": np.array([1.0, 2.0])})
    ...     read_container(f"{folder}/a", "a pair")
    {'kind': 'a pair', 'pair': array([1., 2.])}
    """
    if str(path).startswith(("/dev/", "/proc/")) or (os.path.exists(path) and not os.path.isfile(path)):
        raise OutputError(f"{path} is no regular file, and what is written begins anew at its end; name a file")
    arrays: dict[str, AnyArray] = {}
    header = text(_parted(record, "", arrays)) + "\n"
    with write_whole(path, "w+b") as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.comment = bytes(SEAL)
            archive.writestr(zipfile.ZipInfo(HEADER, EPOCH), header)
            for name, array in arrays.items():
                with archive.open(zipfile.ZipInfo(name, EPOCH), "w", force_zip64=True) as entry:
                    _write(entry, array)
        seal = _seal(file)
        file.seek(-SEAL, os.SEEK_END)
        file.write(seal)


def read_container(path: str | Path, what: str) -> dict[str, Any]:
    """The document at `path`, which is to be `what`, for messages, with its arrays in their places.

    Raises `SourceError` if the file cannot be read, is damaged or is no such document.
    """
    try:
        with Path(path).open("rb") as file:
            _check_seal(file, path, what)
            with zipfile.ZipFile(file) as archive:
                return _document(archive)
    except SourceError:
        raise
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}; name a file that holds {what}") from None
    except (zipfile.BadZipFile, ValueError, LookupError, TypeError, struct.error, EOFError, RuntimeError) as error:
        raise unfit(path, what, error) from None


def is_container(path: str | Path) -> bool:
    """Whether there is a file that begins as `write_container` begins it."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(30 + len(HEADER))
    except (OSError, ValueError):
        return False
    return start.startswith(b"PK\x03\x04") and start.endswith(HEADER.encode())


def _parted(value: Any, name: str, arrays: dict[str, AnyArray]) -> Any:
    """The document with null for each array; those are put into `arrays` under their names."""
    if isinstance(value, Mapping):
        return {key: _parted(item, f"{name}/{key}" if name else key, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_parted(item, f"{name}/{place}", arrays) for place, item in enumerate(value)]
    if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
        return value.item()
    if not isinstance(value, np.ndarray):
        return value
    arrays[f"{name}.{'txt' if value.dtype == object else 'npy'}"] = value
    return None


def _write(entry: IO[bytes], array: AnyArray) -> None:
    if array.dtype == object:
        lines = [" ".join(map(str, array.shape)), *(format(number, "x") for number in array.ravel().tolist())]
        entry.write(("\n".join(lines) + "\n").encode())
        return
    array = np.ascontiguousarray(array, dtype=f"<{array.dtype.kind}8")
    described = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(entry, described)
    entry.write(array.data.cast("B") if array.size else b"")


def _seal(file: IO[bytes]) -> bytes:
    """What the comment of a file has to be."""
    left = file.seek(0, os.SEEK_END) - SEAL
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        piece = file.read(min(left, PIECE))
        digest.update(piece)
        left -= len(piece) or left
    return MARK + digest.hexdigest().encode()


def _check_seal(file: IO[bytes], path: str | Path, what: str) -> None:
    start = file.read(4)
    file.seek(max(file.seek(0, os.SEEK_END) - SEAL, 0))
    end = file.read()
    if start != b"PK\x03\x04"[: len(start)] and not end.startswith(MARK):
        raise unfit(path, what, ValueError("it begins as none does"))
    if not end.startswith(MARK):
        raise SourceError(f"{path} was cut short, or is not {what}; copy it once more from where it was written")
    if end != _seal(file):
        raise SourceError(
            f"{path} is damaged: its checksum is not that of what it holds; copy it once more from where it was written"
        )


def _document(archive: zipfile.ZipFile) -> dict[str, Any]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES or len(set(names)) < len(names) or names[:1] != [HEADER]:
        raise ValueError("its entries are not those of a document")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
        raise ValueError("its entries are compressed, or encrypted")
    if any(not entry.file_size == entry.compress_size <= archive.start_dir for entry in entries):
        raise ValueError("its entries claim to be larger than the file")
    record = parsed(archive.read(HEADER))
    if not isinstance(record, dict):
        raise ValueError("its header is no document")
    for entry in entries[1:]:
        place, key = _place(record, entry.filename.rpartition(".")[0].split("/"))
        with archive.open(entry) as opened:
            place[key] = _read(opened, entry)
    return record


def _place(record: dict[str, Any], parts: Sequence[str]) -> tuple[Any, Any]:
    """Where in the document an array belongs: there stands null."""
    value: Any = record
    if len(parts) > DEPTH:
        raise ValueError("an array of it belongs nowhere in its header")
    for depth, part in enumerate(parts):
        key: Any = int(part) if isinstance(value, list) and part.isdecimal() and len(part) < 9 else part
        if not ((isinstance(value, dict) and key in value) or (isinstance(value, list) and key in range(len(value)))):
            break
        if depth == len(parts) - 1 and value[key] is None:
            return value, key
        value = value[key]
    raise ValueError("an array of it belongs nowhere in its header")


def _read(opened: IO[bytes], entry: zipfile.ZipInfo) -> AnyArray:
    return (_whole_numbers if entry.filename.endswith(".txt") else _numbers)(opened, entry.file_size)


def _numbers(opened: IO[bytes], size: int) -> AnyArray:
    """An array of numbers, found to be as large as its entry before there is room made for it."""
    magic, length = opened.read(8), int.from_bytes(opened.read(2), "little")
    said = NPY.fullmatch(opened.read(length).decode("ascii"))
    if magic != b"\x93NUMPY\x01\x00" or said is None:
        raise ValueError("an array of it is of another format")
    shape = tuple(int(part) for part in said["shape"].split(",") if part.strip())
    count = math.prod(shape)
    if 10 + length + 8 * count != size:
        raise ValueError("an array of it has another size than its header says")
    array = np.empty(count, said["dtype"])
    left = array.data.cast("B") if count else memoryview(b"")
    while len(left):
        if not (piece := opened.read(min(len(left), PIECE))):
            raise ValueError("an array of it ends too soon")
        left[: len(piece)] = piece
        left = left[len(piece) :]
    return array.reshape(shape)


def _whole_numbers(opened: IO[bytes], size: int) -> AnyArray:
    """An array of Python integers."""
    head, *lines = opened.read().decode("ascii").splitlines()
    shape = tuple(int(length) for length in head[:200].split())
    if max(map(len, lines), default=0) > DIGITS or min(shape, default=0) < 0:
        raise ValueError("a whole number of it is longer than any")
    count = math.prod(shape)
    if count != len(lines):
        raise ValueError("an array of it has another size than its header says")
    array = np.empty(count, dtype=object)
    array[:] = [int(line, 16) for line in lines]
    return array.reshape(shape)
