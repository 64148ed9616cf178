"""The frozen record of one fit: all that a view shows, computed once, with the names in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slopewise.inference.estimates import Estimates
from slopewise.inference.goodness import Goodness

SHOWN = 3  # rows that a sentence names


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows: `used` + `dropped` were read; `dropped_by` names the columns to blame.

    A row that misses two columns is dropped once and counted for both. Rows of weight zero count as neither.
    `first_missing` has the numbers of the first few rows in which each of those columns has nothing.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> model.rows.used, model.rows.dropped, model.rows.sentence()
    (6, 0, '6 rows used')
    """

    used: int
    dropped: int = 0
    dropped_by: Mapping[str, int] = field(default_factory=dict)
    first_missing: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: `used`, `dropped`, `dropped_by`, `first_missing`."""
        first = {name: list(rows) for name, rows in self.first_missing.items()}
        return {
            "used": self.used,
            "dropped": self.dropped,
            "dropped_by": dict(self.dropped_by),
            "first_missing": first,
        }

    def sentence(self) -> str:
        """What happened to the rows, in words.

        >>> RowCounts(2, 1, {"Garage.Yr.Blt": 1}, {"Garage.Yr.Blt": [3]}).sentence()
        '2 rows used, 1 dropped for missing values in Garage.Yr.Blt (1: row 3)'
        """
        used = f"{self.used:,} row{'' if self.used == 1 else 's'} used"
        if not self.dropped:
            return used
        worst = sorted(self.dropped_by.items(), key=lambda item: -item[1])
        shown = ", ".join(f"{name} ({count:,}{self._where(name)})" for name, count in worst[:5])
        more = f" and {len(worst) - 5} more columns" if len(worst) > 5 else ""
        return f"{used}, {self.dropped:,} dropped for missing values in {shown}{more}"

    def _where(self, name: str) -> str:
        rows = self.first_missing.get(name, ())
        if not rows:
            return ""
        more = ", …" * (self.dropped_by[name] > len(rows[:SHOWN]))
        return f": row{'s' * (len(rows) > 1)} {', '.join(f'{row:,}' for row in rows[:SHOWN])}{more}"


@dataclass(frozen=True)
class FitRecord:
    """What was asked (`formula`, `source`, `method`), of which rows, and the answer: read by every view.

    `target` is what is modelled, `rows` what became of the rows, `goodness` how well it fits. `names` are those of the
    parameters in `estimates`, the intercept first if there is one; `notes` are sentences for the reader, most
    important first. `uncertainty` says in a phrase what the standard errors allow for, "" for classical ones;
    `readings` say in sentences what the coefficients mean; `weighted` is whether rows had weights.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> record = model.record()
    >>> record.formula, record.method, record.names, record.goodness.nobs
    ('price ~ size', 'least squares', ('Intercept', 'size'), 6)
    """

    formula: str
    source: str
    method: str
    target: str
    names: tuple[str, ...]
    rows: RowCounts
    estimates: Estimates
    goodness: Goodness
    notes: tuple[str, ...]
    uncertainty: str = ""
    readings: tuple[str, ...] = ()
    weighted: bool = False
