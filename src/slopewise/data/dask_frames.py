"""Dask's data frames as sources: tables of which each partition is a pandas frame, somewhere.

The schema is that of Dask's own empty example, `_meta`. Only columns of Python objects, of which that knows nothing,
are looked at: their first value says what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from slopewise.data.columns import block_type, kind_of
from slopewise.data.filtered import check_where, mentioned
from slopewise.data.frames import from_frame
from slopewise.data.objects import object_type
from slopewise.data.partitioned import Partitioned, Schema, needed, unreadable
from slopewise.data.tables import TableSource
from slopewise.errors import SlopewiseError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "the Dask DataFrame"

Result = TypeVar("Result")


def is_dask(data: Any) -> bool:
    """Whether `data` is a Dask data frame; told by its module, since importing Dask takes a second."""
    module = type(data).__module__
    return module.startswith("dask.dataframe.") and hasattr(data, "to_delayed") and data.ndim == 2


class DaskFrame(Partitioned):
    """The rows of a Dask data frame for which `where`, a condition in DuckDB's SQL, holds."""

    library = "Dask"

    def __init__(self, frame: Any, where: str | None = None) -> None:
        needed("dask.dataframe", "dask")
        self._frame = frame
        self._originals = {str(name): name for name in frame.columns}
        if len(self._originals) < len(frame.columns):
            raise SourceError(f"{NAME} has two columns whose names are the same text; rename one of them")
        super().__init__(replace(running(lambda: _schema(frame), NAME), where=where), where)
        if where is not None:
            check_where(self, where)

    def chosen(self, columns: Sequence[str]) -> Any:
        """The Dask data frame with no other columns than these and those of the condition.

        They stay in the order of the frame, whatever that of `columns`: to turn them, pandas would copy every value.
        """
        wanted = {*columns, *mentioned(self.columns, self.schema.where)}
        return self._frame[[original for name, original in self._originals.items() if name in wanted]]

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        for part in self.chosen(columns).to_delayed():
            frame = running(part.compute, self.name)
            yield from self.schema.opened(opened(frame)).tables(columns, rows)


def opened(frame: Any) -> TableSource:
    """A partition, a pandas frame, as a source."""
    source = from_frame(frame)
    if source is None:
        raise SourceError(f"a partition of {NAME} is a {type(frame).__name__}, not a pandas frame; convert it")
    return source


def running(run: Callable[[], Result], name: str) -> Result:
    """`run()`, where whatever goes wrong in Dask, or in what the frame is made of, becomes a SourceError."""
    try:
        return run()
    except SlopewiseError:
        raise
    except Exception as error:  # whatever the user's own graph raises
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise unreadable(name, reason, "try to compute it yourself") from error


def _schema(frame: Any) -> Schema:
    """What is known of all partitions before any is read."""
    example = frame._meta_nonempty
    objects = [name for name in frame.columns if example[name].dtype == object]
    found = opened(example.drop(columns=objects)) if len(objects) < len(frame.columns) else None
    types: dict[str, pa.DataType | None] = {}
    levels: dict[str, tuple[str, ...]] = {}
    if found is not None:
        (table,) = found.tables(list(found.columns), len(example))
        types = {field.name: block_type(field.type) for field in table.schema}
        unknown = {str(name) for name in frame.columns if _is_unknown(frame, name)}
        levels = {name: listed for name, listed in found.levels.items() if name not in unknown}
    types |= _object_types(frame, objects)
    ordered = {name: types[name] if name in levels else _undeclared(types[name]) for name in map(str, frame.columns)}
    kinds = {name: "other" if kind is None else kind_of(kind) for name, kind in ordered.items()}
    return Schema(NAME, kinds, ordered, levels)


def _is_unknown(frame: Any, name: Any) -> bool:
    """Whether it is a category whose levels Dask does not know: each partition then has its own."""
    return str(frame.dtypes[name]) == "category" and not frame[name].cat.known


def _undeclared(kind: pa.DataType | None) -> pa.DataType | None:
    """A category without declared levels is read as texts."""
    import pyarrow as pa

    return kind.value_type if kind is not None and pa.types.is_dictionary(kind) else kind


def _object_types(frame: Any, names: Sequence[Any]) -> dict[str, pa.DataType | None]:
    """What the first value of each column of objects asks for; partitions are read until each column has one."""
    import pyarrow as pa

    delayed = needed("dask", "dask").delayed
    values: dict[Any, Any] = {}
    for place in range(frame.npartitions):
        left = [name for name in names if name not in values]
        if not left:
            break
        (part,) = frame[left].get_partition(place).to_delayed()
        found = delayed(_first_values)(part).compute()
        values |= {name: value for name, value in zip(left, found, strict=True) if value is not None}
    types = {name: object_type([values[name]]) if name in values else pa.float64() for name in names}
    return {str(name): None if kind is None else block_type(kind) for name, kind in types.items()}


def _first_values(part: Any) -> list[Any]:
    """The first value of each column that is not missing, or None."""
    return [next(iter(part.iloc[:, place].dropna()), None) for place in range(part.shape[1])]
