"""Columns of Python objects, as object arrays and pandas' object columns hold them, turned into Arrow columns.

Their first value that is not missing says what the column holds. None, NaN and pandas' NA and NaT are missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from slopewise.data.columns import kind_of
from slopewise.errors import ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa

_EXPECTED = {"number": "numbers", "boolean": "booleans", "text": "texts", "date": "dates"}


def object_type(values: Iterable[Any]) -> pa.DataType | None:
    """The Arrow type that the first value asks for: float64 for any number; None if Arrow knows no such type.

    >>> from datetime import date
    >>> object_type([None, 3]), object_type([float("nan"), "x"]), object_type([date(2020, 1, 1)]), object_type([print])
    (DataType(double), DataType(string), DataType(date32[day]), None)
    """
    import pyarrow as pa

    for value in values:
        try:
            arrow_type = pa.array([value], from_pandas=True).type
        except refusals():
            return pa.float64() if isinstance(_as_float(value), float) else None
        if not pa.types.is_null(arrow_type):
            return pa.float64() if pa.types.is_integer(arrow_type) or pa.types.is_floating(arrow_type) else arrow_type
    return pa.float64()


def from_objects(values: Any, arrow_type: pa.DataType, column: str, where: str, first_row: int = 1) -> pa.Array:
    """`values` as an Arrow array; raises ColumnTypeError for the first of them that is not of the type."""
    try:
        return _array(values, arrow_type)
    except refusals() as error:
        for row, value in enumerate(values, start=first_row):
            if not _fits(value, arrow_type):
                raise ColumnTypeError(
                    f"{where} has {value!r} in column {column!r} at row {row}, where "
                    f"{_EXPECTED.get(kind_of(arrow_type), arrow_type)} are expected; correct it, or make it None"
                ) from None
        raise ColumnTypeError(f"{where} has a column {column!r} that cannot be read: {error}") from None


def _array(values: Any, arrow_type: pa.DataType) -> pa.Array:
    import pyarrow as pa

    # Decimals differ in their digits: each block has the type that its values need, and all become float64 later.
    asked = None if pa.types.is_decimal(arrow_type) else arrow_type
    try:
        return pa.array(values, type=asked, from_pandas=True)
    except refusals():
        if kind_of(arrow_type) != "number":
            raise
        return pa.array([_as_float(value) for value in values], pa.float64(), from_pandas=True)


def _as_float(value: object) -> object:
    """A whole number or a decimal as the nearest float64; Arrow refuses those that are not exactly that."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value


def _fits(value: object, arrow_type: pa.DataType) -> bool:
    try:
        return kind_of(_array([value], arrow_type).type) == kind_of(arrow_type)
    except refusals():
        return False


def refusals() -> tuple[type[Exception], ...]:
    """What Arrow raises for values that do not go together."""
    import pyarrow as pa

    return pa.ArrowException, TypeError, OverflowError
