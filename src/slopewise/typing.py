"""The array types that signatures speak of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from slopewise.choices import Precision as Precision

Array: TypeAlias = npt.NDArray[np.float64]
"""A float64 array; its shape stands in the docstring."""

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ArrayLike: TypeAlias = npt.ArrayLike
AnyArray: TypeAlias = npt.NDArray[Any]

Renumbering: TypeAlias = Callable[[IntArray], IntArray]
"""From numbers of rows to others, in the same order."""
