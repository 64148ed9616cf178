"""Descent near the largest stable rate, a billion steps far: the referee is the matrix of a step, raised in 100 digits.

With e = θ − θ* and M = I − αH the loop is e_k = Mᵏ e_0, and with momentum (e_k, e_{k−1}) = Mᵏ (e_0, e_0) of twice the
size. H, α, θ_0 and θ* are the float64 numbers that the formula starts from, so there is one right answer, however
much a last bit of them would change it.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import numpy as np
import pytest
from numpy.testing import assert_allclose

from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers.descent import Descent, descend
from slopewise.solvers.eigenpairs import eigenpairs

HUNDRED_DIGITS = Context(prec=100, Emax=10**12, Emin=-(10**12))
RUNS = (
    *((1e-6, 10**9), (0.3, 1), (0.3, 10**3), (1 - 1e-7, 10**7 + 1), (1 - 1e-9, 10**9), (1 - 1e-12, 10**9)),
    *((1 + 1e-12, 10**9), (1 + 1e-9, 10**8 + 1), (1 + 1e-7, 10**6)),
)
"""Shares of the largest stable rate, and steps."""


def decimals(numbers: np.ndarray) -> np.ndarray:
    """Exactly these numbers, as decimals."""
    return np.array([Decimal(number) for number in numbers.ravel().tolist()], dtype=object).reshape(numbers.shape)


def power(M: np.ndarray, k: int) -> np.ndarray:
    """Mᵏ by squaring."""
    result = decimals(np.eye(len(M)))
    while k:
        result = result @ M if k % 2 else result
        M, k = M @ M, k // 2
    return result


def walked(run: Descent, k: int) -> tuple[np.ndarray, float]:
    """θ_k − θ*, in the coordinates of the steps, and J_k − J*."""
    form, q = run.form, len(run.form.start)
    J = form.quadratic
    H = decimals(J.centred) + np.outer(decimals(J.level), decimals(J.level))
    one, beta = decimals(np.eye(q)), Decimal(form.momentum)
    step = one - Decimal(form.learning_rate) * H
    e = decimals(form.start) - decimals(J.optimum)
    if beta:
        step = np.block([[step + beta * one, -beta * one], [one, 0 * one]])
        e = np.concatenate([e, e])
    after = (power(step, k) @ e)[:q]
    return after, float(after @ H @ after / 2)


def tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Designs whose largest eigenvalues are far apart, of a weak target, and the same or nearly."""
    rng = np.random.default_rng(5)
    levels = np.repeat(np.eye(4)[:, 1:], [4, 4, 4, 4], axis=0)
    left, _ = np.linalg.qr(np.column_stack([np.ones(12), rng.normal(size=(12, 3))]))
    right, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    weak = np.array([1.0, 1e-2, 1e-3])
    spread = np.sqrt(12) * left[:, 1:]
    factors = np.array(np.meshgrid(*[[-1.0, 0.1, 1.0]] * 3)).reshape(3, -1).T
    noise = rng.normal(size=27)
    return {
        "two houses": (np.array([[1.0], [2.0]]), np.array([300.0, 500.0])),
        "condition 1e6": (spread * weak @ right.T, spread @ [1e-4, 1.0, 1.0] + noise[:12]),
        "modes of one length": (spread @ right.T, spread @ [1.0, 2.0, 3.0] + noise[:12]),
        "balanced factors": (factors, factors @ [1.0, 2.0, 4.0] + noise),
        "balanced categories": (levels, levels @ [1.0, 2.0, 4.0] + noise[:16]),
    }


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("scale", [False, True])
@pytest.mark.parametrize("name", tables())
def test_a_billion_steps_are_those_of_the_matrix_of_a_step(name: str, scale: bool, momentum: float) -> None:
    moments = Moments.of(*tables()[name])
    bound = descend(moments, scale=scale, momentum=momentum, iterations=0).stable_below
    for share, k in RUNS:
        run = descend(moments, scale=scale, momentum=momentum, iterations=0, learning_rate=share * bound)
        form = run.form
        with localcontext(HUNDRED_DIGITS):
            away, gap = walked(run, k)
            expected = (decimals(form.quadratic.optimum) + away).astype(np.float64)
        way = np.linalg.norm(form.start - form.quadratic.optimum)
        assert_allclose(form.at(k), expected, rtol=0, atol=1e-11 * np.linalg.norm(expected) + 1e-15 * way)
        start = run.costs[0] - run.minimum
        assert abs(run.cost_at(k) - run.minimum - gap) <= 1e-10 * gap + 1e-14 * run.minimum + 1e-28 * start


def test_vectors_are_orthonormal_where_only_rounding_tells_eigenvalues_apart() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        v = Pair.of(rng.normal(size=4))
        mirror = Pair.of(np.eye(4)) - v[:, None] * v * (2.0 / (v * v).total())
        values, vectors = eigenpairs(mirror)
        assert np.abs((values - 1.0).value()).max() < 1e-30
        assert_allclose(vectors.hi.T @ vectors.hi, np.eye(4), atol=1e-14)
