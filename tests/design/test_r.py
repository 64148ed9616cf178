"""R is the referee: `model.matrix` for the formulas of tests/data/r, column by column.

Names differ (R writes `fq:gv`, we write `f[T.q]:g[T.v]`), so that columns are compared by their place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pytest

from slopewise.data.block import Block
from slopewise.data.columns import kind_of
from slopewise.design import Design, Gathered
from slopewise.typing import Array

FIGURES = Path(__file__).parents[1] / "data" / "r"
RECORDS: dict[str, dict[str, Any]] = {
    record["formula"]: record for record in json.loads((FIGURES / "model_matrix.json").read_text(encoding="utf-8"))
}

OTHER_ORDER = {"a:f %in% g", "g + f:g"}
"""R orders the factors of an interaction as the formula first names them anywhere: the columns are in another order."""

ONE_TOO_MANY = {"f:g", "g %in% f", "C(n):g", "a + C(f, contr.sum):C(g, contr.sum):a"}
"""R keeps all levels of both factors beside the constant that they add up to; `lm` then finds one column collinear."""

ONE_TOO_FEW = {"a:(b + f)^2"}
"""R codes f in a:f by contrasts though no term a comes before it, and so leaves out what its own rule keeps."""


def ours_and_theirs(formula: str) -> tuple[Array, Array]:
    table = pyarrow.csv.read_csv(FIGURES / "table.csv")
    design = Design.of(f"y ~ {formula}", {field.name: kind_of(field.type) for field in table.schema})
    parts = [design.prepare(Block(table.slice(start, 8), start + 1)) for start in (0, 8, 16)]
    gathered = Gathered.empty(design)
    for part in parts:
        gathered = gathered.add(part)
    coding = design.code(gathered.keys)
    coded = np.vstack([coding.matrix(part, bases=gathered.bases) for part in parts])
    assert len(set(coding.names)) == len(coding.names) == coded.shape[1]
    moments = coding.apply(gathered.moments)
    np.testing.assert_allclose(moments.raw[:-1, :-1], coded.T @ coded, rtol=1e-11, atol=1e-11)
    constant = np.ones((table.num_rows, int(coding.intercept)))
    return np.hstack([constant, coded]), np.array(RECORDS[formula]["columns"]).T


@pytest.mark.parametrize("formula", sorted(RECORDS.keys() - OTHER_ORDER - ONE_TOO_MANY - ONE_TOO_FEW))
def test_the_matrix_is_that_of_r(formula: str) -> None:
    ours, theirs = ours_and_theirs(formula)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("formula", sorted(OTHER_ORDER))
def test_the_columns_are_those_of_r_in_another_order(formula: str) -> None:
    ours, theirs = (matrix[:, np.lexsort(matrix)] for matrix in ours_and_theirs(formula))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("formula", "surplus"), [(f, 1) for f in sorted(ONE_TOO_MANY)] + [(f, -1) for f in sorted(ONE_TOO_FEW)]
)
def test_where_r_departs_from_its_own_rule(formula: str, surplus: int) -> None:
    ours, theirs = ours_and_theirs(formula)
    both = np.hstack([ours, theirs])
    assert np.linalg.matrix_rank(both) == np.linalg.matrix_rank(ours) == ours.shape[1]
    assert theirs.shape[1] - ours.shape[1] == surplus
    assert (np.linalg.matrix_rank(theirs) == ours.shape[1]) == (surplus > 0)


def test_the_list_is_long() -> None:
    assert len(RECORDS) >= 120
