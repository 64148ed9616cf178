"""One table, one model: whatever carries the rows."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_allclose

import slopewise as sw

AMES = Path(__file__).parents[2] / "examples" / "ames.csv"
FORMULA = "log(price) ~ area + Overall.Qual + Garage.Yr.Blt + Bldg.Type * Year.Built + poly(Lot.Area, 2)"
USED = ["price", "area", "Overall.Qual", "Garage.Yr.Blt", "Bldg.Type", "Year.Built", "Lot.Area"]


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """The columns of the formula; garages that were never built leave gaps."""
    with duckdb.connect() as connection:
        names = ", ".join(f'"{name}"' for name in USED)
        return connection.sql(f"SELECT {names} FROM read_csv('{AMES}', nullstr=['NA', ''])").to_arrow_table()


@pytest.fixture(scope="module")
def expected() -> sw.LinearModel:
    return sw.fit(FORMULA, AMES)


Given = Mapping[str, Any]


def csv(rows: pa.Table, folder: Path, server: Any) -> Given:
    rows.to_pandas().to_csv(folder / "rows.csv", index=False)
    return {"data": folder / "rows.csv"}


def packed_tsv(rows: pa.Table, folder: Path, server: Any) -> Given:
    rows.to_pandas().to_csv(folder / "rows.tsv.gz", index=False, sep="\t")
    return {"data": folder / "rows.tsv.gz"}


def decimal_commas(rows: pa.Table, folder: Path, server: Any) -> Given:
    rows.to_pandas().to_csv(folder / "rows.csv", index=False, sep=";", decimal=",", encoding="utf-16")
    return {"data": folder / "rows.csv", "options": sw.ReadOptions(decimal=",")}


def json_lines(rows: pa.Table, folder: Path, server: Any) -> Given:
    rows.to_pandas().to_json(folder / "rows.jsonl", orient="records", lines=True)
    return {"data": folder / "rows.jsonl"}


def parquet(rows: pa.Table, folder: Path, server: Any) -> Given:
    pq.write_table(rows, folder / "rows.parquet", row_group_size=500)
    return {"data": folder / "rows.parquet"}


def arrow_file(rows: pa.Table, folder: Path, server: Any) -> Given:
    with pa.ipc.new_file(folder / "rows.arrow", rows.schema) as file:
        file.write_table(rows, max_chunksize=700)
    return {"data": folder / "rows.arrow"}


def ten_shards(rows: pa.Table, folder: Path, server: Any) -> Given:
    for part, places in enumerate(np.array_split(np.arange(rows.num_rows), 10)):
        rows.take(places).to_pandas().to_csv(folder / f"part{part}.csv", index=False)
    return {"data": str(folder / "part*.csv")}


def pandas(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": rows.to_pandas()}


def pandas_categories(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": rows.to_pandas().astype({"Bldg.Type": "category"})}


def polars(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": pl.DataFrame(rows.to_pandas())}


def lazy_polars(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": pl.LazyFrame(rows.to_pandas())}


def arrow(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": rows}


def arrow_stream(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": rows.to_reader(max_chunksize=300)}


def blocks(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": (batch.to_pydict() for batch in rows.to_batches(max_chunksize=800))}


def mapping(rows: pa.Table, folder: Path, server: Any) -> Given:
    return {"data": {name: rows[name].to_pylist() for name in USED}}


def relation(rows: pa.Table, folder: Path, server: Any) -> Given:
    connection = duckdb.connect()
    connection.register("rows", rows)
    return {"data": connection.table("rows")}


def query_of_a_file(rows: pa.Table, folder: Path, server: Any) -> Given:
    path = parquet(rows, folder, server)["data"]
    return {"sql": f"SELECT * FROM '{path}'"}


def duckdb_file(rows: pa.Table, folder: Path, server: Any) -> Given:
    with duckdb.connect(folder / "rows.duckdb") as connection:
        connection.register("rows", rows)
        connection.execute("CREATE TABLE houses AS FROM rows")
    return {"sql": "FROM houses", "db": folder / "rows.duckdb"}


def sqlite(rows: pa.Table, folder: Path, server: Any) -> Given:
    with sqlite3.connect(folder / "rows.db") as connection:
        rows.to_pandas().to_sql("houses", connection, index=False)
    connection.close()
    return {"sql": "SELECT * FROM houses ORDER BY rowid", "db": folder / "rows.db"}


def postgresql(rows: pa.Table, folder: Path, server: Any) -> Given:
    with server.connect() as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest(
                "same_model", rows.append_column("place", pa.array(range(rows.num_rows))), mode="replace"
            )
        connection.commit()
    return {"sql": "SELECT * FROM same_model ORDER BY place", "db": server.uri}


CARRIERS: tuple[Callable[[pa.Table, Path, Any], Given], ...] = (
    csv, packed_tsv, decimal_commas, json_lines, parquet, arrow_file, ten_shards, pandas, pandas_categories, polars,
    lazy_polars, arrow, arrow_stream, blocks, mapping, relation, query_of_a_file, duckdb_file, sqlite, postgresql,
)  # fmt: skip


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.__name__)
def test_the_same_model_from_every_carrier(
    carrier: Callable[..., Given], rows: pa.Table, expected: sw.LinearModel, tmp_path: Path, server: Any
) -> None:
    model = sw.fit(FORMULA, **carrier(rows, tmp_path, server))
    assert model.names == expected.names
    assert model.rows == expected.rows
    assert_allclose(list(model.coefficients.values()), list(expected.coefficients.values()), rtol=1e-12)
    assert_allclose(model.vcov(), expected.vcov(), rtol=1e-11, atol=1e-30)


@pytest.mark.parametrize("carrier", [csv, parquet, json_lines, arrow_file], ids=lambda carrier: carrier.__name__)
def test_the_same_model_from_a_pipe(
    carrier: Callable[..., Given], rows: pa.Table, expected: sw.LinearModel, tmp_path: Path
) -> None:
    content = Path(carrier(rows, tmp_path, None)["data"]).read_bytes()
    command = [sys.executable, "-m", "slopewise", "fit", "-", FORMULA, "--format", "csv"]
    done = subprocess.run(command, input=content, capture_output=True, check=True, timeout=120)
    table = pd.read_csv(io.BytesIO(done.stdout))
    assert_allclose(table["estimate"], list(expected.coefficients.values()), rtol=1e-12)
