"""One table, every carrier: the same names, kinds, rows and blocks, whatever brought them."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

from slopewise.data import ReadOptions, Source, open_source, tables

BLOCK = 2000  # shorter than usual, so that a small table has several
ROWS = 2 * BLOCK + 500
COLUMNS = ["Lot.Area", "price", "Nächste Straße", "pool"]


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", BLOCK)


def make_table() -> pa.Table:
    rng = np.random.default_rng(5)
    area = rng.normal(size=ROWS).round(6)
    missing = rng.random((ROWS, 3)) < 0.01
    street = rng.choice(["Allee", 'say "hi", there', "naïve", "x y"], ROWS)
    return pa.table(
        {
            "Lot.Area": pa.array(area, mask=missing[:, 0]),
            "price": pa.array(rng.integers(0, 1000, ROWS).astype(float), mask=missing[:, 1]),
            "Nächste Straße": pa.array(street, mask=missing[:, 2]),
            "pool": pa.array(rng.random(ROWS) < 0.5),
        }
    )


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return make_table()


@pytest.fixture(scope="module")
def folder(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("carriers")
    quoted = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(table, folder / "whole.csv", quoted)
    (folder / "whole.csv.gz").write_bytes(gzip.compress((folder / "whole.csv").read_bytes(), compresslevel=1))
    write_text_formats(folder, (folder / "whole.csv").read_bytes())
    write_other_dialect(folder / "dialect.csv", table)
    write_arrow_formats(folder, table)
    write_json_formats(folder, table)
    pyarrow.csv.write_csv(table, folder / "whole.tsv", pyarrow.csv.WriteOptions(delimiter="\t"))
    pyarrow.parquet.write_table(table, folder / "whole.parquet")
    for i, (start, length) in enumerate([(0, 10), (10, 3000), (3010, ROWS)]):
        pyarrow.csv.write_csv(table.slice(start, length), folder / f"shard-{i}.csv", quoted)
        pyarrow.parquet.write_table(table.slice(start, length), folder / f"shard-{i}.parquet")
    (folder / "shard-1.jsonl").write_text(json_lines(table.slice(10, 3000)), encoding="utf-8")
    pyarrow.feather.write_feather(table.slice(3010), str(folder / "shard-2.arrow"))
    return folder


def write_text_formats(folder: Path, content: bytes) -> None:
    text = content.decode()
    (folder / "whole.csv.zst").write_bytes(pa.compress(content, "zstd", asbytes=True))
    (folder / "whole.csv.bz2").write_bytes(bz2.compress(content, 1))
    (folder / "whole.csv.xz").write_bytes(lzma.compress(content, preset=0))
    (folder / "packed.csv").write_bytes(gzip.compress(content, 1))
    (folder / "crlf.csv").write_bytes(content.replace(b"\n", b"\r\n"))
    (folder / "mark.csv").write_text(text, encoding="utf-8-sig")
    (folder / "utf-16.csv").write_text(text, encoding="utf-16")
    (folder / "latin-1.txt.gz").write_bytes(gzip.compress(text.encode("latin-1"), 1))


def write_other_dialect(path: Path, table: pa.Table) -> None:
    """Decimal commas, semicolons, apostrophes for quotes, and markers for missing numbers."""

    def cell(value: object) -> str:
        return repr(value).replace(".", ",") if isinstance(value, float) else str(value).lower()

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quotechar="'")
        writer.writerow(table.column_names)
        for area, price, street, pool in zip(*(column.to_pylist() for column in table.columns), strict=True):
            numbers = ("-" if number is None else cell(number) for number in (area, price))
            writer.writerow([*numbers, street, cell(pool)])


def write_arrow_formats(folder: Path, table: pa.Table) -> None:
    pyarrow.feather.write_feather(table, str(folder / "whole.feather"))
    coded = table.set_column(2, COLUMNS[2], table[COLUMNS[2]].combine_chunks().dictionary_encode())
    for name, new, content in (("whole.arrow", pa.ipc.new_file, table), ("stream.arrows", pa.ipc.new_stream, coded)):
        with new(str(folder / name), content.schema) as writer:
            writer.write_table(content, max_chunksize=700)


def json_lines(table: pa.Table) -> str:
    rows = ({name: value for name, value in row.items() if value is not None} for row in table.to_pylist())
    return "\n".join(json.dumps(row) for row in rows)


def write_json_formats(folder: Path, table: pa.Table) -> None:
    (folder / "whole.jsonl").write_text(json_lines(table), encoding="utf-8")
    (folder / "whole.json").write_text(json.dumps(table.to_pylist(), ensure_ascii=False), encoding="utf-8")
    (folder / "whole.ndjson.gz").write_bytes(gzip.compress(json_lines(table).encode(), 1))


CARRIERS: dict[str, Callable[[Path, pa.Table], Any]] = {
    "csv": lambda folder, _: folder / "whole.csv",
    "csv.gz": lambda folder, _: str(folder / "whole.csv.gz"),
    **{
        name: lambda folder, _, name=name: folder / name
        for name in (
            *("whole.csv.zst", "whole.csv.bz2", "whole.csv.xz", "packed.csv", "crlf.csv", "mark.csv", "utf-16.csv"),
            *("latin-1.txt.gz", "dialect.csv", "whole.feather", "whole.arrow", "stream.arrows"),
            *("whole.jsonl", "whole.json", "whole.ndjson.gz"),
        )
    },
    "three formats": lambda folder, _: [folder / f"shard-{name}" for name in ("0.csv", "1.jsonl", "2.arrow")],
    "tsv": lambda folder, _: folder / "whole.tsv",
    "parquet": lambda folder, _: folder / "whole.parquet",
    "list of csv": lambda folder, _: [folder / f"shard-{i}.csv" for i in range(3)],
    "glob of csv": lambda folder, _: str(folder / "shard-?.csv"),
    "glob of parquet": lambda folder, _: str(folder / "shard-*.parquet"),
    "csv and parquet": lambda folder, _: [
        folder / "shard-0.parquet",
        folder / "shard-1.csv",
        str(folder / "shard-2.parquet"),
    ],
    "pandas": lambda _, table: table.to_pandas(),
    "pandas with an index": lambda _, table: table.to_pandas().set_index(np.arange(ROWS)[::-1] % 7),
    "pandas on Arrow": lambda _, table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas objects": lambda _, table: table.to_pandas().astype({"Nächste Straße": object, "price": object}),
    "pandas categories": lambda _, table: table.to_pandas().astype({"Nächste Straße": "category"}),
    "polars": lambda _, table: pl.DataFrame(pl.from_arrow(table)),
    "polars categories": lambda _, table: pl.DataFrame(pl.from_arrow(table)).with_columns(
        pl.col("Nächste Straße").cast(pl.Categorical)
    ),
    "polars lazy": lambda _, table: pl.DataFrame(pl.from_arrow(table)).lazy(),
    "polars scan": lambda folder, _: pl.scan_parquet(folder / "whole.parquet"),
    "narwhals": lambda _, table: nw.from_native(table),
    "arrow": lambda _, table: table,
    "arrow in chunks": lambda _, table: pa.concat_tables([table.slice(0, 7), table.slice(7)]),
    "duckdb": lambda folder, _: duckdb.read_parquet(str(folder / "whole.parquet")),
    "arrays": lambda _, table: {name: table.column(name) for name in table.column_names},
    "lists": lambda _, table: table.to_pydict(),
    "another source": lambda _, table: open_source(table),
}


OPTIONS = {
    "latin-1.txt.gz": ReadOptions(encoding="latin-1"),
    "dialect.csv": ReadOptions(decimal=",", quote="'"),
}


@pytest.fixture(scope="module", params=CARRIERS)
def source(request: pytest.FixtureRequest, folder: Path, table: pa.Table) -> Source:
    return open_source(CARRIERS[request.param](folder, table), options=OPTIONS.get(request.param))


def plain(source: Source, columns: list[str]) -> pa.Table:
    """All rows in one table, categories as text."""
    whole = pa.concat_tables([block.table for block in source.blocks(columns)], promote_options="permissive")
    return pa.table(
        {
            name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            for name, column in zip(columns, whole.columns, strict=True)
        }
    )


def test_every_carrier_gives_the_same_rows(source: Source, table: pa.Table) -> None:
    assert source.columns == dict(zip(COLUMNS, ["number", "number", "text", "boolean"], strict=True))
    assert source.rows in (None, ROWS)
    wanted = [COLUMNS[2], COLUMNS[0], COLUMNS[3]]
    first, second = plain(source, wanted), plain(source, wanted)
    assert first.equals(table.select(wanted))
    assert second.equals(first), "a rereadable source gives the same rows again"
    assert source.rereadable


def test_every_carrier_cuts_the_same_blocks(source: Source) -> None:
    blocks = list(source.blocks(COLUMNS))
    assert [block.first_row for block in blocks] == [1, BLOCK + 1, 2 * BLOCK + 1]
    assert [block.table.num_rows for block in blocks] == [BLOCK, BLOCK, 500]
    for block in blocks:
        assert block.table.column_names == COLUMNS


CONDITION = """ "Lot.Area" > 1 AND ("Nächste Straße" = 'x y' OR pool) -- a comment """


def kept(table: pa.Table) -> list[float | None]:
    """The prices of the rows for which the condition is true, in plain Python."""
    columns = (table[name].to_pylist() for name in COLUMNS)
    rows = zip(*columns, strict=True)
    return [price for area, price, street, pool in rows if area is not None and area > 1 and (street == "x y" or pool)]


def test_every_carrier_filters(source: Source, table: pa.Table) -> None:
    filtered = open_source(source, where=CONDITION)
    assert plain(filtered, ["price"])["price"].to_pylist() == kept(table)
    assert filtered.describe()["where"] == CONDITION
    assert filtered.rows is None


@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_carrier_opens_with_a_condition(carrier: str, folder: Path, table: pa.Table) -> None:
    source = open_source(CARRIERS[carrier](folder, table), where=CONDITION, options=OPTIONS.get(carrier))
    assert plain(source, ["pool", "price"])["price"].to_pylist() == kept(table)
    assert source.describe()["where"] == CONDITION
    assert source.name.endswith(f" (where {CONDITION.strip()})")
    assert source.rows is None


def test_reading_stops_when_the_reader_does(source: Source) -> None:
    blocks = source.blocks(COLUMNS)
    next(blocks)
    del blocks
    assert sum(block.table.num_rows for block in source.blocks(COLUMNS[:1])) == ROWS


def test_description_is_ready_for_json(source: Source) -> None:
    import json

    described = source.describe()
    assert json.loads(json.dumps(described)) == described
    assert {"name", "kind"} <= set(described)
