"""`model.plot`: the pictures of one model, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from slopewise.collected import Collected
from slopewise.diagnosis import Diagnosis
from slopewise.errors import ArgumentError
from slopewise.inference.estimates import Estimates
from slopewise.inference.record import RowCounts
from slopewise.moments import Moments
from slopewise.partial_effects import PartialEffect, effect_names
from slopewise.predictions import drawn_rows, few
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from slopewise.solvers.descent import Descent


class Pictured(Protocol):
    """What pictures ask of a model: a `LinearModel`."""

    @property
    def kept(self) -> Collected: ...
    @property
    def solution(self) -> Solution: ...
    @property
    def moments(self) -> Moments: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def target(self) -> str: ...
    @property
    def r2(self) -> float: ...
    @property
    def rows(self) -> RowCounts: ...
    def estimates(self, level: float = 0.95) -> Estimates: ...
    def fitted(self, X: Array) -> Array: ...
    def diagnose(self, data: Any) -> Diagnosis: ...
    def partial_effect(self, name: str, data: Any = None, level: float = 0.95) -> PartialEffect: ...


@dataclass(frozen=True)
class Plots:
    """Every picture is a matplotlib figure, drawn into `ax` where that is given; `slopewise.plots.save` writes it.

    `model` is the one that is drawn. `residuals`, `qq` and `leverage` read the rows of the fit, `data`, once more, and
    show up to 5 000 of them.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> [len(figure.axes) for figure in (model.plot.effects(), model.plot.coefficients(), model.plot.contours())]
    [1, 1, 1]
    """

    model: Pictured

    def effects(self, *names: str, data: Any = None, level: float = 0.95, ax: Axes | None = None) -> Figure:
        """The partial effects of the columns `names`, all that the formula reads unless told.

        A number's curve has the shape that its terms give it, one for each level of a category that it is multiplied
        with; a category has a mark for each level. Intervals follow the covariance of the model. Rows are the sample
        that the pass kept, or one of `data`. Formulas: `slopewise.partial_effects`. Raises `ArgumentError` for several
        in one `ax`.
        """
        from slopewise.views import effect_plots

        chosen = names or effect_names(self.model.kept)
        if ax is not None and len(chosen) != 1:
            raise ArgumentError(
                f"one picture takes one effect, and there are {len(chosen)}; name one, or leave out ax="
            )
        rows = few(self.model.kept, data)
        found = [self.model.partial_effect(name, data=rows, level=level) for name in chosen]
        return effect_plots.effect(found[0], ax=ax) if len(found) == 1 else effect_plots.effects(found)

    def coefficients(self, level: float = 0.95, *, ax: Axes | None = None) -> Figure:
        """Each coefficient with its interval, per standard deviation of its column, so that units do not matter."""
        from slopewise.views import plots

        model, e = self.model, self.model.estimates(level)
        first, state = int(model.solution.has_intercept), model.moments
        spread = np.sqrt(np.maximum(np.diagonal(state.centred)[:-1], 0.0) / state.weight)
        parts = (e.estimate[first:], e.conf_low[first:], e.conf_high[first:])
        return plots.coefficients(model.names[first:], *parts, spread=spread, level=level, target=model.target, ax=ax)

    def contours(
        self, parameters: tuple[str, str] | None = None, *, descent: Descent | None = None, ax: Axes | None = None
    ) -> Figure:
        """Level lines of the cost over two parameters, the first two unless named, with the path of a `descent`."""
        from slopewise.views import plots

        kept = self.model.kept
        return plots.contours(
            kept.moments, descent, parameters=parameters, names=kept.names, intercept=kept.intercept, ax=ax
        )

    def residuals(self, data: Any, *, ax: Axes | None = None) -> Figure:
        """Residuals against predictions, with their running median and middle 80 %, the influential rows named."""
        return self.model.diagnose(data).figure("residuals", ax=ax)

    def qq(self, data: Any, *, ax: Axes | None = None) -> Figure:
        """Standardised residuals against what they would be of normal errors, with a band that would hold them all."""
        return self.model.diagnose(data).figure("qq", ax=ax)

    def leverage(self, data: Any, *, ax: Axes | None = None) -> Figure:
        """Standardised residuals against leverage, with contours of Cook's distance, the influential rows named."""
        return self.model.diagnose(data).figure("leverage", ax=ax)

    def fit(self, data: Any = None, level: float = 0.95) -> Figure:
        """The fit at a glance: see `LinearModel.figure`."""
        from slopewise.views.plots import fit_overview

        model = self.model
        X, y = drawn_rows(model.kept, data)
        return fit_overview(
            y,
            model.fitted(X),
            model.estimates(level),
            model.moments,
            names=model.names,
            target=model.target,
            x=X[:, 0] if X.shape[1] == 1 else None,
            r_squared=model.r2,
            rows=model.rows.used,
        )
