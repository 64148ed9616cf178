"""Linear hypotheses about the coefficients, written as equations, and their Wald test.

    "x1 = x2, x3 = 0"  ─►  Rθ = r        F = (Rθ̂ − r)ᵀ (R V Rᵀ)⁻¹ (Rθ̂ − r) / q

with q equations and V the covariance of θ̂, of whatever kind. F is compared with the F distribution on q and df degrees
of freedom. Source: Seber & Lee (2003), *Linear Regression Analysis*, 2nd ed., §4.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import special
from scipy.linalg import solve_triangular

from slopewise.errors import ArgumentError, FitError, FormulaError, ShapeError
from slopewise.inference.equations import CONSTANT, Equation, Reader, check_independent
from slopewise.numerals import probability
from slopewise.typing import Array

ROUNDING = 2.0**-48
"""What rounding may leave of a variance, relative to the variances that it is a sum and a difference of."""

RANK_DEFICIENT = 1e-9
"""The same where singularity is to be expected: more equations than degrees of freedom, as few clusters give."""


@dataclass(frozen=True, eq=False)
class Constraints:
    """The equations Rθ = r: `matrix` R (q, k), `values` r (q,), what each of them says, and the `names` (k,) of θ."""

    matrix: Array
    values: Array
    texts: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Test:
    """What the estimates say of q `hypotheses` Rθ = r at once, which are kept as they were written.

    `estimate` (q,): Rθ̂ − r, by how much each of them is missed, with its `std_error` (q,); `statistic` is F on `df` = q
    and `df_residual` degrees of freedom, and `p_value` its upper tail.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> found = model.test("size = 200")
    >>> found.hypotheses, round(found.statistic, 4), found.df, found.df_residual, round(found.p_value, 3)
    (('size = 200',), 0.0581, 1, 4, 0.821)
    """

    __test__ = False  # pytest takes a class of this name for one of its own

    hypotheses: tuple[str, ...]
    estimate: Array
    std_error: Array
    statistic: float
    df: int
    df_residual: float
    p_value: float

    @property
    def t(self) -> float:
        """The t statistic of a single hypothesis, whose square is F; NaN for several."""
        return float(self.estimate[0] / self.std_error[0]) if self.df == 1 else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, texts and lists, for JSON; `t` is None for several hypotheses."""
        return {
            "hypotheses": list(self.hypotheses),
            "estimate": self.estimate.tolist(),
            "std_error": self.std_error.tolist(),
            "statistic": self.statistic,
            "df": self.df,
            "df_residual": self.df_residual,
            "p_value": self.p_value,
            "t": self.t if self.df == 1 else None,
        }

    def __str__(self) -> str:
        missed = [
            f"{text}: off by {estimate:.6g} (standard error {error:.4g})"
            for text, estimate, error in zip(self.hypotheses, self.estimate, self.std_error, strict=True)
        ]
        freedom = f"{self.df_residual:,g} degree{'s' * (self.df_residual != 1)} of freedom"
        df = f"{freedom}, p {probability(self.p_value) or 'none'}"
        if self.df == 1:
            return f"{missed[0]}, t {self.t:.4g} on {df}"
        return "\n".join([f"F {self.statistic:.4g} on {self.df} and {df}, of", *(f"  {line}" for line in missed)])


def constraints(hypotheses: str | Sequence[str], names: Sequence[str]) -> Constraints:
    """The equations that a text, or several, states about the coefficients with these `names` (k,).

    Commas stand between equations: `"x1 = x2, x3 = 0"`. Sides are sums of coefficients, with numbers before or behind
    them: `"2*x1 - x2/3 + 1 = x3"`; `"x1 = x2 = 0"` is two equations, and without a sign of equality, `"area"`, all of
    it is to be 0. A coefficient is named as results name it, with its brackets and colons (`zone[T.RL]:area`,
    `poly(x, 2)[1]`), the longest name that fits; backticks may stand around any name, and must around one that is a
    number or begins with a sign.

    Raises `FormulaError`, which shows the place, for what is no equation, for a name that the model does not have, for
    products of names, and for an equation that follows from the others or contradicts them.

    >>> found = constraints("a = b, 2*(zone[T.RL] - 1) = b / 4", ["Intercept", "a", "b", "zone[T.RL]"])
    >>> found.matrix.tolist(), found.values.tolist()
    ([[0.0, 1.0, -1.0, 0.0], [0.0, 0.0, -0.25, 2.0]], [0.0, 2.0])
    """
    given = [hypotheses] if isinstance(hypotheses, str) else list(hypotheses)
    equations = [equation for text in given for equation in Reader(text, names).equations()]
    if not equations:
        raise ArgumentError("there is no hypothesis to test; write one such as 'x1 = x2' or 'x1 = 0, x2 = 0'")
    check_independent(equations, len(names))
    R, r = np.zeros((len(equations), len(names))), np.zeros(len(equations))
    for i, equation in enumerate(equations):
        for place, share in equation.form.items():
            if place == CONSTANT:
                r[i] = -_number(share, equation)
            else:
                R[i, place] = _number(share, equation)
    return Constraints(R, r, tuple(equation.text for equation in equations), tuple(names))


