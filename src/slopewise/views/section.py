"""The cost over two parameters, the others held: an exact quadratic, and so exact ellipses instead of a grid.

    J(c + d) = J* + ½ ‖R d‖²        RᵀR = H, the 2 × 2 block of the Hessian

so that the ring of level J* + ½r² is d = r R⁻¹ (cos φ, sin φ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopewise.errors import ArgumentError, FitError, ShapeError
from slopewise.moments import Moments
from slopewise.objective.quadratic import Quadratic
from slopewise.solvers.descent import Descent
from slopewise.solvers.exact import solve
from slopewise.typing import Array
from slopewise.views.labels import label

_ANGLES = np.linspace(0.0, 2 * np.pi, 361)
_FLAT = 1e-7  # √(rounding of a 2 × 2 block): a smaller second pivot of a singular Hessian is none


@dataclass(frozen=True, eq=False)
class Section:
    """J over (θ_i, θ_j), about its minimum there: `centre` (2,) and `minimum`; `R` (2, 2), upper triangular in the
    order of `pivot`; `flat`: J is constant along one direction, and its level lines are straight."""

    centre: Array
    minimum: float
    R: Array
    pivot: tuple[int, int]
    flat: bool

    @classmethod
    def of(cls, quadratic: Quadratic, optimum: Array, pair: tuple[int, int]) -> Section:
        """The section of `quadratic` through its minimiser `optimum` (q,) at the positions `pair`.

        R comes from [ℓ; root of C] by Householder's QR, column by column, so that units do not matter.
        Raises `FitError` where neither parameter changes the cost.

        >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
        >>> J = Quadratic.of(houses, optimum=np.array([100.0, 200.0]), minimum=0.0, rank=2)
        >>> Section.of(J, J.optimum, (0, 1)).cost(np.zeros((1, 2))).round(6).tolist()
        [85000.0]
        """
        chosen = list(pair)
        root = np.vstack([quadratic.level[chosen], _root(quadratic.centred[np.ix_(chosen, chosen)])])
        sizes = np.linalg.norm(root, axis=0)
        if not sizes.any():
            raise FitError("the cost does not depend on these two parameters: both columns are zero; choose others")
        pivot = (0, 1) if sizes[0] > 0 else (1, 0)
        R = np.linalg.qr(root[:, list(pivot)]).R
        singular = quadratic.rank < len(quadratic.optimum)
        flat = bool(sizes[pivot[1]] == 0 or (singular and abs(R[1, 1]) <= _FLAT * sizes[pivot[1]]))
        if flat:
            R[1, 1] = 0.0
        return cls(optimum[chosen], quadratic.minimum, R, pivot, flat)

    def radius(self, points: Array) -> Array:
        """√(2(J − J*)) at `points` (…, 2), (…)."""
        with np.errstate(over="ignore", invalid="ignore"):
            u = (points - self.centre)[..., self.pivot] @ self.R.T
            return np.asarray(np.hypot(u[..., 0], u[..., 1]))

    def cost(self, points: Array) -> Array:
        """J at `points` (…, 2), (…)."""
        return np.asarray(self.minimum + 0.5 * self.radius(points) ** 2)

    def ring(self, radius: float, half: Array) -> Array:
        """The level line J* + ½ radius², (n, 2), smooth inside the box centre ± `half`; two lines where flat.

        Equal steps of φ leave the box almost empty when the ellipse is much longer than it: angles that look
        equal from the centre are added.
        """
        if self.flat:
            return self._strip(radius, half)
        looks = half * np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])
        seen = looks[:, self.pivot] @ self.R.T
        phi = np.sort(np.concatenate([_ANGLES, np.arctan2(seen[:, 1], seen[:, 0]) % (2 * np.pi)]))
        second = np.sin(phi) / self.R[1, 1]
        first = (np.cos(phi) - self.R[0, 1] * second) / self.R[0, 0]
        return self.centre + radius * self._placed(first, second)

    def extent(self, radius: float) -> Array:
        """Half the width and height, (2,), of the ring of that radius; where flat, of the part near the centre."""
        if self.flat:
            return np.asarray(1.5 * radius / self.columns)
        first = np.hypot(1.0, self.R[0, 1] / self.R[1, 1]) / abs(self.R[0, 0])
        return np.asarray(radius) * self._placed(first, np.asarray(1 / abs(self.R[1, 1])))

    @property
    def columns(self) -> Array:
        """√H_ii, (2,): the slope of the radius along each parameter; where that is 0, that of the other."""
        sizes = np.linalg.norm(self.R, axis=0)[list(self.pivot)]
        return np.asarray(np.where(sizes > 0, sizes, sizes.max()))

    def _placed(self, first: Array, second: Array) -> Array:
        return np.asarray(np.stack([first, second] if self.pivot == (0, 1) else [second, first], axis=-1))

    def _strip(self, radius: float, half: Array) -> Array:
        """The lines ±radius across the valley, along it as far as the box reaches in the second parameter."""
        along = half[self.pivot[1]] * np.array([-1.2, 1.2])
        near, far = (self._placed((s - self.R[0, 1] * along) / self.R[0, 0], along) for s in (-radius, radius))
        return np.asarray(self.centre + np.vstack([near, [[np.nan, np.nan]], far]))


def user_quadratic(moments: Moments, descent: Descent | None, intercept: bool) -> tuple[Quadratic, Array]:
    """The cost in the user's units, and the minimiser to show: of several, the one where the run goes."""
    if descent is not None:
        if len(descent.coefficients) != moments.p:
            raise ShapeError(
                f"the run has {len(descent.coefficients)} features and the moments {moments.p}; draw its own"
            )
        intercept = descent.scaling.intercept
    solution = solve(moments, intercept=intercept)
    minimum = 0.5 * solution.residual_sum_of_squares / float(moments.weight)
    quadratic = Quadratic.of(moments, optimum=solution.theta, minimum=minimum, rank=solution.rank)
    return quadratic, solution.theta if descent is None else descent.limit


