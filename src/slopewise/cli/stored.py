"""Files of states among the data of a command: what they come to together, and which options mean nothing to them."""

from __future__ import annotations

import glob
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from slopewise.choices import Precision
from slopewise.cli.asking import Asked
from slopewise.cli.options import Reading, Weighing
from slopewise.errors import ArgumentError

if TYPE_CHECKING:
    from slopewise.collected import Collected
    from slopewise.model import LinearModel


def states_among(data: Sequence[str]) -> list[str]:
    """The files of states that the data name, globs among them resolved; none where the data are rows.

    Raises `ArgumentError` where some are states and others rows.
    """
    from slopewise.state_files import is_state

    files = [file for name in data for file in _files(name)]
    found = [file for file in files if is_state(file)]
    rows = [file for file in files if not is_state(file)]
    if found and rows:
        raise ArgumentError(
            f"{found[0]} holds sums and {rows[0]} rows; make sums of these, too (slopewise collect), or add them to "
            f"the file: slopewise collect --append {found[0]} {rows[0]}"
        )
    return found


def _files(name: str) -> list[str]:
    """The files that a pattern matches, or what has that name."""
    if glob.has_magic(name) and not os.path.lexists(name):
        return sorted(glob.glob(os.path.expanduser(name), recursive=True)) or [name]
    return [os.path.expanduser(name)]


def from_states(asked: Asked, **others: Any) -> Collected | None:
    """What the files of states hold together, of the terms of the formula if there is one; None where data are rows.

    One file is held at a time, beside the sum. Raises `ArgumentError` for an option that rows alone have a use for;
    `others` are further ones by name, None unless given.
    """
    files = states_among(asked.data)
    if not files:
        return None
    refused = {**vars(asked.plainly), **_given(asked.weighing, Weighing()), **others}
    check_unread(files[0], asked.reading, **refused)
    from slopewise.submodels import part_of

    kept = merged(files, asked.quiet)
    return kept if asked.formula is None else part_of(kept, asked.formula)


def check_unread(file: str, reading: Reading, **others: Any) -> None:
    """Refuse options that say how rows are read, where there are none to read."""
    for name, value in {**_given(reading, Reading()), **others}.items():
        if value is not None and name != "threads":
            raise ArgumentError(
                f"--{name.replace('_', '-')} says something of rows, and {file} holds their sums; leave it out"
            )


def collected(
    asked: Asked,
    *,
    precision: Precision = "auto",
    checkpoint: Path | None = None,
    folds: int | None = None,
    seed: int = 0,
) -> Collected:
    """What the data come to: read, or where they are files of states, merged, with the folds that were asked for."""
    from slopewise import pipeline
    from slopewise.views import terminal

    rows = for_rows(precision, checkpoint)
    if stored := from_states(asked, **rows):
        if folds is not None:
            _check_folds(stored, folds, seed)
        return stored
    how: dict[str, Any] = {"folds": folds, "seed": seed, "precision": precision, "checkpoint": checkpoint}
    with terminal.progress("rows", quiet=asked.quiet) as bar:
        return pipeline.collect(**asked.given(), **how, progress=bar)


def with_clusters(model: LinearModel, cov: str) -> LinearModel:
    """A model of stored sums with standard errors for clusters; refused where these are not the groups of the sums."""
    from slopewise.inference.covariance import Assumption

    keys, keyed = Assumption.of(cov).keys, model.kept.keyed
    if keyed is None or len(keys) != 1 or keyed.grouping.to_json() != {"by": list(keys)}:
        how = f", or collect them with --by {keys[0]}" if len(keys) == 1 else ""
        raise ArgumentError(f"--cov {cov} needs rows, and there are only their sums; fit the rows themselves{how}")
    return model.with_covariance(cov)


def for_rows(precision: Precision, checkpoint: Path | None) -> dict[str, Any]:
    """Options that rows alone have a use for, as `from_states` takes them."""
    return {"precision": None if precision == "auto" else precision, "checkpoint": checkpoint}


def _check_folds(kept: Collected, folds: int, seed: int) -> None:
    """Refuse folds that a state does not have."""
    from slopewise.design.grouping import Folds

    grouping = None if kept.keyed is None else kept.keyed.grouping
    held = grouping.count if isinstance(grouping, Folds) else 0
    if held != folds or (isinstance(grouping, Folds) and seed not in (0, grouping.seed)):
        has = f"{held} folds of seed {grouping.seed}" if isinstance(grouping, Folds) else "no folds"
        raise ArgumentError(
            f"the sums of {kept.source} are those of {has}, and for {folds} rows have to be read again: "
            f"slopewise collect … --folds {folds} (part of their formula has no folds at all)"
        )


def merged(files: Sequence[str], quiet: bool) -> Collected:
    """The sum of the states in some files, one of which is held at a time."""
    from slopewise.collected import Collected

    total = Collected.load(files[0])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for file in files[1:]:
            try:
                total = total + Collected.load(file)
            except ArgumentError as error:
                raise ArgumentError(f"{file} does not go with {files[0]}: {error}") from None
    say_warnings(caught, quiet)
    return total


def say_warnings(caught: Sequence[warnings.WarningMessage], quiet: bool) -> None:
    """Each thing that was warned of, once, as a sentence on standard error."""
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        say(f"Note: {message}", quiet)


def say(sentence: str, quiet: bool) -> None:
    """A sentence on standard error, unless nothing but the answer is wanted."""
    if not quiet:
        typer.echo(sentence, err=True)


def _given(options: Any, default: Any) -> dict[str, Any]:
    """The options that are not as they are unless told."""
    return {name: value for name, value in vars(options).items() if value != getattr(default, name)}
