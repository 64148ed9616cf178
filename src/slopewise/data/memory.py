"""What Python holds, as a source: a mapping of arrays, a data frame, a stream of Arrow batches, blocks in a row."""

from __future__ import annotations

from typing import Any

from slopewise.data.iterated import Blocks, is_stream, table_source
from slopewise.data.tables import TableSource
from slopewise.errors import ArgumentError


def open_memory(data: Any) -> TableSource:
    """Open what is no path: a table, a stream of Arrow batches, an iterable of tables, or a function giving these.

    See `Blocks` for which of them can be read again. Raises ArgumentError for what is none of them.

    >>> open_memory([{"area": [50.0, 80.0]}, {"area": [120.0]}]).columns
    {'area': 'number'}
    """
    source = table_source(data)
    if source is not None:
        return source
    if is_stream(data) or callable(data) or (hasattr(data, "__iter__") and not hasattr(data, "__array__")):
        return Blocks(data)
    raise ArgumentError(
        f"a {type(data).__name__} is not a table with named columns; give a path, a data frame or a mapping of "
        "names to arrays (fit_arrays takes bare arrays)"
    )
