"""`slopewise diagnose`: can the fit be believed?"""

from __future__ import annotations

from typing import Annotated

import typer

from slopewise.cli.arguments import check_outputs, split_names
from slopewise.cli.asking import Asked, draw, say_written, write
from slopewise.cli.options import Arguments, Format, Plainly, Plot, PrecisionOption, Quiet, Reading, Weighing


def diagnose(
    arguments: Arguments = None,
    keep: Annotated[
        str | None,
        typer.Option(help="Columns that tell rows apart, by commas, beside the influential ones.", metavar="COLUMNS"),
    ] = None,
    top: Annotated[int, typer.Option(help="How many influential rows to list.", metavar="N")] = 10,
    plot: Plot = None,
    format: Format = "table",
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Fit, read the rows once more, and say whether the fit can be believed: what was found, and what to do."""
    from slopewise import pipeline
    from slopewise.diagnosis import check_asked
    from slopewise.views import terminal

    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    check_outputs(plot=plot, reads=asked.data)
    given = asked.rereadable("diagnose")
    source = given["data"]
    kept = split_names(keep or "")
    check_asked(source, kept, top)
    with terminal.progress("rows", quiet=quiet) as bar:
        model = pipeline.fit(**given, precision=precision, progress=bar)
    with terminal.progress("rows", quiet=quiet) as bar:
        found = model.diagnose(source, keep=kept, top=top, threads=reading.threads, progress=bar)
    write(plot, lambda path: draw(found.figure(), path))
    if format == "table":
        print(found)
    elif format == "csv":
        terminal.show_csv(found.influential.to_pydict())
    else:
        terminal.show_json(found.to_dict())
    say_written(quiet, plot)
