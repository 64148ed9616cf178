"""Predictions for a file of any length: rows stream in their order, and the output is there whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from slopewise.data import Source
from slopewise.data.cells import header_line, lines
from slopewise.data.writing import write_whole
from slopewise.errors import ArgumentError
from slopewise.model import PREDICTED, LinearModel
from slopewise.predictions import Unseen, predictor_blocks

if TYPE_CHECKING:
    import pyarrow as pa


def write_predictions(
    model: LinearModel,
    source: Source,
    path: str | Path | None,
    *,
    keep: Sequence[str] | None = None,
    interval: str | None = None,
    level: float = 0.95,
    unseen: Unseen = "error",
    progress: Callable[[int, int | None], None] | None = None,
) -> int:
    """Write as CSV the columns `keep` of the source, all unless told, and `fitted`; with `interval` `lower`, `upper`.

    What comes from a text file is copied as it stands there: no digit of an identifier changes. An incomplete row has
    empty cells in what is added. `path` None is standard output. Returns the number of rows.
    Raises `ArgumentError` for a kept column that already bears one of these names.

    >>> import slopewise as sw
    >>> model = sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]})
    >>> from slopewise.data import open_source
    >>> write_predictions(model, open_source({"x": [4.0], "id": ["a"]}), "/dev/null", keep=["id"])
    1
    """
    added = PREDICTED if interval else PREDICTED[:1]
    kept = list(source.columns) if keep is None else list(dict.fromkeys(keep))
    for name in added:
        if name in kept:
            raise ArgumentError(f"{source.name} already has a column {name!r}; name the columns to keep without it")
    copied = [source.written.get(name, name) for name in kept]
    bare = [name for name in kept if name in source.written and source.columns[name] != "text"]
    done = 0
    with _sink(path) as file:
        file.write(header_line((*kept, *added)))
        for table, X in predictor_blocks(model.kept, source, unseen, also=copied):
            block = table.select(copied).rename_columns(kept)
            file.write(lines(_with_columns(block, added, model.fitted(X, interval, level)), bare))
            done += block.num_rows
            if progress:
                progress(done, source.rows)
    return done


def _with_columns(table: pa.Table, names: Sequence[str], columns: Sequence[Any]) -> pa.Table:
    import pyarrow as pa

    for name, values in zip(names, columns, strict=True):
        table = table.append_column(name, pa.array(values, from_pandas=True))
    return table


@contextmanager
def _sink(path: str | Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with write_whole(path, "wb") as file:
            yield file
