"""`Answer`: a fit and all that follows from its state alone: figures, tests and tables, without a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from slopewise.collected import Collected
from slopewise.effects import Averages, average_predictions, average_slopes
from slopewise.errors import FitError
from slopewise.inference.collinearity import Inflation, vif
from slopewise.inference.covariance import Covariance
from slopewise.inference.digits import digits
from slopewise.inference.estimates import Estimates, covariance, estimates, parameter_block
from slopewise.inference.geometry import Geometry
from slopewise.inference.goodness import Goodness, goodness
from slopewise.inference.hypotheses import Test, constraints, wald
from slopewise.inference.record import FitRecord, RowCounts
from slopewise.inference.variance_tables import TermTable, type_two, type_two_wald
from slopewise.moments import Moments
from slopewise.notes import notes
from slopewise.readings import readings
from slopewise.saved import versions
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

if TYPE_CHECKING:
    import pyarrow as pa

LEAST_SQUARES = "least squares"
PENALISED = ("ridge ", "lasso ", "elastic net,")
"""How the methods begin of answers that a penalty shrank."""


@dataclass(frozen=True, eq=False)
class Answer:
    """The parameters of ŷ = b + w·x, and how sure they are.

    `kept`: the design and the moments; `solution`: the parameters, by position; `method`: how they were found;
    `made_with`: the versions that computed them, by name, in which equal models may differ; `robust`: the covariance of
    the coefficients where it is not the classical one; `furthest`: the largest leverage of the rows that were looked
    at, where these are no longer at hand. `LinearModel` is one, and predicts.
    """

    kept: Collected
    solution: Solution
    method: str = LEAST_SQUARES
    made_with: Mapping[str, str] = field(default_factory=versions)
    robust: Covariance | None = None
    furthest: float | None = None

    @property
    def formula(self) -> str:
        """The formula as it was written."""
        return self.kept.design.formula

    @property
    def target(self) -> str:
        """What is modelled: 'price', 'log(price)'."""
        return self.kept.target

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all k parameters, the intercept first if there is one."""
        return ("Intercept",) * self.solution.has_intercept + self.kept.names

    @property
    def moments(self) -> Moments:
        """The state of the coded columns, the target last."""
        return self.kept.moments

    @property
    def rows(self) -> RowCounts:
        """How many rows were used and dropped, and because of which columns."""
        return self.kept.rows

    @property
    def coefficients(self) -> Mapping[str, float]:
        """Parameters by name, the intercept first, in target units per feature unit; NaN for a dropped column."""
        w = self.solution.coefficients.tolist()
        values = [self.solution.intercept, *w] if self.solution.has_intercept else w
        return dict(zip(self.names, values, strict=True))

    @cached_property
    def covariance(self) -> Covariance:
        """What standard errors, tests and intervals assume of the errors, and the figures that follow from it."""
        return self.robust or Covariance.classical(self.moments, self.solution)

    @cached_property
    def _geometry(self) -> Geometry:
        return Geometry.of(self.moments, self.solution)

    @cached_property
    def _goodness(self) -> Goodness:
        trusted = digits(self.moments, self.solution) if self._is_exact else None
        robust = None if self.robust is None else (self._geometry, self.robust)
        return goodness(self.moments, self.solution, trusted, robust)

    @property
    def digits(self) -> float:
        """How many digits of every coefficient can be trusted as the answer for these values: the fewest of them all.

        `glance` has it beside the digits that the rounding of the values allows. Formulas:
        `slopewise.inference.digits`. NaN for coefficients that descent reached.
        """
        return self._goodness.digits

    @property
    def r2(self) -> float:
        """R² = 1 − RSS/TSS on the rows of the fit; NaN for a constant target."""
        return self._goodness.r_squared

    @property
    def rss(self) -> float:
        """RSS = Σ v (y − ŷ)² on the rows of the fit, in target units squared."""
        return self.solution.residual_sum_of_squares

    @property
    def rmse(self) -> float:
        """√(RSS / Σv), the root mean squared residual on the rows of the fit, in target units."""
        return float(np.sqrt(self.rss / self.moments.weight))

    def vcov(self) -> Array:
        """The covariance of the parameters, (k, k) in the order of `names`, NaN if not estimated.

        The classical σ̂² (ZᵀVZ)⁻¹, unless the model was asked for another: see `slopewise.inference.covariance`.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).vcov().round(4).tolist()
        [[0.3889, -0.1667], [-0.1667, 0.0833]]
        """
        if self.robust is None:
            return covariance(self.moments, self.solution)
        return self._geometry.covariance(self.robust.scatter)

    def record(self, level: float = 0.95) -> FitRecord:
        """Everything that a view of the fit shows, with intervals at `level`."""
        e, identified = self.estimates(level), self._is_exact or self.solution.rank == len(self.solution.theta)
        return FitRecord(
            formula=self.formula,
            source=self.kept.source,
            method=f"weighted {self.method}" if self._weighted else self.method,
            target=self.target,
            names=self.names,
            rows=self.rows,
            estimates=e,
            goodness=self._goodness,
            notes=notes(
                self.kept,
                self.solution,
                self._goodness,
                self.covariance,
                exact=self._is_exact,
                penalised=self.method.startswith(PENALISED),
            ),
            uncertainty=self.covariance.phrase(),
            readings=readings(self.kept, e) if identified else (),
            weighted=self._weighted,
        )

    def tidy(self, level: float = 0.95) -> pa.Table:
        """One row a parameter, in broom's columns: term estimate std_error statistic p_value conf_low conf_high.

        Null where there is nothing to say: a dropped column, or no degrees of freedom.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).tidy()["term"].to_pylist()
        ['Intercept', 'x']
        """
        import pyarrow as pa

        e = self.estimates(level)
        columns = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
        arrays = {name: pa.array(getattr(e, name), from_pandas=True) for name in columns}
        return pa.table({"term": pa.array(self.names, pa.string()), **arrays})

    def glance(self) -> pa.Table:
        """One row of figures for the whole fit, as `slopewise.inference.goodness.Goodness` defines them; null for NaN.

        >>> import slopewise as sw
        >>> sw.fit("y ~ x", {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}).glance()["nobs"].to_pylist()
        [3]
        """
        import pyarrow as pa

        return pa.table({name: pa.array([value], from_pandas=True) for name, value in vars(self._goodness).items()})

    def test(self, hypotheses: str | Sequence[str]) -> Test:
        """An F test of linear hypotheses on the coefficients, with the covariance that the model has.

        "x1 = x2, x3 = 0", "2*x1 - x2/3 = 1", or a name alone for its being 0; `slopewise.inference.hypotheses` has the
        formulas. Raises `ArgumentError` for what cannot be read, and for hypotheses that repeat or exclude each other.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "z": [1.0, 0.0, 0.0, 1.0], "y": [1.0, 2.0, 4.0, 4.0]}
        >>> round(sw.fit("y ~ x + z", table).test("x = 1, z = 0").statistic, 4)
        0.3333
        """
        self._check_exact()
        theta = np.array(list(self.coefficients.values()))
        return wald(theta, self.vcov(), constraints(hypotheses, self.names), self.covariance.df)

    def anova(self) -> TermTable:
        """The type II table: what each term adds to all others that do not contain it.

        By sums of squares, or by Wald's F where the covariance is not classical; `slopewise.inference.variance_tables`
        has the formulas. `sw.anova` compares models with each other.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "z": [1.0, 0.0, 0.0, 1.0], "y": [1.0, 2.0, 4.0, 4.0]}
        >>> sw.fit("y ~ x + z", table).anova().terms
        ('x', 'z', 'Residuals')
        """
        self._check_exact()
        parts = self.moments, self.solution, self.kept.coding, self.kept.design.terms
        return type_two(*parts) if self.robust is None else type_two_wald(*parts, self.vcov(), self.covariance.df)

    def vif(self) -> Inflation:
        """How much each term's variance is inflated by its being related to the others: see `Inflation`.

        >>> import slopewise as sw
        >>> table = {"x": [1.0, 2.0, 3.0, 4.0], "z": [1.0, 2.0, 2.0, 4.0], "y": [1.0, 2.0, 4.0, 4.0]}
        >>> sw.fit("y ~ x + z", table).vif().gvif.round(2).tolist()
        [6.79, 6.79]
        """
        self._check_exact()
        return vif(self.moments, self.solution, self.kept.coding, self.kept.design.terms)

    def average_predictions(self, by: str | Sequence[str], level: float = 0.95) -> Averages:
        """The average of ŷ over the rows of the fit, were every row at each level of the category `by`, or of two.

        >>> import slopewise as sw
        >>> table = {"f": list("aabb"), "x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 5.0, 7.0]}
        >>> sw.fit("y ~ f + x", table).average_predictions("f").estimate.round(4).tolist()
        [3.0, 4.5]
        """
        self._check_exact()
        return average_predictions(self.kept, self._geometry, self.covariance, by, level)

    def average_slopes(self, of: str, by: str | Sequence[str] | None = None, level: float = 0.95) -> Averages:
        """The average of dŷ/dx over the rows of the fit, x the column `of`; with `by`, were every row at its levels.

        >>> import slopewise as sw
        >>> table = {"f": list("aaabbb"), "x": [1.0, 2, 3, 1, 2, 3], "y": [1.0, 2, 3, 3, 5, 7]}
        >>> sw.fit("y ~ f * x", table).average_slopes("x", "f").estimate.round(4).tolist()
        [1.0, 2.0]
        """
        self._check_exact()
        return average_slopes(self.kept, self._geometry, self.covariance, of, by, level)

    @property
    def _weighted(self) -> bool:
        return bool(self.moments.weight != self.moments.rows or self.moments.log_weight != 0)

    @property
    def _is_exact(self) -> bool:
        return self.method == LEAST_SQUARES

    def _check_exact(self) -> None:
        """Refuse to be sure of what descent reached."""
        if not self._is_exact or np.isnan(parameter_block(self.solution)).all():
            raise FitError(f"{self.method} has no standard errors: they belong to the least-squares answer; fit it")

    def estimates(self, level: float = 0.95) -> Estimates:
        """The parameters in the order of `names`, their standard errors, tests, and intervals at `level`, as arrays."""
        return estimates(self.moments, self.solution, level, cov=(self.vcov(), self.covariance.df))
