"""The command line: each command reads its arguments, calls the pipeline, and prints; nothing is computed here."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from slopewise._version import __version__
from slopewise.choices import Precision
from slopewise.errors import ArgumentError, DataError, FitError, SlopewiseError

app = typer.Typer(
    name="slopewise",
    help="Linear regression that reads the rows once: gradient descent you can watch, and the exact answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FORMULA_HELP = "Data files or globs (CSV, Parquet), and the formula: the argument with a '~'. In any order."
Arguments = Annotated[list[str], typer.Argument(metavar="DATA… FORMULA", help=FORMULA_HELP, show_default=False)]
ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A model that `fit --save` wrote.", show_default=False)
]
Data = Annotated[list[str], typer.Argument(metavar="DATA…", help="Data files or globs.", show_default=False)]
Weights = Annotated[str | None, typer.Option(help="Column of row weights, as in R's lm.", metavar="COLUMN")]
Frequency = Annotated[str | None, typer.Option(help="Column that counts copies of a row.", metavar="COLUMN")]
Where = Annotated[str | None, typer.Option(help="Use only rows for which this SQL condition is true.", metavar="SQL")]
Missing = Annotated[Literal["drop", "error"], typer.Option(help="Incomplete rows: drop and count them, or refuse.")]
Threads = Annotated[int | None, typer.Option(help="Threads to use; all cores unless told.", metavar="N")]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", help="How sums are kept; auto takes double-double for files.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the answer.")]
Save = Annotated[Path | None, typer.Option(help="Write the model to this JSON file.", metavar="FILE")]
Plot = Annotated[Path | None, typer.Option(help="Write a picture: .png, .svg or .pdf.", metavar="FILE")]
Format = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="How to print the answer.")]
Level = Annotated[float, typer.Option(help="Level of the intervals.", metavar="LEVEL")]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"slopewise {__version__}")
        raise typer.Exit


@app.command(epilog="Example: slopewise fit ames.csv 'price ~ area + Neighborhood' --save price.json")
def fit(
    arguments: Arguments,
    save: Save = None,
    plot: Plot = None,
    format: Format = "table",
    level: Level = 0.95,
    weights: Weights = None,
    frequency: Frequency = None,
    where: Where = None,
    missing: Missing = "drop",
    precision: PrecisionOption = "auto",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Fit a formula to data by least squares, and print the coefficients with their uncertainty."""
    from slopewise.inference.estimates import check_level
    from slopewise.views import terminal

    formula, data = split_arguments(arguments)
    check_level(level)
    check_outputs(save, plot=plot, reads=data)
    rows = {"weights": weights, "frequency": frequency, "where": where, "missing": missing}
    with terminal.progress("rows", quiet=quiet) as bar:
        model = _pipeline().fit(formula, _one_or_all(data), **rows, precision=precision, threads=threads, progress=bar)
    _write(save, model.save)
    _write(plot, lambda path: _draw(model.figure(level=level), path))
    if format == "table":
        terminal.show_summary(model.record(level))
    elif format == "csv":
        terminal.show_csv(model.tidy(level).to_pydict())
    else:
        tables = {"tidy": model.tidy(level).to_pylist(), "glance": model.glance().to_pylist()}
        notes = model.record(level).notes
        terminal.show_json({"formula": model.formula, **tables, "rows": model.rows.to_dict(), "notes": notes})
    _say_written(quiet, save, plot)


