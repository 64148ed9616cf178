"""`Source`: all that a pass over rows may know about a file, a frame or arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from slopewise.data.block import Block, Kind


class Source(Protocol):
    """Where rows come from, as blocks of Arrow columns.

    `name` is what messages call it ('ames.csv', 'the DataFrame'); `columns` maps each column, in order, to its kind;
    `rows` is the number of rows where it is known without reading (0 for a file that has only a header), else None;
    `rereadable` says whether `blocks` may be called again. `levels` are those that categories declare, in their order,
    whether they occur or not. `written` names, for some of the columns, another that
    `blocks` gives though it is not among `columns`: the same cells as text, just as the file has them.
    """

    name: str
    columns: dict[str, Kind]
    levels: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str]
    rows: int | None
    rereadable: bool

    def blocks(self, columns: Sequence[str], *, skip: int = 0) -> Iterator[Block]:
        """Read the rows in order, these columns only, in blocks that together are never held at once.

        The first `skip` rows, whole blocks of them, are passed over, unread where that can be.

        Raises UnknownColumn at once for a column that the source lacks; while reading, ColumnTypeError for a cell
        that is not of its column's kind and SourceError for a part that cannot be read.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """What the source is (name, kind, size), for the provenance kept with a model; ready for JSON."""
        ...

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint knows the rows by: as `describe`, with what tells them from others of that name and size.

        Raises ArgumentError for rows that another reading may give in another order.
        """
        ...
