"""Queries over files and DuckDB databases: what is read, what is refused before it runs, and what messages say."""

from __future__ import annotations

import json
import math
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopewise.data.databases import open_query
from slopewise.data.queries import Query
from slopewise.data.statements import check_statement
from slopewise.errors import ArgumentError, SlopewiseError, SourceError, UnknownColumn


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a CSV, a Parquet and a DuckDB file, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Path("ames.csv").write_text("area,price,Nächste Straße\n50,100,Allee\n80,,x y\n120,300,Allee\n", encoding="utf-8")
    pyarrow.parquet.write_table(pa.table({"area": [50.0, 80.0]}), "ames.parquet")
    with duckdb.connect("houses.duckdb") as connection:
        connection.execute("CREATE TABLE houses AS SELECT * FROM 'ames.csv'")
    return tmp_path


def cells(sql: str, database: Any = None, columns: list[str] | None = None, **options: Any) -> list[dict[str, Any]]:
    source = open_query(sql, database, **options)
    return [row for block in source.blocks(columns or list(source.columns)) for row in block.table.to_pylist()]


def refusal(sql: str, database: Any = None, error: type[SlopewiseError] = SourceError, **options: Any) -> str:
    with pytest.raises(error) as caught:
        cells(sql, database, **options)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("sql", "database"),
    [
        ("SELECT * FROM 'ames.csv'", None),
        ("FROM 'ames.csv'; ", None),
        ("  (SELECT * FROM read_csv('ames.*sv')) -- all of them; there are few", None),
        ("WITH ames AS (FROM 'ames.csv') /* ; */ SELECT * FROM ames ORDER BY area;", None),
        ("SELECT * FROM houses", "houses.duckdb"),
        ("FROM houses", Path("houses.duckdb")),
        ("TABLE houses", "duckdb:///houses.duckdb"),
        ("SELECT * FROM houses UNION ALL (SELECT * FROM 'ames.csv' LIMIT 0)", "houses.duckdb"),
    ],
)
def test_queries_that_read(sql: str, database: Any) -> None:
    source = open_query(sql, database)
    assert source.columns == {"area": "number", "price": "number", "Nächste Straße": "text"}
    assert (source.rows, source.rereadable) == (None, True)
    for _ in range(2):
        blocks = list(source.blocks(["Nächste Straße", "price"]))
        assert [block.first_row for block in blocks] == [1]
        assert blocks[0].table.to_pydict() == {"Nächste Straße": ["Allee", "x y", "Allee"], "price": [100, None, 300]}
    assert cells(sql, database, ["area"], where="\"Nächste Straße\" = 'Allee' -- so") == [{"area": 50}, {"area": 120}]
    first, second = source.blocks(["area"]), source.blocks(["price"])  # side by side
    assert next(first).table.num_rows == next(second).table.num_rows == 3
    described = source.describe()
    assert json.loads(json.dumps(described)) == described


def test_a_condition_is_part_of_the_name_and_the_provenance() -> None:
    source = open_query("FROM houses", "houses.duckdb", where="area > 60")
    assert source.name == "the query of houses.duckdb (where area > 60)"
    assert source.describe() == {
        "name": "the query of houses.duckdb (where area > 60)",
        "kind": "query",
        "engine": "duckdb",
        "sql": "FROM houses",
        "database": "houses.duckdb",
        "where": "area > 60",
    }


def test_a_connection_of_the_callers() -> None:
    with duckdb.connect() as connection:
        connection.register("rows", pa.table({"x": [1, 2, 3]}))
        assert cells("FROM rows", connection, where="x > 1") == [{"x": 2}, {"x": 3}]
        assert "begins with INSERT" in refusal("INSERT INTO rows VALUES (1)", connection, ArgumentError)
        connection.execute("CREATE TABLE kept AS FROM rows")
        stolen = "WITH new AS (INSERT INTO kept VALUES (4) RETURNING x) SELECT * FROM new"
        assert "data-modifying" in refusal(stolen, connection)
        assert cells("SELECT count(*) AS n FROM kept", connection) == [{"n": 3}]


