"""`slopewise describe`: look first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopewise.cli.arguments import check_outputs
from slopewise.cli.options import Data, Format, Quiet, Reading


def describe(
    data: Data = None,
    target: Annotated[str | None, typer.Option(help="Set every column against this one.", metavar="COLUMN")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to a file: .html, .json, .csv or .txt.", metavar="FILE"),
    ] = None,
    format: Format = "table",
    quiet: Quiet = False,
    *,
    reading: Reading,
) -> None:
    """Look first: what every column holds, what `fit` would do with it, and what is worth a look."""
    from slopewise import described
    from slopewise.views import survey_text, terminal

    if output is not None:
        described.check_suffix(output)
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