def wald(theta: Array, V: Array, constraints: Constraints, df: float) -> Test:
    """The F test of Rθ = r, for estimates `theta` (k,), their covariance `V` (k, k), and t tests on `df` degrees.

    NaN in `theta` or V is a coefficient that was not estimated. Columns may be in any units: everything is scaled
    before it is factorised. Raises `FitError` where a hypothesis names a coefficient that was not estimated, where
    there are no degrees of freedom, and where R V Rᵀ is singular: with clusters there are no more hypotheses to test
    at once than clusters less one.

    >>> found = constraints("a = 1, b = 0", ["a", "b"])
    >>> test = wald(np.array([2.0, 1.0]), np.array([[1.0, 0.0], [0.0, 0.25]]), found, df=20)
    >>> test.statistic, round(test.p_value, 4)
    (2.5, 0.1074)
    >>> print(wald(np.array([2.0, 1.0]), np.eye(2), constraints("a = b", ["a", "b"]), df=20))
    a = b: off by 1 (standard error 1.414), t 0.7071 on 20 degrees of freedom, p 0.488
    """
    R, q = constraints.matrix, len(constraints.values)
    if V.shape != (len(theta), len(theta)) or R.shape[1] != len(theta):
        raise ShapeError(
            f"theta has shape {theta.shape}, V {V.shape} and R {R.shape}; they must be (k,), (k, k), (q, k)"
        )
    used = np.flatnonzero(R.any(axis=0))
    if not df > 0:
        raise FitError("there is nothing to test with: no degrees of freedom are left; fit more rows, or fewer terms")
    _check_estimated(theta, V, used.tolist(), constraints)
    products = R[:, used] * theta[used]
    estimate = np.array([math.fsum([*row, -value]) for row, value in zip(products, constraints.values, strict=True)])
    u, std_error, singular = decorrelated(estimate, R[:, used], V[np.ix_(used, used)], RANK_DEFICIENT * (q > df))
    if singular is not None:
        raise _singular(singular, constraints, df, negative=bool((np.diagonal(V)[used] < 0).any()))
    F = float(u @ u) / q
    t = float(estimate[0] / std_error[0])
    p_value = 2 * special.stdtr(df, -abs(t)) if q == 1 else special.fdtrc(q, df, F)
    return Test(constraints.texts, estimate, std_error, F, q, df, float(p_value))


def decorrelated(values: Array, R: Array, V: Array, least: float = 0.0) -> tuple[Array, Array, int | None]:
    """u = L⁻¹ `values` (q,) with L Lᵀ = R V Rᵀ, and the standard errors (q,), for `R` (q, k) and `V` (k, k).

    The sum of squares of the first j of u is the Wald statistic of the first j equations alone. The last result is the
    place of the first equation whose variance, given those before it and relative to its own, is no more than rounding
    could have left, or than `least`; or None.

    >>> u, std_error, singular = decorrelated(np.array([3.0, 4.0]), np.eye(2), np.diag([1.0, 4.0]))
    >>> u.tolist(), std_error.tolist(), singular
    ([3.0, 2.0], [1.0, 2.0], None)
    """
    variances = np.diagonal(V)
    spread = np.sqrt(np.where(variances > 0, variances, 1.0))
    B = R * spread
    size = np.abs(B).max(axis=1)
    B = B / size[:, None]
    C = V / spread[:, None] / spread
    A = B @ ((C + C.T) / 2) @ B.T  # the halves of a computed matrix may differ
    own, whole = np.diagonal(A), np.abs(B).sum(axis=1) ** 2
    if (empty := ~(own > ROUNDING * whole)).any():
        return values, size * np.sqrt(np.maximum(own, 0.0)), int(np.argmax(empty))
    root = np.sqrt(own)
    floor = len(values) * ROUNDING * whole / own
    L, singular = _cholesky(A / root[:, None] / root, np.maximum(floor, least))
    if singular is not None:
        return values, size * root, singular
    u: Array = solve_triangular(L, values / (size * root), lower=True)
    return u, size * root, None


def _cholesky(A: Array, floor: Array) -> tuple[Array, int | None]:
    """L (q, q) with A = LLᵀ, and None; or the place of the first pivot that is not above its floor (q,)."""
    A, L = A.copy(), np.zeros_like(A)
    for j in range(len(A)):
        if not A[j, j] > floor[j]:
            return L, j
        L[j:, j] = A[j:, j] / np.sqrt(A[j, j])
        A[j + 1 :, j + 1 :] -= np.outer(L[j + 1 :, j], L[j + 1 :, j])
    return L, None


def _number(share: Fraction, equation: Equation) -> float:
    try:
        if number := float(share):
            return number
    except OverflowError:
        pass
    reason = "the numbers here multiply to more, or to less, than a float holds"
    raise FormulaError(reason, equation.source, equation.position)


def _check_estimated(theta: Array, V: Array, used: Sequence[int], given: Constraints) -> None:
    for j in used:
        if np.isnan(theta[j]):
            name = given.names[j] if given.names else f"coefficient {j + 1}"
            raise FitError(
                f"{name} was left out of the fit, as other columns determine it: no hypothesis about it can be tested; "
                "take it out of the hypotheses, or fit without the columns that it equals"
            )
        if not np.isfinite(V[j, j]):
            raise FitError(
                "the coefficients have no standard errors, so there is nothing to test with; fit exactly, "
                "and more rows than there are parameters"
            )


def _singular(place: int, given: Constraints, df: float, *, negative: bool) -> FitError:
    text, q = given.texts[place], len(given.texts)
    if q > df:
        why = f"the covariance matrix has room for {df:g} at once where clusters are counted, and these are {q}"
    elif negative:
        return FitError(
            f"{text!r} cannot be tested: by two columns of clusters a variance comes out negative; cluster by one of "
            "them"
        )
    elif place:
        why = "given those before it, it has no variance beyond rounding"
    else:
        why = "its estimate has no variance: the fit is perfect there"
    return FitError(f"{text!r} cannot be tested{' with the others' * bool(place)}: {why}; test fewer hypotheses")
