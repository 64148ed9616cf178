"""Dates as numbers: days since 1970-01-01, the time of day being their fraction, to the last nanosecond.

A timestamp with a time zone counts in UTC, one without as it is written.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slopewise.data.buffers import as_numpy
from slopewise.design.expressions import FORMED, Numbers
from slopewise.moments.pair import Pair
from slopewise.moments.rows import UNIT

_DAY = 86_400
TICKS = {"s": _DAY, "ms": _DAY * 10**3, "us": _DAY * 10**6, "ns": _DAY * 10**9}
"""Ticks in a day, by the unit of a timestamp."""


def is_dated(values: pa.ChunkedArray) -> bool:
    """Whether these are dates or timestamps."""
    return bool(pa.types.is_date(values.type) or pa.types.is_timestamp(values.type))


def days(values: pa.ChunkedArray) -> Numbers:
    """Dates or timestamps as days, (m,), NaN where one is missing: ticks / ticks in a day, in double-double.

    >>> days(pa.chunked_array([pa.array([129_600, None], pa.timestamp("s"))])).high.tolist()
    [1.5, nan]
    """
    if pa.types.is_date32(values.type):
        ticks, of_day = pc.cast(values, pa.int32()), 1
    else:
        unit = values.type.unit if pa.types.is_timestamp(values.type) else "ms"
        ticks, of_day = pc.cast(values, pa.int64()), TICKS[unit]
    counted = as_numpy(ticks, missing=0).astype(np.int64)
    rest = np.fmod(counted, of_day)  # of the sign of the whole, so that nothing cancels
    pair = Pair.of(((counted - rest) // of_day).astype(np.float64)) + Pair.of(rest.astype(np.float64)) / float(of_day)
    pair.hi[as_numpy(pc.is_null(values))] = np.nan
    return Numbers.of(pair, FORMED if rest.any() else UNIT)


def read_dates(values: pa.ChunkedArray) -> pa.ChunkedArray | int:
    """Text as timestamps, where every value is written as ISO 8601 has it; else the place of the first that is not."""
    for unit in ("ns", "us"):  # nanoseconds end in the year 2262
        try:
            return pc.cast(values, pa.timestamp(unit))
        except pa.ArrowInvalid:
            continue
    return next(i for i, value in enumerate(values) if not _is_date(value))


def _is_date(value: pa.Scalar) -> bool:
    try:
        value.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return False
    return True
