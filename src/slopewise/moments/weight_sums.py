"""What is known of many weights once they have been read."""

from __future__ import annotations

from typing import NamedTuple


class WeightSums(NamedTuple):
    """Of weights v: whether all are positive, finite and not subnormal, Σ v, and Σ log v, which only then is right."""

    regular: bool
    total: float
    log_total: float
