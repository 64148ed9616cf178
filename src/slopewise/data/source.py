"""`open_source`: the right `Source` for whatever holds the rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypeGuard

from slopewise.data.protocol import Source
from slopewise.errors import ArgumentError

__all__ = ["Source", "open_source"]


def open_source(data: Any, *, where: str | None = None, threads: int | None = None) -> Source:
    """Open `data` as a Source.

    `data` is a path to a .csv, .tsv, .txt (each also with .gz) or .parquet file; a glob pattern or a list of such
    paths, read one after the other; any data frame that narwhals knows (pandas, Polars, Arrow, a DuckDB relation, …); a
    mapping of names to 1-d arrays; or a Source, which is returned as it is.
    `where` is a condition in SQL: only the rows for which it is true are read, and rows are counted among those.
    `threads` bounds the threads that parse files (see `slopewise.threads.thread_count`).

    Raises SourceError for a file that cannot be read, ArgumentError for anything else that is not data.

    >>> source = open_source({"area": [50.0, 80.0], "city": ["Oslo", "Bergen"]})
    >>> source.columns
    {'area': 'number', 'city': 'text'}
    >>> [block.table["area"].to_pylist() for block in open_source(source, where="city = 'Oslo'").blocks(["area"])]
    [[50.0]]
    """
    if _is_path(data) or (isinstance(data, list | tuple) and data and all(map(_is_path, data))):
        from slopewise.data.files import open_files

        return open_files(data, where=where, threads=threads)
    source = _open_in_memory(data)
    if where is None:
        return source
    from slopewise.data.filtered import Filtered

    return Filtered(source, where, threads=threads)


def _is_path(data: object) -> bool:
    return isinstance(data, str | os.PathLike)


def _is_source(data: object) -> TypeGuard[Source]:
    # Not by isinstance: that would ask for every member, and asking a lazy frame for its columns runs a query.
    return hasattr(data, "blocks") and hasattr(data, "rereadable")


def _open_in_memory(data: Any) -> Source:
    if _is_source(data):
        return data
    if isinstance(data, Mapping):
        from slopewise.data.arrays import from_mapping

        return from_mapping(data)
    from slopewise.data.frames import from_frame

    source = from_frame(data)
    if source is None:
        raise ArgumentError(
            f"a {type(data).__name__} is not a table with named columns; give a path, a data frame or a mapping of "
            "names to arrays (fit_arrays takes bare arrays)"
        )
    return source
