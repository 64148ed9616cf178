"""What the arguments of a command say: the formula and the data among them, names of columns, places to write to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from slopewise.errors import ArgumentError


def split_arguments(
    arguments: Sequence[str] | None, *, sql: str | None = None, target: str | None = None
) -> tuple[str | None, list[str]]:
    """The formula, which is the argument with a '~', and the data, which are the others.

    With a `target` there may be no formula, nor for files of states, which have one; and with a query or the database
    for one, `sql`, no data.

    >>> split_arguments(["ames.csv", "price ~ area"])
    ('price ~ area', ['ames.csv'])
    """
    arguments = arguments or []
    data = [argument for argument in arguments if not is_formula(argument)]
    formulas = [argument for argument in arguments if is_formula(argument)]
    if target is not None and formulas:
        raise ArgumentError(f"both a formula, {formulas[0]!r}, and --target {target}: give one of them")
    if not formulas and target is None and not any(_is_state(name) for name in data):
        raise ArgumentError("no formula: one argument has to hold a '~', such as 'price ~ area'; or name the --target")
    if len(formulas) > 1:
        raise ArgumentError(f"two formulas, {formulas[0]!r} and {formulas[1]!r}: give one, and data beside it")
    if not data and sql is None:
        beside = f"the formula {formulas[0]!r}" if formulas else f"--target {target}"
        raise ArgumentError(f"no data beside {beside}: name a file, such as ames.csv")
    return (formulas[0] if formulas else None), data


def is_formula(argument: str) -> bool:
    """Whether there is a '~' in it, and not only that of a home folder or of a file's name."""
    return "~" in argument and not argument.startswith("~/") and not os.path.isfile(argument)


def _is_state(argument: str) -> bool:
    from slopewise.state_files import is_state

    return is_state(argument)


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