def test_the_types_of_duckdb() -> None:
    source = open_query(
        "SELECT 170141183460469231731687303715884105727::hugeint AS huge, 9007199254740993::bigint AS big, "
        "0.1::decimal(18, 3) AS few, 12345678901234567.89::decimal(38, 2) AS many, true AS yes, "
        "DATE '2020-01-31' AS d, TIMESTAMP '2020-01-31 10:00:00' AS t, TIMESTAMPTZ '2020-01-31 10:00:00+00' AS tz, "
        "'a'::ENUM('b', 'a') AS level, NULL AS nothing, [1] AS list, uuid() AS id"
    )
    kinds = dict.fromkeys(("huge", "big", "few", "many", "nothing"), "number") | {"yes": "boolean", "list": "other"}
    assert source.columns == kinds | dict.fromkeys(("d", "t", "tz"), "date") | dict.fromkeys(("level", "id"), "text")
    (block,) = source.blocks(["huge", "big", "few", "many", "nothing", "level"])
    (row,) = block.table.to_pylist()
    numbers = {"huge": float(2**127), "big": 2**53 + 1, "few": 0.1, "many": 12345678901234567.89}
    assert row == numbers | {"nothing": None, "level": "a"}
    assert block.table["level"].chunk(0).dictionary.to_pylist() == ["b", "a"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("COPY houses TO 'out.csv'", "begins with COPY"),
        ("COPY (SELECT 1) TO 'out.csv'", "begins with COPY"),
        ("INSERT INTO houses VALUES (1, 2, 'c')", "begins with INSERT"),
        ("-- SELECT\nDELETE FROM houses", "begins with DELETE"),
        ("/* SELECT */ DROP TABLE houses", "begins with DROP"),
        ("ATTACH 'other.duckdb'", "begins with ATTACH"),
        ("EXPORT DATABASE 'out'", "begins with EXPORT"),
        ("SET threads = 1", "begins with SET"),
        ("INSTALL httpfs", "begins with INSTALL"),
        ("LOAD httpfs", "begins with LOAD"),
        ("PRAGMA enable_profiling", "begins with PRAGMA"),
        ("SELECT 1; SELECT 2", "two statements"),
        ("SELECT 1;; SELECT 2", "two statements"),
        ("SELECT 1 AS a; COPY (SELECT 1) TO 'out.csv'", "two statements"),
        ("SELECT 1) AS query; COPY (SELECT 1", "brackets that do not match"),
        ("SELECT (1", "brackets that do not match"),
        ("SELECT 'a", "opens a ' that nothing closes"),
        ('SELECT "a', 'opens a " that nothing closes'),
        ("SELECT 1 /* and so on", r"opens a /\* that nothing closes"),
        ("", "is empty"),
        (" -- nothing", "is empty"),
        (";", "begins with ;"),
        ("SELECT '\ud800'", "not UTF-8"),
    ],
)
def test_refused_before_it_runs(sql: str, said: str, folder: Path) -> None:
    for database in (None, "houses.duckdb"):
        assert re.search(said, refusal(sql, database, ArgumentError))
    assert {path.name for path in folder.iterdir()} == {"ames.csv", "ames.parquet", "houses.duckdb"}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT FROM WHERE", "syntax error"),
        ("SELECT * FROM nowhere", "nowhere does not exist"),
        ("SELECT nothing FROM houses", '"nothing" not found'),
        ("SELECT * FROM 'none.csv'", "No files found"),
        ("SELECT * FROM 'https://example.org/a.csv'", "disabled by configuration"),
        ("WITH new AS (INSERT INTO houses VALUES (1, 2, 'c') RETURNING area) SELECT * FROM new", "data-modifying"),
        ("SELECT * FROM query('COPY (SELECT 1) TO ''out.csv''')", "single SELECT"),
        ("SELECT * FROM enable_logging(storage = 'file', storage_config = {'path': 'out'})", "locked"),
        ("SELECT area, price AS area FROM houses", "columns named 'area' and 'area'"),
        ("SELECT area, price AS AREA FROM houses", "columns named 'area' and 'AREA'"),
        ('SELECT CAST("Nächste Straße" AS INTEGER) AS x FROM houses', "Could not convert string 'Allee' to INT32"),
    ],
)
def test_what_the_database_refuses(sql: str, said: str, folder: Path) -> None:
    message = refusal(sql, "houses.duckdb")
    assert said in message
    assert message.startswith("the query of houses.duckdb ")
    assert {path.name for path in folder.iterdir()} == {"ames.csv", "ames.parquet", "houses.duckdb"}


