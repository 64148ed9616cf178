"""Delimited text without quotes: every line is a row, every separator ends a cell, and Arrow may read it in parts.

The file is cut at line ends, and several pieces are parsed at the same time, in half the time that DuckDB takes to hand
over the same rows. But DuckDB reads whatever there is, and says what is wrong with it. So where a piece is not plain
(it holds a quote, a line end of another system, a line with more cells or fewer, or a cell that is not of its column's
type), this gives up rather than say anything; the rows before are good.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from slopewise.threads import thread_count

if TYPE_CHECKING:
    import pyarrow as pa

Kept: TypeAlias = Literal["number", "text"]

PIECE = 2**23
"""Bytes of a piece: some 100 000 rows of ten numbers, and a hundredth of a second to start with."""


@dataclass(frozen=True)
class Plain:
    """What to know of such a file: where it lies, and how its lines and cells are written.

    `width` counts the cells of a line, `ahead` the lines before the first row. `missing` are the cells that stand for
    no value in a column of text, `no_numbers` those in a column of numbers.
    """

    place: Path
    width: int
    ahead: int
    separator: str
    quote: str
    line_end: str
    decimal: str
    missing: tuple[str, ...]
    no_numbers: tuple[str, ...]

    def tables(
        self, columns: Mapping[str, tuple[int, Kept]], longest: int, threads: int | None = None
    ) -> Generator[pa.Table, None, int | None]:
        """The rows in order, as tables of `columns`: of each the place in a line, from 0, and what it holds.

        Texts come in a dictionary. Returns None after all of them, or how many there were before something that is not
        plain; a line of more than `longest` bytes is not.
        """
        workers, done = thread_count(threads), 0
        with ThreadPoolExecutor(workers) as pool:
            parsing: deque[Future[pa.Table | None]] = deque()
            pieces = self._pieces(longest)
            try:
                while True:
                    while len(parsing) <= workers and (piece := next(pieces, None)) is not None:
                        parsing.append(pool.submit(self._parsed, piece, columns))
                    if not parsing:
                        return None
                    table = parsing.popleft().result()
                    if table is None:
                        return done
                    done += table.num_rows
                    yield table
            finally:
                for waiting in parsing:
                    waiting.cancel()

    def _pieces(self, longest: int) -> Iterator[bytes]:
        """Pieces of whole lines; the first that is not plain is empty, and the last."""
        with self.place.open("rb") as file:
            for _ in range(self.ahead):
                file.readline(longest)
            while piece := file.read(PIECE):
                if not piece.endswith(b"\n"):
                    piece += file.readline(longest)
                    if not piece.endswith(b"\n") and file.read(1):
                        yield b""
                        return
                yield piece

    def _parsed(self, piece: bytes, columns: Mapping[str, tuple[int, Kept]]) -> pa.Table | None:
        """The rows of a piece; None if it is not plain."""
        import pyarrow as pa
        from pyarrow import csv

        if not self._is_plain(piece):
            return None
        names = [str(position) for position in range(self.width)]
        held = {"number": pa.float64(), "text": pa.dictionary(pa.int32(), pa.string())}
        types = {names[position]: held[kept] for position, kept in columns.values()}
        try:
            table = csv.read_csv(
                pa.py_buffer(piece),
                csv.ReadOptions(use_threads=False, block_size=len(piece) + 1, column_names=names),
                csv.ParseOptions(delimiter=self.separator, quote_char=False),
                csv.ConvertOptions(
                    column_types=types,
                    include_columns=list(types),
                    null_values=list(self.no_numbers),
                    strings_can_be_null=False,
                    decimal_point=self.decimal,
                ),
            )
        except pa.ArrowInvalid:
            return None
        arrays = [
            table.column(names[position]) if kept == "number" else self._with_missing(table.column(names[position]))
            for position, kept in columns.values()
        ]
        return pa.Table.from_arrays(arrays, names=list(columns))

    def _is_plain(self, piece: bytes) -> bool:
        if not piece or (self.quote and self.quote.encode() in piece) or b"\0" in piece:
            return False
        if self.line_end == "\n":
            return b"\r" not in piece
        ends = piece.count(b"\r\n")
        return ends == piece.count(b"\n") and ends == piece.count(b"\r")

    def _with_missing(self, texts: pa.ChunkedArray) -> pa.Array:
        """Texts in a dictionary, null where they stand for a missing value, and the dictionary without those."""
        import pyarrow as pa

        texts = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
        known = texts.dictionary.to_pylist()
        kept = [text for text in known if text not in self.missing]
        if len(kept) == len(known):
            return texts
        places = iter(range(len(kept)))
        codes = pa.array([None if text in self.missing else next(places) for text in known], pa.int32())
        return pa.DictionaryArray.from_arrays(codes.take(texts.indices), pa.array(kept, pa.string()))
