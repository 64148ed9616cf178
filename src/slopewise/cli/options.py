"""The options that several commands take, with their help."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from slopewise.choices import Precision

FORMULA_HELP = "Data files or globs, and the formula: the argument with a '~'. In any order."
Arguments = Annotated[list[str], typer.Argument(metavar="DATA… FORMULA", help=FORMULA_HELP, show_default=False)]
ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A model that `fit --save` wrote.", show_default=False)
]
Data = Annotated[list[str], typer.Argument(metavar="DATA…", help="Data files or globs.", show_default=False)]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", help="How sums are kept; auto takes double-double for files.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the answer.")]
Save = Annotated[Path | None, typer.Option(help="Write the model to this JSON file.", metavar="FILE")]
Plot = Annotated[Path | None, typer.Option(help="Write a picture: .png, .svg or .pdf.", metavar="FILE")]
Format = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="How to print the answer.")]
Level = Annotated[float, typer.Option(help="Level of the intervals.", metavar="LEVEL")]


_reading = partial(typer.Option, rich_help_panel="Reading the data")
_weighing = partial(typer.Option, rich_help_panel="What rows count for")


@dataclass(frozen=True)
class Reading:
    """Where the rows come from and how they are read."""

    where: Annotated[
        str | None, _reading(help="Use only rows for which this SQL condition is true.", metavar="SQL")
    ] = None
    threads: Annotated[int | None, _reading(help="Threads to use; all cores unless told.", metavar="N")] = None

    def given(self) -> dict[str, Any]:
        """As the pipeline takes them."""
        return {"where": self.where, "threads": self.threads}

    def open(self, data: list[str]) -> Any:
        """The data as a Source."""
        from slopewise.data import open_source

        return open_source(one_or_all(data), **self.given())


@dataclass(frozen=True)
class Weighing:
    """What each row counts for, and what becomes of incomplete ones."""

    weights: Annotated[str | None, _weighing(help="Column of row weights, as in R's lm.", metavar="COLUMN")] = None
    frequency: Annotated[str | None, _weighing(help="Column that counts copies of a row.", metavar="COLUMN")] = None
    missing: Annotated[Literal["drop", "error"], _weighing(help="Incomplete rows: drop and count them, or refuse.")] = (
        "drop"
    )


def one_or_all(data: list[str]) -> str | list[str]:
    """A single name stands for itself."""
    return data[0] if len(data) == 1 else data
