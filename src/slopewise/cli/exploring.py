"""`slopewise explore`: descent on a table, live in a page that opens in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slopewise.cli.arguments import check_outputs
from slopewise.cli.asking import Asked, say_written
from slopewise.cli.options import Plainly, PrecisionOption, Quiet, Reading, Weighing
from slopewise.errors import ArgumentError

Explored = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="DATA… FORMULA",
        help="Data files or globs (- is standard input), and the formula: the argument with a '~'. In any order. Or "
        "one file that was saved, which knows its formula.",
        show_default=False,
    ),
]
Page = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="The page to write; named after the data unless told.", metavar="FILE"),
]


def explore(
    arguments: Explored = None,
    output: Page = None,
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    learning_rate: Annotated[
        float | None,
        typer.Option(help="Step length at first; one well below the largest stable unless told.", metavar="RATE"),
    ] = None,
    scale: Annotated[bool, typer.Option("--scale", help="Descend in standardised features at first.")] = False,
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Write a page on which descent runs live: every quantity in sight, on as many rows as there are."""
    from slopewise import pipeline
    from slopewise.explored import of_collected
    from slopewise.exploring import first_look, kept_of, page_path
    from slopewise.views import terminal
    from slopewise.views.explorer.pages import explorer_page, write_page

    start = first_look(learning_rate, scale or None)
    saved = _saved(arguments, plainly, reading)
    how = plainly, weighing, reading, quiet
    asked = Asked(None, [saved], *how) if saved else Asked.of(arguments, *how)
    data = asked.data
    path = output or page_path(data[0] if data else "slopewise")
    check_outputs(path, reads=data)
    as_it_is = weighing == Weighing() and reading == Reading()
    if saved:
        if not as_it_is or precision != "auto":
            raise ArgumentError(
                f"{saved} stands without a formula, as a file that was saved does: nothing says how its rows are to be "
                "read; give the formula too, or leave the options out"
            )
        kept = kept_of(saved)[0]
    else:
        given = asked.given()
        with terminal.progress("rows", quiet=quiet) as bar:
            kept = pipeline.collect(**given, precision=precision, progress=bar)
    argument = data[0] if as_it_is and not saved and len(data) == 1 and data != ["-"] else None
    write_page(explorer_page(of_collected(kept, argument=argument, start=start)), path)
    say_written(quiet, path)
    if open_it:
        show(path)


def learn(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page to write, instead of learn.html.", metavar="FILE")
    ] = None,
    open_it: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open it in the browser; unless told, when no --output is given."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Open the lesson: gradient descent from two houses to the stability limit, with pictures in which it runs live."""
    from slopewise.learning import pages

    path = pages.learn(output)
    say_written(quiet, path)
    if open_it or (open_it is None and output is None):
        show(path)


def show(path: Path) -> None:
    """Open a page in the browser, or say that there is none."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        typer.echo(f"no browser was found here; open {path} in one", err=True)


def _saved(arguments: list[str] | None, plainly: Plainly, reading: Reading) -> str | None:
    """The only argument, if it is a file that has to know its formula."""
    elsewhere = plainly.target or reading.sql or reading.db
    alone = arguments is not None and len(arguments) == 1 and "~" not in arguments[0] and not elsewhere
    return arguments[0] if arguments and alone else None
