"""Arrays in memory as a source: a mapping of names to 1-d arrays, or X (m, p) and y (m,) with names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.data.columns import kind_of
from slopewise.data.objects import from_objects, object_type
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
        self.rows = table.num_rows

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        yield self._table.select(list(columns))

    def describe(self) -> dict[str, Any]:
        return {"name": NAME, "kind": "arrays", "rows": self.rows, "columns": len(self.columns)}


class Matrix(TableSource):
    """The columns of X (m, p), then y (m,) if there is one; see `from_matrix`."""

    def __init__(self, X: AnyArray, y: AnyArray | None, names: Sequence[str]) -> None:
        self._arrays = dict(zip(names, (*X.T, *([] if y is None else [y])), strict=True))
        self.name = NAME
        self.columns = {name: "boolean" if array.dtype == bool else "number" for name, array in self._arrays.items()}
        self.rows = len(X)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        for start in range(0, self.rows or 0, rows):
            yield pa.table({name: pa.array(self._arrays[name][start : start + rows]) for name in columns})

    def describe(self) -> dict[str, Any]:
        return {"name": NAME, "kind": "arrays", "rows": self.rows, "columns": len(self.columns)}


def from_mapping(arrays: Mapping[str, ArrayLike]) -> NamedArrays:
    """A source over named 1-d arrays (NumPy, lists, Arrow arrays, Series) of one length.

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


def from_matrix(X: ArrayLike, y: ArrayLike | None = None, names: Sequence[str] | None = None) -> Matrix:
    """A source over X (m, p), or (m,) for one column, and y (m,), which becomes the last column, 'y'.

    `names` default to x1, x2, …, xp. Raises ShapeError for shapes that do not fit, ArgumentError for
    values that are not real numbers and for names that are repeated or number other than p.

    >>> from_matrix([[50.0, 2.0], [80.0, 3.0]], [1.5, 2.5]).columns
    {'x1': 'number', 'x2': 'number', 'y': 'number'}
    """
    features = _real("X", X)
    features = features[:, None] if features.ndim == 1 else features
    target = None if y is None else _real("y", y)
    if features.ndim != 2 or features.shape[1] == 0:
        raise ShapeError(f"X has the shape {features.shape}; give rows and columns, (m, p)")
    if target is not None and target.shape != features.shape[:1]:
        raise ShapeError(f"X has the shape {features.shape} and y {target.shape}; y needs one value for each row of X")
    given = [f"x{j}" for j in range(1, features.shape[1] + 1)] if names is None else list(names)
    if len(given) != features.shape[1]:
        raise ArgumentError(f"{len(given)} names were given for {features.shape[1]} columns of X; give one for each")
    every = given if target is None else [*given, "y"]
    for name in every:
        if every.count(name) > 1:
            raise ArgumentError(f"the name {name!r} is used twice; give each column, and y, a name of its own")
    return Matrix(features, target, every)


def _real(name: str, values: ArrayLike) -> AnyArray:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"{name} holds {array.dtype} values; give real numbers")
    return _in_arrow_layout(array)


def _in_arrow_layout(array: AnyArray) -> AnyArray:
    """The array in this machine's byte order, and no wider than float64."""
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return array.astype(np.float64)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _column(name: str, values: Any) -> pa.Array | pa.ChunkedArray:
    import pyarrow as pa

    if hasattr(values, "__arrow_c_stream__") and not _is_of_objects(values):
        return pa.chunked_array(values)
    if hasattr(values, "__arrow_c_array__"):
        return pa.array(values)
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    array = np.asarray(values, dtype=object if isinstance(values, list | tuple) else None)
    if array.ndim != 1:
        raise ShapeError(f"{name!r} has the shape {array.shape}; give arrays of one dimension")
    if array.dtype == object:
        return _from_objects(name, array)
    try:
        return pa.array(_in_arrow_layout(array), mask=mask)
    except pa.ArrowException:
        raise ColumnTypeError(f"{name!r} holds {array.dtype} values; give numbers, texts, booleans or dates") from None


def _is_of_objects(values: Any) -> bool:
    return bool(getattr(values, "dtype", None) == np.dtype(object))


def _from_objects(name: str, array: AnyArray) -> pa.Array:
    arrow_type = object_type(array)
    if arrow_type is None:
        first = next(value for value in array if value is not None)
        raise ColumnTypeError(
            f"{name!r} holds values like {first!r} ({type(first).__name__}); give numbers, texts, booleans or dates"
        )
    return from_objects(array, arrow_type, name, NAME)
