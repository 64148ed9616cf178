"""R is the referee: the models of tests/data/r/inference.R, each with what R says of it.

Arrays over the coefficients are in R's order, with NaN where R gives nothing; `Case.place` turns them into ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import slopewise as sw
from slopewise.typing import Array, IntArray

FIGURES = Path(__file__).parents[1] / "data" / "r"


@dataclass(frozen=True, eq=False)
class Case:
    """One model: `formula` as slopewise writes it and `formula_r` as R does, and its `table` (a CSV file).

    `weights` is a column or None, `clusters` holds none, one or two columns. `names` are slopewise's of R's
    coefficients, in R's order, `names_r` R's own. `said` is the whole record, whose keys tests/data/r/README.md lists.
    """

    name: str
    formula: str
    formula_r: str
    table: Path
    weights: str | None
    clusters: tuple[str, ...]
    names: tuple[str, ...]
    names_r: tuple[str, ...]
    said: Mapping[str, Any]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Case:
        """The case of one record of inference.json."""
        return cls(
            name=record["name"],
            formula=record["formula"],
            formula_r=record["formula_r"],
            table=(FIGURES / record["table"]).resolve(),
            weights=record["weights"],
            clusters=tuple(record["clusters"]),
            names=tuple(record["names"]),
            names_r=tuple(record["names_r"]),
            said=record,
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def model(self) -> sw.LinearModel:
        """What slopewise fits to the same table, once."""
        return sw.fit(self.formula, str(self.table), weights=self.weights)

    def figure(self, *path: str | int) -> float:
        """One number of the record by the keys that lead to it, NaN for null: figure("goodness", "sigma")."""
        return float(self.array(*path))

    def array(self, *path: str | int) -> Array:
        """The numbers that the keys lead to, of whatever shape, NaN for null: array("robust", "HC3")."""
        found: Any = self.said
        for key in path:
            found = found[key]
        return np.array(found, dtype=float)

    def place(self, names: Sequence[str]) -> IntArray:
        """Where in R's order each of slopewise's `names` is, (k,): array("coefficients")[case.place(model.names)].

        Of a matrix M over the coefficients take M[np.ix_(place, place)]. Fails unless the names are the same.
        """
        if sorted(names) != sorted(self.names):
            raise AssertionError(f"{self.name} has the coefficients {list(names)}, where R has {list(self.names)}")
        return np.array([self.names.index(name) for name in names], dtype=np.int64)


def _read() -> tuple[dict[str, str], tuple[Case, ...]]:
    document = json.loads((FIGURES / "inference.json").read_text(encoding="utf-8"))
    return document["made_with"], tuple(Case.of(record) for record in document["cases"])


MADE_WITH, CASES = _read()
"""The versions of R and its packages, by name, and the models."""

BY_NAME: Mapping[str, Case] = {case.name: case for case in CASES}
