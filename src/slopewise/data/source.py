"""`open_source`: the right `Source` for whatever holds the rows."""

from __future__ import annotations

import os
from typing import Any, TypeGuard

from slopewise.data.options import ReadOptions
from slopewise.data.protocol import Source
from slopewise.errors import ArgumentError

__all__ = ["Source", "open_source"]


def open_source(
    data: Any = None,
    *,
    sql: str | None = None,
    db: Any = None,
    where: str | None = None,
    options: ReadOptions | None = None,
    threads: int | None = None,
) -> Source:
    """Open `data`, or the rows that the query `sql` gives, as a Source.

    `data` is a path to a .csv, .tsv, .txt, .json, .jsonl, .parquet or Arrow (.arrow, .feather) file, any of them also
    packed (.gz, .zst, .bz2, .xz); '-' for standard input; a glob pattern or a list of such paths, read one after the
    other; any data frame that narwhals knows (pandas, Polars, Arrow, a DuckDB relation, …); a mapping of names to 1-d
    arrays; an iterator or list of tables, an Arrow stream, or a function that returns one; or a Source, which is
    returned as it is; or a data frame of Dask or Spark, whose rows are added up where they lie.
    `sql` is run by DuckDB on the files that it names, or in `db`: a DuckDB or SQLite file, the address of a PostgreSQL
    database, or an open connection (see `slopewise.data.databases`).
    `where` is a condition in SQL: only the rows for which it is true are read, and rows are counted among those.
    `options` says of text files what they do not say themselves, such as their encoding (see `ReadOptions`).
    `threads` bounds the threads that parse files (see `slopewise.threads.thread_count`).

    Raises SourceError for a file that cannot be read, ArgumentError for anything else that is not data, and for
    options that mean nothing to it.

    >>> source = open_source({"area": [50.0, 80.0], "city": ["Oslo", "Bergen"]})
    >>> source.columns
    {'area': 'number', 'city': 'text'}
    >>> [block.table["area"].to_pylist() for block in open_source(source, where="city = 'Oslo'").blocks(["area"])]
    [[50.0]]
    """
    if sql is not None or db is not None:
        return _open_query(data, sql, db, where, options, threads)
    if data is None:
        raise ArgumentError("no data: give a path, a data frame or a mapping of names to arrays, or a query with sql=")
    if _is_path(data) or (isinstance(data, list | tuple) and data and all(map(_is_path, data))):
        from slopewise.data.files import open_files

        return open_files(data, where=where, threads=threads, options=options)
    if options is not None and options.given:
        raise ArgumentError(
            f"{options.given[0]} is for reading text files, and {type(data).__name__} data are none; leave it out"
        )
    from slopewise.data.clusters import open_cluster

    partitioned = open_cluster(data, where)
    if partitioned is not None:
        return partitioned
    source = _open_in_memory(data)
    if where is None:
        return source
    from slopewise.data.filtered import Filtered

    return Filtered(source, where, threads=threads)


def _open_query(
    data: Any, sql: str | None, db: Any, where: str | None, options: ReadOptions | None, threads: int | None
) -> Source:
    if sql is None:
        raise ArgumentError("a database was given and no query: say which rows, with sql='SELECT …'")
    if data is not None:
        raise ArgumentError("data and a query were both given; name the data in the query, or leave the query out")
    if options is not None and options.given:
        raise ArgumentError(f"{options.given[0]} is for reading text files, and a query gives the rows; leave it out")
    from slopewise.data.databases import open_query

    return open_query(sql, db, where=where, threads=threads)


def _is_path(data: object) -> bool:
    return isinstance(data, str | os.PathLike)


def _is_source(data: object) -> TypeGuard[Source]:
    # Not by isinstance: that would ask for every member, and asking a lazy frame for its columns runs a query.
    return hasattr(data, "blocks") and hasattr(data, "rereadable")


def _open_in_memory(data: Any) -> Source:
    if _is_source(data):
        return data
    from slopewise.data.memory import open_memory

    return open_memory(data)
