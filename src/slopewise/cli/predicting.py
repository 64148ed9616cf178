"""`slopewise predict` and `slopewise score`: what a saved model says of other rows."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Annotated, Literal

import typer

from slopewise.cli.arguments import check_outputs, split_names
from slopewise.cli.options import Data, Format, Level, ModelPath, Quiet, Reading


def predict(
    model: ModelPath,
    data: Data,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="CSV file to write; standard output unless told.", metavar="FILE"),
    ] = None,
    interval: Annotated[
        Literal["confidence", "prediction"] | None, typer.Option(help="Add the ends of this interval.")
    ] = None,
    level: Level = 0.95,
    unseen: Annotated[
        Literal["error", "missing"], typer.Option(help="A category the fit never met: refuse, or predict nothing.")
    ] = "error",
    keep: Annotated[
        str | None, typer.Option(help="Columns of the data to copy, by commas; all unless told.", metavar="COLUMNS")
    ] = None,
    quiet: Quiet = False,
    *,
    reading: Reading,
) -> None:
    """Predict for every row of a file, in its order: its columns, and `fitted` (with --interval `lower`, `upper`)."""
    from slopewise import pipeline
    from slopewise.streams import write_predictions
    from slopewise.views import terminal

    check_outputs(output, reads=[glob.escape(str(model)), *data])
    loaded = pipeline.load(model)
    columns = None if keep is None else split_names(keep)
    source = reading.open(data)
    with terminal.progress("rows", quiet=quiet) as bar:
        rows = write_predictions(
            loaded, source, output, keep=columns, interval=interval, level=level, unseen=unseen, progress=bar
        )
    if output is not None and not quiet:
        typer.echo(f"wrote {rows:,} predictions to {output}", err=True)


def score(
    model: ModelPath,
    data: Data,
    format: Format = "table",
    *,
    reading: Reading,
) -> None:
    """Measure how well a saved model predicts other rows, which hold the target too: R², RMSE, MAE."""
    from slopewise import pipeline
    from slopewise.views import terminal

    loaded = pipeline.load(model)
    figures = vars(loaded.evaluate(reading.open(data)))
    if format == "json":
        terminal.show_json(figures)
    elif format == "csv":
        terminal.show_csv({name: [value] for name, value in figures.items()})
    else:
        terminal.show_figures(figures)
