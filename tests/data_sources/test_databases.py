"""SQLite and PostgreSQL through their Arrow drivers, and open connections of any kind."""

from __future__ import annotations

import json
import math
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_duckdb.dbapi
import adbc_driver_sqlite.dbapi
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slopewise as sw
from slopewise.data import Source, sqlite, tables
from slopewise.data.databases import Address, open_query
from slopewise.data.memory import open_memory
from slopewise.errors import ArgumentError, ColumnTypeError, MissingExtra, SlopewiseError, SourceError, UnknownColumn

BLOCK = 2000  # shorter than usual, so that a small table has several
ROWS = 2 * BLOCK + 500
COLUMNS = ["id", "Lot.Area", "price", "Nächste Straße"]
QUERY = "SELECT * FROM ames ORDER BY id"
CONDITION = """ "Lot.Area" > 1 AND "Nächste Straße" = 'x y' -- a comment """


def rows_of(source: Source, columns: list[str] | None = None) -> list[dict[str, Any]]:
    return [row for block in source.blocks(columns or list(source.columns)) for row in block.table.to_pylist()]


def cells(sql: str, database: Any, columns: list[str] | None = None, **options: Any) -> list[dict[str, Any]]:
    return rows_of(open_query(sql, database, **options), columns)


def refusal(sql: str, database: Any, error: type[SlopewiseError] = SourceError, **options: Any) -> str:
    with pytest.raises(error) as caught:
        cells(sql, database, **options)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    rng = np.random.default_rng(5)
    missing = rng.random((ROWS, 3)) < 0.01
    area, price = rng.normal(size=ROWS), rng.integers(0, 1000, ROWS)
    street = rng.choice(["Allee", 'say "hi", there', "naïve", "x y"], ROWS)
    columns = [pa.array(column, mask=mask) for column, mask in zip((area, price, street), missing.T, strict=True)]
    return pa.table(dict(zip(COLUMNS, [pa.array(np.arange(ROWS)), *columns], strict=True)))


@pytest.fixture(scope="module")
def folder(table: pa.Table, tmp_path_factory: pytest.TempPathFactory, server: Any) -> Path:
    """The table in a CSV, a SQLite and a DuckDB file, and in PostgreSQL."""
    folder = tmp_path_factory.mktemp("databases")
    pyarrow.csv.write_csv(table, folder / "ames.csv")
    with adbc_driver_sqlite.dbapi.connect(f"file:{folder / 'ames.db'}") as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("ames", table)
        connection.commit()
    with duckdb.connect(folder / "ames.duckdb") as connection:
        connection.register("rows", table)
        connection.execute("CREATE TABLE ames AS FROM rows")
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("ames", table)
        connection.commit()
    return folder


def in_blocks(table: pa.Table) -> Iterator[dict[str, list[Any]]]:
    return (table.slice(start, 700).to_pydict() for start in range(0, ROWS, 700))


def whole(source: Source, where: str | None) -> Source:
    from slopewise.data import open_source

    return open_source(source, where=where)


@pytest.fixture
def opened(folder: Path, table: pa.Table, server: Any) -> Iterator[dict[str, Callable[..., Source]]]:
    """The table from everywhere, as functions of a condition."""
    with (
        closing(sqlite3.connect(folder / "ames.db")) as rows,
        adbc_driver_sqlite.dbapi.connect(f"file:{folder / 'ames.db'}") as arrow,
        duckdb.connect() as duck,
        adbc_driver_duckdb.dbapi.connect() as other,
        other.cursor() as cursor,
        server.connect() as connected,
    ):
        cursor.adbc_ingest("ames", table)
        duck.register("ames", table)
        databases = {
            "query of a CSV": (f"SELECT * FROM '{folder / 'ames.csv'}' ORDER BY id", None),
            "DuckDB file": (QUERY, folder / "ames.duckdb"),
            "DuckDB connection": (QUERY, duck),
            "SQLite file": (QUERY, str(folder / "ames.db")),
            "SQLite address": (f"{QUERY};", f"sqlite:///{folder / 'ames.db'}"),
            "SQLite connection": (QUERY, rows),
            "SQLite Arrow connection": (QUERY, arrow),
            "another Arrow connection": (QUERY, other),
            "PostgreSQL": (f"{QUERY} -- all", server.uri),
            "PostgreSQL connection": (QUERY, connected),
        }
        memory: dict[str, Callable[[], Any]] = {
            "Arrow reader": lambda: table.to_reader(max_chunksize=900),
            "iterator": lambda: in_blocks(table),
            "function": lambda: lambda: in_blocks(table),
        }
        yield {name: lambda where=None, at=at: open_query(*at, where=where) for name, at in databases.items()} | {
            name: lambda where=None, make=make: whole(open_memory(make()), where) for name, make in memory.items()
        }


