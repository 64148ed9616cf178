"""Between Arrow and NumPy by their common memory: pyarrow's own conversions import pandas where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.typing import AnyArray, BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa


def as_numpy(values: pa.Array | pa.ChunkedArray, missing: float = np.nan) -> AnyArray:
    """Numbers or booleans as NumPy, (m,), without a copy where Arrow allows it; `missing` stands where there is null.

    >>> import pyarrow as pa
    >>> as_numpy(pa.array([1.5, None])).tolist(), as_numpy(pa.array([True, False])).tolist()
    ([1.5, nan], [True, False])
    """
    import pyarrow as pa
    from pyarrow import compute

    array: Any = values
    if isinstance(values, pa.ChunkedArray):  # a single chunk is not combined: that would copy it
        array = values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
    if pa.types.is_boolean(array.type):
        return np.from_dlpack(compute.cast(array, pa.uint8())).astype(np.bool_)
    if not array.null_count:
        return np.from_dlpack(array)
    dtype = np.dtype(array.type.to_pandas_dtype())
    stored = np.frombuffer(array.buffers()[1], dtype=dtype, count=len(array), offset=array.offset * dtype.itemsize)
    return np.where(present(array), stored, np.asarray(missing, dtype=dtype))


def from_numbers(values: AnyArray) -> pa.Array:
    """Numbers of NumPy (m,) as Arrow, null where they are NaN; not copied if they lie together, in this byte order.

    >>> from_numbers(np.array([1.5, np.nan])).to_pylist(), from_numbers(np.array([1, 2], dtype=">i8"))[1]
    ([1.5, None], <pyarrow.Int64Scalar: 2>)
    """
    import pyarrow as pa

    values = values.astype(values.dtype.newbyteorder("="), copy=False)

    # To look for the first NaN is several times as fast as to make Arrow's mask of all of them.
    return pa.array(values, from_pandas=values.dtype.kind == "f" and bool(np.isnan(values).any()))


def present(values: pa.Array | pa.ChunkedArray) -> BoolArray:
    """Where there is a value, be it NaN, (m,)."""
    from pyarrow import compute

    there: BoolArray = as_numpy(compute.is_valid(values))
    return there


def positions(rows: IntArray) -> pa.Array:
    """Row positions (m,) as the Arrow array that `Table.take` wants.

    >>> positions(np.array([2, 0])).to_pylist()
    [2, 0]
    """
    import pyarrow as pa

    return pa.Array.from_buffers(
        pa.int64(), len(rows), [None, pa.py_buffer(np.ascontiguousarray(rows, dtype=np.int64))]
    )
