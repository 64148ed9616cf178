"""Whether slopewise works here: what it runs on, and a few problems whose answers are known, solved now.

The problems are small and hard: a table where a small program that forgets a centring or a digit is seen at once.
"""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slopewise.errors import SlopewiseError
from slopewise.moments import Moments
from slopewise.numerals import listed
from slopewise.pipeline import descend, fit_arrays
from slopewise.threads import VARIABLE, thread_count
from slopewise.typing import Array

RUNS_ON = ("numpy", "scipy", "numba", "duckdb", "pyarrow", "narwhals", "typer", "rich", "matplotlib", "threadpoolctl")
EXTRAS = {
    "sklearn": ("scikit-learn",),
    "dask": ("dask", "distributed"),
    "spark": ("pyspark", "pandas"),
    "notebook": ("anywidget",),
    "databases": ("adbc-driver-manager", "adbc-driver-sqlite", "adbc-driver-postgresql"),
}
"""The packages of each extra, as pyproject.toml has them."""

ENOUGH = 13.0
"""Digits that a test asks for, of the sixteen that float64 has."""

COMPILED_ROWS = 100_000
"""Enough rows for the compiled kernels."""


@dataclass(frozen=True)
class Check:
    """One problem of known answer: `what` it is, whether it `passed`, and what was `found`."""

    what: str
    passed: bool
    found: str


@dataclass(frozen=True)
class Checkup:
    """`versions` by package, `extras` (None where one is not installed), `threads`, `checks`.

    >>> found = examine()
    >>> found.healthy, [check.what for check in found.checks][0]
    (True, 'Wampler1 (NIST), double')
    """

    python: str
    system: str
    threads: str
    versions: dict[str, str]
    extras: dict[str, str | None]
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, object]:
        """Plain texts, truths and lists, for JSON."""
        checks = [{"what": c.what, "passed": c.passed, "found": c.found} for c in self.checks]
        return {**self.__dict__, "checks": checks, "healthy": self.healthy}

    def __str__(self) -> str:
        lines = [
            f"slopewise {self.versions['slopewise']} · Python {self.python} · {self.system}",
            f"threads: {self.threads}",
            "runs on: " + ", ".join(f"{name} {v}" for name, v in self.versions.items() if name != "slopewise"),
            "",
            *listed(self._extra_rows()),
            "",
            *listed(self._check_rows()),
            "",
            "All is well." if self.healthy else _ADVICE,
        ]
        return "\n".join(line.rstrip() for line in lines)

    def _extra_rows(self) -> list[tuple[str, str]]:
        missing = "not installed: pip install 'slopewise[{}]'"
        return [(f"slopewise[{name}]", version or missing.format(name)) for name, version in self.extras.items()]

    def _check_rows(self) -> list[tuple[str, str, str]]:
        return [(check.what, "passed" if check.passed else "FAILED", check.found) for check in self.checks]


_ADVICE = (
    "A self-test failed: do not trust figures from this installation. Install it anew in an empty environment; "
    "if the test fails there too, please report the lines above."
)


def examine() -> Checkup:
    """The versions, threads and extras of this installation, and its answers to problems whose answers are known."""
    setting = os.environ.get(VARIABLE, "").strip()
    try:
        threads = f"{thread_count()}" + (f", as {VARIABLE} says" if setting else ", one for each core")
    except SlopewiseError as fault:
        threads = str(fault)
    return Checkup(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        threads=threads,
        versions={name: _version(name) or "absent" for name in ("slopewise", *RUNS_ON)},
        extras={extra: _versions(packages) for extra, packages in EXTRAS.items()},
        checks=tuple(_checked(what, problem) for what, problem in PROBLEMS.items()),
    )


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _versions(packages: tuple[str, ...]) -> str | None:
    """The versions of all packages of an extra; None if one is missing."""
    found = {name: _version(name) for name in packages}
    return None if None in found.values() else ", ".join(f"{name} {version}" for name, version in found.items())


def _checked(what: str, problem: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(what, *problem())
    except Exception as fault:  # noqa: BLE001 — whatever is broken here, the other checks are made
        return Check(what, False, f"{type(fault).__name__}: {fault}")


def _wampler(precision: str) -> tuple[bool, str]:
    """y = 1 + x + … + x⁵ at x = 0 … 20: every coefficient is 1. NIST StRD, from Wampler (1970), JASA 65, 549–565."""
    x = np.arange(21.0)
    powers = x[:, None] ** np.arange(1, 6)
    model = fit_arrays(powers, 1 + powers.sum(axis=1), precision=precision)  # type: ignore[arg-type]
    right = _digits(np.array(list(model.coefficients.values())), np.ones(6))
    return right >= min(model.digits, ENOUGH) - 0.5, f"{right:.1f} digits right, {model.digits:.1f} promised"


def _descent() -> tuple[bool, str]:
    """Two houses at learning rate 0.01: the gap is a millionth of itself after 3 531 steps; stable below 0.5836."""
    run = descend(Moments.of([1.0, 2.0], [300.0, 500.0]), learning_rate=0.01, iterations=10)
    steps, stable = run.iterations_to(1e-6), run.stable_below
    return steps == 3531 and abs(stable - 0.58359) < 1e-5, f"{steps:,} steps, stable below {stable:.4f}"


def _merging() -> tuple[bool, str]:
    """Exact sums are the same to the bit however the rows are cut."""
    X, y = _drawn(1_000)
    whole = Moments.of(X, y, precision="exact")
    parts = [Moments.of(X[i::7], y[i::7], precision="exact") for i in range(7)]
    same = sum(parts[1:], parts[0]) == whole
    return same, "the same bits from 7 parts" if same else "other bits from 7 parts than from the whole"


def _kernels() -> tuple[bool, str]:
    """The compiled kernels against plain NumPy, on enough rows for them."""
    X, y = _drawn(COMPILED_ROWS)
    Z = np.column_stack([X, y])
    Z = Z - Z.mean(axis=0)
    right = _digits(Moments.of(X, y, precision="double-double").centred, Z.T @ Z)
    return right >= 11, f"{right:.1f} digits in common with NumPy"


def _drawn(rows: int) -> tuple[Array, Array]:
    X = np.array([0.0, 1.0, 10.0, 100.0]) + np.random.default_rng(20).normal(size=(rows, 4))
    return X, X @ [1.0, -2.0, 3.0, -4.0]


def _digits(found: Array, true: Array) -> float:
    """The decimal digits in which they agree, −log₁₀ of the largest error relative to the largest entry."""
    error = float(np.abs(found - true).max() / np.abs(true).max())
    return min(-math.log10(error), sys.float_info.dig + 1.0) if error else sys.float_info.dig + 1.0


PROBLEMS: dict[str, Callable[[], tuple[bool, str]]] = {
    "Wampler1 (NIST), double": lambda: _wampler("double"),
    "Wampler1 (NIST), double-double": lambda: _wampler("double-double"),
    "Wampler1 (NIST), exact": lambda: _wampler("exact"),
    "descent on two houses": _descent,
    "merging exact sums": _merging,
    "compiled kernels": _kernels,
}
