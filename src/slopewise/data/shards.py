"""Several files read one after the other, as if they were one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slopewise.data.tables import TableSource, named
from slopewise.data.tally import Tally
from slopewise.data.textual import TextualFile
from slopewise.errors import ColumnTypeError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa


class Shards(TableSource):
    """Several files as one; rows are counted through all of them.

    They need the same columns, in any order. What a column holds is decided from all of them together.
    """

    def __init__(self, files: Sequence[TableSource], names: Sequence[str], where: str | None = None) -> None:
        first = files[0]
        self._files = list(files)
        self._where = where
        self.name = named(f"{len(files)} files ({names[0]} … {names[-1]})", where)
        for file in files[1:]:
            _check_same_columns(first, file)
        _agree_on_kinds(self._files)
        self.columns = dict(first.columns)
        self.written = _written_in_all(files)
        self.coded = {name for file in files for name in file.coded}
        counts = [file.rows for file in files]
        self.rows = None if None in counts else sum(count for count in counts if count is not None)

    def tables(self, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
        return self.tables_after(columns, rows, 0)

    def tables_after(self, columns: Sequence[str], rows: int, skip: int) -> Iterator[pa.Table]:
        """As `tables`, without the first `skip` rows; files that are known to hold no others are not opened."""
        for file in self._files:
            if file.rows is None:  # it has to be read to know how many rows of it are passed over
                for table in file.tables(columns, rows):
                    passed = min(skip, table.num_rows)
                    skip -= passed
                    if passed < table.num_rows:
                        yield table.slice(passed)
            elif file.rows <= skip:
                skip -= file.rows
            else:
                yield from file.tables_after(columns, rows, skip)
                skip = 0

    def describe(self) -> dict[str, Any]:
        described = {"name": self.name, "kind": "files", "files": [file.describe() for file in self._files]}
        return described if self._where is None else {**described, "where": self._where}

    def fingerprint(self) -> dict[str, Any]:
        return {**self.describe(), "files": [file.fingerprint() for file in self._files]}


def _written_in_all(files: Sequence[TableSource]) -> dict[str, str]:
    written = files[0].written
    return {name: written[name] for name in written if all(name in file.written for file in files)}


def _check_same_columns(first: TableSource, other: TableSource) -> None:
    lacks = [name for name in first.columns if name not in other.columns]
    extra = [name for name in other.columns if name not in first.columns]
    if lacks or extra:
        difference = f"lacks {lacks[0]!r}" if lacks else f"has {extra[0]!r}"
        raise SourceError(
            f"{other.name} {difference}, unlike {first.name}; files that are read as one need the same columns"
        )


def _agree_on_kinds(files: Sequence[TableSource]) -> None:
    textual = [file for file in files if isinstance(file, TextualFile)]
    for name in files[0].columns:
        total = sum((file.tallies[name] for file in textual), Tally())
        typed = {file.columns[name] for file in files if not isinstance(file, TextualFile)}
        for text_file in textual:
            text_file.settle(name, total, only=typed)
        for file in files[1:]:
            if file.columns[name] != files[0].columns[name]:
                raise ColumnTypeError(
                    f"column {name!r} holds {file.columns[name]} values in {file.name} and {files[0].columns[name]} "
                    f"values in {files[0].name}; files that are read as one need columns of the same kinds"
                )
