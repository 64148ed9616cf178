"""New rows of a text file under the kinds that the fit knew: what it took for text stays text, cell for cell.

A file of new rows may hold only those levels of a category that look like numbers or booleans, and is read as such:
01 and 1 would become one level, and true another than the fit has seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slopewise.data.block import Block, Kind
from slopewise.data.source import Source


@dataclass
class Retold:
    """`source` with the columns `texts` as text, from where it gives their cells as written."""

    source: Source
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        self.name = self.source.name
        self.columns: dict[str, Kind] = self.source.columns | dict.fromkeys(self.texts, "text")
        self.levels = self.source.levels
        self.written = self.source.written
        self.rows = self.source.rows
        self.rereadable = self.source.rereadable

    def blocks(self, columns: Sequence[str], *, skip: int = 0) -> Iterator[Block]:
        """The source's blocks, the cells as written in the place of what it makes of them."""
        given = [self.texts.get(name, name) for name in columns]
        asked = list(dict.fromkeys(given))
        if not any(name in self.source.columns for name in asked):  # cells as written come beside others, never alone
            asked.append(next((name for name in self.source.columns if name not in self.texts), columns[0]))
        for block in self.source.blocks(asked, skip=skip):
            yield Block(block.table.select(given).rename_columns(list(columns)), block.first_row)

    def describe(self) -> dict[str, Any]:
        """What the source is, for provenance."""
        return self.source.describe()

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint knows the rows by: the source's, and which columns are text."""
        return {**self.source.fingerprint(), "texts": list(self.texts)}


def as_known(source: Source, kinds: Mapping[str, Kind]) -> Source:
    """`source` with text where `kinds` has text, as far as the source can give its cells as they are written."""
    texts = {
        name: source.written[name]
        for name, kind in kinds.items()
        if kind == "text" and source.columns.get(name, "text") != "text" and name in source.written
    }
    return Retold(source, texts) if texts else source
