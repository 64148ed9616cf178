"""Arrays in memory as a source: a mapping of names to 1-d arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.data.columns import declared_levels, kind_of
from slopewise.data.objects import from_objects, object_type
from slopewise.data.plain_frames import plain_series
from slopewise.data.tables import TableSource
from slopewise.errors import ArgumentError, ColumnTypeError, ShapeError

if TYPE_CHECKING:
    import pyarrow as pa

    from slopewise.typing import AnyArray, ArrayLike

NAME = "the table"


class NamedArrays(TableSource):
    """Named 1-d arrays of one length; see `from_mapping`."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.name = NAME
        self.columns = {field.name: kind_of(field.type) for field in table.schema}
        self.levels = declared_levels(table.slice(0, 1))
        self.rows = table.num_rows

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        yield self._table.select(list(columns))

    def describe(self) -> dict[str, Any]:
        return {"name": NAME, "kind": "arrays", "rows": self.rows, "columns": len(self.columns)}


def from_mapping(arrays: Mapping[str, ArrayLike]) -> NamedArrays:
    """A source over named 1-d arrays (NumPy, lists, Arrow arrays, Series, pandas' Categorical) of one length.

    Contiguous arrays of numbers are not copied. None, masked entries and the missing values of a Series are missing;
    the NaN of a NumPy array stays a NaN, a number that went wrong.

    Raises ShapeError for arrays that are not 1-d or differ in length, ColumnTypeError for values that
    do not go together.

    >>> source = from_mapping({"area": np.array([50.0, 80.0]), "city": ["Oslo", None]})
    >>> next(source.blocks(["city"])).table.to_pydict()
    {'city': ['Oslo', None]}
    """
    import pyarrow as pa

    if not arrays:
        raise ArgumentError(f"{NAME} are an empty mapping; give at least one name with its array")
    for name in arrays:
        if not isinstance(name, str):
            raise ArgumentError(f"{name!r} is no name for an array; give names as text")
    columns = {name: _column(name, array) for name, array in arrays.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    first = next(iter(lengths))
    for name, length in lengths.items():
        if length != lengths[first]:
            raise ShapeError(
                f"{first!r} has {lengths[first]} values and {name!r} has {length}; a table needs columns of one length"
            )
    return NamedArrays(pa.table(columns))


class Matrix(TableSource):
    """The columns of a matrix (m, p) and a target (m,), under names; copied block by block, never as a whole."""

    def __init__(self, X: AnyArray, y: AnyArray, names: Sequence[str], target: str) -> None:
        self._columns = {name: X[:, j] for j, name in enumerate(names)} | {target: y}
        self.name = NAME
        self.columns = dict.fromkeys(self._columns, "number")
        self.levels = {}
        self.rows = len(y)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        for start in range(0, len(self._columns[columns[0]]), rows):
            parts = (self._columns[name][start : start + rows] for name in columns)
            yield pa.table([pa.array(np.ascontiguousarray(part)) for part in parts], names=list(columns))

    def describe(self) -> dict[str, Any]:
        return {"name": NAME, "kind": "arrays", "rows": self.rows, "columns": len(self.columns)}


def _in_arrow_layout(array: AnyArray) -> AnyArray:
    """The array in this machine's byte order, and no wider than float64."""
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return array.astype(np.float64)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _column(name: str, values: Any) -> pa.Array | pa.ChunkedArray:
    import pyarrow as pa

    values = plain_series(values)
    try:
        if hasattr(values, "__arrow_c_stream__") and not _is_of_objects(values):
            return pa.chunked_array(values)
        if hasattr(values, "__arrow_c_array__") or _is_of_pandas(values):
            return pa.array(values, from_pandas=True)
    except pa.ArrowException:
        raise _unknown(name, values.dtype) from None
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    array = np.asarray(values, dtype=object if isinstance(values, list | tuple) else None)
    if array.ndim != 1:
        raise ShapeError(f"{name!r} has the shape {array.shape}; give arrays of one dimension")
    if array.dtype == object:
        return _from_objects(name, array)
    try:
        return pa.array(_in_arrow_layout(array), mask=mask)
    except pa.ArrowException:
        raise _unknown(name, array.dtype) from None


def _unknown(name: str, dtype: object) -> ColumnTypeError:
    return ColumnTypeError(f"{name!r} holds {dtype} values; give numbers, texts, booleans or dates")


def _is_of_objects(values: Any) -> bool:
    return bool(getattr(values, "dtype", None) == np.dtype(object))


def _is_of_pandas(values: Any) -> bool:
    """Whether these are pandas' own arrays, whose types, such as categories, NumPy does not know."""
    dtype = getattr(values, "dtype", None)
    return dtype is not None and not isinstance(dtype, np.dtype)


def _from_objects(name: str, array: AnyArray) -> pa.Array:
    arrow_type = object_type(array)
    if arrow_type is None:
        first = next(value for value in array if value is not None)
        raise ColumnTypeError(
            f"{name!r} holds values like {first!r} ({type(first).__name__}); give numbers, texts, booleans or dates"
        )
    return from_objects(array, arrow_type, name, NAME)
