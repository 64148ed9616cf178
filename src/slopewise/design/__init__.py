"""Formula → terms → `Design`; a block becomes `Rows`; the coding of categories is chosen after the pass."""

from slopewise.design.coding import Coding
from slopewise.design.design import Design
from slopewise.design.gathered import Gathered
from slopewise.design.rows import ColumnKey, Predictors, Rows

__all__ = ["Coding", "ColumnKey", "Design", "Gathered", "Predictors", "Rows"]
