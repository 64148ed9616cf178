"""The lesson's still pictures as SVG, drawn from the engine's figures in colours that follow the page's theme."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from slopewise.learning.houses import SWEEP, TWO
from slopewise.numerals import typeset
from slopewise.objective.quadratic import compute_cost, compute_gradient
from slopewise.solvers.descent import descend

WIDTH, HEIGHT = 680, 360
LEFT, RIGHT, TOP, BOTTOM = 76, 22, 36, 54
APART = 19  # from the foot of one name to that of the next


@dataclass(frozen=True)
class Axis:
    """From values to places between two ends of a picture, on a linear or a logarithmic scale."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = (
            (math.log10(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return self.start + (at - low) / (high - low) * (self.end - self.start)


def picture(name: str) -> str:
    """The picture of that name with its caption, as HTML."""
    return PICTURES[name]()


def _figure(parts: Sequence[str], label: str, caption: str) -> str:
    return (
        f'<figure><div class="wide" tabindex="0" role="region" aria-label="{html.escape(label)}">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(label)}">{"".join(parts)}</svg></div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _axes(x: Axis, y: Axis, xs: Sequence[float], ys: Sequence[float], titles: tuple[str, str]) -> list[str]:
    """Grid lines with their numbers, and what the axes are."""
    parts = []
    for value in xs:
        at = f"{x(value):.1f}"
        parts.append(f'<path class="grid" d="M{at} {y.start}V{y.end}"/>')
        parts.append(f'<text class="tick" x="{at}" y="{y.start + 20}" text-anchor="middle">{_number(value)}</text>')
    for value in ys:
        at = f"{y(value):.1f}"
        parts.append(f'<path class="grid" d="M{x.start} {at}H{x.end}"/>')
        parts.append(
            f'<text class="tick" x="{x.start - 8}" y="{float(at) + 4:.1f}" text-anchor="end">{_number(value)}</text>'
        )
    parts.append(f'<text x="{(x.start + x.end) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{titles[0]}</text>')
    parts.append(f'<text x="{x.start}" y="{y.end - 14}">{titles[1]}</text>')
    return parts


def _number(value: float) -> str:
    plain = value == 0 or 0.1 <= abs(value) < 1e5
    return typeset(f"{value:,g}" if plain else f"{value:.0e}").replace("1×", "")


def _line(points: Sequence[tuple[float, float]], style: str) -> str:
    return f'<path class="{style}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>'


def _tangents() -> str:
    """J against w at b = 100, with its slope in three places."""
    state = TWO.moments
    x, y = Axis(0, 400, LEFT, WIDTH - RIGHT), Axis(0, 50_000, HEIGHT - BOTTOM, TOP)
    parts = _axes(x, y, range(0, 401, 100), range(0, 50_001, 10_000), ("w, with b held at 100", "the cost J"))
    ws = np.linspace(0, 400, 81).tolist()
    parts.append(_line([(x(w), y(compute_cost(state, w, 100.0))) for w in ws], "curve"))
    for w, dx, anchor in ((100.0, -14, "end"), (200.0, 0, "middle"), (300.0, 14, "start")):
        cost, (slope, _) = compute_cost(state, w, 100.0), compute_gradient(state, w, 100.0)
        ends = [(x(w + d), y(cost + float(slope) * d)) for d in (-48, 48)]
        parts.append(_line(ends, "tangent"))
        parts.append(f'<circle class="dot" cx="{x(w):.1f}" cy="{y(cost):.1f}" r="5"/>')
        told = "slope " + typeset(f"{float(slope):.0f}")
        below = -32 if slope == 0 else 20
        at = f'x="{x(w) + dx:.1f}" y="{y(cost) + below:.1f}"'
        parts.append(f'<text class="note" {at} text-anchor="{anchor}">{told}</text>')
    label = "The cost of the two houses against w, with tangents at 100, 200 and 300"
    return _figure(parts, label, "The cost is a parabola in w. Its slope says which way is down, and how steeply.")


def _rates() -> str:
    """Steps to a millionth of the error along the slowest direction, against the learning rate."""
    state = TWO.moments
    analysis = descend(state, iterations=0)
    best, limit = analysis.best_rate, analysis.stable_below
    x, y = Axis(0, 0.8, LEFT, WIDTH - RIGHT), Axis(100, 1e5, HEIGHT - BOTTOM, TOP, log=True)
    parts = _axes(x, y, (0, 0.2, 0.4, 0.6, 0.8), (100, 1e3, 1e4, 1e5), ("learning rate α", "steps to six digits"))
    for rate, style, label, anchor, dx in (
        (best, "mark", f"best, {best:.4f}", "end", -6),
        (limit, "limit", f"limit, {limit:.4f}", "start", 6),
    ):
        parts.append(f'<path class="{style}" d="M{x(rate):.1f} {y.start}V{y.end}"/>')
        parts.append(f'<text class="note" x="{x(rate) + dx:.1f}" y="{TOP + 14}" text-anchor="{anchor}">{label}</text>')
    rates = [*np.geomspace(0.0024, best, 80).tolist(), *(limit - np.geomspace(limit - best, 5e-5, 40)).tolist()]
    steps = [descend(state, learning_rate=rate, iterations=0).form.slowest_mode_iterations(1e-6) for rate in rates]
    curve = [(x(rate), y(many)) for rate, many in zip(rates, steps, strict=True) if many <= 1e5]
    parts.append(_line(curve, "curve"))
    label = "How many steps the slowest direction takes to a millionth, against the learning rate"
    caption = (
        "Longer steps arrive sooner only up to the best rate. Beyond it they overshoot; at the limit none arrives."
    )
    return _figure(parts, label, caption)


def _sweep() -> str:
    """Learning curves of the sweep, each named where it leaves the picture."""
    x, y = Axis(1, 1000, LEFT, WIDTH - RIGHT - 52, log=True), Axis(1e-4, 1e7, HEIGHT - BOTTOM, TOP, log=True)
    parts = _axes(x, y, (1, 10, 100, 1000), (1e-4, 1e-2, 1, 1e2, 1e4, 1e6), ("steps taken", "the cost J"))
    ends = []
    for place, rate in enumerate(SWEEP):
        run = descend(TWO.moments, learning_rate=rate, iterations=1000, tolerance=0.0)
        steps = [k for k in np.unique(np.geomspace(1, 1000, 120).astype(int)).tolist() if k <= run.iterations]
        shown = [(x(k), y(run.costs[k])) for k in steps if 1e-4 <= run.costs[k] <= 1e7]
        parts.append(_line(shown, f"curve series-{place}"))
        ends.append((*shown[-1], f"{rate:g}"))
    parts += _beside(ends, x.end)
    label = "The cost against the steps taken, at seven learning rates"
    return _figure(parts, label, "One curve a rate. Those up to 0.3 fall; the one at 1 leaves the picture upwards.")


def _beside(ends: Sequence[tuple[float, float, str]], edge: float) -> list[str]:
    """A name at the end of each curve: beside the picture for those that reach its edge, no two on one place."""
    parts, lowest = [], 0.0
    for x, y, name in sorted(ends, key=lambda end: end[1]):
        at_edge = x > edge - 1
        if at_edge:
            lowest = max(y + 4, lowest + APART)
        place = f'x="{x + 6:.1f}" y="{lowest if at_edge else max(y - 4, TOP + 12):.1f}"'
        parts.append(f'<text class="note" {place}>{name}</text>')
    return parts


PICTURES: dict[str, Callable[[], str]] = {"tangents": _tangents, "rates": _rates, "sweep": _sweep}
