"""What is assumed of the errors, and the covariance of the coefficients that follows.

| `cov`                  | the errors                     | S = cov(Σ v u y), to be estimated              |
|------------------------|--------------------------------|------------------------------------------------|
| "classical"            | independent, of variance σ²/v  | σ̂² I                                           |
| "HC0"                  | independent, of any variance   | Σ v²e² u uᵀ                                    |
| "HC1"                  |                                | n/(n − r) · HC0                                |
| "HC2"                  |                                | Σ v²e²/(1 − h) u uᵀ                            |
| "HC3"                  |                                | Σ v²e²/(1 − h)² u uᵀ                           |
| ("cluster", "school")  | dependent within a school      | G/(G − 1) · (n − 1)/(n − r) · Σ_g s_g s_gᵀ     |
| ("cluster", "a", "b")  | dependent within an a, or a b  | that by a, and by b, less that by both at once |

in orthonormal coordinates u (`slopewise.inference.geometry`), with e the residuals, h the leverages, s_g = Σ v e u over
cluster g of G, n the rows and r the rank. Intervals and tests take t on n − r degrees of freedom, and on G − 1, the
smaller of the two, for clusters. A row of leverage 1 adds nothing to HC2 and HC3: its own coefficient fits it.

Source: White (1980), Econometrica 48(4); MacKinnon & White (1985), J. of Econometrics 29(3); Liang & Zeger (1986),
Biometrika 73(1); Cameron, Gelbach & Miller (2011), J. of Business & Economic Statistics 29(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from slopewise.errors import ArgumentError
from slopewise.inference.geometry import Geometry
from slopewise.moments import Moments
from slopewise.moments.rows import UNIT
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

HeteroscedasticityKind: TypeAlias = Literal["HC0", "HC1", "HC2", "HC3"]
CovarianceKind: TypeAlias = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster"]
Cov: TypeAlias = "str | Sequence[str]"
"""As a user asks: "classical", "HC0" … "HC3" or "hc0" … "hc3", ("cluster", "school"), or "cluster:school,year"."""

KINDS = ("classical", *get_args(HeteroscedasticityKind))


@dataclass(frozen=True)
class Assumption:
    """What was asked: the `kind`, and for clusters the one or two columns that are their `keys`.

    >>> Assumption.of("hc3"), Assumption.of(("cluster", "school")).keys, Assumption.of("cluster:school,year").keys
    (Assumption(kind='HC3', keys=()), ('school',), ('school', 'year'))
    """

    kind: CovarianceKind
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, cov: Cov) -> Assumption:
        """Raises `ArgumentError` for what is no kind of covariance."""
        if isinstance(cov, str) and cov in KINDS:
            return cls(cov)  # type: ignore[arg-type]
        if isinstance(cov, str) and cov.upper() in KINDS:
            return cls(cov.upper())  # type: ignore[arg-type]
        if isinstance(cov, str) and cov.startswith("cluster:"):
            return cls.of(("cluster", *(name.strip() for name in cov.removeprefix("cluster:").split(","))))
        given = tuple(cov) if isinstance(cov, list | tuple) else ()
        if given[:1] == ("cluster",) and all(isinstance(name, str) and name for name in given):
            keys = given[1:]
            if len(keys) in (1, 2) and len(set(keys)) == len(keys):
                return cls("cluster", keys)
            raise ArgumentError(f"cov={cov!r} names {len(keys)} columns; clusters are by one column, or by two")
        kinds = ", ".join(map(repr, KINDS))
        raise ArgumentError(f"cov={cov!r} is not one of {kinds}, ('cluster', column) and 'cluster:column'")

    @property
    def rereads(self) -> bool:
        """Whether the rows have to be read again for it."""
        return self.kind != "classical"

    @property
    def asked(self) -> str | tuple[str, ...]:
        """As `of` takes it."""
        return ("cluster", *self.keys) if self.keys else self.kind


@dataclass(frozen=True, eq=False)
class Covariance:
    """The covariance of the coefficients of one fit.

    `assumption`: what was asked; `scatter` (r, r): S in orthonormal coordinates of the r estimated parameters, in
    squared target units; `df`: the degrees of freedom of t; `clusters`: how many there are by
    each of the keys; `left_out` rows of leverage 1 added nothing, the first of them with the numbers `first_left_out`.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", sw.datasets.load("six_houses"))
    >>> model.covariance.phrase(), model.covariance.df, model.covariance.scatter.round(1).tolist()
    ('', 4, [[5207.6, 0.0], [0.0, 5207.6]])
    >>> model.with_covariance("HC3", sw.datasets.load("six_houses")).covariance.phrase()
    'HC3 standard errors'
    """

    assumption: Assumption
    scatter: Array
    df: int
    clusters: tuple[int, ...] = ()
    left_out: int = 0
    first_left_out: tuple[int, ...] = ()

    @classmethod
    def classical(cls, moments: Moments, solution: Solution) -> Covariance:
        """σ̂² I, with σ̂² = RSS / (n − r); NaN without degrees of freedom."""
        df = max(int(moments.rows) - solution.rank, 0)
        variance = solution.residual_sum_of_squares / df if df else np.nan
        return cls(Assumption("classical"), variance * np.eye(solution.rank), df)

    def phrase(self) -> str:
        """What kind of standard errors these are, in words; nothing for classical ones.

        >>> Covariance(Assumption("cluster", ("school",)), np.eye(1), 39, clusters=(40,)).phrase()
        'standard errors clustered by school (40 clusters, t on 39 degrees of freedom)'
        """
        if self.assumption.kind == "classical":
            return ""
        if self.assumption.kind != "cluster":
            return f"{self.assumption.kind} standard errors"
        counts = " and ".join(f"{count:,}" for count in self.clusters)
        names = " and ".join(self.assumption.keys)
        return f"standard errors clustered by {names} ({counts} clusters, t on {self.df:,} degrees of freedom)"

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and lists, for JSON; `from_dict` gives the same bits back."""
        return {
            "kind": self.assumption.kind,
            "keys": list(self.assumption.keys),
            "scatter": self.scatter.tolist(),
            "df": self.df,
            "clusters": list(self.clusters),
            "left_out": self.left_out,
            "first_left_out": list(self.first_left_out),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Covariance:
        """What `to_dict` wrote. Raises `ArgumentError`, or what Python raises, for anything else."""
        kind, keys = record["kind"], record["keys"]
        assumption = Assumption.of(("cluster", *keys) if kind == "cluster" else kind)
        counts = [int(record[name]) for name in ("df", "left_out")]
        clusters, first = (tuple(int(n) for n in record[name]) for name in ("clusters", "first_left_out"))
        scatter = np.asarray(record["scatter"], dtype=np.float64)
        if min(*counts, *clusters, *first, 0) < 0 or len(clusters) != len(assumption.keys):
            raise ArgumentError("this is not the record of a covariance: its counts do not fit its kind")
        return cls(assumption, scatter, counts[0], clusters, counts[1], first)


def wald_statistic(geometry: Geometry, covariance: Covariance) -> float:
    """F = gᵀ S⁻¹ g / q of the hypothesis that all q slopes are zero, g their coordinates.

    NaN where S is not positive definite: few clusters leave it singular, and clusters by two columns less those by
    their combination even indefinite.
    """
    ones = int(geometry.constant is not None)
    g, S = geometry.slopes(), covariance.scatter[ones:, ones:]
    if not len(g) or not np.isfinite(S).all() or not positive_definite(S):
        return float("nan")
    return float(g @ np.linalg.solve(S, g)) / len(g)


def positive_definite(S: Array) -> Array:
    """Whether each symmetric S (…, r, r) has positive eigenvalues only, beyond their rounding, (…).

    >>> positive_definite(np.array([np.eye(2), [[1.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, -1.0]]])).tolist()
    [True, False, False]
    """
    spectrum = np.linalg.eigvalsh(S)
    return np.asarray(spectrum[..., 0] > 2 * UNIT * S.shape[-1] * spectrum[..., -1])


def indefinite(S: Array) -> bool:
    """Whether some combination of coefficients has a negative variance by this S (r, r), beyond all rounding.

    >>> indefinite(np.diag([1.0, -0.1])), indefinite(np.ones((3, 3)))
    (True, False)
    """
    if not len(S) or not np.isfinite(S).all():
        return False
    spectrum = np.linalg.eigvalsh(S)
    return bool(spectrum[0] < -1e-10 * np.abs(spectrum).max())
