"""`Survey`: the accumulator of the pass, a `ColumnSurvey` for each column and a sample of whole rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopewise.data.hashing import Hashes, mixed
from slopewise.survey.association import Association
from slopewise.survey.cells import Cells
from slopewise.survey.gaps import Gaps
from slopewise.survey.layout import Layout, Surveyed
from slopewise.survey.levels import Levels
from slopewise.survey.sample import Sample
from slopewise.survey.spelling import Spelling
from slopewise.survey.spread import Spread
from slopewise.typing import Array


@dataclass(frozen=True)
class ColumnSurvey:
    """What is known of one column after some rows; a part that does not apply to its kind stays empty.

    `fingerprint` is the sum modulo 2⁶⁴ of a hash of each row's number and value: columns that are equal in every row
    have the same, and others by chance only (1 in 10¹⁹). Of declared levels, `reference` is the first that occurs,
    behind its place among them.
    """

    type: str
    gaps: Gaps
    spread: Spread
    levels: Levels
    spelling: Spelling
    association: Association
    fingerprint: int
    reference: tuple[int, str] | None = None

    @classmethod
    def empty(cls, limit: int) -> ColumnSurvey:
        """No rows; `limit` is the number of distinct values to keep."""
        return cls("", Gaps(), Spread(), Levels.empty(limit), Spelling(), Association(), 0)

    @classmethod
    def of(cls, cells: Cells, rows: Hashes, limit: int, target: Array | None) -> ColumnSurvey:
        """One column of a block, whose row numbers have the hashes `rows` (m,)."""
        spread, levels, spelling, association = Spread(), Levels.empty(limit), Spelling(), Association()
        if cells.numbers is not None and cells.keys is not None:
            spread = Spread.of(cells.numbers, cells.first_row)
            levels = Levels.of_numbers(cells.keys if cells.present.all() else cells.keys[cells.present], limit)
        if cells.texts is not None:
            levels = Levels.of_texts(cells.texts, limit, target)
        if cells.strays is not None:
            fitting = int(np.count_nonzero(cells.present))
            spelling = Spelling.of_written(cells.written, cells.strays, fitting, cells.first_row)
        elif cells.kind == "text" and cells.texts is not None:
            spelling = Spelling.of_texts(cells.texts, cells.first_row)
        if target is not None and cells.kind != "other":
            x = cells.numbers if cells.numbers is not None else np.where(cells.present, 0.0, np.nan)
            association = Association.of(x, target)
        fingerprint = int(np.sum(mixed(cells.hashes() ^ rows), dtype=np.uint64))
        gaps = Gaps.of(cells.missing, cells.first_row)
        reference = None if cells.texts is None else cells.texts.first
        return cls(cells.type, gaps, spread, levels, spelling, association, fingerprint, reference)

    def merge(self, other: ColumnSurvey) -> ColumnSurvey:
        """The rows of both."""
        return ColumnSurvey(
            self.type or other.type,
            self.gaps.merge(other.gaps),
            self.spread.merge(other.spread),
            self.levels.merge(other.levels),
            self.spelling.merge(other.spelling),
            self.association.merge(other.association),
            (self.fingerprint + other.fingerprint) % 2**64,
            min((found for found in (self.reference, other.reference) if found is not None), default=None),
        )


@dataclass(frozen=True)
class Survey:
    """What is known of all columns of `layout` after `rows` rows.

    >>> from slopewise.data.source import open_source
    >>> source = open_source({"x": [1.0, None, 4.0]})
    >>> layout = Layout.of(source)
    >>> survey = Survey.empty(layout)
    >>> for block in source.blocks(layout.reads):
    ...     survey = survey.add(layout.prepare(block))
    >>> survey.rows, survey.columns[0].spread.mean, survey.columns[0].gaps.first
    (3, 2.5, (2,))
    """

    layout: Layout
    rows: int
    columns: tuple[ColumnSurvey, ...]
    sample: Sample

    @classmethod
    def empty(cls, layout: Layout) -> Survey:
        """No rows: the identity of `merge`."""
        columns = (ColumnSurvey.empty(layout.levels),) * len(layout.kinds)
        return cls(layout, 0, columns, Sample.empty(layout.rows, len(columns)))

    def add(self, block: Surveyed) -> Survey:
        """These rows and those of one more block."""
        layout = self.layout
        columns = tuple(
            ColumnSurvey.of(cells, block.hashes, layout.levels, None if name == layout.target else block.target)
            for name, cells in zip(layout.kinds, block.columns, strict=True)
        )
        sample = Sample.of(block.columns, block.hashes, layout.rows)
        return self.merge(Survey(layout, len(block.hashes), columns, sample))

    def merge(self, other: Survey) -> Survey:
        """The rows of both; associative and commutative, means and squares up to rounding."""
        pairs = zip(self.columns, other.columns, strict=True)
        return Survey(
            self.layout,
            self.rows + other.rows,
            tuple(mine.merge(theirs) for mine, theirs in pairs),
            self.sample.merge(other.sample),
        )
