"""One Arrow IPC file, in the file format (Feather version 2) or the stream format, mapped into memory.

Categories declare their levels, as those of a data frame do. But where batches have different ones (a stream may),
and in Polars' Categorical, levels stand in the order in which they were met: such columns are read as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slopewise.data.columns import declared_levels, kind_of
from slopewise.data.parquet import check_names, without_categories
from slopewise.data.readable import Readable
from slopewise.data.tables import TableSource
from slopewise.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"ARROW1"
_UNORDERED = "_PL_CATEGORICAL"  # Polars' mark in the metadata of a field
_CONTINUED = b"\xff\xff\xff\xff"  # before the length of every message of a stream
_END = _CONTINUED + bytes(4)  # a message of no length


class ArrowFile(TableSource):
    """The rows of one Arrow file; names and types are those of its schema."""

    def __init__(self, file: Readable) -> None:
        self.file = file
        self.name = file.name
        start, end = file.ends()
        self._is_stream = start.startswith(_CONTINUED)
        if start.startswith(b"FEA1"):
            raise SourceError(f"{file.shown} is a Feather file of version 1; write it anew as version 2")
        if not self._is_stream and not start.startswith(_MAGIC):
            raise SourceError(f"{file.shown} is not an Arrow file; check that it is what its name says")
        if self._is_stream and not end.endswith(_END):
            raise SourceError(f"{file.shown} ends without its end mark, so rows may be lost; write or copy it anew")
        try:
            schema = self._open([]).schema
            check_names(schema, file)
            self._places = {name: place for place, name in enumerate(schema.names)}
            self.levels = self._declared(schema)
            self.rows = None if self._is_stream else _count(file)
        except SourceError:  # an OSError too, and already a sentence
            raise
        except (_arrow_error(), OSError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from None
        self.columns = {field.name: kind_of(field.type) for field in schema}

    def _declared(self, schema: pa.Schema) -> dict[str, tuple[str, ...]]:
        """The levels of the categories that have the same ones throughout."""
        from pyarrow import types

        names = [
            field.name
            for field in schema
            if types.is_dictionary(field.type) and _UNORDERED not in " ".join(map(str, field.metadata or ()))
        ]
        levels: dict[str, tuple[str, ...]] = {}
        for number, table in enumerate(self._tables(names) if names else ()):
            found = declared_levels(table)
            levels = {name: found[name] for name in found if not number or levels.get(name) == found[name]}
            if not self._is_stream:  # the file format has one set of levels for all batches
                break
        return levels

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        try:
            for table in self._tables(columns):
                yield without_categories(table, besides=self.levels)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from None

    def _tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        import pyarrow as pa

        for batch in _batches(self._open([self._places[name] for name in columns])):
            batch.validate(full=True)  # what follows trusts offsets and codes without a look
            yield pa.Table.from_batches([batch]).select(list(columns))

    def _open(self, places: Sequence[int]) -> Any:
        """A reader of the columns at `places`, all if there are none."""
        import pyarrow as pa

        options = pa.ipc.IpcReadOptions(included_fields=sorted(places))
        opened = pa.ipc.open_stream if self._is_stream else pa.ipc.open_file
        return opened(pa.memory_map(str(self.file.place)), options=options)

    def _unreadable(self, error: Exception) -> SourceError:
        if gone := self.file.gone():
            return gone
        reason = self.file.plainly(str(error).splitlines()[0].rstrip("."))
        return SourceError(f"{self.file.shown} is not a whole Arrow file ({reason}); write or copy it anew")

    def describe(self) -> dict[str, Any]:
        return self.file.describe(None)

    def fingerprint(self) -> dict[str, Any]:
        return self.file.fingerprint(None)


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    if hasattr(reader, "get_batch"):
        return (reader.get_batch(i) for i in range(reader.num_record_batches))
    return iter(reader)


def _count(file: Readable) -> int:
    """The rows by the headers of the batches alone."""
    import pyarrow.dataset as ds

    return int(ds.dataset(str(file.place), format="ipc").count_rows())


def _arrow_error() -> type[Exception]:
    import pyarrow as pa

    error: type[Exception] = pa.ArrowException
    return error
