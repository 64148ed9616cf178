"""Data frames of clusters: which library a frame is of, without importing any."""

from __future__ import annotations

from typing import Any

from slopewise.data.dask_frames import DaskFrame, is_dask
from slopewise.data.partitioned import Partitioned
from slopewise.data.spark_frames import SparkFrame, is_spark


def open_cluster(data: Any, where: str | None) -> Partitioned | None:
    """The rows of a data frame of Dask or Spark for which `where` holds; None if `data` is neither."""
    if is_dask(data):
        return DaskFrame(data, where)
    return SparkFrame(data, where) if is_spark(data) else None
