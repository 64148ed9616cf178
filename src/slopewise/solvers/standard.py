"""The standardised problem of a state: features and target of unit spread, which every penalised method solves.

With s_j the spread of column j, S the cross-products about the mean and W = Σ v,

    G_jk = S_jk / (W s_j s_k)        c_j = S_jy / (W s_j s_y)        w_j = s_y u_j / s_j,   b = ȳ − w·x̄

u solves the problem in standard units; w and b are the answer in the user's. Columns that no penalty touches ("free")
are swept out of S first, exactly, so that the methods only ever see penalised ones. A stack of states is one `Standard`
with leading axes (…), as the moments are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slopewise.errors import ShapeError, TooFewRows
from slopewise.moments import Moments
from slopewise.moments.pair import Pair
from slopewise.solvers.sweep import powers_of_two, swept_columns
from slopewise.typing import Array, BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Standard:
    """The standardised problem in the m penalised of p columns, the u free ones swept out.

    | field     | shape        | meaning                                                                         |
    |-----------|--------------|---------------------------------------------------------------------------------|
    | `gram`    | (…, m, m)    | G: unit diagonal unless free columns were swept out, zeros for constant columns |
    | `cross`   | (…, m)       | c                                                                               |
    | `target`  | (…)          | the mean square of the target in standard units: 1 less what free columns took  |
    | `spread`  | (…, p + 1)   | s, the target's last, in the columns' units; 1 for a constant column            |
    | `mean`    | (…, p + 1)   | what is subtracted: the means, or zeros without an intercept                    |
    | `weight`  | (…)          | W = Σ v                                                                         |
    | `back`    | (…, u, m + 1)| coefficients of the free columns: u_free = back[-1] − back[:-1] u               |
    | `rank`    | (…)          | how many of the free columns are independent                                    |

    `penalised` (m,) and `free` (u,) are positions among the p columns. The spread is the population standard deviation,
    weighted. Without an intercept nothing is subtracted, and S is about zero: then the spread is the root of the mean
    square, √(Σ v x² / W), the distance from the point that such a model measures from; a constant column is a column
    as any other there.
    """

    gram: Array
    cross: Array
    target: Array
    spread: Array
    mean: Pair
    weight: Array
    back: Array
    rank: IntArray
    penalised: tuple[int, ...]
    free: tuple[int, ...]

    @classmethod
    def of(cls, moments: Moments, *, intercept: bool = True, free: Sequence[int] = ()) -> Standard:
        """The standardised problem of a state or a stack of them; `free` are positions of columns without a penalty.

        A column is constant where its variance is no larger than what rounding of its values and sums can make.
        Raises `TooFewRows` for a state without rows.

        >>> problem = Standard.of(Moments.of([[1.0], [3.0]], [300.0, 700.0]))
        >>> problem.gram.tolist(), problem.cross.tolist(), problem.spread.tolist()
        ([[1.0]], [1.0], [1.0, 200.0])
        """
        if not np.all(moments.weight > 0):
            raise TooFewRows("a state holds no rows, and without rows there is nothing to fit; add rows first")
        body, exponents = moments.body.normalised()
        products = body.centred() if intercept else body.raw()
        floors = _floors(moments, body.noise(), body.squares())
        weight = np.asarray(moments.weight)
        squares = np.diagonal(products.value(), axis1=-2, axis2=-1)
        varied = squares > floors
        size = np.sqrt(np.where(varied, squares, 1.0) / np.where(varied, weight[..., None], 1.0))
        mean = moments.body.mean() if intercept else Pair.zeros(size.shape)
        spread = np.ldexp(size, np.where(varied, exponents, 0.0).astype(np.int64))
        penalised = tuple(j for j in range(moments.p) if j not in set(free))
        unit = np.where(varied, 1 / size, 0.0)
        rest, back, rank = _swept(products, floors, unit, tuple(free), penalised)
        scale = unit[..., [*penalised, -1]]
        A = rest * scale[..., :, None] * scale[..., None, :] / weight[..., None, None]
        return cls(A[..., :-1, :-1], A[..., :-1, -1], A[..., -1, -1], spread, mean, weight, back, rank, penalised,
                   tuple(free))  # fmt: skip

    def __getitem__(self, k: int) -> Standard:
        if not self.weight.ndim:
            raise TypeError("this is one problem, not a stack of them")
        fields = ("gram", "cross", "target", "spread", "mean", "weight", "back", "rank")
        return replace(self, **{name: getattr(self, name)[k] for name in fields})

    @property
    def scale(self) -> Array:
        """s of the penalised columns, (…, m)."""
        return self.spread[..., list(self.penalised)]

    def to_user(self, u: Array) -> tuple[Array, Array]:
        """Coefficients (…, L, p) and intercepts (…, L) in the user's units, of answers `u` (…, L, m) in standard units.

        >>> problem = Standard.of(Moments.of([[1.0], [3.0]], [300.0, 700.0]))
        >>> [answer.tolist() for answer in problem.to_user(np.array([[1.0], [0.5]]))]
        [[[200.0], [100.0]], [100.0, 300.0]]
        """
        full = np.zeros((*u.shape[:-1], self.spread.shape[-1] - 1))
        full[..., list(self.penalised)] = u
        full[..., list(self.free)] = self.back[..., None, :, -1] - u @ np.swapaxes(self.back[..., :-1], -1, -2)
        w = full * (self.spread[..., None, -1:] / self.spread[..., None, :-1])
        b = self.mean[..., None, -1] - (self.mean[..., None, :-1] * w).total()
        return w, b.value()


def check_one(moments: Moments) -> None:
    """Refuse a stack of states where one is needed (`ShapeError`)."""
    if moments.weight.ndim:
        raise ShapeError(f"this is a stack of {len(moments.weight)} states; take one of them, or pool() them")


def _floors(moments: Moments, noise: Array, squares: Array) -> Array:
    """How large a square rounding of the values and of the sums can leave of each column, (…, q); see `exact.solve`.

    Of the target, which may be small beside its mean and yet all there is to explain, only the sums' rounding counts.
    """
    relative = np.maximum((4 * moments.rounding) ** 2, noise)
    relative[..., -1] = np.broadcast_to(noise, relative.shape)[..., -1]
    floors: Array = relative * squares
    return floors


def _swept(
    products: Pair, floors: Array, unit: Array, free: tuple[int, ...], penalised: tuple[int, ...]
) -> tuple[Array, Array, IntArray]:
    """What the free columns leave of the products of the others, (…, m + 1, m + 1); `back`; and their rank."""
    groups, m, u = floors.shape[:-1], len(penalised), len(free)
    if not free:
        return products.value(), np.zeros((*groups, 0, m + 1)), np.zeros(groups, dtype=np.int64)
    order = [*free, *penalised, floors.shape[-1] - 1]
    S, limits = products[..., order, :][..., :, order], floors[..., order]
    scale = np.where(unit > 0, unit, 1.0)[..., order]
    rest, back, rank = (
        np.zeros((*groups, m + 1, m + 1)),
        np.zeros((*groups, u, m + 1)),
        np.zeros(groups, dtype=np.int64),
    )
    for k in np.ndindex(groups):
        rest[k], coefficients, kept = _swept_one(S[k], limits[k], u)
        back[k] = coefficients * scale[k][u:] / scale[k][:u, None]
        rank[k] = np.count_nonzero(kept)
    return rest, back, rank


def _swept_one(S: Pair, floors: Array, u: int) -> tuple[Array, Array, BoolArray]:
    """The first `u` columns of S swept: the rest, their coefficients on it, and which of them were independent."""
    powers = powers_of_two(np.abs(np.diagonal(S.hi)))
    A = S.scaled(powers[:, None]).scaled(powers)
    limits = floors * powers**2
    kept = swept_columns(A, limits[: u + 1], 0)
    coefficients = np.where(kept[:, None], A.hi[:u, u:], 0.0)
    rest = A.value()[u:, u:]
    rest = np.triu(rest) + np.triu(rest, 1).T
    gone = np.diagonal(rest) <= limits[u:] + coefficients.T**2 @ np.where(kept, limits[:u], 0.0)
    rest[gone] = rest[:, gone] = 0.0
    return rest / powers[u:, None] / powers[u:], coefficients * powers[:u, None] / powers[u:], kept