def test_the_same_cells_from_everywhere(
    opened: dict[str, Callable[..., Source]], table: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS", BLOCK)
    chosen = [COLUMNS[3], COLUMNS[1], COLUMNS[2]]
    wanted = table.select(chosen).to_pylist()
    for name, make in opened.items():
        source = make()
        assert source.columns == dict(zip(COLUMNS, ["number", "number", "number", "text"], strict=True)), name
        for _ in range(1 + source.rereadable):
            blocks = list(source.blocks(chosen))
            assert [block.first_row for block in blocks] == [1, BLOCK + 1, 2 * BLOCK + 1], name
            assert [row for block in blocks for row in block.table.to_pylist()] == wanted, name
        described = source.describe()
        assert json.loads(json.dumps(described)) == described


def test_the_same_rows_by_a_condition(opened: dict[str, Callable[..., Source]], table: pa.Table) -> None:
    _, area, price, street = COLUMNS
    kept = [row for row in table.to_pylist() if row[area] is not None and row[area] > 1 and row[street] == "x y"]
    for name, make in opened.items():
        source = make(where=CONDITION)
        assert rows_of(source, [price]) == [{price: row[price]} for row in kept], name
        assert source.name.endswith(f" (where {CONDITION.strip()})")


def test_the_same_model_from_everywhere(opened: dict[str, Callable[..., Source]], table: pa.Table) -> None:
    formula = "price ~ `Lot.Area` * `Nächste Straße`"
    wanted = sw.fit(formula, table).coefficients
    for name, make in opened.items():
        assert sw.fit(formula, make()).coefficients == pytest.approx(wanted, rel=1e-12), name


TYPES = """
    SELECT 1::int2 AS small, 9007199254740993::int8 AS big, 0.1::numeric(20, 5) AS few,
        12345678901234567.89::numeric AS many, 'NaN'::numeric AS none, 1.5::float4 AS single, '12.34'::money AS money,
        4000000000::oid AS oid, true AS yes, DATE '2020-01-31' AS d, TIMESTAMP '2020-01-31 10:00:00.25' AS t,
        TIMESTAMPTZ '2020-01-31 10:00:00+02' AS tz, 'v'::varchar(5) AS v, 'n'::name AS n, '{"a": 1}'::json AS json,
        'ok'::mood AS mood, NULL::text AS nothing, TIME '10:00' AS time, ARRAY[1] AS list, '\\x00'::bytea AS bytes"""


def test_the_types_of_postgresql(server: Any) -> None:
    server.run("CREATE TYPE mood AS ENUM ('sad', 'ok')")
    source = open_query(TYPES, server.uri)
    numbers = {
        "small": 1, "big": 2**53 + 1, "few": 0.1, "many": 12345678901234567.89, "single": 1.5, "money": 12.34,
        "oid": 4_000_000_000,
    }  # fmt: skip
    dates = {"d": date(2020, 1, 31), "t": datetime(2020, 1, 31, 10, 0, 0, 250_000)}
    texts = {"v": "v", "n": "n", "json": '{"a": 1}', "mood": "ok", "nothing": None}
    kinds = (numbers, "number"), (dates, "date"), (texts, "text"), (["time", "list", "bytes"], "other")
    expected = {name: kind for names, kind in kinds for name in names}
    assert source.columns == expected | {"none": "number", "yes": "boolean", "tz": "date"}
    (row,) = rows_of(source, [*numbers, *dates, *texts, "yes", "tz", "none"])
    assert math.isnan(row.pop("none"))
    assert row.pop("tz") == datetime(2020, 1, 31, 8, tzinfo=UTC)
    assert row == numbers | dates | texts | {"yes": True}


@settings(max_examples=5)
@given(st.lists(st.none() | st.decimals(-(10**20), 10**20, places=15), min_size=1, max_size=20))
def test_numeric_is_rounded_once(server: Any, drawn: list[Decimal | None]) -> None:
    values = ", ".join(f"({'NULL' if value is None else format(value, 'f')}::numeric)" for value in drawn)
    found = cells(f"SELECT * FROM (VALUES {values}) AS drawn(x)", server.uri)
    assert [row["x"] for row in found] == [None if value is None else float(value) for value in drawn]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT FROM WHERE", "syntax error"),
        ("SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
        ("SELECT nothing FROM ames", 'column "nothing" does not exist'),
        ("SELECT price, price FROM ames", "columns named 'price' and 'price'"),
        ('SELECT price, price AS "Price" FROM ames', "columns named 'price' and 'Price'"),
        ("WITH new AS (INSERT INTO ames VALUES (1) RETURNING id) SELECT * FROM new", "data-modifying"),
        ("SELECT * INTO other FROM ames", "not allowed here"),
        ("SELECT nextval('counter') AS n", "read-only transaction"),
        ("SELECT set_config('transaction_read_only', 'off', false) AS a", "read-write mode"),
        ("SELECT 1 / (id - 4000) AS x FROM ames", "stopped: division by zero"),
        ("SELECT 1e400::numeric AS x", "out of range"),
    ],
)
def test_what_postgresql_refuses(sql: str, said: str, server: Any, folder: Path) -> None:
    server.run("CREATE SEQUENCE IF NOT EXISTS counter")
    message = refusal(sql, server.uri)
    assert said in message
    assert message.startswith(f"the query of postgresql://127.0.0.1:{server.port}/postgres ")
    assert len(message) < 500
    assert cells("SELECT count(*) AS n FROM ames", server.uri) == [{"n": ROWS}]


