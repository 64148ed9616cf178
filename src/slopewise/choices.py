"""The words that options take where several floors know them; light, so that the command line starts at once."""

from __future__ import annotations

from typing import Literal, TypeAlias

Precision: TypeAlias = Literal["auto", "double", "double-double", "exact"]
"""How cross-products are summed, see `slopewise.moments.Moments.of`."""
