"""What several commands do alike: take a formula and data as they were asked for, and write what they were told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer

from slopewise.cli.arguments import split_names
from slopewise.cli.options import Plainly, Reading, Weighing
from slopewise.errors import ArgumentError


def asked_for(
    formula: str | None, data: Sequence[str], plainly: Plainly, weighing: Weighing, reading: Reading, quiet: bool
) -> dict[str, Any]:
    """The formula, the data and how rows are read and weighed, as the pipeline takes them."""
    if formula is not None:
        if plainly.features is not None:
            raise ArgumentError(f"--features names columns for --target, and there is a formula, {formula!r}")
        return {"formula": formula, **reading.given(data), **vars(weighing)}
    from slopewise.design.plain import formula_of

    source = reading.open(data)
    features = None if plainly.features is None else split_names(plainly.features)
    without = [name for name in (weighing.weights, weighing.frequency) if name is not None]
    made = formula_of(plainly.target or "", features, source.columns, without=without, source_name=source.name)
    if made.left_out and not quiet:
        typer.echo(f"left out, as no formula can use them: {', '.join(made.left_out)}", err=True)
    return {"formula": made.formula, "data": source, "threads": reading.threads, **vars(weighing)}


def rereadable(
    asked: dict[str, Any],
    formula: str | None,
    data: Sequence[str],
    weighing: Weighing,
    reading: Reading,
    what: str,
) -> dict[str, Any]:
    """What `asked_for` gave, of one source that is read twice; `ArgumentError`, for `what`, where it cannot be."""
    from slopewise.rereading import check_rereadable

    source = reading.open(data) if formula is not None else asked["data"]
    check_rereadable(source, what)
    return {name: asked[name] for name in ("formula", "threads", *vars(weighing))} | {"data": source}


def write(path: Path | None, how: Callable[[Path], None]) -> None:
    """Write to `path` if there is one."""
    if path is not None:
        how(path)


def draw(figure: Any, path: Path) -> None:
    """Write a picture."""
    from slopewise.views.plots import save

    save(figure, path)


def say_written(quiet: bool, *paths: Path | None) -> None:
    """Name the files that were written, on standard error."""
    for path in paths:
        if path is not None and not quiet:
            typer.echo(f"wrote {path}", err=True)