def test_conditions_for_postgresql(server: Any, folder: Path) -> None:
    for where in ("id >", "nothing > 1", '"price" + 1', "id > 1; SELECT 1", "true) OR (true) LIMIT (1"):
        assert refusal(QUERY, server.uri, ArgumentError, where=where).startswith(f"where={where!r} ")


def test_a_server_that_goes_midway(server: Any) -> None:
    endless = "SELECT i, i AS j FROM (SELECT generate_series(1, 400000000) AS i) AS made_as_they_are_read"
    source = open_query(endless, server.uri)
    blocks = source.blocks(["i", "j"])
    next(blocks)
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%generate_series%'")
    with pytest.raises(SourceError, match=r"postgres stopped: .*; correct the query, or try again"):
        list(blocks)
    assert next(source.blocks(["i"])).table.num_rows > 0, "it can be read again"


def test_a_reading_left_early_ends_its_query(server: Any) -> None:
    blocks = open_query("SELECT i AS left_early FROM generate_series(1, 4000000) AS i", server.uri).blocks(
        ["left_early"]
    )
    next(blocks)
    running = (
        "SELECT pg_sleep(0.1)::text AS slept FROM pg_stat_activity "
        "WHERE query LIKE '%left_early%' AND pid <> pg_backend_pid() AND state = 'active'"
    )
    assert cells(running, server.uri), "while it is read, it runs"
    del blocks
    assert not all(cells(running, server.uri) for _ in range(100))


SECRET = "s%c/r:t@ü"


