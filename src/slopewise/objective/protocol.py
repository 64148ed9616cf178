"""What descent asks of an objective: the cost and the gradient at a parameter vector. Nothing else."""

from __future__ import annotations

from typing import Protocol

from slopewise.typing import Array


class Objective(Protocol):
    """A differentiable function of the parameters θ = [b, w₁ … w_p], or θ = w in a model without an intercept."""

    def evaluate(self, theta: Array, /) -> tuple[float, Array]:
        """J(θ), in squared target units, and ∇J(θ), a new array shaped as θ: together, as they share their work."""
