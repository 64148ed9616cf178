"""A data frame of Spark Connect, of which a client sees no partitions, gives the answer of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from engines.carriers import FITS, FORMULA, table

import slopewise as sw

TESTS = Path(__file__).parents[1]


@pytest.mark.needs("java")
def test_a_client_of_spark_connect_gives_the_answer_of_this_machine(tmp_path: Path) -> None:
    rows, path = table(), tmp_path / "rows.parquet"
    pq.write_table(rows, path)
    inherited = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    pythons = dict.fromkeys(("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"), sys.executable)
    of_spark = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_TESTING": "1"}  # which takes any port that is free
    environment = {**os.environ, **pythons, **of_spark, "PYTHONPATH": inherited}
    client = [sys.executable, str(Path(__file__).with_name("connect_client.py")), str(path)]
    ended = subprocess.run(client, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr[-2_000:]
    found = json.loads(ended.stdout.splitlines()[-1])

    expected = {name: sw.fit(data=rows, **how).tidy() for name, how in FITS.items()}
    expected["groups"] = sw.fit("y ~ x + f", rows, by=["h", "b"]).table()
    for name, here in expected.items():
        for key, there in zip(("estimate", "std_error"), found["answers"][name], strict=True):
            assert there == pytest.approx(here[key].to_pylist(), rel=1e-12, abs=1e-12, nan_ok=True), name
    assert found["exact"] == sw.collect(FORMULA, rows, precision="exact").digest()
