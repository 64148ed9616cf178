"""`slopewise collect`: sums as files, which merge, grow, and let go of rows again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopewise.cli.arguments import check_outputs, split_arguments, split_names
from slopewise.cli.asking import asked_for, say_written
from slopewise.cli.options import Arguments, CheckpointFile, Plainly, PrecisionOption, Quiet, Reading, Weighing
from slopewise.cli.stored import from_states, merged, states_among
from slopewise.errors import ArgumentError

if TYPE_CHECKING:
    from slopewise.collected import Collected


def collect(
    arguments: Arguments = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file of sums to write: jan.moments.", metavar="FILE")
    ] = None,
    append: Annotated[
        Path | None,
        typer.Option(help="Add the data to the sums in this file, for its own formula.", metavar="FILE"),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Keep sums for each value of this column, or of two, too.", metavar="COLUMN[,COLUMN]"),
    ] = None,
    folds: Annotated[int | None, typer.Option(help="Keep sums for so many folds, too.", metavar="K")] = None,
    seed: Annotated[int, typer.Option(help="Another seed puts rows in other folds.", metavar="N")] = 0,
    fold_key: Annotated[
        str | None, typer.Option(help="Rows of one value of this column stay in one fold.", metavar="COLUMN")
    ] = None,
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    checkpoint: CheckpointFile = None,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Read rows once and keep their sums in a file, for fit, descend, path and select; files of sums merge.

    The file holds no row. Levels of categories and the sums of small groups tell of rows all the same.
    """
    from slopewise import pipeline
    from slopewise.views import terminal

    if append is not None:
        grouping = {"by": by, "folds": folds, "seed": seed or None, "fold_key": fold_key, "output": output}
        _append(append, arguments or [], {**vars(plainly), **grouping}, weighing, reading, quiet)
        return
    formula, data = split_arguments(arguments, sql=reading.sql or reading.db, target=plainly.target)
    if output is None:
        raise ArgumentError("no place for the sums: name a file with -o, such as -o jan.moments")
    check_outputs(output, checkpoint, reads=data)
    alone = {"by": by, "folds": folds, "seed": seed or None, "fold_key": fold_key, "checkpoint": checkpoint}
    alone["precision"] = None if precision == "auto" else precision
    kept = from_states(formula, data, plainly, weighing, reading, quiet, **alone)
    if kept is None:
        asked = asked_for(formula, data, plainly, weighing, reading, quiet)
        groups: dict[str, Any] = {"folds": folds, "seed": seed, "fold_key": fold_key}
        with terminal.progress("rows", quiet=quiet) as bar:
            kept = pipeline.collect(
                **asked, **groups, by=by and split_names(by), precision=precision, checkpoint=checkpoint, progress=bar
            )
    _write(kept, output, quiet)


def _append(
    file: Path, arguments: Sequence[str], refused: dict[str, Any], weighing: Weighing, reading: Reading, quiet: bool
) -> None:
    """Add rows, or other states, to the state in a file."""
    from slopewise import passes
    from slopewise.collected import Collected
    from slopewise.views import terminal

    for name, value in refused.items():
        if value is not None:
            raise ArgumentError(f"--{name.replace('_', '-')} is said by {file}, to which rows are added; leave it out")
    if weighing != Weighing():
        raise ArgumentError(f"what rows weigh is said by {file}, to which they are added; leave such options out")
    kept = Collected.load(file)
    data = [argument for argument in arguments if argument != kept.design.formula]
    if formulas := [argument for argument in data if "~" in argument and not Path(argument).exists()]:
        raise ArgumentError(
            f"{file} holds sums for {kept.design.formula!r}, not {formulas[0]!r}; leave the formula out"
        )
    if not data and reading.sql is None:
        raise ArgumentError(f"no data to add to {file}: name a file, such as feb.csv")
    check_outputs(file, reads=data)
    if files := states_among(data):
        more = merged(files, quiet)
    else:
        with terminal.progress("rows", quiet=quiet) as bar:
            more = passes.like(kept, reading.open(data), where=reading.where, threads=reading.threads, progress=bar)
    _write(kept + more, file, quiet)


def _write(kept: Collected, output: Path, quiet: bool) -> None:
    from slopewise.disclosure import disclosed

    kept.save(output)
    print(kept.sentence())
    say_written(quiet, output)
    if not quiet:
        typer.echo(disclosed(kept), err=True)
