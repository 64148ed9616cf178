"""What a survey found, as frozen records: all that its views read, in plain numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from slopewise.data.block import Kind

Role: TypeAlias = Literal["target", "number", "category", "date", "id", "constant", "empty", "refused"]
"""What a column would be to `fit`; an 'id' could be fitted, and should not be."""


TOPICS = {
    "refused": "What fit would refuse",
    "left out": "Leave out",
    "same": "Columns that say the same",
    "missing": "Missing values; fit leaves out rows that lack one",
    "code": "Perhaps codes that mean 'missing'",
    "spelled": "Text that spells numbers",
    "alike": "Levels that differ only in case or spaces",
    "many": "Many levels for the rows",
    "far": "Values far out",
    "log": "Leaning to the right, where log(…) is more even",
    "kinds": "Few whole values; if they name kinds, write C(…)",
    "even": "Nearly the same in every row",
    "rare": "Levels that occur in one row only",
}
"""What hints are about, most important first, and the headings over them."""


class Hint(NamedTuple):
    """Something worth a look: its `topic`, a figure in a few characters, `brief`, and a `text` to follow the name.

    >>> import slopewise as sw
    >>> sw.describe(sw.datasets.load("ames")).columns[2].hints[0].text
    'leans to the right (skewness 1.3): its logarithm, log(…), is more even'
    """

    topic: str
    brief: str
    text: str


class Level(NamedTuple):
    """A value as text, its `label`, the number of `rows` that hold it, and their `share` of the rows that hold any.

    >>> import slopewise as sw
    >>> top = sw.describe(sw.datasets.load("ames")).columns[2].top[0]
    >>> top.label, top.rows, round(top.share, 3)
    ('864', 41, 0.014)
    """

    label: str
    rows: int
    share: float


class Histogram(NamedTuple):
    """The `counts` (k,) of the values in the bins between consecutive `edges` (k + 1,), which are in the column's unit.

    >>> import slopewise as sw
    >>> found = sw.describe(sw.datasets.load("six_houses")).columns[0].histogram
    >>> found.edges[0], found.edges[-1], sum(found.counts)
    (1.0, 3.2, 6)
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


class Quantiles(NamedTuple):
    """The values `q05`, `q25`, `median`, `q75` and `q95` below which 5, 25, 50, 75 and 95 of 100 lie, in its unit.

    >>> import slopewise as sw
    >>> found = sw.describe(sw.datasets.load("six_houses")).columns[0].quantiles
    >>> found.q25, found.median, found.q75
    (1.775, 2.25, 2.875)
    """

    q05: float
    q25: float
    median: float
    q75: float
    q95: float


@dataclass(frozen=True)
class ColumnRecord:
    """One column. Dates are days since 1970-01-01 wherever a number stands, and booleans 0 and 1.

    `name`, `kind` and `type` are its name, what a formula takes it for, and the type of its file; `role`: what it can
    do in a model. Of numbers there are the least, `low`, and the largest, `high`, the `quantiles`, `mean` and
    `deviation` (the standard deviation with n − 1), how many are `zeros`, `negative` or `infinite`, and a `histogram`.

    `use` says what `fit` would do with the column, and `hints` what is worth a look. `count` values are there
    (infinite ones among them) and `missing` are not, in the rows `first_missing` first. `distinct` is exact or an
    estimate (see `slopewise.survey.levels`). The `top` values are the most frequent; their counts are
    estimated from the sample unless `distinct_exact`. `correlation` is Pearson's r with the target and `r_squared` the
    share of the target's variance that the column alone explains (r², or η² of a category), both over `paired` rows.
    What does not apply, or cannot be known, is None.

    >>> import slopewise as sw
    >>> size = sw.describe(sw.datasets.load("six_houses"), target="price").columns[0]
    >>> size.name, size.kind, size.count, size.low, size.high, round(size.mean, 3), round(size.correlation, 3)
    ('size', 'number', 6, 1.0, 3.2, 2.233, 0.938)
    """

    name: str
    kind: Kind
    type: str
    role: Role
    use: str
    hints: tuple[Hint, ...]
    count: int
    missing: int
    first_missing: tuple[int, ...]
    distinct: int | None = None
    distinct_exact: bool = True
    low: float | None = None
    high: float | None = None
    quantiles: Quantiles | None = None
    mean: float | None = None
    deviation: float | None = None
    zeros: int | None = None
    negative: int | None = None
    infinite: int | None = None
    top: tuple[Level, ...] = ()
    histogram: Histogram | None = None
    correlation: float | None = None
    r_squared: float | None = None
    paired: int | None = None

    @property
    def missing_share(self) -> float:
        """The share of rows without a value; 0 of none."""
        return self.missing / (self.count + self.missing) if self.missing else 0.0


@dataclass(frozen=True)
class SurveyRecord:
    """All columns of `source`, which has `rows` rows. `notes` are about the table as a whole.

    Quantiles, histograms and shapes come from `sampled` rows: all rows, or as many chosen at random, each with the same
    chance. `complete` is the share of these in which no column that `fit` could use lacks a value. With a target
    that varies, `formula` is one to begin with: all columns but those that cannot or should not be used.
    """

    source: str
    rows: int
    columns: tuple[ColumnRecord, ...]
    target: str | None
    sampled: int
    complete: float | None
    notes: tuple[str, ...]
    formula: str | None = None

    @property
    def rank_error(self) -> float:
        """Twice the standard error of a quantile's rank, 1/√n at most, as a share; 0 where all rows were looked at."""
        return 0.0 if self.sampled == self.rows else self.sampled**-0.5
