"""`PenaltyPath`: the answers of ridge, lasso or elastic net along a path of penalties, and what chooses among them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.moments import Moments
from slopewise.solvers import exact
from slopewise.solvers.forms import residual_squares
from slopewise.solvers.penalty import Answers, Penalty, check_lambdas, undisturbed
from slopewise.solvers.standard import Standard, check_one
from slopewise.typing import Array, ArrayLike, BoolArray, IntArray

Criterion = Literal["aic", "aicc", "bic", "gcv"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)


@dataclass(frozen=True, eq=False, repr=False)
class PenaltyPath:
    """The minimisers for L penalties λ, in the order asked.

    | field              | shape  | meaning                                                                          |
    |--------------------|-------------------------------------------------------------------------------------------|
    | `lambdas`          | (L,)   | λ: lasso = λ·l1_ratio (in the target's unit), ridge = λ·(1 − l1_ratio)           |
    | `coefficients`     | (L, p) | in target units per feature unit, without the intercept; 0 for a constant column |
    | `intercepts`       | (L,)   | in the target's unit; 0 in a model without one                                   |
    | `df`               | (L,)   | degrees of freedom of the coefficients, the intercept not counted                |
    | `rss`              | (L,)   | Σ v (y − ŷ)²                                                                     |
    | `costs`            | (L,)   | J = rss / (2 Σv)                                                                 |
    | `objectives`       | (L,)   | J and the penalty                                                                |
    | `gaps`             | (L,)   | the duality gap: how far the objective can lie above its minimum, over J at zero |
    | `sweeps`           | (L,)   | sweeps of coordinate descent; 0 for ridge, which needs none                      |

    `penalty` is what was minimised beside J; `has_intercept`: whether there is an intercept. `rows` and `log_weight`
    are the state's n and Σ log v, `weight` its Σ v; `tss` is Σ v (y − ȳ)², or Σ v y² without an intercept; `spread`
    (p,) is that of each column, see `Standard`. The degrees of freedom are Σ d/(d + λ) for ridge, the number of
    coefficients that are not zero for the lasso, and the trace of the map from y to ŷ over these for the elastic net;
    unpenalised columns count 1 each.

    >>> import slopewise as sw
    >>> path = sw.ridge_path(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), [1.0, 0.0])
    >>> path.coefficients.tolist(), path.intercepts.tolist(), path.df.tolist(), path.rss.tolist()
    ([[100.0], [200.0]], [250.0, 100.0], [0.5, 1.0], [5000.0, 0.0])
    """

    lambdas: Array
    penalty: Penalty
    coefficients: Array
    intercepts: Array
    has_intercept: bool
    df: Array
    rss: Array
    costs: Array
    objectives: Array
    gaps: Array
    sweeps: IntArray
    spread: Array
    tss: float
    rows: int
    weight: float
    log_weight: float

    @property
    def l1_ratio(self) -> float:
        """The part of λ that is the lasso's."""
        return self.penalty.l1_ratio

    @property
    def nonzero(self) -> IntArray:
        """How many coefficients are not zero, (L,)."""
        return np.asarray(np.count_nonzero(self.coefficients, axis=1), dtype=np.int64)

    @property
    def r_squared(self) -> Array:
        """1 − rss/tss, (L,); NaN for a constant target."""
        return 1 - self.rss / (self.tss or math.nan)

    @property
    def converged(self) -> BoolArray:
        """Whether each gap is within the tolerance, (L,)."""
        return np.asarray(self.gaps <= self.penalty.limit)

    @property
    def status(self) -> Literal["converged", "not converged"]:
        """Whether every answer is within the tolerance of its minimum."""
        return "converged" if self.converged.all() else "not converged"

    @property
    def sentence(self) -> str:
        """What `status` means here, and what to do where it is not 'converged'."""
        worst = float(self.gaps.max())
        if self.status == "converged":
            return f"Every objective is within {worst:.1e} of its minimum, as a fraction of the cost at zero."
        left = np.flatnonzero(~self.converged)
        many = f"{len(left)} of {len(self.lambdas)} penalties" if len(left) > 1 else "one penalty"
        hint = "they are near the rounding of the cross-products; drop columns that others nearly determine"
        if (self.sweeps[left] >= self.penalty.max_sweeps).any():
            hint = f"max_sweeps={self.penalty.max_sweeps:,} was reached; raise it"
        return (
            f"For {many} (the first is {self.lambdas[left[0]]:.6g}) the duality gap is still above the tolerance, at "
            f"most {worst:.1e} of the cost at zero: {hint}."
        )

    @property
    def log_likelihood(self) -> Array:
        """The Gaussian log-likelihood at its maximum over σ, (L,), as R's `logLik` of `lm`."""
        with np.errstate(divide="ignore"):
            log_variance = np.log(self.rss / self.rows)
        return 0.5 * (self.log_weight - self.rows * (math.log(2 * math.pi) + 1 + log_variance))

    def criterion(self, by: Criterion = "bic") -> Array:
        """One figure a penalty, (L,), of which the least is best. With n rows and d = df + 1 for the intercept,

        "aic" −2 log L + 2c, "bic" −2 log L + c log n, "aicc" aic + 2c(c + 1)/(n − c − 1), all with c = d + 1 since σ
        is a parameter as R counts; "gcv" (rss/Σv) / (1 − d/n)², the mean square that leaving one row out would give if
        all rows had one leverage. Infinite where n leaves no room for the parameters. Raises `ArgumentError` for
        another word. Source: Hastie, Tibshirani & Friedman (2009), *The Elements of Statistical Learning*, 2nd ed.,
        §7.5, §7.7 and eq. 7.52.
        """
        if by not in CRITERIA:
            raise ArgumentError(f"by={by!r} is not one of {', '.join(map(repr, CRITERIA))}")
        n, d = self.rows, self.df + self.has_intercept
        c = d + 1
        if by == "gcv":
            room = 1 - d / n
            return np.where(room > 0, self.rss / self.weight / np.where(room > 0, room, 1.0) ** 2, np.inf)
        if by == "bic":
            return -2 * self.log_likelihood + math.log(n) * c
        aic = -2 * self.log_likelihood + 2 * c
        if by == "aic":
            return aic
        room = n - c - 1
        return np.where(room > 0, aic + 2 * c * (c + 1) / np.where(room > 0, room, 1.0), np.inf)

    def best(self, by: Criterion = "bic") -> float:
        """The λ of the least criterion; of several alike the largest, which is the simplest model.

        >>> state = Moments.of([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 2.0]], [1.0, 2.0, 3.0, 5.0])
        >>> path = penalty_path(state, Penalty(), [10.0, 1.0, 0.1, 0.001])
        >>> path.best("aic"), path.best("gcv")
        (0.001, 0.1)
        """
        values = self.criterion(by)
        return float(self.lambdas[values == values.min()].max())

    def place(self, lmbda: float) -> int:
        """Where λ stands among `lambdas`: the nearest on a logarithmic scale, if within rounding.

        Raises `ArgumentError` for a λ that the path does not have.
        """
        found = np.flatnonzero(np.isclose(self.lambdas, lmbda, rtol=1e-9, atol=0.0))
        if not len(found):
            near = self.lambdas[np.argmin(np.abs(self.lambdas - lmbda))]
            raise ArgumentError(
                f"the path has no λ = {lmbda:.6g}; the nearest is {near!r}: take it from .lambdas, or give lambdas=[…]"
            )
        return int(found[0])

    def __repr__(self) -> str:
        low, high = self.lambdas.min(), self.lambdas.max()
        count, p = self.coefficients.shape
        many = f"{count} penalties from {high:.4g} to {low:.4g}" if count > 1 else f"λ = {low:.4g}"
        return f"<{type(self).__name__} of {self.penalty.name}: {many}, {p} column{'s' * (p != 1)}, {self.status}>"


