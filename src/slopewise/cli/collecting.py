"""`slopewise collect`: sums as files, which merge, grow, and let go of rows again."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopewise.cli.arguments import check_outputs, is_formula, split_names
from slopewise.cli.asking import Asked, say_written
from slopewise.cli.options import Arguments, CheckpointFile, Plainly, PrecisionOption, Quiet, Reading, Weighing
from slopewise.cli.stored import check_unread, from_states, merged, say, say_warnings, states_among
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
    remove: Annotated[
        list[str] | None,
        typer.Option(help="Take the rows of this file, of data or of sums, out of the sums.", metavar="FILE"),
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

    grouping = {"by": by, "folds": folds, "seed": seed or None, "fold_key": fold_key}
    refused = {**grouping, "checkpoint": checkpoint, "precision": None if precision == "auto" else precision}
    if append is not None or remove is not None:
        if append is not None and remove is not None:
            raise ArgumentError("--append adds and --remove takes out; give one of them")
        how = _Change(refused | vars(plainly), weighing, reading, quiet)
        if append is not None:
            how.append(append, arguments or [], output)
        else:
            how.remove(remove or [], arguments or [], output)
        return
    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    if output is None:
        raise ArgumentError("no place for the sums: name a file with -o, such as -o jan.moments")
    check_outputs(output, checkpoint, reads=asked.data)
    kept = from_states(asked, **refused)
    if kept is None:
        given = asked.given()
        groups: dict[str, Any] = {"folds": folds, "seed": seed, "fold_key": fold_key}
        with terminal.progress("rows", quiet=quiet) as bar:
            kept = pipeline.collect(
                **given, **groups, by=by and split_names(by), precision=precision, checkpoint=checkpoint, progress=bar
            )
    _write(kept, output, quiet)


@dataclass(frozen=True)
class _Change:
    """How rows are read that are added to a state or taken out of one; `refused` are options that the state decides."""

    refused: dict[str, Any]
    weighing: Weighing
    reading: Reading
    quiet: bool

    def append(self, file: Path, arguments: Sequence[str], output: Path | None) -> None:
        """Add rows, or other states, to the state in a file."""
        from slopewise.collected import Collected

        kept = Collected.load(file)
        data = [argument for argument in arguments if argument != kept.design.formula]
        self._check(file, kept, data)
        if output is not None:
            raise ArgumentError(f"--append writes to {file} itself; leave --output out")
        check_outputs(file, reads=data)
        _write(kept + self._others(kept, data), file, self.quiet)

    def remove(self, gone: Sequence[str], arguments: Sequence[str], output: Path | None) -> None:
        """Take rows, or the rows of other states, out of the state in some files."""
        files = states_among(arguments)
        if not files:
            raise ArgumentError(
                "--remove takes rows out of sums: slopewise collect jan.moments --remove day.csv -o rest.moments"
            )
        if output is None:
            raise ArgumentError("no place for what is left: name a file with -o, such as -o rest.moments")
        kept = merged(files, self.quiet)
        self._check(Path(files[0]), kept, gone)
        check_outputs(output, reads=[*files, *gone])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            left = kept - self._others(kept, gone, groups=False)
        _write(left, output, self.quiet)
        say(left.loss(), self.quiet)
        if kept.keyed is not None or kept.folds is not None:
            say("The groups or folds are left out: collect the rows that are left for those.", self.quiet)
        say_warnings(caught, self.quiet)

    def _check(self, file: Path, kept: Collected, data: Sequence[str]) -> None:
        for name, value in self.refused.items():
            if value is not None:
                raise ArgumentError(f"--{name.replace('_', '-')} is decided by {file}; leave it out")
        if self.weighing != Weighing():
            raise ArgumentError(f"what rows weigh is decided by {file}; leave such options out")
        if formulas := [argument for argument in data if is_formula(argument)]:
            raise ArgumentError(f"{file} is of {kept.design.formula!r}, not of {formulas[0]!r}; leave the formula out")
        if not data and self.reading.sql is None:
            raise ArgumentError(f"no rows beside {file}: name a file, such as feb.csv")

    def _others(self, kept: Collected, data: Sequence[str], *, groups: bool = True) -> Collected:
        """Other rows as sums, be they in files of sums already."""
        from slopewise import passes
        from slopewise.views import terminal

        if files := states_among(data):
            check_unread(files[0], self.reading)
            return merged(files, self.quiet)
        reading, source = self.reading, self.reading.open(data)
        with terminal.progress("rows", quiet=self.quiet) as bar:
            how: dict[str, Any] = {"where": reading.where, "threads": reading.threads, "progress": bar}
            return passes.like(kept, source, groups=groups, **how)


def _write(kept: Collected, output: Path, quiet: bool) -> None:
    from slopewise.disclosure import disclosed

    kept.save(output)
    print(kept.sentence())
    say_written(quiet, output)
    say(disclosed(kept), quiet)
