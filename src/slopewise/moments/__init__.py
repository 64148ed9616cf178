"""The mergeable state of a regression, and the kernels that fill it."""

from slopewise.moments.state import Moments

__all__ = ["Moments"]
