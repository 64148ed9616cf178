"""`Spelling`: how many texts of a column spell numbers, and the first of those that do not.

Of a column whose cells should be numbers (or dates, or true and false) and were read as they stand: how many are, and
the first that are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slopewise.data.buffers import as_numpy
from slopewise.survey.cells import LONGEST, Texts
from slopewise.survey.gaps import FIRST
from slopewise.survey.written import spells_number
from slopewise.typing import BoolArray

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Spelling:
    """`fitting` cells are spelled as they should be and `strays` are not, the earliest `first`, as (row, text)."""

    fitting: int = 0
    strays: int = 0
    first: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of_texts(cls, texts: Texts, first_row: int) -> Spelling:
        """Which texts of one column of a block spell numbers."""
        spelled: BoolArray = as_numpy(spells_number(texts.levels)) if len(texts.levels) else np.zeros(0, dtype=np.bool_)
        stray = np.append(~spelled, False)[texts.codes]
        rows = np.flatnonzero(stray)[:FIRST]
        first = zip((rows + first_row).tolist(), texts.shown(texts.codes[rows]).tolist(), strict=True)
        return cls(int(texts.counts[spelled].sum()), int(np.count_nonzero(stray)), tuple(first))

    @classmethod
    def of_written(cls, written: pa.Array, strays: BoolArray, fitting: int, first_row: int) -> Spelling:
        """Cells as written, of which `fitting` are as they should be, and `strays` (m,) says which are not."""
        rows = np.flatnonzero(strays)[:FIRST].tolist()
        first = tuple((row + first_row, written[row].as_py()[:LONGEST]) for row in rows)
        return cls(fitting, int(np.count_nonzero(strays)), first)

    def merge(self, other: Spelling) -> Spelling:
        """The cells of both; associative and commutative."""
        first = tuple(sorted(self.first + other.first)[:FIRST])
        return Spelling(self.fitting + other.fitting, self.strays + other.strays, first)
