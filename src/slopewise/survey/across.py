"""What columns say about each other: equal in every row, or moving together."""

from __future__ import annotations

import numpy as np

from slopewise.survey.survey import Survey
from slopewise.typing import Array

TOGETHER = 0.999
"""The correlation from which two columns of numbers are said to move together."""

MOST_COLUMNS, MOST_ROWS = 300, 4_096  # of which all pairs are compared within about a second


def twins(survey: Survey) -> dict[str, str]:
    """For each column that equals an earlier one in every row, that one; of columns that vary."""
    first: dict[tuple[str, int], str] = {}
    found = {}
    for (name, kind), state in zip(survey.layout.kinds.items(), survey.columns, strict=True):
        if kind == "other" or state.levels.distinct < 2:
            continue
        earlier = first.setdefault((kind, state.fingerprint), name)
        if earlier != name:
            found[name] = earlier
    return found


def companions(survey: Survey) -> dict[str, tuple[str, float]]:
    """For each column of numbers that moves with an earlier one, that one and the correlation, in the sample."""
    kinds = list(survey.layout.kinds.items())
    places = [
        j for j, (_, kind) in enumerate(kinds) if kind in ("number", "date") and survey.columns[j].levels.distinct > 2
    ]
    if not 2 <= len(places) <= MOST_COLUMNS or len(survey.sample.number) < 3:
        return {}
    step = -(-len(survey.sample.number) // MOST_ROWS)
    values = np.stack([survey.sample.columns[j][::step] for j in places])
    correlation = np.tril(_pairwise(values.astype(np.float64)), -1)
    found = {}
    for row in np.flatnonzero((np.abs(correlation) >= TOGETHER).any(axis=1)).tolist():
        earlier = int(np.argmax(np.abs(correlation[row])))
        found[kinds[places[row]][0]] = (kinds[places[earlier]][0], float(correlation[row, earlier]))
    return found


def _pairwise(values: Array) -> Array:
    """Correlations of the rows of `values` (p, k), each pair over the columns where both are finite; else 0."""
    finite = np.isfinite(values)
    scale = np.max(np.abs(values), axis=1, where=finite, initial=0.0, keepdims=True)
    scaled = np.where(finite, values, 0.0) / np.where(scale > 0, scale, 1.0)
    scaled -= scaled.sum(axis=1, keepdims=True) / np.maximum(finite.sum(axis=1, keepdims=True), 1)
    x, there = np.where(finite, scaled, 0.0), finite.astype(np.float64)
    count = there @ there.T
    sums, squares, products = x @ there.T, (x * x) @ there.T, x @ x.T
    n = np.maximum(count, 1.0)
    variance = squares - sums * sums / n  # of the row's column over the pair's rows
    covariance = products - sums * sums.T / n
    enough = (count >= 3) & (variance > 1e-12 * squares) & (variance.T > 1e-12 * squares.T)
    bottom = np.sqrt(np.where(enough, variance * variance.T, 1.0))
    return np.where(enough, covariance / bottom, 0.0)
