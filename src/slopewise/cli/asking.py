"""What several commands do alike: take a formula and data as they were asked for, and write what they were told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from slopewise.cli.arguments import split_arguments, split_names
from slopewise.cli.options import Plainly, Reading, Weighing
from slopewise.errors import ArgumentError


@dataclass(frozen=True)
class Asked:
    """What a command was asked to read: a `formula`, None with a target instead, the `data`, and how."""

    formula: str | None
    data: list[str]
    plainly: Plainly
    weighing: Weighing
    reading: Reading
    quiet: bool

    @classmethod
    def of(
        cls, arguments: Sequence[str] | None, plainly: Plainly, weighing: Weighing, reading: Reading, quiet: bool
    ) -> Asked:
        """The arguments of a command, of which one is the formula, and its options; see `split_arguments`."""
        formula, data = split_arguments(arguments, sql=reading.sql or reading.db, target=plainly.target)
        return cls(formula, data, plainly, weighing, reading, quiet)

    def given(self) -> dict[str, Any]:
        """The formula, the data and how rows are read and weighed, as the pipeline takes them."""
        plainly, weighing, reading = self.plainly, self.weighing, self.reading
        if self.formula is not None:
            if plainly.features is not None:
                raise ArgumentError(f"--features names columns for --target, and there is a formula, {self.formula!r}")
            return {"formula": self.formula, **reading.given(self.data), **vars(weighing)}
        from slopewise.design.plain import formula_of

        source = reading.open(self.data)
        features = None if plainly.features is None else split_names(plainly.features)
        without = [name for name in (weighing.weights, weighing.frequency) if name is not None]
        made = formula_of(plainly.target or "", features, source.columns, without=without, source_name=source.name)
        if made.left_out and not self.quiet:
            typer.echo(f"left out, as no formula can use them: {', '.join(made.left_out)}", err=True)
        return {"formula": made.formula, "data": source, "threads": reading.threads, **vars(weighing)}

    def rereadable(self, what: str) -> dict[str, Any]:
        """The same, of one source that is read twice; `ArgumentError`, for `what`, where it cannot be."""
        from slopewise.rereading import check_rereadable

        given = self.given()
        source = self.reading.open(self.data) if self.formula is not None else given["data"]
        check_rereadable(source, what)
        return {name: given[name] for name in ("formula", "threads", *vars(self.weighing))} | {"data": source}


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
