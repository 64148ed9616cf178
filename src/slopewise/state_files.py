"""What one pass has gathered, as a file: sums and counts, never a row; docs/moments-format.md describes it.

The header says for people and programs what the arrays beside it are sums of. Whatever is read is taken for a
stranger's: it is checked against its checksum, its design and itself before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from slopewise._version import __version__
from slopewise.data.containers import is_container, read_container, write_container
from slopewise.data.documents import unfit
from slopewise.design import Design, Gathered
from slopewise.design.keyed import Keyed
from slopewise.design.layout import Layout
from slopewise.errors import SlopewiseError, SourceError
from slopewise.moments import Moments
from slopewise.records import check_text, design_of, gathered_of, item, number

KIND, FORMAT = "slopewise moments", 1
SUFFIX = ".moments"
WHAT = "a state of rows, as `slopewise collect` writes it"


def is_state(path: str | Path) -> bool:
    """Whether a file is one, by how it begins, or was meant to be one, by its name."""
    return is_container(path) or str(path).endswith(SUFFIX)


class Kept(NamedTuple):
    """What is kept of a pass: see `slopewise.collected.Collected`."""

    design: Design
    gathered: Gathered
    source: str
    provenance: tuple[Mapping[str, Any], ...]
    keyed: Keyed | None
    folds: Moments | None


def write_state(path: str | Path, kept: Kept) -> None:
    """Write what is kept of a pass to `path`, whole or not at all. Raises `OutputError`."""
    numbers = kept.gathered.sums.numbers
    write_container(
        path,
        {
            "kind": KIND,
            "format": FORMAT,
            "made_with": {"slopewise": __version__},
            "formula": kept.design.formula,
            "precision": numbers.precision,
            "rows": int(numbers.rows),
            "source": kept.source,
            "columns": _columns(kept.gathered),
            "provenance": [dict(part) for part in kept.provenance],
            "design": kept.design.to_json(),
            "gathered": kept.gathered.record(),
            "keyed": None if kept.keyed is None else kept.keyed.record(),
            "folds": None if kept.folds is None else kept.folds.record(),
        },
    )


def read_state(path: str | Path) -> Kept:
    """What `write_state` wrote; nothing in the file is executed, and no row is in it.

    Raises `SourceError` for a file that is missing, cut short, changed, of a later format, or none of a state.
    """
    record = read_container(path, WHAT)
    form = record.get("format")
    if record.get("kind") == KIND and isinstance(form, int) and form > FORMAT:
        read = f"slopewise {__version__} reads formats up to {FORMAT}"
        raise SourceError(f"{path} has format {str(form)[:20]}, and {read}; upgrade slopewise")
    try:
        if item(record, "kind", str) != KIND:
            raise SourceError(f"it is a {record['kind'][:50]!r}")
        if item(record, "format", int) != FORMAT:
            raise SourceError("it has a format that never was")
        check_text({name: part for name, part in record.items() if name not in ("gathered", "keyed", "folds")})
        with np.errstate(over="raise", invalid="raise"):
            return _restored(record)
    except (SlopewiseError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError) as error:
        raise unfit(path, WHAT, error) from None


def _restored(record: Any) -> Kept:
    design = design_of(item(record, "design", dict))
    found = item(record, "gathered", dict)
    check_text([found["cells"], found["dropped_by"], found["first_missing"]])
    check_finite(found["sums"])
    gathered = gathered_of(design, found)
    check_sums(gathered)
    provenance = tuple(item({"provenance": part}, "provenance", dict) for part in item(record, "provenance", list))
    keyed = None if record["keyed"] is None else Keyed.from_record(design, item(record, "keyed", dict))
    folds = None if record["folds"] is None else _folds(item(record, "folds", dict), gathered)
    if keyed is not None and not set(keyed.columns) <= set(gathered.keys):
        raise SourceError("its groups have other columns than the whole")
    if keyed is not None and int(keyed.rows.sum()) != int(gathered.sums.numbers.rows):
        raise SourceError("its groups have other rows than the whole")
    if folds is not None and int(folds.rows.sum()) != int(gathered.sums.numbers.rows):
        raise SourceError("its folds have other rows than the whole")
    return Kept(design, gathered, item(record, "source", str), provenance, keyed, folds)


def _folds(record: dict[str, Any], gathered: Gathered) -> Moments:
    check_finite(record)
    folds = Moments.from_dict(record)
    shapes = folds.log_weight.shape, folds.rounding.shape, folds.weight.shape
    G = len(folds.rows)
    if shapes != ((G,), (G, folds.q), (G,)) or folds.q != len(gathered.keys) + 1 or (folds.rows < 0).any():
        raise SourceError("its folds do not fit its formula")
    return folds


def check_finite(value: Any, name: str = "") -> None:
    """Refuse arrays with NaN or an infinity anywhere, and exponents beyond those of any number."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            check_finite(part, str(key))
    elif isinstance(value, list):
        for part in value:
            check_finite(part, name)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        if not np.isfinite(value).all():
            raise SourceError("it holds a number that is none, or an infinite one")
        if name in ("exponents", "exponent", "left", "right"):
            number(float(np.abs(value).max(initial=0.0)), exponent=True)
    elif isinstance(value, int | float):
        number(value, exponent=name in ("exponents", "exponent"))


def check_sums(gathered: Gathered) -> None:
    """Refuse sums that no rows have: squares below zero."""
    numbers = gathered.sums.numbers
    if (numbers.body.squares() < 0).any() or (numbers.rounding < 0).any():
        raise SourceError("its squares are below zero, which those of no rows are")


def _columns(gathered: Gathered) -> dict[str, Any]:
    """What the columns of the arrays are: of numbers by name, the target last; of groupings by cell."""
    design, layout = gathered.design, Layout.of(gathered.design.carried)

    def name(term: int, powers: tuple[int, ...]) -> str:
        keys = iter(powers)
        factors = [f for f in layout.terms[term].factors if not f.levels]
        return ":".join(f"{f.label}.{next(keys)}" if f.powers else f.label for f in factors) or "1"

    return {
        "numbers": [*(name(slot.term, slot.powers) for slot in layout.numbers), design.target_name],
        "groupings": [
            {
                "of": [factor.label for factor in grouping.categories],
                "columns": [name(slot.term, slot.powers) for slot in grouping.slots],
            }
            for grouping in layout.groupings
        ],
    }
