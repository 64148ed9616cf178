"""A model as a file: one JSON document that people can read from the top, and in which nothing is ever executed.

Coefficients by name come first, then the rows and where they came from, and last the numbers behind them: the matrix
that intervals need, and the state that any other model of these terms can be solved from. Numbers are written so that
they are read back bit for bit; a symmetric matrix is written as its lower triangle.

What is read is taken for a stranger's: sizes are checked before anything is made of them, and whatever is not as
`document` writes it is a `SourceError`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from slopewise._version import __version__
from slopewise.collected import Collected
from slopewise.data.documents import unfit
from slopewise.errors import SlopewiseError, SourceError
from slopewise.inference.covariance import Covariance
from slopewise.inference.digits import digits
from slopewise.inference.goodness import goodness
from slopewise.notes import notes
from slopewise.records import COUNTS, check_text, design_of, gathered_of, item, number
from slopewise.solvers.solution import Solution
from slopewise.typing import Array

KIND, SCHEMA = "slopewise model", 3

ROUNDING = 1e-8
"""As much as a correlation may be off by."""

SYMMETRIC = ("products", "products_low", "unscaled_covariance", "scatter")
EXPONENTS = ("exponents", "exponent", "left", "right")
"""What the matrices and the exponents of two are called in the records of states and answers."""


class Parts(NamedTuple):
    """What a model is made of; `made_with`: the versions that computed it; `robust`: a covariance not classical;
    `furthest`: the largest leverage of the rows that were looked at."""

    kept: Collected
    solution: Solution
    method: str
    made_with: Mapping[str, str]
    robust: Covariance | None = None
    furthest: float | None = None


def versions() -> dict[str, str]:
    """The versions of what computes here."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"slopewise": __version__, "numpy": np.__version__, "python": python}


def document(parts: Parts) -> dict[str, Any]:
    """The model in plain numbers, strings and lists, in the order that a file has them."""
    kept, solution, method, made_with, robust, furthest = parts
    design, gathered, answer = kept.design.to_json(), kept.gathered.to_dict(), solution.to_dict()
    counts = {name: gathered.pop(name) for name in COUNTS}
    values = [answer.pop("intercept")] * solution.has_intercept + answer.pop("coefficients")
    names = ("Intercept",) * solution.has_intercept + kept.names
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "formula": design.pop("formula"),
        "method": method,
        "coefficients": dict(zip(names, values, strict=True)),
        "rows": {"used": kept.rows.used, **counts},
        "source": kept.source,
        "provenance": [dict(part) for part in kept.provenance],
        "digest": kept.digest(),
        "made_with": dict(made_with),
        "design": design,
        "solution": _written(answer),
        "furthest": furthest,
        **({} if robust is None else {"covariance": _written(robust.to_dict())}),
        "gathered": gathered | {"sums": _written(gathered["sums"])},
    }