def penalty_path(
    moments: Moments,
    penalty: Penalty | None = None,
    lambdas: ArrayLike | None = None,
    *,
    intercept: bool = True,
) -> PenaltyPath:
    """Minimise J(w, b) + ridge/2 Σ f_j (s_j w_j)² + lasso Σ f_j |s_j w_j| for each λ, from the state alone.

    `lambdas` (L,) in any order; the answers come in the same one. The default grid has 100 values, log-spaced: with a
    lasso from λ_max, the smallest at which every penalised coefficient is zero, down to 10⁻⁴ λ_max (10⁻² where there
    are fewer rows than columns); for ridge, whose answers are never zero, from 100 down to 10⁻⁶ times the largest
    eigenvalue of the correlation matrix of the features. Raises `TooFewRows` without rows, `ShapeError` for a stack.

    >>> path = penalty_path(Moments.of([1.0, 2.0], [300.0, 500.0]), Penalty(l1_ratio=1.0), [100.0, 50.0, 0.0])
    >>> path.coefficients.ravel().tolist(), path.intercepts.tolist(), path.status
    ([0.0, 100.0, 200.0], [400.0, 250.0, 100.0], 'converged')
    """
    check_one(moments)
    chosen = penalty or Penalty()
    with undisturbed(moments.p):
        standard = Standard.of(moments, intercept=intercept, free=chosen.free(moments.p))
        given = chosen.grid(standard, int(moments.rows)) if lambdas is None else check_lambdas(lambdas)
        return described(
            moments, standard, chosen, given, solved(moments, standard, chosen, given, intercept), intercept
        )


