"""`slopewise datasets` and `slopewise doctor`: tables to begin with, and whether all works here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def datasets(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME…", help="The tables to write; all unless told.", show_default=False),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write them into this folder; made if there is none.", metavar="FOLDER")
    ] = None,
) -> None:
    """List the example tables; with names or --to, write them as CSV files to begin with."""
    from slopewise import datasets as tables
    from slopewise.numerals import listed

    if not names and to is None:
        rows = [(each.name, f"{each.rows:,} rows", each.formula, each.holds) for each in tables.TABLES]
        typer.echo("\n".join(listed(rows)))
        return
    chosen = list(dict.fromkeys(names or [each.name for each in tables.TABLES]))
    for name in chosen:
        tables.path(name)  # an unknown name stops before anything is written
    for name in chosen:
        typer.echo(f"wrote {tables.copy(name, to or '.')}", err=True)


def doctor(
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print it.")] = "table",
) -> None:
    """Check this installation: versions, threads, extras, and a self-test with the digits it reaches."""
    from slopewise import checkup
    from slopewise.views import terminal

    found = checkup.examine()
    if format == "json":
        terminal.show_json(found.to_dict())
    else:
        typer.echo(str(found))
    if not found.healthy:
        raise typer.Exit(1)
