"""The lesson's live pictures: which table, which views of it, and where descent stands at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slopewise.explored import of_arrays
from slopewise.learning.houses import ALMOST, GIVEN, SIX, THREE, TWO, Houses
from slopewise.views.explorer.pages import explorer


@dataclass(frozen=True)
class Live:
    """A table, the views and controls to show of it, what to look for, and the state at first."""

    houses: Houses
    views: Sequence[str]
    controls: Sequence[str]
    look: str
    start: Mapping[str, Any] = field(default_factory=dict)


BOTH = ("step", "rate")

PICTURES = {
    "line": Live(
        TWO, ["data"], [], "Drag the line by its ends until it meets both houses.", {"parameters": [100, 100]}
    ),
    "before": Live(
        TWO,
        ["data"],
        ["step"],
        "The line before the first step, and, at the other end of the scrubber, after the last.",
        {"learning_rate": 0.01, "k": 0},
    ),
    "errors": Live(
        SIX,
        ["data"],
        [],
        "Each stick is an error; as a square, its area is what that house adds. Tilt the line and watch the squares.",
        {"parameters": [-100, 200], "residuals": "squares"},
    ),
    "slice": Live(
        TWO,
        ["data", "slice"],
        [],
        "Drag the point along the parabola: the line turns with it.",
        {"parameters": [100, 100]},
    ),
    "landscape": Live(
        TWO,
        ["contours", "data", "bowl"],
        [],
        "One landscape, seen from above and from the side. Every point of it is a line: drag the point, and see which.",
        {"parameters": [0, 0]},
    ),
    "arithmetic": Live(
        TWO,
        ["arithmetic", "data"],
        ["step"],
        "One step with all of its numbers. Go on step by step, and check the gradient by differences.",
        {"learning_rate": 0.01, "parameters": [0, 0]},
    ),
    "walk": Live(
        TWO,
        ["contours", "bowl", "data", "curve"],
        BOTH,
        "Play, or go to any step at once.",
        {"learning_rate": 0.01, "costs": "linear", "span": "first"},
    ),
    "whole": Live(
        TWO,
        ["curve"],
        ["step"],
        "All ten thousand steps; on a logarithmic scale the two speeds show as two straight pieces.",
        {"learning_rate": 0.01, "k": 10_000, "costs": "log", "span": "whole"},
    ),
    "diverging": Live(
        TWO,
        ["contours", "curve"],
        BOTH,
        "Each step overshoots the valley by more than it was off before.",
        {"learning_rate": 0.8, "k": 4, "costs": "log"},
    ),
    "edge": Live(
        TWO,
        ["modes", "contours"],
        BOTH,
        "Move the rate past the best one and past the limit: the steep direction's bar changes sign, then grows.",
        {"learning_rate": ALMOST, "k": 12},
    ),
    "three": Live(
        THREE,
        ["curve", "predictions"],
        BOTH,
        "After the first hundred steps nothing seems to happen. Go to a hundred million.",
        {"learning_rate": 5e-7, "k": 1000},
    ),
    "given": Live(
        THREE,
        ["predictions"],
        [],
        "The three houses under the given parameters.",
        {"parameters": [GIVEN[1], *GIVEN[0]]},
    ),
    "modes": Live(
        THREE,
        ["modes"],
        BOTH,
        "One bar a direction: the steep one is done at once, the flat one has hardly begun.",
        {"learning_rate": 5e-7, "k": 1000},
    ),
    "scaling": Live(
        THREE,
        ["scaling"],
        ["step"],
        "The same descent as the data are, and standardised.",
        {"learning_rate": 0.5, "scale": True, "k": 10},
    ),
    "residuals": Live(
        SIX,
        ["data", "predictions"],
        [],
        "What is left over, house by house, under the best line.",
        {"learning_rate": 0.1, "k": 10**9, "against": "residuals"},
    ),
    "own": Live(
        SIX,
        [],
        [],
        "The whole explorer, with a table of your own if you like.",
        {"learning_rate": 0.1},
    ),
}


def live(name: str) -> str:
    """The live picture of that name, with what to look for, as HTML."""
    shown = PICTURES[name]
    payload = of_arrays(
        shown.houses.x, shown.houses.y, shown.houses.names, "price", shown.houses.source, dict(shown.start)
    )
    attributes = {}
    if shown.views:
        attributes = {"data-views": " ".join(shown.views), "data-controls": " ".join(shown.controls)}
    height = f"height-{min(len(shown.views), 3) or 'whole'}"
    return (
        f'<figure class="live {height}">{explorer(payload, attributes)}<figcaption>{shown.look}</figcaption></figure>'
    )
