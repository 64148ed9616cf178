"""`explore`: whatever there is, a model, a state or rows, as a page to open in a browser, or live in a notebook."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.answering import of_moments
from slopewise.collected import Collected
from slopewise.errors import ArgumentError, ShapeError, SourceError
from slopewise.explored import of_collected
from slopewise.groups import Models
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.pipeline import collect, load
from slopewise.run import Run
from slopewise.solvers.descent_options import check_learning_rate, check_momentum, check_step
from slopewise.typing import ArrayLike
from slopewise.views.explorer.pages import explorer_page, write_page

if TYPE_CHECKING:
    from slopewise.widget import Explorer

STEPS = 10**9
"""As far as an explorer goes."""


def explore(
    what: Any,
    path: str | Path | None = None,
    *,
    formula: str | None = None,
    data: Any = None,
    learning_rate: float | None = None,
    scale: bool | None = None,
    momentum: float | None = None,
    start: ArrayLike | None = None,
    step: int | None = None,
    **reading: Any,
) -> Path | Explorer:
    """A page on which descent runs live, every quantity in sight; its path, or in a notebook the widget.

    - `what`: a model, what was collected, `Moments`, a run of `descend`; a file that `load` reads; or rows, with their
      `formula`: a path, a frame, a mapping of columns, as `collect` takes them, with any more of its arguments
      (`weights=`, `where=`, …). A run brings its rate, its start and its end along.
    - `path`: where the page goes; without it, into the working folder, or in a notebook nowhere: there the widget is
      returned, which needs the extra `notebook`. The page is one file, and asks nothing of the network.
    - `data`: rows to draw, for a state that keeps none.
    - `learning_rate`, `scale` (descend in standardised features), `momentum`, `start` (k,) and `step`: what it shows at
      first. All can be changed in it.

    The page holds means and centred products of the columns, however many rows there were, and a sample of the rows.
    Raises `ArgumentError` for more than 200 columns, and what `collect` raises; `OutputError` if it cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     explore({"x": [1, 2], "y": [3, 5]}, f"{folder}/page.html", formula="y ~ x").name
    'page.html'
    """
    asked = first_look(learning_rate, scale, momentum, step)
    kept, begun, stem = kept_of(what, formula, reading)
    chosen = {**begun, **asked}
    if start is not None:
        chosen["parameters"] = _start(start, kept)
    plainly_read = formula is not None and not reading and isinstance(what, str | Path)
    argument = str(what) if plainly_read else None  # a command that names it would read the same rows
    payload = of_collected(kept, data, argument=argument, start=chosen)
    if path is None and _in_notebook():
        from slopewise.widget import Explorer

        return Explorer(payload)
    return write_page(explorer_page(payload), page_path(stem) if path is None else path)


def page_path(stem: str) -> Path:
    """Where a page goes that nobody has named: a file of the working folder that says what it is about.

    >>> page_path("data/ames.csv.gz").name, page_path("the table").name, page_path("https://a.b/?c").name
    ('ames-explorer.html', 'the-table-explorer.html', 'c-explorer.html')
    """
    last = re.split(r"[/\\?]", stem)[-1].split(".")[0]
    plain = re.sub(r"[^\w-]+", "-", last).strip("-")[:60]
    return Path(f"{plain or 'slopewise'}-explorer.html")


def first_look(
    learning_rate: float | None, scale: bool | None = None, momentum: float | None = None, step: int | None = None
) -> dict[str, Any]:
    """What an explorer is told to show at first, without what nobody chose. Raises `ArgumentError` for nonsense.

    >>> first_look(0.1, step=20)
    {'learning_rate': 0.1, 'k': 20}
    """
    if learning_rate is not None:
        check_learning_rate(learning_rate)
    if momentum is not None:
        check_momentum(momentum)
    if step is not None and check_step(step, "step") > STEPS:
        raise ArgumentError(f"step={step} is further than an explorer goes; give a whole number up to {STEPS:,}")
    asked = {"learning_rate": learning_rate, "scale": scale, "momentum": momentum, "k": step}
    return {name: value for name, value in asked.items() if value is not None}


def kept_of(
    what: Any, formula: str | None = None, reading: Mapping[str, Any] | None = None
) -> tuple[Collected, dict[str, Any], str]:
    """What was, or is now, collected; what its run says of where to start; and a name for it."""
    is_state = isinstance(what, LinearModel | Collected | Moments | Run | Models)
    reading = reading or {}
    if not is_state and formula is not None:
        kept = collect(formula, what, **reading)
        return kept, {}, kept.source
    if formula is not None or reading:
        given = "formula" if formula is not None else next(iter(reading))
        raise ArgumentError(f"{given}= is for rows, and this is a {type(what).__name__} already; leave it out")
    if isinstance(what, str | Path):
        if "~" in str(what) and not os.path.exists(what):
            raise ArgumentError(f"the data come first: explore(data, formula={str(what)!r})")
        return _saved(what), {}, str(what)
    if isinstance(what, Models):
        first = next(iter(what))
        raise ArgumentError(f"these are {len(what)} models, and a page shows one: explore(models[{first!r}])")
    if isinstance(what, Moments):
        kept = of_moments(what)
    elif isinstance(what, Collected):
        kept = what
    elif isinstance(what, LinearModel | Run):
        kept = what.kept
    else:
        raise ArgumentError(
            f"a {type(what).__name__} holds no state; give its formula=, such as formula='price ~ area', if it is data"
        )
    return kept, _of_run(what) if isinstance(what, Run) else {}, kept.source


def _saved(path: str | Path) -> Collected:
    """What a file holds that `load` reads. Raises `SourceError` for any other."""
    try:
        return kept_of(load(path))[0]
    except SourceError as error:
        raise SourceError(f"{error}, or, if these are data, give a formula with them, such as 'price ~ area'") from None


def _of_run(run: Run) -> dict[str, Any]:
    """Where a run started, how it went, and how far."""
    return {
        "learning_rate": run.learning_rate,
        "scale": run.scaled,
        "momentum": run.momentum,
        "parameters": run.path[0].tolist(),
        "k": run.iterations,
    }


def _start(start: ArrayLike, kept: Collected) -> list[float]:
    """Parameters to start from, as many as there are."""
    theta = np.asarray(start, dtype=np.float64)
    names = ("Intercept",) * kept.intercept + kept.names
    if theta.shape != (len(names),) or not np.isfinite(theta).all():
        raise ShapeError(f"start has shape {theta.shape}; give a finite number for each of {', '.join(names[:8])}")
    return list(theta.tolist())


def _in_notebook() -> bool:
    """Whether the Python that runs this has a notebook's kernel around it."""
    import sys

    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
