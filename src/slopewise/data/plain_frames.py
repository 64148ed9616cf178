"""Columns of a data frame in types that Arrow has: sparse ones whole, periods and intervals by their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    import narwhals as nw

FrameT = TypeVar("FrameT", "nw.DataFrame[Any]", "nw.LazyFrame[Any]")

SHOWN = ("PeriodDtype", "IntervalDtype")
"""The types of pandas whose values are named by their text."""


def plain_columns(frame: FrameT) -> FrameT:
    """The frame with such columns as Arrow and its readers understand.

    Polars' Categorical becomes text, for its levels stand in the order in which they were met; an Enum declares them.
    Levels that are intervals, as `pd.cut` makes them, keep their order.

    >>> import narwhals as nw, pandas as pd
    >>> cut = pd.DataFrame({"size": pd.cut([1.0, 9.0], [0, 5, 10])})
    >>> plain_columns(nw.from_native(cut))["size"].to_list()
    ['(0, 5]', '(5, 10]']
    """
    import narwhals as nw

    if frame.implementation.is_polars():
        met = [name for name, kind in frame.collect_schema().items() if kind == nw.Categorical]
        return frame.with_columns(nw.col(*met).cast(nw.String)) if met else frame
    if not frame.implementation.is_pandas():
        return frame
    native = frame.to_native()
    if not {type(dtype).__name__ for dtype in native.dtypes} & {*SHOWN, "SparseDtype", "CategoricalDtype"}:
        return frame  # without a look at each column, of which there may be thousands in each of many blocks
    plain = {name: column for name in native.columns if (column := _plain(native[name])) is not None}
    return nw.from_native(native.assign(**plain)) if plain else frame


def plain_series(values: Any) -> Any:
    """A series or array of pandas in a type that Arrow has; anything else as it is."""
    return values if (plain := _plain(values)) is None else plain


def _plain(values: Any) -> Any:
    """A series or array of pandas as an array of a type that Arrow has, or None if it is in one."""
    dtype: Any = getattr(values, "dtype", None)
    kind, array = type(dtype).__name__, getattr(values, "array", values)
    if kind == "CategoricalDtype" and type(dtype.categories.dtype).__name__ in SHOWN:
        return array.rename_categories(str)
    if kind == "SparseDtype":
        return array.to_dense()
    return np.where(array.isna(), None, array.astype(str)) if kind in SHOWN else None