@app.command(epilog="Example: slopewise descend two_houses.csv 'price ~ size' --learning-rate 0.01 --iterations 1000")
def descend(
    arguments: Arguments,
    learning_rate: Annotated[
        str, typer.Option(help="Step length; 'auto' takes the fastest constant one.", metavar="RATE")
    ] = "auto",
    iterations: Annotated[int, typer.Option(help="Steps to take at most.", metavar="N")] = 10_000,
    scale: Annotated[bool, typer.Option("--scale", help="Descend in standardised features.")] = False,
    momentum: Annotated[float, typer.Option(help="Heavy-ball momentum, from 0 to below 1.", metavar="BETA")] = 0.0,
    tolerance: Annotated[
        float, typer.Option(help="Stop when the gradient has shrunk by this factor; 0 never stops.", metavar="T")
    ] = 1e-10,
    save: Save = None,
    plot: Plot = None,
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print the run.")] = "table",
    weights: Weights = None,
    frequency: Frequency = None,
    where: Where = None,
    missing: Missing = "drop",
    precision: PrecisionOption = "auto",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Walk down the cost by gradient descent: ten lines of progress, the largest stable rate, what to try next."""
    from slopewise.solvers.descent import check_options
    from slopewise.views import terminal

    formula, data = split_arguments(arguments)
    rate = _rate(learning_rate)
    check_options(learning_rate=rate, iterations=iterations, momentum=momentum, tolerance=tolerance)
    check_outputs(save, plot=plot, reads=data)
    rows = {"weights": weights, "frequency": frequency, "where": where, "missing": missing}
    with terminal.progress("rows", quiet=quiet) as bar:
        kept = _pipeline().collect(
            formula, _one_or_all(data), **rows, precision=precision, threads=threads, progress=bar
        )
    with terminal.progress("steps", quiet=quiet) as bar:
        run = _pipeline().descend(
            kept,
            learning_rate=rate,
            iterations=iterations,
            scale=scale,
            momentum=momentum,
            tolerance=tolerance,
            progress=bar and (lambda step, cost: bar(step, iterations)),
        )
    if save:
        _write(save, run.model().save)
    _write(plot, lambda path: _draw(run.figure(), path))
    if format == "table":
        print(run.summary())
    else:
        terminal.show_json(run.to_dict())
    _say_written(quiet, save, plot)


@app.command(epilog="Example: slopewise predict price.json new.csv -o predicted.csv --interval prediction")
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
    where: Where = None,
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Predict for every row of a file, in its order: its columns, and `fitted` (with --interval `lower`, `upper`)."""
    from slopewise.streams import write_predictions
    from slopewise.views import terminal

    check_outputs(output, reads=[glob.escape(str(model)), *data])
    loaded = _pipeline().load(model)
    columns = None if keep is None else split_names(keep)
    source = _open(data, where, threads)
    with terminal.progress("rows", quiet=quiet) as bar:
        rows = write_predictions(
            loaded, source, output, keep=columns, interval=interval, level=level, unseen=unseen, progress=bar
        )
    if output is not None and not quiet:
        typer.echo(f"wrote {rows:,} predictions to {output}", err=True)


@app.command(epilog="Example: slopewise score price.json later.csv")
def score(
    model: ModelPath,
    data: Data,
    format: Format = "table",
    where: Where = None,
    threads: Threads = None,
) -> None:
    """Measure how well a saved model predicts other rows, which hold the target too: R², RMSE, MAE."""
    from slopewise.views import terminal

    loaded = _pipeline().load(model)
    figures = vars(loaded.evaluate(_open(data, where, threads)))
    if format == "json":
        terminal.show_json(figures)
    elif format == "csv":
        terminal.show_csv({name: [value] for name, value in figures.items()})
    else:
        terminal.show_figures(figures)


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command: 0 done, 1 bad data or no answer, 2 bad usage. Every error is a sentence."""
    try:
        code = app(list(arguments), prog_name="slopewise", standalone_mode=False)
        sys.stdout.flush()
    except (DataError, FitError) as error:
        return _complain(str(error), 1)
    except ArgumentError as error:
        return _complain(str(error), 2)
    except SlopewiseError as error:
        return _complain(str(error), 1)
    except typer.exceptions.TyperException as error:
        return _complain(f"{error.format_message()} (slopewise --help shows the commands)", 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; so may the rest
        return 1
    except OSError as error:
        what = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"
        return _complain(f"the answer could not be written: {what}; make room there, or send it elsewhere", 1)
    except MemoryError:
        return _complain("this needs more memory than there is; use fewer terms, or a machine with more", 1)
    except Exception as error:
        if os.environ.get("SLOPEWISE_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _complain(f"a fault in slopewise itself ({what}); SLOPEWISE_DEBUG=1 shows where, please report it", 1)
    if code == 130:  # typer's word for Ctrl-C
        raise KeyboardInterrupt
    return int(code or 0)


def split_arguments(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The formula, which is the argument with a '~', and the data, which are the others.

    >>> split_arguments(["ames.csv", "price ~ area"])
    ('price ~ area', ['ames.csv'])
    """
    formulas = [argument for argument in arguments if "~" in argument]
    data = [argument for argument in arguments if "~" not in argument]
    if not formulas:
        raise ArgumentError("no formula: one argument has to hold a '~', such as 'price ~ area'")
    if len(formulas) > 1:
        raise ArgumentError(f"two formulas, {formulas[0]!r} and {formulas[1]!r}: give one, and data beside it")
    if not data:
        raise ArgumentError(f"no data beside the formula {formulas[0]!r}: name a file, such as ames.csv")
    return formulas[0], data


def _rate(text: str) -> float | Literal["auto"]:
    if text == "auto":
        return "auto"
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(f"--learning-rate {text} is neither a number nor 'auto'") from None


def _pipeline() -> Any:
    from slopewise import pipeline

    return pipeline


def _open(data: list[str], where: str | None, threads: int | None) -> Any:
    from slopewise.data import open_source

    return open_source(_one_or_all(data), where=where, threads=threads)


def split_names(text: str) -> list[str]:
    """The names of columns between commas; one that holds a comma, or begins with a space, stands in double quotes.

    >>> split_names('id, "lot, in feet",price')
    ['id', 'lot, in feet', 'price']
    """
    import csv

    return [name for row in csv.reader([text], skipinitialspace=True) for name in row if name]


def check_outputs(*paths: Path | None, plot: Path | None = None, reads: Sequence[str] = ()) -> None:
    """Refuse a place that cannot be written or is already spoken for, before the rows are read and not after."""
    from slopewise.data.files import paths_of
    from slopewise.data.writing import check_writable

    taken = (
        {os.path.realpath(path): "is read by this command" for path in paths_of(reads)} if any((*paths, plot)) else {}
    )
    for path in (*paths, plot):
        if path is None:
            continue
        check_writable(path)
        place = os.path.realpath(path)
        if place in taken and not str(path).startswith("/dev/"):
            raise ArgumentError(f"{path} {taken[place]}, and would be lost; choose another name for the output")
        taken[place] = "is written twice by this command"
    if plot is not None:
        from slopewise.views.plots import check_picture_path

        check_picture_path(plot)


def _one_or_all(data: list[str]) -> str | list[str]:
    return data[0] if len(data) == 1 else data


def _write(path: Path | None, write: Callable[[Path], None]) -> None:
    if path is not None:
        write(path)


def _draw(figure: Any, path: Path) -> None:
    from slopewise.views.plots import save

    save(figure, path)


def _say_written(quiet: bool, *paths: Path | None) -> None:
    for path in paths:
        if path is not None and not quiet:
            typer.echo(f"wrote {path}", err=True)


def _complain(message: str, code: int) -> int:
    typer.echo(f"slopewise: {message}", err=True)
    return code
