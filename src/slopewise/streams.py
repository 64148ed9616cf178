"""Predictions for a source of any length: rows stream in their order, and the file is there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from slopewise.data import Block, Source
from slopewise.data.outputs import Format, format_of, open_output
from slopewise.data.retold import as_known
from slopewise.errors import ArgumentError, DataError
from slopewise.model import PREDICTED, LinearModel
from slopewise.predictions import Predicted, Unseen, check_available, on_predictors
from slopewise.typing import Array

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE = 2.0**53
"""From here on float64 does not hold every whole number."""


def write_predictions(
    model: LinearModel,
    source: Source,
    path: str | Path | None,
    *,
    keep: Sequence[str] | None = None,
    interval: str | None = None,
    level: float = 0.95,
    unseen: Unseen = "error",
    format: Format | None = None,
    threads: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Predicted:
    """Write the columns `keep` of the source, all unless told, and `fitted`; with `interval` `lower`, `upper` too.

    As CSV, JSON lines or Parquet by the suffix of `path` (.csv, .jsonl, .parquet; .gz behind the first two) or by
    `format`; `path` None is standard output. Only a few blocks of rows are held at a time.
    In CSV, what comes from a text file is copied as it stands there: no digit of an identifier changes. Elsewhere its
    numbers are float64, and one that would lose digits is a `DataError`. An incomplete row, or with `unseen="missing"`
    one of a category that the fit has not seen, has nothing in what is added; what is returned counts them.
    Raises `UnknownColumn` with every column that the source lacks, and `ArgumentError` for a kept column that already
    bears one of the names added.

    >>> import slopewise as sw
    >>> model = sw.fit("y ~ x", {"x": [1.0, 2.0], "y": [1.0, 3.0]})
    >>> from slopewise.data import open_source
    >>> write_predictions(model, open_source({"x": [4.0], "id": ["a"]}), "/dev/null", keep=["id"]).rows
    1
    """
    source = as_known(source, model.kept.design.kinds)
    added = PREDICTED if interval else PREDICTED[:1]
    kept = list(source.columns) if keep is None else list(dict.fromkeys(keep))
    _check_names(model, source, kept, added)
    values = model.predictor(interval, level)
    columns = {name: source.columns[name] for name in kept} | dict.fromkeys(added, "number")
    as_written = format_of(path, format)[0] == "csv"
    written = {name: text for name, text in source.written.items() if name in kept}
    bare = [name for name in written if columns[name] != "text"]
    numbers = {name: text for name, text in written.items() if columns[name] == "number" and not as_written}
    copied = [written.get(name, name) for name in kept] if as_written else kept
    counts = Predicted()
    with open_output(path, columns, format, bare=bare) as output:

        def rendered(block: Block, predicted: tuple[Array, ...]) -> tuple[object, int]:
            _check_whole_numbers(block, numbers, source.name)
            far = int((predicted[-1] > model.reach).sum()) if interval else 0
            return output.render(_beside(block, copied, predicted[: len(added)], columns)), far

        also = (*copied, *numbers.values())
        for (part, far), more in on_predictors(
            model.kept, source, values, rendered, unseen, also=also, threads=threads
        ):
            output.write(part)
            counts += replace(more, far=far)
            if progress:
                progress(counts.rows, source.rows)
    return counts


def _check_names(model: LinearModel, source: Source, kept: Sequence[str], added: Sequence[str]) -> None:
    check_available(source, (*model.kept.design.inputs, *kept))
    for name in added:
        if name in kept:
            raise ArgumentError(f"{source.name} already has a column {name!r}; name the columns to keep without it")


def _beside(block: Block, copied: Sequence[str], predicted: Sequence[Array], names: Iterable[str]) -> pa.Table:
    """The columns copied from a block, and the predictions beside them, under these names."""
    import pyarrow as pa

    columns = [block.table.column(name) for name in copied]
    return pa.table([*columns, *map(_nullable, predicted)], list(names))


def _nullable(values: Array) -> pa.Array:
    """Numbers (n,) as an Arrow column, null for NaN; by their memory, for pyarrow's own way imports pandas."""
    import pyarrow as pa

    missing = np.isnan(values)
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.Array.from_buffers(pa.float64(), len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])


def _check_whole_numbers(block: Block, written: Mapping[str, str], source: str) -> None:
    """Refuse whole numbers that float64 does not hold: identifiers mostly, which nobody wants changed."""
    from pyarrow import compute

    for name, text in written.items():
        numbers = block.table.column(name)
        at = compute.indices_nonzero(compute.greater_equal(compute.abs(numbers), WHOLE))
        cells = block.table.column(text).take(at).to_pylist()
        for row, cell, number in zip(at.to_pylist(), map(str.strip, cells), numbers.take(at).to_pylist(), strict=True):
            if cell.lstrip("+-").isdecimal() and int(cell) != number:
                raise DataError(
                    f"{source}, row {block.first_row + row}: column {name!r} holds {cell}, of which a number keeps "
                    "only 15 digits; write a .csv file, which copies it as it stands, or keep other columns"
                )
