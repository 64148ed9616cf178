"""The criteria by which models of the same rows are chosen: −2 log-likelihood and a penalty, as R counts them.

    −2 ℓ = n (log 2π + 1 + log(RSS/n)) − Σ log v,    c = r + 1

with n rows, r the rank, and c the parameters, of which σ is one:

    AIC = −2ℓ + 2c      AICc = AIC + 2c(c + 1)/(n − c − 1)      BIC = −2ℓ + c log n

The penalty depends on the rank alone: of models with equally many parameters each criterion prefers the one with the
smallest residual sum of squares. Source: Burnham & Anderson (2002), *Model Selection and Multimodel Inference*, 2nd
ed., §2.2 and §2.4; Schwarz (1978), Annals of Statistics 6.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np

from slopewise.typing import Array, ArrayLike

Criterion: TypeAlias = Literal["aic", "aicc", "bic"]


def criterion(by: Criterion, rows: int, rss: ArrayLike, rank: ArrayLike, log_weight: float = 0.0) -> Array:
    """The criterion of models of `rows` rows with these residual sums of squares and ranks, arrays of one shape.

    −∞ for a perfect fit; ∞ for AICc where there are too few rows for it. `log_weight` is Σ f·log v.

    >>> criterion("aic", 4, [0.7], [2]).round(4).tolist(), criterion("bic", 4, [0.7], [2]).round(4).tolist()
    ([10.3796], [8.5385])
    """
    with np.errstate(divide="ignore"):
        logarithm = np.log(np.asarray(rss, dtype=np.float64) / rows)
    deviance = rows * (math.log(2 * math.pi) + 1 + logarithm) - log_weight
    return np.asarray(deviance + penalty(by, rows, rank))


def penalty(by: Criterion, rows: int, rank: ArrayLike) -> Array:
    """What the criterion adds to −2ℓ for models of these ranks.

    >>> penalty("aicc", 10, [2, 8]).tolist()
    [10.0, inf]
    """
    c = np.asarray(rank, dtype=np.float64) + 1
    if by == "bic":
        return np.asarray(math.log(rows) * c)
    if by == "aic":
        return 2 * c
    left = rows - c - 1
    with np.errstate(divide="ignore"):
        return np.where(left > 0, 2 * c + 2 * c * (c + 1) / np.maximum(left, 0.0), np.inf)
