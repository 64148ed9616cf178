"""The answer at one penalty, as a solution: what `fit(…, ridge=, lasso=)` and `solve(…, ridge=)` give.

    min J(w, b) + ridge/2 Σ (s_j w_j)² + lasso Σ |s_j w_j|

with s_j the spread of column j. It has no covariance: the pull towards zero is no error of the rows.
"""

from __future__ import annotations

import math

from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.penalties import elastic_net_path, ridge_path
from slopewise.solvers import exact
from slopewise.solvers.forms import residual_squares
from slopewise.solvers.solution import Solution


def check_penalties(ridge: float, lasso: float) -> bool:
    """Whether there is a penalty. Raises `ArgumentError` for one that is none.

    >>> check_penalties(0.0, 0.5)
    True
    >>> check_penalties(-1.0, 0.0)
    Traceback (most recent call last):
    slopewise.errors.ArgumentError: ridge=-1.0 is no penalty; give a finite number from 0 on
    """
    for name, value in (("ridge", ridge), ("lasso", lasso)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value >= 0):
            raise ArgumentError(f"{name}={value!r} is no penalty; give a finite number from 0 on")
    return ridge + lasso > 0


def described(ridge: float, lasso: float) -> str:
    """What the answer is called.

    >>> described(0.5, 0.0), described(0.0, 0.1), described(0.5, 0.1)
    ('ridge 0.5', 'lasso 0.1', 'elastic net, ridge 0.5 and lasso 0.1')
    """
    if ridge and lasso:
        return f"elastic net, ridge {ridge:g} and lasso {lasso:g}"
    return f"ridge {ridge:g}" if ridge else f"lasso {lasso:g}"


def shrunk(kept: Collected | Moments, ridge: float, lasso: float = 0.0, *, intercept: bool = True) -> Solution:
    """The penalised parameters of a state, in the user's units; all that needs a covariance is NaN.

    >>> shrunk(Moments.of([1.0, 2.0], [300.0, 500.0]), 1.0).coefficients.tolist()
    [100.0]
    """
    state = kept.moments if isinstance(kept, Collected) else kept
    has_intercept = kept.intercept if isinstance(kept, Collected) else intercept
    told = None if isinstance(kept, Collected) else intercept
    if lasso:
        strength = ridge + lasso
        path = elastic_net_path(kept, [strength], l1_ratio=lasso / strength, intercept=told)
    else:
        path = ridge_path(kept, [ridge], intercept=told)
    w, b = path.coefficients[0], float(path.intercepts[0])
    centre = state.body.mean() if has_intercept else None
    squares = float(residual_squares(state, w[None, :], centre)[0])
    return exact.solve(state, intercept=has_intercept).instead(b, w, squares)
