"""The options that several commands take, with their help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from slopewise.choices import Precision
from slopewise.cli.arguments import split_names
from slopewise.errors import ArgumentError

FORMULA_HELP = "Data files or globs (- is standard input), and the formula: the argument with a '~'. In any order."
Arguments = Annotated[list[str] | None, typer.Argument(metavar="DATA… FORMULA", help=FORMULA_HELP, show_default=False)]
ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="A model that `fit --save` wrote.", show_default=False)
]
Data = Annotated[
    list[str] | None,
    typer.Argument(metavar="DATA…", help="Data files or globs; - is standard input.", show_default=False),
]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", help="How sums are kept; auto takes double-double for files.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the answer.")]
Save = Annotated[Path | None, typer.Option(help="Write the model to this JSON file.", metavar="FILE")]
Plot = Annotated[Path | None, typer.Option(help="Write a picture: .png, .svg or .pdf.", metavar="FILE")]
Report = Annotated[
    Path | None,
    typer.Option(help="Read the rows once more, and write a page of all there is to say: .html.", metavar="FILE"),
]
Kept = Annotated[
    str | None,
    typer.Option("--keep", help="Columns that tell rows apart, by commas, in the report.", metavar="COLUMNS"),
]
UnseenOption = Annotated[
    Literal["error", "missing"], typer.Option(help="A category the fit never met: refuse, or predict nothing.")
]
CheckpointFile = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        help="Keep the sums in this file while reading; interrupted, the same command goes on from there.",
        metavar="FILE",
    ),
]
SummaryFormat = Annotated[
    Literal["table", "json", "csv", "markdown", "html"], typer.Option("--format", help="How to print the answer.")
]
By = Annotated[
    str | None,
    typer.Option("--by", help="A model for each value of this column, or of two.", metavar="COLUMN[,COLUMN]"),
]
Without = Annotated[
    str | None, typer.Option("--drop", help="Beside the model show one without these terms.", metavar="TERMS")
]
With = Annotated[
    str | None, typer.Option("--add", help="Beside the model show one with these terms, too.", metavar="TERMS")
]
Hypotheses = Annotated[
    str | None, typer.Option("--test", help="Test this of the coefficients: 'x1 = x2, x3 = 0'.", metavar="EQUATIONS")
]
Anova = Annotated[bool, typer.Option("--anova", help="Add the type II table: what each term adds to the others.")]
Readings = Annotated[bool, typer.Option("--readings", help="Read each coefficient in a plain sentence, too.")]
Format = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="How to print the answer.")]
CovOption = Annotated[
    str,
    typer.Option(
        "--cov",
        help="Standard errors: classical, HC0, HC1, HC2, HC3, or cluster:COLUMN[,COLUMN].",
        metavar="KIND",
    ),
]
Level = Annotated[float, typer.Option(help="Level of the intervals.", metavar="LEVEL")]


_reading = partial(typer.Option, rich_help_panel="Reading the data")
_weighing = partial(typer.Option, rich_help_panel="What rows count for")
_plainly = partial(typer.Option, rich_help_panel="Without a formula")


@dataclass(frozen=True)
class Reading:
    """Where the rows come from and how they are read."""

    sql: Annotated[
        str | None,
        _reading(help="Read the rows that this query gives: of the files it names, or in --db.", metavar="QUERY"),
    ] = None
    db: Annotated[
        str | None,
        _reading(
            help="A DuckDB or SQLite file, or postgresql://user@host/database (password: PGPASSWORD or ~/.pgpass).",
            metavar="DATABASE",
        ),
    ] = None
    where: Annotated[
        str | None, _reading(help="Use only rows for which this SQL condition is true.", metavar="SQL")
    ] = None
    delimiter: Annotated[
        str | None,
        _reading(help="The character between cells (\\t: a tab); found by itself unless told.", metavar="CHARACTER"),
    ] = None
    encoding: Annotated[str | None, _reading(help="Of a text file, such as latin-1.", metavar="NAME")] = None
    quote: Annotated[str, _reading(help="The character around cells; '' for none.", metavar="CHARACTER")] = '"'
    decimal: Annotated[str, _reading(help="The decimal mark, '.' or ','.", metavar="MARK")] = "."
    skip: Annotated[int, _reading(help="Lines before the header that are no part of the table.", metavar="N")] = 0
    missing_values: Annotated[
        str | None,
        _reading(help="Further cells that stand for a missing value, by commas: -999,none.", metavar="CELLS"),
    ] = None
    text: Annotated[
        str | None, _reading(help="Columns to read as text whatever they look like, by commas.", metavar="COLUMNS")
    ] = None
    numbers: Annotated[
        str | None, _reading(help="Columns to read as numbers in dress ($1,250.50, 10%), by commas.", metavar="COLUMNS")
    ] = None
    threads: Annotated[int | None, _reading(help="Threads to use; all cores unless told.", metavar="N")] = None

    def given(self, data: Sequence[str]) -> dict[str, Any]:
        """The data and how to read them, as `slopewise.data.open_source` and the pipeline take them."""
        from slopewise.data.options import ReadOptions

        options = ReadOptions(
            delimiter="\t" if self.delimiter == r"\t" else self.delimiter,
            encoding=self.encoding,
            quote=self.quote,
            decimal=self.decimal,
            skip=self.skip,
            missing_values=tuple(split_names(self.missing_values or "")),
            text=tuple(split_names(self.text or "")),
            numbers=tuple(split_names(self.numbers or "")),
        )
        return {
            "data": (data[0] if len(data) == 1 else list(data)) if data else None,
            "sql": self.sql,
            "db": self.db,
            "where": self.where,
            "options": options,
            "threads": self.threads,
        }

    def open(self, data: Sequence[str]) -> Any:
        """The data as a Source."""
        if not data and self.sql is None and self.db is None:
            raise ArgumentError("no data: name a file, such as new.csv, or give --sql a query")
        from slopewise.data import open_source

        return open_source(**self.given(data))


@dataclass(frozen=True)
class Weighing:
    """What each row counts for, and what becomes of incomplete ones."""

    weights: Annotated[str | None, _weighing(help="Column of row weights, as in R's lm.", metavar="COLUMN")] = None
    frequency: Annotated[str | None, _weighing(help="Column that counts copies of a row.", metavar="COLUMN")] = None
    missing: Annotated[Literal["drop", "error"], _weighing(help="Incomplete rows: drop and count them, or refuse.")] = (
        "drop"
    )


@dataclass(frozen=True)
class Plainly:
    """What to fit without a formula."""

    target: Annotated[str | None, _plainly(help="The column to explain, instead of a formula.", metavar="COLUMN")] = (
        None
    )
    features: Annotated[
        str | None,
        _plainly(help="The columns that explain it, by commas; every other column unless told.", metavar="COLUMNS"),
    ] = None
