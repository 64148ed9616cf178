"""`slopewise describe`: look first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from slopewise.cli.arguments import check_outputs
from slopewise.cli.options import Data, Quiet, Reading
from slopewise.errors import ArgumentError


def describe(
    data: Data = None,
    target: Annotated[str | None, typer.Option(help="Set every column against this one.", metavar="COLUMN")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to a file: .html, .json, .csv or .txt.", metavar="FILE"),
    ] = None,
    format: Annotated[
        Literal["table", "json", "csv"] | None,
        typer.Option("--format", help="How to print it, as a table unless told."),
    ] = None,
    quiet: Quiet = False,
    *,
    reading: Reading,
) -> None:
    """Look first: what every column holds, what `fit` would do with it, and what is worth a look."""
    from slopewise import described
    from slopewise.views import survey_text, terminal

    if output is not None:
        described.check_suffix(output)
        if format is not None:
            raise ArgumentError(
                f"--format {format} is for what is printed, and the suffix of {output} says what is written"
            )
    check_outputs(output, reads=data or [])
    with terminal.progress("rows", quiet=quiet) as bar:
        found = described.describe(reading.open(data or []), target, threads=reading.threads, progress=bar)
    if output is not None:
        found.save(output)
        if not quiet:
            typer.echo(f"wrote {output}", err=True)
    elif format == "json":
        terminal.show_json(found.to_dict())
    elif format == "csv":
        terminal.show_csv(found.to_columns())
    else:
        survey_text.show(found)
