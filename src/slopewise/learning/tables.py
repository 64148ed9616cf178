"""The lesson's tables, each made from a run of the engine."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import numpy as np

from slopewise.learning.houses import FRACTION, SIX, SWEEP, THREE, TWO
from slopewise.numerals import typeset
from slopewise.objective import loop
from slopewise.solvers.descent import descend


def table(name: str) -> str:
    """The table of that name, as HTML."""
    return TABLES[name]()


def _html(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names its rows."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in heads)
    body = "".join(
        f'<tr><th scope="row">{typeset(row[0])}</th>'
        + "".join(f"<td>{typeset(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _rows() -> str:
    rows = [[f"house {i + 1}", f"{x:.1f}", f"{y:.0f}"] for i, (x, y) in enumerate(zip(TWO.x[:, 0], TWO.y, strict=True))]
    return _html("Two houses", ["", "size, 1000 sqft", "price, $1000"], rows)


def _six() -> str:
    w, b = 200.0, -100.0
    errors = loop.compute_model(SIX.x[:, 0], w, b) - SIX.y
    rows = [
        [f"{x:.1f}", f"{y:.0f}", f"{y + e:.0f}", f"{e:.0f}", f"{e * e / 2:,.0f}"]
        for x, y, e in zip(SIX.x[:, 0], SIX.y, errors, strict=True)
    ]
    caption = "Six houses and the line with w = 200 and b = −100"
    return _html(caption, ["size", "price", "the line says", "error", "half its square"], rows)


def _sweep() -> str:
    rows = []
    for rate in SWEEP:
        run = descend(TWO.moments, learning_rate=rate, iterations=1000, tolerance=0.0)
        steps = run.iterations_to(FRACTION)
        rows.append(
            [
                f"{rate:g}",
                f"{run.costs[10]:.3g}",
                f"{run.costs[min(100, run.iterations)]:.3g}",
                "never: it diverges" if steps is None else f"{steps:,}",
            ]
        )
    heads = ["learning rate", "cost after 10 steps", "after 100", "steps to a millionth"]
    return _html("Seven learning rates on the two houses", heads, rows)


def _three() -> str:
    heads = [name.replace("size_sqft", "size, sqft") for name in THREE.names]
    rows = [
        [f"house {i + 1}", *(f"{value:g}" for value in x), f"{y:.0f}"]
        for i, (x, y) in enumerate(zip(THREE.x, THREE.y, strict=True))
    ]
    return _html("Three houses, four features", ["", *heads, "price, $1000"], rows)


def _compared() -> str:
    plain = descend(THREE.moments, learning_rate=5e-7, iterations=0)
    scaled = descend(THREE.moments, learning_rate=0.5, iterations=0, scale=True)
    slow = [run.form.slowest_mode_iterations(FRACTION) for run in (plain, scaled)]
    rows = [
        ["condition number", f"{plain.condition:.2g}", f"{scaled.condition:.3g}"],
        ["largest stable rate", f"{plain.stable_below:.4g}", f"{scaled.stable_below:.3g}"],
        ["rate taken", "5e-07", "0.5"],
        ["cost after 10 steps", f"{plain.form.cost_at(10):,.0f}", f"{scaled.form.cost_at(10):.2g}"],
        ["steps for six digits of every parameter", f"{slow[0]:.2g}", f"{np.ceil(slow[1]):.0f}"],
    ]
    return _html("The three houses, as they are and standardised", ["", "as they are", "standardised"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "rows": _rows,
    "six": _six,
    "sweep": _sweep,
    "three": _three,
    "compared": _compared,
}
