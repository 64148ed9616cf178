"""How much columns that move together cost: inflation of variances by terms, and condition indices.

With S the cross-products of the columns about their means, M = (ZᵀVZ)⁻¹, and S₁₁, M₁₁ the blocks of one term,

    GVIF = det S₁₁ · det M₁₁        (of one column: VIF = S_jj M_jj = 1 / (1 − R_j²))

is the factor by which the other terms blow up the squared volume of the term's confidence region; GVIF^(1/(2·df)) is
that by which they stretch its standard errors, whatever the number df of its columns. It is R's `car::vif`,
det R₁₁ det R₂₂ / det R with R the correlations of the estimates, but small blocks suffice, and M comes from
double-double sums: no digits are lost to the very collinearity that is measured.

Condition indices are those of [1 X] with its columns scaled to unit length, σ_max / σ_j of its singular values σ_j.
With right singular vectors u_j, coefficient k owes the share π_kj = u_kj² / σ_j² / Σ_i (u_ki² / σ_i²) of its variance
to the j-th. The triangular factor R is inverted in double-double, and 1 / σ_j are the singular values of R⁻¹: the
indices are good to some 2⁻⁵³ κ^⅔, κ the largest of them. Source: Fox & Monette (1992), JASA 87(417), 178–183; Belsley,
Kuh & Welsch (1980), *Regression Diagnostics*, §3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from slopewise.design import Coding
from slopewise.design.terms import Term
from slopewise.moments import Moments
from slopewise.numerals import aligned, plain
from slopewise.solvers.solution import Solution
from slopewise.solvers.triangular import orthonormaliser
from slopewise.typing import Array, IntArray

HIGH_VIF = 10.0
"""From here on (of GVIF^(1/df) for several columns) it is advice that one needs."""

HIGH_INDEX, LARGE_SHARE = 30.0, 0.5
"""Belsley, Kuh & Welsch's rule: an index beyond 30 with two shares above one half is a dependency that does harm."""

LISTED = 5
"""Names that a sentence takes."""

APART = "their effects can hardly be told apart; leave out one of them"


@dataclass(frozen=True, eq=False)
class Inflation:
    """Arrays (k,) over the k `terms`, in their order: `gvif`, `df` columns, and `factor` = GVIF^(1/(2·df)).

    `gvif` is the VIF of a term of one column. Columns that others determine have no estimate and do not count; a term
    that is left with none has df 0, and NaN. `advice` has a sentence for each other term.

    >>> import slopewise as sw
    >>> ames = sw.datasets.load("ames")
    >>> found = sw.fit("price ~ area + Bldg.Type", ames).vif()
    >>> found.terms, found.gvif.round(2).tolist(), found.df.tolist()
    (('area', 'Bldg.Type'), [1.02, 1.02], [1, 4])
    """

    terms: tuple[str, ...]
    gvif: Array
    df: IntArray
    factor: Array
    advice: tuple[str, ...]

    def __str__(self) -> str:
        rows = zip(self.terms, self.gvif.tolist(), self.df.tolist(), self.factor.tolist(), strict=True)
        cells = [(term, plain(gvif), str(df), plain(factor)) for term, gvif, df, factor in rows]
        return "\n".join([*aligned([("term", "GVIF", "df", "GVIF^(1/(2 df))"), *cells]), *self.advice])

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns by name, None where there is nothing to say."""
        numbers = {name: _listed(getattr(self, name)) for name in ("gvif", "df", "factor")}
        return {"term": list(self.terms), **numbers}


@dataclass(frozen=True, eq=False)
class ConditionIndices:
    """`indices` (r,), from 1 up; `names` (r,): the coefficients, those without an estimate left out.

    `proportions` (r, r): of the variance of each coefficient (column) the share that each index (row) is to blame for;
    columns sum to 1. `advice` has a sentence for each index that does harm, or one that none does.

    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> found = sw.fit("price ~ size", houses).diagnose(houses).condition_indices
    >>> found.names, found.indices.round(1).tolist(), found.proportions.round(2).tolist()
    (('Intercept', 'size'), [1.0, 6.1], [[0.03, 0.03], [0.97, 0.97]])
    """

    names: tuple[str, ...]
    indices: Array
    proportions: Array
    advice: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The indices, and by coefficient its shares, as lists."""
        shares = dict(zip(self.names, self.proportions.T.tolist(), strict=True))
        return {"index": self.indices.tolist(), "proportions": shares}


