"""A condition finds the same rows whatever carries them: NaN is missing to it, as an empty cell of a CSV is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from slopewise.data import open_source

NAN = float("nan")
ROWS = {"z": [1.0, NAN, -1.0, NAN, 2.0, 0.0], "k": [1, 2, 3, 4, 5, 6]}
TABLE = pa.table({"z": pa.array(ROWS["z"], pa.float32()), "k": ROWS["k"]})


def _written(write: Callable[[Any, Path], None], name: str) -> Callable[[Path], Any]:
    def give(folder: Path) -> Path:
        write(TABLE, folder / name)
        return folder / name

    return give


CARRIERS: dict[str, Callable[[Path], Any]] = {
    "csv": _written(lambda table, path: table.to_pandas().to_csv(path, index=False), "rows.csv"),
    "parquet": _written(pq.write_table, "rows.parquet"),
    "arrow": _written(feather.write_feather, "rows.arrow"),
    "table": lambda _: TABLE,
    "pandas": lambda _: pd.DataFrame(ROWS),
    "polars": lambda _: pl.DataFrame(ROWS),
    "arrays": lambda _: ROWS,
}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("z > 0", [1, 5]),
        ("NOT z < 0", [1, 5, 6]),
        ("z IS NULL", [2, 4]),
        ("isnan(z)", []),
        ("coalesce(z, 7) = 7", [2, 4]),
        ("k > 1 AND z <> 2", [3, 6]),
    ],
)
def test_nan_is_missing_to_a_condition(carrier: str, where: str, rows: list[int], tmp_path: Path) -> None:
    source = open_source(CARRIERS[carrier](tmp_path), where=where)
    assert [row for block in source.blocks(["k"]) for row in block.table["k"].to_pylist()] == rows
