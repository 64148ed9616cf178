"""`Run`: a descent that knows the names of its columns, and can become a model once it has converged far enough."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from slopewise.collected import Collected
from slopewise.errors import ArgumentError
from slopewise.model import LinearModel
from slopewise.predictions import drawn_rows
from slopewise.solvers import exact
from slopewise.solvers.descent import Descent, descend
from slopewise.views.descent_text import FRACTION, descent_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Run(Descent):
    """The history of one descent, as `slopewise.solvers.descent.Descent` describes it, and what it descended on.

    >>> import slopewise as sw
    >>> sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.5, iterations=2)
    <Run: descending after 2 iterations at learning rate 0.5, cost 2.204e+04>
    """

    kept: Collected

    @classmethod
    def of(cls, found: Descent, kept: Collected) -> Run:
        """`found` with the names of `kept`."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)}, kept=kept)

    def model(self) -> LinearModel:
        """The model with the parameters where the run ended; `Diverged`, naming the largest stable rate, if it did.

        Its residuals are those of these parameters. It has no standard errors: they belong to the least-squares answer.

        >>> import slopewise as sw
        >>> run = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.5)
        >>> {name: round(value, 4) for name, value in run.model().coefficients.items()}
        {'Intercept': 100.0, 'x1': 200.0}
        """
        self.check_converging()
        answer = exact.solve(self.kept.moments, intercept=self.kept.intercept)
        residual = 2 * float(self.kept.moments.weight) * float(self.costs[-1])
        here = answer.instead(self.intercept, self.coefficients, residual)
        steps = f"{self.iterations:,} step{'s' * (self.iterations != 1)}"
        return LinearModel(self.kept, here, f"gradient descent, {steps} at learning rate {self.learning_rate:.6g}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters in `path`, the intercept first if there is one."""
        return ("Intercept",) * self.kept.intercept + self.kept.names

    def summary(self) -> str:
        """Ten lines of progress, the largest stable rate and the fastest, and what to try next, as text."""
        state, intercept = self.kept.moments, self.kept.intercept
        best = descend(
            state, intercept=intercept, start=self.path[0], scale=self.scaled, momentum=self.momentum, iterations=0
        )
        scaled = descend(state, intercept=intercept, start=self.path[0], scale=True, iterations=0)
        return descent_text(self, best, scaled, state, self.names)

    def __str__(self) -> str:
        return self.summary()

    def figure(self, data: Any = None) -> Figure:
        """The descent at a glance: learning curve, level lines of the cost with the path, the line before and after.

        The data are drawn for a model of one feature, from the sample that the pass kept or from one of `data`.
        `slopewise.plots.save` writes it.
        """
        from slopewise.views.plots import descent_overview

        x = y = None
        if len(self.kept.names) == 1:
            try:
                X, y = drawn_rows(self.kept, data)
                x = X[:, 0]
            except ArgumentError:  # no rows were kept: the cost is drawn all the same
                if data is not None:
                    raise
        return descent_overview(self.kept.moments, self, names=self.kept.names, target=self.kept.target, x=x, y=y)

    def to_dict(self) -> dict[str, Any]:
        """The run in plain numbers, without its path: what `slopewise descend --format json` prints."""
        return {
            "formula": self.kept.design.formula,
            "status": self.status,
            "iterations": self.iterations,
            "coefficients": dict(zip(self.names, self.path[-1].tolist(), strict=True)),
            "cost": float(self.costs[-1]),
            "minimum_cost": self.minimum,
            "learning_rate": self.learning_rate,
            "stable_below": self.stable_below,
            "best_rate": self.best_rate,
            "condition": self.condition,
            "rank": self.rank,
            "iterations_to_1e-6": self.iterations_to(FRACTION),
            "scaled": self.scaled,
            "rows": self.kept.rows.to_dict(),
        }
