"""Ridge, lasso and elastic net of what was collected, with the names of its columns, and their cross-validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from slopewise.collected import Collected
from slopewise.errors import ArgumentError, suggest
from slopewise.moments import Moments
from slopewise.solvers.crossval import FoldErrors, cross_validated
from slopewise.solvers.penalised import Criterion, PenaltyPath, penalty_path
from slopewise.solvers.penalty import Penalty
from slopewise.typing import ArrayLike
from slopewise.views.path_text import crossval_text, path_text

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.figure import Figure

Kind: TypeAlias = Literal["ridge", "lasso", "elastic_net"]
Factors: TypeAlias = Mapping[str, float] | Sequence[float]
MARKED: tuple[Criterion, ...] = ("bic", "gcv")
"""The criteria that a path marks of its own accord."""

HALF = 0.5
"""The l1_ratio of an elastic net unless it is given."""


@dataclass(frozen=True, eq=False, repr=False)
class Path(PenaltyPath):
    """A path of penalised answers, as `slopewise.solvers.penalised.PenaltyPath` describes it, with names.

    `names` (p,) are those of `coefficients`; `target` is what is modelled; `moments` is the state it was made of.

    >>> import slopewise as sw
    >>> kept = sw.collect("price ~ size", {"size": [1.0, 2.0, 4.0], "price": [300.0, 500.0, 880.0]})
    >>> ridge_path(kept, [1.0, 0.0])
    <Path of ridge: 2 penalties from 1 to 0, 1 column, converged>
    """

    names: tuple[str, ...]
    target: str
    moments: Moments

    @classmethod
    def of(cls, found: PenaltyPath, names: tuple[str, ...], target: str, moments: Moments) -> Path:
        """`found` with names."""
        own = {field.name: getattr(found, field.name) for field in fields(PenaltyPath)}
        return cls(**own, names=names, target=target, moments=moments)

    def at(self, lmbda: float) -> dict[str, float]:
        """The coefficients at one λ by name, the intercept first; a λ that the path lacks is solved for from the state.

        >>> import slopewise as sw
        >>> path = ridge_path(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), [1.0, 0.5])
        >>> path.at(1.0), path.at(0.0)
        ({'Intercept': 250.0, 'x1': 100.0}, {'Intercept': 100.0, 'x1': 200.0})
        """
        path: PenaltyPath = self
        if not np.isclose(self.lambdas, lmbda, rtol=1e-9, atol=0.0).any():
            path = penalty_path(self.moments, self.penalty, [lmbda], intercept=self.has_intercept)
        k = path.place(lmbda)
        first = {"Intercept": float(path.intercepts[k])} if self.has_intercept else {}
        return first | dict(zip(self.names, path.coefficients[k].tolist(), strict=True))

    def chosen(self) -> dict[str, float]:
        """The λ of the least BIC and of the least generalised cross-validation error; see `criterion`."""
        return {by: self.best(by) for by in MARKED}

    def table(self) -> pa.Table:
        """One row for each λ and term: lambda term estimate df r_squared objective gap; the intercept is a term.

        >>> import slopewise as sw
        >>> ridge_path(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), [1.0]).table()["estimate"].to_pylist()
        [250.0, 100.0]
        """
        import pyarrow as pa

        first = self.intercepts[:, None] if self.has_intercept else np.empty((len(self.lambdas), 0))
        estimates = np.concatenate([first, self.coefficients], axis=1)
        terms = ["Intercept"] * self.has_intercept + list(self.names)
        columns: dict[str, Any] = {"lambda": np.repeat(self.lambdas, len(terms)), "term": terms * len(self.lambdas)}
        columns["estimate"] = estimates.ravel()
        figures = {"df": self.df, "r_squared": self.r_squared, "objective": self.objectives, "gap": self.gaps}
        columns |= {name: np.repeat(values, len(terms)) for name, values in figures.items()}
        return pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})

    def __str__(self) -> str:
        return path_text(self, self.names, self.target, self.chosen())

    def figure(self) -> Figure:
        """Coefficient times spread against log λ, with names; `slopewise.plots.save` writes it."""
        from slopewise.views.path_plots import penalty_paths

        return penalty_paths(self, names=self.names, target=self.target, chosen=self.chosen())


@dataclass(frozen=True, eq=False, repr=False)
class CrossValidated(FoldErrors):
    """The held-out errors of L penalties in k folds, and the `path` of all rows together, with names.

    `fold_errors` (k, L): mean squared errors e_i(λ), in the target's unit squared; `fold_weights` (k,): Σ v of each
    fold; `fold_gaps` (k, L): the duality gaps in the training states. Formulas: `slopewise.solvers.crossval`.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> kept = sw.collect("price ~ area + Overall.Qual", ames, folds=5)
    >>> found = sw.cross_validate(kept, "lasso", [100.0, 10_000.0])
    >>> found.best, found.folds, found.fold_errors.shape, round(found.at("best")["area"], 1)
    (100.0, 5, (5, 2), 58.6)
    """

    path: Path

    def at(self, lmbda: float | Literal["best", "one_se"] = "one_se") -> dict[str, float]:
        """The coefficients on all rows at a λ, or at the one that was chosen, by name, the intercept first.

        Raises `ArgumentError` for another word than "best" or "one_se".
        """
        if isinstance(lmbda, str):
            if lmbda not in ("best", "one_se"):
                raise ArgumentError(f"lmbda={lmbda!r} is neither a penalty nor 'best' or 'one_se'")
            return self.path.at(self.best if lmbda == "best" else self.one_se)
        return self.path.at(lmbda)

    def table(self) -> pa.Table:
        """One row for each λ: lambda mean std_error df nonzero, and chosen: 'best', 'one_se', both, or null."""
        import pyarrow as pa

        chosen = {self.one_se: "one_se", self.best: "best"} if self.best != self.one_se else {self.best: "best, one_se"}
        columns = {"lambda": self.lambdas, "mean": self.mean, "std_error": self.std_error, "df": self.path.df}
        marks = [chosen.get(value) for value in self.lambdas.tolist()]
        extra = {"nonzero": pa.array(self.path.nonzero), "chosen": pa.array(marks, pa.string())}
        return pa.table({**{name: pa.array(values) for name, values in columns.items()}, **extra})

    def __str__(self) -> str:
        return crossval_text(self, self.path.names, self.path.target)

    def figure(self) -> Figure:
        """The held-out error against log λ with its standard error; `slopewise.plots.save` writes it."""
        from slopewise.views.path_plots import cross_validation

        return cross_validation(self, target=self.path.target)


def ridge_path(
    kept: Collected | Moments,
    lambdas: ArrayLike | None = None,
    *,
    penalty_factors: Factors | None = None,
    standardize: bool = True,
    intercept: bool | None = None,
) -> Path:
    """Minimise J(w, b) + λ/2 Σ f_j (s_j w_j)² for each λ, from the state alone: ridge regression.

    J = 1/(2Σv) Σ v (w·x + b − y)²; s_j is the spread of feature j (population standard deviation; without an intercept
    the root of its mean square), or 1 unless `standardize`; the intercept is never penalised. scikit-learn's
    `Ridge` on standardised features has its penalty at λ times the number of rows.

    - `kept`: what `collect` gave, or bare moments, whose columns are called x1, x2, …
    - `lambdas` (L,): any order, 0 allowed. By default 100 values, log-spaced from 100 down to 10⁻⁶ times the largest
      eigenvalue of the features' correlation matrix.
    - `penalty_factors`: f_j, for all columns in order, or by the name of a term or coefficient (1 for the others);
      0 leaves it unpenalised.
    - `intercept`: only for bare moments, whether the model has one; it has unless False.

    Raises `ArgumentError`, `ShapeError` for arguments that do not fit, `TooFewRows` for a state without rows.
    Source: Hoerl & Kennard (1970), Technometrics 12(1); Hastie, Tibshirani & Friedman (2009), §3.4.1.

    >>> import slopewise as sw
    >>> path = ridge_path(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), [3.0, 1.0, 0.0])
    >>> path.coefficients.ravel().tolist(), path.intercepts.tolist()
    ([50.0, 100.0, 200.0], [325.0, 250.0, 100.0])
    """
    penalty: dict[str, Any] = {"standardize": standardize, "factors": penalty_factors}
    return _path(kept, lambdas, intercept, l1_ratio=0.0, **penalty)


def lasso_path(
    kept: Collected | Moments,
    lambdas: ArrayLike | None = None,
    *,
    positive: bool = False,
    penalty_factors: Factors | None = None,
    standardize: bool = True,
    tolerance: float = 1e-10,
    max_sweeps: int = 10_000,
    intercept: bool | None = None,
) -> Path:
    """Minimise J(w, b) + λ Σ f_j |s_j w_j| for each λ, from the state alone: the lasso. λ has the target's unit.

    By default 100 values of λ, log-spaced from the smallest at which every penalised coefficient is zero, down to 10⁻⁴
    times it (10⁻² with fewer rows than columns). `positive=True` keeps every coefficient from being negative. Each
    answer is one whose duality gap is at most `tolerance` times J at zero; where `max_sweeps` of coordinate descent do
    not get there, `status` and `sentence` say so. Other arguments and errors as for `ridge_path`. Source: Tibshirani
    (1996), JRSS B 58(1); Friedman, Hastie & Tibshirani (2010), Journal of Statistical Software 33(1).

    >>> import slopewise as sw
    >>> path = lasso_path(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), [100.0, 25.0])
    >>> path.coefficients.ravel().tolist(), path.status
    ([0.0, 150.0], 'converged')
    """
    penalty: dict[str, Any] = {"standardize": standardize, "factors": penalty_factors, "positive": positive}
    descent: dict[str, Any] = {"tolerance": tolerance, "max_sweeps": max_sweeps}
    return _path(kept, lambdas, intercept, l1_ratio=1.0, **penalty, **descent)


def elastic_net_path(
    kept: Collected | Moments,
    lambdas: ArrayLike | None = None,
    *,
    l1_ratio: float = HALF,
    positive: bool = False,
    penalty_factors: Factors | None = None,
    standardize: bool = True,
    tolerance: float = 1e-10,
    max_sweeps: int = 10_000,
    intercept: bool | None = None,
) -> Path:
    """Minimise J(w, b) + λ (1 − l1_ratio)/2 Σ f_j (s_j w_j)² + λ l1_ratio Σ f_j |s_j w_j| for each λ: the elastic net.

    l1_ratio 0 is ridge, 1 the lasso. glmnet divides the first of the two penalties by sd(y): its alpha and lambda are
    l1_ratio/(l1_ratio + (1 − l1_ratio) sd(y)) and λ times that denominator. Other arguments and errors as for
    `lasso_path`. Source: Zou & Hastie (2005), JRSS B 67(2), without the rescaling of its §3.2.

    >>> import slopewise as sw
    >>> state = sw.Moments.of([1.0, 2.0], [300.0, 500.0])
    >>> elastic_net_path(state, [50.0, 1.0], l1_ratio=0.5).coefficients.ravel().round(4).tolist()
    [5.7692, 132.6667]
    """
    penalty: dict[str, Any] = {"standardize": standardize, "factors": penalty_factors, "positive": positive}
    descent: dict[str, Any] = {"tolerance": tolerance, "max_sweeps": max_sweeps}
    return _path(kept, lambdas, intercept, l1_ratio=l1_ratio, **penalty, **descent)


def cross_validate(
    kept: Collected | Moments,
    penalty: Kind = "ridge",
    lambdas: ArrayLike | None = None,
    *,
    l1_ratio: float | None = None,
    positive: bool = False,
    penalty_factors: Factors | None = None,
    standardize: bool = True,
    tolerance: float = 1e-10,
    max_sweeps: int = 10_000,
    intercept: bool | None = None,
) -> CrossValidated:
    """The error of a whole path of penalties on held-out rows, from states of folds: nothing is read again.

    `kept` was collected with folds (`collect(…, folds=10)`), or is a stack of states, one a fold. For each fold the
    model is fitted to the merge of the others, standardised there, and its mean squared error on the fold follows
    exactly from the fold's own state. `penalty` is "ridge", "lasso" or "elastic_net" (with `l1_ratio`, 0.5 unless
    given); `lambdas` (L,) serve all folds, by default those of the path of all rows. Answers: `.mean`, `.std_error`,
    `.best` (the λ of the least mean), `.one_se` (the largest within one standard error of it), `.path`. Errors as for
    `lasso_path`, `ArgumentError` for a state without folds, `TooFewRows` for a fold without rows.
    Source: Hastie, Tibshirani & Friedman (2009), §7.10.

    >>> import numpy as np, slopewise as sw
    >>> x = np.arange(12.0)
    >>> folds = sw.Moments.stack([sw.Moments.of(x[i::3], 2 * x[i::3] + 1) for i in range(3)])
    >>> cross_validate(folds, "lasso", [1.0, 0.5, 0.0]).best
    0.0
    """
    if penalty not in get_args(Kind):
        raise ArgumentError(f"penalty={penalty!r} is not one of {', '.join(map(repr, get_args(Kind)))}")
    if penalty != "elastic_net" and l1_ratio is not None:
        raise ArgumentError(f"l1_ratio={l1_ratio!r} is for penalty='elastic_net'; {penalty} has it fixed")
    ratio = {"ridge": 0.0, "lasso": 1.0}.get(penalty, HALF if l1_ratio is None else l1_ratio)
    options = {"standardize": standardize, "positive": positive, "tolerance": tolerance, "max_sweeps": max_sweeps}
    states, names, target, has = _stack(kept, intercept)
    chosen = _penalty(kept, names, penalty_factors, l1_ratio=ratio, **options)
    found = cross_validated(states, chosen, lambdas, intercept=has)
    path = Path.of(found.path, names, target, states.pool())
    return CrossValidated(path, found.fold_errors, found.fold_weights, found.fold_gaps)


def _path(
    kept: Collected | Moments,
    lambdas: ArrayLike | None,
    intercept: bool | None,
    *,
    factors: Factors | None,
    **options: Any,
) -> Path:
    state, names, target, has = _state(kept, intercept)
    found = penalty_path(state, _penalty(kept, names, factors, **options), lambdas, intercept=has)
    return Path.of(found, names, target, state)


def _state(kept: Collected | Moments, intercept: bool | None) -> tuple[Moments, tuple[str, ...], str, bool]:
    """The state, the names of its columns and target, and whether the model has an intercept."""
    if isinstance(kept, Collected):
        if intercept not in (None, kept.intercept):
            raise ArgumentError(f"whether {kept.design.formula!r} has an intercept is said by the formula (+ 0)")
        return kept.moments, kept.names, kept.target, kept.intercept
    if not isinstance(kept, Moments):
        raise ArgumentError(f"a {type(kept).__name__} is not a state; make one with collect or Moments.of(X, y)")
    return kept, tuple(f"x{j + 1}" for j in range(kept.p)), "y", intercept is not False


def _stack(kept: Collected | Moments, intercept: bool | None) -> tuple[Moments, tuple[str, ...], str, bool]:
    """As `_state`, with a stack of one state a fold."""
    if isinstance(kept, Collected):
        if kept.keyed is None and kept.folds is None:
            raise ArgumentError(
                f"what was collected from {kept.source} has no folds to hold out; collect it with folds, as in "
                f"collect({kept.design.formula!r}, …, folds=10)"
            )
        return (kept.states, *_state(kept, intercept)[1:])
    answer = _state(kept, intercept)
    if not kept.weight.ndim:
        raise ArgumentError(
            "this is one state and has no folds to hold out; give a stack of one state a fold, as Moments.stack makes, "
            "or collect with folds=10"
        )
    return answer


def _penalty(kept: Collected | Moments, names: tuple[str, ...], factors: Factors | None, **options: Any) -> Penalty:
    if factors is None:
        return Penalty(**options)
    if not isinstance(factors, Mapping):
        return Penalty(factors=tuple(float(factor) for factor in factors), **options)
    terms = kept.coding.terms if isinstance(kept, Collected) else names
    known = {*terms, *names}
    for name in factors:
        if name not in known:
            raise ArgumentError(
                f"penalty_factors: no term or coefficient is called {name!r}; {suggest(name, [*known])}"
            )
    each = (factors.get(name, factors.get(term, 1.0)) for name, term in zip(names, terms, strict=True))
    return Penalty(factors=tuple(float(factor) for factor in each), **options)
