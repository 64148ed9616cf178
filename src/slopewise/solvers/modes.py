"""Descent on a quadratic, in closed form: where it is after any number of steps, without taking them.

Along the eigenvectors of the Hessian, H vᵢ = λᵢ vᵢ, the parameters do not know each other. With a = learning rate × λᵢ
the error e = vᵢ·(θ − θ*) of one such mode obeys

    e_{k+1} = (1 − a) e_k                                                    plain descent
    e_{k+1} = (1 + β − a) e_k − β e_{k−1},   e_{−1} = e_0                    heavy ball (Polyak 1964)

so e_k is e_0 times a factor known for every k. Steps are stable below 2(1 + β)/λmax, and fastest at
2(1 + β)/(λmin + λmax) over the nonzero modes; the zero modes never move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from slopewise.errors import ArgumentError, Diverged
from slopewise.moments.pair import Pair, two_sum
from slopewise.objective.quadratic import Quadratic
from slopewise.solvers.eigenpairs import eigenpairs
from slopewise.solvers.factors import Law
from slopewise.solvers.hessian_root import root_of
from slopewise.typing import Array, IntArray

_LAST_STEP = 2**62
_NEGLIGIBLE = 2.0**-63  # a share of J that does not show in any digit
_TOP = 300  # the largest entry of R is brought to about 2³⁰⁰: squares stay floats, and small ones keep their low parts
_SCANNED = 2**16  # numbers at once while oscillating modes are alive
_LONGEST = 2**24  # numbers in all: about a second


@dataclass(frozen=True, eq=False)
class Modes:
    """The eigen-analysis of the Hessian H = 1/Σv [1 X]ᵀV[1 X] of q parameters.

    `eigenvalues` (q,), ascending, exact zeros where H is singular; `curvatures` (r,): the nonzero ones, ascending, and
    `vectors` (q, r): their unit eigenvectors, both in double-double.

    >>> import slopewise as sw
    >>> run = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.5)
    >>> run.form.modes.eigenvalues.round(4).tolist(), run.form.modes.rank, round(run.form.modes.condition, 2)
    ([0.0729, 3.4271], 2, 46.98)
    """

    eigenvalues: Array
    curvatures: Pair
    vectors: Pair

    @classmethod
    def of(cls, quadratic: Quadratic) -> Modes:
        """The modes of H = RᵀR from its root R: a weak mode keeps digits that H itself lacks.

        >>> import numpy as np
        >>> from slopewise.moments import Moments
        >>> houses = Moments.of([1.0, 2.0], [300.0, 500.0])
        >>> J = Quadratic.of(houses, optimum=np.array([100.0, 200.0]), minimum=0.0, rank=2)
        >>> Modes.of(J).eigenvalues.round(4).tolist()
        [0.0729, 3.4271]
        """
        root = root_of(quadratic)
        unit = int(np.frexp(np.abs(root.hi).max(initial=1.0))[1]) - _TOP
        values, vectors = eigenpairs(_ldexp(root, -unit))
        curvatures = _ldexp(values, 2 * unit)
        zeros = np.zeros(len(quadratic.level) - len(curvatures.hi))
        return cls(np.concatenate([zeros, curvatures.hi]), curvatures, vectors)

    @property
    def rank(self) -> int:
        """The number of nonzero modes."""
        return len(self.curvatures.hi)

    @property
    def condition(self) -> float:
        """λmax/λmin over the nonzero modes; 1.0 where there is none."""
        with np.errstate(over="ignore", divide="ignore"):
            return float(self.curvatures.hi[-1] / self.curvatures.hi[0]) if self.rank else 1.0

    def stable_below(self, momentum: float = 0.0) -> float:
        """2(1 + β)/λmax: descent converges for every smaller rate."""
        return 2 * (1 + momentum) / float(self.curvatures.hi[-1]) if self.rank else np.inf

    def best_rate(self, momentum: float = 0.0) -> float:
        """2(1 + β)/(λmin + λmax): no constant rate makes the slowest mode faster at this momentum."""
        return 2 * (1 + momentum) / float(self.curvatures.hi[0] + self.curvatures.hi[-1]) if self.rank else np.inf


@dataclass(frozen=True, eq=False)
class ClosedForm:
    """A whole descent as a formula: `quadratic` from `start` (q,) with one `learning_rate` and `momentum`.

    `modes` are those of the Hessian. Formulas: `slopewise.solvers.modes`.

    >>> import slopewise as sw
    >>> run = sw.descend(sw.Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.5)
    >>> run.form.at(10).round(2).tolist(), run.form.iterations_to(1e-6)
    ([107.78, 186.24], 70)
    """

    quadratic: Quadratic
    modes: Modes
    start: Array
    learning_rate: float
    momentum: float

    def at(self, k: int) -> Array:
        """θ_k (q,) = θ_0 + Σᵢ (fᵢ(k) − 1) cᵢ vᵢ, with c = Vᵀ(θ_0 − θ*), for any k below 2⁶².

        Raises `Diverged` where a number no longer fits into a float.
        """
        factor, change = self._law.after(np.array([_step(k)]))
        c = self._displacement
        with np.errstate(over="ignore", invalid="ignore"):
            left, gone = _times(factor[0], c), _times(change[0], c)
            # Measured from the nearer end, so that neither a small first step nor the last digits of the limit cancel.
            near = (left**2).sum() < (gone**2).sum()
            return self._finite(self.limit + self._along(left) if near else self.start + self._along(gone), k)

    def cost_at(self, k: int) -> float:
        """J(θ_k) = J* + ½ Σᵢ λᵢ fᵢ(k)² cᵢ²."""
        excess = self._squares(np.array([_step(k)])) / 2
        return float(self._finite(self.quadratic.minimum + excess, k)[0])

    @property
    def limit(self) -> Array:
        """The minimiser that lies nearest to the start, (q,): where a stable descent goes, since zero modes stay."""
        e = self.start - self.quadratic.optimum
        if self.modes.rank == len(e):
            return self.quadratic.optimum
        return self.quadratic.optimum + (e - self._along(self._displacement))

    def iterations_to(self, t: float) -> int | None:
        """The first k with J_k − J* ≤ t·(J_0 − J*); None if there is none.

        None too where modes swing for longer than can be looked through, 2²⁴ steps over all of them, and it is not
        among these: a momentum within some 10⁻⁵ of 1.
        """
        level = _fraction(t)
        total = self._squares(np.array([0]))[0]
        return self._first(lambda k: self._squares(k) / total, level) if total > 0 else 0

    def slowest_mode_iterations(self, t: float) -> float:
        """log t / log ρ, with ρ the largest |z| of any mode: about how many steps divide the slowest error by 1/t.

        It does not depend on the start; infinite for a rate that is not stable.
        """
        slowest = float(self._law.log_radius.max(initial=-np.inf))
        return float(np.log(_fraction(t))) / slowest if slowest < 0 else np.inf

    def _first(self, curve: Callable[[IntArray], Array], level: float) -> int | None:
        """The first k with curve(k) ≤ level: looked for step by step while modes swing, by bisection afterwards."""

        def below(k: int) -> bool:
            return bool(curve(np.array([k]))[0] <= level)

        def rises(k: int) -> bool:
            here, next_one = curve(np.array([k, k + 1]))
            return bool(next_one >= here)

        settled, reach = _settled(self.momentum, level), _LONGEST // max(self.modes.rank, 1)
        for block in _blocks(min(settled, reach), self.modes.rank):
            found = np.flatnonzero(curve(block) <= level)
            if len(found):
                return int(block[found[0]])
        if settled > reach:
            return None
        stable = self.learning_rate < self.modes.stable_below(self.momentum)
        return _first_below(below, None if stable else rises, settled)

    @cached_property
    def _displacement(self) -> Array:
        """c = Vᵀ(θ_0 − θ*): a strong mode may hold a small part of it, to which rounding θ_0 − θ* would show."""
        away = Pair(*two_sum(self.start, -self.quadratic.optimum))
        return (self.modes.vectors.swapped() * away).total().value()

    def _squares(self, k: IntArray) -> Array:
        """2(J_k − J*) = Σᵢ (fᵢ(k) √λᵢ cᵢ)², (len(k),), for steps k."""
        factor, _ = self._law.after(k)
        with np.errstate(over="ignore"):
            left: Array = _times(factor, np.sqrt(self.modes.curvatures.hi) * self._displacement)
            return np.asarray((left**2).sum(axis=1))

    @cached_property
    def _law(self) -> Law:
        """Of each mode, from learning rate × λᵢ, which may leave the floats."""
        mantissa, e = np.frexp(self.learning_rate)
        exponents = np.frexp(self.modes.curvatures.hi)[1]
        with np.errstate(over="ignore"):
            a = _ldexp(_ldexp(self.modes.curvatures, -exponents) * float(mantissa), exponents + e)
        return Law.of(a, self.momentum)

    def _along(self, coordinates: Array) -> Array:
        along: Array = self.modes.vectors.hi @ coordinates
        return along

    def _finite(self, value: Array, k: int) -> Array:
        if not np.isfinite(value).all():
            raise Diverged(
                f"after {k} steps at learning_rate={self.learning_rate:.6g} the numbers no longer fit into a float; "
                f"stay below {self.modes.stable_below(self.momentum):.6g}, the largest stable rate"
            )
        return value


def _ldexp(x: Pair, exponent: IntArray | int) -> Pair:
    """x · 2^exponent."""
    return Pair(np.ldexp(x.hi, exponent), np.ldexp(x.lo, exponent))


def _times(factor: Array, c: Array) -> Array:
    """factor · c, where a mode that was never displaced stays at zero whatever its factor."""
    return np.where(c == 0, 0, np.where(c == 0, 0, factor) * c)


def _settled(momentum: float, level: float) -> int:
    """Steps after which a swinging mode, whose share of J is at most (1 + k)² βᵏ, is below rounding of `level`."""
    if momentum == 0:
        return 0
    k = 0.0
    for _ in range(4):
        k = (np.log(level) - 2 * np.log1p(k) + np.log(_NEGLIGIBLE)) / np.log(momentum)
    return max(int(k) + 1, 0)


def _blocks(end: int, rank: int) -> Iterator[IntArray]:
    """0 … end − 1 in blocks that grow, so that an early answer is cheap, up to a bounded size."""
    start, size, largest = 0, 256, max(_SCANNED // max(rank, 1), 1)
    while start < end:
        stop = min(start + min(size, largest), end)
        yield np.arange(start, stop)
        start, size = stop, 2 * size


def _first_below(below: Callable[[int], bool], rises: Callable[[int], bool] | None, start: int) -> int | None:
    """The first k ≥ start with below(k), for a curve that falls (`rises` is None), or falls and then rises."""
    if below(start):
        return start
    low, high = start, start + 1
    while not below(high):
        if rises is not None and rises(high):
            high = _bisect(rises, low, high)  # the bottom
            break
        if high >= _LAST_STEP:
            return None
        low, high = high, 2 * high
    if rises is not None and not below(high):
        return None
    return _bisect(below, low, high)


def _bisect(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first k in (low, high] for which `holds`, which it does from some k on up to `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _step(k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 0 <= k < _LAST_STEP:
        raise ArgumentError(f"k={k!r} is not a number of steps; give a whole number from 0 to 2**62 − 1")
    return int(k)


def _fraction(t: float) -> float:
    if not (isinstance(t, int | float | np.number) and 0 < t < np.inf):
        raise ArgumentError(f"t={t!r} is not a fraction of the distance at the start; give a positive number, as 1e-6")
    return float(t)
