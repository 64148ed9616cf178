"""What a client of Spark Connect fits: a program of its own, since one process cannot have both kinds of Spark.

    python connect_client.py rows.parquet

Starts a server on loopback, and prints as JSON the coefficients and standard errors of each of `carriers.FITS`, those
of groups, and the digest of an exact state.
"""

from __future__ import annotations

import json
import sys
import warnings

from engines.carriers import FITS, FORMULA

import slopewise as sw

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "5",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100",
}


def main(path: str) -> None:
    """Print what was found."""
    warnings.simplefilter("ignore")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.remote("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    rows = session.read.parquet(path).repartition(5, "h")
    found = {name: sw.fit(data=rows, **how).tidy() for name, how in FITS.items()}
    found["groups"] = sw.fit("y ~ x + f", rows, by=["h", "b"]).table()
    answers = {name: [table[key].to_pylist() for key in ("estimate", "std_error")] for name, table in found.items()}
    exact = sw.collect(FORMULA, rows, precision="exact").digest()
    session.stop()
    print(json.dumps({"answers": answers, "exact": exact}))


if __name__ == "__main__":
    main(sys.argv[1])
