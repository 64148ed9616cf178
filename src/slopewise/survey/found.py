"""`Found`: one column as the pass has left it, and the few questions that advice asks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slopewise.data.block import Kind
from slopewise.survey.figures import shown
from slopewise.survey.record import Quantiles
from slopewise.survey.survey import ColumnSurvey
from slopewise.survey.written import SPELLED
from slopewise.typing import Array

ENOUGH = 20
"""Rows from which values that never repeat are no accident."""

_NUMBER = re.compile(SPELLED)
_NAMES_A_KEY = re.compile(r"(?:^|[^a-z])(?:id|pid|uid|uuid|guid|key|index)$|(?-i:(?<=[a-z])I[dD]$)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """The state of one column and, of numbers and dates, the sampled finite `values` (k,), sorted; their quantiles."""

    name: str
    kind: Kind
    state: ColumnSurvey
    values: Array
    quantiles: Quantiles | None

    @property
    def count(self) -> int:
        """The number of values that are there."""
        return self.state.gaps.rows - self.state.gaps.missing

    @property
    def each_once(self) -> bool:
        """Whether no value occurs twice, as far as they are known."""
        return self.count >= ENOUGH and bool((self.state.levels.counts == 1).all())

    @property
    def is_key(self) -> bool:
        """Whether the values tell rows apart and nothing else.

        Texts do if each occurs once; so do whole numbers that besides lie close together or bear the name of a key.
        """
        if self.kind == "text":
            return self.each_once
        spread = self.state.spread
        if not (self.kind == "number" and spread.whole and self.each_once):
            return False
        return spread.high - spread.low < 1.5 * self.count or bool(_NAMES_A_KEY.search(self.name))

    @property
    def is_declared(self) -> bool:
        """Whether the source declares the levels: a category, whatever its texts look like."""
        return self.state.reference is not None

    @property
    def mostly_numbers(self) -> bool:
        """Whether some texts, but fewer than half of the distinct ones, spell no number: no category, to `fit`."""
        if self.is_declared:
            return False
        labels = self.state.levels.labels.tolist()
        strays = sum(not _NUMBER.fullmatch(label.strip()) for label in labels)
        return 0 < 2 * strays < len(labels)

    def label(self, place: int) -> str:
        """A value as a sentence quotes it."""
        label = self.state.levels.labels[place]
        return repr(label) if isinstance(label, str) else shown(float(label), self.kind)
