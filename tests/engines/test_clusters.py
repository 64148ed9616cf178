"""Local threads, a Dask cluster of two processes and Spark give one answer, whatever happens to their workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from engines.carriers import FITS, FORMULA, ROWS, in_dask, in_spark, table

import slopewise as sw
from slopewise.data import open_source
from slopewise.data.dask_frames import DaskFrame
from slopewise.data.spark_frames import SparkFrame, running
from slopewise.engines import spark_engine
from slopewise.errors import ArgumentError, MissingExtra, MissingValues, NotFinite, SourceError

pytestmark = [
    pytest.mark.needs("java"),
    # Spark says so of itself each time that it makes pandas or Arrow of anything.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    return table()


@pytest.fixture(scope="module")
def on_dask(dask_cluster: Any, rows: pa.Table) -> Iterator[Any]:
    with dask.config.set(scheduler=dask_cluster):
        yield in_dask(rows)


@pytest.fixture(scope="module")
def on_spark(spark: Any, rows: pa.Table) -> Any:
    return in_spark(spark, rows).cache()


@pytest.fixture(params=["dask", "spark"])
def cluster(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"on_{request.param}")


@pytest.mark.parametrize("how", FITS.values(), ids=FITS.keys())
def test_a_cluster_gives_the_answer_of_this_machine(how: dict[str, Any], cluster: Any, rows: pa.Table) -> None:
    here, there = sw.fit(data=rows, **how), sw.fit(data=cluster, **how)
    assert there.coefficients == pytest.approx(here.coefficients, rel=1e-12, abs=1e-12)
    assert list(there.coefficients) == list(here.coefficients)
    found, expected = there.tidy(), here.tidy()
    assert found["std_error"].to_pylist() == pytest.approx(expected["std_error"].to_pylist(), rel=1e-12)
    for name in ("r_squared", "sigma", "statistic", "digits", "digits_limit", "condition", "nobs"):
        assert there.glance()[name].to_pylist() == pytest.approx(here.glance()[name].to_pylist(), rel=1e-12), name
    assert (there.rows.used, there.rows.dropped_by) == (here.rows.used, here.rows.dropped_by)


def test_groups(cluster: Any, rows: pa.Table) -> None:
    here, there = (sw.fit("y ~ x + f", data, by=["h", "b"]) for data in (rows, cluster))
    assert list(there) == list(here)
    for name in ("estimate", "std_error"):
        assert there.table()[name].to_pylist() == pytest.approx(here.table()[name].to_pylist(), rel=1e-12, nan_ok=True)
    assert there.glance()["status"] == here.glance()["status"]


def test_folds(cluster: Any, rows: pa.Table) -> None:
    here, there = (sw.collect("y ~ x + f", data, folds=5, fold_key="id") for data in (rows, cluster))
    assert there.states.rows.tolist() == here.states.rows.tolist()
    found, expected = (sw.cross_validate(kept, penalty="ridge", lambdas=[0.1, 1.0]) for kept in (there, here))
    assert found.mean == pytest.approx(expected.mean, rel=1e-12)


def test_folds_need_a_key(cluster: Any) -> None:
    with pytest.raises(ArgumentError, match=r"the numbers of rows.*fold_key='id'"):
        sw.collect("y ~ x", cluster, folds=5)


def test_the_same_bits_with_a_worker_killed_midway(
    dask_cluster: Any, on_spark: Any, rows: pa.Table, tmp_path: Path
) -> None:
    here = sw.fit(FORMULA, rows, precision="exact")
    expected = here.kept.digest()
    marks = tmp_path / "dask", tmp_path / "spark"

    def dies_once(part: Any, mark: Path) -> Any:
        if len(part) == 150 and not mark.exists():
            mark.touch()
            os._exit(1)
        return part

    def task_dies_once(batches: Any, mark: Path = marks[1]) -> Iterator[Any]:
        for batch in batches:
            if not mark.exists():
                mark.touch()
                os._exit(1)
            yield batch

    frame = in_dask(rows)
    with dask.config.set(scheduler=dask_cluster):
        fragile = frame.map_partitions(dies_once, marks[0], meta=frame._meta)
        there = sw.fit(FORMULA, fragile, precision="exact")
    assert (there.coefficients, there.kept.digest()) == (here.coefficients, expected)
    failing = on_spark.mapInArrow(task_dies_once, on_spark.schema)
    assert sw.collect(FORMULA, failing, precision="exact").digest() == expected
    assert all(mark.exists() for mark in marks)


def test_many_records_are_merged_on_the_cluster(on_spark: Any, rows: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_engine, "MANY", 2)
    expected = sw.collect(FORMULA, rows, precision="exact")
    found = sw.collect(FORMULA, on_spark, precision="exact")
    assert found.digest() == expected.digest()
    assert found.rows.dropped_by == expected.rows.dropped_by


def test_a_diagnosis(cluster: Any, rows: pa.Table) -> None:
    model = sw.fit("y ~ x + f", rows)
    here, there = model.diagnose(rows, keep=["id"]), sw.fit("y ~ x + f", cluster).diagnose(cluster, keep=["id"])
    assert there.press == pytest.approx(here.press, rel=1e-12)
    assert there.influential["id"].to_pylist() == here.influential["id"].to_pylist()
    if isinstance(open_source(cluster), DaskFrame):  # Spark has put the rows into another order
        assert there.influential["row"].to_pylist() == here.influential["row"].to_pylist()
        assert sw.fit("y ~ x + f", cluster).rows == model.rows
    assert model.evaluate(cluster).rmse == pytest.approx(model.evaluate(rows).rmse, rel=1e-12)


def test_numbers_of_rows_are_places_in_what_spark_collects(on_spark: Any) -> None:
    first = sw.fit("y ~ x", on_spark).rows.first_missing["x"][0]
    assert [row["x"] for row in on_spark.collect()].index(None) == first - 1


def test_rows_can_be_brought_here(cluster: Any, rows: pa.Table) -> None:
    model = sw.fit("y ~ x + f", rows)
    found = np.sort(model.predict(cluster))
    assert found == pytest.approx(np.sort(model.predict(rows)), rel=1e-12, nan_ok=True)


def test_only_the_columns_that_are_needed_are_read(spark: Any, rows: pa.Table, tmp_path: Path) -> None:
    part = DaskFrame(in_dask(rows), "z > 0").chosen(["y", "x"]).partitions[1].compute()
    assert list(part.columns) == [name for name in rows.column_names if name in ("x", "y", "z")]  # in the frame's order
    spark.createDataFrame(rows).write.parquet(str(tmp_path / "rows"))
    source = SparkFrame(spark.read.parquet(str(tmp_path / "rows")), "z > 0")
    plan = source.chosen(["y", "x"])._jdf.queryExecution().toString()
    assert "ReadSchema: struct<x:double,y:double,z:int>" in plan  # not the nine others
    assert "GreaterThan(z,0)" in plan


def test_an_error_names_the_partition_and_the_row_in_it(cluster: Any) -> None:
    with pytest.raises(NotFinite, match=r"^partition \d: the \w+ DataFrame, row 1?\d: log\(z\) is .* where z is"):
        sw.fit("log(z) ~ x", cluster)
    with pytest.raises(MissingValues, match=r"^partition \d: .* 'x' is missing"):
        sw.fit("y ~ x", cluster, missing="error")
    with pytest.raises(MissingValues, match=r"no row of .* \(where id < 0\) meets the condition"):
        sw.fit("y ~ x", cluster, where="id < 0")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"weights": np.ones(ROWS)}, "weights was given as an array"),
        ({"checkpoint": "pass.json"}, "a checkpoint is of rows in one order"),
        ({"where": "nowhere > 1"}, "where='nowhere > 1' is not a condition on the columns"),
    ],
)
def test_what_a_cluster_cannot_do_is_refused(asked: dict[str, Any], message: str, cluster: Any) -> None:
    with pytest.raises(ArgumentError, match=message):
        sw.fit("y ~ x", cluster, **asked)


def test_what_fails_in_the_frame_itself_is_said(spark: Any, rows: pa.Table) -> None:
    def broken(given: Any) -> Any:
        raise OSError("the disk is gone")

    frame = in_dask(rows)
    with pytest.raises(SourceError, match="the Dask DataFrame cannot be read: the disk is gone; try"):
        sw.fit("y ~ x", frame.map_partitions(broken, meta=frame._meta))
    divided = spark.range(3).selectExpr("id AS x", "1 / (id - 2) AS y")
    with pytest.raises(SourceError, match=r"the Spark DataFrame cannot be read: .*[Dd]ivision by zero.*; see"):
        sw.fit("y ~ x", divided)


def test_the_error_of_a_worker_is_the_reason() -> None:
    told = (
        "An exception was thrown from the Python worker: Traceback (most recent call last):\n"
        "  File \"engine.py\", line 3, in work\nModuleNotFoundError: No module named 'slopewise'\n SQLSTATE: 38000"
    )

    def failing() -> None:
        raise RuntimeError(told)

    with pytest.raises(SourceError, match=r"^the workers that hold it have no slopewise; install the version of"):
        running(failing, "it")


def test_an_absent_package_is_named(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = "dask" if "dask" in type(cluster).__module__ else "spark"
    monkeypatch.setitem(sys.modules, "dask.dataframe" if extra == "dask" else "pandas", None)
    with pytest.raises(MissingExtra, match=rf"pip install 'slopewise\[{extra}\]'"):
        sw.fit("y ~ x", cluster)


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_any_scheduler_will_do(scheduler: str, rows: pa.Table) -> None:
    with dask.config.set(scheduler=scheduler):
        found = sw.collect(FORMULA, in_dask(rows), precision="exact")
    assert found.digest() == sw.collect(FORMULA, rows, precision="exact").digest()


def levels(frame: pd.DataFrame) -> Callable[[str], Any]:
    """The frame with its category c declared, met in each partition by itself, or as texts."""
    import dask.dataframe as dd

    def carried(how: str) -> Any:
        given = dd.from_pandas(frame, npartitions=3)
        return given.assign(c=given["c"].cat.as_unknown()) if how == "unknown" else given

    return carried


def test_categories_keep_their_declared_order_where_dask_knows_it() -> None:
    draw = np.random.default_rng(1)
    c = pd.Categorical(draw.choice(["small", "large"], 60), categories=["small", "large", "huge"])
    carried = levels(pd.DataFrame({"c": c, "y": draw.normal(size=60)}))
    with dask.config.set(scheduler="synchronous"):
        assert list(sw.fit("y ~ c", carried("declared")).coefficients) == ["Intercept", "c[T.large]"]
        assert list(sw.fit("y ~ c", carried("unknown")).coefficients) == ["Intercept", "c[T.small]"]


def test_columns_of_objects_are_what_their_first_values_are() -> None:
    import dask.dataframe as dd

    frame = pd.DataFrame(
        {
            0: pd.Series([None, None, Decimal("1.5"), Decimal(2), Decimal(4), Decimal(1)], dtype=object),
            "t": pd.Series([None, None, None, "a", "b", "a"], dtype=object),
            "y": [1.0, 2.0, 3.0, 5.0, 4.0, 2.0],
        }
    )
    with dask.config.set({"scheduler": "synchronous", "dataframe.convert-string": False}):
        source = open_source(dd.from_pandas(frame, npartitions=3))
        assert source.columns == {"0": "number", "t": "text", "y": "number"}
        found = sw.fit("y ~ `0`", dd.from_pandas(frame, npartitions=3))
    assert found.coefficients == pytest.approx(sw.fit("y ~ `0`", frame).coefficients, rel=1e-12)


def test_names_that_spark_would_take_for_others(spark: Any) -> None:
    rows = pa.table({"a.b": [1.0, 2.0, 4.0], "A.b": [2.0, 1.0, 1.5], "tick`s": [1.0, 3.0, 2.0]})
    formula = "`tick``s` ~ `a.b`"
    assert sw.fit(formula, spark.createDataFrame(rows)).coefficients == sw.fit(formula, rows).coefficients


def test_points_in_time_are_instants(spark: Any) -> None:
    when = pa.array(np.arange(5) * 7, pa.timestamp("us", "UTC"))
    rows = pa.table({"t": when, "y": [1.0, 2.0, 2.0, 4.0, 3.0]})
    found = sw.fit("y ~ t", spark.createDataFrame(rows)).coefficients
    assert found == pytest.approx(sw.fit("y ~ t", rows).coefficients, rel=1e-12)
