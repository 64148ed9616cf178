"""`slopewise fit` and `slopewise descend`."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from slopewise.cli.arguments import check_outputs, split_names
from slopewise.cli.asking import Asked, draw, say_written, write
from slopewise.cli.options import (
    Anova,
    Arguments,
    By,
    CheckpointFile,
    CovOption,
    Hypotheses,
    Kept,
    Level,
    Plainly,
    Plot,
    PrecisionOption,
    Quiet,
    Reading,
    Readings,
    Report,
    Save,
    SummaryFormat,
    Weighing,
    With,
    Without,
)
from slopewise.cli.stored import collected, for_rows, from_states, with_clusters
from slopewise.errors import ArgumentError

if TYPE_CHECKING:
    from slopewise.groups import Models
    from slopewise.inference.hypotheses import Test
    from slopewise.inference.variance_tables import TermTable
    from slopewise.model import LinearModel


def fit(
    arguments: Arguments = None,
    save: Save = None,
    plot: Plot = None,
    report: Report = None,
    keep: Kept = None,
    format: SummaryFormat = "table",
    readings: Readings = False,
    test: Hypotheses = None,
    anova: Anova = False,
    by: By = None,
    drop: Without = None,
    add: With = None,
    level: Level = 0.95,
    cov: CovOption = "classical",
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    checkpoint: CheckpointFile = None,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Fit a formula to data by least squares, and print the coefficients with their uncertainty."""
    from slopewise.cli.selecting import widened
    from slopewise.inference.covariance import Assumption
    from slopewise.inference.estimates import check_level

    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    check_level(level)
    check_outputs(save, checkpoint, report, plot=plot, reads=asked.data)
    _check_report(report, keep)
    asked = replace(asked, formula=asked.formula and widened(asked.formula, split_names(add or "")))
    stored = from_states(asked, **for_rows(precision, checkpoint))
    if stored and report is not None:
        raise ArgumentError(
            f"--report {report} looks at every row again, and there are only their sums; fit the rows themselves"
        )
    read: dict[str, Any] = {"kept": stored}
    if not stored:
        read = asked.given() if report is None else asked.rereadable(f"--report {report}")
        read |= {"precision": precision, "checkpoint": checkpoint}
    if by is not None or drop is not None or add is not None:
        alone: dict[str, Any] = {"--save": save, "--plot": plot, "--report": report, "--readings": readings}
        alone |= {"--test": test, "--anova": anova}
        _check_alone("--by" if by is not None else "--drop and --add", alone)
        if by is not None and (drop or add):
            raise ArgumentError("--by fits a model for each group, --drop and --add look at one; give one of them")
        if by is None and (assumed := Assumption.of(cov)).rereads and not assumed.keys:
            raise ArgumentError(
                f"--cov {cov} takes the residuals of each model, and --drop and --add read the rows once; fit the "
                "formulas one by one, or give --cov cluster:COLUMN"
            )
        _show_others(read, cov, by, split_names(drop or ""), split_names(add or ""), format, level, quiet)
        return
    model = _fitted(read, cov, quiet)
    write(save, model.save)
    write(plot, lambda path: draw(model.figure(level=level), path))
    _show(model, format, level, readings, model.test(test) if test else None, model.anova() if anova else None)
    if report is not None:
        _report(model, read, report, split_names(keep or ""), level, quiet)
    say_written(quiet, save, plot, report)