@pytest.mark.parametrize(
    ("place", "error", "said"),
    [
        (
            "postgresql://tester:s%25c%2Fr%3At%40%C3%BC@127.0.0.1:{port}/nowhere",
            SourceError,
            '"nowhere" does not exist',
        ),
        ("postgresql://tester:sEcReT@127.0.0.1:{port}/postgres", SourceError, "password authentication failed"),
        ("postgresql://tester@127.0.0.1:{port}/postgres?password=sEcReT", SourceError, "authentication failed"),
        ("postgresql://tester:sEcReT@127.0.0.1:1/postgres", SourceError, "refused"),
        ("postgresql://tester:sEcReT@127.0.0.1:{port}/postgres?sEcReT=1", SourceError, "invalid URI query parameter"),
        ("postgresql://tester:sEcR@eT@127.0.0.1:{port}/postgres", ArgumentError, "%40 for an @"),
        ("postgresql://tester:sEc/ReT@127.0.0.1:{port}/postgres", ArgumentError, "%2F for a /"),
        ("postgresql://tester:sEc?ReT@127.0.0.1:{port}/postgres", ArgumentError, "%40 for an @"),
        ("postgresql://tester:sEc#ReT@127.0.0.1:{port}/postgres", ArgumentError, "%40 for an @"),
        ("postgresql://tester:sEcReT%zz@127.0.0.1:{port}/postgres", ArgumentError, "write %25"),
        ("postgresql://tester:x@127.0.0.1:sEcReT/postgres", ArgumentError, "cannot be read"),
    ],
)
def test_no_password_is_ever_shown(
    place: str, error: type[SlopewiseError], said: str, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(error) as caught:
        open_query("SELECT 1 AS x", place.format(port=server.port))
    assert said in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    for secret in ("sEcReT", "sEcR", "sEc", SECRET, "s%25c%2Fr%3At%40%C3%BC"):
        assert secret.casefold() not in shown.casefold().replace(place.casefold(), "")


def test_no_password_in_what_is_kept(server: Any) -> None:
    source = open_query("SELECT 1 AS x", server.uri)
    address = Address.of(server.uri)
    for shown in (source.name, json.dumps(source.describe(), ensure_ascii=False), repr(source), repr(address)):
        assert SECRET not in shown
        assert server.uri.split(":")[2].partition("@")[0] not in shown
    assert source.describe()["database"] == f"postgresql://127.0.0.1:{server.port}/postgres"


def test_a_driver_that_is_not_installed(folder: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for driver, place in (("sqlite", folder / "ames.db"), ("postgresql", server.uri)):
        monkeypatch.setitem(sys.modules, f"adbc_driver_{driver}.dbapi", None)
        with pytest.raises(MissingExtra, match=r"pip install 'slopewise\[databases\]'"):
            open_query(QUERY, place)


def in_sqlite(path: Path, *columns: list[Any]) -> str:
    """A SQLite file whose columns a, b, … hold what they are given, each cell with a type of its own."""
    names = "abcdef"[: len(columns)]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute(f"CREATE TABLE t({', '.join(names)})")
        connection.executemany(f"INSERT INTO t VALUES({', '.join('?' * len(columns))})", zip(*columns, strict=True))
        connection.commit()
    return str(path)


@settings(max_examples=25)
@given(
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False), min_size=1, max_size=40),
    st.integers(1, 20),
)
def test_numbers_in_sqlite_are_the_nearest_float64(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[float | None], size: int
) -> None:
    whole = [value for value in drawn if isinstance(value, int)]
    kept = any(abs(value) > 2**53 for value in whole) and not any(isinstance(value, float) for value in drawn)
    database = in_sqlite(tmp_path_factory.getbasetemp() / "drawn.db", drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "ROWS", size)
        found = [row["a"] for row in cells("SELECT * FROM t", database)]
    assert found == [value if value is None or kept else float(value) for value in drawn]


