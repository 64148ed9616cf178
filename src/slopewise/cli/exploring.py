"""`slopewise explore`: descent on a table, live in a page that opens in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopewise.cli.arguments import check_outputs, split_arguments
from slopewise.cli.asking import asked_for, say_written
from slopewise.cli.options import Plainly, PrecisionOption, Quiet, Reading, Weighing
from slopewise.errors import ArgumentError

if TYPE_CHECKING:
    from slopewise.collected import Collected

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
        float | None, typer.Option(help="Step length at first; the fastest constant one unless told.", metavar="RATE")
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
    from slopewise.explored import of_collected
    from slopewise.exploring import first_look, page_path
    from slopewise.views.explorer.pages import explorer_page, write_page

    start = first_look(learning_rate, scale or None)
    data = _data(arguments, plainly, reading)
    path = output or page_path(data[0] if data else "slopewise")
    check_outputs(path, reads=data)
    kept = _kept(arguments, plainly, weighing, reading, precision, quiet)
    plainly_read = len(data) == 1 and data != ["-"] and weighing == Weighing() and reading == Reading()
    saved = _is_saved(arguments, plainly, reading)
    payload = of_collected(kept, argument=data[0] if plainly_read and not saved else None, start=start)
    write_page(explorer_page(payload), path)
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


def _is_saved(arguments: list[str] | None, plainly: Plainly, reading: Reading) -> bool:
    """Whether the only argument is a file that knows its formula."""
    elsewhere = plainly.target or reading.sql or reading.db
    return len(arguments or []) == 1 and "~" not in (arguments or [""])[0] and not elsewhere


def _data(arguments: list[str] | None, plainly: Plainly, reading: Reading) -> list[str]:
    """The files that are read."""
    if _is_saved(arguments, plainly, reading):
        return list(arguments or [])
    return split_arguments(arguments, sql=reading.sql or reading.db, target=plainly.target)[1]


def _kept(
    arguments: list[str] | None, plainly: Plainly, weighing: Weighing, reading: Reading, precision: Any, quiet: bool
) -> Collected:
    """What a saved file holds, or what the rows come to."""
    from slopewise import pipeline
    from slopewise.exploring import kept_of
    from slopewise.views import terminal

    if _is_saved(arguments, plainly, reading):
        (path,) = arguments or [""]
        if weighing != Weighing() or reading != Reading() or precision != "auto":
            raise ArgumentError(
                f"{path} stands without a formula, as a file that was saved does: nothing says how its "
                "rows are to be read; give the formula too, or leave the options out"
            )
        return kept_of(path)[0]
    formula, data = split_arguments(arguments, sql=reading.sql or reading.db, target=plainly.target)
    asked = asked_for(formula, data, plainly, weighing, reading, quiet)
    with terminal.progress("rows", quiet=quiet) as bar:
        return pipeline.collect(**asked, precision=precision, progress=bar)
