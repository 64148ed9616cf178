"""`Layout`: the Arrow types and declared levels to which the tables of one source, that come apart, are fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from slopewise.data.columns import kind_of
from slopewise.errors import ColumnTypeError

if TYPE_CHECKING:
    import pyarrow as pa


class Layout:
    """The Arrow types and declared levels of the first block, to which the others are fitted.

    Where they are known before the first block they are given: `types` in block types, and `levels` for those of the
    columns that declare any; `others` is what messages call those that a block differs from.

    >>> import pyarrow as pa
    >>> layout = Layout({"s": pa.string(), "x": pa.float64()})
    >>> layout.fitted(pa.table({"s": pa.array(["b", "a"]).dictionary_encode(), "x": [1, 2]}), "block 1").schema
    s: string
    x: int64
    """

    def __init__(
        self,
        types: Mapping[str, pa.DataType] | None = None,
        levels: Mapping[str, Sequence[str]] | None = None,
        others: str = "the blocks before",
    ) -> None:
        import pyarrow as pa

        self._others = others
        self._types: dict[str, pa.DataType] = dict(types or {})
        self._levels: dict[str, pa.Array] = {
            name: pa.array(found, pa.string()) for name, found in (levels or {}).items()
        }

    def fitted(self, table: pa.Table, where: str) -> pa.Table:
        """`table`, in block types, with columns as those of the first; raises ColumnTypeError where they differ."""
        import pyarrow as pa

        return pa.table({name: self._column(name, table[name], where) for name in table.column_names})

    def _column(self, name: str, values: pa.ChunkedArray, where: str) -> pa.ChunkedArray:
        import pyarrow as pa

        if pa.types.is_dictionary(values.type) and not self._declared(name, values):
            values = values.cast(pa.string())
        wanted = self._types.setdefault(name, values.type)
        if values.null_count == len(values):
            return self._without_values(name, len(values))
        if values.type.equals(wanted) or kind_of(values.type) == kind_of(wanted) == "number":
            self._check_levels(name, values, where)
            return values
        raise ColumnTypeError(
            f"{where} has {values.type} values in column {name!r}, where {self._others} have {wanted}; "
            "convert them to one type"
        )

    def _declared(self, name: str, values: pa.ChunkedArray) -> bool:
        """Whether the levels are declared: if their order says something, in the first block."""
        if name not in self._types:
            levels = values.chunk(0).dictionary
            if not is_declared(levels.drop_null().to_pylist()):
                return False
            self._levels[name] = levels
        return name in self._levels

    def _check_levels(self, name: str, values: pa.ChunkedArray, where: str) -> None:
        levels = self._levels.get(name)
        if levels is not None and not all(chunk.dictionary.equals(levels) for chunk in values.chunks):
            raise ColumnTypeError(
                f"{where} declares other levels of {name!r} than {self._others}; declare the same in each, in one "
                "order, or give texts"
            )

    def _without_values(self, name: str, length: int) -> pa.ChunkedArray:
        import pyarrow as pa

        if name in self._levels:
            none = pa.nulls(length, pa.int32())
            return pa.chunked_array([pa.DictionaryArray.from_arrays(none, self._levels[name])])
        return pa.chunked_array([pa.nulls(length, self._types[name])])


def is_declared(levels: Sequence[str]) -> bool:
    """Whether the order of these levels says something: each block may have found its own, and sorted them."""
    return list(levels) != sorted(levels)
