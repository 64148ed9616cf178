"""`slopewise select`: which terms to keep; and `what_if`, for a model without some of its terms, or with others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from slopewise.cli.arguments import check_outputs
from slopewise.cli.asking import Asked, say_written, write
from slopewise.cli.options import Arguments, Format, Plainly, PrecisionOption, Quiet, Reading, Save, Weighing
from slopewise.cli.stored import collected

if TYPE_CHECKING:
    from slopewise.model import LinearModel


def select(
    arguments: Arguments = None,
    method: Annotated[
        Literal["best", "forward", "backward", "both"],
        typer.Option(help="Try all sets of terms (up to some thirty), or go step by step."),
    ] = "best",
    by: Annotated[
        Literal["aic", "aicc", "bic", "cv"], typer.Option(help="The criterion; cv is the error on rows held out.")
    ] = "bic",
    most: Annotated[
        int | None, typer.Option(help="As many coefficients as a best subset may have.", metavar="N")
    ] = None,
    folds: Annotated[int, typer.Option(help="Folds of --by cv.", metavar="K")] = 10,
    save: Save = None,
    format: Format = "table",
    precision: PrecisionOption = "auto",
    quiet: Quiet = False,
    *,
    plainly: Plainly,
    weighing: Weighing,
    reading: Reading,
) -> None:
    """Choose among the terms of a formula by reading the rows once, and print the path; --save writes the model."""
    from slopewise.errors import ArgumentError
    from slopewise.selection import best_subset, step
    from slopewise.views import terminal

    asked = Asked.of(arguments, plainly, weighing, reading, quiet)
    if most is not None and method != "best":
        raise ArgumentError(f"most={most!r} limits a best subset, and the method is {method}; leave it out")
    check_outputs(save, reads=asked.data)
    held_out: dict[str, Any] = {"folds": folds} if by == "cv" else {}
    kept = collected(asked, precision=precision, **held_out)
    if method == "best":
        with terminal.progress("models", quiet=quiet) as bar:
            found = best_subset(kept, by, most, progress=bar and (lambda models: bar(models, None)))
    else:
        found = step(kept, method, by)
    write(save, lambda path: found.model().save(path))
    if format == "table":
        print(found)
    elif format == "csv":
        terminal.show_csv(found.path.to_pydict())
    else:
        terminal.show_json(found.to_dict())
    say_written(quiet, save)


def what_if(model: LinearModel, drop: Sequence[str] = (), add: Sequence[str] = ()) -> str:
    """The model beside one without the terms `drop`, and with the terms `add`, and what the change comes to, as text.

    The terms to add have been collected with the model, which is shown without them first: see `widened`. No row is
    read. ΔR² and ΔAIC are those of the second model against the first; where terms are only dropped, or only added, F
    tests whether they matter. Clustered standard errors stay clustered. Raises `ArgumentError` for terms that the
    model does not have.

    >>> import slopewise as sw
    >>> table = {"x": [1.0, 2, 3, 4, 5, 6], "z": [1.0, 0, 0, 1, 0, 1], "y": [1.1, 2.0, 2.8, 4.1, 5.2, 5.9]}
    >>> print(what_if(sw.fit("y ~ x + z", table), drop=["z"]).splitlines()[-1])
    without z: ΔR² -0.0001, ΔAIC -1.90, F 0.0502 on 1 and 3 df (p 0.837)
    """
    from slopewise.comparing import compare
    from slopewise.numerals import fixed, plain, probability
    from slopewise.submodels import submodel

    first = submodel(model, drop=list(add)) if add else model
    second = submodel(model, drop=list(drop))
    before, after = (one.record().goodness for one in (first, second))
    change = [f"without {', '.join(drop)}"] * bool(drop) + [f"with {', '.join(add)}"] * bool(add)
    parts = [
        f"ΔR² {plain(after.r_squared - before.r_squared)}",
        f"ΔAIC {fixed(after.aic - before.aic, 2)}",
    ]
    if not (drop and add) and before.df != after.df:
        F, df, df_residual, p = _tested(*((second, first) if drop else (first, second)))
        parts.append(f"F {plain(F)} on {df:g} and {df_residual:,g} df (p {probability(p)})")
    return f"{compare(first, second, labels=['before', 'after'])}\n\n{' and '.join(change)}: {', '.join(parts)}"


def _tested(small: LinearModel, large: LinearModel) -> tuple[float, float, float, float]:
    """F, its degrees of freedom and its tail, of whether what the large model has beyond the small one matters.

    By sums of squares, or by Wald's test of its further coefficients where the covariance is not classical.
    """
    from slopewise.comparing import anova

    if large.robust is None:
        table = anova(small, large)
        F, df, p = (float(column[-1]) for column in (table.statistic, table.df, table.p_value))
        return F, df, float(table.df_residual[-1]), p
    dropped = {large.kept.names[j] for j in large.solution.dropped}
    more = [name for name in large.names if name not in (*small.names, *dropped)]
    test = large.test([f"`{name}`" for name in more])
    return test.statistic, test.df, test.df_residual, test.p_value


def widened(formula: str, add: Sequence[str]) -> str:
    """The formula to collect, for terms to be there that `what_if` adds.

    >>> widened("y ~ a", ["b", "a:b"])
    'y ~ a + b + a:b'
    """
    return " + ".join([formula, *add])