def parameter_names(names: Sequence[str] | None, p: int, intercept: bool) -> list[str]:
    """The names of the parameters in their order: "Intercept" if there is one, then the features' (x1, x2, …).

    >>> parameter_names(None, 2, True)
    ['Intercept', 'x1', 'x2']
    """
    features = [f"x{j + 1}" for j in range(p)] if names is None else list(names)
    if len(features) != p:
        raise ShapeError(f"{len(features)} names were given for {p} features; give one for each")
    return ["Intercept", *features] if intercept else features


def position(name: str, known: Sequence[str]) -> int:
    """Where a parameter stands; raises `ArgumentError` with the names there are."""
    if name not in known:
        shown = ", ".join(repr(k) for k in known[:8]) + (" …" if len(known) > 8 else "")
        raise ArgumentError(f"there is no parameter {name!r} to draw; there are {shown}")
    return list(known).index(name)


def chosen_pair(parameters: tuple[str, str] | None, known: Sequence[str]) -> tuple[int, int]:
    """The positions of two different parameters, the first two if none are named; raises `ArgumentError`."""
    if len(known) < 2:
        raise ArgumentError(
            f"this picture needs two parameters and the model has {len(known)}; draw cost_slice instead"
        )
    i, j = (position(name, known) for name in (parameters or known[:2]))
    if i == j:
        raise ArgumentError(f"choose two different parameters; {known[i]!r} was named twice")
    return i, j


def axis_label(name: str, is_intercept: bool) -> str:
    """
    >>> axis_label("size", False), axis_label("Intercept", True)
    ('coefficient of size', 'intercept')
    """
    return "intercept" if is_intercept else f"coefficient of {label(name, 28)}"


def held_note(known: Sequence[str], shown: Sequence[int]) -> str:
    """Which parameters a picture does not vary; empty when it varies them all.

    >>> held_note(["Intercept", "size", "age"], (0, 1))
    'held at the optimum: age'
    """
    held = [label(name, 18) for k, name in enumerate(known) if k not in shown]
    if not held:
        return ""
    listed = ", ".join(held) if len(held) <= 4 else f"{', '.join(held[:3])} and {len(held) - 3} more"
    return f"held at the optimum: {listed}"


def _root(S: Array) -> Array:
    """U (2, 2), upper triangular, with UᵀU = S, positive semidefinite."""
    first = np.sqrt(max(S[0, 0], 0.0))
    across = S[0, 1] / first if first > 0 else 0.0
    return np.array([[first, across], [0.0, np.sqrt(max(S[1, 1] - across**2, 0.0))]])