@settings(max_examples=25)
@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=30))
def test_texts_in_sqlite(tmp_path_factory: pytest.TempPathFactory, drawn: list[str | None]) -> None:
    database = in_sqlite(tmp_path_factory.getbasetemp() / "drawn.db", [*drawn, "end"])
    assert [row["a"] for row in cells("SELECT * FROM t", database)] == [*drawn, "end"]


@pytest.mark.parametrize("block", [40, 100_000])
def test_types_that_change_after_the_sample(tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SAMPLE", 50)
    monkeypatch.setattr(tables, "ROWS", block)
    whole, late = [1] * 90, [None] * 90
    database = in_sqlite(
        tmp_path / "t.db", [*whole, 2.123456789], [*whole, "oops"], [*late, "x"], [*late, 1.5], ["x"] * 90 + [5]
    )
    source = open_query("SELECT * FROM t", database)
    assert source.columns == {"a": "number", "b": "number", "c": "text", "d": "number", "e": "text"}
    assert rows_of(source, ["a", "c", "d", "e"])[-1] == {"a": 2.123456789, "c": "x", "d": 1.5, "e": "5"}
    message = refusal("SELECT * FROM t", database, ColumnTypeError)
    assert message.startswith("the query of t.db gives 'oops' in column 'b' at row 91, where the rows before have")
    with closing(sqlite3.connect(database)) as connection:
        monkeypatch.setattr("slopewise.data.dbapi.SAMPLE", 50)
        message = refusal("SELECT * FROM t", connection, ColumnTypeError)
        assert "'oops' in column 'b' at row 91, where numbers are expected" in message


def test_text_among_numbers_in_the_sample_keeps_its_digits(tmp_path: Path) -> None:
    database = in_sqlite(tmp_path / "t.db", [1.23456789, "x", 7, None], [b"\0", b"1", None, b""])
    source = open_query("SELECT * FROM t", database)
    assert source.columns == {"a": "text", "b": "other"}
    assert [row["a"] for row in rows_of(source)] == ["1.23456789", "x", "7", None]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT FROM WHERE", "syntax error"),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
        ("SELECT price, price FROM ames", "columns named 'price' and 'price'"),
        ("SELECT load_extension('x') AS x", "not authorized"),
        ("WITH new AS (INSERT INTO ames VALUES (1) RETURNING id) SELECT * FROM new", "syntax error"),
        ("SELECT abs(-9223372036854775807 - 1) AS x", "integer overflow"),
    ],
)
def test_what_sqlite_refuses(sql: str, said: str, folder: Path) -> None:
    message = refusal(sql, folder / "ames.db")
    assert said in message
    assert message.startswith("the query of ames.db ")


def test_what_would_write_to_sqlite(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ames.db")) as connection:
        for database in (folder / "ames.db", connection):
            for sql in (
                "DELETE FROM ames",
                "ATTACH 'other.db' AS other",
                "VACUUM INTO 'other.db'",
                "SELECT 1; SELECT 2",
            ):
                refusal(sql, database, ArgumentError)
            assert cells("SELECT count(*) AS n FROM ames", database) == [{"n": ROWS}]
    assert not Path("other.db").exists()


def test_sqlite_takes_an_unknown_name_for_a_text(folder: Path) -> None:
    """SQLite itself would find every row of this condition true."""
    with closing(sqlite3.connect(folder / "ames.db")) as connection:
        for place in (folder / "ames.db", connection):
            with pytest.raises(UnknownColumn, match=r"did you mean 'Lot\.Area'"):
                open_query(QUERY, place, where='"Lot.Aera" > 1')
    assert cells(QUERY, folder / "ames.db", ["id"], where='"ID" < 2 AND \'a"b\' > "id"') == [{"id": 0}, {"id": 1}]


def test_no_rows_from_any_database(opened: dict[str, Callable[..., Source]]) -> None:
    for name, make in opened.items():
        source = make(where="1 = 0")
        assert list(source.columns) == COLUMNS, name
        assert list(source.blocks(COLUMNS)) == [], name
