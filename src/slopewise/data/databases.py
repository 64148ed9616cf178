"""`open_query`: what a database argument means, and the engine that runs a query there.

A query only reads. It stands in a SELECT, in which nothing that writes is SQL (see `slopewise.data.queries`), and
connections that are opened here are read-only: DuckDB and SQLite files are opened so, PostgreSQL runs it in a read-only
transaction that is rolled back. A connection of the caller's is used as it is.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import urllib.parse
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slopewise.data.queries import Engine, QuerySource
from slopewise.data.statements import check_statement
from slopewise.errors import ArgumentError, MissingExtra, SourceError

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SQLITE, _DUCKDB = b"SQLite format 3\0", b"DUCK"


def open_query(sql: str, database: Any = None, *, where: str | None = None, threads: int | None = None) -> QuerySource:
    """The rows that the query `sql` gives, as a Source.

    `database` says where it runs:

    - None: on files of this machine, `SELECT * FROM 'ames.csv'`, by DuckDB; see its `read_csv`, `read_parquet`, …
    - a path to a DuckDB or SQLite file, also as `duckdb:///` or `sqlite:///` with the path behind it;
    - `postgresql://user@host:port/database`, by its Arrow driver;
    - an open connection: DuckDB's, any ADBC driver's, or any other of PEP 249 (sqlite3, …) whose database quotes names
      as the standard does; its rows become columns in Python, and stream as its driver streams them. It is used as it
      is, and must not be used for anything else while it is read.

    `sql` is one statement that gives rows, in the database's own SQL; what writes is refused. `where` is a further
    condition on the columns of its answer, evaluated there. `threads` bounds DuckDB's threads. Numbers of exact
    decimal types are rounded to float64, once.

    The query runs anew for each reading, and once more, for its columns, at the start; what is written to the database
    meanwhile may show. Without an ORDER BY the rows may come in another order each time. A fit then agrees to rounding
    and not to the bit (with `precision="exact"`, it does), and row numbers, in messages too, hold for one reading only:
    a query whose rows are split into folds by number, or paired with weights given as an array, needs an ORDER BY.

    Raises ArgumentError for what is not one query and for a condition that is none, SourceError for what the database
    refuses, MissingExtra for a driver that is not installed.

    >>> open_query("SELECT 50.0 AS area, 'Oslo' AS city").columns
    {'area': 'number', 'city': 'text'}
    """
    if not isinstance(sql, str):
        raise ArgumentError(f"a query is a text such as 'SELECT * FROM houses', not a {type(sql).__name__}")
    statement = check_statement(sql)
    engine, name = _engine(database, threads)
    return QuerySource(statement, engine, database=name, where=where)


@dataclass(frozen=True)
class Address:
    """The address of a server; `shown` is all of it that may be seen."""

    uri: str = field(repr=False)
    shown: str
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, uri: str) -> Address:
        """Take `uri` apart. Raises ArgumentError, which never holds any of it, for one whose password could be misread.

        >>> Address.of("postgresql://me:secret@db.example.org/shop?sslmode=require")
        Address(shown='postgresql://db.example.org/shop')
        """
        try:
            parts = urllib.parse.urlsplit(uri)
            host, parameters = parts.hostname or "", urllib.parse.parse_qs(parts.query)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            parts, host, parameters, port = urllib.parse.SplitResult("", "", "", "", ""), "", {}, ""
        escapes = re.findall(r"%(.{0,2})", uri, re.DOTALL)
        if not parts.scheme or uri.count("@") > parts.netloc.count("@") or uri.count("@") > 1 or parts.fragment:
            raise ArgumentError(
                "the address of the database cannot be read; write it as "
                "postgresql://user:password@host:port/database, with %40 for an @ in the password, %2F for a /, …"
            )
        if not all(re.fullmatch("[0-9a-fA-F]{2}", escape) for escape in escapes):
            raise ArgumentError("the address of the database has a % that begins no escape; write %25 for it")
        given = [parts.password or "", *parameters.get("password", []), *parameters.get("sslpassword", [])]
        secrets = {text for secret in given for text in (secret, urllib.parse.unquote(secret)) if text}
        host = f"[{host}]" if ":" in host else host
        return cls(uri, f"{parts.scheme}://{host}{port}{parts.path}", tuple(sorted(secrets)))


def _engine(database: Any, threads: int | None) -> tuple[Engine, str | None]:
    """The engine for a database argument, and what messages call the database."""
    if database is None:
        return _duckdb(None, threads), None
    if isinstance(database, str | os.PathLike):
        return _at(os.fspath(database), threads)
    if hasattr(database, "extract_statements"):
        from slopewise.data.duckdb_engine import DuckDB

        return DuckDB(database), None
    if hasattr(database, "adbc_get_info"):
        return _of_vendor(database), None
    if hasattr(database, "cursor"):
        from slopewise.data.dbapi import RowsOfObjects

        return RowsOfObjects(database), None
    raise ArgumentError(
        f"a {type(database).__name__} is no database; give the path of a DuckDB or SQLite file, an address such as "
        "postgresql://user@host/database, or an open connection"
    )


def _at(place: str, threads: int | None) -> tuple[Engine, str]:
    address = _ADDRESS.match(place)
    scheme = address[1].lower() if address else ""
    if scheme in ("postgresql", "postgres"):
        return _postgresql(Address.of(place))
    if scheme in ("sqlite", "duckdb"):
        if not place.startswith(f"{scheme}:///"):
            raise ArgumentError(f"{place} names no file; write {scheme}:///file, with a path after three slashes")
        place = place.removeprefix(f"{scheme}:///")
    elif address:
        raise ArgumentError(
            f"databases at {scheme}:// are not opened by their address; open a connection with their Arrow (ADBC) "
            "driver in Python, and give that"
        )
    path = Path(place).expanduser()
    if _file_kind(path) == "duckdb":
        return _duckdb(path, threads), path.name
    return _sqlite(path), path.name


def _file_kind(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
    except OSError as error:
        raise SourceError(f"the database {path} cannot be opened ({error.strerror}); check the path") from None
    if start == _SQLITE:
        return "sqlite"
    if start[8:12] == _DUCKDB:
        return "duckdb"
    raise SourceError(
        f"{path} is neither a DuckDB nor a SQLite database; a query on files names them itself, as in "
        "SELECT * FROM 'ames.csv', and needs no database"
    )


def _duckdb(path: Path | None, threads: int | None) -> Engine:
    import duckdb

    from slopewise.data.duck import first_line
    from slopewise.data.duckdb_engine import DuckDB, attached_name, connect_to_read

    try:
        return DuckDB(connect_to_read(path, threads), own=True, use=None if path is None else attached_name(path))
    except duckdb.Error as error:
        raise SourceError(
            f"the database {path} cannot be opened: {first_line(error)}; close what else has it open, or give its "
            "open connection"
        ) from None


def _sqlite(path: Path) -> Engine:
    driver = _driver("sqlite", "SQLite")
    from slopewise.data.sqlite import SQLite

    return SQLite("sqlite", functools.partial(_opened, driver, f"{path.resolve().as_uri()}?mode=ro"))


def _postgresql(address: Address) -> tuple[Engine, str]:
    driver = _driver("postgresql", "PostgreSQL")
    from slopewise.data.adbc import PostgreSQL

    connect = functools.partial(_opened, driver, address, "SET TRANSACTION READ ONLY")
    return PostgreSQL("postgresql", connect, address.secrets), address.shown


def _of_vendor(connection: Any) -> Engine:
    """The engine for an open ADBC connection."""
    from slopewise.data.adbc import Adbc, PostgreSQL
    from slopewise.data.sqlite import SQLite

    vendor = str(connection.adbc_get_info().get("vendor_name", "adbc")).lower()
    return {"sqlite": SQLite, "postgresql": PostgreSQL}.get(vendor, Adbc)(vendor, functools.partial(_given, connection))


def _driver(name: str, database: str) -> Any:
    try:
        return importlib.import_module(f"adbc_driver_{name}.dbapi")
    except ImportError:
        raise MissingExtra(
            f"{database} is read through the package adbc-driver-{name}, which is not installed; install it by "
            "pip install 'slopewise[databases]'"
        ) from None


@contextmanager
def _opened(driver: Any, address: Address | str, first: str | None = None) -> Generator[Any, None, None]:
    """A connection for one reading, in whose transaction the statement `first` is run first."""
    with driver.connect(address.uri if isinstance(address, Address) else address) as connection:
        if first is not None:
            with connection.cursor() as cursor:
                cursor.execute(first)
        yield connection


@contextmanager
def _given(connection: Any) -> Generator[Any, None, None]:
    yield connection
