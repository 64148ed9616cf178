"""`slopewise predict` and `slopewise score`: what a saved model says of other rows."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from slopewise.cli.arguments import check_outputs, split_names
from slopewise.cli.options import Data, Format, Level, ModelPath, Quiet, Reading, UnseenOption
from slopewise.errors import SourceError

if TYPE_CHECKING:
    from slopewise.model import LinearModel


def predict(
    model: ModelPath,
    data: Data = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write: .csv, .csv.gz, .jsonl or .parquet; standard output unless told.",
            metavar="FILE",
        ),
    ] = None,
    format: Annotated[
        Literal["csv", "jsonl", "parquet"] | None,
        typer.Option("--format", help="What to write; by the output's suffix unless told."),
    ] = None,
    interval: Annotated[
        Literal["confidence", "prediction"] | None, typer.Option(help="Add the ends of this interval.")
    ] = None,
    level: Level = 0.95,
    unseen: UnseenOption = "error",
    keep: Annotated[
        str | None, typer.Option(help="Columns of the data to copy, by commas; all unless told.", metavar="COLUMNS")
    ] = None,
    quiet: Quiet = False,
    *,
    reading: Reading,
) -> None:
    """Predict for every row of a file, in its order: its columns, and `fitted` (with --interval `lower`, `upper`)."""
    from slopewise.predictions import warning
    from slopewise.streams import write_predictions
    from slopewise.views import terminal

    check_outputs(output, reads=[glob.escape(str(model)), *(data or [])])
    loaded = _loaded(model)
    columns = None if keep is None else split_names(keep)
    source = reading.open(data or [])
    with terminal.progress("rows", quiet=quiet) as bar:
        done = write_predictions(
            loaded,
            source,
            output,
            keep=columns,
            interval=interval,
            level=level,
            unseen=unseen,
            format=format,
            threads=reading.threads,
            progress=bar,
        )
    if quiet:
        return
    if output is not None:
        typer.echo(f"wrote {done.rows:,} predictions to {output}", err=True)
    for sentence in filter(None, (done.sentence(), warning(done))):
        typer.echo(sentence, err=True)


def score(
    model: ModelPath,
    data: Data = None,
    format: Format = "table",
    weights: Annotated[str | None, typer.Option(help="Column of row weights.", metavar="COLUMN")] = None,
    frequency: Annotated[str | None, typer.Option(help="Column that counts copies of a row.", metavar="COLUMN")] = None,
    unseen: UnseenOption = "error",
    quiet: Quiet = False,
    *,
    reading: Reading,
) -> None:
    """Measure how well a saved model predicts other rows, which hold the target too: R², RMSE, MAE."""
    from slopewise.views import terminal

    loaded = _loaded(model)
    weighing = {"weights": weights, "frequency": frequency}
    with terminal.progress("rows", quiet=quiet) as bar:
        found = loaded.evaluate(
            reading.open(data or []), **weighing, unseen=unseen, threads=reading.threads, progress=bar
        )
    if format == "json":
        terminal.show_json(vars(found))
    elif format == "csv":
        terminal.show_csv({name: [value] for name, value in vars(found).items()})
    else:
        terminal.show_figures(vars(found))


def _loaded(path: Path) -> LinearModel:
    """The model in a file; `SourceError` where that holds sums."""
    from slopewise import pipeline
    from slopewise.collected import Collected

    found = pipeline.load(path)
    if isinstance(found, Collected):
        raise SourceError(f"{path} holds sums and no model; make one of them: slopewise fit {path} --save model.json")
    return found
