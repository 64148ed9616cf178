"""One table, and the same rows on a cluster: in seven partitions of Dask and five of Spark, unequal, some empty."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

ROWS = 1_200
CUTS = (0, 0, 700, 701, 1_000, 1_000, 1_150, ROWS)
"""Where Dask's seven partitions begin and end: two have no rows, one has one, and one has most of them."""

FORMULA = "y ~ x * f + I(z^2) + b + d + c"
FITS: dict[str, dict[str, Any]] = {
    "weights, of every kind of column": {"formula": FORMULA, "weights": "w", "cov": "HC3"},
    "copies, interactions": {"formula": "log(w) ~ f:h + x:f - 1", "frequency": "k"},
    "a basis of all rows, a condition": {"formula": "y ~ poly(x, 2) + f", "where": "z > 0 and h <> 'south'"},
    "clusters": {"formula": "y ~ x + f", "cov": ("cluster", "g", "z")},
}


def table() -> pa.Table:
    """Columns of every kind, some with missing values."""
    draw = np.random.default_rng(8)
    x, z, d = draw.normal(size=ROWS), draw.integers(-9, 9, ROWS), draw.integers(0, 3_000, ROWS)
    f, g = draw.choice(["p", "q", "r"], ROWS), draw.integers(0, 25, ROWS)
    h = draw.choice(["north", "south", "west"], ROWS, p=[0.6, 0.3, 0.1])
    y = 2 * x - 0.3 * z + (f == "q") + 0.001 * d + draw.normal(size=ROWS) * (1 + np.abs(x))
    gap = draw.random(ROWS) < 0.03
    return pa.table(
        {
            "id": np.arange(ROWS),
            "x": pa.array(x, mask=gap),
            "y": y,
            "z": z.astype(np.int32),
            "f": pa.array(f, mask=np.roll(gap, 7)),
            "g": g,
            "h": h,
            "b": pa.array(draw.random(ROWS) < 0.4),
            "d": pa.array(d.astype("datetime64[D]")),
            "c": pa.array([Decimal(int(n)) / 100 for n in draw.integers(0, 9_999, ROWS)], pa.decimal128(8, 2)),
            "w": draw.integers(1, 9, ROWS) / 4,
            "k": draw.integers(0, 4, ROWS),
        }
    )


def in_dask(rows: pa.Table) -> Any:
    """A Dask frame of seven partitions."""
    import dask.dataframe as dd
    import pandas as pd

    frame = rows.to_pandas(date_as_object=False)
    frame["c"] = frame["c"].astype(pd.ArrowDtype(rows["c"].type))  # of Python's own decimals Dask makes texts
    parts = [frame.iloc[start:stop] for start, stop in itertools.pairwise(CUTS)]

    def part(number: int) -> Any:
        return parts[number]

    return dd.from_map(part, range(7), meta=frame.iloc[:0])


def in_spark(spark: Any, rows: pa.Table) -> Any:
    """A Spark frame of five partitions; the rows go by a column of three values, so that two at least have none."""
    return spark.createDataFrame(rows).repartition(5, "h")