def descend(
    arguments: Arguments = None,
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
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    checkpoint: CheckpointFile = None,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Walk down the cost by gradient descent: ten lines of progress, the largest stable rate, what to try next."""
    from slopewise import pipeline
    from slopewise.solvers.descent_options import check_options
    from slopewise.views import terminal

    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    rate = _rate(learning_rate)
    check_options(learning_rate=rate, iterations=iterations, momentum=momentum, tolerance=tolerance)
    check_outputs(save, checkpoint, plot=plot, reads=asked.data)
    how: dict[str, Any] = {"precision": precision, "checkpoint": checkpoint}
    kept = collected(asked, **how)
    with terminal.progress("steps", quiet=quiet) as bar:
        run = pipeline.descend(
            kept,
            learning_rate=rate,
            iterations=iterations,
            scale=scale,
            momentum=momentum,
            tolerance=tolerance,
            progress=bar and (lambda step, cost: bar(step, iterations)),
        )
    if save:
        write(save, run.model().save)
    write(plot, lambda path: draw(run.figure(), path))
    if format == "table":
        print(run.summary())
    else:
        terminal.show_json(run.to_dict())
    say_written(quiet, save, plot)


def _check_alone(what: str, others: dict[str, Any]) -> None:
    """Refuse options that say nothing of several models."""
    for name, given in others.items():
        if given:
            raise ArgumentError(f"{name} is of one model, and {what} shows several; leave one of them out")


def _check_report(report: Path | None, keep: str | None) -> None:
    """Refuse a report that is no page, and columns for none."""
    if keep is not None and report is None:
        raise ArgumentError("--keep names columns for the rows of a report; add --report FILE")
    if report is not None and report.suffix.lower() not in (".html", ".htm"):
        raise ArgumentError(f"--report {report} is a page; name it so, such as report.html")


def _report(model: LinearModel, read: dict[str, Any], to: Path, keep: list[str], level: float, quiet: bool) -> None:
    """Read the rows once more, and write the page of a model."""
    from slopewise.reporting import report
    from slopewise.views import terminal

    command = shlex.join(["slopewise", *sys.argv[1:]])
    with terminal.progress("rows", quiet=quiet) as bar:
        report(model, read["data"], to, keep=keep, level=level, command=command, threads=read["threads"], progress=bar)


def _fitted(read: dict[str, Any], cov: str, quiet: bool) -> LinearModel:
    """The model of what was asked for: of rows, or of the state `kept` of them."""
    from slopewise import pipeline
    from slopewise.views import terminal

    if "kept" in read:
        from slopewise.answering import least_squares

        model = least_squares(read["kept"])
        return model if cov == "classical" else with_clusters(model, cov)
    with terminal.progress("rows", quiet=quiet) as bar:
        fitted: LinearModel = pipeline.fit(**read, cov=cov, progress=bar)
    return fitted


def _grouped(read: dict[str, Any], cov: str, by: list[str], quiet: bool) -> Models:
    """The models of all groups, of rows, or of the state `kept` of them."""
    from slopewise import pipeline
    from slopewise.groups import grouped_fit
    from slopewise.views import terminal

    if "kept" not in read:
        with terminal.progress("rows", quiet=quiet) as bar:
            return pipeline.fit(**read, cov=cov, by=by, progress=bar)
    if cov != "classical":
        raise ArgumentError(f"--cov {cov} of groups needs rows, and there are only their sums; fit the rows themselves")
    models = grouped_fit(read["kept"])
    if list(models.by) != by:
        raise ArgumentError(f"the groups of {read['kept'].source} are by {' and '.join(models.by) or 'folds'}")
    return models


def _show_others(
    read: dict[str, Any],
    cov: str,
    by: str | None,
    drop: list[str],
    add: list[str],
    format: str,
    level: float,
    quiet: bool,
) -> None:
    """Print the models of all groups, or the model beside one with other terms."""
    from slopewise.cli.selecting import what_if
    from slopewise.views import terminal

    if format not in ("table", "json", "csv") or (by is None and format != "table"):
        raise ArgumentError(
            f"--format {format} is of one model; several are shown as a table{', json or csv' * bool(by)}"
        )
    if by is None:
        print(what_if(_fitted(read, cov, quiet), drop, add))
        return
    models = _grouped(read, cov, split_names(by), quiet)
    if format == "table":
        print(models)
    elif format == "csv":
        terminal.show_csv(models.table(level).to_pydict())
    else:
        tables = {"tidy": models.table(level).to_pylist(), "glance": models.glance().to_pylist()}
        terminal.show_json({"formula": models.kept.design.formula, "by": models.by, **tables})


def _show(
    model: LinearModel, format: str, level: float, readings: bool, test: Test | None, anova: TermTable | None
) -> None:
    """Print a model as it was asked for, with a test and a table of its terms if they were asked for, too."""
    from slopewise.views import terminal

    more = {name: found for name, found in (("test", test), ("anova", anova)) if found is not None}
    if format == "json":
        told = {name: found.to_dict() for name, found in more.items()}
        terminal.show_json(_told(model, level) | told)
        return
    if format == "csv":
        terminal.show_csv(model.tidy(level).to_pydict())
    elif format == "markdown":
        print(model.markdown(level))
    elif format == "html":
        print(model.html(level))
    else:
        terminal.show_summary(model.record(level), readings=readings)
    for found in more.values():
        print(f"\n{found}", file=sys.stdout if format == "table" else sys.stderr)


def _told(model: LinearModel, level: float) -> dict[str, Any]:
    """A model in plain numbers and words."""
    record, covariance = model.record(level), model.covariance
    return {
        "formula": model.formula,
        "tidy": model.tidy(level).to_pylist(),
        "glance": model.glance().to_pylist(),
        "covariance": {
            "cov": covariance.assumption.asked,
            "df": covariance.df,
            "clusters": covariance.clusters,
        },
        "rows": model.rows.to_dict(),
        "notes": record.notes,
        "readings": record.readings,
    }


def _rate(text: str) -> float | Literal["auto"]:
    if text == "auto":
        return "auto"
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(f"--learning-rate {text} is neither a number nor 'auto'") from None