def vif(moments: Moments, solution: Solution, coding: Coding, terms: Sequence[Term]) -> Inflation:
    """How much the other terms inflate the variance of each of `terms`; the weights of the rows count.

    `moments` are those of the coded columns, `solution` their least-squares answer, `coding` says which term each
    column is of. Without an intercept, S is measured from zero, and the figures say little (R warns there).

    >>> import slopewise as sw
    >>> table = {"a": [0.0, 1, 2, 3, 4], "b": [0.0, 1, 2, 3, 5], "y": [1.0, 3, 2, 5, 4]}
    >>> model = sw.fit("y ~ a + b", table)
    >>> found = vif(model.moments, model.solution, model.kept.coding, model.kept.design.terms)
    >>> found.gvif.round(4).tolist()
    [37.0, 37.0]
    >>> print(found.advice[0])  # doctest: +NORMALIZE_WHITESPACE
    VIF 37 for a: its standard error is 6.1 times what it would be were a unrelated to the other terms; leave out one of
    those that move together.
    """
    kept = ~np.isnan(solution.coefficients)
    owner = np.array([column.term for column in coding.columns], dtype=np.int64)
    own = [np.flatnonzero(kept & (owner == t)) for t in range(len(terms))]
    body, e = moments.body.normalised()
    products = body.centred() if solution.has_intercept else body.raw()
    e = e[:-1].astype(np.int64)
    M = np.ldexp(solution.unscaled_covariance[1:, 1:], e[:, None] + e)
    gvif = np.array([_volume(products[np.ix_(j, j)].value(), M[np.ix_(j, j)]) for j in own], dtype=np.float64)
    df = np.array([len(j) for j in own], dtype=np.int64)
    factor = gvif ** (1 / (2 * np.maximum(df, 1)))
    labels = tuple(term.label for term in terms)
    advice = tuple(_advice(t, terms, gvif, df, factor) for t in range(len(terms)))
    return Inflation(labels, gvif, df, factor, advice)


def condition_indices(moments: Moments, solution: Solution, names: Sequence[str]) -> ConditionIndices:
    """The condition indices of the estimated columns, and whose variance each of them is to blame for.

    `names` (k,) are those of the coefficients, the intercept first if there is one.

    >>> import slopewise as sw
    >>> table = {"a": [0.0, 1, 2, 3, 4], "b": [0.0, 1, 2, 3, 4.1], "y": [1.0, 3, 2, 5, 4]}
    >>> model = sw.fit("y ~ a + b", table)
    >>> found = condition_indices(model.moments, model.solution, model.names)
    >>> found.indices.round(2).tolist(), found.proportions[-1].round(2).tolist()
    ([1.0, 3.36, 206.75], [0.15, 1.0, 1.0])
    >>> print(found.advice[0])
    Condition index 207: a and b move together, so their effects can hardly be told apart; leave out one of them.
    """
    ones, kept = int(solution.has_intercept), np.flatnonzero(~np.isnan(solution.coefficients))
    named = (*names[:ones], *(names[ones + j] for j in kept.tolist()))
    if not named:
        return ConditionIndices((), np.empty(0), np.empty((0, 0)), ())
    inverse, products = _unit_lengths(moments, solution, kept)
    U, s, _ = np.linalg.svd(inverse)
    U, s = U[:, ::-1], s[::-1]
    eigenvalues = np.maximum(np.linalg.eigvalsh(products)[::-1], 0.0)
    indices = s * np.sqrt(eigenvalues[0])
    with np.errstate(divide="ignore"):
        small = np.sqrt(eigenvalues[0] / eigenvalues)
    indices = np.where(indices**3 < indices[-1], small, indices)  # whichever loses fewer digits
    shares = (U * s) ** 2
    proportions = (shares / shares.sum(axis=1, keepdims=True)).T
    return ConditionIndices(named, indices, proportions, tuple(_harm(named, indices, proportions)))


