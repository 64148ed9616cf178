"""`slopewise path`: a whole path of penalties from one reading, and its cross-validation if there are folds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from slopewise.cli.arguments import check_outputs
from slopewise.cli.asking import Asked, draw, say_written, write
from slopewise.cli.options import Arguments, Format, Plainly, Plot, PrecisionOption, Quiet, Reading, Weighing
from slopewise.cli.stored import collected
from slopewise.errors import ArgumentError


def path(
    arguments: Arguments = None,
    penalty: Annotated[
        Literal["ridge", "lasso", "elastic_net"], typer.Option(help="What is added to the cost.")
    ] = "lasso",
    l1_ratio: Annotated[
        float | None, typer.Option(help="Of elastic_net: lasso = λ·ratio, ridge = λ·(1 − ratio).", metavar="RATIO")
    ] = None,
    lambdas: Annotated[
        str | None, typer.Option(help="Penalties, by commas; a hundred of our own unless told.", metavar="NUMBERS")
    ] = None,
    positive: Annotated[bool, typer.Option("--positive", help="No coefficient below zero (not for ridge).")] = False,
    folds: Annotated[
        int | None, typer.Option(help="Cross-validate with so many folds, from the same reading.", metavar="K")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed puts rows in other folds.", metavar="N")] = 0,
    plot: Plot = None,
    format: Format = "table",
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Fit a path of penalties by reading the rows once; with --folds say which one predicts best."""
    from slopewise import penalties
    from slopewise.views import terminal

    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    check_outputs(plot=plot, reads=asked.data)
    options = _options(penalty, l1_ratio, lambdas, positive)
    how: dict[str, Any] = {"precision": precision, "folds": folds, "seed": seed}
    kept = collected(asked, **how)
    found: penalties.Path | penalties.CrossValidated
    if folds is not None:
        found = penalties.cross_validate(kept, penalty, **options)
    else:
        walk = {"ridge": penalties.ridge_path, "lasso": penalties.lasso_path, "elastic_net": penalties.elastic_net_path}
        found = walk[penalty](kept, **options)
    write(plot, lambda to: draw(found.figure(), to))
    if format == "table":
        print(found)
    elif format == "csv":
        terminal.show_csv(found.table().to_pydict())
    else:
        terminal.show_json({"formula": kept.design.formula, "penalty": penalty, "path": found.table().to_pylist()})
    say_written(quiet, plot)


def _options(penalty: str, l1_ratio: float | None, lambdas: str | None, positive: bool) -> dict[str, Any]:
    """What was asked of the path; `ArgumentError` for what does not go with its penalty."""
    given: dict[str, Any] = {}
    if l1_ratio is not None:
        if penalty != "elastic_net":
            raise ArgumentError(f"l1_ratio={l1_ratio!r} mixes the penalties of elastic_net; leave it out for {penalty}")
        given["l1_ratio"] = l1_ratio
    if positive:
        if penalty == "ridge":
            raise ArgumentError("--positive goes with lasso and elastic_net; leave it out for ridge")
        given["positive"] = True
    if lambdas is not None:
        try:
            given["lambdas"] = [float(value) for value in lambdas.split(",")]
        except ValueError:
            raise ArgumentError(f"--lambdas {lambdas} must be numbers, by commas, such as 10,1,0.1") from None
    return given
