"""Penalised fits as text: some ten penalties of a path, with what each leaves of the model, the chosen ones marked."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np

from slopewise.numerals import aligned, typeset
from slopewise.solvers.crossval import FoldErrors
from slopewise.solvers.penalised import PenaltyPath
from slopewise.typing import Array

SHOWN, NAMED, WIDTH = 10, 8, 100


def path_text(path: PenaltyPath, names: Sequence[str], target: str, chosen: Mapping[str, float]) -> str:
    """What the path is, a line for some ten of its penalties, and the coefficients at the `chosen` ones."""
    rows = [("λ", "df", "not zero", "R²", "objective", "gap", "")]
    for k in _shown(path.lambdas, chosen):
        fit = (f"{path.df[k]:.2f}", str(path.nonzero[k]), f"{path.r_squared[k]:.4f}", f"{path.objectives[k]:.6g}")
        rows.append(
            (
                f"{path.lambdas[k]:.4g}",
                *fit,
                f"{path.gaps[k]:.0e}" if path.gaps[k] else "0",
                _mark(path.lambdas[k], chosen),
            )
        )
    return _text(_title(path, target), rows, path.sentence, _chosen(path, names, chosen))


def crossval_text(errors: FoldErrors, names: Sequence[str], target: str) -> str:
    """The folds, a line for some ten penalties with their held-out error, and the coefficients at the two chosen."""
    path, chosen = errors.path, {"best": errors.best, "one_se": errors.one_se}
    rows = [("λ", "held-out error", "± 1 SE", "R² held out", "df", "not zero", "")]
    mean, error = errors.mean, errors.std_error
    explained = 1 - mean * path.weight / path.tss
    for k in _shown(path.lambdas, chosen):
        errs = (f"{mean[k]:.6g}", f"{error[k]:.3g}", f"{explained[k]:.4f}")
        size = (f"{path.df[k]:.2f}", str(path.nonzero[k]))
        rows.append((f"{path.lambdas[k]:.4g}", *errs, *size, _mark(path.lambdas[k], chosen)))
    title = f"{_title(path, target)}, {errors.folds} folds"
    return _text(title, rows, errors.sentence, _chosen(path, names, chosen))


def _text(title: str, rows: Sequence[tuple[str, ...]], sentence: str, chosen: Sequence[str]) -> str:
    paragraphs = [textwrap.wrap(typeset(part), WIDTH, subsequent_indent="  ") for part in (sentence, *chosen)]
    table = _aligned([tuple(map(typeset, row)) for row in rows])
    return "\n".join([title, "", *table, *(line for paragraph in paragraphs for line in ("", *paragraph))])


def _title(path: PenaltyPath, target: str) -> str:
    count, p = path.coefficients.shape
    ratio = f" (l1_ratio {path.l1_ratio:g})" if path.penalty.name == "elastic net" else ""
    bound = ", none negative" if path.penalty.positive else ""
    many = f"{count} penalt{'y' if count == 1 else 'ies'}"
    return f"{path.penalty.name}{ratio} of {target}: {p} column{'s' * (p != 1)}{bound}, {path.rows:,} rows, {many}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A table whose last column is remarks, to the left."""
    table = aligned([row[:-1] for row in rows])
    notes = [rows[0][-1], "", *(row[-1] for row in rows[1:])]
    return [f"{line}  {note}".rstrip() for line, note in zip(table, notes, strict=True)]


def _shown(lambdas: Array, chosen: Mapping[str, float]) -> list[int]:
    """Places of some ten penalties, the strongest first, and of the chosen ones."""
    order = np.argsort(-lambdas, kind="stable")
    some = set(np.linspace(0, len(lambdas) - 1, SHOWN).round().astype(int).tolist())
    marked = {k for k, place in enumerate(order.tolist()) if lambdas[place] in chosen.values()}
    return [int(order[k]) for k in sorted(some | marked)]


def _mark(lmbda: float, chosen: Mapping[str, float]) -> str:
    who = [name for name, value in chosen.items() if value == lmbda]
    return f"← {', '.join(who)}" if who else ""


def _chosen(path: PenaltyPath, names: Sequence[str], chosen: Mapping[str, float]) -> list[str]:
    """A paragraph for each chosen penalty: its largest coefficients, by what they move."""
    lines: list[str] = []
    for lmbda in dict.fromkeys(chosen.values()):
        w = path.coefficients[path.place(lmbda)]
        largest = [int(j) for j in np.argsort(-np.abs(w * path.spread), kind="stable") if w[j] != 0]
        shown = [f"{names[j]} {w[j]:.6g}" for j in largest[:NAMED]]
        rest = [f"and {len(largest) - NAMED} more"] if len(largest) > NAMED else []
        start = [f"Intercept {path.intercepts[path.place(lmbda)]:.6g}"] if path.has_intercept else []
        who = ", ".join(name for name, value in chosen.items() if value == lmbda)
        lines.append(f"λ = {lmbda:.6g} ({who}): {', '.join([*start, *shown, *rest]) or 'every coefficient is zero'}")
    return lines