def restored(record: Any, where: str | Path = "the record") -> Parts:
    """What `document` wrote, in any schema so far. Raises `SourceError`, about `where`, for anything else."""
    schema = record.get("schema") if isinstance(record, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        read = f"slopewise {__version__} reads schemas up to {SCHEMA}"
        raise SourceError(f"{where} has schema {str(schema)[:20]}, and {read}; upgrade slopewise")
    try:
        if item(record, "kind", str) != KIND:
            raise SourceError(f"it is a {record['kind'][:50]!r}")
        read_schema = {1: _first, 2: _second, 3: _second}[item(record, "schema", int)]
        check_text(record)
        with np.errstate(over="raise", invalid="raise"):
            return read_schema(record)
    except (SlopewiseError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise unfit(where, f"a {KIND}", error) from None


def _written(value: Any, name: str = "") -> Any:
    """Numbers as JSON has them: infinities as text, and matrices that are symmetric as their lower triangles."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _written(item, key) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    rows = [_written(item) for item in value]
    symmetric = name in SYMMETRIC and rows == [list(column) for column in zip(*rows, strict=True)]
    return [row[: i + 1] for i, row in enumerate(rows)] if symmetric else rows


def _read(value: Any, name: str = "", *, finite: bool = False) -> Any:
    """Numbers as `_written` wrote them, null as NaN unless they are `finite`; `SourceError` for what is no number."""
    if isinstance(value, dict):
        return {key: item if key == "precision" else _read(item, key, finite=finite) for key, item in value.items()}
    if not isinstance(value, list):
        return _number(value, name, finite)
    if {*map(type, value)} <= {int, float} and name not in EXPONENTS:
        return value
    rows = [_read(item, "" if name in SYMMETRIC else name, finite=finite) for item in value]
    if name in SYMMETRIC and [len(row) for row in rows] == [*range(1, len(rows) + 1)]:
        return [row + [below[i] for below in rows[i + 1 :]] for i, row in enumerate(rows)]
    return rows


def _number(value: Any, name: str, finite: bool) -> int | float:
    if not finite and (value is None or value in ("nan", "inf", "-inf")):
        return float(value or "nan")
    return number(value, exponent=name in EXPONENTS)


def _first(record: Any) -> Parts:
    """Schema 1: everything under `kept` and `solution`, matrices in full."""
    kept = item(record, "kept", dict)
    design, gathered = design_of(item(kept, "design", dict)), dict(item(kept, "gathered", dict))
    gathered["moments"] = _read(item(gathered, "moments", dict), finite=True)
    collected = Collected(design, gathered_of(design, gathered), item(kept, "source", str))
    made_with = {"slopewise": item(record, "slopewise", str)}
    return _parts(collected, item(record, "solution", dict), item(record, "method", str), made_with)


def _second(record: Any) -> Parts:
    """Schemas 2 and 3: coefficients and rows come first; 3 may have a covariance that is not classical."""
    design = design_of({**item(record, "design", dict), "formula": item(record, "formula", str)})
    rows = dict(item(record, "rows", dict))
    used = rows.pop("used", None)
    gathered = {**item(record, "gathered", dict), **rows}
    gathered["sums"] = _read(item(gathered, "sums", dict), finite=True)
    provenance = tuple(item({"provenance": part}, "provenance", dict) for part in item(record, "provenance", list))
    kept = Collected(design, gathered_of(design, gathered), item(record, "source", str), provenance)
    if kept.digest() != item(record, "digest", str) or kept.rows.used != used:
        raise SourceError("its sums do not fit its digest: it was changed after it was saved")
    coefficients = item(record, "coefficients", dict)
    if tuple(coefficients) != ("Intercept",) * kept.intercept + kept.names:
        raise SourceError("its coefficients are not those of its formula and levels")
    values = list(coefficients.values())
    intercept, slopes = (values[0], values[1:]) if kept.intercept else (0.0, values)
    answer = {**item(record, "solution", dict), "intercept": intercept, "coefficients": slopes}
    made_with = {name: item(record["made_with"], name, str) for name in item(record, "made_with", dict)}
    parts = _parts(kept, answer, item(record, "method", str), made_with)
    if "furthest" in record:  # schema 3
        parts = parts._replace(furthest=_number(record["furthest"], "", True))
    return parts._replace(robust=_covariance(record["covariance"], parts)) if "covariance" in record else parts


def _covariance(record: Any, parts: Parts) -> Covariance:
    """A covariance that is not classical, found to be one of this model."""
    covariance = Covariance.from_dict({**record, "scatter": _read(item(record, "scatter", list), "scatter")})
    S, rank = covariance.scatter, parts.solution.rank
    if S.shape != (rank, rank) or np.isinf(S).any() or not np.array_equal(S, S.T, equal_nan=True):
        raise SourceError("its covariance does not fit its coefficients")
    if covariance.assumption.kind == "classical":
        raise SourceError("its covariance is the classical one, which the state has already")
    return covariance


def _parts(kept: Collected, answer: dict[str, Any], method: str, made_with: Mapping[str, str]) -> Parts:
    """The parts, found to fit each other and to be an answer."""
    item(answer, "rank", int), item(answer, "has_intercept", bool)
    numbers = {name: _read(value, name) for name, value in answer.items() if name != "has_intercept"}
    solution, p = Solution.from_dict(answer | numbers), len(kept.names)
    if not solution.fits(p) or solution.has_intercept != kept.intercept:
        raise SourceError("its numbers do not fit its formula")
    sums = (solution.residual_sum_of_squares, solution.explained_sum_of_squares)
    known = np.delete(solution.coefficients, list(solution.dropped))
    if (
        np.isnan([solution.intercept, *sums, solution.condition, *known]).any()
        or any(not np.isfinite(combination).all() for combination in solution.combinations.values())
        or np.isinf([solution.intercept, *known]).any()
    ):
        raise SourceError("it lacks numbers that predictions need")
    left_out = np.isnan(solution.coefficients[list(solution.dropped)]).all()
    if solution.rank != len(known) + solution.has_intercept or not left_out:
        raise SourceError("its numbers do not fit its formula")
    if not _is_semidefinite(solution.unscaled_covariance):
        raise SourceError("its unscaled covariance is not that of any columns")
    figures = goodness(kept.moments, solution, digits(kept.moments, solution))
    notes(kept, solution, figures, exact=True)  # as the figures do, overflows where numbers contradict each other
    return Parts(kept, solution, method, made_with)


def _is_semidefinite(M: Array) -> bool:
    """Whether no combination of what was estimated has a negative variance, but for rounding."""
    estimated = np.isfinite(np.diagonal(M))
    if not np.isnan(M[np.isnan(np.diagonal(M))]).all() or not np.isnan(M[:, np.isnan(np.diagonal(M))]).all():
        return False
    block = M[np.ix_(estimated, estimated)]
    variances = np.diagonal(block)
    if not np.isfinite(block).all() or (variances < 0).any():
        return False
    spread = np.sqrt(np.where(variances > 0, variances, 1.0))
    scaled = block / spread[:, None] / spread
    try:
        np.linalg.cholesky(scaled + ROUNDING * np.eye(len(scaled)))
    except np.linalg.LinAlgError:
        return False
    return bool((np.abs(scaled - scaled.T) <= ROUNDING).all())
