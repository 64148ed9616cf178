"""What each row does to the fit: residuals made comparable, and how far the answer moves without the row.

With e the residual, h the leverage, v the weight, r the rank and σ̂ on n − r degrees of freedom:

    standardised      e √v / (σ̂ √(1 − h))
    studentised       e √v / (σ̂₍ᵢ₎ √(1 − h)),   σ̂₍ᵢ₎² = (RSS − v e²/(1 − h)) / (n − r − 1)   (the row left out)
    Cook's distance   standardised² · h / ((1 − h) r)
    DFFITS            studentised · √(h / (1 − h))

A row of leverage 1 has none of them. Source: Cook & Weisberg (1982), *Residuals and Influence in Regression*, chapters
2 and 3; Belsley, Kuh & Welsch (1980), *Regression Diagnostics*, §2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slopewise.inference.geometry import Fitted
from slopewise.typing import Array, IntArray, Renumbering

if TYPE_CHECKING:
    import pyarrow as pa

ROUNDING = 1e-12
"""What rounding may leave of the other rows' variance, relative to that of all."""


class Influence(NamedTuple):
    """Arrays over m rows; NaN where a row has leverage 1, or no degrees of freedom are left."""

    std_residual: Array
    student_residual: Array
    cooks_d: Array
    dffits: Array


class Scale(NamedTuple):
    """What the residuals of a fit are measured by: `sigma` σ̂ in target units, `df_residual` n − r, and the `rank` r.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> scale = sw.fit("price ~ size", houses).diagnose(houses).drawn.scale
    >>> round(scale.sigma, 2), scale.df_residual, scale.rank
    (72.16, 4, 2)
    """

    sigma: float
    df_residual: int
    rank: int


def influence(rows: Fitted, scale: Scale) -> Influence:
    """The four figures of each row of a fit.

    >>> from slopewise.inference.geometry import Geometry
    >>> from slopewise.moments import Moments
    >>> from slopewise.solvers.exact import solve
    >>> x, y = np.array([1.0, 2.0, 3.0, 9.0]), np.array([1.0, 2.0, 3.0, 5.0])
    >>> state = Moments.of(x, y)
    >>> rows = Geometry.of(state, solve(state)).observed(np.arange(4), x[:, None], y)
    >>> influence(rows, Scale(0.556487, 2, 2)).cooks_d.round(3).tolist()
    [0.561, 0.003, 0.278, 24.833]
    """
    sigma, df_residual, rank = scale
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(rows.full, np.nan, 1 - rows.leverage)
        ratio = rows.leverage / left
        scaled = rows.scaled_residual / np.sqrt(left)
        standardised = scaled / sigma
        without = (df_residual * sigma**2 - scaled**2) / (df_residual - 1 if df_residual > 1 else np.nan)
        others = without > ROUNDING * sigma**2  # or else all other rows are fitted perfectly
        student = np.where(others, scaled / np.sqrt(np.maximum(without, 0.0)), np.copysign(np.inf, scaled))
        student = np.where(np.isnan(without) | (~others & (scaled == 0)), np.nan, student)
        return Influence(standardised, student, standardised**2 * ratio / rank, student * np.sqrt(ratio))


@dataclass(frozen=True, eq=False)
class Influential:
    """The rows with the largest Cook's distances: an accumulator that holds at most `limit` of them.

    `scale` is that of the fit; `keys` are columns that rows bring with them. `figures` maps row, fitted, residual,
    leverage, std_residual, student_residual, cooks_d and dffits to arrays, the largest Cook's distance first, and
    `table` holds the keys of the same rows.
    """

    limit: int
    scale: Scale
    keys: tuple[str, ...] = ()
    figures: dict[str, Array | IntArray] | None = None
    table: pa.Table | None = None

    def add(self, rows: Fitted) -> Influential:
        """These rows and those of one more block."""
        measure = rows.left_out**2 * rows.leverage  # Cook's distance times r σ̂²
        chosen = np.flatnonzero(measure >= self._least)
        if len(chosen) > self.limit:
            chosen = np.sort(chosen[np.argpartition(measure[chosen], -self.limit)[-self.limit :]])
        if not len(chosen):
            return self
        rows = rows.at(chosen)
        figures: dict[str, Array | IntArray] = {
            "row": rows.number,
            "fitted": rows.fitted,
            "residual": rows.residual,
            "leverage": rows.leverage,
        }
        figures |= influence(rows, self.scale)._asdict()
        table = None if rows.table is None else rows.table.select(self.keys)
        return self.merge(replace(self, figures=figures, table=table))

    @property
    def _least(self) -> float:
        """What a row must come to, lest those that are held are all before it; a little less, for rounding."""
        if self.figures is None or len(self.figures["row"]) < self.limit:
            return 0.0
        least = float(self.figures["cooks_d"][-1]) * self.scale.rank * self.scale.sigma**2
        return least * (1 - ROUNDING) if np.isfinite(least) else 0.0

    def merge(self, other: Influential) -> Influential:
        """The rows of both; of equal distances, the earlier row."""
        parts = [part for part in (self, other) if part.figures is not None]
        if not parts:
            return self
        figures = {
            name: np.concatenate([part.figures[name] for part in parts if part.figures]) for name in _names(parts)
        }
        chosen = np.lexsort((figures["row"], -np.nan_to_num(figures["cooks_d"], nan=-1.0)))[: self.limit]
        tables = [part.table for part in parts if part.table is not None]
        return replace(
            self, figures={name: values[chosen] for name, values in figures.items()}, table=_taken(tables, chosen)
        )

    def renumbered(self, numbers: Renumbering) -> Influential:
        """The same rows by other numbers, in the same order."""
        if self.figures is None:
            return self
        return replace(self, figures={**self.figures, "row": numbers(np.asarray(self.figures["row"]))})


def _names(parts: Sequence[Influential]) -> Sequence[str]:
    return tuple(parts[0].figures or ())


def _taken(tables: Sequence[pa.Table], rows: IntArray) -> pa.Table | None:
    import pyarrow as pa

    return pa.concat_tables(tables).take(rows) if tables else None
