"""`run`: one command, and every error of it as a sentence."""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from slopewise._version import __version__
from slopewise.cli import (
    collecting,
    describing,
    diagnosing,
    exploring,
    fitting,
    paths,
    predicting,
    selecting,
    starting,
)
from slopewise.cli.grouped import grouped
from slopewise.errors import ArgumentError, DataError, FitError, FormulaError, SlopewiseError

app = typer.Typer(
    name="slopewise",
    help="Linear regression that reads the rows once: gradient descent you can watch, and the exact answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: dict[Callable[..., None], str] = {
    fitting.fit: "slopewise fit ames.csv 'price ~ area + Neighborhood' --save price.json",
    diagnosing.diagnose: "slopewise diagnose ames.csv 'price ~ area' --keep Order --plot residuals.png",
    collecting.collect: "slopewise collect jan.csv 'price ~ area + Neighborhood' -o jan.moments",
    paths.path: "slopewise path ames.csv 'price ~ area + Overall.Qual + Neighborhood' --penalty lasso --folds 10",
    selecting.select: "slopewise select ames.csv 'price ~ area + Overall.Qual + Neighborhood' --by bic",
    describing.describe: "slopewise describe ames.csv --target price -o survey.html",
    fitting.descend: "slopewise descend two_houses.csv 'price ~ size' --learning-rate 0.01 --iterations 1000",
    exploring.explore: "slopewise explore two_houses.csv 'price ~ size' --learning-rate 0.01 --open",
    exploring.learn: "slopewise learn",
    predicting.predict: "slopewise predict price.json new.csv -o predicted.csv --interval prediction",
    predicting.score: "slopewise score price.json later.csv",
    starting.datasets: "slopewise datasets ames two_houses --to examples",
    starting.doctor: "slopewise doctor",
}
"""The commands in the order of the help, each with an example."""

for _command, _example in COMMANDS.items():
    app.command(epilog=f"Example: {_example}")(grouped(_command))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"slopewise {__version__}")
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command: 0 done, 1 bad data or no answer, 2 bad usage. Every error is a sentence."""
    try:
        code = app(list(arguments), prog_name="slopewise", standalone_mode=False)
        sys.stdout.flush()
    except (DataError, FitError) as error:
        return _complain(_as_typed(str(error)), 1)
    except FormulaError as error:  # which shows the formula, and a mark beneath it
        return _complain(str(error), 2)
    except ArgumentError as error:
        return _complain(_as_typed(str(error)), 2)
    except SlopewiseError as error:
        return _complain(str(error), 1)
    except typer.exceptions.TyperException as error:
        if not error.format_message():  # a bare `slopewise`, and the help has been shown
            return 2
        what = error.format_message().replace(": Value error, ", ": ")
        return _complain(f"{what} (slopewise --help shows the commands)", 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; so may the rest
        return 1
    except OSError as error:
        what = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"
        return _complain(f"the answer could not be written: {what}; make room there, or send it elsewhere", 1)
    except MemoryError:
        return _complain("this needs more memory than there is; use fewer terms, or a machine with more", 1)
    except Exception as error:
        if os.environ.get("SLOPEWISE_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _complain(f"a fault in slopewise itself ({what}); SLOPEWISE_DEBUG=1 shows where, please report it", 1)
    if code == 130:  # typer's word for Ctrl-C
        raise KeyboardInterrupt
    return int(code or 0)


def _as_typed(message: str) -> str:
    """The message with options as they are typed here and not as in Python; what stands in quotes is left alone.

    >>> _as_typed("the file's cells: say missing_values='x' or text='where=2'")
    "the file's cells: say --missing-values 'x' or --text 'where=2'"
    >>> _as_typed("by= and folds= both put rows into groups")
    '--by and --folds both put rows into groups'
    """
    taken = (name for command in COMMANDS for name in inspect.signature(grouped(command)).parameters)
    names = "|".join(set(taken) - {"arguments", "data", "model"})
    quoted = r"""(?<!\w)(?:'[^']*'|"[^"]*")"""
    options = re.compile(rf"""{quoted}|(?<![\w.-])({names})=(?:(?=['"\d-]|nan|inf|None)|(?=([\s,;])))""")

    def typed(found: re.Match[str]) -> str:
        return f"--{found[1].replace('_', '-')}" + " " * (found[2] is None) if found[1] else found[0]

    return options.sub(typed, message)


def _complain(message: str, code: int) -> int:
    typer.echo(f"slopewise: {message}", err=True)
    return code