def solved(
    moments: Moments, standard: Standard, penalty: Penalty, lambdas: Array, intercept: bool, *, degrees: bool = True
) -> Answers:
    """The answers of a stack (…), those at λ = 0 from the solver in double-double if all columns are independent.

    Elsewhere float64 does, since a penalty takes the worst of the condition away. Dependent columns have no single
    answer, and the one found stays.
    """
    answers = penalty.solve(standard, lambdas, degrees=degrees)
    zero = np.flatnonzero(lambdas == 0)
    if not len(zero) or standard.free or penalty.positive:
        return answers
    u, df, gap = answers.u.copy(), answers.df.copy(), answers.gap.copy()
    for k in np.ndindex(standard.weight.shape):
        solution = exact.solve(moments[k[0]] if k else moments, intercept=intercept)
        if not solution.dropped:
            spread = standard.spread[k]
            u[k][zero] = solution.coefficients * spread[:-1] / spread[-1]
            df[k][zero], gap[k][zero] = moments.p, 0.0
    return replace(answers, u=u, df=df, gap=gap)


def described(
    moments: Moments, standard: Standard, penalty: Penalty, lambdas: Array, answers: Answers, intercept: bool
) -> PenaltyPath:
    """The path that `answers` are, in the user's units, with its costs."""
    w, b = standard.to_user(answers.u)
    rss = residual_squares(moments, w, standard.mean if intercept else None)
    lasso_factors, ridge_factors = penalty.weights(standard)
    lasso, ridge = penalty.amounts(standard, lambdas)
    amount = lasso * (np.abs(answers.u) @ lasso_factors) + ridge / 2 * (answers.u**2 @ ridge_factors)
    costs = rss / (2 * standard.weight)
    return PenaltyPath(
        lambdas=lambdas,
        penalty=penalty,
        coefficients=w,
        intercepts=b,
        has_intercept=intercept,
        df=answers.df,
        rss=rss,
        costs=costs,
        objectives=costs + amount * standard.spread[-1] ** 2,
        gaps=answers.gap,
        sweeps=answers.sweeps,
        spread=standard.spread[:-1],
        tss=float((moments.centred if intercept else moments.raw)[-1, -1]),
        rows=int(moments.rows),
        weight=float(moments.weight),
        log_weight=float(moments.log_weight),
    )