def _volume(S: Array, M: Array) -> float:
    """det S · det M of one term's blocks, in units in which S has a unit diagonal; NaN where they are empty."""
    if not len(S):
        return float("nan")
    d = np.sqrt(np.diagonal(S))
    if len(S) == 1:
        return max(float(d[0] * M[0, 0] * d[0]), 1.0)
    _, first = np.linalg.slogdet(S / d[:, None] / d)
    _, second = np.linalg.slogdet(M * d[:, None] * d)
    return max(float(np.exp(first + second)), 1.0)


def _unit_lengths(moments: Moments, solution: Solution, kept: IntArray) -> tuple[Array, Array]:
    """R⁻¹ and RᵀR (r, r) of the kept columns of [1 X], each scaled to unit length.

    With an intercept R = [[√W, √W x̄ᵀ], [0, R_c]] with R_c that of the columns about their means.
    """
    body, _ = moments.body.normalised()
    block = np.ix_(kept, kept)
    length = np.sqrt(body.squares()[kept])
    raw = body.raw()[block].value() / length[:, None] / length
    if not solution.has_intercept:
        return orthonormaliser(body.raw()[block]) * length[:, None], raw
    root, mean = np.sqrt(float(body.weight)), body.mean().value()[kept]
    slopes = orthonormaliser(body.centred()[block])
    first = root * mean / length
    one, zeros = np.ones((1, 1)), np.zeros((len(kept), 1))
    inverse = np.block([[one, -root * (mean @ slopes)[None]], [zeros, length[:, None] * slopes]])
    return inverse, np.block([[one, first[None]], [first[:, None], raw]])


def _advice(t: int, terms: Sequence[Term], gvif: Array, df: IntArray, factor: Array) -> str:
    """The sentence about one term."""
    label = terms[t].label
    if not df[t]:
        return f"{label} has no estimate: other terms determine its columns."
    times = f"{factor[t]:.1f} times what"
    if df[t] == 1:
        said = f"VIF {gvif[t]:.3g} for {label}: its standard error is {times} it would be were {label} unrelated"
    else:
        said = (
            f"GVIF {gvif[t]:.3g} for the {df[t]} columns of {label}: their standard errors are, on the whole, {times} "
            f"they would be were {label} unrelated"
        )
    said += " to the other terms"
    if factor[t] ** 2 < HIGH_VIF:
        return f"{said}."
    if shared := _shared(t, terms):
        return f"{said}; some of it is that {shared}, which measuring that from its mean, as center() does, may cure."
    return f"{said}; leave out one of those that move together."


def _shared(t: int, terms: Sequence[Term]) -> str:
    """What numeric column a term shares with another, if it does."""
    ours = {name for factor in terms[t].factors if not factor.levels for name in factor.columns}
    for other in (term for place, term in enumerate(terms) if place != t):
        for factor in other.factors:
            if not factor.levels and (both := [name for name in factor.columns if name in ours]):
                return f"it shares {both[0]} with {other.label}"
    return ""


def _harm(names: Sequence[str], indices: Array, proportions: Array) -> Iterator[str]:
    """A sentence for each index that does harm, the largest first, or one that none does."""
    if not indices[-1] > HIGH_INDEX:
        yield f"The largest condition index is {indices[-1]:.3g}: below {HIGH_INDEX:g}, columns are told apart well."
    for j in np.flatnonzero(indices > HIGH_INDEX)[::-1]:
        start = f"Condition index {indices[j]:.3g}: "
        largest = [names[k] for k in sorted(np.argsort(-proportions[j], kind="stable")[:2])]
        together = [name for name, share in zip(names, proportions[j], strict=True) if share > LARGE_SHARE]
        if len(together) < 2:
            yield f"{start}{_and(largest)} have the most part in it, and more in others."
        elif len(together) == 2 and together[0] == "Intercept":
            yield (
                f"{start}{together[1]} varies little for its size, so the intercept, where it is 0, is far from the "
                "rows; this does no harm to other effects."
            )
        else:
            yield f"{start}{_and(together)} move together, so {APART}."


def _and(names: Sequence[str]) -> str:
    if len(names) > LISTED:
        return f"{', '.join(names[:LISTED])} and {len(names) - LISTED:,} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _listed(column: Array | IntArray) -> list[Any]:
    return [None if value != value else value for value in column.tolist()]