def test_no_rows() -> None:
    source = open_query("SELECT * FROM 'ames.csv' WHERE false")
    assert list(source.columns) == ["area", "price", "Nächste Straße"]
    assert list(source.blocks(["area"])) == []


@pytest.mark.parametrize(
    "where", ["area >", "nothing > 1", "area > 1 ORDER BY area", "1 = 1) OR (2 = 2; SELECT (1", "'a"]
)
def test_conditions_that_are_none(where: str) -> None:
    assert refusal("FROM houses", "houses.duckdb", ArgumentError, where=where).startswith(f"where={where!r} ")


def test_databases_that_are_none(folder: Path) -> None:
    Path("empty.db").touch()
    for place, said in [
        ("none.duckdb", "cannot be opened (No such file"),
        (folder, "cannot be opened (Is a directory)"),
        ("ames.csv", "neither a DuckDB nor a SQLite database"),
        ("empty.db", "neither a DuckDB nor a SQLite database"),
    ]:
        assert said in refusal("SELECT 1", place)
    for place, said in [
        ("mysql://user:secret@host/db", "mysql:// are not opened by their address"),
        ("sqlite://houses.db", "three slashes"),
        (3, "a int is no database"),
    ]:
        message = refusal("SELECT 1", place, ArgumentError)
        assert said in message
        assert "secret" not in message
    with pytest.raises(ArgumentError, match="a query is a text"):
        open_query(3)  # type: ignore[arg-type]
    with pytest.raises(UnknownColumn, match="did you mean 'area'"):
        cells("FROM houses", "houses.duckdb", ["aera"])


def test_a_file_that_another_holds_open() -> None:
    with duckdb.connect("houses.duckdb"):
        assert "houses.duckdb cannot be opened" in refusal("FROM houses", "houses.duckdb")


def test_a_sort_larger_than_memory_has_somewhere_to_go() -> None:
    ((place,),) = (row.values() for row in cells("SELECT current_setting('temp_directory') AS place"))
    assert Path(place).parent == Path(tempfile.gettempdir())
    assert not Path(place).exists()


SNIPPETS = [
    "SELECT",
    " ",
    "'it''s; '",
    '"a "" ( b"',
    "-- ;'\n",
    "/* ' ; */",
    "$tag$ ';( $tag$",
    "E'\\';'",
    "(1)",
    "+",
    "x",
    "`;`",
]


@given(st.lists(st.sampled_from(SNIPPETS), max_size=12))
def test_only_the_semicolons_between_statements_count(parts: list[str]) -> None:
    sql = "SELECT " + " ".join(parts)
    assert check_statement(sql) == sql
    assert check_statement(f"{sql} ; ") == f"{sql} "
    with pytest.raises(ArgumentError, match="two statements"):
        check_statement(f"{sql} ; SELECT 1")


@settings(max_examples=15)
@given(st.lists(st.none() | st.floats(allow_nan=False), max_size=30), st.floats(-10, 10))
def test_conditions_mean_what_they_mean_in_sql(values: list[float | None], bound: float) -> None:
    with duckdb.connect() as connection:
        connection.register("drawn", pa.table({"x": pa.array(values, pa.float64())}))
        kept = [row["x"] for row in cells("FROM drawn", connection, where=f"x > {bound!r}")]
    assert kept == [value for value in values if value is not None and value > bound]


def test_a_query_in_brackets_of_its_own() -> None:
    text = Query("SELECT 1 AS a -- one", "a = 1 -- one", "the query").select("query.a", "a > 0")
    assert duckdb.sql(text).fetchall() == [(1,)]
    assert math.isclose(cells("SELECT pi() AS x -- so")[0]["x"], math.pi)
